//! The reference service: a small shop that migrates its database, takes orders, and tells about them.
//!
//! In: a [`Config`]. Out: HTTP. The order of things is the point of it: migrate, then listen; on a signal stop
//! listening, finish what has begun, and leave.

pub mod config;
pub mod database;
pub mod http;
pub mod orders;
pub mod outbox;
pub mod rate_limit;
pub mod shutdown;
pub mod telemetry;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use deadpool_postgres::Pool;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinHandle};

use config::Config;
use outbox::{LogDelivery, PostDelivery};
use shutdown::Stopping;

/// Why the service has stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database could not be brought to this binary's schema.
    #[error("the database is not migrated")]
    Migrate(#[from] lockstep::migrator::MigrateError),
    /// The pool could not be built.
    #[error("the connection pool cannot be built")]
    Pool(#[from] deadpool_postgres::BuildError),
    /// The metrics could not be collected.
    #[error("the metrics cannot be collected")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    /// The address is taken, or not of this machine.
    #[error("cannot listen on {0}\n  hint: LISTEN takes another address")]
    Listen(SocketAddr, #[source] io::Error),
    /// The server failed.
    #[error("the server has failed")]
    Serve(#[source] io::Error),
    /// The outbox worker failed.
    #[error("the outbox worker has failed")]
    Worker(#[source] JoinError),
    /// Some work was not finished in time.
    #[error("requests or deliveries took longer than SHUTDOWN_SECONDS")]
    Deadline,
}

/// Migrates, serves until the signal, and then for as long as the deadline allows.
///
/// # Errors
/// See [`ServeError`].
pub async fn run(config: Config, stopping: Stopping) -> Result<(), ServeError> {
    tokio::select! {
        // A migration that is interrupted is rolled back, or resumed by the next start.
        migrated = database::migrate(&config.database) => migrated?,
        () = stopping.clone().wait() => return Ok(()),
    }
    let pool = database::pool(&config)?;
    let wake = Arc::new(Notify::new());
    let service = http::Service {
        pool: pool.clone(),
        wake: wake.clone(),
        metrics: telemetry::start_metrics()?,
        stopping: stopping.clone(),
        orders_per_minute: config.orders_per_minute,
    };
    let listener = TcpListener::bind(config.listen).await.map_err(|error| ServeError::Listen(config.listen, error))?;
    let worker = start_worker(&config, &pool, &wake, &stopping);
    let sweeper = tokio::spawn(rate_limit::sweep(pool.clone()));
    announce(&listener);
    tokio::select! {
        finished = finish(serve(listener, http::router(service), stopping.clone()), worker) => finished?,
        () = deadline(&config, stopping) => return Err(ServeError::Deadline),
    }
    sweeper.abort();
    pool.close();
    tracing::info!("stopped");
    Ok(())
}

/// Takes requests until the signal, and answers those that it has taken.
async fn serve(listener: TcpListener, router: Router, stopping: Stopping) -> Result<(), ServeError> {
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stopping.wait())
        .await
        .map_err(ServeError::Serve)
}

/// Returns when both are done, or at once when one of them fails.
async fn finish(
    server: impl Future<Output = Result<(), ServeError>>,
    worker: JoinHandle<()>,
) -> Result<(), ServeError> {
    tokio::try_join!(server, async { worker.await.map_err(ServeError::Worker) })?;
    Ok(())
}

async fn deadline(config: &Config, stopping: Stopping) {
    stopping.wait().await;
    tokio::time::sleep(config.shutdown_deadline).await;
}

fn start_worker(config: &Config, pool: &Pool, wake: &Arc<Notify>, stopping: &Stopping) -> JoinHandle<()> {
    let (pool, settings, wake, stopping) = (pool.clone(), config.outbox.clone(), wake.clone(), stopping.clone());
    match config.notify_url.clone() {
        Some(url) => tokio::spawn(outbox::run(pool, PostDelivery::new(url), settings, wake, stopping)),
        None => tokio::spawn(outbox::run(pool, LogDelivery, settings, wake, stopping)),
    }
}

/// One line on stdout, for whoever started the service: it is listening, and where.
fn announce(listener: &TcpListener) {
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "listening");
        // Nobody needs to read it: a closed stdout is no reason to stop.
        let _ = writeln!(io::stdout(), "listening on http://{address}");
    }
}
