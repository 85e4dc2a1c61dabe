//! What happens to each unit: created, dropped, altered in place, or dropped and created again because something that
//! it stands on is.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    Column, ConstraintKind, DataType, DefinedKind, Extension, ExtensionFacts, Generated, GeneratedKind, ObjectAddress,
    ObjectKind, Table,
};
use crate::diff::attributes::same_shape;
use crate::diff::{Attribute, Change, ChangeSet, stored_types};
use crate::emit::sql::types::added_values;
use crate::emit::sql::{defined, routine_signature};
use crate::name::QualifiedName;
use crate::plan::arguments;
use crate::plan::conversion::same_family;
use crate::plan::fixed::SETS_ACCESS_METHOD;
use crate::plan::unit::{Side, Unit};

mod family;
mod types;

/// What happens to a unit. Those without a fate stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Only the desired side has it.
    Create,
    /// Only the current side has it.
    Drop,
    /// It is changed in place.
    Alter,
    /// It is dropped and created again.
    Replace,
}

/// The fates, and the columns whose type has to be converted.
#[derive(Debug, Default)]
pub(crate) struct Fates {
    pub(crate) of: BTreeMap<Unit, Fate>,
    /// Columns that stay but change their type, be it that only the type behind the name is a new one.
    pub(crate) converted: BTreeSet<ObjectAddress>,
    /// Types that are replaced while columns still have them: they are renamed, and dropped in the end.
    pub(crate) aside: BTreeSet<ObjectAddress>,
}

impl Fates {
    pub(crate) fn get(&self, unit: &Unit) -> Option<Fate> {
        self.of.get(unit).copied()
    }

    /// Whether the unit as it was does not survive.
    pub(crate) fn is_gone(&self, unit: &Unit) -> bool {
        match self.get(unit) {
            Some(Fate::Drop | Fate::Replace) => true,
            Some(Fate::Create | Fate::Alter) | None => false,
        }
    }
}

/// Both sides and what differs between them.
pub(crate) struct Sides<'a> {
    pub(crate) current: Side<'a>,
    pub(crate) desired: Side<'a>,
    pub(crate) changes: ChangeSet,
}

impl Sides<'_> {
    /// The major version of the server that the plan is for; 0 where none was asked.
    pub(crate) fn major(&self) -> u32 {
        if self.current.major == 0 { self.desired.major } else { self.current.major }
    }

    /// The attributes in which an object of both sides differs.
    pub(crate) fn differs(&self, address: &ObjectAddress, attribute: Attribute) -> bool {
        matches!(self.changes.changes.get(address), Some(Change::Alter(attributes)) if attributes.contains(&attribute))
    }

    /// The column as it is and as it should be.
    pub(crate) fn columns(&self, address: &ObjectAddress) -> Option<(&Column, &Column)> {
        Some((self.current.column(address)?, self.desired.column(address)?))
    }
}

/// Decides every fate; `forced` are units that could not be altered in place because of what stands around them.
pub(crate) fn fates(sides: &Sides, forced: &BTreeSet<Unit>) -> Fates {
    let mut closure = Closure {
        sides,
        dependents: sides.current.dependents(),
        fates: Fates::default(),
        pending: Vec::new(),
        pending_columns: Vec::new(),
        stored: stored_types(sides.current.catalog),
    };
    closure.start(forced);
    closure.foreign_keys_between_changing_tables();
    closure.sequences_of_changing_tables();
    closure.domains_inside_others();
    closure.readers_by_place();
    closure.lookalikes();
    closure.run();
    closure.set_aside();
    closure.fates
}

struct Closure<'a> {
    sides: &'a Sides<'a>,
    dependents: BTreeMap<&'a Unit, Vec<&'a Unit>>,
    fates: Fates,
    pending: Vec<Unit>,
    pending_columns: Vec<ObjectAddress>,
    stored: BTreeSet<QualifiedName>,
}

fn table_of(part: &ObjectAddress) -> ObjectAddress {
    ObjectAddress { kind: ObjectKind::Table, part: None, ..part.clone() }
}

fn has_new_type(attributes: &BTreeSet<Attribute>) -> bool {
    attributes.contains(&Attribute::DataType) || attributes.contains(&Attribute::Collation)
}

