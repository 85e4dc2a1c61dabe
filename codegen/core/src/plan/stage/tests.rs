//! Plans for tables that are in use, file by file.

use crate::catalog::fixture::{column_of, constraint, index, name, state, table, table_mut};
use crate::catalog::{Deferrability, State};
use crate::plan::{Allow, Form, HAZARDS, Phase, PlanOptions, PlannedFile, Rollback, TransactionMode, plan};

fn online(current: &State, desired: &State, options: PlanOptions) -> Vec<PlannedFile> {
    let allow = HAZARDS.iter().map(|info| Allow { hazard: info.kind, object: None }).collect();
    plan(current, desired, &PlanOptions { form: Form::Online, allow, ..options }).expect("everything is allowed").files
}

/// A line per file with its phase and whether it runs in a transaction, and one per statement.
fn shown(files: &[PlannedFile]) -> String {
    let file = |file: &PlannedFile| {
        let phase = match file.phase {
            Phase::Expand => "expand",
            Phase::Backfill => "backfill",
            Phase::Contract => "contract",
        };
        let mode = if file.transaction == TransactionMode::Yes { "" } else { ", no transaction" };
        let steps = file.steps.iter().map(|step| format!("  {}", step.sql.lines().next().unwrap_or_default()));
        format!("{phase}{mode}\n{}", steps.collect::<Vec<_>>().join("\n"))
    };
    files.iter().map(file).collect::<Vec<_>>().join("\n")
}

fn plain(current: &State, desired: &State) -> String {
    shown(&online(current, desired, PlanOptions::default()))
}

fn order(columns: &[&str]) -> State {
    state(|it| {
        table(it, "shop.order", columns);
        constraint(it, "shop.order", "order_pkey", "PRIMARY KEY (id)");
    })
}

