use lockstep::TestDb;

#[lockstep::test(root = "tests/ui/fixtures/orders")]
async fn without_database() {}

#[lockstep::test(root = "tests/ui/fixtures/orders")]
async fn with_two(db: TestDb, other: TestDb) {}

#[lockstep::test(root = "tests/ui/fixtures/orders")]
fn synchronous(db: TestDb) {}

#[lockstep::test(root = "tests/ui/fixtures/orders")]
async fn generic<T>(db: TestDb) {}

#[lockstep::test(workspace = "tests/ui/fixtures/orders")]
async fn with_another_argument(db: TestDb) {}

#[lockstep::test(root = "tests/ui/fixtures/migration_edited")]
async fn with_migrations_that_were_edited(db: TestDb) {}

fn main() {}
