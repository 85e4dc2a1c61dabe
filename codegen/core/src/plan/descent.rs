//! How tables join and leave their parents, and in which order.
//!
//! A table leaves its parents before anything else happens to it or to them, and joins them when both are what they
//! should be: what happens in between is done to each by itself. A new table is made below its parents in one statement
//! where that leads to the columns, defaults and names that it should have; otherwise alone, and joins them afterwards.

mod index;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use index::{key_columns, lookalikes};

use crate::catalog::{Catalog, Column, Constraint, ConstraintKind, ObjectAddress, ObjectKind, Table};
use crate::emit::sql::column::{self, Inline};
use crate::lineage::{Place, find, parents};
use crate::name::{Identifier, QualifiedName};
use crate::plan::fate::{Fate, Fates, Sides};
use crate::plan::graph::{Graph, Group, NodeId, Operation};
use crate::plan::unit::{Side, Unit};

/// Whether `CREATE TABLE` can say what the new table is a part of.
pub(crate) fn is_inline(side: &Side, name: &QualifiedName) -> bool {
    let Some(table) = side.catalog.tables.get(name).filter(|table| table.of_type.is_none()) else { return false };
    // An index or key that follows a parent's under a name of its own has to be there before that is found.
    let has_chosen_names = table.indexes.values().any(|index| index.parent.is_some())
        || table.constraints.values().any(|constraint| constraint.parent.is_some());
    let mut expected: Vec<&Identifier> = Vec::new();
    for parent in parents(table) {
        let Some(parent) = side.catalog.tables.get(parent) else { return false };
        for column in &parent.columns {
            if !expected.contains(&&column.name) {
                expected.push(&column.name);
            }
        }
    }
    let count = expected.len();
    let begins_with_them = table.columns.iter().map(|column| &column.name).take(count).eq(expected);
    // Before 16 a statement that says an expression cannot say parents that have one.
    let generates_anew = table.columns.iter().any(|column| {
        let leader = leader(side.catalog, table, column).and_then(|leader| leader.generated.as_ref());
        leader.is_some() && (column.local && table.partition_of.is_none() || leader != column.generated.as_ref())
    });
    !has_chosen_names
        && !generates_anew
        && !parents_disagree(side.catalog, table)
        && begins_with_them
        && (table.partition_of.is_none() || table.columns.len() == count)
}

/// Whether parents have other defaults for the same column: `CREATE TABLE` does not choose.
fn parents_disagree(catalog: &Catalog, table: &Table) -> bool {
    table.columns.iter().any(|column| {
        let columns = parents(table).into_iter().filter_map(|parent| find(catalog, parent, &column.name));
        let mut defaults = columns.filter_map(|column| column.default.as_ref());
        defaults.next().is_some_and(|first| defaults.any(|other| other != first))
    })
}

/// The columns of a new table below its parents, as far as they are not taken over as they are.
pub(crate) fn inherited_columns(
    side: &Side,
    name: &QualifiedName,
    table: &Table,
    inline: impl Fn(&Identifier) -> Option<Inline>,
) -> Vec<String> {
    let mut items = Vec::new();
    for column in &table.columns {
        let Some(inline) = inline(&column.name) else { continue };
        match leader(side.catalog, table, column) {
            None => items.push(column::definition(name, column, inline)),
            Some(_) if table.partition_of.is_none() && column.local => {
                items.push(column::definition(name, column, inline));
            }
            Some(leader) if table.partition_of.is_some() => items.extend(overridden(leader, column, inline)),
            Some(_) => {}
        }
    }
    items
}

