//! The histories: shared with plain refinery in both directions, and what is refused because it contradicts them.

use lockstep::migrator::{MigrateError, MigrationState, Migrator, Newer};
use lockstep_tests::{block_on, connect, server};
use refinery_core::{Migration, Runner};

use super::{embed, outside_text, query, run, versions};

const A: (&str, &str) = ("V1__a.sql", "-- why\nCREATE TABLE a (id int);\n");
const B: (&str, &str) = ("V2__b.sql", "CREATE TABLE b (id int);\n");
const C: (&str, &str) = ("V20260101000000__c.sql", "CREATE TABLE c (id int);\nINSERT INTO c VALUES (1);\n");

/// Plain refinery with these files, as it reads them.
async fn plain_refinery(url: &str, files: &[(&str, &str)]) -> Vec<i64> {
    let migrations: Vec<Migration> =
        files.iter().map(|(name, text)| Migration::unapplied(name.trim_end_matches(".sql"), text).unwrap()).collect();
    let report = Runner::new(&migrations).run_async(&mut connect(url).await).await.unwrap();
    report.applied_migrations().iter().map(Migration::version).collect()
}

#[test]
fn plain_refinery_reads_what_we_applied() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let outside = outside_text("CREATE INDEX CONCURRENTLY a_id ON a (id);\n");
        let files = [A, B, ("V3__i.sql", outside.as_str())];
        assert_eq!(versions(&run(&url, &files).await.unwrap()), [1, 2, 3]);
        let all = [files[0], files[1], files[2], C];
        assert_eq!(plain_refinery(&url, &all).await, [20260101000000], "nothing of ours is applied again or divergent");
        assert!(run(&url, &all).await.unwrap().applied.is_empty());
    });
}

#[test]
fn a_database_of_plain_refinery_is_taken_over() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        assert_eq!(plain_refinery(&url, &[A, B]).await, [1, 2]);
        assert!(run(&url, &[A, B]).await.unwrap().applied.is_empty());
        assert_eq!(versions(&run(&url, &[A, B, C]).await.unwrap()), [20260101000000]);
        let ours = query(&url, "SELECT version || '.' || statement FROM lockstep_schema_history ORDER BY 1").await;
        assert_eq!(ours, ["20260101000000.0"]);
    });
}

#[test]
fn a_history_with_int4_versions_is_widened() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        plain_refinery(&url, &[A, B]).await;
        query(&url, "ALTER TABLE refinery_schema_history ALTER COLUMN version TYPE int4").await;
        assert!(run(&url, &[A, B]).await.unwrap().applied.is_empty());
        assert_eq!(versions(&run(&url, &[A, B, C]).await.unwrap()), [20260101000000]);
    });
}

#[test]
fn line_ends_do_not_count() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let crlf: Vec<(&str, String)> = [A, C].iter().map(|(name, text)| (*name, text.replace('\n', "\r\n"))).collect();
        let crlf: Vec<(&str, &str)> = crlf.iter().map(|(name, text)| (*name, text.as_str())).collect();
        plain_refinery(&url, &crlf).await;
        assert!(run(&url, &[A, C]).await.unwrap().applied.is_empty());
        let later = ("V20260101000001__d.sql", "CREATE TABLE d (id int);");
        assert_eq!(versions(&run(&url, &[A, C, later]).await.unwrap()), [20260101000001], "refinery's engine agrees");
        assert!(
            run(&url, &[crlf[0], crlf[1], later]).await.unwrap().applied.is_empty(),
            "read with \\r\\n by our tools"
        );
    });
}

#[test]
fn an_edited_header_is_corrected_and_an_edited_body_refused() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let text = outside_text("CREATE TABLE x (id int);\n");
        run(&url, &[A, ("V3__x.sql", &text)]).await.unwrap();
        let header = text.replace("-- Problem: p", "-- Problem: nobody could find x");
        let files = [A, ("V3__x.sql", header.as_str())];
        let client = connect(&url).await;
        assert!(Migrator::new(embed(&files)).is_current(&client).await.unwrap());
        assert!(run(&url, &files).await.unwrap().applied.is_empty());
        assert_eq!(plain_refinery(&url, &files).await, [0_i64; 0], "refinery's checksum was corrected");

        let body = text.replace("id int", "id bigint");
        let error = run(&url, &[A, ("V3__x.sql", &body)]).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the database's history does not fit this binary's migrations; nothing was changed\n  \
             V3__x.sql: edited after it was applied (as V3__x)\n  \
             hint: restore the file as it was applied and put the change into a new migration"
        );
    });
}

