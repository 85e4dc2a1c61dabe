//! What belongs to no table, on the command line: roles that a schema declares, names of values and attributes, the order of
//! columns.

use lockstep_postgres::Scratch;
use lockstep_tests::server;
use lockstep_tests::workspace::{Run, TestWorkspace, run};

fn with_database(workspace: &TestWorkspace, database: &Scratch, arguments: &[&str]) -> Run {
    let done = run(workspace.command(arguments).env("DATABASE_URL", database.url()), workspace.root());
    assert_eq!(done.status, Some(0), "{arguments:?}\n{}{}", done.stdout, done.stderr);
    done
}

/// Takes the roles of a test off the server, before and after it.
struct Roles<'a>(&'a [&'a str]);

impl Roles<'_> {
    fn drop_all(&self) {
        let mut client = server().connect("postgres").unwrap();
        for role in self.0 {
            _ = client.batch_execute(&format!("DROP ROLE IF EXISTS {role}"));
        }
    }
}

impl Drop for Roles<'_> {
    fn drop(&mut self) {
        self.drop_all();
    }
}

#[test]
fn a_declared_role_is_made_compared_and_dropped() {
    let roles = Roles(&["lockstep_cli_app", "lockstep_cli_reader"]);
    roles.drop_all();
    let schema = "CREATE ROLE lockstep_cli_app LOGIN; CREATE ROLE lockstep_cli_reader; GRANT lockstep_cli_reader TO lockstep_cli_app;
        CREATE TABLE note (id int PRIMARY KEY, body text); GRANT SELECT ON note TO lockstep_cli_reader;\n";
    let workspace = TestWorkspace::with_schema(&[("10_note.sql", schema)]);
    workspace.succeed(&["db:generate", "init", "--problem", "there are no notes"]);
    let text = workspace.read(&format!("migrations/{}", workspace.migrations()[0]));
    assert!(text.contains("DO $role$ BEGIN") && !text.contains("needs-role"), "{text}");
    workspace.succeed(&["check"]);
    let mut database = server().scratch().unwrap();
    with_database(&workspace, &database, &["db:migrate"]);
    let url = database.url();
    let diff = || {
        with_database(&workspace, &server().scratch().unwrap(), &["db:diff", "--from", &url, "--to", "schema"]).stdout
    };
    assert_eq!(diff(), "");
    database.client().batch_execute("ALTER ROLE lockstep_cli_app NOLOGIN CREATEDB").unwrap();
    let said = diff();
    assert!(said.contains("ALTER ROLE lockstep_cli_app LOGIN") && said.contains("NOCREATEDB"), "{said}");

    workspace.write("schema/10_note.sql", &schema.replace("app LOGIN", "app LOGIN NOINHERIT CONNECTION LIMIT 5"));
    workspace.succeed(&["db:generate", "--problem", "too many connections"]);
    with_database(&workspace, &database, &["db:migrate"]);
    let limit = "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'lockstep_cli_app'";
    assert_eq!(database.client().query_one(limit, &[]).unwrap().get::<_, i32>(0), 5);

    workspace.write("schema/10_note.sql", "CREATE TABLE note (id int PRIMARY KEY, body text);\n");
    let Run { status, stderr, .. } = workspace.run(&["db:generate"]);
    assert!(status == Some(1) && stderr.contains("--allow drop-role:lockstep_cli_app"), "{stderr}");
    workspace.succeed(&["db:generate", "--allow", "drop-role", "--problem", "nobody reads notes"]);
    let last = workspace.read(&format!("migrations/{}", workspace.migrations().last().unwrap()));
    assert!(last.contains(" contract\n") && last.contains("irreversible: drops role"), "{last}");
    with_database(&workspace, &database, &["db:migrate"]);
    let left = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'lockstep_cli_%'";
    assert_eq!(database.client().query_one(left, &[]).unwrap().get::<_, i64>(0), 0);
    workspace.succeed(&["check"]);
}

#[test]
fn a_password_in_the_schema_is_refused_and_not_shown() {
    let workspace = TestWorkspace::with_schema(&[("10_role.sql", "CREATE ROLE lockstep_cli_p PASSWORD 'hunter2';\n")]);
    let Run { status, stderr, .. } = workspace.run(&["db:generate"]);
    assert!(status == Some(1) && stderr.contains("secret-in-schema") && !stderr.contains("hunter2"), "{stderr}");
}

