//! Whatever is granted, and whatever is granted by default while objects are made: the plan leads from one to the other,
//! nothing is left to plan, and the access control lists of the two databases are the same to the letter.
//!
//! `LOCKSTEP_PROPERTY_CASES` says how many pairs are tried.

use std::cell::RefCell;
use std::collections::BTreeSet;

use lockstep_core::catalog::State;
use lockstep_core::plan::{Action, Form, PlanOptions, Rollback, Step, plan};
use lockstep_postgres::{Scratch, Server};
use lockstep_tests::convergence::{certified, compare, everything_allowed, lead, read, rebuilt, shape, told};
use postgres::Client;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError};

const ROLES: &[&str] = &["lockstep_test_reader", "\"Lockstep Test \"\"2\"\"\"", "\"@lockstep_test\""];

#[test]
fn whatever_is_granted_converges() {
    let server = lockstep_tests::server();
    make_roles(&server);
    let databases = RefCell::new([server.scratch().unwrap(), server.scratch().unwrap(), server.scratch().unwrap()]);
    let cases = std::env::var("LOCKSTEP_PROPERTY_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(20);
    let config = Config { cases, max_shrink_iters: 300, failure_persistence: None, ..Config::default() };
    let side = || vec(any::<u8>(), 0..260);
    let given = (vec(any::<u8>(), 0..12), side(), side());
    let result = lockstep_tests::pairs::runner(config, 0).run(&given, |(shared, before, after)| {
        let (before, after) = (render(&shared, &before), render(&shared, &after));
        converges(&mut databases.borrow_mut(), &before, &after).map_err(TestCaseError::fail)
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, (shared, before, after))) => {
            let (before, after) = (render(&shared, &before), render(&shared, &after));
            let seed = lockstep_tests::pairs::seed();
            panic!(
                "with LOCKSTEP_PROPERTY_SEED={seed}: {reason}\n\n-- before\n{};\n\n-- after\n{};",
                before.join(";\n"),
                after.join(";\n")
            );
        }
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// Roles belong to the server: other tests may make them at the same moment.
fn make_roles(server: &Server) {
    let mut client = server.connect("postgres").unwrap();
    for role in ROLES {
        if let Err(error) = client.batch_execute(&format!("CREATE ROLE {role} NOLOGIN")) {
            assert!(told(&error).starts_with("42710") || told(&error).starts_with("23505"), "{}", told(&error));
        }
    }
}

fn converges(databases: &mut [Scratch; 3], before: &[String], after: &[String]) -> Result<(), String> {
    databases.iter_mut().for_each(|database| empty(database.client()));
    let [first, second, third] = databases;
    load(first.client(), before);
    load(second.client(), after);
    let (current, desired) = (read(first.client())?, read(second.client())?);
    certified(&current.catalog)?;
    let (old_shape, new_shape) = (shape(first.client()), shape(second.client()));
    let (old, new) = (lists(first.client()), lists(second.client()));
    let mut options = everything_allowed(Form::Offline);
    options.form = if before.len().is_multiple_of(2) { Form::Online } else { Form::Offline };
    lead(first.client(), &current, &desired, &new_shape, &options).map_err(|error| format!("there: {error}"))?;
    same(&lists(first.client()), &new).map_err(|error| format!("there: {error}"))?;
    rolled_back(first.client(), &current, &desired, &options, &old).map_err(|error| format!("rollback: {error}"))?;
    lead(second.client(), &desired, &current, &old_shape, &options).map_err(|error| format!("back: {error}"))?;
    same(&lists(second.client()), &old).map_err(|error| format!("back: {error}"))?;
    compare(&rebuilt(third.client(), &desired)?, &desired).map_err(|error| format!("from nothing: {error}"))?;
    same(&lists(third.client()), &new).map_err(|error| format!("from nothing: {error}"))
}

/// Runs the rollbacks of the plan that has led here, from the last to the first, where there is one for each step.
fn rolled_back(
    client: &mut Client,
    current: &State,
    desired: &State,
    options: &PlanOptions,
    lists: &BTreeSet<String>,
) -> Result<(), String> {
    let plan = plan(current, desired, options).map_err(|diagnostics| format!("{diagnostics:#?}"))?;
    // A type that was set aside comes back by a plan of its own.
    let is_planned = |step: &Step| step.action == Action::Rename;
    if plan.files.iter().flat_map(|file| &file.steps).any(is_planned) {
        return Ok(());
    }
    let mut undo = Vec::new();
    for step in plan.files.iter().flat_map(|file| &file.steps).rev() {
        match &step.rollback {
            Rollback::Sql(sql) => undo.push(sql.as_str()),
            Rollback::Irreversible(_) => return Ok(()),
        }
    }
    for sql in &undo {
        client.batch_execute(sql).map_err(|error| format!("{sql}\n{}\nof {undo:#?}", told(&error)))?;
    }
    compare(&read(client)?, current).map_err(|error| format!("{error}\nafter {undo:#?}"))?;
    same(&self::lists(client), lists).map_err(|error| format!("{error}\nafter {undo:#?}"))
}

/// Takes away what a case has left, and puts back what `initdb` gives.
fn empty(client: &mut Client) {
    let mut sql =
        "SET client_min_messages = error; DROP SCHEMA IF EXISTS app CASCADE; DROP SCHEMA public CASCADE;".to_owned();
    for role in ["CURRENT_USER", ROLES[0]] {
        let own = if role == "CURRENT_USER" { String::new() } else { format!(" FOR ROLE {role}") };
        for objects in ["TABLES", "SEQUENCES", "FUNCTIONS", "TYPES", "SCHEMAS"] {
            let mut change = |what: &str| sql.push_str(&format!("ALTER DEFAULT PRIVILEGES{own} {what};"));
            change(&format!("REVOKE ALL ON {objects} FROM PUBLIC, CURRENT_USER, {}", ROLES.join(", ")));
            change(&format!("GRANT ALL ON {objects} TO {role}"));
            match objects {
                "FUNCTIONS" => change("GRANT EXECUTE ON FUNCTIONS TO PUBLIC"),
                "TYPES" => change("GRANT USAGE ON TYPES TO PUBLIC"),
                _ => {}
            }
        }
    }
    sql.push_str("CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC;");
    if client.query_one("SHOW server_version_num", &[]).unwrap().get::<_, &str>(0).starts_with("14") {
        sql.push_str("GRANT CREATE ON SCHEMA public TO PUBLIC;");
    }
    client.batch_execute(&sql).unwrap();
    let left = client.query("SELECT format('%s', d) FROM pg_default_acl d", &[]).unwrap();
    let left: Vec<String> = left.iter().map(|row| row.get(0)).collect();
    assert_eq!(left, Vec::<String>::new());
}

/// Statements that do not fit the others are passed over.
fn load(client: &mut Client, statements: &[String]) {
    client.batch_execute("SET client_min_messages = error").unwrap();
    for sql in statements {
        _ = client.batch_execute(sql);
    }
}

/// Everything that anybody may do, object by object, as the server has it: no list stands for the default one.
fn lists(client: &mut Client) -> BTreeSet<String> {
    let sql = "
        WITH lists (class, object, part, acl) AS (
            SELECT 'pg_namespace'::regclass, oid, 0, coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
            UNION ALL
            SELECT 'pg_class'::regclass, oid, 0,
                   coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", relowner))
            FROM pg_class WHERE relkind IN ('r', 'v', 'm', 'S', 'f', 'p')
            UNION ALL
            SELECT 'pg_class'::regclass, attrelid, attnum, attacl FROM pg_attribute WHERE NOT attisdropped
            UNION ALL
            SELECT 'pg_proc'::regclass, oid, 0, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc
            UNION ALL
            SELECT 'pg_type'::regclass, oid, 0, coalesce(typacl, acldefault('T', typowner)) FROM pg_type
            UNION ALL
            SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, coalesce(fdwacl, acldefault('F', fdwowner))
            FROM pg_foreign_data_wrapper
            UNION ALL
            SELECT 'pg_foreign_server'::regclass, oid, 0, coalesce(srvacl, acldefault('S', srvowner)) FROM pg_foreign_server
            UNION ALL
            SELECT 'pg_default_acl'::regclass, oid, 0, defaclacl FROM pg_default_acl
        )
        SELECT concat_ws(' ', i.type, i.identity, a.grantor::regrole, CASE WHEN a.grantee <> 0 THEN a.grantee::regrole END,
                         a.privilege_type, a.is_grantable)
        FROM lists l
        CROSS JOIN LATERAL aclexplode(l.acl) a
        CROSS JOIN LATERAL pg_identify_object(l.class, l.object, l.part) i
        WHERE l.object >= 16384 OR i.identity = 'public'";
    client.query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
}

fn same(reached: &BTreeSet<String>, wanted: &BTreeSet<String>) -> Result<(), String> {
    let missing: Vec<&String> = wanted.difference(reached).collect();
    let surplus: Vec<&String> = reached.difference(wanted).collect();
    if missing.is_empty() && surplus.is_empty() {
        return Ok(());
    }
    Err(format!("the lists differ: missing {missing:#?}, surplus {surplus:#?}"))
}

struct Bytes<'a> {
    bytes: &'a [u8],
    place: usize,
}

impl Bytes<'_> {
    fn next(&mut self) -> usize {
        let byte = self.bytes.get(self.place).copied().unwrap_or(0);
        self.place += 1;
        usize::from(byte)
    }

    fn is_over(&self) -> bool {
        self.place >= self.bytes.len()
    }

    fn pick<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.next() % choices.len()]
    }
}

