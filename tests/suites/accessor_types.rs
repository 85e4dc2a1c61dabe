//! The types of accessors: what goes to the server comes back, over each kind of executor.

#[path = "accessor_types/catalogued.rs"]
mod catalogued;
#[path = "accessor_types/copied.rs"]
mod copied;
#[path = "accessor_types/dates.rs"]
mod dates;

use std::future::Future;
use std::ops::Bound;

use deadpool_postgres::{Manager, Pool};
use lockstep::types::{
    BoxError, BytesMut, DateTime, Decimal, Encoded, FromSql, IsNull, NaiveDate, NaiveDateTime, ToSql, Type, Utc, Uuid,
    to_sql_checked,
};
use lockstep::{
    Circle, Executor, Hstore, Id, Line, LineSegment, Lsn, MacAddr8, Multirange, Path, Point, Polygon, Range, Rectangle,
    TimeTz,
};
use lockstep_tests::fixture::{database, fixture};
use lockstep_tests::{block_on, connect};
use tokio_postgres::NoTls;

lockstep::schema!(root = "tests/ui/fixtures/types");

use elsewhere::Coordinates;
use kinds::{
    Account, AccountCount, AccountPatch, Address, Asked, AskedPatch, Composed, ComposedPatch, Email, Feeling, Felt,
    Height, Labels, Mood, Multiranged, MultirangedPatch, NewAccount, NewAccountOptional, NewAsked, NewAskedOptional,
    NewComposed, NewComposedOptional, NewFelt, NewMultiranged, NewMultirangedOptional, NewOnlyComposed,
    NewOnlyComposedOptional, NewRanged, NewRangedOptional, NewRare, NewRareList, NewRareOptional, NewSession, Nothing,
    OnlyComposed, Place, Ranged, RangedPatch, Rare, RareList, RarePatch, Secret, Session, Tall, WorkEmail,
};

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

/// Runs a test on a database of its own with the fixture's schema.
fn on_database<F: Future<Output = ()>>(test: impl FnOnce(String) -> F) {
    on_database_of("types", test);
}

fn on_database_of<F: Future<Output = ()>>(name: &str, test: impl FnOnce(String) -> F) {
    let scratch = database(&fixture(name));
    block_on(test(scratch.url()));
}

