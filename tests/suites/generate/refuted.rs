//! Plans that do not stand: the command stops, prints no statement, and saves what a report needs.

use std::path::Path;

use lockstep_core::catalog::Catalog;
use lockstep_tests::server;
use lockstep_tests::workspace::{Run, TestWorkspace};

/// Whatever alters a table gives it a comment besides, which no plan can know.
const MEDDLES: &str = "
CREATE FUNCTION meddle() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN COMMENT ON TABLE public.a IS 'mine'; END $$;
CREATE EVENT TRIGGER meddle ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION meddle();
";

fn schema(columns: &str) -> String {
    format!("CREATE TABLE a ({columns});\n{MEDDLES}")
}

/// Runs a command that has to stop for the reason: what it saved is read.
fn check(workspace: &TestWorkspace, arguments: &[&str], reason: &str) -> (Catalog, Catalog) {
    let before = workspace.tree();
    let Run { status, stdout, stderr } = workspace.run(arguments);
    assert_eq!((status, stdout.as_str()), (Some(1), ""), "{stderr}");
    assert!(stderr.contains(reason), "{stderr}");
    assert_eq!(workspace.tree(), before);
    let folder = Path::new("target/lockstep/does-not-converge");
    assert!(stderr.contains(&folder.display().to_string()), "{stderr}");
    let read = |name: &str| serde_json::from_str(&workspace.read(&folder.join(name).display().to_string())).unwrap();
    (read("built.json"), read("desired.json"))
}

#[test]
fn what_a_plan_does_not_build_stops_the_command() {
    let workspace = TestWorkspace::with_schema(&[("10_a.sql", &schema("x int"))]);
    workspace.succeed(&["db:generate", "init", "--problem", "p"]);
    workspace.write("schema/10_a.sql", &schema("x int, y int"));
    for arguments in [&["db:generate", "--problem", "p"][..], &["db:diff", "--from", "migrations", "--to", "schema"]] {
        let (built, desired) = check(&workspace, arguments, "table public.a still differs");
        let comment = |catalog: &Catalog| catalog.tables.values().next().unwrap().comment.clone();
        assert_eq!((comment(&built).as_deref(), comment(&desired)), (Some("mine"), None));
    }
}

#[test]
fn a_statement_that_the_server_refuses_stops_the_command() {
    let workspace = TestWorkspace::with_schema(&[("10_a.sql", "CREATE TABLE a (\n  x text\n);\n")]);
    workspace.succeed(&["db:generate", "init", "--problem", "p"]);
    workspace.write("schema/10_a.sql", "CREATE TABLE a (\n  -- @using no_such(x)\n  x int\n);\n");
    let generate = ["db:generate", "--problem", "p", "--allow", "change-type"];
    for arguments in [&generate[..], &["db:diff", "--from", "migrations", "--to", "schema"]] {
        let (built, desired) = check(&workspace, arguments, "function no_such(text) does not exist");
        assert_ne!(built, desired);
    }
}

#[test]
fn plans_between_live_databases_are_proven_where_that_is_asked_for() {
    let workspace = TestWorkspace::with_schema(&[]);
    let [mut from, mut to] = [(); 2].map(|()| server().scratch().unwrap());
    from.client().batch_execute(&schema("x int")).unwrap();
    to.client().batch_execute(&schema("x int, y int")).unwrap();
    let (from, to) = (from.url(), to.url());
    let diff = ["db:diff", "--from", &from, "--to", &to];
    assert!(workspace.succeed(&diff).stdout.contains("ADD COLUMN y"));
    let proven: Vec<&str> = diff.into_iter().chain(["--prove"]).collect();
    check(&workspace, &proven, "table public.a still differs");
}

#[test]
fn a_foreign_key_stands_on_the_same_key_where_the_plan_is_proven() {
    let workspace = TestWorkspace::with_schema(&[]);
    let tables = "CREATE TABLE a (x int NOT NULL, y int NOT NULL); CREATE TABLE b (x int, y int)";
    let refers = "ALTER TABLE b ADD FOREIGN KEY (x, y) REFERENCES a (x, y)";
    let keys = [
        ("CREATE UNIQUE INDEX a_own ON a (y, x)", "ALTER TABLE a ADD PRIMARY KEY (x, y)"),
        ("ALTER TABLE a ADD UNIQUE (x, y)", "ALTER TABLE a ADD PRIMARY KEY (x, y)"),
        ("ALTER TABLE a ADD UNIQUE (x, y)", "ALTER TABLE a ADD UNIQUE (y, x)"),
        ("ALTER TABLE a ADD CONSTRAINT z UNIQUE (x, y)", "CREATE UNIQUE INDEX a_other ON a (x, y)"),
        ("ALTER TABLE a ADD PRIMARY KEY (x, y)", "CREATE UNIQUE INDEX a_other ON a (x, y)"),
    ];
    for (own, other) in keys {
        let [mut from, mut to] = [(); 2].map(|()| server().scratch().unwrap());
        from.client().batch_execute(&format!("{tables}; {own}; {refers}; {other}")).unwrap();
        to.client().batch_execute(&format!("{tables}; {own}; {refers}")).unwrap();
        let Run { stdout, .. } = workspace.succeed(&["db:diff", "--from", &from.url(), "--to", &to.url(), "--prove"]);
        assert!(!stdout.contains("FOREIGN KEY"), "{own}, {other}: {stdout}");
        from.client().batch_execute(&stdout).unwrap();
    }
}
