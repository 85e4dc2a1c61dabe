//! Finding PostgreSQL's own programs on this machine. Looks at folders and asks `postgres --version`; starts nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, NEWEST_SUPPORTED, OLDEST_SUPPORTED};

/// A folder with `initdb`, `pg_ctl` and `postgres` of one supported version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binaries {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// The major version.
    pub(crate) major: u32,
    /// The version as `postgres --version` prints it, such as `15.18`.
    pub(crate) version: String,
}

/// What a search came to.
#[derive(Debug)]
pub(crate) struct Search {
    /// What can be used, best first.
    pub(crate) found: Vec<Binaries>,
    /// What was found and cannot be used, because of its version.
    pub(crate) unsupported: Vec<Binaries>,
    /// The folders that were looked at.
    pub(crate) folders: Vec<PathBuf>,
}

/// Looks in the folders of `pg_bin` and nowhere else; without it in `PATH` and the distributions' usual folders.
pub(crate) fn search(pg_bin: Option<&str>) -> Search {
    let folders: Vec<PathBuf> = match pg_bin {
        Some(list) => std::env::split_paths(list).collect(),
        None => {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).chain(usual_folders()).collect()
        }
    };
    let (found, unsupported) = folders.iter().filter_map(|folder| inspect(folder)).partition(Binaries::is_supported);
    Search { found, unsupported, folders }
}

impl Binaries {
    fn is_supported(&self) -> bool {
        (OLDEST_SUPPORTED..=NEWEST_SUPPORTED).contains(&self.major)
    }
}

impl Search {
    /// The best of them, or what to do about there being none.
    pub(crate) fn best(self, restricted: bool) -> Result<Binaries, Error> {
        if let Some(best) = self.found.into_iter().next() {
            return Ok(best);
        }
        let hint = install_hint();
        if let Some(old) = self.unsupported.into_iter().next() {
            return Err(Error::UnsupportedVersion {
                place: old.folder.display().to_string(),
                version: old.version,
                hint: hint.to_owned(),
            });
        }
        let searched = if restricted {
            let folders: Vec<String> = self.folders.iter().map(|folder| folder.display().to_string()).collect();
            format!("PG_BIN, which is {}", folders.join(" and "))
        } else {
            "PATH and the usual folders of the distributions".to_owned()
        };
        Err(Error::NoServer { searched, embedded: String::new(), hint: hint.to_owned() })
    }
}

/// What to do on a machine without PostgreSQL.
pub(crate) fn install_hint() -> &'static str {
    if cfg!(target_os = "macos") {
        "run `brew install postgresql@17`, or set PG_BIN to the folder of initdb and postgres, or LOCKSTEP_SERVER_URL to \
         a server of yours"
    } else if Path::new("/etc/debian_version").exists() {
        "run `apt-get install postgresql` (or postgresql-15 and the like), or set PG_BIN to the folder of initdb and \
         postgres, or LOCKSTEP_SERVER_URL to a server of yours"
    } else {
        "install the package postgresql-server (postgresql-15 and the like on Debian, postgresql@17 of Homebrew), or set \
         PG_BIN to the folder of initdb and postgres, or LOCKSTEP_SERVER_URL to a server of yours"
    }
}

/// The folder's programs, if all that are needed are there; a version that cannot be read counts as none.
pub(crate) fn inspect(folder: &Path) -> Option<Binaries> {
    if folder.as_os_str().is_empty() || !["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file())
    {
        return None;
    }
    let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, version) = parse_version(&text)?;
    Some(Binaries { folder: std::path::absolute(folder).ok()?, major, version })
}

/// Newest supported version first, within one version in the order of the list.
fn usual_folders() -> impl Iterator<Item = PathBuf> {
    const PATTERNS: &[&str] = &[
        "/usr/lib/postgresql/{}/bin",
        "/usr/pgsql-{}/bin",
        "/usr/lib/postgresql{}/bin",
        "/usr/libexec/postgresql{}",
        "/opt/homebrew/opt/postgresql@{}/bin",
        "/usr/local/opt/postgresql@{}/bin",
        "/home/linuxbrew/.linuxbrew/opt/postgresql@{}/bin",
        "/Applications/Postgres.app/Contents/Versions/{}/bin",
        "/Library/PostgreSQL/{}/bin",
    ];
    (OLDEST_SUPPORTED..=NEWEST_SUPPORTED)
        .rev()
        .flat_map(|major| PATTERNS.iter().map(move |pattern| pattern.replace("{}", &major.to_string()).into()))
        .chain(["/usr/local/pgsql/bin".into()])
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, also `18beta2` and `17devel`.
pub(crate) fn parse_version(text: &str) -> Option<(u32, String)> {
    let version = text.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    let digits = version.find(|next: char| !next.is_ascii_digit()).unwrap_or(version.len());
    Some((version[..digits].parse().ok()?, version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        for (text, expected) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some((15, "15.18"))),
            ("postgres (PostgreSQL) 18beta2", Some((18, "18beta2"))),
            ("9.6.24", Some((9, "9.6.24"))),
            ("postgres (PostgreSQL)", None),
        ] {
            assert_eq!(parse_version(text), expected.map(|(major, version)| (major, version.to_owned())), "{text}");
        }
    }

    #[test]
    fn an_empty_folder_means_only_there() {
        let empty = tempfile::tempdir().unwrap();
        let path = empty.path().to_str().unwrap();
        let error = search(Some(path)).best(true).unwrap_err().to_string();
        assert!(error.contains(path) && error.contains("LOCKSTEP_SERVER_URL"), "{error}");
    }

    #[test]
    fn an_old_version_is_named_with_the_range() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        for name in ["initdb", "pg_ctl", "postgres"] {
            let path = folder.path().join(name);
            std::fs::write(&path, "#!/bin/sh\necho 'postgres (PostgreSQL) 12.9'\n").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let error = search(folder.path().to_str()).best(true).unwrap_err().to_string();
        assert!(error.contains("12.9") && error.contains("14 to 18"), "{error}");
    }
}
