//! Plans, from small catalogs.

use crate::catalog::fixture::{
    column_of, constraint, enumeration, function, index, name, options, sequence, state, table, table_mut, trigger,
    view,
};
use crate::catalog::{
    Generated, GeneratedKind, Identity, IdentityKind, ObjectAddress, ObjectKind, Persistence, ReplicaIdentity, State,
};
use crate::emit::sql::create_all;
use crate::plan::{Allow, HAZARDS, Phase, Plan, PlanOptions, Rollback, plan};

/// The statements with everything allowed; files are told apart by `-- commit`.
#[track_caller]
fn check(current: &State, desired: &State, expected: &[&str]) {
    check_with(current, desired, &PlanOptions::default(), expected);
}

#[track_caller]
fn check_with(current: &State, desired: &State, options: &PlanOptions, expected: &[&str]) {
    let plan = plan(current, desired, &everything(options)).expect("everything is allowed");
    assert_eq!(shown(&plan), expected);
}

#[track_caller]
fn check_refused(current: &State, desired: &State, allow: &[&str], expected: &[&str]) {
    let allow = allow.iter().map(|allow| allow.parse().unwrap()).collect();
    let options = PlanOptions { allow, ..PlanOptions::default() };
    let diagnostics = plan(current, desired, &options).err().unwrap_or_default();
    let shown: Vec<String> =
        diagnostics.iter().map(|diagnostic| format!("{}: {diagnostic}", diagnostic.code)).collect();
    assert_eq!(shown, expected);
}

fn everything(options: &PlanOptions) -> PlanOptions {
    let allow = HAZARDS.iter().map(|info| Allow { hazard: info.kind, object: None }).collect();
    PlanOptions { allow, ..options.clone() }
}

fn shown(plan: &Plan) -> Vec<String> {
    let files = plan.files.iter().map(|file| file.steps.iter().map(|step| step.sql.clone()).collect::<Vec<_>>());
    files.collect::<Vec<_>>().join(&"-- commit".to_owned())
}

fn object(kind: ObjectKind, text: &str) -> ObjectAddress {
    ObjectAddress::object(kind, &name(text))
}

#[test]
fn a_new_table_holds_its_keys_and_checks_but_not_its_foreign_keys() {
    let desired = state(|it| {
        table(it, "shop.order", &["id bigint NOT NULL", "parent bigint", "total integer DEFAULT 0 NOT NULL"]);
        constraint(it, "shop.order", "order_pkey", "PRIMARY KEY (id)");
        constraint(it, "shop.order", "order_total_check", "CHECK ((total >= 0))");
        constraint(it, "shop.order", "order_parent_fkey", "FOREIGN KEY (parent) REFERENCES shop.order(id)");
        index(it, "shop.order", "order_total_idx", "total");
        table_mut(it, "shop.order").comment = Some("what was sold".to_owned());
    });
    check(
        &state(|_| ()),
        &desired,
        &[
            "CREATE TABLE shop.\"order\" (\n    id bigint NOT NULL,\n    parent bigint,\n    total integer DEFAULT 0 NOT \
         NULL,\n    CONSTRAINT order_pkey PRIMARY KEY (id),\n    CONSTRAINT order_total_check CHECK ((total >= 0))\n)",
            "COMMENT ON TABLE shop.\"order\" IS 'what was sold'",
            "ALTER TABLE shop.\"order\" ADD CONSTRAINT order_parent_fkey FOREIGN KEY (parent) REFERENCES shop.order(id)",
            "CREATE INDEX order_total_idx ON shop.order USING btree (total)",
        ],
    );
}

#[test]
fn tables_that_refer_to_each_other_are_made_and_dropped() {
    let both = state(|it| {
        for (one, other) in [("shop.a", "shop.b"), ("shop.b", "shop.a")] {
            table(it, one, &["id bigint NOT NULL"]);
            constraint(it, one, &format!("{}_pkey", &one[5..]), "PRIMARY KEY (id)");
            constraint(it, one, &format!("{}_fkey", &one[5..]), &format!("FOREIGN KEY (id) REFERENCES {other}(id)"));
        }
    });
    check(
        &state(|_| ()),
        &both,
        &[
            "CREATE TABLE shop.a (\n    id bigint NOT NULL,\n    CONSTRAINT a_pkey PRIMARY KEY (id)\n)",
            "CREATE TABLE shop.b (\n    id bigint NOT NULL,\n    CONSTRAINT b_pkey PRIMARY KEY (id)\n)",
            "ALTER TABLE shop.a ADD CONSTRAINT a_fkey FOREIGN KEY (id) REFERENCES shop.b(id)",
            "ALTER TABLE shop.b ADD CONSTRAINT b_fkey FOREIGN KEY (id) REFERENCES shop.a(id)",
        ],
    );
    check(
        &both,
        &state(|_| ()),
        &["ALTER TABLE shop.b DROP CONSTRAINT b_fkey", "DROP TABLE shop.a", "DROP TABLE shop.b"],
    );
}

