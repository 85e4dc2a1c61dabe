//! The functions of checked queries, against a real server.

#[path = "queries/inline.rs"]
mod inline;

use lockstep::types::{Decimal, Value};
use lockstep_tests::fixture::{database, fixture};
use lockstep_tests::{block_on, connect};
use tokio_postgres::Client;

lockstep::schema!(root = "tests/ui/fixtures/queries");

use queries::shop::{self as queried, AllTotalsRow, OrdersOfRow, TotalsRow};
use shop::{Customer, CustomerId, NewCustomer, NewCustomerOptional, Order, OrderId, State};

fn on_database<F: Future<Output = ()>>(test: impl FnOnce(Client) -> F) {
    let scratch = database(&fixture("queries"));
    block_on(async { test(connect(&scratch.url()).await).await });
}

async fn customer(db: &Client, email: &str, name: Option<&str>) -> CustomerId {
    let optional = NewCustomerOptional { name: name.map(str::to_owned) };
    Customer::insert(db, &NewCustomer { email: email.to_owned(), optional }).await.unwrap().id
}

async fn order(db: &Client, customer: CustomerId, total: i64, tags: &[&str]) -> OrderId {
    let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
    queried::place(db, customer, Decimal::new(total, 2), &tags, None).await.unwrap()
}

#[test]
fn each_cardinality_returns_what_it_says() {
    on_database(async |db| {
        let ada = customer(&db, "ada@example.org", Some("Ada")).await;
        let (first, second) = (order(&db, ada, 500, &["a"]).await, order(&db, ada, 700, &["a", "b"]).await);
        let rows: Vec<OrdersOfRow> = queried::orders_of(&db, ada).await.unwrap();
        let seen: Vec<(OrderId, Option<OrderId>)> = rows.iter().map(|row| (row.id, row.previous)).collect();
        assert_eq!(seen, [(second, Some(first)), (first, None)]);
        assert_eq!((rows[0].state, rows[0].name.as_deref()), (State::Open, Some("Ada")));

        let found: Option<CustomerId> = queried::customer_named(&db, Some("Ada")).await.unwrap();
        assert_eq!(found, Some(ada));
        assert_eq!(queried::customer_named(&db, Some("Bob")).await.unwrap(), None);
        assert_eq!(queried::names(&db, &[ada]).await.unwrap(), [Some("Ada".to_owned())]);

        assert_eq!(queried::rename(&db, None, ada).await.unwrap(), 1);
        assert_eq!(queried::customer_named(&db, None).await.unwrap(), Some(ada));

        let mut rows = queried::all_totals(&db).await.unwrap();
        let mut streamed = Vec::new();
        while let Some(AllTotalsRow { id, total }) = rows.try_next().await.unwrap() {
            streamed.push((id, total));
        }
        assert_eq!(streamed, [(first, Decimal::new(500, 2)), (second, Decimal::new(700, 2))]);

        queried::forget(&db, State::Open, &["b".to_owned()]).await.unwrap();
        assert_eq!(Order::find(&db, second).await.unwrap(), None);
    });
}

#[test]
fn a_column_is_an_option_unless_it_is_proven_or_said() {
    on_database(async |db| {
        let ada = customer(&db, "ada@example.org", None).await;
        let last = order(&db, ada, 500, &[]).await;
        let TotalsRow { orders, total, most, last: id } = queried::totals(&db).await.unwrap();
        let most: Option<Decimal> = most;
        let total: Option<Decimal> = total;
        assert_eq!((orders, total, most, id), (1, Some(Decimal::new(500, 2)), Some(Decimal::new(500, 2)), last.0));
        let facts: Option<&Value> = None;
        let placed: OrderId = queried::place(&db, ada, Decimal::ONE, &[], facts).await.unwrap();
        assert!(placed > last);
    });
}

#[test]
fn what_an_override_promises_wrongly_is_an_error_that_names_the_query() {
    on_database(async |db| {
        let error = queried::totals(&db).await.unwrap_err().to_string();
        assert!(error.contains("shop.totals"), "{error}");
    });
}

#[test]
fn sensitive_values_are_not_shown() {
    on_database(async |db| {
        let ada = customer(&db, "ada@example.org", Some("Ada")).await;
        order(&db, ada, 500, &[]).await;
        let shown = format!("{:?}", queried::orders_of(&db, ada).await.unwrap());
        assert!(shown.contains("[redacted]") && !shown.contains("ada@"), "{shown}");
    });
}
