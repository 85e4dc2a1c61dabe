//! What a plan creates, alters and drops on its own, and what of it needs what.
//!
//! Mostly an object. But a default, the owner of a sequence, a table's replica identity and its cluster mark come and
//! go without the object that they are an attribute of, and need other things than it does: they are units too.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    Catalog, Column, CompositeAttribute, CompositeType, Constraint, ConstraintKind, DataType, Facts, Index,
    ObjectAddress, ObjectKind, Persistence, ReplicaIdentity, State, Table,
};
use crate::emit::sql::column;
use crate::lineage::{self, Lineage, Place};
use crate::name::{Identifier, QualifiedName};
use crate::plan::given::Given;

/// A thing with a life of its own in a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    /// An object.
    Object(ObjectAddress),
    /// The default of a column or of a domain.
    Default(ObjectAddress),
    /// That a column owns this sequence.
    Ownership(ObjectAddress),
    /// The replica identity of a table, unless it is the default one.
    ReplicaIdentity(ObjectAddress),
    /// The mark that `CLUSTER` left on an index of this table or materialized view.
    Cluster(ObjectAddress),
    /// Who may do what with this object or column; the sequence of an identity column has the column's address.
    Privileges(ObjectAddress),
    /// The security labels of this object or column.
    SecurityLabels(ObjectAddress),
    /// That this table is a partition of another, or inherits from others.
    Parentage(ObjectAddress),
}

impl Unit {
    /// The object that it is, or is an attribute of.
    pub(crate) fn address(&self) -> &ObjectAddress {
        match self {
            Self::Object(address)
            | Self::Default(address)
            | Self::Ownership(address)
            | Self::ReplicaIdentity(address)
            | Self::Cluster(address)
            | Self::Parentage(address)
            | Self::Privileges(address)
            | Self::SecurityLabels(address) => address,
        }
    }
}

/// One side of a plan: its catalog, its units and what each of them needs.
pub(crate) struct Side<'a> {
    pub(crate) catalog: &'a Catalog,
    /// The catalog with what follows by itself.
    pub(crate) whole: &'a Catalog,
    pub(crate) facts: &'a Facts,
    pub(crate) needs: BTreeMap<Unit, BTreeSet<Unit>>,
    /// The server's major version; 0 where none was asked.
    pub(crate) major: u32,
    pub(crate) place: Place,
    pub(crate) lineage: &'a Lineage,
    pub(crate) given: &'a Given<'a>,
}

impl<'a> Side<'a> {
    /// The catalog is the state's, without what follows by itself.
    pub(crate) fn new(
        catalog: &'a Catalog,
        state: &'a State,
        place: Place,
        lineage: &'a Lineage,
        given: &'a Given<'a>,
    ) -> Self {
        let State { catalog: whole, dependencies, facts, major } = state;
        let mut side = Self { catalog, whole, facts, needs: BTreeMap::new(), major: *major, place, lineage, given };
        for address in catalog.addresses() {
            side.needs.insert(Unit::Object(address), BTreeSet::new());
        }
        for (dependent, needed) in &dependencies.needs {
            side.recorded(dependent, needed);
        }
        side.implied();
        side.attributes();
        side.controlled();
        side.descent();
        for (unit, needs) in &mut side.needs {
            needs.remove(unit);
        }
        side
    }

    /// How a statement names a table that it is to change without those below.
    pub(crate) fn only(&self, table: &QualifiedName) -> String {
        if self.lineage.has_children(table) { format!("ONLY {table}") } else { table.to_string() }
    }

    pub(crate) fn has(&self, unit: &Unit) -> bool {
        self.needs.contains_key(unit)
    }

    pub(crate) fn needs_of(&self, unit: &Unit) -> impl Iterator<Item = &Unit> {
        self.needs.get(unit).into_iter().flatten()
    }

    /// From each unit to those that need it.
    pub(crate) fn dependents(&self) -> BTreeMap<&Unit, Vec<&Unit>> {
        let mut dependents: BTreeMap<&Unit, Vec<&Unit>> = BTreeMap::new();
        for (dependent, needs) in &self.needs {
            for needed in needs {
                dependents.entry(needed).or_default().push(dependent);
            }
        }
        dependents
    }

