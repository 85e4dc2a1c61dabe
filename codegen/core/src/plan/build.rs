//! From fates to nodes and to what has to come before what.

use std::collections::BTreeMap;

use crate::catalog::{ConstraintKind, ObjectAddress, ObjectKind};
use crate::diff::{Attribute, Change};
use crate::emit::sql::routine_signature;
use crate::name::QualifiedName;
use crate::plan::PlanOptions;
use crate::plan::by_place;
use crate::plan::descent;
use crate::plan::fate::{Fate, Fates, Sides};
use crate::plan::fold;
use crate::plan::graph::{Graph, Group, NodeId, Operation};
use crate::plan::keys;
use crate::plan::namespace;
use crate::plan::privileges::column_privileges;
use crate::plan::silent;
use crate::plan::unit::{Side, Unit};
use crate::plan::values;

/// The graph of a plan, folded.
pub(crate) fn build(sides: &Sides, fates: &Fates, options: &PlanOptions) -> Graph {
    let mut builder = Builder {
        sides,
        fates,
        dependents: sides.current.dependents(),
        graph: Graph::default(),
        nodes: BTreeMap::new(),
    };
    builder.add_nodes();
    for (unit, fate) in &fates.of {
        builder.order_unit(unit, *fate);
    }
    builder.order_names();
    builder.order_overloads();
    builder.order_domain_defaults();
    builder.order_privileges();
    builder.order_readers_by_place();
    builder.order_makers_of_rows();
    builder.order_newcomers();
    let Builder { mut graph, .. } = builder;
    keys::order(sides, &mut graph);
    silent::order(&mut graph);
    values::order(sides, fates, &mut graph);
    descent::order(sides, fates, &mut graph);
    fold::fold(sides, fates, options, &mut graph);
    graph
}

struct Builder<'a> {
    sides: &'a Sides<'a>,
    fates: &'a Fates,
    dependents: BTreeMap<&'a Unit, Vec<&'a Unit>>,
    graph: Graph,
    nodes: BTreeMap<&'a Unit, Vec<(Operation, NodeId)>>,
}

impl<'a> Builder<'a> {
    fn add_nodes(&mut self) {
        for (unit, fate) in &self.fates.of {
            let operations = match fate {
                Fate::Create => vec![Operation::Create],
                Fate::Drop => vec![Operation::Drop],
                Fate::Replace if self.fates.aside.contains(unit.address()) && matches!(unit, Unit::Object(_)) => {
                    vec![Operation::Drop, Operation::Aside, Operation::Create]
                }
                Fate::Replace => vec![Operation::Drop, Operation::Create],
                Fate::Alter => self.groups(unit).into_iter().map(Operation::Alter).collect(),
            };
            for operation in operations {
                self.nodes.entry(unit).or_default().push((operation, self.graph.nodes.len()));
                self.graph.add(unit.clone(), operation);
            }
        }
    }

    fn groups(&self, unit: &Unit) -> Vec<Group> {
        let Unit::Object(address) = unit else { return vec![Group::Definition] };
        let differs = |attribute| self.sides.differs(address, attribute);
        match address.kind {
            ObjectKind::Column => self.column_groups(address),
            ObjectKind::Table => {
                let details = [
                    Attribute::Options,
                    Attribute::Comment,
                    Attribute::RowSecurity,
                    Attribute::ForeignOptions,
                    Attribute::AccessMethod,
                    Attribute::Tablespace,
                ];
                let details = details.into_iter().any(differs);
                [(Group::Persistence, differs(Attribute::Persistence)), (Group::Details, details)]
                    .into_iter()
                    .filter_map(|(group, is_there)| is_there.then_some(group))
                    .collect()
            }
            ObjectKind::View | ObjectKind::Routine => {
                let attributes = match self.sides.changes.changes.get(address) {
                    Some(Change::Alter(attributes)) => attributes.clone(),
                    Some(Change::Create | Change::Drop) | None => return Vec::new(),
                };
                let texts = [Attribute::Query, Attribute::Columns, Attribute::Definition];
                let mut groups = Vec::new();
                if texts.iter().any(|text| attributes.contains(text)) {
                    groups.push(Group::Definition);
                }
                if attributes.iter().any(|attribute| !texts.contains(attribute)) {
                    groups.push(Group::Details);
                }
                groups
            }
            ObjectKind::Attribute => {
                let is_converted = self.fates.converted.contains(address);
                [(Group::Type, is_converted), (Group::Details, differs(Attribute::Comment))]
                    .into_iter()
                    .filter_map(|(group, is_there)| is_there.then_some(group))
                    .collect()
            }
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::Domain
            | ObjectKind::DomainConstraint
            | ObjectKind::Composite
            | ObjectKind::Range
            | ObjectKind::Sequence
            | ObjectKind::Constraint
            | ObjectKind::Index
            | ObjectKind::MaterializedView
            | ObjectKind::Trigger
            | ObjectKind::Defined(_) => vec![Group::Details],
        }
    }

