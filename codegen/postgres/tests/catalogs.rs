//! Every system catalog of the server is known: one that holds what users make is read by introspection, any other says
//! why it is not. A catalog that a later version brings is on no list, and fails here before anything falls through.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lockstep_postgres::ensure;

/// Catalogs that introspection reads, with one of the names that its queries know them by.
const READ: &[&str] = &[
    "pg_am",
    "pg_amop",
    "pg_amproc",
    "pg_attrdef",
    "pg_attribute",
    "pg_cast",
    "pg_class",
    "pg_collation",
    "pg_constraint",
    "pg_conversion",
    "pg_default_acl",
    "pg_depend",
    "pg_description",
    "pg_enum",
    "pg_event_trigger",
    "pg_extension",
    "pg_foreign_data_wrapper",
    "pg_foreign_server",
    "pg_index",
    "pg_inherits",
    "pg_init_privs",
    "pg_language",
    "pg_namespace",
    "pg_opclass",
    "pg_operator",
    "pg_opfamily",
    "pg_policy",
    "pg_proc",
    "pg_publication",
    "pg_publication_namespace",
    "pg_publication_rel",
    "pg_rewrite",
    "pg_seclabel",
    "pg_sequence",
    "pg_statistic_ext",
    "pg_subscription",
    "pg_tablespace",
    "pg_transform",
    "pg_trigger",
    "pg_ts_config",
    "pg_ts_dict",
    "pg_ts_parser",
    "pg_ts_template",
    "pg_type",
    "pg_user_mapping",
];

/// Catalogs whose rows are part of a row of another, which decides whether they are modelled or refused.
const PARTS: &[(&str, &str)] = &[
    ("pg_aggregate", "pg_proc"),
    ("pg_foreign_table", "pg_class"),
    ("pg_partitioned_table", "pg_class"),
    ("pg_range", "pg_type"),
    ("pg_ts_config_map", "pg_ts_config"),
];

/// Catalogs that are no part of a database's schema, and why.
const OUTSIDE: &[(&str, &str)] = &[
    ("pg_auth_members", "roles belong to the server"),
    ("pg_authid", "roles belong to the server"),
    ("pg_database", "databases belong to the server"),
    ("pg_db_role_setting", "settings of databases and roles belong to the server"),
    ("pg_parameter_acl", "privileges on settings belong to the server"),
    ("pg_replication_origin", "the state of replication belongs to the server"),
    ("pg_shdepend", "owners and roles belong to the server"),
    ("pg_shdescription", "comments on what belongs to the server"),
    ("pg_shseclabel", "labels of what belongs to the server"),
    ("pg_largeobject", "data"),
    ("pg_largeobject_metadata", "data"),
    ("pg_statistic", "what ANALYZE has gathered"),
    ("pg_statistic_ext_data", "what ANALYZE has gathered"),
    ("pg_subscription_rel", "how far replication has come"),
];

#[test]
fn every_system_catalog_is_known() {
    let server = ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
    let mut scratch = server.scratch().unwrap();
    let sql = "SELECT relname::text FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'
               AND oid < 16384 ORDER BY 1";
    let there: Vec<String> = scratch.client().query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect();
    let others = PARTS.iter().chain(OUTSIDE).map(|(catalog, _)| *catalog);
    let known: BTreeSet<&str> = READ.iter().copied().chain(others).collect();
    let unknown: Vec<&String> = there.iter().filter(|catalog| !known.contains(catalog.as_str())).collect();
    assert!(unknown.is_empty(), "PostgreSQL {} has catalogs that no list names: {unknown:?}", server.version());
}

#[test]
fn what_is_said_to_be_read_is_read() {
    let queries = queries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/introspect"));
    let is_read = |catalog: &str| {
        queries
            .split(|next: char| !next.is_ascii_alphanumeric() && next != '_')
            .any(|word| word == catalog || word.strip_suffix('s') == Some(catalog))
    };
    let silent: Vec<&&str> = READ.iter().filter(|catalog| !is_read(catalog)).collect();
    assert!(silent.is_empty(), "no query of introspection reads {silent:?}");
    let listed = |catalog: &str| READ.contains(&catalog);
    assert!(PARTS.iter().all(|(_, whole)| listed(whole)), "a part is decided by a catalog that is read");
}

/// The text of every query below a folder.
fn queries(folder: &Path) -> String {
    let entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let text = |path: &PathBuf| match path.extension().and_then(|it| it.to_str()) {
        None => queries(path),
        Some("sql") => std::fs::read_to_string(path).unwrap(),
        Some(_) => String::new(),
    };
    entries.iter().map(text).collect()
}
