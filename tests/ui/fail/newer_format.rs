lockstep::schema!(root = "tests/ui/fixtures/newer_format");

fn main() {}
