//! Schema files in any order, and what is said about those that are wrong.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use lockstep_core::catalog::{ObjectAddress, ObjectKind};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::source::SourceFile;
use lockstep_postgres::{Loaded, MissingRoles, Scratch, ensure, introspect, load, rebuild};

fn scratch() -> Scratch {
    ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap().scratch().unwrap()
}

fn files(texts: &[&str]) -> Vec<Arc<SourceFile>> {
    let file = |(place, text): (usize, &&str)| SourceFile::new(format!("schema/{}0.sql", place + 1), *text);
    texts.iter().enumerate().map(file).collect()
}

fn loaded(scratch: &mut Scratch, texts: &[&str]) -> Loaded {
    load(scratch.client(), &files(texts), MissingRoles::Make)
        .unwrap()
        .unwrap_or_else(|wrong| panic!("{}", shown(&wrong)))
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let place = diagnostic.primary.as_ref().map_or("", |span| span.text());
        writeln!(text, "[{}] {diagnostic}\n  at: {place}", diagnostic.code).unwrap();
    }
    text
}

/// What is said about these files.
fn wrong(texts: &[&str]) -> String {
    let mut scratch = scratch();
    shown(&load(scratch.client(), &files(texts), MissingRoles::Make).unwrap().unwrap_err())
}

#[test]
fn any_order_of_statements_is_one_schema() {
    let statements = [
        "CREATE SCHEMA shop",
        "CREATE EXTENSION citext",
        "CREATE TYPE shop.status AS ENUM ('new')",
        "CREATE DOMAIN shop.email AS citext CHECK (shop.valid(VALUE::text))",
        "CREATE FUNCTION shop.valid(text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN $1 LIKE '%@%'",
        "CREATE TABLE shop.item (id int PRIMARY KEY, status shop.status, email shop.email)",
        "CREATE TABLE shop.line (item int REFERENCES shop.item, note text)",
        "ALTER TABLE shop.line ADD COLUMN number int",
        "CREATE INDEX line_number ON shop.line (number)",
        "CREATE VIEW shop.a AS SELECT * FROM shop.line",
        "CREATE VIEW shop.b AS SELECT * FROM shop.a",
        "COMMENT ON COLUMN shop.b.item IS 'x'",
    ];
    let mut reversed = statements;
    reversed.reverse();
    let mut shuffled = statements;
    shuffled.rotate_left(5);
    shuffled.swap(0, 8);
    let mut found = Vec::new();
    for order in [statements, reversed, shuffled] {
        let mut scratch = scratch();
        loaded(&mut scratch, &[&order[..5].join(";\n"), &order[5..].join(";\n")]);
        let mut catalog = introspect(scratch.client()).unwrap().state.catalog;
        // `SELECT *` reads the columns that are there when the view is made.
        catalog.views.clear();
        found.push(catalog);
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0], found[2]);
}

#[test]
fn a_long_chain_in_the_wrong_order_loads() {
    let mut texts: Vec<String> = (1..300).map(|n| format!("CREATE VIEW v{n} AS SELECT * FROM v{};", n - 1)).collect();
    texts.insert(0, "CREATE VIEW v0 AS SELECT 1 AS a;".to_owned());
    texts.reverse();
    let mut scratch = scratch();
    assert_eq!(loaded(&mut scratch, &[&texts.join("\n")]).statements.len(), 300);
}

