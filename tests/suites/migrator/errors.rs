//! What the errors say, word by word.

use lockstep::migrator::{MigrateError, Migrator};
use lockstep_tests::{block_on, connect, server};

use super::{embed, outside_text, query, run};

const A: (&str, &str) = ("V1__a.sql", "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TYPE t AS ENUM ('x');\n");

async fn message(url: &str, text: &str) -> String {
    run(url, &[A, ("V2__b.sql", text)]).await.unwrap_err().to_string()
}

#[test]
fn a_failed_statement() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        insta::assert_snapshot!(message(&url, "CREATE TABLE b (id int);\n\n-- why\nALTER TABLE b\n  ADD COLUMN x nothing;\n").await, @r#"
        V2__b.sql:5: statement 2: type "nothing" does not exist (SQLSTATE 42704)
          statement: ALTER TABLE b
        hint: the migration was rolled back; correct the file, then start again
        "#);
        insta::assert_snapshot!(message(&url, "INSERT INTO a VALUES (1);\nINSERT INTO a VALUES (1);\n").await, @r#"
        V2__b.sql:2: statement 2: duplicate key value violates unique constraint "a_pkey" (SQLSTATE 23505)
          detail: Key (id)=(1) already exists.
          statement: INSERT INTO a VALUES (1)
        hint: the migration was rolled back; the rows in the table contradict the statement: correct the data, then start again
        "#);
        insta::assert_snapshot!(message(&url, "VACUUM a;\n").await, @r#"
        V2__b.sql:1: statement 1: VACUUM cannot run inside a transaction block (SQLSTATE 25001)
          statement: VACUUM a
        hint: the migration was rolled back; put the statement into a file of its own with `-- Transaction: no` in its header
        "#);
        insta::assert_snapshot!(message(&url, "ALTER TYPE t ADD VALUE 'y';\nSELECT 'y'::t;\n").await, @r#"
        V2__b.sql:2: statement 2: unsafe use of new value "y" of enum type t (SQLSTATE 55P04)
          server hint: New enum values must be committed before they can be used.
          statement: SELECT 'y'::t
        hint: the migration was rolled back; use the new value in a later migration: PostgreSQL wants a commit in between
        "#);
        insta::assert_snapshot!(message(&url, &outside_text("SELECT 1;\nSELECT x;\n")).await, @r#"
        V2__b.sql:13: statement 2: column "x" does not exist (SQLSTATE 42703)
          statement: SELECT x
        hint: statements up to 1 are recorded as done; correct the file, then start again
        "#);
        insta::assert_snapshot!(message(&url, "ALTER ROLE nobody_here PASSWORD 'secret';\n").await, @r#"
        V2__b.sql:1: statement 1: role "nobody_here" does not exist (SQLSTATE 42704)
          statement: (not shown: it names a password)
        hint: the migration was rolled back; make the role on this server (CREATE ROLE …), or declare it in schema/, then start again
        "#);
        insta::assert_snapshot!(message(&url, "CREATE TABLE b (id int REFERENCES a DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO b VALUES (7);\n").await, @r#"
        V2__b.sql: the commit failed and the migration was rolled back: insert or update on table "b" violates foreign key constraint "b_id_fkey" (SQLSTATE 23503)
          detail: Key (id)=(7) is not present in table "a".
        hint: the rows in the table contradict the statement: correct the data, then start again
        "#);
        assert!(query(&url, "SELECT 1 FROM pg_class WHERE relname = 'b'").await.is_empty());
        assert_eq!(query(&url, "SELECT version FROM refinery_schema_history").await, ["1"]);
    });
}

#[test]
fn a_file_that_controls_the_transaction() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        insta::assert_snapshot!(message(&url, "CREATE TABLE b (id int);\nCOMMIT;\nCREATE TABLE c (id int);\n").await, @r#"
        V2__b.sql:2: statement 2 controls the transaction itself: COMMIT
        hint: remove it; a file runs in one transaction of the migrator's, or with `-- Transaction: no` statement by statement
        "#);
        assert!(
            query(&url, "SELECT 1 FROM pg_class WHERE relname = 'a'").await.is_empty(),
            "refused before anything is run"
        );
        let pairs = "BEGIN;\nCREATE TABLE b (id int);\nCOMMIT;\nSELECT 1;\nBEGIN;\nCREATE TABLE c (id int);\nEND;\n";
        run(&url, &[A, ("V2__b.sql", pairs)]).await.unwrap();
        assert_eq!(query(&url, "SELECT 1 FROM pg_class WHERE relname IN ('b', 'c')").await.len(), 2);
    });
}

#[test]
fn a_connection_that_cannot_be_made() {
    block_on(async {
        let migrator = Migrator::new(embed(&[A]));
        for url in ["postgres://u:s3cret@127.0.0.1:1/db", "host=127.0.0.1 port=1 user=u password=s3cret dbname=db"] {
            let error = migrator.run(url).await.unwrap_err();
            insta::allow_duplicates! { insta::assert_snapshot!(error, @r#"
            cannot connect to 127.0.0.1:1 database db as u: error connecting to server: Connection refused (os error 111)
            hint: see that the server runs there and lets this user in
            "#); }
            assert!(!format!("{error:?}").contains("s3cret"));
        }
        for url in
            ["postgres://u:s3cret@host:port/db", "password=s3cret nonsense", "postgres://u@h/d?sslmode=verify-full"]
        {
            let error = migrator.run(url).await.unwrap_err();
            insta::allow_duplicates! { insta::assert_snapshot!(error, @r#"
            the connection string cannot be read
            hint: write postgres://user@host:5432/database, with reserved characters of the password percent-encoded; of sslmode, disable, prefer and require are known
            "#); }
            assert!(!format!("{error:?}").contains("s3cret"));
        }
        let error = migrator.run("postgres://u:s3cret@127.0.0.1:1/db?sslmode=require").await.unwrap_err();
        insta::assert_snapshot!(error, @r#"
        the connection string asks for TLS (sslmode=require), but this migrator was started without TLS
        hint: use Migrator::run_tls with a TLS connector, or sslmode=disable where the network is trusted
        "#);
    });
}

#[test]
fn a_database_that_cannot_be_written() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let name = database.name();
        query(&url, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
        insta::assert_snapshot!(run(&url, &[A]).await.unwrap_err(), @r#"
        cannot prepare the migration history: cannot execute CREATE TABLE in a read-only transaction (SQLSTATE 25006)
        hint: connect to the primary, in a session that may write
        "#);
    });
}

#[test]
fn files_that_no_history_can_hold() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        insta::assert_snapshot!(run(&url, &[A, ("V1__b.sql", "SELECT 1;")]).await.unwrap_err(), @r#"
        V1__a.sql and V1__b.sql have the same version 1
        hint: give the later one a version of its own
        "#);
        let mut named = embed(&[A]).migrations[0];
        named.name = "a-b";
        named.file = "V1__a-b.sql";
        let migrations = lockstep::migrator::Migrations { migrations: &[named] };
        insta::assert_snapshot!(Migrator::new(migrations).run(&url).await.unwrap_err(), @r#"
        V1__a-b.sql: not a name for a migration
        hint: name it V<version>__<name>.sql, with letters, digits and underscores
        "#);
    });
}

#[test]
fn a_session_that_ends_in_the_middle() {
    let database = server().scratch().unwrap();
    block_on(async {
        let url = database.url();
        let running = tokio::spawn({
            let url = url.clone();
            async move { run(&url, &[A, ("V2__b.sql", "SELECT pg_sleep(60);")]).await }
        });
        let watch = connect(&url).await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database()";
        while super::column(&watch, end).await.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let error = running.await.unwrap().unwrap_err();
        let MigrateError::Statement(error) = error else { panic!("{error}") };
        assert_eq!((error.file.as_str(), error.statement), ("V2__b.sql", 1));
        assert_eq!(super::versions(&run(&url, &[A, ("V2__b.sql", "SELECT 1;")]).await.unwrap()), [2]);
    });
}
