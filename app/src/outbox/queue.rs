//! The outbox in the database: the few statements that no accessor writes, because they must claim and settle in one
//! step each. Every settlement names the attempt that it settles: a worker whose lease ran out changes nothing.

use std::time::Duration;

use chrono::{DateTime, Utc};
use deadpool_postgres::{Pool, PoolError};
use lockstep::{Error, Executor, Statement};
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

static CLAIM: Statement = Statement {
    name: "outbox.claim",
    sql: "WITH due AS (
            SELECT id FROM commerce.notification
            WHERE status = 'pending' AND next_attempt_at <= now()
            ORDER BY next_attempt_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
        ), claimed AS (
            UPDATE commerce.notification AS notification
            SET attempts = notification.attempts + 1, next_attempt_at = now() + make_interval(secs => $2)
            FROM due WHERE notification.id = due.id
            RETURNING notification.id, notification.event_id, notification.channel, notification.attempts,
                notification.dedup_key
        )
        SELECT claimed.id, claimed.attempts, claimed.dedup_key, claimed.channel::text AS channel,
            event.kind::text AS kind, event.occurred_at, event.payload, ordered.public_token, ordered.customer_email
        FROM claimed
        JOIN commerce.event ON event.id = claimed.event_id
        JOIN commerce.order AS ordered ON ordered.id = event.order_id
        ORDER BY claimed.id",
    parameters: &[Type::INT8, Type::FLOAT8],
};

static SENT: Statement = Statement {
    name: "outbox.sent",
    sql: "UPDATE commerce.notification SET status = 'sent', sent_at = now(), error = NULL
        WHERE id = $1 AND attempts = $2 AND status = 'pending'",
    parameters: &[Type::INT8, Type::INT4],
};

// Jitter keeps failures that came together from coming together again.
static FAILED: Statement = Statement {
    name: "outbox.failed",
    sql: "UPDATE commerce.notification
        SET error = left($3, 500), next_attempt_at = now() + make_interval(secs => $4 * (0.5 + random() / 2))
        WHERE id = $1 AND attempts = $2 AND status = 'pending'",
    parameters: &[Type::INT8, Type::INT4, Type::TEXT, Type::FLOAT8],
};

static DEAD: Statement = Statement {
    name: "outbox.dead",
    sql: "UPDATE commerce.notification SET status = 'dead', error = left($3, 500)
        WHERE id = $1 AND attempts = $2 AND status = 'pending'",
    parameters: &[Type::INT8, Type::INT4, Type::TEXT],
};

static DEPTH: Statement = Statement {
    name: "outbox.depth",
    sql: "SELECT count(*), coalesce(sum(attempts), 0)::bigint,
            greatest(coalesce(extract(epoch FROM now() - min(next_attempt_at)), 0), 0)::double precision
        FROM commerce.notification WHERE status = 'pending'",
    parameters: &[],
};

/// A notification that a worker has claimed, as its receiver gets it.
#[derive(Serialize)]
pub struct Notification {
    /// Identifies it in the outbox.
    #[serde(skip)]
    pub id: i64,
    /// The number of this attempt, from 1.
    pub attempts: i32,
    /// The same for every attempt.
    pub dedup_key: String,
    /// Whom it is for: `customer` or `producer`.
    pub channel: String,
    /// What happened.
    pub kind: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// The facts of the event.
    pub payload: Value,
    /// Where the order can be followed.
    pub public_token: Uuid,
    /// Where the customer can be reached.
    pub customer_email: String,
}

/// What waits in the outbox.
pub struct Depth {
    /// Pending notifications.
    pub pending: i64,
    /// The attempts that they have behind them.
    pub attempts: i64,
    /// How long the oldest one has been due, in seconds.
    pub lag: f64,
}

/// The outbox cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// No connection was to be had.
    #[error("no connection")]
    Pool(#[from] PoolError),
    /// A statement failed.
    #[error(transparent)]
    Statement(#[from] Error),
    /// A row is not what its statement promises.
    #[error("a row cannot be read")]
    Row(#[from] tokio_postgres::Error),
}

/// Takes up to `limit` due notifications and keeps other workers away from them for the time of `lease`.
pub(super) async fn claim(pool: &Pool, limit: i64, lease: Duration) -> Result<Vec<Notification>, QueueError> {
    let rows = pool.get().await?.fetch(&CLAIM, &[&limit, &lease.as_secs_f64()]).await?;
    rows.iter().map(notification).collect()
}

/// The receiver has it.
pub(super) async fn sent(pool: &Pool, claimed: &Notification) -> Result<(), QueueError> {
    settle(pool, &SENT, &[&claimed.id, &claimed.attempts]).await
}

/// It did not arrive; the next attempt comes after `pause`, shortened by up to a half.
pub(super) async fn failed(
    pool: &Pool,
    claimed: &Notification,
    error: &str,
    pause: Duration,
) -> Result<(), QueueError> {
    settle(pool, &FAILED, &[&claimed.id, &claimed.attempts, &error, &pause.as_secs_f64()]).await
}

/// It did not arrive, and never will.
pub(super) async fn dead(pool: &Pool, claimed: &Notification, error: &str) -> Result<(), QueueError> {
    settle(pool, &DEAD, &[&claimed.id, &claimed.attempts, &error]).await
}

/// Measures what waits.
///
/// # Errors
/// See [`QueueError`].
pub async fn depth(pool: &Pool) -> Result<Depth, QueueError> {
    let rows = pool.get().await?.fetch(&DEPTH, &[]).await?;
    let Some(row) = rows.first() else { return Ok(Depth { pending: 0, attempts: 0, lag: 0.0 }) };
    Ok(Depth { pending: row.try_get(0)?, attempts: row.try_get(1)?, lag: row.try_get(2)? })
}

async fn settle(pool: &Pool, statement: &'static Statement, values: &[&(dyn ToSql + Sync)]) -> Result<(), QueueError> {
    if pool.get().await?.run(statement, values).await? == 0 {
        tracing::warn!("the lease ran out before the delivery was settled");
    }
    Ok(())
}

fn notification(row: &Row) -> Result<Notification, QueueError> {
    Ok(Notification {
        id: row.try_get("id")?,
        attempts: row.try_get("attempts")?,
        dedup_key: row.try_get("dedup_key")?,
        channel: row.try_get("channel")?,
        kind: row.try_get("kind")?,
        occurred_at: row.try_get("occurred_at")?,
        payload: row.try_get("payload")?,
        public_token: row.try_get("public_token")?,
        customer_email: row.try_get("customer_email")?,
    })
}
