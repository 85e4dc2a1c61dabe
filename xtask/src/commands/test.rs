//! `test`: every test of the workspace, against a server that runs.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Context as _;

use crate::cli::Context;
use crate::stop::{Outcome, Stop};

/// Run every test of the workspace against a real PostgreSQL.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Run the long variants too: more rounds, more random moments
    #[arg(long)]
    pub long: bool,
    /// Arguments for `cargo test`
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub cargo: Vec<OsString>,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    let server = lockstep_postgres::ensure(&workspace.root)?;
    context.reporter.say(&format!("testing against PostgreSQL {}", server.version()));
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&workspace.root).args(["test", "--workspace"]).args(&arguments.cargo);
    command.env("LOCKSTEP_SERVER_URL", server.url("postgres"));
    if arguments.long {
        command.env("LOCKSTEP_LONG", "1");
    }
    let status = command.status().context("cannot start cargo")?;
    Ok(if status.success() { Outcome::Fine } else { Outcome::Findings })
}
