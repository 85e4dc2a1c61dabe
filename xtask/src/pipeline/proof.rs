//! The proof of a plan: its files are run on the replayed migrations, and what comes out must be the schema.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use lockstep_core::catalog::{Catalog, ObjectAddress, ObjectKind, State};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::diff::{as_owners, diff};
use lockstep_core::emit::sql::{declares_role, gives_to_owner};
use lockstep_core::migration::MigrationFile;
use lockstep_core::plan::{Hazard, HazardKind, TransactionMode};
use lockstep_core::sql::split;
use lockstep_postgres::error::Error;
use lockstep_postgres::introspect::introspect;
use lockstep_postgres::measure::{Measured, lock_lines, measure, run};
use lockstep_postgres::replay::declarations;
use lockstep_postgres::roles::{Declared, Order, Roles, declared, provide};
use lockstep_postgres::scratch::Scratch;

use crate::pipeline::change::settled;
use crate::pipeline::draft::Draft;
use crate::pipeline::side::{Side, accepted};
use crate::pipeline::undo::prove_rollbacks;
use crate::stop::Stop;

/// Why a plan does not stand.
#[derive(Debug)]
pub struct Refuted {
    /// What its statements build, as far as they run.
    pub built: Catalog,
    /// What they are to build.
    pub desired: Catalog,
    /// What was seen.
    pub flaw: Flaw,
}

/// What was seen of a plan that does not stand.
#[derive(Debug)]
pub enum Flaw {
    /// The objects that differ after its statements have run.
    Differences(BTreeSet<String>),
    /// What the server answered to a statement.
    Refusal(String),
}

/// Runs the drafts on `current`, fills in the locks that they were seen to take, and compares what they build with
/// `desired`: none if they are equal. What undoes them is run as well.
///
/// # Errors
/// When the server fails.
pub fn prove(current: &mut Side, desired: &mut Side, drafts: &mut [Draft]) -> Result<Option<Refuted>, Stop> {
    let roles = roles_after(current, drafts)?;
    // Roles are not made here, so they do not come back either.
    let mut states = vec![current.state.clone()];
    states[0].catalog.roles.clear();
    for draft in drafts.iter_mut() {
        let before = states.last().expect("there is the state before the first draft");
        let measured = match ran(current, draft, measure)? {
            Ok(measured) => measured,
            Err(refusal) => return Ok(Some(refused(before, desired, &refusal))),
        };
        draft.header.locks = lock_lines(&measured, current.scratch.server().version());
        add_rewrites(&mut draft.header.hazards, &measured);
        // On the way there may be what no schema holds, such as a NOT NULL that is not validated yet.
        states.push(introspect(current.scratch.client())?.state);
    }
    if let Some(refuted) = differing(current, desired, roles)? {
        return Ok(Some(refuted));
    }
    prove_rollbacks(&mut current.scratch, &states, drafts)?;
    Ok(None)
}

/// Runs the drafts of a plan that is only printed, and compares what they build with `desired`: none if they are equal.
///
/// # Errors
/// When the server fails.
pub fn refuted(current: &mut Side, desired: &mut Side, drafts: &[Draft]) -> Result<Option<Refuted>, Stop> {
    roles_after(current, drafts)?;
    for draft in drafts {
        if let Err(refusal) = ran(current, draft, run)? {
            return Ok(Some(refused(&current.state, desired, &refusal)));
        }
    }
    // What roles are is a matter of each side's server, and not of a scratch database.
    let roles = desired.state.catalog.roles.clone();
    differing(current, desired, roles)
}

/// The roles once the drafts have run; those that the server lacks are made.
fn roles_after(current: &mut Side, drafts: &[Draft]) -> Result<Roles, Stop> {
    let drafted: Vec<MigrationFile> = drafts.iter().map(Draft::migration).collect();
    current.declarations.extend(declarations(&drafted)?);
    let Declared { roles, ever } = declared(current.scratch.client(), &current.declarations, Order::AsWritten)??;
    provide(current.scratch.client(), &ever)?;
    Ok(roles)
}

