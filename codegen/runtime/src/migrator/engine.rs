//! refinery's engine over our connection: its public async traits, implemented so that refinery decides what is pending,
//! in which order, and what its history says, while the statements are sent by [`apply`](super::apply).

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use refinery_core::traits::r#async::{AsyncMigrate, AsyncQuery, AsyncTransaction};
use refinery_core::{Migration, Runner};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio_postgres::Client;
use tracing::Instrument;

use super::apply::{Context, apply};
use super::error::MigrateError;
use super::history::{self, Applied, Known, engine_migration};

/// A migration that this run has applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedMigration {
    /// Its version.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// How long it took, retries included.
    pub duration: Duration,
}

/// Applies what is pending, under the lock. `pending` are the versions that refinery is expected to ask for.
pub(crate) async fn run(
    client: &mut Client,
    context: &mut Context<'_>,
    known: &[Known<'_>],
    pending: &[i64],
) -> Result<Vec<AppliedMigration>, MigrateError> {
    let engine = |known: &Known<'_>| engine_migration(known.migration, known.migration.sql);
    let migrations: Vec<Migration> = known.iter().map(engine).collect::<Result<_, _>>()?;
    let mut runner = Runner::new(&migrations).set_abort_divergent(true).set_abort_missing(true);
    let table = context.session.refinery.clone();
    runner.set_migration_table_name(&table);
    let queue = known.iter().filter(|known| pending.contains(&known.migration.version)).collect();
    let mut engine = Engine { client, context, known, queue, applied: Vec::new(), failure: None };
    let result = runner.run_async(&mut engine).await;
    let Engine { applied, failure, .. } = engine;
    match (result, failure) {
        (Ok(_), None) => Ok(applied),
        (_, Some(failure)) => Err(failure),
        (Err(error), None) => Err(MigrateError::Engine(error)),
    }
}

struct Engine<'e, 'c> {
    client: &'e mut Client,
    context: &'e mut Context<'c>,
    known: &'e [Known<'e>],
    queue: VecDeque<&'e Known<'e>>,
    applied: Vec<AppliedMigration>,
    /// Why the engine was stopped: refinery hands on a text, we want the error.
    failure: Option<MigrateError>,
}

/// Stops refinery's engine; the reason stands in [`Engine::failure`].
#[derive(Debug)]
struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stopped {}

impl Engine<'_, '_> {
    async fn make_table(&mut self, create: &str) -> Result<(), MigrateError> {
        if self.context.session.refinery_exists {
            return Ok(());
        }
        let making = |source| MigrateError::Server { doing: "create refinery_schema_history", source };
        self.client.batch_execute(create).await.map_err(making)
    }

    async fn migrate_next(&mut self, insert: &str) -> Result<(), MigrateError> {
        let next =
            self.queue.pop_front().expect("refinery asks for what is pending under the lock, and for nothing else");
        let migration = next.migration;
        let started = Instant::now();
        let span = tracing::info_span!("migration", version = migration.version, name = migration.name);
        async {
            apply(self.client, self.context, migration, insert).await?;
            tracing::info!(milliseconds = started.elapsed().as_millis(), "applied");
            Ok(())
        }
        .instrument(span)
        .await?;
        let (version, name) = (migration.version, migration.name.to_owned());
        self.applied.push(AppliedMigration { version, name, duration: started.elapsed() });
        Ok(())
    }

    /// The rows of the history as refinery compares them: without those of a newer release, which were judged before,
    /// and with the checksum of the `\n` text for rows that were written from a `\r\n` text.
    fn as_refinery_sees(&self, row: &Applied) -> Option<Migration> {
        let index = self.known.binary_search_by_key(&row.version, |known| known.migration.version);
        let known = match index {
            Ok(index) => Some(&self.known[index]),
            Err(past_all) if past_all == self.known.len() => return None,
            Err(_) => None,
        };
        let checksum = match known {
            Some(known) if history::matches(known, row) => known.checksum,
            Some(_) | None => row.checksum.parse().unwrap_or_default(),
        };
        // refinery only prints the time.
        let applied_on = OffsetDateTime::parse(&row.applied_on, &Rfc3339).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Some(Migration::applied(row.version, row.name.clone(), applied_on, checksum))
    }

    fn stop<T>(&mut self, result: Result<T, MigrateError>) -> Result<T, Stopped> {
        result.map_err(|error| {
            self.failure = Some(error);
            Stopped
        })
    }
}

impl AsyncTransaction for Engine<'_, '_> {
    type Error = Stopped;

    /// refinery sends the statement that makes its table, and then for each migration the file and the insert.
    async fn execute<'a, T: Iterator<Item = &'a str> + Send + 'a>(&'a mut self, queries: T) -> Result<usize, Stopped> {
        let queries: Vec<&str> = queries.collect();
        let result = match queries.as_slice() {
            [_file, insert] => self.migrate_next(insert).await,
            [create] => self.make_table(create).await,
            _ => unreachable!("refinery-core 0.10 sends one or two texts where migrations are not grouped"),
        };
        self.stop(result).map(|()| queries.len())
    }
}

impl AsyncQuery<Vec<Migration>> for Engine<'_, '_> {
    async fn query<'a>(&'a mut self, _query: &'a str) -> Result<Vec<Migration>, Stopped> {
        let rows = history::read_applied(self.client, &self.context.session.refinery).await;
        let rows = self.stop(rows)?;
        Ok(rows.iter().filter_map(|row| self.as_refinery_sees(row)).collect())
    }
}

impl AsyncMigrate for Engine<'_, '_> {}
