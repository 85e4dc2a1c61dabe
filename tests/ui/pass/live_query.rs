//! A query that the certificate does not have: the development server takes it.

mod database {
    lockstep::schema!(root = "target/ui-live");
}

use database::commerce::{OrderId, ProducerId};
use lockstep::{Error, Executor, query};

pub async fn notes(db: &dyn Executor, producer: ProducerId) -> Result<Vec<(OrderId, Option<String>)>, Error> {
    let rows = query!(root = "target/ui-live", "SELECT id, note FROM commerce.order WHERE producer_id = $1", producer);
    Ok(rows.many(db).await?.into_iter().map(|row| (row.id, row.note)).collect())
}

fn main() {}
