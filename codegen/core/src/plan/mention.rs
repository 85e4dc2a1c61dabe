//! What a text that PostgreSQL records no dependencies for seems to need: the names among its words.
//!
//! The body of a routine, the value of a backfill and the conversion of a column are only read when they run. Words
//! are enough to put what they name before them where nothing speaks against it.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{DefinedKind, ObjectAddress, ObjectKind};
use crate::emit::sql::routine_signature;
use crate::plan::PlanOptions;
use crate::plan::fate::Sides;
use crate::plan::graph::{Graph, Group, Node, NodeId, Operation};
use crate::plan::unit::{Side, Unit};

/// Orders nodes by the texts that mention them.
pub(crate) fn order(sides: &Sides, options: &PlanOptions, graph: &mut Graph) {
    for (id, earlier) in run_by_statements(sides, graph) {
        for other in earlier {
            graph.prefer(other, id);
        }
    }
    for (id, earlier, later) in mentions(sides, options, graph) {
        for other in earlier {
            graph.prefer(other, id);
        }
        for other in later {
            graph.prefer(id, other);
        }
    }
}

/// The routines of which the text names something that is only made after them, in an order of hosts, or never.
pub(crate) fn unchecked_bodies(
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
            let address = graph.nodes[*id].unit.address();
            address.kind == ObjectKind::Routine
                && (earlier.iter().any(|other| place(*other) > place(*id)) || has_broken_body(&sides.desired, address))
        })
        .map(|(id, _, _)| graph.host(id))
        .collect()
}

/// Whether the routine could not be made as it is while its body is checked.
pub(crate) fn has_broken_body(side: &Side, address: &ObjectAddress) -> bool {
    address.kind == ObjectKind::Routine && side.facts.broken_bodies.contains(&routine_signature(address))
}

/// For each node with such a text: the nodes that make what it names, and those that drop it.
fn mentions(sides: &Sides, options: &PlanOptions, graph: &Graph) -> Vec<(NodeId, Vec<NodeId>, Vec<NodeId>)> {
    let by_name = by_name(graph);
    let mut found = Vec::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        let Some(text) = text_of(sides, options, node) else { continue };
        let words = words(&text);
        let operators = operators(sides, graph, &node.unit, &text);
        let named = words.iter().filter_map(|word| by_name.get(word.as_str())).flatten();
        let (mut earlier, mut later) = (operators, Vec::new());
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

/// The nodes that make operators whose signs the text has, but for those that the unit itself is for.
fn operators(sides: &Sides, graph: &Graph, reader: &Unit, text: &str) -> Vec<NodeId> {
    let nodes = graph.nodes.iter().enumerate();
    let made = nodes.filter(|(_, node)| {
        let address = node.unit.address();
        let is_operator = address.kind == ObjectKind::Defined(DefinedKind::Operator);
        let is_made = is_operator && node.operation == Operation::Create;
        is_made
            && text.contains(address.name.as_str())
            && !sides.desired.needs_of(&node.unit).any(|need| need == reader)
    });
    made.map(|(id, _)| id).collect()
}

fn by_name(graph: &Graph) -> BTreeMap<&str, Vec<NodeId>> {
    let mut by_name: BTreeMap<&str, Vec<NodeId>> = BTreeMap::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        let address = node.unit.address();
        if matches!(node.unit, Unit::Privileges(_) | Unit::SecurityLabels(_)) {
            continue;
        }
        let name = address.part.as_ref().filter(|_| address.kind == ObjectKind::Column).unwrap_or(&address.name);
        by_name.entry(name.as_str()).or_default().push(id);
    }
    by_name
}

