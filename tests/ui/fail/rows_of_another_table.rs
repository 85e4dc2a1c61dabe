mod db {
    lockstep::schema!(root = "tests/ui/fixtures/accessors");
}

#[derive(Clone, Debug, PartialEq, lockstep::serde::Serialize, lockstep::serde::Deserialize)]
#[serde(crate = "lockstep::serde")]
pub struct Address {}

use db::shop::{OrderItem, Producer};
use lockstep::{Error, Executor};

async fn items(db: &dyn Executor, producer: Producer) -> Result<Vec<Vec<OrderItem>>, Error> {
    OrderItem::for_orders(db, &[producer.id]).await
}

fn main() {}
