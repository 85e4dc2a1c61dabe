//! From two states of a database to the statements that lead from one to the other.
//!
//! In: two [`State`]s and what the user decided. Out: a [`Plan`], plain data that later passes may rewrite, or
//! diagnostics for what nobody decided yet. No statement is run here.

mod alter;
mod arguments;
mod build;
mod by_place;
mod conversion;
mod creation;
mod descent;
mod fate;
mod fixed;
mod fold;
mod given;
mod graph;
mod hazard;
mod keys;
mod mention;
mod namespace;
mod one_way;
mod owners;
mod privileges;
mod removal;
mod rewrite;
mod roles;
mod schedule;
mod silent;
mod stage;
mod steps;
mod takeover;
mod unit;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{ObjectAddress, ObjectKind, State};
use crate::diagnostic::Diagnostic;
use crate::diff::as_owners;
use crate::diff::compare;
use crate::lineage::{NOT_NULL_CONSTRAINTS, Place, align};
use crate::plan::fate::{Fates, Sides};
use crate::plan::given::Given;
use crate::plan::graph::{Circle, Graph, Node, NodeId, Operation};
use crate::plan::stage::Stages;
use crate::plan::steps::Emitter;
use crate::plan::unit::{Side, Unit};
use crate::rename::{Rename, rename_steps};

pub use hazard::{Allow, HAZARDS, Hazard, HazardInfo, HazardKind};

/// What the user decided beyond the schema itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// How to convert the columns whose type changes.
    pub using: BTreeMap<ObjectAddress, String>,
    /// The value of new `NOT NULL` columns in the rows that are there.
    pub backfill: BTreeMap<ObjectAddress, String>,
    /// The hazards that are accepted.
    pub allow: Vec<Allow>,
    /// The renames that led to the current side; their steps come first.
    pub renames: Vec<Rename>,
    /// Whether others use the tables meanwhile.
    pub form: Form,
}

/// For whom a plan is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Nobody waits: the plain statements, in as few files as PostgreSQL takes.
    #[default]
    Offline,
    /// Tables that are there before the plan are in use: no lock that stops others is held while a table is read or
    /// written, and what breaks the old binary comes last.
    Online,
}

/// The statements, file by file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The files in their order: several where PostgreSQL needs a commit in between.
    pub files: Vec<PlannedFile>,
}

/// The statements of one migration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// Whether it runs in one transaction.
    pub transaction: TransactionMode,
    /// The strongest phase of its steps.
    pub phase: Phase,
    /// The steps in their order.
    pub steps: Vec<Step>,
}

/// Whether a migration runs in one transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransactionMode {
    /// All of it or nothing.
    #[default]
    Yes,
    /// Statement by statement.
    No,
}

/// What a migration is to the binaries that run beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The old binary keeps working.
    #[default]
    Expand,
    /// Data is brought to where the new binary looks for it.
    Backfill,
    /// Only the new binary keeps working.
    Contract,
}

/// What a step does with its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Gives it another name.
    Rename,
    /// Makes it.
    Create,
    /// Changes it.
    Alter,
    /// Removes it.
    Drop,
    /// Gives rows a value.
    Backfill,
    /// Checks rows that were there before the rule.
    Validate,
    /// Leaves it alone: it sets the session for the steps around it.
    Session,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The statement, without a final semicolon.
    pub sql: String,
    /// What it is about.
    pub object: ObjectAddress,
    /// What it does with it.
    pub action: Action,
    /// What may go wrong or get lost.
    pub hazards: Vec<Hazard>,
    /// How to undo it.
    pub rollback: Rollback,
    /// A query of one boolean that is true once the statement has had its effect.
    pub verify: Option<String>,
}

impl Step {
    /// Whether PostgreSQL takes the statement outside of a transaction block only.
    #[must_use]
    pub fn runs_its_own_transactions(&self) -> bool {
        // A block that fills in values commits as it goes.
        (self.action == Action::Backfill && self.sql.starts_with("DO ")) || stage::is_concurrent(&self.sql)
    }
}

