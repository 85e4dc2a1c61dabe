//! `/metrics`: the text format of Prometheus. Gauges of the pool and of the outbox are measured when they are asked for.

use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use metrics::gauge;

use super::Service;
use crate::outbox;
use crate::telemetry::{
    OUTBOX_LAG, OUTBOX_PENDING, OUTBOX_PENDING_ATTEMPTS, POOL_CONNECTIONS, POOL_LIMIT, POOL_WAITING,
};

/// A slow database must not make the metrics wait: the outbox keeps its last figures.
const PATIENCE: Duration = Duration::from_secs(1);

pub(crate) async fn metrics(State(service): State<Service>) -> impl IntoResponse {
    measure_pool(&service);
    if let Ok(Ok(depth)) = tokio::time::timeout(PATIENCE, outbox::depth(&service.pool)).await {
        measure_outbox(&depth);
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], service.metrics.render())
}

#[allow(clippy::cast_precision_loss, reason = "a gauge is a float, and these counts are far below 2^53")]
fn measure_outbox(depth: &outbox::DepthRow) {
    gauge!(OUTBOX_PENDING).set(depth.pending as f64);
    gauge!(OUTBOX_PENDING_ATTEMPTS).set(depth.attempts as f64);
    gauge!(OUTBOX_LAG).set(depth.lag);
}

#[allow(clippy::cast_precision_loss, reason = "a gauge is a float, and a pool is small")]
fn measure_pool(service: &Service) {
    let status = service.pool.status();
    gauge!(POOL_CONNECTIONS, "state" => "idle").set(status.available as f64);
    gauge!(POOL_CONNECTIONS, "state" => "in_use").set(status.size.saturating_sub(status.available) as f64);
    gauge!(POOL_LIMIT).set(status.max_size as f64);
    gauge!(POOL_WAITING).set(status.waiting as f64);
}
