//! The development server: found, started or reused.
//!
//! In: a workspace folder and the environment. Out: a [`Server`] that accepts connections. The order is
//! `LOCKSTEP_SERVER_URL`, the private cluster of the workspace, an embedded PostgreSQL. A private server outlives the
//! command that started it; nothing else that runs on the machine is ever stopped or changed.

mod account;
mod binaries;
mod cluster;
mod embedded;
mod majors;
mod place;
pub(crate) mod process;
mod status;
mod url;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use postgres::NoTls;
use postgres::error::SqlState;

use self::account::Account;
use self::binaries::Binaries;
use self::cluster::Cluster;
pub use self::majors::{majors, programs};
use self::place::{Place, Record, Records};
pub use self::status::{Origin, ServerStatus, status, status_with, stop};
pub use self::url::redact;
use crate::error::{Error, NEWEST_SUPPORTED, OLDEST_SUPPORTED};

/// What the user says about the server; [`Options::from_env`] reads it from the environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// A server of the user's own (`LOCKSTEP_SERVER_URL`).
    pub url: Option<String>,
    /// Folders of PostgreSQL's programs, separated as in `PATH` (`PG_BIN`). Given, no other folder is looked at.
    pub binaries: Option<String>,
}

impl Options {
    /// `LOCKSTEP_SERVER_URL` and `PG_BIN`; an empty variable counts as none.
    #[must_use]
    pub fn from_env() -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        Self { url: variable("LOCKSTEP_SERVER_URL"), binaries: variable("PG_BIN") }
    }
}

/// A running server, with what is needed to connect to it. Cheap to clone.
#[derive(Clone)]
pub struct Server {
    shared: Arc<Shared>,
}

struct Shared {
    /// A connection string for the database `maintenance`.
    url: String,
    /// The database for `CREATE DATABASE` and the like.
    maintenance: String,
    version: String,
    major: u32,
    origin: Origin,
    /// A connection to the maintenance database, kept for scratch databases.
    admin: Mutex<Option<postgres::Client>>,
    /// Whether a scratch database has been asked for.
    used_for_scratch: AtomicBool,
}

/// Finds, starts or reuses the development server of a workspace.
///
/// # Errors
/// When the user's server cannot be reached, no PostgreSQL 14 to 18 is to be had, or it does not start.
pub fn ensure(workspace_root: &Path) -> Result<Server, Error> {
    ensure_with(workspace_root, &Options::from_env())
}

/// The same, with options from elsewhere than the environment.
///
/// # Errors
/// As [`ensure`].
pub fn ensure_with(workspace_root: &Path, options: &Options) -> Result<Server, Error> {
    if let Some(url) = &options.url {
        return Server::external(url);
    }
    let root = canonical(workspace_root)?;
    match found(&root, options.binaries.as_deref().unwrap_or_default()) {
        Some(server) => Ok(server),
        None => start(&root, options),
    }
}

/// The server that [`ensure`] would find running. Starts nothing.
///
/// # Errors
/// When the user's server cannot be reached.
pub fn running(workspace_root: &Path) -> Result<Option<Server>, Error> {
    let options = Options::from_env();
    match &options.url {
        Some(url) => Server::external(url).map(Some),
        None => Ok(found(&canonical(workspace_root)?, options.binaries.as_deref().unwrap_or_default())),
    }
}

/// What an earlier command has started needs no look at folders, processes or versions.
fn found(root: &Path, request: &str) -> Option<Server> {
    Place::candidates(root).iter().find_map(|place| recorded(&place.records(), request))
}

fn recorded(records: &Records, request: &str) -> Option<Server> {
    let record = records.get(request)?;
    Server::attach(&record.url, cluster::USER, Origin::Private).ok()
}