#[test]
fn values_and_attributes_are_renamed_by_annotation() {
    let schema = "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TYPE pair AS (first mood, second int);\n\
        CREATE TABLE person (id int PRIMARY KEY, mood mood DEFAULT 'sad');\n\
        CREATE FUNCTION of_person(pair) RETURNS mood LANGUAGE sql AS $$ SELECT ($1).first $$;\n";
    let workspace = TestWorkspace::with_schema(&[("10_person.sql", schema)]);
    workspace.succeed(&["db:generate", "init", "--problem", "there is nobody"]);
    let mut database = server().scratch().unwrap();
    with_database(&workspace, &database, &["db:migrate"]);
    database.client().batch_execute("INSERT INTO person VALUES (1, 'sad')").unwrap();
    let renamed = schema
        .replace("('sad', 'ok')", "(\n  -- @renamed from=sad\n  'it''s sad',\n  'ok')")
        .replace("DEFAULT 'sad'", "DEFAULT 'it''s sad'")
        .replace("second int", "\n  -- @renamed from=second\n  \"The second\" int");
    workspace.write("schema/10_person.sql", &renamed);
    workspace.succeed(&["db:generate", "--problem", "better names"]);
    let last = workspace.read(&format!("migrations/{}", workspace.migrations().last().unwrap()));
    assert!(last.contains("ALTER TYPE public.mood RENAME VALUE 'sad' TO 'it''s sad';"), "{last}");
    assert!(last.contains("ALTER TYPE public.pair RENAME ATTRIBUTE second TO \"The second\" CASCADE;"), "{last}");
    with_database(&workspace, &database, &["db:migrate"]);
    let row =
        database.client().query_one("SELECT mood::text, (ROW(mood, 7)::pair).\"The second\" FROM person", &[]).unwrap();
    assert_eq!((row.get::<_, String>(0), row.get::<_, i32>(1)), ("it's sad".to_owned(), 7));
    workspace.succeed(&["check"]);
}

#[test]
fn a_value_that_a_partition_key_may_hold_is_not_taken_away() {
    let schema = "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE log (mood mood, at int) PARTITION BY LIST (mood);\n\
        CREATE TABLE log_ok PARTITION OF log FOR VALUES IN ('ok');\n";
    let workspace = TestWorkspace::with_schema(&[("10_log.sql", schema)]);
    workspace.succeed(&["db:generate", "init", "--problem", "nothing is logged"]);
    workspace.write("schema/10_log.sql", &schema.replace("'sad', ", ""));
    let Run { status, stderr, .. } = workspace.run(&["db:generate", "--allow", "drop-enum-value"]);
    assert!(status == Some(1) && stderr.contains("error[partition-key-type]: column public.log.mood"), "{stderr}");
    assert!(stderr.contains("schema/10_log.sql:2"), "{stderr}");
    workspace.write("schema/10_log.sql", &schema.replace("'ok')", "'ok', 'new')"));
    workspace.succeed(&["db:generate", "--problem", "there are more moods"]);
}

#[test]
fn another_order_of_columns_is_told_and_is_no_difference() {
    let workspace = TestWorkspace::with_schema(&[("10_a.sql", "CREATE TABLE a (x int PRIMARY KEY, z int);\n")]);
    workspace.succeed(&["db:generate", "init", "--problem", "there is no a"]);
    let database = server().scratch().unwrap();
    with_database(&workspace, &database, &["db:migrate"]);
    workspace.write("schema/10_a.sql", "CREATE TABLE a (x int PRIMARY KEY, y int, z int);\n");
    let told = "note: the columns of table public.a stand in the order x, z, y; the order that is written is x, y, z";
    let generated = workspace.succeed(&["db:generate", "--problem", "there is no y"]);
    assert!(generated.stderr.contains(told), "{}", generated.stderr);
    with_database(&workspace, &database, &["db:migrate"]);
    let status = with_database(&workspace, &database, &["db:status"]);
    assert!(status.stderr.contains(told), "{}", status.stderr);
    let diff = workspace.succeed(&["db:diff", "--from", &database.url(), "--to", "schema"]);
    assert_eq!(diff.stdout, "");
    assert!(diff.stderr.contains(told), "{}", diff.stderr);
    let json = workspace.succeed(&["db:diff", "--format", "json", "--from", &database.url(), "--to", "schema"]).stdout;
    assert!(json.starts_with("{\"statements\":[],\"notes\":[\"the columns of table public.a stand"), "{json}");
}
