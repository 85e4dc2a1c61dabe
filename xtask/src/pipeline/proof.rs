//! The proof of a plan: its files are run on the replayed migrations, and what comes out must be the schema.

use lockstep_core::catalog::{Catalog, ObjectAddress, ObjectKind};
use lockstep_core::diff::diff;
use lockstep_core::emit::sql::declares_role;
use lockstep_core::migration::MigrationFile;
use lockstep_core::plan::{Hazard, HazardKind, TransactionMode};
use lockstep_core::sql::split;
use lockstep_postgres::introspect::introspect;
use lockstep_postgres::measure::{Measured, lock_lines, measure};
use lockstep_postgres::replay::declarations;
use lockstep_postgres::roles::{Declared, Order, declared, provide};

use crate::pipeline::change::settled;
use crate::pipeline::draft::Draft;
use crate::pipeline::side::{Side, accepted};
use crate::pipeline::undo::prove_rollbacks;
use crate::stop::Stop;

/// What is left between the two sides after the files have run.
#[derive(Debug)]
pub struct Residue {
    /// What the files build.
    pub built: Catalog,
    /// What the schema means.
    pub desired: Catalog,
    /// The objects that differ.
    pub differences: Vec<String>,
}

/// Runs the drafts on `current`, fills in the locks that they were seen to take, and compares what they build with
/// `desired`: none if they are equal. What undoes them is run as well.
///
/// # Errors
/// When a statement fails.
pub fn prove(current: &mut Side, desired: &mut Side, drafts: &mut [Draft]) -> Result<Option<Residue>, Stop> {
    let drafted: Vec<MigrationFile> = drafts.iter().map(Draft::migration).collect();
    current.declarations.extend(declarations(&drafted)?);
    let Declared { roles, ever } = declared(current.scratch.client(), &current.declarations, Order::AsWritten)??;
    provide(current.scratch.client(), &ever)?;
    // Roles are not made here, so they do not come back either.
    let mut states = vec![current.state.clone()];
    states[0].catalog.roles.clear();
    for draft in drafts.iter_mut() {
        let measured = run(current, draft)?;
        draft.header.locks = lock_lines(&measured, current.scratch.server().version());
        add_rewrites(&mut draft.header.hazards, &measured);
        // On the way there may be what no schema holds, such as a NOT NULL that is not validated yet.
        states.push(introspect(current.scratch.client())?.state);
    }
    current.state = accepted(introspect(current.scratch.client())?, None)?;
    current.state.catalog.roles = roles;
    settled(current, desired)?;
    if let Some(residue) = residue(&current.state.catalog, &desired.state.catalog) {
        return Ok(Some(residue));
    }
    prove_rollbacks(&mut current.scratch, &states, drafts)?;
    Ok(None)
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

fn run(side: &mut Side, draft: &Draft) -> Result<Vec<Measured>, Stop> {
    let migration = draft.migration();
    let statements = split(&migration.source)?;
    let texts = statements.iter().map(|statement| statement.span.text());
    let texts: Vec<&str> = texts.filter(|text| !declares_role(text)).collect();
    Ok(measure(&mut side.scratch, &texts, draft.header.transaction == TransactionMode::Yes)?)
}

/// What differs between what was built and what is desired.
#[must_use]
pub fn residue(built: &Catalog, desired: &Catalog) -> Option<Residue> {
    let changes = diff(built, desired);
    if changes.is_empty() {
        return None;
    }
    let differences = changes.iter().map(|(object, _)| object.to_string()).collect();
    Some(Residue { built: built.clone(), desired: desired.clone(), differences })
}
