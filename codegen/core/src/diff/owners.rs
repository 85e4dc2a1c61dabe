//! What a role is granted that owns the object: nothing, for it has that as its owner.
//!
//! Owners are not compared, so that the role can own the object on one side only. In: two states. Out: their catalogs,
//! in which what the owner of the current side is to be granted is told of the owner, as it would be where they own it
//! on both; and what the owner of the desired side has now is not told at all: whether it stays does not matter.

use std::borrow::Cow;

use crate::catalog::{BuiltIn, Catalog, Facts, Grantee, ObjectAddress, ObjectKind, Privileges, RELATIONS, State};
use crate::name::Identifier;

/// Both catalogs, comparable whoever owns what.
#[must_use]
pub fn as_owners<'a>(current: &'a State, desired: &'a State) -> (Cow<'a, Catalog>, Cow<'a, Catalog>) {
    let before = without_owners(&current.catalog, &desired.facts, |privileges, _, owner| dropped(privileges, owner));
    (before, without_owners(&desired.catalog, &current.facts, merged))
}

/// The catalog without what those are granted by name that own the objects on the other side.
fn without_owners<'a>(
    catalog: &'a Catalog,
    other: &Facts,
    told: impl Fn(&Privileges, &ObjectAddress, &Grantee) -> Privileges,
) -> Cow<'a, Catalog> {
    let mut changed = Cow::Borrowed(catalog);
    for (address, privileges) in &catalog.privileges {
        let owner = owner(other, address).cloned().map(Grantee::Role);
        let Some(owner) = owner.filter(|owner| privileges.entries().any(|(grantee, _)| grantee == owner)) else {
            continue;
        };
        let told = told(privileges, address, &owner);
        let all = &mut changed.to_mut().privileges;
        all.remove(address);
        if !told.is_default() {
            all.insert(address.clone(), told);
        }
    }
    changed
}

/// The owner of an object, of the relation that a column is in, of the table of an identity column's sequence.
fn owner<'a>(facts: &'a Facts, address: &ObjectAddress) -> Option<&'a Identifier> {
    let is_in_relation = matches!(address.kind, ObjectKind::Column | ObjectKind::Sequence) && address.part.is_some();
    if is_in_relation && let Some(name) = address.qualified_name() {
        let mut relations = RELATIONS.iter().map(|kind| ObjectAddress::object(*kind, &name));
        return relations.find_map(|it| facts.owners.by_object.get(&it));
    }
    facts.owners.by_object.get(address)
}

fn dropped(privileges: &Privileges, owner: &Grantee) -> Privileges {
    let mut told = privileges.clone();
    for by in [&mut told.granted, &mut told.grantable, &mut told.revoked] {
        by.remove(owner);
    }
    told
}

fn merged(privileges: &Privileges, address: &ObjectAddress, owner: &Grantee) -> Privileges {
    let built_in = BuiltIn::of(address).unwrap_or(BuiltIn::Nothing);
    let mut told = dropped(privileges, owner);
    for (_, privilege) in privileges.entries().filter(|(grantee, _)| *grantee == owner) {
        let hold = told.hold(built_in, &Grantee::Owner, privilege).max(privileges.hold(built_in, owner, privilege));
        told.set(built_in, &Grantee::Owner, privilege, hold);
    }
    told
}
