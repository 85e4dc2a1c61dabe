//! When the attributes of composite types change, next to the columns whose values become rows of them, or were.
//!
//! A row is taken apart and put together by its attributes: those of the type that it comes from are all still there then,
//! and those of the type that it goes to are what they should be. No `pg_depend` says so: a column stands on its type.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, DataType, ObjectAddress, ObjectKind};
use crate::name::QualifiedName;
use crate::plan::fate::{Fates, Sides};
use crate::plan::graph::{Graph, Group, NodeId, Operation};
use crate::plan::unit::Unit;

/// Orders what changes attributes by the conversions of columns. A new column comes when all is done: as long as it holds a
/// type, PostgreSQL changes no attribute of that.
pub(crate) fn order(sides: &Sides, fates: &Fates, graph: &mut Graph) {
    let mut preferences: Vec<(NodeId, NodeId)> = Vec::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        let (address, is_converted) = (node.unit.address(), node.operation == Operation::Alter(Group::Type));
        let is_column = address.kind == ObjectKind::Column && matches!(node.unit, Unit::Object(_));
        if !is_column || !is_converted && node.operation != Operation::Create {
            continue;
        }
        if let Some(desired) = sides.desired.column(address) {
            let new = composites(&desired.data_type, sides.desired.catalog);
            preferences.extend(changes(sides, fates, graph, &new).into_iter().map(|change| (change, id)));
        }
        if let Some(current) = sides.current.column(address).filter(|_| is_converted) {
            let old = composites(&current.data_type, sides.current.catalog);
            preferences.extend(changes(sides, fates, graph, &old).into_iter().map(|change| (id, change)));
        }
    }
    for (earlier, later) in preferences {
        graph.prefer(earlier, later);
    }
}

/// The composite types that the values of a type are made of.
fn composites<'a>(data_type: &'a DataType, catalog: &'a Catalog) -> BTreeSet<&'a QualifiedName> {
    let (mut found, mut pending) = (BTreeSet::new(), vec![&data_type.name]);
    while let Some(name) = pending.pop() {
        if let Some((name, composite)) = catalog.composites.get_key_value(name) {
            if found.insert(name) {
                pending.extend(composite.attributes.iter().map(|attribute| &attribute.data_type.name));
            }
        } else if let Some(domain) = catalog.domains.get(name) {
            pending.push(&domain.data_type.name);
        } else {
            let range = catalog.ranges.iter().find(|(range, it)| *range == name || it.multirange == *name);
            pending.extend(range.map(|(_, range)| &range.subtype.name));
        }
    }
    found
}

/// The nodes that change the attributes of types that stay.
fn changes(sides: &Sides, fates: &Fates, graph: &Graph, types: &BTreeSet<&QualifiedName>) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    for name in types {
        let type_ = Unit::Object(ObjectAddress::object(ObjectKind::Composite, name));
        let stays = sides.current.has(&type_) && sides.desired.has(&type_) && !fates.is_gone(&type_);
        let both = [sides.current.catalog, sides.desired.catalog].map(|catalog| catalog.composites.get(*name));
        let attributes = both.into_iter().flatten().filter(|_| stays).flat_map(|composite| &composite.attributes);
        let attributes: BTreeSet<_> = attributes.map(|attribute| &attribute.name).collect();
        for attribute in attributes {
            let unit = Unit::Object(ObjectAddress::part(ObjectKind::Attribute, name, attribute.clone()));
            let operations = [Operation::Drop, Operation::Create, Operation::Alter(Group::Type)];
            nodes.extend(operations.into_iter().filter_map(|operation| graph.find(&unit, operation)));
        }
    }
    nodes
}