#[test]
fn the_order_of_columns_is_no_difference() {
    let current = state(|it| table(it, "shop.a", &["x text", "y integer"]));
    let desired = state(|it| table(it, "shop.a", &["y integer", "x text"]));
    check(&current, &desired, &[]);
}

#[test]
fn new_columns_come_in_the_order_of_the_table() {
    let current = state(|it| table(it, "shop.a", &["id bigint"]));
    let desired = state(|it| table(it, "shop.a", &["z text", "id bigint", "b integer DEFAULT 1 NOT NULL"]));
    check(
        &current,
        &desired,
        &["ALTER TABLE shop.a ADD COLUMN z text", "ALTER TABLE shop.a ADD COLUMN b integer DEFAULT 1 NOT NULL"],
    );
}

#[test]
fn a_backfill_comes_between_the_column_and_its_not_null() {
    let current = state(|it| table(it, "shop.a", &["name text"]));
    let desired = state(|it| table(it, "shop.a", &["slug text DEFAULT ''::text NOT NULL"]));
    let backfill = [(column_of("shop.a", "slug"), "lower(name)".to_owned())].into();
    check_with(
        &current,
        &desired,
        &PlanOptions { backfill, ..PlanOptions::default() },
        &[
            "ALTER TABLE shop.a ADD COLUMN slug text",
            "UPDATE shop.a SET slug = lower(name)",
            "ALTER TABLE shop.a ALTER COLUMN slug SET NOT NULL",
            "ALTER TABLE shop.a ALTER COLUMN slug SET DEFAULT ''::text",
            "ALTER TABLE shop.a DROP COLUMN name",
        ],
    );
}

#[test]
fn what_loses_data_is_refused_until_it_is_allowed() {
    let current = state(|it| {
        table(it, "shop.a", &["id bigint", "note text"]);
        table(it, "shop.b", &["id bigint"]);
    });
    let desired = state(|it| table(it, "shop.a", &["id integer", "must text NOT NULL"]));
    check_refused(
        &current,
        &desired,
        &["drop-table:shop.b"],
        &[
            "destructive-step: changes the type of column shop.a.id: bigint to integer\n  hint: accept it with `--allow \
         change-type:shop.a.id`; say how with `-- @using expression` above the column",
            "not-null-without-value: column shop.a.must is NOT NULL, and the rows that are there have no value for it\n  \
         hint: give it a default, write `-- @backfill expression` above it, or accept that it fails where there are \
         rows with `--allow may-fail:shop.a.must`",
            "destructive-step: drops column shop.a.note: its values are lost\n  hint: accept it with `--allow \
         drop-column:shop.a.note`",
        ],
    );
    check_refused(&current, &desired, &["drop-table", "drop-column", "change-type", "may-fail:shop.a.must"], &[]);
}

#[test]
fn a_view_on_a_column_whose_type_changes_is_rebuilt_with_all_that_stands_on_it() {
    let of_type = |data_type: &str| {
        state(|it| {
            table(it, "shop.a", &[&format!("x {data_type}")]);
            view(it, "shop.v", " SELECT x FROM shop.a", &[&format!("x {data_type}")], &[column_of("shop.a", "x")]);
            let v = object(ObjectKind::View, "shop.v");
            view(it, "shop.w", " SELECT x FROM shop.v", &[&format!("x {data_type}")], &[v]);
        })
    };
    check(
        &of_type("integer"),
        &of_type("bigint"),
        &[
            "DROP VIEW shop.w",
            "DROP VIEW shop.v",
            "ALTER TABLE shop.a ALTER COLUMN x TYPE bigint",
            "CREATE VIEW shop.v AS\n SELECT x FROM shop.a",
            "CREATE VIEW shop.w AS\n SELECT x FROM shop.v",
        ],
    );
}

