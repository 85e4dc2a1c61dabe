//! The development server against the real thing: found, started, reused, recovered.

use std::path::Path;

use lockstep_postgres::ensure;

fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn a_scratch_database_is_there_and_then_gone() {
    let server = ensure(workspace()).unwrap();
    let mut scratch = server.scratch().unwrap();
    scratch.client().batch_execute("CREATE TABLE t AS SELECT 1 AS a").unwrap();
    let mut copy = scratch.copy().unwrap();
    assert_eq!(copy.client().query_one("SELECT a FROM t", &[]).unwrap().get::<_, i32>(0), 1);
    let name = scratch.name().to_owned();
    drop(scratch);
    assert!(server.connect(&name).is_err());
}
