//! The outbox worker: takes due notifications from the database, has them delivered, and writes down what came of it.
//!
//! A claim is a lease, not an open transaction: it counts the attempt and moves the notification into the future. A
//! worker that dies in between leaves a notification that falls due again, so every notification is delivered at
//! least once, and its de-duplication key goes along for the receiver. Workers of several instances share one outbox.

mod deliver;
mod queue;

use std::sync::Arc;
use std::time::{Duration, Instant};

use deadpool_postgres::Pool;
use futures_util::future::join_all;
use metrics::{counter, histogram};
use tokio::sync::Notify;
use tracing::Instrument;

pub use deliver::{Deliver, DeliveryError, LogDelivery, PostDelivery};
pub use queue::{Notification, QueueError, depth};

pub use crate::database::queries::outbox::DepthRow;

use crate::shutdown::Stopping;
use crate::telemetry::{OUTBOX_DELIVERIES, OUTBOX_DURATION};

/// The pace of a worker.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many notifications one claim takes at most; they are delivered side by side.
    pub batch: i64,
    /// After so many attempts a notification is dead.
    pub max_attempts: i32,
    /// How long to wait when nothing is due.
    pub poll: Duration,
    /// How long a claim keeps other workers away; longer than `timeout`.
    pub lease: Duration,
    /// How long one delivery may take.
    pub timeout: Duration,
    /// The pause after the first failure. It doubles with every further one.
    pub backoff: Duration,
    /// The longest pause.
    pub backoff_limit: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            batch: 16,
            max_attempts: 12,
            poll: Duration::from_secs(1),
            lease: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            backoff: Duration::from_secs(1),
            backoff_limit: Duration::from_secs(3600),
        }
    }
}

/// Works until the service stops; a batch that has been claimed is finished first.
///
/// A failing database is logged and tried again: the outbox must not take the service down.
pub async fn run(pool: Pool, delivery: impl Deliver, settings: Settings, wake: Arc<Notify>, stopping: Stopping) {
    while !stopping.is_stopping() {
        match work(&pool, &delivery, &settings).await {
            Ok(Worked::More) => continue,
            Ok(Worked::All) => {}
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the outbox cannot be read"),
        }
        tokio::select! {
            () = stopping.clone().wait() => {}
            () = wake.notified() => {}
            () = tokio::time::sleep(settings.poll) => {}
        }
    }
}

/// Whether a batch took all that was due.
enum Worked {
    More,
    All,
}

async fn work(pool: &Pool, delivery: &impl Deliver, settings: &Settings) -> Result<Worked, queue::QueueError> {
    let batch = queue::claim(pool, settings.batch, settings.lease).await?;
    let worked = if i64::try_from(batch.len()) == Ok(settings.batch) { Worked::More } else { Worked::All };
    let deliveries = batch.into_iter().map(|notification| {
        let span = tracing::info_span!("deliver", id = %notification.id, attempt = notification.attempts);
        attempt(pool, delivery, settings, notification).instrument(span)
    });
    join_all(deliveries).await.into_iter().collect::<Result<(), _>>()?;
    Ok(worked)
}

/// Delivers one notification and settles it. An error is the database's: the lease runs out, and it is tried again.
async fn attempt(
    pool: &Pool,
    delivery: &impl Deliver,
    settings: &Settings,
    notification: Notification,
) -> Result<(), queue::QueueError> {
    let start = Instant::now();
    let result = match tokio::time::timeout(settings.timeout, delivery.deliver(&notification)).await {
        Ok(result) => result,
        Err(_) => Err(DeliveryError(format!("no answer within {:?}", settings.timeout))),
    };
    histogram!(OUTBOX_DURATION).record(start.elapsed().as_secs_f64());
    let outcome = match result {
        Ok(()) => {
            queue::sent(pool, &notification).await?;
            "sent"
        }
        Err(error) if notification.attempts >= settings.max_attempts => {
            tracing::error!(%error, "the notification is given up");
            queue::dead(pool, &notification, &error.to_string()).await?;
            "dead"
        }
        Err(error) => {
            tracing::warn!(%error, "the notification is tried again later");
            queue::failed(pool, &notification, &error.to_string(), pause(settings, notification.attempts)).await?;
            "failed"
        }
    };
    counter!(OUTBOX_DELIVERIES, "outcome" => outcome).increment(1);
    Ok(())
}

/// The pause after a number of attempts, before jitter.
fn pause(settings: &Settings, attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(31);
    settings.backoff.saturating_mul(1 << doublings).min(settings.backoff_limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_its_limit() {
        let settings = Settings { backoff_limit: Duration::from_secs(60), ..Settings::default() };
        let pauses = [1, 2, 3, 7, 40, i32::MAX].map(|attempts| pause(&settings, attempts).as_secs());
        assert_eq!(pauses, [1, 2, 4, 60, 60, 60]);
    }
}
