//! What partitions and children take over from the tables above them, so that nobody plans it twice.
//!
//! PostgreSQL carries what happens to a column, constraint, index or trigger of a table on to its partitions and
//! children. In: two catalogs. Out: the same catalogs as far as somebody has to act: constraints and indexes that follow
//! a parent's are left out of tables that stay its children, and the columns that such a table takes over are on the
//! current side what the statements about the parent will make of them. A table that joins or leaves its parents stands
//! by itself on both sides: what it has then is its own.
//!
//! The server chooses the names of the indexes and keys that follow a parent's. They matter only where somebody else has
//! chosen them, and only until they are there: one that follows is never made a second time for its name's sake.

mod columns;
mod not_nulls;
mod parts;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, ObjectAddress, PartitionOf, Table};
pub(crate) use crate::lineage::not_nulls::NOT_NULL_CONSTRAINTS;
use crate::name::{Identifier, QualifiedName};

/// Both catalogs without what follows by itself, and what has been left out.
pub(crate) struct Aligned<'a> {
    pub(crate) current: Cow<'a, Catalog>,
    pub(crate) desired: Cow<'a, Catalog>,
    pub(crate) lineage: Lineage,
}

/// One of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// What is there.
    Current,
    /// What is wanted.
    Desired,
}

/// Who follows whom.
#[derive(Debug, Default)]
pub(crate) struct Lineage {
    /// The tables that stay children of the same parents, with these.
    pub(crate) stays: BTreeMap<QualifiedName, Vec<QualifiedName>>,
    /// The tables that each table has below it on either side.
    pub(crate) children: BTreeMap<QualifiedName, BTreeSet<QualifiedName>>,
    /// From a column that a staying table takes over to those right above it.
    pub(crate) above: BTreeMap<ObjectAddress, Vec<ObjectAddress>>,
    /// From a constraint, index or column that was left out to the one above it, by side.
    pub(crate) hidden: BTreeMap<(Place, ObjectAddress), ObjectAddress>,
    /// From a constraint or index to those right below it that were left out, by side.
    pub(crate) followers: BTreeMap<(Place, ObjectAddress), Vec<ObjectAddress>>,
    /// From a column or constraint of a parent that goes to those of children that have to be dropped after it.
    pub(crate) leftovers: BTreeMap<ObjectAddress, Vec<ObjectAddress>>,
    /// The columns of a parent that go while a child keeps its own.
    pub(crate) kept_below: BTreeSet<ObjectAddress>,
    /// The columns that have the same default as the one above them, and get a new one along with it.
    pub(crate) same_defaults: BTreeSet<ObjectAddress>,
    /// The columns of which the default is not the same in all tables below.
    pub(crate) varied_defaults: BTreeSet<ObjectAddress>,
}

/// The tables that a table is a partition of or inherits from.
pub(crate) fn parents(table: &Table) -> Vec<&QualifiedName> {
    match &table.partition_of {
        Some(PartitionOf { table, bound: _ }) => vec![table],
        None => table.inherits.iter().collect(),
    }
}

/// Whether one cannot become the other: it has to be dropped and created.
pub(crate) fn is_recreated(current: &Table, desired: &Table) -> bool {
    let server = |table: &Table| table.foreign.as_ref().map(|foreign| foreign.server.clone());
    let key = |table: &Table| table.partition_key.as_ref().map(|key| key.definition.clone());
    key(current) != key(desired) || server(current) != server(desired) || has_new_key_type(current, desired)
}

/// PostgreSQL does not change the type of a column that rows are sorted into partitions by.
fn has_new_key_type(current: &Table, desired: &Table) -> bool {
    key_with_new_type(current, desired).is_some()
}

/// The column of a partition key that has another type.
pub(crate) fn key_with_new_type<'a>(current: &'a Table, desired: &Table) -> Option<&'a Identifier> {
    let data_type = |table: &Table, name: &Identifier| {
        let column = table.columns.iter().find(|column| column.name == *name);
        column.map(|column| (column.data_type.clone(), column.collation.clone()))
    };
    let mut key = current.partition_key.iter().flat_map(|key| &key.columns);
    key.find(|name| data_type(current, name) != data_type(desired, name))
}

