//! `/healthz` and `/readyz`: is the process alive, and may it get requests?

use std::error::Error;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;

use super::{Service, text};
use crate::database;

/// A probe must get an answer while the database gives none.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process is up; nothing else is asked.
pub(crate) async fn healthz() -> impl IntoResponse {
    text(StatusCode::OK, "ok")
}

/// Ready while the database has the schema that this binary was built for, until the service stops.
pub(crate) async fn readyz(State(service): State<Service>) -> impl IntoResponse {
    if service.stopping.is_stopping() {
        return text(StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match tokio::time::timeout(PATIENCE, database::readiness(&service.pool)).await {
        Ok(Ok(())) => text(StatusCode::OK, "ready"),
        Ok(Err(reason)) => {
            tracing::warn!(error = &reason as &dyn Error, "not ready");
            text(StatusCode::SERVICE_UNAVAILABLE, reason.to_string())
        }
        Err(_) => text(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
