//! One private cluster: making it with `initdb`, starting it with `pg_ctl`, stopping it, and cleaning up after a server
//! that died. The caller holds the lock of the place.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use lockstep_core::name::quote_literal;
use rustix::process::{Pid, Signal, kill_process};

use super::account::Account;
use super::binaries::Binaries;
use super::process;
use crate::error::Error;

/// A cluster's folder with all that is needed to start it.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// The folder with the data.
    pub(crate) folder: PathBuf,
    /// The folder of the socket.
    pub(crate) socket: PathBuf,
    /// The programs.
    pub(crate) binaries: Binaries,
    /// Whom it belongs to.
    pub(crate) account: Account,
}

/// The user of every private cluster; there is no password, the socket's folder keeps others out.
pub(crate) const USER: &str = "lockstep";

/// Settings of every private cluster, for speed: what it holds can be made again after a power cut. A killed server loses
/// nothing: commits still wait until the system has their WAL, which costs nothing without fsync.
///
/// Autovacuum is off because a worker inside a scratch database makes the next `CREATE` or `DROP DATABASE` wait.
/// Connections are many because replicas are booted by the dozen in tests.
const SETTINGS: &[(&str, &str)] = &[
    ("listen_addresses", "''"),
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("autovacuum", "off"),
    ("max_connections", "300"),
    ("shared_buffers", "'64MB'"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("max_wal_size", "'1GB'"),
    ("log_min_messages", "log"),
    ("log_checkpoints", "off"),
    ("timezone", "'UTC'"),
    ("log_timezone", "'UTC'"),
    ("unix_socket_permissions", "'0700'"),
];

const START_TIMEOUT_SECONDS: u32 = 60;
const STOP_TIMEOUT: Duration = Duration::from_secs(20);
const LOG: &str = "server.log";

/// The port that names the socket of a major version; nothing listens on it.
pub(crate) fn port(major: u32) -> u16 {
    5400 + u16::try_from(major).unwrap_or_default()
}

impl Cluster {
    /// Makes the cluster where it is missing: in a temporary folder that gets its name when it is complete.
    pub(crate) fn make(&self) -> Result<(), Error> {
        if self.folder.join("PG_VERSION").is_file() {
            return Ok(());
        }
        self.clear_stale()?;
        let temporary = self.discard_unfinished()?;
        fs::DirBuilder::new().mode(0o700).create(&temporary).map_err(Error::file("create", &temporary))?;
        self.account.hand_over(&temporary)?;
        let mut initdb = self.program("initdb", &temporary);
        initdb.args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "-U", USER, "-D"]).arg(&temporary);
        if self.binaries.major >= 18 {
            initdb.arg("--no-data-checksums");
        }
        let hint = "LOCKSTEP_SERVER_URL uses a server of yours, PG_BIN other programs of PostgreSQL";
        self.run(&mut initdb, hint)?;
        fs::rename(&temporary, &self.folder).map_err(Error::file("create", &self.folder))
    }

    /// Starts the server, which outlives this process, and waits until it accepts connections.
    pub(crate) fn start(&self) -> Result<(), Error> {
        self.clear_stale()?;
        self.write_settings()?;
        _ = fs::remove_file(self.folder.join(LOG));
        let mut start = self.program("pg_ctl", &self.folder);
        start.args(["start", "--silent", "--wait", "--timeout"]).arg(START_TIMEOUT_SECONDS.to_string());
        start.arg("--log").arg(self.folder.join(LOG)).arg("-D").arg(&self.folder);
        let hint = format!("if the cluster is damaged, remove {} and run the command again", self.folder.display());
        self.run(&mut start, &hint)
    }

    fn write_settings(&self) -> Result<(), Error> {
        let path = self.folder.join("postgresql.conf");
        let socket = quote_literal(&self.socket.to_string_lossy());
        let port = port(self.binaries.major);
        let mut text =
            format!("# Written by cargo xtask services:up\nunix_socket_directories = {socket}\nport = {port}\n");
        for (name, value) in SETTINGS {
            text.push_str(&format!("{name} = {value}\n"));
        }
        fs::write(&path, text).map_err(Error::file("write", &path))?;
        self.account.hand_over(&path)
    }

    /// Removes what a server that was killed has left behind, and ends what of it still runs.
    fn clear_stale(&self) -> Result<(), Error> {
        process::end_orphans(&self.folder);
        let socket = self.socket.join(format!(".s.PGSQL.{}", port(self.binaries.major)));
        let lock = socket.with_file_name(format!(".s.PGSQL.{}.lock", port(self.binaries.major)));
        // Whoever still holds the socket, which only we can have given it, has lost its folder: an orderly end would
        // write into the new one.
        if let Some(pid) = first_line(&lock).and_then(|line| process::postgres(&line)) {
            end(pid, &[Signal::QUIT, Signal::KILL], &|| !process::is_alive(pid));
        }
        remove_if_there(&self.folder.join("postmaster.pid"))?;
        remove_if_there(&socket)?;
        remove_if_there(&lock)
    }

    fn discard_unfinished(&self) -> Result<PathBuf, Error> {
        let parent = self.folder.parent().unwrap_or(&self.folder);
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy();
        for entry in fs::read_dir(parent).map_err(Error::file("read", parent))?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(&format!("{name}.")) {
                _ = fs::remove_dir_all(entry.path());
            }
        }
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).map_err(Error::file("remove", &self.folder))?;
        }
        Ok(parent.join(format!("{name}.{}", std::process::id())))
    }

    fn program(&self, name: &str, folder: &Path) -> Command {
        let mut command = self.account.command(&self.binaries.folder.join(name));
        command.current_dir(folder).env("LC_ALL", "C");
        for (variable, _) in std::env::vars_os().filter(|(variable, _)| variable.to_string_lossy().starts_with("PG")) {
            command.env_remove(variable);
        }
        command
    }

    fn run(&self, command: &mut Command, hint: &str) -> Result<(), Error> {
        let program = PathBuf::from(command.get_program());
        let output = command.output().map_err(|source| Error::File {
            action: "run",
            hint: Some(format!("{hint}; it has to be in reach of {}", self.account.name)),
            path: program.clone(),
            source,
        })?;
        if output.status.success() {
            return Ok(());
        }
        let log = fs::read_to_string(self.folder.join(LOG)).unwrap_or_default();
        let text =
            [&*String::from_utf8_lossy(&output.stdout), &*String::from_utf8_lossy(&output.stderr), &log].concat();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        Err(Error::Program {
            program: program.display().to_string(),
            status: output.status.to_string(),
            output: lines[lines.len().saturating_sub(12)..].join("\n"),
            hint: hint.to_owned(),
        })
    }
}

