//! How the work grows with the schema: introspection, diff and plan at 10, 100, 1,000 and 5,000 tables. Ten times the
//! tables should take about ten times as long, once the work outweighs the round trips.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use lockstep_core::catalog::State;
use lockstep_core::diff::diff;
use lockstep_core::plan::{PlanOptions, plan};
use lockstep_postgres::introspect;
use lockstep_tests::live_tables::{changes, database};

fn main() {
    divan::main();
}

const TABLES: &[usize] = &[10, 100, 1_000, 5_000];

/// Budget: a fixed number of queries, whatever the number of tables.
#[divan::bench(args = TABLES, sample_count = 5, sample_size = 1)]
fn introspection(bencher: divan::Bencher<'_, '_>, tables: usize) {
    let mut scratch = database(tables, "");
    bencher.bench_local(|| introspect(scratch.client()).unwrap());
}

#[divan::bench(args = TABLES, sample_count = 5, sample_size = 1)]
fn diff_of_equal(bencher: divan::Bencher<'_, '_>, tables: usize) {
    let (one, other) = (state(tables, 0), state(tables, 0));
    bencher.bench_local(|| diff(&one.catalog, &other.catalog));
}

/// A tenth of the tables differs.
#[divan::bench(args = TABLES, sample_count = 5, sample_size = 1)]
fn diff_of_different(bencher: divan::Bencher<'_, '_>, tables: usize) {
    let (one, other) = (state(tables, 0), state(tables, tables / 10));
    bencher.bench_local(|| diff(&one.catalog, &other.catalog));
}

#[divan::bench(args = TABLES, sample_count = 5, sample_size = 1)]
fn plan_of_equal(bencher: divan::Bencher<'_, '_>, tables: usize) {
    let (one, other) = (state(tables, 0), state(tables, 0));
    bencher.bench_local(|| plan(&one, &other, &PlanOptions::default()).unwrap());
}

/// A tenth of the tables differs.
#[divan::bench(args = TABLES, sample_count = 5, sample_size = 1)]
fn plan_of_different(bencher: divan::Bencher<'_, '_>, tables: usize) {
    let (one, other) = (state(tables, 0), state(tables, tables / 10));
    bencher.bench_local(|| plan(&one, &other, &PlanOptions::default()).unwrap());
}

/// Every table is new.
#[divan::bench(args = TABLES, sample_count = 5, sample_size = 1)]
fn plan_from_nothing(bencher: divan::Bencher<'_, '_>, tables: usize) {
    let (nothing, all) = (state(0, 0), state(tables, 0));
    bencher.bench_local(|| plan(&nothing, &all, &PlanOptions::default()).unwrap());
}

/// What a database of so many tables, so many of them changed, holds; read once per process.
fn state(tables: usize, changed: usize) -> State {
    static READ: Mutex<BTreeMap<(usize, usize), State>> = Mutex::new(BTreeMap::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let state = read
        .entry((tables, changed))
        .or_insert_with(|| introspect(database(tables, &changes(changed)).client()).unwrap().state);
    state.clone()
}
