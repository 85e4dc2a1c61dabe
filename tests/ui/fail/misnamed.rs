lockstep::schema!(root = "tests/ui/fixtures/misnamed");

fn main() {}