/// The running server of a cluster's folder.
pub(crate) fn postmaster(folder: &Path) -> Option<Pid> {
    process::postgres_of(&first_line(&folder.join("postmaster.pid"))?, folder)
}

/// Whether the server says that it accepts connections (line 8 of `postmaster.pid`).
pub(crate) fn is_ready(folder: &Path) -> bool {
    let text = fs::read_to_string(folder.join("postmaster.pid")).unwrap_or_default();
    text.lines().nth(7).is_some_and(|state| state.trim() == "ready")
}

/// Stops the server of a folder and waits for its end; `false` where none runs.
pub(crate) fn stop(folder: &Path) -> Result<bool, Error> {
    let Some(pid) = postmaster(folder) else { return Ok(false) };
    // Fast shutdown, then immediate shutdown, then the end.
    if end(pid, &[Signal::INT, Signal::QUIT, Signal::KILL], &|| postmaster(folder).is_none()) {
        return Ok(true);
    }
    Err(Error::Unexpected(format!(
        "the server of {} (process {}) does not stop\n  hint: end the process and run the command again",
        folder.display(),
        pid.as_raw_nonzero()
    )))
}

/// Sends one signal after the other until the process has ended.
fn end(pid: Pid, signals: &[Signal], has_ended: &dyn Fn() -> bool) -> bool {
    signals.iter().any(|signal| {
        _ = kill_process(pid, *signal);
        wait_until(STOP_TIMEOUT, has_ended)
    })
}

/// Asks again and again until it is so or the time is up.
pub(crate) fn wait_until(patience: Duration, is_so: &dyn Fn() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    loop {
        if is_so() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn first_line(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()?.lines().next().map(str::to_owned)
}

fn remove_if_there(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file("remove", path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}
