//! Security labels on everything that takes one: set, changed and taken away, by a provider that is compiled for the test.
//!
//! That needs a C compiler and PostgreSQL's headers for the server's version (`postgresql-server-dev-15`, or
//! `LOCKSTEP_PG_INCLUDE`). Where they are missing the test says so and proves nothing.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use lockstep_core::catalog::State;
use lockstep_core::diff::diff;
use lockstep_core::emit::sql::create_all;
use lockstep_core::plan::{Allow, Form, HAZARDS, PlanOptions, Rollback, Step, plan};
use lockstep_postgres::{Scratch, Server, ensure, introspect};

const OBJECTS: &str = "
    CREATE SCHEMA s; CREATE TYPE s.e AS ENUM ('a'); CREATE DOMAIN s.d AS int; CREATE TYPE s.c AS (a int);
    CREATE TYPE s.r AS RANGE (subtype = int4); CREATE SEQUENCE s.q;
    CREATE TABLE s.t (a int GENERATED ALWAYS AS IDENTITY, \"B b\" int) PARTITION BY RANGE (\"B b\");
    CREATE TABLE s.p PARTITION OF s.t DEFAULT;
    CREATE VIEW s.v AS SELECT a FROM s.t; CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS a;
    CREATE FUNCTION s.f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE PROCEDURE s.x() LANGUAGE sql AS 'SELECT 1';
    CREATE AGGREGATE s.g(int) (SFUNC = int4pl, STYPE = int);
    CREATE FUNCTION s.on_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER ev ON ddl_command_end WHEN TAG IN ('DROP AGGREGATE') EXECUTE FUNCTION s.on_event();
    CREATE PUBLICATION pub; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER w FOREIGN DATA WRAPPER w;
    CREATE FOREIGN TABLE s.ft (a int) SERVER w;";

const LABELLED: &[&str] = &[
    "SCHEMA s",
    "TYPE s.e",
    "DOMAIN s.d",
    "TYPE s.c",
    "TYPE s.r",
    "SEQUENCE s.q",
    "SEQUENCE s.t_a_seq",
    "TABLE s.t",
    "TABLE s.p",
    "COLUMN s.t.\"B b\"",
    "VIEW s.v",
    "COLUMN s.v.a",
    "MATERIALIZED VIEW s.m",
    "FUNCTION s.f(int)",
    "PROCEDURE s.x()",
    "AGGREGATE s.g(int)",
    "EVENT TRIGGER ev",
    "PUBLICATION pub",
    "FOREIGN TABLE s.ft",
    "COLUMN s.ft.a",
];

#[test]
fn labels_are_set_changed_and_taken_away() {
    let server = ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
    let Some(provider) = provider(&server) else { return };
    let label = |every: usize, provider: &str, text: &str| -> String {
        let labelled = LABELLED.iter().enumerate().filter(|(place, _)| place % every == 0);
        labelled.map(|(_, it)| format!("SECURITY LABEL FOR {provider} ON {it} IS {text};")).collect()
    };
    let replaced = OBJECTS
        .replace("RETURNS int LANGUAGE", "RETURNS bigint LANGUAGE")
        .replace("SELECT a FROM", "SELECT a + 1 AS a FROM");
    let variants = [
        OBJECTS.to_owned(),
        format!("{OBJECTS}{}", label(1, "\"lockstep one\"", "'it''s'")),
        format!("{replaced}{}{}", label(2, "\"lockstep one\"", "'two'"), label(3, "lockstep_two", "'three'")),
    ];
    let states: Vec<State> = variants.iter().map(|sql| state(&mut built(&server, &provider, sql))).collect();
    assert_eq!(states[1].catalog.security_labels.len(), LABELLED.len());
    for (from, before) in states.iter().enumerate() {
        for (to, after) in states.iter().enumerate().filter(|(to, _)| *to != from) {
            let mut database = built(&server, &provider, &variants[from]);
            let steps = lead(&mut database, before, after, if from < to { Form::Online } else { Form::Offline });
            same(&mut database, after, &format!("{from} to {to}"));
            let undo: Option<Vec<&str>> = steps.iter().rev().map(undo).collect();
            for sql in undo.iter().flatten() {
                database.client().batch_execute(sql).unwrap_or_else(|error| panic!("{error:?}: {sql}"));
            }
            if undo.is_some() {
                same(&mut database, before, &format!("{from} to {to} and back"));
            }
        }
        let mut database = built(&server, &provider, "");
        for sql in create_all(before) {
            database.client().batch_execute(&sql).unwrap_or_else(|error| panic!("{error:?}: {sql}"));
        }
        same(&mut database, before, "from nothing");
    }
}

fn built(server: &Server, provider: &Path, sql: &str) -> Scratch {
    let mut scratch = server.scratch().unwrap();
    scratch.client().batch_execute(&format!("LOAD '{}'", provider.display())).unwrap();
    scratch
        .client()
        .batch_execute(sql)
        .unwrap_or_else(|error| panic!("{}", lockstep_postgres::error::described(&error)));
    scratch
}

fn state(scratch: &mut Scratch) -> State {
    let found = introspect(scratch.client()).unwrap();
    assert_eq!(found.refused, []);
    found.state
}

fn lead(database: &mut Scratch, before: &State, after: &State, form: Form) -> Vec<Step> {
    let allow = HAZARDS.iter().map(|info| Allow { hazard: info.kind, object: None }).collect();
    let plan = plan(before, after, &PlanOptions { allow, form, ..PlanOptions::default() }).unwrap();
    let steps: Vec<Step> = plan.files.into_iter().flat_map(|file| file.steps).collect();
    for step in &steps {
        let done = database.client().batch_execute(&step.sql);
        done.unwrap_or_else(|error| panic!("{}: {}", lockstep_postgres::error::described(&error), step.sql));
    }
    steps
}

fn undo(step: &Step) -> Option<&str> {
    match &step.rollback {
        Rollback::Sql(sql) => Some(sql),
        Rollback::Irreversible(_) => None,
    }
}

fn same(database: &mut Scratch, wanted: &State, place: &str) {
    let rest = diff(&state(database).catalog, &wanted.catalog);
    assert!(rest.is_empty(), "{place}: {rest:#?}");
}

/// The provider as a library that the server can load, or none, and why.
fn provider(server: &Server) -> Option<PathBuf> {
    let major = server.version().split('.').next().unwrap();
    let usual = PathBuf::from(format!("/usr/include/postgresql/{major}/server"));
    let named = std::env::var_os("LOCKSTEP_PG_INCLUDE").map(PathBuf::from);
    let headers = named.into_iter().chain([usual]).find(|folder| folder.join("postgres.h").is_file());
    let missing = |what: &str| {
        // Past the harness, which shows nothing of a test that passes.
        let mut past = std::io::stderr();
        writeln!(past, "NOT PROVEN: security labels were not executed, because {what}").unwrap();
    };
    let Some(headers) = headers else {
        missing(&format!("there are no headers of PostgreSQL {major}"));
        return None;
    };
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/security_labels/provider.c");
    let folder = std::env::temp_dir().join(format!("lockstep_label_provider_{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    // The server may run under an account of its own.
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let library = folder.join("provider.so");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O1", "-I"]).arg(&headers).arg("-o").arg(&library).arg(&source);
    match compiler.output() {
        Ok(output) if output.status.success() => Some(library),
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => {
            missing(&format!("there is no C compiler: {error}"));
            None
        }
    }
}
