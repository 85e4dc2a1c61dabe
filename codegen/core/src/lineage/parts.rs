//! The constraints and indexes that follow those of a parent: which of them nobody has to plan.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Constraint, ConstraintKind, Index, ObjectAddress, ObjectKind, Table};
use crate::lineage::{Lineage, Place, is_recreated, parents};
use crate::name::{Identifier, QualifiedName};

/// Leaves them out of both catalogs.
pub(super) fn align(
    (current, desired): (&Catalog, &Catalog),
    (aligned, wanted): (&mut Catalog, &mut Catalog),
    lineage: &mut Lineage,
) {
    for (own, above) in foreign_keys_that_go_from_above(current, desired, lineage) {
        let table = own.qualified_name().and_then(|name| aligned.tables.get_mut(&name));
        if let (Some(table), Some(part)) = (table, &own.part) {
            table.constraints.remove(part);
        }
        lineage.hidden.insert((Place::Current, own), above);
    }
    for (name, table) in &current.tables {
        let other = desired.tables.get(name);
        let goes = other.is_none_or(|other| is_recreated(table, other));
        if goes || lineage.stays.contains_key(name) {
            let Some(target) = aligned.tables.get_mut(name) else { continue };
            target.constraints.retain(|_, constraint| constraint.parent.is_none());
            target.indexes.retain(|_, index| index.parent.is_none());
            hide((Place::Current, current), name, target, lineage);
        }
        if lineage.stays.contains_key(name) {
            leave(name, table, (current, desired), lineage);
        }
    }
    for (name, table) in &desired.tables {
        let other = current.tables.get(name).filter(|other| !is_recreated(other, table));
        if parents(table).is_empty() {
            continue;
        }
        let stays = lineage.stays.contains_key(name);
        let Some(target) = wanted.tables.get_mut(name) else { continue };
        target.constraints.retain(|part, constraint| keeps_constraint(name, part, constraint, other, stays));
        target.indexes.retain(|part, index| keeps_index(name, part, index, other, stays));
        if !stays {
            target.constraints.values_mut().for_each(settle);
        }
        hide((Place::Desired, desired), name, target, lineage);
        if let Some(source) = aligned.tables.get_mut(name).filter(|_| stays) {
            adopt(table, target, source);
        }
    }
}

/// The foreign keys of partitions that leave which go with those above them, each with the one right above: as long as
/// two partitioned tables refer to each other, the partitions of neither can leave.
fn foreign_keys_that_go_from_above(
    current: &Catalog,
    desired: &Catalog,
    lineage: &Lineage,
) -> Vec<(ObjectAddress, ObjectAddress)> {
    let lives = |name: &QualifiedName| {
        let both = current.tables.get(name).zip(desired.tables.get(name));
        both.is_some_and(|(before, after)| !is_recreated(before, after))
    };
    let survives = |(name, part): (&QualifiedName, &Identifier)| {
        let constraint = |catalog: &'_ Catalog| catalog.tables.get(name)?.constraints.get(part).cloned();
        let both = constraint(current).zip(constraint(desired));
        lives(name)
            && both.is_some_and(|(before, after)| {
                before.definition == after.definition && before.references.is_none_or(|far| lives(&far.table))
            })
    };
    let mut below: BTreeMap<(&QualifiedName, &Identifier), Vec<(&QualifiedName, &Identifier)>> = BTreeMap::new();
    let mut uppermost = Vec::new();
    for (name, table) in &current.tables {
        for (part, constraint) in table.constraints.iter().filter(|(_, it)| it.kind == ConstraintKind::ForeignKey) {
            match table.partition_of.as_ref().map(|it| &it.table).zip(constraint.parent.as_ref()) {
                Some(above) => below.entry(above).or_default().push((name, part)),
                None => uppermost.push((name, part)),
            }
        }
    }
    let mut all = Vec::new();
    for top in uppermost.into_iter().filter(|top| below.contains_key(top) && !survives(*top)) {
        let (mut pending, mut following) = (vec![top], Vec::new());
        while let Some(above) = pending.pop() {
            for own in below.get(&above).into_iter().flatten() {
                following.push((*own, above));
                pending.push(*own);
            }
        }
        let leaves = |name: &QualifiedName| lives(name) && !lineage.stays.contains_key(name);
        following.retain(|((name, _), _)| leaves(name));
        if !following.iter().any(|(own, _)| survives(*own)) {
            all.extend(following);
        }
    }
    let address =
        |(table, part): (&QualifiedName, &Identifier)| ObjectAddress::part(ObjectKind::Constraint, table, part.clone());
    all.into_iter().map(|(own, above)| (address(own), address(above))).collect()
}

