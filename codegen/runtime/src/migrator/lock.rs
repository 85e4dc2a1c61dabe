//! The migration lock: a session advisory lock, taken by asking again and again. A blocking `pg_advisory_lock` would hold
//! a snapshot for as long as it waits, and `CREATE INDEX CONCURRENTLY` of the process that has the lock would wait for
//! that snapshot: a deadlock that the server cannot see. PostgreSQL manual, 13.3.5 and "Building Indexes Concurrently".

use std::time::{Duration, Instant};

use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::blocker;
use super::connect::Observer;
use super::error::MigrateError;
use super::pause::backoff;

/// One lock for every migrator of a database, whatever its history tables are called.
pub const LOCK_KEY: i64 = i64::from_be_bytes(*b"lockstep");

/// One attempt. True when the lock is ours now.
pub(crate) async fn try_lock(client: &Client) -> Result<bool, MigrateError> {
    let row = client.query_typed_one("SELECT pg_try_advisory_lock($1)", &[(&LOCK_KEY, Type::INT8)]).await;
    row.and_then(|row| row.try_get(0)).map_err(locking)
}

/// Gives the lock back. False where the process that answers does not have it, or none answers; an error is not worth
/// more, because the lock ends with the session.
pub(crate) async fn unlock(client: &Client) -> bool {
    let row = client.query_typed_one("SELECT pg_advisory_unlock($1)", &[(&LOCK_KEY, Type::INT8)]).await;
    row.and_then(|row| row.try_get(0)).unwrap_or(false)
}

/// Gives back a lock that stayed with a process of a pool, where it would stay as long as the pool does. The second
/// connection keeps one process busy, so that the first is given another.
async fn unlock_in_pool(client: &Client, observer: &mut Observer<'_>) {
    if unlock(client).await {
        return;
    }
    let Some(other) = observer.client().await else { return };
    let Ok(transaction) = other.transaction().await else { return };
    if !unlock(transaction.client()).await {
        unlock(client).await;
    }
}

/// Holds that the lock is this session's and that the session stays on one server process; returns that process's id.
///
/// A pooler in transaction mode hands every transaction to the server process that is free: the lock then stays with a
/// process that serves others. It shows when the lock is missing where we are now, when our process changes while
/// a second connection keeps one busy or after it has given one back, or when that second connection gets our process.
pub(crate) async fn verify(client: &Client, observer: &mut Observer<'_>) -> Result<i32, MigrateError> {
    match one_process(client, observer).await? {
        Some(pid) => Ok(pid),
        None => {
            unlock_in_pool(client, observer).await;
            Err(MigrateError::Pooler)
        }
    }
}

async fn one_process(client: &Client, observer: &mut Observer<'_>) -> Result<Option<i32>, MigrateError> {
    let (pid, held) = place(client).await?;
    if !held {
        return Ok(None);
    }
    let Some(other) = observer.client().await else { return Ok(Some(pid)) };
    let transaction = other.transaction().await.map_err(locking)?;
    let row = transaction.query_typed_one("SELECT pg_backend_pid()", &[]).await.map_err(locking)?;
    let other_pid: i32 = row.try_get(0).map_err(locking)?;
    let meanwhile = place(client).await?;
    transaction.commit().await.map_err(locking)?;
    // The process that the second connection has just given back is the one that a pool hands out next.
    let afterwards = place(client).await?;
    Ok((other_pid != pid && meanwhile == (pid, true) && afterwards == (pid, true)).then_some(pid))
}

/// The process that serves the connection, and whether it holds the lock.
async fn place(client: &Client) -> Result<(i32, bool), MigrateError> {
    const QUERY: &str = "SELECT pg_backend_pid(), EXISTS (SELECT FROM pg_locks \
        WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid() AND objsubid = 1 \
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
        AND classid::int8 = $1 >> 32 AND objid::int8 = $1 & 4294967295)";
    let row = client.query_typed_one(QUERY, &[(&LOCK_KEY, Type::INT8)]).await.map_err(locking)?;
    Ok((row.try_get(0).map_err(locking)?, row.try_get(1).map_err(locking)?))
}

/// The waiting for a lock that another process has: pauses that grow, news for the log, and an end.
pub(crate) struct Wait {
    since: Instant,
    limit: Duration,
    attempt: u32,
    told: Option<Instant>,
}

impl Wait {
    pub(crate) fn new(limit: Duration) -> Wait {
        Wait { since: Instant::now(), limit, attempt: 0, told: None }
    }

    /// Pauses once.
    ///
    /// # Errors
    /// [`MigrateError::LockWait`] after the limit.
    pub(crate) async fn pause(&mut self, client: &Client) -> Result<(), MigrateError> {
        const NEWS_EVERY: Duration = Duration::from_secs(10);
        let waited = self.since.elapsed();
        if waited >= self.limit {
            let holders = blocker::advisory_holder(client, LOCK_KEY).await.unwrap_or_default();
            return Err(MigrateError::LockWait { waited, holders });
        }
        if self.told.is_none_or(|told| told.elapsed() >= NEWS_EVERY) {
            let holders = blocker::advisory_holder(client, LOCK_KEY).await.unwrap_or_default();
            let holder = holders.first().map(ToString::to_string).unwrap_or_default();
            tracing::info!(waited_seconds = waited.as_secs(), holder, "waiting for another process to migrate");
            self.told = Some(Instant::now());
        }
        self.attempt += 1;
        let pause = backoff(self.attempt, Duration::from_millis(20), Duration::from_millis(500));
        tokio::time::sleep(pause.min(self.limit.saturating_sub(waited))).await;
        Ok(())
    }

    pub(crate) fn waited(&self) -> Duration {
        self.since.elapsed()
    }
}

fn locking(source: tokio_postgres::Error) -> MigrateError {
    MigrateError::Server { doing: "take the migration lock", source }
}
