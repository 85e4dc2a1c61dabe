//! What a text that PostgreSQL records no dependencies for seems to need: the names among its words.
//!
//! The body of a routine, the value of a backfill and the conversion of a column are only read when they run. Words
//! are enough to put what they name before them where nothing speaks against it.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{ObjectAddress, ObjectKind};
use crate::emit::sql::routine_signature;
use crate::plan::PlanOptions;
use crate::plan::fate::Sides;
use crate::plan::graph::{Graph, Group, Node, NodeId, Operation};
use crate::plan::unit::Unit;

/// Orders nodes by the texts that mention them.
pub(crate) fn order(sides: &Sides, options: &PlanOptions, graph: &mut Graph) {
    for (id, earlier, later) in mentions(sides, options, graph) {
        for other in earlier {
            graph.prefer(other, id);
        }
        for other in later {
            graph.prefer(id, other);
        }
    }
}

/// The routines of which the text names something that is only made after them, in an order of hosts.
pub(crate) fn ahead_of_their_bodies(
    sides: &Sides,
    options: &PlanOptions,
    graph: &Graph,
    sorted: &[NodeId],
) -> BTreeSet<NodeId> {
    let places: BTreeMap<NodeId, usize> = sorted.iter().enumerate().map(|(place, host)| (*host, place)).collect();
    let place = |id: NodeId| places.get(&graph.host(id)).copied().unwrap_or(0);
    mentions(sides, options, graph)
        .into_iter()
        .filter(|(id, earlier, _)| {
            graph.nodes[*id].unit.address().kind == ObjectKind::Routine
                && earlier.iter().any(|other| place(*other) > place(*id))
        })
        .map(|(id, _, _)| graph.host(id))
        .collect()
}

/// For each node with such a text: the nodes that make what it names, and those that drop it.
fn mentions(sides: &Sides, options: &PlanOptions, graph: &Graph) -> Vec<(NodeId, Vec<NodeId>, Vec<NodeId>)> {
    let mut by_name: BTreeMap<&str, Vec<NodeId>> = BTreeMap::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        let address = node.unit.address();
        if matches!(node.unit, Unit::Privileges(_) | Unit::SecurityLabels(_)) {
            continue;
        }
        let name = address.part.as_ref().filter(|_| address.kind == ObjectKind::Column).unwrap_or(&address.name);
        by_name.entry(name.as_str()).or_default().push(id);
    }
    let mut found = Vec::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        let Some(text) = text_of(sides, options, node) else { continue };
        let words = words(&text);
        let named = words.iter().filter_map(|word| by_name.get(word.as_str())).flatten();
        let (mut earlier, mut later) = (Vec::new(), Vec::new());
        for other in named.filter(|other| graph.host(**other) != graph.host(id)) {
            let candidate = &graph.nodes[*other];
            if !is_named(candidate.unit.address(), node.unit.address(), &words) {
                continue;
            }
            match candidate.operation {
                Operation::Create | Operation::Alter(Group::Definition | Group::Type) => earlier.push(*other),
                Operation::Drop => later.push(*other),
                Operation::Aside | Operation::Alter(_) => {}
            }
        }
        found.push((id, earlier, later));
    }
    found
}

fn text_of(sides: &Sides, options: &PlanOptions, node: &Node) -> Option<String> {
    let Unit::Object(address) = &node.unit else { return None };
    let writes = matches!(node.operation, Operation::Create | Operation::Alter(Group::Definition | Group::NotNull));
    if address.kind == ObjectKind::Routine && writes {
        let routine = sides.desired.catalog.routines.get(&routine_signature(address));
        routine.map(|routine| routine.definition.clone())
    } else if address.kind == ObjectKind::Column && writes {
        options.backfill.get(address).cloned()
    } else if address.kind == ObjectKind::Column && node.operation == Operation::Alter(Group::Type) {
        options.using.get(address).cloned()
    } else {
        None
    }
}

/// A column is named with its table, unless the text is about a column of the same one.
fn is_named(address: &ObjectAddress, reader: &ObjectAddress, words: &BTreeSet<String>) -> bool {
    match address.kind {
        ObjectKind::Column => {
            let is_neighbour = reader.kind == ObjectKind::Column && reader.qualified_name() == address.qualified_name();
            is_neighbour && reader.part != address.part || words.contains(address.name.as_str())
        }
        ObjectKind::Enum
        | ObjectKind::Domain
        | ObjectKind::Composite
        | ObjectKind::Range
        | ObjectKind::Sequence
        | ObjectKind::Table
        | ObjectKind::Routine
        | ObjectKind::View
        | ObjectKind::MaterializedView => true,
        ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::DomainConstraint
        | ObjectKind::Attribute
        | ObjectKind::Constraint
        | ObjectKind::Index
        | ObjectKind::Trigger
        | ObjectKind::Defined(_) => false,
    }
}

fn words(text: &str) -> BTreeSet<String> {
    // A dollar can be part of a name, but mostly it is part of a quote.
    let is_part = |next: char| next.is_alphanumeric() || next == '_';
    let bare = text.split(|next| !is_part(next)).filter(|word| !word.is_empty()).map(str::to_lowercase);
    let quoted = text.split('"').skip(1).step_by(2).map(str::to_owned);
    bare.chain(quoted).collect()
}