/// How to undo a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rollback {
    /// By these statements, separated by `;` and a newline, without a final semicolon; empty where undoing another
    /// step of the plan undoes this one too.
    Sql(String),
    /// Not at all, and why.
    Irreversible(String),
}

/// The statements that lead from `current` (after the renames) to `desired`.
///
/// # Errors
/// One diagnostic per step that loses data and is not allowed, and per new `NOT NULL` column without a value.
pub fn plan(current: &State, desired: &State, options: &PlanOptions) -> Result<Plan, Vec<Diagnostic>> {
    let (plan, mut diagnostics) = judged(current, desired, options);
    let steps = plan.files.iter().flat_map(|file| &file.steps);
    diagnostics.extend(refusals(steps, options));
    if diagnostics.is_empty() { Ok(plan) } else { Err(diagnostics) }
}

/// The same, with every hazard accepted.
pub(crate) fn plan_freely(current: &State, desired: &State, options: &PlanOptions) -> Plan {
    judged(current, desired, options).0
}

/// The plan, and what in it cannot be done as it stands.
fn judged(current: &State, desired: &State, options: &PlanOptions) -> (Plan, Vec<Diagnostic>) {
    let (before, after) = as_owners(current, desired);
    let mut aligned = align(&before, &after);
    if desired.major >= NOT_NULL_CONSTRAINTS {
        aligned.name_not_nulls(&current.facts, &desired.facts);
    }
    let changes = compare(&aligned.current, &aligned.desired);
    if changes.is_empty() {
        let renames = rename_steps(&options.renames);
        return (Plan { files: file(renames, Phase::Expand).into_iter().collect() }, Vec::new());
    }
    let (given, lineage) = (Given::new(current, desired), &aligned.lineage);
    let sides = Sides {
        current: Side::new(&aligned.current, current, Place::Current, lineage, &given),
        desired: Side::new(&aligned.desired, desired, Place::Desired, lineage, &given),
        changes,
    };
    let Arranged { fates, graph, sorted } = arrange(&sides, options);
    let emitter = Emitter { sides: &sides, fates: &fates, options };
    let mut plan = emitted(&emitter, &graph, &sorted);
    owners::give_back(&sides, &mut plan.files);
    one_way::mend(&sides, &mut plan.files);
    (plan, impossible(&emitter))
}

/// The statements of the nodes, in the form that was asked for.
fn emitted(emitter: &Emitter, graph: &Graph, sorted: &[NodeId]) -> Plan {
    let options = emitter.options;
    let renames = rename_steps(&options.renames);
    let unchecked = mention::unchecked_bodies(emitter.sides, options, graph, sorted);
    if options.form == Form::Online {
        let wrap = |host: NodeId, stages: Stages| {
            if unchecked.contains(&host) { with_unchecked_bodies(stages, &graph.nodes[host].unit) } else { stages }
        };
        let mut files = before_all(renames, alter::add_values(emitter));
        files.extend(schedule::files(emitter, graph, sorted, wrap));
        put_first(&mut files, roles::made(emitter));
        let last = emitter.default_privileges().into_iter().map(|(step, _)| step);
        match files.last_mut().filter(|file| file.transaction == TransactionMode::Yes) {
            Some(file) => file.steps.extend(last),
            None => files.extend(file(last.collect(), Phase::Expand)),
        }
        files.extend(file(roles::dropped(emitter), Phase::Contract));
        return Plan { files };
    }
    let mut steps = Vec::new();
    let mut phase = Phase::Expand;
    for host in sorted {
        let made = emitter.steps(graph, *host);
        if unchecked.contains(host) {
            steps.push(check_bodies(false, &graph.nodes[*host].unit));
        }
        phase = made.iter().map(|(_, phase)| *phase).fold(phase, Phase::max);
        steps.extend(made.into_iter().map(|(step, _)| step));
        if unchecked.contains(host) {
            steps.push(check_bodies(true, &graph.nodes[*host].unit));
        }
    }
    steps.extend(emitter.default_privileges().into_iter().map(|(step, _)| step));
    let mut plan = files(renames, alter::add_values(emitter), steps, phase);
    put_first(&mut plan.files, roles::made(emitter));
    plan.files.extend(file(roles::dropped(emitter), Phase::Contract));
    plan
}

