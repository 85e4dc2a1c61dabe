//! Every generated function, against a real server, over each kind of executor.

#[path = "accessors/copied.rs"]
mod copied;
#[path = "accessors/keys.rs"]
mod keys;
#[path = "accessors/pages.rs"]
mod pages;
#[path = "accessors/related.rs"]
mod related;

use deadpool_postgres::{Manager, Pool};
use lockstep::types::{DateTime, Decimal, IpCidr, IpInet, Json, NaiveDate, Utc, Uuid, Value};
use lockstep::{Constraint, Cursor, Executor, Interval, MacAddr, Page, Violation};
use lockstep_tests::fixture::{database, fixture};
use lockstep_tests::{block_on, connect};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

/// What the fixture's schema names for a jsonb column.
#[derive(Clone, Debug, PartialEq, lockstep::serde::Serialize, lockstep::serde::Deserialize)]
#[serde(crate = "lockstep::serde")]
pub struct Address {
    /// The street.
    pub street: String,
}

lockstep::schema!(root = "tests/ui/fixtures/accessors");

use kinds::{Country, Given, GivenPatch, List, Mood, NewGiven, NewGivenOptional, NewList, NewScalar, Scalar};
use shop::{
    NewOrder, NewOrderItem, NewOrderOptional, NewProducer, NewProducerOptional, Order, OrderConstraint, OrderItem,
    OrderItemConstraint, OrderPatch, Producer, ProducerConstraint, ProducerId,
};

/// Runs a test on a database of its own with the fixture's schema.
fn on_database<F: Future<Output = ()>>(test: impl FnOnce(String) -> F) {
    let scratch = database(&fixture("accessors"));
    block_on(test(scratch.url()));
}

/// Runs a test over a client, a transaction, and both of them from a pool.
fn over_each_executor(test: impl AsyncFn(&dyn Executor)) {
    for executor in 0..4 {
        on_database(async |url| match executor {
            0 => test(&connect(&url).await).await,
            1 => test(&connect(&url).await.transaction().await.unwrap()).await,
            2 => test(&pool(&url).get().await.unwrap()).await,
            _ => test(&pool(&url).get().await.unwrap().transaction().await.unwrap()).await,
        });
    }
}

/// Runs a test over a client and one from a pool, in which a failure ends nothing.
fn over_each_connection(test: impl AsyncFn(&dyn Executor)) {
    on_database(async |url| test(&connect(&url).await).await);
    on_database(async |url| test(&pool(&url).get().await.unwrap()).await);
}

