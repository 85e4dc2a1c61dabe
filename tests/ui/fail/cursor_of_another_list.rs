lockstep::schema!(root = "tests/ui/fixtures/orders");

use commerce::{Order, Producer};
use lockstep::{Error, Executor, Page};

async fn orders(db: &dyn Executor) -> Result<Vec<Order>, Error> {
    let producers = Producer::list(db, Page::first(1)).await?;
    let next = Page { after: producers.next, limit: 1 };
    Ok(Order::list(db, next).await?.rows)
}

fn main() {}
