//! Tables that become partitions, and partitions that become tables, while others use them.

use super::*;

const BEFORE: &str =
    "CREATE TABLE event (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE event_2023 PARTITION OF event FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_2025 (id bigint NOT NULL, at date NOT NULL);
";

const AFTER: &str =
    "CREATE TABLE event (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE event_2023 PARTITION OF event FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE event_2024 (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at));
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
";

const ROWS: &str = "INSERT INTO event SELECT n, '2024-02-03' FROM generate_series(1, 5000) AS n;
INSERT INTO event_2025 SELECT n, '2025-02-03' FROM generate_series(1, 5000) AS n";

fn changed() -> (TestWorkspace, Scratch) {
    let workspace = TestWorkspace::with_schema(&[("10_event.sql", BEFORE)]);
    workspace.succeed(&["db:generate", "init", "--problem", "there are no events"]);
    let mut database = server().scratch().unwrap();
    assert!(migrate(&database.url(), folder(&workspace, |_| true).path()).output().unwrap().status.success());
    database.client().batch_execute(ROWS).unwrap();
    workspace.write("schema/10_event.sql", AFTER);
    workspace.succeed(&["db:generate", "--problem", "a year is over"]);
    (workspace, database)
}

fn arrives(workspace: &TestWorkspace, database: &mut Scratch) {
    let url = database.url();
    let output = migrate(&url, folder(workspace, |_| true).path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let to = workspace.root().join("schema").display().to_string();
    assert_eq!(workspace.succeed(&["db:diff", "--from", &url, "--to", &to]).stdout, "");
    let counts = "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM event_2024)";
    let row = database.client().query_one(counts, &[]).unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (5000, 5000));
}

#[test]
fn bounds_are_proven_before_and_nothing_is_built_under_a_lock() {
    let (workspace, mut database) = changed();
    let all = migrations(&workspace);
    let bodies: Vec<&str> = all.iter().map(MigrationFile::body).collect();
    let place = |text: &str| {
        bodies.iter().position(|body| body.contains(text)).unwrap_or_else(|| panic!("{text}: {bodies:#?}"))
    };
    assert!(place("VALIDATE CONSTRAINT event_2025__bound") < place("ATTACH PARTITION"), "{bodies:#?}");
    assert!(place("CREATE UNIQUE INDEX CONCURRENTLY event_2025_pkey") < place("ATTACH PARTITION"), "{bodies:#?}");
    assert!(place("VALIDATE CONSTRAINT event_2024__bound") < place("DETACH PARTITION public.event_2024 CONCURRENTLY"));
    let attachment = place("ATTACH PARTITION");
    let mut earlier: Vec<&str> = all[..attachment].iter().map(|file| file.file_name.as_str()).collect();
    earlier.sort_unstable();
    let before = folder(&workspace, |name| earlier.contains(&name));
    assert!(migrate(&database.url(), before.path()).output().unwrap().status.success());
    // The server counts what it reads.
    let mut client = Client::connect(&database.url(), NoTls).unwrap();
    let body = SourceFile::new("attach.sql", bodies[attachment]);
    let indexes = "SELECT string_agg(indexrelid::text, ' ' ORDER BY indexrelid) FROM pg_index WHERE indrelid = 'event_2025'::regclass";
    let was: String = client.query_one(indexes, &[]).unwrap().get(0);
    client.batch_execute("BEGIN").unwrap();
    for statement in split(&body).unwrap() {
        client.batch_execute(statement.span.text()).unwrap();
    }
    let read = "SELECT pg_stat_get_xact_numscans('event_2025'::regclass)";
    assert_eq!(client.query_one(read, &[]).unwrap().get::<_, i64>(0), 0, "the rows were read");
    assert_eq!(client.query_one(indexes, &[]).unwrap().get::<_, String>(0), was, "an index was built");
    client.batch_execute("ROLLBACK").unwrap();
    arrives(&workspace, &mut database);
}

#[test]
fn a_detachment_that_was_interrupted_is_finished() {
    let (workspace, mut database) = changed();
    let all = migrations(&workspace);
    let detachment = all.iter().find(|file| file.body().contains(" DETACH PARTITION ")).unwrap();
    let before = folder(&workspace, |name| name < detachment.file_name.as_str());
    let url = database.url();
    assert!(migrate(&url, before.path()).output().unwrap().status.success());
    let mut open = Client::connect(&url, NoTls).unwrap();
    open.batch_execute("BEGIN; SELECT FROM event LIMIT 1").unwrap();
    let body = SourceFile::new("detach.sql", detachment.body());
    let mut client = Client::connect(&url, NoTls).unwrap();
    client.batch_execute("SET statement_timeout = '1s'").unwrap();
    client.batch_execute(split(&body).unwrap()[0].span.text()).unwrap_err();
    open.batch_execute("ROLLBACK").unwrap();
    let pending = "SELECT count(*) FROM pg_inherits WHERE inhdetachpending";
    assert_eq!(database.client().query_one(pending, &[]).unwrap().get::<_, i64>(0), 1);
    arrives(&workspace, &mut database);
}