    pub(crate) fn table(&self, address: &ObjectAddress) -> Option<&'a Table> {
        self.catalog.tables.get(&address.qualified_name()?)
    }

    /// Whether the table that something is a part of is logged.
    pub(crate) fn persistence(&self, part: &ObjectAddress) -> Persistence {
        self.table(part).map(|table| table.persistence).unwrap_or_default()
    }

    pub(crate) fn composite(&self, address: &ObjectAddress) -> Option<&'a CompositeType> {
        self.catalog.composites.get(&address.qualified_name()?)
    }

    pub(crate) fn attribute(&self, address: &ObjectAddress) -> Option<&'a CompositeAttribute> {
        self.composite(address)?.attributes.iter().find(|attribute| Some(&attribute.name) == address.part.as_ref())
    }

    pub(crate) fn column(&self, address: &ObjectAddress) -> Option<&'a Column> {
        column::find(self.table(address)?, address.part.as_ref()?)
    }

    /// Where a column stands in its table, or an attribute in its type.
    pub(crate) fn place_within(&self, address: &ObjectAddress) -> Option<usize> {
        let part = address.part.as_ref();
        match address.kind {
            ObjectKind::Column => self.table(address)?.columns.iter().position(|it| Some(&it.name) == part),
            ObjectKind::Attribute => self.composite(address)?.attributes.iter().position(|it| Some(&it.name) == part),
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::Domain
            | ObjectKind::DomainConstraint
            | ObjectKind::Composite
            | ObjectKind::Range
            | ObjectKind::Sequence
            | ObjectKind::Table
            | ObjectKind::Constraint
            | ObjectKind::Index
            | ObjectKind::Routine
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Trigger
            | ObjectKind::Defined(_) => None,
        }
    }

    /// Whether foreign keys can stand on it.
    pub(crate) fn is_key(&self, address: &ObjectAddress) -> bool {
        let name = || address.part.as_ref();
        if address.kind == ObjectKind::Index {
            return self.table(address).and_then(|table| table.indexes.get(name()?)).is_some_and(|index| index.unique);
        }
        let is_key =
            |constraint: &Constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique);
        address.kind == ObjectKind::Constraint && self.constraint(address).is_some_and(is_key)
    }

    pub(crate) fn constraint(&self, address: &ObjectAddress) -> Option<&'a Constraint> {
        self.table(address)?.constraints.get(address.part.as_ref()?)
    }

    pub(crate) fn index(&self, address: &ObjectAddress) -> Option<&'a Index> {
        let (owner, name) = (address.qualified_name()?, address.part.as_ref()?);
        match self.catalog.tables.get(&owner) {
            Some(table) => table.indexes.get(name),
            None => self.catalog.materialized_views.get(&owner)?.indexes.get(name),
        }
    }

    /// Whether a relation of that name is in the schema of the table: indexes, and those of constraints, are relations.
    pub(crate) fn has_relation(&self, table: &QualifiedName, name: &Identifier) -> bool {
        let catalog = self.whole;
        let named = table.sibling(name.clone());
        let in_schema = |owner: &QualifiedName| owner.schema == table.schema;
        catalog.tables.contains_key(&named)
            || catalog.views.contains_key(&named)
            || catalog.materialized_views.contains_key(&named)
            || catalog.sequences.contains_key(&named)
            || catalog.tables.iter().any(|(owner, table)| {
                in_schema(owner) && (table.indexes.contains_key(name) || table.constraints.contains_key(name))
            })
            || catalog
                .materialized_views
                .iter()
                .any(|(owner, view)| in_schema(owner) && view.indexes.contains_key(name))
    }

    /// Whether a constraint of the table that `address` is a part of, or a relation beside that, has the name.
    pub(crate) fn has_part_or_relation(&self, address: &ObjectAddress, name: &Identifier) -> bool {
        let Some(table) = address.qualified_name() else { return false };
        let has_part = self.table(address).is_some_and(|table| table.constraints.contains_key(name));
        has_part || self.has_relation(&table, name)
    }

    /// The default of a column (generated columns have none) or domain.
    pub(crate) fn default(&self, address: &ObjectAddress) -> Option<&'a String> {
        if address.kind == ObjectKind::Domain {
            return self.catalog.domains.get(&address.qualified_name()?)?.default.as_ref();
        }
        if address.kind != ObjectKind::Column || self.lineage.same_defaults.contains(address) {
            return None;
        }
        let Some(column) = self.column(address) else { return self.view_column_default(address) };
        column.default.as_ref().filter(|_| column.generated.is_none())
    }

    /// The index or constraint of a table or materialized view that `CLUSTER` marks.
    pub(crate) fn clustered(&self, owner: &ObjectAddress) -> Option<ObjectAddress> {
        let name = owner.qualified_name()?;
        let marked = |indexes: &BTreeMap<Identifier, Index>| {
            indexes.iter().find(|(_, index)| index.clustered).map(|(index, _)| index.clone())
        };
        if let Some(table) = self.catalog.tables.get(&name) {
            let constraint = table.constraints.iter().find(|(_, constraint)| constraint.clustered);
            return match (constraint, marked(&table.indexes)) {
                (Some((constraint, _)), _) => {
                    Some(ObjectAddress::part(ObjectKind::Constraint, &name, constraint.clone()))
                }
                (None, index) => Some(ObjectAddress::part(ObjectKind::Index, &name, index?)),
            };
        }
        let index = marked(&self.catalog.materialized_views.get(&name)?.indexes)?;
        Some(ObjectAddress::part(ObjectKind::Index, &name, index))
    }

    /// The condition under which a column has no value. A row of nulls `IS NULL` too, and is a value: only this, as
    /// `NOT NULL` does, tells it from no row.
    pub(crate) fn is_empty(&self, column: &Column) -> String {
        let test = if self.is_row(&column.data_type) { "IS NOT DISTINCT FROM NULL" } else { "IS NULL" };
        format!("{} {test}", column.name)
    }

    /// The condition under which it has one.
    pub(crate) fn is_filled(&self, column: &Column) -> String {
        let test = if self.is_row(&column.data_type) { "IS DISTINCT FROM NULL" } else { "IS NOT NULL" };
        format!("{} {test}", column.name)
    }

    fn is_row(&self, data_type: &DataType) -> bool {
        if data_type.array {
            return false;
        }
        if let Some(domain) = self.catalog.domains.get(&data_type.name) {
            return self.is_row(&domain.data_type);
        }
        let rows = [ObjectKind::Composite, ObjectKind::Table, ObjectKind::View, ObjectKind::MaterializedView];
        self.type_address(&data_type.name).is_some_and(|address| rows.contains(&address.kind))
    }

    /// The object that a type name stands for, where the catalog holds it.
    pub(crate) fn type_address(&self, name: &QualifiedName) -> Option<ObjectAddress> {
        let catalog = self.catalog;
        let kind = if catalog.enums.contains_key(name) {
            ObjectKind::Enum
        } else if catalog.domains.contains_key(name) {
            ObjectKind::Domain
        } else if catalog.composites.contains_key(name) {
            ObjectKind::Composite
        } else if catalog.ranges.contains_key(name) {
            ObjectKind::Range
        } else if let Some((range, _)) = catalog.ranges.iter().find(|(_, range)| range.multirange == *name) {
            return Some(ObjectAddress::object(ObjectKind::Range, range));
        } else if catalog.tables.contains_key(name) {
            ObjectKind::Table
        } else if catalog.views.contains_key(name) {
            ObjectKind::View
        } else if catalog.materialized_views.contains_key(name) {
            ObjectKind::MaterializedView
        } else {
            return None;
        };
        Some(ObjectAddress::object(kind, name))
    }

    pub(super) fn need(&mut self, dependent: Unit, needed: Unit) {
        self.needs.entry(dependent).or_default().insert(needed);
    }

    /// The dependencies that the server recorded, shared out between an object and its attributes.
    fn recorded(&mut self, dependent: &ObjectAddress, needed: &BTreeSet<ObjectAddress>) {
        // What was left out needs what the part above it needs.
        if self.lineage.leader(self.place, dependent).is_some() {
            return;
        }
        if self.view_column_default(dependent).is_some() {
            for needed in needed.iter().filter_map(|needed| self.known(needed)).collect::<Vec<_>>() {
                self.need(Unit::Default(dependent.clone()), Unit::Object(needed));
            }
            return;
        }
        let Some(dependent) = self.known(dependent) else { return };
        // That is what its parentage needs.
        let is_parent = |needed: &ObjectAddress| {
            let table = self.table(&dependent).filter(|_| dependent.kind == ObjectKind::Table);
            let needed = needed.qualified_name().filter(|_| needed.kind == ObjectKind::Table);
            table.zip(needed).is_some_and(|(table, needed)| lineage::parents(table).contains(&&needed))
        };
        let needed = needed.iter().filter(|needed| !is_parent(needed)).collect::<Vec<_>>();
        for needed in needed.into_iter().filter_map(|needed| self.known(needed)).collect::<Vec<_>>() {
            let object = Unit::Object(dependent.clone());
            let target = Unit::Object(needed.clone());
            let is_owner = needed.qualified_name() == dependent.qualified_name() && dependent.kind != needed.kind;
            // What a table is of is an attribute of the table.
            if dependent.kind == ObjectKind::Table && self.is_type_of(&dependent, &needed) {
                continue;
            }
            // The column that owns a sequence is an attribute of the sequence.
            if dependent.kind == ObjectKind::Sequence && matches!(needed.kind, ObjectKind::Column | ObjectKind::Table) {
                continue;
            }
            if is_owner || self.default(&dependent).is_none() {
                self.need(object, target);
                continue;
            }
            if self.is_of_its_type(&dependent, &needed) {
                self.need(object, target.clone());
            }
            self.need(Unit::Default(dependent.clone()), target);
        }
    }

    fn is_type_of(&self, table: &ObjectAddress, needed: &ObjectAddress) -> bool {
        let of_type = self.table(table).and_then(|table| table.of_type.as_ref());
        matches!(needed.kind, ObjectKind::Composite | ObjectKind::Attribute)
            && of_type.is_some_and(|of_type| needed.qualified_name().as_ref() == Some(of_type))
    }

    /// Whether a column or domain with a default needs this for its type, not (only) for its default.
    fn is_of_its_type(&self, dependent: &ObjectAddress, needed: &ObjectAddress) -> bool {
        let name = if dependent.kind == ObjectKind::Column {
            self.column(dependent).map(|column| &column.data_type.name)
        } else {
            let domain = dependent.qualified_name().and_then(|name| self.catalog.domains.get(&name));
            domain.map(|domain| &domain.data_type.name)
        };
        matches!(needed.kind, ObjectKind::Schema | ObjectKind::Extension) || needed.qualified_name().as_ref() == name
    }

    /// The address as this side has it: a column of a view stands for the view.
    fn known(&self, address: &ObjectAddress) -> Option<ObjectAddress> {
        if self.has(&Unit::Object(address.clone())) {
            return Some(address.clone());
        }
        if let Some(leader) = self.lineage.leader(self.place, address) {
            return self.known(leader);
        }
        let name = address.qualified_name()?;
        [ObjectKind::View, ObjectKind::MaterializedView, ObjectKind::Table]
            .into_iter()
            .map(|kind| ObjectAddress::object(kind, &name))
            .find(|relation| address.kind == ObjectKind::Column && self.has(&Unit::Object(relation.clone())))
    }

    /// What follows from the model itself.
    fn implied(&mut self) {
        // The default of a view's column is a unit, the column is none.
        let objects = self.needs.keys().filter(|unit| matches!(unit, Unit::Object(_)));
        let objects: Vec<ObjectAddress> = objects.map(|unit| unit.address().clone()).collect();
        for address in objects {
            let object = Unit::Object(address.clone());
            if let Some(schema) = &address.schema {
                let schema = Unit::Object(ObjectAddress::global(ObjectKind::Schema, schema.clone()));
                if self.has(&schema) {
                    self.need(object.clone(), schema);
                }
            }
            if let Some(owner) = self.owner(&address) {
                self.need(object.clone(), Unit::Object(owner));
            }
            if let Some(column) = self.column(&address).filter(|_| address.kind == ObjectKind::Column)
                && let Some(data_type) = self.type_address(&column.data_type.name)
            {
                self.need(object.clone(), Unit::Object(data_type));
            }
            if address.kind == ObjectKind::Constraint {
                self.constraint_needs(&address);
            }
        }
        let domains = self.catalog.domains.iter();
        let domains = domains.map(|(name, it)| (ObjectAddress::object(ObjectKind::Domain, name), &it.data_type));
        let ranges = self.catalog.ranges.iter();
        let ranges = ranges.map(|(name, it)| (ObjectAddress::object(ObjectKind::Range, name), &it.subtype));
        let attributes = self.catalog.composites.iter().flat_map(|(name, composite)| {
            let address = |part: &Identifier| ObjectAddress::part(ObjectKind::Attribute, name, part.clone());
            composite.attributes.iter().map(move |it| (address(&it.name), &it.data_type))
        });
        for (operator, shell) in &self.facts.shell_operators {
            let schema = shell.schema.clone().map(|schema| ObjectAddress::global(ObjectKind::Schema, schema));
            if let Some(schema) = schema.map(Unit::Object).filter(|schema| self.has(schema)) {
                self.need(Unit::Object(operator.clone()), schema);
            }
        }
        for (address, data_type) in domains.chain(ranges).chain(attributes) {
            if let Some(data_type) = self.type_address(&data_type.name) {
                self.need(Unit::Object(address), Unit::Object(data_type));
            }
        }
    }

    /// The relation or domain that this is a part of.
    pub(crate) fn owner(&self, address: &ObjectAddress) -> Option<ObjectAddress> {
        address
            .kind
            .owners()
            .iter()
            .map(|kind| ObjectAddress { kind: *kind, part: None, ..address.clone() })
            .find(|owner| self.has(&Unit::Object(owner.clone())))
    }

    /// A constraint needs its columns, a foreign key also those that it refers to and a key on them.
    fn constraint_needs(&mut self, address: &ObjectAddress) {
        let (Some(constraint), Some(table)) = (self.constraint(address), address.qualified_name()) else { return };
        let object = Unit::Object(address.clone());
        let column = |table: &QualifiedName, name: &Identifier| {
            Unit::Object(ObjectAddress::part(ObjectKind::Column, table, name.clone()))
        };
        for name in &constraint.columns {
            self.need(object.clone(), column(&table, name));
        }
        let Some(reference) = &constraint.references else { return };
        self.need(object.clone(), Unit::Object(ObjectAddress::object(ObjectKind::Table, &reference.table)));
        for name in &reference.columns {
            self.need(object.clone(), column(&reference.table, name));
        }
        let has_key = self.needs_of(&object).any(|needed| self.is_key_of(needed, &reference.table));
        let Some(far) = self.catalog.tables.get(&reference.table).filter(|_| !has_key) else { return };
        let sorted = |columns: &[Identifier]| columns.iter().cloned().collect::<BTreeSet<_>>();
        let key = far.constraints.iter().find(|(_, key)| {
            matches!(key.kind, ConstraintKind::PrimaryKey | ConstraintKind::Unique)
                && sorted(&key.columns) == sorted(&reference.columns)
        });
        if let Some((name, _)) = key {
            self.need(
                object,
                Unit::Object(ObjectAddress::part(ObjectKind::Constraint, &reference.table, name.clone())),
            );
        }
    }

    fn is_key_of(&self, unit: &Unit, table: &QualifiedName) -> bool {
        let address = unit.address();
        matches!(address.kind, ObjectKind::Constraint | ObjectKind::Index)
            && address.qualified_name().as_ref() == Some(table)
    }

    /// The units that are no objects.
    fn attributes(&mut self) {
        let catalog = self.catalog;
        for (name, domain) in &catalog.domains {
            if domain.default.is_some() {
                let address = ObjectAddress::object(ObjectKind::Domain, name);
                self.need(Unit::Default(address.clone()), Unit::Object(address));
            }
        }
        for (name, sequence) in &catalog.sequences {
            if let Some((table, column)) = &sequence.owned_by {
                let address = ObjectAddress::object(ObjectKind::Sequence, name);
                let owner = ObjectAddress::part(ObjectKind::Column, table, column.clone());
                self.need(Unit::Ownership(address.clone()), Unit::Object(address.clone()));
                self.need(Unit::Ownership(address), Unit::Object(owner));
            }
        }
        for (name, table) in &catalog.tables {
            self.table_attributes(name, table);
        }
        for (name, view) in &catalog.views {
            for column in view.columns.iter().filter(|column| column.default.is_some()) {
                let view = Unit::Object(ObjectAddress::object(ObjectKind::View, name));
                let column = ObjectAddress::part(ObjectKind::Column, name, column.name.clone());
                self.need(Unit::Default(column), view);
            }
        }
        for name in catalog.materialized_views.keys() {
            self.cluster(ObjectAddress::object(ObjectKind::MaterializedView, name));
        }
    }

    fn table_attributes(&mut self, name: &QualifiedName, table: &Table) {
        for column in &table.columns {
            let address = ObjectAddress::part(ObjectKind::Column, name, column.name.clone());
            if self.default(&address).is_some() {
                self.need(Unit::Default(address.clone()), Unit::Object(address));
            }
        }
        let address = ObjectAddress::object(ObjectKind::Table, name);
        if let ReplicaIdentity::Index(index) = &table.replica_identity {
            let kind = if table.constraints.contains_key(index) { ObjectKind::Constraint } else { ObjectKind::Index };
            let index = ObjectAddress::part(kind, name, index.clone());
            let key = ObjectAddress { kind: ObjectKind::Constraint, ..index.clone() };
            let found = [&index, &key].into_iter().find_map(|index| self.known(index));
            let index = found.unwrap_or(index);
            self.need(Unit::ReplicaIdentity(address.clone()), Unit::Object(index));
        }
        if !table.replica_identity.is_default() {
            self.need(Unit::ReplicaIdentity(address.clone()), Unit::Object(address.clone()));
        }
        self.cluster(address);
    }

    /// The default of a view's column: a view has no other part that stands on what reads the view.
    fn view_column_default(&self, address: &ObjectAddress) -> Option<&'a String> {
        let view = self.catalog.views.get(&address.qualified_name()?)?;
        view.columns.iter().find(|column| Some(&column.name) == address.part.as_ref())?.default.as_ref()
    }

    /// What a table has to do with its parents; and who needs a column that is taken over needs the one above it too.
    fn descent(&mut self) {
        for (name, table) in &self.catalog.tables {
            let child = ObjectAddress::object(ObjectKind::Table, name);
            if let Some(of_type) = &table.of_type {
                self.of_type(name, table, of_type);
            }
            for parent in lineage::parents(table) {
                let above = ObjectAddress::object(ObjectKind::Table, parent);
                self.need(Unit::Parentage(child.clone()), Unit::Object(above));
                self.need(Unit::Parentage(child.clone()), Unit::Object(child.clone()));
                let joins = self.place == Place::Desired && !self.lineage.stays.contains_key(name);
                let columns = self.catalog.tables.get(parent).filter(|_| joins).map(|parent| &parent.columns);
                for column in columns.into_iter().flatten() {
                    let column = ObjectAddress::part(ObjectKind::Column, parent, column.name.clone());
                    self.need(Unit::Parentage(child.clone()), Unit::Object(column));
                }
            }
        }
        let (mut pairs, mut own) = (Vec::new(), Vec::new());
        for (unit, needs) in &self.needs {
            let mut pending: Vec<&ObjectAddress> = needs.iter().map(Unit::address).collect();
            while let Some(needed) = pending.pop() {
                let Some(above) = self.lineage.above.get(needed) else { continue };
                pairs.extend(above.iter().map(|leader| (unit.clone(), Unit::Object(leader.clone()))));
                pending.extend(above);
            }
        }
        for (column, above) in &self.lineage.above {
            for leader in above {
                own.push((Unit::Object(column.clone()), Unit::Object(leader.clone())));
                own.push((Unit::Default(column.clone()), Unit::Default(leader.clone())));
            }
        }
        for (unit, needed) in pairs.into_iter().chain(own) {
            if self.has(&unit) {
                self.need(unit, needed);
            }
        }
    }

    /// A table is one of its type once both have their columns.
    fn of_type(&mut self, name: &QualifiedName, table: &Table, of_type: &QualifiedName) {
        let child = ObjectAddress::object(ObjectKind::Table, name);
        let own = Unit::Parentage(child.clone());
        self.need(own.clone(), Unit::Object(child));
        self.need(own.clone(), Unit::Object(ObjectAddress::object(ObjectKind::Composite, of_type)));
        let catalog = self.catalog;
        let attributes = catalog.composites.get(of_type).into_iter().flat_map(|composite| &composite.attributes);
        let parts = attributes.map(|it| ObjectAddress::part(ObjectKind::Attribute, of_type, it.name.clone()));
        let columns = table.columns.iter().map(|it| ObjectAddress::part(ObjectKind::Column, name, it.name.clone()));
        for part in parts.chain(columns) {
            self.need(own.clone(), Unit::Object(part));
        }
    }

    fn cluster(&mut self, owner: ObjectAddress) {
        if let Some(index) = self.clustered(&owner) {
            self.need(Unit::Cluster(owner.clone()), Unit::Object(index));
            self.need(Unit::Cluster(owner.clone()), Unit::Object(owner));
        }
    }
}
