//! Orders: placing one and following one. It knows the rules of the shop and the database, and nothing of HTTP.

use deadpool_postgres::{Pool, PoolError};
use futures_util::future::try_join_all;
use lockstep::{Error, Executor, Page, WriteError};
use metrics::counter;
use serde::{Deserialize, Serialize};
use tokio_postgres::types::Json;
use uuid::Uuid;

use crate::database::commerce::{
    Event, EventKind, NewEvent, NewNotification, NewOrder, NewOrderItem, NewOrderItemOptional, NewOrderOptional,
    Notification, NotificationChannel, Order, OrderConstraint, OrderItem, Product, ProductId,
};
use crate::telemetry::ORDERS_PLACED;

/// The most lines that an order may have.
pub const MOST_LINES: u32 = 50;

/// What a customer asks for; the caller has checked each field by itself.
pub struct NewOrderRequest {
    /// Who gets it.
    pub customer_name: String,
    /// Where news of it go.
    pub customer_email: String,
    /// At least one; no product twice.
    pub lines: Vec<Line>,
    /// Requests of one key place one order.
    pub idempotency_key: Option<String>,
}

/// So many pieces of a product.
pub struct Line {
    /// The product.
    pub product_id: ProductId,
    /// How many, at least one.
    pub quantity: i32,
}

/// What an event tells of its order: the shape of `commerce.event.payload`, which the schema names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The sum, in hundredths of the currency.
    pub total_cents: i64,
    /// ISO 4217.
    pub currency: String,
    /// The lines.
    pub items: Vec<ItemFacts>,
}

/// A line of an order in [`Facts`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemFacts {
    /// The title that the customer saw.
    pub title: String,
    /// How many pieces.
    pub quantity: i32,
    /// The price of one, in hundredths of the currency.
    pub price_cents: i64,
}

/// An order that is in the database, with its items.
pub enum Placed {
    /// This request has placed it.
    New(Order, Vec<OrderItem>),
    /// An earlier request of the same key has.
    Before(Order, Vec<OrderItem>),
}

