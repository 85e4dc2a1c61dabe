//! The names of the constraints behind `NOT NULL` (18 and later).
//!
//! In: two aligned catalogs, and what the server said beside them. Out: the same catalogs, in which a constraint says its
//! name where the server would choose another one while the plan runs. It decides nothing about the columns themselves.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Column, Facts, NotNull, ObjectAddress, ObjectKind};
use crate::lineage::{Aligned, Lineage, find};
use crate::name::{Identifier, QualifiedName};

/// The version from which on each `NOT NULL` is a constraint: every table has its own, and one may be validated later.
pub(crate) const NOT_NULL_CONSTRAINTS: u32 = 18;

/// The names of constraints, which the server keeps apart within a schema, and whose they are.
type Names = BTreeMap<QualifiedName, BTreeSet<ObjectAddress>>;

impl Aligned<'_> {
    /// The `NOT NULL` of a column whose table joins or leaves its parents is its own meanwhile, under the name that it has
    /// below them: the server renames none of them. One whose usual name is another's meanwhile has to say it: the
    /// server would add a number.
    pub(crate) fn name_not_nulls(&mut self, current: &Facts, desired: &Facts) {
        let Self { current: before, desired: after, lineage } = self;
        own_not_nulls(before, after, current, lineage);
        own_not_nulls(after, before, desired, lineage);
        let (names_before, names_after) = (names(before), names(after));
        let mut taken = taken(after, lineage, [&names_before, &names_after, &inherited(current)]);
        taken.extend(self::taken(before, lineage, [&names_before, &names_after, &inherited(desired)]));
        say_names(before, &taken);
        say_names(after, &taken);
    }
}

fn own_not_nulls(catalog: &mut Cow<Catalog>, other: &Catalog, facts: &Facts, lineage: &Lineage) {
    for (address, constraint) in &facts.inherited_not_nulls {
        let (Some(name), Some(part)) = (address.qualified_name(), &address.part) else { continue };
        let is_plain = *constraint == NotNull::plain(&name.name, part);
        if is_plain || lineage.follows(address) || find(other, &name, part).is_none() {
            continue;
        }
        if let Some(column) = column(catalog.to_mut(), address).filter(|column| column.not_null) {
            column.not_null_constraint = Some(constraint.clone());
        }
    }
}

/// The columns whose `NOT NULL` has its usual name, while something else is called so.
fn taken(catalog: &Catalog, lineage: &Lineage, names: [&Names; 3]) -> BTreeSet<ObjectAddress> {
    let mut taken = BTreeSet::new();
    for (table, address, column) in columns(catalog) {
        if !column.not_null || column.not_null_constraint.is_some() || lineage.follows(&address) {
            continue;
        }
        let name = table.sibling(NotNull::plain(&table.name, &column.name).name);
        if names.iter().filter_map(|names| names.get(&name)).flatten().any(|owner| *owner != address) {
            taken.insert(address);
        }
    }
    taken
}

fn say_names(catalog: &mut Cow<Catalog>, taken: &BTreeSet<ObjectAddress>) {
    for address in taken {
        let says_none = |column: &&mut Column| column.not_null && column.not_null_constraint.is_none();
        if let Some(column) = column(catalog.to_mut(), address).filter(says_none) {
            column.not_null_constraint = Some(NotNull::plain(&address.name, &column.name));
        }
    }
}

/// The names of the constraints that somebody makes.
fn names(catalog: &Catalog) -> Names {
    let mut names = Names::new();
    let mut add = |name: QualifiedName, owner| names.entry(name).or_default().insert(owner);
    for (table, address, column) in columns(catalog).filter(|(_, _, column)| column.not_null) {
        let own = column.not_null_constraint.as_ref().map(|constraint| constraint.name.clone());
        add(table.sibling(own.unwrap_or_else(|| NotNull::plain(&table.name, &column.name).name)), address);
    }
    for (table, body) in &catalog.tables {
        for name in body.constraints.keys() {
            add(table.sibling(name.clone()), ObjectAddress::part(ObjectKind::Constraint, table, name.clone()));
        }
    }
    for (domain, body) in &catalog.domains {
        for name in body.constraints.keys().chain(&body.not_null_name) {
            add(domain.sibling(name.clone()), ObjectAddress::part(ObjectKind::DomainConstraint, domain, name.clone()));
        }
    }
    names
}

/// The names of those that follow a parent's: they are there before the plan, and come to be after their parent's.
fn inherited(facts: &Facts) -> Names {
    let mut names = Names::new();
    for (address, constraint) in &facts.inherited_not_nulls {
        if let Some(table) = address.qualified_name() {
            names.entry(table.sibling(constraint.name.clone())).or_default().insert(address.clone());
        }
    }
    names
}

fn columns(catalog: &Catalog) -> impl Iterator<Item = (&QualifiedName, ObjectAddress, &Column)> {
    catalog.tables.iter().flat_map(|(table, body)| {
        let address = |column: &Identifier| ObjectAddress::part(ObjectKind::Column, table, column.clone());
        body.columns.iter().map(move |column| (table, address(&column.name), column))
    })
}

fn column<'a>(catalog: &'a mut Catalog, address: &ObjectAddress) -> Option<&'a mut Column> {
    let table = catalog.tables.get_mut(&address.qualified_name()?)?;
    table.columns.iter_mut().find(|column| Some(&column.name) == address.part.as_ref())
}
