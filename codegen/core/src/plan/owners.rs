//! Objects of other roles than the one that migrates: what the plan makes anew goes back to its owner.
//!
//! At the end of the file that makes it: until then it is the migrating role's, which may read whatever it is made
//! from, and nobody else has seen it.

use crate::catalog::{ObjectAddress, ObjectKind};
use crate::emit::sql::owner::give;
use crate::plan::fate::{Fate, Sides};
use crate::plan::steps::{Emitter, PhasedStep, follow_up};
use crate::plan::unit::Side;
use crate::plan::{Action, PlannedFile};

/// What gives an object to the role that owns it before the plan.
pub(super) fn lost(side: &Side, address: &ObjectAddress) -> Option<String> {
    // An extension cannot be given away.
    let role = side.given.owners.lost_by(address).filter(|_| address.kind != ObjectKind::Extension)?;
    Some(give(side.catalog, address, &role.to_string()))
}

/// Gives what each file makes anew to those who own it.
pub(super) fn give_back(sides: &Sides, files: &mut [PlannedFile]) {
    for file in files {
        let made = file.steps.iter().filter(|step| step.action == Action::Create).map(|step| &step.object);
        // A sequence follows its table.
        let made = made.filter(|address| owning_table(&sides.desired, address).is_none());
        let given = made.filter_map(|address| Some(follow_up(lost(&sides.desired, address)?, address).0));
        let given: Vec<_> = given.collect();
        file.steps.extend(given);
    }
}

/// What gives a sequence to the owner of its table: it can only belong to a table of the same role.
pub(super) fn given_to_table_owner(emitter: &Emitter, sequence: &ObjectAddress) -> Option<PhasedStep> {
    let desired = &emitter.sides.desired;
    let is_made = |address| matches!(emitter.fate(address), Some(Fate::Create | Fate::Replace));
    // Whoever migrates owns what the plan has made so far.
    let owner = |address| desired.given.owners.lost_by(address).filter(|_| !is_made(address));
    let table = owning_table(desired, sequence)?;
    let role = owner(&table);
    if role == owner(sequence) {
        return None;
    }
    let role = role.map_or_else(|| "CURRENT_USER".to_owned(), ToString::to_string);
    Some(follow_up(give(desired.catalog, sequence, &role), sequence))
}

/// The table that a sequence belongs to.
fn owning_table(side: &Side, sequence: &ObjectAddress) -> Option<ObjectAddress> {
    let name = sequence.qualified_name().filter(|_| sequence.kind == ObjectKind::Sequence)?;
    let (table, _) = side.catalog.sequences.get(&name)?.owned_by.as_ref()?;
    Some(ObjectAddress::object(ObjectKind::Table, table))
}
