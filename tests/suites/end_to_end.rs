//! The service from outside: the real binary on an empty database of a real server, driven over HTTP, stopped, killed
//! and started again.

#[path = "end_to_end/receiver.rs"]
mod receiver;
#[path = "end_to_end/service.rs"]
mod service;
#[path = "end_to_end/shop.rs"]
mod shop;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::thread;

use serde_json::json;

use receiver::{Mood, Receiver};
use service::{Reply, Service, eventually, order};
use shop::{BRAN, FLOUR, NO_PRODUCT, NOT_AVAILABLE, OTHER_CURRENCY, OTHER_PRODUCER, PRICELESS, Shop};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

#[test]
fn an_empty_database_becomes_a_shop() {
    let (mut shop, service) = Shop::open(&[]);
    assert_eq!(service.get("/healthz").status, 200);
    assert_eq!(service.get("/readyz").text, "ready\n");
    let files = std::fs::read_dir(root().join("migrations")).unwrap().map(|file| file.unwrap().file_name());
    let migrations = files.filter(|name| name.to_string_lossy().ends_with(".sql")).count();
    assert_eq!(shop.count("refinery_schema_history"), i64::try_from(migrations).unwrap());

    let placed = service.post(&order(&[(FLOUR, 2), (BRAN, 1)]));
    assert_eq!(placed.status, 201);
    let tracked = service.get(&format!("/orders/track/{}", placed.token()));
    assert_eq!(tracked.json(), placed.json());
    assert_eq!(
        placed.json()["items"],
        json!([
            { "title": "Flour", "quantity": 2, "price_cents": 350 },
            { "title": "Bran", "quantity": 1, "price_cents": 120 },
        ])
    );
    assert_eq!((&placed.json()["total_cents"], &placed.json()["status"]), (&json!(820), &json!("placed")));
    assert!(!placed.text.contains("Ada"), "a link that may be passed on tells who ordered");
    for (from, rows) in [("commerce.order", 1), ("commerce.order_item", 2), ("commerce.event", 1)] {
        assert_eq!(shop.count(from), rows, "{from}");
    }
    assert_eq!(shop.count("commerce.notification"), 2);
}

#[test]
fn an_order_keeps_the_titles_and_prices_of_its_day() {
    let (mut shop, service) = Shop::open(&[]);
    let placed = service.post(&order(&[(FLOUR, 1)]));
    shop.execute("UPDATE commerce.product SET price_cents = 1, title = 'Chaff'");
    let track = format!("/orders/track/{}", placed.token());
    assert_eq!(service.get(&track).json(), placed.json());
    shop.execute("DELETE FROM commerce.product");
    assert_eq!(service.get(&track).json(), placed.json());
}