#[test]
fn a_view_that_only_gets_columns_is_replaced_where_it_stands() {
    let with = |columns: &[&str], query: &str| {
        state(|it| {
            table(it, "shop.a", &["x integer", "y text"]);
            view(it, "shop.v", query, columns, &[column_of("shop.a", "x")]);
            view(it, "shop.w", " SELECT x FROM shop.v", &["x integer"], &[object(ObjectKind::View, "shop.v")]);
        })
    };
    let (one, two) = (with(&["x integer"], " SELECT x"), with(&["x integer", "y text"], " SELECT x, y"));
    check(&one, &two, &["CREATE OR REPLACE VIEW shop.v AS\n SELECT x, y"]);
    check(
        &two,
        &one,
        &[
            "DROP VIEW shop.w",
            "DROP VIEW shop.v",
            "CREATE VIEW shop.v AS\n SELECT x",
            "CREATE VIEW shop.w AS\n SELECT x FROM shop.v",
        ],
    );
}

#[test]
fn a_view_is_replaced_before_a_column_that_it_no_longer_reads_is_dropped() {
    let current = state(|it| {
        table(it, "shop.a", &["x integer", "y integer"]);
        view(it, "shop.v", " SELECT y AS x", &["x integer"], &[column_of("shop.a", "y")]);
    });
    let desired = state(|it| {
        table(it, "shop.a", &["x integer"]);
        view(it, "shop.v", " SELECT x", &["x integer"], &[column_of("shop.a", "x")]);
    });
    check(&current, &desired, &["CREATE OR REPLACE VIEW shop.v AS\n SELECT x", "ALTER TABLE shop.a DROP COLUMN y"]);
}

#[test]
fn a_type_change_takes_the_default_away_and_gives_the_new_one() {
    let of = |text: &str| state(|it| table(it, "shop.a", &[text]));
    check(
        &of("x text DEFAULT '0'::text"),
        &of("x integer DEFAULT 0"),
        &[
            "ALTER TABLE shop.a ALTER COLUMN x DROP DEFAULT",
            "ALTER TABLE shop.a ALTER COLUMN x TYPE integer USING x::integer",
            "ALTER TABLE shop.a ALTER COLUMN x SET DEFAULT 0",
        ],
    );
    let using = [(column_of("shop.a", "x"), "length(x)".to_owned())].into();
    check_with(
        &of("x text"),
        &of("x integer"),
        &PlanOptions { using, ..PlanOptions::default() },
        &["ALTER TABLE shop.a ALTER COLUMN x TYPE integer USING length(x)"],
    );
}

#[test]
fn a_type_that_nothing_casts_to_asks_how() {
    let of = |text: &str| state(|it| table(it, "shop.a", &[text]));
    let unasked = "no-assignment-cast: PostgreSQL has no assignment cast for column shop.a.x: text to integer, by \
                   `x::integer`\n  hint: write `-- @using expression` above the column, or accept that conversion with \
                   `--allow no-cast:shop.a.x`";
    check_refused(&of("x text"), &of("x integer"), &["change-type"], &[unasked]);
    check_refused(&of("x integer"), &of("x text"), &[], &[]);
    check_refused(&of("x text"), &of("x integer"), &["no-cast"], &[]);
}

#[test]
fn values_of_an_enumerated_type_are_added_in_a_file_of_their_own() {
    let of = |values: &[&str], default: &str| {
        state(|it| {
            enumeration(it, "shop.s", values);
            table(it, "shop.a", &[&format!("x shop.s DEFAULT '{default}'::shop.s")]);
        })
    };
    check(
        &of(&["a", "c"], "a"),
        &of(&["z", "a", "b", "c", "d"], "d"),
        &[
            "ALTER TYPE shop.s ADD VALUE 'z' BEFORE 'a'",
            "ALTER TYPE shop.s ADD VALUE 'b' AFTER 'a'",
            "ALTER TYPE shop.s ADD VALUE 'd'",
            "-- commit",
            "ALTER TABLE shop.a ALTER COLUMN x SET DEFAULT 'd'::shop.s",
        ],
    );
}

