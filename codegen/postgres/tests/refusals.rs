//! One object of each kind that the server knows and the model does not: introspection refuses each by name.

use std::path::Path;

use lockstep_core::name::{Identifier, QualifiedName};
use lockstep_postgres::{Introspection, Refusal, Scratch, ensure, introspect};

/// What is made, and what must be said about it: the kind and the object's identity. `@` stands for the case's number.
struct Case {
    sql: &'static str,
    refused: &'static [(&'static str, &'static str)],
    /// The oldest major version that knows it.
    since: u32,
}

const fn case(sql: &'static str, refused: &'static [(&'static str, &'static str)]) -> Case {
    Case { sql, refused, since: 14 }
}

const CASES: &[Case] = &[
    case("CREATE TABLE s@.t (a int) PARTITION BY RANGE (a); CREATE TABLE s@.p PARTITION OF s@.t DEFAULT", &[]),
    case("CREATE TABLE s@.t (a int); CREATE TABLE s@.v () INHERITS (s@.t)", &[]),
    case(
        "CREATE TABLE s@.t (a int) PARTITION BY RANGE (a); CREATE TABLE s@.p PARTITION OF s@.t DEFAULT;
         CREATE INDEX i ON ONLY s@.t (a)",
        &[("index that some partitions lack", "s@.i")],
    ),
    case(
        "CREATE TABLE s@.t (a int) PARTITION BY RANGE (a); CREATE TABLE s@.p PARTITION OF s@.t DEFAULT;
         CREATE INDEX i ON s@.t (a); ALTER INDEX s@.p_a_idx SET (fillfactor = 50)",
        &[("setting of a partition's index", "s@.p_a_idx")],
    ),
    case(
        "CREATE TABLE s@.t (a int) PARTITION BY RANGE (a); CREATE TABLE s@.p PARTITION OF s@.t DEFAULT;
         ALTER TABLE s@.p ADD CONSTRAINT k UNIQUE (a); CREATE UNIQUE INDEX i ON s@.t (a)",
        &[("constraint on the index of a partition", "k on s@.p")],
    ),
    case(
        "CREATE TABLE s@.t (a int) PARTITION BY RANGE (a); CREATE TABLE s@.p PARTITION OF s@.t DEFAULT;
         CREATE INDEX i ON s@.t (a); COMMENT ON INDEX s@.p_a_idx IS 'x'",
        &[("setting of a partition's index", "s@.p_a_idx")],
    ),
    case(
        "CREATE TABLE s@.t (a int) PARTITION BY RANGE (a); CREATE TABLE s@.p PARTITION OF s@.t DEFAULT;
         CREATE FUNCTION s@.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER g AFTER INSERT ON s@.t FOR EACH ROW EXECUTE FUNCTION s@.f();
         ALTER TABLE s@.p DISABLE TRIGGER g",
        &[("setting of a partition's trigger", "g on s@.p")],
    ),
    case(
        "CREATE TABLE s@.t (a int, CONSTRAINT c CHECK (a > 0)); CREATE TABLE s@.v () INHERITS (s@.t);
         COMMENT ON CONSTRAINT c ON s@.v IS 'x'",
        &[("comment", "c on s@.v")],
    ),
    case("CREATE TYPE s@.c AS (a int, b text); COMMENT ON COLUMN s@.c.a IS 'x'; COMMENT ON TYPE s@.c IS 'x'", &[]),
    case("CREATE TYPE s@.c AS (a int); CREATE TABLE s@.t OF s@.c", &[]),
    case("CREATE TYPE s@.r AS RANGE (subtype = int4); COMMENT ON TYPE s@.r IS 'x'", &[]),
    case("CREATE TYPE s@.r AS RANGE (subtype = int4); COMMENT ON TYPE s@.r_multirange IS 'x'", &[("comment", "s@.r_multirange")]),
    case(
        "CREATE TYPE s@.r; CREATE FUNCTION s@.c(s@.r) RETURNS s@.r LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
         CREATE TYPE s@.r AS RANGE (subtype = int4, canonical = s@.c)",
        &[("range type with a canonical function", "s@.r")],
    ),
    case(
        "CREATE TYPE s@.r AS RANGE (subtype = int4); ALTER TYPE s@.r RENAME TO q",
        &[("range type with renamed constructors", "s@.q")],
    ),
    case(
        "CREATE TYPE s@.r AS RANGE (subtype = int4); REVOKE EXECUTE ON FUNCTION s@.r(int, int) FROM PUBLIC;
         REVOKE EXECUTE ON FUNCTION s@.r_multirange(s@.r) FROM PUBLIC",
        &[("privilege", "s@.r(integer,integer)"), ("privilege", "s@.r_multirange(s@.r)")],
    ),
    case("CREATE TYPE s@.shell", &[("pseudo-type", "s@.shell")]),
    case(
        "CREATE TYPE s@.b; CREATE FUNCTION s@.b_in(cstring) RETURNS s@.b LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
         CREATE FUNCTION s@.b_out(s@.b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
         CREATE TYPE s@.b (INPUT = s@.b_in, OUTPUT = s@.b_out, LIKE = int4)",
        &[("base type", "s@.b")],
    ),
    case("CREATE AGGREGATE s@.total(int) (SFUNC = int4pl, STYPE = int)", &[]),
    case(
        "CREATE TABLE s@.t (a int); CREATE POLICY p ON s@.t USING (true); ALTER TABLE s@.t ENABLE ROW LEVEL SECURITY",
        &[],
    ),
    case("CREATE TABLE s@.t (a int); ALTER TABLE s@.t FORCE ROW LEVEL SECURITY", &[]),
    case(
        "CREATE ACCESS METHOD m@ TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE s@.t (a int) USING m@",
        &[],
    ),
    case(
        "CREATE TABLE s@.t (a int REFERENCES s@.u); ALTER TABLE s@.t DISABLE TRIGGER ALL",
        &[("state of a constraint's trigger", "\"RI_ConstraintTrigger_c_*\" on s@.t")],
    ),
    case(
        "SET allow_system_table_mods = on; CREATE VIEW s@.v AS SELECT 1 AS a;
         UPDATE pg_rewrite SET ev_enabled = 'D' WHERE ev_class = 's@.v'::regclass",
        &[("state of a view's rule", "\"_RETURN\" on s@.v")],
    ),
    case("CREATE UNLOGGED TABLE s@.t (a int GENERATED ALWAYS AS IDENTITY)", &[]),
    Case {
        sql: "CREATE UNLOGGED TABLE s@.t (a int GENERATED ALWAYS AS IDENTITY); ALTER SEQUENCE s@.t_a_seq SET LOGGED",
        refused: &[],
        since: 15,
    },
    case(
        "CREATE MATERIALIZED VIEW s@.m AS SELECT 1 AS a; ALTER MATERIALIZED VIEW s@.m ALTER COLUMN a SET STATISTICS 5",
        &[("column setting of a view", "s@.m.a")],
    ),
    case(
        "CREATE TABLE s@.t (a int, EXCLUDE USING btree ((a + 1) WITH =)); ALTER INDEX s@.t_expr_excl ALTER COLUMN 1 SET STATISTICS 5",
        &[],
    ),
    case(
        "CREATE EXTENSION citext SCHEMA s@; CREATE TABLE s@.t (a int); CREATE INDEX i ON s@.t (a);
         ALTER INDEX s@.i DEPENDS ON EXTENSION citext",
        &[("dependency on an extension", "s@.i")],
    ),
    case(
        "CREATE FOREIGN DATA WRAPPER w@; CREATE SERVER v@ FOREIGN DATA WRAPPER w@;
         CREATE FOREIGN TABLE s@.f (a int) SERVER v@",
        &[],
    ),
    case(
        "CREATE OPERATOR s@.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, NEGATOR = OPERATOR(s@.!==))",
        &[],
    ),
    case(
        "CREATE OPERATOR s@.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, NEGATOR = OPERATOR(s@.!==));
         DROP OPERATOR s@.=== (int, int)",
        &[("shell operator", "s@.!==(integer,integer)")],
    ),
    // What is granted on an object of the model is in the model; what is beyond it, and who else may have granted it, is not.
    case("ALTER DEFAULT PRIVILEGES IN SCHEMA s@ GRANT SELECT ON TABLES TO PUBLIC", &[]),
    case("GRANT USAGE ON SCHEMA s@ TO PUBLIC; GRANT SELECT ON s@.u TO PUBLIC; GRANT SELECT (id) ON s@.u TO PUBLIC", &[]),
    case("CREATE SEQUENCE s@.q; GRANT USAGE ON SEQUENCE s@.q TO PUBLIC", &[]),
    case("CREATE TYPE s@.e AS ENUM ('a'); REVOKE USAGE ON TYPE s@.e FROM PUBLIC", &[]),
    case("CREATE TABLE s@.t (a int GENERATED ALWAYS AS IDENTITY); GRANT USAGE ON SEQUENCE s@.t_a_seq TO PUBLIC", &[]),
    case("REVOKE USAGE ON TYPE s@.u FROM PUBLIC", &[("privilege", "s@.u")]),
    case("GRANT SELECT (ctid) ON s@.u TO PUBLIC", &[("privilege", "s@.u.ctid")]),
    case(
        "GRANT SELECT ON s@.u TO pg_read_all_data WITH GRANT OPTION; SET ROLE pg_read_all_data; GRANT USAGE ON SCHEMA s@ TO PUBLIC;
         GRANT SELECT ON s@.u TO PUBLIC; RESET ROLE",
        &[("privilege", "s@.u")],
    ),
    case("REVOKE EXECUTE ON FUNCTION pg_sleep FROM PUBLIC; REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC", &[]),
    case("REVOKE USAGE ON TYPE text FROM PUBLIC", &[("privilege", "pg_catalog.text")]),
    case("CREATE TABLE s@.t (a int); GRANT SELECT ON s@.t TO PUBLIC; REVOKE SELECT ON s@.t FROM PUBLIC", &[]),
    case("CREATE FUNCTION pg_catalog.f@() RETURNS int LANGUAGE sql AS 'SELECT 1'", &[("object in a system schema", "pg_catalog.f@()")]),
    case(
        "CREATE TABLE s@.t (a int, b int); CREATE STATISTICS pg_catalog.e@ ON a, b FROM s@.t",
        &[("object in a system schema", "pg_catalog.e@")],
    ),
    case(
        "CREATE TABLE s@.t (a int GENERATED ALWAYS AS IDENTITY); COMMENT ON SEQUENCE s@.t_a_seq IS 'x'",
        &[],
    ),
    case("CREATE TABLE s@.t (a int PRIMARY KEY); COMMENT ON INDEX s@.t_pkey IS 'x'", &[]),
    case(
        "SET allow_system_table_mods = on;
         INSERT INTO pg_seclabel VALUES ('s@.u'::regclass, 'pg_class'::regclass, 1, 'guard', 'secret')",
        &[],
    ),
    case(
        "SET allow_system_table_mods = on;
         INSERT INTO pg_seclabel VALUES ('s@.u_pkey'::regclass, 'pg_class'::regclass, 0, 'guard', 'secret')",
        &[("security label", "s@.u_pkey")],
    ),
    Case {
        sql: "CREATE TABLE s@.t (a int, CONSTRAINT must NOT NULL a)",
        refused: &[],
        since: 18,
    },
    Case {
        sql: "CREATE TABLE s@.t (a int); ALTER TABLE s@.t ADD NOT NULL a NOT VALID",
        refused: &[],
        since: 18,
    },
    Case {
        sql: "CREATE TABLE s@.t (a int NOT NULL NO INHERIT)",
        refused: &[],
        since: 18,
    },
    Case {
        sql: "CREATE TABLE s@.t (a int, CONSTRAINT c CHECK (a > 0) NOT ENFORCED)",
        refused: &[],
        since: 18,
    },
    Case {
        sql: "CREATE TABLE s@.t (a int4range, b int4range, CONSTRAINT k PRIMARY KEY (a, b WITHOUT OVERLAPS))",
        refused: &[],
        since: 18,
    },
    Case {
        sql: "CREATE TABLE s@.t (a int PRIMARY KEY, b int NOT NULL);
              ALTER TABLE s@.t RENAME b TO c; ALTER TABLE s@.t RENAME TO v",
        refused: &[],
        since: 14,
    },
];

#[test]
fn what_the_model_does_not_hold_is_refused_by_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let server = ensure(&root).unwrap();
    let major: u32 = server.version().split('.').next().unwrap().parse().unwrap();
    let mut scratch = server.scratch().unwrap();
    let mut before = Vec::new();
    let mut wrong = Vec::new();
    for (number, case) in CASES.iter().enumerate().filter(|(_, case)| case.since <= major) {
        let numbered = |text: &str| text.replace('@', &number.to_string());
        let expected: Vec<String> =
            case.refused.iter().map(|(kind, object)| numbered(&format!("{kind} {object}"))).collect();
        let found = refused(&mut scratch, &mut before, &numbered("s@"), &numbered(case.sql));
        if found != expected {
            wrong.push(format!("{}\n  expected {expected:?}\n  found    {found:?}", case.sql));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs the statements in a schema of their own and returns what is refused that was not `before`.
fn refused(scratch: &mut Scratch, before: &mut Vec<Refusal>, schema: &str, sql: &str) -> Vec<String> {
    let client = scratch.client();
    client.batch_execute(&format!("CREATE SCHEMA {schema}; CREATE TABLE {schema}.u (id int PRIMARY KEY)")).unwrap();
    if let Err(error) = client.batch_execute(sql) {
        return vec![lockstep_postgres::error::described(&error)];
    }
    let user: String = client.query_one("SELECT current_user", &[]).unwrap().get(0);
    let shown = |refusal: &Refusal| {
        // Servers before 16 write `on language`.
        let object = refusal.object.replace(" on language ", " language ").replace(&format!("role {user}"), "role *");
        let object = object.split_once("Trigger_c_").map_or(object.clone(), |(start, rest)| {
            format!("{start}Trigger_c_*{}", rest.trim_start_matches(|digit: char| digit.is_ascii_digit()))
        });
        format!("{} {object}", refusal.kind)
    };
    let after = introspect(client).unwrap().refused;
    let mut all: Vec<String> = after.iter().filter(|refusal| !before.contains(refusal)).map(shown).collect();
    all.dedup();
    *before = after;
    all
}

/// A tablespace belongs to the whole server and is made outside a transaction.
#[test]
fn a_tablespace_is_part_of_the_model() {
    let server = ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
    let mut scratch = server.scratch().unwrap();
    let name = format!("lockstep_test_{}", std::process::id());
    let client = scratch.client();
    client.batch_execute("SET allow_in_place_tablespaces = on").unwrap();
    client.batch_execute(&format!("CREATE TABLESPACE {name} LOCATION ''")).unwrap();
    client
        .batch_execute(&format!(
            "CREATE TABLE t (a int) TABLESPACE {name}; CREATE TABLE u (a int); CREATE INDEX i ON u (a) TABLESPACE {name}"
        ))
        .unwrap();
    let found = introspect(client).unwrap();
    client.batch_execute("DROP TABLE t, u").unwrap();
    client.batch_execute(&format!("DROP TABLESPACE {name}")).unwrap();
    assert_eq!(found.refused, []);
    let place = Some(Identifier::from(name.as_str()));
    let tables = &found.state.catalog.tables;
    assert_eq!(tables[&QualifiedName::new("public", "t")].tablespace, place);
    assert_eq!(tables[&QualifiedName::new("public", "u")].indexes[&"i".into()].tablespace, place);
}

/// Options of user mappings are for those who may use them; what a subscription connects with, for superusers.
#[test]
fn what_a_role_may_not_see_is_refused_and_no_secret_is_read() {
    let server = ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
    let mut scratch = server.scratch().unwrap();
    let client = scratch.client();
    let role = format!("lockstep_test_reader_{}", std::process::id());
    client
        .batch_execute(&format!(
            "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER v FOREIGN DATA WRAPPER w OPTIONS (host 'h', token 'hunter2');
             CREATE USER MAPPING FOR PUBLIC SERVER v OPTIONS (\"user\" 'me', password 'hunter2');
             CREATE SUBSCRIPTION u CONNECTION 'password=hunter2' PUBLICATION p WITH (connect = false);
             CREATE ROLE {role}"
        ))
        .unwrap();
    let seen = introspect(client).unwrap();
    client.batch_execute(&format!("SET ROLE {role}")).unwrap();
    let by_others = introspect(client).unwrap();
    client.batch_execute(&format!("RESET ROLE; DROP ROLE {role}")).unwrap();
    assert_eq!(seen.refused, []);
    let shown = format!("{seen:?} {by_others:?}");
    assert!(!shown.contains("hunter2") && shown.contains("OPTION password"), "{shown}");
    let refused: Vec<_> =
        by_others.refused.iter().map(|it| (it.kind.as_str(), it.object.as_str(), it.detail.as_deref())).collect();
    let detail = Some("its options are not visible to this role");
    assert_eq!(refused, [("user mapping", "public on server v", detail)]);
    let subscription = |found: &Introspection| {
        found.state.catalog.defined.iter().find(|(address, _)| address.name.as_str() == "u").map(|(_, it)| it.clone())
    };
    assert!(subscription(&seen).is_some() && subscription(&seen) == subscription(&by_others));
}
