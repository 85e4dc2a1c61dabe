//! Partitioned tables that are in use: everything is built, read and filled in partition by partition.

use super::*;

const BEFORE: &str = "CREATE SCHEMA shop;
CREATE TABLE shop.place (id bigint PRIMARY KEY);
CREATE TABLE shop.event (id bigint NOT NULL, at date NOT NULL, place bigint, note text) PARTITION BY RANGE (at);
CREATE TABLE shop.event_2024 PARTITION OF shop.event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.event_2025 PARTITION OF shop.event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
    PARTITION BY LIST (place);
CREATE TABLE shop.event_2025_1 PARTITION OF shop.event_2025 FOR VALUES IN (1);
CREATE TABLE shop.\"Event 2025 rest\" PARTITION OF shop.event_2025 DEFAULT;
";

const AFTER: &str = "CREATE SCHEMA shop;
CREATE TABLE shop.place (id bigint PRIMARY KEY);
CREATE TABLE shop.event (
    id bigint NOT NULL, at date NOT NULL, place bigint REFERENCES shop.place, note text NOT NULL,
    token uuid NOT NULL DEFAULT gen_random_uuid(),
    CONSTRAINT event_note CHECK (note <> ''),
    CONSTRAINT event_token UNIQUE (token, at, place)
) PARTITION BY RANGE (at);
CREATE TABLE shop.event_2024 PARTITION OF shop.event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.event_2025 PARTITION OF shop.event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
    PARTITION BY LIST (place);
CREATE TABLE shop.event_2025_1 PARTITION OF shop.event_2025 FOR VALUES IN (1);
CREATE TABLE shop.\"Event 2025 rest\" PARTITION OF shop.event_2025 DEFAULT;
CREATE INDEX event_place ON shop.event (place, lower(note));
";

const ROWS: &str = "INSERT INTO shop.place SELECT generate_series(1, 9);
INSERT INTO shop.event SELECT n, date '2024-01-01' + n % 700, n % 9 + 1, 'note ' || n FROM generate_series(1, 40000) AS n";

/// What a binary does that knows the table as it was.
const WORK: [&str; 3] = [
    "INSERT INTO shop.event VALUES (7, '2025-02-03', 2, 'More')",
    "UPDATE shop.event SET note = note || '.' WHERE id = 1 + (random() * 39999)::bigint",
    "SELECT id, at, place, note FROM shop.event WHERE id = 77",
];

fn changed(arguments: &[&str]) -> (TestWorkspace, String) {
    let workspace = TestWorkspace::with_schema(&[("10_shop.sql", BEFORE)]);
    workspace.succeed(&["db:generate", "init", "--problem", "there is no shop"]);
    let init = workspace.migrations().remove(0);
    workspace.write("schema/10_shop.sql", AFTER);
    workspace.succeed(&[["db:generate", "--problem", "events are not found"].as_slice(), arguments].concat());
    (workspace, init)
}

fn seeded(workspace: &TestWorkspace, init: &str) -> Scratch {
    let mut database = server().scratch().unwrap();
    let first = folder(workspace, |name| name == init);
    assert!(migrate(&database.url(), first.path()).output().unwrap().status.success());
    database.client().batch_execute(ROWS).unwrap();
    database
}

