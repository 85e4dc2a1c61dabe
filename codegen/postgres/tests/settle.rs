//! A database that is built from another one's deparsed texts is equal to it once both are settled.

use std::path::Path;

use lockstep_core::catalog::State;
use lockstep_core::emit::sql::create_all;
use lockstep_core::source::SourceFile;
use lockstep_postgres::{MissingRoles, Scratch, ensure, introspect, load, settle};

fn scratch() -> Scratch {
    ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap().scratch().unwrap()
}

fn built(scratch: &mut Scratch, sql: &str) -> State {
    if let Err(wrong) = load(scratch.client(), &[SourceFile::new("schema/a.sql", sql)], MissingRoles::Make).unwrap() {
        panic!("{}\n{sql}", wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
    let found = introspect(scratch.client()).unwrap();
    assert_eq!(found.refused, []);
    found.state
}

/// A database built from the texts of another one.
fn rebuilt(scratch: &mut Scratch, state: &State) -> State {
    for statement in create_all(state) {
        scratch.client().batch_execute(&statement).unwrap_or_else(|error| panic!("{error}\n{statement}"));
    }
    introspect(scratch.client()).unwrap().state
}

/// Builds all of `schema`, builds another database from the first one's texts, settles. Returns the names of what
/// differed before.
fn check(schema: &[&str]) -> Vec<String> {
    let (mut first, mut second, mut third) = (scratch(), scratch(), scratch());
    let a = built(&mut first, &schema.join(";\n"));
    let b = rebuilt(&mut second, &a);
    let differed = differences(&a, &b);
    let before = (introspect(first.client()).unwrap(), introspect(second.client()).unwrap());
    let (settled_a, settled_b) = settle(first.client(), a.clone(), second.client(), b.clone()).unwrap();
    assert_eq!(differences(&settled_a, &settled_b), Vec::<String>::new());
    assert_eq!(settled_a.catalog, settled_b.catalog);
    assert_eq!(settled_a.dependencies, a.dependencies);
    let after = (introspect(first.client()).unwrap(), introspect(second.client()).unwrap());
    assert_eq!(before, after, "settling has changed a database");

    // What is built from the settled texts is the same again.
    let c = rebuilt(&mut third, &settled_b);
    let (settled_b, c) = settle(second.client(), b, third.client(), c).unwrap();
    assert_eq!(differences(&settled_b, &c), Vec::<String>::new());
    differed
}

/// The lines of the certificate that differ, each with its fellow.
fn differences(a: &State, b: &State) -> Vec<String> {
    let json = |state: &State| serde_json::to_string_pretty(&state.catalog).unwrap();
    let (a, b) = (json(a), json(b));
    assert_eq!(a.lines().count(), b.lines().count(), "{a}\n{b}");
    a.lines().zip(b.lines()).filter(|(a, b)| a != b).map(|(a, b)| format!("{}\n{}", a.trim(), b.trim())).collect()
}

#[test]
fn lists_of_short_strings_in_every_place() {
    let differed = check(&[
        "CREATE TABLE t1 (a varchar(20) CHECK (a IN ('a', 'b')))",
        "CREATE TABLE t2 (a varchar, CHECK (a NOT IN ('a', 'b') AND a <> 'c'))",
        "CREATE TABLE t3 (a varchar); CREATE INDEX i3 ON t3 (a) WHERE a IN ('a', 'b')",
        "CREATE TABLE t4 (a varchar); CREATE UNIQUE INDEX i4 ON t4 ((a IN ('a', 'b')))",
        "CREATE TABLE t5 (a varchar, b boolean GENERATED ALWAYS AS (a IN ('a', 'b')) STORED)",
        "CREATE TABLE t6 (a varchar, b boolean DEFAULT ('x'::varchar IN ('a', 'b')))",
        "CREATE TABLE t7 (a varchar); CREATE VIEW v7 AS SELECT a FROM t7 WHERE a IN ('a', 'b')",
        "CREATE TABLE t8 (a varchar); CREATE MATERIALIZED VIEW v8 AS SELECT a IN ('a', 'b') AS b FROM t8",
        "CREATE MATERIALIZED VIEW v9 AS SELECT 'a'::varchar AS a; CREATE INDEX i9 ON v9 (a) WHERE a IN ('a', 'b')",
        "CREATE DOMAIN d10 AS varchar DEFAULT 'x' CHECK (VALUE IN ('a', 'b'))",
        "CREATE DOMAIN d11 AS boolean DEFAULT ('x'::varchar IN ('a', 'b'))",
        // Its definition and its arguments.
        "CREATE FUNCTION f12(a varchar, b boolean DEFAULT ('x'::varchar IN ('a', 'b'))) RETURNS boolean LANGUAGE sql
         BEGIN ATOMIC SELECT a IN ('a', 'b'); END",
        "CREATE TABLE t13 (a varchar, EXCLUDE USING btree (a WITH =) WHERE (a IN ('a', 'b')))",
        "CREATE FUNCTION f14() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TABLE t14 (a varchar)",
        "CREATE TRIGGER g BEFORE UPDATE ON t14 FOR EACH ROW WHEN (NEW.a IN ('a', 'b')) EXECUTE FUNCTION f14()",
        "CREATE TABLE t15 (a boolean)",
        "CREATE VIEW v15 AS SELECT a FROM t15",
        "ALTER VIEW v15 ALTER COLUMN a SET DEFAULT ('x'::varchar IN ('a', 'b'))",
        "CREATE TABLE t16 (a varchar)",
        "CREATE POLICY p16 ON t16 USING (a IN ('a', 'b')) WITH CHECK (a NOT IN ('a', 'b'))",
        "CREATE RULE r16 AS ON UPDATE TO t16 WHERE NEW.a IN ('a', 'b') DO INSTEAD NOTHING",
        "CREATE STATISTICS s16 ON a, (a IN ('a', 'b')) FROM t16",
    ]);
    assert_eq!(differed.len(), 20, "{}", differed.join("\n\n"));
}

#[test]
fn expressions_of_real_schemas() {
    check(&[
        "CREATE TABLE t1 (a int CHECK (a BETWEEN 1 AND 5), b numeric(5, 2) CHECK (b > 0 AND b < 1e3), c smallint CHECK (c IN (1, 2)))",
        "CREATE TABLE t2 (a interval DEFAULT '1 day 02:00', b date DEFAULT '2020-01-01', c timestamptz DEFAULT now() + '1 h'::interval)",
        "CREATE TABLE t3 (a text DEFAULT CASE WHEN 1 > 2 THEN 'a' ELSE upper('b') END, b jsonb DEFAULT '{}', c text[] DEFAULT ARRAY['a', 'b'])",
        "CREATE TABLE t4 (a char(3) CHECK (a = 'abc'), b \"char\" DEFAULT 'x', c bit(3) DEFAULT B'101', d bytea DEFAULT '\\x00')",
        "CREATE TABLE t5 (a varchar(10), b varchar); CREATE INDEX i5 ON t5 (lower(a), (a || b) DESC, coalesce(b, 'x')); CREATE INDEX j5 ON t5 (b varchar_pattern_ops) WHERE b LIKE 'a%' AND a IS NOT NULL",
        "CREATE TABLE t6 (a int, b int); CREATE TABLE u6 (a int, c int); CREATE VIEW v6 AS SELECT * FROM t6 JOIN u6 USING (a); CREATE VIEW w6 AS SELECT t6.*, u6.c FROM t6 NATURAL LEFT JOIN u6 WHERE t6.b = ANY (ARRAY[1, 2])",
        "CREATE TABLE t7 (a int); CREATE VIEW v7 AS WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n, count(*) FILTER (WHERE n > 1) OVER (PARTITION BY n ORDER BY n) FROM r, LATERAL (SELECT a FROM t7 WHERE a = n) s GROUP BY n ORDER BY 1 DESC NULLS LAST LIMIT 3",
        "CREATE TABLE t8 (a timestamptz, b text, c date GENERATED ALWAYS AS ((a AT TIME ZONE 'UTC')::date) STORED, d text GENERATED ALWAYS AS (b || 'x' || substring(b from 1 for 2)) STORED)",
        "CREATE TABLE t9 (a text CHECK (a ~ '^[a-z]+$' AND length(a) BETWEEN 1 AND 10 OR a IS NULL), b text CHECK (b IN ('x') AND position('a' in b) > 0 AND trim(both from b) <> ''), c text COLLATE \"C\" CHECK (c > 'a' COLLATE \"C\"))",
        "CREATE DOMAIN d10 AS varchar(5) CHECK (VALUE = 'x'); CREATE TABLE t10 (a d10 CHECK (a = 'x'), b d10[] DEFAULT ARRAY['x']::d10[], c int CHECK ((c)::text::varchar IN ('1', '2')))",
        "CREATE TABLE t11 (a numeric CHECK (a > -1), b int CHECK (-b < - 5), c float8 DEFAULT -1.5e10, d int DEFAULT -(1), e bigint DEFAULT -9223372036854775808)",
        "CREATE TABLE t12 (a int4range, b tstzrange, EXCLUDE USING gist (a WITH &&, b WITH &&) WHERE (NOT isempty(a)))",
        "CREATE FUNCTION f13(a int DEFAULT 1, b text DEFAULT 'x', VARIADIC c date[] DEFAULT '{}') RETURNS TABLE (x int, y text) LANGUAGE sql STABLE BEGIN ATOMIC SELECT a, b WHERE a IN (1, 2); SELECT a + 1, b::varchar(2) WHERE b IN ('x', 'y'); END",
        "CREATE TABLE t14 (a varchar); CREATE VIEW v14 AS SELECT CASE a WHEN 'x' THEN 1 END AS one, a::varchar(3) AS three, (a, 'x') IN (('a', 'b')) AS pair, EXISTS (SELECT FROM t14 x WHERE x.a = t14.a) AS there FROM t14 UNION SELECT 1, 'b', true, false",
        "CREATE TABLE t15 (a jsonb CHECK (jsonb_typeof(a -> 'x') = 'string' AND a #>> '{a,b}' <> '' AND (a ->> 'n')::int > 0), b xml, c money DEFAULT 5::money)",
    ]);
}

#[test]
fn all_that_the_model_holds_is_built_again_from_it() {
    let (mut first, mut second) = (scratch(), scratch());
    first.client().batch_execute(include_str!("everything.sql")).unwrap();
    let a = introspect(first.client()).unwrap().state;
    let b = rebuilt(&mut second, &a);
    let (a, b) = settle(first.client(), a, second.client(), b).unwrap();
    assert_eq!(differences(&a, &b), Vec::<String>::new());
    assert_eq!(a, b);
}

#[test]
fn what_really_differs_still_does() {
    let (mut first, mut second) = (scratch(), scratch());
    let a = built(
        &mut first,
        "CREATE TABLE t (a varchar CHECK (a IN ('a', 'b')), b int DEFAULT 1); CREATE VIEW v AS SELECT a FROM t",
    );
    let b = built(
        &mut second,
        "CREATE TABLE t (a varchar CHECK (a IN ('a', 'c')), b int DEFAULT 2); CREATE VIEW v AS SELECT b AS a FROM t",
    );
    let (a, b) = settle(first.client(), a, second.client(), b).unwrap();
    let name = "public.t".parse().unwrap();
    let (a_table, b_table) = (&a.catalog.tables[&name], &b.catalog.tables[&name]);
    assert_eq!(a_table.columns[1].default.as_deref(), Some("1"));
    assert_eq!(b_table.columns[1].default.as_deref(), Some("2"));
    assert_ne!(a_table.constraints, b_table.constraints);
    assert_ne!(a.catalog.views, b.catalog.views);
}
