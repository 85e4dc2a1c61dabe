//! `test`: every test of the workspace against a server that runs, or the cases on servers of several major versions.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use lockstep_postgres::server::{Options, ensure_with, majors, programs};

use crate::cli::Context;
use crate::stop::{Outcome, Stop};

/// Run every test of the workspace against a real PostgreSQL.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Run the long variants too: more rounds, more random moments, more suites on each major version
    #[arg(long)]
    pub long: bool,
    /// Run the cases on these major versions instead (`all`, or `14,18`): programs from the folders in `PG_BINS`, else from this machine, else as npm packages
    #[arg(long, value_name = "MAJORS", num_args = 0..=1, require_equals = true, default_missing_value = "all")]
    pub matrix: Option<String>,
    /// Arguments for `cargo test`
    #[arg(last = true, value_name = "ARGUMENTS")]
    pub cargo: Vec<OsString>,
}

/// The suites that show on a server of another version that all is read and each case converges.
const SUITES: &[&str] = &["cases", "catalogs", "introspection", "refusals"];

/// The others whose outcome may depend on the server's version, for long runs.
const LONG_SUITES: &[&str] = &["accessor_types", "accessors", "defined", "executor", "queries", "roles"];

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    if let Some(wanted) = &arguments.matrix {
        return matrix(context, &workspace.root, wanted, arguments);
    }
    let server = lockstep_postgres::ensure(&workspace.root)?;
    context.reporter.say(&format!("testing against PostgreSQL {}", server.version()));
    let passed = test(&workspace.root, &server.url("postgres"), &["--workspace"], arguments)?;
    Ok(if passed { Outcome::Fine } else { Outcome::Findings })
}

/// Whether `cargo test` succeeds against this server.
fn test(root: &Path, url: &str, what: &[&str], arguments: &Arguments) -> Result<bool, Stop> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).arg("test").args(what).args(&arguments.cargo);
    command.env("LOCKSTEP_SERVER_URL", url);
    if arguments.long {
        command.env("LOCKSTEP_LONG", "1");
    }
    Ok(command.status().context("cannot start cargo")?.success())
}

/// The cases on one server after the other; says at the end which versions were tried. A version that is not to be had
/// is a failure of the environment, told apart from cases that fail.
fn matrix(context: &Context<'_>, root: &Path, wanted: &str, arguments: &Arguments) -> Result<Outcome, Stop> {
    let list = std::env::var("PG_BINS").ok().filter(|list| !list.trim().is_empty());
    let (mut passed, mut failed, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for major in chosen(wanted)? {
        let folder = match programs(root, major, list.as_deref()) {
            Ok(folder) => folder,
            Err(reason) => {
                context.reporter.say(&format!("PostgreSQL {major} is not to be had: {reason}"));
                missing.push(major.to_string());
                continue;
            }
        };
        let options = Options { url: None, binaries: Some(folder.display().to_string()) };
        let server = ensure_with(root, &options)?;
        context.reporter.say(&format!("testing the cases against PostgreSQL {}", server.version()));
        let url = server.url("postgres");
        let more = if arguments.long { LONG_SUITES } else { &[] };
        let suites = SUITES.iter().chain(more).flat_map(|suite| ["--test", suite]);
        // The whole workspace, so that what `test` has built serves here too.
        let what: Vec<&str> = ["--workspace", "--no-fail-fast"].into_iter().chain(suites).collect();
        let tried = if test(root, &url, &what, arguments)? { &mut passed } else { &mut failed };
        tried.push(server.version().to_owned());
    }
    context.reporter.say(&told("passed on", &passed));
    if !failed.is_empty() {
        context.reporter.say(&told("failed on", &failed));
    }
    match (failed.is_empty(), missing.is_empty()) {
        (false, _) => Ok(Outcome::Findings),
        (true, true) => Ok(Outcome::Fine),
        (true, false) => Err(Stop::Failure(anyhow::anyhow!("{}", told("not tried on", &missing)))),
    }
}

fn told(what: &str, versions: &[String]) -> String {
    let versions = if versions.is_empty() { "no version".to_owned() } else { versions.join(", ") };
    format!("cases {what} PostgreSQL: {versions}")
}

/// The major versions of `all` or `14,18`.
fn chosen(wanted: &str) -> Result<Vec<u32>, Stop> {
    let known = majors();
    if wanted == "all" {
        return Ok(known);
    }
    let read = |word: &str| word.trim().parse().ok().filter(|major| known.contains(major));
    let chosen: Option<Vec<u32>> = wanted.split(',').map(read).collect();
    let names: Vec<String> = known.iter().map(u32::to_string).collect();
    let refused = || anyhow::anyhow!("`--matrix={wanted}`: name major versions of {}, or all", names.join(", "));
    chosen.ok_or_else(|| Stop::Failure(refused()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors_are_chosen_by_number() {
        assert_eq!(chosen("14, 18").unwrap(), [14, 18]);
        assert_eq!(chosen("all").unwrap(), majors());
        for wanted in ["", "13", "14,x"] {
            let Err(Stop::Failure(error)) = chosen(wanted) else { panic!("{wanted} is taken") };
            assert!(error.to_string().contains("14, 15"), "{error}");
        }
    }
}
