//! The statements that change an object in place, each with the one that changes it back.

use std::collections::BTreeSet;

use crate::catalog::{Column, DefinedKind, Identity, NotNull, ObjectAddress, ObjectKind, Persistence, Table};
use crate::diff::Attribute;
use crate::emit::sql::{
    Below, column, comment_on, defined, described, drop_statement, index_name, option_changes, relation,
    routine_signature, sequence, sql_name, table, types,
};
use crate::lineage::Place;
use crate::name::{Identifier, QualifiedName, quote_literal};
use crate::plan::conversion::default_storage;
use crate::plan::creation::{
    alter_relation, comment_on_index, creation, find_trigger, identity_details, set_default, trigger_state,
};
use crate::plan::fate::Fate;
use crate::plan::graph::Group;
use crate::plan::privileges;
use crate::plan::removal::inside_others;
use crate::plan::steps::{Emitter, PhasedStep, follow_up};
use crate::plan::unit::{Side, Unit};
use crate::plan::{Hazard, HazardKind, Rollback, Step, unchecked};

mod column_type;

/// The first version whose tables take their sequences along when they change their persistence.
const UNLOGGED_SEQUENCES: u32 = 15;

impl Emitter<'_> {
    /// The steps of one group of attributes.
    pub(crate) fn alter(&self, unit: &Unit, group: Group) -> Vec<PhasedStep> {
        let Unit::Object(address) = unit else { return self.alter_attribute(unit) };
        if (address.kind, group) == (ObjectKind::Attribute, Group::Type) {
            return self.both_ways(address, |_, side| {
                Some(vec![types::alter_attribute(&address.qualified_name()?, side.attribute(address)?)])
            });
        }
        match group {
            Group::DropIdentity
            | Group::DropExpression
            | Group::SetExpression
            | Group::AlterIdentity
            | Group::Type
            | Group::NotNull
            | Group::AddIdentity => self.alter_column(address, group),
            Group::Persistence => self.both_ways(address, |_, side| {
                let name = address.qualified_name()?;
                let table = table::set_persistence(&name, side.table(address)?.persistence);
                let is_back = side.place == Place::Current;
                Some(vec![if is_back { self.with_own_sequences(table, address) } else { table }])
            }),
            Group::Definition => {
                let mut steps = self.both_ways(address, |_, side| new_text(side, address).map(|sql| vec![sql]));
                let back = new_text(&self.sides.current, address).into_iter().collect();
                if let Some((step, _)) = steps.first_mut() {
                    step.rollback = Rollback::Sql(unchecked(&self.sides.current, address, back).join(";\n"));
                }
                steps
            }
            Group::Details => self.details(address),
        }
    }

    /// What takes a table back to the persistence that it had, and its sequences to theirs, which would follow it.
    fn with_own_sequences(&self, back: String, address: &ObjectAddress) -> String {
        let (current, desired) = (&self.sides.current, &self.sides.desired);
        let (Some(name), Some(table)) = (address.qualified_name(), current.table(address)) else { return back };
        let owned = current.catalog.sequences.iter().filter(|(sequence, body)| {
            let is_owned = body.owned_by.as_ref().is_some_and(|(owner, _)| *owner == name);
            is_owned && body.persistence != table.persistence && desired.catalog.sequences.contains_key(sequence)
        });
        let own = owned.filter(|_| self.sides.major() >= UNLOGGED_SEQUENCES);
        let statements = own.map(|(sequence, body)| sequence::set_persistence(sequence, body.persistence));
        let identities = table.columns.iter().filter_map(|column| column.identity.as_ref());
        let identities = identities.filter_map(|identity| {
            Some(sequence::set_persistence(&table::identity_sequence(&name, identity), identity.persistence?))
        });
        std::iter::once(back).chain(statements).chain(identities).collect::<Vec<_>>().join(";\n")
    }

    fn alter_attribute(&self, unit: &Unit) -> Vec<PhasedStep> {
        let address = unit.address();
        match unit {
            Unit::Privileges(_) => return self.privileges(address),
            Unit::SecurityLabels(_) => return self.security_labels(address),
            Unit::Object(_)
            | Unit::Default(_)
            | Unit::Ownership(_)
            | Unit::ReplicaIdentity(_)
            | Unit::Cluster(_)
            | Unit::Parentage(_) => {}
        }
        self.both_ways(address, |_, side| {
            if side.has(unit) {
                Some(creation(side, unit, &std::collections::BTreeSet::new()))
            } else {
                Some(vec![set_default(side, address, None)])
            }
        })
    }

    /// Statements that lead from one side to the other, and back.
    fn both_ways(
        &self,
        address: &ObjectAddress,
        statements: impl Fn(&Side, &Side) -> Option<Vec<String>>,
    ) -> Vec<PhasedStep> {
        let (current, desired) = (&self.sides.current, &self.sides.desired);
        let there = statements(current, desired).unwrap_or_default();
        let mut back = statements(desired, current).unwrap_or_default().join(";\n");
        let mut steps: Vec<PhasedStep> = Vec::new();
        for sql in there {
            let mut step = follow_up(sql, address);
            step.0.rollback = Rollback::Sql(std::mem::take(&mut back));
            steps.push(step);
        }
        steps
    }

    fn alter_column(&self, address: &ObjectAddress, group: Group) -> Vec<PhasedStep> {
        let (Some((current, desired)), Some(table)) = (self.sides.columns(address), address.qualified_name()) else {
            return Vec::new();
        };
        match group {
            Group::DropIdentity => {
                let sequence = ObjectAddress { kind: ObjectKind::Sequence, ..address.clone() };
                let undo = current.identity.as_ref().map(|identity| {
                    let mut undo = add_identity(&table, current, identity, self.sides.current.persistence(address));
                    undo.extend(privileges::creation(&self.sides.current, &sequence));
                    undo.extend(privileges::label_creation(&self.sides.current, &sequence));
                    undo.join(";\n")
                });
                let drop = column::alter(&table, &desired.name, "DROP IDENTITY");
                vec![with_rollback(follow_up(drop, address), Rollback::Sql(undo.unwrap_or_default()))]
            }
            Group::DropExpression => {
                let drop = column::alter(&table, &desired.name, "DROP EXPRESSION");
                let reason = format!("the values of {address} are no longer computed");
                vec![with_rollback(follow_up(drop, address), Rollback::Irreversible(reason))]
            }
            Group::SetExpression => self.both_ways(address, |_, to| {
                let generated = to.column(address)?.generated.as_ref()?;
                Some(vec![column::set_expression(&table, &desired.name, generated)])
            }),
            Group::AlterIdentity => self.both_ways(address, |from, to| {
                let (before, after) = (from.column(address)?, to.column(address)?);
                let identities = (before.identity.as_ref()?, after.identity.as_ref()?);
                Some(alter_identity(&table, after, identities, to.persistence(address)))
            }),
            Group::AddIdentity => {
                let Some(identity) = &desired.identity else { return Vec::new() };
                let statements = add_identity(&table, desired, identity, self.sides.desired.persistence(address));
                let mut steps: Vec<_> = statements.into_iter().map(|sql| follow_up(sql, address)).collect();
                let undo = column::alter(&table, &desired.name, "DROP IDENTITY");
                if let Some((first, _)) = steps.first_mut() {
                    first.rollback = Rollback::Sql(undo);
                }
                steps
            }
            Group::Type => self.change_type(address, &table, current, desired),
            Group::NotNull => self.change_not_null(address, &table, current, desired),
            Group::Persistence | Group::Definition | Group::Details => Vec::new(),
        }
    }

    fn change_not_null(
        &self,
        address: &ObjectAddress,
        table: &QualifiedName,
        current: &Column,
        desired: &Column,
    ) -> Vec<PhasedStep> {
        if !desired.not_null {
            let sql = self.drop_not_null(&self.sides.desired, table, &desired.name);
            let comment = current.not_null_constraint.as_ref().and_then(|it| column::not_null_comment(table, it));
            let back: Vec<String> = std::iter::once(column::set_not_null(table, current)).chain(comment).collect();
            return vec![with_rollback(follow_up(sql, address), Rollback::Sql(back.join(";\n")))];
        }
        if current.not_null {
            return self.alter_not_null(address, table);
        }
        let mut steps = Vec::new();
        if let Some(value) = self.options.backfill.get(address) {
            steps.push(self.backfill(address, table, desired, value, true));
        }
        steps.extend(self.set_not_null(address, table, desired));
        steps
    }

    /// Another name, state or comment of a `NOT NULL` that both sides have.
    fn alter_not_null(&self, address: &ObjectAddress, table: &QualifiedName) -> Vec<PhasedStep> {
        let constraint = |column: &Column| {
            let plain = || NotNull::plain(&table.name, &column.name);
            column.not_null_constraint.clone().unwrap_or_else(plain)
        };
        let mut steps = self.both_ways(address, |from, to| {
            let (from, to) = (from.column(address)?, to.column(address)?);
            Some(column::alter_not_null(table, to, &constraint(from), &constraint(to)))
        });
        let is_validated = self
            .sides
            .columns(address)
            .is_some_and(|(current, desired)| !constraint(current).validated && constraint(desired).validated);
        if let Some((step, _)) = steps.first_mut().filter(|_| is_validated) {
            step.hazards.push(Hazard {
                kind: HazardKind::MayFail,
                object: address.clone(),
                detail: "rows without a value stop it".to_owned(),
            });
        }
        steps
    }

    fn details(&self, address: &ObjectAddress) -> Vec<PhasedStep> {
        let mut steps = self.both_ways(address, |from, to| self.detail_statements(address, from, to));
        if let ObjectKind::Defined(kind) = address.kind
            && let Some((first, _)) = steps.first_mut()
        {
            first.hazards.extend(self.lacks_secret(kind, address, self.sides.current.catalog.defined.get(address)));
            first.rollback = self.defined_back(kind, address, &first.rollback);
        }
        if self.sides.differs(address, Attribute::ForeignOptions)
            && let Some((first, _)) = steps.first_mut()
        {
            first.hazards.extend(self.lacks_foreign_secret(address));
        }
        let is_looser = address.kind == ObjectKind::Domain && self.sides.differs(address, Attribute::NotNull);
        if let Some((first, _)) = steps.first_mut().filter(|_| is_looser && self.is_inside_others(address)) {
            first.rollback = Rollback::Irreversible(inside_others(address));
        }
        let is_validated = self.sides.differs(address, Attribute::Validated);
        if let Some((first, _)) = steps.first_mut().filter(|_| is_validated) {
            // What was validated cannot be made NOT VALID, and has to be valid to follow another again.
            let follows = self.sides.current.constraint(address).is_some_and(|constraint| constraint.parent.is_some());
            let drop = drop_statement(self.sides.current.catalog, address, Below::Included);
            let again = creation(&self.sides.current, &Unit::Object(address.clone()), &BTreeSet::new());
            let statements: Vec<String> = std::iter::once(drop).chain(again).collect();
            first.rollback = Rollback::Sql(if follows { String::new() } else { statements.join(";\n") });
        }
        let validates = is_validated || self.is_enforced_now(address);
        let tightens = address.kind == ObjectKind::Domain && self.sides.differs(address, Attribute::NotNull);
        if (validates || tightens)
            && let Some((first, _)) = steps.first_mut()
        {
            first.hazards.push(Hazard {
                kind: HazardKind::MayFail,
                object: address.clone(),
                detail: "values that do not satisfy it stop it".to_owned(),
            });
        }
        steps
    }

    fn is_enforced_now(&self, address: &ObjectAddress) -> bool {
        self.sides.differs(address, Attribute::Enforced)
            && self.sides.desired.constraint(address).is_some_and(|constraint| constraint.enforced)
    }

    /// Not all that `ALTER` can add it can take away: then the object is created again as it was.
    fn defined_back(&self, kind: DefinedKind, address: &ObjectAddress, altered: &Rollback) -> Rollback {
        let (current, desired) = (&self.sides.current, &self.sides.desired);
        let both = desired.catalog.defined.get(address).zip(current.catalog.defined.get(address));
        if both.is_none_or(|(from, to)| defined::alter(kind, address, from, to, current.major).is_some()) {
            return altered.clone();
        }
        let again = creation(current, &Unit::Object(address.clone()), &BTreeSet::new());
        let statements: Vec<String> = defined::drop(kind, address).into_iter().chain(again).collect();
        Rollback::Sql(statements.join(";\n"))
    }

    fn detail_statements(&self, address: &ObjectAddress, from: &Side, to: &Side) -> Option<Vec<String>> {
        let mut statements = match address.kind {
            ObjectKind::Schema
            | ObjectKind::Enum
            | ObjectKind::Composite
            | ObjectKind::Attribute
            | ObjectKind::Range
            | ObjectKind::Routine => Vec::new(),
            ObjectKind::Extension => extension(from, to, address)?,
            ObjectKind::Domain => domain(from, to, address)?,
            ObjectKind::DomainConstraint => {
                let validated = |side: &Side| Some(find_domain_constraint(side, address)?.validated);
                let name = address.part.as_ref()?;
                let validate = format!("ALTER DOMAIN {} VALIDATE CONSTRAINT {name}", sql_name(address));
                (!validated(from)? && validated(to)?).then_some(validate).into_iter().collect()
            }
            ObjectKind::Sequence => self.sequence(from, to, address)?,
            ObjectKind::Table => {
                let changes = table_details(from.table(address)?, to.table(address)?);
                changes.into_iter().map(|change| format!("{} {change}", alter_relation(address))).collect()
            }
            ObjectKind::Column => self.column_details(from, to, address)?,
            ObjectKind::Constraint => constraint(from, to, address)?,
            ObjectKind::Index => index(from, to, address)?,
            ObjectKind::View => self.view(from, to, address)?,
            ObjectKind::MaterializedView => materialized_view(from, to, address)?,
            ObjectKind::Defined(kind) => {
                let find = |side: &Side<'_>| side.catalog.defined.get(address).cloned();
                defined::alter(kind, address, &find(from)?, &find(to)?, self.sides.current.major)?
            }
            ObjectKind::Trigger => {
                let state = |side| Some(find_trigger(side, address)?.state);
                let changed = state(from)? != state(to)?;
                changed.then(|| trigger_state(to, address, state(to)?)).flatten().into_iter().collect()
            }
        };
        if self.sides.differs(address, Attribute::Comment) {
            statements.push(comment_on(to.catalog, address, comment(to, address)));
        }
        Some(statements)
    }

    fn sequence(&self, from: &Side, to: &Side, address: &ObjectAddress) -> Option<Vec<String>> {
        let name = address.qualified_name()?;
        let (current, desired) = (from.catalog.sequences.get(&name)?, to.catalog.sequences.get(&name)?);
        let mut statements = sequence::alter(&name, &current.options, &desired.options);
        if current.persistence != desired.persistence {
            statements.push(sequence::set_persistence(&name, desired.persistence));
        }
        Some(statements)
    }

    fn column_details(&self, from: &Side, to: &Side, address: &ObjectAddress) -> Option<Vec<String>> {
        let (mut current, desired) = (from.column(address)?.clone(), to.column(address)?);
        if self.fates.converted.contains(address) {
            (current.storage, current.compression) = match to.place {
                // The type's own came back with the new type.
                Place::Desired => (None, None),
                // The old type brings its own along when it is back.
                Place::Current => (desired.storage.clone(), desired.compression.clone()),
            };
        }
        let storage = default_storage(&desired.data_type, to.catalog);
        Some(column::details(&to.only(&address.qualified_name()?), &current, desired, storage))
    }

    fn view(&self, from: &Side, to: &Side, address: &ObjectAddress) -> Option<Vec<String>> {
        let name = address.qualified_name()?;
        let (current, desired) = (from.catalog.views.get(&name)?, to.catalog.views.get(&name)?);
        let has_new_text =
            [Attribute::Query, Attribute::Columns].into_iter().any(|attribute| self.sides.differs(address, attribute));
        let mut statements = Vec::new();
        if !has_new_text {
            let changes = option_changes(&current.options, &desired.options);
            statements.extend(changes.into_iter().map(|change| format!("{} {change}", alter_relation(address))));
        }
        statements.extend(relation::view_column_comments(&name, &current.columns, &desired.columns));
        Some(statements)
    }
}

