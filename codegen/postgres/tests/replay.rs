//! Migrations on an empty database, and what is said about one that fails.

use std::path::Path;

use lockstep_core::migration::{Header, MigrationFile};
use lockstep_core::plan::{Phase, TransactionMode};
use lockstep_core::source::SourceFile;
use lockstep_postgres::{MissingRoles, Scratch, ensure, introspect, replay};

fn scratch() -> Scratch {
    ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap().scratch().unwrap()
}

fn migrations(bodies: &[(TransactionMode, &str)]) -> Vec<MigrationFile> {
    let migration = |(place, (transaction, body)): (usize, &(TransactionMode, &str))| {
        let header = Header { transaction: *transaction, ..header() };
        let text = format!("{header}{body}");
        MigrationFile::parse(SourceFile::new(format!("migrations/V{}__m.sql", place + 1), text)).unwrap()
    };
    bodies.iter().enumerate().map(migration).collect()
}

/// The table names that are there afterwards, or what was said.
fn replayed(bodies: &[(TransactionMode, &str)]) -> String {
    let mut scratch = scratch();
    let outcome = replay(scratch.client(), &migrations(bodies), MissingRoles::Make).unwrap();
    let catalog = introspect(scratch.client()).unwrap().state.catalog;
    let tables: Vec<String> = catalog.tables.keys().map(ToString::to_string).collect();
    let mut text = tables.join(" ");
    for diagnostic in outcome.err().into_iter().flatten() {
        let place = diagnostic.primary.as_ref().unwrap();
        text.push_str(&format!("\n[{}] {diagnostic}\n  at: {}", diagnostic.code, place.text()));
    }
    text.trim_start().to_owned()
}

fn header() -> Header {
    Header {
        migration: "m".to_owned(),
        problem: "p".to_owned(),
        solution: String::new(),
        affects: Vec::new(),
        schema: Vec::new(),
        locks: Vec::new(),
        hazards: Vec::new(),
        phase: Phase::Expand,
        transaction: TransactionMode::Yes,
        verify: String::new(),
        rollback: "irreversible: a test".to_owned(),
    }
}

#[test]
fn migrations_run_in_order_each_in_its_mode() {
    let bodies = [
        (TransactionMode::Yes, "CREATE TABLE a (id int);\nCREATE TYPE mood AS ENUM ('ok');"),
        (TransactionMode::No, "CREATE INDEX CONCURRENTLY a_id ON a (id);\nALTER TYPE mood ADD VALUE 'sad';"),
        (TransactionMode::Yes, "CREATE TABLE b (mood mood DEFAULT 'sad');"),
        (TransactionMode::Yes, ""),
    ];
    assert_eq!(replayed(&bodies), "public.a public.b");
}

#[test]
fn a_migration_that_fails_is_undone_and_named() {
    let bodies = [
        (TransactionMode::Yes, "CREATE TABLE a (id int);\n"),
        (
            TransactionMode::Yes,
            "CREATE TABLE b (id int);\nALTER TABLE a ADD UNIQUE (nosuch);\nCREATE TABLE c (id int);\n",
        ),
        (TransactionMode::Yes, "CREATE TABLE d (id int);\n"),
    ];
    insta::assert_snapshot!(replayed(&bodies), @r#"
    public.a
    [undefined-object] migrations/V2__m.sql:14:27: column "nosuch" named in key does not exist
      at: nosuch
    "#);
}

#[test]
fn outside_a_transaction_what_ran_before_the_failure_stays() {
    let bodies = [(TransactionMode::No, "CREATE TABLE a (id int);\nCREATE TABLE b (id nosuch);")];
    insta::assert_snapshot!(replayed(&bodies), @r#"
    public.a
    [undefined-object] migrations/V1__m.sql:14:20: type "nosuch" does not exist
      at: nosuch
    "#);
}

#[test]
fn what_fails_at_the_commit_is_told_of_the_whole_file() {
    let bodies = [(
        TransactionMode::Yes,
        "CREATE TABLE a (id int PRIMARY KEY);\n\
         CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO b VALUES (1);\n",
    )];
    insta::assert_snapshot!(replayed(&bodies), @r#"
    [constraint-violation] migrations/V1__m.sql:13:14: insert or update on table "b" violates foreign key constraint "b_a_fkey"
      note: key (a)=(1) is not present in table "a"
      at: a
    "#);
}

#[test]
fn what_cannot_run_in_a_transaction_says_where_it_can() {
    let bodies = [(TransactionMode::Yes, "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY a_id ON a (id);\n")];
    let said = replayed(&bodies);
    assert!(said.contains("`-- Transaction: no`"), "{said}");
}

#[test]
fn what_would_end_the_migrators_transaction_is_refused_where_it_stands() {
    let around = (TransactionMode::Yes, "BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\n");
    assert_eq!(replayed(&[around]), "public.a");
    let pairs =
        "SELECT 1;\nBEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nSTART TRANSACTION;\nCREATE TABLE b (id int);\nEND;\n";
    assert_eq!(replayed(&[(TransactionMode::Yes, pairs)]), "public.a public.b");

    let between = (TransactionMode::Yes, "CREATE TABLE a (id int);\nCOMMIT;\nCREATE TABLE b (id int);\n");
    insta::assert_snapshot!(replayed(&[between]), @"
    [transaction-control] migrations/V1__m.sql:14:1: a migration cannot begin or end a transaction: the migrator runs it in one of its own
      hint: remove the statement; what must be committed in between goes into a file of its own
      at: COMMIT
    ");
}

#[test]
fn what_a_file_sets_ends_with_the_file() {
    let bodies = [
        (TransactionMode::Yes, "CREATE SCHEMA s;\nSET search_path = s;\nCREATE TABLE a (id int);\n"),
        (TransactionMode::Yes, "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE s.b (id int);\n"),
        (TransactionMode::No, "SET search_path = s;\nCREATE TABLE c (id int);\n"),
        (TransactionMode::Yes, "CREATE TABLE d (id int);\n"),
    ];
    assert_eq!(replayed(&bodies), "public.d s.a s.b s.c");
}

/// Roles outlive databases: what refers to one works whether it is there or not, and so does what makes one.
#[test]
fn roles_that_migrations_refer_to_or_make_are_there_in_every_replay() {
    let process = std::process::id();
    let (used, made) = (format!("Replay \"used\" {process}"), format!("replay_made_{process}"));
    let quoted = lockstep_core::name::quote_identifier(&used);
    let first = format!("CREATE TABLE a (b int); GRANT SELECT ON a TO {quoted}; CREATE USER {made} LOGIN");
    let second = format!("ALTER TABLE a OWNER TO {made}_two");
    let bodies = [(TransactionMode::Yes, first.as_str()), (TransactionMode::No, second.as_str())];
    for _ in 0..2 {
        assert_eq!(replayed(&bodies), "public.a");
    }
    let mut scratch = scratch();
    let drop = format!("DROP ROLE IF EXISTS {quoted}, {made}, {made}_two");
    scratch.client().batch_execute(&drop).unwrap();
    let outcome = replay(scratch.client(), &migrations(&bodies), MissingRoles::Tell).unwrap().unwrap_err();
    let place = outcome[0].primary.as_ref().unwrap();
    assert_eq!(outcome[0].message, format!("role \"{used}\" does not exist"));
    assert_eq!((place.text(), outcome[0].hint.as_ref().unwrap().contains(&quoted)), (quoted.as_str(), true));
}