/// Notes what stands above each part that was left out.
fn hide((place, catalog): (Place, &Catalog), name: &QualifiedName, target: &Table, lineage: &mut Lineage) {
    let Some(table) = catalog.tables.get(name) else { return };
    let mut note = |kind, part: &Identifier, parent: Option<&Identifier>| {
        let Some(parent) = parent else { return };
        // Where there are several parents, the constraint is a check, and nothing else stands on that.
        let above = parents(table);
        let has_it = |above: &&&QualifiedName| {
            let above = catalog.tables.get(**above);
            above.is_some_and(|it| it.constraints.contains_key(parent) || it.indexes.contains_key(parent))
        };
        let Some(above) = above.iter().filter(has_it).max() else { return };
        let own = ObjectAddress::part(kind, name, part.clone());
        lineage.hidden.insert((place, own), ObjectAddress::part(kind, above, parent.clone()));
    };
    for (part, constraint) in table.constraints.iter().filter(|(part, _)| !target.constraints.contains_key(*part)) {
        note(ObjectKind::Constraint, part, constraint.parent.as_ref());
    }
    for (part, index) in table.indexes.iter().filter(|(part, _)| !target.indexes.contains_key(*part)) {
        note(ObjectKind::Index, part, index.parent.as_ref());
    }
}

/// A check that the table has in its own right stays when the parent's goes.
fn leave(name: &QualifiedName, table: &Table, (current, desired): (&Catalog, &Catalog), lineage: &mut Lineage) {
    for (part, constraint) in table.constraints.iter().filter(|(_, constraint)| constraint.local) {
        let find = |catalog: &'_ Catalog, parent: &QualifiedName| {
            catalog.tables.get(parent)?.constraints.get(part).map(|it| it.definition.clone())
        };
        let goes = |parent: &&QualifiedName| {
            find(current, parent).is_some() && find(desired, parent).as_ref() != Some(&constraint.definition)
        };
        // The last of several to let go of it.
        if let Some(parent) = parents(table).into_iter().filter(goes).max() {
            let address = |table: &QualifiedName| ObjectAddress::part(ObjectKind::Constraint, table, part.clone());
            lineage.leftovers.entry(address(parent)).or_default().push(address(name));
        }
    }
}

fn keeps_constraint(
    table: &QualifiedName,
    name: &Identifier,
    constraint: &Constraint,
    other: Option<&Table>,
    stays: bool,
) -> bool {
    let Some(parent) = &constraint.parent else { return true };
    let is_chosen = constraint.kind != ConstraintKind::Check && !is_default_name(table, name, parent, constraint);
    match other {
        Some(other) if stays => {
            let is_there = |it: &Constraint| it.parent == constraint.parent && it.definition == constraint.definition;
            let is_missing = !other.constraints.values().any(is_there);
            is_chosen && is_missing && other.constraints.get(name).is_none_or(|constraint| constraint.parent.is_none())
        }
        // It joins its parents, which want their checks to be there already.
        Some(other) => is_chosen || constraint.kind == ConstraintKind::Check || other.constraints.contains_key(name),
        None => is_chosen,
    }
}

/// PostgreSQL takes no table below another with a check of the same name that is `NOT VALID`, whatever the other's is.
fn settle(constraint: &mut Constraint) {
    if constraint.kind == ConstraintKind::Check && constraint.parent.is_some() {
        constraint.validated |= constraint.enforced;
    }
}