/// What follows a table that was made below its parents: the defaults and so on that it should have instead of theirs.
pub(crate) fn corrections(side: &Side, name: &QualifiedName, table: &Table) -> Vec<String> {
    let mut statements = Vec::new();
    for column in table.columns.iter().filter(|column| column.generated.is_none()) {
        let Some(leader) = leader(side.catalog, table, column) else { continue };
        let mut alter = |what: String| statements.push(column::alter(&format!("ONLY {name}"), &column.name, &what));
        let says_itself = table.partition_of.is_some() || column.local;
        match (&column.default, &leader.default) {
            (None, Some(_)) => alter("DROP DEFAULT".to_owned()),
            (Some(default), above) if !says_itself && above.as_ref() != Some(default) => {
                alter(format!("SET DEFAULT {default}"));
            }
            (Some(_) | None, _) => {}
        }
        if column.not_null && !leader.not_null && !says_itself {
            alter("SET NOT NULL".to_owned());
        }
    }
    statements
}

/// The parents' column that a new table takes over.
pub(crate) fn leader<'a>(catalog: &'a Catalog, table: &Table, column: &Column) -> Option<&'a Column> {
    parents(table).into_iter().find_map(|parent| find(catalog, parent, &column.name))
}

/// `name WITH OPTIONS …` of a partition's column that is not what its table's is.
fn overridden(leader: &Column, column: &Column, inline: Inline) -> Option<String> {
    let mut clauses = String::new();
    let default = column.default.as_ref().filter(|default| leader.default.as_ref() != Some(default));
    if let Some(default) = default.filter(|_| inline.default) {
        clauses.push_str(&format!(" DEFAULT {default}"));
    }
    if column.generated != leader.generated {
        clauses.extend(column.generated.as_ref().map(column::generated_clause));
    }
    if column.not_null && !leader.not_null && inline.not_null {
        clauses.push_str(" NOT NULL");
    }
    (!clauses.is_empty()).then(|| format!("{} WITH OPTIONS{clauses}", column.name))
}

/// The checks that a table has to have before it can join its parents: theirs, and those of the tables above them.
pub(crate) fn wanted_checks<'a>(catalog: &'a Catalog, table: &Table) -> BTreeMap<&'a Identifier, &'a Constraint> {
    let mut checks = BTreeMap::new();
    let mut pending: Vec<&QualifiedName> = parents(table);
    let mut seen: BTreeSet<&QualifiedName> = BTreeSet::new();
    while let Some(parent) = pending.pop() {
        let Some(body) = catalog.tables.get(parent).filter(|_| seen.insert(parent)) else { continue };
        let passed_on = body.constraints.iter().filter(|(_, constraint)| {
            constraint.kind == ConstraintKind::Check && !constraint.definition.ends_with(" NO INHERIT")
        });
        checks.extend(passed_on.filter(|(name, _)| !table.constraints.contains_key(*name)));
        pending.extend(parents(body));
    }
    checks
}

/// The foreign keys that refer to a table above a partition: the partition cannot be dropped as long as it is one, and
/// not be detached as long as they refer to rows of it.
#[derive(Debug, Default)]
pub(crate) struct ForeignKeysThrough {
    /// Those that stay: the partition has to be detached.
    pub(crate) staying: Vec<ObjectAddress>,
    /// Those that go, be it to come again.
    pub(crate) going: Vec<ObjectAddress>,
    /// Those of them that stand on the partition or on a table above it, and go after it has left.
    pub(crate) within: Vec<ObjectAddress>,
}

/// The foreign keys of the current side by the table that they refer to.
pub(crate) fn references<'a>(sides: &Sides<'a>) -> References<'a> {
    let mut references = References::new();
    for (name, table) in &sides.current.catalog.tables {
        for (part, constraint) in &table.constraints {
            if let Some(reference) = &constraint.references {
                let address = ObjectAddress::part(ObjectKind::Constraint, name, part.clone());
                references.entry(&reference.table).or_default().push(address);
            }
        }
    }
    references
}

pub(crate) type References<'a> = BTreeMap<&'a QualifiedName, Vec<ObjectAddress>>;

