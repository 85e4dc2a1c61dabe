//! The outbox in the database: what is due is claimed and settled by the queries of `app/queries/outbox.sql`.

use std::time::Duration;

use chrono::{DateTime, Utc};
use deadpool_postgres::{Pool, PoolError};
use lockstep::Error;
use serde::Serialize;
use tokio_postgres::types::Json;
use uuid::Uuid;

use crate::database::commerce::NotificationId;
use crate::database::queries::outbox::{self, ClaimRow, DepthRow};
use crate::orders::Facts;

/// A notification that a worker has claimed, as its receiver gets it.
#[derive(Serialize)]
pub struct Notification {
    /// Identifies it in the outbox.
    #[serde(skip)]
    pub id: NotificationId,
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
    pub payload: Json<Facts>,
    /// Where the order can be followed.
    pub public_token: Uuid,
    /// Where the customer can be reached.
    pub customer_email: String,
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
}

/// Takes up to `limit` due notifications and keeps other workers away from them for the time of `lease`.
pub(super) async fn claim(pool: &Pool, limit: i64, lease: Duration) -> Result<Vec<Notification>, QueueError> {
    let claimed = outbox::claim(&pool.get().await?, limit, lease.as_secs_f64()).await?;
    Ok(claimed.into_iter().map(Notification::from).collect())
}

/// The receiver has it.
pub(super) async fn sent(pool: &Pool, claimed: &Notification) -> Result<(), QueueError> {
    settled(outbox::sent(&pool.get().await?, claimed.id, claimed.attempts).await?);
    Ok(())
}

/// It did not arrive; the next attempt comes after `pause`, shortened by up to a half.
pub(super) async fn failed(
    pool: &Pool,
    claimed: &Notification,
    error: &str,
    pause: Duration,
) -> Result<(), QueueError> {
    let pause = pause.as_secs_f64();
    settled(outbox::failed(&pool.get().await?, error, pause, claimed.id, claimed.attempts).await?);
    Ok(())
}

/// It did not arrive, and never will.
pub(super) async fn dead(pool: &Pool, claimed: &Notification, error: &str) -> Result<(), QueueError> {
    settled(outbox::dead(&pool.get().await?, error, claimed.id, claimed.attempts).await?);
    Ok(())
}

/// Measures what waits.
///
/// # Errors
/// See [`QueueError`].
pub async fn depth(pool: &Pool) -> Result<DepthRow, QueueError> {
    Ok(outbox::depth(&pool.get().await?).await?)
}

fn settled(rows: u64) {
    if rows == 0 {
        tracing::warn!("the lease ran out before the delivery was settled");
    }
}

impl From<ClaimRow> for Notification {
    fn from(claimed: ClaimRow) -> Self {
        let ClaimRow { id, attempts, dedup_key, channel, kind, occurred_at, payload, public_token, customer_email } =
            claimed;
        Self { id, attempts, dedup_key, channel, kind, occurred_at, payload, public_token, customer_email }
    }
}
