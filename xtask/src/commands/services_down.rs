//! `services:down`: no private server of the workspace runs afterwards.

use serde::Serialize;

use crate::cli::{Context, Format};
use crate::stop::{Outcome, Stop};

/// Stop the private server of the workspace.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

#[derive(Serialize)]
struct Down {
    stopped: Vec<String>,
}

pub(super) fn run(context: &Context<'_>, _arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    let stopped = lockstep_postgres::stop(&workspace.root)?;
    let stopped: Vec<String> = stopped.into_iter().map(|server| server.version.unwrap_or_default()).collect();
    match context.reporter.format {
        Format::Json => context.reporter.json(&Down { stopped }),
        Format::Text if stopped.is_empty() => context.reporter.result("no private server of this workspace runs"),
        Format::Text => {
            stopped.iter().for_each(|version| context.reporter.result(&format!("stopped PostgreSQL {version}")));
        }
    }
    Ok(Outcome::Fine)
}
