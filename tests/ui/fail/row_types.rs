lockstep::schema!(root = "tests/ui/fixtures/queries");

use lockstep::Row;
use shop::OrderId;

#[derive(Row)]
#[row(table = "shop.order", root = "tests/ui/fixtures/queries")]
struct Line {
    id: OrderId,
    customer_id: OrderId,
    total: f64,
    tags: Option<Vec<String>>,
}

#[derive(Debug, Row)]
#[row(table = "shop.customer", root = "tests/ui/fixtures/queries")]
struct Contact {
    email: String,
}

fn main() {}