    fn column_groups(&self, address: &ObjectAddress) -> Vec<Group> {
        let Some((current, desired)) = self.sides.columns(address) else { return Vec::new() };
        let differs = |attribute| self.sides.differs(address, attribute);
        let is_converted = self.fates.converted.contains(address);
        let details = [
            Attribute::Storage,
            Attribute::Compression,
            Attribute::StatisticsTarget,
            Attribute::Options,
            Attribute::ForeignOptions,
            Attribute::Comment,
        ];
        // A new type takes storage and compression back to its own.
        let is_reset = is_converted && (desired.storage.is_some() || desired.compression.is_some());
        let identity = differs(Attribute::Identity);
        [
            (Group::DropIdentity, identity && current.identity.is_some() && desired.identity.is_none()),
            (Group::DropExpression, differs(Attribute::Generated) && desired.generated.is_none()),
            (Group::SetExpression, differs(Attribute::Generated) && desired.generated.is_some()),
            (Group::AlterIdentity, identity && current.identity.is_some() && desired.identity.is_some()),
            (Group::Type, is_converted && !self.sides.current.lineage.follows(address)),
            (Group::NotNull, differs(Attribute::NotNull) || differs(Attribute::NotNullConstraint)),
            (Group::AddIdentity, identity && current.identity.is_none()),
            (Group::Details, is_reset || details.into_iter().any(differs)),
        ]
        .into_iter()
        .filter_map(|(group, is_there)| is_there.then_some(group))
        .collect()
    }

    fn nodes_of(&self, unit: &Unit) -> Vec<(Operation, NodeId)> {
        self.nodes.get(unit).cloned().unwrap_or_default()
    }

    fn drop_of(&self, unit: &Unit) -> Option<NodeId> {
        self.graph.find(unit, Operation::Drop)
    }

    /// The nodes after which a unit is what it should be.
    fn arrivals(&self, unit: &Unit) -> Vec<NodeId> {
        let arrives = |operation: &Operation| match operation {
            Operation::Create | Operation::Alter(_) => true,
            Operation::Drop | Operation::Aside => false,
        };
        self.nodes_of(unit).into_iter().filter(|(operation, _)| arrives(operation)).map(|(_, id)| id).collect()
    }

    fn order_unit(&mut self, unit: &'a Unit, fate: Fate) {
        for (operation, id) in self.nodes_of(unit) {
            match operation {
                Operation::Drop => self.order_drop(unit, id),
                Operation::Aside => self.order_aside(unit, id),
                Operation::Create => self.order_arrival(unit, id),
                Operation::Alter(group) => {
                    self.order_arrival(unit, id);
                    self.order_release(unit, id);
                    self.order_shape(unit, group, id);
                }
            }
        }
        if fate == Fate::Replace
            && let (Some(drop), Some(create)) = (self.drop_of(unit), self.graph.find(unit, Operation::Create))
        {
            // A type that was set aside is dropped after its successor is there, with its attributes.
            if self.graph.find(unit, Operation::Aside).is_none() && !self.is_inside_aside(unit) {
                self.graph.order(drop, create);
            }
        }
        self.order_attributes(unit);
    }

    /// Whether it is an attribute of a composite type that is set aside.
    fn is_inside_aside(&self, unit: &Unit) -> bool {
        let owner = || self.sides.current.owner(unit.address());
        unit.address().kind == ObjectKind::Attribute && owner().is_some_and(|owner| self.fates.aside.contains(&owner))
    }

