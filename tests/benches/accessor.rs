//! The budget of an accessor: at most 1.03 times what hand-written, prepared tokio-postgres takes for the same row.
//!
//! All contenders take turns on one server, in one process and on one connection, so that what slows one slows all; the
//! medians of many short rounds are compared. `hand-written` holds its prepared statement in a variable,
//! `deadpool` looks it up in deadpool's cache by hand, `lockstep` is the generated `find` over the same pooled connection,
//! `unnamed` the generated `find` over the bare client, `cached` the generated `find` over a `Cached` client, which has a
//! connection of its own.

use std::time::{Duration, Instant};

use deadpool_postgres::{Manager, Pool};
use lockstep::types::Uuid;
use lockstep_tests::block_on;
use lockstep_tests::fixture::{database, fixture};
use tokio_postgres::{NoTls, Row};

lockstep::schema!(root = "tests/ui/fixtures/orders");

use commerce::{NewOrder, NewProducer, Order, OrderId, Producer, ProducerId};

const ROUNDS: usize = 400;
const PER_ROUND: u32 = 50;

const SQL: &str = "SELECT id, producer_id, total, note FROM commerce.\"order\" WHERE id = $1";

/// The row as one would decode it by hand.
fn decode(row: &Row) -> (Uuid, Uuid, i32, Option<String>) {
    (row.get(0), row.get(1), row.get(2), row.get(3))
}

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let scratch = database(&fixture("orders"));
    let url = scratch.url();
    block_on(run(url));
}

async fn run(url: String) {
    let pool = Pool::builder(Manager::new(url.parse().unwrap(), NoTls)).max_size(1).build().unwrap();
    let pooled = pool.get().await.unwrap();
    let ids = rows(&pooled).await;
    let cached = lockstep::Cached::new(lockstep_tests::connect(&url).await);
    let prepared = pooled.prepare(SQL).await.unwrap();
    let mut times: [Vec<Duration>; 5] = Default::default();
    for round in 0..ROUNDS {
        let id = ids[round % ids.len()];
        for turn in 0..5 {
            let contender = (turn + round) % 5;
            let start = Instant::now();
            for _ in 0..PER_ROUND {
                match contender {
                    0 => {
                        let row = pooled.query_opt(&prepared, &[&id.0]).await.unwrap().unwrap();
                        assert_eq!(std::hint::black_box(decode(&row)).0, id.0);
                    }
                    1 => {
                        let cached = pooled.prepare_cached(SQL).await.unwrap();
                        let row = pooled.query_opt(&cached, &[&id.0]).await.unwrap().unwrap();
                        assert_eq!(std::hint::black_box(decode(&row)).0, id.0);
                    }
                    2 => {
                        let row = Order::find(&pooled, id).await.unwrap().unwrap();
                        assert_eq!(std::hint::black_box(row).id, id);
                    }
                    4 => {
                        let row = Order::find(&cached, id).await.unwrap().unwrap();
                        assert_eq!(std::hint::black_box(row).id, id);
                    }
                    _ => {
                        let client: &tokio_postgres::Client = &pooled;
                        let row = Order::find(client, id).await.unwrap().unwrap();
                        assert_eq!(std::hint::black_box(row).id, id);
                    }
                }
            }
            times[contender].push(start.elapsed() / PER_ROUND);
        }
    }
    report(times);
}

async fn rows(db: &deadpool_postgres::Client) -> Vec<OrderId> {
    let new = NewProducer { email: "a@b".to_owned(), optional: Default::default() };
    let producer_id: ProducerId = Producer::insert(db, &new).await.unwrap().id;
    let new: Vec<NewOrder> =
        (0..1_000).map(|total| NewOrder { producer_id, total, optional: Default::default() }).collect();
    Order::insert_many(db, &new).await.unwrap().iter().map(|row| row.id).collect()
}

fn report(mut times: [Vec<Duration>; 5]) {
    let medians = times.each_mut().map(|times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    for (name, median) in ["hand-written", "deadpool", "lockstep", "unnamed", "cached"].iter().zip(medians) {
        let ratio = median.as_secs_f64() / medians[0].as_secs_f64();
        drop(writeln(format!("{name:<14}{median:>12.1?}{ratio:>8.3} x")));
    }
}

fn writeln(line: String) -> std::io::Result<()> {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{line}")
}
