lockstep::schema!(root = "tests/ui/fixtures/unmapped");

fn main() {}
