//! Which processes are alive, and which of them belong to a cluster. Reads `/proc` where there is one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::cluster::wait_until;

/// Whether a process runs; one that has ended and waits for its parent to notice does not.
pub(crate) fn is_alive(pid: Pid) -> bool {
    match test_kill_process(pid) {
        Ok(()) | Err(rustix::io::Errno::PERM) => {}
        Err(_) => return false,
    }
    state(pid).is_none_or(|(_, state)| !matches!(state, 'Z' | 'X'))
}

/// The number as a process, if that is a running PostgreSQL.
pub(crate) fn postgres(number: &str) -> Option<Pid> {
    let pid = parse(number).filter(|pid| is_alive(*pid))?;
    state(pid).is_none_or(|(name, _)| name == "postgres" || name == "postmaster").then_some(pid)
}

/// The number as a process, if that is a running PostgreSQL of this very folder: after a reboot the number in a
/// forgotten file may be anybody's, also another server's.
pub(crate) fn postgres_of(number: &str, folder: &Path) -> Option<Pid> {
    let pid = postgres(number)?;
    let works_here = !has_proc() || working_folder(pid).is_some_and(|found| found == folder);
    works_here.then_some(pid)
}

/// The number of a process.
pub(crate) fn parse(number: &str) -> Option<Pid> {
    Pid::from_raw(number.trim().parse().ok()?)
}

/// Ends what a dead server has left running, which must be gone before another one may touch the folder.
///
/// The backends of a killed server go by themselves, save those deep in a computation. A server whose folder was
/// deleted (`cargo clean`) goes on for a while, and would write into a new cluster of the same path.
pub(crate) fn end_orphans(folder: &Path) {
    let mut deleted = folder.as_os_str().to_owned();
    deleted.push(" (deleted)");
    end_all(&|| working_in(Path::new(&deleted)), Duration::ZERO);
    end_all(&|| working_in(folder), Duration::from_secs(3));
}

fn end_all(find: &dyn Fn() -> Vec<Pid>, patience: Duration) {
    if wait_until(patience, &|| find().is_empty()) {
        return;
    }
    for pid in find() {
        _ = kill_process(pid, Signal::KILL);
    }
    wait_until(Duration::from_secs(3), &|| find().is_empty());
}

/// A server's processes all work in the cluster's folder.
fn working_in(folder: &Path) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| postgres(entry.file_name().to_str()?))
        .filter(|pid| working_folder(*pid).is_some_and(|found| found == folder))
        .collect()
}

/// The name and the state letter of a process.
fn state(pid: Pid) -> Option<(String, char)> {
    let text = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    let (before, after) = text.rsplit_once(')')?;
    let name = before.split_once('(')?.1.to_owned();
    Some((name, after.trim_start().chars().next()?))
}

fn working_folder(pid: Pid) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero())).ok()
}

fn has_proc() -> bool {
    Path::new("/proc/self/stat").exists()
}
