//! Rows lead to the rows that refer to them, cursors go through text, and a stream is a stream.

mod db {
    lockstep::schema!(root = "tests/ui/fixtures/accessors");
}

#[derive(Clone, Debug, PartialEq, lockstep::serde::Serialize, lockstep::serde::Deserialize)]
#[serde(crate = "lockstep::serde")]
pub struct Address {}

use db::shop::{Message, Order, OrderItem, OrderPatch, Producer, Shipment};
use lockstep::{Cursor, Executor, Page};

async fn related(db: &dyn Executor, producer: Producer) -> Result<(), Box<dyn std::error::Error>> {
    let orders: Vec<Order> = producer.orders(db).await?;
    let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
    let items: Vec<Vec<OrderItem>> = OrderItem::for_orders(db, &ids).await?;
    for item in items.iter().flatten() {
        let _: Order = item.order(db).await?;
        let _: Vec<Shipment> = item.shipments(db).await?;
    }
    let _: Option<Producer> = producer.parent(db).await?;
    let messages: Vec<Message> = producer.messages_by_recipient_id(db).await?;
    let _: Vec<Order> = Order::find_many(db, &ids).await?;
    drop(messages);
    Ok(())
}

async fn pages(db: &dyn Executor, after: Option<&str>) -> Result<Option<String>, Box<dyn std::error::Error>> {
    let page = Page { after: after.map(str::parse).transpose()?, limit: 50 };
    let page = Order::list_by_shipped_at(db, page).await?;
    let (_shipped_at, id) = page.rows.first().map(|row| (row.shipped_at, row.id)).ok_or("none")?;
    Order::list_by_shipped_at(db, Page::after(Cursor((None, id)), 50)).await?;
    let expected = OrderPatch { shipped_at: Some(None), ..Default::default() };
    Order::compare_and_set(db, id, &expected, &OrderPatch::default()).await?;
    let mut rows = Order::stream_by_shipped_at(db).await?;
    while let Some(row) = rows.try_next().await? {
        let _: Order = row;
    }
    Ok(page.next.map(|next| next.to_string()))
}

fn main() {
    let _ = (related, pages);
}