fn migrated(workspace: &TestWorkspace, database: &Scratch) {
    let output = migrate(&database.url(), folder(workspace, |_| true).path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn nobody_waits_for_a_partitioned_table() {
    let (workspace, init) = changed(&[]);
    for file in migrations(&workspace).iter().filter(|file| file.file_name != init) {
        let header = file.header.as_ref().unwrap();
        nothing_long_stops_others(file);
        let is_long = ["CREATE INDEX event", "CREATE UNIQUE INDEX"].iter().any(|text| file.body().contains(text));
        assert!(!is_long || file.body().contains("CONCURRENTLY") || file.body().contains("ON ONLY"), "{}", file.body());
        assert!(!header.hazards.iter().any(|hazard| hazard.starts_with("blocks")), "{:?}", header.hazards);
    }
    let database = seeded(&workspace, &init);
    let rest = folder(&workspace, |_| true);
    migrates_beside(&WORK, &database.url(), rest.path());
}

#[test]
fn what_is_built_is_what_the_plain_form_builds() {
    let catalog = |arguments: &[&str]| {
        let (workspace, init) = changed(arguments);
        let mut database = seeded(&workspace, &init);
        migrated(&workspace, &database);
        lockstep_postgres::introspect(database.client()).unwrap().state.catalog
    };
    assert_eq!(catalog(&[]), catalog(&["--offline"]));
}

#[test]
fn a_build_that_was_interrupted_is_done_again() {
    let (workspace, init) = changed(&[]);
    let mut database = seeded(&workspace, &init);
    let (url, all) = (database.url(), migrations(&workspace));
    let builds: Vec<&str> = all
        .iter()
        .filter(|file| file.body().contains("CREATE INDEX CONCURRENTLY"))
        .map(|file| file.file_name.as_str())
        .collect();
    let first = builds.first().copied().unwrap();
    let before = folder(&workspace, |name| name < first);
    assert!(migrate(&url, before.path()).output().unwrap().status.success());

    // An open transaction makes the build wait until it gives up, and leaves an invalid index.
    let build = all.iter().find(|file| file.file_name == first).unwrap();
    let body = SourceFile::new("build.sql", build.body());
    let statement = split(&body).unwrap().remove(0).span.text().to_owned();
    let mut open = Client::connect(&url, NoTls).unwrap();
    let table = statement.split(" ON ").nth(1).unwrap().split(" USING").next().unwrap();
    open.batch_execute(&format!("BEGIN; LOCK TABLE {table} IN ROW EXCLUSIVE MODE")).unwrap();
    let mut builder = Client::connect(&url, NoTls).unwrap();
    builder.batch_execute("SET statement_timeout = '1s'").unwrap();
    builder.batch_execute(&statement).unwrap_err();
    open.batch_execute("ROLLBACK").unwrap();
    let invalid = "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
                   WHERE NOT i.indisvalid AND c.relkind = 'i'";
    assert_eq!(database.client().query_one(invalid, &[]).unwrap().get::<_, i64>(0), 1);

    migrated(&workspace, &database);
    let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
    assert_eq!(database.client().query_one(invalid, &[]).unwrap().get::<_, i64>(0), 0);
    let to = workspace.root().join("schema").display().to_string();
    assert_eq!(workspace.succeed(&["db:diff", "--from", &url, "--to", &to]).stdout, "");
}

#[test]
fn a_rollback_of_what_partitions_got_leads_back() {
    let (workspace, init) = changed(&[]);
    let mut database = seeded(&workspace, &init);
    let before = lockstep_postgres::introspect(database.client()).unwrap().state.catalog;
    migrated(&workspace, &database);
    for file in migrations(&workspace).iter().rev().filter(|file| file.file_name != init) {
        let rollback = &file.header.as_ref().unwrap().rollback;
        assert!(!rollback.starts_with("irreversible"), "{}: {rollback}", file.file_name);
        let rollback = SourceFile::new("rollback.sql", rollback.as_str());
        for statement in split(&rollback).unwrap() {
            let sql = statement.span.text();
            database.client().batch_execute(sql).unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
        }
    }
    assert_eq!(lockstep_postgres::introspect(database.client()).unwrap().state.catalog, before);
}

/// A partitioned table with an index that some of its partitions follow, each with an index of the name.
fn indexed(attached: &[(&str, &str)]) -> Scratch {
    let mut database = server().scratch().unwrap();
    let mut sql = "CREATE TABLE f (id int, n text) PARTITION BY LIST (n);
        CREATE TABLE f1 PARTITION OF f FOR VALUES IN ('1'); CREATE TABLE f2 PARTITION OF f FOR VALUES IN ('2');
        CREATE INDEX f_n ON ONLY f (n);"
        .to_owned();
    for (table, index) in attached {
        sql.push_str(&format!("CREATE INDEX {index} ON {table} (n); ALTER INDEX f_n ATTACH PARTITION {index};"));
    }
    database.client().batch_execute(&sql).unwrap();
    database
}

#[test]
fn what_follows_an_index_is_not_made_again_for_its_name() {
    let workspace = TestWorkspace::with_schema(&[]);
    let (whole, named) = (indexed(&[("f1", "a"), ("f2", "b")]), indexed(&[("f1", "c"), ("f2", "d")]));
    assert_eq!(workspace.succeed(&["db:diff", "--from", &whole.url(), "--to", &named.url()]).stdout, "");

    let mut partial = indexed(&[("f1", "c")]);
    partial.client().batch_execute("CREATE INDEX d ON f2 (n)").unwrap();
    let diff = |from: &Scratch, to: &Scratch| workspace.run(&["db:diff", "--from", &from.url(), "--to", &to.url()]);
    let Run { status, stdout, stderr } = diff(&whole, &partial);
    assert_eq!((status, stdout.as_str()), (Some(1), ""), "{stderr}");
    assert!(stderr.contains("some partitions of public.f lack what public.f_n asks of them"), "{stderr}");
    assert!(stderr.contains("`ALTER INDEX public.f_n ATTACH PARTITION …`"), "{stderr}");

    let mut more = indexed(&[("f1", "c")]);
    more.client().batch_execute("CREATE INDEX d ON f2 (n); CREATE TABLE more (x int)").unwrap();
    let plan = diff(&partial, &more).stdout;
    assert!(plan.contains("CREATE TABLE public.more") && !plan.contains("INDEX"), "{plan}");
    let mut other = indexed(&[("f2", "d")]);
    other.client().batch_execute("CREATE TABLE more (x int)").unwrap();
    assert_eq!(diff(&partial, &other).status, Some(1));

    let plan = diff(&partial, &whole).stdout;
    for statement in split(&SourceFile::new("diff.sql", plan.as_str())).unwrap() {
        partial.client().batch_execute(statement.span.text()).unwrap();
    }
    assert_eq!(diff(&partial, &whole).stdout, "");
}