/// Puts steps before all others, into the first file where that runs in one transaction.
fn put_first(files: &mut Vec<PlannedFile>, steps: Vec<Step>) {
    match files.first_mut().filter(|first| first.transaction == TransactionMode::Yes) {
        Some(first) => drop(first.steps.splice(0..0, steps)),
        None => files.splice(0..0, file(steps, Phase::Expand)).for_each(drop),
    }
}

fn impossible(emitter: &Emitter) -> Vec<Diagnostic> {
    let mut diagnostics = emitter.unconvertible();
    diagnostics.extend(by_place::refusals(emitter.sides, emitter.fates));
    diagnostics.extend(fixed::refusals(emitter.sides, emitter.fates));
    diagnostics.extend(roles::still_used(emitter.sides));
    diagnostics
}

struct Arranged {
    fates: Fates,
    graph: Graph,
    sorted: Vec<NodeId>,
}

/// The nodes in their order. Where altering something in place leads to a circle, it is dropped and created instead;
/// where nothing is left to try, the server says what is wrong with the best order that there is.
fn arrange(sides: &Sides, options: &PlanOptions) -> Arranged {
    let mut forced = BTreeSet::new();
    loop {
        let fates = fate::fates(sides, &forced);
        let mut graph = build::build(sides, &fates, options);
        mention::order(sides, options, &mut graph);
        match graph.sorted(|node| priority(sides, node), Circle::Refuse) {
            Ok(sorted) => return Arranged { fates, graph, sorted },
            Err(circle) => match breakable(&graph, &circle) {
                Some(unit) if forced.insert(unit.clone()) => {}
                Some(_) | None => {
                    let sorted = graph.sorted(|node| priority(sides, node), Circle::Ignore).unwrap_or_default();
                    return Arranged { fates, graph, sorted };
                }
            },
        }
    }
}

/// A unit of a circle that can be dropped and created where it was to be altered.
fn breakable(graph: &Graph, circle: &[NodeId]) -> Option<Unit> {
    let members = circle.iter().flat_map(|host| graph.members(*host)).map(|member| &graph.nodes[*member]);
    members
        .filter(|node| matches!(node.operation, Operation::Alter(_)))
        .map(|node| &node.unit)
        .find(|unit| match unit {
            Unit::Object(address) => {
                matches!(address.kind, ObjectKind::View | ObjectKind::Routine | ObjectKind::Defined(_))
            }
            Unit::Default(_)
            | Unit::Ownership(_)
            | Unit::ReplicaIdentity(_)
            | Unit::Cluster(_)
            | Unit::Parentage(_) => true,
            Unit::Privileges(_) | Unit::SecurityLabels(_) => false,
        })
        .cloned()
}

/// What makes comes before what drops; then by kind, by name and by the place in the table.
fn priority(sides: &Sides, node: &Node) -> (bool, ObjectKind, ObjectAddress, usize, Node) {
    let address = node.unit.address();
    let place = sides.desired.place_within(address).map_or(0, |place| place + 1);
    // Columns of one table compare by their place, not by their name.
    let by = if place == 0 { address.clone() } else { ObjectAddress { part: None, ..address.clone() } };
    (node.operation == Operation::Drop, address.kind, by, place, node.clone())
}

fn with_unchecked_bodies(mut stages: Stages, unit: &Unit) -> Stages {
    for stage in &mut stages.stages {
        stage.steps.insert(0, check_bodies(false, unit));
        stage.steps.push(check_bodies(true, unit));
    }
    stages
}

/// The files that nothing else shares: the old binary does not know the new names, and a new value has to be committed.
fn before_all(renames: Vec<Step>, values: Vec<Step>) -> Vec<PlannedFile> {
    let (renames, values) = (file(renames, Phase::Expand), file(values, Phase::Expand));
    let names_types = renames.iter().flat_map(|file| &file.steps).any(names_type);
    let files = if names_types { [renames, values] } else { [values, renames] };
    files.into_iter().flatten().collect()
}

