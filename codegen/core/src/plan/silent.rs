//! What the server records no dependency for, between objects that their definition tells all about.
//!
//! A view is read with the casts and operator classes that there are, an exclusion constraint looks its operator up in
//! its family, an operator resets the links of those that named it: none of that stands in `pg_depend`.

use crate::catalog::{DefinedKind, ObjectKind};
use crate::plan::graph::{Graph, Node, NodeId, Operation};

/// What goes makes room first, then what others use silently is there before them, and goes after them, where nothing
/// speaks against it.
pub(crate) fn order(graph: &mut Graph) {
    let preferences: Vec<(NodeId, NodeId)> =
        [watched(graph), make_room(graph), linked(graph), before(graph), after(graph)].concat();
    for (earlier, later) in preferences {
        graph.prefer(earlier, later);
    }
}

/// An event trigger sees, and may forbid, what is done while it is there: it goes first and comes last.
fn watched(graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let is_watcher = |node: &Node| node.unit.address().kind == ObjectKind::Defined(DefinedKind::EventTrigger);
    let watchers = nodes(graph, is_watcher);
    let others = nodes(graph, |node| !is_watcher(node));
    let mut pairs = Vec::new();
    for watcher in watchers {
        let goes = graph.nodes[watcher].operation == Operation::Drop;
        pairs.extend(others.iter().map(|other| if goes { (watcher, *other) } else { (*other, watcher) }));
    }
    pairs
}

/// A type has one default operator class, a family one operator of each number, an operator one commutator.
fn make_room(graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let going = nodes(graph, |node| node.operation == Operation::Drop && group(node).is_some());
    let coming = nodes(graph, |node| node.operation != Operation::Drop && group(node).is_some());
    let same = |a: NodeId, b: NodeId| group(&graph.nodes[a]) == group(&graph.nodes[b]);
    let pairs = going.iter().flat_map(|drop| coming.iter().map(move |other| (*drop, *other)));
    pairs.filter(|(drop, other)| same(*drop, *other)).collect()
}

/// `ALTER` names a commutator or negator that is there; `CREATE` may name one that comes.
fn linked(graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let is_operator = |node: &Node| group(node) == Some(DefinedKind::Operator);
    let coming = nodes(graph, |node| node.operation == Operation::Create && is_operator(node));
    let altered = nodes(graph, |node| matches!(node.operation, Operation::Alter(_)) && is_operator(node));
    coming.iter().flat_map(|create| altered.iter().map(move |alter| (*create, *alter))).collect()
}

fn group(node: &Node) -> Option<DefinedKind> {
    let ObjectKind::Defined(kind) = node.unit.address().kind else { return None };
    let is_in_family = matches!(kind, DefinedKind::OperatorClass | DefinedKind::OperatorFamilyMember);
    if is_in_family { Some(DefinedKind::OperatorFamily) } else { (kind == DefinedKind::Operator).then_some(kind) }
}

fn before(graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let silent = nodes(graph, |node| is_silent(node) && node.operation == Operation::Create);
    let others = nodes(graph, |node| {
        node.unit.address().kind.holds_expressions()
            && matches!(node.operation, Operation::Create | Operation::Alter(_))
    });
    silent.iter().flat_map(|silent| others.iter().map(move |other| (*silent, *other))).collect()
}

fn after(graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let silent = nodes(graph, |node| is_silent(node) && node.operation == Operation::Drop);
    let others = nodes(graph, |node| {
        node.unit.address().kind.holds_expressions() && matches!(node.operation, Operation::Drop | Operation::Alter(_))
    });
    silent.iter().flat_map(|silent| others.iter().map(move |other| (*other, *silent))).collect()
}

fn nodes(graph: &Graph, wanted: impl Fn(&Node) -> bool) -> Vec<NodeId> {
    graph.nodes.iter().enumerate().filter(|(_, node)| wanted(node)).map(|(id, _)| id).collect()
}

fn is_silent(node: &Node) -> bool {
    matches!(node.unit.address().kind, ObjectKind::Defined(kind) if kind.info().is_silent)
}
