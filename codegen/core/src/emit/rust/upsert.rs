//! By which keys a row can be inserted or, if it is there already, changed.

use std::collections::BTreeSet;

use super::model::{Column, Given, Upsert};
use super::names::Scope;
use super::select::joined;
use crate::catalog::{Catalog, ConstraintKind, Deferrability, DefinedKind, ObjectAddress, ObjectKind, Table};
use crate::name::{Identifier, QualifiedName};

/// One for the primary key, for each unique constraint and for each unique index over columns that holds every row. The
/// server takes none that is deferrable, and none for a table with rules or from another server.
pub(super) fn upserts(
    catalog: &Catalog,
    name: &QualifiedName,
    columns: &[Column<'_>],
    key: &[usize],
    functions: &mut Scope,
) -> Vec<Upsert> {
    // A view has none.
    let Some(table) = catalog.tables.get(name) else { return Vec::new() };
    if table.foreign.is_some() || has_rules(catalog, name) {
        return Vec::new();
    }
    let mut upserts = Vec::new();
    let mut done: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    for (arbiter, names) in arbiters(table) {
        let place = |name: &&Identifier| columns.iter().position(|column| column.column.name == **name);
        let Some(places) = names.iter().map(place).collect::<Option<Vec<usize>>>() else { continue };
        let is_given = places.iter().all(|place| columns[*place].given != Given::Server);
        if !is_given || !done.insert(places.iter().copied().collect()) {
            continue;
        }
        let is_key = places == key;
        let function = if is_key { "upsert".to_owned() } else { format!("upsert_by_{}", joined(columns, &places)) };
        let function = if is_key { function } else { functions.give(function) };
        upserts.push(Upsert { function, arbiter, columns: places });
    }
    upserts
}

/// What stands behind `ON CONFLICT`, and the columns: keys, then unique constraints, then indexes.
fn arbiters(table: &Table) -> Vec<(String, Vec<&Identifier>)> {
    let mut arbiters = Vec::new();
    for kind in [ConstraintKind::PrimaryKey, ConstraintKind::Unique] {
        for (name, constraint) in table.constraints.iter().filter(|(_, constraint)| constraint.kind == kind) {
            if !constraint.temporal && constraint.deferrability == Deferrability::NotDeferrable {
                arbiters.push((format!("ON CONSTRAINT {name}"), constraint.columns.iter().collect()));
            }
        }
    }
    for index in table.indexes.values().filter(|index| index.unique && index.valid && !index.partial) {
        let Some(names) = index.keys.iter().map(|key| key.column.as_ref()).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let columns: Vec<String> = names.iter().map(ToString::to_string).collect();
        arbiters.push((format!("({})", columns.join(", ")), names));
    }
    arbiters
}

fn has_rules(catalog: &Catalog, table: &QualifiedName) -> bool {
    // The rules of a table stand side by side, after the address of none.
    let first = ObjectAddress::object(ObjectKind::Defined(DefinedKind::Rule), table);
    let next = catalog.defined.range(&first..).next();
    next.is_some_and(|(rule, _)| ObjectAddress { part: None, ..rule.clone() } == first)
}
