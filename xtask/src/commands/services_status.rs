//! `services:status`: what runs for the workspace. Starts nothing.

use lockstep_postgres::server::{Origin, ServerStatus};
use serde::Serialize;

use crate::cli::{Context, Format};
use crate::stop::{Outcome, Stop};

/// Show which servers run for the workspace.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// How the user's own server is called.
const URL: &str = "LOCKSTEP_SERVER_URL";

#[derive(Serialize)]
struct Shown<'a> {
    origin: &'static str,
    running: bool,
    version: Option<&'a str>,
    url: Option<&'a str>,
    folder: Option<String>,
    socket: Option<String>,
    binaries: Option<String>,
    pid: Option<i32>,
    size: Option<u64>,
    notes: &'a [String],
}

pub(super) fn run(context: &Context<'_>, _arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    let found = lockstep_postgres::status(&workspace.root)?;
    let shown: Vec<Shown<'_>> = found.iter().map(shown).collect();
    match context.reporter.format {
        Format::Json => context.reporter.json(&shown),
        Format::Text if shown.is_empty() => {
            context.reporter.result("no server yet: `cargo xtask services:up` starts one");
        }
        Format::Text => shown.iter().for_each(|server| context.reporter.result(&text(server))),
    }
    let unreachable = |server: &&ServerStatus| server.origin == Origin::Url && !server.running;
    match found.iter().find(unreachable) {
        Some(server) => Err(Stop::Failure(anyhow::anyhow!(
            "the server that LOCKSTEP_SERVER_URL names is not to be reached: {}",
            server.notes.join("\n")
        ))),
        None => Ok(Outcome::Fine),
    }
}

fn shown(status: &ServerStatus) -> Shown<'_> {
    let ServerStatus { origin, running, version, url, folder, socket, binaries, pid, size, notes } = status;
    let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
    Shown {
        origin: match origin {
            Origin::Url => URL,
            Origin::Private => "private",
        },
        running: *running,
        version: version.as_deref(),
        url: url.as_deref(),
        folder: path(folder),
        socket: path(socket),
        binaries: path(binaries),
        pid: *pid,
        size: *size,
        notes,
    }
}

fn text(server: &Shown<'_>) -> String {
    let state = if server.running { "running" } else { "stopped" };
    let mut lines = vec![format!("PostgreSQL {} ({}): {state}", server.version.unwrap_or("?"), server.origin)];
    let pid = server.pid.map(|pid| pid.to_string());
    let size = server.size.map(|bytes| format!("{} MB", bytes.div_ceil(1_000_000)));
    let facts = [
        ("url", server.url),
        ("process", pid.as_deref()),
        ("folder", server.folder.as_deref()),
        ("socket", server.socket.as_deref()),
        ("programs", server.binaries.as_deref()),
        ("size", size.as_deref()),
    ];
    lines.extend(
        facts.iter().filter_map(|(name, value)| value.map(|value| format!("  {:<9} {value}", format!("{name}:")))),
    );
    let is_told_as_an_error = server.origin == URL && !server.running;
    lines.extend(server.notes.iter().filter(|_| !is_told_as_an_error).map(|note| format!("  note: {note}")));
    lines.join("\n")
}
