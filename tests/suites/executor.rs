//! How statements reach the server: kept prepared, healed, limited in time, in savepoints, in pipelines, through poolers.

use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deadpool_postgres::{Manager, Pool};
use futures_util::TryStreamExt as _;
use lockstep::access::get;
use lockstep::types::BytesMut;
use lockstep::{Blocking, Cached, Error, Executor, Statement, TimeLimit, Unnamed, blocking, savepoint};
use lockstep_tests::{block_on, connect, server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixStream};
use tokio_postgres::types::Type;
use tokio_postgres::{NoTls, Row};

static READ: Statement = Statement { name: "test.read", sql: "SELECT * FROM t ORDER BY 1", parameters: &[] };
static WRITE: Statement =
    Statement { name: "test.write", sql: "INSERT INTO t (a) VALUES ($1)", parameters: &[Type::INT4] };
static COUNT: Statement = Statement { name: "test.count", sql: "SELECT count(*) FROM t", parameters: &[] };
static PREPARED: Statement =
    Statement { name: "test.prepared", sql: "SELECT count(*) FROM pg_prepared_statements", parameters: &[] };
static COPY: Statement = Statement { name: "test.copy", sql: "COPY t (a) FROM STDIN (FORMAT text)", parameters: &[] };
static SLEEP: Statement = Statement { name: "test.sleep", sql: "SELECT pg_sleep(600)", parameters: &[] };

/// Runs a test on a database of its own with one table.
fn on_database<F: Future<Output = ()>>(test: impl FnOnce(String) -> F) {
    let mut scratch = server().scratch().unwrap();
    scratch.client().batch_execute("CREATE TABLE t (a integer)").unwrap();
    block_on(test(scratch.url()));
}

fn pool(url: &str) -> Pool {
    Pool::builder(Manager::new(url.parse().unwrap(), NoTls)).max_size(1).build().unwrap()
}

async fn write(db: &dyn Executor, value: i32) {
    assert_eq!(db.run(&WRITE, &[&value]).await.unwrap(), 1);
}

/// Copies as many rows, one for each call.
async fn copy(db: &dyn Executor, rows: u32) -> Result<u64, Error> {
    let mut left = rows;
    let supply = &mut |out: &mut BytesMut| {
        left -= 1;
        out.extend_from_slice(format!("{left}\n").as_bytes());
        Ok(left > 0)
    };
    db.copy(&COPY, supply).await
}

async fn count(db: &dyn Executor, statement: &'static Statement) -> i64 {
    db.fetch(statement, &[]).await.unwrap()[0].get(0)
}

async fn ends_early(db: &dyn Executor) {
    write(db, 1).await;
    write(db, 2).await;
    let mut read = 0;
    let refuse = &mut |row: &Row| {
        read += 1;
        lockstep::access::get::<String>(row, 0).map(drop)
    };
    let told = db.each(&READ, &[], refuse).await.unwrap_err().to_string();
    assert!(told.starts_with("test.read: column a: "), "{told}");
    assert_eq!(read, 1);
    let mut sum = 0;
    let add = &mut |row: &Row| lockstep::access::get::<i32>(row, 0).map(|value| sum += value);
    db.each(&READ, &[], add).await.unwrap();
    assert_eq!(sum, 3);
}

#[test]
fn rows_are_read_until_one_is_refused() {
    on_database(async |url| ends_early(&connect(&url).await).await);
    on_database(async |url| ends_early(&Cached::new(connect(&url).await)).await);
    on_database(async |url| ends_early(&pool(&url).get().await.unwrap()).await);
    on_database(async |url| {
        let client = connect(&url).await;
        ends_early(&TimeLimit::new(&client, Duration::from_secs(600), NoTls)).await;
    });
    let mut scratch = server().scratch().unwrap();
    scratch.client().batch_execute("CREATE TABLE t (a integer)").unwrap();
    blocking(ends_early(&Blocking::new(scratch.client())));
}

