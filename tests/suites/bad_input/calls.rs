//! Calls of `query!` that cannot be certified.

use super::{TestWorkspace, refused};

/// Runs `db:generate` with a source file beside the schema; what it prints.
fn called(source: &str) -> String {
    let workspace = TestWorkspace::with_schema(&[(
        "10_shop.sql",
        "CREATE TABLE item (id bigint PRIMARY KEY, name text NOT NULL, note xml);\nCREATE TABLE stock (id bigint, item bigint);\n",
    )]);
    workspace.write("src/main.rs", source);
    refused(&workspace, &["db:generate"])
}

#[test]
fn what_the_server_refuses_is_shown_in_the_literal() {
    insta::assert_snapshot!(called("fn f() {\n    lockstep::query!(\"SELECT id, nam FROM item WHERE id = @id\", id);\n}\n"), @r#"
    error[undefined-object]: column "nam" does not exist
     --> src/main.rs:2:34
      |
    2 |     lockstep::query!("SELECT id, nam FROM item WHERE id = @id", id);
      |                                  ^^^
      |
      = hint: perhaps you meant to reference the column "item.name"
    "#);
    insta::assert_snapshot!(called("fn f() {\n    query!(r#\"\n        SELECT id\n        FORM item\n    \"#);\n}\n"), @r#"
    error[syntax-error]: syntax error at or near "item"
     --> src/main.rs:4:14
      |
    4 |         FORM item
      |              ^^^^
    "#);
    insta::assert_snapshot!(called("fn f() { query!(\"SELECT \\\"größe\\\", \\\"Wrong\\\" \\\n    FROM (SELECT 1 AS größe) AS t\"); }\n"), @r#"
    error[undefined-object]: column "Wrong" does not exist
     --> src/main.rs:1:36
      |
    1 | fn f() { query!("SELECT \"größe\", \"Wrong\" \
      |                                    ^^^^^^^^^
    "#);
    insta::assert_snapshot!(called("fn f() { query!(\"SELECT pg_typeof(@value) AS kind\", value); }\n"), @r#"
    error[invalid-definition]: could not determine data type of parameter @value
     --> src/main.rs:1:35
      |
    1 | fn f() { query!("SELECT pg_typeof(@value) AS kind", value); }
      |                                   ^^^^^^
      |
      = hint: write its type: `@name::text`
    "#);
}

#[test]
fn texts_that_are_no_query_are_named() {
    insta::assert_snapshot!(called("fn f() { query!(\"SELECT id FROM item; SELECT 1 AS a\"); }\n"), @r#"
    error[several-statements]: the query has more than one statement
     --> src/main.rs:1:39
      |
    1 | fn f() { query!("SELECT id FROM item; SELECT 1 AS a"); }
      |                                       ^^^^^^
      |
      = hint: write a call for each of them
    "#);
    insta::assert_snapshot!(called("fn f() { query!(\"SELECT i.id, s.id FROM item i, stock s\"); }\n"), @r#"
    error[duplicate-column]: two columns of the query are called id
     --> src/main.rs:1:17
      |
    1 | fn f() { query!("SELECT i.id, s.id FROM item i, stock s"); }
      |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: give one of them another name with AS
    "#);
    insta::assert_snapshot!(called("fn f() { query!(\"SELECT 1 + 1\"); }\n"), @r#"
    error[unnamed-column]: a column of the query has no name
     --> src/main.rs:1:17
      |
    1 | fn f() { query!("SELECT 1 + 1"); }
      |                 ^^^^^^^^^^^^^^
      |
      = hint: give each expression a name: `SELECT a + b AS total`
    "#);
    insta::assert_snapshot!(called("fn f() { query!(\"SELECT note FROM item\"); }\n"), @r#"
    error[travels-as-text]: note of the query is of type xml, which travels as text
     --> src/main.rs:1:17
      |
    1 | fn f() { query!("SELECT note FROM item"); }
      |                 ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = hint: write `note::text AS note`, with `[]` behind `text` for an array
    "#);
}
