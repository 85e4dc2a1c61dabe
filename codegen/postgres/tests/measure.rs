//! The locks that statements take and the tables that they rewrite, as the server itself shows them.

use std::path::Path;

use lockstep_postgres::{Scratch, ensure, lock_lines, measure};

const BEFORE: &str = "
    CREATE SCHEMA commerce;
    CREATE TABLE commerce.producer (id int PRIMARY KEY, name varchar(20) NOT NULL);
    CREATE TABLE commerce.order (
        id int PRIMARY KEY,
        producer_id int,
        note varchar(20),
        placed_at timestamptz
    );
    CREATE INDEX order_note ON commerce.order (note);
    INSERT INTO commerce.producer SELECT i, 'p' || i FROM generate_series(1, 10) i;
    INSERT INTO commerce.order SELECT i, i, 'n', now() FROM generate_series(1, 10) i;";

fn scratch() -> Scratch {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut scratch = ensure(&workspace).unwrap().scratch().unwrap();
    scratch.client().batch_execute(BEFORE).unwrap();
    scratch
}

/// The lines of the header without the version, for one transaction.
#[track_caller]
fn check(statements: &[&str], expected: &[&str]) {
    check_as(statements, true, expected);
}

#[track_caller]
fn check_as(statements: &[&str], transaction: bool, expected: &[&str]) {
    let measured = measure(&mut scratch(), statements, transaction).unwrap();
    assert_eq!(measured.len(), statements.len());
    let lines = lock_lines(&measured, "x");
    let shown: Vec<&str> = lines.iter().map(|line| line.strip_suffix(" [measured, PostgreSQL x]").unwrap()).collect();
    assert_eq!(shown, expected, "of {statements:?}");
}

#[test]
fn a_column_with_a_constant_default_needs_no_rewrite() {
    check(
        &["ALTER TABLE commerce.order ADD COLUMN attempts int NOT NULL DEFAULT 0"],
        &["ACCESS EXCLUSIVE commerce.order (no rewrite)"],
    );
}

#[test]
fn a_column_with_a_volatile_default_rewrites() {
    check(
        &["ALTER TABLE commerce.order ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()"],
        &["ACCESS EXCLUSIVE commerce.order (rewrite)"],
    );
}

#[test]
fn a_wider_integer_rewrites_its_table_and_no_other() {
    check(
        &["ALTER TABLE commerce.order ALTER COLUMN producer_id TYPE bigint", "ALTER TABLE commerce.producer ADD c int"],
        &["ACCESS EXCLUSIVE commerce.order (rewrite)", "ACCESS EXCLUSIVE commerce.producer (no rewrite)"],
    );
}

#[test]
fn a_wider_varchar_needs_no_rewrite() {
    check(
        &["ALTER TABLE commerce.order ALTER COLUMN note TYPE varchar(40)"],
        &["ACCESS EXCLUSIVE commerce.order (no rewrite)"],
    );
}

#[test]
fn an_index_stops_writers() {
    check(&["CREATE INDEX order_placed ON commerce.order (placed_at)"], &["SHARE commerce.order"]);
}

#[test]
fn an_index_built_concurrently_stops_only_other_changes() {
    for _ in 0..5 {
        check_as(
            &["CREATE INDEX CONCURRENTLY order_placed ON commerce.order (placed_at)"],
            false,
            &["SHARE UPDATE EXCLUSIVE commerce.order"],
        );
    }
}

#[test]
fn an_index_dropped_concurrently_stops_only_other_changes() {
    check_as(&["DROP INDEX CONCURRENTLY commerce.order_note"], false, &["SHARE UPDATE EXCLUSIVE commerce.order"]);
}

#[test]
fn an_index_rebuilt_stops_readers_of_the_index() {
    check_as(
        &["REINDEX INDEX commerce.order_note", "REINDEX INDEX CONCURRENTLY commerce.order_note"],
        false,
        &["ACCESS EXCLUSIVE commerce.order_note (no rewrite)", "SHARE commerce.order"],
    );
}

#[test]
fn a_vacuum_is_seen_although_it_waits_for_nobody() {
    check_as(&["VACUUM commerce.order"], false, &["SHARE UPDATE EXCLUSIVE commerce.order"]);
    check_as(&["VACUUM FULL commerce.order"], false, &["ACCESS EXCLUSIVE commerce.order (rewrite)"]);
}

