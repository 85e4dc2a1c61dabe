//! Rows that are loaded by `COPY`.

use lockstep::{Blocking, Cached, TimeLimit, blocking};

use super::*;

#[test]
fn copied_rows_are_stored_as_inserted_ones() {
    over_each_executor(async |db| {
        let new = [full_scalar(), scalar()];
        let inserted = Scalar::insert_many(db, &new).await.unwrap();
        assert_eq!(Scalar::copy_in(db, &new).await.unwrap(), 2);
        let all = Scalar::list(db, Page::after(Cursor(inserted[1].id), 10)).await.unwrap().rows;
        assert_eq!(all.len(), 2);
        for (copied, inserted) in all.into_iter().zip(inserted) {
            assert_eq!(Scalar { id: inserted.id, ..copied }, inserted);
        }
        let new: Vec<NewList> = (0..1_203).map(list).collect();
        let inserted = List::insert_many(db, &new).await.unwrap();
        let given = |(row, inserted): (NewList, &List)| {
            let id = kinds::ListId::new(Uuid::from_u128(inserted.id.0.as_u128() ^ 1));
            NewList { optional: kinds::NewListOptional { id: Some(id), ..row.optional }, ..row }
        };
        let again: Vec<NewList> = new.into_iter().zip(&inserted).map(given).collect();
        assert_eq!(List::copy_in(db, &again).await.unwrap(), 1_203);
        let ids: Vec<kinds::ListId> = again.iter().filter_map(|row| row.optional.id).collect();
        let copied = List::find_many(db, &ids).await.unwrap();
        assert_eq!(copied.len(), inserted.len());
        for (copied, inserted) in copied.into_iter().zip(inserted) {
            assert_eq!(List { id: inserted.id, ..copied }, inserted);
        }
    });
}

fn given(optional: NewGivenOptional) -> NewGiven {
    NewGiven { required: "r".to_owned(), optional }
}

#[test]
fn what_copied_rows_leave_to_the_server_it_gives() {
    over_each_executor(async |db| {
        let inserted = Given::insert(db, &given(NewGivenOptional::default())).await.unwrap();
        let own = NewGivenOptional {
            id: Some(kinds::GivenId::new(90)),
            nullable_default: Some(None),
            mood: Some(Mood::SoSo),
            level: Some(Some(7)),
            words: Some(vec![]),
            share: Some(None),
            ..Default::default()
        };
        let rows = [
            NewGivenOptional::default(),
            own,
            NewGivenOptional { nullable: Some("n".to_owned()), ..Default::default() },
        ]
        .map(given);
        assert_eq!(Given::copy_in(db, &rows).await.unwrap(), 3);
        let [second, third, own] = [2, 3, 90].map(kinds::GivenId::new);
        let second = Given::find(db, second).await.unwrap().unwrap();
        let expected = Given { id: second.id, serial_number: 2, defaulted: second.defaulted, ..inserted.clone() };
        assert_eq!((&second, second.serial_number), (&expected, 2));
        let third = Given::find(db, third).await.unwrap().unwrap();
        assert_eq!((third.nullable.as_deref(), third.serial_number), (Some("n"), 4));
        let own = Given::find(db, own).await.unwrap().unwrap();
        assert_eq!((own.nullable_default, own.doubled, own.mood, own.level), (None, None, Mood::SoSo, Some(7)));
        assert_eq!((own.words, own.share, own.serial_number), (vec![], None, 3));
        assert_eq!((second.level, second.share, second.mood), (Some(3), Some(Decimal::ONE), Mood::Happy));
    });
}

#[test]
fn very_many_rows_are_copied_in_their_order() {
    over_each_executor(async |db| {
        let parent = producer(db, "a@b", None).await.id;
        let new: Vec<NewOrder> = (0..50_021).map(|row| order(parent, 50_021 - row, "2024-01-01T00:00:00Z")).collect();
        assert_eq!(Order::copy_in(db, &new).await.unwrap(), 50_021);
        let mut rows = Order::stream(db).await.unwrap();
        let mut expected = new.iter();
        while let Some(row) = rows.try_next().await.unwrap() {
            assert_eq!(Some(row.total), expected.next().map(|new| new.total));
        }
        assert_eq!(expected.next(), None);
        assert_eq!(Order::copy_in(db, &[]).await.unwrap(), 0);
    });
}

