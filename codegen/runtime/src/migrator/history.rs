//! The two histories: refinery's `refinery_schema_history`, which decides what is applied, and our
//! `lockstep_schema_history` beside it, which says who applied what, when, how long it took and with which binary, and
//! where an interrupted file stopped.
//!
//! In: the migrations of the binary and the rows of the tables. Out: one [`MigrationStatus`] per migration. This module
//! applies nothing.
//!
//! refinery's checksum covers the whole file, comments included, and so does ours: a project that used refinery before
//! keeps its history, and refinery can read ours. Line ends do not count: a row is also accepted when it was written from
//! the same file with `\r\n`. Nor does the header: where our history knows the checksum of what stands under it and only
//! the header was edited, refinery's checksum is corrected.

use std::collections::BTreeMap;

use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use super::error::MigrateError;
use super::migration::{Migration, Migrations};
use super::options::Newer;

/// A migration with refinery's checksum of it.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    pub(crate) migration: &'a Migration<'a>,
    pub(crate) checksum: u64,
}

/// A row of refinery's history.
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) name: String,
    pub(crate) applied_on: String,
    pub(crate) checksum: String,
}

/// A row of our history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `running`, `done` or `failed`.
    pub state: String,
    /// refinery's checksum of the file, or of the statement's text.
    pub checksum: String,
    /// refinery's checksum of what stands under the file's header; `None` for a statement.
    pub body_checksum: Option<String>,
    /// When it started, as the server prints it.
    pub started_at: String,
    /// How long it took.
    pub duration: Option<String>,
    /// The session's role.
    pub applied_by: String,
    /// The machine that the migrating process ran on.
    pub host: Option<String>,
    /// The client's address as the server saw it; `None` over a Unix socket.
    pub client_address: Option<String>,
    /// The program and its version.
    pub application: Option<String>,
    /// The program's build.
    pub build: Option<String>,
}

/// How a migration stands to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MigrationState {
    /// Applied, with this text.
    Applied,
    /// To be applied.
    Pending,
    /// Applied with another text or name.
    Divergent,
    /// Not applied, but a later version is.
    OutOfOrder,
    /// Applied and unknown to the binary, although the binary has later ones.
    Missing,
    /// Applied, and later than all that the binary has.
    Newer,
}

/// One migration, of the binary, of the database or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Its version.
    pub version: i64,
    /// Its name: the database's where it is applied.
    pub name: String,
    /// The binary's file.
    pub file: Option<String>,
    /// How it stands.
    pub state: MigrationState,
    /// When refinery's history says that it was applied (RFC 3339).
    pub applied_on: Option<String>,
    /// Our history's row for the whole file; `None` where plain refinery applied it.
    pub record: Option<Record>,
    /// Our history's rows for single statements, by number: those of a `Transaction: no` file.
    pub statements: BTreeMap<u32, Record>,
}

/// All migrations of a binary and of a database, by version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// By version.
    pub migrations: Vec<MigrationStatus>,
}

impl Status {
    /// The migrations in this state.
    pub fn in_state(&self, state: MigrationState) -> impl Iterator<Item = &MigrationStatus> {
        self.migrations.iter().filter(move |migration| migration.state == state)
    }

    /// Whether every migration of the binary is applied as the binary has it. A newer database is current.
    pub fn is_current(&self) -> bool {
        self.migrations.iter().all(|m| matches!(m.state, MigrationState::Applied | MigrationState::Newer))
    }

    /// The versions to apply, in order.
    ///
    /// # Errors
    /// [`MigrateError::History`] with every contradiction, [`MigrateError::Newer`] where newer databases are refused.
    pub(crate) fn pending(&self, newer: Newer) -> Result<Vec<i64>, MigrateError> {
        let conflicts: Vec<MigrationStatus> =
            self.migrations.iter().filter(|m| contradicts(m.state)).cloned().collect();
        if !conflicts.is_empty() {
            return Err(MigrateError::History(conflicts));
        }
        let newest: Vec<MigrationStatus> = self.in_state(MigrationState::Newer).cloned().collect();
        match newer {
            Newer::Refuse if !newest.is_empty() => return Err(MigrateError::Newer(newest)),
            Newer::Refuse | Newer::Tolerate => {}
        }
        Ok(self.in_state(MigrationState::Pending).map(|migration| migration.version).collect())
    }
}

fn contradicts(state: MigrationState) -> bool {
    match state {
        MigrationState::Applied | MigrationState::Pending | MigrationState::Newer => false,
        MigrationState::Divergent | MigrationState::OutOfOrder | MigrationState::Missing => true,
    }
}