fn with_rollback((mut step, phase): PhasedStep, rollback: Rollback) -> PhasedStep {
    step.rollback = rollback;
    (step, phase)
}

/// The whole text of a view or routine, over the old one.
fn new_text(side: &Side, address: &ObjectAddress) -> Option<String> {
    if address.kind == ObjectKind::View {
        let name = address.qualified_name()?;
        return Some(relation::create_view(&name, side.catalog.views.get(&name)?, true));
    }
    Some(side.catalog.routines.get(&routine_signature(address))?.definition.clone())
}

/// An identity column that holds values already goes on after them.
fn add_identity(table: &QualifiedName, column: &Column, identity: &Identity, of_table: Persistence) -> Vec<String> {
    let name = table::identity_sequence(table, identity);
    let clause = column::identity_clause(table, &column.name, identity);
    let mut statements = vec![
        column::alter(table, &column.name, &format!("ADD {clause}")),
        sequence::advance(&name, &identity.options, table, &column.name),
    ];
    statements.extend(identity_details(table, None, identity, of_table));
    statements
}

fn alter_identity(
    table: &QualifiedName,
    column: &Column,
    (current, desired): (&Identity, &Identity),
    of_table: Persistence,
) -> Vec<String> {
    let Identity { kind, sequence: name, options, persistence: _, comment: _ } = desired;
    let mut statements = Vec::new();
    if *kind != current.kind {
        let what = format!("SET GENERATED {}", column::identity_word(*kind));
        statements.push(column::alter(table, &column.name, &what));
    }
    if *name != current.sequence {
        let old = table::identity_sequence(table, current);
        statements.push(format!("ALTER SEQUENCE {old} RENAME TO {name}"));
    }
    statements.extend(sequence::alter(&table::identity_sequence(table, desired), &current.options, options));
    statements.extend(identity_details(table, Some(current), desired, of_table));
    statements
}

