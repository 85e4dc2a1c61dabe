//! Which column holds the id of which table: ids follow foreign keys to where they begin.

use crate::catalog::{Catalog, Column, Constraint, ConstraintKind, Table};
use crate::name::{Identifier, QualifiedName};

/// The columns of the primary key; none without one.
pub(super) fn primary_key(table: &Table) -> Vec<&Identifier> {
    let key = table.constraints.values().find(|constraint| constraint.kind == ConstraintKind::PrimaryKey);
    key.map(|key| key.columns.iter().collect()).unwrap_or_default()
}

/// The table whose id a column holds.
///
/// A column that foreign keys lead from holds what the column at their end holds: the id of its table, if it is the
/// whole primary key there. Keys that refer to each other in a circle hold the id of the first of them by name.
pub(super) fn identified(catalog: &Catalog, table: &QualifiedName, column: &Column) -> Option<QualifiedName> {
    let mut chain = vec![(table.clone(), column)];
    loop {
        let (table, column) = chain.last().expect("the chain starts with a column");
        match target(catalog, table, column) {
            Some(next) => match chain.iter().position(|visited| visited.0 == next.0 && visited.1.name == next.1.name) {
                Some(start) => {
                    let circle = &chain[start..];
                    return circle.iter().filter_map(|(table, column)| own(catalog, table, column)).min();
                }
                None => chain.push(next),
            },
            None => return own(catalog, table, column),
        }
    }
}

fn own(catalog: &Catalog, table: &QualifiedName, column: &Column) -> Option<QualifiedName> {
    let key = primary_key(catalog.tables.get(table)?);
    (key == [&column.name] && !column.data_type.array).then(|| table.clone())
}

/// What a column refers to: by a foreign key of its own before one that it is a part of.
fn target<'a>(catalog: &'a Catalog, table: &QualifiedName, column: &Column) -> Option<(QualifiedName, &'a Column)> {
    let constraints = catalog.tables.get(table)?.constraints.iter();
    let mut foreign_keys: Vec<(&Identifier, &Constraint)> = constraints
        .filter(|(_, constraint)| constraint.kind == ConstraintKind::ForeignKey)
        .filter(|(_, constraint)| constraint.columns.contains(&column.name))
        .collect();
    foreign_keys.sort_by_key(|(name, constraint)| (constraint.columns.len(), *name));
    foreign_keys.into_iter().find_map(|(_, constraint)| {
        let reference = constraint.references.as_ref()?;
        let place = constraint.columns.iter().position(|name| *name == column.name)?;
        let name = reference.columns.get(place)?;
        let columns = &catalog.tables.get(&reference.table)?.columns;
        let target = columns.iter().find(|column| column.name == *name)?;
        (target.data_type.name == column.data_type.name).then(|| (reference.table.clone(), target))
    })
}
