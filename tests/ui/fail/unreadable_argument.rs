lockstep::schema!("tests/ui/fixtures/orders");

fn main() {}