fn extension(from: &Side, to: &Side, address: &ObjectAddress) -> Option<Vec<String>> {
    let (current, desired) = (from.catalog.extensions.get(&address.name)?, to.catalog.extensions.get(&address.name)?);
    let mut statements = Vec::new();
    if current.version != desired.version {
        let version = desired.version.as_deref().map_or_else(String::new, |it| format!(" TO {}", quote_literal(it)));
        statements.push(format!("ALTER EXTENSION {} UPDATE{version}", address.name));
    }
    if current.schema != desired.schema {
        statements.push(format!("ALTER EXTENSION {} SET SCHEMA {}", address.name, desired.schema));
    }
    Some(statements)
}

fn domain(from: &Side, to: &Side, address: &ObjectAddress) -> Option<Vec<String>> {
    let name = address.qualified_name()?;
    let (current, desired) = (from.catalog.domains.get(&name)?, to.catalog.domains.get(&name)?);
    Some(types::alter_domain_not_null(&name, current, desired))
}

fn find_domain_constraint<'a>(
    side: &Side<'a>,
    address: &ObjectAddress,
) -> Option<&'a crate::catalog::DomainConstraint> {
    side.catalog.domains.get(&address.qualified_name()?)?.constraints.get(address.part.as_ref()?)
}

fn constraint(from: &Side, to: &Side, address: &ObjectAddress) -> Option<Vec<String>> {
    let (table, name) = (address.qualified_name()?, address.part.as_ref()?);
    let (current, desired) = (from.constraint(address)?, to.constraint(address)?);
    let mut statements = Vec::new();
    if current.deferrability != desired.deferrability {
        statements.push(table::alter_deferrability(&table, name, desired.deferrability));
    }
    if current.enforced != desired.enforced {
        // What is enforced again is validated on the way.
        statements.push(table::alter_enforcement(&table, name, desired.enforced));
    } else if !current.validated && desired.validated {
        statements.push(table::validate(&table, name));
    }
    let mut options = option_changes(&current.options, &desired.options);
    options.extend(moved(current.tablespace.as_ref(), desired.tablespace.as_ref()));
    statements.extend(options.into_iter().map(|change| format!("ALTER INDEX {} {change}", index_name(address))));
    let targets = (&current.statistics_targets, &desired.statistics_targets);
    statements.extend(table::index_statistics(&index_name(address), targets.0, targets.1));
    if current.index_comment != desired.index_comment {
        statements.push(comment_on_index(address, desired.index_comment.as_deref()));
    }
    Some(statements)
}

