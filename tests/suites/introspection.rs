//! Introspection asks the server the same number of questions, however much there is in the database.

use lockstep_postgres::{Scratch, introspect};
use lockstep_tests::live_tables::database;
use lockstep_tests::proxy::Proxy;
use lockstep_tests::{block_on, server};

/// The round trips of one introspection, and how many objects it has found.
fn cost(schema: &str) -> (usize, usize) {
    let mut database = server().scratch().unwrap();
    database.client().batch_execute(schema).unwrap();
    cost_of(&database)
}

fn cost_of(database: &Scratch) -> (usize, usize) {
    block_on(async {
        let proxy = Proxy::start(&database.url()).await.unwrap();
        let config = postgres::Config::from(proxy.config());
        let read = tokio::task::spawn_blocking(move || {
            let mut client = config.connect(postgres::NoTls).unwrap();
            introspect(&mut client).unwrap()
        });
        let found = read.await.unwrap();
        (proxy.round_trips(), found.state.catalog.addresses().len() + found.refused.len())
    })
}

#[test]
fn introspection_is_a_fixed_number_of_queries() {
    let group = |n: usize| {
        format!(
            "CREATE TYPE e{n} AS ENUM ('a'); CREATE DOMAIN d{n} AS text CHECK (VALUE <> '');
             CREATE TABLE t{n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s serial, e e{n}, d d{n} UNIQUE);
             CREATE INDEX i{n} ON t{n} (e); CREATE VIEW v{n} AS SELECT * FROM t{n};
             CREATE MATERIALIZED VIEW m{n} AS SELECT * FROM t{n};
             CREATE FUNCTION f{n}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE FUNCTION h{n}() RETURNS int LANGUAGE sql SET search_path = public AS 'SELECT 1';
             CREATE TRIGGER g BEFORE INSERT ON t{n} FOR EACH ROW EXECUTE FUNCTION f{n}();
             CREATE POLICY p ON t{n}; CREATE TYPE c{n} AS (a int);"
        )
    };
    let (round_trips, few) = cost(&group(0));
    let (with_many, many) = cost(&(0..20).map(group).collect::<String>());
    assert_eq!(round_trips, with_many);
    assert!(few > 10 && many > 10 * few, "{few} and {many} objects");
    let (with_a_thousand_tables, objects) = cost_of(&database(1_000, ""));
    // There are no routines, whose bodies take one question to find and one to check.
    assert_eq!(round_trips, with_a_thousand_tables + 2);
    assert!(objects > 10_000, "{objects} objects");
    // Beginning, settings, one query per group of catalogs, the end; and what connecting asks.
    assert!(round_trips <= 28, "{round_trips}");
}
