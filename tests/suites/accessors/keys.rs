//! What is done by a key: many rows at once, existence, counts, locks, upserts, and changes under a condition.

use super::*;
use kinds::{
    Compared, ComparedPatch, Job, Member, MemberPatch, NewCompared, NewComparedOptional, NewJob, NewMember,
    NewMemberOptional, NewSetting, NewSettingOptional, Setting,
};

#[test]
fn many_keys_find_their_rows_in_the_order_of_the_keys() {
    over_each_executor(async |db| {
        let parent = producer(db, "a@b", None).await.id;
        let new: Vec<NewOrder> = (0..50).map(|row| order(parent, row, "2024-01-01T00:00:00Z")).collect();
        let stored = Order::insert_many(db, &new).await.unwrap();
        let missing = shop::OrderId::new(-1);
        let ids = [stored[7].id, missing, stored[3].id, stored[7].id];
        let found = Order::find_many(db, &ids).await.unwrap();
        assert_eq!(found, [stored[7].clone(), stored[3].clone(), stored[7].clone()]);
        assert_eq!(Order::find_many(db, &[]).await.unwrap(), []);
        let all: Vec<shop::OrderId> = stored.iter().rev().map(|row| row.id).collect();
        assert!(Order::find_many(db, &all).await.unwrap().iter().eq(stored.iter().rev()));

        let items = [1, 2, 3].map(|position| NewOrderItem { order_id: all[0], position, title: "t".to_owned() });
        let items = OrderItem::insert_many(db, &items).await.unwrap();
        let found = OrderItem::find_many(db, &[(all[0], 3), (all[1], 1), (all[0], 1)]).await.unwrap();
        assert_eq!(found, [items[2].clone(), items[0].clone()]);
        let country = kinds::NewCountry { code: kinds::CountryId::new("de".to_owned()), name: "D".to_owned() };
        let country = Country::insert(db, &country).await.unwrap();
        let found = Country::find_many(db, &[kinds::CountryId::new("x".to_owned()), country.code.clone()]).await;
        assert_eq!(found.unwrap(), [country]);
    });
}

#[test]
fn rows_exist_and_are_counted() {
    over_each_executor(async |db| {
        let one = producer(db, "a@b", None).await.id;
        assert!(Producer::exists(db, one).await.unwrap());
        assert!(!Producer::exists(db, ProducerId::new(Uuid::nil())).await.unwrap());
        assert!(Producer::exists_by_email(db, "a@b").await.unwrap());
        assert!(!Producer::exists_by_email(db, "nobody").await.unwrap());
        assert_eq!(Order::count_by_producer_id(db, one).await.unwrap(), 0);
        let stored = Order::insert(db, &order(one, 1, "2024-01-01T00:00:00Z")).await.unwrap();
        assert_eq!(Order::count_by_producer_id(db, one).await.unwrap(), 1);
        let item = NewOrderItem { order_id: stored.id, position: 1, title: "t".to_owned() };
        OrderItem::insert(db, &item).await.unwrap();
        assert!(OrderItem::exists(db, stored.id, 1).await.unwrap());
        assert!(!OrderItem::exists(db, stored.id, 2).await.unwrap());
        assert_eq!(OrderItem::count_by_order_id(db, stored.id).await.unwrap(), 1);
    });
}

#[test]
fn workers_share_a_queue_without_waiting() {
    on_database(async |url| {
        let (mut one, mut other) = (connect(&url).await, connect(&url).await);
        let job = |minute: u32, queue: &str| {
            let run_at = Some(time(&format!("2024-01-01T00:{minute:02}:00Z")));
            NewJob { queue: queue.to_owned(), optional: kinds::NewJobOptional { run_at } }
        };
        let jobs = [job(3, "q"), job(1, "q"), job(0, "p"), job(2, "q")];
        let jobs = Job::insert_many(&one, &jobs).await.unwrap();
        let first = one.transaction().await.unwrap();
        let second = other.transaction().await.unwrap();
        let taken = Job::lock_next_by_queue_and_run_at(&first, "q", 2).await.unwrap();
        assert_eq!(taken, [jobs[1].clone(), jobs[3].clone()]);
        let left = Job::lock_next_by_queue_and_run_at(&second, "q", 2).await.unwrap();
        assert_eq!(left, [jobs[0].clone()]);
        assert!(Job::delete(&first, taken[0].id).await.unwrap());
        first.commit().await.unwrap();
        let left = Job::lock_next_by_queue_and_run_at(&second, "q", 9).await.unwrap();
        assert_eq!(left, [jobs[3].clone(), jobs[0].clone()]);
    });
}

