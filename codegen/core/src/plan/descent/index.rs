//! The order of the indexes and keys of partitions: which are made by the server because of one above, and which it would
//! take for one of those.

use super::{Parts, is_follower};
use crate::catalog::{ConstraintKind, Index, ObjectAddress, ObjectKind, Table};
use crate::lineage::Place;
use crate::name::{Identifier, QualifiedName};
use crate::plan::fate::Sides;
use crate::plan::graph::{Graph, NodeId, Operation};
use crate::plan::unit::Unit;

/// What goes before what, where nothing else says otherwise.
pub(super) fn preferred(sides: &Sides, parts: &Parts, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    [apart(sides, parts, graph), named(sides, parts, graph), one_key(sides, graph), given_up(sides, graph)].concat()
}

/// The indexes that are a table's own, or were until the plan, and look like one above it, with that: PostgreSQL makes the
/// first that looks so the partition's part of the one above, when the table joins or when that one is built.
pub(crate) fn lookalikes(sides: &Sides, name: &QualifiedName) -> Vec<(ObjectAddress, ObjectAddress)> {
    let (current, desired) = (&sides.current, &sides.desired);
    let Some(table) = desired.catalog.tables.get(name).filter(|table| table.partition_of.is_some()) else {
        return Vec::new();
    };
    let shape = |index: &Index| (index.unique, index.body().to_owned());
    let address =
        |table: &QualifiedName, index: &Identifier| ObjectAddress::part(ObjectKind::Index, table, index.clone());
    let above = desired.lineage.ancestors(table).into_iter();
    let above = above.filter_map(|upper| Some((upper, desired.catalog.tables.get(upper)?)));
    let above = above.flat_map(|(upper, body)| body.indexes.iter().map(move |(part, index)| (upper, part, index)));
    let above: Vec<_> = above.map(|(upper, part, index)| (address(upper, part), shape(index))).collect();
    let gone = current.catalog.tables.get(name).into_iter().flat_map(|before| &before.indexes);
    let gone = gone.filter(|(part, _)| !table.indexes.contains_key(*part));
    let own = table.indexes.iter().chain(gone).filter(|(_, index)| index.parent.is_none());
    own.flat_map(|(part, index)| {
        let like = above.iter().filter(move |(_, other)| *other == shape(index));
        like.map(move |(upper, _)| (address(name, part), upper.clone()))
    })
    .collect()
}

/// An index that looks like one above it is away while that one looks for its parts.
pub(super) fn twins(sides: &Sides, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let mut edges = Vec::new();
    for name in sides.desired.catalog.tables.keys() {
        let joins = Unit::Parentage(ObjectAddress::object(ObjectKind::Table, name));
        for (own, upper) in lookalikes(sides, name) {
            let own = Unit::Object(own);
            let looks = [graph.find(&joins, Operation::Create), graph.find(&Unit::Object(upper), Operation::Create)];
            for looks in looks.into_iter().flatten() {
                edges.extend(graph.find(&own, Operation::Drop).map(|drop| (drop, looks)));
                edges.extend(graph.find(&own, Operation::Create).map(|create| (looks, create)));
            }
        }
    }
    edges
}

/// An index of a partition's own comes before those above it, which give their parts names that nothing has.
fn named(sides: &Sides, parts: &Parts, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let made = |name: &QualifiedName| {
        let is_index = |id: &NodeId| {
            let node = &graph.nodes[*id];
            let is_object = matches!(&node.unit, Unit::Object(it) if it.kind == ObjectKind::Index);
            is_object && node.operation == Operation::Create
        };
        parts.nodes(name).iter().copied().filter(is_index).collect::<Vec<NodeId>>()
    };
    let mut edges = Vec::new();
    for (name, table) in sides.desired.catalog.tables.iter().filter(|(_, table)| table.partition_of.is_some()) {
        let own: Vec<NodeId> =
            made(name).into_iter().filter(|id| !is_follower(table, graph.nodes[*id].unit.address())).collect();
        if own.is_empty() {
            continue;
        }
        let above = sides.desired.lineage.ancestors(table).into_iter().flat_map(made);
        edges.extend(above.flat_map(|upper| own.iter().map(move |own| (*own, upper))));
    }
    edges
}