pub(crate) fn foreign_keys_through(
    sides: &Sides,
    fates: &Fates,
    references: &References,
    partition: &ObjectAddress,
) -> ForeignKeysThrough {
    let mut found = ForeignKeysThrough::default();
    let Some(table) = sides.current.table(partition).filter(|table| table.partition_of.is_some()) else { return found };
    let above = sides.current.lineage.ancestors(table);
    let taken_along = taken_along(sides, partition);
    let is_within =
        |owner: &QualifiedName| above.contains(&owner) || partition.qualified_name().as_ref() == Some(owner);
    for key in above.iter().filter_map(|table| references.get(*table)).flatten() {
        let goes = fates.is_gone(&Unit::Object(key.clone()));
        if goes { &mut found.going } else { &mut found.staying }.push(key.clone());
        if goes && key.qualified_name().as_ref().is_some_and(is_within) && !taken_along.contains(key) {
            found.within.push(key.clone());
        }
    }
    found
}

fn referring(sides: &Sides, fates: &Fates, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let mut edges = Vec::new();
    let references = references(sides);
    for (id, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.operation == Operation::Drop) {
        let (address, leaves) = match &node.unit {
            Unit::Parentage(address) => (address, true),
            Unit::Object(address) if address.kind == ObjectKind::Table => (address, false),
            Unit::Object(_)
            | Unit::Default(_)
            | Unit::Ownership(_)
            | Unit::ReplicaIdentity(_)
            | Unit::Cluster(_)
            | Unit::Privileges(_)
            | Unit::SecurityLabels(_) => continue,
        };
        let ForeignKeysThrough { staying: _, mut going, within } =
            foreign_keys_through(sides, fates, &references, address);
        going.retain(|key| !leaves || !within.contains(key));
        for key in going.into_iter().map(Unit::Object) {
            let drop = graph.find(&key, Operation::Drop);
            edges.extend(drop.map(|drop| (drop, id)));
            edges.extend(graph.find(&key, Operation::Create).map(|create| (id, create)));
        }
    }
    edges
}

/// Puts the joining and leaving of parents into the order of the rest.
pub(crate) fn order(sides: &Sides, fates: &Fates, graph: &mut Graph) {
    let parts = Parts::of(graph);
    let mut edges: Vec<(NodeId, NodeId)> = from_above(sides, graph);
    let earlier: BTreeSet<(NodeId, NodeId)> = edges.iter().copied().collect();
    for (place, side) in [(Operation::Drop, &sides.current), (Operation::Create, &sides.desired)] {
        for (name, table) in side.catalog.tables.iter().filter(|(_, table)| !parents(table).is_empty()) {
            let address = ObjectAddress::object(ObjectKind::Table, name);
            let Some(node) = graph.find(&Unit::Parentage(address.clone()), place) else { continue };
            let above = side.lineage.ancestors(table);
            if place == Operation::Drop {
                let lives = fates.get(&Unit::Object(address)).is_none_or(|fate| fate != Fate::Drop);
                let leaving = leaving(&parts, node, name, &above, lives);
                edges.extend(leaving.into_iter().filter(|(leaves, part)| !earlier.contains(&(*part, *leaves))));
            } else {
                edges.extend(joining(&parts, node, (name, table), &above, graph));
                edges.extend(not_nulls(&parts, name, &above, graph));
            }
        }
    }
    edges.extend(referring(sides, fates, graph));
    edges.extend(typed(sides, &parts, graph));
    edges.extend(siblings(sides, graph));
    edges.extend(several_parents(sides, &parts, graph));
    edges.extend(namesakes(sides, &parts, graph));
    edges.extend(index::twins(sides, graph));
    edges.into_iter().for_each(|(earlier, later)| graph.order(earlier, later));
    let preferred = index::preferred(sides, &parts, graph);
    for (earlier, later) in preferred.into_iter().chain(referred(sides, graph)) {
        graph.prefer(earlier, later);
    }
}

/// A foreign key that takes along those of partitions that leave goes while they are there.
fn from_above(sides: &Sides, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let mut edges = Vec::new();
    for name in sides.current.catalog.tables.keys() {
        let table = ObjectAddress::object(ObjectKind::Table, name);
        let Some(leaves) = graph.find(&Unit::Parentage(table.clone()), Operation::Drop) else { continue };
        let keys = taken_along(sides, &table).into_iter();
        edges.extend(keys.filter_map(|key| Some((graph.find(&Unit::Object(key), Operation::Drop)?, leaves))));
    }
    edges
}

