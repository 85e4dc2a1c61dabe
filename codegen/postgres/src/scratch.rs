//! Scratch databases: fresh, on the development server, gone when they are dropped.
//!
//! A process that is killed leaves its databases behind; the next one that needs a scratch database drops them. A
//! server of the user's may be shared by several machines: the name tells which one a database belongs to, and only this
//! machine's are dropped.

mod kept;
mod subscriptions;

use std::fmt;
use std::fs;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lockstep_core::name::{quote_identifier, quote_literal};
use postgres::error::SqlState;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::server::{Origin, Server, process};

/// A database of its own; dropped with the value.
pub struct Scratch {
    server: Server,
    name: String,
    client: Option<postgres::Client>,
}

const PREFIX: &str = "lockstep_scratch_";

impl Server {
    /// A fresh database from `template0`, with a connection to it.
    ///
    /// # Errors
    /// When the user may not create databases, or the server fails.
    pub fn scratch(&self) -> Result<Scratch, Error> {
        Scratch::create(self, "template0")
    }
}

impl Scratch {
    /// The open connection.
    ///
    /// # Panics
    /// Never: the connection is only taken while the value is copied or dropped.
    pub fn client(&mut self) -> &mut postgres::Client {
        self.client.as_mut().expect("a scratch database has a connection")
    }

    /// The database's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A connection string for it.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// The server that it is on.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// One more connection to it.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn connect(&self) -> Result<postgres::Client, Error> {
        self.server.connect(&self.name)
    }

    /// A second database with the same contents. The connection of this one is closed and opened again, and any further
    /// connections to it must have been closed.
    ///
    /// # Errors
    /// When somebody else is connected to it, or the server fails.
    pub fn copy(&mut self) -> Result<Self, Error> {
        drop(self.client.take());
        let closing = format!("SELECT 1 FROM pg_stat_activity WHERE datname = {}", quote_literal(&self.name));
        self.server.with_admin(|admin| until_nobody_is_connected(admin, &closing))?;
        let copied = Self::create(&self.server, &self.name);
        self.client = Some(self.connect()?);
        let mut copied = copied?;
        subscriptions::copy(self.client(), copied.client())?;
        Ok(copied)
    }

    fn create(server: &Server, template: &str) -> Result<Self, Error> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        if server.is_first_scratch() {
            drop_leftovers(server)?;
        }
        let owner = Owner::this_process();
        let name = format!("{}{}", owner.prefix(), NEXT.fetch_add(1, Ordering::Relaxed));
        let (quoted, template) = (quote_identifier(&name), quote_identifier(template));
        let sql = format!("CREATE DATABASE {quoted} TEMPLATE {template}{}", strategy(server));
        server.with_admin(|admin| admin.batch_execute(&sql).map_err(|source| creation_failed(&name, source)))?;
        let mut scratch = Self { server: server.clone(), name, client: None };
        scratch.client = Some(scratch.connect()?);
        Ok(scratch)
    }
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratch").field("server", &self.server).field("name", &self.name).finish_non_exhaustive()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(self.client.take());
        // A failure leaves a database that the next process drops.
        _ = self.server.with_admin(|admin| drop_whole_database(&self.server, admin, &self.name));
    }
}

/// Copying files takes half the time of writing the copy to the WAL where nothing is synced to the disk; its checkpoints
/// would be felt on a server that others use. PostgreSQL 14 always copies files and has no word for it.
fn strategy(server: &Server) -> &'static str {
    match server.origin() {
        Origin::Private if server.major() >= 15 => " STRATEGY file_copy",
        Origin::Private | Origin::Url => "",
    }
}

fn drop_database(admin: &mut postgres::Client, name: &str) -> Result<(), Error> {
    let others =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}", quote_literal(name));
    until_nobody_is_connected(admin, &others)?;
    let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote_identifier(name));
    admin.batch_execute(&sql).map_err(Error::action(format_args!("drop the scratch database {name}")))
}

/// The same for a database that may have subscriptions, which only a connection to it can drop.
fn drop_whole_database(server: &Server, admin: &mut postgres::Client, name: &str) -> Result<(), Error> {
    match drop_database(admin, name) {
        Err(error) if error.db().is_some_and(|db| *db.code() == SqlState::OBJECT_IN_USE) => {
            subscriptions::drop_all(&mut server.connect(name)?)?;
            drop_database(admin, name)
        }
        outcome => outcome,
    }
}

