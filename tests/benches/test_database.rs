//! What a database of its own costs a test (budget: 100 ms), with the migrations of the reference service: all of it,
//! the copy alone, and what they are made of, a bare `CREATE DATABASE … TEMPLATE` by each strategy with a `DROP`.

use std::path::Path;
use std::sync::OnceLock;

use divan::Bencher;
use lockstep::migrator::Migrations;
use lockstep::test::{Setup, run};
use lockstep_core::workspace::Workspace;
use lockstep_postgres::Server;
use lockstep_tests::migrating::embed_folder;
use lockstep_tests::{server, workspace_root};

fn main() {
    run(setup(), async |_| ());
    divan::main();
}

fn setup() -> &'static Setup {
    static SETUP: OnceLock<Setup> = OnceLock::new();
    SETUP.get_or_init(|| {
        let _ = server();
        Setup {
            name: "bench",
            workspace: concat!(env!("CARGO_MANIFEST_DIR"), "/benches"),
            servers: workspace_root().join(Workspace::SERVERS).to_string_lossy().into_owned().leak(),
            migrations: migrations(),
        }
    })
}

fn migrations() -> Migrations<'static> {
    let folder = tempfile::tempdir().expect("a folder");
    let source = workspace_root().join(Workspace::MIGRATIONS);
    for file in std::fs::read_dir(source).expect("migrations").flatten() {
        if Path::new(&file.file_name()).extension().is_some_and(|extension| extension == "sql") {
            std::fs::copy(file.path(), folder.path().join(file.file_name())).expect("a copy");
        }
    }
    embed_folder(folder.path())
}

#[divan::bench(sample_count = 40, threads = [1, 4])]
fn a_test_with_a_database() {
    run(setup(), async |_| ());
}

/// `CREATE DATABASE … TEMPLATE` and `DROP DATABASE` over one connection.
fn bare(bencher: Bencher<'_, '_>, strategy: &str) {
    let server: Server = server();
    let mut admin = server.connect("postgres").expect("a connection");
    let commented = "SELECT datname::text FROM pg_database
        WHERE shobj_description(oid, 'pg_database') LIKE '%' || $1 || ', last used at %'";
    let template: String = admin.query_one(commented, &[&setup().workspace]).expect("the template").get(0);
    let name = format!("lockstep_bench_{}", std::process::id());
    bencher.bench_local(|| {
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}{strategy}");
        admin.batch_execute(&create).expect("a copy");
        admin.batch_execute(&format!("DROP DATABASE {name}")).expect("the copy is dropped");
    });
}

#[divan::bench(sample_count = 40)]
fn bare_file_copy(bencher: Bencher<'_, '_>) {
    bare(bencher, " STRATEGY file_copy");
}

#[divan::bench(sample_count = 40)]
fn bare_wal_log(bencher: Bencher<'_, '_>) {
    bare(bencher, " STRATEGY wal_log");
}
