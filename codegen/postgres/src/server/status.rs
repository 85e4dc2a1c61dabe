//! What runs for a workspace, and stopping it. Structured: the command line prints it.

use std::fs;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::place::Place;
use super::{Options, Server, canonical, cluster, redact};
use crate::error::Error;

/// Whose server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The user's, through `LOCKSTEP_SERVER_URL`.
    Url,
    /// The workspace's private cluster.
    Private,
}

/// A server of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerStatus {
    /// Whose it is.
    pub origin: Origin,
    /// Whether it accepts connections.
    pub running: bool,
    /// The version: complete where it runs, else the major version of the cluster.
    pub version: Option<String>,
    /// The connection string without its password, where it runs.
    pub url: Option<String>,
    /// The folder of the cluster.
    pub folder: Option<PathBuf>,
    /// The folder of the socket.
    pub socket: Option<PathBuf>,
    /// The folder of the programs.
    pub binaries: Option<PathBuf>,
    /// The server's process.
    pub pid: Option<i32>,
    /// The cluster's size in bytes.
    pub size: Option<u64>,
    /// Anything unusual: why it does not run, why it is not in `target/lockstep`, under whom it runs.
    pub notes: Vec<String>,
}

/// What runs, or could run again, for a workspace; empty where no cluster has been made yet. Starts nothing.
///
/// # Errors
/// When the workspace's folder cannot be read.
pub fn status(workspace_root: &Path) -> Result<Vec<ServerStatus>, Error> {
    status_with(workspace_root, &Options::from_env())
}

/// The same, with options from elsewhere than the environment.
///
/// # Errors
/// As [`status`].
pub fn status_with(workspace_root: &Path, options: &Options) -> Result<Vec<ServerStatus>, Error> {
    let root = canonical(workspace_root)?;
    let mut found: Vec<ServerStatus> = options.url.iter().map(|url| external(url)).collect();
    for (place, clusters) in places(&root) {
        found.extend(clusters.into_iter().map(|(major, folder)| private(&place, major, folder)));
    }
    Ok(found)
}

/// Stops every private server of a workspace and returns those that ran. The user's own server is never stopped.
///
/// # Errors
/// When a server does not stop.
pub fn stop(workspace_root: &Path) -> Result<Vec<ServerStatus>, Error> {
    let root = canonical(workspace_root)?;
    let mut stopped = Vec::new();
    for (place, clusters) in places(&root) {
        let _lock = place.lock()?;
        for (major, folder) in clusters {
            let before = private(&place, major, folder.clone());
            if cluster::stop(&folder)? {
                // The socket's folder is made again by the next start; it stays where another cluster's socket is in it.
                _ = before.socket.as_ref().map(fs::remove_dir);
                stopped.push(before);
            }
        }
    }
    Ok(stopped)
}

fn places(root: &Path) -> Vec<(Place, Vec<(u32, PathBuf)>)> {
    let with_clusters = Place::candidates(root).into_iter().map(|place| {
        let clusters = place.clusters();
        (place, clusters)
    });
    with_clusters.filter(|(_, clusters)| !clusters.is_empty()).collect()
}

fn external(url: &str) -> ServerStatus {
    let server = Server::external(url);
    ServerStatus {
        origin: Origin::Url,
        running: server.is_ok(),
        version: server.as_ref().ok().map(|server| server.version().to_owned()),
        url: Some(redact(url)),
        folder: None,
        socket: None,
        binaries: None,
        pid: None,
        size: None,
        notes: server.err().map(|error| error.to_string()).into_iter().collect(),
    }
}

fn private(place: &Place, major: u32, folder: PathBuf) -> ServerStatus {
    let record = place.records().into_values().find(|record| record.folder == folder);
    let url = record.as_ref().map(|record| record.url.clone());
    let server = url.as_deref().and_then(|url| Server::attach(url, cluster::USER, Origin::Private).ok());
    let pid = cluster::postmaster(&folder);
    let mut notes: Vec<String> = record.iter().filter_map(|record| record.note.clone()).collect();
    if let Some(account) = Account::of_server().ok().filter(|account| account.switches) {
        notes.push(format!("it runs as the user {}, because PostgreSQL does not run as root", account.name));
    }
    if server.is_none() && pid.is_some() {
        notes.push("the process is there and does not accept connections".to_owned());
    }
    ServerStatus {
        origin: Origin::Private,
        running: server.is_some(),
        version: Some(server.as_ref().map_or_else(|| major.to_string(), |server| server.version().to_owned())),
        url: server.and(url),
        socket: record.as_ref().map(|record| record.socket.clone()),
        binaries: record.map(|record| record.binaries),
        pid: pid.map(|pid| pid.as_raw_nonzero().get()),
        size: Some(size(&folder)),
        folder: Some(folder),
        notes,
    }
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}
