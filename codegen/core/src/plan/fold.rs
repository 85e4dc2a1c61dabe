//! Which parts are created or dropped by the statement of their owner.

use crate::catalog::{ConstraintKind, ObjectAddress, ObjectKind};
use crate::plan::PlanOptions;
use crate::plan::build::goes_with_column;
use crate::plan::descent::{self, References};
use crate::plan::fate::{Fates, Sides};
use crate::plan::graph::{Graph, Operation};
use crate::plan::unit::{Side, Unit};

/// Folds what can be folded; the order of the attempts decides where two of them exclude each other.
pub(crate) fn fold(sides: &Sides, fates: &Fates, options: &PlanOptions, graph: &mut Graph) {
    // Columns twice: a generated column folds only after the columns that it reads, whatever their names.
    let units = |operation: Operation, graph: &Graph| -> Vec<Unit> {
        graph.nodes.iter().filter(|node| node.operation == operation).map(|node| node.unit.clone()).collect()
    };
    let references = descent::references(sides);
    for rank in [0, 1, 2, 2, 3] {
        for unit in units(Operation::Drop, graph).iter().filter(|unit| drop_rank(unit) == rank) {
            if !may_fold(graph, unit) {
                continue;
            }
            for host in drop_hosts(sides, unit) {
                if is_detached_first(sides, fates, &references, unit) {
                    continue;
                }
                // A type that is set aside is dropped last of all, with its attributes.
                if fates.aside.contains(host.address()) && unit.address().kind != ObjectKind::Attribute {
                    continue;
                }
                if folds(graph, unit, &host, Operation::Drop) {
                    break;
                }
            }
        }
    }
    for rank in [0, 0, 1, 2] {
        for unit in units(Operation::Create, graph).iter().filter(|unit| create_rank(unit) == rank) {
            if let Some(host) = create_host(&sides.desired, options, fates, unit) {
                folds(graph, unit, &host, Operation::Create);
            }
        }
    }
}

fn folds(graph: &mut Graph, part: &Unit, host: &Unit, operation: Operation) -> bool {
    match (graph.find(part, operation), graph.find(host, operation)) {
        (Some(part), Some(host)) => graph.fold(part, host),
        (None, _) | (_, None) => false,
    }
}

/// Whether it is that a table is a partition, and foreign keys that stay forbid to drop it as such.
fn is_detached_first(sides: &Sides, fates: &Fates, references: &References, unit: &Unit) -> bool {
    let Unit::Parentage(table) = unit else { return false };
    !descent::foreign_keys_through(sides, fates, references, table).staying.is_empty()
}

/// A sequence goes with its column only while that owns it.
fn may_fold(graph: &Graph, unit: &Unit) -> bool {
    let Unit::Object(address) = unit else { return true };
    let ownership = graph.find(&Unit::Ownership(address.clone()), Operation::Drop);
    match (ownership, graph.find(unit, Operation::Drop)) {
        (Some(ownership), Some(sequence)) => graph.host(ownership) == graph.host(sequence),
        (None, _) | (_, None) => address.kind != ObjectKind::Sequence,
    }
}

/// Ownerships go with their sequence, sequences with their column, and columns before what else is in a table.
fn drop_rank(unit: &Unit) -> u8 {
    match unit {
        Unit::Ownership(_) => 0,
        Unit::Object(address) if address.kind == ObjectKind::Sequence => 1,
        Unit::Object(address) if address.kind == ObjectKind::Column => 2,
        Unit::Object(_)
        | Unit::Default(_)
        | Unit::ReplicaIdentity(_)
        | Unit::Cluster(_)
        | Unit::Parentage(_)
        | Unit::Privileges(_)
        | Unit::SecurityLabels(_) => 3,
    }
}

fn create_rank(unit: &Unit) -> u8 {
    match unit {
        Unit::Object(address) if matches!(address.kind, ObjectKind::Column | ObjectKind::Attribute) => 0,
        Unit::Default(_) => 1,
        Unit::Object(_)
        | Unit::Ownership(_)
        | Unit::ReplicaIdentity(_)
        | Unit::Cluster(_)
        | Unit::Parentage(_)
        | Unit::Privileges(_)
        | Unit::SecurityLabels(_) => 2,
    }
}