fn pool(url: &str) -> Pool {
    Pool::builder(Manager::new(url.parse().unwrap(), NoTls)).max_size(2).build().unwrap()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn address(street: &str) -> Json<Address> {
    Json(Address { street: street.to_owned() })
}

fn scalar() -> NewScalar {
    NewScalar {
        a_bool: true,
        a_int2: -2,
        a_int4: -4,
        a_int8: i64::MIN,
        a_oid: u32::MAX,
        a_float4: 1.5,
        a_float8: f64::MIN_POSITIVE,
        a_numeric: Decimal::new(-12_345, 2),
        a_text: "t'\"\\".to_owned(),
        a_varchar: "straße".to_owned(),
        a_bpchar: "abc".to_owned(),
        a_name: "name".to_owned(),
        a_char: 65,
        a_citext: "CiText".to_owned(),
        a_bytea: vec![0, 255],
        a_uuid: Uuid::max(),
        a_jsonb: lockstep::serde_json::json!({"a": [1, null]}),
        a_date: NaiveDate::from_ymd_opt(2024, 2, 29).unwrap(),
        a_time: "23:59:59.999999".parse().unwrap(),
        a_timestamp: "2024-02-29T12:00:00.5".parse().unwrap(),
        a_timestamptz: time("2024-02-29T12:00:00.000001Z"),
        a_interval: Interval { months: -1, days: 2, microseconds: 3 },
        a_inet: "10.1.2.3/8".parse::<IpInet>().unwrap(),
        a_cidr: "2001:db8::/32".parse::<IpCidr>().unwrap(),
        a_macaddr: MacAddr([8, 0, 43, 1, 2, 3]),
        a_mood: Mood::A,
        a_email: "a@b".to_owned(),
        optional: kinds::NewScalarOptional::default(),
    }
}

/// The same with something in columns that may be NULL.
fn full_scalar() -> NewScalar {
    NewScalar {
        optional: kinds::NewScalarOptional {
            n_bool: Some(false),
            n_numeric: Some(Decimal::new(7, 1)),
            n_citext: Some("X".to_owned()),
            n_json: Some(Value::Null),
            n_mood: Some(Mood::Type),
            n_email: Some("c@d".to_owned()),
            n_share: Some(Some(3)),
            n_interval: Some(Interval::default()),
            ..Default::default()
        },
        ..scalar()
    }
}

#[test]
fn scalars_come_back_as_they_went() {
    over_each_executor(async |db| {
        let new = scalar();
        let stored = Scalar::insert(db, &new).await.unwrap();
        assert_eq!((&stored.a_text, stored.a_mood, stored.a_share), (&new.a_text, new.a_mood, 50));
        let many = Scalar::insert_many(db, &[full_scalar(), new]).await.unwrap();
        assert_eq!(many[0].n_mood, Some(Mood::Type));
        assert_eq!((many[0].n_share, many[1].n_share), (Some(3), Some(50)));
        assert_eq!(many[0].n_json, Some(Value::Null));
        assert_eq!(Scalar { id: stored.id, ..many[1].clone() }, stored);
        let found = Scalar::find(db, many[0].id).await.unwrap().unwrap();
        assert_eq!(found, many[0]);
    });
}

fn list_of(numbers: Vec<i32>, moods: Vec<Mood>) -> NewList {
    NewList {
        numbers,
        moods,
        emails: vec!["a@b".to_owned()],
        optional: kinds::NewListOptional {
            maybe_numbers: Some(vec![]),
            names: Some(vec!["x".to_owned(), "y,{}\"".to_owned()]),
            times: Some(vec![time("2024-01-01T00:00:00Z")]),
            ..Default::default()
        },
    }
}

/// Short, empty and long arrays side by side.
fn list(row: i32) -> NewList {
    let mut new = list_of((0..row % 4).collect(), vec![Mood::A2; usize::try_from(row % 3).unwrap()]);
    if row % 5 == 0 {
        new.optional.maybe_numbers = None;
        new.optional.texts = Some(vec![row.to_string()]);
    }
    new
}

#[test]
fn arrays_come_back_as_they_went() {
    over_each_executor(async |db| {
        let one = List::insert(db, &list_of(vec![1, 2], vec![Mood::SoSo, Mood::Happy])).await.unwrap();
        assert_eq!((&one.numbers, &one.moods), (&vec![1, 2], &vec![Mood::SoSo, Mood::Happy]));
        assert_eq!((&one.texts, &one.maybe_moods), (&vec![], &None));
        // More of them than one statement takes.
        let rows: Vec<NewList> = (0..1_203).map(list).collect();
        let stored = List::insert_many(db, &rows).await.unwrap();
        assert_eq!(stored.len(), rows.len());
        for (row, stored) in rows.iter().zip(&stored) {
            assert_eq!((&row.numbers, &row.moods, &row.emails), (&stored.numbers, &stored.moods, &stored.emails));
            assert_eq!(row.optional.maybe_numbers, stored.maybe_numbers);
            assert_eq!(row.optional.texts.clone().unwrap_or_default(), stored.texts);
            assert_eq!((&row.optional.names, &row.optional.times), (&stored.names, &stored.times));
        }
    });
}

#[test]
fn the_server_gives_what_the_caller_does_not() {
    over_each_executor(async |db| {
        let new = |optional| NewGiven { required: "r".to_owned(), optional };
        let row = Given::insert(db, &new(NewGivenOptional::default())).await.unwrap();
        assert_eq!((row.id.0, row.nullable_default, row.doubled, row.mood), (1, Some(7), Some(14), Mood::Happy));
        let given =
            NewGivenOptional { id: Some(kinds::GivenId::new(90)), nullable_default: Some(None), ..Default::default() };
        let rows = Given::insert_many(db, &[new(given), new(NewGivenOptional::default())]).await.unwrap();
        assert_eq!((rows[0].id.0, rows[0].nullable_default, rows[0].doubled), (90, None, None));
        assert_eq!((rows[1].id.0, rows[1].nullable_default), (2, Some(7)));

        let patch =
            GivenPatch { nullable: Some(Some("n".to_owned())), nullable_default: Some(None), ..Default::default() };
        let changed = Given::update(db, row.id, &patch).await.unwrap().unwrap();
        let expected = Given { nullable: Some("n".to_owned()), nullable_default: None, doubled: None, ..row.clone() };
        assert_eq!(changed, expected);
        let nothing = Given::update(db, row.id, &GivenPatch::default()).await.unwrap().unwrap();
        assert_eq!(nothing, expected);
        let missing = kinds::GivenId::new(-1);
        assert_eq!(Given::update(db, missing, &patch).await.unwrap(), None);
        assert_eq!(Given::find(db, missing).await.unwrap(), None);
        assert!(Given::delete(db, row.id).await.unwrap());
        assert!(!Given::delete(db, row.id).await.unwrap());
    });
}

async fn producer(db: &dyn Executor, email: &str, parent: Option<ProducerId>) -> Producer {
    let optional = NewProducerOptional { parent_id: parent, ..Default::default() };
    Producer::insert(db, &NewProducer { email: email.to_owned(), optional }).await.unwrap()
}

fn order(producer_id: ProducerId, total: i64, created_at: &str) -> NewOrder {
    let optional = NewOrderOptional { created_at: Some(time(created_at)), ..Default::default() };
    NewOrder { producer_id, total: Decimal::new(total, 0), address: address("Weg 1"), optional }
}

#[test]
fn unique_columns_find_their_row() {
    over_each_executor(async |db| {
        let parent = producer(db, "a@b", None).await;
        let child = producer(db, "c@d", Some(parent.id)).await;
        assert_eq!(Producer::find_by_email(db, "c@d").await.unwrap(), Some(child));
        assert_eq!(Producer::find_by_email(db, "nobody").await.unwrap(), None);
        let stored = Order::insert(db, &order(parent.id, 1, "2024-01-01T00:00:00Z")).await.unwrap();
        assert_eq!(Order::find_by_public_token(db, stored.public_token).await.unwrap(), Some(stored));
        let country = kinds::NewCountry { code: kinds::CountryId::new("de".to_owned()), name: "D".to_owned() };
        let country = Country::insert(db, &country).await.unwrap();
        assert_eq!(Country::find(db, &country.code).await.unwrap().as_ref(), Some(&country));
        let new =
            kinds::NewCity { country_code: country.code.clone(), name: "Ulm".to_owned(), optional: Default::default() };
        let city = kinds::City::insert(db, &new).await.unwrap();
        assert_eq!(kinds::City::find_by_country_code_and_name(db, &country.code, "Ulm").await.unwrap(), Some(city));
    });
}

#[test]
fn pages_hold_every_row_once_however_many_are_equal() {
    over_each_executor(async |db| {
        let (one, other) = (producer(db, "a@b", None).await.id, producer(db, "c@d", None).await.id);
        let times = ["2024-01-02T00:00:00Z", "2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"];
        let new: Vec<NewOrder> = (0..23_usize)
            .map(|row| order(if row % 4 == 3 { other } else { one }, (row % 2) as i64, times[row % 3]))
            .collect();
        let stored = Order::insert_many(db, &new).await.unwrap();
        for limit in [1, 4, 23, 100] {
            let mut page = Page::first(limit);
            let mut found = Vec::new();
            loop {
                let paged = Order::list_by_producer_id_and_created_at(db, one, page).await.unwrap();
                assert!(paged.rows.len() <= limit as usize);
                found.extend(paged.rows);
                let Some(next) = paged.next else { break };
                page = Page::after(next, limit);
            }
            let mut expected: Vec<Order> = stored.iter().filter(|row| row.producer_id == one).cloned().collect();
            expected.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
            assert_eq!(found, expected);

            let mut page = Page::first(limit);
            let mut found = Vec::new();
            loop {
                let paged = Order::list_by_total_and_created_at(db, page).await.unwrap();
                found.extend(paged.rows);
                let Some(next) = paged.next else { break };
                page = Page::after(next, limit);
            }
            let mut expected = stored.clone();
            expected.sort_by_key(|row| (row.total, std::cmp::Reverse((row.created_at, row.id))));
            assert_eq!(found, expected);
        }
        let all = Order::list(db, Page::after(Cursor(stored[20].id), 5)).await.unwrap();
        assert_eq!((all.rows.as_slice(), all.next), (&stored[21..], None));
    });
}

#[test]
fn many_rows_come_back_in_their_order() {
    over_each_executor(async |db| {
        let parent = producer(db, "a@b", None).await.id;
        let new: Vec<NewOrder> = (0..10_007).map(|row| order(parent, 10_007 - row, "2024-01-01T00:00:00Z")).collect();
        let stored = Order::insert_many(db, &new).await.unwrap();
        assert_eq!(stored.len(), new.len());
        assert!(new.iter().zip(&stored).all(|(new, stored)| new.total == stored.total));
        assert!(stored.is_sorted_by_key(|row| row.id), "generated ids follow the input");
        assert!(Order::insert_many(db, &[]).await.unwrap().is_empty());
    });
}

#[test]
fn violations_name_their_constraint_and_show_no_value() {
    on_database(async |url| {
        let db = connect(&url).await;
        let parent = producer(&db, "secret@b", None).await;
        let twice = NewProducer { email: "secret@b".to_owned(), optional: NewProducerOptional::default() };
        let failed = Producer::insert(&db, &twice).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::Unique(ProducerConstraint::EmailTaken)));
        assert!(failed.is(ProducerConstraint::EmailTaken));
        assert_eq!(failed.error.sqlstate(), Some(&SqlState::UNIQUE_VIOLATION));
        assert_eq!(failed.error.statement(), "shop.producer.insert");
        let shown = format!("{failed} {failed:?} {:?}", std::error::Error::source(&failed).map(ToString::to_string));
        assert!(!shown.contains("secret"), "{shown}");
        assert!(shown.contains("producer_email_key") && shown.contains("23505"), "{shown}");

        let negative = order(parent.id, -1, "2024-01-01T00:00:00Z");
        let failed = Order::insert(&db, &negative).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::Check(OrderConstraint::TotalIsPositive)));
        let orphan = order(ProducerId::new(Uuid::nil()), 1, "2024-01-01T00:00:00Z");
        let failed = Order::insert_many(&db, &[orphan]).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::ForeignKey(OrderConstraint::ProducerMissing)));

        let stored = Order::insert(&db, &order(parent.id, 1, "2024-01-01T00:00:00Z")).await.unwrap();
        let item = NewOrderItem { order_id: stored.id, position: 1, title: "t".to_owned() };
        OrderItem::insert(&db, &item).await.unwrap();
        let failed = Order::delete(&db, stored.id).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::ForeignKey(OrderConstraint::HasOrderItems)));
        let failed = OrderItem::insert(&db, &item).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::Unique(OrderItemConstraint::OrderIdAndPositionTaken)));
        let patch = OrderPatch { total: Some(Decimal::NEGATIVE_ONE), ..Default::default() };
        let failed = Order::update(&db, stored.id, &patch).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::Check(OrderConstraint::TotalIsPositive)));

        let room = shop::NewBooking { room: 1 };
        shop::Booking::insert(&db, &room).await.unwrap();
        let failed = shop::Booking::insert(&db, &room).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::Exclusion(shop::BookingConstraint::RoomConflicts)));

        db.batch_execute("ALTER TABLE shop.booking ADD COLUMN later text NOT NULL DEFAULT 'x'").await.unwrap();
        db.batch_execute("ALTER TABLE shop.booking ALTER COLUMN later DROP DEFAULT").await.unwrap();
        let failed = shop::Booking::insert(&db, &shop::NewBooking { room: 2 }).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::NotNull("later".to_owned())));
        assert_eq!(OrderConstraint::ALL.len(), 6);
    });
}

