//! What can fail around a PostgreSQL server: the environment's failures, each with its source and what to do next.
//!
//! A mistake in the user's SQL is a `Diagnostic`, not an [`Error`]. No message holds a password.

use std::fmt;
use std::path::PathBuf;

use postgres::error::DbError;

/// The oldest major version that Lockstep supports.
pub const OLDEST_SUPPORTED: u32 = 14;
/// The newest major version that Lockstep supports.
pub const NEWEST_SUPPORTED: u32 = 18;

/// A failure of the environment: a server, a file, a program.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A server cannot be reached or refuses the connection.
    #[error("cannot connect to {url}: {}\n  hint: {hint}", described(.source))]
    Connect {
        /// The connection string, without its password.
        url: String,
        /// What to do next.
        hint: String,
        /// What the driver says.
        source: postgres::Error,
    },
    /// A connection string cannot be read.
    #[error("{origin} is not a PostgreSQL connection string: {}\n  hint: write it as postgresql://user:password@host:port/database (it reads {url})", described(.source))]
    InvalidUrl {
        /// Where the string comes from, such as `LOCKSTEP_SERVER_URL`.
        origin: String,
        /// The string, without its password.
        url: String,
        /// What the driver says.
        source: postgres::Error,
    },
    /// A statement that Lockstep itself sends has failed.
    #[error("{}", described(.0))]
    Sql(#[from] postgres::Error),
    /// A statement that Lockstep itself sends has failed, and what it was for is known.
    #[error("cannot {action}: {}{}", described(.source), hint_line(hint.as_deref()))]
    Action {
        /// What was to be done, such as `create the scratch database lockstep_scratch_1`.
        action: String,
        /// What to do next, where that is known.
        hint: Option<String>,
        /// What the driver says.
        source: postgres::Error,
    },
    /// The server's major version is outside the supported range.
    #[error(
        "{place} is PostgreSQL {version}, and Lockstep works with PostgreSQL {OLDEST_SUPPORTED} to {NEWEST_SUPPORTED}\n  hint: {hint}"
    )]
    UnsupportedVersion {
        /// The connection string without its password, or the folder of the binaries.
        place: String,
        /// The version as the server prints it.
        version: String,
        /// What to do next.
        hint: String,
    },
    /// Neither a server, nor its binaries, nor an embedded one.
    #[error(
        "found no PostgreSQL {OLDEST_SUPPORTED} to {NEWEST_SUPPORTED} (looked in {searched}){embedded}\n  hint: {hint}"
    )]
    NoServer {
        /// The places that were looked at.
        searched: String,
        /// Why there is no embedded one either, on a line of its own.
        embedded: String,
        /// What to install.
        hint: String,
    },
    /// The binaries that a cluster was made with have gone.
    #[error("the development server in {} is PostgreSQL {major}, whose binaries are no longer in {}\n  hint: {hint}", folder.display(), binaries.display())]
    BinariesGone {
        /// The folder of the cluster.
        folder: PathBuf,
        /// Its major version.
        major: u32,
        /// Where the binaries were.
        binaries: PathBuf,
        /// What to do next.
        hint: String,
    },
    /// A program of PostgreSQL has failed.
    #[error("{program} failed ({status})\n{output}\n  hint: {hint}")]
    Program {
        /// The program with its folder.
        program: String,
        /// Its exit status.
        status: String,
        /// What it printed, and the end of the server's log.
        output: String,
        /// What to do next.
        hint: String,
    },
    /// A file or folder cannot be used.
    #[error("cannot {action} {}: {source}{}", path.display(), hint_line(hint.as_deref()))]
    File {
        /// What was to be done, such as `create`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What to do next, where that is known.
        hint: Option<String>,
        /// What the system says.
        source: std::io::Error,
    },
    /// A statement or an answer of the server that should not be possible.
    #[error("{0}")]
    Unexpected(String),
}

impl Error {
    /// The server's own report, where the failure is one of the server.
    #[must_use]
    pub fn db(&self) -> Option<&DbError> {
        match self {
            Self::Connect { source, .. } | Self::InvalidUrl { source, .. } | Self::Action { source, .. } => {
                source.as_db_error()
            }
            Self::Sql(source) => source.as_db_error(),
            Self::UnsupportedVersion { .. }
            | Self::NoServer { .. }
            | Self::BinariesGone { .. }
            | Self::Program { .. }
            | Self::File { .. }
            | Self::Unexpected(_) => None,
        }
    }

    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, hint: None, source }
    }

    pub(crate) fn action(action: impl fmt::Display) -> impl FnOnce(postgres::Error) -> Self {
        let action = action.to_string();
        move |source| Self::Action { action, hint: None, source }
    }
}

/// One line for a driver error: the server's message, detail and SQLSTATE, or the chain of causes.
#[must_use]
pub fn described(error: &postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        let detail = db.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
        return format!("{}{detail} [SQLSTATE {}]", db.message(), db.code().code());
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        let next_text = next.to_string();
        if !text.contains(&next_text) {
            text = format!("{text}: {next_text}");
        }
        cause = next.source();
    }
    text
}

fn hint_line(hint: Option<&str>) -> String {
    hint.map(|hint| format!("\n  hint: {hint}")).unwrap_or_default()
}