#[test]
fn what_cannot_be_an_order_is_refused_and_leaves_nothing() {
    let (mut shop, service) = Shop::open(&[]);
    let refused = |lines: &[(i64, i64)]| service.post(&order(lines)).refusal();
    for (lines, code) in [
        (&[(NO_PRODUCT, 1)][..], "unknown_product"),
        (&[(FLOUR, 1), (NOT_AVAILABLE, 1)], "product_unavailable"),
        (&[(FLOUR, 1), (OTHER_PRODUCER, 1)], "several_producers"),
        (&[(FLOUR, 1), (OTHER_CURRENCY, 1)], "several_currencies"),
        (&[(PRICELESS, 2)], "total_too_large"),
        (&[(FLOUR, 0)], "invalid_fields"),
        (&[(FLOUR, -1)], "invalid_fields"),
        (&[(FLOUR, 1), (FLOUR, 1)], "invalid_fields"),
        (&[], "invalid_fields"),
    ] {
        assert_eq!(refused(lines), (422, code.to_owned()), "{lines:?}");
    }
    let wrong = service.post(r#"{"customer_name":" ","customer_email":"ada","items":[{"product_id":1,"quantity":0}]}"#);
    let fields: Vec<_> =
        wrong.json()["error"]["fields"].as_array().unwrap().iter().map(|f| f["field"].clone()).collect();
    assert_eq!(json!(fields), json!(["customer_name", "customer_email", "items[0].quantity"]));
    assert_eq!(service.post("{").refusal(), (400, "malformed_json".to_owned()));
    assert_eq!(service.post(r#"{"items":3}"#).refusal(), (422, "invalid_body".to_owned()));
    assert_eq!(service.post_as("text/plain", "{}").refusal(), (415, "unsupported_media_type".to_owned()));
    assert_eq!(service.post(&" ".repeat(70_000)).refusal(), (413, "body_too_large".to_owned()));
    let key = service.try_post(&order(&[(FLOUR, 1)]), Some("")).unwrap();
    assert_eq!(key.refusal(), (422, "invalid_fields".to_owned()));
    for from in ["commerce.order", "commerce.order_item", "commerce.event", "commerce.notification"] {
        assert_eq!(shop.count(from), 0, "{from}");
    }
}

#[test]
fn a_token_that_nobody_has_looks_like_one_that_is_none() {
    let (_shop, service) = Shop::open(&[]);
    let unknown = service.get("/orders/track/00000000-0000-4000-8000-000000000000");
    let malformed = service.get("/orders/track/'%20OR%20true");
    assert_eq!((unknown.status, malformed.status), (404, 404));
    assert_eq!(unknown.text, malformed.text);
    assert_eq!(service.get("/nothing").refusal(), (404, "not_found".to_owned()));
    assert_eq!(service.get("/orders").refusal(), (405, "method_not_allowed".to_owned()));
}

#[test]
fn a_fault_of_the_database_is_not_explained_to_clients() {
    let (mut shop, service) = Shop::open(&[]);
    shop.execute("ALTER TABLE commerce.event RENAME TO hidden");
    let failed = service.post(&order(&[(FLOUR, 1)]));
    assert_eq!(failed.refusal(), (500, "internal".to_owned()));
    for word in ["commerce", "event", "relation", "SQL", "42P01"] {
        assert!(!failed.text.contains(word), "{}", failed.text);
    }
    eventually("operators find the cause in the log", || service.log().contains("42P01").then_some(()));
    assert_eq!(shop.count("commerce.order"), 0, "half an order");
}

#[test]
fn twenty_orders_at_once_are_twenty_orders() {
    let (mut shop, service) = Shop::open(&[("DATABASE_POOL", "8")]);
    let replies = at_once(20, |_| service.post(&order(&[(FLOUR, 1), (BRAN, 3)])));
    let tokens: BTreeSet<String> = replies.iter().map(Reply::token).collect();
    assert_eq!(tokens.len(), 20);
    assert!(replies.iter().all(|reply| reply.status == 201));
    assert_eq!((shop.count("commerce.order"), shop.count("commerce.order_item")), (20, 40));
    assert_eq!(service.metric("orders_placed_total"), 20.0);
    for token in tokens {
        assert_eq!(service.get(&format!("/orders/track/{token}")).status, 200);
    }
}

#[test]
fn twenty_requests_of_one_key_are_one_order() {
    let (mut shop, service) = Shop::open(&[("DATABASE_POOL", "8")]);
    let replies = at_once(20, |_| service.try_post(&order(&[(FLOUR, 1)]), Some("the-key")).unwrap());
    let tokens: BTreeSet<String> = replies.iter().map(Reply::token).collect();
    assert_eq!(tokens.len(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    assert_eq!((shop.count("commerce.order"), shop.count("commerce.notification")), (1, 2));
    let other = service.try_post(&order(&[(FLOUR, 2)]), Some("the-key")).unwrap();
    assert_eq!(other.refusal(), (409, "idempotency_key_reused".to_owned()));
}

#[test]
fn a_client_that_asks_too_often_is_turned_away() {
    let (mut shop, service) = Shop::open(&[("ORDERS_PER_MINUTE", "3")]);
    let statuses: Vec<u16> = (0..5).map(|_| service.post(&order(&[(FLOUR, 1)])).status).collect();
    assert_eq!(statuses, [201, 201, 201, 429, 429]);
    let refused = service.post(&order(&[(FLOUR, 1)]));
    assert_eq!((refused.refusal().1.as_str(), refused.retry_after.as_deref()), ("too_many_requests", Some("60")));
    assert_eq!(service.metric("rate_limited_total"), 3.0);
    shop.execute("UPDATE commerce.rate_limit SET window_started_at = now() - interval '2 minutes'");
    assert_eq!(service.post(&order(&[(FLOUR, 1)])).status, 201);
}

#[test]
fn a_notification_is_tried_until_the_receiver_takes_it() {
    let receiver = Receiver::start(Mood::Refuse);
    let (mut shop, service) = Shop::open(&[("NOTIFY_URL", receiver.url())]);
    let token = service.post(&order(&[(FLOUR, 1)])).token();
    eventually("two attempts of each fail", || {
        let failed = "commerce.notification WHERE attempts >= 2 AND error LIKE '%503%' AND status = 'pending'";
        (shop.count(failed) == 2).then_some(())
    });
    assert_eq!(service.metric("outbox_pending"), 2.0);
    assert!(service.metric("outbox_deliveries_total{outcome=\"failed\"}") >= 4.0);
    receiver.set(Mood::Accept);
    wait_until_sent(&mut shop, 2);
    assert_eq!(receiver.accepted().into_values().collect::<Vec<_>>(), [1, 1]);
    let clean = "commerce.notification WHERE error IS NULL AND sent_at IS NOT NULL AND attempts > 2";
    assert_eq!(shop.count(clean), 2);
    let asked = receiver.asked();
    assert!(asked.iter().all(|body| body["public_token"] == json!(token) && body["kind"] == json!("order_placed")));
    let attempts: BTreeSet<String> =
        asked.iter().map(|body| format!("{}{}", body["dedup_key"], body["attempts"])).collect();
    assert_eq!(attempts.len(), asked.len(), "an attempt was made twice");
}

#[test]
fn the_pause_between_attempts_grows() {
    let receiver = Receiver::start(Mood::Refuse);
    let (mut shop, service) = Shop::open(&[("NOTIFY_URL", receiver.url()), ("OUTBOX_BACKOFF_MS", "600000")]);
    service.post(&order(&[(FLOUR, 1)]));
    let until_next = "SELECT min(extract(epoch FROM next_attempt_at - now()))::double precision
        FROM commerce.notification WHERE error IS NOT NULL HAVING count(*) = 2";
    let mut measured = || shop.connect().query_opt(until_next, &[]).unwrap().map(|row| row.get::<_, f64>(0));
    let first = eventually("the first attempt fails", &mut measured);
    assert!((200.0..=600.0).contains(&first), "{first}");
    shop.connect()
        .batch_execute("UPDATE commerce.notification SET error = NULL, attempts = 2, next_attempt_at = now()")
        .unwrap();
    let third = eventually("the third attempt fails", measured);
    assert!((1100.0..=2400.0).contains(&third), "{third}");
    shop.execute("SELECT 1");
}

#[test]
fn a_notification_is_given_up_after_its_last_attempt() {
    let receiver = Receiver::start(Mood::Refuse);
    let (mut shop, service) = Shop::open(&[("NOTIFY_URL", receiver.url()), ("OUTBOX_MAX_ATTEMPTS", "2")]);
    service.post(&order(&[(FLOUR, 1)]));
    eventually("both are dead", || (shop.count("commerce.notification WHERE status = 'dead'") == 2).then_some(()));
    assert_eq!(shop.count("commerce.notification WHERE attempts = 2 AND error LIKE '%503%'"), 2);
    assert_eq!(receiver.asked().len(), 4);
    assert_eq!(service.metric("outbox_deliveries_total{outcome=\"dead\"}"), 2.0);
    assert_eq!(service.metric("outbox_pending"), 0.0);
}

#[test]
fn the_same_news_cannot_be_queued_twice() {
    let (shop, service) = Shop::open(&[]);
    service.post(&order(&[(FLOUR, 1)]));
    let twice = "INSERT INTO commerce.notification (event_id, channel, dedup_key)
        SELECT event_id, channel, dedup_key FROM commerce.notification";
    let error = shop.connect().batch_execute(twice).unwrap_err();
    assert_eq!(error.code(), Some(&postgres::error::SqlState::UNIQUE_VIOLATION));
}

#[test]
fn two_instances_share_an_outbox_without_delivering_twice() {
    let receiver = Receiver::start(Mood::Accept);
    let mut shop = Shop::empty();
    let settings = [("NOTIFY_URL", receiver.url()), ("OUTBOX_BATCH", "3")];
    let database = shop.url();
    let instances = at_once(2, |_| Service::start(&database, &settings));
    shop.sell();
    let replies = at_once(20, |number| instances[number % 2].post(&order(&[(FLOUR, 1)])));
    assert!(replies.iter().all(|reply| reply.status == 201));
    wait_until_sent(&mut shop, 40);
    let accepted = receiver.accepted();
    assert_eq!(accepted.len(), 40);
    assert!(accepted.values().all(|times| *times == 1), "{accepted:?}");
    assert_eq!(shop.count("commerce.notification WHERE attempts = 1"), 40);
}

#[test]
fn a_worker_whose_lease_ran_out_settles_nothing() {
    let receiver = Receiver::start(Mood::Silent);
    let (mut shop, slow) = Shop::open(&[("NOTIFY_URL", receiver.url()), ("OUTBOX_LEASE_MS", "500")]);
    slow.post(&order(&[(FLOUR, 1)]));
    eventually("one instance delivers", || (receiver.asked().len() == 2).then_some(()));
    let _other = shop.start(&[("NOTIFY_URL", receiver.url())]);
    eventually("the other one has taken over", || (receiver.asked().len() == 4).then_some(()));
    receiver.set(Mood::Accept);
    wait_until_sent(&mut shop, 2);
    eventually("the slow one notices", || (slow.log().matches("the lease ran out").count() == 2).then_some(()));
    assert_eq!(shop.count("commerce.notification WHERE attempts = 2 AND status = 'sent'"), 2);
    assert_eq!(receiver.accepted().into_values().collect::<Vec<_>>(), [2, 2], "at least once, and known by its key");
}

#[test]
fn kill_9_loses_no_notification() {
    let receiver = Receiver::start(Mood::Silent);
    let settings = [("NOTIFY_URL", receiver.url()), ("OUTBOX_LEASE_MS", "1000")];
    let (mut shop, service) = Shop::open(&settings);
    let token = service.post(&order(&[(FLOUR, 1)])).token();
    eventually("both are being delivered", || (receiver.asked().len() >= 2).then_some(()));
    service.kill();
    assert_eq!(shop.count("commerce.notification WHERE status = 'pending' AND attempts >= 1"), 2);
    let waiting = receiver.asked().len();
    receiver.set(Mood::Accept);

    let service = shop.start(&settings);
    wait_until_sent(&mut shop, 2);
    assert_eq!(service.get(&format!("/orders/track/{token}")).json()["public_token"], json!(token));
    assert!(receiver.asked().len() > waiting, "nothing was delivered again");
    assert_eq!(receiver.accepted().len(), 2);
    assert_eq!(shop.count("commerce.notification WHERE attempts >= 2"), 2);
}

#[test]
fn kill_9_between_orders_leaves_whole_orders() {
    let (mut shop, mut service) = Shop::open(&[]);
    for round in 0..3 {
        let placing = at_once_while(
            8,
            |number| {
                let key = format!("{round}-{number}");
                while service.try_post(&order(&[(FLOUR, 1), (BRAN, 1)]), Some(&key)).is_ok() {}
            },
            || {
                eventually("an order is placed", || {
                    let prefix = format!("commerce.order WHERE idempotency_key LIKE '{round}-%'");
                    (shop.count(&prefix) > 0).then_some(())
                });
                service.kill();
            },
        );
        assert_eq!(placing.len(), 8);
        service = shop.start(&[]);
        for number in 0..8 {
            let key = format!("{round}-{number}");
            service.try_post(&order(&[(FLOUR, 1), (BRAN, 1)]), Some(&key)).unwrap().token();
        }
    }
    assert_eq!(shop.count("commerce.order"), 24);
    for (from, rows) in [("commerce.order_item", 48), ("commerce.event", 24), ("commerce.notification", 48)] {
        assert_eq!(shop.count(from), rows, "{from}");
    }
}

#[test]
fn the_service_is_ready_only_while_the_schema_is_its_own() {
    let (mut shop, service) = Shop::open(&[]);
    let ready = || service.get("/readyz");
    let becomes_ready = || eventually("it is ready", || (ready().status == 200).then_some(()));
    let newest = "version = (SELECT max(version) FROM refinery_schema_history)";
    shop.execute(&format!("CREATE TABLE kept AS SELECT * FROM refinery_schema_history WHERE {newest}"));
    shop.execute(&format!("DELETE FROM refinery_schema_history WHERE {newest}"));
    let name: String = shop.one("SELECT name FROM kept");
    assert_eq!(ready().status, 503);
    assert!(ready().text.contains(&name), "{}", ready().text);
    assert_eq!(service.get("/healthz").status, 200);
    shop.execute("INSERT INTO refinery_schema_history SELECT * FROM kept");
    becomes_ready();
    shop.execute("CREATE TABLE known AS SELECT * FROM lockstep_schema_history");
    shop.execute("UPDATE refinery_schema_history SET checksum = '1'; TRUNCATE lockstep_schema_history");
    assert!(ready().text.contains("was applied with another text"), "{:?}", ready());
    assert_eq!(ready().status, 503);
    shop.execute("INSERT INTO lockstep_schema_history SELECT * FROM known");
    becomes_ready();
    shop.execute("INSERT INTO refinery_schema_history SELECT version + 1, 'newer', applied_on, '1' FROM kept");
    // A rolling deployment has both releases.
    becomes_ready();
    let again = shop.start(&[]);
    eventually("the older release starts again", || (again.get("/readyz").status == 200).then_some(()));
}

#[test]
fn the_service_outlives_a_database_that_is_away() {
    let (mut shop, service) = Shop::open(&[]);
    let token = service.post(&order(&[(FLOUR, 1)])).token();
    shop.let_in(false);
    shop.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    eventually("it is not ready", || (service.get("/readyz").status == 503).then_some(()));
    assert_eq!(service.get("/healthz").status, 200);
    assert_eq!(service.get("/metrics").status, 200);
    assert_eq!(service.post(&order(&[(FLOUR, 1)])).refusal(), (503, "unavailable".to_owned()));
    shop.let_in(true);
    eventually("it is ready again", || (service.get("/readyz").status == 200).then_some(()));
    assert_eq!(service.get(&format!("/orders/track/{token}")).status, 200);
    assert_eq!(service.post(&order(&[(FLOUR, 1)])).status, 201);
}

#[test]
fn a_signal_lets_requests_and_deliveries_finish() {
    let receiver = Receiver::start(Mood::Silent);
    let mut shop = Shop::empty();
    // The lock is held for as long as this test takes, not for as long as the service allows a statement.
    let url = shop.url();
    let database = format!("{url}{}options=-cstatement_timeout%3D0", if url.contains('?') { '&' } else { '?' });
    let service = shop.start(&[("NOTIFY_URL", receiver.url()), ("DATABASE_URL", &database)]);
    shop.sell();
    service.post(&order(&[(FLOUR, 1)]));
    eventually("a delivery is under way", || (receiver.asked().len() == 2).then_some(()));
    let mut holder = shop.connect();
    let mut held = holder.transaction().unwrap();
    held.batch_execute("LOCK TABLE commerce.order IN ACCESS EXCLUSIVE MODE").unwrap();
    let reply = thread::scope(|scope| {
        let waiting = scope.spawn(|| service.post(&order(&[(BRAN, 1)])));
        eventually("the request waits for the lock", || {
            let blocked = "pg_locks WHERE NOT granted AND relation = 'commerce.order'::regclass";
            (shop.count(blocked) == 1).then_some(())
        });
        service.terminate();
        eventually("nobody is let in any more", || service.try_get("/healthz").err());
        receiver.set(Mood::Accept);
        held.rollback().unwrap();
        waiting.join().unwrap()
    });
    assert_eq!(reply.status, 201);
    let log = service.log();
    assert_eq!(service.wait().code(), Some(0), "{log}");
    assert_eq!(shop.count("commerce.order"), 2);
    assert!(receiver.accepted().len() >= 2, "the delivery was cut off");
    assert_eq!(
        shop.count("commerce.notification WHERE status = 'sent'"),
        i64::try_from(receiver.accepted().len()).unwrap()
    );
}

#[test]
fn a_request_that_never_ends_does_not_keep_the_service() {
    let receiver = Receiver::start(Mood::Silent);
    let settings = [("NOTIFY_URL", receiver.url()), ("SHUTDOWN_SECONDS", "1"), ("OUTBOX_TIMEOUT_MS", "600000")];
    let (_shop, service) = Shop::open(&settings);
    service.post(&order(&[(FLOUR, 1)]));
    eventually("a delivery is under way", || (receiver.asked().len() == 2).then_some(()));
    service.terminate();
    assert_eq!(service.wait().code(), Some(1));
}

#[test]
fn a_service_that_cannot_start_says_why_and_keeps_the_password() {
    let (status, log) = Service::run("postgres://shop:hunter2@127.0.0.1:1/shop", &[]);
    assert_eq!(status.code(), Some(1));
    assert!(log.contains("127.0.0.1") && !log.contains("hunter2"), "{log}");
    let shop = Shop::empty();
    let (status, log) = Service::run(&shop.url(), &[("LISTEN", "203.0.113.1:80")]);
    assert_eq!(status.code(), Some(1));
    assert!(log.contains("cannot listen on 203.0.113.1:80"), "{log}");
    let (_, log) = Service::run("", &[]);
    assert!(log.contains("DATABASE_URL"), "{log}");
}

fn wait_until_sent(shop: &mut Shop, notifications: i64) {
    eventually("all is sent", || {
        (shop.count("commerce.notification WHERE status = 'sent'") == notifications).then_some(())
    });
}

/// Does the same in as many threads.
fn at_once<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    at_once_while(count, work, || ())
}

/// Does the same in as many threads, and something else beside them.
fn at_once_while<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync, beside: impl FnOnce()) -> Vec<T> {
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..count).map(|number| scope.spawn(move || work(number))).collect();
        beside();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
