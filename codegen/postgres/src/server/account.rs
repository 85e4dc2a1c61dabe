//! Under whom the server runs. PostgreSQL refuses to run as root, so root hands it to an unprivileged account.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::Error;

/// An account of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// The login name, where it is known.
    pub(crate) name: String,
    /// The user's number.
    pub(crate) uid: u32,
    /// The main group's number.
    pub(crate) gid: u32,
    /// Whether this process has to become somebody else to act as the account.
    pub(crate) switches: bool,
}

impl Account {
    /// Who shall own the server: this process's own user, or for root `postgres`, else `nobody`.
    pub(crate) fn of_server() -> Result<Self, Error> {
        let uid = rustix::process::geteuid().as_raw();
        if uid != 0 {
            let gid = rustix::process::getegid().as_raw();
            return Ok(Self { name: format!("uid {uid}"), uid, gid, switches: false });
        }
        let passwd = std::fs::read_to_string("/etc/passwd").map_err(Error::file("read", "/etc/passwd"))?;
        unprivileged(&passwd).ok_or_else(|| {
            Error::Unexpected(
                "PostgreSQL does not run as root, and /etc/passwd has neither `postgres` nor `nobody`\n  hint: create \
                 the user postgres, or set LOCKSTEP_SERVER_URL to a server of yours"
                    .to_owned(),
            )
        })
    }

    /// A command that runs as this account, without a terminal.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        if self.switches {
            command.uid(self.uid).gid(self.gid).env("HOME", "/").env("USER", &self.name);
        }
        command
    }

    /// Gives a file or folder to the account.
    pub(crate) fn hand_over(&self, path: &Path) -> Result<(), Error> {
        if !self.switches {
            return Ok(());
        }
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid)).map_err(Error::file("hand over", path))
    }

    /// Whether the account gets into the folder through all the folders above it.
    pub(crate) fn reaches(&self, folder: &Path) -> bool {
        if !self.switches {
            return true;
        }
        let mut probe = self.command(Path::new("/bin/sh"));
        probe.args(["-c", ":"]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
        probe.status().is_ok_and(|status| status.success())
    }
}

fn unprivileged(passwd: &str) -> Option<Account> {
    let named = |name: &str| {
        passwd.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let [found, _, uid, gid, ..] = fields.as_slice() else { return None };
            let account =
                Account { name: name.to_owned(), uid: uid.parse().ok()?, gid: gid.parse().ok()?, switches: true };
            (*found == name && account.uid != 0).then_some(account)
        })
    };
    named("postgres").or_else(|| named("nobody"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_prefers_postgres_and_falls_back_to_nobody() {
        let both = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533::/:\npostgres:x:101:104::/var/lib/postgresql:/bin/sh\n";
        let found = unprivileged(both).unwrap();
        assert_eq!((found.name.as_str(), found.uid, found.gid), ("postgres", 101, 104));
        let found = unprivileged(&both.replace("postgres:x:101", "postgres:x:0")).unwrap();
        assert_eq!((found.name.as_str(), found.uid, found.gid), ("nobody", 65534, 65533));
        assert_eq!(unprivileged("root:x:0:0:root:/root:/bin/sh"), None);
    }
}
