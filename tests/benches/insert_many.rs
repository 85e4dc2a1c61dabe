//! Whether many rows are better sent by `COPY`: one statement with `UNNEST`, as `insert_many` sends up to 10,000 rows,
//! against several of 10,000 rows each, one after another and on their way at once, and against `COPY` in binary form into
//! a temporary table with an `INSERT … SELECT … RETURNING` behind it. Each returns all rows in the order of the input, in a
//! transaction; the ways take turns, and medians are compared. `COPY` straight into the table, which returns nothing, is
//! there as a bound.
//!
//! Then the generated functions: `insert_many`, and `copy_in` where rows have values for all columns or leave their ids to
//! the server, against `COPY` by hand with all values.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use lockstep::types::Uuid;
use lockstep_tests::fixture::{database, fixture};
use lockstep_tests::{block_on, connect, server};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Error, Row, Transaction};

lockstep::schema!(root = "tests/ui/fixtures/orders");

use commerce::{NewOrder, NewOrderOptional, Order, OrderId, ProducerId};

const SETUP: &str = "CREATE TABLE item (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL, product_id bigint,
    quantity integer NOT NULL DEFAULT 1, title text NOT NULL, price_cents bigint NOT NULL)";

const RETURNING: &str = "RETURNING id, order_id, product_id, quantity, title, price_cents";

const CHUNK: usize = 10_000;

/// How many rows, and how often.
const SIZES: &[(usize, usize)] = &[(10_000, 15), (100_000, 7), (1_000_000, 3)];

struct New {
    order_id: i64,
    product_id: Option<i64>,
    quantity: Option<i32>,
    title: String,
    price_cents: i64,
}

/// A row as generated code decodes it.
type Item = (i64, i64, Option<i64>, i32, String, i64);

fn decode(row: &Row) -> Item {
    (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4), row.get(5))
}

async fn unnest(db: &Transaction<'_>, rows: &[New]) -> Result<Vec<Item>, Error> {
    let sql = format!(
        "INSERT INTO item (order_id, product_id, quantity, title, price_cents)
         SELECT u.p1, u.p2, COALESCE(u.p3, 1), u.p4, u.p5
         FROM UNNEST($1::int8[], $2::int8[], $3::int4[], $4::text[], $5::int8[]) WITH ORDINALITY AS u(p1, p2, p3, p4, p5, n)
         ORDER BY u.n {RETURNING}"
    );
    let order_ids: Vec<i64> = rows.iter().map(|row| row.order_id).collect();
    let product_ids: Vec<Option<i64>> = rows.iter().map(|row| row.product_id).collect();
    let quantities: Vec<Option<i32>> = rows.iter().map(|row| row.quantity).collect();
    let titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
    let prices: Vec<i64> = rows.iter().map(|row| row.price_cents).collect();
    let values: [(&(dyn ToSql + Sync), Type); 5] = [
        (&order_ids, Type::INT8_ARRAY),
        (&product_ids, Type::INT8_ARRAY),
        (&quantities, Type::INT4_ARRAY),
        (&titles, Type::TEXT_ARRAY),
        (&prices, Type::INT8_ARRAY),
    ];
    Ok(db.query_typed(&sql, &values).await?.iter().map(decode).collect())
}

async fn chunks(db: &Transaction<'_>, rows: &[New]) -> Result<Vec<Item>, Error> {
    let mut all = Vec::with_capacity(rows.len());
    for rows in rows.chunks(CHUNK) {
        all.extend(unnest(db, rows).await?);
    }
    Ok(all)
}

async fn pipelined(db: &Transaction<'_>, rows: &[New]) -> Result<Vec<Item>, Error> {
    Ok(try_join_all(rows.chunks(CHUNK).map(|rows| unnest(db, rows))).await?.into_iter().flatten().collect())
}

const TYPES: &[Type] = &[Type::INT8, Type::INT8, Type::INT8, Type::INT4, Type::TEXT, Type::INT8];

async fn copy_into(db: &Transaction<'_>, sql: &str, rows: &[New], numbered: bool) -> Result<u64, Error> {
    let types = if numbered { TYPES } else { &TYPES[1..] };
    let mut writer = std::pin::pin!(BinaryCopyInWriter::new(db.copy_in(sql).await?, types));
    for (number, New { order_id, product_id, quantity, title, price_cents }) in (1_i64..).zip(rows) {
        let quantity = if numbered { *quantity } else { quantity.or(Some(1)) };
        let values: [&(dyn ToSql + Sync); 6] = [&number, order_id, product_id, &quantity, title, price_cents];
        writer.as_mut().write(if numbered { &values } else { &values[1..] }).await?;
    }
    writer.finish().await
}

async fn copy(db: &Transaction<'_>, rows: &[New]) -> Result<Vec<Item>, Error> {
    db.batch_execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS new_item (n bigint, p1 bigint, p2 bigint, p3 integer, p4 text, p5 bigint)
         ON COMMIT DELETE ROWS",
    )
    .await?;
    copy_into(db, "COPY new_item FROM STDIN (FORMAT binary)", rows, true).await?;
    let sql = format!(
        "INSERT INTO item (order_id, product_id, quantity, title, price_cents)
         SELECT u.p1, u.p2, COALESCE(u.p3, 1), u.p4, u.p5 FROM new_item AS u ORDER BY u.n {RETURNING}"
    );
    Ok(db.query_typed(&sql, &[]).await?.iter().map(decode).collect())
}

async fn copy_without_returning(db: &Transaction<'_>, rows: &[New]) -> Result<Vec<Item>, Error> {
    let sql = "COPY item (order_id, product_id, quantity, title, price_cents) FROM STDIN (FORMAT binary)";
    copy_into(db, sql, rows, false).await?;
    Ok(Vec::new())
}

