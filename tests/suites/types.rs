//! What becomes of values when their type changes, and what is said where nobody knows.

use lockstep_core::catalog::{ObjectAddress, ObjectKind};
use lockstep_core::name::QualifiedName;
use lockstep_core::plan::{Form, PlanOptions, plan};
use lockstep_tests::convergence::{Shape, everything_allowed, lead, read};
use postgres::Client;

/// Leads `before` to `after` and returns what the query yields then, row by row, or what refuses it.
fn led(before: &str, after: &str, options: &PlanOptions, query: &str) -> String {
    let server = lockstep_tests::server();
    let (mut first, mut second) = (server.scratch().unwrap(), server.scratch().unwrap());
    first.client().batch_execute(before).unwrap();
    second.client().batch_execute(after).unwrap();
    let (current, desired) = (read(first.client()).unwrap(), read(second.client()).unwrap());
    if let Err(diagnostics) = plan(&current, &desired, options) {
        let told = diagnostics.iter().map(|it| format!("{}: {}", it.code, it.message));
        return told.collect::<Vec<_>>().join("\n");
    }
    // No row is untouched here: the query says what must have become of them.
    let untouched = Shape::new();
    lead(first.client(), &current, &desired, &untouched, options).unwrap_or_else(|problem| panic!("{problem}"));
    rows(first.client(), query)
}

fn rows(client: &mut Client, query: &str) -> String {
    let rows = client.query(&format!("SELECT row_to_json(q)::text FROM ({query}) AS q"), &[]).unwrap();
    rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
}

fn check(before: &str, after: &str, query: &str, expected: &str) {
    assert_eq!(led(before, after, &everything_allowed(Form::Offline), query), expected);
}

#[test]
fn a_composite_value_keeps_its_attributes_by_their_names() {
    check(
        "CREATE TYPE inside AS (x int, y text); CREATE TYPE c AS (a int, b inside, gone text);
         CREATE TABLE t (id int, c c); INSERT INTO t VALUES (1, ROW(1, ROW(2, 'y'), 'g')), (2, NULL), (3, ROW(NULL, NULL, NULL))",
        "CREATE TYPE inside AS (y varchar(9), x bigint, z date); CREATE TYPE c AS (new boolean, b inside, a text);
         CREATE TABLE t (id int, c c)",
        "SELECT id, c, c IS NOT DISTINCT FROM NULL AS none FROM t ORDER BY id",
        "{\"id\":1,\"c\":{\"new\":null,\"b\":{\"y\":\"y\",\"x\":2,\"z\":null},\"a\":\"1\"},\"none\":false}\n\
         {\"id\":2,\"c\":null,\"none\":true}\n\
         {\"id\":3,\"c\":{\"new\":null,\"b\":null,\"a\":null},\"none\":false}",
    );
}

#[test]
fn an_attribute_that_comes_leaves_rows_as_they_are() {
    check(
        "CREATE TYPE c AS (a int); CREATE TABLE t (c c, cs c[]); INSERT INTO t VALUES (ROW(1), ARRAY[ROW(2)::c])",
        "CREATE TYPE c AS (a int, b text); CREATE TABLE t (c c, cs c[])",
        "SELECT (c).a, (c).b, (cs[1]).a AS first FROM t",
        "{\"a\":1,\"b\":null,\"first\":2}",
    );
}

const LISTS: (&str, &str) = (
    "CREATE TYPE c AS (a int, b text); CREATE TABLE t (id int, cs c[]);
     INSERT INTO t VALUES (1, ARRAY[ROW(1, 'x')::c, NULL, ROW(NULL, NULL)::c]), (2, NULL), (3, '{}'),
                          (4, '[2:3][1:1]={{\"(5,y)\"},{\"(6,z)\"}}')",
    "CREATE TYPE c AS (b text, a bigint); CREATE TABLE t (id int, cs c[])",
);

