//! `db:status`: how every migration of the folder and of a database stands, and which indexes of it
//! an interrupted build has left invalid. Changes nothing.

use lockstep::migrator::{MigrationState, MigrationStatus, Migrator, Record};
use lockstep_core::certificate::Certificate;
use lockstep_core::diff::column_orders;
use lockstep_core::workspace::Workspace;
use lockstep_postgres::introspect::introspect;
use lockstep_postgres::server;
use serde::Serialize;

use crate::cli::{Context, Format};
use crate::commands::db_migrate::{APPLICATION, database_url, in_runtime};
use crate::migrations::Folder;
use crate::pipeline::invalid::invalid_in;
use crate::stop::{Outcome, Stop};

/// Show which migrations the database at DATABASE_URL has.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
}

#[derive(Serialize)]
struct Shown<'a> {
    version: i64,
    name: &'a str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    applied_on: Option<&'a str>,
    #[serde(flatten)]
    by: Option<By<'a>>,
}

/// Who applied it; plain refinery does not say.
#[derive(Serialize)]
struct By<'a> {
    applied_by: &'a str,
    host: Option<&'a str>,
    application: Option<&'a str>,
    build: Option<&'a str>,
    duration: Option<&'a str>,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    let url = database_url(arguments.database_url.as_deref())?;
    let folder = Folder::read(&workspace)?;
    let status = folder.lend(|migrations| {
        let migrator = Migrator::new(migrations).application(APPLICATION);
        in_runtime(async { migrator.status(&migrator.connect(url).await?).await })
    })?;
    let shown: Vec<Shown<'_>> = status.migrations.iter().map(shown).collect();
    let invalid = invalid_in(url)?;
    context.reporter.diagnostics(&invalid);
    match context.reporter.format {
        Format::Json => context.reporter.json(&shown),
        Format::Text if shown.is_empty() => context.reporter.result("no migrations, neither here nor in the database"),
        Format::Text => shown.iter().for_each(|migration| context.reporter.result(&text(migration))),
    }
    let is_applied = |migration: &MigrationStatus| migration.state == MigrationState::Applied;
    if status.migrations.iter().all(is_applied) {
        column_orders_of(context, &workspace, url);
    }
    let contradicts = status.migrations.iter().any(|migration| match migration.state {
        MigrationState::Applied | MigrationState::Pending | MigrationState::Newer => false,
        MigrationState::Divergent | MigrationState::OutOfOrder | MigrationState::Missing => true,
    });
    Ok(if contradicts || !invalid.is_empty() { Outcome::Findings } else { Outcome::Fine })
}

/// What is told beside the migrations, where the database has all of them: it changes nothing that it cannot be read.
fn column_orders_of(context: &Context<'_>, workspace: &Workspace, url: &str) {
    let Ok(file) = workspace.read(Workspace::CERTIFICATE) else { return };
    let Ok(certificate) = Certificate::read(&file.text) else { return };
    let read = server::connect(url).and_then(|mut client| introspect(&mut client));
    match read {
        Ok(found) => {
            for order in column_orders(&found.state.catalog, &certificate.catalog) {
                context.reporter.say(&format!("note: {order}"));
            }
        }
        Err(error) => context.reporter.say(&format!("note: the order of columns was not looked at: {error}")),
    }
}

fn shown(status: &MigrationStatus) -> Shown<'_> {
    let by = status.record.as_ref().map(|record: &Record| By {
        applied_by: &record.applied_by,
        host: record.host.as_deref(),
        application: record.application.as_deref(),
        build: record.build.as_deref(),
        duration: record.duration.as_deref(),
    });
    let half_way = status.state == MigrationState::Pending && !status.statements.is_empty();
    Shown {
        version: status.version,
        name: &status.name,
        state: if half_way { "half-way" } else { word(status.state) },
        applied_on: status.applied_on.as_deref(),
        by,
    }
}

fn word(state: MigrationState) -> &'static str {
    match state {
        MigrationState::Applied => "applied",
        MigrationState::Pending => "pending",
        MigrationState::Divergent => "divergent",
        MigrationState::OutOfOrder => "out of order",
        MigrationState::Missing => "unknown here",
        MigrationState::Newer => "newer",
    }
}

fn text(Shown { version, name, state, applied_on, by }: &Shown<'_>) -> String {
    let mut line = format!("{state:<12} V{version}__{name}");
    if let Some(applied_on) = applied_on {
        line.push_str(&format!("  {applied_on}"));
    }
    if let Some(By { applied_by, host, application, build, duration }) = by {
        line.push_str(&format!(" by {applied_by}"));
        let facts = [
            host.map(|host| format!("on {host}")),
            application.map(|name| format!("with {name}")),
            build.map(|build| format!("({build})")),
            duration.map(|duration| format!("in {duration}")),
        ];
        facts.iter().flatten().for_each(|fact| line.push_str(&format!(" {fact}")));
    }
    line
}
