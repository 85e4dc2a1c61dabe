//! What introspection finds: the whole model at once, the details that servers print in several ways, dependencies.

use std::collections::BTreeSet;
use std::path::Path;

use lockstep_core::catalog::{ObjectAddress, ObjectKind};
use lockstep_postgres::{Introspection, Scratch, Server, ensure, introspect};

fn server() -> Server {
    ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

fn major(server: &Server) -> u32 {
    server.version().split('.').next().unwrap().parse().unwrap()
}

fn found(sql: &str) -> Introspection {
    let mut scratch: Scratch = server().scratch().unwrap();
    scratch.client().batch_execute(sql).unwrap();
    introspect(scratch.client()).unwrap()
}

const EVERYTHING: &str = include_str!("everything.sql");

#[test]
fn the_whole_model() {
    let Introspection { state, refused } = found(EVERYTHING);
    assert_eq!(refused, []);
    let json = serde_json::to_string_pretty(&state.catalog).unwrap();
    // Servers before 16 qualify the columns of a view over one table.
    insta::assert_snapshot!(json.replace(r#"\"order\"."#, ""));
}

#[test]
fn dependencies_are_told_in_addresses() {
    let Introspection { state, .. } = found(EVERYTHING);
    let mut shown = String::new();
    for (dependent, needs) in &state.dependencies.needs {
        let needs: Vec<String> = needs.iter().map(ToString::to_string).collect();
        shown.push_str(&format!("{dependent}: {}\n", needs.join(", ")));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn every_end_of_a_dependency_is_in_the_catalog() {
    let Introspection { state, .. } = found(EVERYTHING);
    let mut addresses = state.catalog.addresses();
    // The defaults of a view's columns have needs of their own.
    for (view, body) in &state.catalog.views {
        let defaults = body.columns.iter().filter(|column| column.default.is_some());
        addresses.extend(defaults.map(|it| ObjectAddress::part(ObjectKind::Column, view, it.name.clone())));
    }
    let ends: BTreeSet<ObjectAddress> =
        state.dependencies.needs.iter().flat_map(|(end, needs)| needs.iter().chain([end])).cloned().collect();
    assert_eq!(ends.difference(&addresses).collect::<Vec<_>>(), Vec::<&ObjectAddress>::new());
    assert!(state.dependencies.needs.len() > 30);
}

#[test]
fn nothing_but_the_public_schema_in_a_fresh_database() {
    let Introspection { state, refused } = found("");
    assert_eq!(refused, []);
    assert_eq!(serde_json::to_string(&state.catalog).unwrap(), r#"{"schemas":{"public":{}}}"#);
}

#[test]
fn what_newer_servers_know() {
    let server = server();
    let mut scratch = server.scratch().unwrap();
    let client = scratch.client();
    client.batch_execute("CREATE TABLE t (a int, b int NOT NULL); CREATE SEQUENCE q").unwrap();
    if major(&server) >= 15 {
        client.batch_execute("CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT; CREATE UNLOGGED SEQUENCE u").unwrap();
    }
    if major(&server) >= 18 {
        client.batch_execute("ALTER TABLE t ADD v int GENERATED ALWAYS AS (a + 1) VIRTUAL").unwrap();
    }
    let Introspection { state, refused } = introspect(client).unwrap();
    assert_eq!(refused, []);
    let json = serde_json::to_string(&state.catalog).unwrap();
    assert_eq!(json.contains(r#""nulls_not_distinct":true"#), major(&server) >= 15, "{json}");
    assert_eq!(json.contains(r#""persistence":"unlogged""#), major(&server) >= 15, "{json}");
    assert_eq!(
        json.contains(r#""generated":{"kind":"virtual","expression":"(a + 1)"}"#),
        major(&server) >= 18,
        "{json}"
    );
}

#[test]
fn settings_of_the_session_change_nothing() {
    let mut scratch = server().scratch().unwrap();
    scratch.client().batch_execute(EVERYTHING).unwrap();
    let plain = introspect(scratch.client()).unwrap();
    scratch
        .client()
        .batch_execute(
            "SET search_path = commerce, public; SET quote_all_identifiers = on; SET DateStyle = 'SQL, DMY';
             SET IntervalStyle = 'iso_8601'; SET TimeZone = 'Asia/Tokyo'; SET bytea_output = 'escape'",
        )
        .unwrap();
    assert_eq!(introspect(scratch.client()).unwrap(), plain);
    let path: String = scratch.client().query_one("SHOW search_path", &[]).unwrap().get(0);
    assert_eq!(path, "commerce, public");
}

#[test]
fn a_user_without_rights_reads_the_same() {
    let mut scratch = server().scratch().unwrap();
    scratch.client().batch_execute(EVERYTHING).unwrap();
    let mut as_owner = introspect(scratch.client()).unwrap();
    // Every server has this role, and it may do nothing here.
    scratch.client().batch_execute("SET ROLE pg_signal_backend").unwrap();
    as_owner.state.facts.owners.asking = Some("pg_signal_backend".into());
    assert_eq!(introspect(scratch.client()).unwrap(), as_owner);
}