/// Asks until no connection is found any more. The server itself would look only every tenth of a second whether a
/// database is still in use; a connection that was closed needs a millisecond to go.
fn until_nobody_is_connected(admin: &mut postgres::Client, connections: &str) -> Result<(), Error> {
    for _ in 0..200 {
        let found = admin.query(connections, &[]).map_err(Error::action("see who uses a scratch database"))?;
        if found.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn creation_failed(name: &str, source: postgres::Error) -> Error {
    let hint = match source.code() {
        Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => Some(
            "give the user the right (ALTER ROLE … CREATEDB), or unset LOCKSTEP_SERVER_URL to use a private server"
                .to_owned(),
        ),
        _ => None,
    };
    Error::Action { action: format!("create the scratch database {name}"), hint, source }
}

/// Drops the scratch databases of processes that have ended.
fn drop_leftovers(server: &Server) -> Result<(), Error> {
    let here = Owner::this_process();
    server.with_admin(|admin| {
        let rows = admin
            .query("SELECT datname FROM pg_database WHERE starts_with(datname::text, $1)", &[&PREFIX])
            .map_err(Error::action("list the scratch databases"))?;
        for row in rows {
            let name: String = row.get(0);
            let is_left = Owner::of(&name).is_some_and(|owner| owner.is_gone(&here, server.origin()));
            // Another process may drop the same one at this moment, or the user may not own it: both are no failure.
            if is_left {
                _ = drop_whole_database(server, admin, &name);
            }
        }
        Ok(())
    })
}

/// Which process on which machine a scratch database belongs to; part of its name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Owner {
    /// Tells machines and containers apart.
    machine: String,
    /// Tells one run of the machine from the next, after which process numbers mean nothing.
    boot: String,
    /// The process.
    pid: String,
}

impl Owner {
    fn this_process() -> Self {
        static MACHINE: OnceLock<(String, String)> = OnceLock::new();
        let (machine, boot) = MACHINE.get_or_init(|| {
            let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
            let pids = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
            let host = rustix::system::uname();
            (
                short_hash(&[&read("/etc/machine-id"), &host.nodename().to_string_lossy(), &pids.to_string_lossy()]),
                short_hash(&[&read("/proc/sys/kernel/random/boot_id")]),
            )
        });
        Self { machine: machine.clone(), boot: boot.clone(), pid: std::process::id().to_string() }
    }

    fn prefix(&self) -> String {
        let Self { machine, boot, pid } = self;
        format!("{PREFIX}{machine}_{boot}_{pid}_")
    }

    fn of(database: &str) -> Option<Self> {
        let parts: Vec<&str> = database.strip_prefix(PREFIX)?.split('_').collect();
        let [machine, boot, pid, _] = parts.as_slice() else { return None };
        Some(Self { machine: (*machine).to_owned(), boot: (*boot).to_owned(), pid: (*pid).to_owned() })
    }

    /// Nobody but this machine reaches a private server, whatever the machine was called before.
    fn is_gone(&self, here: &Self, origin: Origin) -> bool {
        let same_machine = self.machine == here.machine;
        let reachable = match origin {
            Origin::Private => true,
            Origin::Url => same_machine,
        };
        let process_is_gone = process::parse(&self.pid).is_none_or(|pid| !process::is_alive(pid));
        reachable && (!same_machine || self.boot != here.boot || process_is_gone)
    }
}

fn short_hash(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\n").as_bytes());
    digest.iter().take(3).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(machine: &str, boot: &str, pid: &str) -> Owner {
        Owner { machine: machine.to_owned(), boot: boot.to_owned(), pid: pid.to_owned() }
    }

    #[test]
    fn the_name_tells_the_owner() {
        let here = Owner::this_process();
        let name = format!("{}17", here.prefix());
        assert_eq!(Owner::of(&name), Some(here));
        assert!(name.len() <= 63);
        assert_eq!(Owner::of("lockstep_scratch_of_somebody"), None);
        assert_eq!(Owner::of("shop"), None);
    }

    #[test]
    fn only_dead_processes_leave_something() {
        let me = std::process::id().to_string();
        let here = owner("aa", "bb", &me);
        let gone = |machine: &str, boot: &str, pid: &str, origin| owner(machine, boot, pid).is_gone(&here, origin);
        assert!(!gone("aa", "bb", &me, Origin::Url));
        assert!(gone("aa", "bb", "999999999", Origin::Url));
        assert!(gone("aa", "b2", &me, Origin::Url));
        assert!(!gone("a2", "bb", "999999999", Origin::Url));
        assert!(gone("a2", "bb", &me, Origin::Private));
    }
}