/// An index that was part of one above becomes the table's own when all those above are gone that it may be a part of:
/// which one that is nobody can choose.
fn given_up(sides: &Sides, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let lineage = sides.current.lineage;
    let mut edges = Vec::new();
    for (_, own) in lineage.hidden.keys().filter(|(place, _)| *place == Place::Current) {
        let Some(created) = graph.find(&Unit::Object(own.clone()), Operation::Create) else { continue };
        let table = sides.desired.table(own);
        let Some(wanted) = sides.desired.index(own).map(Index::body) else { continue };
        for above in table.into_iter().flat_map(|table| lineage.ancestors(table)) {
            let indexes = sides.current.catalog.tables.get(above).into_iter().flat_map(|body| &body.indexes);
            for (part, _) in indexes.filter(|(_, index)| index.body() == wanted) {
                let upper = Unit::Object(ObjectAddress::part(ObjectKind::Index, above, part.clone()));
                edges.extend(graph.find(&upper, Operation::Drop).map(|gone| (gone, created)));
            }
        }
    }
    edges
}

/// A partition has one primary key: its own goes before that of a table above it comes.
fn one_key(sides: &Sides, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let node = |table: &QualifiedName, body: &Table, operation: Operation| {
        let key = body.constraints.iter().find(|(_, key)| key.kind == ConstraintKind::PrimaryKey)?.0;
        let address = ObjectAddress::part(ObjectKind::Constraint, table, key.clone());
        graph.find(&Unit::Object(address), operation)
    };
    let mut edges = Vec::new();
    for (name, table) in sides.desired.catalog.tables.iter().filter(|(_, table)| table.partition_of.is_some()) {
        let before = sides.current.catalog.tables.get(name);
        let Some(goes) = before.and_then(|before| node(name, before, Operation::Drop)) else { continue };
        for above in sides.desired.lineage.ancestors(table) {
            let comes = sides.desired.catalog.tables.get(above).and_then(|body| node(above, body, Operation::Create));
            edges.extend(comes.map(|comes| (goes, comes)));
        }
    }
    edges
}

/// A key or index of a table's own comes when the parents that have one on the same columns have got theirs: they would
/// take it over.
fn apart(sides: &Sides, parts: &Parts, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let catalog = sides.desired.catalog;
    let mut edges = Vec::new();
    for (name, table) in catalog.tables.iter().filter(|(_, table)| table.partition_of.is_some()) {
        let joins = graph.find(&Unit::Parentage(ObjectAddress::object(ObjectKind::Table, name)), Operation::Create);
        let above = sides.desired.lineage.ancestors(table);
        for (own, columns) in keys_made(parts, graph, name, table)
            .filter(|(own, _)| !is_follower(table, graph.nodes[*own].unit.address()))
        {
            for parent in &above {
                let Some(body) = catalog.tables.get(*parent) else { continue };
                let parts_above = body.constraints.keys().chain(body.indexes.keys());
                if parts_above.into_iter().any(|part| key_columns(body, part).as_ref() == Some(&columns)) {
                    edges.extend(joins.map(|joins| (joins, own)));
                }
                let made = keys_made(parts, graph, parent, body).filter(|(_, other)| *other == columns);
                edges.extend(made.map(|(other, _)| (other, own)));
            }
        }
    }
    edges
}

/// The nodes that make keys and indexes of a table, with their columns.
fn keys_made<'a>(
    parts: &'a Parts,
    graph: &'a Graph,
    name: &QualifiedName,
    table: &'a Table,
) -> impl Iterator<Item = (NodeId, Vec<&'a Identifier>)> {
    parts.nodes(name).iter().filter_map(|id| {
        let node = &graph.nodes[*id];
        let part = node.unit.address().part.as_ref()?;
        let is_made = matches!(&node.unit, Unit::Object(_)) && node.operation == Operation::Create;
        key_columns(table, part).filter(|_| is_made).map(|columns| (*id, columns))
    })
}

/// The columns of a key or index, unless it reads expressions.
pub(crate) fn key_columns<'a>(table: &'a Table, part: &Identifier) -> Option<Vec<&'a Identifier>> {
    match table.constraints.get(part) {
        Some(constraint) => constraint.kind.has_index().then(|| constraint.columns.iter().collect()),
        None => table.indexes.get(part)?.keys.iter().map(|key| key.column.as_ref()).collect(),
    }
}
