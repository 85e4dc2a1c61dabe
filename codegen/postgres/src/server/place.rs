//! Where a workspace's private server keeps its files: the cluster's folder, the short folder of its socket, the lock and
//! the record of what runs. Knows paths and owners; starts nothing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use lockstep_core::workspace::Workspace;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::account::Account;
use crate::error::Error;

/// The folder of a workspace's clusters.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// `target/lockstep`, or a folder in `/var/tmp` or `/tmp` where that cannot serve.
    pub(crate) base: PathBuf,
    /// Why it is not `target/lockstep`.
    pub(crate) note: Option<String>,
}

/// What is needed to find a started server again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The folder of the programs.
    pub(crate) binaries: PathBuf,
    /// The major version.
    pub(crate) major: u32,
    /// The folder of the cluster.
    pub(crate) folder: PathBuf,
    /// The folder of the socket.
    pub(crate) socket: PathBuf,
    /// How to connect to it. It holds no password: a private server has none.
    pub(crate) url: String,
    /// Why the cluster is not in `target/lockstep`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// Records by the `PG_BIN` that they were started under (empty without one).
pub(crate) type Records = BTreeMap<String, Record>;

/// The longest folder in which a socket `.s.PGSQL.65535` fits into the 107 bytes of `sockaddr_un`.
const LONGEST_SOCKET_FOLDER: usize = 107 - "/.s.PGSQL.65535".len();

impl Place {
    /// Every place that this workspace may have used before, best first.
    pub(crate) fn candidates(root: &Path) -> Vec<Self> {
        let name = private_name(root);
        let elsewhere = |folder: &str| Self { base: Path::new(folder).join(format!("{name}-data")), note: None };
        vec![Self { base: root.join(Workspace::PRIVATE), note: None }, elsewhere("/var/tmp"), elsewhere("/tmp")]
    }

    /// The first candidate that this process can write to and the server's account can get into.
    pub(crate) fn choose(root: &Path, account: &Account) -> Result<Self, Error> {
        let mut reason = None;
        let mut failure = None;
        for candidate in Self::candidates(root) {
            match candidate.prepare(account) {
                Ok(()) => return Ok(Self { note: reason, ..candidate }),
                Err(error) => {
                    let text = format!("{} cannot be used: {error}", candidate.base.display());
                    reason.get_or_insert(text);
                    failure = Some(error);
                }
            }
        }
        Err(failure.unwrap_or_else(|| Error::Unexpected("there is no place for the development server".to_owned())))
    }