/// One side: the objects, some of which have another form on the other side, among them what is granted by default and
/// on what is there already.
fn render(shared: &[u8], bytes: &[u8]) -> Vec<String> {
    let mut shared = Bytes { bytes: shared, place: 0 };
    let mut bytes = Bytes { bytes, place: 0 };
    let mut all = Vec::new();
    for forms in OBJECTS {
        let shared = shared.next();
        let form = if shared.is_multiple_of(3) { bytes.next() } else { shared };
        all.push(forms[form % forms.len()].to_owned());
        for _ in 0..bytes.next() % 3 {
            all.push(if bytes.next().is_multiple_of(2) { default(&mut bytes) } else { grant(&mut bytes) });
        }
    }
    while !bytes.is_over() {
        all.push(if bytes.next().is_multiple_of(8) { default(&mut bytes) } else { grant(&mut bytes) });
    }
    all
}

/// Each object in its forms: what makes a column or a view be dropped and made again is among them.
const OBJECTS: &[&[&str]] = &[
    &["CREATE SCHEMA app", "CREATE SCHEMA app", "SELECT 1"],
    &["CREATE TYPE e0 AS ENUM ('a', 'b')", "CREATE TYPE e0 AS ENUM ('b', 'a')", "SELECT 1"],
    &["CREATE DOMAIN d0 AS integer", "CREATE DOMAIN d0 AS text", "SELECT 1"],
    &[
        "CREATE TABLE t0 (a integer, b integer, c e0)",
        "CREATE TABLE t0 (a bigint, b integer, c e0)",
        "CREATE TABLE t0 (a integer GENERATED ALWAYS AS IDENTITY, b integer)",
        "CREATE TABLE t0 (b integer, d integer, a integer GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME other))",
        "CREATE TABLE t0 (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED)",
        "CREATE VIEW t0 AS SELECT 1 AS a, 2 AS b",
    ],
    &["CREATE TABLE app.t1 (a integer, b integer)", "CREATE TABLE app.t1 (a serial, b integer)", "SELECT 1"],
    &[
        "CREATE VIEW v0 AS SELECT a, b FROM t0",
        "CREATE VIEW v0 AS SELECT b, a FROM t0",
        "CREATE VIEW v0 AS SELECT a FROM t0",
    ],
    &[
        "CREATE MATERIALIZED VIEW app.m0 AS SELECT a, b FROM t0",
        "CREATE MATERIALIZED VIEW app.m0 AS SELECT b AS a, 3 AS b FROM t0",
    ],
    &["CREATE SEQUENCE s0", "SELECT 1"],
    &[
        "CREATE FUNCTION f0(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION f0(integer) RETURNS text LANGUAGE sql AS 'SELECT ''x'''",
        "CREATE FUNCTION f0(integer) RETURNS integer LANGUAGE sql AS 'SELECT 2'",
        "CREATE PROCEDURE f0(integer) LANGUAGE sql AS 'SELECT 1'",
    ],
    &["CREATE PROCEDURE app.p0() LANGUAGE sql AS 'SELECT 1'", "SELECT 1"],
];

