//! Many replicas of a service start at once on an empty database: every migration is applied exactly once, and none of
//! them fails.

use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};

use lockstep::migrator::{Migrations, Migrator};
use lockstep_tests::{block_on, connect, migrating, server};

const REPLICAS: usize = 50;
const ROUNDS: usize = 10;

const FILES: &[(&str, &str)] = &[
    (
        "V1__init.sql",
        "CREATE SCHEMA commerce;\nCREATE TABLE commerce.producer (id bigint PRIMARY KEY, name text NOT NULL);\n",
    ),
    ("V2__seed.sql", "INSERT INTO commerce.producer SELECT n, 'p' || n FROM generate_series(1, 100) AS n;\n"),
    (
        "V3__index.sql",
        "-- Migration: index\n-- Problem: slow\n-- Solution: an index\n-- Affects: commerce.producer\n\
         -- Schema: none\n-- Locks: none\n-- Hazards: none\n-- Phase: expand\n-- Transaction: no\n-- Verify: none\n\
         -- Rollback: DROP INDEX commerce.producer_name;\n\
         CREATE INDEX CONCURRENTLY producer_name ON commerce.producer (name);\n\
         INSERT INTO commerce.producer VALUES (101, 'once');\n",
    ),
    ("V4__column.sql", "ALTER TABLE commerce.producer ADD COLUMN image text;\n"),
    ("V5__last.sql", "CREATE TABLE commerce.last (id int);\nINSERT INTO commerce.last VALUES (1);\n"),
];

#[test]
fn fifty_tasks_apply_every_migration_once() {
    let server = server();
    let migrations = migrating::embed(FILES);
    assert!(!migrations.migrations[2].transactional);
    for round in 0..ROUNDS {
        let database = server.scratch().unwrap();
        let url = database.url();
        let applied = block_on(boot_tasks(migrations, &url));
        check_once(&applied, round);
        block_on(check_database(&url));
    }
}

#[test]
fn fifty_processes_apply_every_migration_once() {
    let server = server();
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in FILES {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    for round in 0..ROUNDS {
        let database = server.scratch().unwrap();
        let url = database.url();
        let start = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_migrate_once"));
            command.arg(&url).arg(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let processes: Vec<_> = (0..REPLICAS).map(|_| start()).collect();
        let outputs = processes.into_iter().map(|process| process.wait_with_output().unwrap());
        check_once(&outputs.flat_map(applied_by_process).collect::<Vec<_>>(), round);
        block_on(check_database(&url));
    }
}

async fn boot_tasks(migrations: Migrations<'static>, url: &str) -> Vec<i64> {
    let boots: Vec<_> = (0..REPLICAS)
        .map(|replica| {
            let url = url.to_owned();
            let migrator = Migrator::new(migrations).application(format!("replica {replica}"));
            tokio::spawn(async move { migrator.run(&url).await })
        })
        .collect();
    let mut applied = Vec::new();
    for boot in boots {
        let report = boot.await.unwrap().unwrap_or_else(|error| panic!("{error}"));
        applied.extend(report.applied.iter().map(|migration| migration.version));
    }
    applied
}

fn applied_by_process(output: Output) -> Vec<i64> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().map(|version| version.parse().unwrap()).collect()
}

fn check_once(applied: &[i64], round: usize) {
    let mut applied = applied.to_vec();
    applied.sort_unstable();
    assert_eq!(applied, [1, 2, 3, 4, 5], "round {round}");
}

async fn check_database(url: &str) {
    let client = connect(url).await;
    let versions = client.query("SELECT version FROM refinery_schema_history ORDER BY 1", &[]).await.unwrap();
    let versions: Vec<i64> = versions.iter().map(|row| row.get(0)).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5]);
    let rows = client.query("SELECT version, statement, state FROM lockstep_schema_history", &[]).await.unwrap();
    let records: BTreeMap<(i64, i32), String> = rows.iter().map(|row| ((row.get(0), row.get(1)), row.get(2))).collect();
    let expected = [(1, 0), (2, 0), (3, 0), (3, 1), (3, 2), (4, 0), (5, 0)];
    assert_eq!(records.keys().copied().collect::<Vec<_>>(), expected);
    assert!(records.values().all(|state| state == "done"), "{records:?}");
    let rows = client.query_one("SELECT count(*) FROM commerce.producer", &[]).await.unwrap();
    assert_eq!(rows.get::<_, i64>(0), 101);
    let locks = client
        .query_one(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = \
        (SELECT oid FROM pg_database WHERE datname = current_database())",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(locks.get::<_, i64>(0), 0, "the migration lock was not given back");
}
