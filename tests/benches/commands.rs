//! The budgets of the command line: `db:generate` with nothing to do, and `db:diff` of two live databases.
//!
//! What is measured is the program that `cargo xtask` runs, as it is built for development, start of the process
//! included.

use lockstep_postgres::Scratch;
use lockstep_tests::live_tables::{changes, database, table};
use lockstep_tests::workspace::TestWorkspace;

fn main() {
    divan::main();
}

/// Budget: under 0.5 s at 100 tables and 100 migrations.
#[divan::bench(sample_count = 20)]
fn generate_with_nothing_to_do(bencher: divan::Bencher<'_, '_>) {
    let workspace = workspace(100);
    bencher.bench_local(|| workspace.succeed(&["db:generate"]));
}

/// The same with one table to add: load, replay, plan, proof, measured locks, certificate.
#[divan::bench(sample_count = 5)]
fn generate_one_more_table(bencher: divan::Bencher<'_, '_>) {
    let workspace = workspace(100);
    bencher
        .with_inputs(|| {
            workspace.write("schema/99_more.sql", &table("more", workspace.migrations().len()));
        })
        .bench_local_values(|()| workspace.succeed(&["db:generate", "--problem", "p", "--allow", "drop-table"]));
}

/// Budget: under 2 s for 1,000 tables each.
#[divan::bench(sample_count = 5)]
fn diff_of_equal_live_databases(bencher: divan::Bencher<'_, '_>) {
    let (one, other) = (database(1_000, ""), database(1_000, ""));
    bench_diff(bencher, &one, &other);
}

/// Budget: under 2 s for 1,000 tables each, of which ten differ.
#[divan::bench(sample_count = 5)]
fn diff_of_different_live_databases(bencher: divan::Bencher<'_, '_>) {
    let (one, other) = (database(1_000, ""), database(1_000, &changes(10)));
    bench_diff(bencher, &one, &other);
}

fn bench_diff(bencher: divan::Bencher<'_, '_>, one: &Scratch, other: &Scratch) {
    let workspace = TestWorkspace::new();
    let (from, to) = (one.url(), other.url());
    bencher.bench_local(|| workspace.succeed(&["db:diff", "--from", &from, "--to", &to]));
}

/// A workspace of so many tables in ten files, and as many migrations.
fn workspace(tables: usize) -> TestWorkspace {
    let workspace = TestWorkspace::new();
    let mut files = vec!["CREATE SCHEMA shop;\n".to_owned()];
    files.extend((0..10).map(|_| String::new()));
    for number in 0..tables {
        let table = table(&format!("t{number}"), number);
        let first = if number == 0 { "CREATE SCHEMA shop;\n" } else { "" };
        workspace.write(
            &format!("migrations/V{}__t{number}.sql", 20_250_101_000_000 + number),
            &format!(
                "-- Migration: t{number}\n-- Problem: p\n-- Solution: s\n-- Affects: shop.t{number}\n-- Phase: expand\n\
                      -- Transaction: yes\n-- Rollback: DROP TABLE shop.t{number};\n\n{first}{table}"
            ),
        );
        files[1 + number % 10].push_str(&table);
    }
    files.iter().enumerate().for_each(|(number, text)| workspace.write(&format!("schema/{number:02}.sql"), text));
    workspace.succeed(&["db:generate"]);
    workspace
}
