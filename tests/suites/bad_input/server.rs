//! What this server does not have: extensions, features of newer versions.

use super::{generate, refused};
use lockstep_tests::workspace::TestWorkspace;

#[test]
fn an_extension_that_the_server_does_not_have_is_named_with_its_package() {
    let major = lockstep_tests::server().version().split('.').next().unwrap().to_owned();
    let shown = generate(&[("10_a.sql", "CREATE EXTENSION postgis;\nCREATE EXTENSION no_such_thing;\n")]);
    let shown = shown.replace(&format!("-{major}-"), "-MAJOR-");
    // Where the control file would have to be differs from machine to machine.
    let shown: String =
        shown.lines().filter(|line| !line.contains("control file")).map(|line| format!("{line}\n")).collect();
    insta::assert_snapshot!(shown, @r#"
    error[feature-not-supported]: extension "postgis" is not available
     --> schema/10_a.sql:1:18
      |
    1 | CREATE EXTENSION postgis;
      |                  ^^^^^^^
      |
      = hint: install the package `postgresql-MAJOR-postgis-3` on the machine of the development server (the name is Debian's), or set LOCKSTEP_SERVER_URL to a server that has postgis

    error[feature-not-supported]: extension "no_such_thing" is not available
     --> schema/10_a.sql:2:18
      |
    2 | CREATE EXTENSION no_such_thing;
      |                  ^^^^^^^^^^^^^
      |
      = hint: install no_such_thing on the machine of the development server, or set LOCKSTEP_SERVER_URL to a server that has it
    "#);
}

#[test]
fn a_feature_of_a_newer_version_is_named_with_it() {
    // Takes a version that no server has yet out of the question: 18 has it all.
    if lockstep_tests::server().version().starts_with("18") {
        return;
    }
    let text = "CREATE TABLE a (\n    id uuid DEFAULT uuidv7(),\n    b int,\n    c int NOT NULL GENERATED ALWAYS AS (b + 1) VIRTUAL\n);\n";
    let shown = generate(&[("10_a.sql", text)]);
    assert!(shown.contains(" --> schema/10_a.sql:4:48\n"), "{shown}");
    assert!(
        shown.contains("hint: PostgreSQL 18 and newer have virtual generated columns, and this server is"),
        "{shown}"
    );
    let shown = generate(&[("10_a.sql", &text.replace(" VIRTUAL", " STORED"))]);
    assert!(shown.contains("hint: PostgreSQL 18 and newer have uuidv7, and this server is"), "{shown}");
}

#[test]
fn a_migration_that_needs_a_newer_version_says_so_as_well() {
    if lockstep_tests::server().version().starts_with("18") {
        return;
    }
    let workspace = TestWorkspace::new();
    workspace.write(
        "migrations/V1__a.sql",
        "CREATE TABLE b (id int);\nCREATE TABLE a (id int CHECK (id > 0) NOT ENFORCED);\n",
    );
    let shown = refused(&workspace, &["db:generate"]);
    assert!(shown.contains(" --> migrations/V1__a.sql:2:43\n"), "{shown}");
    assert!(shown.contains("hint: PostgreSQL 18 and newer have NOT ENFORCED, and this server is"), "{shown}");
}
