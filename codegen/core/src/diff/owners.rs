//! What a role is granted that owns the object: nothing, for it has that as its owner.
//!
//! Owners are not compared, so that the role can own the object on one side only. In: two states. Out: their catalogs,
//! in which what the owners of either side are granted is told of the owner, as it would be where they own it on both.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::catalog::{BuiltIn, Catalog, Facts, Grantee, ObjectAddress, ObjectKind, Privileges, State};
use crate::name::Identifier;

/// Both catalogs, comparable whoever owns what.
#[must_use]
pub fn as_owners<'a>(current: &'a State, desired: &'a State) -> (Cow<'a, Catalog>, Cow<'a, Catalog>) {
    let told = |state: &'a State| {
        let mut catalog = Cow::Borrowed(&state.catalog);
        for (address, privileges) in &state.catalog.privileges {
            let owners = [&current.facts, &desired.facts].into_iter().filter_map(|facts| owner(facts, address));
            let owners: BTreeSet<Grantee> = owners.cloned().map(Grantee::Role).collect();
            if privileges.entries().any(|(grantee, _)| owners.contains(grantee)) {
                let told = of_owner(privileges, address, &owners);
                let all = &mut catalog.to_mut().privileges;
                if told.is_default() {
                    all.remove(address)
                } else {
                    all.insert(address.clone(), told)
                };
            }
        }
        catalog
    };
    (told(current), told(desired))
}

/// The owner of an object, of the relation that a column is in, of the table of an identity column's sequence.
fn owner<'a>(facts: &'a Facts, address: &ObjectAddress) -> Option<&'a Identifier> {
    const RELATIONS: [ObjectKind; 3] = [ObjectKind::Table, ObjectKind::View, ObjectKind::MaterializedView];
    let is_in_relation = matches!(address.kind, ObjectKind::Column | ObjectKind::Sequence) && address.part.is_some();
    if is_in_relation && let Some(name) = address.qualified_name() {
        let relations = RELATIONS.map(|kind| ObjectAddress::object(kind, &name));
        return relations.iter().find_map(|it| facts.owners.by_object.get(it));
    }
    facts.owners.by_object.get(address)
}

fn of_owner(privileges: &Privileges, address: &ObjectAddress, owners: &BTreeSet<Grantee>) -> Privileges {
    let built_in = BuiltIn::of(address).unwrap_or(BuiltIn::Nothing);
    let mut told = privileges.clone();
    for (grantee, privilege) in privileges.entries().filter(|(grantee, _)| owners.contains(grantee)) {
        let hold = told.hold(built_in, &Grantee::Owner, privilege).max(privileges.hold(built_in, grantee, privilege));
        told.set(built_in, &Grantee::Owner, privilege, hold);
    }
    for by in [&mut told.granted, &mut told.grantable, &mut told.revoked] {
        by.retain(|grantee, _| !owners.contains(grantee));
    }
    told
}
