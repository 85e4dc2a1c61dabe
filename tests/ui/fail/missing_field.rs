lockstep::schema!(root = "tests/ui/fixtures/orders");

use commerce::{NewOrder, ProducerId};

fn order(producer_id: ProducerId) -> NewOrder {
    NewOrder { producer_id, optional: Default::default() }
}

fn main() {}