fn index(from: &Side, to: &Side, address: &ObjectAddress) -> Option<Vec<String>> {
    let (current, desired) = (from.index(address)?, to.index(address)?);
    let mut statements = Vec::new();
    if !current.valid && desired.valid {
        statements.push(format!("REINDEX {}", described(to.catalog, address)));
    }
    let mut changes = option_changes(&current.options, &desired.options);
    changes.extend(moved(current.tablespace.as_ref(), desired.tablespace.as_ref()));
    statements.extend(changes.into_iter().map(|change| format!("ALTER INDEX {} {change}", index_name(address))));
    let targets = (&current.statistics_targets, &desired.statistics_targets);
    statements.extend(table::index_statistics(&index_name(address), targets.0, targets.1));
    Some(statements)
}

fn materialized_view(from: &Side, to: &Side, address: &ObjectAddress) -> Option<Vec<String>> {
    let name = address.qualified_name()?;
    let (current, desired) = (from.catalog.materialized_views.get(&name)?, to.catalog.materialized_views.get(&name)?);
    let mut changes = option_changes(&current.options, &desired.options);
    if current.access_method != desired.access_method {
        changes.push(table::set_access_method(desired.access_method.as_ref()));
    }
    changes.extend(moved(current.tablespace.as_ref(), desired.tablespace.as_ref()));
    let mut statements: Vec<String> =
        changes.into_iter().map(|change| format!("{} {change}", alter_relation(address))).collect();
    statements.extend(relation::view_column_comments(&name, &current.columns, &desired.columns));
    Some(statements)
}

