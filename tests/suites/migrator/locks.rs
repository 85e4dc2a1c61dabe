//! Locks: of another session on a table, of another migrator, and a lock that is not where it was taken.

use std::time::{Duration, Instant};

use lockstep::migrator::{LOCK_KEY, MigrateError, Migrator, StatementError};
use lockstep_tests::proxy::Proxy;
use lockstep_tests::{block_on, connect, server};
use tokio_postgres::{Client, NoTls};

use super::{embed, query, run, versions};

const FIRST: (&str, &str) = ("V1__a.sql", "CREATE TABLE a (id int);");
const ALTER: (&str, &str) = ("V2__b.sql", "CREATE TABLE b (id int);\n\nALTER TABLE a\n  ADD COLUMN n int;");

/// Holds a lock on the table until the client is dropped.
async fn hold_table(url: &str) -> Client {
    let client = connect(&format!("{url}{}application_name=blocker", if url.contains('?') { "&" } else { "?" })).await;
    client.batch_execute("BEGIN; SELECT 1;\nSELECT * FROM a").await.unwrap();
    client
}

fn impatient() -> Migrator<'static> {
    Migrator::new(embed(&[FIRST, ALTER])).lock_timeout(Duration::from_millis(500)).lock_retries(1)
}

fn statement(error: MigrateError) -> Box<StatementError> {
    match error {
        MigrateError::Statement(error) => error,
        other => panic!("{other}"),
    }
}

#[test]
fn the_blocking_process_is_named() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        run(&url, &[FIRST]).await.unwrap();
        let blocker = hold_table(&url).await;
        let pid: i32 = blocker.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);

        let error = statement(impatient().run(&url).await.unwrap_err());
        assert_eq!((error.file.as_str(), error.statement, error.line, error.attempts), ("V2__b.sql", 2, 3, 2));
        assert!(error.observed);
        let [seen] = error.blockers.as_slice() else { panic!("{error}") };
        assert_eq!((seen.pid, seen.application.as_deref()), (pid, Some("blocker")));
        assert_eq!(seen.state.as_deref(), Some("idle in transaction"));
        assert_eq!(seen.query.as_deref(), Some("SELECT pg_backend_pid()"));
        let text = error.to_string();
        assert!(
            text.starts_with("V2__b.sql:3: statement 2: canceling statement due to lock timeout (SQLSTATE 55P03)"),
            "{text}"
        );
        assert!(text.contains(&format!("\n  blocked by: pid {pid}, user ")), "{text}");

        let left = query(&url, "SELECT relname FROM pg_class WHERE relname = 'b'").await;
        assert!(left.is_empty(), "the migration was not rolled back");
    });
}

#[test]
fn on_a_connection_of_the_callers_the_holders_of_locks_are_named() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        run(&url, &[FIRST]).await.unwrap();
        let blocker = hold_table(&url).await;
        let pid: i32 = blocker.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
        let mut client = connect(&url).await;
        let error = statement(impatient().run_on(&mut client).await.unwrap_err());
        assert!(!error.observed);
        assert_eq!(error.blockers.iter().map(|blocker| blocker.pid).collect::<Vec<_>>(), [pid]);
        assert!(error.to_string().contains("\n  holds locks here: pid "), "{error}");
        let timeout = client.query_one("SHOW lock_timeout", &[]).await.unwrap();
        assert_eq!(timeout.get::<_, &str>(0), "0", "the caller's session keeps its settings");
    });
}

#[test]
fn a_lock_that_comes_free_lets_the_migration_through() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        run(&url, &[FIRST]).await.unwrap();
        let blocker = hold_table(&url).await;
        let migrator = Migrator::new(embed(&[FIRST, ALTER])).lock_timeout(Duration::from_millis(50));
        let running = tokio::spawn({
            let url = url.clone();
            async move { migrator.run(&url).await }
        });
        // Waits until the migrator was blocked once at least, whatever time that takes.
        let watch = connect(&url).await;
        let waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        while super::column(&watch, waiting).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(blocker);
        assert_eq!(versions(&running.await.unwrap().unwrap()), [2]);
    });
}

#[test]
fn who_migrates_for_too_long_is_named() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let holder = connect(&url).await;
        let row = holder.query_one("SELECT pg_advisory_lock($1)::text, pg_backend_pid()", &[&LOCK_KEY]).await.unwrap();
        let pid: i32 = row.get(1);
        let limit = Duration::from_millis(300);
        let started = Instant::now();
        let error = Migrator::new(embed(&[FIRST])).wait_limit(limit).run(&url).await.unwrap_err();
        assert!(started.elapsed() >= limit);
        let MigrateError::LockWait { holders, waited } = &error else { panic!("{error}") };
        assert!(*waited >= limit);
        assert_eq!(holders.iter().map(|holder| holder.pid).collect::<Vec<_>>(), [pid]);
        assert!(error.to_string().contains(&format!("\n  held by: pid {pid}, user ")), "{error}");
    });
}

#[test]
fn who_waits_while_another_finishes_needs_no_lock() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let holder = connect(&url).await;
        holder.query_one("SELECT pg_advisory_lock($1)::text", &[&LOCK_KEY]).await.unwrap();
        let waiting = tokio::spawn({
            let url = url.clone();
            async move { run(&url, &[FIRST]).await }
        });
        let plain = refinery_core::Migration::unapplied("V1__a", FIRST.1).unwrap();
        let mut other = connect(&url).await;
        refinery_core::Runner::new(&[plain]).run_async(&mut other).await.unwrap();
        assert!(waiting.await.unwrap().unwrap().applied.is_empty());
    });
}

#[test]
fn a_pooler_in_transaction_mode_is_refused() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let proxy = Proxy::start(&url).await.unwrap();
        let error = Migrator::new(embed(&[FIRST])).run(proxy.config()).await.unwrap_err();
        assert!(matches!(error, MigrateError::Pooler), "{error}");
        assert!(error.to_string().contains("hint: give the migrator a direct connection"), "{error}");
        assert!(query(&url, "SELECT 1 FROM pg_class WHERE relname = 'a'").await.is_empty());
        let left = format!(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = \
            (SELECT oid FROM pg_database WHERE datname = current_database()) AND classid = {}",
            LOCK_KEY >> 32
        );
        assert!(query(&url, &left).await.is_empty(), "the lock stayed with the pool");
        assert_eq!(versions(&run(&url, &[FIRST]).await.unwrap()), [1]);
    });
}

#[test]
fn a_callers_connection_through_a_mixing_pooler_is_refused() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let proxy = Proxy::start(&url).await.unwrap();
        let (mut client, connection) = proxy.config().connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        let (other, connection) = proxy.config().connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        // The other client's transactions change which server connection is free.
        let busy =
            tokio::spawn(
                async move { while other.batch_execute("BEGIN; SELECT pg_sleep(0.003); COMMIT").await.is_ok() {} },
            );
        let files: Vec<(String, String)> =
            (1..=40).map(|n| (format!("V{n}__t.sql"), format!("CREATE TABLE t{n} (id int);"))).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let error = Migrator::new(embed(&files)).run_on(&mut client).await.unwrap_err();
        assert!(matches!(error, MigrateError::Pooler), "{error}");
        busy.abort();
    });
}