/// What takes the unit along when it is dropped, the widest first.
fn drop_hosts(sides: &Sides, unit: &Unit) -> Vec<Unit> {
    let current = &sides.current;
    let object = |address: &ObjectAddress| Unit::Object(address.clone());
    match unit {
        Unit::Default(address) => {
            std::iter::once(object(address)).chain(current.relation(address).map(Unit::Object)).collect()
        }
        Unit::Ownership(address) => vec![object(address)],
        Unit::ReplicaIdentity(table) | Unit::Parentage(table) => vec![object(table)],
        Unit::Privileges(address) | Unit::SecurityLabels(address) => {
            current.carrier(address).map(Unit::Object).into_iter().collect()
        }
        Unit::Cluster(owner) => {
            let index = current.clustered(owner).map(Unit::Object);
            std::iter::once(object(owner)).chain(index).collect()
        }
        Unit::Object(address) => match address.kind {
            ObjectKind::Sequence => address
                .qualified_name()
                .and_then(|name| current.catalog.sequences.get(&name)?.owned_by.clone())
                .map(|(table, column)| Unit::Object(ObjectAddress::part(ObjectKind::Column, &table, column)))
                .into_iter()
                .collect(),
            ObjectKind::Column
            | ObjectKind::DomainConstraint
            | ObjectKind::Attribute
            | ObjectKind::Trigger
            | ObjectKind::Defined(_) => current.owner(address).map(Unit::Object).into_iter().collect(),
            ObjectKind::Constraint | ObjectKind::Index => {
                let columns = current
                    .needs_of(unit)
                    .filter(|need| need.address().kind == ObjectKind::Column)
                    .filter(|need| goes_with_column(sides, address, need.address()))
                    .cloned();
                current.owner(address).map(Unit::Object).into_iter().chain(columns).collect()
            }
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::Domain
            | ObjectKind::Composite
            | ObjectKind::Range
            | ObjectKind::Table
            | ObjectKind::Routine
            | ObjectKind::View
            | ObjectKind::MaterializedView => Vec::new(),
        },
    }
}

/// What creates the unit along with itself.
fn create_host(desired: &Side, options: &PlanOptions, fates: &Fates, unit: &Unit) -> Option<Unit> {
    match unit {
        // Rows that are there get their value from the backfill, not from the default.
        Unit::Default(address) => {
            let owner_is_new = desired
                .owner(address)
                .is_some_and(|owner| fates.get(&Unit::Object(owner)) == Some(crate::plan::fate::Fate::Create));
            let stands_alone = !desired.lineage.follows(address);
            let is_filled = !owner_is_new && options.backfill.contains_key(address);
            (stands_alone && !is_filled).then(|| Unit::Object(address.clone()))
        }
        Unit::Ownership(_)
        | Unit::ReplicaIdentity(_)
        | Unit::Cluster(_)
        | Unit::Privileges(_)
        | Unit::SecurityLabels(_) => None,
        Unit::Parentage(address) => {
            let name = address.qualified_name()?;
            descent::is_inline(desired, &name).then(|| Unit::Object(address.clone()))
        }
        Unit::Object(address) => match address.kind {
            ObjectKind::Column | ObjectKind::Attribute => desired.owner(address).map(Unit::Object),
            ObjectKind::Constraint => {
                let constraint = desired.constraint(address)?;
                // CREATE TABLE takes no NOT VALID, and two tables may refer to each other.
                let is_inline = constraint.validated
                    && constraint.parent.is_none()
                    && constraint.kind != ConstraintKind::ForeignKey
                    && !repeats_a_key(desired, address);
                desired.owner(address).filter(|_| is_inline).map(Unit::Object)
            }
            ObjectKind::DomainConstraint => {
                let domain = desired.catalog.domains.get(&address.qualified_name()?)?;
                let is_inline = domain.constraints.get(address.part.as_ref()?)?.validated;
                desired.owner(address).filter(|_| is_inline).map(Unit::Object)
            }
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::Domain
            | ObjectKind::Composite
            | ObjectKind::Range
            | ObjectKind::Sequence
            | ObjectKind::Table
            | ObjectKind::Index
            | ObjectKind::Routine
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Trigger
            | ObjectKind::Defined(_) => None,
        },
    }
}

/// CREATE TABLE makes one key of two on the same columns.
fn repeats_a_key(desired: &Side, address: &ObjectAddress) -> bool {
    let (Some(table), Some(constraint)) = (desired.table(address), desired.constraint(address)) else { return false };
    constraint.kind.has_index()
        && table.constraints.iter().any(|(name, other)| {
            other.kind.has_index()
                && other.columns == constraint.columns
                && (other.kind, Some(name)) < (constraint.kind, address.part.as_ref())
        })
}