#[test]
fn a_new_table_takes_the_plain_form() {
    let desired = state(|it| {
        table(it, "shop.a", &["id bigint NOT NULL"]);
        constraint(it, "shop.a", "a_key", "UNIQUE (id)");
        index(it, "shop.a", "a_idx", "id");
    });
    insta::assert_snapshot!(plain(&state(|_| ()), &desired), @"
    expand
      CREATE TABLE shop.a (
      CREATE INDEX a_idx ON shop.a USING btree (id)
    ");
}

#[test]
fn an_index_is_built_and_dropped_in_a_file_of_its_own() {
    let (before, mut after) = (order(&["id bigint NOT NULL"]), order(&["id bigint NOT NULL", "note text"]));
    index(&mut after, "shop.order", "order_note", "note");
    index(&mut after, "shop.order", "order_id", "id");
    insta::assert_snapshot!(plain(&before, &after), @r#"
    expand
      ALTER TABLE shop."order" ADD COLUMN note text
    expand, no transaction
      CREATE INDEX CONCURRENTLY order_id ON shop.order USING btree (id)
    expand, no transaction
      CREATE INDEX CONCURRENTLY order_note ON shop.order USING btree (note)
    "#);
    insta::assert_snapshot!(plain(&after, &before), @r#"
    contract
      ALTER TABLE shop."order" DROP COLUMN note
    contract, no transaction
      DROP INDEX CONCURRENTLY shop.order_id
    "#);
}

#[test]
fn an_index_serves_until_its_successor_is_there() {
    let with = |columns: &str| {
        let mut state = order(&["id bigint NOT NULL", "note text"]);
        index(&mut state, "shop.order", "order_by", columns);
        state
    };
    let files = online(&with("note"), &with("note, id"), PlanOptions::default());
    insta::assert_snapshot!(shown(&files), @"
    expand
      ALTER INDEX shop.order_by RENAME TO order_by__old
    expand, no transaction
      CREATE INDEX CONCURRENTLY order_by ON shop.order USING btree (note, id)
    contract, no transaction
      DROP INDEX CONCURRENTLY shop.order_by__old
    ");
    let undo: Vec<&Rollback> = files.iter().rev().flat_map(|file| &file.steps).map(|step| &step.rollback).collect();
    insta::assert_debug_snapshot!(undo, @r#"
    [
        Sql(
            "CREATE INDEX CONCURRENTLY order_by__old ON shop.order USING btree (note)",
        ),
        Sql(
            "DROP INDEX CONCURRENTLY shop.order_by",
        ),
        Sql(
            "ALTER INDEX shop.order_by__old RENAME TO order_by",
        ),
    ]
    "#);
}

#[test]
fn a_key_stands_on_an_index_that_was_built_before() {
    let before = state(|it| table(it, "shop.order", &["id bigint", "token text"]));
    let mut after = state(|it| {
        table(it, "shop.order", &["id bigint NOT NULL", "token text"]);
        constraint(it, "shop.order", "order_pkey", "PRIMARY KEY (id)");
        constraint(it, "shop.order", "order_token", "UNIQUE NULLS NOT DISTINCT (token) INCLUDE (id)");
    });
    let token = table_mut(&mut after, "shop.order").constraints.get_mut(&"order_token".into()).unwrap();
    token.deferrability = Deferrability::InitiallyDeferred;
    token.options = [("fillfactor".to_owned(), "70".to_owned())].into();
    insta::assert_snapshot!(plain(&before, &after), @r#"
    expand
      ALTER TABLE shop."order" ADD CONSTRAINT id__not_null CHECK (id IS NOT NULL) NOT VALID
    expand, no transaction
      CREATE UNIQUE INDEX CONCURRENTLY order_token ON shop."order" (token) INCLUDE (id) NULLS NOT DISTINCT WITH (fillfactor = 70)
    expand, no transaction
      ALTER TABLE shop."order" VALIDATE CONSTRAINT id__not_null
      ALTER TABLE shop."order" ALTER COLUMN id SET NOT NULL
      ALTER TABLE shop."order" DROP CONSTRAINT id__not_null
    expand
      ALTER TABLE shop."order" ADD CONSTRAINT order_token UNIQUE USING INDEX order_token DEFERRABLE INITIALLY DEFERRED
    expand, no transaction
      CREATE UNIQUE INDEX CONCURRENTLY order_pkey ON shop."order" (id)
    expand
      ALTER TABLE shop."order" ADD CONSTRAINT order_pkey PRIMARY KEY USING INDEX order_pkey
    "#);
}

#[test]
fn a_key_that_changes_is_never_missing() {
    let key = |columns: &str| {
        state(|it| {
            table(it, "shop.order", &["id bigint NOT NULL", "part bigint NOT NULL"]);
            constraint(it, "shop.order", "order_pkey", &format!("PRIMARY KEY ({columns})"));
        })
    };
    insta::assert_snapshot!(plain(&key("id"), &key("id, part")), @r#"
    expand, no transaction
      CREATE UNIQUE INDEX CONCURRENTLY order_pkey__new ON shop."order" (id, part)
    expand
      ALTER TABLE shop."order" DROP CONSTRAINT order_pkey
      ALTER TABLE shop."order" ADD CONSTRAINT order_pkey PRIMARY KEY USING INDEX order_pkey__new
    "#);
}

#[test]
fn foreign_keys_and_checks_are_validated_later() {
    let before = order(&["id bigint NOT NULL", "parent bigint"]);
    let mut after = before.clone();
    constraint(&mut after, "shop.order", "order_parent_fkey", "FOREIGN KEY (parent) REFERENCES shop.order(id)");
    constraint(&mut after, "shop.order", "order_positive", "CHECK ((parent > 0))");
    insta::assert_snapshot!(plain(&before, &after), @r#"
    expand
      ALTER TABLE shop."order" ADD CONSTRAINT order_parent_fkey FOREIGN KEY (parent) REFERENCES shop.order(id) NOT VALID
      ALTER TABLE shop."order" ADD CONSTRAINT order_positive CHECK ((parent > 0)) NOT VALID
    expand, no transaction
      ALTER TABLE shop."order" VALIDATE CONSTRAINT order_parent_fkey
      ALTER TABLE shop."order" VALIDATE CONSTRAINT order_positive
    "#);
}

#[test]
fn not_null_comes_through_a_valid_check_and_natively_from_18_on() {
    let (before, mut after) =
        (order(&["id bigint NOT NULL", "note text"]), order(&["id bigint NOT NULL", "note text NOT NULL"]));
    insta::assert_snapshot!(plain(&before, &after), @r#"
    expand
      ALTER TABLE shop."order" ADD CONSTRAINT note__not_null CHECK (note IS NOT NULL) NOT VALID
    expand, no transaction
      ALTER TABLE shop."order" VALIDATE CONSTRAINT note__not_null
      ALTER TABLE shop."order" ALTER COLUMN note SET NOT NULL
      ALTER TABLE shop."order" DROP CONSTRAINT note__not_null
    "#);
    after.major = 18;
    insta::assert_snapshot!(plain(&before, &after), @r#"
    expand
      ALTER TABLE shop."order" ADD CONSTRAINT order_note_not_null NOT NULL note NOT VALID
    expand, no transaction
      ALTER TABLE shop."order" VALIDATE CONSTRAINT order_note_not_null
    "#);
}

#[test]
fn a_volatile_default_is_filled_in_by_batches() {
    let before = order(&["id bigint NOT NULL"]);
    let mut after =
        order(&["id bigint NOT NULL", "token uuid DEFAULT gen_random_uuid() NOT NULL", "n integer DEFAULT 0 NOT NULL"]);
    after.facts.volatile_defaults.insert(column_of("shop.order", "token"));
    index(&mut after, "shop.order", "order_token", "token");
    insta::assert_snapshot!(plain(&before, &after), @r#"
    expand
      ALTER TABLE shop."order" ADD COLUMN token uuid
      ALTER TABLE shop."order" ALTER COLUMN token SET DEFAULT gen_random_uuid()
      ALTER TABLE shop."order" ADD COLUMN n integer DEFAULT 0 NOT NULL
    backfill, no transaction
      DO $backfill$
    expand, no transaction
      CREATE INDEX CONCURRENTLY order_token ON shop.order USING btree (token)
    expand
      ALTER TABLE shop."order" ADD CONSTRAINT token__not_null CHECK (token IS NOT NULL) NOT VALID
    expand, no transaction
      ALTER TABLE shop."order" VALIDATE CONSTRAINT token__not_null
      ALTER TABLE shop."order" ALTER COLUMN token SET NOT NULL
      ALTER TABLE shop."order" DROP CONSTRAINT token__not_null
    "#);
}

#[test]
fn a_volatile_default_of_a_parent_is_filled_in_table_by_table() {
    let family = |columns: &[&str]| {
        let mut state = order(columns);
        table(&mut state, "shop.special", columns);
        let child = table_mut(&mut state, "shop.special");
        child.inherits = vec![name("shop.order")];
        child.columns.iter_mut().for_each(|column| column.local = false);
        state
    };
    let before = family(&["id bigint NOT NULL"]);
    let mut after = family(&["id bigint NOT NULL", "token uuid DEFAULT gen_random_uuid()"]);
    after.facts.volatile_defaults.insert(column_of("shop.order", "token"));
    let files = online(&before, &after, PlanOptions::default());
    insta::assert_snapshot!(shown(&files), @r#"
    expand
      ALTER TABLE shop."order" ADD COLUMN token uuid
      ALTER TABLE shop."order" ALTER COLUMN token SET DEFAULT gen_random_uuid()
    backfill, no transaction
      DO $backfill$
      DO $backfill$
    "#);
    let updates: Vec<&str> =
        files[1].steps.iter().filter_map(|step| step.sql.lines().find(|line| line.contains("UPDATE "))).collect();
    assert_eq!(
        updates.iter().map(|line| line.trim()).collect::<Vec<_>>(),
        ["UPDATE ONLY shop.\"order\" SET token = DEFAULT", "UPDATE shop.special SET token = DEFAULT"]
    );
}

#[test]
fn a_new_column_without_default_is_required_last() {
    let before = order(&["id bigint NOT NULL", "name text"]);
    let after = order(&["id bigint NOT NULL", "slug text NOT NULL"]);
    let backfill = [(column_of("shop.order", "slug"), "lower(name)".to_owned())].into();
    insta::assert_snapshot!(shown(&online(&before, &after, PlanOptions { backfill, ..PlanOptions::default() })), @r#"
    expand
      ALTER TABLE shop."order" ADD COLUMN slug text
    backfill, no transaction
      DO $backfill$
    contract
      ALTER TABLE shop."order" ADD CONSTRAINT slug__not_null CHECK (slug IS NOT NULL) NOT VALID
    contract, no transaction
      DO $backfill$
    contract, no transaction
      ALTER TABLE shop."order" VALIDATE CONSTRAINT slug__not_null
      ALTER TABLE shop."order" ALTER COLUMN slug SET NOT NULL
      ALTER TABLE shop."order" DROP CONSTRAINT slug__not_null
    contract
      ALTER TABLE shop."order" DROP COLUMN name
    "#);
}
