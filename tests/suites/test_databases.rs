//! `#[lockstep::test]`: each test has a database of its own, and none is left behind.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use lockstep::{Error, TestDb};
use lockstep_tests::workspace::TestWorkspace;
use lockstep_tests::{server, workspace_root};
use tempfile::TempDir;

lockstep::schema!(root = "tests/ui/fixtures/orders");

use commerce::{NewProducer, Producer};

const MIGRATIONS: lockstep::Migrations<'static> = lockstep::migrations!(root = "tests/ui/fixtures/orders");

async fn is_alone(db: &TestDb) -> Result<(), Error> {
    let new = NewProducer { email: "mill@example.test".to_owned(), optional: Default::default() };
    assert_eq!(db.query_one("SELECT count(*) FROM commerce.producer", &[]).await.unwrap().get::<_, i64>(0), 0);
    let producer = Producer::insert(db, &new).await?;
    assert_eq!(Producer::find(db, producer.id).await?, Some(producer));
    Ok(())
}

#[lockstep::test(root = "tests/ui/fixtures/orders")]
async fn a_test_has_a_database(db: TestDb) {
    is_alone(&db).await.unwrap();
}

#[lockstep::test(migrations = MIGRATIONS)]
async fn a_test_may_fail_with_an_error(db: TestDb) -> Result<(), Error> {
    is_alone(&db).await
}

#[lockstep::test(migrations = MIGRATIONS)]
#[should_panic(expected = "as it should")]
async fn a_test_may_have_attributes(db: TestDb) {
    is_alone(&db).await.unwrap();
    panic!("as it should");
}

#[lockstep::test(migrations = MIGRATIONS)]
async fn a_test_may_connect_as_often_as_it_wants(mut db: TestDb) -> Result<(), Box<dyn std::error::Error>> {
    let transaction = db.transaction().await?;
    transaction.batch_execute("CREATE TABLE public.draft (id int)").await?;
    transaction.rollback().await?;
    for client in [db.connect().await?, lockstep_tests::connect(db.url()).await] {
        let row = client.query_one("SELECT current_database(), to_regclass('public.draft')::text", &[]).await?;
        assert_eq!((Some(row.get(0)), row.get(1)), (db.config().get_dbname(), None::<&str>));
    }
    Ok(())
}

/// Migrations and a workspace that no other test has.
struct Tested {
    folder: TempDir,
    workspace: String,
    _alone: MutexGuard<'static, ()>,
}

impl Tested {
    /// One at a time: each starts processes of its own.
    fn new(sql: &str) -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = server();
        let folder = tempfile::tempdir().unwrap();
        let tested = Self { workspace: folder.path().display().to_string(), folder, _alone: alone };
        tested.write(sql);
        tested
    }

    fn write(&self, sql: &str) {
        let text = format!("CREATE TABLE item (id int GENERATED ALWAYS AS IDENTITY);\n{sql}\n");
        std::fs::write(self.folder.path().join("V1__init.sql"), text).unwrap();
    }

    /// On the server of this repository.
    fn command(&self, how: &str) -> Command {
        self.command_on(&workspace_root(), how)
    }

    fn command_on(&self, server: &Path, how: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tested"));
        command.arg(&self.workspace).arg(self.folder.path()).arg(how).arg(server);
        command.env_remove("LOCKSTEP_SERVER_URL").env_remove("PG_BIN");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The names of the databases of a process that did as it should.
    fn run(&self, how: &str) -> Vec<String> {
        succeeded(&self.command(how).output().unwrap())
    }

    /// A process whose test is running, and its database.
    fn wait(&self) -> (Child, String) {
        let mut process = self.command("wait").spawn().unwrap();
        let mut name = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut name).unwrap();
        (process, name.trim().to_owned())
    }

    /// The templates of this workspace.
    fn templates(&self) -> Vec<String> {
        let commented = format!("template of lockstep::test for {}, last used at ", self.workspace);
        databases("starts_with(shobj_description(oid, 'pg_database'), $1)", &commented)
    }
}

impl Drop for Tested {
    fn drop(&mut self) {
        for name in self.templates() {
            execute(&format!("DROP DATABASE IF EXISTS {name}"));
        }
    }
}

fn succeeded(output: &Output) -> Vec<String> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