/// For each node whose statement runs routines over rows: the nodes that make what their bodies mention, however deep.
fn run_by_statements(sides: &Sides, graph: &Graph) -> Vec<(NodeId, Vec<NodeId>)> {
    let routines = &sides.desired.catalog.routines;
    if routines.is_empty() {
        return Vec::new();
    }
    let by_name = by_name(graph);
    let mut bodies = Bodies::new(sides);
    let mut found = Vec::new();
    for (id, node) in graph.nodes.iter().enumerate().filter(|(_, node)| reads_rows(sides, node)) {
        let words = bodies.words_run_by(&node.unit);
        let named = words.iter().filter_map(|word| by_name.get(word.as_str())).flatten().copied();
        let makes = |other: &NodeId| {
            let candidate = &graph.nodes[*other];
            let is_made = matches!(candidate.operation, Operation::Create | Operation::Alter(Group::Definition));
            is_made
                && graph.host(*other) != graph.host(id)
                && is_named(candidate.unit.address(), node.unit.address(), &words)
        };
        let earlier: Vec<NodeId> = named.filter(makes).collect();
        if !earlier.is_empty() {
            found.push((id, earlier));
        }
    }
    found
}

/// Whether the statement evaluates expressions for rows that may be there.
fn reads_rows(sides: &Sides, node: &Node) -> bool {
    let address = node.unit.address();
    if node.operation == Operation::Drop {
        return false;
    }
    match (&node.unit, address.kind) {
        (Unit::Object(_), ObjectKind::Column | ObjectKind::Constraint | ObjectKind::Index) => address
            .qualified_name()
            .is_some_and(|owner| sides.current.has(&Unit::Object(ObjectAddress::object(ObjectKind::Table, &owner)))),
        (Unit::Object(_), kind) => matches!(kind, ObjectKind::MaterializedView | ObjectKind::DomainConstraint),
        (
            Unit::Default(_)
            | Unit::Ownership(_)
            | Unit::ReplicaIdentity(_)
            | Unit::Cluster(_)
            | Unit::Parentage(_)
            | Unit::Privileges(_)
            | Unit::SecurityLabels(_),
            _,
        ) => false,
    }
}

/// The bodies of the desired side's routines, and what each unit comes to run.
struct Bodies<'a> {
    sides: &'a Sides<'a>,
    by_name: BTreeMap<&'a str, Vec<ObjectAddress>>,
    checks: BTreeMap<ObjectAddress, Vec<&'a Unit>>,
    words: BTreeMap<ObjectAddress, BTreeSet<String>>,
}

impl<'a> Bodies<'a> {
    fn new(sides: &'a Sides<'a>) -> Self {
        let mut bodies = Self { sides, by_name: BTreeMap::new(), checks: BTreeMap::new(), words: BTreeMap::new() };
        for unit in sides.desired.needs.keys() {
            let Unit::Object(address) = unit else { continue };
            if address.kind == ObjectKind::Routine {
                bodies.by_name.entry(address.name.as_str()).or_default().push(address.clone());
            } else if address.kind == ObjectKind::DomainConstraint {
                let domain = ObjectAddress { kind: ObjectKind::Domain, part: None, ..address.clone() };
                bodies.checks.entry(domain).or_default().push(unit);
            }
        }
        bodies
    }

    /// The words of all bodies that run where the unit's expressions do.
    fn words_run_by(&mut self, unit: &'a Unit) -> BTreeSet<String> {
        let mut seen: BTreeSet<&Unit> = BTreeSet::new();
        let mut pending = vec![unit];
        let mut routines: Vec<ObjectAddress> = Vec::new();
        while let Some(unit) = pending.pop() {
            if !seen.insert(unit) {
                continue;
            }
            pending.extend(self.sides.desired.needs_of(unit).filter(|needed| !seen.contains(needed)));
            if let Unit::Object(address) = unit {
                pending.extend(self.checks.get(address).into_iter().flatten());
                routines.extend((address.kind == ObjectKind::Routine).then(|| address.clone()));
            }
        }
        self.words_of(routines)
    }

    /// The words of the bodies, and of those that they mention.
    fn words_of(&mut self, mut routines: Vec<ObjectAddress>) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut seen = BTreeSet::new();
        while let Some(routine) = routines.pop() {
            if !seen.insert(routine.clone()) {
                continue;
            }
            let words = self.words.entry(routine.clone()).or_insert_with(|| {
                let body = self.sides.desired.catalog.routines.get(&routine_signature(&routine));
                body.map_or_else(BTreeSet::new, |routine| words(&routine.definition))
            });
            let mentioned = words.iter().filter_map(|word| self.by_name.get(word.as_str())).flatten();
            routines.extend(mentioned.cloned());
            all.extend(words.iter().cloned());
        }
        all
    }
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