async fn heals(db: &dyn Executor, other: &tokio_postgres::Client) {
    write(db, 1).await;
    assert_eq!(db.fetch(&READ, &[]).await.unwrap()[0].len(), 1);
    other.batch_execute("ALTER TABLE t ADD b text DEFAULT 'x'").await.unwrap();
    assert_eq!(db.fetch(&READ, &[]).await.unwrap()[0].get::<_, &str>(1), "x");
    db.run(&Statement { name: "test.forget", sql: "DEALLOCATE ALL", parameters: &[] }, &[]).await.unwrap();
    write(db, 2).await;
    assert_eq!(db.fetch(&READ, &[]).await.unwrap().len(), 2);
}

#[test]
fn a_statement_that_went_stale_is_prepared_anew() {
    on_database(async |url| heals(&Cached::new(connect(&url).await), &connect(&url).await).await);
    on_database(async |url| heals(&pool(&url).get().await.unwrap(), &connect(&url).await).await);
}

async fn is_told(db: &dyn Executor, other: &tokio_postgres::Client) {
    other.batch_execute("ALTER TABLE t ADD b text").await.unwrap();
    let told = db.fetch(&READ, &[]).await.unwrap_err().to_string();
    assert_eq!(
        told,
        "test.read: cached plan must not change result type (SQLSTATE 0A000): the schema has changed; roll the \
         transaction back and run it again"
    );
}

#[test]
fn a_stale_statement_in_a_transaction_says_what_to_do() {
    on_database(async |url| {
        let (mut db, other) = (Cached::new(connect(&url).await), connect(&url).await);
        db.fetch(&READ, &[]).await.unwrap();
        is_told(&db.transaction().await.unwrap(), &other).await;
        let again = db.transaction().await.unwrap();
        again.fetch(&READ, &[]).await.unwrap();
        again.commit().await.unwrap();
    });
    on_database(async |url| {
        let (pool, other) = (pool(&url), connect(&url).await);
        let mut db = pool.get().await.unwrap();
        db.fetch(&READ, &[]).await.unwrap();
        is_told(&db.transaction().await.unwrap(), &other).await;
        db.transaction().await.unwrap().fetch(&READ, &[]).await.unwrap();
    });
}

/// A statement unlike all others.
fn another(number: usize) -> &'static Statement {
    let sql: &'static str = Box::leak(format!("SELECT {number}").into_boxed_str());
    Box::leak(Box::new(Statement { name: "test.another", sql, parameters: &[] }))
}

#[test]
fn what_has_not_been_used_for_longest_makes_room() {
    on_database(async |url| {
        let db = Cached::with_bound(connect(&url).await, 3);
        let statements = [another(1), another(2), another(3)];
        for statement in [0, 1, 0, 2, 0] {
            db.fetch(statements[statement], &[]).await.unwrap();
        }
        assert_eq!(count(&db, &PREPARED).await, 3);
        let kept = "SELECT string_agg(statement, ' ' ORDER BY statement) FROM pg_prepared_statements";
        let rows = db.client().query_typed(kept, &[]).await.unwrap();
        let kept = format!("SELECT 1 SELECT 3 {}", PREPARED.sql);
        assert_eq!((rows[0].get::<_, String>(0), db.prepared()), (kept, 3));
    });
}

#[test]
fn a_pooled_connection_keeps_a_bounded_number_of_statements() {
    on_database(async |url| {
        let db = pool(&url).get().await.unwrap();
        for number in 0..600 {
            db.fetch(another(number), &[]).await.unwrap();
        }
        let kept = count(&db, &PREPARED).await;
        assert!(kept <= 258, "{kept}");
        assert_eq!(count(&Unnamed(&db), &PREPARED).await, kept);
    });
}

