//! HTTP: routes in, JSON out. It decides status codes and wording; what an order is, is decided in [`crate::orders`].

mod error;
mod health;
mod metrics;
mod observe;
mod orders;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, http::StatusCode};
use deadpool_postgres::Pool;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::Notify;

use crate::rate_limit;
use crate::shutdown::Stopping;
use crate::telemetry::RATE_LIMITED;
use error::ApiError;

/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// What handlers share.
#[derive(Clone)]
pub struct Service {
    /// The database.
    pub pool: Pool,
    /// Wakes the outbox worker.
    pub wake: Arc<Notify>,
    /// Renders the metrics.
    pub metrics: PrometheusHandle,
    /// Whether the service is stopping.
    pub stopping: Stopping,
    /// How many orders one client may place in a minute.
    pub orders_per_minute: i32,
}

/// All routes.
pub fn router(service: Service) -> Router {
    let place = post(orders::place).layer(from_fn_with_state(service.clone(), limit_rate));
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .route("/orders", place)
        .route("/orders/track/{public_token}", get(orders::track))
        .fallback(|| async { ApiError::NotFound })
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn(observe::observe))
        .with_state(service)
}

/// Turns a client away that asks too often.
async fn limit_rate(
    State(service): State<Service>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if count(&service, client.ip()).await? > service.orders_per_minute {
        ::metrics::counter!(RATE_LIMITED).increment(1);
        return Err(ApiError::TooManyRequests(rate_limit::WINDOW));
    }
    Ok(next.run(request).await)
}

async fn count(service: &Service, client: IpAddr) -> Result<i32, ApiError> {
    let database = service.pool.get().await?;
    Ok(rate_limit::hit(&database, client).await?)
}

/// A short text, for routes that people and probes read.
fn text(status: StatusCode, text: impl Into<String>) -> (StatusCode, String) {
    (status, text.into() + "\n")
}
