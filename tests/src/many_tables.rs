//! Catalogs of many tables, and workspaces whose certificates hold them: what the budgets of the build script and of the
//! compiler are measured on. No server is asked; each table is what a service has.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lockstep_core::catalog::{
    Catalog, Column, Constraint, ConstraintKind, DataType, Deferrability, Index, IndexKey, Reference, Schema, Table,
};
use lockstep_core::certificate::{Annotations, Certificate, FORMAT, Signature, emitted, hash_files};
use lockstep_core::emit::rust;
use lockstep_core::name::{Identifier, QualifiedName};
use lockstep_core::workspace::Workspace;

/// The columns of every table: name, type, whether it may not be NULL, default.
pub const COLUMNS: &[(&str, &str, bool, Option<&str>)] = &[
    ("id", "int8", true, Some("nextval('shop.id_seq'::regclass)")),
    ("owner_id", "int8", false, None),
    ("code", "text", true, None),
    ("title", "text", true, None),
    ("description", "text", false, None),
    ("amount", "int4", true, Some("0")),
    ("is_active", "bool", true, Some("true")),
    ("token", "uuid", true, Some("gen_random_uuid()")),
    ("data", "jsonb", false, None),
    ("created_at", "timestamptz", true, Some("now()")),
];

/// A catalog of so many tables in one schema, each of which refers to the one before.
#[must_use]
pub fn catalog(tables: usize) -> Catalog {
    let mut catalog = Catalog::default();
    catalog.schemas.insert("shop".into(), Schema::default());
    for number in 0..tables {
        let name = QualifiedName::new("shop", format!("table_{number}"));
        let owner = QualifiedName::new("shop", format!("table_{}", number.saturating_sub(1)));
        catalog.tables.insert(name.clone(), table(&name, owner));
    }
    catalog
}

fn table(name: &QualifiedName, owner: QualifiedName) -> Table {
    let key = |suffix: &str| Identifier(format!("{}_{suffix}", name.name.as_str()));
    let references = Some(Reference { table: owner, columns: vec!["id".into()] });
    let index = |columns: &[&str]| Index {
        definition: format!("CREATE INDEX ON {name} USING btree ({})", columns.join(", ")),
        unique: false,
        nulls_not_distinct: false,
        method: "btree".to_owned(),
        keys: columns
            .iter()
            .map(|column| IndexKey { column: Some((*column).into()), descending: false, nulls_first: false })
            .collect(),
        partial: false,
        options: BTreeMap::new(),
        valid: true,
        statistics_targets: BTreeMap::new(),
        tablespace: None,
        parent: None,
        clustered: false,
        comment: None,
    };
    Table {
        columns: COLUMNS.iter().map(column).collect(),
        constraints: BTreeMap::from([
            (key("pkey"), constraint(ConstraintKind::PrimaryKey, "id", None)),
            (key("code_key"), constraint(ConstraintKind::Unique, "code", None)),
            (key("owner_id_fkey"), constraint(ConstraintKind::ForeignKey, "owner_id", references)),
        ]),
        indexes: BTreeMap::from([(key("owner_id_created_at_idx"), index(&["owner_id", "created_at"]))]),
        ..Table::default()
    }
}

fn column((name, data_type, not_null, default): &(&str, &str, bool, Option<&str>)) -> Column {
    let data_type =
        DataType { text: (*data_type).to_owned(), name: QualifiedName::new("pg_catalog", *data_type), array: false };
    Column {
        name: (*name).into(),
        data_type,
        not_null: *not_null,
        default: default.map(str::to_owned),
        identity: None,
        generated: None,
        collation: None,
        storage: None,
        compression: None,
        not_null_constraint: None,
        statistics_target: None,
        options: BTreeMap::new(),
        foreign_options: BTreeMap::new(),
        local: false,
        comment: None,
    }
}

fn constraint(kind: ConstraintKind, column: &str, references: Option<Reference>) -> Constraint {
    Constraint {
        kind,
        columns: vec![column.into()],
        references,
        definition: format!("({column})"),
        deferrability: Deferrability::NotDeferrable,
        validated: true,
        enforced: true,
        temporal: false,
        options: BTreeMap::new(),
        tablespace: None,
        statistics_targets: BTreeMap::new(),
        parent: None,
        local: false,
        clustered: false,
        index_comment: None,
        comment: None,
    }
}

/// Writes a workspace of so many tables: schema files of ten tables each, a migration for each of them, and the
/// certificate.
///
/// # Panics
/// Where the folder cannot be written.
pub fn write_workspace(root: &Path, tables: usize) {
    fs::create_dir_all(root.join("schema")).expect("the folder can be written");
    fs::create_dir_all(root.join("migrations")).expect("the folder can be written");
    let columns: Vec<String> =
        COLUMNS.iter().map(|(name, data_type, _, _)| format!("    {name} {data_type}")).collect();
    for number in 0..tables.div_ceil(10) {
        let text: String = (0..10)
            .map(|table| format!("CREATE TABLE shop.table_{} (\n{}\n);\n", number * 10 + table, columns.join(",\n")))
            .collect();
        fs::write(root.join(format!("schema/{number:04}.sql")), &text).expect("the folder can be written");
        fs::write(root.join(format!("migrations/V{}__t.sql", number + 1)), &text).expect("the folder can be written");
    }
    let catalog = catalog(tables);
    let files = hash_files(&Workspace::new(root)).expect("the files can be read").expect("the names are right");
    let signature = |sql: String| Signature { sql, parameters: vec!["bigint".to_owned()], columns: Vec::new() };
    let statements = rust::statements(&catalog, &Annotations::default())
        .into_iter()
        .map(|(name, sql)| (name, signature(sql)))
        .collect();
    let certificate = Certificate {
        format: FORMAT,
        generator: "lockstep 0.1.0".to_owned(),
        server: "15.18".to_owned(),
        emitted: emitted(&catalog, &Annotations::default()),
        files,
        catalog,
        statements,
        ..Certificate::default()
    };
    fs::write(root.join(Workspace::CERTIFICATE), certificate.write()).expect("the folder can be written");
}
