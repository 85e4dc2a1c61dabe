//! What a folder of schema SQL, a folder of migrations or a database holds, as a server says it.

use std::sync::Arc;
use std::thread;

use lockstep_core::catalog::State;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::migration::MigrationFile;
use lockstep_core::source::SourceFile;
use lockstep_core::sql::Statement;
use lockstep_postgres::introspect::{Introspection, Refusal, introspect};
use lockstep_postgres::load::{Loaded, load};
use lockstep_postgres::replay::{Replayed, replay};
use lockstep_postgres::scratch::Scratch;
use lockstep_postgres::server::Server;

use crate::pipeline::inputs::Inputs;
use crate::stop::Stop;

/// A scratch database and what is in it.
#[derive(Debug)]
pub struct Side {
    /// The database.
    pub scratch: Scratch,
    /// What is in it.
    pub state: State,
    /// The statements of migrations that declare its roles.
    pub declarations: Vec<Statement>,
    /// Whether it was built after a live database: all of it is one role's then, whoever owns what there.
    pub is_copy: bool,
}

/// Loads schema files.
///
/// # Errors
/// What the server does not take, and what it takes but the catalog does not hold.
pub fn desired(server: &Server, files: &[Arc<SourceFile>]) -> Result<(Side, Loaded), Stop> {
    let mut scratch = server.scratch()?;
    let loaded = load(scratch.client(), files, server.missing_roles())??;
    let introspection = introspect(scratch.client())?;
    let mut state = accepted(introspection, Some(&loaded))?;
    state.catalog.roles.clone_from(&loaded.roles);
    Ok((Side { scratch, state, declarations: Vec::new(), is_copy: false }, loaded))
}

/// Replays migrations.
///
/// # Errors
/// What the server does not take, and what it takes but the catalog does not hold.
pub fn current(server: &Server, migrations: &[MigrationFile]) -> Result<Side, Stop> {
    let mut scratch = server.scratch()?;
    let Replayed { roles, declarations } = replay(scratch.client(), migrations, server.missing_roles())??;
    let mut state = accepted(introspect(scratch.client())?, None)?;
    state.catalog.roles = roles;
    Ok(Side { scratch, state, declarations, is_copy: false })
}

/// The state, unless the database holds what the catalog does not.
///
/// # Errors
/// One diagnostic per refused object.
pub fn accepted(introspection: Introspection, loaded: Option<&Loaded>) -> Result<State, Vec<Diagnostic>> {
    let Introspection { state, refused } = introspection;
    if refused.is_empty() {
        return Ok(state);
    }
    Err(refused.iter().map(|refusal| refused_object(refusal, loaded)).collect())
}

/// The same of a live database, where an interrupted plan may have left indexes that some partitions lack.
///
/// # Errors
/// As [`accepted`].
pub fn accepted_live(mut introspection: Introspection) -> Result<State, Vec<Diagnostic>> {
    introspection.refused.retain(|refusal| refusal.kind != INCOMPLETE);
    accepted(introspection, None)
}

/// What introspection refuses in a schema, and a plan completes in a database.
const INCOMPLETE: &str = "index that some partitions lack";

fn refused_object(refusal: &Refusal, loaded: Option<&Loaded>) -> Diagnostic {
    let Refusal { kind, object, detail, .. } = refusal;
    let message = format!("{kind} {object} is beyond what Lockstep models");
    let diagnostic =
        Diagnostic::error("unsupported-object", message).at(loaded.and_then(|loaded| loaded.place(refusal))).hint(
            "take it out of the schema; what Lockstep does not model it refuses, so that nothing is dropped in silence",
        );
    detail.iter().fold(diagnostic, |diagnostic, detail| diagnostic.note(detail))
}

/// Loads the schema and replays the migrations, side by side.
///
/// # Errors
/// What is wrong with either; both are reported.
///
/// # Panics
/// Never: the thread that loads does not.
pub fn both(server: &Server, inputs: &Inputs) -> Result<(Side, (Side, Loaded)), Stop> {
    thread::scope(|scope| {
        let desired = scope.spawn(|| desired(server, &inputs.schema));
        let current = current(server, &inputs.migrations);
        let desired = desired.join().expect("a loading thread does not panic");
        match (current, desired) {
            (Ok(current), Ok(desired)) => Ok((current, desired)),
            (Err(Stop::Findings(mut all)), Err(Stop::Findings(more))) => {
                all.extend(more);
                Err(Stop::Findings(all))
            }
            (Err(stop), _) | (_, Err(stop)) => Err(stop),
        }
    })
}
