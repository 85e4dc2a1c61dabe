//! What is said about input that cannot be used: each message as a person sees it.

#[path = "bad_input/calls.rs"]
mod calls;
#[path = "bad_input/names.rs"]
mod names;
#[path = "bad_input/queries.rs"]
mod queries;
#[path = "bad_input/server.rs"]
mod server;
#[path = "bad_input/text.rs"]
mod text;

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use lockstep_tests::workspace::{Run, TestWorkspace, run, xtask};

/// Runs `db:generate` on schema files; what it prints, and that it leaves the tree as it was.
fn generate(files: &[(&str, &str)]) -> String {
    let workspace = TestWorkspace::with_schema(files);
    refused(&workspace, &["db:generate"])
}

/// Runs a command that is to find something; what it prints, and that it leaves the tree as it was.
fn refused(workspace: &TestWorkspace, arguments: &[&str]) -> String {
    let before = workspace.tree();
    let Run { status, stdout, stderr } = workspace.run(arguments);
    assert_eq!(status, Some(1), "{stdout}{stderr}");
    assert_eq!(stdout, "");
    assert_eq!(workspace.tree(), before);
    stderr
}

/// A workspace whose only migration makes the table `shop.item (id, name)`.
fn generated() -> TestWorkspace {
    let workspace = TestWorkspace::with_schema(&[(
        "10_shop.sql",
        "CREATE SCHEMA shop;\nCREATE TABLE shop.item (\n    id bigint PRIMARY KEY,\n    name text NOT NULL\n);\n",
    )]);
    workspace.succeed(&["db:generate", "init", "--problem", "there is no shop"]);
    workspace
}

