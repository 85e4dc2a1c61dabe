//! The command line of Lockstep as a library: another workspace's xtask is three lines over [`main`].
//!
//! In: arguments, the workspace's files, a PostgreSQL server. Out: files, a report, an exit status: 0 fine, 1 something
//! in the files is to be mended, 2 the command could not do its work. Results go to the standard output, everything
//! else to the standard error.

use std::process::ExitCode;

use clap::Parser as _;

pub mod cli;
pub mod commands;
mod migrations;
pub mod pipeline;
pub mod reference;
pub mod report;
pub mod stop;

/// Runs the command that the process's arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let reporter = report::Reporter::new(cli.global.format);
    match cli.run(&reporter) {
        Ok(outcome) => outcome.into(),
        Err(stop) => stop.report(&reporter),
    }
}
