//! `check`: proves that schema, migrations, certificate and generated code belong together. Writes nothing but below
//! `target/`.

mod code;
mod proof;
mod scans;

use lockstep_core::certificate::{Certificate, stale};
use lockstep_core::diagnostic::{Diagnostic, Severity};
use lockstep_core::migration::{MigrationFile, first_line};
use lockstep_core::workspace::Workspace;
use serde::Serialize;

use crate::cli::{Context, Format};
use crate::pipeline::inputs::Inputs;
use crate::pipeline::live;
use crate::pipeline::queries::Queries;
use crate::stop::{Outcome, Stop};

/// Prove that schema/, migrations/, the certificate and the generated code belong together.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

#[derive(Serialize)]
struct Checked {
    schema_files: usize,
    migrations: usize,
    statements: usize,
    errors: usize,
}

pub(super) fn run(context: &Context<'_>, _arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    let inputs = Inputs::read(&workspace)?;
    let mut diagnostics: Vec<Diagnostic> = inputs.migrations.iter().flat_map(header).collect();
    diagnostics.extend(inputs.migrations.iter().flat_map(destructive));
    let certificate = certificate(&inputs, &mut diagnostics);
    let server = live::server(&workspace)?;
    diagnostics.extend(proof::prove(&server, &inputs, certificate)?);
    if let Some(certificate) = certificate {
        diagnostics.extend(code::formatted(&workspace, certificate)?);
    }
    context.reporter.diagnostics(&diagnostics);
    let checked = Checked {
        schema_files: inputs.schema.len(),
        migrations: inputs.migrations.len(),
        statements: certificate.map_or(0, |certificate| certificate.statements.len()),
        errors: diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count(),
    };
    report(context, server.version(), &checked);
    Ok(Outcome::of(&diagnostics))
}

fn report(context: &Context<'_>, version: &str, checked: &Checked) {
    let Checked { schema_files, migrations, statements, errors } = checked;
    match context.reporter.format {
        Format::Json => context.reporter.json(checked),
        Format::Text if *errors > 0 => {}
        Format::Text => context.reporter.say(&format!(
            "proven on PostgreSQL {version}: {schema_files} schema files, {migrations} migrations, {statements} statements"
        )),
    }
}

/// The certificate, if it speaks of exactly these files.
fn certificate<'a>(inputs: &'a Inputs, diagnostics: &mut Vec<Diagnostic>) -> Option<&'a Certificate> {
    match &inputs.certificate {
        Ok(Some(certificate)) => {
            let stale = stale(&certificate.files, &inputs.hashes);
            let is_fresh = stale.is_empty();
            diagnostics.extend(stale);
            diagnostics.extend(calls(certificate, &inputs.calls));
            is_fresh.then_some(certificate)
        }
        Ok(None) => {
            let missing = format!("{} is missing", Workspace::CERTIFICATE);
            diagnostics.push(Diagnostic::error("missing-certificate", missing).hint("run `cargo xtask db:generate`"));
            None
        }
        Err(wrong) => {
            diagnostics.push(wrong.clone());
            None
        }
    }
}

/// The calls in the sources that the certificate does not hold, and those that it holds and nobody makes.
fn calls(certificate: &Certificate, calls: &Queries) -> Vec<Diagnostic> {
    let new = calls.iter().filter(|(key, _)| !certificate.inline.contains_key(*key)).map(|(_, text)| {
        let message = format!("this query is not in {}", Workspace::CERTIFICATE);
        Diagnostic::error("uncertified-query", message).at(text.place.clone())
    });
    let gone = certificate.inline.iter().filter(|(key, _)| !calls.contains_key(*key)).map(|(_, query)| {
        let message = format!("{} holds a query that no source calls: {}", Workspace::CERTIFICATE, query.sql);
        Diagnostic::error("stale-query", message)
    });
    new.chain(gone).map(|diagnostic| diagnostic.hint("run `cargo xtask db:generate`")).collect()
}

/// What is missing in the header of a migration.
fn header(migration: &MigrationFile) -> Vec<Diagnostic> {
    let place = first_line(&migration.source);
    let path = &migration.source.path;
    let Some(header) = &migration.header else {
        return vec![
            Diagnostic::error("missing-header", format!("{path} has no header"))
                .at(place)
                .hint("begin it with `-- Migration: …` and the fields that a generated one has"),
        ];
    };
    let fields = [
        ("Migration", header.migration.is_empty(), "what it is in a few words"),
        ("Problem", header.problem.is_empty(), "why it is needed"),
        ("Solution", header.solution.is_empty(), "what it does about the problem"),
        ("Affects", header.affects.is_empty(), "which objects it changes"),
        ("Rollback", header.rollback.is_empty(), "which SQL undoes it, or `irreversible: ` with the reason"),
    ];
    let empty = fields.iter().filter(|(_, is_empty, _)| *is_empty);
    empty
        .map(|(field, _, what)| {
            Diagnostic::error("incomplete-header", format!("`{field}` is empty in the header of {path}"))
                .at(place.clone())
                .hint(format!("say {what}: `-- {field}: …`"))
        })
        .collect()
}

/// The steps of a migration that lose data, as its header names them.
fn destructive(migration: &MigrationFile) -> Vec<Diagnostic> {
    let Some(header) = &migration.header else { return Vec::new() };
    let loses = |hazard: &&String| {
        let name = hazard.split_whitespace().next().unwrap_or_default();
        lockstep_core::plan::HAZARDS.iter().any(|info| info.name == name && info.needs_allow)
    };
    header
        .hazards
        .iter()
        .filter(loses)
        .map(|hazard| {
            Diagnostic::warning("destructive-step", format!("{}: {hazard}", migration.source.path))
                .at(first_line(&migration.source))
        })
        .collect()
}
