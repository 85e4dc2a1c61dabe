//! Files with `-- Transaction: no`: statement by statement, each recorded, so that a process that was killed in the middle
//! is followed by one that goes on at the right statement.
//!
//! A statement that can run in a transaction does, together with its record, so there is never a doubt about it. For one
//! that PostgreSQL refuses there (SQLSTATE 25001, or 2D000 for a procedure that commits) the record says `running` before
//! it and `done` after it. A record that still says `running` was left by a process that died, and then
//! - an invalid index of that name on that table is dropped and built again (so it is without any record too), a valid one
//!   with the definition of the statement counts as built, one with another definition is an error;
//! - a partition that `DETACH PARTITION … CONCURRENTLY` left half detached is detached to the end (so it is without any
//!   record too), and one that is no partition any more counts as detached;
//! - "already exists" for a `CREATE` or `ALTER`, and "does not exist" for a `DROP`, count as done;
//! - anything else is run again.
//!
//! `SET` and `RESET` are not recorded: they run again on every resumption.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use tracing::Instrument;

use super::apply::{Context, body};
use super::error::{MigrateError, number};
use super::history::{self, Record};
use super::index;
use super::migration::Migration;
use super::session::{Entry, Scope};
use super::statement::{self, Kind};

/// What our history knows of a statement from an earlier run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Past {
    /// Nothing, or that it failed.
    New,
    /// It was sent, and the process died before it knew the outcome.
    Interrupted,
    /// It is done.
    Done,
}

/// A statement on its way.
pub(crate) struct Step<'s> {
    pub(crate) migration: &'s Migration<'s>,
    pub(crate) index: usize,
    pub(crate) past: Past,
    pub(crate) entry: Entry<'s>,
}

impl Step<'_> {
    pub(crate) fn sql(&self) -> &str {
        self.migration.statements[self.index].sql
    }

    pub(crate) fn line(&self) -> u32 {
        self.migration.statements[self.index].line
    }
}

/// Runs the statements of the file that are not done. The file itself is recorded by the caller.
pub(crate) async fn apply(
    client: &mut Client,
    context: &mut Context<'_>,
    migration: &Migration<'_>,
) -> Result<(), MigrateError> {
    let records = history::read_records(client, &context.session.ours).await?;
    for index in body(migration) {
        let step = step(migration, index, &records)?;
        let span = tracing::info_span!("statement", statement = number(index), line = step.line());
        run(client, context, &step).instrument(span).await?;
    }
    Ok(())
}

fn step<'s>(
    migration: &'s Migration<'s>,
    index: usize,
    records: &BTreeMap<(i64, u32), Record>,
) -> Result<Step<'s>, MigrateError> {
    let statement = number(index);
    let checksum = history::checksum(migration, migration.statements[index].sql)?;
    let record = records.get(&(migration.version, statement));
    let past = match record.map(|record| (record.state.as_str(), record.checksum == checksum.to_string())) {
        Some(("done", true)) => Past::Done,
        Some(("done", false)) => {
            let (file, line) = (migration.file.to_owned(), migration.statements[index].line);
            return Err(MigrateError::EditedHalfWay { file, statement, line });
        }
        Some(("running", true)) => Past::Interrupted,
        Some(_) | None => Past::New,
    };
    Ok(Step { migration, index, past, entry: Entry { migration, statement, checksum, body_checksum: None } })
}

async fn run(client: &mut Client, context: &mut Context<'_>, step: &Step<'_>) -> Result<(), MigrateError> {
    let kind = statement::classify(step.sql());
    if kind == Kind::Session {
        return context.send(client, step.migration, step.index).await;
    }
    if step.past == Past::Done {
        tracing::info!("done by an earlier run");
        return Ok(());
    }
    let Context { options, .. } = context;
    let (short, long) = (options.lock_timeout, options.wait_limit);
    match kind {
        Kind::IndexBuild(build) => index::build(client, context, step, &build).await,
        Kind::Concurrent => outside(client, context, step, Patience::Once(long)).await,
        Kind::Other | Kind::Session | Kind::TransactionControl => {
            if step.past == Past::New && in_own_transaction(client, context, step).await? == Outcome::Done {
                return Ok(());
            }
            outside(client, context, step, Patience::Retries(short)).await
        }
    }
}

#[derive(PartialEq, Eq)]
enum Outcome {
    Done,
    RefusedInTransaction,
}

