//! Constraints of tables that are in use: keys stand on an index that was built before, foreign keys and checks hold
//! for new rows at once and for the old ones once they were read.

use crate::catalog::{Constraint, ConstraintKind, Deferrability, ObjectAddress, ObjectKind};
use crate::diff::Attribute;
use crate::emit::sql::{index_name, option_list, table};
use crate::name::{Identifier, QualifiedName, quote_literal};
use crate::plan::fate::Fate;
use crate::plan::stage::index::{drop_concurrently, unique_index};
use crate::plan::stage::{Class, Stage, Stages, Swap};
use crate::plan::steps::{Emitter, PhasedStep, follow_up};
use crate::plan::{Action, Hazard, HazardKind, Rollback};

pub(super) const NO_EXCLUSION: &str =
    "PostgreSQL has no way to build the index of an exclusion constraint beside its users";

impl Emitter<'_> {
    pub(super) fn staged_constraint(
        &self,
        address: &ObjectAddress,
        plain: Vec<PhasedStep>,
        swap: Swap,
    ) -> Option<Stages> {
        let constraint = self.sides.desired.constraint(address)?;
        let (table, name) = (address.qualified_name()?, address.part.as_ref()?);
        match constraint.kind {
            ConstraintKind::PrimaryKey | ConstraintKind::Unique => {
                self.staged_key(address, (&table, name), constraint, plain, swap)
            }
            ConstraintKind::Check | ConstraintKind::ForeignKey if constraint.validated && constraint.enforced => {
                validated_later(address, (&table, name), constraint, plain)
            }
            ConstraintKind::Check | ConstraintKind::ForeignKey => None,
            ConstraintKind::Exclusion => Some(blocking(address, plain, NO_EXCLUSION)),
        }
    }

    /// The index comes first, under the constraint's own name where that is free; the constraint takes it over.
    fn staged_key(
        &self,
        address: &ObjectAddress,
        (table, name): (&QualifiedName, &Identifier),
        constraint: &Constraint,
        mut plain: Vec<PhasedStep>,
        swap: Swap,
    ) -> Option<Stages> {
        let is_replaced = self.fate(address) == Some(Fate::Replace);
        if is_replaced && swap == Swap::No {
            return None;
        }
        let (key, nulls) = key(constraint)?;
        let index = if is_replaced || self.sides.current.has_relation(table, name) {
            self.free_name(address, name.as_str(), "__new")
        } else {
            name.clone()
        };
        let (add, _) = plain.first_mut()?;
        let options = index_options(nulls, constraint);
        let on_index = ObjectAddress::part(ObjectKind::Index, table, index.clone());
        let mut build = follow_up(unique_index(table, &index, key, &options), &on_index);
        build.0.action = Action::Create;
        build.0.hazards = std::mem::take(&mut add.hazards);
        // The constraint takes the index along when it is dropped.
        let undo = drop_concurrently(&format!("IF EXISTS {}", index_name(&on_index)));
        build.0.rollback = Rollback::Sql(undo);
        add.sql = using_index((table, name), constraint, &index);
        let stages = vec![Stage::new(Class::Alone, vec![build]), Stage::new(Class::Together, plain)];
        Some(Stages { takes_name: usize::from(is_replaced), ..Stages::several(stages) })
    }

    /// A constraint that was `NOT VALID` is validated.
    pub(super) fn staged_validation(&self, address: &ObjectAddress, plain: Vec<PhasedStep>) -> Option<Stages> {
        if !self.sides.differs(address, Attribute::Validated) {
            return None;
        }
        let validate = table::validate(&address.qualified_name()?, address.part.as_ref()?);
        let (reading, rest): (Vec<PhasedStep>, Vec<PhasedStep>) =
            plain.into_iter().partition(|(step, _)| step.sql == validate);
        let rest = (!rest.is_empty()).then(|| Stage::new(Class::Together, rest));
        Some(Stages::several(rest.into_iter().chain([Stage::new(Class::Validation, reading)]).collect()))
    }
}

