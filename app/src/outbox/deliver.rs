//! Delivery: one notification in, an acknowledgement or the reason of the failure out. It knows no database.

use std::future::Future;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::Notification;

/// Takes a notification to whom it concerns.
pub trait Deliver: Send + Sync + 'static {
    /// Returns once the receiver has it. A notification may come more than once: its `dedup_key` tells.
    fn deliver(&self, notification: &Notification) -> impl Future<Output = Result<(), DeliveryError>> + Send;
}

/// Why a notification did not arrive, in words that are fit to be stored.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DeliveryError(pub String);

/// Writes notifications to the log: for development.
pub struct LogDelivery;

impl Deliver for LogDelivery {
    async fn deliver(&self, notification: &Notification) -> Result<(), DeliveryError> {
        tracing::info!(key = notification.dedup_key, "notification");
        Ok(())
    }
}

/// Posts notifications as JSON; every answer of the 200s acknowledges.
pub struct PostDelivery {
    client: Client<HttpConnector, Body>,
    url: Uri,
}

impl PostDelivery {
    /// Posts to `url`.
    pub fn new(url: Uri) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), url }
    }
}

impl Deliver for PostDelivery {
    async fn deliver(&self, notification: &Notification) -> Result<(), DeliveryError> {
        let body = serde_json::to_vec(notification).map_err(reason)?;
        let request = Request::post(&self.url)
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", &notification.dedup_key)
            .body(Body::from(body))
            .map_err(reason)?;
        let status = self.client.request(request).await.map_err(reason)?.status();
        if status.is_success() { Ok(()) } else { Err(refused(status)) }
    }
}

fn refused(status: StatusCode) -> DeliveryError {
    DeliveryError(format!("the receiver answered {status}"))
}

/// The innermost cause says most: "connection refused" rather than "client error".
fn reason(error: impl std::error::Error) -> DeliveryError {
    fn innermost(error: &dyn std::error::Error) -> String {
        match error.source() {
            Some(source) => innermost(source),
            None => error.to_string(),
        }
    }
    DeliveryError(innermost(&error))
}
