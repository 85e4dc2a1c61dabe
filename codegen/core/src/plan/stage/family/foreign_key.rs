//! Foreign keys of partitioned tables that are in use.
//!
//! Before 18 PostgreSQL takes no foreign key of a partitioned table that is `NOT VALID`. But the one that it makes takes
//! over those of the partitions that say the same and were validated before, without reading a row.

use crate::catalog::{Constraint, ObjectAddress};
use crate::emit::sql::table;
use crate::name::QualifiedName;
use crate::plan::Rollback;
use crate::plan::stage::constraint::{blocking, validated_later, validation};
use crate::plan::stage::{Class, Stage, Stages};
use crate::plan::steps::{Emitter, PhasedStep, follow_up};
use crate::plan::takeover::follower;

/// The first version with foreign keys of partitioned tables that are `NOT VALID`.
const NOT_VALID: u32 = 18;

const ONLY_PLAIN: &str = "before 18, PostgreSQL takes no foreign key from one partitioned table to another that is NOT \
                          VALID: the partitions are read in the same statement";

impl Emitter<'_> {
    pub(super) fn family_foreign_key(&self, address: &ObjectAddress, plain: Vec<PhasedStep>) -> Option<Stages> {
        let constraint = self.sides.desired.constraint(address)?;
        let (owner, name) = (address.qualified_name()?, address.part.as_ref()?);
        if !constraint.validated || !constraint.enforced {
            return None;
        }
        if self.sides.major() >= NOT_VALID {
            return validated_later(address, (&owner, name), constraint, plain);
        }
        let far = constraint.references.as_ref().and_then(|far| self.sides.desired.whole.tables.get(&far.table));
        if far.is_none_or(|far| far.partition_key.is_some()) {
            return Some(blocking(address, plain, ONLY_PLAIN));
        }
        let below = self.readable_below(&owner);
        if below.is_empty() {
            return None;
        }
        let (mut adding, mut reading) = (Vec::new(), Vec::new());
        for table in below {
            let Some((follower, body)) = self.below(address, table) else { continue };
            if self.is_planned(&follower) || self.sides.current.has_part_or_relation(&follower, follower.part.as_ref()?)
            {
                continue;
            }
            let part = follower.part.as_ref()?;
            let unchecked = Constraint { validated: false, ..body.clone() };
            let mut add = follow_up(table::add_constraint(table, part, &unchecked), address);
            // It goes with the one that takes it over.
            add.0.rollback = Rollback::Sql(format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {part}"));
            adding.push(add);
            reading.push(validation(address, table, part, Vec::new()));
        }
        let mut plain = plain;
        if let (Some((first, _)), Some((main, _))) = (reading.first_mut(), plain.first_mut()) {
            first.hazards = std::mem::take(&mut main.hazards);
        }
        let stages = [(Class::Together, adding), (Class::Validation, reading), (Class::Together, plain)];
        let stages = stages.into_iter().filter(|(_, steps)| !steps.is_empty());
        Some(Stages::several(stages.map(|(class, steps)| Stage::new(class, steps)).collect()))
    }

    /// The constraint of a table anywhere below that follows this one.
    fn below(&self, address: &ObjectAddress, table: &QualifiedName) -> Option<(ObjectAddress, &Constraint)> {
        let whole = self.sides.desired.whole;
        let parent = whole.tables.get(table)?.partition_of.as_ref()?;
        let above = if Some(&parent.table) == address.qualified_name().as_ref() {
            address.clone()
        } else {
            self.below(address, &parent.table)?.0
        };
        let own = follower(whole, table, &above)?;
        let constraint = whole.tables.get(table)?.constraints.get(own.part.as_ref()?)?;
        Some((own, constraint))
    }
}
