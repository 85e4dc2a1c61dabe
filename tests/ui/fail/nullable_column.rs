lockstep::schema!(root = "tests/ui/fixtures/queries");

use lockstep::Executor;
use shop::CustomerId;

async fn names(db: &dyn Executor, customer: CustomerId) -> Result<Vec<String>, lockstep::Error> {
    let rows = queries::shop::orders_of(db, customer).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

fn main() {}
