//! `db:generate` and the commands around it, on workspaces in temporary folders and a real server.

#[path = "generate/calls.rs"]
mod calls;
#[path = "generate/refuted.rs"]
mod refuted;

use std::collections::BTreeMap;
use std::process::Stdio;
use std::thread;
use std::time::Instant;

use lockstep_core::certificate::Certificate;
use lockstep_core::migration::MigrationFile;
use lockstep_core::name::quote_identifier;
use lockstep_core::source::SourceFile;
use lockstep_core::workspace::Workspace;
use lockstep_postgres::Scratch;
use lockstep_tests::server;
use lockstep_tests::workspace::{Run, TestWorkspace, run};

const SHOP: &str = "CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('new', 'paid');
-- The items.
CREATE TABLE shop.item (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    state shop.state NOT NULL DEFAULT 'new',
    CONSTRAINT named CHECK (name <> '')
);
CREATE INDEX item_state ON shop.item (state);
CREATE VIEW shop.paid AS SELECT id, name FROM shop.item WHERE state = 'paid';
";

fn shop() -> TestWorkspace {
    let workspace = TestWorkspace::with_schema(&[("10_shop.sql", SHOP)]);
    workspace.succeed(&["db:generate", "init", "--problem", "there is no shop"]);
    workspace
}

fn migration(workspace: &TestWorkspace, file_name: &str) -> MigrationFile {
    let path = format!("migrations/{file_name}");
    let text = workspace.read(&path);
    MigrationFile::parse(SourceFile::new(path, text)).unwrap()
}

#[test]
fn what_another_version_sends_makes_the_certificate_stale() {
    let workspace = shop();
    let before = workspace.read(Workspace::CERTIFICATE);
    assert!(workspace.succeed(&["db:generate"]).stderr.contains("nothing to do"));

    // As a version writes it whose accessors send something else.
    let certificate = Certificate::read(&before).unwrap();
    let (name, find) = certificate.statements.iter().find(|(name, _)| name.ends_with(".find")).unwrap();
    let mut other = certificate.clone();
    other.statements.get_mut(name).unwrap().sql = format!("{} LIMIT 1", find.sql);
    other.emitted = lockstep_core::certificate::hash("other statements");
    workspace.write(Workspace::CERTIFICATE, &other.write());
    let stale = "was written by another version of lockstep (lockstep 0.1.0), which sends other statements";
    let checked = workspace.run(&["check"]);
    assert!(checked.status == Some(1) && checked.stderr.contains(stale), "{}", checked.stderr);
    let folder = workspace.root().join("out");
    let refused = lockstep_core::build::generate(&Workspace::new(workspace.root()), &folder).unwrap_err();
    assert!(refused[0].to_string().contains(stale) && refused[0].hint.is_some() && !folder.exists(), "{refused:?}");

    assert!(workspace.succeed(&["db:generate"]).stderr.contains("the certificate was written"));
    assert_eq!(workspace.read(Workspace::CERTIFICATE), before);
    lockstep_core::build::generate(&Workspace::new(workspace.root()), &folder).unwrap();
}

/// A fresh database with a connection string.
fn database() -> Scratch {
    server().scratch().unwrap()
}

fn with_database(workspace: &TestWorkspace, database: &Scratch, arguments: &[&str]) -> Run {
    run(workspace.command(arguments).env("DATABASE_URL", database.url()), workspace.root())
}

#[test]
fn the_first_generate_writes_a_migration_and_a_certificate_that_check_accepts() {
    let workspace = shop();
    let migrations = workspace.migrations();
    assert_eq!(migrations.len(), 1);
    assert!(migrations[0].ends_with("__init.sql"), "{migrations:?}");
    let init = migration(&workspace, &migrations[0]);
    let header = init.header.clone().unwrap();
    assert_eq!(header.problem, "there is no shop");
    assert!(!header.solution.is_empty());
    assert!(header.schema.contains(&"schema/10_shop.sql:4 shop.item".to_owned()), "{:?}", header.schema);
    assert!(!header.rollback.is_empty());
    let certificate = Certificate::read(&workspace.read("migrations/lockstep.lock")).unwrap();
    assert_eq!(certificate.server, server().version());
    assert_eq!(certificate.catalog.tables.len(), 1);
    assert!(certificate.statements.values().any(|statement| !statement.columns.is_empty()));
    workspace.succeed(&["check"]);
}

