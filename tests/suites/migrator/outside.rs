//! Files with `Transaction: no`: what is left by an interruption, and how the next boot goes on.

use lockstep::migrator::MigrateError;
use lockstep_tests::{block_on, connect, server};

use super::{HEADER_LINES, outside_text, query, run, versions};

const TABLE: (&str, &str) =
    ("V1__a.sql", "CREATE TABLE a (id int, n int);\nINSERT INTO a SELECT n, n / 2 FROM generate_series(1, 100) AS n;");

const RECORDS: &str =
    "SELECT statement || ' ' || state FROM lockstep_schema_history WHERE version = 2 ORDER BY statement";
const INDEXES: &str =
    "SELECT indexrelid::regclass || ' ' || indisvalid FROM pg_index WHERE indrelid = 'a'::regclass ORDER BY 1";

/// Makes the history say that the process died while it ran this statement, of which it did not learn the end.
async fn forget_outcome(url: &str, statement: i32) {
    let client = connect(url).await;
    client.batch_execute("DELETE FROM refinery_schema_history WHERE version = 2").await.unwrap();
    client
        .execute(
            "DELETE FROM lockstep_schema_history WHERE version = 2 AND (statement > $1 OR statement = 0)",
            &[&statement],
        )
        .await
        .unwrap();
    client.execute("UPDATE lockstep_schema_history SET state = 'running', finished_at = NULL WHERE version = 2 AND statement = $1", &[&statement]).await.unwrap();
}

#[test]
fn a_failed_unique_index_is_dropped_and_built_again() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let text = outside_text("INSERT INTO a VALUES (1000, 1000);\nCREATE UNIQUE INDEX CONCURRENTLY a_n ON a (n);\n");
        let files = [TABLE, ("V2__i.sql", text.as_str())];
        let MigrateError::Statement(error) = run(&url, &files).await.unwrap_err() else {
            panic!("no statement failed")
        };
        assert_eq!((error.statement, error.line), (2, HEADER_LINES + 2), "{error}");
        assert_eq!(error.sqlstate().map(|code| code.code()), Some("23505"));
        assert!(error.to_string().contains("statements up to 1 are recorded as done"), "{error}");
        assert_eq!(query(&url, INDEXES).await, ["a_n false"]);
        assert_eq!(query(&url, RECORDS).await, ["1 done", "2 failed"]);

        query(&url, "DELETE FROM a WHERE id % 2 = 0 AND id < 1000 OR id = 1").await;
        assert_eq!(versions(&run(&url, &files).await.unwrap()), [2]);
        assert_eq!(query(&url, INDEXES).await, ["a_n true"]);
        assert_eq!(query(&url, RECORDS).await, ["0 done", "1 done", "2 done"]);
        assert_eq!(query(&url, "SELECT count(*) FROM a WHERE id = 1000").await, ["1"], "statement 1 ran twice");
    });
}

#[test]
fn an_invalid_index_is_not_skipped_by_if_not_exists() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        run(&url, &[TABLE]).await.unwrap();
        let client = connect(&url).await;
        client.batch_execute("CREATE UNIQUE INDEX CONCURRENTLY \"A n\" ON a (n)").await.unwrap_err();
        assert_eq!(query(&url, INDEXES).await, ["\"A n\" false"]);
        let text = outside_text("CREATE INDEX CONCURRENTLY IF NOT EXISTS \"A n\" ON public.a (n);\n");
        run(&url, &[TABLE, ("V2__i.sql", &text)]).await.unwrap();
        assert_eq!(query(&url, INDEXES).await, ["\"A n\" true"]);
    });
}

#[test]
fn an_index_whose_record_was_lost_is_recognised_by_its_definition() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let text =
            outside_text("CREATE INDEX CONCURRENTLY a_n ON a ((n + id) DESC, n) WHERE n > 3 AND id IS NOT NULL;\n");
        let files = [TABLE, ("V2__i.sql", text.as_str())];
        run(&url, &files).await.unwrap();
        let before = query(&url, "SELECT 'a_n'::regclass::oid").await;
        forget_outcome(&url, 1).await;
        assert_eq!(versions(&run(&url, &files).await.unwrap()), [2]);
        assert_eq!(query(&url, "SELECT 'a_n'::regclass::oid").await, before, "the index was built again");
        assert_eq!(query(&url, RECORDS).await, ["0 done", "1 done"]);

        forget_outcome(&url, 1).await;
        query(&url, "DROP INDEX a_n; CREATE INDEX a_n ON a (id)").await;
        let error = run(&url, &files).await.unwrap_err();
        assert!(matches!(error, MigrateError::IndexDiffers { .. }), "{error}");
        assert_eq!(
            error.to_string(),
            "V2__i.sql:12: statement 1 was interrupted, and its index public.a_n now exists with another definition: \
             CREATE INDEX a_n ON public.a USING btree (id)\nhint: drop or rename that index, then start again"
        );
    });
}

