//! Tables in use that others follow: partitioned tables with their partitions, and tables that others inherit from.
//!
//! PostgreSQL builds no index of a partitioned table concurrently. But it makes one `ON ONLY` that table in a moment,
//! builds those of the partitions like any other, and takes them into the first one in a moment; with the last of them
//! it is valid. What is the same in all tables below is validated table by table.
//!
//! The names and texts of what the partitions get are those that the server gave them where the schema was loaded.

use crate::catalog::{Catalog, ConstraintKind, Index, ObjectAddress, ObjectKind};
use crate::emit::sql::{index_name, table};
use crate::name::{Identifier, QualifiedName, quote_literal};
use crate::plan::fate::Fate;
use crate::plan::graph::{Graph, NodeId};
use crate::plan::stage::constraint::{NO_EXCLUSION, blocking, index_options, key, using_index, validated_later};
use crate::plan::stage::index::{concurrently, drop_concurrently, on_only, renamed, unique_index};
use crate::plan::stage::{Class, Stage, Stages, Swap};
use crate::plan::steps::{Emitter, PhasedStep, follow_up};
use crate::plan::takeover::{follower, given_back};
use crate::plan::unit::Unit;
use crate::plan::{Action, Rollback};

mod foreign_key;

const WITH_PARTITIONS: &str = "partitions come or go in the same plan, so that the indexes of all are built in one \
                               statement: make two plans of it";
const WITHOUT_OWN: &str = "a partition has no index of its own there, as foreign tables have none, so that those of \
                           all others are built in one statement";
const REPLACED: &str = "the indexes of all partitions are built in one statement, in place of others: give the new one \
                        another name, and drop the old one later";
const TEMPORAL: &str = "PostgreSQL has no way to build the index of a temporal key beside its users";

/// What follows an index or key of a partitioned table in one of its partitions.
struct Follower {
    /// As it is to be called.
    own: ObjectAddress,
    /// What it will be called where it is built.
    name: Identifier,
    /// Whether it has to be built; otherwise it is there by then.
    is_built: bool,
    is_partitioned: bool,
    below: Vec<Follower>,
}

/// The steps of an index or key of a partitioned table, in their stages.
#[derive(Default)]
struct Family {
    top: Vec<PhasedStep>,
    builds: Vec<PhasedStep>,
    attachments: Vec<PhasedStep>,
}