async fn in_own_transaction(
    client: &mut Client,
    context: &mut Context<'_>,
    step: &Step<'_>,
) -> Result<Outcome, MigrateError> {
    for attempt in 1.. {
        match one_transaction(client, context, step).await {
            Ok(()) => break,
            Err(MigrateError::Statement(error)) if error.sqlstate().is_some_and(refused_in_transaction) => {
                return Ok(Outcome::RefusedInTransaction);
            }
            Err(error) => context.pause_or_fail(client, attempt, context.options.lock_retries, error).await?,
        }
    }
    Ok(Outcome::Done)
}

async fn one_transaction(client: &mut Client, context: &mut Context<'_>, step: &Step<'_>) -> Result<(), MigrateError> {
    let committing = |source| MigrateError::Commit { file: step.migration.file.to_owned(), source };
    let transaction = client.transaction().await.map_err(committing)?;
    let inside = transaction.client();
    context.session.guard(inside, context.options.lock_timeout, Scope::Transaction).await?;
    if let Err(error) = context.send(inside, step.migration, step.index).await {
        drop(transaction.rollback().await);
        return Err(error);
    }
    step.entry.complete(inside, &context.session, context.options).await?;
    transaction.commit().await.map_err(committing)
}

fn refused_in_transaction(code: &SqlState) -> bool {
    *code == SqlState::ACTIVE_SQL_TRANSACTION || *code == SqlState::INVALID_TRANSACTION_TERMINATION
}

/// How long a statement outside a transaction waits for a lock.
///
/// What runs `CONCURRENTLY` waits for every older transaction, by locks that `lock_timeout` counts too, and blocks nobody
/// meanwhile; giving up early would only leave an invalid index behind. So it waits once, as long as anything may.
#[derive(Clone, Copy)]
pub(crate) enum Patience {
    Retries(Duration),
    Once(Duration),
}

/// Runs a statement that no transaction can hold, between the two records.
pub(crate) async fn outside(
    client: &Client,
    context: &mut Context<'_>,
    step: &Step<'_>,
    patience: Patience,
) -> Result<(), MigrateError> {
    let (timeout, retries) = match patience {
        Patience::Retries(timeout) => (timeout, context.options.lock_retries),
        Patience::Once(timeout) => (timeout, 0),
    };
    step.entry.start(client, &context.session, context.options).await?;
    context.session.guard(client, timeout, Scope::Session).await?;
    for attempt in 1.. {
        let Err(mut error) = context.send(client, step.migration, step.index).await else { break };
        if let Some(finalize) = finalize(&error, step.sql()) {
            tracing::warn!(%error, "finishing what an interrupted run had begun");
            match context.send_text(client, step.migration, step.index, &finalize).await {
                Ok(()) => break,
                Err(failed) => error = failed,
            }
        }
        if step.past == Past::Interrupted && already(&error, step.sql()) {
            tracing::warn!(%error, "an interrupted run had done this statement");
            break;
        }
        let retried = context.pause_or_fail(client, attempt, retries, error).await;
        if let Err(error) = retried {
            // Without a connection the record stays `running`, which is the truth.
            drop(step.entry.finish(client, &context.session, "failed").await);
            return Err(error);
        }
    }
    step.entry.finish(client, &context.session, "done").await
}

/// The statement that ends what an interrupted `DETACH PARTITION … CONCURRENTLY` has begun.
fn finalize(error: &MigrateError, sql: &str) -> Option<String> {
    let MigrateError::Statement(error) = error else { return None };
    let is_pending = error.sqlstate() == Some(&SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE);
    let statement = sql.trim_end().strip_suffix(DETACH_END).filter(|_| is_pending && statement::detaches(sql))?;
    Some(format!("{statement}FINALIZE"))
}

/// How a `DETACH PARTITION` that takes its time ends.
const DETACH_END: &str = "CONCURRENTLY";

/// Whether the error says that the statement's work is there already.
fn already(error: &MigrateError, sql: &str) -> bool {
    let MigrateError::Statement(error) = error else { return false };
    let Some(code) = error.sqlstate() else { return false };
    let made = [
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_OBJECT,
        SqlState::DUPLICATE_DATABASE,
        SqlState::DUPLICATE_COLUMN,
    ];
    let gone = [SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_OBJECT, SqlState::INVALID_CATALOG_NAME];
    match statement::verb(sql).as_str() {
        "alter" if statement::detaches(sql) => *code == SqlState::UNDEFINED_TABLE,
        "create" | "alter" => made.contains(code),
        "drop" => gone.contains(code),
        _ => false,
    }
}
