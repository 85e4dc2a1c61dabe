//! Objects of other roles than the one that migrates. Every server has these two roles, and they may do nothing here.

use super::*;

fn live(schema: &str) -> Scratch {
    let mut database = server().scratch().unwrap();
    database.client().batch_execute(schema).unwrap();
    database
}

/// What leads from one to the other, once it has led there.
fn led(workspace: &TestWorkspace, database: &mut Scratch, to: &str) -> String {
    let url = database.url();
    let diff = ["db:diff", "--from", &url, "--to", to];
    let Run { stdout, .. } = workspace.succeed(&[&diff[..], &["--prove"]].concat());
    for statement in split(&SourceFile::new("diff.sql", stdout.as_str())).unwrap() {
        let sql = statement.span.text();
        database.client().batch_execute(sql).unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
    }
    assert_eq!(workspace.succeed(&diff).stdout, "");
    stdout
}

#[test]
fn a_sequence_belongs_to_the_role_that_its_table_belongs_to() {
    let workspace = TestWorkspace::with_schema(&[]);
    workspace.write("to.sql", "CREATE TABLE t (a int, id serial);");
    let mut database = live("CREATE TABLE t (a int); ALTER TABLE t OWNER TO pg_monitor");
    let plan = led(&workspace, &mut database, "to.sql");
    assert!(plan.contains("ALTER SEQUENCE public.t_id_seq OWNER TO pg_monitor;"), "{plan}");
}

#[test]
fn migrations_that_give_a_table_away_are_followed() {
    let workspace = TestWorkspace::with_schema(&[]);
    workspace.write("given/V1__t.sql", "CREATE TABLE t (a int);\nALTER TABLE t OWNER TO pg_monitor;\n");
    workspace.write("to.sql", "CREATE TABLE t (a int, id serial);");
    let plan = workspace.succeed(&["db:diff", "--from", "given", "--to", "to.sql"]).stdout;
    assert!(plan.contains("ALTER SEQUENCE public.t_id_seq OWNER TO pg_monitor;"), "{plan}");
}

#[test]
fn what_an_owner_is_granted_says_nothing() {
    let workspace = TestWorkspace::with_schema(&[]);
    let objects = "CREATE SCHEMA s; CREATE TABLE s.t (a int, b int GENERATED ALWAYS AS IDENTITY);
         CREATE VIEW s.v AS SELECT a FROM s.t; CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'";
    let granted = "GRANT CREATE ON SCHEMA s TO pg_monitor; GRANT SELECT, INSERT ON s.t TO pg_monitor;
         GRANT UPDATE (a) ON s.t TO pg_monitor; GRANT UPDATE (a) ON s.v TO pg_monitor WITH GRANT OPTION;
         GRANT EXECUTE ON FUNCTION s.f TO pg_monitor; GRANT USAGE ON SEQUENCE s.t_b_seq TO pg_monitor;
         GRANT SELECT ON s.t TO pg_signal_backend";
    let owned = "ALTER SCHEMA s OWNER TO pg_monitor; ALTER TABLE s.t OWNER TO pg_monitor;
         ALTER VIEW s.v OWNER TO pg_monitor; ALTER FUNCTION s.f OWNER TO pg_monitor";
    workspace.write("to.sql", &format!("{objects}; {granted};"));
    // Granted before it was given away, after, and never.
    for of_owner in [&format!("{objects}; {granted}; {owned}"), &format!("{objects}; {owned}; {granted}")] {
        assert_eq!(led(&workspace, &mut live(of_owner), "to.sql"), "");
    }
    let mut bare = live(&format!("{objects}; {owned}"));
    let plan = led(&workspace, &mut bare, "to.sql");
    assert!(plan.contains("TO pg_signal_backend") && !plan.contains("ON SCHEMA"), "{plan}");
    let lost = format!("{objects}; {owned}; REVOKE SELECT ON s.t FROM pg_monitor");
    let revoked = live(&lost);
    let mut of_others = live(&format!("{objects}; GRANT SELECT ON s.t TO pg_monitor"));
    for _ in 0..2 {
        led(&workspace, &mut of_others, &revoked.url());
    }
    led(&workspace, &mut live(&lost), &live(&format!("{objects}; GRANT SELECT ON s.t TO pg_monitor")).url());
    let (granted, owned) = (live(&format!("{objects}; {granted}")), live(&format!("{objects}; {owned}")));
    let diff = |a: &Scratch, b: &Scratch| workspace.succeed(&["db:diff", "--from", &a.url(), "--to", &b.url()]).stdout;
    let plan = diff(&granted, &owned);
    assert!(plan.contains("FROM pg_signal_backend") && !plan.contains("pg_monitor"), "{plan}");
}

#[test]
fn what_is_made_anew_gets_its_owner_back() {
    let workspace = TestWorkspace::with_schema(&[]);
    let schema = |of: &str| {
        format!(
            "CREATE TABLE t (a {of}); CREATE TABLE p (a {of}, b serial) PARTITION BY LIST (a); CREATE VIEW v AS SELECT a FROM t; CREATE MATERIALIZED VIEW m AS SELECT a FROM v;
             CREATE FUNCTION f(t) RETURNS {of} LANGUAGE sql AS 'SELECT 1::{of}'; GRANT SELECT ON v TO pg_signal_backend;"
        )
    };
    let given = "ALTER TABLE p OWNER TO pg_monitor; ALTER VIEW v OWNER TO pg_monitor; ALTER MATERIALIZED VIEW m OWNER TO pg_monitor;
         ALTER FUNCTION f OWNER TO pg_monitor";
    workspace.write("to.sql", &schema("bigint"));
    let mut database = live(&format!("{}{given}", schema("int")));
    led(&workspace, &mut database, "to.sql");
    let owners = "SELECT relname::text, pg_get_userbyid(relowner)::text FROM pg_class WHERE relname IN ('t', 'v', 'm', 'p', 'p_b_seq')
         UNION SELECT proname, pg_get_userbyid(proowner) FROM pg_proc WHERE proname = 'f' ORDER BY 1";
    let rows = database.client().query(owners, &[]).unwrap();
    let found: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let mine = found.iter().filter(|(_, owner)| owner == "pg_monitor").map(|(name, _)| name.as_str());
    assert_eq!(mine.collect::<Vec<_>>(), ["f", "m", "p", "p_b_seq", "v"], "{found:?}");
}