/// The migrations as refinery knows them, by version.
pub(crate) fn known<'a>(migrations: Migrations<'a>) -> Result<Vec<Known<'a>>, MigrateError> {
    let mut known = Vec::with_capacity(migrations.migrations.len());
    for migration in migrations.migrations {
        known.push(Known { migration, checksum: checksum(migration, migration.sql)? });
    }
    known.sort_by_key(|known| known.migration.version);
    for pair in known.windows(2) {
        let [one, other] = [pair[0].migration, pair[1].migration];
        if one.version == other.version {
            let (file, other) = (one.file.to_owned(), other.file.to_owned());
            return Err(MigrateError::Repeated { file, other, version: one.version });
        }
    }
    Ok(known)
}

/// refinery's checksum of this text under the migration's version and name. Our history keeps it for statements, too.
pub(crate) fn checksum(migration: &Migration<'_>, sql: &str) -> Result<u64, MigrateError> {
    engine_migration(migration, sql).map(|engine| engine.checksum())
}

/// refinery's view of this text under the migration's version and name.
pub(crate) fn engine_migration(migration: &Migration<'_>, sql: &str) -> Result<refinery_core::Migration, MigrateError> {
    let unusable = || MigrateError::Name { file: migration.file.to_owned() };
    let engine = refinery_core::Migration::unapplied(&format!("V{}__{}", migration.version, migration.name), sql)
        .map_err(|_| unusable())?;
    // refinery reads as much of the name as it can use and drops the rest.
    if engine.name() == migration.name && engine.version() == migration.version { Ok(engine) } else { Err(unusable()) }
}

