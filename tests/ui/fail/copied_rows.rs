mod db {
    lockstep::schema!(root = "tests/ui/fixtures/accessors");
}

#[derive(Clone, Debug, PartialEq, lockstep::serde::Serialize, lockstep::serde::Deserialize)]
#[serde(crate = "lockstep::serde")]
pub struct Address {}

use db::kinds::{NewRuled, Ruled};
use db::shop::{NewProducer, OrderItem};
use lockstep::Executor;

async fn load(db: &dyn Executor, ruled: Vec<NewRuled>, producers: Vec<NewProducer>) {
    // `COPY` would pass its rules by.
    let _ = Ruled::copy_in(db, &ruled).await;
    let _ = OrderItem::copy_in(db, &producers).await;
}

fn main() {}
