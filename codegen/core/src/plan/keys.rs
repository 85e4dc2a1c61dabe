//! Which key of the other table a foreign key stands on: PostgreSQL takes the first that it finds.

use std::collections::BTreeMap;

use crate::catalog::{ObjectAddress, ObjectKind};
use crate::name::{Identifier, QualifiedName};
use crate::plan::descent::key_columns;
use crate::plan::fate::Sides;
use crate::plan::graph::{Graph, NodeId, Operation};
use crate::plan::unit::{Side, Unit};

/// Keys that go are gone before a foreign key comes, and those beside the one that it stands on come after it.
pub(crate) fn order(sides: &Sides, graph: &mut Graph) {
    let going = keys(&sides.current, graph, Operation::Drop);
    let coming = keys(&sides.desired, graph, Operation::Create);
    let (mut edges, mut preferences) = (Vec::new(), Vec::new());
    for (id, node) in graph.nodes.iter().enumerate() {
        let address = node.unit.address();
        let is_made = node.operation == Operation::Create && address.kind == ObjectKind::Constraint;
        let constraint = sides.desired.constraint(address).filter(|_| is_made);
        let Some(reference) = constraint.and_then(|constraint| constraint.references.as_ref()) else { continue };
        let of = |keys: &BTreeMap<QualifiedName, Vec<NodeId>>| keys.get(&reference.table).cloned().unwrap_or_default();
        edges.extend(of(&going).into_iter().map(|key| (key, id)));
        let stands_on = |key: &Unit| sides.desired.needs_of(&node.unit).any(|needed| needed == key);
        let columns = sorted(reference.columns.iter());
        let (own, others): (Vec<NodeId>, Vec<NodeId>) = of(&coming)
            .into_iter()
            .filter(|key| columns_of(&sides.desired, graph.nodes[*key].unit.address()).as_ref() == Some(&columns))
            .partition(|key| stands_on(&graph.nodes[*key].unit));
        preferences.extend(others.into_iter().filter(|_| own.len() == 1).map(|other| (id, other)));
    }
    edges.into_iter().for_each(|(earlier, later)| graph.order(earlier, later));
    preferences.into_iter().for_each(|(earlier, later)| graph.prefer(earlier, later));
}

/// The nodes of keys by their table.
fn keys(side: &Side, graph: &Graph, operation: Operation) -> BTreeMap<QualifiedName, Vec<NodeId>> {
    let mut keys: BTreeMap<QualifiedName, Vec<NodeId>> = BTreeMap::new();
    for (id, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.operation == operation) {
        let address = node.unit.address();
        let table = address.qualified_name().filter(|_| matches!(node.unit, Unit::Object(_)) && side.is_key(address));
        if let Some(table) = table {
            keys.entry(table).or_default().push(id);
        }
    }
    keys
}

/// The columns of a key in any order; none where it is on expressions or on some rows only.
fn columns_of<'a>(side: &Side<'a>, key: &ObjectAddress) -> Option<Vec<&'a Identifier>> {
    let is_whole = side.index(key).is_none_or(|index| !index.partial);
    let columns = key_columns(side.table(key)?, key.part.as_ref()?).filter(|_| is_whole)?;
    Some(sorted(columns.into_iter()))
}

fn sorted<'a>(columns: impl Iterator<Item = &'a Identifier>) -> Vec<&'a Identifier> {
    let mut columns: Vec<_> = columns.collect();
    columns.sort();
    columns
}