#[test]
fn what_a_partition_refuses_is_the_violation_of_its_table() {
    use shop::{NewReading, NewReadingOptional, Reading, ReadingConstraint};
    over_each_connection(async |db| {
        let day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
        let new = NewReading { sensor: 1, day, value: 1, optional: NewReadingOptional::default() };
        Reading::insert(db, &new).await.unwrap();
        let failed = |new: NewReading| async move { Reading::insert(db, &new).await.unwrap_err().violation };
        assert_eq!(failed(new.clone()).await, Some(Violation::Unique(ReadingConstraint::SensorAndDayTaken)));
        let other = NewReading { sensor: 2, ..new.clone() };
        assert_eq!(failed(other).await, Some(Violation::Unique(ReadingConstraint::ValueAndDayTaken)));
        let negative = NewReading { sensor: 2, value: 0, ..new.clone() };
        assert_eq!(failed(negative).await, Some(Violation::Check(ReadingConstraint::ValueIsPositive)));
        let optional = NewReadingOptional { producer_id: Some(ProducerId::new(Uuid::nil())) };
        let orphan = NewReading { sensor: 2, value: 2, optional, ..new.clone() };
        assert_eq!(failed(orphan).await, Some(Violation::ForeignKey(ReadingConstraint::ProducerMissing)));
        let changed = Reading::upsert(db, &NewReading { value: 3, ..new }).await.unwrap();
        assert_eq!(changed.value, 3);
        let parent = producer(db, "a@b", None).await;
        let optional = NewReadingOptional { producer_id: Some(parent.id) };
        Reading::insert(db, &NewReading { sensor: 2, day, value: 2, optional }).await.unwrap();
        let failed = Producer::delete(db, parent.id).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::ForeignKey(ProducerConstraint::HasReadings)));
    });
}

