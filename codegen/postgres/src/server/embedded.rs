//! PostgreSQL's programs for a machine that has none: fetched by a small package of its own, which is compiled only now.
//!
//! In: the place of the workspace's server. Out: programs, used like those of any other folder. Why these programs and
//! not an embedded server stands in ARCHITECTURE.md.

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::binaries::{self, Binaries};
use crate::error::{Error, NEWEST_SUPPORTED};

/// The fetched programs; fetches them where they are missing. Where that fails too, the error is the given one with the
/// reason added.
pub(crate) fn programs(root: &Path, base: &Path, not_found: Error) -> Result<Binaries, Error> {
    let folder = base.join("embedded");
    if let Some(fetched) = fetched(&folder) {
        return Ok(fetched);
    }
    match fetch(root, &folder) {
        Ok(bin) => binaries::inspect(&bin).ok_or_else(|| {
            explained(not_found, &format!("the programs in {} do not run on this machine", bin.display()))
        }),
        Err(reason) => Err(explained(not_found, &reason)),
    }
}

fn fetched(folder: &Path) -> Option<Binaries> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<Binaries> = entries
        .filter_map(|entry| binaries::inspect(&entry.path().join("bin")))
        .filter(|found| found.major <= NEWEST_SUPPORTED)
        .collect();
    found.sort_by_key(|found| found.major);
    found.pop()
}

/// Compiles and runs the package; its progress is shown on a terminal.
fn fetch(root: &Path, folder: &Path) -> Result<PathBuf, String> {
    let manifest = manifest(root).ok_or("the package lockstep-embedded is not part of this checkout")?;
    let stderr = if std::io::stderr().is_terminal() { Stdio::inherit() } else { Stdio::piped() };
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--locked", "--manifest-path"])
        .arg(manifest)
        .arg("--")
        .arg(folder)
        .arg(NEWEST_SUPPORTED.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .and_then(std::process::Child::wait_with_output)
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    let last_line = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes).lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().to_owned()
    };
    if output.status.success() {
        return Ok(PathBuf::from(last_line(&output.stdout)));
    }
    let reason = last_line(&output.stderr);
    Err(if reason.is_empty() { "fetching it failed, see above".to_owned() } else { reason })
}

/// The workspace's own, else that of the sources that this crate was compiled from.
fn manifest(root: &Path) -> Option<PathBuf> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    [root, &sources].map(|folder| folder.join("xtask/embedded/Cargo.toml")).into_iter().find(|file| file.is_file())
}

fn explained(error: Error, reason: &str) -> Error {
    match error {
        Error::NoServer { searched, hint, embedded: _ } => {
            Error::NoServer { searched, hint, embedded: format!("\n  an embedded one cannot be had either: {reason}") }
        }
        other => other,
    }
}