fn pool(url: &str) -> Pool {
    Pool::builder(Manager::new(url.parse().unwrap(), NoTls)).max_size(2).build().unwrap()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn timestamp(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn after<T>(bound: T) -> Range<T> {
    Range::Between(Bound::Excluded(bound), Bound::Unbounded)
}

fn ranged(id: i32) -> NewRanged {
    NewRanged {
        id: Id::new(id),
        a_int4: (i32::MIN..i32::MAX).into(),
        a_num: Range::Between(Bound::Excluded(Decimal::new(-15, 1)), Bound::Included(Decimal::MAX)),
        a_ts: (..timestamp("2024-02-29T12:00:00")).into(),
        a_tstz: (time("2024-02-29T12:00:00.000001Z")..).into(),
        a_date: (date("2024-02-28")..date("2024-03-01")).into(),
        a_float: after(f64::NEG_INFINITY),
        a_mood: (Mood::Happy..=Mood::SoSo).into(),
        a_name: ("a\"b".to_owned()..=String::new() + "ü").into(),
        many_int4: vec![Range::Empty, Range::ALL, (1..2).into()],
        many_float: vec![],
        optional: NewRangedOptional::default(),
    }
}

/// The same with something in every column.
fn full_ranged(id: i32) -> NewRanged {
    NewRanged {
        many_float: vec![Range::Empty, after(1.5)],
        optional: NewRangedOptional {
            a_int8: Some((i64::MIN..0).into()),
            n_int4: Some(Range::Empty),
            n_int8: Some(Range::ALL),
            n_num: Some(Range::Empty),
            n_ts: Some(Range::Empty),
            n_tstz: Some(None),
            n_date: Some(Range::ALL),
            n_float: Some((-0.5..0.5).into()),
            n_mood: Some(Range::Empty),
            n_name: Some(Range::ALL),
        },
        ..ranged(id)
    }
}

#[test]
fn ranges_come_back_as_they_went() {
    over_each_executor(async |db| {
        let new = ranged(1);
        let stored = Ranged::insert(db, &new).await.unwrap();
        assert_eq!((stored.a_int4, stored.a_num, stored.a_ts), (new.a_int4, new.a_num, new.a_ts));
        assert_eq!((stored.a_tstz, stored.a_date, stored.a_float), (new.a_tstz, new.a_date, new.a_float));
        assert_eq!((stored.a_mood, &stored.a_name), (new.a_mood, &new.a_name));
        assert_eq!((&stored.many_int4, &stored.many_float), (&new.many_int4, &new.many_float));
        assert_eq!((stored.a_int8, stored.n_tstz, stored.n_mood), ((1..2).into(), Some(Range::ALL), None));
        assert_eq!(Ranged::find(db, Id::new(1)).await.unwrap(), Some(stored.clone()));
        let filled = full_ranged(2);
        let many = Ranged::insert_many(db, &[filled.clone(), ranged(3)]).await.unwrap();
        assert_eq!(many[1], Ranged { id: Id::new(3), ..stored });
        assert_eq!(
            (many[0].n_float, many[0].n_name.clone(), many[0].n_tstz),
            (Some((-0.5..0.5).into()), Some(Range::ALL), None)
        );
        assert_eq!(many[0].many_float, filled.many_float);
        let patch = RangedPatch { n_float: Some(None), a_mood: Some(Range::Empty), ..Default::default() };
        let patched = Ranged::update(db, Id::new(2), &patch).await.unwrap().unwrap();
        assert_eq!(patched, Ranged { n_float: None, a_mood: Range::Empty, ..many[0].clone() });
    });
}

fn multiranged(id: i32) -> NewMultiranged {
    NewMultiranged {
        id: Id::new(id),
        a_int4: Multirange(vec![(1..2).into(), (3..4).into()]),
        a_int8: Multirange::default(),
        a_num: Multirange(vec![Range::ALL]),
        a_ts: Multirange(vec![(timestamp("2024-02-29T12:00:00")..).into()]),
        a_tstz: Multirange(vec![(..time("2024-02-29T12:00:00Z")).into()]),
        a_date: Multirange(vec![(date("2024-02-28")..date("2024-03-01")).into()]),
        a_float: Multirange(vec![(0.25..0.5).into(), after(2.0)]),
        a_mood: Multirange(vec![(Mood::Happy..=Mood::SoSo).into()]),
        many_int4: vec![Multirange::default(), Multirange(vec![Range::ALL])],
        optional: NewMultirangedOptional::default(),
    }
}

/// The same with something in columns that may be NULL.
fn full_multiranged(id: i32) -> NewMultiranged {
    let new = multiranged(id);
    let optional = NewMultirangedOptional {
        n_float: Some(new.a_float.clone()),
        many_mood: Some(vec![new.a_mood.clone(), Multirange::default()]),
        ..Default::default()
    };
    NewMultiranged { optional, ..new }
}

#[test]
fn multiranges_come_back_as_they_went() {
    over_each_executor(async |db| {
        let new = multiranged(1);
        let stored = Multiranged::insert(db, &new).await.unwrap();
        assert_eq!((&stored.a_int4, &stored.a_int8, &stored.a_num), (&new.a_int4, &new.a_int8, &new.a_num));
        assert_eq!((&stored.a_ts, &stored.a_tstz, &stored.a_date), (&new.a_ts, &new.a_tstz, &new.a_date));
        assert_eq!((&stored.a_float, &stored.a_mood, &stored.n_mood), (&new.a_float, &new.a_mood, &None));
        assert_eq!((&stored.many_int4, &stored.many_mood), (&new.many_int4, &None));
        let filled = full_multiranged(2);
        let many = Multiranged::insert_many(db, &[filled.clone(), multiranged(3)]).await.unwrap();
        assert_eq!((&many[0].n_float, &many[0].many_mood), (&filled.optional.n_float, &filled.optional.many_mood));
        assert_eq!(many[1], Multiranged { id: Id::new(3), ..stored });
        let patch = MultirangedPatch { a_mood: Some(Multirange::default()), ..Default::default() };
        let patched = Multiranged::update(db, Id::new(2), &patch).await.unwrap().unwrap();
        assert_eq!(patched, Multiranged { a_mood: Multirange::default(), ..many[0].clone() });
    });
}

fn coordinates(x: f64) -> Coordinates {
    Coordinates { x: Some(x), y: None }
}

fn address() -> Address {
    Address {
        street: Some("a,(\"\\)'".to_owned()),
        number: Some(i32::MIN),
        share: Some(7),
        shares: Some(vec![0, 100]),
        mood: Some(Mood::SoSo),
        moods: Some(vec![Mood::SoSo, Mood::Happy]),
        tags: Some(vec![String::new(), "x".to_owned()]),
        period: Some((time("2024-02-29T12:00:00Z")..).into()),
        code: Some("CiText".to_owned()),
        position: Some(coordinates(1.5)),
        corners: Some(vec![coordinates(-0.5), Coordinates::default()]),
        r#type: Some(Uuid::max()),
    }
}

fn composed(id: i32) -> NewComposed {
    NewComposed { id: Id::new(id), address: address(), optional: NewComposedOptional::default() }
}

/// One with something in every column.
fn full_composed(id: i32) -> NewComposed {
    let street = Address { street: Some("s".to_owned()), ..Default::default() };
    let optional = NewComposedOptional {
        maybe: Some(Address::default()),
        home: Some(street.clone()),
        homes: Some(vec![street.clone(), address()]),
        addresses: Some(vec![address(), Address::default()]),
        points: Some(vec![None, Some(coordinates(2.0))]),
        nothing: Some(Nothing {}),
        defaulted: Some(coordinates(3.0)),
    };
    NewComposed { id: Id::new(id), address: Address::default(), optional }
}

#[test]
fn composite_values_come_back_as_they_went() {
    over_each_executor(async |db| {
        let stored = Composed::insert(db, &composed(1)).await.unwrap();
        assert_eq!((&stored.address, &stored.maybe, &stored.home), (&address(), &None, &None));
        assert_eq!((&stored.addresses, &stored.defaulted), (&vec![], &Coordinates { x: Some(1.0), y: Some(2.0) }));
        let filled = full_composed(2);
        let many = Composed::insert_many(db, &[filled.clone(), composed(3)]).await.unwrap();
        assert_eq!(many[1], Composed { id: Id::new(3), ..stored });
        assert_eq!((&many[0].address, &many[0].maybe), (&Address::default(), &filled.optional.maybe));
        assert_eq!((&many[0].home, &many[0].homes), (&filled.optional.home, &filled.optional.homes));
        assert_eq!((&many[0].points, &many[0].nothing), (&filled.optional.points, &filled.optional.nothing));
        assert_eq!(Some(&many[0].addresses), filled.optional.addresses.as_ref());
        let patch = ComposedPatch { maybe: Some(None), home: Some(Some(address())), ..Default::default() };
        let patched = Composed::update(db, Id::new(2), &patch).await.unwrap().unwrap();
        assert_eq!(patched, Composed { maybe: None, home: Some(address()), ..many[0].clone() });
        assert_eq!(Composed::find(db, Id::new(2)).await.unwrap(), Some(patched));
        let only =
            |x: f64| NewOnlyComposed { optional: NewOnlyComposedOptional { place: Some(coordinates(x)), other: None } };
        let many = OnlyComposed::insert_many(db, &[only(1.0), NewOnlyComposed::default(), only(2.0)]).await.unwrap();
        let places: Vec<Option<f64>> = many.iter().map(|row| row.place.as_ref().and_then(|place| place.x)).collect();
        assert_eq!(places, [Some(1.0), None, Some(2.0)]);
    });
}

#[test]
fn a_composite_type_may_grow_while_a_program_runs() {
    on_database(async |url| {
        let client = connect(&url).await;
        let place = NewOnlyComposedOptional { place: Some(coordinates(1.0)), other: None };
        OnlyComposed::insert(&client, &NewOnlyComposed { optional: place }).await.unwrap();
        client.batch_execute("ALTER TYPE elsewhere.coordinates ADD ATTRIBUTE z text").await.unwrap();
        let rows = connect(&url).await.query("SELECT place FROM kinds.only_composed", &[]).await.unwrap();
        assert_eq!(rows[0].get::<_, Coordinates>(0), coordinates(1.0));
    });
}

fn account(name: &str) -> NewAccount {
    NewAccount {
        id: Id::new(Email(name.to_owned())),
        height: Height(180),
        heights: vec![Height(1), Height(-1)],
        labels: Labels(vec!["a".to_owned()]),
        feeling: Feeling(Mood::SoSo),
        optional: NewAccountOptional::default(),
    }
}

/// One with something in every column that may be NULL.
fn full_account(name: &str) -> NewAccount {
    let optional = NewAccountOptional {
        work: Some(WorkEmail(Email("c@d".to_owned()))),
        feelings: Some(vec![Feeling(Mood::Happy)]),
        place: Some(Place(coordinates(1.0))),
        places: Some(vec![Place(coordinates(2.0))]),
        secret: Some(Secret(vec![1, 2])),
        word: Some("Word".to_owned()),
    };
    NewAccount { labels: Labels(vec![]), heights: vec![], optional, ..account(name) }
}

#[test]
fn domains_have_types_of_their_own() {
    over_each_executor(async |db| {
        let stored = Account::insert(db, &account("a@b")).await.unwrap();
        assert_eq!(
            (&stored.id.0, stored.height, stored.feeling),
            (&Email("a@b".to_owned()), Height(180), Feeling(Mood::SoSo))
        );
        assert_eq!(stored.labels, Labels(vec!["a".to_owned()]));
        let filled = full_account("e@f");
        let many = Account::insert_many(db, &[filled.clone(), account("g@h")]).await.unwrap();
        assert_eq!(many[1], Account { id: many[1].id.clone(), ..stored.clone() });
        assert_eq!((&many[0].work, &many[0].feelings), (&filled.optional.work, &filled.optional.feelings));
        assert_eq!((&many[0].place, &many[0].places), (&filled.optional.place, &filled.optional.places));
        assert_eq!((&many[0].secret, &many[0].word), (&filled.optional.secret, &filled.optional.word));
        assert_eq!((&many[0].labels, &many[0].heights), (&filled.labels, &filled.heights));
        assert!(
            !format!("{:?}", many[0]).contains("Secret([") && format!("{:?}", many[0].secret).contains("[redacted]")
        );
        let session = Session::insert(db, &NewSession { account_id: stored.id.clone() }).await.unwrap();
        assert_eq!(Account::find(db, &session.account_id).await.unwrap(), Some(stored));
        assert_eq!(session.account_id.to_string(), "a@b");
    });
}

#[test]
fn what_is_stored_is_compared_whatever_its_type() {
    over_each_executor(async |db| {
        Ranged::insert(db, &ranged(1)).await.unwrap();
        let expected =
            RangedPatch { a_float: Some(after(f64::NEG_INFINITY)), n_mood: Some(None), ..Default::default() };
        let patch = RangedPatch { a_mood: Some(Range::Empty), ..Default::default() };
        assert!(Ranged::compare_and_set(db, Id::new(1), &expected, &patch).await.unwrap().is_some());
        Multiranged::insert(db, &multiranged(1)).await.unwrap();
        let expected = MultirangedPatch { a_mood: Some(multiranged(1).a_mood), ..Default::default() };
        let patch = MultirangedPatch { a_mood: Some(Multirange::default()), ..Default::default() };
        assert!(Multiranged::compare_and_set(db, Id::new(1), &expected, &patch).await.unwrap().is_some());
        assert_eq!(Multiranged::compare_and_set(db, Id::new(1), &expected, &patch).await.unwrap(), None);
        Composed::insert(db, &composed(1)).await.unwrap();
        let expected = ComposedPatch { address: Some(address()), home: Some(None), ..Default::default() };
        let patch = ComposedPatch { address: Some(Address::default()), ..Default::default() };
        assert!(Composed::compare_and_set(db, Id::new(1), &expected, &patch).await.unwrap().is_some());
        assert_eq!(Composed::compare_and_set(db, Id::new(1), &expected, &patch).await.unwrap(), None);
        let stored = Account::insert(db, &account("a@b")).await.unwrap();
        let (heights, feeling) = (Some(stored.heights), Some(stored.feeling));
        let expected = AccountPatch { heights, feeling, labels: Some(stored.labels), ..Default::default() };
        let patch = AccountPatch { heights: Some(vec![]), height: Some(Height(0)), ..Default::default() };
        let changed = Account::compare_and_set(db, &stored.id, &expected, &patch).await.unwrap().unwrap();
        assert_eq!((changed.heights, changed.height), (vec![], Height(0)));
        assert_eq!(Account::compare_and_set(db, &stored.id, &expected, &patch).await.unwrap(), None);
        let stored = Rare::insert(db, &rare("a")).await.unwrap();
        let expected = RarePatch { a_xml: Some(stored.a_xml), a_point: Some(stored.a_point), ..Default::default() };
        let patch = RarePatch { a_xml: Some("<b/>".to_owned()), ..Default::default() };
        assert!(Rare::compare_and_set(db, &stored.id, &expected, &patch).await.unwrap().is_some());
        assert_eq!(Rare::compare_and_set(db, &stored.id, &expected, &patch).await.unwrap(), None);
        let felt = Felt::insert(db, &NewFelt { feeling: Id::new(Feeling(Mood::SoSo)) }).await.unwrap();
        assert!(Felt::exists(db, felt.feeling).await.unwrap());
        assert_eq!(Felt::find_many(db, &[felt.feeling]).await.unwrap(), [felt]);
    });
}

#[test]
fn a_value_that_the_domain_does_not_allow_is_the_servers_to_refuse() {
    on_database(async |url| {
        let client = connect(&url).await;
        let refused = Account::insert(&client, &account("nobody")).await.unwrap_err();
        assert_eq!(refused.error.sqlstate().unwrap().code(), "23514");
    });
}

fn rare(id: &str) -> NewRare {
    let (low, high) = (Point { x: -1.0, y: 0.5 }, Point { x: 2.0, y: f64::INFINITY });
    NewRare {
        id: Id::new(id.to_owned()),
        a_bit: "010101011".parse().unwrap(),
        a_varbit: "".parse().unwrap(),
        a_macaddr8: MacAddr8([8, 0, 43, 1, 2, 3, 4, 255]),
        a_lsn: Lsn(u64::MAX),
        a_timetz: TimeTz { microseconds: 86_400_000_000, offset: -3600 },
        a_point: low,
        a_box: Rectangle { high, low },
        a_line: Line { a: 1.0, b: -1.0, c: 0.0 },
        a_lseg: LineSegment { start: high, end: low },
        a_circle: Circle { center: low, radius: 0.0 },
        a_path: Path { closed: true, points: vec![low, high] },
        a_polygon: Polygon(vec![low]),
        a_jsonpath: "$.\"a\"[*]".to_owned(),
        a_xml: "<a>ü</a>".to_owned(),
        a_tsvector: "'cat':3 'fat':2".to_owned(),
        a_tsquery: "'fat' & 'cat'".to_owned(),
        a_hstore: Hstore([("a\"".to_owned(), None), ("b".to_owned(), Some("=>".to_owned()))].into()),
        a_lquery: "*.a".to_owned(),
        a_numeric: "1234567890123456789012345678901234567890.5".to_owned(),
        optional: NewRareOptional::default(),
    }
}

#[test]
fn rare_types_come_back_as_they_went() {
    over_each_executor(async |db| {
        let new = rare("a.b");
        let stored = Rare::insert(db, &new).await.unwrap();
        assert_eq!((&stored.a_bit, &stored.a_varbit, stored.a_macaddr8), (&new.a_bit, &new.a_varbit, new.a_macaddr8));
        assert_eq!((stored.a_lsn, stored.a_timetz, stored.a_point), (new.a_lsn, new.a_timetz, new.a_point));
        assert_eq!((stored.a_box, stored.a_line, stored.a_lseg), (new.a_box, new.a_line, new.a_lseg));
        assert_eq!((stored.a_circle, &stored.a_path, &stored.a_polygon), (new.a_circle, &new.a_path, &new.a_polygon));
        assert_eq!((&stored.a_jsonpath, &stored.a_xml), (&new.a_jsonpath, &new.a_xml));
        assert_eq!((&stored.a_tsvector, &stored.a_tsquery), (&new.a_tsvector, &new.a_tsquery));
        assert_eq!((&stored.a_hstore, &stored.a_lquery), (&new.a_hstore, &new.a_lquery));
        assert_eq!((stored.a_numeric.as_str(), stored.a_money.as_str()), (new.a_numeric.as_str(), "$0.00"));
        assert_eq!((&stored.n_tsvector, &stored.n_hstore), (&None, &None));
        let optional = NewRareOptional {
            n_bit: Some("101".parse().unwrap()),
            n_hstore: Some(Hstore::default()),
            n_xml: Some(String::new()),
            n_tsvector: Some(String::new()),
            n_polygon: Some(Polygon(vec![Point::default(); 3])),
            a_money: Some("$1.50".to_owned()),
            ..Default::default()
        };
        let filled = NewRare { a_numeric: "NaN".to_owned(), optional, ..rare("c") };
        let many = Rare::insert_many(db, &[filled.clone(), rare("d")]).await.unwrap();
        assert_eq!(many[1], Rare { id: many[1].id.clone(), ..stored.clone() });
        assert_eq!((&many[0].n_bit, &many[0].n_hstore), (&filled.optional.n_bit, &filled.optional.n_hstore));
        assert_eq!((&many[0].n_xml, &many[0].n_tsvector), (&filled.optional.n_xml, &filled.optional.n_tsvector));
        assert_eq!((&many[0].n_polygon, many[0].a_money.as_str()), (&filled.optional.n_polygon, "$1.50"));
        let patch = RarePatch { n_xml: Some(None), a_tsquery: Some("'x'".to_owned()), ..Default::default() };
        let patched = Rare::update(db, &many[0].id, &patch).await.unwrap().unwrap();
        assert_eq!((patched.n_xml.as_deref(), patched.a_tsquery.as_str()), (None, "'x'"));
        assert_eq!(Rare::find(db, &stored.id).await.unwrap(), Some(stored));
    });
}

#[test]
fn arrays_of_rare_types_come_back_as_they_went() {
    over_each_executor(async |db| {
        let point = Point { x: 1.0, y: 2.0 };
        let new = |id: i32| NewRareList {
            id: Id::new(id),
            bits: vec!["01".parse().unwrap(), "11".parse().unwrap()],
            varbits: vec!["1".parse().unwrap(), "".parse().unwrap()],
            points: vec![point],
            boxes: vec![Rectangle { high: point, low: Point::default() }],
            polygons: vec![Polygon(vec![point, point])],
            hstores: vec![Hstore::default()],
            vectors: vec!["'a'".to_owned(), String::new()],
            trees: vec!["a.b".to_owned()],
            documents: vec!["<a/>".to_owned()],
            amounts: vec![None, Some("1.5".to_owned())],
            places: vec![None, Some(Lsn(7))],
        };
        let empty = NewRareList { bits: vec![], trees: vec![], amounts: vec![], hstores: vec![], ..new(2) };
        let stored = RareList::insert(db, &new(1)).await.unwrap();
        assert_eq!((&stored.bits, &stored.hstores, &stored.trees), (&new(1).bits, &new(1).hstores, &new(1).trees));
        assert_eq!((&stored.amounts, &stored.places), (&new(1).amounts, &new(1).places));
        let many = RareList::insert_many(db, &[empty, new(3)]).await.unwrap();
        assert_eq!(many[1], RareList { id: Id::new(3), ..stored });
        assert_eq!((many[0].bits.len(), many[0].trees.len(), many[0].amounts.len()), (0, 0, 0));
    });
}

#[test]
fn what_a_decimal_cannot_hold_is_an_error_that_names_the_column() {
    on_database(async |url| {
        let client = connect(&url).await;
        Rare::insert(&client, &rare("a")).await.unwrap();
        client.batch_execute("UPDATE kinds.rare SET n_numeric = 'NaN'").await.unwrap();
        let id = rare("a").id;
        let failed = Rare::find(&client, &id).await.unwrap_err();
        assert!(failed.to_string().contains("n_numeric"), "{failed}");
    });
}

/// A type of an extension that somebody maps: a point in the plane.
#[derive(Clone, Copy, Debug, PartialEq, lockstep::serde::Serialize)]
#[serde(crate = "lockstep::serde")]
pub struct Cube(f64, f64);

/// `cube_send` in contrib/cube/cube.c: the number of dimensions, whose highest bit marks a point, and the numbers.
const POINT_IN_THE_PLANE: u32 = 0x8000_0002;

impl<'a> FromSql<'a> for Cube {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, BoxError> {
        let (header, numbers) = raw.split_at(4);
        assert_eq!(header, POINT_IN_THE_PLANE.to_be_bytes());
        let (x, y) = numbers.split_at(8);
        Ok(Self(f64::from_be_bytes(x.try_into()?), f64::from_be_bytes(y.try_into()?)))
    }

    fn accepts(data_type: &Type) -> bool {
        data_type.name() == "cube"
    }
}

impl ToSql for Cube {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Encoded {
        out.extend_from_slice(&POINT_IN_THE_PLANE.to_be_bytes());
        out.extend_from_slice(&self.0.to_be_bytes());
        out.extend_from_slice(&self.1.to_be_bytes());
        Ok(IsNull::No)
    }

    fn accepts(data_type: &Type) -> bool {
        data_type.name() == "cube"
    }

    to_sql_checked!();
}

#[test]
fn a_type_that_only_the_server_knows_is_asked_for() {
    over_each_executor(async |db| {
        let new = |id, maybe| NewAsked { id: Id::new(id), size: Cube(1.5, -2.0), optional: NewAskedOptional { maybe } };
        let stored = Asked::insert(db, &new(1, None)).await.unwrap();
        assert_eq!((stored.size, stored.maybe), (Cube(1.5, -2.0), None));
        let many = Asked::insert_many(db, &[new(2, Some(Cube(0.0, 1.0))), new(3, None)]).await.unwrap();
        assert_eq!((many[0].maybe, many[1].maybe), (Some(Cube(0.0, 1.0)), None));
        let patch = AskedPatch { size: Some(Cube(3.0, 3.0)), ..Default::default() };
        assert_eq!(Asked::update(db, Id::new(2), &patch).await.unwrap().unwrap().size, Cube(3.0, 3.0));
    });
}

#[test]
fn views_have_rows_and_materialized_ones_are_found_by_their_unique_columns() {
    on_database(async |url| {
        let client = connect(&url).await;
        let account = Account::insert(&client, &account("a@b")).await.unwrap();
        Session::insert(&client, &NewSession { account_id: account.id.clone() }).await.unwrap();
        client.batch_execute("REFRESH MATERIALIZED VIEW kinds.account_count").await.unwrap();
        let found = AccountCount::find_by_account_id(&client, &account.id.0).await.unwrap().unwrap();
        assert_eq!(found, AccountCount { account_id: Some(account.id.0.clone()), sessions: Some(1) });
        let tall = client.query_one("SELECT id, 191, place FROM kinds.account", &[]).await.unwrap();
        let tall = <Tall as lockstep::access::FromRow>::from_row(&tall).unwrap();
        // Its height is compared, so there is one.
        assert_eq!(tall, Tall { id: account.id.0, height: Height(191), place: None });
    });
}

/// The schemas of some cases.
fn schemas(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            schemas(&path, found);
        } else if path.ends_with("after.sql") {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn the_server_takes_the_accessors_of_types_of_every_kind() {
    let mut files = Vec::new();
    for kind in ["column", "composite", "domain", "enum", "range"] {
        schemas(&lockstep_tests::workspace_root().join("tests/cases").join(kind), &mut files);
    }
    let (mut refused, mut taken) = (Vec::new(), 0);
    for file in files {
        let mut scratch = lockstep_tests::server().scratch().unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        // What needs another version or other roles is no question of accessors.
        if scratch.client().batch_execute(&text).is_err() {
            continue;
        }
        let catalog = lockstep_postgres::introspect(scratch.client()).unwrap().state.catalog;
        let statements = lockstep_core::emit::rust::statements(&catalog, &Default::default());
        for (name, signature) in lockstep_postgres::describe_all(scratch.client(), &statements).unwrap() {
            match signature {
                Ok(_) => taken += 1,
                Err(error) => refused.push(format!("{}: {name}: {error}", file.display())),
            }
        }
    }
    assert_eq!(refused, [""; 0]);
    assert!(taken > 100, "{taken}");
}

#[test]
fn a_type_that_nobody_maps_is_named_with_what_to_do() {
    use lockstep_core::{certificate::verify, emit::rust, settings::settings};
    let workspace = fixture("unmapped");
    let certificate = verify(&workspace).unwrap();
    let told = rust::files(&certificate, &settings(&workspace.root).unwrap()).unwrap_err();
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    let expected = [
        ("public.box.size, which is of type public.cube", "`-- @rust type=String` above the column"),
        ("public.box.price, which is of type money", "use numeric"),
        ("public.box.sized, which is of type public.sized", "its attribute size is of type public.cube"),
    ];
    assert_eq!(told.len(), expected.len());
    for (told, (what, instead)) in told.iter().zip(expected) {
        assert!(told.contains(what) && told.contains(instead), "{told}");
    }
    let wrong = settings(&fixture("wrong_setting").root).unwrap_err();
    let wrong = wrong[0].to_string();
    assert!(wrong.contains("Cargo.toml:2:12: ") && wrong.contains("\"chrono\", \"time\", \"jiff\""), "{wrong}");
}

#[test]
fn a_long_result_of_composite_values_arrives() {
    on_database(async |url| {
        let fill = "INSERT INTO kinds.composed (id, address)
                    SELECT n, ROW(repeat('x', 200), n, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::kinds.address
                    FROM generate_series(1, 5000) AS n";
        connect(&url).await.batch_execute(fill).await.unwrap();
        // The first thing that a connection is asked for: it knows no type yet.
        let client = connect(&url).await;
        let page = Composed::list(&client, lockstep::Page::first(5000));
        let page = tokio::time::timeout(std::time::Duration::from_secs(60), page).await.unwrap().unwrap();
        assert_eq!(page.rows.len(), 5000);
    });
}
