//! `check`: proves that schema, migrations, certificate and generated code belong together. Writes nothing.

use lockstep_core::certificate::verify;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::migration::{MigrationFile, first_line, read_migrations};

use crate::cli::Context;
use crate::stop::{Outcome, Stop};

/// Prove that schema/, migrations/, the certificate and the generated code belong together.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

pub(super) fn run(context: &Context<'_>, _arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    let migrations = read_migrations(&workspace)??;
    let mut diagnostics: Vec<Diagnostic> = migrations.iter().flat_map(header).collect();
    diagnostics.extend(verify(&workspace).err().into_iter().flatten());
    context.reporter.diagnostics(&diagnostics);
    Ok(Outcome::of(&diagnostics))
}

/// What is missing in the header of a migration.
fn header(migration: &MigrationFile) -> Vec<Diagnostic> {
    let place = first_line(&migration.source);
    let path = &migration.source.path;
    let Some(header) = &migration.header else {
        return vec![
            Diagnostic::error("missing-header", format!("{path} has no header"))
                .at(place)
                .hint("begin it with `-- Migration: …` and the fields of a generated one; see docs/migrations.md"),
        ];
    };
    let fields = [
        ("Migration", header.migration.is_empty(), "what it is in a few words"),
        ("Problem", header.problem.is_empty(), "why it is needed"),
        ("Solution", header.solution.is_empty(), "what it does about the problem"),
        ("Affects", header.affects.is_empty(), "the objects that it changes"),
        ("Rollback", header.rollback.is_empty(), "the SQL that undoes it, or `irreversible: ` with the reason"),
    ];
    fields
        .iter()
        .filter(|(_, is_empty, _)| *is_empty)
        .map(|(field, _, what)| {
            Diagnostic::error("incomplete-header", format!("`{field}` is empty in the header of {path}"))
                .at(place.clone())
                .hint(format!("say {what} behind `-- {field}:`"))
        })
        .collect()
}