fn keeps_index(table: &QualifiedName, name: &Identifier, index: &Index, other: Option<&Table>, stays: bool) -> bool {
    if index.parent.is_none() {
        return true;
    }
    let columns = index.keys.iter().map(|key| key.column.as_ref()).collect::<Option<Vec<_>>>();
    let columns = columns.filter(|_| !index.definition.contains(" INCLUDE ("));
    let is_chosen = !is_server_named(table, columns.as_deref(), name, "idx");
    match other {
        Some(other) if stays => {
            let is_there =
                |it: &Index| it.parent == index.parent && it.unique == index.unique && it.body() == index.body();
            let is_missing = !other.indexes.values().any(is_there);
            is_chosen && is_missing && other.indexes.get(name).is_none_or(|index| index.parent.is_none())
        }
        Some(other) => is_chosen || other.indexes.contains_key(name),
        None => is_chosen,
    }
}

/// What the table has in its own right now, and the new one of its parent will take over as it is. Where somebody chose
/// its name, it is on both sides.
fn adopt(desired: &Table, wanted: &Table, current: &mut Table) {
    current.indexes.retain(|name, index| {
        let follows = desired.indexes.get(name).filter(|desired| desired.parent.is_some());
        wanted.indexes.contains_key(name) || follows.is_none_or(|desired| desired.definition != index.definition)
    });
    current.constraints.retain(|name, constraint| {
        let follows = desired.constraints.get(name).filter(|desired| desired.parent.is_some());
        wanted.constraints.contains_key(name)
            || follows.is_none_or(|desired| {
                desired.definition != constraint.definition || constraint.kind == ConstraintKind::Check
            })
    });
}

/// Whether the server can have chosen the name of a constraint that follows another.
fn is_default_name(table: &QualifiedName, name: &Identifier, parent: &Identifier, constraint: &Constraint) -> bool {
    let columns: Vec<&Identifier> = constraint.columns.iter().collect();
    let columns = Some(columns.as_slice()).filter(|_| !constraint.definition.contains(" INCLUDE ("));
    match constraint.kind {
        ConstraintKind::PrimaryKey => is_server_named(table, Some(&[]), name, "pkey"),
        ConstraintKind::Unique => is_server_named(table, columns, name, "key"),
        ConstraintKind::Exclusion => is_server_named(table, None, name, "excl"),
        ConstraintKind::ForeignKey => name == parent || is_server_named(table, columns, name, "fkey"),
        ConstraintKind::Check => true,
    }
}

/// `table_columns_idx`, `table_columns_idx1`: what the server calls an index. Where it has to cut the name, and where
/// the columns are not known, `table_…_idx` is.
fn is_server_named(table: &QualifiedName, columns: Option<&[&Identifier]>, name: &Identifier, label: &str) -> bool {
    /// The least that the server leaves of a name that it has to cut.
    const LEAST: usize = 27;
    /// What the server cuts no name below, with room for a number.
    const SHORT: usize = 58;
    let (table, name) = (table.name.as_str(), name.as_str());
    let whole = columns.map(|columns| {
        let columns = columns.iter().map(|column| column.as_str());
        std::iter::once(table).chain(columns).chain([label]).collect::<Vec<_>>().join("_")
    });
    if let Some(whole) = whole.filter(|whole| whole.len() <= SHORT) {
        return name.strip_prefix(whole.as_str()).is_some_and(|rest| rest.chars().all(|digit| digit.is_ascii_digit()));
    }
    let without_number = name.trim_end_matches(|digit: char| digit.is_ascii_digit());
    let start = &table[..table.floor_char_boundary(LEAST)];
    name.starts_with(start) && without_number.ends_with(&format!("_{label}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_server_gives() {
        let check = |table: &str, name: &str, label: &str| {
            let table = QualifiedName::new("public", table);
            let columns = [&Identifier::from("a"), &Identifier::from("b")];
            [None, Some(&columns[..])].map(|columns| is_server_named(&table, columns, &name.into(), label))
        };
        assert_eq!(check("p1", "p1_a_idx", "idx"), [true, false]);
        assert_eq!(check("p1", "p1_a_b_idx12", "idx"), [true, true]);
        assert_eq!(check("p1", "p1_local_idx", "idx"), [true, false]);
        assert_eq!(check("p1", "p2_a_b_idx", "idx"), [false, false]);
        assert_eq!(check("p1", "p1_a_index", "idx"), [false, false]);
        let long = "p".repeat(60);
        assert_eq!(check(&long, &format!("{}_a_b_idx", "p".repeat(55)), "idx"), [true, true]);
    }
}
