//! What a plan is given beside its two catalogs: what holds for both of them.

use std::collections::BTreeMap;

use crate::catalog::{ObjectAddress, Owners, Privileges, State};
use crate::name::Identifier;

/// What both sides of a plan look at.
pub(crate) struct Given<'a> {
    /// The default privileges under which the plan makes objects: those of the current side.
    pub(crate) in_force: &'a BTreeMap<ObjectAddress, Privileges>,
    /// Who owns what is there before the plan, and gets it back where the plan makes it anew.
    pub(crate) owners: &'a Owners,
    /// The objects that something is granted on and that are part of no schema, with their extension.
    pub(crate) beyond: BTreeMap<&'a ObjectAddress, Option<&'a Identifier>>,
}

impl<'a> Given<'a> {
    pub(crate) fn new(current: &'a State, desired: &'a State) -> Self {
        let beyond = current.facts.beyond.iter().chain(&desired.facts.beyond);
        Self {
            in_force: &current.catalog.default_privileges,
            owners: &current.facts.owners,
            beyond: beyond.map(|(address, extension)| (address, extension.as_ref())).collect(),
        }
    }
}
