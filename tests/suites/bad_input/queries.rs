//! Query files that cannot be used.

use super::{TestWorkspace, refused};

/// Runs `db:generate` with a query file beside the schema; what it prints.
fn queried(text: &str) -> String {
    let workspace = TestWorkspace::with_schema(&[(
        "10_shop.sql",
        "CREATE TABLE item (id bigint PRIMARY KEY, name text NOT NULL, note text);\nCREATE TABLE stock (id bigint, item bigint);\n",
    )]);
    workspace.write("app/queries/shop.sql", text);
    refused(&workspace, &["db:generate"])
}

#[test]
fn what_the_server_refuses_is_shown_at_its_place() {
    insta::assert_snapshot!(queried("-- name: items :many\nSELECT id, nam FROM item WHERE id = @id;\n"), @r#"
    error[undefined-object]: column "nam" does not exist
     --> app/queries/shop.sql:2:12
      |
    2 | SELECT id, nam FROM item WHERE id = @id;
      |            ^^^
      |
      = hint: perhaps you meant to reference the column "item.name"
    "#);
    insta::assert_snapshot!(queried("-- name: items :many\nSELECT id\n    FORM item\n WHERE id = @first AND id <> @second;\n"), @r#"
    error[syntax-error]: syntax error at or near "item"
     --> app/queries/shop.sql:3:10
      |
    3 |     FORM item
      |          ^^^^
    "#);
    insta::assert_snapshot!(queried("-- name: both :many\nSELECT id FROM item JOIN stock ON item = item.id;\n"), @r#"
    error[invalid-definition]: column reference "id" is ambiguous
     --> app/queries/shop.sql:2:8
      |
    2 | SELECT id FROM item JOIN stock ON item = item.id;
      |        ^^
    "#);
    insta::assert_snapshot!(queried("-- name: kind :one\nSELECT pg_typeof(@value) AS kind;\n"), @"
    error[invalid-definition]: could not determine data type of parameter @value
     --> app/queries/shop.sql:2:18
      |
    2 | SELECT pg_typeof(@value) AS kind;
      |                  ^^^^^^
      |
      = hint: write its type: `@name::text`
    ");
}

#[test]
fn what_no_function_can_be_made_of_is_named() {
    insta::assert_snapshot!(queried("-- name: items :many\nSELECT id FROM item;\nSELECT 1;\n"), @"
    error[several-statements]: items has more than one statement
     --> app/queries/shop.sql:3:1
      |
    1 | -- name: items :many
      |          ----- one statement belongs to this name
    2 | SELECT id FROM item;
    3 | SELECT 1;
      | ^^^^^^
      |
      = hint: write `-- name: find_order :opt` on the line above it
    ");
    insta::assert_snapshot!(queried("-- name: items :many\nSELECT 1 AS a;\n-- name: items :one\nSELECT 2 AS b;\n"), @"
    error[duplicate-query]: two queries are called items
     --> app/queries/shop.sql:3:10
      |
    1 | -- name: items :many
      |          ----- the first
    2 | SELECT 1 AS a;
    3 | -- name: items :one
      |          ^^^^^
      |
      = hint: give one of them another name
    ");
    insta::assert_snapshot!(queried("-- name: type :many\nSELECT id FROM item;\n"), @"
    error[query-name]: type is a keyword of Rust
     --> app/queries/shop.sql:1:10
      |
    1 | -- name: type :many
      |          ^^^^
      |
      = hint: give the query another name
    ");
    insta::assert_snapshot!(queried("-- name: größe :many\nSELECT id FROM item;\n"), @"
    error[query-name]: größe cannot be the name of a function
     --> app/queries/shop.sql:1:10
      |
    1 | -- name: größe :many
      |          ^^^^^
      |
      = hint: write it in snake_case: a-z, 0-9 and _
    ");
    insta::assert_snapshot!(queried("-- name: items :many\nSELECT id FROM item WHERE name = @größe;\n"), @"
    error[query-name]: the parameter größe cannot be the name of an argument
     --> app/queries/shop.sql:2:34
      |
    2 | SELECT id FROM item WHERE name = @größe;
      |                                  ^^^^^^
      |
      = hint: write it in snake_case: a-z, 0-9, _
    ");
}

#[test]
fn columns_that_no_row_can_have_are_named() {
    insta::assert_snapshot!(queried("-- name: items :many\nSELECT i.id, s.id FROM item i, stock s;\n"), @"
    error[duplicate-column]: two columns of items are called id
     --> app/queries/shop.sql:1:10
      |
    1 | -- name: items :many
      |          ^^^^^
      |
      = hint: give one of them another name with AS
    ");
    insta::assert_snapshot!(queried("-- name: sum :one\nSELECT 1 + 1;\n"), @"
    error[unnamed-column]: a column of sum has no name
     --> app/queries/shop.sql:1:10
      |
    1 | -- name: sum :one
      |          ^^^
      |
      = hint: give each expression a name: `SELECT a + b AS total`
    ");
    insta::assert_snapshot!(queried("-- name: gone :one\nDELETE FROM item;\n"), @"
    error[query-without-rows]: gone returns no rows, and :one wants some
     --> app/queries/shop.sql:1:10
      |
    1 | -- name: gone :one
      |          ^^^^
      |
      = hint: write :exec or :execrows, or give the statement a RETURNING
    ");
    insta::assert_snapshot!(queried("-- name: items :all\nSELECT id FROM item;\n"), @"
    error[unreadable-query-name]: :all says nothing about what the query returns
     --> app/queries/shop.sql:1:16
      |
    1 | -- name: items :all
      |                ^^^^
      |
      = hint: write `-- name: find_order :opt`, with one of :one, :opt, :many, :exec, :execrows and :stream
    ");
    insta::assert_snapshot!(queried("SELECT id FROM item;\n"), @"
    error[query-without-name]: this statement has no name
     --> app/queries/shop.sql:1:1
      |
    1 | SELECT id FROM item;
      | ^^^^^^
      |
      = hint: write `-- name: find_order :opt` on the line above it
    ");
}

#[test]
fn a_query_that_nobody_knows_is_not_explained() {
    let workspace = TestWorkspace::with_schema(&[("10_shop.sql", "CREATE TABLE item (id bigint PRIMARY KEY);\n")]);
    workspace.write("app/queries/shop.sql", "-- name: items :many\nSELECT id FROM item;\n");
    insta::assert_snapshot!(refused(&workspace, &["db:generate", "--explain", "item"]), @"
    error[unknown-query]: there is no query item
     |
     = hint: there are: shop.items
    ");
    let explained = workspace.succeed(&["db:generate", "--explain", "shop.items"]).stdout;
    insta::assert_snapshot!(explained, @"
    shop.items
      id: never NULL
    ");
}
