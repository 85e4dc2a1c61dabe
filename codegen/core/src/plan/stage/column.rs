//! Columns of tables that are in use: a new one gets its values batch by batch, and `NOT NULL` comes through a check
//! that was validated before.

use crate::catalog::{Column, ObjectAddress};
use crate::emit::sql::column::{self, Inline};
use crate::lineage::{NOT_NULL_CONSTRAINTS, find};
use crate::name::{Identifier, QualifiedName};
use crate::plan::creation::set_default;
use crate::plan::graph::{Graph, NodeId};
use crate::plan::stage::backfill::{self, Rows};
use crate::plan::stage::constraint::validation;
use crate::plan::stage::{Class, Stage, Stages};
use crate::plan::steps::{Emitter, PhasedStep, follow_up};
use crate::plan::unit::Unit;
use crate::plan::{Action, Phase, Rollback};

impl Emitter<'_> {
    /// A new column whose old rows need values that the server would only write with the whole table.
    pub(super) fn staged_column(&self, graph: &Graph, host: NodeId, address: &ObjectAddress) -> Option<Stages> {
        let (desired, table) = (self.sides.desired.column(address)?, address.qualified_name()?);
        let default = Unit::Default(address.clone());
        let has_default = graph.members(host).iter().any(|member| graph.nodes[*member].unit == default);
        let is_volatile = has_default && self.sides.desired.facts.volatile_defaults.contains(address);
        let value = self.options.backfill.get(address).map(String::as_str);
        let value = value.or_else(|| is_volatile.then_some("DEFAULT"))?;
        let mut add = self.steps(graph, host);
        add.truncate(add.len() - self.steps_after_details(desired, self.options.backfill.contains_key(address)));
        let later = column::not_null_details(&table, desired);
        add.retain(|(step, _)| !later.contains(&step.sql));
        let (first, _) = add.first_mut()?;
        first.sql = column::add(&table, desired, Inline { default: false, not_null: false });
        first.hazards.clear();
        if has_default {
            add.insert(1, follow_up(set_default(&self.sides.desired, address, desired.default.as_ref()), address));
        }
        let mut stages = vec![Stage::new(Class::Together, add), self.fill(address, &table, desired, value)];
        if desired.not_null {
            let again = desired.default.is_none().then_some(value);
            stages.extend(self.not_null(address, &table, desired, again).into_iter().map(|stage| {
                // A binary that does not know the column, and for which nothing fills it in, cannot write any more.
                let is_filled = desired.default.is_some() || desired.identity.is_some();
                if is_filled { stage } else { stage.in_phase(Phase::Contract) }
            }));
        }
        Some(Stages { named: 0, filled: 1, ..Stages::several(stages) })
    }

    /// How many steps of [`Emitter::add_column`] come after the column and its details.
    fn steps_after_details(&self, desired: &Column, has_backfill: bool) -> usize {
        let comment = desired.not_null_constraint.as_ref().is_some_and(|constraint| constraint.comment.is_some());
        if has_backfill { 1 + usize::from(desired.not_null) + usize::from(comment) } else { 0 }
    }

    pub(super) fn staged_not_null(&self, address: &ObjectAddress) -> Option<Stages> {
        let (desired, table) = (self.sides.desired.column(address)?, address.qualified_name()?);
        let had = self.sides.current.column(address).is_some_and(|column| column.not_null);
        if !desired.not_null || had {
            return None;
        }
        let value = self.options.backfill.get(address).map(String::as_str);
        let fill = value.map(|value| self.fill(address, &table, desired, value));
        let stages = fill.into_iter().chain(self.not_null(address, &table, desired, value));
        Some(Stages { named: 0, filled: 0, ..Stages::several(stages.collect()) })
    }

    fn fill(&self, address: &ObjectAddress, table: &QualifiedName, desired: &Column, value: &str) -> Stage {
        let (column, is_empty) = (&desired.name, &self.sides.desired.is_empty(desired));
        let is_partitioned = self.is_partitioned(table);
        let had = |table: &QualifiedName| find(self.sides.current.whole, table, column).is_some();
        // A child that had the column before its parent keeps the values that it has.
        let is_new = !had(table);
        let tables = self.tables_with_rows(table).into_iter().filter(|table| !(is_new && had(table)));
        let step = |own: &QualifiedName| {
            // The key of a partitioned table is that of its partitions; children have their own.
            let key = self.lasting_key(if is_partitioned { table } else { own });
            let rows = Rows { table: own, relation: &self.sides.desired.only(own), column, is_empty, value, key: &key };
            let mut step = follow_up(backfill::statement(&rows), address);
            step.0.action = Action::Backfill;
            step.1 = Phase::Backfill;
            step
        };
        Stage::new(Class::Backfill, tables.map(step).collect())
    }

    /// The columns of the table's primary key, where the plan leaves them alone.
    fn lasting_key(&self, table: &QualifiedName) -> Vec<Identifier> {
        let Some(body) = self.sides.current.catalog.tables.get(table) else { return Vec::new() };
        let key = body.constraints.iter().find(|(_, body)| body.kind == crate::catalog::ConstraintKind::PrimaryKey);
        let Some((name, key)) = key else { return Vec::new() };
        let part = |kind, part: &Identifier| ObjectAddress::part(kind, table, part.clone());
        let stays = |address: ObjectAddress| self.fate(&address).is_none() && !self.fates.converted.contains(&address);
        let lasts = stays(part(crate::catalog::ObjectKind::Constraint, name))
            && key.columns.iter().all(|column| stays(part(crate::catalog::ObjectKind::Column, column)));
        if lasts { key.columns.clone() } else { Vec::new() }
    }

    /// `NOT NULL` for the rows to come, then for those that are there; `again` fills in what was written without a
    /// value in between.
    fn not_null(
        &self,
        address: &ObjectAddress,
        table: &QualifiedName,
        desired: &Column,
        again: Option<&str>,
    ) -> Vec<Stage> {
        let (column, own) = (&desired.name, desired.not_null_constraint.as_ref());
        if own.is_some_and(|constraint| !constraint.validated) {
            return vec![Stage::new(Class::Together, self.set_not_null(address, table, desired))];
        }
        let native = own.map(|own| own.name.clone()).or_else(|| self.native_name(address, table, column));
        let name = native.clone().unwrap_or_else(|| self.free_name(address, column.as_str(), "__not_null"));
        let clause = if native.is_some() {
            native_clause(desired)
        } else {
            format!("CHECK ({})", self.sides.desired.is_filled(desired))
        };
        let add = format!("ALTER TABLE {table} ADD CONSTRAINT {name} {clause} NOT VALID");
        let drop = format!("ALTER TABLE {table} DROP CONSTRAINT {name}");
        let mut promise = follow_up(add.clone(), address);
        promise.0.rollback = Rollback::Sql(drop.clone());
        let mut set = self.set_not_null(address, table, desired).into_iter();
        let Some((set, set_phase)) = set.next() else { return Vec::new() };
        // Each table by itself first: what was read is not read again after an interruption.
        let below = if own.is_some_and(|own| own.no_inherit) { Vec::new() } else { self.readable_below(table) };
        let is_read = |below: &&QualifiedName| {
            let column = find(self.sides.current.whole, below, column);
            native.is_none() || column.is_none_or(|column| !column.not_null)
        };
        let mut reading: Vec<PhasedStep> =
            below.into_iter().filter(is_read).map(|below| validation(address, below, &name, Vec::new())).collect();
        reading.push(validation(address, table, &name, Vec::new()));
        reading[0].0.hazards.clone_from(&set.hazards);
        let comment = own.and_then(|own| column::not_null_comment(table, own));
        reading.extend(comment.map(|sql| follow_up(sql, address)));
        if native.is_none() {
            let mut tidy = follow_up(drop, address);
            tidy.0.rollback = Rollback::Sql(add);
            // The check is gone in the end; what stays is what it was for.
            reading.iter_mut().for_each(|(validate, _)| validate.verify = None);
            reading.push((crate::plan::Step { hazards: Vec::new(), ..set }, set_phase));
            reading.push(tidy);
        }
        let mut stages = vec![Stage::new(Class::Together, vec![promise])];
        stages.extend(again.map(|value| self.fill(address, table, desired, value)));
        stages.push(Stage::new(Class::Validation, reading));
        stages
    }

    /// The name that the server gives to the column's `NOT NULL`, from the version on in which that can be validated
    /// later; none where the name is taken or has to be cut.
    fn native_name(&self, address: &ObjectAddress, table: &QualifiedName, column: &Identifier) -> Option<Identifier> {
        if self.sides.major() < NOT_NULL_CONSTRAINTS {
            return None;
        }
        let name = format!("{}_{}_not_null", table.name.as_str(), column.as_str());
        let name = Identifier::from(name.as_str());
        let is_free = [&self.sides.current, &self.sides.desired]
            .into_iter()
            .all(|side| !side.has_part_or_relation(address, &name));
        (name.as_str().len() <= 63 && is_free).then_some(name)
    }
}

/// `NOT NULL column`, as a table constraint.
fn native_clause(column: &Column) -> String {
    let is_own = column.not_null_constraint.as_ref().is_some_and(|constraint| constraint.no_inherit);
    format!("NOT NULL {}{}", column.name, if is_own { " NO INHERIT" } else { "" })
}
