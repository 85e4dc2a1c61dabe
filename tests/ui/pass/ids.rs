//! An id goes wherever a foreign key wants it, through chains, shared keys, composite keys and self references.

mod db {
    lockstep::schema!(root = "tests/ui/fixtures/accessors");
}

#[derive(Clone, Debug, PartialEq, lockstep::serde::Serialize, lockstep::serde::Deserialize)]
#[serde(crate = "lockstep::serde")]
pub struct Address {}

use db::shop::{NewProfileImage, NewShipment, Order, OrderItem, Producer, ProducerProfile, Shipment};
use lockstep::{Executor, Page};

async fn ids(db: &dyn Executor, producer: Producer, order: Order) -> Result<(), Box<dyn std::error::Error>> {
    Order::list_by_producer_id_and_created_at(db, producer.id, Page::first(10)).await?;
    Producer::find(db, order.producer_id).await?;
    if let Some(parent) = producer.parent_id {
        Producer::find(db, parent).await?;
    }
    let profile = ProducerProfile::find(db, producer.id).await?.ok_or("none")?;
    Producer::find(db, profile.producer_id).await?;
    let image = NewProfileImage { producer_id: profile.producer_id, url: String::new() };
    Order::list_by_producer_id_and_created_at(db, image.producer_id, Page::first(10)).await?;
    let item = OrderItem::find(db, order.id, 1).await?.ok_or("none")?;
    let shipment = NewShipment { order_id: item.order_id, position: item.position, optional: Default::default() };
    let shipment = Shipment::insert(db, &shipment).await?;
    Order::find(db, shipment.order_id).await?;
    Ok(())
}

fn main() {
    let _ = ids;
}