fn default(bytes: &mut Bytes) -> String {
    let schema = bytes.pick(&["", "", " IN SCHEMA app", " IN SCHEMA public"]);
    let role = bytes.pick(&["", "", "", " FOR ROLE lockstep_test_reader"]);
    let (objects, privileges) = match bytes.next() % 5 {
        0 => ("TABLES", bytes.pick(&["SELECT", "INSERT, SELECT", "ALL"])),
        1 => ("SEQUENCES", bytes.pick(&["USAGE", "SELECT, UPDATE", "ALL"])),
        2 => ("FUNCTIONS", "EXECUTE"),
        3 => ("TYPES", "USAGE"),
        _ => ("SCHEMAS", bytes.pick(&["USAGE", "CREATE", "ALL"])),
    };
    let change = change(privileges, objects, bytes);
    format!("ALTER DEFAULT PRIVILEGES{role}{schema} {change}")
}

fn grant(bytes: &mut Bytes) -> String {
    let (privileges, on) = match bytes.next() % 12 {
        0..=2 => (
            bytes.pick(&["SELECT", "SELECT, INSERT", "UPDATE", "ALL", "REFERENCES, DELETE", "TRIGGER"]),
            bytes.pick(&["t0", "app.t1", "v0", "app.m0"]),
        ),
        3..=5 => (
            bytes.pick(&[
                "SELECT (a)",
                "SELECT (a), INSERT (b)",
                "UPDATE (b)",
                "SELECT (b, a)",
                "ALL (a)",
                "REFERENCES (a)",
            ]),
            bytes.pick(&["t0", "app.t1", "v0", "app.m0"]),
        ),
        6 => (
            bytes.pick(&["USAGE", "SELECT", "ALL"]),
            bytes.pick(&["SEQUENCE s0", "SEQUENCE t0_a_seq", "SEQUENCE app.t1_a_seq", "SEQUENCE other"]),
        ),
        7 => ("EXECUTE", bytes.pick(&["ROUTINE f0(integer)", "ROUTINE app.p0()"])),
        8 => ("USAGE", bytes.pick(&["TYPE e0", "DOMAIN d0"])),
        9 => (bytes.pick(&["USAGE", "CREATE", "ALL"]), bytes.pick(&["SCHEMA app", "SCHEMA public"])),
        10 => ("SELECT", "ALL TABLES IN SCHEMA public"),
        _ => ("USAGE", "ALL SEQUENCES IN SCHEMA public"),
    };
    change(privileges, on, bytes)
}

fn change(privileges: &str, on: &str, bytes: &mut Bytes) -> String {
    let grantee = bytes.pick(&[ROLES[0], ROLES[1], ROLES[2], "PUBLIC", "CURRENT_USER"]);
    match bytes.next() % 5 {
        0 | 1 => format!("GRANT {privileges} ON {on} TO {grantee}"),
        2 => format!("GRANT {privileges} ON {on} TO {grantee} WITH GRANT OPTION"),
        3 => format!("REVOKE {privileges} ON {on} FROM {grantee}"),
        _ => format!("REVOKE GRANT OPTION FOR {privileges} ON {on} FROM {grantee}"),
    }
}