#[test]
fn a_statement_that_takes_too_long_is_stopped_on_the_server() {
    on_database(async |url| {
        let (db, other) = (Cached::new(connect(&url).await), connect(&url).await);
        let limited = TimeLimit::new(&db, Duration::from_millis(300), NoTls);
        let told = limited.fetch(&SLEEP, &[]).await.unwrap_err();
        assert_eq!(told.to_string(), "test.sleep: not done within 300ms: the server was asked to stop it");
        assert!(told.is_timeout());
        let sleeping =
            "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active'";
        assert_eq!(other.query_one(sleeping, &[]).await.unwrap().get::<_, i64>(0), 0);
        write(&limited, 1).await;
        assert_eq!(count(&limited, &COUNT).await, 1);
    });
}

#[test]
fn a_copy_that_is_refused_or_takes_too_long_stores_nothing() {
    on_database(async |url| {
        let (db, other) = (connect(&url).await, connect(&url).await);
        let supply = &mut |out: &mut BytesMut| {
            out.extend_from_slice(b"1\n");
            Err("there is no second one".into())
        };
        let told = db.copy(&COPY, supply).await.unwrap_err();
        assert_eq!(told.to_string(), "test.copy: there is no second one");
        let supply = &mut |out: &mut BytesMut| {
            out.extend_from_slice(b"1\nx\n");
            Ok(false)
        };
        let told = db.copy(&COPY, supply).await.unwrap_err();
        assert_eq!(told.to_string(), "test.copy: the server refused a value (SQLSTATE 22P02)");
        assert_eq!(count(&db, &COUNT).await, 0);
        assert_eq!(copy(&db, 2).await.unwrap(), 2);
        other.batch_execute("BEGIN; LOCK t").await.unwrap();
        let limited = TimeLimit::new(&db, Duration::from_millis(300), NoTls);
        assert!(copy(&limited, 1).await.unwrap_err().is_timeout());
        other.batch_execute("ROLLBACK").await.unwrap();
        assert_eq!(count(&other, &COUNT).await, 2);
    });
}

#[test]
fn savepoints_take_back_what_is_theirs() {
    on_database(async |url| {
        let mut client = connect(&url).await;
        let mut transaction = client.transaction().await.unwrap();
        write(&transaction, 1).await;
        let failed: Result<(), Error> = savepoint(&mut transaction, async |outer| {
            write(outer, 2).await;
            savepoint(outer, async |inner| {
                write(inner, 3).await;
                Ok::<_, Error>(())
            })
            .await?;
            assert_eq!(count(outer, &COUNT).await, 3);
            outer.fetch(&Statement { name: "test.wrong", sql: "SELECT 1 / 0", parameters: &[] }, &[]).await.map(|_| ())
        })
        .await;
        assert_eq!(failed.unwrap_err().statement(), "test.wrong");
        assert_eq!(count(&transaction, &COUNT).await, 1);
        let never = savepoint(&mut transaction, async |part| {
            write(part, 4).await;
            std::future::pending::<Result<(), Error>>().await
        });
        assert!(tokio::time::timeout(Duration::from_millis(200), never).await.is_err());
        let kept = savepoint(&mut transaction, async |part| {
            write(part, 5).await;
            Ok::<_, Error>(())
        });
        kept.await.unwrap();
        transaction.commit().await.unwrap();
        let rows = client.fetch(&READ, &[]).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.get(0)).collect::<Vec<i32>>(), [1, 5]);
    });
    on_database(async |url| {
        let mut db = Cached::new(connect(&url).await);
        let mut transaction = db.transaction().await.unwrap();
        let part = transaction.transaction().await.unwrap();
        write(&part, 1).await;
        drop(part);
        write(&transaction, 2).await;
        transaction.commit().await.unwrap();
        assert_eq!(count(&db, &COUNT).await, 1);
    });
}

