//! What a caller may choose about a run. Only data; the defaults are those that the documentation names.

use std::time::Duration;

/// What to do about a database that has migrations newer than all of the binary's: another release has been there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Newer {
    /// Go on. During a rolling deployment the old release may start again beside the new one.
    #[default]
    Tolerate,
    /// Stop with [`MigrateError::Newer`](super::MigrateError::Newer).
    Refuse,
}

#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) lock_timeout: Duration,
    pub(crate) lock_retries: u32,
    pub(crate) wait_limit: Duration,
    pub(crate) newer: Newer,
    pub(crate) application: Option<String>,
    pub(crate) build: Option<String>,
    pub(crate) host: Option<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            lock_timeout: Duration::from_secs(2),
            lock_retries: 30,
            wait_limit: Duration::from_secs(300),
            newer: Newer::default(),
            application: None,
            build: None,
            host: host(),
        }
    }
}

/// The machine's name: containers have it in the environment, Linux in /proc.
fn host() -> Option<String> {
    let name = std::env::var("HOSTNAME").or_else(|_| std::fs::read_to_string("/proc/sys/kernel/hostname")).ok()?;
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
