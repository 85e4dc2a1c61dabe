//! `POST /orders` and `GET /orders/track/{public_token}`.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::header::{HeaderMap, LOCATION};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Service;
use super::error::{ApiError, FieldError};
use crate::database::commerce::{Order, OrderItem, OrderStatus, ProductId};
use crate::orders::{self, Line, NewOrderRequest, PlaceError, Placed};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const MOST_ITEMS: usize = orders::MOST_LINES as usize;
const MOST_PIECES: i64 = 1_000;
const LONGEST_TEXT: usize = 200;

/// The body of `POST /orders`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderBody {
    customer_name: String,
    customer_email: String,
    items: Vec<ItemBody>,
}

/// One product of an order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemBody {
    product_id: i64,
    quantity: i64,
}

/// An order as its customer sees it: everything but names and addresses.
#[derive(Serialize)]
pub(crate) struct OrderView {
    public_token: Uuid,
    status: &'static str,
    total_cents: i64,
    currency: String,
    created_at: DateTime<Utc>,
    track: String,
    items: Vec<ItemView>,
}

/// A line of an order.
#[derive(Serialize)]
pub(crate) struct ItemView {
    title: String,
    quantity: i32,
    price_cents: i64,
}

/// Places an order: 201, or 200 where the same `Idempotency-Key` has already placed it.
pub(crate) async fn place(
    State(service): State<Service>,
    headers: HeaderMap,
    body: Result<Json<OrderBody>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(body) = body?;
    let request = checked(body, idempotency_key(&headers)?)?;
    let placed = orders::place(&service.pool, &request).await?;
    let status = match &placed {
        Placed::New(..) => StatusCode::CREATED,
        Placed::Before(..) => StatusCode::OK,
    };
    let (Placed::New(order, items) | Placed::Before(order, items)) = placed;
    service.wake.notify_one();
    let view = view(order, items);
    Ok((status, [(LOCATION, view.track.clone())], Json(view)).into_response())
}

/// Shows an order to whoever holds its token. A token that nobody has and one that is none look the same.
pub(crate) async fn track(
    State(service): State<Service>,
    Path(public_token): Path<String>,
) -> Result<Json<OrderView>, ApiError> {
    let token = public_token.parse().map_err(|_| ApiError::NotFound)?;
    let (order, items) = orders::track(&service.pool, token).await?.ok_or(ApiError::NotFound)?;
    Ok(Json(view(order, items)))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=255).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(ApiError::Invalid(vec![field("Idempotency-Key", "must be 1 to 255 visible ASCII characters")])),
    }
}

/// Every field is looked at, so that a client hears of all its mistakes at once.
fn checked(body: OrderBody, idempotency_key: Option<String>) -> Result<NewOrderRequest, ApiError> {
    let mut wrong = Vec::new();
    let customer_name = body.customer_name.trim().to_owned();
    if customer_name.is_empty() || customer_name.chars().count() > LONGEST_TEXT || has_control(&customer_name) {
        wrong.push(field("customer_name", "must be 1 to 200 characters"));
    }
    let customer_email = body.customer_email.trim().to_owned();
    if !is_email(&customer_email) {
        wrong.push(field("customer_email", "must be an e-mail address"));
    }
    if !(1..=MOST_ITEMS).contains(&body.items.len()) {
        wrong.push(field("items", "must be 1 to 50 items"));
    }
    let mut lines: Vec<Line> = Vec::new();
    for (index, item) in body.items.iter().take(MOST_ITEMS).enumerate() {
        let product_id = ProductId::new(item.product_id);
        if lines.iter().any(|line| line.product_id == product_id) {
            wrong.push(field(format!("items[{index}].product_id"), "must not be repeated"));
        }
        match i32::try_from(item.quantity) {
            Ok(quantity) if (1..=MOST_PIECES).contains(&item.quantity) => lines.push(Line { product_id, quantity }),
            _ => wrong.push(field(format!("items[{index}].quantity"), "must be 1 to 1000")),
        }
    }
    if wrong.is_empty() {
        Ok(NewOrderRequest { customer_name, customer_email, lines, idempotency_key })
    } else {
        Err(ApiError::Invalid(wrong))
    }
}