#[test]
fn the_synchronous_client_takes_the_same_statements() {
    let mut scratch = server().scratch().unwrap();
    let client = scratch.client();
    client.batch_execute("CREATE TABLE t (a integer)").unwrap();
    {
        let db = Blocking::new(client);
        blocking(write(&db, 1));
        assert_eq!(blocking(count(&db, &COUNT)), 1);
        let rows = blocking(async { db.stream(&READ, &[]).await.unwrap().try_collect::<Vec<_>>().await.unwrap() });
        assert_eq!(rows.iter().map(|row| row.get(0)).collect::<Vec<i32>>(), [1]);
        let mut read = Vec::new();
        let mut push = |row: &Row| get::<i32>(row, 0).map(|value| read.push(value));
        blocking(db.each(&READ, &[], &mut push)).unwrap();
        assert_eq!(read, [1]);
        // What is not read of a statement is in nobody's way.
        let mut refuse = |row: &Row| get::<String>(row, 0).map(drop);
        assert!(blocking(db.each(&READ, &[], &mut refuse)).is_err());
        assert_eq!(blocking(count(&db, &COUNT)), 1);
    }
    let mut transaction = client.transaction().unwrap();
    blocking(write(&Blocking::new(&mut transaction), 2));
    transaction.rollback().unwrap();
    assert_eq!(blocking(count(&Blocking::new(client), &COUNT)), 1);
}

/// Where a test's log goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        io::Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_call_is_a_span_with_its_name_and_rows_and_without_its_values() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::DEBUG)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    let mut scratch = server().scratch().unwrap();
    scratch.client().batch_execute("CREATE TABLE t (a integer)").unwrap();
    // Of the whole process: tests beside this one would else tell the macros that nobody listens.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let db = Blocking::new(scratch.client());
    blocking(write(&db, 918_273_645));
    assert_eq!(blocking(db.fetch(&READ, &[])).unwrap().len(), 1);
    assert_eq!(blocking(copy(&db, 3)).unwrap(), 3);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let says = |line: &str| line.contains("\"name\":\"test.write\"") && line.contains("\"rows\":1");
    assert!(log.lines().any(says), "{log}");
    let says = |line: &str| line.contains("\"name\":\"test.copy\"") && line.contains("\"rows\":3");
    assert!(log.lines().any(says), "{log}");
    assert!(!log.contains("918273645"), "{log}");
}

/// Passes on what a client and the server say, and counts how often the server gets the word.
async fn turns(url: String, test: impl AsyncFn(&dyn Executor)) -> usize {
    let config: tokio_postgres::Config = url.parse().unwrap();
    let [tokio_postgres::config::Host::Unix(folder)] = config.get_hosts() else { panic!("{url}") };
    let socket = folder.join(format!(".s.PGSQL.{}", config.get_ports().first().copied().unwrap_or(5432)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let turns = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&turns);
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut server = UnixStream::connect(socket).await.unwrap();
        let (mut from_client, mut from_server) = ([0; 65_536], [0; 65_536]);
        let mut client_speaks = false;
        loop {
            tokio::select! {
                count = client.read(&mut from_client) => {
                    let Ok(count @ 1..) = count else { return };
                    if !client_speaks {
                        *counted.lock().unwrap() += 1;
                    }
                    client_speaks = true;
                    server.write_all(&from_client[..count]).await.unwrap();
                }
                count = server.read(&mut from_server) => {
                    let Ok(count @ 1..) = count else { return };
                    client_speaks = false;
                    client.write_all(&from_server[..count]).await.unwrap();
                }
            }
        }
    });
    let mut proxied = tokio_postgres::Config::new();
    proxied.host("127.0.0.1").port(port).user(config.get_user().unwrap_or("postgres"));
    proxied.dbname(config.get_dbname().unwrap());
    let (client, connection) = proxied.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    let db = Cached::new(client);
    count(&db, &COUNT).await;
    let before = *turns.lock().unwrap();
    test(&db).await;
    *turns.lock().unwrap() - before
}

