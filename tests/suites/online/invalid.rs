//! Indexes that an interrupted build has left behind are named, and built again.

use super::*;

/// Builds an index while an open transaction stands in the way, until the build gives up.
fn interrupted(url: &str, table: &str, build: &str) {
    let mut open = Client::connect(url, NoTls).unwrap();
    open.batch_execute(&format!("BEGIN; LOCK TABLE {table} IN ROW EXCLUSIVE MODE")).unwrap();
    let mut builder = Client::connect(url, NoTls).unwrap();
    builder.batch_execute("SET statement_timeout = '1s'").unwrap();
    builder.batch_execute(build).unwrap_err();
    open.batch_execute("ROLLBACK").unwrap();
}

fn led(workspace: &TestWorkspace, url: &str, arguments: &[&str]) -> Run {
    let to = workspace.root().join("schema").display().to_string();
    let run = workspace.succeed(&[["db:diff", "--from", url, "--to", &to].as_slice(), arguments].concat());
    let mut client = Client::connect(url, NoTls).unwrap();
    for statement in split(&SourceFile::new("diff.sql", run.stdout.as_str())).unwrap() {
        let sql = statement.span.text();
        client.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
    }
    assert_eq!(workspace.succeed(&["db:diff", "--from", url, "--to", &to]).stdout, "");
    run
}

#[test]
fn an_invalid_index_is_named_and_built_again() {
    const SCHEMA: &str = "CREATE TABLE a (id bigint PRIMARY KEY, n text);\nCREATE INDEX \"A n\" ON a (n);\n";
    let workspace = TestWorkspace::with_schema(&[("10_a.sql", SCHEMA)]);
    workspace.succeed(&["db:generate", "init", "--problem", "p"]);
    for arguments in [&[][..], &["--offline"]] {
        let mut database = server().scratch().unwrap();
        let url = database.url();
        assert!(migrate(&url, folder(&workspace, |_| true).path()).output().unwrap().status.success());
        let status = |expected| {
            let run = workspace.run(&["db:status", "--database-url", &url]);
            assert_eq!(run.status, Some(expected), "{}", run.stderr);
            run.stderr
        };
        status(0);
        database.client().batch_execute("DROP INDEX \"A n\"").unwrap();
        interrupted(&url, "a", "CREATE INDEX CONCURRENTLY \"A n\" ON a USING btree (n)");
        assert!(status(1).contains("index public.A n of public.a is invalid"));
        let Run { stdout, stderr, .. } = led(&workspace, &url, arguments);
        assert!(stdout.contains("REINDEX INDEX") && stdout.contains("public.\"A n\""), "{stdout}");
        assert!(stderr.contains("index public.A n of public.a is invalid"), "{stderr}");
        status(0);
    }
}

#[test]
fn what_partitions_still_lack_is_built() {
    const SCHEMA: &str = "CREATE TABLE a (id bigint, n text, CONSTRAINT a_key UNIQUE (id, n)) PARTITION BY LIST (id);
CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1);
CREATE TABLE a2 PARTITION OF a FOR VALUES IN (2);
CREATE INDEX a_n ON a (n);\n";
    let workspace = TestWorkspace::with_schema(&[("10_a.sql", SCHEMA)]);
    for arguments in [&[][..], &["--offline"]] {
        let mut database = server().scratch().unwrap();
        database
            .client()
            .batch_execute(
                "CREATE TABLE a (id bigint, n text) PARTITION BY LIST (id);
                 CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1); CREATE TABLE a2 PARTITION OF a FOR VALUES IN (2);
                 CREATE INDEX a_n ON ONLY a (n); CREATE INDEX a1_n_idx ON a1 (n); CREATE INDEX a2_n_idx ON a2 (n);
                 ALTER INDEX a_n ATTACH PARTITION a1_n_idx;
                 ALTER TABLE ONLY a ADD CONSTRAINT a_key UNIQUE (id, n)",
            )
            .unwrap();
        led(&workspace, &database.url(), arguments);
        let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
        assert_eq!(database.client().query_one(invalid, &[]).unwrap().get::<_, i64>(0), 0);
    }
}

#[test]
fn a_new_column_that_rewrites_its_table_says_so() {
    let workspace =
        TestWorkspace::with_schema(&[("10_a.sql", "CREATE TABLE a (n integer);\nCREATE TABLE b (n integer);\n")]);
    workspace.succeed(&["db:generate", "init", "--problem", "p"]);
    let after = "CREATE TABLE a (n integer, id bigint GENERATED ALWAYS AS IDENTITY);\n\
                 CREATE TABLE b (n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED);\n";
    workspace.write("schema/10_a.sql", after);
    workspace.succeed(&["db:generate", "--problem", "p"]);
    let all = migrations(&workspace);
    let header = all[1].header.as_ref().unwrap();
    assert_eq!(header.hazards.len(), 2, "{:?}", header.hazards);
    assert!(header.hazards[0].starts_with("rewrite public.a (each row gets a value of its sequence: the table"));
    assert!(header.hazards[1].starts_with("rewrite public.b (the value of each row is computed: the table"));
    assert_eq!(header.locks.iter().filter(|lock| lock.contains("(rewrite)")).count(), 2, "{:?}", header.locks);
}
