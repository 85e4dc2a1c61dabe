//! Parameter and column types as the server understands them.

use std::collections::BTreeMap;
use std::path::Path;

use lockstep_postgres::{Scratch, describe, describe_all, ensure};

const SCHEMA: &str = "
    CREATE SCHEMA shop;
    CREATE TYPE shop.state AS ENUM ('new', 'paid');
    CREATE DOMAIN shop.email AS varchar(120) CHECK (VALUE LIKE '%@%');
    CREATE TABLE shop.order (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        state shop.state NOT NULL,
        past shop.state[],
        email shop.email,
        price numeric(10, 2),
        placed_at timestamptz DEFAULT now()
    );
    CREATE TABLE plain (id int, note text);";

fn scratch() -> Scratch {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut scratch = ensure(&workspace).unwrap().scratch().unwrap();
    scratch.client().batch_execute(SCHEMA).unwrap();
    scratch
}

#[track_caller]
fn check(sql: &str, expected: &str) {
    let signature = describe(scratch().client(), sql).unwrap();
    let columns: Vec<String> =
        signature.columns.iter().map(|column| format!("{} {}", column.name, column.data_type)).collect();
    assert_eq!(signature.sql, sql);
    assert_eq!(format!("({}) -> ({})", signature.parameters.join(", "), columns.join(", ")), expected);
}

#[test]
fn columns_keep_their_modifiers_and_domains() {
    check(
        "SELECT id, state, past, email, price, placed_at FROM shop.order WHERE id = $1",
        "(bigint) -> (id bigint, state shop.state, past shop.state[], email shop.email, price numeric(10,2), \
         placed_at timestamp with time zone)",
    );
}

#[test]
fn parameters_have_the_type_of_what_they_are_put_into() {
    check(
        "INSERT INTO shop.order (state, past, email, price) VALUES ($1, $2, $3, $4)",
        "(shop.state, shop.state[], shop.email, numeric) -> ()",
    );
    check("SELECT unnest($1::shop.state[]) AS s, $2 || 'x' AS t", "(shop.state[], text) -> (s shop.state, t text)");
}

#[test]
fn names_in_the_statement_follow_the_search_path_of_the_connection() {
    check("SELECT note, count(*) FROM plain GROUP BY note", "() -> (note text, count bigint)");
    check("SELECT p FROM plain p", "() -> (p public.plain)");
}

#[test]
fn a_wrong_statement_is_told_with_its_position_and_harms_no_other() {
    let mut scratch = scratch();
    let statements: BTreeMap<String, String> =
        [("a", "SELECT 1 AS one"), ("b", "SELECT nothing FROM plain"), ("c", "SELECT id FROM plain WHERE note = $1")]
            .map(|(name, sql)| (name.to_owned(), sql.to_owned()))
            .into();
    let described = describe_all(scratch.client(), &statements).unwrap();
    let error = described["b"].as_ref().unwrap_err();
    assert_eq!(error.db().unwrap().code().code(), "42703");
    assert_eq!(error.db().unwrap().position(), Some(&postgres::error::ErrorPosition::Original(8)));
    assert_eq!(described["a"].as_ref().unwrap().columns[0].data_type, "integer");
    let one = describe(scratch.client(), &statements["c"]).unwrap();
    assert_eq!(*described["c"].as_ref().unwrap(), one);
}