/// The foreign keys above a partition that leaves which take its own along.
fn taken_along(sides: &Sides, partition: &ObjectAddress) -> Vec<ObjectAddress> {
    let side = &sides.current;
    let table = partition.qualified_name().and_then(|name| side.whole.tables.get(&name));
    let constraints = table.into_iter().flat_map(|table| &table.constraints);
    let keys = constraints.filter(|(_, constraint)| constraint.kind == ConstraintKind::ForeignKey);
    let address = |part: &Identifier| ObjectAddress {
        kind: ObjectKind::Constraint,
        part: Some(part.clone()),
        ..partition.clone()
    };
    let mut all = Vec::new();
    for own in keys.map(|(part, _)| address(part)) {
        let mut above = side.lineage.leader(Place::Current, &own);
        while let Some(higher) = above.and_then(|above| side.lineage.leader(Place::Current, above)) {
            above = Some(higher);
        }
        all.extend(above.cloned());
    }
    all
}

/// A foreign key finds its rows once the partitions that hold them are there.
fn referred(sides: &Sides, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let catalog = sides.desired.catalog;
    let mut joining: BTreeMap<&QualifiedName, Vec<NodeId>> = BTreeMap::new();
    for (name, table) in catalog.tables.iter().filter(|(_, table)| table.partition_of.is_some()) {
        let joins = Unit::Parentage(ObjectAddress::object(ObjectKind::Table, name));
        let Some(joins) = graph.find(&joins, Operation::Create) else { continue };
        sides
            .desired
            .lineage
            .ancestors(table)
            .into_iter()
            .for_each(|above| joining.entry(above).or_default().push(joins));
    }
    let mut edges = Vec::new();
    for (name, table) in &catalog.tables {
        for (part, constraint) in &table.constraints {
            let Some(partitions) = constraint.references.as_ref().and_then(|it| joining.get(&it.table)) else {
                continue;
            };
            let key = Unit::Object(ObjectAddress::part(ObjectKind::Constraint, name, part.clone()));
            let key = graph.find(&key, Operation::Create);
            edges.extend(key.into_iter().flat_map(|key| partitions.iter().map(move |joins| (*joins, key))));
        }
    }
    edges
}

/// The nodes of the columns, constraints, indexes, triggers and defaults by their table.
struct Parts {
    of: BTreeMap<QualifiedName, Vec<NodeId>>,
}

impl Parts {
    fn of(graph: &Graph) -> Self {
        let mut of: BTreeMap<QualifiedName, Vec<NodeId>> = BTreeMap::new();
        for (id, node) in graph.nodes.iter().enumerate() {
            let address = node.unit.address();
            let kinds = [
                ObjectKind::Column,
                ObjectKind::Attribute,
                ObjectKind::Constraint,
                ObjectKind::Index,
                ObjectKind::Trigger,
            ];
            let is_part = kinds.contains(&address.kind);
            if let Some(name) = address.qualified_name().filter(|_| is_part) {
                of.entry(name).or_default().push(id);
            }
        }
        Self { of }
    }

    fn nodes(&self, table: &QualifiedName) -> &[NodeId] {
        self.of.get(table).map_or(&[], Vec::as_slice)
    }
}

/// A table leaves its parents before anything happens to its parts or theirs.
fn leaving(
    parts: &Parts,
    node: NodeId,
    name: &QualifiedName,
    above: &[&QualifiedName],
    lives: bool,
) -> Vec<(NodeId, NodeId)> {
    // Where it goes altogether, what is its own goes with it.
    let tables = above.iter().copied().chain(lives.then_some(name));
    tables.flat_map(|table| parts.nodes(table)).map(|id| (node, *id)).collect()
}

