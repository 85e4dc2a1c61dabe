//! Lists by pages: every row once and in order, whatever may be NULL, and cursors as text.

use lockstep::PageOf;
use lockstep::access::{List, PageResult};
use lockstep::types::Type;
use tokio_postgres::Client;

use super::*;
use kinds::{
    NewRanked, NewRankedOptional, Ranked, RankedListByA, RankedListByAAndB, RankedListByCAndA, RankedListByNAndBAndId,
};
use shop::{OrderList, OrderListByTotalAndCreatedAt, OrderListOpenByCreatedAt};

/// All pages of a list, each cursor by way of its text.
async fn paged<L: List<Row = Ranked>>(limit: u32, list: impl AsyncFn(PageOf<L>) -> PageResult<L>) -> Vec<i64> {
    let mut page = Page::first(limit);
    let mut found = Vec::new();
    loop {
        let paged = list(page).await.unwrap();
        assert!(paged.rows.len() <= limit as usize);
        found.extend(paged.rows.iter().map(|row| row.id.0));
        let Some(next) = paged.next else { return found };
        page = Page::after(next.to_string().parse().unwrap(), limit);
    }
}

async fn ordered(db: &Client, rest: &str) -> Vec<i64> {
    let rows = db.query(&format!("SELECT id FROM kinds.ranked {rest}"), &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

fn ranked() -> Vec<NewRanked> {
    let values = [None, Some(0), Some(1), Some(2)];
    let mut rows = Vec::new();
    for a in values {
        for b in values {
            for c in [0, 1] {
                for (circle, n) in [("x", None), ("x", Some(c)), ("y", b)] {
                    let optional = NewRankedOptional { a, b, n };
                    rows.push(NewRanked { circle: circle.to_owned(), c, optional });
                }
            }
        }
    }
    // Rows of one rank do not stand side by side.
    let (front, back) = rows.split_at(rows.len() / 2);
    back.iter().chain(front).cloned().collect()
}

#[test]
fn pages_hold_every_row_once_whatever_is_null() {
    on_database(async |url| {
        let client = connect(&url).await;
        let pooled = pool(&url).get().await.unwrap();
        Ranked::insert_many(&client, &ranked()).await.unwrap();
        for db in [&client as &dyn Executor, &pooled] {
            for limit in [1, 3, 7, 1_000] {
                let found = paged(limit, async |page| Ranked::list_by_a(db, page).await).await;
                assert_eq!(found, ordered(&client, "ORDER BY a, id").await);
                let found = paged(limit, async |page| Ranked::list_by_a_and_c(db, page).await).await;
                assert_eq!(found, ordered(&client, "ORDER BY a DESC NULLS LAST, c, id").await);
                let found = paged(limit, async |page| Ranked::list_by_a_and_b(db, page).await).await;
                assert_eq!(found, ordered(&client, "ORDER BY a NULLS FIRST, b DESC, id DESC").await);
                let found = paged(limit, async |page| Ranked::list_by_b_and_c(db, page).await).await;
                assert_eq!(found, ordered(&client, "ORDER BY b DESC, c DESC, id DESC").await);
                let found = paged(limit, async |page| Ranked::list_by_c_and_a(db, page).await).await;
                assert_eq!(found, ordered(&client, "ORDER BY c, a DESC, id DESC").await);
                let found = paged(limit, async |page| Ranked::list_by_c_and_n(db, page).await).await;
                assert_eq!(found, ordered(&client, "ORDER BY c DESC, n NULLS FIRST, id").await);
                let found = paged(limit, async |page| Ranked::list_by_circle_and_b_and_a(db, "x", page).await).await;
                let order = "WHERE circle = 'x' ORDER BY b, a DESC NULLS LAST, id DESC";
                assert_eq!(found, ordered(&client, order).await);
            }
        }
    });
}

/// Runs a statement with literals as its values, planned without knowing them, and returns what the server did.
async fn explained(db: &Client, statement: &lockstep::Statement, values: &str) -> String {
    let types: Vec<&str> = statement.parameters.iter().map(Type::name).collect();
    let (types, sql) = (types.join(", "), statement.sql);
    let prepare = format!("SET plan_cache_mode = force_generic_plan; PREPARE page ({types}) AS {sql}");
    db.batch_execute(&prepare).await.unwrap();
    let explain = format!("EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) EXECUTE page ({values})");
    let lines = db.simple_query(&explain).await.unwrap();
    db.batch_execute("DEALLOCATE page").await.unwrap();
    let lines: Vec<&str> = lines
        .iter()
        .filter_map(|line| match line {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        })
        .collect();
    lines.join("\n")
}

/// Expects a page from the middle of a list to read no more rows than a few pages hold.
async fn check_plan<L: List>(db: &Client, values: &str, index: &str) {
    let plan = explained(db, L::AFTER, values).await;
    assert!(plan.contains(index), "{values}\n{plan}");
    assert!(!plan.contains("Seq Scan"), "{values}\n{plan}");
    // What a scan yields, and what it throws away.
    let read = plan.split(['(', ')', '\n']).filter_map(|part| {
        let scanned =
            part.trim().strip_prefix("actual rows=").or(part.trim().strip_prefix("Rows Removed by Filter: "))?;
        scanned.split([' ', '.']).next()?.parse::<u64>().ok()
    });
    let read: u64 = read.sum();
    assert!((1..200).contains(&read), "{read} rows\n{values}\n{plan}");
}

#[test]
fn a_page_starts_in_the_middle_of_its_index() {
    on_database(async |url| {
        let db = connect(&url).await;
        db.batch_execute(
            "INSERT INTO kinds.ranked (circle, a, n, b, c)
             SELECT 'x', CASE WHEN n % 2 = 0 THEN n / 10 END, CASE WHEN n % 2 = 0 THEN n / 10 END, CASE WHEN n % 3 = 0 THEN n / 20 END, n / 10
             FROM generate_series(1, 40000) AS n;
             ANALYZE kinds.ranked",
        )
        .await
        .unwrap();
        check_plan::<RankedListByA>(&db, "2000, 20000, 11", "ranked_a_idx").await;
        check_plan::<RankedListByAAndB>(&db, "2000, NULL, 20000, 11", "ranked_a_b_idx").await;
        check_plan::<RankedListByAAndB>(&db, "NULL, 1000, 20001, 11", "ranked_a_b_idx").await;
        check_plan::<RankedListByNAndBAndId>(&db, "2000, NULL, 20000, 11", "ranked_n_b_id_idx").await;
        check_plan::<RankedListByNAndBAndId>(&db, "NULL, 1000, 20001, 11", "ranked_n_b_id_idx").await;
        check_plan::<RankedListByNAndBAndId>(&db, "NULL, NULL, 20001, 11", "ranked_n_b_id_idx").await;
        check_plan::<RankedListByCAndA>(&db, "2000, NULL, 20001, 11", "ranked_c_a_idx").await;
        check_plan::<RankedListByCAndA>(&db, "2000, 2000, 20000, 11", "ranked_c_a_idx").await;
    });
}

#[test]
fn cursors_are_text_that_only_their_list_takes() {
    on_database(async |url| {
        let db = connect(&url).await;
        let parent = producer(&db, "a@b", None).await.id;
        let new: Vec<NewOrder> = (0..5).map(|row| order(parent, row, "2024-01-01T00:00:00Z")).collect();
        let stored = Order::insert_many(&db, &new).await.unwrap();
        let page = Order::list_by_total_and_created_at(&db, Page::first(2)).await.unwrap();
        let cursor: Cursor<OrderListByTotalAndCreatedAt> = page.next.unwrap();
        assert_eq!(cursor, Cursor((stored[1].total, stored[1].created_at, stored[1].id)));
        let text = cursor.to_string();
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
        assert_eq!(text.parse(), Ok(cursor));
        assert_eq!(lockstep::serde_json::to_value(cursor).unwrap(), Value::from(text.clone()));
        assert_eq!(lockstep::serde_json::from_value(Value::from(text.clone())).ok(), Some(cursor));
        assert_eq!(format!("{cursor:?}"), "Cursor(shop.order.list_by_total_and_created_at)");

        let refused = |text: &str| match text.parse::<Cursor<OrderListByTotalAndCreatedAt>>() {
            Ok(_) => panic!("{text} was taken"),
            Err(error) => error.to_string(),
        };
        assert_eq!(refused(""), "not a cursor of shop.order.list_by_total_and_created_at");
        for length in 0..text.len() {
            refused(&text[..length]);
        }
        for place in 0..text.len() {
            let other = if text.as_bytes()[place] == b'A' { "B" } else { "A" };
            refused(&format!("{}{other}{}", &text[..place], &text[place + 1..]));
        }
        for text in ["'; DROP TABLE shop.order; --", "1 OR 1=1", "%27", "ä", &format!("{text}A"), &format!("{text}=")]
        {
            refused(text);
        }
        let foreign = Cursor::<OrderList>(stored[0].id).to_string();
        refused(&foreign);
        assert!(foreign.parse::<Cursor<OrderList>>().is_ok());
        let ranked = Cursor::<RankedListByA>((None, kinds::RankedId::new(1))).to_string();
        assert_eq!(ranked.parse::<Cursor<RankedListByA>>().unwrap().0, (None, kinds::RankedId::new(1)));
        assert!(ranked.parse::<Cursor<RankedListByCAndA>>().is_err());
        assert!(lockstep::serde_json::from_str::<Cursor<OrderList>>("\"x\"").is_err());
    });
}

/// What a cursor holds is a value like any other, whatever it looks like.
#[test]
fn a_text_in_a_cursor_stays_a_text() {
    on_database(async |url| {
        let db = connect(&url).await;
        for code in ["a", "' OR true; DROP TABLE kinds.country; --", "z"] {
            let new = kinds::NewCountry { code: kinds::CountryId::new(code.to_owned()), name: "n".to_owned() };
            Country::insert(&db, &new).await.unwrap();
        }
        let cursor =
            Cursor::<kinds::CountryList>(kinds::CountryId::new("' OR true; DROP TABLE kinds.country; --".to_owned()));
        let cursor: Cursor<kinds::CountryList> = cursor.to_string().parse().unwrap();
        let page = Country::list(&db, Page::after(cursor, 9)).await.unwrap();
        let codes: Vec<&str> = page.rows.iter().map(|row| row.code.0.as_str()).collect();
        assert_eq!(codes, ["a", "z"]);
    });
}

#[test]
fn a_stream_yields_the_list_without_collecting_it() {
    over_each_executor(async |db| {
        let (one, other) = (producer(db, "a@b", None).await.id, producer(db, "c@d", None).await.id);
        let new: Vec<NewOrder> =
            (0..5_000).map(|row| order(if row % 5 == 0 { other } else { one }, row, "2024-01-01T00:00:00Z")).collect();
        let stored = Order::insert_many(db, &new).await.unwrap();
        let mut rows = Order::stream_by_total_and_created_at(db).await.unwrap();
        for expected in &stored {
            assert_eq!(rows.try_next().await.unwrap().as_ref(), Some(expected));
        }
        assert_eq!(rows.try_next().await.unwrap(), None);
        let mut rows = Order::stream_by_producer_id_and_created_at(db, other).await.unwrap();
        let last = stored.iter().rev().find(|row| row.producer_id == other);
        assert_eq!(rows.try_next().await.unwrap().as_ref(), last);
        // A stream that is not read to its end does no harm.
        drop(rows);
        assert_eq!(Order::count_by_producer_id(db, other).await.unwrap(), 1_000);
    });
}

#[test]
fn labels_have_the_order_of_their_type() {
    use kinds::{Felt, NewFelt, NewFeltOptional};
    over_each_executor(async |db| {
        let new: Vec<NewFelt> = Mood::ALL
            .iter()
            .map(|mood| NewFelt { mood: kinds::FeltId::new(*mood), optional: NewFeltOptional::default() })
            .collect();
        Felt::insert_many(db, &new).await.unwrap();
        let moods = |rows: &[Felt]| rows.iter().map(|row| row.mood.0).collect::<Vec<_>>();
        assert_eq!(moods(&Felt::list(db, Page::first(9)).await.unwrap().rows), Mood::ALL);
        let first = Felt::list_by_strength(db, Page::first(2)).await.unwrap();
        let next = Felt::list_by_strength(db, Page::after(first.next.unwrap(), 9)).await.unwrap();
        assert_eq!([moods(&first.rows), moods(&next.rows)].concat(), Mood::ALL);
    });
}

#[test]
fn a_partial_index_lists_the_rows_that_it_holds() {
    on_database(async |url| {
        let mut db = connect(&url).await;
        let parent = producer(&db, "a@b", None).await.id;
        let seed = "INSERT INTO shop.\"order\" (producer_id, total, address, created_at, shipped_at)
            SELECT $1, n, '{\"street\": \"\"}', timestamptz '2024-01-01 00:00Z' + n * interval '1 s',
                CASE WHEN n % 100 > 0 THEN now() END
            FROM generate_series(1, 40000) AS n";
        db.execute(seed, &[&parent.0]).await.unwrap();
        db.batch_execute("ANALYZE shop.\"order\"").await.unwrap();
        let mut found = Vec::new();
        let mut page = Page::first(150);
        loop {
            let paged = Order::list_open_by_created_at(&db, page).await.unwrap();
            found.extend(paged.rows.iter().map(|row| row.id.0));
            let Some(next) = paged.next else { break };
            page = Page::after(next, 150);
        }
        let expected = "SELECT id FROM shop.\"order\" WHERE shipped_at IS NULL ORDER BY created_at, id";
        let expected: Vec<i64> = db.query(expected, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
        assert_eq!((found.len(), &found), (400, &expected));
        assert_eq!(Order::count_open(&db).await.unwrap(), 400);
        check_plan::<OrderListOpenByCreatedAt>(&db, "'2024-01-01 05:00Z', 18000, 11", "order_open_idx").await;

        let other = connect(&url).await;
        let transaction = db.transaction().await.unwrap();
        let taken = Order::lock_next_open_by_created_at(&transaction, 2).await.unwrap();
        let next = Order::lock_next_open_by_created_at(&other, 1).await.unwrap();
        let taken: Vec<i64> = taken.iter().chain(&next).map(|row| row.id.0).collect();
        assert_eq!(taken, expected[..3]);
    });
}
