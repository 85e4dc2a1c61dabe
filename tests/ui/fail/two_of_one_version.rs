lockstep::schema!(root = "tests/ui/fixtures/two_of_one_version");

fn main() {}