impl Emitter<'_> {
    /// Whether the table that this is a part of has tables below it, and all of them stay there.
    pub(super) fn family_stays(&self, address: &ObjectAddress) -> bool {
        let Some(owner) = self.lasting_owner(address).filter(|owner| self.is_family(owner)) else { return false };
        let is_partitioned = |catalog: &Catalog| catalog.is_partitioned(&owner);
        is_partitioned(self.sides.current.catalog) == is_partitioned(self.sides.desired.catalog)
            && owner.qualified_name().is_some_and(|name| self.all_below_stay(&name))
    }

    /// Whether all tables below are there before the plan and after it.
    pub(super) fn all_below_stay(&self, table: &QualifiedName) -> bool {
        let lineage = self.sides.desired.lineage;
        let staying = lineage.staying_below(table);
        let stays = |table: &QualifiedName| {
            lineage.children.get(table).is_none_or(|children| children.iter().all(|child| staying.contains(&child)))
        };
        stays(table) && staying.iter().all(|table| stays(table))
    }

    /// The tables below whose rows can be read and written, partitions that are partitioned themselves left out.
    pub(super) fn readable_below(&self, table: &QualifiedName) -> Vec<&QualifiedName> {
        let desired = self.sides.desired.catalog;
        let holds_rows = |name: &&QualifiedName| {
            desired.tables.get(name).is_some_and(|table| table.partition_key.is_none() && table.foreign.is_none())
        };
        let mut below: Vec<&QualifiedName> =
            self.sides.desired.lineage.staying_below(table).into_iter().filter(holds_rows).collect();
        below.sort();
        below
    }

    pub(super) fn is_partitioned(&self, table: &QualifiedName) -> bool {
        self.sides.desired.catalog.tables.get(table).is_some_and(|it| it.partition_key.is_some())
    }

    /// The tables whose rows are rows of this one: its own, where it has any, and those of all below.
    pub(super) fn tables_with_rows<'t>(&'t self, table: &'t QualifiedName) -> Vec<&'t QualifiedName> {
        let own = (!self.is_partitioned(table)).then_some(table);
        own.into_iter().chain(self.readable_below(table)).collect()
    }

    fn owner_is_partitioned(&self, address: &ObjectAddress) -> bool {
        self.sides.desired.table(address).is_some_and(|table| table.partition_key.is_some())
    }

    pub(super) fn family_creation(&self, graph: &Graph, host: NodeId, address: &ObjectAddress) -> Option<Stages> {
        let is_partitioned = self.owner_is_partitioned(address);
        if address.kind == ObjectKind::Column {
            return self.staged_column(graph, host, address);
        }
        let is_index = address.kind == ObjectKind::Index;
        if !is_index && address.kind != ObjectKind::Constraint {
            return None;
        }
        let plain = || self.steps(graph, host);
        if self.serves_meanwhile(address) {
            let is_built = is_partitioned && self.has_index(address);
            return is_built.then(|| blocking(address, plain(), REPLACED));
        }
        match (is_index, is_partitioned) {
            (true, true) => self.family_index(address, plain()),
            (true, false) => Some(self.staged_index(address, plain(), Swap::No)),
            (false, _) => self.family_constraint(address, plain(), is_partitioned),
        }
    }

    /// The index or key of a partitioned table whose partitions come or go.
    pub(super) fn built_below(&self, address: &ObjectAddress, plain: Vec<PhasedStep>) -> Option<Stages> {
        let owner = self.sides.desired.owner(address)?;
        let rows = self.sides.current.lineage.children.get(&owner.qualified_name()?)?;
        let has_partitions = rows.iter().any(|child| self.sides.current.catalog.tables.contains_key(child));
        let is_in_use = has_partitions && self.is_on_existing(address) && self.owner_is_partitioned(address);
        (is_in_use && self.has_index(address)).then(|| blocking(address, plain, WITH_PARTITIONS))
    }

    fn has_index(&self, address: &ObjectAddress) -> bool {
        address.kind == ObjectKind::Index || self.sides.desired.is_key(address)
    }

    /// Whether it is dropped and created again, and used until then.
    fn serves_meanwhile(&self, address: &ObjectAddress) -> bool {
        let is_valid = self.sides.current.index(address).is_none_or(|index| index.valid)
            && self.sides.current.constraint(address).is_none_or(|constraint| constraint.validated);
        is_valid && self.fate(address) == Some(Fate::Replace)
    }

    /// The index of a table that others inherit from is its own.
    pub(super) fn family_drop(
        &self,
        address: &ObjectAddress,
        plain: impl FnOnce() -> Vec<PhasedStep>,
    ) -> Option<Stages> {
        if self.owner_is_partitioned(address) { None } else { self.staged_drop(address, plain, Swap::No) }
    }

    pub(super) fn family_details(&self, address: &ObjectAddress, plain: Vec<PhasedStep>) -> Option<Stages> {
        let is_index = address.kind == ObjectKind::Index;
        if is_index && self.owner_is_partitioned(address) { None } else { self.staged_details(address, plain) }
    }

    fn family_constraint(
        &self,
        address: &ObjectAddress,
        plain: Vec<PhasedStep>,
        is_partitioned: bool,
    ) -> Option<Stages> {
        let constraint = self.sides.desired.constraint(address)?;
        match constraint.kind {
            ConstraintKind::PrimaryKey | ConstraintKind::Unique if is_partitioned => self.family_key(address, plain),
            ConstraintKind::ForeignKey if is_partitioned => self.family_foreign_key(address, plain),
            ConstraintKind::Check if constraint.validated && constraint.enforced => self.family_check(address, plain),
            ConstraintKind::Check => None,
            ConstraintKind::Exclusion => Some(blocking(address, plain, NO_EXCLUSION)),
            ConstraintKind::PrimaryKey | ConstraintKind::Unique | ConstraintKind::ForeignKey => {
                self.staged_constraint(address, plain, Swap::No)
            }
        }
    }

    /// A check holds in all tables below at once; each is read by itself.
    fn family_check(&self, address: &ObjectAddress, plain: Vec<PhasedStep>) -> Option<Stages> {
        let constraint = self.sides.desired.constraint(address)?;
        let (owner, name) = (address.qualified_name()?, address.part.as_ref()?);
        let mut stages = validated_later(address, (&owner, name), constraint, plain)?;
        let follows = |below: &&QualifiedName| {
            let table = self.sides.desired.whole.tables.get(*below);
            table.and_then(|table| table.constraints.get(name)).is_some_and(|check| check.parent.is_some())
        };
        let mut reading: Vec<_> =
            self.readable_below(&owner).into_iter().filter(follows).map(|below| self.read(address, below)).collect();
        let last = stages.stages.last_mut()?;
        let hazards = last.steps.first_mut().map(|validate| std::mem::take(&mut validate.hazards));
        reading.append(&mut last.steps);
        reading.first_mut()?.hazards.extend(hazards.into_iter().flatten());
        last.steps = reading;
        Some(stages)
    }

    fn read(&self, address: &ObjectAddress, below: &QualifiedName) -> crate::plan::Step {
        let name = address.part.as_ref().unwrap_or(&address.name);
        let (step, _) = crate::plan::stage::constraint::validation(address, below, name, Vec::new());
        step
    }

    fn family_index(&self, address: &ObjectAddress, mut plain: Vec<PhasedStep>) -> Option<Stages> {
        let details = plain.split_off(plain.len().min(1));
        let (mut main, phase) = plain.pop()?;
        let followers = match self.followers(address) {
            Some(followers) if followers.is_empty() => return None,
            Some(followers) => followers,
            None => {
                let steps = std::iter::once((main, phase)).chain(details).collect();
                return Some(blocking(address, steps, WITHOUT_OWN));
            }
        };
        main.sql = on_only(&main.sql)?;
        main.rollback = Rollback::Sql(format!("DROP INDEX IF EXISTS {}", index_name(address)));
        let mut family = Family { top: vec![(main, phase)], ..Family::default() };
        self.collect(address, address, &followers, &mut family);
        let undo = format!("DROP INDEX {}", index_name(address));
        Some(family.stages(self.with_what_was_below(undo, address), details))
    }

    fn family_key(&self, address: &ObjectAddress, mut plain: Vec<PhasedStep>) -> Option<Stages> {
        let constraint = self.sides.desired.constraint(address)?;
        let (owner, name) = (address.qualified_name()?, address.part.as_ref()?);
        if key(constraint).is_none() {
            return Some(blocking(address, plain, TEMPORAL));
        }
        let Some(followers) = self.followers(address) else { return Some(blocking(address, plain, WITHOUT_OWN)) };
        if followers.is_empty() {
            return None;
        }
        let details = plain.split_off(plain.len().min(1));
        let (mut main, phase) = plain.pop()?;
        main.sql = table::add_constraint(&format!("ONLY {owner}"), name, constraint);
        let drop = |if_exists: &str| format!("ALTER TABLE {owner} DROP CONSTRAINT {if_exists}{name}");
        main.rollback = Rollback::Sql(drop("IF EXISTS "));
        let mut family = Family { top: vec![(main, phase)], ..Family::default() };
        self.collect(address, address, &followers, &mut family);
        Some(family.stages(self.with_what_was_below(drop(""), address), details))
    }

    /// Dropping an index or key takes along what was taken into it, be it there before.
    fn with_what_was_below(&self, undo: String, address: &ObjectAddress) -> String {
        std::iter::once(undo).chain(given_back(self.sides, self.fates, address)).collect::<Vec<_>>().join(";\n")
    }

    /// What follows the index or key in the partitions; none where one of them cannot have it.
    fn followers(&self, address: &ObjectAddress) -> Option<Vec<Follower>> {
        let (desired, current) = (&self.sides.desired, &self.sides.current);
        let owner = address.qualified_name()?;
        let mut followers = Vec::new();
        for child in desired.lineage.children.get(&owner).into_iter().flatten() {
            let body = desired.whole.tables.get(child)?;
            let own = follower(desired.whole, child, address)?;
            let name = own.part.clone()?;
            let is_partitioned = body.partition_key.is_some();
            let is_hidden = desired.lineage.leader(desired.place, &own).is_some();
            let is_built = is_hidden && !is_same(current.whole, desired.whole, &own);
            let below = if is_built && is_partitioned { self.followers(&own)? } else { Vec::new() };
            let name = if is_built && current.has_relation(child, &name) {
                self.free_name(&own, name.as_str(), "1")
            } else {
                name
            };
            followers.push(Follower { own, name, is_built, is_partitioned, below });
        }
        Some(followers)
    }

    fn collect(&self, root: &ObjectAddress, above: &ObjectAddress, followers: &[Follower], family: &mut Family) {
        for follower in followers {
            let Follower { own, name, is_built, is_partitioned, below } = follower;
            let called = ObjectAddress { part: Some(name.clone()), ..own.clone() };
            if *is_built && *is_partitioned {
                family.top.extend(self.on_only_below(root, own, &called));
                self.collect(root, &called, below, family);
            } else if *is_built {
                family.builds.extend(self.build_below(own, &called));
                family.attachments.extend(self.constraint_below(root, own, &called));
            }
            let sql = format!("ALTER INDEX {} ATTACH PARTITION {}", index_name(above), index_name(&called));
            family.attachments.push(follow_up(sql, root));
        }
    }

    /// The index or key of a partition that is partitioned itself.
    fn on_only_below(&self, root: &ObjectAddress, own: &ObjectAddress, called: &ObjectAddress) -> Option<PhasedStep> {
        let (table, name) = (own.qualified_name()?, called.part.as_ref()?);
        let side = self.sides.desired.whole.tables.get(&table)?;
        let (sql, undo) = if own.kind == ObjectKind::Constraint {
            let constraint = side.constraints.get(own.part.as_ref()?)?;
            let undo = format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}");
            (table::add_constraint(&format!("ONLY {table}"), name, constraint), undo)
        } else {
            let index = side.indexes.get(own.part.as_ref()?)?;
            (on_only(&renamed_index(index, name))?, format!("DROP INDEX IF EXISTS {}", index_name(called)))
        };
        let mut step = follow_up(sql, root);
        step.0.rollback = Rollback::Sql(undo);
        Some(step)
    }

    /// The index of a partition, built beside its users.
    fn build_below(&self, own: &ObjectAddress, called: &ObjectAddress) -> Option<PhasedStep> {
        let (table, name) = (own.qualified_name()?, called.part.as_ref()?);
        let side = self.sides.desired.whole.tables.get(&table)?;
        let sql = if own.kind == ObjectKind::Constraint {
            let constraint = side.constraints.get(own.part.as_ref()?)?;
            let (columns, nulls) = key(constraint)?;
            unique_index(&table, name, columns, &index_options(nulls, constraint))
        } else {
            concurrently(&renamed_index(side.indexes.get(own.part.as_ref()?)?, name))?
        };
        let on_index = ObjectAddress { kind: ObjectKind::Index, ..called.clone() };
        let mut step = follow_up(sql, &on_index);
        step.0.action = Action::Create;
        // It goes with the one that it was taken into.
        step.0.rollback = Rollback::Sql(drop_concurrently(&format!("IF EXISTS {}", index_name(called))));
        let literal = quote_literal(&index_name(called));
        step.0.verify =
            Some(format!("SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass({literal})"));
        Some(step)
    }

    fn constraint_below(
        &self,
        root: &ObjectAddress,
        own: &ObjectAddress,
        called: &ObjectAddress,
    ) -> Option<PhasedStep> {
        let (table, name) = (own.qualified_name()?, called.part.as_ref()?);
        let constraint = self.sides.desired.whole.tables.get(&table)?.constraints.get(own.part.as_ref()?)?;
        (own.kind == ObjectKind::Constraint).then(|| follow_up(using_index((&table, name), constraint, name), root))
    }

    /// Whether the unit is planned by itself.
    pub(super) fn is_planned(&self, address: &ObjectAddress) -> bool {
        self.fates.get(&Unit::Object(address.clone())).is_some()
    }
}

