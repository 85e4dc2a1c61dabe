//! What happens to a unit of a busy database: the steps of a node, cut where PostgreSQL needs a commit, or where a lock
//! that stops others would be held for as long as a table is read.
//!
//! In: a node. Out: its [`Stages`], in their order. Objects that nobody can use yet, because their table is created by
//! the same plan, take the plain form. Which file a stage goes into is decided in [`super::schedule`].

pub(crate) mod backfill;
mod column;
mod constraint;
mod family;
mod index;
mod partition;

pub(crate) use index::is_concurrent;

use crate::catalog::{ObjectAddress, ObjectKind};
use crate::name::Identifier;
use crate::plan::fate::Fate;
use crate::plan::graph::{Graph, Group, NodeId, Operation};
use crate::plan::stage::constraint::blocking;
use crate::plan::steps::{Emitter, PhasedStep};
use crate::plan::unit::Unit;
use crate::plan::{Phase, Step};

/// What a stage needs of the file that it goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// One transaction, with others: every statement is short.
    Together,
    /// A file of its own: the statement runs transactions of its own, and a retry starts with it.
    Alone,
    /// Statement by statement: it commits as it goes.
    Backfill,
    /// Statement by statement: it reads a table while others use it.
    Validation,
}

/// Steps that stay together.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) steps: Vec<Step>,
    pub(crate) class: Class,
    pub(crate) phase: Phase,
    /// Whether it is in the contract phase only because nothing hurries: what needs it pulls it forward.
    pub(crate) can_wait: bool,
}

impl Stage {
    pub(crate) fn new(class: Class, steps: Vec<PhasedStep>) -> Self {
        let phase = steps.iter().map(|(_, phase)| *phase).max().unwrap_or_default();
        Self { steps: steps.into_iter().map(|(step, _)| step).collect(), class, phase, can_wait: false }
    }

    fn in_phase(self, phase: Phase) -> Self {
        Self { phase, ..self }
    }
}

/// The stages of a node, each after the one before it.
#[derive(Clone, Debug)]
pub(crate) struct Stages {
    pub(crate) stages: Vec<Stage>,
    /// The stage after which the object can be named by others.
    pub(crate) named: usize,
    /// The stage after which the rows that are there have its values.
    pub(crate) filled: usize,
    /// The first stage that has to come after the drop of what has the name now.
    pub(crate) takes_name: usize,
}

impl Stages {
    /// The node in one stage.
    pub(crate) fn one(stage: Stage) -> Self {
        Self::several(vec![stage])
    }

    /// Stages of which only the last makes the object what it should be.
    pub(crate) fn several(stages: Vec<Stage>) -> Self {
        let last = stages.len().saturating_sub(1);
        Self { stages, named: last, filled: last, takes_name: 0 }
    }
}

/// What stays in service under another name until its successor is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Swap {
    /// There is no such thing, or it has to be gone before its successor can come.
    No,
    /// Nothing has to happen between its drop and the creation of its successor.
    Yes,
}

/// Why an index is not built concurrently.
const BETWEEN: &str = "something else has to happen after the old one has gone, as the drop of a column that took it along, \
                       and no moment may be without it: make two plans of it, or give the new one another name";

