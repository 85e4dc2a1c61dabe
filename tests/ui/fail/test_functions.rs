#[lockstep::test(root = "tests/ui/fixtures/orders")]
async fn without_database() {}

#[lockstep::test(root = "tests/ui/fixtures/orders")]
async fn with_two(db: lockstep::TestDb, other: lockstep::TestDb) {}

#[lockstep::test(root = "tests/ui/fixtures/orders")]
fn synchronous(db: lockstep::TestDb) {}

#[lockstep::test(root = "tests/ui/fixtures/orders")]
async fn generic<T>(db: lockstep::TestDb) {}

#[lockstep::test(workspace = "tests/ui/fixtures/orders")]
async fn with_another_argument(db: lockstep::TestDb) {}

fn main() {}
