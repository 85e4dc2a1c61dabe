//! Logs and metrics: what is set up once when the process starts, and the names that both are known by.

use std::io::IsTerminal;
use std::time::Duration;

use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Requests answered, by method, route and status.
pub const HTTP_REQUESTS: &str = "http_requests_total";
/// Seconds until the answer, by method and route.
pub const HTTP_DURATION: &str = "http_request_duration_seconds";
/// Orders placed; a repeated request counts once.
pub const ORDERS_PLACED: &str = "orders_placed_total";
/// Requests turned away by the rate limit.
pub const RATE_LIMITED: &str = "rate_limited_total";
/// Attempts to deliver a notification, by outcome: `sent`, `failed` or `dead`.
pub const OUTBOX_DELIVERIES: &str = "outbox_deliveries_total";
/// Seconds that an attempt took.
pub const OUTBOX_DURATION: &str = "outbox_delivery_duration_seconds";
/// Notifications that wait for delivery.
pub const OUTBOX_PENDING: &str = "outbox_pending";
/// The attempts that the pending notifications have behind them.
pub const OUTBOX_PENDING_ATTEMPTS: &str = "outbox_pending_attempts";
/// Seconds that the oldest due notification has waited.
pub const OUTBOX_LAG: &str = "outbox_lag_seconds";
/// Connections of the pool, by state: `idle` or `in_use`.
pub const POOL_CONNECTIONS: &str = "database_pool_connections";
/// How many connections the pool may hold.
pub const POOL_LIMIT: &str = "database_pool_limit";
/// Requests that wait for a connection.
pub const POOL_WAITING: &str = "database_pool_waiting";

const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Logs to stderr from now on: `RUST_LOG` filters, `info` where it is not set.
pub fn start_logging() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

/// Collects metrics from now on; the handle renders them.
///
/// # Errors
/// Where another recorder is already installed.
pub fn start_metrics() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
        .install_recorder()?;
    describe_counter!(HTTP_REQUESTS, "requests answered");
    describe_histogram!(HTTP_DURATION, "seconds until the answer");
    describe_counter!(ORDERS_PLACED, "orders placed");
    describe_counter!(RATE_LIMITED, "requests turned away by the rate limit");
    describe_counter!(OUTBOX_DELIVERIES, "attempts to deliver a notification");
    describe_histogram!(OUTBOX_DURATION, "seconds that an attempt took");
    describe_gauge!(OUTBOX_PENDING, "notifications that wait for delivery");
    describe_gauge!(OUTBOX_PENDING_ATTEMPTS, "attempts that the pending notifications have behind them");
    describe_gauge!(OUTBOX_LAG, "seconds that the oldest due notification has waited");
    describe_gauge!(POOL_CONNECTIONS, "connections of the pool");
    describe_gauge!(POOL_LIMIT, "connections that the pool may hold");
    describe_gauge!(POOL_WAITING, "requests that wait for a connection");
    tokio::spawn(upkeep(handle.clone()));
    Ok(handle)
}

/// Folds recorded samples into their buckets, so that they do not pile up where nobody scrapes.
async fn upkeep(handle: PrometheusHandle) {
    let mut interval = tokio::time::interval(Duration::from_secs(5));
    loop {
        interval.tick().await;
        handle.run_upkeep();
    }
}
