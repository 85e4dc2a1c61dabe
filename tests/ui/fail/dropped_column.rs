lockstep::schema!(root = "tests/ui/fixtures/orders");

fn image(row: commerce::Producer) -> String {
    row.image
}

fn main() {}