#[test]
fn a_value_is_removed_by_a_new_type_of_the_same_name() {
    let of = |values: &[&str]| {
        state(|it| {
            enumeration(it, "shop.s", values);
            table(it, "shop.a", &["x shop.s DEFAULT 'a'::shop.s", "y shop.s[]"]);
        })
    };
    check(
        &of(&["a", "b"]),
        &of(&["a"]),
        &[
            "ALTER TYPE shop.s RENAME TO s__old",
            "CREATE TYPE shop.s AS ENUM ('a')",
            "ALTER TABLE shop.a ALTER COLUMN x DROP DEFAULT",
            "ALTER TABLE shop.a ALTER COLUMN x TYPE shop.s USING x::text::shop.s",
            "ALTER TABLE shop.a ALTER COLUMN x SET DEFAULT 'a'::shop.s",
            "ALTER TABLE shop.a ALTER COLUMN y TYPE shop.s[] USING y::text::shop.s[]",
            "DROP TYPE shop.s__old",
        ],
    );
    check_refused(
        &of(&["a", "b"]),
        &of(&["a"]),
        &[],
        &[
            "destructive-step: removes a value of enum shop.s.b: rows that hold it stop the migration\n  hint: accept it \
         with `--allow drop-enum-value:shop.s.b`",
        ],
    );
}

#[test]
fn a_serial_column_becomes_an_identity_column_that_goes_on_where_it_was() {
    let current = state(|it| {
        sequence(it, "shop.a_id_seq", Some(("shop.a", "id")));
        table(it, "shop.a", &["id bigint DEFAULT nextval('shop.a_id_seq'::regclass) NOT NULL"]);
        let needs = [object(ObjectKind::Sequence, "shop.a_id_seq")];
        crate::catalog::fixture::need(it, &column_of("shop.a", "id"), &needs);
    });
    let desired = state(|it| {
        table(it, "shop.a", &["id bigint NOT NULL"]);
        let identity = Identity {
            kind: IdentityKind::Always,
            sequence: "a_id_seq".into(),
            options: options(),
            persistence: None,
            comment: None,
        };
        table_mut(it, "shop.a").columns[0].identity = Some(identity);
    });
    let expected = [
        "ALTER TABLE shop.a ALTER COLUMN id DROP DEFAULT",
        "DROP SEQUENCE shop.a_id_seq",
        "ALTER TABLE shop.a ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
        "SELECT pg_catalog.setval('shop.a_id_seq', greatest(max(id) + 1, 1), false) FROM shop.a",
    ];
    check(&current, &desired, &expected);
    check_refused(&current, &desired, &[], &[]);
    check(&current, &state(|_| ()), &["DROP TABLE shop.a"]);
}

#[test]
fn what_stands_on_a_routine_that_cannot_be_replaced_is_rebuilt() {
    let returning = |result: &str| {
        state(|it| {
            let f = function(it, "shop.f", "a integer", result, "SELECT $1");
            table(it, "shop.a", &["x integer DEFAULT shop.f(1)"]);
            crate::catalog::fixture::need(it, &column_of("shop.a", "x"), std::slice::from_ref(&f));
            view(it, "shop.v", " SELECT shop.f(1) AS x", &[&format!("x {result}")], &[f]);
        })
    };
    check(
        &returning("integer"),
        &returning("bigint"),
        &[
            "ALTER TABLE shop.a ALTER COLUMN x DROP DEFAULT",
            "DROP VIEW shop.v",
            "DROP FUNCTION shop.f(integer)",
            "CREATE FUNCTION shop.f(a integer)\n RETURNS bigint\n LANGUAGE sql\nAS $function$SELECT $1$function$",
            "ALTER TABLE shop.a ALTER COLUMN x SET DEFAULT shop.f(1)",
            "CREATE VIEW shop.v AS\n SELECT shop.f(1) AS x",
        ],
    );
}

#[test]
fn a_routine_comes_after_what_its_body_names_where_it_can() {
    let desired = state(|it| {
        function(it, "shop.f", "", "bigint", "SELECT count(*) FROM shop.v");
        let g = function(it, "shop.g", "", "bigint", "SELECT count(*) FROM shop.b");
        view(it, "shop.v", " SELECT 1 AS x", &["x integer"], &[]);
        table(it, "shop.b", &["x bigint DEFAULT shop.g()"]);
        crate::catalog::fixture::need(it, &column_of("shop.b", "x"), &[g]);
    });
    check(
        &state(|_| ()),
        &desired,
        &[
            "SET check_function_bodies = off",
            "CREATE FUNCTION shop.g()\n RETURNS bigint\n LANGUAGE sql\nAS $function$SELECT count(*) FROM shop.b$function$",
            "RESET check_function_bodies",
            "CREATE TABLE shop.b (\n    x bigint DEFAULT shop.g()\n)",
            "CREATE VIEW shop.v AS\n SELECT 1 AS x",
            "CREATE FUNCTION shop.f()\n RETURNS bigint\n LANGUAGE sql\nAS $function$SELECT count(*) FROM shop.v$function$",
        ],
    );
}

