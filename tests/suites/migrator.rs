//! The migrator against a real server: what a boot costs, who is named when a lock is not to be had, how an interrupted
//! file goes on, how it shares a database with plain refinery, and what every error says.

#[path = "migrator/errors.rs"]
mod errors;
#[path = "migrator/history.rs"]
mod history;
#[path = "migrator/locks.rs"]
mod locks;
#[path = "migrator/outside.rs"]
mod outside;
#[path = "migrator/round_trips.rs"]
mod round_trips;
#[path = "migrator/spans.rs"]
mod spans;

use lockstep::migrator::{MigrateError, Migrations, Migrator, Report};
use lockstep_tests::{connect, migrating};
use tokio_postgres::Client;

/// A file with a complete header that says `Transaction: no`.
fn outside_text(body: &str) -> String {
    format!(
        "-- Migration: outside\n-- Problem: p\n-- Solution: s\n-- Affects: none\n-- Schema: none\n-- Locks: none\n\
         -- Hazards: none\n-- Phase: expand\n-- Transaction: no\n-- Verify: none\n-- Rollback: irreversible, a test\n{body}"
    )
}

/// Lines that `outside_text` puts above the body.
const HEADER_LINES: u32 = 11;

fn embed(files: &[(&str, &str)]) -> Migrations<'static> {
    migrating::embed(files)
}

async fn run(url: &str, files: &[(&str, &str)]) -> Result<Report, MigrateError> {
    Migrator::new(embed(files)).application("suite 1.0.0").build("abc123").run(url).await
}

/// The versions that a run applied.
fn versions(report: &Report) -> Vec<i64> {
    report.applied.iter().map(|migration| migration.version).collect()
}

/// The first column of every row, as text.
async fn column(client: &Client, query: &str) -> Vec<String> {
    let messages = client.simple_query(query).await.unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let mut values = Vec::new();
    for message in messages {
        if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
            values.push(row.get(0).unwrap_or("NULL").to_owned());
        }
    }
    values
}

async fn query(url: &str, query: &str) -> Vec<String> {
    column(&connect(url).await, query).await
}
