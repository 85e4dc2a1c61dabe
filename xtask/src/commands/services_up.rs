//! `services:up`: the development server runs afterwards.

use lockstep_postgres::server::redact;
use serde::Serialize;

use crate::cli::{Context, Format};
use crate::pipeline::live;
use crate::stop::{Outcome, Stop};

/// Find or start the development server.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

#[derive(Serialize)]
struct Up<'a> {
    version: &'a str,
    url: String,
}

pub(super) fn run(context: &Context<'_>, _arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    let server = live::server(&workspace)?;
    let url = redact(&server.url("postgres"));
    match context.reporter.format {
        Format::Text => context.reporter.result(&format!("PostgreSQL {} runs at {url}", server.version())),
        Format::Json => context.reporter.json(&Up { version: server.version(), url }),
    }
    Ok(Outcome::Fine)
}