#[test]
fn a_locked_row_makes_others_wait() {
    on_database(async |url| {
        let (mut one, other) = (connect(&url).await, connect(&url).await);
        let parent = producer(&one, "a@b", None).await;
        let first = one.transaction().await.unwrap();
        assert_eq!(Producer::lock(&first, parent.id).await.unwrap().as_ref(), Some(&parent));
        assert_eq!(Producer::lock(&first, ProducerId::new(Uuid::nil())).await.unwrap(), None);
        other.batch_execute("SET lock_timeout = '50ms'").await.unwrap();
        let failed = Producer::lock(&other, parent.id).await.unwrap_err();
        assert_eq!(failed.sqlstate(), Some(&SqlState::LOCK_NOT_AVAILABLE));
        assert_eq!(failed.statement(), "shop.producer.lock");
        first.commit().await.unwrap();
        assert_eq!(Producer::lock(&other, parent.id).await.unwrap(), Some(parent));
    });
}

fn setting(owner: &str, name: &str) -> NewSetting {
    NewSetting { owner: owner.to_owned(), name: name.to_owned(), optional: NewSettingOptional::default() }
}

#[test]
fn an_upsert_inserts_or_changes_the_row_with_the_same_key() {
    over_each_executor(async |db| {
        let first = Setting::upsert_by_owner_and_name(db, &setting("o", "n")).await.unwrap();
        let defaults = (first.value.as_str(), first.note.as_deref(), first.mood, first.remark.as_deref());
        assert_eq!(defaults, ("none", Some("noted"), Mood::Happy, None));
        let given = NewSettingOptional {
            id: Some(kinds::SettingId::new(Uuid::max())),
            value: Some("v".to_owned()),
            note: Some(None),
            mood: Some(Mood::A),
            remark: Some("r".to_owned()),
        };
        // citext: the same name.
        let new = NewSetting { optional: given, ..setting("o", "N") };
        let changed = Setting::upsert_by_owner_and_name(db, &new).await.unwrap();
        let expected =
            Setting { value: "v".to_owned(), note: None, mood: Mood::A, remark: Some("r".to_owned()), ..first.clone() };
        assert_eq!(changed, expected, "the key stays");
        // What is left to the server stays; what can only be NULL then becomes it.
        let again = Setting::upsert_by_owner_and_name(db, &setting("o", "n")).await.unwrap();
        assert_eq!(again, Setting { remark: None, ..expected.clone() });

        let mut by_remark = setting("p", "m");
        by_remark.optional.remark = Some("s".to_owned());
        let inserted = Setting::upsert_by_remark(db, &by_remark).await.unwrap();
        by_remark.owner = "q".to_owned();
        let moved = Setting::upsert_by_remark(db, &by_remark).await.unwrap();
        assert_eq!(moved, Setting { owner: "q".to_owned(), ..inserted.clone() });
        let mut by_key = setting("r", "m");
        by_key.optional.id = Some(inserted.id);
        let keyed = Setting::upsert(db, &by_key).await.unwrap();
        assert_eq!((keyed.id, keyed.owner.as_str(), keyed.remark), (inserted.id, "r", None));
        let new = kinds::NewWideKey { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8 };
        let wide = kinds::WideKey::upsert(db, &new).await.unwrap();
        assert_eq!(kinds::WideKey::upsert(db, &new).await.unwrap(), wide);
    });
}