/// Compares the binary's migrations with refinery's history.
pub(crate) fn compare(known: &[Known<'_>], applied: &[Applied]) -> Status {
    let newest_known = known.last().map(|known| known.migration.version);
    let newest_applied = applied.iter().map(|applied| applied.version).max();
    let by_version: BTreeMap<i64, &Applied> = applied.iter().map(|applied| (applied.version, applied)).collect();
    let mut migrations = Vec::with_capacity(known.len());
    for one in known {
        let row = by_version.get(&one.migration.version).copied();
        let state = match row {
            Some(row) if matches(one, row) => MigrationState::Applied,
            Some(_) => MigrationState::Divergent,
            None if newest_applied > Some(one.migration.version) => MigrationState::OutOfOrder,
            None => MigrationState::Pending,
        };
        migrations.push(status(one.migration.version, Some(one.migration), row, state));
    }
    for row in applied {
        if known.binary_search_by_key(&row.version, |known| known.migration.version).is_err() {
            let state = if Some(row.version) > newest_known { MigrationState::Newer } else { MigrationState::Missing };
            migrations.push(status(row.version, None, Some(row), state));
        }
    }
    migrations.sort_by_key(|migration| migration.version);
    Status { migrations }
}

/// Whether a row was written from this migration, with either kind of line end.
pub(crate) fn matches(known: &Known<'_>, row: &Applied) -> bool {
    let Known { migration, checksum } = known;
    row.name == migration.name && (row.checksum == checksum.to_string() || row.checksum == crlf_checksum(migration))
}

fn crlf_checksum(migration: &Migration<'_>) -> String {
    let text = migration.sql.replace('\n', "\r\n");
    checksum(migration, &text).map(|checksum| checksum.to_string()).unwrap_or_default()
}

fn status(
    version: i64,
    known: Option<&Migration<'_>>,
    row: Option<&Applied>,
    state: MigrationState,
) -> MigrationStatus {
    let name = row.map(|row| row.name.as_str()).or(known.map(|known| known.name)).unwrap_or_default();
    MigrationStatus {
        version,
        name: name.to_owned(),
        file: known.map(|known| known.file.to_owned()),
        state,
        applied_on: row.map(|row| row.applied_on.clone()),
        record: None,
        statements: BTreeMap::new(),
    }
}

/// refinery's name for its table, which `search_path` resolves.
pub(crate) const REFINERY_TABLE: &str = "refinery_schema_history";

/// The name of our table, which `search_path` resolves.
pub(crate) const OUR_TABLE: &str = "lockstep_schema_history";

/// refinery's history in one round trip; empty where there is no such table.
pub(crate) async fn read_applied(client: &Client, table: &str) -> Result<Vec<Applied>, MigrateError> {
    // Projects that used refinery with its default features have an int4 version.
    let query = format!(
        "SELECT version::int8, coalesce(name, ''), coalesce(applied_on, ''), coalesce(checksum, '') \
         FROM {table} ORDER BY version"
    );
    let rows = existing(client.query_typed(&query, &[]).await).map_err(reading)?;
    rows.iter().map(applied).collect::<Result<_, _>>().map_err(reading)
}

fn applied(row: &Row) -> Result<Applied, tokio_postgres::Error> {
    Ok(Applied {
        version: row.try_get(0)?,
        name: row.try_get(1)?,
        applied_on: row.try_get(2)?,
        checksum: row.try_get(3)?,
    })
}

/// Our history by version and statement (0 is the whole file); empty where there is no such table.
pub(crate) async fn read_records(client: &Client, table: &str) -> Result<BTreeMap<(i64, u32), Record>, MigrateError> {
    let query = format!(
        "SELECT version, statement, state, checksum, body_checksum, started_at::text, duration::text, applied_by, \
         host, client_address, application, build FROM {table}"
    );
    let rows = existing(client.query_typed(&query, &[]).await).map_err(reading)?;
    rows.iter().map(record).collect::<Result<_, _>>().map_err(reading)
}

fn record(row: &Row) -> Result<((i64, u32), Record), tokio_postgres::Error> {
    let statement: i32 = row.try_get(1)?;
    let record = Record {
        state: row.try_get(2)?,
        checksum: row.try_get(3)?,
        body_checksum: row.try_get(4)?,
        started_at: row.try_get(5)?,
        duration: row.try_get(6)?,
        applied_by: row.try_get(7)?,
        host: row.try_get(8)?,
        client_address: row.try_get(9)?,
        application: row.try_get(10)?,
        build: row.try_get(11)?,
    };
    Ok(((row.try_get(0)?, u32::try_from(statement).unwrap_or_default()), record))
}

/// Adds what our history knows to what refinery's says.
pub(crate) fn add_records(status: &mut Status, records: BTreeMap<(i64, u32), Record>) {
    for ((version, statement), record) in records {
        let found = status.migrations.binary_search_by_key(&version, |migration| migration.version);
        let Ok(index) = found else { continue };
        let migration = &mut status.migrations[index];
        match statement {
            0 => migration.record = Some(record),
            number => drop(migration.statements.insert(number, record)),
        }
    }
}

/// A migration whose header was edited after it had been applied.
pub(crate) struct HeaderEdit {
    version: i64,
    /// The checksum of the file as it is now.
    checksum: String,
}

/// Counts as applied what differs from the applied text in its header only.
pub(crate) fn accept_header_edits(status: &mut Status, known: &[Known<'_>]) -> Vec<HeaderEdit> {
    let mut edits = Vec::new();
    for one in known {
        let found = status.migrations.binary_search_by_key(&one.migration.version, |migration| migration.version);
        let Ok(index) = found else { continue };
        let migration = &mut status.migrations[index];
        let recorded = migration.record.as_ref().and_then(|record| record.body_checksum.as_ref());
        let same_body = recorded == Some(&body_checksum(one.migration)) && migration.name == one.migration.name;
        if migration.state == MigrationState::Divergent && same_body {
            migration.state = MigrationState::Applied;
            edits.push(HeaderEdit { version: one.migration.version, checksum: one.checksum.to_string() });
        }
    }
    edits
}

fn body_checksum(migration: &Migration<'_>) -> String {
    checksum(migration, migration.body()).map(|checksum| checksum.to_string()).unwrap_or_default()
}

/// Writes the checksums of edited headers into both histories.
pub(crate) async fn correct_checksums(client: &Client, edits: &[HeaderEdit]) -> Result<(), MigrateError> {
    let correcting =
        |source| MigrateError::Server { doing: "correct the checksum of a migration whose header was edited", source };
    for HeaderEdit { version, checksum } in edits {
        let sql = format!(
            "WITH refinery AS (UPDATE {REFINERY_TABLE} SET checksum = $2 WHERE version = $1) \
             UPDATE {OUR_TABLE} SET checksum = $2 WHERE version = $1 AND statement = 0"
        );
        client.query_typed(&sql, &[(version, Type::INT8), (checksum, Type::TEXT)]).await.map_err(correcting)?;
        tracing::info!(version, "the header of an applied migration was edited; its checksum is corrected");
    }
    Ok(())
}

/// A table that does not exist yet has no rows.
fn existing(result: Result<Vec<Row>, tokio_postgres::Error>) -> Result<Vec<Row>, tokio_postgres::Error> {
    match result {
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => Ok(Vec::new()),
        other => other,
    }
}

fn reading(source: tokio_postgres::Error) -> MigrateError {
    MigrateError::Server { doing: "read the migration history", source }
}
