//! Renames, from small catalogs.

use std::collections::BTreeSet;

use crate::catalog::fixture::{column_of, constraint, enumeration, index, name, sequence, state, table};
use crate::catalog::{ObjectAddress, ObjectKind, State};
use crate::rename::{Candidate, Rename, RenamePolicy, RenameRequest, candidates, rename_steps, resolve_renames};

/// The statements, or the diagnostics.
#[track_caller]
fn check(current: &State, desired: &State, requests: &[(ObjectAddress, &str)], expected: &[&str]) {
    check_policy(current, desired, requests, RenamePolicy::Ask, expected);
}

#[track_caller]
fn check_policy(
    current: &State,
    desired: &State,
    requests: &[(ObjectAddress, &str)],
    policy: RenamePolicy,
    expected: &[&str],
) {
    let requests: Vec<RenameRequest> = requests
        .iter()
        .map(|(from, to)| RenameRequest { rename: Rename { from: from.clone(), to: (*to).into() }, span: None })
        .collect();
    let shown: Vec<String> =
        match resolve_renames(&current.catalog, &desired.catalog, &requests, &BTreeSet::new(), policy) {
            Ok(renames) => rename_steps(&renames).into_iter().map(|step| step.sql).collect(),
            Err(diagnostics) => {
                diagnostics.iter().map(|diagnostic| format!("{}: {diagnostic}", diagnostic.code)).collect()
            }
        };
    assert_eq!(shown, expected);
}

fn table_of(text: &str) -> ObjectAddress {
    ObjectAddress::object(ObjectKind::Table, &name(text))
}

#[test]
fn a_column_that_may_be_another_under_a_new_name_is_an_error_until_somebody_decides() {
    let current = state(|it| table(it, "shop.item", &["id bigint NOT NULL", "note text"]));
    let desired = state(|it| table(it, "shop.item", &["id bigint NOT NULL", "remark text"]));
    check(
        &current,
        &desired,
        &[],
        &["ambiguous-rename: column shop.item.remark may be column shop.item.note under a \
        new name, or another one\n  hint: write `-- @renamed from=note` above it or pass `--rename \
        shop.item.note=remark` if it is the same, `--renames none` if it is another"],
    );
    check_policy(&current, &desired, &[], RenamePolicy::None, &[]);
    let request = (column_of("shop.item", "note"), "remark");
    check(&current, &desired, &[request], &["ALTER TABLE shop.item RENAME COLUMN note TO remark"]);
}

#[test]
fn columns_of_other_types_are_no_candidates() {
    let current = state(|it| table(it, "shop.item", &["id bigint", "note text"]));
    let desired = state(|it| table(it, "shop.item", &["id bigint", "total integer"]));
    check(&current, &desired, &[], &[]);
}

#[test]
fn a_rename_that_was_done_before_is_silent() {
    let both = state(|it| table(it, "shop.item", &["id bigint", "remark text"]));
    check(&both, &both, &[(column_of("shop.item", "note"), "remark")], &[]);
}

#[test]
fn a_rename_of_what_is_not_there_is_an_error() {
    let current = state(|it| table(it, "shop.item", &["id bigint"]));
    let desired = state(|it| table(it, "shop.item", &["id bigint", "remark text"]));
    check(
        &current,
        &desired,
        &[(column_of("shop.item", "nota"), "remark")],
        &["annotation-matches-nothing: column shop.item.remark cannot be renamed from nota: there is no column \
         shop.item.nota\n  hint: correct the name, or take the annotation away if the rename is done everywhere"],
    );
    check(&state(|_| ()), &desired, &[(column_of("shop.item", "nota"), "remark")], &[]);
}

#[test]
fn a_table_is_renamed_with_its_columns_keys_and_sequence() {
    let current = state(|it| {
        table(it, "shop.order", &["id bigint NOT NULL", "note text", "at date"]);
        constraint(it, "shop.order", "order_pkey", "PRIMARY KEY (id)");
        index(it, "shop.order", "order_note_idx", "note");
        sequence(it, "shop.order_id_seq", Some(("shop.order", "id")));
    });
    let desired = state(|it| {
        table(it, "shop.purchase", &["id bigint NOT NULL", "remark text", "at date"]);
        constraint(it, "shop.purchase", "purchase_pkey", "PRIMARY KEY (id)");
        index(it, "shop.purchase", "purchase_remark_idx", "remark");
        sequence(it, "shop.purchase_id_seq", Some(("shop.purchase", "id")));
    });
    let expected = [
        "ALTER SEQUENCE shop.order_id_seq RENAME TO purchase_id_seq",
        "ALTER TABLE shop.\"order\" RENAME TO purchase",
        "ALTER TABLE shop.purchase RENAME COLUMN note TO remark",
        "ALTER TABLE shop.purchase RENAME CONSTRAINT order_pkey TO purchase_pkey",
        "ALTER INDEX shop.order_note_idx RENAME TO purchase_remark_idx",
    ];
    for owner in ["shop.order", "shop.purchase"] {
        let requests = [(table_of("shop.order"), "purchase"), (column_of(owner, "note"), "remark")];
        check(&current, &desired, &requests, &expected);
    }
    check(
        &current,
        &desired,
        &[],
        &["ambiguous-rename: table shop.purchase may be table shop.order under a new name, \
        or another one\n  hint: write `-- @renamed from=order` above it or pass `--rename shop.order=purchase` if it \
        is the same, `--renames none` if it is another"],
    );
}