/// A table joins its parents when the columns and checks of both are there, and nothing is left that should go.
fn joining(
    parts: &Parts,
    node: NodeId,
    (name, table): (&QualifiedName, &Table),
    above: &[&QualifiedName],
    graph: &Graph,
) -> Vec<(NodeId, NodeId)> {
    let is_early = |id: NodeId, own: bool| {
        let node = &graph.nodes[id];
        let address = node.unit.address();
        match &node.unit {
            Unit::Default(_) => !own,
            Unit::Object(_) => {
                address.kind == ObjectKind::Column
                    || node.operation == Operation::Drop
                    || own && is_follower(table, address)
            }
            Unit::Ownership(_)
            | Unit::ReplicaIdentity(_)
            | Unit::Cluster(_)
            | Unit::Parentage(_)
            | Unit::Privileges(_)
            | Unit::SecurityLabels(_) => false,
        }
    };
    let own = parts.nodes(name).iter().filter(|id| is_early(**id, true));
    let above = above.iter().flat_map(|parent| parts.nodes(parent));
    own.chain(above.filter(|id| is_early(**id, false))).map(|id| (*id, node)).collect()
}

/// A `NOT NULL` takes the name of its parent's when that is there: the server gives no name that a constraint of the
/// schema has already.
fn not_nulls(parts: &Parts, name: &QualifiedName, above: &[&QualifiedName], graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let is_column = |id: &NodeId, operations: &[Operation]| {
        let node = &graph.nodes[*id];
        let is_object = matches!(&node.unit, Unit::Object(address) if address.kind == ObjectKind::Column);
        is_object && operations.contains(&node.operation)
    };
    let own = parts.nodes(name).iter().filter(|id| is_column(id, &[Operation::Alter(Group::NotNull)]));
    let arrives = [Operation::Create, Operation::Alter(Group::NotNull)];
    let parents = above.iter().flat_map(|parent| parts.nodes(parent)).filter(|id| is_column(id, &arrives));
    let parents: Vec<NodeId> = parents.copied().collect();
    let same =
        |id: NodeId, other: NodeId| graph.nodes[id].unit.address().part == graph.nodes[other].unit.address().part;
    let pairs = own.flat_map(|id| parents.iter().map(|parent| (*parent, *id)));
    pairs.filter(|(parent, id)| same(*parent, *id)).collect()
}

/// Whether a part is there for one of the parents to find.
fn is_follower(table: &Table, address: &ObjectAddress) -> bool {
    let Some(part) = &address.part else { return false };
    table.constraints.get(part).is_some_and(|constraint| constraint.parent.is_some())
        || table.indexes.get(part).is_some_and(|index| index.parent.is_some())
}

/// A table lets go of its type before anything happens to the columns of either, and comes back after all of it.
fn typed(sides: &Sides, parts: &Parts, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let mut edges = Vec::new();
    for (place, side) in [(Operation::Drop, &sides.current), (Operation::Create, &sides.desired)] {
        for (name, table) in &side.catalog.tables {
            let Some(of_type) = &table.of_type else { continue };
            let address = ObjectAddress::object(ObjectKind::Table, name);
            let Some(node) = graph.find(&Unit::Parentage(address), place) else { continue };
            let columns = parts.nodes(name).iter().chain(parts.nodes(of_type)).filter(|id| {
                let unit = &graph.nodes[**id].unit;
                let is_column = matches!(unit.address().kind, ObjectKind::Column | ObjectKind::Attribute);
                matches!(unit, Unit::Object(_)) && is_column
            });
            edges.extend(columns.map(|id| if place == Operation::Drop { (node, *id) } else { (*id, node) }));
        }
    }
    edges
}

