//! Calls of `query!` in the sources of a workspace: they are certified, and those that are gone are forgotten.

use std::io::Write as _;
use std::process::Stdio;

use lockstep_core::certificate::Certificate;
use lockstep_core::query::inline::Answer;
use lockstep_tests::workspace::{Run, TestWorkspace};

use super::shop;

const ONE: &str = "fn f() { lockstep::query!(\"SELECT id, name FROM shop.item WHERE id = @id\", id); }\n";
const ANOTHER: &str = "async fn f(db: &Client) {
    tokio::select! { count = lockstep::query!(r#\"
        SELECT count(*) AS count
        FROM shop.item
    \"#).one(db) => count }
}
";

fn certificate(workspace: &TestWorkspace) -> Certificate {
    Certificate::read(&workspace.read("migrations/lockstep.lock")).unwrap()
}

fn texts(workspace: &TestWorkspace) -> Vec<String> {
    certificate(workspace).inline.into_values().map(|query| query.sql).collect()
}

/// What `db:generate` says, in the end.
fn generated(workspace: &TestWorkspace) -> String {
    workspace.succeed(&["db:generate"]).stderr.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn calls_come_into_the_certificate_and_leave_it() {
    let workspace = shop();
    let before = workspace.read("migrations/lockstep.lock");
    workspace.write("src/a.rs", ONE);
    workspace.write("src/deep/b.rs", ANOTHER);
    workspace.write("target/c.rs", "fn f() { lockstep::query!(\"SELECT nothing\"); }");
    let Run { status, stderr, .. } = workspace.run(&["check"]);
    assert_eq!(status, Some(1));
    assert!(stderr.contains("error[uncertified-query]") && stderr.contains("src/a.rs:1:27"), "{stderr}");

    assert_eq!(generated(&workspace), "no migration is needed; the certificate was written");
    assert_eq!(workspace.migrations().len(), 1);
    let mut sent = texts(&workspace);
    sent.sort();
    assert_eq!(sent, ["SELECT count(*) AS count FROM shop.item", "SELECT id, name FROM shop.item WHERE id = $1"]);
    let query = certificate(&workspace).inline.into_values().find(|query| !query.parameters.is_empty()).unwrap();
    assert_eq!(
        (query.parameters[0].name.as_str(), query.parameters[0].column.as_deref()),
        ("id", Some("shop.item.id"))
    );
    assert!(query.columns.iter().all(|column| column.not_null), "{query:?}");
    workspace.succeed(&["check"]);

    // Where a call stands, how it is laid out and how often it is made do not count.
    let certified = workspace.read("migrations/lockstep.lock");
    workspace.write("src/a.rs", &format!("{ONE}\r\n{}", ANOTHER.replace('\n', "\r\n")));
    workspace.write("src/deep/b.rs", "");
    assert_eq!(generated(&workspace), "nothing to do: schema, migrations and certificate agree");
    assert_eq!(workspace.read("migrations/lockstep.lock"), certified);

    workspace.write("src/a.rs", "");
    let Run { status, stderr, .. } = workspace.run(&["check"]);
    assert_eq!(status, Some(1));
    let gone =
        "error[stale-query]: migrations/lockstep.lock holds a query that no source calls: SELECT count(*) AS count";
    assert!(stderr.contains(gone), "{stderr}");
    assert_eq!(generated(&workspace), "no migration is needed; the certificate was written");
    assert_eq!(workspace.read("migrations/lockstep.lock"), before);
}

#[test]
fn a_call_is_certified_along_with_the_schema_that_it_needs_and_proven_by_check() {
    let workspace = shop();
    let schema = workspace.read("schema/10_shop.sql");
    workspace
        .write("schema/10_shop.sql", &schema.replace("name text NOT NULL,", "name text NOT NULL,\n    note text,"));
    workspace.write("src/a.rs", "fn f() { lockstep::query!(\"SELECT note FROM shop.item\"); }\n");
    workspace.succeed(&["db:generate", "--problem", "notes"]);
    assert_eq!(texts(&workspace), ["SELECT note FROM shop.item"]);
    workspace.succeed(&["check"]);

    let lock = workspace.read("migrations/lockstep.lock");
    let (before, inline) = lock.split_once("\"inline\"").unwrap();
    let lie = format!(
        "{before}\"inline\"{}",
        inline.replacen("\"name\": \"note\"", "\"name\": \"note\", \"not_null\": true", 1)
    );
    assert_ne!(lie, lock);
    workspace.write("migrations/lockstep.lock", &lie);
    let Run { status, stderr, .. } = workspace.run(&["check"]);
    assert_eq!(status, Some(1), "{stderr}");
    assert!(stderr.contains("it is wrong about this query") && stderr.contains("src/a.rs:1:27"), "{stderr}");
}

/// What the command that compilers run prints.
fn asked(workspace: &TestWorkspace, sql: &str) -> Answer {
    let mut command = workspace.command(&["query:check", "--format", "json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn compilers_can_ask_the_running_server() {
    let workspace = shop();
    assert!(workspace.root().join("target/lockstep/program").is_file());
    let Answer::Taken(query) = asked(&workspace, "SELECT id FROM shop.item WHERE name = @name") else {
        panic!("the server takes it")
    };
    assert_eq!(query.sql, "SELECT id FROM shop.item WHERE name = $1");
    assert_eq!(query.columns[0].column.as_deref(), Some("shop.item.id"));
    let Answer::Refused(why) = asked(&workspace, "SELECT id\nFROM shop.item WHERE nam = 'a'") else {
        panic!("the server refuses it")
    };
    insta::assert_snapshot!(why, @r#"
    column "nam" does not exist: `nam`, line 2, column 22 of the text
      hint: perhaps you meant to reference the column "item.name"
    "#);
    let Answer::Refused(why) = asked(&workspace, "SELECT 1 AS a; SELECT 2 AS b") else { panic!("nobody takes it") };
    insta::assert_snapshot!(why, @"
    the query has more than one statement: `SELECT`, column 16 of the text
      hint: write a call for each of them
    ");
    // The schema of the last answer is kept for the next one, as long as it is the same.
    let schema = workspace.read("schema/10_shop.sql");
    workspace.write("schema/10_shop.sql", &schema.replace("shop.item", "shop.thing"));
    for _ in 0..2 {
        let Answer::Taken(query) = asked(&workspace, "SELECT id FROM shop.thing") else { panic!("it is there now") };
        assert_eq!(query.columns[0].column.as_deref(), Some("shop.thing.id"));
    }
    let Answer::Refused(why) = asked(&workspace, "SELECT id FROM shop.item") else { panic!("it is gone") };
    assert!(why.contains("does not exist"), "{why}");
}