impl Family {
    /// `undo` takes everything back that was taken into the index or key of the uppermost table.
    fn stages(self, undo: String, details: Vec<PhasedStep>) -> Stages {
        let Self { mut top, mut builds, mut attachments } = self;
        if let (Some((main, _)), Some((attachment, _))) = (top.first_mut(), attachments.first_mut()) {
            attachment.rollback = Rollback::Sql(undo);
            let hazards = std::mem::take(&mut main.hazards);
            match builds.first_mut() {
                Some((build, _)) => build.hazards = hazards,
                None => attachment.hazards = hazards,
            }
        }
        let verify = top.first_mut().and_then(|(main, _)| main.verify.take());
        if let Some((attachment, _)) = attachments.last_mut() {
            attachment.verify = verify;
        }
        attachments.extend(details);
        let mut stages = vec![Stage::new(Class::Together, top)];
        if !builds.is_empty() {
            stages.push(Stage::new(Class::Alone, builds));
        }
        stages.push(Stage::new(Class::Together, attachments));
        Stages::several(stages)
    }
}

/// Whether the partition has what it is to have already, in its own right.
fn is_same(current: &Catalog, desired: &Catalog, own: &ObjectAddress) -> bool {
    let (Some(table), Some(part)) = (own.qualified_name(), &own.part) else { return false };
    let (Some(before), Some(after)) = (current.tables.get(&table), desired.tables.get(&table)) else { return false };
    let indexes = before.indexes.get(part).zip(after.indexes.get(part));
    let constraints = before.constraints.get(part).zip(after.constraints.get(part));
    // What follows another goes with that.
    indexes
        .is_some_and(|(before, after)| before.parent.is_none() && before.valid && before.definition == after.definition)
        || constraints.is_some_and(|(before, after)| before.parent.is_none() && before.definition == after.definition)
}

fn renamed_index(index: &Index, name: &Identifier) -> String {
    renamed(&table::create_index(index), name)
}
