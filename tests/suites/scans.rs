//! `check` on tables that are `@large`: what reads all of one is named, unless the query says why it may.

use lockstep_tests::workspace::TestWorkspace;

const SCHEMA: &str = "CREATE SCHEMA shop;
CREATE DOMAIN shop.word AS text NOT NULL CHECK (VALUE <> '');
CREATE TABLE shop.customer (id bigint PRIMARY KEY, name text NOT NULL UNIQUE);
-- @large
CREATE TABLE shop.\"order\" (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES shop.customer,
    state shop.word,
    note text,
    placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON shop.\"order\" (customer_id);
CREATE INDEX ON shop.\"order\" (state) WHERE state = 'open';
-- @large
CREATE TABLE shop.event (id bigint, day date, kind text NOT NULL, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
CREATE TABLE shop.event_2026 PARTITION OF shop.event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE shop.event_2027 PARTITION OF shop.event FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
CREATE VIEW shop.noted AS SELECT id, note FROM shop.\"order\" WHERE note IS NOT NULL;
";

/// What `check` says of queries in a file: a line for its findings, or nothing.
fn check(queries: &str) -> String {
    check_in("app/queries/shop.sql", queries)
}

fn check_in(path: &str, text: &str) -> String {
    let workspace = TestWorkspace::with_schema(&[("10_shop.sql", SCHEMA)]);
    workspace.write(path, text);
    workspace.succeed(&["db:generate", "init", "--problem", "there is no shop"]);
    let run = workspace.run(&["check"]);
    let wanted = ["error[", "warning[", "--> ", "= note:", "= hint:"];
    let lines = run.stderr.lines().map(str::trim).filter(|line| wanted.iter().any(|start| line.starts_with(start)));
    let shown = lines.collect::<Vec<_>>().join("\n");
    assert_eq!(run.status, Some(i32::from(shown.contains("error["))), "{}", run.stderr);
    shown
}

#[test]
fn what_an_index_serves_is_fine() {
    let fine = "
-- name: of_customer :many
SELECT id, note FROM shop.\"order\" WHERE customer_id = @customer AND note = @note;
-- name: latest :many
SELECT id FROM shop.\"order\" ORDER BY id DESC LIMIT @most;
-- name: any :many
SELECT note FROM shop.\"order\" LIMIT 10;
-- name: open :many
SELECT id FROM shop.\"order\" WHERE state = 'open';
-- name: of_name :many
SELECT o.id FROM shop.\"order\" AS o JOIN shop.customer AS c ON c.id = o.customer_id WHERE c.name = @name;
-- name: events :many
SELECT id FROM shop.event WHERE day = @day;
-- name: customers :many
SELECT name FROM shop.customer WHERE name LIKE @pattern;
-- name: place :one
INSERT INTO shop.\"order\" (customer_id, state, note) VALUES (@customer, @state, @note?) RETURNING id;
-- name: close :execrows
UPDATE shop.\"order\" SET state = @state WHERE id = ANY(@ids::bigint[]);
";
    assert_eq!(check(fine), "");
}

#[test]
fn what_no_index_serves_is_named_with_the_index_that_would() {
    insta::assert_snapshot!(check("
-- name: by_note :many
SELECT id FROM shop.\"order\" WHERE note = @note;
-- name: since :many
SELECT id FROM shop.\"order\" WHERE placed_at > @since AND state = @state;
-- name: by_words :many
SELECT id FROM shop.\"order\" WHERE lower(note) = @note;
-- name: all_of_them :many
SELECT id, note FROM shop.\"order\";
"), @r#"
    error[sequential-scan]: shop.all_of_them reads all of shop.order, which is large
    --> app/queries/shop.sql:8:10
    = hint: give it a condition or a LIMIT that an index serves; or say in its comment why it may: `-- @scan reason`
    error[sequential-scan]: shop.by_note reads all of shop.order, which is large
    --> app/queries/shop.sql:2:10
    = note: no index serves ("order".note = $1)
    = hint: `CREATE INDEX ON shop."order" (note)` in schema/ would serve it; or say in its comment why it may: `-- @scan reason`
    error[sequential-scan]: shop.by_words reads all of shop.order, which is large
    --> app/queries/shop.sql:6:10
    = note: no index serves (lower("order".note) = $1)
    = hint: add an index on the expressions that it compares; or say in its comment why it may: `-- @scan reason`
    error[sequential-scan]: shop.since reads all of shop.order, which is large
    --> app/queries/shop.sql:4:10
    = note: no index serves (("order".placed_at > $1) AND (("order".state)::text = $2))
    = hint: `CREATE INDEX ON shop."order" (state, placed_at)` in schema/ would serve it; or say in its comment why it may: `-- @scan reason`
    "#);
}

#[test]
fn it_does_not_matter_where_in_a_query_it_is_read() {
    insta::assert_snapshot!(check("
-- name: events :many
SELECT id FROM shop.event WHERE kind = @kind;
-- name: counted :many
SELECT name, (SELECT count(*) FROM shop.\"order\" AS o WHERE o.note = c.name) AS orders FROM shop.customer AS c;
-- name: noted :many
WITH noted AS MATERIALIZED (SELECT id FROM shop.noted WHERE note = @note) SELECT id FROM noted;
-- name: forget :exec
DELETE FROM shop.\"order\" WHERE placed_at < @before;
-- name: notes_of_names :many
SELECT o.id FROM shop.customer AS c JOIN shop.\"order\" AS o ON o.note = c.name WHERE c.id = @id;
"), @r#"
    error[sequential-scan]: shop.counted reads all of shop.order, which is large
    --> app/queries/shop.sql:4:10
    = note: no index serves (o.note = c.name)
    = hint: `CREATE INDEX ON shop."order" (note)` in schema/ would serve it; or say in its comment why it may: `-- @scan reason`
    error[sequential-scan]: shop.events reads all of shop.event, which is large
    --> app/queries/shop.sql:2:10
    = note: no index serves (event_1.kind = $1)
    = hint: `CREATE INDEX ON shop.event (kind)` in schema/ would serve it; or say in its comment why it may: `-- @scan reason`
    error[sequential-scan]: shop.forget reads all of shop.order, which is large
    --> app/queries/shop.sql:8:10
    = note: no index serves ("order".placed_at < $1)
    = hint: `CREATE INDEX ON shop."order" (placed_at)` in schema/ would serve it; or say in its comment why it may: `-- @scan reason`
    error[sequential-scan]: shop.noted reads all of shop.order, which is large
    --> app/queries/shop.sql:6:10
    = note: no index serves (("order".note IS NOT NULL) AND ("order".note = $1))
    = hint: `CREATE INDEX ON shop."order" (note)` in schema/ would serve it; or say in its comment why it may: `-- @scan reason`
    error[sequential-scan]: shop.notes_of_names reads all of shop.order, which is large
    --> app/queries/shop.sql:10:10
    = note: no index serves (o.note = c.name)
    = hint: `CREATE INDEX ON shop."order" (note)` in schema/ would serve it; or say in its comment why it may: `-- @scan reason`
    "#);
}

#[test]
fn a_reason_is_taken_and_a_needless_one_is_not() {
    insta::assert_snapshot!(check("
-- name: by_note :many
-- @scan support looks for it once a week
SELECT id FROM shop.\"order\" WHERE note = @note;
-- name: latest :many
-- @scan it is small
SELECT id FROM shop.\"order\" ORDER BY id DESC LIMIT @most;
"), @"
    error[annotation-matches-nothing]: `@scan` says why shop.latest reads all of a large table, and it does not
    --> app/queries/shop.sql:6:1
    = hint: take it out
    ");
}

#[test]
fn a_call_gives_its_reason_in_its_text() {
    insta::assert_snapshot!(check_in("src/a.rs", "fn f() {
    lockstep::query!(\"SELECT id FROM shop.order WHERE note = 'x'\");
    lockstep::query!(\"
        -- @scan support looks for it once a week
        SELECT id FROM shop.order WHERE note = 'y'\");
    lockstep::query!(\"-- @scan it is small\n SELECT id FROM shop.order LIMIT 1\");
}
".replace("shop.order", "shop.\\\"order\\\"").as_str()), @r#"
    error[sequential-scan]: the query reads all of shop.order, which is large
    --> src/a.rs:2:22
    = note: no index serves ("order".note = 'x'::text)
    = hint: `CREATE INDEX ON shop."order" (note)` in schema/ would serve it; or say in the text, on a line above the statement, why it may: `-- @scan reason`
    error[annotation-matches-nothing]: `@scan` says why the query reads all of a large table, and it does not
    --> src/a.rs:6:23
    = hint: take it out
    "#);
}