fn start(root: &Path, options: &Options) -> Result<Server, Error> {
    let account = Account::of_server()?;
    let place = Place::choose(root, &account)?;
    let _lock = place.lock()?;
    let request = options.binaries.clone().unwrap_or_default();
    let mut records = place.records();
    if let Some(server) = recorded(&records, &request) {
        return Ok(server);
    }
    let binaries = choose_binaries(records.get(&request), options, &place, root)?;
    let folder = place.cluster(binaries.major);
    let socket = place::socket_folder(root, &account)?;
    let cluster = Cluster { folder, socket, binaries, account };
    cluster.make()?;
    let record = Record {
        binaries: cluster.binaries.folder.clone(),
        major: cluster.binaries.major,
        folder: cluster.folder.clone(),
        url: private_url(&cluster.socket, cluster.binaries.major),
        socket: cluster.socket.clone(),
        note: place.note.clone(),
    };
    let server = bring_up(&cluster, &record.url)?;
    records.insert(request, record);
    place.write_records(&records)?;
    Ok(server)
}

/// The programs that the cluster was made with, as long as they are there; else the best that can be found, else fetched
/// ones.
fn choose_binaries(record: Option<&Record>, options: &Options, place: &Place, root: &Path) -> Result<Binaries, Error> {
    let search = || binaries::search(options.binaries.as_deref());
    let Some(record) = record.filter(|record| record.folder.join("PG_VERSION").is_file()) else {
        return search().best(options.binaries.is_some()).or_else(|error| match error {
            // The user has named the programs: others would be a surprise.
            Error::UnsupportedVersion { .. } if options.binaries.is_some() => Err(error),
            error => embedded::programs(root, &place.base, error),
        });
    };
    if let Some(same) = binaries::inspect(&record.binaries).filter(|found| found.major == record.major) {
        return Ok(same);
    }
    search().found.into_iter().find(|found| found.major == record.major).ok_or_else(|| Error::BinariesGone {
        folder: record.folder.clone(),
        major: record.major,
        binaries: record.binaries.clone(),
        hint: format!(
            "install PostgreSQL {} again, or remove the folder {} with all its databases to start afresh",
            record.major,
            record.folder.display()
        ),
    })
}

/// Connects, and does on the way whatever a start, a crash or a lost socket makes necessary.
fn bring_up(cluster: &Cluster, url: &str) -> Result<Server, Error> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if cluster::postmaster(&cluster.folder).is_none() {
            cluster.start()?;
        }
        let error = match Server::attach(url, cluster::USER, Origin::Private) {
            Ok(server) => return Ok(server),
            Err(error) if Instant::now() >= deadline => return Err(error),
            Err(error) => error,
        };
        match error.db().map(|db| db.code()) {
            // Starting, recovering, stopping, or all connections taken: it will pass.
            Some(code) if [SqlState::CANNOT_CONNECT_NOW, SqlState::TOO_MANY_CONNECTIONS].contains(code) => {}
            Some(_) => return Err(error),
            // It runs and cannot be reached: its socket is gone, as after a cleaning of /tmp.
            None if cluster::is_ready(&cluster.folder) => _ = cluster::stop(&cluster.folder)?,
            None => {}
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn private_url(socket: &Path, major: u32) -> String {
    let socket = url::percent_encoded(&socket.to_string_lossy());
    format!("postgresql://{}@{socket}:{}/postgres", cluster::USER, cluster::port(major))
}

impl Server {
    /// A server of the user's own.
    ///
    /// # Errors
    /// When it cannot be reached or its version is not supported.
    pub fn external(url: &str) -> Result<Self, Error> {
        Self::attach(url, "LOCKSTEP_SERVER_URL", Origin::Url)
    }

    fn attach(url: &str, origin_name: &str, origin: Origin) -> Result<Self, Error> {
        let config: postgres::Config = url.parse().map_err(|source| Error::InvalidUrl {
            origin: origin_name.to_owned(),
            url: redact(url),
            source,
        })?;
        let maintenance = config.get_dbname().unwrap_or("postgres").to_owned();
        let url = url::with_database(url, &maintenance);
        let mut client = connect(&url)?;
        let row = client.simple_query("SHOW server_version").map_err(Error::action("read the server's version"))?;
        let text = row.iter().find_map(|message| match message {
            postgres::SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        let (major, version) = supported(text.unwrap_or_default(), &url)?;
        Ok(Self {
            shared: Arc::new(Shared {
                url,
                maintenance,
                version,
                major,
                origin,
                admin: Mutex::new(Some(client)),
                used_for_scratch: AtomicBool::new(false),
            }),
        })
    }

    /// Connects to a database of the server.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses.
    pub fn connect(&self, database: &str) -> Result<postgres::Client, Error> {
        connect(&self.url(database))
    }

    /// A connection string for a database, also for tokio-postgres and psql. It may hold a password: show it through
    /// [`redact`] only.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        url::with_database(&self.shared.url, database)
    }

    /// The server's version, such as `15.18`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.shared.version
    }

    /// The server's major version, such as `15`.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.shared.major
    }

    /// Whether it is the user's or the workspace's.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.shared.origin
    }

    /// `true` for the first caller only.
    pub(crate) fn is_first_scratch(&self) -> bool {
        !self.shared.used_for_scratch.swap(true, Ordering::Relaxed)
    }

    /// Runs something on the connection for the server as a whole; it is opened again where it was lost.
    pub(crate) fn with_admin<T>(
        &self,
        work: impl FnOnce(&mut postgres::Client) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut admin = self.shared.admin.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let client = match admin.take().filter(|client| !client.is_closed()) {
            Some(client) => admin.insert(client),
            None => admin.insert(self.connect(&self.shared.maintenance)?),
        };
        work(client)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("url", &redact(&self.shared.url)).field("version", &self.version()).finish()
    }
}

