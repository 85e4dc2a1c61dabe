//! Tables in use that become partitions or cease to be ones: what the server would read under a lock that stops others
//! is proven before, by a check that says the same as the bound, and what it would build is built before.

use crate::catalog::{Constraint, ConstraintKind, ObjectAddress, ObjectKind, PartitionOf, Table};
use crate::emit::sql::{index_name, table};
use crate::name::{Identifier, QualifiedName};
use crate::plan::fate::Fate;
use crate::plan::stage::constraint::{index_options, key, using_index, validation};
use crate::plan::stage::index::{concurrently, drop_concurrently, unique_index};
use crate::plan::stage::{Class, Stage, Stages};
use crate::plan::steps::{Emitter, PhasedStep, follow_up};
use crate::plan::takeover;
use crate::plan::unit::Side;
use crate::plan::{Action, Hazard, HazardKind, Rollback};

const UNPROVEN: &str = "its rows are read: nothing but a scan proves the bound of a hash partition, of a key with a \
                        collation of its own, of a foreign table, or of a table whose own partitions come or go in the \
                        same plan";

/// A table with the check that says the same as its bound.
struct Bound<'a> {
    address: &'a ObjectAddress,
    table: QualifiedName,
    check: Identifier,
    text: &'a str,
}

impl Emitter<'_> {
    /// A table that is there before becomes a partition.
    pub(super) fn staged_attachment(&self, address: &ObjectAddress, mut plain: Vec<PhasedStep>) -> Option<Stages> {
        let is_new = matches!(self.fate(address), Some(Fate::Create | Fate::Replace));
        let parent = self.sides.desired.table(address)?.partition_of.as_ref()?;
        if is_new || plain.is_empty() {
            return None;
        }
        let (attach, _) = plain.first_mut()?;
        attach.hazards.extend(self.default_is_read(address, parent));
        let Some(bound) = self.bound(&self.sides.desired, address) else {
            attach.hazards.push(blocks(address, UNPROVEN));
            return Some(Stages::one(Stage::new(Class::Together, plain)));
        };
        let (promise, mut reading, tidy) = self.proof(&bound);
        if let Some((first, _)) = reading.first_mut() {
            first.hazards.extend(attach.hazards.extract_if(.., |hazard| hazard.kind == HazardKind::MayFail));
        }
        let (mut adding, mut builds) = (vec![promise], Vec::new());
        let mut joining = Vec::new();
        for own in self.taken_over(&bound.table) {
            self.prepare(&own, &mut adding, &mut builds, &mut reading, &mut joining);
        }
        joining.append(&mut plain);
        joining.push(tidy);
        let stages = [
            (Class::Together, adding),
            (Class::Alone, builds),
            (Class::Validation, reading),
            (Class::Together, joining),
        ];
        let stages = stages.into_iter().filter(|(_, steps)| !steps.is_empty());
        Some(Stages::several(stages.map(|(class, steps)| Stage::new(class, steps)).collect()))
    }

    /// A partition that stays as a table leaves the table that it is a part of, while others use both.
    pub(super) fn staged_detachment(&self, address: &ObjectAddress, mut plain: Vec<PhasedStep>) -> Option<Stages> {
        let current = &self.sides.current;
        let PartitionOf { table: parent, bound: _ } = current.table(address)?.partition_of.as_ref()?;
        let (above, below) = (ObjectAddress::object(ObjectKind::Table, parent), self.fate(address));
        let goes = |fate| matches!(fate, Some(Fate::Drop | Fate::Replace));
        let has_default = current.whole.tables.values().any(|table| is_default_of(table, parent));
        if goes(self.fate(&above)) || goes(below) || has_default || plain.len() != 1 {
            return None;
        }
        let bound = self.bound(current, address)?;
        let (promise, reading, tidy) = self.proof(&bound);
        let (detach, _) = plain.first_mut()?;
        detach.sql.push_str(" CONCURRENTLY");
        Some(Stages::several(vec![
            Stage::new(Class::Together, vec![promise]),
            Stage::new(Class::Validation, reading),
            Stage::new(Class::Alone, plain),
            Stage::new(Class::Together, vec![tidy]),
        ]))
    }

    /// None where the bound has no text that means the same on another server, where the server does not see that a
    /// check says the same because its key has a collation of its own, for foreign tables, and where partitions of the
    /// table come or go too.
    fn bound<'s>(&'s self, side: &'s Side, address: &'s ObjectAddress) -> Option<Bound<'s>> {
        let text = side.facts.partition_constraints.get(address).filter(|text| !text.contains(" COLLATE "))?;
        let is_foreign = side.catalog.is_foreign(address);
        let table = address.qualified_name().filter(|table| !is_foreign && self.all_below_stay(table))?;
        let part = ObjectAddress { kind: ObjectKind::Constraint, part: Some(address.name.clone()), ..address.clone() };
        let check = self.free_name(&part, address.name.as_str(), "__bound");
        Some(Bound { address, table, check, text })
    }

    /// What adds the check, what reads the rows, and what takes the check away.
    fn proof(&self, bound: &Bound) -> (PhasedStep, Vec<PhasedStep>, PhasedStep) {
        let Bound { address, table, check, text } = bound;
        let drop = |if_exists: &str| format!("ALTER TABLE {table} DROP CONSTRAINT {if_exists}{check}");
        let mut promise =
            follow_up(format!("ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({text}) NOT VALID"), address);
        promise.0.rollback = Rollback::Sql(drop("IF EXISTS "));
        let below = self.readable_below(table);
        let tables = below.into_iter().chain([table]);
        let mut reading: Vec<PhasedStep> = tables.map(|table| validation(address, table, check, Vec::new())).collect();
        // It is gone in the end.
        reading.iter_mut().for_each(|(step, _)| step.verify = None);
        (promise, reading, follow_up(drop(""), address))
    }

    /// What PostgreSQL would make in the table, as far as it can be made before.
    fn taken_over(&self, table: &QualifiedName) -> Vec<ObjectAddress> {
        let is_partitioned =
            self.sides.desired.whole.tables.get(table).is_some_and(|table| table.partition_key.is_some());
        let mut made = if is_partitioned { Vec::new() } else { takeover::made(self.sides, table) };
        let is_taken = |own: &ObjectAddress| {
            own.part.as_ref().is_some_and(|name| self.sides.current.has_part_or_relation(own, name))
        };
        made.retain(|own| !is_taken(own));
        made
    }

    fn prepare(
        &self,
        own: &ObjectAddress,
        adding: &mut Vec<PhasedStep>,
        builds: &mut Vec<PhasedStep>,
        reading: &mut Vec<PhasedStep>,
        joining: &mut Vec<PhasedStep>,
    ) -> Option<()> {
        let (owner, name) = (own.qualified_name()?, own.part.as_ref()?);
        let body = self.sides.desired.whole.tables.get(&owner)?;
        let undo = drop_concurrently(&format!("IF EXISTS {}", index_name(own)));
        let build = |sql: String| {
            let mut step = follow_up(sql, &ObjectAddress { kind: ObjectKind::Index, ..own.clone() });
            step.0.action = Action::Create;
            step.0.rollback = Rollback::Sql(undo.clone());
            step
        };
        if own.kind == ObjectKind::Index {
            builds.push(build(concurrently(&table::create_index(body.indexes.get(name)?))?));
            return Some(());
        }
        let constraint = body.constraints.get(name)?;
        match constraint.kind {
            ConstraintKind::PrimaryKey | ConstraintKind::Unique => {
                let (columns, nulls) = key(constraint)?;
                builds.push(build(unique_index(&owner, name, columns, &index_options(nulls, constraint))));
                let mut step = follow_up(using_index((&owner, name), constraint, name), own);
                step.0.rollback = Rollback::Sql(format!("ALTER TABLE {owner} DROP CONSTRAINT IF EXISTS {name}"));
                joining.push(step);
            }
            // One that is made anew above stands on what may not be there yet, and takes this one along when it comes.
            ConstraintKind::ForeignKey if constraint.validated && constraint.enforced && self.is_there_above(own) => {
                let unchecked = Constraint { validated: false, ..constraint.clone() };
                let mut add = follow_up(table::add_constraint(&owner, name, &unchecked), own);
                add.0.rollback = Rollback::Sql(format!("ALTER TABLE {owner} DROP CONSTRAINT IF EXISTS {name}"));
                adding.push(add);
                reading.push(validation(own, &owner, name, Vec::new()));
            }
            ConstraintKind::ForeignKey | ConstraintKind::Check | ConstraintKind::Exclusion => {}
        }
        Some(())
    }

    /// Whether the plan does nothing to what this one follows.
    fn is_there_above(&self, own: &ObjectAddress) -> bool {
        let desired = &self.sides.desired;
        let mut above = own;
        while let Some(leader) = desired.lineage.leader(desired.place, above) {
            above = leader;
        }
        !self.is_planned(above)
    }

    /// The default partition must not hold rows of a new one.
    fn default_is_read(&self, address: &ObjectAddress, parent: &PartitionOf) -> Option<Hazard> {
        let tables = &self.sides.desired.whole.tables;
        let (name, _) = tables.iter().find(|(name, table)| {
            is_default_of(table, &parent.table) && Some(*name) != address.qualified_name().as_ref()
        })?;
        Some(blocks(address, &format!("the default partition {} is read while nobody uses it", name.key())))
    }
}

fn blocks(address: &ObjectAddress, why: &str) -> Hazard {
    Hazard { kind: HazardKind::Blocks, object: address.clone(), detail: why.to_owned() }
}

fn is_default_of(table: &Table, parent: &QualifiedName) -> bool {
    table.partition_of.as_ref().is_some_and(|it| it.table == *parent && it.bound == "DEFAULT")
}