#[test]
fn with_nothing_to_do_no_server_is_needed_and_nothing_is_written() {
    let workspace = shop();
    let before = workspace.tree();
    let mut command = workspace.command(&["db:generate"]);
    let Run { status, stdout, stderr } =
        run(command.env("LOCKSTEP_SERVER_URL", "postgres://nobody@127.0.0.1:1/none"), workspace.root());
    assert_eq!((status, stdout.as_str()), (Some(0), ""), "{stderr}");
    assert!(stderr.contains("nothing to do"), "{stderr}");
    assert_eq!(workspace.tree(), before);
}

#[test]
fn the_same_files_give_the_same_certificate() {
    let workspace = shop();
    let first = workspace.read("migrations/lockstep.lock");
    std::fs::remove_file(workspace.root().join("migrations/lockstep.lock")).unwrap();
    workspace.succeed(&["db:generate"]);
    assert_eq!(workspace.read("migrations/lockstep.lock"), first);
    assert_eq!(workspace.migrations().len(), 1);
}

#[test]
fn each_migration_comes_after_the_last_one_and_has_a_name_of_its_own() {
    let workspace = shop();
    let old = workspace.migrations().remove(0);
    workspace.write("schema/20_more.sql", "CREATE TABLE shop.tag (id bigint PRIMARY KEY, name text UNIQUE);\n");
    workspace.succeed(&["db:generate"]);
    let migrations = workspace.migrations();
    assert_eq!(migrations.len(), 2);
    let [first, second] = [&migrations[0], &migrations[1]].map(|name| migration(&workspace, name));
    assert_eq!(first.file_name, old);
    assert!(second.version > first.version);
    assert!(second.name.contains("tag"), "{}", second.name);
    // The author has not said why.
    let Run { status, stderr, .. } = workspace.run(&["check"]);
    assert_eq!(status, Some(1));
    assert!(stderr.contains("incomplete-header") && stderr.contains("`Problem`"), "{stderr}");
}

#[test]
fn saying_why_needs_no_second_generate() {
    let workspace = TestWorkspace::with_schema(&[("10_shop.sql", SHOP)]);
    let Run { stderr, .. } = workspace.succeed(&["db:generate", "init"]);
    assert!(stderr.contains("Problem:"), "{stderr}");
    let path = format!("migrations/{}", workspace.migrations()[0]);
    workspace.write(&path, &workspace.read(&path).replacen("-- Problem:", "-- Problem: there is no shop", 1));
    workspace.succeed(&["check"]);
    assert!(workspace.succeed(&["db:generate"]).stderr.contains("nothing to do"));
}

#[test]
fn a_migration_written_by_hand_is_taken_when_it_builds_the_schema() {
    let workspace = shop();
    workspace.write("schema/20_more.sql", "CREATE TABLE shop.tag (id bigint PRIMARY KEY);\n");
    workspace.write(
        "migrations/V99990101000000__by_hand.sql",
        "-- Migration: by hand\n-- Problem: tags\n-- Solution: a table\n-- Affects: shop.tag\n-- Phase: expand\n\
         -- Transaction: yes\n-- Rollback: DROP TABLE shop.tag;\n\nCREATE TABLE shop.tag (id bigint PRIMARY KEY);\n",
    );
    workspace.succeed(&["db:generate"]);
    assert_eq!(workspace.migrations().len(), 2);
    workspace.succeed(&["check"]);
}

#[test]
fn check_finds_a_schema_that_the_migrations_do_not_build() {
    let workspace = shop();
    let schema = workspace.read("schema/10_shop.sql").replace("name text NOT NULL", "name text");
    workspace.write("schema/10_shop.sql", &schema);
    let before = workspace.tree();
    let Run { status, stderr, .. } = workspace.run(&["check"]);
    assert_eq!(status, Some(1));
    assert!(stderr.contains("stale-certificate") && stderr.contains("schema/10_shop.sql"), "{stderr}");
    assert!(stderr.contains("shop.item.name"), "{stderr}");
    assert_eq!(workspace.tree(), before);
}