#[test]
fn indexes_and_constraints_go_with_their_column() {
    let current = state(|it| {
        table(it, "shop.a", &["x integer", "y integer"]);
        index(it, "shop.a", "a_x_idx", "x");
        constraint(it, "shop.a", "a_x_key", "UNIQUE (x, y)");
    });
    let desired = state(|it| table(it, "shop.a", &["y integer"]));
    check(&current, &desired, &["ALTER TABLE shop.a DROP COLUMN x"]);
}

#[test]
fn a_name_is_free_before_it_is_taken() {
    let current = state(|it| {
        table(it, "shop.a", &["x integer"]);
        index(it, "shop.a", "i", "x");
        table(it, "shop.b", &["x integer"]);
    });
    let desired = state(|it| {
        table(it, "shop.a", &["x integer"]);
        table(it, "shop.b", &["x integer"]);
        index(it, "shop.b", "i", "x");
    });
    check(&current, &desired, &["DROP INDEX shop.i", "CREATE INDEX i ON shop.b USING btree (x)"]);
    let desired = state(|it| {
        table(it, "shop.b", &["x integer"]);
        view(it, "shop.a", " SELECT 1 AS x", &["x integer"], &[]);
    });
    check(&current, &desired, &["DROP TABLE shop.a", "CREATE VIEW shop.a AS\n SELECT 1 AS x"]);
}

#[test]
fn a_generated_column_is_built_anew_without_a_loss() {
    let of = |expression: &str| {
        state(|it| {
            table(it, "shop.a", &["x integer", "y integer"]);
            let expression = expression.to_owned();
            table_mut(it, "shop.a").columns[1].generated = Some(Generated { kind: GeneratedKind::Stored, expression });
            index(it, "shop.a", "i", "y");
        })
    };
    check_refused(&of("(x + 1)"), &of("(x + 2)"), &[], &[]);
    check(
        &of("(x + 1)"),
        &of("(x + 2)"),
        &[
            "ALTER TABLE shop.a DROP COLUMN y",
            "ALTER TABLE shop.a ADD COLUMN y integer GENERATED ALWAYS AS (x + 2) STORED",
            "CREATE INDEX i ON shop.a USING btree (y)",
        ],
    );
    let plain = state(|it| {
        table(it, "shop.a", &["x integer", "y integer"]);
        index(it, "shop.a", "i", "y");
    });
    check(&of("(x + 1)"), &plain, &["ALTER TABLE shop.a ALTER COLUMN y DROP EXPRESSION"]);
}

#[test]
fn attributes_of_a_table_are_set_and_reset() {
    let plain = state(|it| {
        table(it, "shop.a", &["x text"]);
        index(it, "shop.a", "i", "x");
    });
    let dressed = state(|it| {
        table(it, "shop.a", &["x text"]);
        index(it, "shop.a", "i", "x");
        let a = table_mut(it, "shop.a");
        a.persistence = Persistence::Unlogged;
        a.replica_identity = ReplicaIdentity::Full;
        a.options.insert("fillfactor".to_owned(), "70".to_owned());
        a.columns[0].storage = Some("external".to_owned());
        a.columns[0].statistics_target = Some(100);
        a.columns[0].comment = Some("it's".to_owned());
        a.indexes.get_mut(&"i".into()).unwrap().clustered = true;
    });
    check(
        &plain,
        &dressed,
        &[
            "ALTER TABLE shop.a SET UNLOGGED",
            "ALTER TABLE shop.a SET (fillfactor = 70)",
            "ALTER TABLE shop.a REPLICA IDENTITY FULL",
            "ALTER TABLE shop.a CLUSTER ON i",
            "ALTER TABLE shop.a ALTER COLUMN x SET STORAGE EXTERNAL",
            "ALTER TABLE shop.a ALTER COLUMN x SET STATISTICS 100",
            "COMMENT ON COLUMN shop.a.x IS 'it''s'",
        ],
    );
    check(
        &dressed,
        &plain,
        &[
            "ALTER TABLE shop.a SET LOGGED",
            "ALTER TABLE shop.a RESET (fillfactor)",
            "ALTER TABLE shop.a ALTER COLUMN x SET STORAGE EXTENDED",
            "ALTER TABLE shop.a ALTER COLUMN x SET STATISTICS -1",
            "COMMENT ON COLUMN shop.a.x IS NULL",
            "ALTER TABLE shop.a REPLICA IDENTITY DEFAULT",
            "ALTER TABLE shop.a SET WITHOUT CLUSTER",
        ],
    );
}

