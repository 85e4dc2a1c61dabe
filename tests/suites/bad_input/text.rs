//! Files that are no SQL text: other encodings, stray bytes, what only psql understands, what is not closed, nothing at
//! all.

use lockstep_tests::workspace::TestWorkspace;

use super::{generate, refused};

/// Runs `db:generate` on one schema file of these bytes.
fn generate_bytes(bytes: &[u8]) -> String {
    let workspace = TestWorkspace::new();
    workspace.write("schema/10_shop.sql", bytes);
    refused(&workspace, &["db:generate"])
}

#[test]
fn bytes_that_are_not_utf_8_are_shown_with_their_place() {
    insta::assert_snapshot!(generate_bytes(b"CREATE SCHEMA shop;\nCREATE TABLE shop.caf\xe9 (id int);\n"), @"
    error[not-utf-8]: byte 0xe9 at offset 41 is not UTF-8
     --> schema/10_shop.sql:2:22
      |
    2 | CREATE TABLE shop.caf� (id int);
      |                      ^
      |
      = hint: save the file as UTF-8: `iconv -f WINDOWS-1252 -t UTF-8 schema/10_shop.sql`, if that is what it is
    ");
    let workspace = TestWorkspace::with_schema(&[("10_shop.sql", "CREATE TABLE a (id int);\n")]);
    workspace.write("migrations/V1__a.sql", b"CREATE TABLE a (id int); -- \xff\n");
    insta::assert_snapshot!(refused(&workspace, &["db:generate"]), @"
    error[not-utf-8]: byte 0xff at offset 28 is not UTF-8
     --> migrations/V1__a.sql:1:29
      |
    1 | CREATE TABLE a (id int); -- �
      |                             ^
      |
      = hint: save the file as UTF-8: `iconv -f WINDOWS-1252 -t UTF-8 migrations/V1__a.sql`, if that is what it is
    ");
    assert_eq!(refused(&workspace, &["check"]), refused(&workspace, &["db:generate"]));
}

#[test]
fn every_such_file_is_named() {
    let workspace = TestWorkspace::new();
    for path in ["schema/10_a.sql", "schema/deeper/20_b.sql", "migrations/V1__a.sql", "migrations/V2__b.sql"] {
        workspace.write(path, b"-- \xff\n");
    }
    workspace.write("schema/15_c.sql", b"CREATE TABLE c (id int);\n");
    let said = refused(&workspace, &["db:generate"]);
    let places: Vec<&str> = said.lines().filter_map(|line| line.trim_start().strip_prefix("--> ")).collect();
    let expected =
        ["schema/10_a.sql:1:4", "schema/deeper/20_b.sql:1:4", "migrations/V1__a.sql:1:4", "migrations/V2__b.sql:1:4"];
    assert_eq!(places, expected, "{said}");
}

#[test]
fn utf_16_is_named_as_such() {
    insta::assert_snapshot!(generate_bytes(b"\xff\xfeC\0R\0E\0A\0T\0E\0"), @"
    error[not-utf-8]: schema/10_shop.sql is UTF-16
     |
     = hint: save it as UTF-8: `iconv -f UTF-16 -t UTF-8 schema/10_shop.sql`
    ");
}

#[test]
fn a_nul_byte_is_shown_where_it_stands() {
    insta::assert_snapshot!(generate_bytes(b"CREATE SCHEMA shop;\nCREATE TABLE shop.a\0 (id int);\n"), @"
    error[nul-byte]: a NUL byte stands here, and no text of PostgreSQL's can hold one
     --> schema/10_shop.sql:2:20
      |
    2 | CREATE TABLE shop.a␀ (id int);
      |                    ^
      |
      = hint: take it out; a file full of them is UTF-16 or not a text at all
    ");
}

#[test]
fn a_byte_order_mark_and_windows_line_endings_do_no_harm() {
    let workspace = TestWorkspace::new();
    workspace.write("schema/10_a.sql", "\u{feff}CREATE SCHEMA shop;\r\nCREATE TABLE shop.a (\r\n    id int\r\n);\r\n");
    workspace.succeed(&["db:generate", "init", "--problem", "there is no shop"]);
    workspace.succeed(&["check"]);
}

#[test]
fn a_byte_order_mark_inside_a_file_is_shown() {
    insta::assert_snapshot!(generate(&[("10_a.sql", "CREATE SCHEMA shop;\n\u{feff}CREATE SCHEMA other;\n")]), @r#"
    error[syntax-error]: syntax error at or near "﻿CREATE"
     --> schema/10_a.sql:2:1
      |
    2 | ﻿CREATE SCHEMA other;
      | ^^^^^^
      |
      = hint: a byte order mark stands here, which is no part of SQL: save the file as UTF-8 without one
    "#);
}

#[test]
fn what_is_not_closed_is_shown_where_it_opens() {
    let files = [
        ("10_a.sql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $body$\n  SELECT 1;\n$bodi$;\n"),
        ("20_b.sql", "CREATE SCHEMA b;\n/* a /* nested */ comment\n"),
        ("30_c.sql", "CREATE TABLE \"c (id int);\n"),
    ];
    insta::assert_snapshot!(generate(&files), @r#"
    error[unclosed-quote]: this dollar-quoted string is not closed
     --> schema/10_a.sql:1:49
      |
    1 | CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $body$
      |                                                 ^^^^^^

    error[unclosed-quote]: this comment is not closed
     --> schema/20_b.sql:2:1
      |
    2 | /* a /* nested */ comment
      | ^^^^^^^^^^^^^^^^^^^^^^^^^

    error[unclosed-quote]: this quoted identifier is not closed
     --> schema/30_c.sql:1:14
      |
    1 | CREATE TABLE "c (id int);
      |              ^^^^^^^^^^^^
    "#);
}

#[test]
fn empty_files_define_nothing() {
    let workspace = TestWorkspace::new();
    for (name, text) in
        [("1.sql", ""), ("2.sql", "\n\n"), ("3.sql", "-- nothing yet"), ("4.sql", ";;"), ("5.sql", "\u{feff}")]
    {
        workspace.write(&format!("schema/{name}"), text);
    }
    workspace.succeed(&["db:generate"]);
    assert_eq!(workspace.migrations(), Vec::<String>::new());
    workspace.succeed(&["check"]);
}

#[test]
fn each_command_of_psql_says_what_to_write_instead() {
    let text = "\\set name 'x'\n\\connect shop\n\\copy a from 'a.csv'\n\\restrict abc\n\\timing\nCREATE TABLE :name (id int)\\gexec\n";
    insta::assert_snapshot!(generate(&[("10_shop.sql", text)]), @r"
    error[psql-meta-command]: `\set` is a command of psql, not SQL
     --> schema/10_shop.sql:1:1
      |
    1 | \set name 'x'
      | ^^^^
      |
      = hint: leave the line out, and write the value where `:name` stands

    error[psql-meta-command]: `\connect` is a command of psql, not SQL
     --> schema/10_shop.sql:2:1
      |
    2 | \connect shop
      | ^^^^^^^^
      |
      = hint: leave the line out: whoever runs the file says on which database

    error[psql-meta-command]: `\copy` is a command of psql, not SQL
     --> schema/10_shop.sql:3:1
      |
    3 | \copy a from 'a.csv'
      | ^^^^^
      |
      = hint: write the rows as INSERT … VALUES in a migration

    error[psql-meta-command]: `\restrict` is a command of psql, not SQL
     --> schema/10_shop.sql:4:1
      |
    4 | \restrict abc
      | ^^^^^^^^^
      |
      = hint: leave the line out: pg_dump writes it for psql, and it defines nothing

    error[psql-meta-command]: `\timing` is a command of psql, not SQL
     --> schema/10_shop.sql:5:1
      |
    5 | \timing
      | ^^^^^^^
      |
      = hint: leave the line out, or write it in SQL

    error[psql-meta-command]: `\gexec` is a command of psql, not SQL
     --> schema/10_shop.sql:6:28
      |
    6 | CREATE TABLE :name (id int)\gexec
      |                            ^^^^^^
      |
      = hint: end the statement with a semicolon
    ");
}

#[test]
fn a_variable_of_psql_is_named_as_such() {
    insta::assert_snapshot!(generate(&[("10_shop.sql", "CREATE SCHEMA :name;\n")]), @r#"
    error[syntax-error]: syntax error at or near ":"
     --> schema/10_shop.sql:1:15
      |
    1 | CREATE SCHEMA :name;
      |               ^
      |
      = hint: `:name` is a variable of psql, which nobody fills in here: write its value
    "#);
}

/// What `pg_dump` writes: settings, data, and lines for psql.
#[test]
fn a_dump_is_told_line_by_line() {
    let text = "\\restrict x\nSET client_encoding = 'UTF8';\nSELECT pg_catalog.set_config('search_path', '', false);\n\
                CREATE TABLE public.a (id int);\nCOPY public.a (id) FROM stdin;\n1\n'\n\\.\n\n\\unrestrict x\n";
    insta::assert_snapshot!(generate(&[("10_dump.sql", text)]), @r"
    error[psql-meta-command]: `\restrict` is a command of psql, not SQL
     --> schema/10_dump.sql:1:1
      |
    1 | \restrict x
      | ^^^^^^^^^
      |
      = hint: leave the line out: pg_dump writes it for psql, and it defines nothing

    error[copy-from-stdin]: `COPY … FROM stdin` needs psql to send the data
     --> schema/10_dump.sql:5:1
      |
    5 | COPY public.a (id) FROM stdin;
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: write the rows as INSERT … VALUES in a migration

    error[psql-meta-command]: `\unrestrict` is a command of psql, not SQL
      --> schema/10_dump.sql:10:1
       |
    10 | \unrestrict x
       | ^^^^^^^^^^^
       |
       = hint: leave the line out: pg_dump writes it for psql, and it defines nothing
    ");
}

/// More objects than a catalog can hold in memory at a bearable size: nothing is loaded.
#[test]
fn a_schema_file_of_very_many_statements_is_refused_at_once() {
    let mut text = String::with_capacity(50 << 20);
    for number in 0.. {
        if text.len() >= 50 << 20 {
            break;
        }
        text.push_str(&format!("CREATE TABLE item_{number} (id bigint PRIMARY KEY, name text NOT NULL);\n"));
    }
    let workspace = TestWorkspace::new();
    workspace.write("schema/10_item.sql", &text);
    let said = refused(&workspace, &["db:generate"]);
    assert!(
        said.contains("error[too-many-statements]: the schema has ") && said.contains("more than 200000"),
        "{said}"
    );
    assert_eq!(workspace.migrations(), Vec::<String>::new());
}

#[test]
fn a_schema_file_of_fifty_megabytes_is_read_in_one_pass() {
    let mut text = String::with_capacity(50 << 20);
    text.push_str("CREATE TABLE item (id bigint);\nCOMMENT ON TABLE item IS '");
    let line = "a word, and another one; and $$ signs -- that mean nothing here\n".repeat(1 << 10);
    while text.len() < 50 << 20 {
        text.push_str(&line);
    }
    text.push_str("';\n");
    let lines = text.lines().count();
    text.push_str("CREATE TABLE other (id nope);\n");
    let workspace = TestWorkspace::new();
    workspace.write("schema/10_item.sql", &text);
    let run = workspace.run(&["db:generate"]);
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains(&format!("schema/10_item.sql:{}:24", lines + 1)), "{}", run.stderr);
}
