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
        // A partition has no accessors of its own, and so no id.
        let far = catalog.tables.get(&reference.table).filter(|table| table.partition_of.is_none());
        let columns = &far?.columns;
        let target = columns.iter().find(|column| column.name == *name)?;
        (target.data_type.name == column.data_type.name).then(|| (reference.table.clone(), target))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::catalog::{DataType, Deferrability, Reference};

    fn column(name: &str) -> Column {
        let data_type =
            DataType { text: "bigint".to_owned(), name: QualifiedName::new("pg_catalog", "int8"), array: false };
        Column {
            name: name.into(),
            data_type,
            not_null: true,
            default: None,
            identity: None,
            generated: None,
            collation: None,
            storage: None,
            compression: None,
            not_null_constraint: None,
            statistics_target: None,
            options: BTreeMap::new(),
            foreign_options: crate::catalog::Options::default(),
            local: false,
            comment: None,
        }
    }

    fn constraint(kind: ConstraintKind, columns: &[&str], target: Option<(&str, &[&str])>) -> Constraint {
        let names = |columns: &[&str]| columns.iter().map(|name| Identifier::from(*name)).collect();
        Constraint {
            kind,
            columns: names(columns),
            references: target
                .map(|(table, columns)| Reference { table: QualifiedName::new("s", table), columns: names(columns) }),
            definition: String::new(),
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

    /// `table(columns; key)` and its foreign keys, each from columns to a table's columns.
    type Sketch<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [(&'a [&'a str], &'a str, &'a [&'a str])]);

    /// Expects the table whose id each column holds, `-` for none.
    fn check(sketches: &[Sketch<'_>], expected: &str) {
        let mut catalog = Catalog::default();
        for (name, columns, key, foreign_keys) in sketches {
            let mut constraints =
                BTreeMap::from([(Identifier::from("pkey"), constraint(ConstraintKind::PrimaryKey, key, None))]);
            for (number, (columns, table, referred)) in foreign_keys.iter().enumerate() {
                let foreign_key = constraint(ConstraintKind::ForeignKey, columns, Some((table, referred)));
                constraints.insert(Identifier(format!("fkey{number}")), foreign_key);
            }
            let columns = columns.iter().map(|name| column(name)).collect();
            catalog.tables.insert(QualifiedName::new("s", *name), Table { columns, constraints, ..Table::default() });
        }
        let mut shown = Vec::new();
        for (name, table) in &catalog.tables {
            for column in &table.columns {
                let owner = identified(&catalog, name, column).map_or("-".to_owned(), |owner| owner.name.0);
                shown.push(format!("{}.{}={owner}", name.name.as_str(), column.name.as_str()));
            }
        }
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn ids_follow_chains_and_shared_keys() {
        check(
            &[
                ("a", &["id", "parent"], &["id"], &[(&["parent"], "a", &["id"])]),
                ("b", &["a_id", "n"], &["a_id"], &[(&["a_id"], "a", &["id"])]),
                ("c", &["id", "b_id"], &["id"], &[(&["b_id"], "b", &["a_id"])]),
            ],
            "a.id=a a.parent=a b.a_id=a b.n=- c.id=c c.b_id=a",
        );
    }

    #[test]
    fn the_columns_of_a_composite_key_hold_what_each_of_them_refers_to() {
        check(
            &[
                ("a", &["id"], &["id"], &[]),
                ("b", &["a_id", "n"], &["a_id", "n"], &[(&["a_id"], "a", &["id"])]),
                ("c", &["x", "y"], &["x", "y"], &[(&["x", "y"], "b", &["a_id", "n"])]),
            ],
            "a.id=a b.a_id=a b.n=- c.x=a c.y=-",
        );
    }

    #[test]
    fn keys_in_a_circle_hold_the_id_of_the_first() {
        check(
            &[
                ("a", &["id"], &["id"], &[(&["id"], "b", &["id"])]),
                ("b", &["id"], &["id"], &[(&["id"], "a", &["id"])]),
                ("c", &["id", "b"], &["id"], &[(&["b"], "b", &["id"])]),
            ],
            "a.id=a b.id=a c.id=c c.b=a",
        );
    }
}
