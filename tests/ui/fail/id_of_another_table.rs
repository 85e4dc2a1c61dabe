lockstep::schema!(root = "tests/ui/fixtures/orders");

use commerce::{Order, Producer};
use lockstep::Executor;

async fn producer(db: &dyn Executor, order: Order) -> Option<Producer> {
    Producer::find(db, order.id).await.ok()?
}

fn main() {}