#[test]
fn calls_that_do_not_depend_on_each_other_share_a_round_trip() {
    let mut scratch = server().scratch().unwrap();
    scratch.client().batch_execute("CREATE TABLE t (a integer)").unwrap();
    // With one thread the connection writes when all of the calls are made.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (joined, one_by_one) = runtime.block_on(async {
        let joined = turns(scratch.url(), async |db| {
            let calls = (count(db, &COUNT), count(db, &COUNT), count(db, &COUNT), count(db, &COUNT));
            assert_eq!(tokio::join!(calls.0, calls.1, calls.2, calls.3), (0, 0, 0, 0));
        });
        let joined = joined.await;
        let one_by_one = turns(scratch.url(), async |db| {
            for _ in 0..4 {
                assert_eq!(count(db, &COUNT).await, 0);
            }
        });
        (joined, one_by_one.await)
    });
    assert_eq!((joined, one_by_one), (1, 4));
}

/// A pooler that gives each transaction any of two server connections; ended when dropped.
struct Bouncer {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// None where there is no pgbouncer.
fn bouncer(config: &tokio_postgres::Config) -> Option<Bouncer> {
    let places = ["pgbouncer", "/usr/sbin/pgbouncer"];
    let program = places.into_iter().find(|program| {
        Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
    })?;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let [tokio_postgres::config::Host::Unix(socket)] = config.get_hosts() else { panic!("no socket") };
    // As root it insists on becoming somebody else: the one that the server's socket belongs to.
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0);
    let owner = std::fs::metadata(socket).unwrap().uid().to_string();
    let owner = Command::new("id").args(["-nu", &owner]).output().unwrap().stdout;
    let user = if is_root { format!("user = {}", String::from_utf8_lossy(&owner)) } else { String::new() };
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let text = format!(
        "[databases]\n* = host={} port={} user={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
         unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n{user}",
        socket.display(),
        config.get_ports().first().copied().unwrap_or(5432),
        config.get_user().unwrap_or("postgres"),
    );
    let file = folder.path().join("pgbouncer.ini");
    std::fs::write(&file, text).unwrap();
    let process = Command::new(program).arg(&file).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let bouncer = Bouncer { process, port, _folder: folder };
    for _ in 0..200 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some(bouncer);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("pgbouncer does not listen");
}

#[test]
fn unnamed_statements_go_through_a_pooler_in_transaction_mode() {
    on_database(async |url| {
        let config: tokio_postgres::Config = url.parse().unwrap();
        let Some(bouncer) = bouncer(&config) else {
            // Past the harness, which shows nothing of a test that passes.
            let told = b"NOT PROVEN: a pooler in transaction mode, because there is no pgbouncer\n";
            return io::Write::write_all(&mut io::stderr(), told).unwrap();
        };
        let mut pooled = tokio_postgres::Config::new();
        pooled.host("127.0.0.1").port(bouncer.port).user("anybody").dbname(config.get_dbname().unwrap());
        let pool = Pool::builder(Manager::new(pooled, NoTls)).max_size(2).build().unwrap();
        let (mut first, second) = (pool.get().await.unwrap(), pool.get().await.unwrap());
        let mut servers = std::collections::BTreeSet::new();
        static SERVER: Statement =
            Statement { name: "test.server", sql: "SELECT pg_backend_pid()::bigint", parameters: &[] };
        for number in 0..20 {
            // While a transaction of the first holds one server, the second gets the other.
            let transaction = first.transaction().await.unwrap();
            write(&*transaction, number).await;
            assert_eq!(copy(&Unnamed(transaction.client()), 1).await.unwrap(), 1);
            servers.insert(count(&*transaction, &SERVER).await);
            servers.insert(count(&Unnamed(&second), &SERVER).await);
            transaction.commit().await.unwrap();
            write(&Unnamed(&second), number).await;
            servers.insert(count(&Unnamed(&second), &SERVER).await);
        }
        assert_eq!((count(&Unnamed(&first), &COUNT).await, servers.len()), (60, 2));
    });
}
