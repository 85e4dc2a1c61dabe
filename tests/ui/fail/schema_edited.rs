lockstep::schema!(root = "tests/ui/fixtures/schema_edited");

fn main() {}