#[test]
fn of_copied_rows_all_are_stored_or_none() {
    over_each_connection(async |db| {
        let parent = producer(db, "a@b", None).await.id;
        let rows = |last: NewOrder| {
            let mut rows: Vec<NewOrder> = (0..20_000).map(|row| order(parent, row, "2024-01-01T00:00:00Z")).collect();
            rows.push(last);
            rows
        };
        let negative = rows(order(parent, -1, "2024-01-01T00:00:00Z"));
        let failed = Order::copy_in(db, &negative).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::Check(OrderConstraint::TotalIsPositive)));
        assert_eq!(failed.error.statement(), "shop.order.copy_in");
        let orphan = rows(order(ProducerId::new(Uuid::nil()), 1, "2024-01-01T00:00:00Z"));
        let failed = Order::copy_in(db, &orphan).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::ForeignKey(OrderConstraint::ProducerMissing)));
        assert_eq!(Order::count_by_producer_id(db, parent).await.unwrap(), 0);
        let secret = NewProducer { email: "secret@b".to_owned(), optional: NewProducerOptional::default() };
        let failed = Producer::copy_in(db, &[secret.clone(), secret]).await.unwrap_err();
        assert_eq!(failed.violation, Some(Violation::Unique(ProducerConstraint::EmailTaken)));
        let shown = format!("{failed} {failed:?} {:?}", std::error::Error::source(&failed).map(ToString::to_string));
        assert!(!shown.contains("secret"), "{shown}");
        assert_eq!(Producer::find_by_email(db, "secret@b").await.unwrap(), None);
    });
}

#[test]
fn rows_are_copied_over_each_connection_there_is() {
    on_database(async |url| {
        let cached = Cached::new(connect(&url).await);
        let parent = producer(&cached, "a@b", None).await.id;
        let rows: Vec<NewOrder> = (0..10).map(|row| order(parent, row, "2024-01-01T00:00:00Z")).collect();
        assert_eq!(Order::copy_in(&cached, &rows).await.unwrap(), 10);
        let limited = TimeLimit::new(&cached, std::time::Duration::from_secs(60), NoTls);
        assert_eq!(Order::copy_in(&limited, &rows).await.unwrap(), 10);
        assert_eq!(Order::count_by_producer_id(&cached, parent).await.unwrap(), 20);
    });
    let mut scratch = database(&fixture("accessors"));
    let client = scratch.client();
    let parent = blocking(producer(&Blocking::new(client), "a@b", None)).id;
    let rows: Vec<NewOrder> = (0..5_000).map(|row| order(parent, row, "2024-01-01T00:00:00Z")).collect();
    let negative = [rows.clone(), vec![order(parent, -1, "2024-01-01T00:00:00Z")]].concat();
    let mut transaction = client.transaction().unwrap();
    assert_eq!(blocking(Order::copy_in(&Blocking::new(&mut transaction), &rows)).unwrap(), 5_000);
    transaction.rollback().unwrap();
    let db = Blocking::new(client);
    let failed = blocking(Order::copy_in(&db, &negative)).unwrap_err();
    assert_eq!(failed.violation, Some(Violation::Check(OrderConstraint::TotalIsPositive)));
    assert_eq!(blocking(Order::count_by_producer_id(&db, parent)).unwrap(), 0);
    assert_eq!(blocking(Order::copy_in(&db, &rows)).unwrap(), 5_000);
}

#[test]
fn a_copy_that_is_refused_says_why() {
    on_database(async |url| {
        let new = NewProducer { email: "a@b".to_owned(), optional: NewProducerOptional::default() };
        let refused = async |setup: &str| {
            let db = connect(&url).await;
            db.batch_execute(setup).await.unwrap();
            Producer::copy_in(&db, &vec![new.clone(); 100_000]).await.unwrap_err().error
        };
        let told = refused(
            "ALTER TABLE shop.producer ENABLE ROW LEVEL SECURITY; GRANT USAGE ON SCHEMA shop TO pg_monitor; \
             GRANT INSERT ON shop.producer TO pg_monitor; SET ROLE pg_monitor",
        );
        assert_eq!(told.await.sqlstate(), Some(&SqlState::FEATURE_NOT_SUPPORTED));
        let told = refused("SET ROLE pg_signal_backend").await;
        assert_eq!(told.sqlstate(), Some(&SqlState::INSUFFICIENT_PRIVILEGE));
        let told = refused(
            "CREATE FUNCTION shop.closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'closed today'; END $$; \
             CREATE TRIGGER closed BEFORE INSERT ON shop.producer EXECUTE FUNCTION shop.closed()",
        );
        assert_eq!(told.await.to_string(), "shop.producer.copy_in: closed today (SQLSTATE P0001)");
    });
}