#[test]
fn every_definition_has_its_place() {
    let mut scratch = scratch();
    let loaded = loaded(
        &mut scratch,
        &[
            "CREATE SCHEMA s;\nCREATE TABLE s.t (\n  id int PRIMARY KEY,\n  n int CONSTRAINT positive CHECK (n > 0)\n);",
            "CREATE FUNCTION s.f(a int, b varchar DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1';
             CREATE FUNCTION s.f(a timestamptz[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
             CREATE INDEX i ON s.t (n); ALTER TABLE s.t ADD late int",
        ],
    );
    let places: Vec<String> =
        loaded.definitions.iter().map(|(address, span)| format!("{} {address}", span.location())).collect();
    insta::assert_snapshot!(places.join("\n"), @r"
    schema/10.sql:1:15 schema s
    schema/10.sql:2:14 table s.t
    schema/10.sql:3:3 column s.t.id
    schema/20.sql:3:61 column s.t.late
    schema/10.sql:4:3 column s.t.n
    schema/10.sql:4:20 constraint s.t.positive
    schema/20.sql:3:27 index s.t.i
    schema/20.sql:1:17 routine s.f(integer, character varying)
    schema/20.sql:2:30 routine s.f(timestamp with time zone[])
    ");
}

#[test]
fn what_is_refused_has_its_place() {
    let mut scratch = scratch();
    let text = "CREATE TABLE t (a int);\nALTER TABLE t ENABLE ROW LEVEL SECURITY;\n\nCREATE POLICY mine ON t\n  USING (true);\n\
                CREATE TYPE pair;\nGRANT SELECT (ctid) ON t TO PUBLIC;";
    let loaded = loaded(&mut scratch, &[text]);
    let refused = introspect(scratch.client()).unwrap().refused;
    let places: Vec<String> = refused
        .iter()
        .map(|refusal| format!("{} {} {}", loaded.place(refusal).unwrap().location(), refusal.kind, refusal.object))
        .collect();
    insta::assert_snapshot!(places.join("\n"), @r"
    schema/10.sql:7:1 privilege public.t.ctid
    schema/10.sql:6:1 pseudo-type public.pair
    ");
}

#[test]
fn the_session_is_put_back() {
    let mut scratch = scratch();
    let show = |scratch: &mut Scratch| -> (String, String) {
        let row = scratch
            .client()
            .query_one("SELECT current_setting('search_path'), current_setting('check_function_bodies')", &[])
            .unwrap();
        (row.get(0), row.get(1))
    };
    let before = show(&mut scratch);
    loaded(&mut scratch, &["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"]);
    assert_eq!(show(&mut scratch), before);
}

#[test]
fn syntax_errors_have_a_caret() {
    insta::assert_snapshot!(wrong(&["CREATE TABLE t (\n  -- é\n  id int,\n  number intt,\n);", "CREATE TABEL u (a int);"]), @r#"
    [syntax-error] schema/10.sql:5:1: syntax error at or near ")"
      at: )
    [syntax-error] schema/20.sql:1:8: syntax error at or near "TABEL"
      at: TABEL
    "#);
}

#[test]
fn unknown_types_tables_and_columns_have_a_caret_and_what_follows_from_them_is_left_out() {
    insta::assert_snapshot!(
        wrong(&[
            "CREATE TABLE t (\n  id int,\n  mood public.mod\n);\nCREATE VIEW v AS SELECT mood FROM t;\nCREATE VIEW w AS SELECT mood FROM v;",
            "CREATE TABLE u (a int REFERENCES nowhere); CREATE VIEW x AS SELECT b FROM (SELECT 1 AS bb) s;",
        ]),
        @r#"
        [undefined-object] schema/10.sql:3:8: type "public.mod" does not exist
          at: public
        [undefined-object] schema/20.sql:1:34: relation "nowhere" does not exist
          at: nowhere
        [undefined-object] schema/20.sql:1:68: column "b" does not exist
          at: b
        "#
    );
}

/// The text of an operator, a cast or a member of a family does not tell its address: the server does.
#[test]
fn what_only_the_server_can_name_has_its_place() {
    let mut scratch = scratch();
    let loaded = loaded(
        &mut scratch,
        &["CREATE FUNCTION f(a varchar, int) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR === (LEFTARG = varchar, RIGHTARG = int, FUNCTION = f);
CREATE TYPE e AS ENUM ('a');
CREATE CAST (e AS bytea) WITH INOUT;
CREATE OPERATOR CLASS c FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int);
ALTER OPERATOR FAMILY c USING btree ADD OPERATOR 1 < (int, int8)"],
    );
    let is_defined = |address: &ObjectAddress| matches!(address.kind, ObjectKind::Defined(_));
    let definitions = loaded.definitions.iter().filter(|(address, _)| is_defined(address));
    let places: Vec<String> = definitions.map(|(address, span)| format!("{} {address}", span.location())).collect();
    insta::assert_snapshot!(places.join("\n"), @r"
    schema/10.sql:2:1 operator public.===(character varying, integer)
    schema/10.sql:5:23 operator family public.c.btree
    schema/10.sql:5:23 operator class public.c.btree
    schema/10.sql:6:1 operator family member public.c.OPERATOR 1 (integer, bigint) USING btree
    schema/10.sql:4:1 cast public.e AS bytea
    ");
}

#[test]
fn circles_are_one_diagnostic_that_names_its_members() {
    insta::assert_snapshot!(
        wrong(&[
            "CREATE VIEW a AS SELECT * FROM b;\nCREATE VIEW b AS SELECT * FROM c;",
            "CREATE VIEW c AS SELECT * FROM a;\nCREATE VIEW d AS SELECT * FROM a;",
        ]),
        @r"
        [cyclic-definitions] schema/10.sql:1:13: each of these needs another one: view public.a, view public.b, view public.c
          schema/10.sql:2:13: is part of the circle
          schema/20.sql:1:13: is part of the circle
          hint: move what they share into a definition of its own
          at: a
        "
    );
    insta::assert_snapshot!(
        wrong(&["CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES b);\nCREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);"]),
        @r"
        [cyclic-definitions] schema/10.sql:1:14: each of these needs another one: table public.a, table public.b
          schema/10.sql:2:14: is part of the circle
          hint: take one foreign key out of its table and add it with ALTER TABLE … ADD CONSTRAINT
          at: a
        "
    );
}

#[test]
fn duplicates_name_both_places() {
    insta::assert_snapshot!(
        wrong(&["CREATE TABLE t (a int);", "CREATE TABLE IF NOT EXISTS t (b int);\nCREATE SCHEMA public;"]),
        @r"
        [duplicate-definition] schema/20.sql:1:28: table public.t is defined twice
          schema/10.sql:1:14: first defined here
          hint: take one of the two away
          at: t
        "
    );
    insta::assert_snapshot!(wrong(&["CREATE TABLE t (a int);", "CREATE VIEW t AS SELECT 1;\nCREATE TYPE t AS ENUM ();"]), @r#"
    [duplicate-definition] schema/20.sql:1:13: relation "t" already exists
      schema/10.sql:1:14: this has the name
      at: t
    [duplicate-definition] schema/20.sql:2:13: type "t" already exists
      schema/10.sql:1:14: this has the name
      at: t
    "#);
}

#[test]
fn a_routine_that_is_replaced_is_a_duplicate() {
    insta::assert_snapshot!(
        wrong(&[
            "CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
            "CREATE OR REPLACE FUNCTION f(a integer) RETURNS int LANGUAGE sql AS 'SELECT 2';",
        ]),
        @r"
        [duplicate-definition] schema/10.sql:1:28: routine public.f is defined twice
          schema/10.sql:2:17: another definition
          schema/20.sql:1:28: another definition
          hint: take one of the two away
          at: f
        "
    );
    let mut scratch = scratch();
    loaded(
        &mut scratch,
        &["CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
           CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION f() STABLE"],
    );
}

#[test]
fn bodies_are_checked_under_the_settings_of_their_routines() {
    let mut scratch = scratch();
    let unqualified = "LANGUAGE sql SET search_path = app AS 'SELECT count(*) FROM t'";
    loaded(
        &mut scratch,
        &[
            &format!("CREATE FUNCTION f() RETURNS bigint {unqualified};"),
            "CREATE SCHEMA app; CREATE TABLE app.t (a int);",
            "CREATE TABLE other (a int); CREATE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM other';",
        ],
    );
    insta::assert_snapshot!(
        wrong(&[
            &format!("CREATE SCHEMA app; CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS bigint {unqualified};"),
            "CREATE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';",
        ]),
        @r#"
    [undefined-object] schema/10.sql:1:139: relation "t" does not exist
      at: t
    "#
    );
}

#[test]
fn bodies_are_checked_when_everything_is_there() {
    let mut scratch = scratch();
    loaded(
        &mut scratch,
        &["CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';", "CREATE TABLE t (a int);"],
    );
    insta::assert_snapshot!(
        wrong(&[
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT a\n  FROM nowhere;\n$$;",
            "CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1 +;\nEND $$;
CREATE FUNCTION h() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  IF true THEN RETURN 1;\nEND $$;
CREATE FUNCTION i() RETURNS int LANGUAGE plpgsql AS $$\nDECLARE a nosuch;\nBEGIN\n  RETURN 1;\nEND $$;",
        ]),
        @r#"
        [undefined-object] schema/10.sql:3:8: relation "nowhere" does not exist
          at: nowhere
        [syntax-error] schema/20.sql:3:13: syntax error at end of input
          at: ;
        [syntax-error] schema/20.sql:8:5: syntax error at end of input
          at: $
        [undefined-object] schema/20.sql:10:11: type "nosuch" does not exist
          at: nosuch
        "#
    );
}

#[test]
fn what_is_no_definition_is_refused_before_anything_runs() {
    insta::assert_snapshot!(wrong(&["INSERT INTO t VALUES (1);\n\\i other.sql\n", "BEGIN; CREATE TABLE t (a int); COMMIT;"]), @r"
    [psql-meta-command] schema/10.sql:2:1: `\i` is a command of psql, not SQL
      hint: write the SQL itself; every file of the folder is read anyway, so nothing needs to be included
      at: \i
    [not-a-definition] schema/20.sql:1:1: `BEGIN` controls a transaction: a schema file must not hold it
      hint: leave it out: each statement of schema/ is loaded on its own
      at: BEGIN
    [not-a-definition] schema/20.sql:1:32: `COMMIT` controls a transaction: a schema file must not hold it
      hint: leave it out: each statement of schema/ is loaded on its own
      at: COMMIT
    ");
}

#[test]
fn an_extension_that_is_not_there_and_a_function_that_raises() {
    let text = wrong(&["CREATE EXTENSION nosuch;\nDO $$ BEGIN RAISE EXCEPTION 'No.'; END $$;"]);
    // Servers before 15 say it in other words.
    let (extension, raised) = text.split_once("\n[server-error]").unwrap();
    assert!(extension.contains("schema/10.sql:1:18: "), "{extension}");
    insta::assert_snapshot!(raised, @r"
    schema/10.sql:2:1: no
     note: PL/pgSQL function inline_code_block line 1 at RAISE
     at: DO $$ BEGIN RAISE EXCEPTION 'No.'; END $$
    ");
}

#[test]
fn roles_that_a_schema_refers_to_are_made_where_nobody_else_sees_them() {
    let role = format!("load_used_{}", std::process::id());
    let texts = [format!("CREATE TABLE a (b int);\nALTER TABLE a OWNER TO {role};\nGRANT SELECT ON a TO {role}_too;")];
    let mut scratch = scratch();
    let files = files(&[texts[0].as_str()]);
    let told = load(scratch.client(), &files, MissingRoles::Tell).unwrap().unwrap_err();
    let shown = shown(&told).replace(&std::process::id().to_string(), "*");
    insta::assert_snapshot!(shown, @r#"
    [undefined-object] schema/10.sql:2:24: role "load_used_*" does not exist
      hint: make it on the development server, once: CREATE ROLE load_used_* NOLOGIN; or unset LOCKSTEP_SERVER_URL: a private server makes the roles that are referred to
      at: load_used_*
    [undefined-object] schema/10.sql:3:22: role "load_used_*_too" does not exist
      hint: make it on the development server, once: CREATE ROLE load_used_*_too NOLOGIN; or unset LOCKSTEP_SERVER_URL: a private server makes the roles that are referred to
      at: load_used_*_too
    "#);
    let mut scratch = self::scratch();
    load(scratch.client(), &files, MissingRoles::Make).unwrap().unwrap();
    let made = scratch.client().query("SELECT rolcanlogin FROM pg_roles WHERE rolname LIKE $1", &[&format!("{role}%")]);
    assert!(made.unwrap().iter().all(|row| !row.get::<_, bool>(0)));
    drop(scratch);
    let mut scratch = self::scratch();
    scratch.client().batch_execute(&format!("DROP ROLE {role}, {role}_too")).unwrap();
}

#[test]
fn roles_that_a_live_database_refers_to_are_made_where_it_is_built_anew() {
    let [judge, reader] = ["judge", "reader"].map(|end| format!("rebuild_{end}_{}", std::process::id()));
    let mut live = scratch();
    let made = format!(
        "CREATE ROLE {judge}; CREATE ROLE {reader}; CREATE TABLE a (b int); CREATE POLICY p ON a TO {judge} USING (true);
         GRANT SELECT ON a TO {reader}"
    );
    live.client().batch_execute(&made).unwrap();
    let state = introspect(live.client()).unwrap().state;
    let dropped = format!("DROP OWNED BY {judge}, {reader}; DROP ROLE {judge}, {reader}");
    live.client().batch_execute(&dropped).unwrap();
    let mut anew = scratch();
    let told = rebuild(anew.client(), &state, MissingRoles::Tell).unwrap_err().to_string();
    assert!(told.contains("does not exist") && told.contains("hint: make it on the development server"), "{told}");
    rebuild(anew.client(), &state, MissingRoles::Make).unwrap();
    assert_eq!(introspect(anew.client()).unwrap().state.catalog, state.catalog);
    anew.client().batch_execute(&dropped).unwrap();
}