impl Lineage {
    /// Whether the column is one that the table takes over from its parents.
    pub(crate) fn follows(&self, address: &ObjectAddress) -> bool {
        self.above.contains_key(address)
    }

    /// What stands above an object that was left out.
    pub(crate) fn leader(&self, place: Place, address: &ObjectAddress) -> Option<&ObjectAddress> {
        self.hidden.get(&(place, address.clone()))
    }

    /// Whether there are tables below this one.
    pub(crate) fn has_children(&self, table: &QualifiedName) -> bool {
        self.children.contains_key(table)
    }

    /// The parents of a table, and all that these stay below.
    pub(crate) fn ancestors<'s>(&'s self, table: &'s Table) -> Vec<&'s QualifiedName> {
        let mut above: Vec<&QualifiedName> = Vec::new();
        let mut pending = parents(table);
        while let Some(parent) = pending.pop() {
            if !above.contains(&parent) {
                above.push(parent);
                pending.extend(self.stays.get(parent).into_iter().flatten());
            }
        }
        above
    }

    /// All tables below one that stay there.
    pub(crate) fn staying_below(&self, table: &QualifiedName) -> Vec<&QualifiedName> {
        let mut below: Vec<&QualifiedName> = Vec::new();
        let mut pending = vec![table];
        while let Some(table) = pending.pop() {
            for child in self.children.get(table).into_iter().flatten() {
                let stays = self.stays.get(child).is_some_and(|parents| parents.contains(table));
                if stays && !below.contains(&child) {
                    below.push(child);
                    pending.push(child);
                }
            }
        }
        below
    }
}

/// The column of a table.
pub(crate) fn find<'a>(
    catalog: &'a Catalog,
    table: &QualifiedName,
    column: &Identifier,
) -> Option<&'a crate::catalog::Column> {
    catalog.tables.get(table)?.columns.iter().find(|it| it.name == *column)
}

/// Leaves out of both catalogs what follows by itself.
pub(crate) fn align<'a>(current: &'a Catalog, desired: &'a Catalog) -> Aligned<'a> {
    let has_children = |catalog: &Catalog| catalog.tables.values().any(|table| !parents(table).is_empty());
    if !has_children(current) && !has_children(desired) {
        let (current, desired) = (Cow::Borrowed(current), Cow::Borrowed(desired));
        return Aligned { current, desired, lineage: Lineage::default() };
    }
    let mut lineage = Lineage { stays: stays(current, desired), ..Lineage::default() };
    for catalog in [current, desired] {
        for (name, table) in &catalog.tables {
            for parent in parents(table) {
                lineage.children.entry(parent.clone()).or_default().insert(name.clone());
            }
        }
    }
    let (mut new_current, mut new_desired) = (current.clone(), desired.clone());
    columns::align(current, desired, &mut new_current, &mut lineage);
    parts::align((current, desired), (&mut new_current, &mut new_desired), &mut lineage);
    for ((place, own), leader) in &lineage.hidden {
        lineage.followers.entry((*place, leader.clone())).or_default().push(own.clone());
    }
    Aligned { current: Cow::Owned(new_current), desired: Cow::Owned(new_desired), lineage }
}

/// The tables that keep their parents and their bound, while no table is made anew.
fn stays(current: &Catalog, desired: &Catalog) -> BTreeMap<QualifiedName, Vec<QualifiedName>> {
    let lives = |name: &QualifiedName| match (current.tables.get(name), desired.tables.get(name)) {
        (Some(current), Some(desired)) => !is_recreated(current, desired),
        (None, _) | (_, None) => false,
    };
    let mut stays = BTreeMap::new();
    for (name, table) in &current.tables {
        let Some(other) = desired.tables.get(name).filter(|_| lives(name)) else { continue };
        let parents = parents(table);
        let same = table.partition_of == other.partition_of && table.inherits == other.inherits;
        if !parents.is_empty() && same && parents.iter().all(|parent| lives(parent)) {
            stays.insert(name.clone(), parents.into_iter().cloned().collect());
        }
    }
    stays
}