#[test]
fn a_list_of_rows_keeps_their_attributes_by_their_names() {
    check(
        LISTS.0,
        LISTS.1,
        "SELECT cs::text FROM t ORDER BY id",
        "{\"cs\":\"{\\\"(x,1)\\\",NULL,\\\"(,)\\\"}\"}\n{\"cs\":null}\n{\"cs\":\"{}\"}\n\
         {\"cs\":\"[2:3][1:1]={{\\\"(y,5)\\\"},{\\\"(z,6)\\\"}}\"}",
    );
}

#[test]
fn a_list_of_rows_becomes_what_one_is_told() {
    let mut options = everything_allowed(Form::Offline);
    let column = ObjectAddress::part(ObjectKind::Column, &QualifiedName::new("public", "t"), "cs");
    options.using.insert(column, "ARRAY[ROW((cs[1]).b || '!', (cs[1]).a)::public.c]".to_owned());
    let told = led(LISTS.0, LISTS.1, &options, "SELECT cs FROM t WHERE id = 1");
    assert_eq!(told, "{\"cs\":[{\"b\":\"x!\",\"a\":1}]}");
}

#[test]
fn what_reads_columns_by_place_is_built_when_they_stand() {
    let function = "CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
                    CREATE VIEW v AS SELECT x.a, x.c FROM f() AS x";
    check(
        &format!("CREATE TABLE t (a int, b text, c date); {function}; INSERT INTO t VALUES (1, 'x', '2020-01-01')"),
        &format!("CREATE TABLE t (a int, c date, z int); {function}"),
        "SELECT * FROM v",
        "{\"a\":1,\"c\":\"2020-01-01\"}",
    );
    check(
        &format!("CREATE TABLE t (a int, c date, z int); {function}"),
        &format!("CREATE TABLE t (z int, a int, c date); {function}"),
        "",
        "columns-by-place: view public.v reads the columns of table public.t by place, and in the database they will not \
         stand as in the schema",
    );
}

#[test]
fn a_body_that_returns_columns_by_place_is_written_where_they_stand() {
    let read_as_made = "CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql BEGIN ATOMIC SELECT * FROM t; END";
    let read_as_run = "CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'";
    let refused = "columns-by-place: routine public.f() returns the columns of table public.t by place, and in the \
                   database they will not stand as in the schema";
    let table = "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x')";
    let moved = "CREATE TABLE t (b text, a int)";
    let between = "CREATE TABLE t (a int, c date, b text)";
    let at_the_end = "CREATE TABLE t (a int, b text, c date)";
    for (before, after, told) in [
        (table.to_owned(), format!("{moved}; {read_as_made}"), refused),
        (format!("{table}; {read_as_made}"), format!("{moved}; {read_as_made}"), refused),
        (format!("{table}; {read_as_made}"), format!("{between}; {read_as_made}"), refused),
        (
            format!("{table}; {read_as_made}"),
            format!("{at_the_end}; {read_as_made}"),
            "{\"a\":1,\"b\":\"x\",\"c\":null}",
        ),
        (format!("{table}; {read_as_run}"), format!("{between}; {read_as_run}"), "{\"a\":1,\"b\":\"x\",\"c\":null}"),
    ] {
        check(&before, &after, "SELECT * FROM f()", told);
    }
}

#[test]
fn a_view_whose_rows_a_column_holds_is_not_replaced() {
    check(
        "CREATE TABLE t (a int, b text); CREATE VIEW v AS SELECT a, b FROM t; CREATE TABLE u (v v)",
        "CREATE TABLE t (a int, b text); CREATE VIEW v AS SELECT b, a FROM t; CREATE TABLE u (v v)",
        "",
        "row-type-in-use: column public.u.v holds rows of public.v, which has to be dropped and created anew",
    );
}

#[test]
fn a_table_does_not_take_the_place_of_a_type_that_a_column_holds() {
    let refused = "row-type-in-use: column public.u.v holds rows of public.v, which has to be dropped and created anew";
    let (composite, table) = ("CREATE TYPE v AS (a int)", "CREATE TABLE v (a int)");
    for (before, after) in [(composite, table), (table, composite)] {
        check(&format!("{before}; CREATE TABLE u (v v)"), &format!("{after}; CREATE TABLE u (v v)"), "", refused);
    }
}
