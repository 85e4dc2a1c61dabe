//! From the statements that could not be run to what is wrong: each cause once, not what follows from it.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_core::catalog::ObjectKind;
use lockstep_core::diagnostic::Diagnostic;

use super::Entry;
use super::order::{Failure, is_duplicate};
use crate::diagnose::{Advice, diagnose, name};

/// One diagnostic for each failure that does not come from another one, and one for each circle.
pub(super) fn diagnostics(entries: &[Entry], failures: BTreeMap<usize, Failure>, advice: &Advice) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for group in groups(&failures) {
        match group.as_slice() {
            [only] => {
                let failure = &failures[only];
                let follows = failure.lacks.iter().any(|definer| failures.contains_key(definer));
                if !follows {
                    diagnostics.push(failed(entries, *only, failure, advice));
                }
            }
            members => diagnostics.push(cyclic(entries, members)),
        }
    }
    diagnostics
}

fn failed(entries: &[Entry], index: usize, failure: &Failure, advice: &Advice) -> Diagnostic {
    let statement = &entries[index].statement;
    let mut diagnostic = diagnose(&failure.error, statement, advice);
    if is_duplicate(&failure.error) {
        let taken = failure.error.message().split('"').nth(1).unwrap_or_default();
        let earlier = entries.iter().enumerate().filter(|(other, _)| *other != index).find_map(|(_, entry)| {
            entry.definition.as_ref().filter(|definition| {
                let address = &definition.address;
                definition.creates && address.part.as_ref().unwrap_or(&address.name).as_str() == taken
            })
        });
        if let Some(earlier) = earlier {
            diagnostic = diagnostic.label(earlier.name.clone(), "this has the name");
        }
    }
    diagnostic
}

fn cyclic(entries: &[Entry], members: &[usize]) -> Diagnostic {
    let definitions: Vec<_> = members.iter().filter_map(|&member| entries[member].definition.as_ref()).collect();
    let names: Vec<String> = definitions.iter().map(|definition| definition.address.to_string()).collect();
    let has_tables = definitions.iter().any(|definition| definition.address.kind == ObjectKind::Table);
    let mut diagnostic =
        Diagnostic::error("cyclic-definitions", format!("each of these needs another one: {}", names.join(", ")))
            .at(name(&entries[members[0]].statement));
    for &member in &members[1..] {
        diagnostic = diagnostic.label(name(&entries[member].statement), "is part of the circle");
    }
    diagnostic.hint(if has_tables {
        "take one foreign key out of its table and add it with ALTER TABLE … ADD CONSTRAINT"
    } else {
        "move what they share into a definition of its own"
    })
}

/// The strongly connected components of "lacks", each sorted, in the order of their first members.
fn groups(failures: &BTreeMap<usize, Failure>) -> Vec<Vec<usize>> {
    let reachable: BTreeMap<usize, BTreeSet<usize>> =
        failures.keys().map(|&index| (index, reachable_from(index, failures))).collect();
    let mut seen = BTreeSet::new();
    let mut groups = Vec::new();
    for &index in failures.keys() {
        if !seen.insert(index) {
            continue;
        }
        let mut group = vec![index];
        for &other in &reachable[&index] {
            if other != index && reachable[&other].contains(&index) && seen.insert(other) {
                group.push(other);
            }
        }
        groups.push(group);
    }
    groups
}

fn reachable_from(index: usize, failures: &BTreeMap<usize, Failure>) -> BTreeSet<usize> {
    let mut reachable = BTreeSet::new();
    let mut open = vec![index];
    while let Some(next) = open.pop() {
        for definer in failures.get(&next).into_iter().flat_map(|failure| &failure.lacks) {
            if failures.contains_key(definer) && reachable.insert(*definer) {
                open.push(*definer);
            }
        }
    }
    reachable
}
