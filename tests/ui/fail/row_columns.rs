lockstep::schema!(root = "tests/ui/fixtures/queries");

use lockstep::Row;
use shop::CustomerId;

#[derive(Row)]
#[row(table = "shop.customer", root = "tests/ui/fixtures/queries")]
struct Contact {
    id: CustomerId,
    mail: String,
    name: String,
}

#[derive(Row)]
#[row(table = "shop.costumer", root = "tests/ui/fixtures/queries")]
struct Unknown {
    id: CustomerId,
}

#[derive(Row)]
#[row(table = "customer", root = "tests/ui/fixtures/queries")]
struct Bare {
    id: CustomerId,
}

#[derive(Row)]
#[row(tabel = "shop.customer")]
struct Misspelled {
    id: CustomerId,
}

#[derive(Row)]
struct Tuple(CustomerId);

fn main() {}
