//! What drops a unit: its statements, what is lost with it, and what brings it back.

use std::collections::BTreeSet;

use crate::catalog::{ConstraintKind, ObjectAddress, ObjectKind, Table};
use crate::diff::{contained_types, stored_types};
use crate::emit::sql::{Below, column, defined, drop_if_there, drop_statement, sequence, table};
use crate::lineage::{NOT_NULL_CONSTRAINTS, Place, find, key_with_new_type};
use crate::name::{Identifier, QualifiedName, quote_literal};
use crate::plan::creation::{alter_relation, creation, set_default};
use crate::plan::descent;
use crate::plan::fate::Fate;
use crate::plan::steps::{Emitter, PhasedStep, attribute_query, follow_up, type_word};
use crate::plan::unit::{Side, Unit};
use crate::plan::{Action, Hazard, HazardKind, Phase, Rollback, Step, unchecked};

pub(super) fn inside_others(domain: &ObjectAddress) -> String {
    format!("PostgreSQL makes no domain stricter that rows hold inside other types, as they do that of {domain}")
}

/// What drops the operators that one of this side has named, and that nobody on the other side knows of.
pub(super) fn shells_left_by<'a>(
    address: &'a ObjectAddress,
    side: &'a Side<'a>,
    other: &'a Side<'a>,
) -> impl Iterator<Item = String> {
    let shells = side.facts.shell_operators.iter().filter(move |(operator, _)| operator == address);
    let is_known = |shell: &ObjectAddress| {
        other.catalog.defined.contains_key(shell) || other.facts.shell_operators.iter().any(|(_, other)| other == shell)
    };
    let unknown = shells.filter(move |(_, shell)| !is_known(shell));
    unknown.filter_map(|(_, shell)| drop_if_there(shell, Below::Included))
}

