//! What goes wrong, as clients see it: a status, a stable code, and a sentence. Causes go to the log, and neither SQL
//! nor a value of another client goes into an answer.

use std::error::Error;
use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use deadpool_postgres::PoolError;
use serde::Serialize;
use tokio_postgres::error::SqlState;

/// An answer that is not a success.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// No such route, or nothing behind it.
    NotFound,
    /// The route exists, for other methods.
    MethodNotAllowed,
    /// The body cannot be read as what the route takes.
    Body {
        /// 400, 413, 415 or 422.
        status: StatusCode,
        /// What the reader says.
        message: String,
    },
    /// The body was read, and fields of it mean nothing.
    Invalid(Vec<FieldError>),
    /// The request contradicts the state of the shop.
    Rejected {
        /// 409 or 422.
        status: StatusCode,
        /// A stable name.
        code: &'static str,
        /// A sentence.
        message: String,
    },
    /// Try again after that time.
    TooManyRequests(Duration),
    /// The database is away or too busy.
    Unavailable,
    /// A fault of the service.
    Internal,
}

/// What is wrong with one field.
#[derive(Debug, Serialize)]
pub(crate) struct FieldError {
    /// The path of the field: `items[0].quantity`.
    pub(crate) field: String,
    /// What it must be.
    pub(crate) message: &'static str,
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Content<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [FieldError],
}

impl ApiError {
    /// The status, the stable code, and the sentence.
    fn parts(&self) -> (StatusCode, &'static str, &str) {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "there is nothing here"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "the route does not take this method")
            }
            Self::Body { status, message } => (*status, body_code(*status), message),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_fields", "some fields are not valid"),
            Self::Rejected { status, code, message } => (*status, code, message),
            Self::TooManyRequests(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "slow down"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "try again in a moment"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "the service has failed"),
        }
    }
}

fn body_code(status: StatusCode) -> &'static str {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => "body_too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        StatusCode::UNPROCESSABLE_ENTITY => "invalid_body",
        _ => "malformed_json",
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, message) = self.parts();
        let fields = if let Self::Invalid(fields) = &self { fields.as_slice() } else { &[] };
        let mut response = (status, Json(Envelope { error: Content { code, message, fields } })).into_response();
        let retry_after = match &self {
            Self::TooManyRequests(pause) => Some(pause.as_secs()),
            Self::Unavailable => Some(1),
            Self::NotFound
            | Self::MethodNotAllowed
            | Self::Body { .. }
            | Self::Invalid(_)
            | Self::Rejected { .. }
            | Self::Internal => None,
        };
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<PoolError> for ApiError {
    fn from(error: PoolError) -> Self {
        tracing::error!(error = &error as &dyn Error, "no database connection");
        Self::Unavailable
    }
}

impl From<lockstep::Error> for ApiError {
    fn from(error: lockstep::Error) -> Self {
        tracing::error!(error = &error as &dyn Error, "a statement failed");
        database(error.sqlstate())
    }
}

impl From<tokio_postgres::Error> for ApiError {
    fn from(error: tokio_postgres::Error) -> Self {
        tracing::error!(code = error.code().map(SqlState::code), "a transaction failed");
        database(error.code())
    }
}

/// What passes by itself (appendix A of the manual, classes 08, 40, 53, 57 and lock timeouts), and what does not. Where
/// the server said nothing, the connection is gone.
fn database(code: Option<&SqlState>) -> ApiError {
    let passes = |code: &SqlState| {
        ["08", "40", "53", "57"].iter().any(|class| code.code().starts_with(class))
            || [&SqlState::LOCK_NOT_AVAILABLE, &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT].contains(&code)
    };
    if code.is_none_or(passes) { ApiError::Unavailable } else { ApiError::Internal }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_worth_a_second_try() {
        let status = |code: Option<&SqlState>| database(code).into_response().status().as_u16();
        assert_eq!(status(None), 503);
        assert_eq!(status(Some(&SqlState::ADMIN_SHUTDOWN)), 503);
        assert_eq!(status(Some(&SqlState::T_R_DEADLOCK_DETECTED)), 503);
        assert_eq!(status(Some(&SqlState::LOCK_NOT_AVAILABLE)), 503);
        assert_eq!(status(Some(&SqlState::UNDEFINED_TABLE)), 500);
        assert_eq!(status(Some(&SqlState::UNIQUE_VIOLATION)), 500);
    }
}
