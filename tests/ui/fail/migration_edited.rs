lockstep::schema!(root = "tests/ui/fixtures/migration_edited");

fn main() {}
