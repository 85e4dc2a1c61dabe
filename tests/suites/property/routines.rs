//! Routines and triggers of the random schemas.

use crate::grammar::{Bytes, comment};

pub(crate) fn routine(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let (header, what) = match usize::from(name) % 8 {
        0 => ("f0() RETURNS integer", "FUNCTION f0()"),
        1 => (
            bytes.pick(&[
                "f1(a integer) RETURNS integer",
                "f1(a integer) RETURNS integer",
                "f1(b integer) RETURNS integer",
                "f1(a integer, b integer DEFAULT 2) RETURNS integer",
                "f1(a integer DEFAULT 1) RETURNS integer",
                "f1(a integer) RETURNS bigint",
            ]),
            "FUNCTION f1(integer)",
        ),
        2 => ("f2(a text) RETURNS text", "FUNCTION f2(text)"),
        3 => return table_function("f3", bytes),
        7 => return table_function("f6", bytes),
        4 => ("f4(a e0) RETURNS e0", "FUNCTION f4(e0)"),
        5 => (bytes.pick(&["p0(a integer)", "p0(a integer, INOUT b integer)"]), "PROCEDURE p0(integer)"),
        _ => ("app.f5(a t0) RETURNS bigint", "FUNCTION app.f5(t0)"),
    };
    let traits = bytes.pick(&[" IMMUTABLE", " IMMUTABLE", " IMMUTABLE STRICT", " IMMUTABLE COST 5 PARALLEL SAFE"]);
    let word = what.split(' ').next().unwrap_or("FUNCTION");
    let traits = if word == "PROCEDURE" { "" } else { traits };
    let body = match usize::from(name) % 8 {
        2 => bytes.pick(&[
            "LANGUAGE sql AS 'SELECT $1'",
            "LANGUAGE sql AS 'SELECT lower($1)'",
            "LANGUAGE sql RETURN upper(a)",
        ]),
        4 => bytes.pick(&["LANGUAGE sql AS 'SELECT $1'", "LANGUAGE sql RETURN a"]),
        5 => bytes.pick(&[
            "LANGUAGE plpgsql AS 'BEGIN NULL; END'",
            "LANGUAGE sql BEGIN ATOMIC INSERT INTO t0 (c5) VALUES (a); END",
        ]),
        6 => bytes.pick(&["LANGUAGE sql AS 'SELECT $1.c5::bigint'", "LANGUAGE sql RETURN 5"]),
        1 => bytes.pick(&[
            "LANGUAGE sql AS 'SELECT 1'",
            "LANGUAGE sql AS 'SELECT 2'",
            "LANGUAGE plpgsql AS 'BEGIN RETURN 3; END'",
            "LANGUAGE sql AS 'SELECT count(*)::integer FROM far'",
            "LANGUAGE sql AS 'SELECT length(f2(''abc''))'",
            "LANGUAGE sql RETURN (SELECT max(c5)::integer FROM far)",
            "LANGUAGE sql BEGIN ATOMIC SELECT max(c5)::integer FROM far; END",
        ]),
        _ => bytes.pick(&[
            "LANGUAGE sql AS 'SELECT 1'",
            "LANGUAGE sql AS 'SELECT 2'",
            "LANGUAGE plpgsql AS 'BEGIN RETURN 3; END'",
            "LANGUAGE sql AS 'SELECT count(*)::integer FROM t0'",
            "LANGUAGE sql AS 'SELECT length(f2(''abc''))'",
            "LANGUAGE sql RETURN (SELECT max(c5)::integer FROM t1)",
            "LANGUAGE sql BEGIN ATOMIC SELECT max(c5)::integer FROM v0; END",
        ]),
    };
    let mut all = vec![format!("CREATE {word} {header}{traits} {body}")];
    all.extend(comment(bytes, what));
    all
}

/// A view on rows of a table's type names their columns by place: no view is made on `f3`.
fn table_function(name: &str, bytes: &mut Bytes) -> Vec<String> {
    let result = if name == "f3" {
        bytes.pick(&[
            "SETOF t0 LANGUAGE sql AS 'SELECT * FROM t0'",
            "SETOF v0 LANGUAGE sql AS 'SELECT * FROM v0'",
            "SETOF e0 LANGUAGE sql AS 'SELECT ''a''::e0'",
        ])
    } else {
        bytes.pick(&[
            "TABLE (c0 integer, c1 text, c5 integer) LANGUAGE sql AS 'SELECT 1, ''x'', 2'",
            "TABLE (c0 integer, c1 text, c5 bigint) LANGUAGE sql AS 'SELECT 1, ''x'', 2::bigint'",
        ])
    };
    let mut all = vec![format!("CREATE FUNCTION {name}() RETURNS {result}")];
    all.extend(comment(bytes, &format!("FUNCTION {name}()")));
    all
}

pub(crate) fn trigger(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let (table, trigger) = (bytes.table(), ["g0", "g1"][usize::from(name) % 2]);
    let event = bytes.pick(&[
        "BEFORE INSERT",
        "BEFORE UPDATE",
        "AFTER UPDATE OF c1",
        "BEFORE INSERT OR UPDATE OF c0, c5",
        "AFTER DELETE",
    ]);
    let when =
        bytes.pick(&["", "", " WHEN (NEW.c5 > 1)", " WHEN (OLD.c1 IS DISTINCT FROM NEW.c1)", " WHEN (NEW.c2 = 'a')"]);
    let constraint = if event.starts_with("AFTER") { bytes.pick(&["", "", "CONSTRAINT "]) } else { "" };
    let mut all = vec![format!(
        "CREATE {constraint}TRIGGER {trigger} {event} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION touch()"
    )];
    if bytes.rarely(4) {
        let state = bytes.pick(&["DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS"]);
        all.push(format!("ALTER TABLE {table} {state} TRIGGER {trigger}"));
    }
    all.extend(comment(bytes, &format!("TRIGGER {trigger} ON {table}")));
    all
}