#[test]
fn check_finds_a_certificate_that_says_something_else() {
    let workspace = shop();
    let text = workspace.read("migrations/lockstep.lock");
    let mut certificate = Certificate::read(&text).unwrap();
    let (name, mut table) = certificate.catalog.tables.pop_first().unwrap();
    table.columns.pop();
    certificate.catalog.tables.insert(name, table);
    workspace.write("migrations/lockstep.lock", &certificate.write());
    let Run { status, stderr, .. } = workspace.run(&["check"]);
    assert_eq!(status, Some(1), "{stderr}");
    assert!(stderr.contains("shop.item.state"), "{stderr}");
}

#[test]
fn check_lists_what_loses_data() {
    let workspace = shop();
    workspace
        .write("schema/10_shop.sql", &SHOP.replace("    CONSTRAINT named CHECK (name <> '')\n", "    note text\n"));
    workspace.succeed(&["db:generate", "--problem", "p"]);
    workspace.write("schema/10_shop.sql", &SHOP.replace(",\n    CONSTRAINT named CHECK (name <> '')\n", "\n"));
    workspace.succeed(&["db:generate", "--problem", "p", "--allow", "drop-column:shop.item.note"]);
    let Run { stderr, .. } = workspace.succeed(&["check"]);
    assert!(stderr.contains("drop-column") && stderr.contains("shop.item.note"), "{stderr}");
}

