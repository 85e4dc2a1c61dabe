const MIGRATIONS: lockstep::migrator::Migrations<'static> =
    lockstep::migrations!(root = "tests/ui/fixtures/two_of_one_version");

fn main() {}