fn databases(condition: &str, value: &str) -> Vec<String> {
    let sql = format!("SELECT datname::text FROM pg_database WHERE {condition} ORDER BY 1");
    let rows = server().connect("postgres").unwrap().query(&sql, &[&value]).unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

fn exists(name: &str) -> bool {
    !databases("datname = $1", name).is_empty()
}

fn execute(sql: &str) {
    server().connect("postgres").unwrap().batch_execute(sql).unwrap();
}

#[test]
fn many_processes_at_once_fill_one_template() {
    const PROCESSES: usize = 5;
    const TESTS: usize = 10;
    let role = format!("lockstep_once_{}", std::process::id());
    execute(&format!("DROP ROLE IF EXISTS {role}"));
    // A role belongs to the server: making it a second time fails.
    let tested = Tested::new(&format!("CREATE ROLE {role}; SELECT pg_sleep(0.3);"));
    let processes: Vec<Child> = (0..PROCESSES).map(|_| tested.command(&TESTS.to_string()).spawn().unwrap()).collect();
    let mut names: Vec<String> =
        processes.into_iter().flat_map(|process| succeeded(&process.wait_with_output().unwrap())).collect();
    assert_eq!(tested.templates().len(), 1);
    assert_eq!(names.len(), PROCESSES * TESTS);
    assert!(!names.iter().any(|name| exists(name)), "a database is left");
    names.sort();
    names.dedup();
    assert_eq!(names.len(), PROCESSES * TESTS, "two tests had one database");
    execute(&format!("DROP ROLE {role}"));
}

#[test]
fn a_test_that_panics_leaves_nothing() {
    let tested = Tested::new("");
    let output = tested.command("panic").output().unwrap();
    let (name, shown) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(!output.status.success() && shown.contains("this test fails"), "{shown}");
    assert!(name.starts_with("lockstep_test_") && !exists(name.trim()), "{name}");
}

#[test]
fn what_a_killed_process_leaves_is_swept_by_the_next_and_what_runs_is_not() {
    let tested = Tested::new("");
    let (mut killed, left) = tested.wait();
    let (mut running, kept) = tested.wait();
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(exists(&left));
    // The server notices that the connections of a killed process are gone when it next looks.
    let is_connected = "datname = $1 AND oid IN (SELECT datid FROM pg_stat_activity)";
    while !databases(is_connected, &left).is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    tested.run("1");
    assert!(!exists(&left), "{left} is not swept");
    assert!(exists(&kept), "{kept} is swept while its test runs");
    running.kill().unwrap();
    running.wait().unwrap();
}

#[test]
fn other_migrations_have_another_template_and_few_are_kept() {
    let tested = Tested::new("");
    tested.run("1");
    let first = tested.templates();
    tested.run("1");
    assert_eq!((first.len(), &first), (1, &tested.templates()));
    for number in 1..=5 {
        tested.write(&format!("CREATE TABLE more_{number} (id int);"));
        tested.run("1");
    }
    assert_eq!(tested.templates().len(), 4);
    // It is made anew where it is needed again.
    tested.write("");
    tested.run("1");
    assert!(tested.templates().contains(&first[0]));
}

#[test]
fn a_template_that_was_left_half_made_is_made_anew() {
    let tested = Tested::new("SELECT 1 / 0;");
    let shown = String::from_utf8(tested.command("1").output().unwrap().stderr).unwrap();
    assert!(shown.contains("V1__init.sql:2: statement 2: division by zero (SQLSTATE 22012)"), "{shown}");
    assert_eq!(databases("starts_with(datname, $1) AND datname LIKE '%\\_new'", "lockstep_template_"), [""; 0]);

    tested.write("SELECT pg_sleep(60);");
    let mut killed = tested.command("1").spawn().unwrap();
    let making = "starts_with(query, $1) AND datname LIKE 'lockstep\\_template\\_%\\_new'";
    let making = format!("datname IN (SELECT datname FROM pg_stat_activity WHERE {making})");
    while databases(&making, "SELECT pg_sleep(60)").is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    // What it has begun to run goes on; its hold on the template is gone as soon as the server looks.
    let locked = "EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
                          WHERE locktype = 'advisory' AND application_name = $1 AND datname = current_database())";
    while !databases(locked, "lockstep::test").is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    tested.write("SELECT pg_sleep(0);");
    tested.run("1");
    assert_eq!(databases("starts_with(datname, $1) AND datname LIKE '%\\_new'", "lockstep_template_"), [""; 0]);
}

#[test]
fn a_server_that_is_not_there_is_told_with_what_to_do() {
    let tested = Tested::new("");
    for (variable, value, expected) in [
        ("LOCKSTEP_SERVER_URL", "postgres://me:secret@127.0.0.1:1/x", "cannot connect to 127.0.0.1:1 database x as me"),
        ("LOCKSTEP_SERVER_URL", "postgres://me:se@cret@db/x", "LOCKSTEP_SERVER_URL cannot be read"),
        ("PG_BIN", "/nowhere", "`cargo xtask services:up` in "),
    ] {
        let output = tested.command("1").env(variable, value).output().unwrap();
        let shown = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && shown.contains(expected), "{shown}");
        assert!(shown.contains("hint: ") && !shown.contains("secret") && !shown.contains("cret@"), "{shown}");
    }
}

/// `cargo xtask` of another folder is that of this repository.
const ALIAS: &str = "[alias]\nxtask = ['run', '--quiet', '--manifest-path', 'ROOT/Cargo.toml', '--target-dir', \
                     'ROOT/target', '--package', 'lockstep-xtask', '--bin', 'xtask', '--']\n";

#[test]
fn a_server_that_was_stopped_is_started_by_a_test() {
    let mut tested = Tested::new("");
    let workspace = TestWorkspace::new();
    tested.workspace = workspace.root().display().to_string();
    workspace.write(".cargo/config.toml", &ALIAS.replace("ROOT", workspace_root().to_str().unwrap()));
    for round in ["never started", "stopped"] {
        let names = succeeded(&tested.command_on(workspace.root(), "1").output().unwrap());
        assert_eq!(names.len(), 1, "{round}");
        let mut down = workspace.command(&["services:down"]);
        let down = down.env_remove("LOCKSTEP_SERVER_URL").output().unwrap();
        assert!(String::from_utf8_lossy(&down.stdout).starts_with("stopped PostgreSQL"), "{round}: {down:?}");
    }
}