fn names_type(step: &Step) -> bool {
    matches!(step.object.kind, ObjectKind::Schema | ObjectKind::Enum)
}

const CHECK_NO_BODIES: &str = "SET check_function_bodies = off";
const CHECK_BODIES: &str = "RESET check_function_bodies";

/// The statements that make a routine, on a side where its body may not be checked.
fn unchecked(side: &Side, address: &ObjectAddress, mut statements: Vec<String>) -> Vec<String> {
    if mention::has_broken_body(side, address) && !statements.is_empty() {
        statements.insert(0, CHECK_NO_BODIES.to_owned());
        statements.push(CHECK_BODIES.to_owned());
    }
    statements
}

fn check_bodies(on: bool, unit: &Unit) -> Step {
    let sql = if on { CHECK_BODIES } else { CHECK_NO_BODIES };
    Step {
        sql: sql.to_owned(),
        object: unit.address().clone(),
        action: Action::Session,
        hazards: Vec::new(),
        rollback: Rollback::Sql(String::new()),
        verify: None,
    }
}

/// A new value of an enumerated type cannot be used before it is committed.
fn files(renames: Vec<Step>, values: Vec<Step>, steps: Vec<Step>, phase: Phase) -> Plan {
    let (first, second) = if values.is_empty() || renames.iter().any(names_type) {
        (renames.into_iter().chain(values).collect::<Vec<_>>(), steps)
    } else {
        (values, renames.into_iter().chain(steps).collect())
    };
    let must_commit = first.iter().any(|step| step.sql.contains(" ADD VALUE "));
    if must_commit {
        let files = [file(first, Phase::Expand), file(second, phase)];
        return Plan { files: files.into_iter().flatten().collect() };
    }
    Plan { files: file(first.into_iter().chain(second).collect(), phase).into_iter().collect() }
}

fn file(steps: Vec<Step>, phase: Phase) -> Option<PlannedFile> {
    // The old binary asks for the old name.
    let breaks = |step: &Step| step.action == Action::Rename && step.object.kind.breaks_readers();
    let phase = if steps.iter().any(breaks) { Phase::Contract } else { phase };
    (!steps.is_empty()).then_some(PlannedFile { transaction: TransactionMode::Yes, phase, steps })
}

fn refusals<'a>(steps: impl Iterator<Item = &'a Step>, options: &PlanOptions) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for hazard in steps.flat_map(|step| &step.hazards) {
        if options.allow.iter().any(|allow| allow.covers(hazard)) {
            continue;
        }
        let flag = Allow { hazard: hazard.kind, object: Some(hazard.object.key()) };
        if hazard.kind == HazardKind::NoCast {
            let message = format!("PostgreSQL has no assignment cast for {}: {}", hazard.object, hazard.detail);
            diagnostics.push(Diagnostic::error("no-assignment-cast", message).about(&hazard.object).hint(format!(
                "write `-- @using expression` above the column, or accept that conversion with `--allow {flag}`"
            )));
        } else if hazard.kind.info().needs_allow {
            let detail = if hazard.detail.is_empty() { String::new() } else { format!(": {}", hazard.detail) };
            let message = format!("{} {}{detail}", hazard.kind.info().verb, hazard.object);
            let converted = hazard.kind == HazardKind::ChangeType && !options.using.contains_key(&hazard.object);
            let using = if converted { "; say how with `-- @using expression` above the column" } else { "" };
            let hint = format!("accept it with `--allow {flag}`{using}");
            diagnostics.push(Diagnostic::error("destructive-step", message).about(&hazard.object).hint(hint));
        } else if steps::is_without_value(hazard) {
            let message = format!("{} is NOT NULL, and the rows that are there have no value for it", hazard.object);
            diagnostics.push(Diagnostic::error("not-null-without-value", message).about(&hazard.object).hint(format!(
                "give it a default, write `-- @backfill expression` above it, or accept that it fails where there \
                 are rows with `--allow {flag}`"
            )));
        }
    }
    diagnostics
}

#[cfg(test)]
mod tests;
