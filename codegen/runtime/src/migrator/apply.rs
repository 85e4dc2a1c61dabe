//! Applies one file: in one transaction with both histories, or statement by statement where the file says
//! `-- Transaction: no`. A transaction that could not get a lock is tried again from its start. Which file comes next is
//! not decided here.

use std::time::Duration;

use tokio_postgres::Client;
use tracing::Instrument;

use super::blocker::{self, Blocker};
use super::connect::Observer;
use super::error::{MigrateError, StatementError, number};
use super::history::checksum;
use super::migration::Migration;
use super::options::Options;
use super::outside;
use super::pause::backoff;
use super::session::{Entry, Scope, Session};
use super::statement::{self, Kind};

/// What all files of a run share.
pub(crate) struct Context<'c> {
    pub(crate) options: &'c Options,
    pub(crate) session: Session,
    pub(crate) observer: Observer<'c>,
    /// Who was last seen in the way of the file at hand: an attempt may end before anybody has looked.
    pub(crate) seen: Vec<Blocker>,
}

impl Context<'_> {
    /// Sends one statement and looks who blocks it while it waits.
    pub(crate) async fn send(
        &mut self,
        client: &Client,
        migration: &Migration<'_>,
        index: usize,
    ) -> Result<(), MigrateError> {
        self.send_text(client, migration, index, migration.statements[index].sql).await
    }

    /// Sends another text in the place of a statement.
    pub(crate) async fn send_text(
        &mut self,
        client: &Client,
        migration: &Migration<'_>,
        index: usize,
        sql: &str,
    ) -> Result<(), MigrateError> {
        // The last look before lock_timeout strikes has to come back in time.
        let every = (self.options.lock_timeout / 4).clamp(Duration::from_millis(20), Duration::from_millis(500));
        let work = client.batch_execute(sql);
        let (result, blockers) = self.observer.watch(self.session.pid, every, work).await;
        if !blockers.is_empty() {
            self.seen = blockers;
        }
        result.map_err(|source| {
            let mut error = StatementError::new(migration, index, source);
            if error.is_lock_conflict() {
                error.observed = !self.seen.is_empty();
                error.blockers.clone_from(&self.seen);
            }
            MigrateError::Statement(Box::new(error))
        })
    }

    /// After the nth failure: pauses where trying again may help and was not done too often, else returns the error with all that is known.
    pub(crate) async fn pause_or_fail(
        &self,
        client: &Client,
        attempt: u32,
        retries: u32,
        error: MigrateError,
    ) -> Result<(), MigrateError> {
        let MigrateError::Statement(mut error) = error else { return Err(error) };
        if error.is_lock_conflict() && attempt <= retries {
            let pause = backoff(attempt, Duration::from_millis(100), Duration::from_secs(3));
            let blocker = error.blockers.first().map(ToString::to_string).unwrap_or_default();
            tracing::warn!(file = error.file, statement = error.statement, attempt, blocker, "no lock; trying again");
            tokio::time::sleep(pause).await;
            return Ok(());
        }
        error.attempts = attempt;
        if error.is_lock_conflict() && error.blockers.is_empty() {
            error.blockers = blocker::suspects(client).await.unwrap_or_default();
        }
        Err(MigrateError::Statement(error))
    }

    /// Writes a file's row of our history and refinery's in the transaction at hand.
    async fn record(&self, client: &Client, migration: &Migration<'_>, insert: &str) -> Result<(), MigrateError> {
        self.session.restore_role(client).await?;
        client.batch_execute(insert).await.map_err(recording)?;
        let whole = checksum(migration, migration.sql)?;
        let body_checksum = Some(checksum(migration, migration.body())?);
        Entry { migration, statement: 0, checksum: whole, body_checksum }
            .complete(client, &self.session, self.options)
            .await
    }
}

/// Applies a file. `insert` is refinery's insert into its history.
pub(crate) async fn apply(
    client: &mut Client,
    context: &mut Context<'_>,
    migration: &Migration<'_>,
    insert: &str,
) -> Result<(), MigrateError> {
    context.seen.clear();
    if migration.transactional {
        in_one_transaction(client, context, migration, insert).await?;
    } else {
        outside::apply(client, context, migration).await?;
        let transaction = client.transaction().await.map_err(recording)?;
        context.session.guard(transaction.client(), context.options.lock_timeout, Scope::Transaction).await?;
        context.record(transaction.client(), migration, insert).await?;
        transaction
            .commit()
            .await
            .map_err(|source| MigrateError::Commit { file: migration.file.to_owned(), source })?;
    }
    context.session.restore(client).await
}

async fn in_one_transaction(
    client: &mut Client,
    context: &mut Context<'_>,
    migration: &Migration<'_>,
    insert: &str,
) -> Result<(), MigrateError> {
    for attempt in 1.. {
        match one_transaction(client, context, migration, insert).await {
            Ok(()) => break,
            Err(error) => context.pause_or_fail(client, attempt, context.options.lock_retries, error).await?,
        }
    }
    Ok(())
}

async fn one_transaction(
    client: &mut Client,
    context: &mut Context<'_>,
    migration: &Migration<'_>,
    insert: &str,
) -> Result<(), MigrateError> {
    let transaction = client.transaction().await.map_err(beginning)?;
    let inside = transaction.client();
    context.session.guard(inside, context.options.lock_timeout, Scope::Transaction).await?;
    for index in body(migration) {
        let line = migration.statements[index].line;
        let span = tracing::info_span!("statement", statement = number(index), line);
        let sent = context.send(inside, migration, index).instrument(span).await;
        if let Err(error) = sent {
            // The pause that may follow must not keep the transaction's locks.
            drop(transaction.rollback().await);
            return Err(error);
        }
    }
    context.record(inside, migration, insert).await?;
    transaction.commit().await.map_err(|source| MigrateError::Commit { file: migration.file.to_owned(), source })
}

/// The statements to run: all, but for a `BEGIN` and `COMMIT` around the whole file, which refinery tolerates. A file that
/// runs in one transaction may hold several such pairs: generators of migrations write them around a few statements.
pub(crate) fn body(migration: &Migration<'_>) -> Vec<usize> {
    let controls: Vec<usize> = (0..migration.statements.len())
        .filter(|index| statement::classify(migration.statements[*index].sql) == Kind::TransactionControl)
        .collect();
    let is_pair = |pair: &[usize]| match pair {
        [first, last] => statement::wraps(migration.statements[*first].sql, migration.statements[*last].sql),
        _ => false,
    };
    let around_all = controls == [0, migration.statements.len().saturating_sub(1)];
    let left_out = controls.chunks(2).all(is_pair) && (migration.transactional || around_all);
    (0..migration.statements.len()).filter(|index| !left_out || !controls.contains(index)).collect()
}

/// Holds that no statement of the file ends a transaction of the migrator's.
pub(crate) fn refuse_transaction_control(migration: &Migration<'_>) -> Result<(), MigrateError> {
    for index in body(migration) {
        let one = &migration.statements[index];
        if statement::classify(one.sql) == Kind::TransactionControl {
            let (file, sql) = (migration.file.to_owned(), statement::first_line(one.sql));
            return Err(MigrateError::TransactionControl { file, statement: number(index), line: one.line, sql });
        }
    }
    Ok(())
}

fn beginning(source: tokio_postgres::Error) -> MigrateError {
    MigrateError::Server { doing: "begin a transaction", source }
}

fn recording(source: tokio_postgres::Error) -> MigrateError {
    MigrateError::Server { doing: "write refinery_schema_history", source }
}
