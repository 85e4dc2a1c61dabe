//! In which order renames can be run: what owns others first, and no name before it is free.

use std::collections::BTreeSet;

use crate::catalog::ObjectAddress;
use crate::name::Identifier;
use crate::rename::Rename;
use crate::rename::requests::{Names, with_name};

/// The renames, each with the address that its object has by then.
pub(super) fn ordered(names: &Names) -> Vec<Rename> {
    let mut renames = Vec::new();
    let rank = |address: &ObjectAddress| (address.part.is_some() && address.kind.is_named_by_part(), address.kind);
    let mut ranks: Vec<_> = names.renamed.keys().map(rank).collect();
    ranks.sort();
    ranks.dedup();
    for wanted in ranks {
        let batch = names.renamed.iter().filter(|(old, _)| rank(old) == wanted);
        let batch = batch.map(|(old, new)| (by_then(old, new), new.clone())).filter(|(old, new)| old != new).collect();
        renames.extend(untangled(batch));
    }
    renames
}

/// The address once everything that owns the object has its new name.
fn by_then(old: &ObjectAddress, new: &ObjectAddress) -> ObjectAddress {
    let name = old.part.as_ref().filter(|_| old.kind.is_named_by_part()).unwrap_or(&old.name);
    with_name(new, name)
}

/// One after the other where a new name is the old name of the next; through a third name where they go round.
fn untangled(mut pending: Vec<(ObjectAddress, ObjectAddress)>) -> Vec<Rename> {
    let mut renames = Vec::new();
    let mut parked: Vec<(ObjectAddress, ObjectAddress)> = Vec::new();
    while !pending.is_empty() {
        let taken: BTreeSet<ObjectAddress> = pending.iter().map(|(old, _)| old.clone()).collect();
        match pending.iter().position(|(_, new)| !taken.contains(new)) {
            Some(place) => {
                let (old, new) = pending.remove(place);
                renames.push(rename(old, &new));
            }
            None => {
                let (old, new) = pending.remove(0);
                let aside = with_name(&old, &Identifier(format!("lockstep_aside_{}", parked.len())));
                renames.push(rename(old, &aside));
                parked.push((aside, new));
            }
        }
    }
    renames.extend(parked.into_iter().map(|(old, new)| rename(old, &new)));
    renames
}

fn rename(from: ObjectAddress, to: &ObjectAddress) -> Rename {
    let to = to.part.as_ref().filter(|_| to.kind.is_named_by_part()).unwrap_or(&to.name).clone();
    Rename { from, to }
}
