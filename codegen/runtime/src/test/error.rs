//! Why a test got no database. Every message says what to do next; none holds a password.

use std::path::PathBuf;

use crate::migrator::{MigrateError, chain};

/// Why a test got no database.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TestError {
    /// `LOCKSTEP_SERVER_URL` cannot be read; it may hold a password and is not repeated.
    #[error(
        "LOCKSTEP_SERVER_URL cannot be read\n  \
         hint: write postgres://user@host:5432/postgres, with reserved characters of the password percent-encoded"
    )]
    Url,
    /// The server that is asked for does not answer.
    #[error(
        "cannot connect to {target}: {}\n  hint: start that server, or unset LOCKSTEP_SERVER_URL to use a private one",
        chain(source)
    )]
    Connect { target: String, source: tokio_postgres::Error },
    /// The command that starts a server cannot be run.
    #[error(
        "no development server runs, and `cargo xtask services:up` cannot be run in {}: {source}\n  \
         hint: start one with `cargo xtask services:up`, or set LOCKSTEP_SERVER_URL to a server of yours",
        workspace.display()
    )]
    Command { workspace: PathBuf, source: std::io::Error },
    /// The command that starts a server has failed.
    #[error(
        "no development server runs, and `cargo xtask services:up` in {} does not start one:\n{output}\n  \
         hint: mend that, or set LOCKSTEP_SERVER_URL to a server of yours",
        workspace.display()
    )]
    Start { workspace: PathBuf, output: String },
    /// The migrations fail.
    #[error("the migrations do not run on an empty database: {0}")]
    Migrate(#[from] MigrateError),
    /// Another process makes the template, and does not finish.
    #[error(
        "another process has been making the template {template} for {seconds} s\n  \
         hint: see in pg_stat_activity what it is doing, and end it"
    )]
    Wait { template: String, seconds: u64 },
    /// The template is copied from, or connected to, by somebody who does not finish.
    #[error("the template {template} cannot be copied: {}", chain(source))]
    Busy { template: String, source: tokio_postgres::Error },
    /// The template is dropped by others as soon as it is made.
    #[error("{template} is dropped by others as soon as it is made\n  hint: see what else cleans up on this server")]
    Swept { template: String },
    /// The user may not make databases.
    #[error(
        "the user {user} may not create databases\n  \
         hint: ALTER ROLE {user} CREATEDB, or unset LOCKSTEP_SERVER_URL to use a private server"
    )]
    Privilege { user: String },
    /// Anything else that the server says.
    #[error("cannot {doing}: {}", chain(source))]
    Server { doing: &'static str, source: tokio_postgres::Error },
}

impl TestError {
    pub(crate) fn server(doing: &'static str) -> impl FnOnce(tokio_postgres::Error) -> Self {
        move |source| Self::Server { doing, source }
    }
}