#[test]
fn two_at_once_write_one_migration() {
    let workspace = TestWorkspace::with_schema(&[("10_shop.sql", SHOP)]);
    let runs: Vec<Run> = thread::scope(|scope| {
        let started: Vec<_> = (0..3).map(|_| scope.spawn(|| workspace.run(&["db:generate", "init"]))).collect();
        started.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for Run { status, stderr, .. } in &runs {
        assert_eq!(*status, Some(0), "{stderr}");
    }
    let wrote = runs.iter().filter(|run| !run.stdout.is_empty()).count();
    assert_eq!((wrote, workspace.migrations().len()), (1, 1), "{runs:#?}");
    assert!(workspace.succeed(&["db:generate"]).stderr.contains("nothing to do"));
}

#[test]
fn a_killed_generate_leaves_the_tree_as_it_was() {
    let rounds = if std::env::var_os("LOCKSTEP_LONG").is_some() { 40 } else { 8 };
    let workspace = shop();
    workspace
        .write("schema/10_shop.sql", &SHOP.replace("    CONSTRAINT named CHECK (name <> '')\n", "    note text\n"));
    workspace.write("schema/20_more.sql", "CREATE TABLE shop.tag (id bigint PRIMARY KEY, name text UNIQUE);\n");
    let arguments = ["db:generate", "--problem", "p"];
    let before = workspace.tree();
    let started = Instant::now();
    workspace.succeed(&arguments);
    let whole = started.elapsed();
    let after = workspace.tree();
    let mut killed = 0;
    for round in 0..rounds {
        restore(&workspace, &after, &before);
        let mut command = workspace.command(&arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(whole * (2 * round + 1) / (2 * rounds));
        child.kill().unwrap();
        killed += u32::from(child.wait().unwrap().code().is_none());
        let left = workspace.tree();
        if left != before {
            // It had come to its end, or to the renames that put the proven files in place: the next run completes it.
            workspace.succeed(&arguments);
            assert_eq!(workspace.migrations().len(), 2, "{:?}", workspace.migrations());
            workspace.succeed(&["check"]);
        }
        restore(&workspace, &workspace.tree(), &before);
    }
    assert!(killed > 0, "no run was killed before its end");
    workspace.succeed(&arguments);
    workspace.succeed(&["check"]);
}

/// Makes the tree what it was.
fn restore(workspace: &TestWorkspace, now: &BTreeMap<String, String>, then: &BTreeMap<String, String>) {
    for path in now.keys().filter(|path| !then.contains_key(*path)) {
        // A file that a killed run did not come to write is not there.
        let _ = std::fs::remove_file(workspace.root().join(path));
    }
    then.iter().for_each(|(path, text)| workspace.write(path, text));
}

#[test]
fn migrate_applies_what_is_pending_and_status_tells() {
    let workspace = shop();
    let init = workspace.migrations().remove(0);
    let mut database = database();
    let Run { stdout, .. } = with_database(&workspace, &database, &["db:status"]);
    assert!(stdout.starts_with("pending") && stdout.contains("init"), "{stdout}");
    let Run { status, stdout, .. } = with_database(&workspace, &database, &["db:migrate", "--dry-run"]);
    assert_eq!(status, Some(0));
    assert!(stdout.contains(&init) && stdout.contains("CREATE TABLE shop.item"), "{stdout}");
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    assert_eq!(database.client().query_one(tables, &[]).unwrap().get::<_, i64>(0), 0);

    let Run { status, stderr, .. } = with_database(&workspace, &database, &["db:migrate"]);
    assert_eq!(status, Some(0), "{stderr}");
    assert!(stderr.contains(&init), "{stderr}");
    assert!(with_database(&workspace, &database, &["db:migrate"]).stderr.contains("up to date"));
    let Run { stdout, .. } = with_database(&workspace, &database, &["db:status"]);
    assert!(stdout.starts_with("applied") && stdout.contains(" with xtask "), "{stdout}");
    let json = with_database(&workspace, &database, &["db:status", "--format", "json"]).stdout;
    let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(parsed[0]["state"], "applied");
}

#[test]
fn an_edited_migration_is_not_applied() {
    let workspace = shop();
    let database = database();
    let path = format!("migrations/{}", workspace.migrations()[0]);
    workspace.write(&path, &format!("{}DROP SCHEMA shop CASCADE;\n", workspace.read(&path)));
    let Run { status, stderr, .. } = with_database(&workspace, &database, &["db:migrate"]);
    assert_eq!(status, Some(1));
    assert!(stderr.contains(&path), "{stderr}");
}

#[test]
fn diff_prints_sql_and_nothing_else() {
    let one = TestWorkspace::with_schema(&[("10_shop.sql", SHOP)]);
    let other = shop();
    other.write("schema/20_more.sql", "CREATE TABLE shop.tag (id bigint PRIMARY KEY);\n");
    let source = |workspace: &TestWorkspace, folder: &str| workspace.root().join(folder).display().to_string();
    let from = source(&one, "schema");
    let equal = one.succeed(&["db:diff", "--from", &from, "--to", &source(&other, "migrations")]);
    assert_eq!((equal.stdout.as_str(), equal.stderr.as_str()), ("", ""));

    let to = source(&other, "schema");
    let Run { stdout, stderr, .. } = one.succeed(&["db:diff", "--from", &from, "--to", &to]);
    assert_eq!(stderr, "");
    assert!(stdout.contains("CREATE TABLE shop.tag"), "{stdout}");

    // What it prints leads from the one to the other, and nothing is left to be done.
    let mut database = database();
    database.client().batch_execute(SHOP).unwrap();
    database.client().batch_execute(&stdout).unwrap();
    let url = database.url();
    assert_eq!(one.succeed(&["db:diff", "--from", &url, "--to", &to]).stdout, "");

    let back = one.succeed(&["db:diff", "--from", &url, "--to", &from]).stdout;
    assert!(back.contains("DROP TABLE shop.tag") && back.contains("-- ") && back.contains("drop-table"), "{back}");
}

#[test]
fn diff_leaves_live_databases_alone() {
    let workspace = TestWorkspace::new();
    let (mut one, mut other) = (database(), database());
    one.client().batch_execute("CREATE TABLE a (id int); INSERT INTO a VALUES (1)").unwrap();
    other.client().batch_execute("CREATE TABLE b (id int)").unwrap();
    let Run { stdout, .. } =
        workspace.succeed(&["db:diff", "--from", &one.url(), "--to", &other.url(), "--renames", "none"]);
    assert!(stdout.contains("DROP TABLE public.a") && stdout.contains("CREATE TABLE public.b"), "{stdout}");
    assert_eq!(one.client().query_one("SELECT count(*) FROM a", &[]).unwrap().get::<_, i64>(0), 1);
    assert!(
        one.client().query_one("SELECT to_regclass('b')::text", &[]).unwrap().get::<_, Option<String>>(0).is_none()
    );
    assert_eq!(workspace.tree(), BTreeMap::new());
}

#[test]
fn no_scratch_database_is_left_behind() {
    let workspace = shop();
    // A server of its own, so that no other test has a scratch database at this moment.
    let mut command = workspace.command(&["services:up"]);
    let up = run(command.env_remove("LOCKSTEP_SERVER_URL"), workspace.root());
    assert_eq!(up.status, Some(0), "{}", up.stderr);
    workspace.write("schema/20_more.sql", "CREATE TABLE shop.tag (id bigint PRIMARY KEY);\n");
    let mut command = workspace.command(&["db:generate", "--problem", "tags"]);
    let generated = run(command.env_remove("LOCKSTEP_SERVER_URL"), workspace.root());
    assert_eq!(generated.status, Some(0), "{}", generated.stderr);
    let own = lockstep_postgres::server::ensure_with(workspace.root(), &Default::default()).unwrap();
    let names: Vec<String> = own
        .connect("postgres")
        .unwrap()
        .query("SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'", &[])
        .unwrap()
        .iter()
        .map(|row| quote_identifier(row.get(0)))
        .collect();
    let mut command = workspace.command(&["services:down"]);
    let down = run(command.env_remove("LOCKSTEP_SERVER_URL"), workspace.root());
    assert!(down.stdout.starts_with("stopped PostgreSQL"), "{}{}", down.stdout, down.stderr);
    assert_eq!(names, Vec::<String>::new());
}

#[test]
fn a_rename_keeps_the_data() {
    let workspace = shop();
    let mut database = database();
    assert_eq!(with_database(&workspace, &database, &["db:migrate"]).status, Some(0));
    database.client().batch_execute("INSERT INTO shop.item (name) VALUES ('one')").unwrap();
    let renamed =
        SHOP.replace("    name text", "    -- @renamed from=name\n    title text").replace("(name <>", "(title <>");
    workspace.write("schema/10_shop.sql", &renamed.replace("SELECT id, name", "SELECT id, title"));
    workspace.succeed(&["db:generate", "--problem", "names are titles"]);
    let Run { status, stderr, .. } = with_database(&workspace, &database, &["db:migrate"]);
    assert_eq!(status, Some(0), "{stderr}");
    let title: String = database.client().query_one("SELECT title FROM shop.item", &[]).unwrap().get(0);
    assert_eq!(title, "one");
    // The annotation may stay: it has been followed.
    workspace.write("schema/20_more.sql", "CREATE TABLE shop.more (id int);\n");
    workspace.succeed(&["db:generate", "--problem", "more"]);
}

#[test]
fn a_missing_migrations_folder_is_made_and_a_mistyped_root_is_refused() {
    let workspace = TestWorkspace::with_schema(&[("10_shop.sql", SHOP)]);
    std::fs::remove_dir_all(workspace.root().join("migrations")).unwrap();
    workspace.succeed(&["db:generate", "init", "--root", "."]);
    assert_eq!(workspace.migrations().len(), 1);

    let Run { status, stderr, .. } = workspace.run(&["db:generate", "--root", "nowhere"]);
    assert_eq!(status, Some(2), "{stderr}");
    assert!(stderr.contains("holds neither schema/ nor migrations/"), "{stderr}");
    assert!(!workspace.root().join("nowhere").exists());
}

#[test]
fn a_certificate_of_a_later_lockstep_is_not_replaced() {
    let workspace = shop();
    let newer = workspace.read("migrations/lockstep.lock").replace("\"format\": 1,", "\"format\": 2,");
    workspace.write("migrations/lockstep.lock", &newer);
    let Run { status, stderr, .. } = workspace.run(&["db:generate"]);
    assert_eq!(status, Some(1), "{stderr}");
    assert!(stderr.contains("newer-certificate"), "{stderr}");
    assert_eq!(workspace.read("migrations/lockstep.lock"), newer);
}

#[test]
fn a_password_is_shown_by_no_command_however_the_connection_string_is_written() {
    let workspace = shop();
    let strings = [
        "mysql://shop:hunter2@127.0.0.1:1/shop",
        "shop:hunter2@127.0.0.1/shop",
        "host=127.0.0.1 port=1 user=shop password=hunter2",
        "postgres://shop:@hunter2/x@127.0.0.1:1/shop",
        "postgres://shop:hunter2@127.0.0.1:none/shop",
    ];
    for string in strings {
        for arguments in [&["db:diff", "--to", "schema", "--from", string][..], &["db:status"], &["db:migrate"]] {
            let run = run(workspace.command(arguments).env("DATABASE_URL", string), workspace.root());
            assert_eq!(run.status, Some(2), "{}", run.stderr);
            assert!(!run.stderr.contains("hunter2"), "{arguments:?}: {}", run.stderr);
        }
    }
}
