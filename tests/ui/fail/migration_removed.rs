lockstep::schema!(root = "tests/ui/fixtures/migration_removed");

fn main() {}