#[test]
fn a_data_exception_does_not_quote_the_value() {
    on_database(async |url| {
        let db = connect(&url).await;
        let mut new = scalar();
        new.a_varchar = "secret".repeat(9);
        let failed = Scalar::insert(&db, &new).await.unwrap_err();
        assert_eq!(failed.violation, None);
        assert_eq!(failed.to_string(), "kinds.scalar.insert: the server refused a value (SQLSTATE 22001)");
    });
}

#[test]
fn odd_names_are_reached_and_composite_keys_have_their_columns() {
    over_each_executor(async |db| {
        let new = kinds::NewOddName {
            r#type: kinds::OddNameId::new(1),
            db: 2,
            page: 3,
            values: 4,
            optional: kinds::NewOddNameOptional { größe: Some(5), ..Default::default() },
        };
        let odd = kinds::OddName::insert(db, &new).await.unwrap();
        assert_eq!((odd.r#type.0, odd.größe, &odd.self_2, odd.n1st), (1, Some(5), &None, None));
        let page = Page::after(Cursor((2, 3, 3, odd.r#type)), 9);
        let page = kinds::OddName::list_by_db_and_page_and_values(db, page).await.unwrap();
        assert_eq!(page.rows, [odd]);
        let parent = producer(db, "a@b", None).await.id;
        let stored = Order::insert(db, &order(parent, 1, "2024-01-01T00:00:00Z")).await.unwrap();
        let items = [1, 2].map(|position| NewOrderItem { order_id: stored.id, position, title: "t".to_owned() });
        let items = OrderItem::insert_many(db, &items).await.unwrap();
        assert_eq!(OrderItem::find(db, stored.id, 2).await.unwrap().as_ref(), Some(&items[1]));
        let listed = OrderItem::list_by_order_id_and_position(db, stored.id, Page::first(9)).await.unwrap();
        assert_eq!(listed.rows, items);
        assert!(OrderItem::delete(db, stored.id, 1).await.unwrap());
    });
}

#[test]
fn a_key_of_a_type_that_the_schema_names_is_carried_along() {
    over_each_executor(async |db| {
        let at = kinds::TickId::new(std::time::SystemTime::UNIX_EPOCH);
        let tick = kinds::Tick::insert(db, &kinds::NewTick { at, optional: Default::default() }).await.unwrap();
        let new = kinds::NewTock { tick_at: tick.at, optional: Default::default() };
        let tock = kinds::Tock::insert(db, &new).await.unwrap();
        let found = kinds::Tock::list_by_tick_at(db, &tick.at, Page::first(2)).await.unwrap();
        assert_eq!((found.rows, found.next), (vec![tock], None));
    });
}

#[test]
fn rows_are_serialised_by_their_columns_names() {
    on_database(async |url| {
        let db = connect(&url).await;
        let parent = producer(&db, "a@b", None).await;
        let mut new = order(parent.id, 1, "2024-01-01T00:00:00Z");
        new.optional.contact = Some("secret".to_owned());
        assert!(!format!("{new:?}").contains("secret"));
        let stored = Order::insert(&db, &new).await.unwrap();
        assert!(!format!("{stored:?}").contains("secret"));
        let json = lockstep::serde_json::to_value(&stored).unwrap();
        assert_eq!(json["producer_id"], parent.id.to_string());
        assert_eq!(json["address"]["street"], "Weg 1");
        let mood: Mood = lockstep::serde_json::from_str("\"so so\"").unwrap();
        assert_eq!((mood, mood.to_string()), (Mood::SoSo, "so so".to_owned()));
        assert!("sad".parse::<Mood>().unwrap_err().to_string().contains("kinds.mood"));
    });
}

#[test]
fn every_statement_is_taken_by_the_server() {
    let workspace = fixture("accessors");
    let certificate = lockstep_tests::fixture::certify(&workspace);
    let sent = lockstep_core::emit::rust::statements(&certificate.catalog, &certificate.annotations);
    assert!(certificate.statements.keys().eq(sent.keys()) && sent.len() > 300, "{} statements", sent.len());
}
