//! What the development server costs: finding it again (budget: 50 ms for a command), a scratch database, the locks of a
//! migration, the signatures of a thousand statements (budget: 500 ms).

use std::collections::BTreeMap;
use std::path::Path;

use divan::Bencher;
use lockstep_postgres::{Scratch, Server, describe_all, ensure, measure};

fn main() {
    server();
    divan::main();
}

fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn server() -> Server {
    ensure(workspace()).expect("the development server starts")
}

fn scratch() -> Scratch {
    let mut scratch = server().scratch().expect("a scratch database");
    scratch.client().batch_execute("CREATE TABLE t (id int PRIMARY KEY, note text)").expect("a table");
    scratch
}

#[divan::bench]
fn find_the_running_server() -> Server {
    server()
}

#[divan::bench(sample_count = 20)]
fn scratch_database_made_and_dropped(bencher: Bencher<'_, '_>) {
    let server = server();
    bencher.bench(|| server.scratch().expect("a scratch database"));
}

#[divan::bench(sample_count = 20)]
fn locks_of_one_statement(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(scratch).bench_values(|mut scratch| {
        measure(&mut scratch, &["ALTER TABLE t ADD COLUMN a int"], true).expect("locks");
        scratch
    });
}

#[divan::bench(sample_count = 20)]
fn locks_of_an_index_built_concurrently(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(scratch).bench_values(|mut scratch| {
        measure(&mut scratch, &["CREATE INDEX CONCURRENTLY ON t (note)"], false).expect("locks");
        scratch
    });
}

#[divan::bench(sample_count = 20)]
fn signatures_of_a_thousand_statements(bencher: Bencher<'_, '_>) {
    let mut scratch = scratch();
    let statements: BTreeMap<String, String> =
        (0..1000).map(|i| (format!("q{i}"), format!("SELECT id, note, {i} AS i FROM t WHERE id = $1"))).collect();
    bencher.bench_local(|| describe_all(scratch.client(), &statements).expect("signatures"));
}