/// Why there is no order.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The shop does not sell it.
    #[error("product {0} does not exist")]
    UnknownProduct(i64),
    /// The shop does not sell it now.
    #[error("product {0} is not available")]
    ProductUnavailable(i64),
    /// An order goes to one producer.
    #[error("the products come from several producers: place one order for each")]
    SeveralProducers,
    /// A total has one currency.
    #[error("the prices are in several currencies: place one order for each")]
    SeveralCurrencies,
    /// Nobody owes that much.
    #[error("the total is too large")]
    TotalTooLarge,
    /// The key stands for something else.
    #[error("this idempotency key belongs to another order")]
    KeyReused,
    /// No connection was to be had.
    #[error("no connection")]
    Pool(#[from] PoolError),
    /// The order itself was refused by a rule of its table.
    #[error("a statement failed")]
    Order(#[from] WriteError<OrderConstraint>),
    /// A statement failed.
    #[error("a statement failed")]
    Database(#[from] Error),
    /// The transaction failed.
    #[error("the transaction failed")]
    Transaction(#[from] tokio_postgres::Error),
}

/// Places an order: the order, its items, the event and its notifications are written in one transaction, or nothing is.
///
/// # Errors
/// See [`PlaceError`].
pub async fn place(pool: &Pool, request: &NewOrderRequest) -> Result<Placed, PlaceError> {
    if let Some(placed) = placed_before(pool, request).await? {
        return Ok(placed);
    }
    match place_new(pool, request).await {
        // A twin with the same key was faster: its order is the answer.
        Err(PlaceError::Order(refused)) if refused.is(OrderConstraint::IdempotencyKeyTaken) => {
            placed_before(pool, request).await?.ok_or(PlaceError::KeyReused)
        }
        result => result,
    }
}

/// Finds an order by its public token.
///
/// # Errors
/// Those of the database.
pub async fn track(pool: &Pool, public_token: Uuid) -> Result<Option<(Order, Vec<OrderItem>)>, PlaceError> {
    let database = pool.get().await?;
    let Some(order) = Order::find_by_public_token(&database, public_token).await? else { return Ok(None) };
    let items = items(&database, &order).await?;
    Ok(Some((order, items)))
}

/// The order that an earlier request of the same key has placed, provided that it asked for the same.
async fn placed_before(pool: &Pool, request: &NewOrderRequest) -> Result<Option<Placed>, PlaceError> {
    let Some(key) = &request.idempotency_key else { return Ok(None) };
    let database = pool.get().await?;
    let Some(order) = Order::find_by_idempotency_key(&database, key).await? else { return Ok(None) };
    let items = items(&database, &order).await?;
    if is_same(request, &order, &items) { Ok(Some(Placed::Before(order, items))) } else { Err(PlaceError::KeyReused) }
}

fn is_same(request: &NewOrderRequest, order: &Order, items: &[OrderItem]) -> bool {
    let line_of = |item: &OrderItem| {
        request.lines.iter().any(|line| item.product_id == Some(line.product_id) && item.quantity == line.quantity)
    };
    order.customer_name == request.customer_name
        && order.customer_email == request.customer_email
        && items.len() == request.lines.len()
        && items.iter().all(line_of)
}

async fn place_new(pool: &Pool, request: &NewOrderRequest) -> Result<Placed, PlaceError> {
    let mut database = pool.get().await?;
    let transaction = database.transaction().await?;
    // One connection sends them all at once and waits once.
    let products = try_join_all(request.lines.iter().map(|line| async {
        Product::find(&transaction, line.product_id).await?.ok_or(PlaceError::UnknownProduct(line.product_id.0))
    }))
    .await?;
    let order = Order::insert(&transaction, &new_order(request, &products)?).await?;
    let new_items: Vec<NewOrderItem> =
        request.lines.iter().zip(&products).map(|(line, product)| new_item(&order, line, product)).collect();
    let items = OrderItem::insert_many(&transaction, &new_items).await.map_err(Error::from)?;
    let event = Event::insert(&transaction, &order_placed(&order, &items)).await.map_err(Error::from)?;
    let notifications = [NotificationChannel::Customer, NotificationChannel::Producer]
        .map(|channel| notification(&order, &event, channel));
    Notification::insert_many(&transaction, &notifications).await.map_err(Error::from)?;
    transaction.commit().await?;
    counter!(ORDERS_PLACED).increment(1);
    Ok(Placed::New(order, items))
}

/// Checks the rules that one order must keep, and sums up.
fn new_order(request: &NewOrderRequest, products: &[Product]) -> Result<NewOrder, PlaceError> {
    let [first, ..] = products else { return Err(PlaceError::UnknownProduct(0)) };
    if let Some(product) = products.iter().find(|product| !product.is_available) {
        return Err(PlaceError::ProductUnavailable(product.id.0));
    }
    if products.iter().any(|product| product.producer_id != first.producer_id) {
        return Err(PlaceError::SeveralProducers);
    }
    if products.iter().any(|product| product.currency != first.currency) {
        return Err(PlaceError::SeveralCurrencies);
    }
    let total_cents = request.lines.iter().zip(products).try_fold(0_i64, |total, (line, product)| {
        product.price_cents.checked_mul(line.quantity.into()).and_then(|price| total.checked_add(price))
    });
    Ok(NewOrder {
        producer_id: first.producer_id,
        customer_name: request.customer_name.clone(),
        customer_email: request.customer_email.clone(),
        total_cents: total_cents.ok_or(PlaceError::TotalTooLarge)?,
        currency: first.currency.clone(),
        optional: NewOrderOptional { idempotency_key: request.idempotency_key.clone(), ..Default::default() },
    })
}

fn new_item(order: &Order, line: &Line, product: &Product) -> NewOrderItem {
    NewOrderItem {
        order_id: order.id,
        quantity: line.quantity,
        title_snapshot: product.title.clone(),
        price_cents_snapshot: product.price_cents,
        optional: NewOrderItemOptional { product_id: Some(line.product_id) },
    }
}

fn order_placed(order: &Order, items: &[OrderItem]) -> NewEvent {
    let item = |item: &OrderItem| ItemFacts {
        title: item.title_snapshot.clone(),
        quantity: item.quantity,
        price_cents: item.price_cents_snapshot,
    };
    let facts = Facts {
        total_cents: order.total_cents,
        currency: order.currency.clone(),
        items: items.iter().map(item).collect(),
    };
    NewEvent { order_id: order.id, kind: EventKind::OrderPlaced, payload: Json(facts), optional: Default::default() }
}

/// The key is made of what happened, not of the row that says so: the same news cannot be queued twice.
fn notification(order: &Order, event: &Event, channel: NotificationChannel) -> NewNotification {
    let receiver = match channel {
        NotificationChannel::Customer => "customer",
        NotificationChannel::Producer => "producer",
    };
    let dedup_key = format!("order_placed:{}:{receiver}", order.id);
    NewNotification { event_id: event.id, channel, dedup_key, optional: Default::default() }
}

async fn items(database: &dyn Executor, order: &Order) -> Result<Vec<OrderItem>, PlaceError> {
    let page = Page::first(MOST_LINES);
    Ok(OrderItem::list_by_order_id(database, order.id, page).await?.rows)
}