    /// After everything that it will need; comments, options and the like are nothing that anything needs.
    fn order_arrival(&mut self, unit: &Unit, id: NodeId) {
        let needs: Vec<Unit> = self.sides.desired.needs_of(unit).cloned().collect();
        for need in needs {
            for arrival in self.arrivals(&need) {
                let is_detail = self.graph.nodes[arrival].operation == Operation::Alter(Group::Details);
                if !is_detail || need.address().kind != ObjectKind::Table {
                    self.graph.order(arrival, id);
                }
            }
        }
    }

    /// Before the drop of what it does not need any more.
    fn order_release(&mut self, unit: &Unit, id: NodeId) {
        let needs: Vec<Unit> = self.sides.current.needs_of(unit).cloned().collect();
        for drop in needs.iter().filter_map(|need| self.drop_of(need)).collect::<Vec<_>>() {
            self.graph.order(id, drop);
        }
    }

    /// After the drops of everything that needs it; the parts of a type before it has another name.
    fn order_drop(&mut self, unit: &Unit, id: NodeId) {
        let address = unit.address();
        let owner = self.sides.current.owner(address).unwrap_or_else(|| address.clone());
        let aside = self.graph.find(&Unit::Object(owner), Operation::Aside);
        let stays = self.graph.find(unit, Operation::Aside).is_some() || self.is_inside_aside(unit);
        if let Some(aside) = aside.filter(|_| !stays) {
            self.graph.order(id, aside);
        }
        for dependent in self.dependents.get(unit).cloned().unwrap_or_default() {
            if let Some(drop) = self.drop_of(dependent) {
                self.graph.order(drop, id);
            }
        }
    }

    /// A routine, an operator, a cast are dropped, and the functions of a range renamed, by the names of types: as long as
    /// they mean the old ones.
    fn order_aside(&mut self, unit: &Unit, id: NodeId) {
        if let Some(drop) = self.drop_of(unit) {
            self.graph.order(id, drop);
        }
        for dependent in self.dependents.get(unit).cloned().unwrap_or_default() {
            if matches!(dependent.address().kind, ObjectKind::Routine | ObjectKind::Defined(_))
                && let Some(drop) = self.drop_of(dependent)
            {
                self.graph.order(drop, id);
            }
            let aside = self.graph.find(dependent, Operation::Aside);
            if let Some(aside) = aside.filter(|_| dependent.address().kind == ObjectKind::Range) {
                self.graph.order(aside, id);
            }
        }
    }

    /// A change that PostgreSQL refuses while certain dependents are there comes after their drops.
    fn order_shape(&mut self, unit: &Unit, group: Group, id: NodeId) {
        // What a column gains is nothing that anybody stands in the way of.
        let loses_not_null = || self.sides.columns(unit.address()).is_some_and(|(_, desired)| !desired.not_null);
        let concerns = |dependent: &Unit| match group {
            Group::DropIdentity | Group::DropExpression | Group::Type => true,
            Group::NotNull => loses_not_null(),
            Group::SetExpression | Group::AlterIdentity | Group::AddIdentity => false,
            Group::Persistence => dependent.address().kind == ObjectKind::Constraint,
            Group::Definition | Group::Details => false,
        };
        for dependent in self.dependents.get(unit).cloned().unwrap_or_default() {
            if !concerns(dependent) {
                continue;
            }
            if let Some(drop) = self.drop_of(dependent) {
                self.graph.order(drop, id);
            }
            let is_free = !self.sides.desired.needs_of(dependent).any(|need| need == unit);
            if let Some(altered) = self.graph.find(dependent, Operation::Alter(Group::Definition)).filter(|_| is_free) {
                self.graph.order(altered, id);
            }
        }
    }

    /// What only holds between the attributes of one object.
    fn order_attributes(&mut self, unit: &Unit) {
        if let Unit::Ownership(address) = unit
            && self.fates.get(&Unit::Object(address.clone())) != Some(Fate::Drop)
        {
            self.order_sequence(unit, address);
        }
        let Unit::Object(address) = unit else { return };
        match address.kind {
            ObjectKind::Column => self.order_column(unit, address),
            ObjectKind::Sequence if self.fates.get(unit) == Some(Fate::Alter) => self.order_sequence(unit, address),
            ObjectKind::Table => self.order_table(unit),
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::Domain
            | ObjectKind::DomainConstraint
            | ObjectKind::Composite
            | ObjectKind::Attribute
            | ObjectKind::Range
            | ObjectKind::Sequence
            | ObjectKind::Constraint
            | ObjectKind::Index
            | ObjectKind::Routine
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Trigger
            | ObjectKind::Defined(_) => {}
        }
    }

