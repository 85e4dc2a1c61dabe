//! By which keys a row can be inserted or, if it is there already, changed.

use std::collections::BTreeSet;

use super::model::{Column, Given, Upsert};
use super::names::Scope;
use super::select::{Part, Rows, joined, part};
use crate::catalog::{ConstraintKind, Deferrability, Table};
use crate::name::{Identifier, QualifiedName};

/// One for the primary key, for each unique constraint and for each unique index over columns that holds every row, or
/// those that its name says. The server takes none that is deferrable.
pub(super) fn upserts(
    name: &QualifiedName,
    table: &Table,
    columns: &[Column<'_>],
    key: &[usize],
    functions: &mut Scope,
) -> Vec<Upsert> {
    let mut upserts = Vec::new();
    let mut done: BTreeSet<Rows> = BTreeSet::new();
    for Arbiter { sql, columns: names, part } in arbiters(name, table) {
        let place = |name: &&Identifier| columns.iter().position(|column| column.column.name == **name);
        let Some(places) = names.iter().map(place).collect::<Option<Vec<usize>>>() else { continue };
        let is_given = places.iter().all(|place| columns[*place].given != Given::Server);
        let (which, condition) = part.map(|it| (format!("_{}", it.name), it.condition)).unzip();
        let rows = Rows { equal: places, condition };
        if !is_given || !done.insert(rows.sorted()) {
            continue;
        }
        let function = if rows == Rows::with(key) {
            "upsert".to_owned()
        } else {
            functions.give(format!("upsert{}_by_{}", which.unwrap_or_default(), joined(columns, &rows.equal)))
        };
        upserts.push(Upsert { function, arbiter: sql, rows });
    }
    upserts
}

/// What tells the server which rows are the same.
struct Arbiter<'t> {
    /// What stands behind `ON CONFLICT`.
    sql: String,
    columns: Vec<&'t Identifier>,
    /// The rows among which they are.
    part: Option<Part>,
}

/// Keys, then unique constraints, then indexes.
fn arbiters<'t>(name: &QualifiedName, table: &'t Table) -> Vec<Arbiter<'t>> {
    let mut arbiters = Vec::new();
    for kind in [ConstraintKind::PrimaryKey, ConstraintKind::Unique] {
        for (name, constraint) in table.constraints.iter().filter(|(_, constraint)| constraint.kind == kind) {
            if !constraint.temporal && constraint.deferrability == Deferrability::NotDeferrable {
                let columns = constraint.columns.iter().collect();
                arbiters.push(Arbiter { sql: format!("ON CONSTRAINT {name}"), columns, part: None });
            }
        }
    }
    let (whole, partial): (Vec<_>, Vec<_>) =
        table.indexes.iter().filter(|(_, index)| index.unique && index.valid).partition(|(_, index)| !index.partial);
    for (own, index) in [whole, partial].concat() {
        let part = part(name, own, index);
        let Some(columns) = index.keys.iter().map(|key| key.column.as_ref()).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let sql = match (&part, index.partial) {
            (None, false) => String::new(),
            (Some(part), _) => format!(" WHERE {}", part.condition),
            (None, true) => continue,
        };
        let names: Vec<String> = columns.iter().map(ToString::to_string).collect();
        arbiters.push(Arbiter { sql: format!("({}){sql}", names.join(", ")), columns, part });
    }
    arbiters
}
