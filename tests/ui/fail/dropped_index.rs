lockstep::schema!(root = "tests/ui/fixtures/orders");

use commerce::{Order, Producer};
use lockstep::{Error, Executor, Page};

async fn orders(db: &dyn Executor, producer: Producer) -> Result<(), Error> {
    Order::list_by_producer_id(db, producer.id, Page::first(10)).await?;
    producer.orders(db).await?;
    Ok(())
}

fn main() {}
