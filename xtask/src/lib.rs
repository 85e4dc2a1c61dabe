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
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    let reporter = report::Reporter::new(cli.global.format);
    match cli.run(&reporter) {
        Ok(outcome) => outcome.into(),
        Err(stop) => stop.report(&reporter),
    }
}

/// Arguments that make no command: told as data where data is asked for.
fn misused(error: &clap::Error) -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let asks_for_json = arguments.windows(2).any(|pair| pair == ["--format", "json"])
        || arguments.iter().any(|argument| argument == "--format=json");
    if error.use_stderr() && asks_for_json {
        let message = error.render().to_string();
        let message = message.trim().trim_start_matches("error: ").to_owned();
        report::Reporter::new(cli::Format::Json).failure(&anyhow::anyhow!(message));
        return ExitCode::from(2);
    }
    error.exit()
}