#[test]
fn a_syntax_error_is_shown_with_file_line_column_and_caret() {
    let shown = generate(&[(
        "10_shop.sql",
        "CREATE SCHEMA shop;\n\nCREATE TABLE shop.item (\n    id bigint PRIMARY KEY,\n    name text NUT NULL\n);\n",
    )]);
    insta::assert_snapshot!(shown, @r#"
    error[syntax-error]: syntax error at or near "NUT"
     --> schema/10_shop.sql:5:15
      |
    5 |     name text NUT NULL
      |               ^^^
    "#);
}

#[test]
fn an_unclosed_quote_is_shown_where_it_opens() {
    insta::assert_snapshot!(generate(&[("10_shop.sql", "CREATE SCHEMA shop;\nCOMMENT ON SCHEMA shop IS 'a shop;\n")]), @"
    error[unclosed-quote]: this string is not closed
     --> schema/10_shop.sql:2:27
      |
    2 | COMMENT ON SCHEMA shop IS 'a shop;
      |                           ^^^^^^^^
    ");
}

#[test]
fn what_only_psql_understands_is_named() {
    let text = "\\i other.sql\nCREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\n\\.\n";
    insta::assert_snapshot!(generate(&[("10_shop.sql", text)]), @r"
    error[psql-meta-command]: `\i` is a command of psql, not SQL
     --> schema/10_shop.sql:1:1
      |
    1 | \i other.sql
      | ^^
      |
      = hint: write the SQL itself; every file of the folder is read anyway, so nothing needs to be included

    error[copy-from-stdin]: `COPY … FROM stdin` needs psql to send the data
     --> schema/10_shop.sql:3:1
      |
    3 | COPY t FROM stdin;
      | ^^^^^^^^^^^^^^^^^
      |
      = hint: write the rows as INSERT … VALUES in a migration
    ");
}

#[test]
fn an_unknown_type_is_shown_where_it_stands() {
    insta::assert_snapshot!(generate(&[("10_shop.sql", "CREATE TABLE item (\n    id bigint PRIMARY KEY,\n    price mony\n);\n")]), @r#"
    error[undefined-object]: type "mony" does not exist
     --> schema/10_shop.sql:3:11
      |
    3 |     price mony
      |           ^^^^
    "#);
}

#[test]
fn every_mistake_is_told_at_once() {
    let files =
        [("10_a.sql", "CREATE TABLE a (id nope);\n"), ("20_b.sql", "CREATE TABLE b (id int) WITH (nope = 1);\n")];
    insta::assert_snapshot!(generate(&files), @r#"
    error[undefined-object]: type "nope" does not exist
     --> schema/10_a.sql:1:20
      |
    1 | CREATE TABLE a (id nope);
      |                    ^^^^

    error[invalid-value]: unrecognized parameter "nope"
     --> schema/20_b.sql:1:14
      |
    1 | CREATE TABLE b (id int) WITH (nope = 1);
      |              ^
    "#);
}

#[test]
fn views_that_need_each_other_are_named_as_a_cycle() {
    let files = [
        ("10_one.sql", "CREATE VIEW one AS SELECT id FROM two;\n"),
        ("20_two.sql", "CREATE VIEW two AS SELECT id FROM three;\n"),
        ("30_three.sql", "CREATE VIEW three AS SELECT id FROM one;\n"),
    ];
    insta::assert_snapshot!(generate(&files), @"
    error[cyclic-definitions]: each of these needs another one: view public.one, view public.two, view public.three
     --> schema/10_one.sql:1:13
      |
    1 | CREATE VIEW one AS SELECT id FROM two;
      |             ^^^
      |
     ::: schema/20_two.sql:1:13
      |
    1 | CREATE VIEW two AS SELECT id FROM three;
      |             --- is part of the circle
      |
     ::: schema/30_three.sql:1:13
      |
    1 | CREATE VIEW three AS SELECT id FROM one;
      |             ----- is part of the circle
      |
      = hint: move what they share into a definition of its own
    ");
}

#[test]
fn a_table_in_two_files_is_shown_in_both() {
    let files =
        [("10_a.sql", "CREATE TABLE item (id int);\n"), ("20_b.sql", "-- Again.\nCREATE TABLE item (id int);\n")];
    insta::assert_snapshot!(generate(&files), @"
    error[duplicate-definition]: table public.item is defined twice
     --> schema/20_b.sql:2:14
      |
    2 | CREATE TABLE item (id int);
      |              ^^^^
      |
     ::: schema/10_a.sql:1:14
      |
    1 | CREATE TABLE item (id int);
      |              ---- first defined here
      |
      = hint: take one of the two away
    ");
}

#[test]
fn an_annotation_that_matches_nothing_is_an_error() {
    let text =
        "-- @sensitive\n\nCREATE TABLE item (\n    id bigint, -- @sensitive\n    -- @senstive\n    name text\n);\n";
    insta::assert_snapshot!(generate(&[("10_shop.sql", text)]), @"
    error[annotation-matches-nothing]: `@sensitive` stands above nothing that it could mean
     --> schema/10_shop.sql:1:1
      |
    1 | -- @sensitive
      | ^^^^^^^^^^^^^
      |
      = hint: put it on a line of its own directly above a column or domain

    error[annotation-matches-nothing]: `@sensitive` stands above nothing that it could mean
     --> schema/10_shop.sql:4:16
      |
    4 |     id bigint, -- @sensitive
      |                ^^^^^^^^^^^^^
      |
      = hint: put it on a line of its own directly above a column or domain

    error[unknown-annotation]: there is no annotation `@senstive`
     --> schema/10_shop.sql:5:5
      |
    5 |     -- @senstive
      |     ^^^^^^^^^^^^
      |
      = hint: did you mean `@sensitive`?
    ");
}

#[test]
fn what_loses_data_is_refused_until_it_is_allowed() {
    let workspace = generated();
    workspace
        .write("schema/10_shop.sql", "CREATE SCHEMA shop;\nCREATE TABLE shop.item (\n    id bigint PRIMARY KEY\n);\n");
    insta::assert_snapshot!(refused(&workspace, &["db:generate"]), @"
    error[destructive-step]: drops column shop.item.name: its values are lost
     --> schema/10_shop.sql:2:14
      |
    2 | CREATE TABLE shop.item (
      |              ^^^^^^^^^
      |
      = hint: accept it with `--allow drop-column:shop.item.name`
    ");
}

#[test]
fn what_is_not_modelled_is_named_with_its_place() {
    let text = "CREATE TABLE item (id int);\nCREATE TYPE shell;\n";
    insta::assert_snapshot!(generate(&[("10_shop.sql", text)]), @"
    error[unsupported-object]: pseudo-type public.shell is beyond what Lockstep models
     --> schema/10_shop.sql:2:1
      |
    2 | CREATE TYPE shell;
      | ^^^^^^^^^^^^^^^^^
      |
      = note: only a shell
      = hint: take it out of the schema; what Lockstep does not model it refuses, so that nothing is dropped in silence
    ");
}

#[test]
fn an_edited_migration_is_refused() {
    let workspace = generated();
    let path = format!("migrations/{}", workspace.migrations()[0]);
    workspace.write(&path, &workspace.read(&path).replace("name text", "name varchar"));
    workspace.write("schema/20_more.sql", "CREATE TABLE shop.more (id int);\n");
    let shown = refused(&workspace, &["db:generate"]).replace(&workspace.migrations()[0], "V1__init.sql");
    insta::assert_snapshot!(shown, @"
    error[stale-certificate]: migrations/V1__init.sql was changed after the certificate was written
     |
     = hint: an applied migration never changes: restore it with `git checkout migrations/V1__init.sql`, and let `cargo xtask db:generate` write a new one; if nobody else has it yet, `git checkout migrations/lockstep.lock` forgets it
    ");
}

#[test]
fn misnamed_migrations_and_repeated_versions_are_refused() {
    let workspace = generated();
    let init = workspace.migrations()[0].clone();
    workspace.write("migrations/V2__add-more.sql", "SELECT 1;\n");
    workspace.write(&format!("migrations/{}", init.replace("init", "again")), "SELECT 1;\n");
    let version = init.trim_end_matches("__init.sql").to_owned();
    let shown = refused(&workspace, &["db:generate"]).replace(&version, "V1").replace(&version[1..], "1");
    insta::assert_snapshot!(shown, @"
    error[misnamed-migration]: migrations/V2__add-more.sql: `V2__add-more.sql` is no migration's name: a name holds a-z, 0-9 and _, not `-`
     |
     = hint: name it V<version>__<name>.sql, such as V20250101120000__add_order_token.sql

    error[duplicate-version]: migrations/V1__again.sql and migrations/V1__init.sql have the version 1
     |
     = hint: delete the one that was written last and run `cargo xtask db:generate`
    ");
}

#[test]
fn a_failing_migration_is_shown_where_it_fails() {
    let workspace = TestWorkspace::with_schema(&[("a.sql", "CREATE TABLE a (id int);\n")]);
    workspace.write("migrations/V1__a.sql", "CREATE TABLE a (id int);\nALTER TABLE b ADD COLUMN c int;\n");
    insta::assert_snapshot!(refused(&workspace, &["db:generate"]), @r#"
    error[undefined-object]: relation "b" does not exist
     --> migrations/V1__a.sql:2:13
      |
    2 | ALTER TABLE b ADD COLUMN c int;
      |             ^
    "#);
}

#[test]
fn an_unreachable_database_is_named_without_its_password() {
    let workspace = generated();
    // A port that was free a moment ago, and that nobody listens on.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for arguments in [["db:migrate", "--dry-run"], ["db:migrate", "--format=text"], ["db:status", "--format=text"]] {
        let url = format!("postgres://shop:hunter2@127.0.0.1:{port}/shop");
        let Run { status, stdout, stderr } =
            run(workspace.command(&arguments).env("DATABASE_URL", url), workspace.root());
        assert_eq!((status, stdout.as_str()), (Some(2), ""));
        assert!(!stderr.contains("hunter2"), "{stderr}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(stderr.replace(&port.to_string(), "PORT"), @"
            error: cannot connect to 127.0.0.1:PORT database shop as shop: error connecting to server: Connection refused (os error 111)
            hint: see that the server runs there and lets this user in
            ");
        }
    }
}

#[test]
fn a_missing_database_url_says_how_to_set_it() {
    let workspace = generated();
    let Run { status, stderr, .. } = workspace.run(&["db:migrate"]);
    assert_eq!(status, Some(2));
    insta::assert_snapshot!(stderr, @"
    error: no database is named
      hint: set DATABASE_URL to postgres://user:password@host:5432/database
    ");
}

#[test]
fn a_server_of_an_unsupported_version_is_refused() {
    let workspace = generated();
    workspace.write("schema/20_more.sql", "CREATE TABLE shop.more (id int);\n");
    // A folder of programs as an old distribution has it.
    for program in ["postgres", "initdb", "pg_ctl"] {
        let path = format!("old/{program}");
        workspace.write(&path, &format!("#!/bin/sh\necho '{program} (PostgreSQL) 9.6.24'\n"));
        std::fs::set_permissions(workspace.root().join(path), PermissionsExt::from_mode(0o755)).unwrap();
    }
    let mut command = workspace.command(&["db:generate"]);
    command.env_remove("LOCKSTEP_SERVER_URL").env("PG_BIN", workspace.root().join("old"));
    let Run { status, stdout, stderr } = run(&mut command, workspace.root());
    assert_eq!((status, stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(stderr, @"
    error: ROOT/old is PostgreSQL 9.6.24, and Lockstep works with PostgreSQL 14 to 18
      hint: run `apt-get install postgresql` (or postgresql-15 and the like), or set PG_BIN to the folder of initdb and postgres, or LOCKSTEP_SERVER_URL to a server of yours
    ");
}

#[test]
fn a_certificate_of_another_major_version_is_told_apart() {
    let workspace = generated();
    let lock = workspace.read("migrations/lockstep.lock");
    let start = lock.find("\"server\": \"").unwrap() + "\"server\": \"".len();
    let end = start + lock[start..].find('"').unwrap();
    let version = lock[start..end].to_owned();
    workspace.write("migrations/lockstep.lock", &format!("{}13.4{}", &lock[..start], &lock[end..]));
    let Run { status, stderr, .. } = workspace.run(&["check"]);
    assert_eq!(status, Some(1), "{stderr}");
    insta::assert_snapshot!(stderr.replace(&version, "VERSION"), @"
    error[other-server]: migrations/lockstep.lock was written with PostgreSQL 13.4, and this server is PostgreSQL VERSION
     |
     = hint: set LOCKSTEP_SERVER_URL or PG_BIN to PostgreSQL 13, or remove the certificate and run `cargo xtask db:generate` to go over to 15
    ");
}

#[test]
fn a_read_only_checkout_is_told_and_left_alone() {
    let workspace = generated();
    workspace.write("schema/20_more.sql", "CREATE TABLE shop.more (id int);\n");
    let before = workspace.tree();
    std::fs::remove_dir_all(workspace.root().join("target")).unwrap();
    // Permissions do not bind root: the command runs as nobody, in a folder that nobody may only read.
    let program = workspace.root().join("xtask");
    std::fs::copy(xtask(), &program).unwrap();
    let mut command = workspace.command(&["db:generate"]);
    if rustix::process::getuid().is_root() {
        let mut as_nobody = Command::new(&program);
        as_nobody.arg("db:generate").current_dir(workspace.root()).uid(65_534).gid(65_534);
        as_nobody.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command = as_nobody;
    }
    for folder in ["", "schema", "migrations"] {
        std::fs::set_permissions(workspace.root().join(folder), PermissionsExt::from_mode(0o555)).unwrap();
    }
    let Run { status, stdout, stderr } = run(&mut command, workspace.root());
    for folder in ["", "schema", "migrations"] {
        std::fs::set_permissions(workspace.root().join(folder), PermissionsExt::from_mode(0o755)).unwrap();
    }
    assert_eq!((status, stdout.as_str()), (Some(2), ""), "{stderr}");
    std::fs::remove_file(program).unwrap();
    assert_eq!(workspace.tree(), before);
    insta::assert_snapshot!(stderr, @"error: cannot write ROOT/target/lockstep (is the checkout read-only?): Permission denied (os error 13)");
}

#[test]
fn outside_a_workspace_the_way_back_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(xtask());
    let Run { status, stderr, .. } = run(command.arg("check").current_dir(folder.path()), folder.path());
    assert_eq!(status, Some(2));
    insta::assert_snapshot!(stderr, @"
    error: neither ROOT nor a folder above it holds schema/ and migrations/
      hint: go to the workspace, or name it with --root
    ");
}

#[test]
fn a_run_in_ci_annotates_the_line() {
    let workspace = TestWorkspace::with_schema(&[("a.sql", "CREATE TABLE a (\n    id nope\n);\n")]);
    let Run { status, stderr, .. } =
        run(workspace.command(&["db:generate"]).env("GITHUB_ACTIONS", "true"), workspace.root());
    assert_eq!(status, Some(1));
    insta::assert_snapshot!(stderr, @r#"
    error[undefined-object]: type "nope" does not exist
     --> schema/a.sql:2:8
      |
    2 |     id nope
      |        ^^^^

    ::error file=schema/a.sql,line=2,col=8,title=undefined-object::type "nope" does not exist
    "#);
}

#[test]
fn mistakes_are_data_where_json_is_asked_for() {
    let workspace = TestWorkspace::with_schema(&[("a.sql", "CREATE TABLE a (\n    id nope\n);\n")]);
    let Run { status, stdout, stderr } = workspace.run(&["db:generate", "--format", "json"]);
    assert_eq!((status, stderr.as_str()), (Some(1), ""));
    insta::assert_snapshot!(stdout, @r#"{"code":"undefined-object","severity":"error","message":"type \"nope\" does not exist","file":"schema/a.sql","line":2,"column":8}"#);
}

#[test]
fn a_rename_annotation_whose_old_name_never_was_is_an_error() {
    let workspace = generated();
    workspace.write("schema/10_shop.sql", "CREATE SCHEMA shop;\nCREATE TABLE shop.item (\n    id bigint PRIMARY KEY,\n    -- @renamed from=nmae\n    title text NOT NULL\n);\n");
    insta::assert_snapshot!(refused(&workspace, &["db:generate", "--allow", "drop-column"]), @"
    error[annotation-matches-nothing]: column shop.item.title cannot be renamed from nmae: there is no column shop.item.nmae
     --> schema/10_shop.sql:4:5
      |
    4 |     -- @renamed from=nmae
      |     ^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: correct the name, or take the annotation away if the rename is done everywhere

    error[ambiguous-rename]: column shop.item.title may be column shop.item.name under a new name, or another one
     --> schema/10_shop.sql:5:5
      |
    5 |     title text NOT NULL
      |     ^^^^^
      |
      = hint: write `-- @renamed from=name` above it or pass `--rename shop.item.name=title` if it is the same, `--renames none` if it is another
    ");
}

#[test]
fn what_might_be_a_rename_is_asked() {
    let workspace = generated();
    workspace.write(
        "schema/10_shop.sql",
        "CREATE SCHEMA shop;\nCREATE TABLE shop.item (\n    id bigint PRIMARY KEY,\n    title text NOT NULL\n);\n",
    );
    insta::assert_snapshot!(refused(&workspace, &["db:generate"]), @"
    error[ambiguous-rename]: column shop.item.title may be column shop.item.name under a new name, or another one
     --> schema/10_shop.sql:4:5
      |
    4 |     title text NOT NULL
      |     ^^^^^
      |
      = hint: write `-- @renamed from=name` above it or pass `--rename shop.item.name=title` if it is the same, `--renames none` if it is another
    ");
}

#[test]
fn a_new_name_may_be_given_with_its_path_but_leads_nowhere_else() {
    let workspace = generated();
    let renamed = "CREATE SCHEMA shop;\nCREATE SCHEMA other;\nCREATE TABLE shop.thing (\n    id bigint PRIMARY KEY,\n    title text NOT NULL\n);\n";
    workspace.write("schema/10_shop.sql", renamed);
    workspace.write("migrations/V2__other.sql", "-- Migration: other\n-- Problem: p\n-- Solution: s\n-- Affects: other\n-- Rollback: DROP SCHEMA other;\n\nCREATE SCHEMA other;\n");
    let arguments = ["db:generate", "--rename", "shop.item=other.thing"];
    insta::assert_snapshot!(refused(&workspace, &arguments), @"
    error[rename-to-another-place]: --rename shop.item=other.thing: a new name does not move table shop.item to another place
     |
     = hint: give the name alone, such as `--rename shop.item=thing`
    ");
    let arguments = ["db:generate", "--rename", "shop.nothing=thing"];
    insta::assert_snapshot!(refused(&workspace, &arguments), @"
    error[rename-matches-nothing]: --rename shop.nothing=thing: there is no shop.nothing
     |
     = hint: name it as the migrations left it: schema.table, schema.table.column or schema.type.value
    ");
    workspace.succeed(&[
        "db:generate",
        "--problem",
        "p",
        "--rename",
        "shop.item=shop.thing",
        "--rename",
        "shop.item.name=shop.item.title",
    ]);
    workspace.succeed(&["check"]);
}

#[test]
fn a_missing_table_is_named_once_by_check() {
    let workspace = generated();
    let more = "CREATE TABLE shop.more (\n    id bigserial PRIMARY KEY,\n    code text UNIQUE\n);\nCREATE INDEX more_code ON shop.more (code);\n";
    workspace.write("schema/20_more.sql", more);
    let shown = refused(&workspace, &["check"]);
    assert_eq!(shown.matches("error[schema-not-migrated]").count(), 1, "{shown}");
    assert!(shown.contains("the migrations do not make table shop.more"), "{shown}");
    workspace.write("schema/20_more.sql", "");
    workspace.write("schema/10_shop.sql", "CREATE SCHEMA shop;\n");
    let shown = refused(&workspace, &["check"]);
    assert_eq!(shown.matches("error[schema-not-migrated]").count(), 1, "{shown}");
}

#[test]
fn a_server_of_the_users_that_does_not_answer_is_a_failure_of_the_status() {
    let workspace = TestWorkspace::new();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = workspace.command(&["services:status"]);
    command.env("LOCKSTEP_SERVER_URL", format!("postgres://u:hunter2@127.0.0.1:{port}/d"));
    let Run { status, stdout, stderr } = run(&mut command, workspace.root());
    assert_eq!(status, Some(2));
    assert!(stdout.contains("(LOCKSTEP_SERVER_URL): stopped"), "{stdout}");
    assert!(!format!("{stdout}{stderr}").contains("hunter2"));
    insta::assert_snapshot!(stderr.replace(&port.to_string(), "PORT"), @"
    error: the server that LOCKSTEP_SERVER_URL names is not to be reached: cannot connect to postgres://u:***@127.0.0.1:PORT/d: error connecting to server: Connection refused (os error 111)
      hint: check that the server runs, and the host, the port and the TLS setting (sslmode=disable or prefer)
    ");
}

#[test]
fn what_the_server_says_is_said_once() {
    let workspace = generated();
    let url = lockstep_tests::server().url("no_such_database");
    let Run { status, stderr, .. } = run(workspace.command(&["db:status"]).env("DATABASE_URL", url), workspace.root());
    assert_eq!(status, Some(2));
    assert_eq!(stderr.matches("does not exist").count(), 1, "{stderr}");
    let url = lockstep_tests::server().url("no_such_database");
    let Run { status, stderr, .. } = workspace.run(&["db:diff", "--from", &url, "--to", "schema"]);
    assert_eq!(status, Some(2));
    assert_eq!(stderr.matches("does not exist").count(), 1, "{stderr}");
}

#[test]
fn mistaken_arguments_are_data_where_json_is_asked_for() {
    let workspace = TestWorkspace::new();
    let Run { status, stdout, stderr } = workspace.run(&["db:generate", "--format", "json", "--nonsense"]);
    assert_eq!((status, stderr.as_str()), (Some(2), ""));
    assert!(stdout.starts_with(r#"{"failure":"unexpected argument '--nonsense' found"#), "{stdout}");
    let Run { status, stdout, stderr } = workspace.run(&["db:generate", "--nonsense"]);
    assert_eq!((status, stdout.as_str()), (Some(2), ""));
    assert!(stderr.starts_with("error: unexpected argument"), "{stderr}");
}

#[test]
fn what_a_killed_command_has_left_is_swept() {
    let workspace = generated();
    workspace.write("target/lockstep/write-123456-0", "half a migration");
    workspace.write("schema/20_more.sql", "CREATE TABLE shop.more (id int);\n");
    workspace.succeed(&["db:generate", "--problem", "p"]);
    assert!(!workspace.root().join("target/lockstep/write-123456-0").exists());
}