impl Closure<'_> {
    fn start(&mut self, forced: &BTreeSet<Unit>) {
        let Sides { current, desired, changes: _ } = self.sides;
        for unit in current.needs.keys() {
            if !desired.has(unit) {
                self.go(unit.clone(), Fate::Drop);
            } else if forced.contains(unit) {
                self.go(unit.clone(), Fate::Replace);
            } else if let Some(fate) = self.changed(unit) {
                self.go(unit.clone(), fate);
                // Rows hold what the attribute is part of: the whole type makes room for a new one.
                if let (Fate::Replace, ObjectKind::Attribute) = (fate, unit.address().kind) {
                    current
                        .owner(unit.address())
                        .into_iter()
                        .for_each(|type_| self.go(Unit::Object(type_), Fate::Replace));
                }
            }
        }
        for unit in desired.needs.keys().filter(|unit| !current.has(unit)) {
            self.go(unit.clone(), Fate::Create);
        }
    }

    fn go(&mut self, unit: Unit, fate: Fate) {
        self.fates.of.insert(unit.clone(), fate);
        match fate {
            Fate::Drop | Fate::Replace => self.pending.push(unit),
            Fate::Create => {}
            Fate::Alter => {
                let address = unit.address();
                let changes_type = self.sides.differs(address, Attribute::DataType)
                    || self.sides.differs(address, Attribute::Collation);
                let has_type = matches!(address.kind, ObjectKind::Column | ObjectKind::Attribute);
                if matches!(unit, Unit::Object(_)) && has_type && changes_type {
                    self.convert(address.clone());
                }
            }
        }
    }

    /// The columns that this one follows.
    fn above(&self, column: &ObjectAddress) -> &[ObjectAddress] {
        self.sides.current.lineage.above.get(column).map_or(&[], Vec::as_slice)
    }

    fn convert(&mut self, column: ObjectAddress) {
        if self.fates.converted.insert(column.clone()) {
            self.pending_columns.push(column);
        }
    }

    /// What a unit of both sides needs, going by itself alone.
    fn changed(&self, unit: &Unit) -> Option<Fate> {
        let Sides { current, desired, changes } = self.sides;
        let altered = |differs: bool| differs.then_some(Fate::Alter);
        match unit {
            Unit::Object(address) => match changes.changes.get(address)? {
                Change::Alter(attributes) => self.object_changed(address, attributes),
                Change::Create | Change::Drop => None,
            },
            Unit::Default(address) => altered(current.default(address) != desired.default(address)),
            Unit::Ownership(address) => altered(self.sides.differs(address, Attribute::OwnedBy)),
            Unit::ReplicaIdentity(address) => altered(self.sides.differs(address, Attribute::ReplicaIdentity)),
            Unit::Cluster(address) => altered(current.clustered(address) != desired.clustered(address)),
            Unit::Privileges(address) => altered(current.privileges(address) != desired.privileges(address)),
            Unit::SecurityLabels(address) => altered(self.sides.differs(address, Attribute::SecurityLabels)),
            Unit::Parentage(address) => {
                (self.sides.differs(address, Attribute::Parents) || self.is_reshaped(address)).then_some(Fate::Replace)
            }
        }
    }

    /// Whether the columns of a table change that has them from a type: both are let go of each other meanwhile.
    fn is_reshaped(&self, table: &ObjectAddress) -> bool {
        let shape = |side: &Side| {
            let table = side.table(table)?;
            let composite = side.catalog.composites.get(table.of_type.as_ref()?)?;
            let columns = table.columns.iter().map(|it| (it.name.clone(), it.data_type.clone(), it.collation.clone()));
            let attributes = composite.attributes.iter();
            let attributes = attributes.map(|it| (it.name.clone(), it.data_type.clone(), it.collation.clone()));
            Some(columns.chain(attributes).collect::<Vec<_>>())
        };
        let current = shape(&self.sides.current);
        current.is_some() && current != shape(&self.sides.desired)
    }

    fn object_changed(&self, address: &ObjectAddress, attributes: &BTreeSet<Attribute>) -> Option<Fate> {
        let elsewhere = [
            Attribute::Default,
            Attribute::ColumnDefaults,
            Attribute::OwnedBy,
            Attribute::ReplicaIdentity,
            Attribute::Clustered,
            Attribute::Privileges,
            Attribute::SecurityLabels,
            Attribute::Parents,
        ];
        if attributes.iter().all(|attribute| elsewhere.contains(attribute)) {
            return None;
        }
        Some(if self.can_alter(address, attributes) { Fate::Alter } else { Fate::Replace })
    }

    fn can_alter(&self, address: &ObjectAddress, attributes: &BTreeSet<Attribute>) -> bool {
        let has = |attribute| attributes.contains(&attribute);
        match address.kind {
            ObjectKind::Schema | ObjectKind::Sequence => true,
            ObjectKind::Extension => self.can_alter_extension(address, attributes),
            ObjectKind::Table => !has(Attribute::PartitionKey) && !has(Attribute::Server),
            ObjectKind::Enum => !has(Attribute::Values) || self.only_adds_values(address),
            ObjectKind::Domain => !has_new_type(attributes),
            ObjectKind::Composite => !has(Attribute::AttributeOrder),
            ObjectKind::Attribute => !self.is_stored(address) || !has_new_type(attributes),
            ObjectKind::Column => self.can_alter_column(address, attributes),
            ObjectKind::DomainConstraint => !has(Attribute::Definition) && !self.invalidates(address, attributes),
            ObjectKind::Constraint => {
                let is_foreign_key = self
                    .sides
                    .current
                    .constraint(address)
                    .is_some_and(|constraint| constraint.kind == ConstraintKind::ForeignKey);
                let is_unfinished = has(Attribute::Validated) && self.sides.current.is_key(address);
                !(has(Attribute::Definition) || is_unfinished || self.invalidates(address, attributes))
                    && (is_foreign_key || !(has(Attribute::Deferrability) || has(Attribute::Enforced)))
            }
            ObjectKind::Defined(kind) => self.can_alter_defined(kind, address),
            // PostgreSQL changes no storage parameters of a partitioned index, nor builds what its partitions lack.
            ObjectKind::Index => {
                let is_partitioned = self.sides.desired.catalog.is_partitioned(&table_of(address));
                let whole = has(Attribute::Options) || has(Attribute::Valid);
                !(has(Attribute::Definition) || whole && is_partitioned)
            }
            ObjectKind::Trigger | ObjectKind::Range => !has(Attribute::Definition),
            ObjectKind::Routine => !has(Attribute::Definition) || self.can_replace_routine(address),
            ObjectKind::View => !has(Attribute::Columns) || self.only_adds_view_columns(address),
            ObjectKind::MaterializedView => {
                let moves = self.sides.major() == 0 || self.sides.major() >= SETS_ACCESS_METHOD;
                !has(Attribute::Query) && !has(Attribute::Columns) && (moves || !has(Attribute::AccessMethod))
            }
        }
    }

    fn can_alter_defined(&self, kind: DefinedKind, address: &ObjectAddress) -> bool {
        let Sides { current, desired, changes: _ } = self.sides;
        let both = current.catalog.defined.get(address).zip(desired.catalog.defined.get(address));
        both.is_some_and(|(old, new)| defined::alter(kind, address, old, new, current.major).is_some())
    }

    /// An extension moves where its author lets it, and is updated where scripts lead to the version.
    fn can_alter_extension(&self, address: &ObjectAddress, attributes: &BTreeSet<Attribute>) -> bool {
        let Sides { current, desired, changes: _ } = self.sides;
        let desired = desired.catalog.extensions.get(&address.name);
        match (current.facts.extensions.get(&address.name), desired) {
            (
                Some(ExtensionFacts { relocatable, updates, comment: _ }),
                Some(Extension { schema: _, version, comment: _ }),
            ) => {
                (*relocatable || !attributes.contains(&Attribute::Schema))
                    && (updates.contains(version) || !attributes.contains(&Attribute::Version))
            }
            (None, _) | (_, None) => true,
        }
    }

    fn only_adds_values(&self, address: &ObjectAddress) -> bool {
        let Sides { current, desired, changes: _ } = self.sides;
        address.qualified_name().is_some_and(|name| {
            match (current.catalog.enums.get(&name), desired.catalog.enums.get(&name)) {
                (Some(current), Some(desired)) => added_values(&name, &current.values, &desired.values).is_some(),
                (None, _) | (_, None) => false,
            }
        })
    }

    fn can_alter_column(&self, address: &ObjectAddress, attributes: &BTreeSet<Attribute>) -> bool {
        let Some((current, desired)) = self.sides.columns(address) else { return true };
        let has = |attribute| attributes.contains(&attribute);
        match (&current.generated, &desired.generated) {
            (None, None) => true,
            (Some(Generated { kind, expression: _ }), None) => *kind == GeneratedKind::Stored,
            (None, Some(_)) => false,
            (Some(_), Some(_)) if has(Attribute::DataType) || has(Attribute::Collation) => false,
            (Some(from), Some(to)) => !has(Attribute::Generated) || self.can_set_expression(address, from, to),
        }
    }

    /// `SET EXPRESSION` is there from 17 on; it does not check again what a virtual column's table checks.
    fn can_set_expression(&self, column: &ObjectAddress, from: &Generated, to: &Generated) -> bool {
        let is_checked = |table: &Table| table.constraints.values().any(|it| it.kind == ConstraintKind::Check);
        let sides = [&self.sides.current, &self.sides.desired];
        let has_checks = sides.into_iter().filter_map(|side| side.table(column)).any(is_checked);
        self.sides.major() >= 17
            && from.kind == to.kind
            && match from.kind {
                GeneratedKind::Stored => true,
                GeneratedKind::Virtual => !has_checks,
            }
    }

    /// A constraint that was checked cannot be made `NOT VALID`.
    fn invalidates(&self, address: &ObjectAddress, attributes: &BTreeSet<Attribute>) -> bool {
        let desired = &self.sides.desired;
        let stays_valid = if address.kind == ObjectKind::Constraint {
            desired.constraint(address).is_none_or(|constraint| constraint.validated)
        } else {
            address
                .qualified_name()
                .and_then(|domain| desired.catalog.domains.get(&domain)?.constraints.get(address.part.as_ref()?))
                .is_none_or(|constraint| constraint.validated)
        };
        attributes.contains(&Attribute::Validated) && !stays_valid
    }

    fn can_replace_routine(&self, address: &ObjectAddress) -> bool {
        let signature = routine_signature(address);
        let Sides { current, desired, changes: _ } = self.sides;
        match (current.catalog.routines.get(&signature), desired.catalog.routines.get(&signature)) {
            (Some(current), Some(desired)) => {
                current.kind == desired.kind
                    && current.is_hypothetical() == desired.is_hypothetical()
                    && current.result == desired.result
                    && arguments::can_replace(&current.arguments, &desired.arguments)
            }
            (None, _) | (_, None) => false,
        }
    }

    fn only_adds_view_columns(&self, address: &ObjectAddress) -> bool {
        let Sides { current, desired, changes: _ } = self.sides;
        address.qualified_name().is_some_and(|name| {
            match (current.catalog.views.get(&name), desired.catalog.views.get(&name)) {
                (Some(current), Some(desired)) => {
                    current.columns.len() <= desired.columns.len()
                        && current
                            .columns
                            .iter()
                            .zip(&desired.columns)
                            .all(|(current, desired)| same_shape(current, desired))
                }
                (None, _) | (_, None) => false,
            }
        })
    }

    /// A foreign key cannot stay between two tables while one is logged and the other not.
    fn foreign_keys_between_changing_tables(&mut self) {
        let changes =
            |name: &_| self.sides.differs(&ObjectAddress::object(ObjectKind::Table, name), Attribute::Persistence);
        let mut replaced = Vec::new();
        for (name, table) in &self.sides.current.catalog.tables {
            for (constraint, body) in &table.constraints {
                let far = body.references.as_ref().map(|reference| &reference.table);
                if far.is_some_and(|far| far != name && changes(name) && changes(far)) {
                    replaced.push(Unit::Object(ObjectAddress::part(ObjectKind::Constraint, name, constraint.clone())));
                }
            }
        }
        for unit in replaced.into_iter().filter(|unit| self.sides.desired.has(unit)) {
            self.go(unit, Fate::Replace);
        }
    }

    /// A table takes its sequences along when it changes its persistence (15 and later): one that does not follow has
    /// no owner meanwhile.
    fn sequences_of_changing_tables(&mut self) {
        let Sides { current, desired, changes: _ } = self.sides;
        let mut freed = Vec::new();
        for (name, sequence) in &current.catalog.sequences {
            let Some((table, _)) = &sequence.owned_by else { continue };
            let address = ObjectAddress::object(ObjectKind::Table, table);
            let follows = desired.catalog.sequences.get(name).zip(desired.catalog.tables.get(table));
            if self.sides.differs(&address, Attribute::Persistence)
                && follows.is_some_and(|(sequence, table)| sequence.persistence != table.persistence)
            {
                freed.push(Unit::Ownership(ObjectAddress::object(ObjectKind::Sequence, name)));
            }
        }
        for unit in freed.into_iter().filter(|unit| desired.has(unit)) {
            self.go(unit, Fate::Replace);
        }
    }

    fn run(&mut self) {
        loop {
            if let Some(unit) = self.pending.pop() {
                for dependent in self.dependents.get(&unit).cloned().unwrap_or_default() {
                    self.lose(dependent, &unit);
                }
            } else if let Some(column) = self.pending_columns.pop() {
                let unit = Unit::Object(column.clone());
                for dependent in self.dependents.get(&unit).cloned().unwrap_or_default() {
                    self.meet_new_type(dependent, &column);
                }
            } else {
                return;
            }
        }
    }

    /// What becomes of a unit when something that it needs does not survive.
    fn lose(&mut self, unit: &Unit, lost: &Unit) {
        if self.fates.is_gone(unit) || self.is_freed(unit, lost) {
            return;
        }
        let Unit::Object(address) = unit else {
            self.go(unit.clone(), Fate::Replace);
            return;
        };
        match address.kind {
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::Composite
            | ObjectKind::Sequence => {}
            ObjectKind::Table => {
                // What a foreign table shows stays where it is.
                if lost.address().kind == ObjectKind::Defined(DefinedKind::Server) {
                    self.go(unit.clone(), Fate::Replace);
                }
            }
            ObjectKind::Column => self.column_loses(address, lost),
            ObjectKind::Attribute => self.attribute_loses(address, lost),
            ObjectKind::DomainConstraint => self.domain_constraint_loses(address),
            ObjectKind::Range
            | ObjectKind::Domain
            | ObjectKind::Constraint
            | ObjectKind::Index
            | ObjectKind::Routine
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Trigger
            | ObjectKind::Defined(_) => self.go(unit.clone(), Fate::Replace),
        }
    }

    fn column_loses(&mut self, address: &ObjectAddress, lost: &Unit) {
        let unit = Unit::Object(address.clone());
        let Some((current, desired)) = self.sides.columns(address) else { return };
        let is_above = self.above(address).contains(lost.address());
        let extension_lost = lost.address().kind == ObjectKind::Extension;
        if is_above || extension_lost || self.sides.current.owner(address).as_ref() == Some(lost.address()) {
            self.go(unit, Fate::Replace);
            return;
        }
        match (&current.generated, &desired.generated) {
            (Some(_), Some(_)) => self.go(unit, Fate::Replace),
            (None | Some(_), None) | (None, Some(_)) => {
                let type_lost = matches!(lost, Unit::Object(lost) if self.sides.current.type_address(&current.data_type.name).as_ref() == Some(lost));
                if type_lost || self.is_its_collation(current, lost) {
                    self.fates.of.insert(unit, Fate::Alter);
                    self.convert(address.clone());
                }
            }
        }
    }

    fn is_its_collation(&self, column: &Column, lost: &Unit) -> bool {
        let address = lost.address();
        address.kind == ObjectKind::Defined(DefinedKind::Collation) && address.qualified_name() == column.collation
    }

    /// Whether altering the unit takes away its need of what is lost.
    fn is_freed(&self, unit: &Unit, lost: &Unit) -> bool {
        if self.fates.get(unit) != Some(Fate::Alter) || self.sides.desired.needs_of(unit).any(|need| need == lost) {
            return false;
        }
        let Unit::Object(address) = unit else {
            // What is granted on an object, or said of it, never stays when that goes.
            return !matches!(unit, Unit::Privileges(_) | Unit::SecurityLabels(_));
        };
        match address.kind {
            ObjectKind::View => self.has_new_text(address),
            ObjectKind::Routine | ObjectKind::Defined(_) => self.has_new_text(address),
            ObjectKind::Column => {
                self.fates.converted.contains(address) || self.sides.differs(address, Attribute::Generated)
            }
            ObjectKind::Attribute => self.fates.converted.contains(address),
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Composite
            | ObjectKind::Table
            | ObjectKind::Sequence => true,
            ObjectKind::Enum
            | ObjectKind::Domain
            | ObjectKind::Range
            | ObjectKind::DomainConstraint
            | ObjectKind::Constraint
            | ObjectKind::Index
            | ObjectKind::MaterializedView
            | ObjectKind::Trigger => false,
        }
    }

    fn has_new_text(&self, address: &ObjectAddress) -> bool {
        [Attribute::Query, Attribute::Columns, Attribute::Definition]
            .into_iter()
            .any(|attribute| self.sides.differs(address, attribute))
    }

    /// What becomes of a unit when a column that it needs changes its type.
    fn meet_new_type(&mut self, unit: &Unit, column: &ObjectAddress) {
        if self.fates.is_gone(unit) {
            return;
        }
        let address = match unit {
            Unit::Default(_) => {
                if self.sides.desired.has(unit) {
                    self.go(unit.clone(), Fate::Replace);
                }
                return;
            }
            Unit::Ownership(_)
            | Unit::ReplicaIdentity(_)
            | Unit::Cluster(_)
            | Unit::Parentage(_)
            | Unit::Privileges(_)
            | Unit::SecurityLabels(_) => return,
            Unit::Object(address) => address,
        };
        if self.above(address).contains(column) {
            // It gets the new type along with the column above it, and loses what belongs to the old one.
            self.fates.of.entry(unit.clone()).or_insert(Fate::Alter);
            self.fates.converted.insert(address.clone());
            return;
        }
        let must_go = match address.kind {
            ObjectKind::View | ObjectKind::Routine => !self.is_freed(unit, &Unit::Object(column.clone())),
            ObjectKind::MaterializedView | ObjectKind::Trigger | ObjectKind::Column | ObjectKind::Defined(_) => true,
            ObjectKind::Constraint => {
                let constraint = self.sides.current.constraint(address);
                let has_targets = constraint.is_some_and(|constraint| !constraint.statistics_targets.is_empty());
                has_targets || !self.survives_conversion(column)
            }
            ObjectKind::Index => self.index_must_go(address, column),
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::Enum
            | ObjectKind::Domain
            | ObjectKind::DomainConstraint
            | ObjectKind::Composite
            | ObjectKind::Attribute
            | ObjectKind::Range
            | ObjectKind::Sequence
            | ObjectKind::Table => false,
        };
        if must_go && self.sides.desired.has(unit) {
            self.go(unit.clone(), Fate::Replace);
        }
    }

    /// PostgreSQL builds a plain index anew by itself; it loses its statistics targets, and expressions may not parse
    /// any more while only some of their columns have their new type.
    fn index_must_go(&self, index: &ObjectAddress, column: &ObjectAddress) -> bool {
        self.sides.current.index(index).is_some_and(|body| {
            let is_plain = !body.partial && body.keys.iter().all(|key| key.column.is_some());
            !body.statistics_targets.is_empty() || !(is_plain || self.survives_conversion(column))
        })
    }

    /// Whether the operators that constraints use exist between the old and the new type.
    fn survives_conversion(&self, column: &ObjectAddress) -> bool {
        let Some((current, desired)) = self.sides.columns(column) else { return false };
        let is_new_type = |data_type: &DataType| {
            self.sides
                .current
                .type_address(&data_type.name)
                .is_some_and(|address| self.fates.is_gone(&Unit::Object(address)))
        };
        same_family(&current.data_type, &desired.data_type) && !is_new_type(&current.data_type)
    }
}