/// A bound is free before it is taken: partitions go before others come.
fn siblings(sides: &Sides, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let nodes = |side: &Side, operation: Operation| {
        let mut nodes: BTreeMap<QualifiedName, Vec<NodeId>> = BTreeMap::new();
        for (name, table) in &side.catalog.tables {
            let address = ObjectAddress::object(ObjectKind::Table, name);
            for parent in parents(table).into_iter().filter(|_| table.partition_of.is_some()) {
                let units = [Unit::Parentage(address.clone()), Unit::Object(address.clone())];
                let found = units.iter().filter_map(|unit| graph.find(unit, operation));
                nodes.entry(parent.clone()).or_default().extend(found);
            }
        }
        nodes
    };
    let (going, coming) = (nodes(&sides.current, Operation::Drop), nodes(&sides.desired, Operation::Create));
    let mut edges = Vec::new();
    for (parent, going) in &going {
        for coming in coming.get(parent).into_iter().flatten() {
            edges.extend(going.iter().map(|going| (*going, *coming)));
        }
    }
    edges
}

/// What a table has by itself makes room before a parent passes on a namesake, and comes after that is gone; what a
/// parent is to find is there before it looks.
fn namesakes(sides: &Sides, parts: &Parts, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let mut edges = Vec::new();
    for (name, above) in &sides.desired.lineage.stays {
        let mut pending: Vec<&QualifiedName> = above.iter().collect();
        while let Some(parent) = pending.pop() {
            pending.extend(sides.desired.lineage.stays.get(parent).into_iter().flatten());
            for own in parts.nodes(name) {
                edges.extend(parts.nodes(parent).iter().filter_map(|other| pair(sides, graph, *own, *other)));
            }
        }
    }
    edges
}

/// A column of several parents changes its type while it has it from one of them only.
fn several_parents(sides: &Sides, parts: &Parts, graph: &Graph) -> Vec<(NodeId, NodeId)> {
    let column = |id: NodeId| match &graph.nodes[id].unit {
        Unit::Object(address) if address.kind == ObjectKind::Column => address.part.clone(),
        Unit::Object(_)
        | Unit::Default(_)
        | Unit::Ownership(_)
        | Unit::ReplicaIdentity(_)
        | Unit::Cluster(_)
        | Unit::Privileges(_)
        | Unit::SecurityLabels(_)
        | Unit::Parentage(_) => None,
    };
    let mut edges = Vec::new();
    for above in sides.desired.lineage.stays.values().filter(|above| above.len() > 1) {
        let nodes: Vec<NodeId> = above.iter().flat_map(|parent| parts.nodes(parent)).copied().collect();
        let converted = nodes.iter().filter(|id| graph.nodes[**id].operation == Operation::Alter(Group::Type));
        for (converted, other) in converted.flat_map(|id| nodes.iter().map(move |other| (*id, *other))) {
            if column(converted).is_none() || column(converted) != column(other) {
                continue;
            }
            match graph.nodes[other].operation {
                Operation::Create => edges.push((converted, other)),
                Operation::Drop => edges.push((other, converted)),
                Operation::Aside | Operation::Alter(_) => {}
            }
        }
    }
    edges
}

fn pair(sides: &Sides, graph: &Graph, own: NodeId, above: NodeId) -> Option<(NodeId, NodeId)> {
    let (node, other) = (&graph.nodes[own], &graph.nodes[above]);
    let (Unit::Object(address), Unit::Object(upper)) = (&node.unit, &other.unit) else { return None };
    if address.kind != upper.kind {
        return None;
    }
    let constraint = sides.desired.constraint(address).and_then(|constraint| constraint.parent.as_ref());
    let index = sides.desired.index(address).and_then(|index| index.parent.as_ref());
    let follows = if address.kind == ObjectKind::Constraint { constraint } else { index };
    if node.operation == Operation::Create && other.operation == Operation::Create {
        return (follows.is_some() && follows == upper.part.as_ref()).then_some((own, above));
    }
    if address.part != upper.part || sides.desired.lineage.follows(address) {
        return None;
    }
    match (node.operation, other.operation) {
        (Operation::Drop | Operation::Alter(Group::Type | Group::NotNull), Operation::Create) => Some((own, above)),
        (Operation::Create | Operation::Alter(_), Operation::Drop) => Some((above, own)),
        (Operation::Drop | Operation::Aside | Operation::Create | Operation::Alter(_), _) => None,
    }
}