#[test]
fn a_sequence_keeps_its_position_within_new_bounds() {
    let of = |minimum: i64, maximum: i64| {
        state(|it| {
            sequence(it, "shop.s", None);
            let sequence = it.catalog.sequences.get_mut(&name("shop.s")).unwrap();
            (sequence.options.minimum, sequence.options.maximum) = (minimum, maximum);
            sequence.options.start = minimum;
        })
    };
    check(
        &of(1, 100),
        &of(10, 200),
        &[
            "SELECT pg_catalog.setval('shop.s', least(greatest(last_value, 10), 100), is_called) FROM shop.s",
            "ALTER SEQUENCE shop.s MINVALUE 10 MAXVALUE 200 START WITH 10",
        ],
    );
    check(&of(1, 5), &of(10, 20), &["ALTER SEQUENCE shop.s MINVALUE 10 MAXVALUE 20 START WITH 10 RESTART WITH 10"]);
}

#[test]
fn every_step_says_how_to_undo_it() {
    let current = state(|it| {
        table(it, "shop.a", &["x integer", "y text"]);
        index(it, "shop.a", "i", "x");
        let f = function(it, "shop.f", "", "trigger", "x");
        trigger(it, "shop.a", "g", "BEFORE INSERT", &f);
    });
    let desired = state(|it| table(it, "shop.a", &["x bigint DEFAULT 1 NOT NULL"]));
    let plan = plan(&current, &desired, &everything(&PlanOptions::default())).unwrap();
    let undone: Vec<String> = plan.files[0]
        .steps
        .iter()
        .map(|step| match &step.rollback {
            Rollback::Sql(sql) => sql.clone(),
            Rollback::Irreversible(reason) => format!("irreversible: {reason}"),
        })
        .collect();
    assert_eq!(
        undone,
        [
            "CREATE INDEX i ON shop.a USING btree (x)",
            "ALTER TABLE shop.a ALTER COLUMN x TYPE integer",
            "ALTER TABLE shop.a ALTER COLUMN x DROP NOT NULL",
            "ALTER TABLE shop.a ALTER COLUMN x DROP DEFAULT",
            "irreversible: drops the data of column shop.a.y",
            "CREATE TRIGGER g BEFORE INSERT ON shop.a FOR EACH ROW EXECUTE FUNCTION f()",
            "CREATE FUNCTION shop.f()\n RETURNS trigger\n LANGUAGE sql\nAS $function$x$function$",
        ]
    );
    assert_eq!(plan.files[0].phase, Phase::Contract);
}

#[test]
fn a_whole_catalog_is_built_in_order() {
    let built = state(|it| {
        enumeration(it, "shop.s", &["a"]);
        sequence(it, "shop.a_id_seq", Some(("shop.a", "id")));
        table(it, "shop.a", &["id bigint DEFAULT nextval('shop.a_id_seq'::regclass) NOT NULL", "s shop.s"]);
        let needs = [object(ObjectKind::Sequence, "shop.a_id_seq")];
        crate::catalog::fixture::need(it, &column_of("shop.a", "id"), &needs);
    });
    assert_eq!(
        create_all(&built),
        [
            "CREATE SCHEMA shop",
            "CREATE TYPE shop.s AS ENUM ('a')",
            "CREATE SEQUENCE shop.a_id_seq",
            "CREATE TABLE shop.a (\n    id bigint DEFAULT nextval('shop.a_id_seq'::regclass) NOT NULL,\n    s shop.s\n)",
            "ALTER SEQUENCE shop.a_id_seq OWNED BY shop.a.id",
        ]
    );
}