    /// The records, where this place has any that can be trusted.
    pub(crate) fn records(&self) -> Records {
        let trusted = fs::metadata(&self.base).is_ok_and(|meta| is_ours(&meta) || self.is_in_workspace());
        let text = if trusted { fs::read_to_string(self.record_file()).ok() } else { None };
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// Writes the records; readers see the old ones or the new ones.
    pub(crate) fn write_records(&self, records: &Records) -> Result<(), Error> {
        let file = self.record_file();
        let temporary = self.base.join(format!("servers.json.{}", std::process::id()));
        let text = serde_json::to_string_pretty(records).map_err(|error| Error::Unexpected(error.to_string()))?;
        fs::write(&temporary, text + "\n").map_err(Error::file("write", &temporary))?;
        fs::rename(&temporary, &file).map_err(Error::file("write", &file))
    }

    /// Waits for the lock of this place; it ends with the returned file, also when the process is killed.
    pub(crate) fn lock(&self) -> Result<File, Error> {
        let path = self.base.join("server.lock");
        let file = File::create(&path).map_err(Error::file("create", &path))?;
        file.lock().map_err(Error::file("lock", &path))?;
        Ok(file)
    }

    /// The folder of the cluster of one major version.
    pub(crate) fn cluster(&self, major: u32) -> PathBuf {
        self.base.join(format!("{CLUSTER_PREFIX}{major}"))
    }

    /// The clusters that are there.
    pub(crate) fn clusters(&self) -> Vec<(u32, PathBuf)> {
        let entries = fs::read_dir(&self.base).into_iter().flatten().flatten();
        let mut found: Vec<(u32, PathBuf)> = entries
            .filter_map(|entry| {
                let major = entry.file_name().to_str()?.strip_prefix(CLUSTER_PREFIX)?.parse().ok()?;
                Some((major, entry.path()))
            })
            .collect();
        found.sort();
        found
    }

    fn record_file(&self) -> PathBuf {
        self.base.join(Path::new(Workspace::SERVERS).file_name().unwrap_or_default())
    }

    fn is_in_workspace(&self) -> bool {
        self.base.ends_with(Workspace::PRIVATE)
    }

    fn prepare(&self, account: &Account) -> Result<(), Error> {
        let mode = if account.switches { 0o755 } else { 0o700 };
        let created = fs::DirBuilder::new().recursive(self.is_in_workspace()).mode(0o755).create(&self.base);
        match created {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(Error::file("create", &self.base)(error));
            }
            Ok(()) | Err(_) => {}
        }
        let meta = fs::symlink_metadata(&self.base).map_err(Error::file("read", &self.base))?;
        if !meta.is_dir() || (!is_ours(&meta) && !self.is_in_workspace()) {
            return Err(Error::Unexpected("it belongs to somebody else".to_owned()));
        }
        if is_ours(&meta) && meta.mode() & 0o777 != mode {
            fs::set_permissions(&self.base, fs::Permissions::from_mode(mode))
                .map_err(Error::file("change", &self.base))?;
        }
        if !account.reaches(&self.base) {
            return Err(Error::Unexpected(format!("the user {} does not get into it", account.name)));
        }
        // Opening the lock file proves that the folder can be written to.
        let lock = self.base.join("server.lock");
        File::options().append(true).create(true).open(&lock).map(drop).map_err(Error::file("create", &lock))
    }
}

const CLUSTER_PREFIX: &str = "postgres-";

/// The folder of the socket: short, only ours, and the same at every start.
pub(crate) fn socket_folder(root: &Path, account: &Account) -> Result<PathBuf, Error> {
    let name = private_name(root);
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").filter(|_| !account.switches).map(PathBuf::from);
    let candidates: Vec<PathBuf> =
        [Some(PathBuf::from("/tmp")), runtime].into_iter().flatten().map(|parent| parent.join(&name)).collect();
    let mut failure = None;
    for folder in candidates.into_iter().filter(|folder| folder.as_os_str().len() <= LONGEST_SOCKET_FOLDER) {
        match make_private(&folder, account) {
            Ok(()) => return Ok(folder),
            Err(error) => failure = Some(error),
        }
    }
    Err(failure.unwrap_or_else(|| Error::Unexpected("there is no place for the server's socket".to_owned())))
}

fn make_private(folder: &Path, account: &Account) -> Result<(), Error> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => account.hand_over(folder)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(Error::file("create", folder)(error)),
    }
    let meta = fs::symlink_metadata(folder).map_err(Error::file("read", folder))?;
    if meta.is_dir() && meta.uid() == account.uid && meta.mode() & 0o077 == 0 {
        return Ok(());
    }
    // A process that was killed between creating the folder and handing it over leaves it with us.
    if meta.is_dir() && is_ours(&meta) && meta.mode() & 0o077 == 0 {
        return account.hand_over(folder);
    }
    Err(Error::File {
        action: "use",
        path: folder.to_owned(),
        hint: Some("remove it, or set LOCKSTEP_SERVER_URL to a server of yours".to_owned()),
        source: std::io::Error::other("it does not belong to the server's user alone"),
    })
}

fn is_ours(meta: &fs::Metadata) -> bool {
    meta.uid() == rustix::process::geteuid().as_raw()
}

/// `lockstep-<uid>-<hash of the workspace's path>`.
fn private_name(root: &Path) -> String {
    let digest = Sha256::digest(root.as_os_str().as_encoded_bytes());
    let hash: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("lockstep-{}-{hash}", rustix::process::geteuid().as_raw())
}