/// What follows `ALTER TABLE …` for the attributes that nothing else needs.
fn table_details(current: &Table, desired: &Table) -> Vec<String> {
    let mut changes = option_changes(&current.options, &desired.options);
    let security = table::row_security_changes(current.row_security, desired.row_security);
    changes.extend(security.into_iter().map(str::to_owned));
    if let (Some(current), Some(desired)) = (&current.foreign, &desired.foreign) {
        changes.extend(table::foreign_option_changes(&current.options, &desired.options));
    }
    if current.access_method != desired.access_method {
        changes.push(table::set_access_method(desired.access_method.as_ref()));
    }
    changes.extend(moved(current.tablespace.as_ref(), desired.tablespace.as_ref()));
    changes
}

/// What follows `ALTER … name` where the tablespace is another one.
fn moved(current: Option<&Identifier>, desired: Option<&Identifier>) -> Option<String> {
    (current != desired).then(|| table::set_tablespace(desired))
}

/// The values that an enumerated type gets, each with its step.
pub(crate) fn add_values(emitter: &Emitter) -> Vec<Step> {
    let sides = emitter.sides;
    let mut steps = Vec::new();
    for (name, current) in &sides.current.catalog.enums {
        let address = ObjectAddress::object(ObjectKind::Enum, name);
        let desired = sides.desired.catalog.enums.get(name);
        let is_altered = emitter.fate(&address) == Some(Fate::Alter);
        let Some(desired) = desired.filter(|_| is_altered) else { continue };
        for (value, sql) in types::added_values(name, &current.values, &desired.values).unwrap_or_default() {
            let reason = format!("PostgreSQL cannot remove value {value} of {address}");
            let (step, _) = with_rollback(follow_up(sql, &address), Rollback::Irreversible(reason));
            steps.push(step);
        }
    }
    steps
}

