//! `db:migrate`: applies the migrations that a database does not have, by the same engine as a service that starts.

use anyhow::{Context as _, anyhow};
use lockstep::migrator::{MigrateError, Migrator};
use lockstep_core::certificate::verify;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::workspace::Workspace;
use serde::Serialize;

use crate::cli::{Context, Format};
use crate::migrations::Folder;
use crate::stop::{Outcome, Stop};

/// Apply the migrations that the database at DATABASE_URL does not have.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Print what would run, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What the history and `pg_stat_activity` say who migrated.
pub(crate) const APPLICATION: &str = concat!("xtask ", env!("CARGO_PKG_VERSION"));

#[derive(Serialize)]
struct Pending<'a> {
    file: &'a str,
    version: i64,
    statements: Vec<&'a str>,
}

#[derive(Serialize)]
struct Applied {
    version: i64,
    name: String,
    milliseconds: u128,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    let url = database_url(arguments.database_url.as_deref())?;
    if arguments.dry_run { dry_run(context, &workspace, url) } else { apply(context, &workspace, url) }
}

/// The connection string, or what to do where there is none.
pub(super) fn database_url(given: Option<&str>) -> anyhow::Result<&str> {
    given.filter(|url| !url.trim().is_empty()).ok_or_else(|| {
        anyhow!("no database is named\n  hint: set DATABASE_URL to postgres://user:password@host:5432/database")
    })
}

/// Applies what is pending; nothing may have been edited since the certificate was written.
pub(super) fn apply(context: &Context<'_>, workspace: &Workspace, url: &str) -> Result<Outcome, Stop> {
    let folder = certified(workspace)?;
    let report = folder.lend(|migrations| {
        let migrator = Migrator::new(migrations).application(APPLICATION);
        in_runtime(async { migrator.run(url).await })
    })?;
    let applied: Vec<Applied> = report
        .applied
        .into_iter()
        .map(|applied| Applied {
            version: applied.version,
            name: applied.name,
            milliseconds: applied.duration.as_millis(),
        })
        .collect();
    match context.reporter.format {
        Format::Json => context.reporter.json(&applied),
        Format::Text if applied.is_empty() => context.reporter.aside("the database is up to date"),
        Format::Text => applied.iter().for_each(|Applied { version, name, milliseconds }| {
            context.reporter.aside(&format!("applied V{version}__{name}.sql ({milliseconds} ms)"));
        }),
    }
    Ok(Outcome::Fine)
}

fn dry_run(context: &Context<'_>, workspace: &Workspace, url: &str) -> Result<Outcome, Stop> {
    let folder = certified(workspace)?;
    folder.lend(|migrations| {
        let migrator = Migrator::new(migrations).application(APPLICATION);
        let pending = in_runtime(async { migrator.plan(&migrator.connect(url).await?).await })?;
        match context.reporter.format {
            Format::Json => {
                let shown: Vec<Pending<'_>> = pending
                    .iter()
                    .map(|migration| Pending {
                        file: migration.file,
                        version: migration.version,
                        statements: migration.statements.iter().map(|statement| statement.sql).collect(),
                    })
                    .collect();
                context.reporter.json(&shown);
            }
            Format::Text if pending.is_empty() => context.reporter.aside("the database is up to date"),
            Format::Text => pending.iter().for_each(|migration| {
                context.reporter.result(&format!("-- {}\n{}", migration.file, migration.sql.trim_end()));
            }),
        }
        Ok(Outcome::Fine)
    })
}

/// The migrations, if they are those that the certificate speaks of. Schema files may be ahead of it.
fn certified(workspace: &Workspace) -> Result<Folder, Stop> {
    let folder = Folder::read(workspace)?;
    let is_about_migrations = |diagnostic: &Diagnostic| {
        diagnostic.code != "stale-certificate" || diagnostic.message.starts_with("migrations/")
    };
    let wrong: Vec<Diagnostic> =
        verify(workspace).err().unwrap_or_default().into_iter().filter(is_about_migrations).collect();
    if wrong.is_empty() { Ok(folder) } else { Err(wrong.into()) }
}

/// Runs a future to its end.
pub(super) fn in_runtime<T>(future: impl Future<Output = Result<T, MigrateError>>) -> Result<T, Stop> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start a runtime")?;
    runtime.block_on(future).map_err(|error| Stop::Failure(error.into()))
}
