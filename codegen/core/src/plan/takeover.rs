//! What a partition takes over from the tables above it, and what those take over from it: PostgreSQL makes what a
//! partition lacks, and uses what it has. Taking the partition or the index above away does not take that back.
//!
//! In: both sides, and what is made or joined. Out: statements for its rollback.

use crate::catalog::{Catalog, ConstraintKind, Deferrability, ObjectAddress, ObjectKind, Table};
use crate::emit::sql::{Below, drop_if_there};
use crate::name::{Identifier, QualifiedName};
use crate::plan::creation::part_creation;
use crate::plan::fate::{Fates, Sides};
use crate::plan::unit::Unit;

/// What has to be alike for one to be used as the other.
#[derive(Debug, PartialEq, Eq)]
enum Likeness<'a> {
    Index { unique: bool, text: &'a str },
    Constraint { text: &'a str, deferrability: Deferrability, validated: bool },
}

/// The indexes, keys and foreign keys that PostgreSQL makes in a table when that joins its parents.
pub(crate) fn made(sides: &Sides, table: &QualifiedName) -> Vec<ObjectAddress> {
    let (current, desired) = (sides.current.whole, &sides.desired);
    let Some((after, before)) = desired.whole.tables.get(table).zip(current.tables.get(table)) else {
        return Vec::new();
    };
    let follows = |own: &ObjectAddress| desired.lineage.leader(desired.place, own).is_some();
    let mut spare: Vec<(ObjectAddress, Likeness)> = parts(table, before);
    let mut wanted: Vec<(ObjectAddress, Likeness)> = parts(table, after);
    wanted.retain(|(own, _)| follows(own));
    for same_name in [true, false] {
        wanted.retain(|(own, likeness)| {
            let found = spare.iter().position(|(other, it)| it == likeness && (!same_name || other == own));
            found.map(|found| spare.swap_remove(found)).is_none()
        });
    }
    wanted.into_iter().map(|(own, _)| own).collect()
}

/// Takes back what was made in a table, once it has left its parents again.
pub(crate) fn left_behind(sides: &Sides, fates: &Fates, table: &ObjectAddress) -> Vec<String> {
    let mut statements = Vec::new();
    for own in table.qualified_name().map(|table| made(sides, &table)).unwrap_or_default() {
        statements.extend(drop_if_there(&own, Below::Included));
        statements.extend(given_back(sides, fates, &own));
    }
    statements
}

/// Brings back what tables below had in their own right, and an index or key above them took along when it went.
pub(crate) fn given_back(sides: &Sides, fates: &Fates, above: &ObjectAddress) -> Vec<String> {
    let (current, desired) = (sides.current.whole, sides.desired.whole);
    let Some(table) = above.qualified_name() else { return Vec::new() };
    let mut statements = Vec::new();
    for child in sides.desired.lineage.children.get(&table).into_iter().flatten() {
        let Some(own) = follower(desired, child, above) else { continue };
        // What the plan drops by itself comes back by itself.
        let is_gone = fates.is_gone(&Unit::Object(own.clone()));
        if is_own(current, &own) && !is_gone && is_same(sides, &own) {
            statements.extend(part_creation(&sides.current, &own).into_iter().flatten());
        } else {
            statements.extend(given_back(sides, fates, &own));
        }
    }
    statements
}

/// Whether what is made in a table that stays below its parents was there before as a part of one above it: that one finds
/// it again when it comes back.
pub(crate) fn followed(sides: &Sides, own: &ObjectAddress) -> bool {
    let lineage = sides.current.lineage;
    let stays = own.qualified_name().is_some_and(|table| lineage.stays.contains_key(&table));
    stays && lineage.leader(sides.current.place, own).is_some() && is_same(sides, own)
}

/// Whether what has this name on one side can be used as what has it on the other.
fn is_same(sides: &Sides, own: &ObjectAddress) -> bool {
    let Some(name) = own.qualified_name() else { return false };
    let both = sides.current.whole.tables.get(&name).zip(sides.desired.whole.tables.get(&name));
    let Some((before, after)) = both else { return false };
    let find =
        |parts: Vec<(ObjectAddress, _)>| parts.into_iter().find(|(it, _)| it == own).map(|(_, likeness)| likeness);
    let likeness: Option<Likeness> = find(parts(&name, before));
    likeness.is_some() && likeness == find(parts(&name, after))
}

/// The part of a partition that follows one of the table above it.
pub(crate) fn follower(catalog: &Catalog, table: &QualifiedName, above: &ObjectAddress) -> Option<ObjectAddress> {
    let body = catalog.tables.get(table)?;
    let leader = above.part.as_ref();
    let constraint = || {
        let keys = body.constraints.iter().filter(|(_, constraint)| constraint.kind != ConstraintKind::Check);
        keys.filter(|(_, key)| key.parent.as_ref() == leader).map(|(name, _)| name).next()
    };
    let index = || body.indexes.iter().find(|(_, index)| index.parent.as_ref() == leader).map(|(name, _)| name);
    let name = if above.kind == ObjectKind::Index { index() } else { constraint() }?;
    Some(ObjectAddress::part(above.kind, table, name.clone()))
}

fn is_own(catalog: &Catalog, own: &ObjectAddress) -> bool {
    let find = || Some((catalog.tables.get(&own.qualified_name()?)?, own.part.as_ref()?));
    let Some((table, part)) = find() else { return false };
    table.indexes.get(part).is_some_and(|it| it.parent.is_none())
        || table.constraints.get(part).is_some_and(|it| it.parent.is_none())
}

/// What a table has that can be used as what the tables above it ask for.
fn parts<'a>(name: &QualifiedName, table: &'a Table) -> Vec<(ObjectAddress, Likeness<'a>)> {
    let part = |kind, part: &Identifier| ObjectAddress::part(kind, name, part.clone());
    let indexes = table.indexes.iter().filter(|(_, index)| index.valid).map(|(own, index)| {
        (part(ObjectKind::Index, own), Likeness::Index { unique: index.unique, text: index.body() })
    });
    let constraints = table.constraints.iter().filter(|(_, it)| it.kind != ConstraintKind::Check).map(|(own, it)| {
        let likeness =
            Likeness::Constraint { text: &it.definition, deferrability: it.deferrability, validated: it.validated };
        (part(ObjectKind::Constraint, own), likeness)
    });
    indexes.chain(constraints).collect()
}