impl Emitter<'_> {
    fn undo_drop(&self, unit: &Unit, folded: &BTreeSet<&Unit>) -> Rollback {
        let address = unit.address();
        let holds_rows = matches!(address.kind, ObjectKind::Table | ObjectKind::Column | ObjectKind::Sequence)
            && matches!(unit, Unit::Object(_));
        let is_loss = holds_rows || address.kind == ObjectKind::Attribute && self.holds_data(address);
        if is_loss && !self.is_derived(address) {
            Rollback::Irreversible(format!("drops the data of {address}"))
        } else if address.kind == ObjectKind::DomainConstraint && self.is_inside_others(address) {
            Rollback::Irreversible(inside_others(address))
        } else if self.fates.aside.contains(address) {
            Rollback::Sql(String::new())
        } else {
            let mut back = unchecked(&self.sides.current, address, creation(&self.sides.current, unit, folded));
            back.extend(self.lost_defaults(address));
            back.extend(self.foreign_default(unit));
            Rollback::Sql(back.join(";\n"))
        }
    }

    /// What takes the default away that a domain, when it comes back, finds on the domain that it stands on.
    fn foreign_default(&self, unit: &Unit) -> Option<String> {
        let Unit::Object(address) = unit else { return None };
        let name = address.qualified_name().filter(|_| address.kind == ObjectKind::Domain)?;
        let domain = self.sides.current.catalog.domains.get(&name).filter(|domain| domain.default.is_none())?;
        let default = |side: &Side| side.catalog.domains.get(&domain.data_type.name)?.default.clone();
        let is_new = default(&self.sides.current).is_none() && default(&self.sides.desired).is_some();
        is_new.then(|| set_default(&self.sides.current, address, None))
    }

    /// Whether rows hold the domain inside other types once the plan is done: PostgreSQL does not look there for what
    /// would not fit it, and refuses to make it stricter.
    pub(super) fn is_inside_others(&self, domain: &ObjectAddress) -> bool {
        let inside = contained_types(self.sides.desired.catalog);
        domain.qualified_name().is_some_and(|name| inside.contains(&name))
    }

    pub(super) fn drop(&self, unit: &Unit, folded: &BTreeSet<&Unit>) -> Vec<PhasedStep> {
        let address = unit.address();
        let is_replaced = self.fates.get(unit) == Some(Fate::Replace);
        let mut before = Vec::new();
        if self.follows(unit) {
            return Vec::new();
        }
        let sql = match unit {
            Unit::Object(_)
                if address.kind == ObjectKind::Attribute && folded.len() == 1 && self.goes_aside(address) =>
            {
                return Vec::new();
            }
            Unit::Object(_) if self.fates.aside.contains(address) => {
                format!("DROP {} {}", type_word(address), self.aside_name(address))
            }
            Unit::Object(ObjectAddress { kind: ObjectKind::Defined(kind), .. }) => {
                before = defined::drop(*kind, address);
                before.pop().unwrap_or_default()
            }
            Unit::Object(_) => {
                before = self.part_with_not_null(address);
                self.drop_alone(address)
            }
            Unit::Default(_) => set_default(&self.sides.current, address, None),
            Unit::Parentage(_) => self.detached(&self.sides.current, address).join(";\n"),
            Unit::Ownership(_) => self.qualified(address, |name| sequence::own(name, None)),
            // They come back with what they stand on.
            Unit::ReplicaIdentity(_) | Unit::Cluster(_) | Unit::Privileges(_) | Unit::SecurityLabels(_)
                if is_replaced =>
            {
                return Vec::new();
            }
            Unit::ReplicaIdentity(_) => format!("{} REPLICA IDENTITY DEFAULT", alter_relation(address)),
            Unit::Cluster(_) => format!("{} SET WITHOUT CLUSTER", alter_relation(address)),
            Unit::Privileges(_) => return self.privileges(address),
            Unit::SecurityLabels(_) => return self.security_labels(address),
        };
        let is_object = matches!(unit, Unit::Object(_));
        let rollback = self.undo_drop(unit, folded);
        let step = Step {
            sql,
            object: address.clone(),
            action: if is_object { Action::Drop } else { Action::Alter },
            hazards: self.going_hazards(unit),
            rollback,
            verify: if is_object && !is_replaced { self.is_gone(address) } else { None },
        };
        let phase =
            if is_object && !is_replaced && address.kind.breaks_readers() { Phase::Contract } else { Phase::Expand };
        let mut left = if is_object { self.leftovers(address) } else { Vec::new() };
        left.extend(
            shells_left_by(address, &self.sides.current, &self.sides.desired).map(|sql| follow_up(sql, address)),
        );
        let before = before.into_iter().map(|sql| {
            let (step, own) = follow_up(sql, address);
            if matches!(address.kind, ObjectKind::Defined(_)) {
                (Step { action: Action::Drop, ..step }, phase)
            } else {
                (step, own)
            }
        });
        before.chain(std::iter::once((step, phase))).chain(left).collect()
    }

    fn going_hazards(&self, unit: &Unit) -> Vec<Hazard> {
        match unit {
            Unit::Object(address) => self.drop_hazards(address),
            Unit::Parentage(address) => self.leaving_hazards(address),
            Unit::Default(_)
            | Unit::Ownership(_)
            | Unit::ReplicaIdentity(_)
            | Unit::Cluster(_)
            | Unit::Privileges(_)
            | Unit::SecurityLabels(_) => Vec::new(),
        }
    }

    /// What drops the object, and what follows it in tables below unless one of those keeps it.
    fn drop_alone(&self, address: &ObjectAddress) -> String {
        drop_statement(self.sides.current.catalog, address, self.how_far(address))
    }

    /// Where tables below keep a column, its `NOT NULL` goes first, and those that keep it make it their own before: with
    /// the column, theirs would stay behind as one that follows a parent's, which no statement changes any more.
    fn part_with_not_null(&self, address: &ObjectAddress) -> Vec<String> {
        let current = &self.sides.current;
        let goes_alone = address.kind == ObjectKind::Column && self.how_far(address) == Below::Kept;
        let column = current.column(address).filter(|column| column.not_null && goes_alone);
        let (Some(column), Some(table)) = (column, address.qualified_name()) else { return Vec::new() };
        if self.sides.major() < NOT_NULL_CONSTRAINTS {
            return Vec::new();
        }
        let own = current.lineage.staying_below(&table).into_iter().filter_map(|below| {
            let part = ObjectAddress::part(ObjectKind::Column, below, column.name.clone());
            let constraint = current.facts.inherited_not_nulls.get(&part)?;
            let kept = find(self.sides.desired.whole, below, &column.name).is_some_and(|kept| kept.not_null);
            let name = &constraint.name;
            kept.then(|| format!("ALTER TABLE {below} ADD CONSTRAINT {name} NOT NULL {}", column.name))
        });
        own.chain([column::alter(&table, &column.name, "DROP NOT NULL")]).collect()
    }

    /// The same on the way back, where a table below had a column before the one that is dropped again.
    pub(super) fn release_not_null(&self, address: &ObjectAddress) -> Option<String> {
        let (desired, table) = (&self.sides.desired, address.qualified_name()?);
        let column = desired.column(address).filter(|column| column.not_null)?;
        let below = desired.lineage.staying_below(&table);
        let had = below.into_iter().any(|below| find(self.sides.current.whole, below, &column.name).is_some());
        let is_needed = had && self.sides.major() >= NOT_NULL_CONSTRAINTS;
        is_needed.then(|| column::alter(&table, &column.name, "DROP NOT NULL"))
    }

    fn how_far(&self, address: &ObjectAddress) -> Below {
        if self.sides.current.lineage.kept_below.contains(address) { Below::Kept } else { Below::Included }
    }

    /// What drops the columns and constraints that stay behind in tables below, be it further down.
    fn leftovers(&self, address: &ObjectAddress) -> Vec<PhasedStep> {
        let lineage = self.sides.current.lineage;
        let left = lineage.leftovers.get(address).map_or(&[][..], Vec::as_slice);
        let followers = lineage.followers.get(&(Place::Current, address.clone()));
        let gone = followers.into_iter().flatten().filter(|follower| !left.contains(follower));
        let mut steps = Vec::new();
        for below in left.iter().chain(gone) {
            // Whether a table has in its own right what it takes over is not compared: it may have gone by then.
            let drop = if left.contains(below) { drop_if_there(below, self.how_far(below)) } else { None };
            steps.extend(drop.map(|sql| follow_up(sql, below)));
            steps.extend(self.leftovers(below));
        }
        steps
    }

    /// Whether the statements about a column above do all that is done to this one.
    pub(super) fn follows(&self, unit: &Unit) -> bool {
        matches!(unit, Unit::Object(address) if self.sides.desired.lineage.follows(address))
    }

    pub(super) fn detached(&self, side: &Side, address: &ObjectAddress) -> Vec<String> {
        let name = address.qualified_name();
        name.zip(side.table(address)).map_or_else(Vec::new, |(name, table)| table::detach(&name, table))
    }

    /// What the rows of a table that joins its parents may refuse.
    pub(super) fn joining_hazards(&self, address: &ObjectAddress) -> Vec<Hazard> {
        let is_partition = self.sides.desired.table(address).is_some_and(|table| table.partition_of.is_some());
        let exists = !matches!(self.fate(address), Some(Fate::Create | Fate::Replace));
        let detail = "rows outside of its bound, or in the default partition, stop it".to_owned();
        let hazard = Hazard { kind: HazardKind::MayFail, object: address.clone(), detail };
        (is_partition && exists).then_some(hazard).into_iter().collect()
    }

    /// `DROP NOT NULL` takes that of the tables below along, which a primary key of one of them forbids before version
    /// 18: each is told by itself then. No table of a partitioned one can be told by itself.
    /// `side` is what it leads to.
    pub(super) fn drop_not_null(&self, side: &Side, table: &QualifiedName, column: &Identifier) -> String {
        const DROP: &str = "DROP NOT NULL";
        let below = side.lineage.staying_below(table);
        let body = |name: &QualifiedName| side.whole.tables.get(name);
        let forbids = |name: &&QualifiedName| {
            let keys = body(name).into_iter().flat_map(|table| table.constraints.values());
            keys.filter(|key| key.kind == ConstraintKind::PrimaryKey).any(|key| key.columns.contains(column))
        };
        let is_partitioned = body(table).is_some_and(|table| table.partition_key.is_some());
        if self.sides.major() >= NOT_NULL_CONSTRAINTS || is_partitioned || !below.iter().any(forbids) {
            return column::alter(table, column, DROP);
        }
        let is_nullable = |name: &&QualifiedName| find(side.whole, name, column).is_some_and(|column| !column.not_null);
        let tables = std::iter::once(table).chain(below.iter().copied().filter(is_nullable));
        let statements: Vec<String> =
            tables.map(|table| column::alter(&format!("ONLY {table}"), column, DROP)).collect();
        statements.join(";\n")
    }

    /// What refers to the rows of a partition that leaves.
    fn leaving_hazards(&self, address: &ObjectAddress) -> Vec<Hazard> {
        let references = descent::references(self.sides);
        let keys = descent::foreign_keys_through(self.sides, self.fates, &references, address);
        let detail = "rows of it that others refer to stop it".to_owned();
        let hazard = Hazard { kind: HazardKind::MayFail, object: address.clone(), detail };
        keys.staying.iter().chain(&keys.within).next().map(|_| hazard).into_iter().collect()
    }

    /// Whether the values of a column that is dropped are computed anew.
    pub(super) fn is_derived(&self, address: &ObjectAddress) -> bool {
        self.sides
            .columns(address)
            .is_some_and(|(current, desired)| current.generated.is_some() && desired.generated.is_some())
    }

    fn drop_hazards(&self, address: &ObjectAddress) -> Vec<Hazard> {
        let (kind, detail) = match address.kind {
            ObjectKind::Schema => (HazardKind::DropSchema, ""),
            ObjectKind::Extension => (HazardKind::DropExtension, ""),
            ObjectKind::Table if self.sides.current.catalog.is_foreign(address) => {
                (HazardKind::DropTable, "its rows stay on the other server")
            }
            ObjectKind::Table => {
                let detail = format!("its rows are lost{}", self.why_recreated(address));
                return vec![Hazard { kind: HazardKind::DropTable, object: address.clone(), detail }];
            }
            ObjectKind::Column if self.is_derived(address) => return Vec::new(),
            ObjectKind::Column => (HazardKind::DropColumn, "its values are lost"),
            ObjectKind::Sequence if self.becomes_identity(address) => return Vec::new(),
            ObjectKind::Sequence => (HazardKind::DropSequence, "its position is lost"),
            ObjectKind::Attribute if self.holds_data(address) => (HazardKind::DropColumn, "its values are lost"),
            ObjectKind::Enum
            | ObjectKind::Domain
            | ObjectKind::DomainConstraint
            | ObjectKind::Composite
            | ObjectKind::Attribute
            | ObjectKind::Range
            | ObjectKind::Constraint
            | ObjectKind::Index
            | ObjectKind::Routine
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Trigger
            | ObjectKind::Defined(_) => return Vec::new(),
        };
        vec![Hazard { kind, object: address.clone(), detail: detail.to_owned() }]
    }

    /// Why a table that both sides have is dropped.
    fn why_recreated(&self, address: &ObjectAddress) -> String {
        let (Some(current), Some(desired)) = (self.sides.current.table(address), self.sides.desired.table(address))
        else {
            return String::new();
        };
        let copy = "instead, create a table of another name, copy the rows and swap the names";
        let key = |table: &Table| table.partition_key.as_ref().map(|key| key.definition.clone());
        if key(current) != key(desired) {
            return format!(", for PostgreSQL does not change how a table is partitioned; {copy}");
        }
        key_with_new_type(current, desired).map_or_else(String::new, |column| {
            format!(
                ", for PostgreSQL does not change the type of column {column}, which is in its partition key; {copy}"
            )
        })
    }

    /// Whether it is an attribute of a type that is dropped as a whole.
    pub(super) fn goes_aside(&self, attribute: &ObjectAddress) -> bool {
        self.sides.current.owner(attribute).is_some_and(|owner| self.fates.aside.contains(&owner))
    }

    /// Whether rows hold values of the composite type that this is an attribute of.
    pub(super) fn holds_data(&self, attribute: &ObjectAddress) -> bool {
        let stored = || stored_types(self.sides.current.catalog);
        attribute.qualified_name().is_some_and(|name| stored().contains(&name))
    }

    /// Whether the column that owns the sequence gets another generator, that goes on where its values end.
    fn becomes_identity(&self, sequence: &ObjectAddress) -> bool {
        let owner = sequence
            .qualified_name()
            .and_then(|name| self.sides.current.catalog.sequences.get(&name)?.owned_by.clone());
        owner.is_some_and(|(table, column)| {
            let column = ObjectAddress::part(ObjectKind::Column, &table, column);
            let is_identity = self.sides.desired.column(&column).is_some_and(|column| column.identity.is_some());
            let has_another = self.sides.desired.catalog.sequences.values().any(|other| {
                other
                    .owned_by
                    .as_ref()
                    .is_some_and(|(owner, name)| *owner == table && Some(name) == column.part.as_ref())
            });
            is_identity || has_another
        })
    }

    /// A query that is true once the object is gone, unless another takes its name.
    fn is_gone(&self, address: &ObjectAddress) -> Option<String> {
        let relation = address.qualified_name()?;
        if address.kind == ObjectKind::Table && self.sides.desired.type_address(&relation).is_none() {
            return Some(format!("SELECT to_regclass({}) IS NULL", quote_literal(&relation.to_string())));
        }
        if address.kind == ObjectKind::Column && self.sides.desired.catalog.tables.contains_key(&relation) {
            return Some(format!("SELECT NOT EXISTS ({})", attribute_query(&relation, address.part.as_ref()?)));
        }
        None
    }
}