#[test]
fn a_sequence_leaves_its_name_to_the_one_that_is_to_get_it() {
    let current = state(|it| {
        table(it, "shop.order", &["id bigint NOT NULL"]);
        sequence(it, "shop.order_id_seq", Some(("shop.order", "id")));
        sequence(it, "shop.numbers", None);
    });
    let desired = state(|it| {
        table(it, "shop.order", &["id bigint NOT NULL"]);
        sequence(it, "shop.order_numbers", Some(("shop.order", "id")));
    });
    let numbers = ObjectAddress::object(ObjectKind::Sequence, &name("shop.numbers"));
    check(&current, &desired, &[(numbers, "order_numbers")], &["ALTER SEQUENCE shop.numbers RENAME TO order_numbers"]);
}

#[test]
fn names_that_change_places_go_through_a_third() {
    let current = state(|it| table(it, "shop.item", &["a text", "b integer"]));
    let desired = state(|it| table(it, "shop.item", &["b text", "a integer"]));
    let requests = [(column_of("shop.item", "a"), "b"), (column_of("shop.item", "b"), "a")];
    check(
        &current,
        &desired,
        &requests,
        &[
            "ALTER TABLE shop.item RENAME COLUMN a TO lockstep_aside_0",
            "ALTER TABLE shop.item RENAME COLUMN b TO a",
            "ALTER TABLE shop.item RENAME COLUMN lockstep_aside_0 TO b",
        ],
    );
}

#[test]
fn values_of_an_enumerated_type_are_renamed_in_place() {
    let current = state(|it| enumeration(it, "shop.status", &["new", "payed", "sent"]));
    let desired = state(|it| enumeration(it, "shop.status", &["new", "paid", "sent"]));
    check(
        &current,
        &desired,
        &[],
        &["ambiguous-rename: value shop.status.paid may be value shop.status.payed under a \
        new name, or another one\n  hint: write `-- @renamed from=payed` above it or pass `--rename \
        shop.status.payed=paid` if it is the same, `--renames none` if it is another"],
    );
    let value = ObjectAddress::part(ObjectKind::Enum, &name("shop.status"), "payed");
    check(&current, &desired, &[(value, "paid")], &["ALTER TYPE shop.status RENAME VALUE 'payed' TO 'paid'"]);
}

#[test]
fn a_chain_of_renames_starts_at_its_free_end() {
    let current = state(|it| {
        table(it, "shop.a", &["x text"]);
        table(it, "shop.b", &["y integer"]);
    });
    let desired = state(|it| {
        table(it, "shop.b", &["x text"]);
        table(it, "shop.c", &["y integer"]);
    });
    let requests = [(table_of("shop.a"), "b"), (table_of("shop.b"), "c")];
    check(&current, &desired, &requests, &["ALTER TABLE shop.b RENAME TO c", "ALTER TABLE shop.a RENAME TO b"]);
}

#[test]
fn what_a_definition_tells_all_about_is_renamed_where_postgresql_can() {
    use crate::catalog::{Defined, DefinedKind};
    let of = |objects: &[ObjectAddress]| {
        let objects: Vec<ObjectAddress> = objects.to_vec();
        state(|state| state.catalog.defined.extend(objects.into_iter().map(|address| (address, Defined::default()))))
    };
    let address = |kind, schema: Option<&str>, name: &str, part: Option<&str>| ObjectAddress {
        kind: ObjectKind::Defined(kind),
        schema: schema.map(Into::into),
        name: name.into(),
        part: part.map(Into::into),
    };
    let class = |name| address(DefinedKind::OperatorClass, Some("s"), name, Some("btree"));
    check(
        &of(&[class("old")]),
        &of(&[class("New")]),
        &[(class("old"), "New")],
        &["ALTER OPERATOR CLASS s.old USING btree RENAME TO \"New\""],
    );
    let rule = |name| address(DefinedKind::Rule, Some("s"), "t", Some(name));
    check(&of(&[rule("a")]), &of(&[rule("b")]), &[(rule("a"), "b")], &["ALTER RULE a ON s.t RENAME TO b"]);
    let publication = |name| address(DefinedKind::Publication, None, name, None);
    check(
        &of(&[publication("a")]),
        &of(&[publication("b")]),
        &[(publication("a"), "b")],
        &["ALTER PUBLICATION a RENAME TO b"],
    );
    let mapping = address(DefinedKind::UserMapping, None, "s", Some("PUBLIC"));
    check(
        &of(std::slice::from_ref(&mapping)),
        &of(std::slice::from_ref(&mapping)),
        &[(mapping.clone(), "b")],
        &["cannot-rename: user mapping s.PUBLIC cannot be renamed: PostgreSQL has no statement for it\n  \
           hint: leave the request out: it is dropped and created under its new name"],
    );
}

#[test]
fn an_answer_may_raise_the_next_question() {
    let current = state(|it| table(it, "shop.item", &["id bigint", "code text", "at date", "note text"]));
    let desired = state(|it| table(it, "shop.thing", &["id bigint", "code text", "at date", "remark text"]));
    let ask = |requests: &[RenameRequest], new: &BTreeSet<ObjectAddress>| {
        candidates(&current.catalog, &desired.catalog, requests, new).unwrap()
    };
    let thing = Candidate { new: table_of("shop.thing"), old: vec![table_of("shop.item")] };
    assert_eq!(ask(&[], &BTreeSet::new()), std::slice::from_ref(&thing));
    let is_the_same = RenameRequest { rename: Rename { from: table_of("shop.item"), to: "thing".into() }, span: None };
    let remark = Candidate { new: column_of("shop.thing", "remark"), old: vec![column_of("shop.item", "note")] };
    assert_eq!(ask(std::slice::from_ref(&is_the_same), &BTreeSet::new()), std::slice::from_ref(&remark));
    assert_eq!(ask(&[is_the_same], &BTreeSet::from([remark.new])), []);
    assert_eq!(ask(&[], &BTreeSet::from([thing.new])), []);
}
