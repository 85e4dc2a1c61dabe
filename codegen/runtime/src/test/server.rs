//! The server of the tests: `LOCKSTEP_SERVER_URL`, else the private server of the workspace, which the command line starts
//! where it does not run.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tokio_postgres::Client;

use super::database::named;
use super::error::TestError;
use super::{Setup, connect};
use crate::migrator::{IntoConfig as _, target};

/// How many lines of a command that failed are shown.
const SHOWN: usize = 12;

/// Whose server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The user's, through `LOCKSTEP_SERVER_URL`.
    Url,
    /// The workspace's private one.
    Private,
}

/// A server that answers: its connection string, a connection to it, and whose it is.
pub(super) async fn find(setup: &Setup) -> Result<(String, Client, Origin), TestError> {
    if let Some(url) = variable("LOCKSTEP_SERVER_URL") {
        return answering(url, Origin::Url).await;
    }
    if let Some(url) = recorded(Path::new(setup.servers))
        && let Ok(found) = answering(url, Origin::Private).await
    {
        return Ok(found);
    }
    answering(started(Path::new(setup.workspace))?, Origin::Private).await
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

async fn answering(url: String, origin: Origin) -> Result<(String, Client, Origin), TestError> {
    let config = named(url.as_str().into_config().map_err(|_| TestError::Url)?);
    match connect(&config).await {
        Ok(client) => Ok((url, client, origin)),
        Err(source) => Err(TestError::Connect { target: target(&config), source }),
    }
}

/// The private server that was last started under the same `PG_BIN`.
fn recorded(file: &Path) -> Option<String> {
    let servers: Value = serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()?;
    Some(servers.get(variable("PG_BIN").unwrap_or_default())?.get("url")?.as_str()?.to_owned())
}

/// Starts it: the command waits until it accepts connections.
fn started(workspace: &Path) -> Result<String, TestError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.args(["xtask", "services:up", "--format", "json"]).current_dir(workspace);
    let output = command.output().map_err(|source| TestError::Command { workspace: workspace.to_owned(), source })?;
    let up: Option<Value> = serde_json::from_slice(&output.stdout).ok();
    let url = up.as_ref().filter(|_| output.status.success()).and_then(|up| up.get("url")?.as_str());
    url.map(str::to_owned).ok_or_else(|| TestError::Start { workspace: workspace.to_owned(), output: last(&output) })
}

fn last(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let lines = &lines[lines.len().saturating_sub(SHOWN)..];
    if lines.is_empty() { output.status.to_string() } else { lines.join("\n") }
}

/// The connection string with another database, whose name needs no quoting in either notation.
pub(super) fn with_database(url: &str, name: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return format!("{url} dbname={name}") };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority_end = place.rfind('@').map_or(0, |at| at + 1);
    let path = place[authority_end..].find('/').map_or(place.len(), |slash| authority_end + slash);
    let parameters: Vec<&str> =
        query.split('&').filter(|parameter| !parameter.is_empty() && !parameter.starts_with("dbname=")).collect();
    let query = if parameters.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) };
    format!("{scheme}://{}/{name}{query}", &place[..path])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_can_be_named() {
        for (url, other) in [
            ("postgres://me:pw@db:5432/shop?sslmode=disable", "postgres://me:pw@db:5432/x?sslmode=disable"),
            ("postgres://db", "postgres://db/x"),
            ("postgres://db?dbname=y&user=me", "postgres://db/x?user=me"),
            ("postgresql://me@%2Ftmp%2Fx:5415/postgres", "postgresql://me@%2Ftmp%2Fx:5415/x"),
            ("host=db dbname=shop", "host=db dbname=shop dbname=x"),
        ] {
            assert_eq!(with_database(url, "x"), other);
            let config = other.into_config().unwrap();
            assert_eq!(config.get_dbname(), Some("x"));
        }
    }
}