fn refused(built: &State, desired: &Side, refusal: &Error) -> Refuted {
    let (built, desired) = (built.catalog.clone(), desired.state.catalog.clone());
    Refuted { built, desired, flaw: Flaw::Refusal(refusal.to_string()) }
}

fn differing(current: &mut Side, desired: &mut Side, roles: Roles) -> Result<Option<Refuted>, Stop> {
    let owners = std::mem::take(&mut current.state.facts.owners);
    current.state = accepted(introspect(current.scratch.client())?, None)?;
    current.state.catalog.roles = roles;
    if current.is_copy {
        current.state.facts.owners = owners;
    }
    settled(current, desired)?;
    let (built, desired) = as_owners(&current.state, &desired.state);
    Ok(residue(&built, &desired))
}

/// A rewrite is seen, not planned: whether there is one is for the server to say.
fn add_rewrites(hazards: &mut Vec<String>, measured: &[Measured]) {
    for table in measured.iter().flat_map(|measured| &measured.rewritten) {
        let known = format!("{} {} ", HazardKind::Rewrite.info().name, table.key());
        if hazards.iter().any(|hazard| hazard.starts_with(&known)) {
            continue;
        }
        let hazard = Hazard {
            kind: HazardKind::Rewrite,
            object: ObjectAddress::object(ObjectKind::Table, table),
            detail: HazardKind::Rewrite.info().meaning.to_owned(),
        };
        hazards.push(hazard.to_string());
    }
    hazards.sort();
    hazards.dedup();
}

/// Runs the statements of a draft: what was seen of them, or what the server has answered to one.
fn ran<T>(
    side: &mut Side,
    draft: &Draft,
    run: impl FnOnce(&mut Scratch, &[&str], bool) -> Result<T, Error>,
) -> Result<Result<T, Error>, Stop> {
    let statements = split(&draft.migration().source)?;
    let texts = statements.iter().map(|statement| statement.span.text());
    // Roles are not made on a scratch database.
    let runs = |text: &&str| !(declares_role(text) || side.is_copy && gives_to_owner(text));
    let texts: Vec<&str> = texts.filter(runs).collect();
    match run(&mut side.scratch, &texts, draft.header.transaction == TransactionMode::Yes) {
        Err(error) if error.db().is_none() => Err(error.into()),
        ran => Ok(ran),
    }
}

/// What differs between what was built and what is desired.
#[must_use]
pub fn residue(built: &Catalog, desired: &Catalog) -> Option<Refuted> {
    let changes = diff(built, desired);
    if changes.is_empty() {
        return None;
    }
    let flaw = Flaw::Differences(changes.iter().map(|(object, _)| object.to_string()).collect());
    Some(Refuted { built: built.clone(), desired: desired.clone(), flaw })
}

impl Refuted {
    /// Saves both catalogs and the drafts in a folder, for a report, and says so.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn saved(self, folder: &Path, drafts: &[Draft]) -> Result<Stop, Stop> {
        let Self { built, desired, flaw } = self;
        let folder = folder.join("does-not-converge");
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let json = |catalog: &Catalog| serde_json::to_string_pretty(catalog).expect("catalogs have string keys");
        let mut files = vec![("built.json".to_owned(), json(&built)), ("desired.json".to_owned(), json(&desired))];
        files.extend(drafts.iter().map(|draft| (draft.file_name.clone(), draft.text())));
        for (name, text) in files {
            let path = folder.join(name);
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        let report = format!("a defect of Lockstep: report it with the files in {}", folder.display());
        let diagnostic = match flaw {
            Flaw::Differences(objects) => objects.iter().fold(
                Diagnostic::error(
                    "plan-does-not-converge",
                    "the planned statements do not build the schema; nothing was written",
                )
                .hint(format!("this is {report}; meanwhile write this migration by hand")),
                |diagnostic, object| diagnostic.note(format!("{object} still differs")),
            ),
            Flaw::Refusal(answer) => {
                Diagnostic::error("plan-does-not-run", "PostgreSQL refuses a planned statement; nothing was written")
                    .note(answer)
                    .hint(format!(
                        "where it holds an expression of @using or @backfill, mend that; else it is {report}"
                    ))
            }
        };
        Ok(diagnostic.into())
    }
}
