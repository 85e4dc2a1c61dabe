//! Which columns of a query are proven never to be NULL, and why the others are not.

use std::fmt::Write as _;
use std::path::Path;

use lockstep_core::query::nullability::columns;
use lockstep_postgres::{Scratch, Server, analyse, describe, ensure};
use postgres::Client;

#[path = "nullability/random.rs"]
mod random;

const SCHEMA: &str = include_str!("nullability/schema.sql");

fn server() -> Server {
    ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

fn scratch() -> Scratch {
    let mut scratch = server().scratch().unwrap();
    scratch.client().batch_execute(SCHEMA).unwrap();
    scratch
}

/// What there is to say of a query's columns: `name: T`, or `name: Option<T>` with the reason.
fn told(client: &mut Client, sql: &str) -> String {
    let signature = describe(client, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let analysis =
        analyse(client, sql, &signature.parameters).unwrap_or_else(|error| panic!("{sql}: {error}")).unwrap();
    let mut facts = analysis.facts;
    facts.parameters = vec![true; signature.parameters.len()];
    let mut told = format!("{sql}\n");
    let found = columns(&analysis.query, &facts);
    let names: Vec<&str> = signature.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(found.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), names, "{sql}");
    for column in found {
        match column.proof {
            Ok(()) => writeln!(told, "    {}: T", column.name).unwrap(),
            Err(reason) => {
                let lines: Vec<String> = reason.to_string().lines().map(str::trim).map(str::to_owned).collect();
                writeln!(told, "    {}: Option<T>, {}", column.name, lines.join(" < ")).unwrap();
            }
        }
    }
    told
}

/// Queries that the readers of result types get wrong, one for each line; `sqlx` are issues of its repository.
#[test]
fn hard_queries() {
    let mut scratch = scratch();
    // The one way to have it before version 18: NOT NULL above and not below.
    let loosened = "ALTER TABLE below ALTER COLUMN note DROP NOT NULL";
    let is_loose = scratch.client().batch_execute(loosened).is_ok();
    let queries = include_str!("nullability/queries.sql");
    let mut all = String::new();
    for line in queries.lines().filter(|line| !line.is_empty()) {
        let (comment, sql) = match line.strip_prefix("-- ") {
            Some(comment) => (comment, None),
            None => ("", Some(line)),
        };
        match sql {
            Some(sql) => writeln!(all, "{}", told(scratch.client(), sql)).unwrap(),
            None => writeln!(all, "== {comment}\n").unwrap(),
        }
    }
    if is_loose {
        insta::with_settings!({ snapshot_path => "nullability" }, { insta::assert_snapshot!("hard_queries", all) });
    } else {
        let told = told(scratch.client(), "SELECT note FROM above");
        assert!(told.contains("note: T"), "{told}");
    }
}