#[test]
fn a_partial_unique_index_finds_one_row_among_those_that_it_holds() {
    over_each_executor(async |db| {
        let new = |name: &str, left_at: Option<&str>| NewMember {
            email: "a@b".to_owned(),
            name: name.to_owned(),
            optional: NewMemberOptional { left_at: left_at.map(time) },
        };
        let left = new("left", Some("2023-01-01T00:00:00Z"));
        let gone = Member::upsert_active_by_email(db, &left).await.unwrap();
        let again = Member::upsert_active_by_email(db, &left).await.unwrap();
        assert_ne!(gone.id, again.id, "those who left are no rows of the index");
        assert_eq!(Member::find_active_by_email(db, "a@b").await.unwrap(), None);
        assert!(!Member::exists_active_by_email(db, "a@b").await.unwrap());

        let here = Member::upsert_active_by_email(db, &new("here", None)).await.unwrap();
        let renamed = Member::upsert_active_by_email(db, &new("renamed", None)).await.unwrap();
        assert_eq!(renamed, Member { name: "renamed".to_owned(), ..here });
        assert_eq!(Member::find_active_by_email(db, "A@B").await.unwrap().as_ref(), Some(&renamed));
        assert!(Member::exists_active_by_email(db, "a@b").await.unwrap());

        let leaves = MemberPatch { left_at: Some(gone.left_at), ..MemberPatch::default() };
        Member::update(db, renamed.id, &leaves).await.unwrap().unwrap();
        assert_eq!(Member::find_active_by_email(db, "a@b").await.unwrap(), None);
    });
}

#[test]
fn an_upsert_that_breaks_another_rule_names_it() {
    on_database(async |url| {
        let db = connect(&url).await;
        let mut new = setting("o", "n");
        new.optional.remark = Some("r".to_owned());
        Setting::insert(&db, &new).await.unwrap();
        new.owner = "p".to_owned();
        let failed = Setting::upsert_by_owner_and_name(&db, &new).await.unwrap_err();
        assert_eq!(failed.error.sqlstate(), Some(&SqlState::UNIQUE_VIOLATION));
        assert_eq!(failed.error.statement(), "kinds.setting.upsert_by_owner_and_name");
        assert_eq!(failed.constraint(), Some(kinds::SettingConstraint::RemarkTaken));
        let mut new = setting("s", "n");
        new.optional.value = Some("Value".to_owned());
        Setting::insert(&db, &new).await.unwrap();
        new.owner = "t".to_owned();
        new.optional.value = Some("value".to_owned());
        let failed = Setting::insert(&db, &new).await.unwrap_err();
        assert_eq!(failed.constraint(), Some(kinds::SettingConstraint::LowerTaken));
    });
}

#[test]
fn a_row_changes_only_where_it_is_as_expected() {
    over_each_executor(async |db| {
        let json = lockstep::serde_json::json!({"a": [1, null], "b": 2});
        let new = NewCompared {
            id: kinds::ComparedId::new(1),
            a_jsonb: json.clone(),
            a_float: f64::NAN,
            a_mood: Mood::Happy,
            optional: NewComparedOptional {
                a_json: Some(json.clone()),
                a_citext: Some("Ci".to_owned()),
                moods: Some(vec![Mood::A, Mood::SoSo]),
                names: Some(vec!["x".to_owned()]),
                n_mood: None,
                numbers: Some(vec![1, 2]),
            },
        };
        let row = Compared::insert(db, &new).await.unwrap();
        let expected = ComparedPatch {
            a_json: Some(row.a_json.clone()),
            a_jsonb: Some(row.a_jsonb.clone()),
            a_float: Some(f64::NAN),
            a_citext: Some(row.a_citext.clone()),
            moods: Some(row.moods.clone()),
            names: Some(row.names.clone()),
            a_mood: Some(row.a_mood),
            n_mood: Some(None),
            numbers: Some(row.numbers.clone()),
        };
        let others = [
            ComparedPatch { a_json: Some(None), ..expected.clone() },
            ComparedPatch { a_jsonb: Some(Value::Null), ..expected.clone() },
            ComparedPatch { a_float: Some(0.0), ..expected.clone() },
            ComparedPatch { a_citext: Some(Some("ci".to_owned())), ..expected.clone() },
            ComparedPatch { moods: Some(Some(vec![])), ..expected.clone() },
            ComparedPatch { names: Some(None), ..expected.clone() },
            ComparedPatch { a_mood: Some(Mood::A), ..expected.clone() },
            ComparedPatch { n_mood: Some(Some(Mood::A)), ..expected.clone() },
            ComparedPatch { numbers: Some(Some(vec![2, 1])), ..expected.clone() },
        ];
        let patch = ComparedPatch { n_mood: Some(Some(Mood::Type)), a_float: Some(1.5), ..Default::default() };
        for other in &others {
            assert_eq!(Compared::compare_and_set(db, row.id, other, &patch).await.unwrap(), None, "{other:?}");
        }
        let changed = Compared::compare_and_set(db, row.id, &expected, &patch).await.unwrap().unwrap();
        assert_eq!((changed.n_mood, changed.a_float, &changed.numbers), (Some(Mood::Type), 1.5, &row.numbers));
        assert_eq!(Compared::compare_and_set(db, row.id, &expected, &patch).await.unwrap(), None);
        let nothing = ComparedPatch::default();
        assert_eq!(Compared::compare_and_set(db, row.id, &nothing, &nothing).await.unwrap(), Some(changed));
        let missing = kinds::ComparedId::new(2);
        assert_eq!(Compared::compare_and_set(db, missing, &nothing, &patch).await.unwrap(), None);
    });
}