const WAYS: &[&str] = &["unnest", "chunks", "pipelined", "copy", "copy without returning"];

async fn run(way: usize, db: &mut Client, rows: &[New]) -> Duration {
    db.batch_execute("TRUNCATE item").await.expect("an empty table");
    let started = Instant::now();
    let transaction = db.transaction().await.expect("a transaction");
    let inserted = match way {
        0 => unnest(&transaction, rows).await,
        1 => chunks(&transaction, rows).await,
        2 => pipelined(&transaction, rows).await,
        3 => copy(&transaction, rows).await,
        _ => copy_without_returning(&transaction, rows).await,
    };
    let inserted = inserted.expect("rows");
    transaction.commit().await.expect("a commit");
    let took = started.elapsed();
    let is_in_order = inserted.iter().zip(rows).all(|(item, row)| item.1 == row.order_id && item.4 == row.title);
    assert!(is_in_order && (inserted.len() == rows.len() || WAYS[way] == "copy without returning"));
    took
}

async fn compare(mut db: Client) {
    db.batch_execute(SETUP).await.expect("a table");
    for (size, rounds) in SIZES {
        let rows: Vec<New> = (0..i64::try_from(*size).expect("it is small"))
            .map(|n| New {
                order_id: n / 3,
                product_id: (n % 5 > 0).then_some(n),
                quantity: (n % 2 > 0).then_some(2),
                title: format!("The title of item {n}"),
                price_cents: 100 + n,
            })
            .collect();
        let mut times = vec![Vec::new(); WAYS.len()];
        for round in 0..*rounds {
            for turn in 0..WAYS.len() {
                let way = (turn + round) % WAYS.len();
                times[way].push(run(way, &mut db, &rows).await);
            }
        }
        report(*size, WAYS, &mut times);
    }
}

/// Makes ids of numbers that are as far apart in their index as random ones.
const SCATTERED: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835;

const GENERATED: &[&str] = &["insert_many", "copy_in", "copy by hand", "insert_many, ids left", "copy_in, ids left"];

async fn copy_orders(db: &Transaction<'_>, rows: &[NewOrder]) -> Result<u64, Error> {
    let sql = "COPY commerce.order (id, producer_id, total, note) FROM STDIN (FORMAT binary)";
    let types = [Type::UUID, Type::UUID, Type::INT4, Type::TEXT];
    let mut writer = std::pin::pin!(BinaryCopyInWriter::new(db.copy_in(sql).await?, &types));
    for NewOrder { producer_id, total, optional: NewOrderOptional { id, note } } in rows {
        writer.as_mut().write(&[id, producer_id, total, note]).await?;
    }
    writer.finish().await
}

async fn run_generated(way: usize, db: &mut Client, given: &[NewOrder], left: &[NewOrder]) -> Duration {
    db.batch_execute("TRUNCATE commerce.order").await.expect("an empty table");
    let started = Instant::now();
    let transaction = db.transaction().await.expect("a transaction");
    let stored = match way {
        0 => Order::insert_many(&transaction, given).await.expect("rows").len() as u64,
        1 => Order::copy_in(&transaction, given).await.expect("rows"),
        2 => copy_orders(&transaction, given).await.expect("rows"),
        3 => Order::insert_many(&transaction, left).await.expect("rows").len() as u64,
        _ => Order::copy_in(&transaction, left).await.expect("rows"),
    };
    transaction.commit().await.expect("a commit");
    assert_eq!(stored, given.len() as u64);
    started.elapsed()
}

async fn compare_generated(mut db: Client) {
    // What the check of a foreign key takes is the same for all.
    db.batch_execute("ALTER TABLE commerce.order DROP CONSTRAINT order_producer_id_fkey").await.expect("it is there");
    for (size, rounds) in SIZES {
        let rows = |id: fn(u128) -> Option<OrderId>| -> Vec<NewOrder> {
            let row = |number: usize| NewOrder {
                producer_id: ProducerId::new(Uuid::from_u128(number as u128 / 3)),
                total: 100 + i32::try_from(number).expect("it is small"),
                optional: NewOrderOptional {
                    id: id(number as u128),
                    note: (!number.is_multiple_of(2)).then(|| format!("The note of order {number}")),
                },
            };
            (0..*size).map(row).collect()
        };
        let (given, left) =
            (rows(|number| Some(OrderId::new(Uuid::from_u128(number.wrapping_mul(SCATTERED))))), rows(|_| None));
        let mut times = vec![Vec::new(); GENERATED.len()];
        for round in 0..*rounds {
            for turn in 0..GENERATED.len() {
                let way = (turn + round) % GENERATED.len();
                times[way].push(run_generated(way, &mut db, &given, &left).await);
            }
        }
        report(*size, GENERATED, &mut times);
    }
}

/// Medians, and their ratios to the first.
fn report(size: usize, ways: &[&str], times: &mut [Vec<Duration>]) {
    times.iter_mut().for_each(|times| times.sort_unstable());
    let median = |way: usize| times[way][times[way].len() / 2];
    for (way, name) in ways.iter().enumerate() {
        let ratio = median(way).as_secs_f64() / median(0).as_secs_f64();
        tell(&format!("{size:>9} rows  {name:<24} {:>10.1} ms  {ratio:.2}", median(way).as_secs_f64() * 1e3));
    }
}

fn tell(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let scratch = server().scratch().expect("a scratch database");
    let url = scratch.url();
    block_on(async { compare(connect(&url).await).await });
    let scratch = database(&fixture("orders"));
    let url = scratch.url();
    block_on(async { compare_generated(connect(&url).await).await });
}
