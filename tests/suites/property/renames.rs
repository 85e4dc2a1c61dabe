//! Objects of both sides that have another name on the desired one: as many of a pair as its bytes say.
//!
//! Some of the names are odd. What functions name in bodies that are mere text keeps its name: the server does not know
//! of it, so nobody could.

use std::collections::BTreeSet;

use lockstep_core::catalog::{Catalog, ObjectAddress, ObjectKind, State};
use lockstep_core::name::Identifier;
use lockstep_core::plan::{Action, Form, PlanOptions, Step, plan};
use lockstep_core::rename::{Rename, RenamePolicy, RenameRequest, rename_steps, resolve_renames};
use lockstep_postgres::Scratch;
use lockstep_tests::convergence::{Shape, answered, everything_allowed, lead, read, shape, shown, told, undo};
use postgres::Client;

use super::grammar::Bytes;
use super::{Tried, load, settled, with_rows};

const NAMES: &[&str] = &["new", "New Name", "order", "it's", "quo\"ted", "größe", "_1", "a.b"];

/// Named in bodies, or by the rules that come after.
const KEPT: &[&str] = &["t0", "v0", "far", "e0", "v2"];

/// The renames, parts before what they are parts of.
fn renames(current: &Catalog, desired: &Catalog, bytes: &[u8]) -> Vec<Rename> {
    let mut bytes = Bytes::new(bytes);
    let mut both: Vec<ObjectAddress> = shared(current, desired).into_iter().filter(can_be_renamed).collect();
    both.sort_by_key(|address| (address.part.is_none(), address.clone()));
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut renames = Vec::new();
    for from in both {
        let byte = bytes.next();
        if byte % 4 != 1 {
            continue;
        }
        // All names are different, so that none is taken whatever the order is.
        let mut name = format!("{}{}", NAMES[byte / 4 % NAMES.len()], taken.len());
        if byte % 16 == 1 {
            name = format!("{name}{}", "x".repeat(63 - name.len()));
        }
        taken.insert(name.clone());
        renames.push(Rename { from, to: Identifier(name) });
    }
    renames
}

/// From one side to the other and back, with the renames that the bytes say. Says whether rows were there all the way.
pub(super) fn converge(
    databases: &mut [Scratch; 3],
    tried: &mut Tried,
    (before, after): (&[String], &[String]),
    bytes: &[u8],
) -> Result<bool, String> {
    let [first, second, third] = databases;
    let (first, second, third) = (first.client(), second.client(), third.client());
    let written = load(first, before)?;
    let current = settled(third, &written)?;
    let old = shape(third);
    let loaded = load(second, after)?;
    let renames = renames(&current.catalog, &loaded.catalog, bytes);
    let rename = |client: &mut Client| {
        for step in rename_steps(&renames) {
            client.batch_execute(&step.sql).map_err(|error| format!("{}\n{}", step.sql, told(&error)))?;
        }
        read(client)
    };
    let desired = settled(third, &rename(second)?)?;
    let new = shape(third);
    // What is compared in the end has been read back, so what it starts from has been as well.
    let again = |client: &mut Client| settled(client, &current).map(drop);
    again(first)?;
    let there = led(first, third, tried, (&current, &desired, &new), requests(&renames), again)?;
    let again = |client: &mut Client| settled(client, &desired).map(drop);
    again(second)?;
    let back = led(second, third, tried, (&desired, &current, &old), requests(&back(&renames)), again)?;
    Ok(there && back)
}

/// Resolves the requests, runs the renames on a copy as the command does, and leads; then it is undone step by step.
fn led(
    client: &mut Client,
    copy: &mut Client,
    tried: &mut Tried,
    (current, desired, shape): (&State, &State, &Shape),
    requests: Vec<RenameRequest>,
    again: impl Fn(&mut Client) -> Result<(), String>,
) -> Result<bool, String> {
    let resolved = resolve_renames(&current.catalog, &desired.catalog, &requests, &BTreeSet::new(), RenamePolicy::None);
    let renames = resolved.map_err(|diagnostics| format!("{requests:#?}\n{diagnostics:#?}"))?;
    settled(copy, current)?;
    for step in rename_steps(&renames) {
        copy.batch_execute(&step.sql).map_err(|error| format!("{}\n{}", step.sql, told(&error)))?;
    }
    let renamed = read(copy)?;
    let renamed = settled(copy, &renamed)?;
    let options = answered(&renamed, desired, PlanOptions { renames, ..everything_allowed(Form::Online) });
    let with_rows = with_rows(client, tried, again, |client| lead(client, &renamed, desired, shape, &options))?;
    let planned = plan(&renamed, desired, &options).map_err(|diagnostics| format!("{diagnostics:#?}"))?;
    let is_aside = |step: &Step| step.action == Action::Rename && step.sql.contains("__old");
    if planned.files.iter().flat_map(|file| &file.steps).any(is_aside) {
        return Ok(with_rows);
    }
    match undo(client, current, &planned) {
        Err(problem) if !problem.announced => Err(format!("{}\n\n-- rollback of\n{}", problem.text, shown(&planned))),
        Ok(_) | Err(_) => Ok(with_rows),
    }
}

/// What both sides have under the same address, and the values that enumerated types have on both.
fn shared(current: &Catalog, desired: &Catalog) -> BTreeSet<ObjectAddress> {
    let addresses = |catalog: &Catalog| {
        let values = catalog.enums.iter().flat_map(|(name, body)| {
            let part = |value: &String| ObjectAddress::part(ObjectKind::Enum, name, value.as_str());
            body.values.iter().map(part)
        });
        catalog.addresses().into_iter().chain(values).collect::<BTreeSet<_>>()
    };
    addresses(current).intersection(&addresses(desired)).cloned().collect()
}

fn can_be_renamed(address: &ObjectAddress) -> bool {
    let is_kept = KEPT.contains(&address.name.as_str());
    match address.kind {
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => !is_kept,
        ObjectKind::Enum => !is_kept,
        // A body names `t0.c5`.
        ObjectKind::Column => {
            let is_in_body =
                address.name.as_str() == "t0" && address.part.as_ref().is_some_and(|it| it.as_str() == "c5");
            address.name.as_str() != "far" && !is_in_body
        }
        ObjectKind::Domain
        | ObjectKind::DomainConstraint
        | ObjectKind::Composite
        | ObjectKind::Attribute
        | ObjectKind::Sequence
        | ObjectKind::Constraint
        | ObjectKind::Index
        | ObjectKind::Trigger => true,
        // `@renamed` stands above none of these.
        ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::Range
        | ObjectKind::Routine
        | ObjectKind::Defined(_) => false,
    }
}

/// The renames as they are asked for.
fn requests(renames: &[Rename]) -> Vec<RenameRequest> {
    renames.iter().cloned().map(|rename| RenameRequest { rename, span: None }).collect()
}

/// The requests that lead back.
fn back(renames: &[Rename]) -> Vec<Rename> {
    let new_owner = |address: &ObjectAddress| {
        let mut renamed = address.clone();
        if let Some(owner) = renames.iter().find(|it| {
            it.from.part.is_none() && it.from.qualified_name() == address.qualified_name() && address.part.is_some()
        }) {
            renamed.name = owner.to.clone();
        }
        renamed
    };
    renames
        .iter()
        .map(|Rename { from, to }| match &from.part {
            Some(part) => {
                let from = ObjectAddress { part: Some(to.clone()), ..new_owner(from) };
                Rename { from, to: part.clone() }
            }
            None => Rename { from: ObjectAddress { name: to.clone(), ..from.clone() }, to: from.name.clone() },
        })
        .collect()
}