/// More rows than one statement takes, each compared; what is left out, NULL and empty stand side by side.
#[test]
fn a_hundred_thousand_rows_come_back_as_they_went() {
    on_database(async |url| {
        let db = connect(&url).await;
        let parent = producer(&db, "a@b", None).await.id;
        let at = time("2024-01-01T00:00:00Z");
        let new: Vec<NewOrder> = (0..100_000)
            .map(|row: i64| NewOrder {
                producer_id: parent,
                total: Decimal::new(row * 7 % 100_003, 2),
                address: address(&format!("Weg {row}")),
                optional: NewOrderOptional {
                    created_at: (row % 3 != 0).then(|| at + std::time::Duration::from_secs(row.unsigned_abs())),
                    shipped_at: (row % 5 == 0).then_some(at),
                    contact: (row % 7 == 0).then(|| row.to_string()),
                    ..Default::default()
                },
            })
            .collect();
        let stored = Order::insert_many(&db, &new).await.unwrap();
        assert_eq!(stored.len(), new.len());
        let mut ids: Vec<shop::OrderId> = stored.iter().map(|row| row.id).collect();
        for (new, stored) in new.iter().zip(&stored) {
            assert_eq!((stored.total, &stored.address), (new.total, &new.address));
            assert_eq!((stored.shipped_at, &stored.contact), (new.optional.shipped_at, &new.optional.contact));
            assert!(new.optional.created_at.is_none_or(|given| given == stored.created_at));
        }
        ids.reverse();
        let found = Order::find_many(&db, &ids).await.unwrap();
        assert!(found.iter().eq(stored.iter().rev()), "what is stored is what was returned");
    });
}

#[test]
fn arrays_keep_the_nulls_among_their_elements() {
    use kinds::{Gapped, NewGapped, NewGappedOptional};
    over_each_executor(async |db| {
        let new: Vec<NewGapped> = (0..700)
            .map(|row: i32| NewGapped {
                numbers: (0..row % 5).map(|number| (number != row % 3).then_some(number)).collect(),
                optional: NewGappedOptional {
                    texts: (row % 4 != 0).then(|| vec![None, Some(row.to_string()), None]),
                    moods: (row % 3 != 0).then(|| vec![Some(Mood::A), None]),
                },
            })
            .collect();
        let stored = Gapped::insert_many(db, &new).await.unwrap();
        assert_eq!(stored.len(), new.len());
        for (new, stored) in new.iter().zip(&stored) {
            assert_eq!((&stored.numbers, &stored.texts), (&new.numbers, &new.optional.texts));
            assert_eq!(stored.moods, new.optional.moods);
        }
        let one = Gapped::insert(db, &new[7]).await.unwrap();
        assert_eq!((&one.numbers, &one.texts), (&stored[7].numbers, &stored[7].texts));
    });
}
