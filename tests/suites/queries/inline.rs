//! Queries that stand where they are called.

use lockstep::types::{Decimal, Value};
use lockstep::{Cached, Error, Executor, query};

use super::shop::{CustomerId, OrderId, State};
use super::{customer, on_database, order};

#[test]
fn each_method_returns_what_it_says() {
    on_database(async |db| {
        let ada = customer(&db, "ada@example.org", Some("Ada")).await;
        let (first, second) = (order(&db, ada, 500, &["a"]).await, order(&db, ada, 700, &["a", "b"]).await);
        let total: Decimal =
            query!(root = "tests/ui/fixtures/queries", "SELECT total FROM shop.order WHERE id = $1", second)
                .one(&db)
                .await
                .unwrap();
        assert_eq!(total, Decimal::new(700, 2));

        let row = query!(
            root = "tests/ui/fixtures/queries",
            "SELECT o.id, o.state, o.total AS \"type\", c.name, p.id AS previous
             FROM shop.order AS o
             JOIN shop.customer AS c ON c.id = o.customer_id
             LEFT JOIN shop.order AS p ON p.id < o.id
             WHERE o.id = @id AND o.tags @> @tags",
            tags = &["b".to_owned()],
            id = second,
        )
        .opt(&db)
        .await
        .unwrap()
        .unwrap();
        let (id, state, previous): (OrderId, State, Option<OrderId>) = (row.id, row.state, row.previous);
        assert_eq!((id, state, previous, row.r#type), (second, State::Open, Some(first), Decimal::new(700, 2)));
        assert_eq!(row.name.as_deref(), Some("Ada"));

        let query = query!(root = "tests/ui/fixtures/queries", r#"SELECT id, facts FROM shop."order" ORDER BY id"#);
        assert!(format!("{query:?}").contains("inline.rs:"), "{query:?}");
        let rows = query.many(&db).await.unwrap();
        let facts: Vec<(OrderId, Option<Value>)> = rows.into_iter().map(|row| (row.id, row.facts)).collect();
        assert_eq!(facts, [(first, None), (second, None)]);

        let mut rows = query!(root = "tests/ui/fixtures/queries", "SELECT id FROM shop.order ORDER BY id DESC")
            .stream(&db)
            .await
            .unwrap();
        let mut streamed: Vec<OrderId> = Vec::new();
        while let Some(id) = rows.try_next().await.unwrap() {
            streamed.push(id);
        }
        assert_eq!(streamed, [second, first]);
    });
}

/// A function that names no row: a value may be NULL only where the text says so.
async fn rename(db: &dyn Executor, name: Option<&str>, id: CustomerId) -> Result<u64, Error> {
    query!(root = "tests/ui/fixtures/queries", "UPDATE shop.customer SET name = @name? WHERE id = @id", name, id)
        .execrows(db)
        .await
}

#[test]
fn statements_without_rows_are_run_and_counted_also_in_transactions() {
    on_database(async |db| {
        let ada = customer(&db, "ada@example.org", Some("Ada")).await;
        let mut db = Cached::new(db);
        assert_eq!(rename(&db, None, ada).await.unwrap(), 1);
        let name = async |db: &dyn Executor| {
            query!(root = "tests/ui/fixtures/queries", "SELECT name FROM shop.customer WHERE id = $1", ada)
                .one(db)
                .await
                .unwrap()
        };
        assert_eq!(name(&db).await, None);
        let transaction = db.transaction().await.unwrap();
        // What is put together for the call lives as long as the call.
        rename(&transaction, Some(&format!("{}!", "Bea")), ada).await.unwrap();
        assert_eq!(name(&transaction).await.as_deref(), Some("Bea!"));
        transaction.rollback().await.unwrap();
        assert_eq!(name(&db).await, None);
        query!(root = "tests/ui/fixtures/queries", "DELETE FROM shop.customer WHERE id = $1", ada)
            .exec(&db)
            .await
            .unwrap();
        assert_eq!(rename(&db, None, ada).await.unwrap(), 0);
    });
}

#[test]
fn calls_can_be_on_their_way_at_once() {
    on_database(async |db| {
        let ada = customer(&db, "ada@example.org", None).await;
        let both = tokio::join!(
            query!(root = "tests/ui/fixtures/queries", "SELECT email FROM shop.customer WHERE id = @ada", ada).one(&db),
            query!(root = "tests/ui/fixtures/queries", "SELECT count(*) AS count FROM shop.customer").one(&db),
        );
        assert_eq!((both.0.unwrap().as_str(), both.1.unwrap()), ("ada@example.org", 1));
        let spawned = tokio::spawn(async move {
            query!(
                root = "tests/ui/fixtures/queries",
                "SELECT id FROM shop.customer WHERE email = $1",
                "ada@example.org"
            )
            .opt(&db)
            .await
        });
        assert_eq!(spawned.await.unwrap().unwrap(), Some(ada));
    });
}

#[test]
fn another_number_of_rows_is_an_error_that_names_the_place() {
    on_database(async |db| {
        let all = async |db: &dyn Executor| {
            query!(root = "tests/ui/fixtures/queries", "SELECT email FROM shop.customer").one(db).await
        };
        let none = all(&db).await.unwrap_err().to_string();
        assert!(none.contains("inline.rs:") && none.contains("no row came back where one was wanted"), "{none}");
        customer(&db, "ada@example.org", None).await;
        assert_eq!(all(&db).await.unwrap(), "ada@example.org");
        customer(&db, "bea@example.org", None).await;
        let many = all(&db).await.unwrap_err().to_string();
        assert!(many.contains("2 rows came back where one was wanted") && !many.contains("ada@"), "{many}");
    });
}

#[test]
fn sensitive_values_are_not_shown() {
    on_database(async |db| {
        customer(&db, "ada@example.org", None).await;
        let row = query!(root = "tests/ui/fixtures/queries", "SELECT id, email FROM shop.customer").one(&db).await;
        let shown = format!("{:?}", row.unwrap());
        assert!(shown.contains("[redacted]") && !shown.contains("ada@"), "{shown}");
    });
}

/// A part of a customer.
#[derive(Clone, PartialEq, lockstep::Row)]
#[row(table = "shop.customer", root = "tests/ui/fixtures/queries")]
struct Contact {
    id: CustomerId,
    email: String,
    name: Option<String>,
}

/// What no table has.
#[derive(Debug, PartialEq, lockstep::Row)]
struct Sum {
    customer: Option<String>,
    total: Decimal,
}

#[test]
fn structs_hold_rows_whatever_the_order_of_their_columns() {
    on_database(async |db| {
        let ada = customer(&db, "ada@example.org", Some("Ada")).await;
        order(&db, ada, 500, &[]).await;
        let contact: Contact = query!(
            root = "tests/ui/fixtures/queries",
            Contact,
            "SELECT name, id, email FROM shop.customer WHERE id = $1",
            ada
        )
        .one(&db)
        .await
        .unwrap();
        assert_eq!(
            (contact.id, contact.email.as_str(), contact.name.as_deref()),
            (ada, "ada@example.org", Some("Ada"))
        );
        let shown = format!("{contact:?}");
        assert!(shown.starts_with("Contact { id: ") && shown.contains("email: [redacted]"), "{shown}");
        let sums: Vec<Sum> = query!(
            root = "tests/ui/fixtures/queries",
            Sum,
            "SELECT coalesce(sum(o.total), 0) AS total, c.name AS customer
             FROM shop.customer AS c LEFT JOIN shop.order AS o ON o.customer_id = c.id GROUP BY c.id"
        )
        .many(&db)
        .await
        .unwrap();
        assert_eq!(sums, [Sum { customer: Some("Ada".to_owned()), total: Decimal::new(500, 2) }]);
    });
}
