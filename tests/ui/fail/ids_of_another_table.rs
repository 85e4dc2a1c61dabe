lockstep::schema!(root = "tests/ui/fixtures/orders");

use commerce::{Order, Producer};
use lockstep::{Error, Executor};

async fn producers(db: &dyn Executor, orders: &[Order]) -> Result<Vec<Producer>, Error> {
    let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
    Producer::find_many(db, &ids).await
}

fn main() {}
