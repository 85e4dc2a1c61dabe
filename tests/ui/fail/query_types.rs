lockstep::schema!(root = "tests/ui/fixtures/queries");

use lockstep::types::Decimal;
use lockstep::{Executor, query};
use shop::{Customer, Order, OrderId};

async fn arguments(db: &dyn Executor, customer: Customer, order: Order) {
    query!(root = "tests/ui/fixtures/queries", "SELECT id FROM shop.order WHERE id = @id", id = customer.id);
    query!(root = "tests/ui/fixtures/queries", "SELECT id FROM shop.order WHERE total > $1", order.id);
}

async fn rows(db: &dyn Executor) -> Result<(), lockstep::Error> {
    let row = query!(root = "tests/ui/fixtures/queries", "SELECT id, name FROM shop.customer").one(db).await?;
    let name: String = row.name;
    let total = row.total;
    query!(root = "tests/ui/fixtures/queries", "UPDATE shop.order SET total = 0").one(db).await?;
    Ok(())
}

#[derive(lockstep::Row)]
struct Summary {
    id: OrderId,
    total: Option<Decimal>,
    placed: String,
}

struct Plain {
    id: OrderId,
}

#[derive(lockstep::Row)]
struct Contact {
    email: String,
    name: Option<String>,
}

fn structs() {
    query!(root = "tests/ui/fixtures/queries", Summary, "SELECT id, total, state FROM shop.order");
    query!(root = "tests/ui/fixtures/queries", Plain, "SELECT id FROM shop.order");
    query!(root = "tests/ui/fixtures/queries", Contact, "SELECT name, email FROM shop.customer");
}

fn main() {}