    /// The options of a TOAST table come after the columns that call for one.
    fn order_table(&mut self, unit: &Unit) {
        let Some(details) = self.graph.find(unit, Operation::Alter(Group::Details)) else { return };
        let name = unit.address().qualified_name();
        let columns: Vec<NodeId> = self
            .graph
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| matches!(node.operation, Operation::Create | Operation::Alter(Group::Type)))
            .filter(|(_, node)| matches!(&node.unit, Unit::Object(address) if address.kind == ObjectKind::Column))
            .filter(|(_, node)| node.unit.address().qualified_name() == name)
            .map(|(id, _)| id)
            .collect();
        columns.into_iter().for_each(|column| self.graph.order(column, details));
    }

    /// A table takes the sequences of its identity columns along when it changes its persistence.
    fn order_identity(&mut self, unit: &Unit, address: &ObjectAddress) {
        let identity = self.sides.desired.column(address).and_then(|column| column.identity.as_ref());
        let table = self.sides.desired.owner(address).filter(|_| identity.is_some_and(|it| it.persistence.is_some()));
        let changes =
            table.and_then(|table| self.graph.find(&Unit::Object(table), Operation::Alter(Group::Persistence)));
        for (_, id) in self.nodes_of(unit) {
            changes.into_iter().for_each(|table| self.graph.order(table, id));
        }
    }

    fn order_column(&mut self, unit: &Unit, address: &ObjectAddress) {
        self.order_identity(unit, address);
        let mut groups: Vec<NodeId> = Vec::new();
        for (operation, id) in self.nodes_of(unit) {
            if matches!(operation, Operation::Alter(_)) {
                groups.push(id);
            }
        }
        for pair in groups.windows(2) {
            self.graph.order(pair[0], pair[1]);
        }
        let default = Unit::Default(address.clone());
        let dropped = self.drop_of(&default);
        let made: Vec<NodeId> = self.arrivals(&default);
        for (operation, id) in self.nodes_of(unit) {
            match operation {
                Operation::Alter(Group::Type | Group::AddIdentity) => {
                    dropped.into_iter().for_each(|drop| self.graph.order(drop, id));
                }
                Operation::Alter(Group::DropIdentity | Group::DropExpression) => {
                    made.iter().for_each(|make| self.graph.order(id, *make));
                }
                Operation::Alter(Group::NotNull) => self.order_replica_identity(address, id),
                Operation::Alter(
                    Group::SetExpression
                    | Group::AlterIdentity
                    | Group::Persistence
                    | Group::Definition
                    | Group::Details,
                )
                | Operation::Drop
                | Operation::Aside
                | Operation::Create => {}
            }
        }
    }

    /// The columns of the index that is a table's replica identity are not null as long as it is.
    fn order_replica_identity(&mut self, column: &ObjectAddress, id: NodeId) {
        let Some(table) = self.sides.current.owner(column) else { return };
        let becomes_not_null = self.sides.columns(column).is_some_and(|(_, desired)| desired.not_null);
        for (_, identity) in self.nodes_of(&Unit::ReplicaIdentity(table)) {
            if becomes_not_null {
                self.graph.order(id, identity);
            } else {
                self.graph.order(identity, id);
            }
        }
    }

    /// A table takes its sequences along when it changes its persistence (15 and later): what a sequence is by itself is
    /// set after that, and it belongs to the table only while it is to follow.
    fn order_sequence(&mut self, unit: &Unit, address: &ObjectAddress) {
        let old = self.persistence_of_owner(&self.sides.current, address);
        let new = self.persistence_of_owner(&self.sides.desired, address);
        let is_ownership = matches!(unit, Unit::Ownership(_));
        for (operation, id) in self.nodes_of(unit) {
            match operation {
                Operation::Drop => old.into_iter().for_each(|table| self.graph.order(id, table)),
                Operation::Alter(_) if is_ownership => {
                    old.into_iter().for_each(|table| self.graph.order(id, table));
                    new.into_iter().filter(|_| old != new).for_each(|table| self.graph.order(table, id));
                }
                Operation::Alter(_) => old.into_iter().chain(new).for_each(|table| self.graph.order(table, id)),
                Operation::Create => new.into_iter().for_each(|table| self.graph.order(table, id)),
                Operation::Aside => {}
            }
        }
    }

    /// The node that changes the persistence of the table that owns a sequence.
    fn persistence_of_owner(&self, side: &Side, sequence: &ObjectAddress) -> Option<NodeId> {
        let (table, _) = side.catalog.sequences.get(&sequence.qualified_name()?)?.owned_by.as_ref()?;
        let table = Unit::Object(ObjectAddress::object(ObjectKind::Table, table));
        self.graph.find(&table, Operation::Alter(Group::Persistence))
    }

    /// A call means one routine only: an overload goes before another comes, unless what calls it changes in between.
    fn order_overloads(&mut self) {
        let (mut going, mut coming) = (BTreeMap::<ObjectAddress, Vec<(NodeId, bool)>>::new(), Vec::new());
        for (id, node) in self.graph.nodes.iter().enumerate() {
            let Unit::Object(address) = &node.unit else { continue };
            if address.kind != ObjectKind::Routine {
                continue;
            }
            let name = ObjectAddress { part: None, ..address.clone() };
            match node.operation {
                Operation::Drop => {
                    going.entry(name).or_default().push((id, takes_fewer(&self.sides.current, address)));
                }
                Operation::Create => coming.push((name, id, takes_fewer(&self.sides.desired, address))),
                Operation::Aside | Operation::Alter(_) => {}
            }
        }
        for (name, create, new_takes_fewer) in coming {
            for (drop, old_takes_fewer) in going.get(&name).into_iter().flatten() {
                if new_takes_fewer || *old_takes_fewer {
                    self.graph.order(*drop, create);
                } else {
                    self.graph.prefer(*drop, create);
                }
            }
        }
    }

    /// What reads a table's columns by place is dropped before they change, and created when they stand.
    fn order_readers_by_place(&mut self) {
        for (reader, table) in by_place::readers(self.sides) {
            let (drop, arrivals) = (self.drop_of(&reader), self.arrivals(&reader));
            for column in by_place::columns(self.sides, &table) {
                for (operation, id) in self.nodes_of(&column) {
                    if operation == Operation::Alter(Group::Details) {
                        continue;
                    }
                    drop.into_iter().for_each(|drop| self.graph.order(drop, id));
                    arrivals.iter().for_each(|arrival| self.graph.order(id, *arrival));
                }
            }
        }
    }

    /// New columns of a table that is there, and attributes of a type, come in the order that is written.
    fn order_newcomers(&mut self) {
        let mut newcomers: BTreeMap<(ObjectKind, QualifiedName), Vec<(usize, NodeId)>> = BTreeMap::new();
        for (id, node) in self.graph.nodes.iter().enumerate().filter(|(_, node)| node.operation == Operation::Create) {
            let (Unit::Object(address), Some(owner)) = (&node.unit, node.unit.address().qualified_name()) else {
                continue;
            };
            let whole = self.sides.desired.owner(address).map(Unit::Object);
            let is_there = whole.is_some_and(|it| self.sides.current.has(&it) && !self.fates.is_gone(&it));
            if let Some(place) = self.sides.desired.place_within(address).filter(|_| is_there) {
                newcomers.entry((address.kind, owner)).or_default().push((place, id));
            }
        }
        for mut of_owner in newcomers.into_values() {
            of_owner.sort_unstable();
            of_owner.windows(2).for_each(|pair| self.graph.prefer(pair[0].1, pair[1].1));
        }
    }

    /// A function that returns the rows of a table is made when the columns stand, unless they need it.
    fn order_makers_of_rows(&mut self) {
        for (maker, table) in by_place::makers(self.sides) {
            let arrivals = self.arrivals(&maker);
            let columns = by_place::columns(self.sides, &table);
            let changes: Vec<_> = columns.iter().flat_map(|column| self.nodes_of(column)).collect();
            for (operation, id) in changes {
                if matches!(operation, Operation::Create | Operation::Drop | Operation::Alter(Group::Type)) {
                    arrivals.iter().for_each(|arrival| self.graph.prefer(id, *arrival));
                }
            }
        }
    }

    /// A domain takes over the default that the domain below it has at that moment: one that goes is gone by then.
    fn order_domain_defaults(&mut self) {
        let mut edges: Vec<(NodeId, NodeId)> = Vec::new();
        for (id, node) in self.graph.nodes.iter().enumerate() {
            let Unit::Object(address) = &node.unit else { continue };
            let is_created = node.operation == Operation::Create && address.kind == ObjectKind::Domain;
            let name = address.qualified_name().filter(|_| is_created);
            let domain = name.and_then(|name| self.sides.desired.catalog.domains.get(&name));
            let base = domain.map(|domain| ObjectAddress::object(ObjectKind::Domain, &domain.data_type.name));
            edges.extend(base.and_then(|base| self.drop_of(&Unit::Default(base))).map(|drop| (drop, id)));
        }
        edges.into_iter().for_each(|(drop, create)| self.graph.order(drop, create));
    }

    /// Revoking from a relation comes with granting again on its columns: they are there by then.
    fn order_privileges(&mut self) {
        let mut edges: Vec<(NodeId, NodeId)> = Vec::new();
        for (id, node) in self.graph.nodes.iter().enumerate() {
            let Unit::Privileges(relation) = &node.unit else { continue };
            if !self.sides.desired.has(&Unit::Object(relation.clone())) {
                continue;
            }
            for (column, _) in column_privileges(self.sides.desired.catalog, relation) {
                let arrivals = self.arrivals(&Unit::Object(column.clone()));
                edges.extend(arrivals.into_iter().map(|arrival| (arrival, id)));
            }
        }
        edges.into_iter().for_each(|(arrival, id)| self.graph.order(arrival, id));
    }

    /// A name is free before it is taken.
    fn order_names(&mut self) {
        let mut free: BTreeMap<namespace::Name, Vec<NodeId>> = BTreeMap::new();
        let mut taken: Vec<(namespace::Name, NodeId)> = Vec::new();
        for (id, node) in self.graph.nodes.iter().enumerate() {
            let Unit::Object(address) = &node.unit else { continue };
            match node.operation {
                Operation::Drop if self.fates.aside.contains(address) || self.is_inside_aside(&node.unit) => {}
                Operation::Drop | Operation::Aside => {
                    for name in namespace::freed(&self.sides.current, address) {
                        free.entry(name).or_default().push(id);
                    }
                }
                Operation::Create => {
                    taken.extend(namespace::names(&self.sides.desired, address).into_iter().map(|name| (name, id)));
                }
                Operation::Alter(Group::DropIdentity | Group::AlterIdentity | Group::AddIdentity) => {
                    let names = |side| namespace::identity_sequence(side, address);
                    let (old, new) = (names(&self.sides.current), names(&self.sides.desired));
                    if old != new {
                        old.into_iter().for_each(|name| free.entry(name).or_default().push(id));
                        taken.extend(new.into_iter().map(|name| (name, id)));
                    }
                }
                Operation::Alter(_) => {}
            }
        }
        for (name, taker) in taken {
            for freer in free.get(&name).into_iter().flatten() {
                self.graph.order(*freer, taker);
            }
        }
    }
}

/// Whether calls may leave out some of the routine's arguments.
fn takes_fewer(side: &Side, routine: &ObjectAddress) -> bool {
    let body = side.catalog.routines.get(&routine_signature(routine));
    body.is_some_and(|body| body.arguments.contains("VARIADIC ") || body.arguments.contains(" DEFAULT "))
}

/// Whether dropping a column takes this constraint of the same table along.
pub(crate) fn goes_with_column(sides: &Sides, part: &ObjectAddress, column: &ObjectAddress) -> bool {
    let is_same_table = part.qualified_name() == column.qualified_name();
    if part.kind == ObjectKind::Index {
        return is_same_table;
    }
    is_same_table
        && sides.current.constraint(part).is_some_and(|constraint| {
            let is_inside = column.part.as_ref().is_some_and(|name| constraint.columns.contains(name));
            let refers_back = constraint.kind == ConstraintKind::ForeignKey
                && constraint.references.as_ref().map(|far| &far.table) == part.qualified_name().as_ref();
            is_inside && !refers_back
        })
}