/// Connects by a connection string; every message has its password replaced.
///
/// # Errors
/// When the string cannot be read, or the server cannot be reached or refuses.
pub fn connect(url: &str) -> Result<postgres::Client, Error> {
    let mut config: postgres::Config = url.parse().map_err(|source| Error::InvalidUrl {
        origin: "the connection string".to_owned(),
        url: redact(url),
        source,
    })?;
    if config.get_application_name().is_none() {
        config.application_name("lockstep");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    config.connect(NoTls).map_err(|source| Error::Connect {
        url: redact(url),
        hint: connect_hint(&source).to_owned(),
        source,
    })
}

/// The major version and the version, where Lockstep works with it.
fn supported(text: &str, url: &str) -> Result<(u32, String), Error> {
    let place = format!("the server at {}", redact(url));
    let (major, version) =
        binaries::parse_version(text).ok_or_else(|| Error::Unexpected(format!("{place} does not tell its version")))?;
    if (OLDEST_SUPPORTED..=NEWEST_SUPPORTED).contains(&major) {
        return Ok((major, version));
    }
    Err(Error::UnsupportedVersion {
        place,
        version,
        hint: "set LOCKSTEP_SERVER_URL to another server, or unset it to use a private one".to_owned(),
    })
}

fn connect_hint(error: &postgres::Error) -> &'static str {
    match error.code() {
        Some(code) if *code == SqlState::INVALID_CATALOG_NAME => "create the database, or name another one",
        Some(code) if [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION].contains(code) => {
            "check the user and the password"
        }
        Some(code) if *code == SqlState::TOO_MANY_CONNECTIONS => "close other connections, or raise max_connections",
        Some(_) => "see the server's log",
        None => "check that the server runs, and the host, the port and the TLS setting (sslmode=disable or prefer)",
    }
}

/// The workspace's folder as every part of this module names it.
pub(crate) fn canonical(root: &Path) -> Result<PathBuf, Error> {
    root.canonicalize().map_err(Error::file("read", root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_of_another_version_is_named_with_the_range() {
        let url = "postgres://me:secret@db/shop";
        assert_eq!(supported("14.22", url).unwrap(), (14, "14.22".to_owned()));
        assert_eq!(supported("18.4 (Debian 18.4-1)", url).unwrap(), (18, "18.4".to_owned()));
        for version in ["13.21", "19beta1"] {
            let error = supported(version, url).unwrap_err().to_string();
            assert_eq!(
                error,
                format!(
                    "the server at postgres://me:***@db/shop is PostgreSQL {version}, and Lockstep works with PostgreSQL \
                     14 to 18\n  hint: set LOCKSTEP_SERVER_URL to another server, or unset it to use a private one"
                )
            );
        }
    }
}