/// The comment of an object.
fn comment<'a>(side: &Side<'a>, address: &ObjectAddress) -> Option<&'a str> {
    let catalog = side.catalog;
    let name = address.qualified_name();
    let name = name.as_ref();
    let comment = match address.kind {
        ObjectKind::Schema => &catalog.schemas.get(&address.name)?.comment,
        ObjectKind::Extension => match &catalog.extensions.get(&address.name)?.comment {
            None => &side.facts.extensions.get(&address.name)?.comment,
            own => own,
        },
        ObjectKind::Enum => &catalog.enums.get(name?)?.comment,
        ObjectKind::Domain => &catalog.domains.get(name?)?.comment,
        ObjectKind::DomainConstraint => &find_domain_constraint(side, address)?.comment,
        ObjectKind::Composite => &side.composite(address)?.comment,
        ObjectKind::Attribute => &side.attribute(address)?.comment,
        ObjectKind::Range => &catalog.ranges.get(name?)?.comment,
        ObjectKind::Sequence => &catalog.sequences.get(name?)?.comment,
        ObjectKind::Table => &catalog.tables.get(name?)?.comment,
        ObjectKind::Column => &side.column(address)?.comment,
        ObjectKind::Constraint => &side.constraint(address)?.comment,
        ObjectKind::Index => &side.index(address)?.comment,
        ObjectKind::Routine => &catalog.routines.get(&routine_signature(address))?.comment,
        ObjectKind::View => &catalog.views.get(name?)?.comment,
        ObjectKind::MaterializedView => &catalog.materialized_views.get(name?)?.comment,
        ObjectKind::Trigger => &find_trigger(side, address)?.comment,
        ObjectKind::Defined(_) => &catalog.defined.get(address)?.comment,
    };
    comment.as_deref()
}