/// Only what a typing error breaks: whether the address exists is for the mail to find out.
fn is_email(text: &str) -> bool {
    let well_formed = |(name, host): (&str, &str)| !name.is_empty() && !host.is_empty() && !host.contains('@');
    text.len() <= 254
        && !text.contains(char::is_whitespace)
        && !has_control(text)
        && text.split_once('@').is_some_and(well_formed)
}

fn has_control(text: &str) -> bool {
    text.contains(char::is_control)
}

fn field(field: impl Into<String>, message: &'static str) -> FieldError {
    FieldError { field: field.into(), message }
}

fn view(order: Order, items: Vec<OrderItem>) -> OrderView {
    OrderView {
        public_token: order.public_token,
        status: status_name(order.status),
        total_cents: order.total_cents,
        currency: order.currency,
        created_at: order.created_at,
        track: format!("/orders/track/{}", order.public_token),
        items: items
            .into_iter()
            .map(|item| ItemView {
                title: item.title_snapshot,
                quantity: item.quantity,
                price_cents: item.price_cents_snapshot,
            })
            .collect(),
    }
}

/// The interface has its own names: a renamed enum value must not change what clients read.
fn status_name(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Placed => "placed",
        OrderStatus::Accepted => "accepted",
        OrderStatus::Shipped => "shipped",
        OrderStatus::Cancelled => "cancelled",
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        Self::Body { status: rejection.status(), message: rejection.body_text() }
    }
}

impl From<PlaceError> for ApiError {
    fn from(error: PlaceError) -> Self {
        let message = error.to_string();
        let rejected = |status, code| Self::Rejected { status, code, message };
        match error {
            PlaceError::UnknownProduct(_) => rejected(StatusCode::UNPROCESSABLE_ENTITY, "unknown_product"),
            PlaceError::ProductUnavailable(_) => rejected(StatusCode::UNPROCESSABLE_ENTITY, "product_unavailable"),
            PlaceError::SeveralProducers => rejected(StatusCode::UNPROCESSABLE_ENTITY, "several_producers"),
            PlaceError::SeveralCurrencies => rejected(StatusCode::UNPROCESSABLE_ENTITY, "several_currencies"),
            PlaceError::TotalTooLarge => rejected(StatusCode::UNPROCESSABLE_ENTITY, "total_too_large"),
            PlaceError::KeyReused => rejected(StatusCode::CONFLICT, "idempotency_key_reused"),
            PlaceError::Pool(error) => error.into(),
            PlaceError::Order(error) => error.error.into(),
            PlaceError::Database(error) => error.into(),
            PlaceError::Transaction(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(body: &str) -> Vec<String> {
        match checked(serde_json::from_str(body).unwrap(), None) {
            Ok(_) => Vec::new(),
            Err(ApiError::Invalid(fields)) => fields.into_iter().map(|wrong| wrong.field).collect(),
            Err(other) => vec![format!("{other:?}")],
        }
    }

    #[test]
    fn every_mistake_is_named() {
        let order = |items: &str| format!(r#"{{"customer_name":"Ada","customer_email":"ada@x.test","items":{items}}}"#);
        assert!(fields(&order(r#"[{"product_id":1,"quantity":1000}]"#)).is_empty());
        assert_eq!(fields(&order("[]")), ["items"]);
        assert_eq!(
            fields(&order(
                r#"[{"product_id":1,"quantity":0},{"product_id":2,"quantity":5000000000},{"product_id":3,"quantity":1},
                    {"product_id":3,"quantity":1}]"#
            )),
            ["items[0].quantity", "items[1].quantity", "items[3].product_id"]
        );
        assert_eq!(
            fields(r#"{"customer_name":" ","customer_email":"ada","items":[]}"#),
            ["customer_name", "customer_email", "items"]
        );
    }

    #[test]
    fn an_address_needs_a_name_and_a_host() {
        assert!(is_email("ada@x.test"));
        for wrong in ["", "@", "ada@", "@x.test", "ada", "a da@x.test", "ada@x@y", "ada@x.test\n"] {
            assert!(!is_email(wrong), "{wrong:?}");
        }
    }
}
