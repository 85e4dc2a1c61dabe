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

#[cfg(test)]
mod tests {
    use deadpool_postgres::{Manager, Runtime};
    use lockstep::TestDb;
    use tokio_postgres::NoTls;

    use super::*;
    use crate::database::MIGRATIONS;
    use crate::orders::{self, Line, NewOrderRequest};

    /// A pool on a shop that has one order, and so two notifications.
    async fn with_an_order(db: &TestDb) -> Pool {
        let product =
            "WITH mill AS (INSERT INTO commerce.producer (slug, name) VALUES ('mill', 'The Mill') RETURNING id)
            INSERT INTO commerce.product (producer_id, sku, title, price_cents) SELECT id, 'F-1', 'Flour', 350 FROM mill
            RETURNING id";
        let product = db.query_one(product, &[]).await.unwrap();
        let manager = Manager::new(db.config().clone(), NoTls);
        let pool = Pool::builder(manager).max_size(4).runtime(Runtime::Tokio1).build().unwrap();
        let request = NewOrderRequest {
            customer_name: "Ada".to_owned(),
            customer_email: "ada@example.test".to_owned(),
            lines: vec![Line { product_id: lockstep::Id::new(product.get(0)), quantity: 2 }],
            idempotency_key: None,
        };
        orders::place(&pool, &request).await.unwrap();
        pool
    }

    const LEASE: Duration = Duration::from_secs(60);

    #[lockstep::test(migrations = MIGRATIONS)]
    async fn a_notification_is_claimed_by_one_worker(db: TestDb) -> Result<(), QueueError> {
        let pool = with_an_order(&db).await;
        let (first, second) = futures_util::future::try_join(claim(&pool, 1, LEASE), claim(&pool, 16, LEASE)).await?;
        let mut keys: Vec<&str> = first.iter().chain(&second).map(|it| it.dedup_key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!((keys.len(), first.len() + second.len()), (2, 2));
        assert!(first.iter().all(|it| it.attempts == 1 && it.payload.0.total_cents == 700));
        assert!(claim(&pool, 16, LEASE).await?.is_empty(), "a lease that has not run out");
        Ok(())
    }

    #[lockstep::test(migrations = MIGRATIONS)]
    async fn whose_lease_ran_out_changes_nothing(db: TestDb) -> Result<(), QueueError> {
        let pool = with_an_order(&db).await;
        let slow = claim(&pool, 16, Duration::ZERO).await?;
        let fast = claim(&pool, 16, LEASE).await?;
        assert_eq!((slow.len(), fast.len(), fast[0].attempts), (2, 2, 2));
        dead(&pool, &slow[0], "too late").await?;
        assert_eq!(depth(&pool).await?.pending, 2);
        for notification in &fast {
            sent(&pool, notification).await?;
        }
        assert_eq!(depth(&pool).await?.pending, 0);
        Ok(())
    }

    #[lockstep::test(migrations = MIGRATIONS)]
    async fn what_failed_comes_again_after_a_pause(db: TestDb) -> Result<(), QueueError> {
        let pool = with_an_order(&db).await;
        for notification in claim(&pool, 16, LEASE).await? {
            failed(&pool, &notification, "connection refused", Duration::from_secs(600)).await?;
        }
        assert!(claim(&pool, 16, LEASE).await?.is_empty());
        db.execute("UPDATE commerce.notification SET next_attempt_at = now()", &[]).await.unwrap();
        let again = claim(&pool, 16, LEASE).await?;
        assert_eq!(again.iter().map(|it| it.attempts).collect::<Vec<_>>(), [2, 2]);
        Ok(())
    }
}