impl Emitter<'_> {
    /// The stages of a node and of all that is folded into it.
    pub(crate) fn stages(&self, graph: &Graph, host: NodeId, swap: Swap) -> Stages {
        let node = &graph.nodes[host];
        let plain = || self.steps(graph, host);
        let address = node.unit.address();
        let staged = match &node.unit {
            unit @ Unit::Object(_) if self.owner_stays(address) && !self.follows(unit) => match node.operation {
                Operation::Create => self.staged_creation(graph, host, address, swap),
                Operation::Drop => self.staged_drop(address, plain, swap),
                Operation::Alter(Group::NotNull) => self.staged_not_null(address),
                Operation::Alter(Group::Details) => self.staged_details(address, plain()),
                Operation::Aside | Operation::Alter(_) => None,
            },
            unit @ Unit::Object(_) if !self.follows(unit) && self.family_stays(address) => match node.operation {
                Operation::Create => self.family_creation(graph, host, address),
                Operation::Drop => self.family_drop(address, plain),
                Operation::Alter(Group::NotNull) => self.staged_not_null(address),
                Operation::Alter(Group::Details) => self.family_details(address, plain()),
                Operation::Aside | Operation::Alter(_) => None,
            },
            unit @ Unit::Object(_) if node.operation == Operation::Create && !self.follows(unit) => {
                self.built_below(address, plain())
            }
            Unit::Parentage(_) => match node.operation {
                Operation::Create => self.staged_attachment(address, plain()),
                Operation::Drop => self.staged_detachment(address, plain()),
                Operation::Aside | Operation::Alter(_) => None,
            },
            // Granting hurries, revoking waits.
            Unit::Privileges(_) => {
                let (expand, contract): (Vec<_>, Vec<_>) =
                    plain().into_iter().partition(|(_, phase)| *phase != Phase::Contract);
                let both = !expand.is_empty() && !contract.is_empty();
                let stages = [expand, contract].map(|steps| Stage::new(Class::Together, steps));
                both.then(|| Stages::several(stages.to_vec()))
            }
            Unit::Object(_)
            | Unit::Default(_)
            | Unit::Ownership(_)
            | Unit::ReplicaIdentity(_)
            | Unit::Cluster(_)
            | Unit::SecurityLabels(_) => None,
        };
        staged.unwrap_or_else(|| Stages::one(Stage::new(Class::Together, plain())))
    }

    fn staged_creation(&self, graph: &Graph, host: NodeId, address: &ObjectAddress, swap: Swap) -> Option<Stages> {
        let is_replaced = self.fate(address) == Some(Fate::Replace);
        if address.kind == ObjectKind::Column {
            return self.staged_column(graph, host, address);
        }
        if address.kind == ObjectKind::Constraint {
            return self.staged_constraint(address, self.steps(graph, host), swap);
        }
        if address.kind != ObjectKind::Index {
            return None;
        }
        let plain = self.steps(graph, host);
        let must_be_plain = is_replaced && swap == Swap::No;
        Some(if must_be_plain { blocking(address, plain, BETWEEN) } else { self.staged_index(address, plain, swap) })
    }

    fn staged_drop(
        &self,
        address: &ObjectAddress,
        plain: impl FnOnce() -> Vec<PhasedStep>,
        swap: Swap,
    ) -> Option<Stages> {
        if address.kind != ObjectKind::Index || !self.builds_concurrently(address) {
            return None;
        }
        match (self.fate(address), swap) {
            (Some(Fate::Drop), _) => Some(Stages::one(self.concurrent_drop(address, plain(), None))),
            (Some(Fate::Replace), Swap::Yes) => Some(Stages::one(self.index_aside(address))),
            (Some(Fate::Replace), Swap::No) | (Some(Fate::Create | Fate::Alter) | None, _) => None,
        }
    }

    fn staged_details(&self, address: &ObjectAddress, plain: Vec<PhasedStep>) -> Option<Stages> {
        if address.kind == ObjectKind::Index {
            return self.staged_reindex(address, plain);
        }
        if address.kind == ObjectKind::Constraint {
            return self.staged_validation(address, plain);
        }
        None
    }

    /// Whether the relation that this is a part of is there before the plan and after it, and no other follows it. A
    /// table that joins others has what they ask for by then, and valid.
    pub(crate) fn owner_stays(&self, address: &ObjectAddress) -> bool {
        let is_foreign = self.sides.desired.catalog.is_foreign(address);
        !is_foreign && self.lasting_owner(address).is_some_and(|owner| !self.is_family(&owner))
    }

    /// The relation that this is a part of, where it is there before the plan and after it, with the same parents.
    fn lasting_owner(&self, address: &ObjectAddress) -> Option<ObjectAddress> {
        let owner = self.sides.desired.owner(address).or_else(|| self.sides.current.owner(address))?;
        let stays = self.sides.current.has(&Unit::Object(owner.clone()))
            && self.sides.desired.has(&Unit::Object(owner.clone()))
            && self.fates.get(&Unit::Parentage(owner.clone())).is_none()
            && !self.fates.is_gone(&Unit::Object(owner.clone()));
        stays.then_some(owner)
    }

    /// Whether it is a partitioned table, or one that others inherit from.
    fn is_family(&self, owner: &ObjectAddress) -> bool {
        owner.qualified_name().is_some_and(|name| self.sides.desired.lineage.has_children(&name))
            || self.sides.desired.catalog.is_partitioned(owner)
            || self.sides.current.catalog.is_partitioned(owner)
    }

    /// A name that no part of the relation and no relation of its schema has on either side.
    pub(crate) fn free_name(&self, address: &ObjectAddress, stem: &str, ending: &str) -> Identifier {
        let stem = &stem[..stem.floor_char_boundary(63 - 2 - ending.len())];
        let mut names =
            std::iter::once(format!("{stem}{ending}")).chain((2..).map(|number| format!("{stem}{ending}{number}")));
        let is_taken = |name: &Identifier| {
            [&self.sides.current, &self.sides.desired].into_iter().any(|side| side.has_part_or_relation(address, name))
        };
        names
            .find_map(|name| Some(Identifier::from(name)).filter(|name| !is_taken(name)))
            .unwrap_or_else(|| stem.into())
    }
}

#[cfg(test)]
mod tests;
