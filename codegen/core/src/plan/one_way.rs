//! How to take back what the opposite statement cannot: a column that a view got, a default that an argument got, an
//! attribute that stood before others.
//!
//! Then the object is dropped and created as it was, together with all that stands on it at that moment. In: the steps of a
//! plan in their order. Out: the same steps with other rollbacks.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{CompositeAttribute, ObjectAddress, ObjectKind};
use crate::emit::sql::{Below, defined, drop_statement, routine_signature};
use crate::plan::arguments;
use crate::plan::creation::{creation, set_default};
use crate::plan::fate::Sides;
use crate::plan::unit::Unit;
use crate::plan::{Action, PlannedFile, Rollback, Step, unchecked};

/// Gives the steps that cannot be taken back by their own statement the rollbacks that they need.
pub(crate) fn mend(sides: &Sides, files: &mut [PlannedFile]) {
    let is_one_way =
        |step: &Step| replaces(step) && loses_something(sides, &step.object) || moves_attributes(sides, step).is_some();
    if !files.iter().flat_map(|file| &file.steps).any(is_one_way) {
        return;
    }
    let dependents = sides.current.dependents();
    // What is dropped or stands on something else by now; it comes back when the steps before are taken back.
    let mut earlier: BTreeSet<ObjectAddress> = BTreeSet::new();
    let mut types: BTreeSet<ObjectAddress> = BTreeSet::new();
    for step in files.iter_mut().flat_map(|file| &mut file.steps) {
        if replaces(step) && loses_something(sides, &step.object) {
            let unit = Unit::Object(step.object.clone());
            step.rollback = rebuilt(sides, &standing_on(&dependents, &unit, &earlier));
        }
        if let Some(composite) = moves_attributes(sides, step) {
            // The first of the steps is the last to be taken back, and brings the whole type as it was.
            step.rollback = if types.insert(composite.clone()) {
                rebuilt(sides, &standing_on(&dependents, &Unit::Object(composite), &earlier))
            } else {
                Rollback::Sql(String::new())
            };
        }
        if step.action == Action::Drop || replaces(step) {
            earlier.insert(step.object.clone());
        }
    }
}

fn replaces(step: &Step) -> bool {
    step.action == Action::Alter && step.sql.starts_with("CREATE OR REPLACE ")
}

/// The composite type of an attribute that is dropped, added or altered, where one that is dropped stood before one that
/// stays: it would come back as the last.
fn moves_attributes(sides: &Sides, step: &Step) -> Option<ObjectAddress> {
    let is_about_one = step.object.kind == ObjectKind::Attribute && step.action != Action::Rename;
    let name = step.object.qualified_name().filter(|_| is_about_one)?;
    let composite = ObjectAddress::object(ObjectKind::Composite, &name);
    let (current, desired) = (sides.current.composite(&composite)?, sides.desired.composite(&composite)?);
    let stays = |attribute: &CompositeAttribute| desired.attributes.iter().any(|it| it.name == attribute.name);
    let first_gone = current.attributes.iter().position(|attribute| !stays(attribute))?;
    let is_reversible = matches!(step.rollback, Rollback::Sql(_));
    (is_reversible && current.attributes[first_gone..].iter().any(stays)).then_some(composite)
}

/// Whether what the object has now cannot be replaced by what it had.
fn loses_something(sides: &Sides, address: &ObjectAddress) -> bool {
    let (current, desired) = (sides.current.catalog, sides.desired.catalog);
    if address.kind == ObjectKind::View {
        return address.qualified_name().is_some_and(|name| {
            let columns = |views: &BTreeMap<_, crate::catalog::View>| views.get(&name).map_or(0, |it| it.columns.len());
            columns(&current.views) < columns(&desired.views)
        });
    }
    if address.kind != ObjectKind::Routine {
        return false;
    }
    let signature = routine_signature(address);
    let both = current.routines.get(&signature).zip(desired.routines.get(&signature));
    both.is_some_and(|(old, new)| !arguments::can_replace(&new.arguments, &old.arguments))
}

/// The unit and all that stands on it, each after what it needs.
fn standing_on<'a>(
    dependents: &BTreeMap<&'a Unit, Vec<&'a Unit>>,
    unit: &Unit,
    earlier: &BTreeSet<ObjectAddress>,
) -> Vec<Unit> {
    fn visit(
        dependents: &BTreeMap<&Unit, Vec<&Unit>>,
        unit: &Unit,
        earlier: &BTreeSet<ObjectAddress>,
        seen: &mut BTreeSet<Unit>,
        sorted: &mut Vec<Unit>,
    ) {
        if !seen.insert(unit.clone()) {
            return;
        }
        for dependent in dependents.get(unit).into_iter().flatten() {
            if !earlier.contains(dependent.address()) {
                visit(dependents, dependent, earlier, seen, sorted);
            }
        }
        sorted.push(unit.clone());
    }
    let (mut seen, mut sorted) = (BTreeSet::new(), Vec::new());
    visit(dependents, unit, earlier, &mut seen, &mut sorted);
    sorted.reverse();
    sorted
}

/// Drops the units, the last first, and creates them as they were.
fn rebuilt(sides: &Sides, units: &[Unit]) -> Rollback {
    let current = &sides.current;
    let mut statements = Vec::new();
    for unit in units.iter().rev() {
        let address = unit.address();
        match unit {
            Unit::Object(ObjectAddress { kind: ObjectKind::Defined(kind), .. }) => {
                statements.extend(defined::drop(*kind, address));
            }
            Unit::Object(_) if unit != &units[0] && is_attribute_of(address, units[0].address()) => {}
            Unit::Object(_) if unit != &units[0] && holds_rows(sides, address) => {
                return Rollback::Irreversible(format!("{address} stands on it and holds rows"));
            }
            Unit::Object(_) => statements.push(drop_statement(current.catalog, address, Below::Included)),
            Unit::Default(_) => statements.push(set_default(current, address, None)),
            // These go with what they belong to.
            Unit::Ownership(_)
            | Unit::ReplicaIdentity(_)
            | Unit::Cluster(_)
            | Unit::Privileges(_)
            | Unit::SecurityLabels(_)
            | Unit::Parentage(_) => {}
        }
    }
    let parts: BTreeSet<&Unit> = units.iter().filter(|it| is_attribute_of(it.address(), units[0].address())).collect();
    for unit in units.iter().filter(|unit| !parts.contains(unit)) {
        let folded = if *unit == units[0] { parts.clone() } else { BTreeSet::new() };
        let made = creation(current, unit, &folded);
        statements.extend(if matches!(unit, Unit::Object(_)) {
            unchecked(current, unit.address(), made)
        } else {
            made
        });
    }
    Rollback::Sql(statements.join(";\n"))
}

fn is_attribute_of(address: &ObjectAddress, composite: &ObjectAddress) -> bool {
    address.kind == ObjectKind::Attribute && address.qualified_name() == composite.qualified_name()
}

/// Whether dropping the object would lose what only it knows; the values of a generated column are made again.
fn holds_rows(sides: &Sides, address: &ObjectAddress) -> bool {
    let is_generated = || sides.current.column(address).is_some_and(|column| column.generated.is_some());
    address.kind.carries_rows() && !is_generated()
}