/// What follows the columns of the index behind a key.
pub(super) fn index_options(nulls: &str, constraint: &Constraint) -> String {
    let mut options = nulls.to_owned();
    if !constraint.options.is_empty() {
        options.push_str(&format!(" WITH {}", option_list(&constraint.options)));
    }
    options.extend(constraint.tablespace.as_ref().map(|place| format!(" TABLESPACE {place}")));
    options
}

/// `ADD CONSTRAINT … USING INDEX`.
pub(super) fn using_index(
    (table, name): (&QualifiedName, &Identifier),
    constraint: &Constraint,
    index: &Identifier,
) -> String {
    format!(
        "ALTER TABLE {table} ADD CONSTRAINT {name} {} USING INDEX {index}{}",
        word(constraint.kind),
        deferrability(constraint.deferrability)
    )
}

/// `ADD … NOT VALID`, then `VALIDATE CONSTRAINT`.
pub(super) fn validated_later(
    address: &ObjectAddress,
    (table, name): (&QualifiedName, &Identifier),
    constraint: &Constraint,
    mut plain: Vec<PhasedStep>,
) -> Option<Stages> {
    let (add, _) = plain.first_mut()?;
    let unchecked = Constraint { validated: false, ..constraint.clone() };
    add.sql = table::add_constraint(table, name, &unchecked);
    let hazards = std::mem::take(&mut add.hazards);
    let validate = validation(address, table, name, hazards);
    let stages = vec![Stage::new(Class::Together, plain), Stage::new(Class::Validation, vec![validate])];
    Some(Stages { named: 0, ..Stages::several(stages) })
}

/// `VALIDATE CONSTRAINT`, which reads the table while others write.
pub(crate) fn validation(
    address: &ObjectAddress,
    table: &QualifiedName,
    name: &Identifier,
    hazards: Vec<Hazard>,
) -> PhasedStep {
    let mut validate = follow_up(table::validate(table, name), address);
    validate.0.action = Action::Validate;
    validate.0.hazards = hazards;
    validate.0.verify = Some(format!(
        "SELECT convalidated FROM pg_catalog.pg_constraint WHERE conrelid = to_regclass({}) AND conname = {}",
        quote_literal(&table.to_string()),
        quote_literal(name.as_str())
    ));
    validate
}

/// The plain form, and why there is no other.
pub(super) fn blocking(address: &ObjectAddress, mut plain: Vec<PhasedStep>, why: &str) -> Stages {
    if let Some((add, _)) = plain.first_mut() {
        add.hazards.push(Hazard { kind: HazardKind::Blocks, object: address.clone(), detail: why.to_owned() });
    }
    Stages::one(Stage::new(Class::Together, plain))
}

/// The columns of a key as `CREATE INDEX` takes them, with what follows them; none for a key that no plain unique
/// index can stand for.
pub(super) fn key(constraint: &Constraint) -> Option<(&str, &'static str)> {
    let definition = constraint.definition.as_str();
    if definition.contains(" WITHOUT OVERLAPS") {
        return None;
    }
    if let Some(key) = definition.strip_prefix("UNIQUE NULLS NOT DISTINCT ") {
        return Some((key, " NULLS NOT DISTINCT"));
    }
    let key = definition.strip_prefix("PRIMARY KEY ").or_else(|| definition.strip_prefix("UNIQUE "))?;
    Some((key, ""))
}

fn word(kind: ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::PrimaryKey => "PRIMARY KEY",
        ConstraintKind::Unique => "UNIQUE",
        ConstraintKind::Check => "CHECK",
        ConstraintKind::Exclusion => "EXCLUDE",
        ConstraintKind::ForeignKey => "FOREIGN KEY",
    }
}

fn deferrability(deferrability: Deferrability) -> &'static str {
    match deferrability {
        Deferrability::NotDeferrable => "",
        Deferrability::InitiallyImmediate => " DEFERRABLE",
        Deferrability::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}
