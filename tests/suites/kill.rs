//! A process that migrates is killed at random moments: the next one finishes its work, and the database ends as if
//! nothing had happened.

use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lockstep_postgres::Scratch;
use lockstep_postgres::introspect::introspect;
use lockstep_tests::server;

const KILLS: u32 = 20;

const FILES: &[(&str, &str)] = &[
    (
        "V1__tables.sql",
        "CREATE TABLE item (id bigint PRIMARY KEY, payload text NOT NULL, n int NOT NULL);\nCREATE TYPE mood AS ENUM ('sad');\n",
    ),
    ("V2__seed.sql", "INSERT INTO item SELECT n, md5(n::text), n % 1000 FROM generate_series(1, 60000) AS n;\n"),
    (
        "V3__outside.sql",
        "-- Migration: indexes\n-- Problem: slow\n-- Solution: indexes\n-- Affects: item\n\
         -- Schema: none\n-- Locks: none\n-- Hazards: none\n-- Phase: expand\n-- Transaction: no\n-- Verify: none\n\
         -- Rollback: irreversible, for this test\n\
         SET maintenance_work_mem = '8MB';\n\
         CREATE INDEX CONCURRENTLY item_payload ON item (payload, n);\n\
         UPDATE item SET n = n + 1 WHERE id <= 1000;\n\
         ALTER TYPE mood ADD VALUE 'glad';\n\
         CREATE UNIQUE INDEX CONCURRENTLY item_unique ON item (lower(payload), id) WHERE n > 10;\n\
         VACUUM item;\n\
         DROP INDEX CONCURRENTLY item_payload;\n\
         CREATE INDEX CONCURRENTLY item_payload ON item USING hash (payload);\n",
    ),
    (
        "V4__after.sql",
        "ALTER TABLE item ADD COLUMN feeling mood;\nCREATE INDEX item_feeling ON item (feeling);\nUPDATE item SET feeling = 'glad' WHERE id % 7 = 0;\n",
    ),
];

#[test]
fn a_killed_migration_is_finished_by_the_next_boot() {
    let server = server();
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in FILES {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let mut unharmed = server.scratch().unwrap();
    let started = Instant::now();
    finish(&unharmed, folder.path());
    let whole = started.elapsed();
    let expected = catalog(&mut unharmed);
    let expected_state = introspect(unharmed.client()).unwrap().state;
    assert!(expected.iter().any(|line| line.contains("item_unique")), "{expected:#?}");

    let mut interrupted = 0;
    for kill in 0..KILLS {
        let mut database = server.scratch().unwrap();
        let moment = random(whole);
        if start_and_kill(&database, folder.path(), moment) {
            interrupted += 1;
        }
        finish(&database, folder.path());
        assert_eq!(catalog(&mut database), expected, "kill {kill} after {moment:?}");
        assert_eq!(introspect(database.client()).unwrap().state, expected_state, "kill {kill} after {moment:?}");
    }
    assert!(interrupted > 0, "no process was killed before its end");
}

/// Returns whether the process was still running when it was killed.
fn start_and_kill(database: &Scratch, folder: &Path, moment: Duration) -> bool {
    let mut process = command(database, folder).stdout(Stdio::null()).spawn().unwrap();
    std::thread::sleep(moment);
    let running = process.try_wait().unwrap().is_none();
    process.kill().unwrap();
    process.wait().unwrap();
    running
}

fn finish(database: &Scratch, folder: &Path) {
    let output = command(database, folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn command(database: &Scratch, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migrate_once"));
    command.arg(database.url()).arg(folder).stderr(Stdio::piped());
    command
}

/// What the model does not hold, too: which indexes are valid, the rows' sum and the histories included, one line per fact.
fn catalog(database: &mut Scratch) -> Vec<String> {
    const QUERY: &str = "
        SELECT 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull
        FROM pg_attribute WHERE attrelid = 'item'::regclass AND attnum > 0
        UNION ALL SELECT 'index ' || pg_get_indexdef(indexrelid) || ' valid ' || indisvalid FROM pg_index WHERE indrelid = 'item'::regclass
        UNION ALL SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'item'::regclass
        UNION ALL SELECT 'label ' || enumlabel || ' ' || row_number() OVER (ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = 'mood'::regtype
        UNION ALL SELECT 'relation ' || relname || ' ' || relkind::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'rows ' || count(*) || ' ' || sum(n) || ' ' || count(feeling) FROM item
        UNION ALL SELECT 'refinery ' || version || ' ' || name || ' ' || checksum FROM refinery_schema_history
        UNION ALL SELECT 'lockstep ' || version || '.' || statement || ' ' || state || ' ' || checksum FROM lockstep_schema_history
        ORDER BY 1";
    let rows = database.client().query(QUERY, &[]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// A random time up to a little more than `whole`.
fn random(whole: Duration) -> Duration {
    whole.mul_f64(1.05 * RandomState::new().hash_one(()) as f64 / u64::MAX as f64)
}