#[test]
fn a_partition_detached_concurrently_is_locked_after_its_parent() {
    let mut scratch = scratch();
    let partitioned = "CREATE TABLE commerce.log (id int) PARTITION BY RANGE (id);
        CREATE TABLE commerce.log_1 PARTITION OF commerce.log FOR VALUES FROM (0) TO (10);";
    scratch.client().batch_execute(partitioned).unwrap();
    let statement = "ALTER TABLE commerce.log DETACH PARTITION commerce.log_1 CONCURRENTLY";
    let measured = measure(&mut scratch, &[statement], false).unwrap();
    assert_eq!(
        lock_lines(&measured, "x"),
        [
            "ACCESS EXCLUSIVE commerce.log_1 (no rewrite) [measured, PostgreSQL x]",
            "SHARE UPDATE EXCLUSIVE commerce.log [measured, PostgreSQL x]",
        ]
    );
}

#[test]
fn a_foreign_key_stops_writers_of_both_tables_and_its_validation_stops_none() {
    let add = "ALTER TABLE commerce.order ADD CONSTRAINT order_producer FOREIGN KEY (producer_id) \
               REFERENCES commerce.producer (id)";
    check(&[add], &["SHARE ROW EXCLUSIVE commerce.order", "SHARE ROW EXCLUSIVE commerce.producer"]);
    let not_valid = format!("{add} NOT VALID");
    let validate = "ALTER TABLE commerce.order VALIDATE CONSTRAINT order_producer";
    let measured = measure(&mut scratch(), &[&not_valid, validate], false).unwrap();
    assert_eq!(
        lock_lines(&measured[1..], "x"),
        [
            "SHARE UPDATE EXCLUSIVE commerce.order [measured, PostgreSQL x]",
            "ROW SHARE commerce.producer [measured, PostgreSQL x]",
        ]
    );
}

#[test]
fn set_not_null_stops_everyone_without_a_rewrite() {
    check(
        &["ALTER TABLE commerce.order ALTER COLUMN note SET NOT NULL"],
        &["ACCESS EXCLUSIVE commerce.order (no rewrite)"],
    );
}

#[test]
fn what_the_migration_creates_itself_is_left_out() {
    check(&["CREATE TABLE commerce.product (id int PRIMARY KEY)", "ALTER TABLE commerce.product ADD note text"], &[]);
}

#[test]
fn a_backfill_and_a_drop_are_named_once_each() {
    check(
        &["UPDATE commerce.order SET note = 'x'", "DROP INDEX commerce.order_note", "DROP TABLE commerce.producer"],
        &["ACCESS EXCLUSIVE commerce.order (no rewrite)", "ACCESS EXCLUSIVE commerce.producer (no rewrite)"],
    );
}

#[test]
fn a_statement_is_charged_only_with_what_is_new() {
    let mut scratch = scratch();
    let statements = [
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "ALTER TABLE commerce.order ADD a int",
        "ALTER TABLE commerce.order ADD b int",
    ];
    let measured = measure(&mut scratch, &statements, true).unwrap();
    let counts: Vec<usize> = measured.iter().map(|measured| measured.locks.len()).collect();
    assert_eq!(counts, [0, 1, 0]);
    let columns = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'commerce.order'::regclass AND attnum > 0";
    assert_eq!(scratch.client().query_one(columns, &[]).unwrap().get::<_, i64>(0), 6);
}

#[test]
fn a_statement_that_fails_leaves_nothing_and_blocks_nobody() {
    let mut scratch = scratch();
    let error = measure(&mut scratch, &["ALTER TABLE commerce.order ADD a int", "SELECT 1 / 0"], true).unwrap_err();
    assert!(error.to_string().contains("22012"), "{error}");
    scratch.client().batch_execute("ALTER TABLE commerce.order ADD a int").unwrap();
    let twice = "CREATE UNIQUE INDEX CONCURRENTLY one ON commerce.order (note)";
    let error = measure(&mut scratch, &[twice], false).unwrap_err();
    assert!(error.to_string().contains("23505"), "{error}");
    scratch.client().batch_execute("ALTER TABLE commerce.order ADD b int").unwrap();
}
