//! Names that cannot be written as they are: reserved words, and what is longer than a name may be.

use lockstep_tests::workspace::{Run, TestWorkspace};

use super::generate;

#[test]
fn a_reserved_word_says_how_to_write_it() {
    let files = [
        ("10_a.sql", "CREATE TABLE user (id int);\n"),
        ("20_b.sql", "CREATE TABLE b (\n    id int,\n    order int\n);\n"),
        ("30_c.sql", "CREATE TABLE c (id int REFERENCES order (id));\n"),
        ("40_d.sql", "CREATE VIEW d AS SELECT * FROM order;\n"),
        ("50_e.sql", "CREATE TABLE e (id int);\nALTER TABLE e ADD COLUMN limit int;\n"),
    ];
    insta::assert_snapshot!(generate(&files), @r#"
    error[syntax-error]: syntax error at or near "user"
     --> schema/10_a.sql:1:14
      |
    1 | CREATE TABLE user (id int);
      |              ^^^^
      |
      = hint: `user` is a reserved word: write it as "user", everywhere, or take another name

    error[syntax-error]: syntax error at or near "order"
     --> schema/20_b.sql:3:5
      |
    3 |     order int
      |     ^^^^^
      |
      = hint: `order` is a reserved word: write it as "order", everywhere, or take another name

    error[syntax-error]: syntax error at or near "order"
     --> schema/30_c.sql:1:35
      |
    1 | CREATE TABLE c (id int REFERENCES order (id));
      |                                   ^^^^^
      |
      = hint: `order` is a reserved word: write it as "order", everywhere, or take another name

    error[syntax-error]: syntax error at or near "order"
     --> schema/40_d.sql:1:32
      |
    1 | CREATE VIEW d AS SELECT * FROM order;
      |                                ^^^^^
      |
      = hint: `order` is a reserved word: write it as "order", everywhere, or take another name

    error[syntax-error]: syntax error at or near "limit"
     --> schema/50_e.sql:2:26
      |
    2 | ALTER TABLE e ADD COLUMN limit int;
      |                          ^^^^^
      |
      = hint: `limit` is a reserved word: write it as "limit", everywhere, or take another name
    "#);
}

#[test]
fn a_word_that_only_stands_in_the_wrong_place_is_no_reserved_name() {
    let shown = generate(&[(
        "10_a.sql",
        "CREATE VIEW a AS SELECT 1 AS x, FROM b;\nCREATE VIEW c AS SELECT 1 FROM WHERE true;\n",
    )]);
    assert!(!shown.contains("reserved"), "{shown}");
}

#[test]
fn reserved_words_in_quotes_go_all_the_way() {
    let text = "CREATE SCHEMA \"table\";\nCREATE TABLE \"table\".\"user\" (\n    \"order\" bigint PRIMARY KEY,\n    \"select\" text NOT NULL,\n    \"Group\" text\n);\n\
                CREATE INDEX \"end\" ON \"table\".\"user\" (\"select\");\nCREATE VIEW \"table\".\"from\" AS SELECT \"order\" FROM \"table\".\"user\";\n";
    let workspace = TestWorkspace::with_schema(&[("10_a.sql", text)]);
    workspace.succeed(&["db:generate", "init", "--problem", "p"]);
    workspace
        .write("schema/10_a.sql", &text.replace("\"Group\" text", "\"Group\" text DEFAULT 'x',\n    \"where\" int"));
    workspace.succeed(&["db:generate", "more", "--problem", "p"]);
    workspace.succeed(&["check"]);
}

/// A name of so many bytes.
fn long(start: &str, length: usize) -> String {
    format!("{start}{}", "x".repeat(length - start.len()))
}

#[test]
fn a_name_that_is_cut_is_told_and_taken() {
    let name = long("item_", 64);
    let workspace = TestWorkspace::with_schema(&[(
        "10_a.sql",
        &format!("CREATE TABLE {name} (\n    -- @sensitive\n    {} int\n);\n", long("code_", 70)),
    )]);
    let Run { stderr, .. } = workspace.succeed(&["db:generate", "init", "--problem", "p"]);
    insta::assert_snapshot!(stderr, @"
    warning[truncated-name]: this name is 64 bytes long, and PostgreSQL keeps 63 of them: item_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
     --> schema/10_a.sql:1:14
      |
    1 | CREATE TABLE item_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx (
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: take a shorter name

    warning[truncated-name]: this name is 70 bytes long, and PostgreSQL keeps 63 of them: code_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
     --> schema/10_a.sql:3:5
      |
    3 |     code_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx int
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: take a shorter name
    ");
    workspace.succeed(&["check"]);
}

#[test]
fn names_that_are_cut_to_one_are_shown_in_both_places() {
    let (one, other) = (long("item_", 63) + "_one", long("item_", 63) + "_two");
    let tables = format!("CREATE TABLE {one} (id int);\nCREATE TABLE {other} (id int);\n");
    insta::assert_snapshot!(generate(&[("10_a.sql", &tables)]), @"
    error[duplicate-definition]: table public.item_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx is defined twice
     --> schema/10_a.sql:2:14
      |
    1 | CREATE TABLE item_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_one (id int);
      |              ------------------------------------------------------------------- first defined here
    2 | CREATE TABLE item_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_two (id int);
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: PostgreSQL keeps 63 bytes of a name: let the two differ in those

    warning[truncated-name]: this name is 67 bytes long, and PostgreSQL keeps 63 of them: item_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
     --> schema/10_a.sql:1:14
      |
    1 | CREATE TABLE item_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_one (id int);
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: take a shorter name

    warning[truncated-name]: this name is 67 bytes long, and PostgreSQL keeps 63 of them: item_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
     --> schema/10_a.sql:2:14
      |
    2 | CREATE TABLE item_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_two (id int);
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: take a shorter name
    ");
    let columns = format!("CREATE TABLE a (\n    {one} int,\n    {other} int\n);\n");
    let constraints = format!(
        "CREATE TABLE a (\n    id int,\n    CONSTRAINT {one} CHECK (id > 0),\n    CONSTRAINT {other} CHECK (id > 1)\n);\n"
    );
    let indexes = format!("CREATE TABLE a (id int);\nCREATE INDEX {one} ON a (id);\nCREATE INDEX {other} ON a (id);\n");
    for text in [columns, constraints, indexes] {
        let shown = generate(&[("10_a.sql", &text)]);
        assert!(shown.starts_with("error[duplicate-definition]"), "{shown}");
        assert!(shown.contains("hint: PostgreSQL keeps 63 bytes of a name: let the two differ in those"), "{shown}");
        assert_eq!(shown.matches("warning[truncated-name]: this name is 67 bytes long").count(), 2, "{shown}");
    }
}