#[test]
fn every_contradiction_is_named_at_once() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        run(&url, &[A, B, C]).await.unwrap();
        let edited = ("V1__a.sql", "CREATE TABLE a (id bigint);\n");
        let late = ("V3__late.sql", "CREATE TABLE late (id int);\n");
        let files = [edited, late, C];
        let error = run(&url, &files).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the database's history does not fit this binary's migrations; nothing was changed\n  \
             V1__a.sql: edited after it was applied (as V1__a)\n  \
             hint: restore the file as it was applied and put the change into a new migration\n  \
             V2__b: applied, but this binary does not have it, though it has later ones\n  \
             hint: bring the file back, or build from a branch that has it\n  \
             V3__late.sql: not applied, but a later version is\n  \
             hint: give it a version later than every applied one (cargo xtask db:generate does)"
        );
        let status = Migrator::new(embed(&files)).status(&connect(&url).await).await.unwrap();
        let states: Vec<MigrationState> = status.migrations.iter().map(|migration| migration.state).collect();
        use MigrationState::{Applied, Divergent, Missing, OutOfOrder};
        assert_eq!(states, [Divergent, Missing, OutOfOrder, Applied]);
    });
}

#[test]
fn a_newer_database_is_tolerated_or_refused() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        run(&url, &[A, B, C]).await.unwrap();
        let client = connect(&url).await;
        let old = Migrator::new(embed(&[A, B]));
        assert!(old.run(&url).await.unwrap().applied.is_empty());
        assert!(old.is_current(&client).await.unwrap());
        let strict = old.newer(Newer::Refuse);
        assert!(!strict.is_current(&client).await.unwrap());
        let error = strict.run(&url).await.unwrap_err();
        assert!(matches!(error, MigrateError::Newer(_)));
        assert_eq!(
            error.to_string(),
            "the database is newer than this binary: it has V20260101000000__c\n\
             hint: start the release that brought it, or let the migrator tolerate newer databases"
        );
    });
}

#[test]
fn our_history_says_who_what_when_and_with_which_binary() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        run(&url, &[A]).await.unwrap();
        let status = Migrator::new(embed(&[A, B])).status(&connect(&url).await).await.unwrap();
        let [a, b] = status.migrations.as_slice() else { panic!("{status:?}") };
        assert_eq!((a.state, b.state), (MigrationState::Applied, MigrationState::Pending));
        let record = a.record.as_ref().unwrap();
        assert_eq!((record.application.as_deref(), record.build.as_deref()), (Some("suite 1.0.0"), Some("abc123")));
        assert_eq!(record.state, "done");
        assert_eq!(vec![record.applied_by.clone()], query(&url, "SELECT session_user").await);
        assert!(record.duration.is_some() && a.applied_on.is_some());
        assert!(!status.is_current());
    });
}

#[test]
fn the_histories_stay_in_the_schema_where_they_are_found() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        query(&url, "CREATE SCHEMA \"My Own\"").await;
        let name = database.name();
        query(&url, &format!("ALTER DATABASE {name} SET search_path = \"My Own\", public")).await;
        run(&url, &[A]).await.unwrap();
        query(&url, &format!("ALTER DATABASE {name} SET search_path = public, \"My Own\"")).await;
        assert_eq!(versions(&run(&url, &[A, B]).await.unwrap()), [2]);
        let tables = "SELECT oid::regclass::text FROM pg_class WHERE relname LIKE '%schema_history' AND relkind = 'r' ORDER BY 1";
        assert_eq!(query(&url, tables).await, ["lockstep_schema_history", "refinery_schema_history"]);
        query(&url, &format!("ALTER DATABASE {name} SET search_path = nowhere")).await;
        let error = run(&url, &[A, B]).await.unwrap_err();
        assert!(matches!(error, MigrateError::NoSchema), "{error}");
    });
}
