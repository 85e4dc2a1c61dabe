//! The proof of the rollbacks: they are run on a copy of the database that the files have built, from the last to the
//! first, and what comes out must be what was there before.
//!
//! The rollback of a file is written step by step, because that says best what it undoes. Where the steps do not come
//! back to where they started, the way back is planned like any other change.

use lockstep_core::catalog::State;
use lockstep_core::diff::diff;
use lockstep_core::emit::sql::declares_role;
use lockstep_core::plan::{Allow, Form, HAZARDS, PlanOptions, TransactionMode, plan};
use lockstep_core::source::SourceFile;
use lockstep_core::sql::split;
use lockstep_postgres::introspect::introspect;
use lockstep_postgres::measure::run;
use lockstep_postgres::scratch::Scratch;
use lockstep_postgres::settle::settle;

use crate::pipeline::draft::{Draft, is_irreversible};
use crate::stop::Stop;

/// Runs the rollbacks of the drafts on a copy of `built`; `states` are those before the first file and after each.
/// Rollbacks that do not lead back are replaced by ones that do.
///
/// # Errors
/// When the server fails.
pub fn prove_rollbacks(built: &mut Scratch, states: &[State], drafts: &mut [Draft]) -> Result<(), Stop> {
    let can_be_undone = drafts.iter().rev().take_while(|draft| !is_irreversible(&draft.header)).count();
    let (_, drafts) = drafts.split_at_mut(drafts.len() - can_be_undone);
    let states = &states[states.len() - 1 - can_be_undone..];
    if drafts.is_empty() || lead_back(&mut built.copy()?, states, drafts)? {
        return Ok(());
    }
    for (place, draft) in drafts.iter_mut().enumerate().filter(|(_, draft)| !draft.renames) {
        let roles = of_roles(&draft.header.rollback)?;
        draft.header.rollback = planned_back(&states[place + 1], &states[place], draft.header.transaction)?;
        draft.header.rollback.extend(roles.iter().map(|sql| format!("\n{sql};")));
    }
    if !lead_back(built, states, drafts)? {
        let reason = "irreversible: no statements were found that lead back to what was there before";
        drafts.iter_mut().for_each(|draft| draft.header.rollback = reason.to_owned());
    }
    Ok(())
}

/// Whether the rollbacks run, and lead to the first of the states.
fn lead_back(scratch: &mut Scratch, states: &[State], drafts: &[Draft]) -> Result<bool, Stop> {
    for draft in drafts.iter().rev() {
        let source = SourceFile::new(draft.path(), draft.header.rollback.as_str());
        let statements = split(&source)?;
        let texts = statements.iter().map(|statement| statement.span.text());
        let texts: Vec<&str> = texts.filter(|text| !declares_role(text)).collect();
        if run(scratch, &texts, draft.header.transaction == TransactionMode::Yes).is_err() {
            return Ok(false);
        }
    }
    let Some(before) = states.first() else { return Ok(true) };
    let found = introspect(scratch.client())?;
    let mut other = scratch.connect()?;
    let (undone, before) = settle(scratch.client(), found.state, &mut other, before.clone())?;
    Ok(diff(&undone.catalog, &before.catalog).is_empty())
}

/// What a rollback does about roles, which is not tried.
fn of_roles(rollback: &str) -> Result<Vec<String>, Stop> {
    let statements = split(&SourceFile::new("rollback", rollback))?;
    let texts = statements.iter().map(|statement| statement.span.text().to_owned());
    Ok(texts.filter(|text| declares_role(text)).collect())
}

fn planned_back(after: &State, before: &State, transaction: TransactionMode) -> Result<String, Stop> {
    let form = match transaction {
        TransactionMode::Yes => Form::Offline,
        TransactionMode::No => Form::Online,
    };
    let allow = HAZARDS.iter().map(|info| Allow { hazard: info.kind, object: None }).collect();
    let plan = plan(after, before, &PlanOptions { form, allow, ..PlanOptions::default() })?;
    let statements: Vec<String> =
        plan.files.iter().flat_map(|file| &file.steps).map(|step| format!("{};", step.sql)).collect();
    Ok(if statements.is_empty() { crate::pipeline::draft::NOTHING_TO_UNDO.to_owned() } else { statements.join("\n") })
}