#[test]
fn statements_that_cannot_be_asked_for_twice_are_known_to_be_done() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let made = format!("{}_made", database.name());
        let text =
            outside_text(&format!("CREATE DATABASE {made} TEMPLATE template0;\nDROP DATABASE {made};\nVACUUM a;\n"));
        let files = [TABLE, ("V2__i.sql", text.as_str())];
        run(&url, &files).await.unwrap();
        forget_outcome(&url, 2).await;
        assert_eq!(versions(&run(&url, &files).await.unwrap()), [2], "DROP DATABASE of what is gone");
        forget_outcome(&url, 1).await;
        query(&url, &format!("CREATE DATABASE {made}")).await;
        assert_eq!(versions(&run(&url, &files).await.unwrap()), [2], "CREATE DATABASE of what is there");
        assert_eq!(query(&url, RECORDS).await, ["0 done", "1 done", "2 done", "3 done"]);
    });
}

#[test]
fn what_exists_without_an_interruption_is_an_error() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        run(&url, &[TABLE]).await.unwrap();
        query(&url, "CREATE INDEX a_n ON a (n)").await;
        let text = outside_text("CREATE INDEX CONCURRENTLY a_n ON a (n);\n");
        let MigrateError::Statement(error) = run(&url, &[TABLE, ("V2__i.sql", &text)]).await.unwrap_err() else {
            panic!()
        };
        assert_eq!(error.sqlstate().map(|code| code.code()), Some("42P07"));
    });
}

#[test]
fn settings_are_set_again_and_do_not_outlive_their_file() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let text = outside_text(
            "SET work_mem = '7MB';\nCREATE TABLE seen AS SELECT 1;\nVACUUM a;\nINSERT INTO a SELECT 1 / (n - 1) FROM a LIMIT 1;\n\
             CREATE TABLE seen_work_mem AS SELECT current_setting('work_mem') AS work_mem;\n",
        );
        let later = (
            "V3__later.sql",
            "SET search_path = pg_catalog; CREATE TABLE public.later AS SELECT current_setting('work_mem') AS work_mem;",
        );
        let files = [TABLE, ("V2__i.sql", text.as_str()), later, ("V4__b.sql", "CREATE TABLE last (id int);")];
        query(&url, "CREATE TABLE a (id int, n int); INSERT INTO a VALUES (1, 1)").await;
        let files_without_table = &files[1..];
        let MigrateError::Statement(error) = run(&url, files_without_table).await.unwrap_err() else { panic!() };
        assert_eq!(error.statement, 4, "{error}");
        query(&url, "UPDATE a SET n = 2").await;
        assert_eq!(versions(&run(&url, files_without_table).await.unwrap()), [2, 3, 4]);
        assert_eq!(query(&url, "SELECT work_mem FROM seen_work_mem").await, ["7MB"]);
        assert_ne!(query(&url, "SELECT work_mem FROM later").await, ["7MB"]);
        assert_eq!(query(&url, "SELECT 'public.last'::regclass").await, ["last"]);
    });
}

#[test]
fn statements_that_are_done_may_not_be_edited_but_the_failed_one_may() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let broken = outside_text("INSERT INTO a VALUES (5000);\nSELECT broken;\n");
        run(&url, &[TABLE, ("V2__i.sql", &broken)]).await.unwrap_err();

        let edited = outside_text("INSERT INTO a VALUES (5001);\nSELECT 1;\n");
        let error = run(&url, &[TABLE, ("V2__i.sql", &edited)]).await.unwrap_err();
        assert!(matches!(error, MigrateError::EditedHalfWay { statement: 1, line: 12, .. }), "{error}");

        let mended = outside_text("INSERT INTO a VALUES (5000);\nSELECT 1;\n");
        assert_eq!(versions(&run(&url, &[TABLE, ("V2__i.sql", &mended)]).await.unwrap()), [2]);
        assert_eq!(query(&url, "SELECT id FROM a WHERE id >= 5000").await, ["5000"]);
    });
}

#[test]
fn a_procedure_that_commits_and_an_enum_value_run_outside() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let procedure = (
            "V1__p.sql",
            "CREATE TABLE a (id int);\nCREATE TYPE mood AS ENUM ('sad');\n\
             CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN FOR n IN 1..3 LOOP INSERT INTO a VALUES (n); COMMIT; END LOOP; END $$;",
        );
        let text = outside_text(
            "CALL fill();\nALTER TYPE mood ADD VALUE 'glad';\nCREATE TABLE m AS SELECT 'glad'::mood AS mood;\n",
        );
        assert_eq!(versions(&run(&url, &[procedure, ("V2__i.sql", &text)]).await.unwrap()), [1, 2]);
        assert_eq!(query(&url, "SELECT count(*) FROM a").await, ["3"]);
        assert_eq!(query(&url, "SELECT mood FROM m").await, ["glad"]);
    });
}
