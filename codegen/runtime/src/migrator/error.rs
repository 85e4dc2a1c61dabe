//! What can go wrong while a database is migrated. Every message names the file where there is one, and says what to do
//! next on a line that starts with `hint:`. None holds a password, because none holds a connection string.

use std::fmt;
use std::time::Duration;

use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use super::blocker::Blocker;
use super::history::{MigrationState, MigrationStatus};
use super::migration::Migration;
use super::statement::first_line;

/// Why a database could not be migrated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The connection string cannot be read. It is not repeated here, because it may hold a password.
    #[error(
        "the connection string cannot be read\n\
         hint: write postgres://user@host:5432/database, with reserved characters of the password percent-encoded; \
         of sslmode, disable, prefer and require are known"
    )]
    ConnectionString,
    /// `sslmode=require` was asked for without a TLS implementation.
    #[error(
        "the connection string asks for TLS (sslmode=require), but this migrator was started without TLS\n\
         hint: use Migrator::run_tls with a TLS connector, or sslmode=disable where the network is trusted"
    )]
    TlsRequired,
    /// No connection.
    #[error(
        "cannot connect to {target}: {}\nhint: see that the server runs there and lets this user in",
        chain(source)
    )]
    Connect {
        /// Host, port, database and user.
        target: String,
        /// What the driver said.
        source: tokio_postgres::Error,
    },
    /// A query of the migrator's own failed.
    #[error("cannot {doing}: {}{}", chain(source), own_hint(source))]
    Server {
        /// What the migrator was doing.
        doing: &'static str,
        /// What the server or the driver said.
        source: tokio_postgres::Error,
    },
    /// A migration that no history can name.
    #[error(
        "{file}: not a name for a migration\nhint: name it V<version>__<name>.sql, with letters, digits and underscores"
    )]
    Name {
        /// The file.
        file: String,
    },
    /// Two files of one version.
    #[error("{file} and {other} have the same version {version}\nhint: give the later one a version of its own")]
    Repeated {
        /// One file.
        file: String,
        /// The other file.
        other: String,
        /// Their version.
        version: i64,
    },
    /// The history of the database and the files of the binary contradict each other. Nothing was changed.
    #[error("the database's history does not fit this binary's migrations; nothing was changed{}", conflicts(.0))]
    History(Vec<MigrationStatus>),
    /// The database is newer than the binary and [`Newer::Refuse`](super::Newer::Refuse) was asked for.
    #[error(
        "the database is newer than this binary: it has {}\n\
         hint: start the release that brought it, or let the migrator tolerate newer databases",
        newest(.0)
    )]
    Newer(Vec<MigrationStatus>),
    /// Another process held the migration lock for longer than the limit.
    #[error("another process held the migration lock for {:.0} s{}\nhint: {LOCK_HINT}", waited.as_secs_f64(), listed("held by", holders))]
    LockWait {
        /// How long the migrator waited.
        waited: Duration,
        /// Who holds the lock.
        holders: Vec<Blocker>,
    },
    /// The session changes under the migrator: a pooler in transaction mode stands between.
    #[error(
        "the migration lock was taken, but not by this session: the connection goes through a pooler in transaction mode\n\
         hint: give the migrator a direct connection to PostgreSQL (or one through a pool in session mode)"
    )]
    Pooler,
    /// No schema in `search_path` exists, so there is no place for the history.
    #[error(
        "no schema of search_path exists, so the history has no place\n\
         hint: create the schema, or set search_path in the connection's options"
    )]
    NoSchema,
    /// `COMMIT` and the like inside a migration.
    #[error(
        "{file}:{line}: statement {statement} controls the transaction itself: {sql}\n\
         hint: remove it; a file runs in one transaction of the migrator's, or with `-- Transaction: no` statement by statement"
    )]
    TransactionControl {
        /// The file.
        file: String,
        /// The statement's number, from 1.
        statement: u32,
        /// Its line.
        line: u32,
        /// Its first line of text.
        sql: String,
    },
    /// A statement that was already recorded as done is not the one that the file has now.
    #[error(
        "{file}:{line}: statement {statement} was edited after it had been applied: the file is applied half-way\n\
         hint: restore the statements that are done (see lockstep_schema_history) and edit only what follows them"
    )]
    EditedHalfWay {
        /// The file.
        file: String,
        /// The statement's number, from 1.
        statement: u32,
        /// Its line.
        line: u32,
    },
    /// The index that an interrupted build would have made exists with another definition.
    #[error(
        "{file}:{line}: statement {statement} was interrupted, and its index {index} now exists with another definition: {existing}\n\
         hint: drop or rename that index, then start again"
    )]
    IndexDiffers {
        /// The file.
        file: String,
        /// The statement's number, from 1.
        statement: u32,
        /// Its line.
        line: u32,
        /// The index.
        index: String,
        /// Its definition on the server.
        existing: String,
    },
    /// A statement of a migration failed.
    #[error(transparent)]
    Statement(Box<StatementError>),
    /// The commit of a migration failed, a deferred constraint for example.
    #[error("{file}: the commit failed and the migration was rolled back: {}{}", chain(source), own_hint(source))]
    Commit {
        /// The file.
        file: String,
        /// What the server said.
        source: tokio_postgres::Error,
    },
    /// refinery's engine refused.
    #[error("refinery: {0}")]
    Engine(refinery_core::Error),
}

/// A statement that the server refused, with its place.
#[derive(Debug)]
pub struct StatementError {
    /// The migration's file.
    pub file: String,
    /// The statement's number, from 1.
    pub statement: u32,
    /// The line of the file: that of the error where the server gave a position, else that of the statement.
    pub line: u32,
    /// The statement's first line.
    pub sql: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Whether it ran in a transaction that was rolled back.
    pub transactional: bool,
    /// Who stood in the way when a lock was not to be had.
    pub blockers: Vec<Blocker>,
    /// Whether `blockers` were seen blocking (else they only hold locks on tables of this database).
    pub observed: bool,
    /// What the server or the driver said.
    pub source: tokio_postgres::Error,
}

impl StatementError {
    pub(crate) fn new(migration: &Migration<'_>, index: usize, source: tokio_postgres::Error) -> StatementError {
        let statement = &migration.statements[index];
        StatementError {
            file: migration.file.to_owned(),
            statement: number(index),
            line: statement.line + source.as_db_error().map_or(0, |error| line_offset(statement.sql, error)),
            sql: first_line(statement.sql),
            attempts: 1,
            transactional: migration.transactional,
            blockers: Vec::new(),
            observed: false,
            source,
        }
    }

    /// The SQLSTATE, where the server answered at all.
    pub fn sqlstate(&self) -> Option<&SqlState> {
        self.source.code()
    }

    /// Whether another process's lock was the reason, so that trying again may help.
    pub fn is_lock_conflict(&self) -> bool {
        matches!(self.sqlstate(), Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE || *code == SqlState::T_R_DEADLOCK_DETECTED)
    }

    /// Whether a role that the statement names is not on the server.
    fn lacks_role(&self) -> bool {
        let is_it =
            |error: &DbError| *error.code() == SqlState::UNDEFINED_OBJECT && error.message().starts_with("role \"");
        self.source.as_db_error().is_some_and(is_it)
    }

    fn hint(&self) -> String {
        let then = if self.transactional {
            "the migration was rolled back".to_owned()
        } else {
            match self.statement - 1 {
                0 => "nothing of this file is done".to_owned(),
                done => format!("statements up to {done} are recorded as done"),
            }
        };
        let known = if self.lacks_role() { Some(ROLE_HINT) } else { self.sqlstate().and_then(advice) };
        let advice = known.unwrap_or("correct the file, then start again");
        format!("{then}; {advice}")
    }
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StatementError { file, statement, line, sql, attempts, source, .. } = self;
        match source.as_db_error() {
            Some(error) => {
                write!(
                    f,
                    "{file}:{line}: statement {statement}: {} (SQLSTATE {})",
                    error.message(),
                    error.code().code()
                )?;
                for (label, text) in
                    [("detail", error.detail()), ("server hint", error.hint()), ("context", error.where_())]
                {
                    if let Some(text) = text {
                        write!(f, "\n  {label}: {text}")?;
                    }
                }
            }
            None => write!(f, "{file}:{line}: statement {statement}: {}", chain(source))?,
        }
        write!(f, "\n  statement: {sql}")?;
        if *attempts > 1 {
            write!(f, "\n  attempts: {attempts}")?;
        }
        let label = if self.observed { "blocked by" } else { "holds locks here" };
        f.write_str(&listed(label, &self.blockers))?;
        write!(f, "\nhint: {}", self.hint())
    }
}

impl std::error::Error for StatementError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// The number of a statement in messages and in the history.
pub(crate) fn number(index: usize) -> u32 {
    u32::try_from(index + 1).expect("a migration has fewer than 2^32 statements")
}

const ROLE_HINT: &str = "make the role on this server (CREATE ROLE …), or declare it in schema/, then start again";

const LOCK_HINT: &str = "see what it is doing and wait for it, or end it with pg_terminate_backend; then start again";

/// What to do about the SQLSTATEs that migrations meet for reasons of their own.
fn advice(code: &SqlState) -> Option<&'static str> {
    Some(if *code == SqlState::ACTIVE_SQL_TRANSACTION {
        "put the statement into a file of its own with `-- Transaction: no` in its header"
    } else if *code == SqlState::UNSAFE_NEW_ENUM_VALUE_USAGE {
        "use the new value in a later migration: PostgreSQL wants a commit in between"
    } else if *code == SqlState::LOCK_NOT_AVAILABLE || *code == SqlState::T_R_DEADLOCK_DETECTED {
        "wait for the process that holds the lock or end it with pg_terminate_backend, then start again"
    } else if *code == SqlState::QUERY_CANCELED {
        "if statement_timeout ended it, put `SET statement_timeout = 0;` above it in the file, then start again"
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        "migrate as a role that owns the objects, or grant it what the message names, then start again"
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        "connect to the primary, in a session that may write"
    } else if code.code().starts_with("23") {
        "the rows in the table contradict the statement: correct the data, then start again"
    } else {
        return None;
    })
}

fn own_hint(source: &tokio_postgres::Error) -> String {
    match source.code().and_then(advice) {
        Some(advice) => format!("\nhint: {advice}"),
        None if source.code().is_none() => "\nhint: the connection was lost; start again".to_owned(),
        None => String::new(),
    }
}

/// The line of an error inside its statement, from 0. The server counts characters from 1.
fn line_offset(sql: &str, error: &DbError) -> u32 {
    let Some(ErrorPosition::Original(position)) = error.position() else { return 0 };
    let before =
        sql.chars().take((*position as usize).saturating_sub(1)).filter(|character| *character == '\n').count();
    u32::try_from(before).unwrap_or(0)
}

/// The driver's message with its causes; its own text says no more than `db error`.
pub(crate) fn chain(error: &tokio_postgres::Error) -> String {
    if let Some(error) = error.as_db_error() {
        let detail = error.detail().map(|detail| format!("\n  detail: {detail}")).unwrap_or_default();
        return format!("{} (SQLSTATE {}){detail}", error.message(), error.code().code());
    }
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        let cause = error.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
        source = error.source();
    }
    text
}

fn listed(label: &str, blockers: &[Blocker]) -> String {
    blockers.iter().map(|blocker| format!("\n  {label}: {blocker}")).collect()
}

fn newest(migrations: &[MigrationStatus]) -> String {
    migrations
        .iter()
        .map(|migration| format!("V{}__{}", migration.version, migration.name))
        .collect::<Vec<_>>()
        .join(", ")
}

fn conflicts(migrations: &[MigrationStatus]) -> String {
    migrations.iter().map(conflict).collect()
}

fn conflict(migration: &MigrationStatus) -> String {
    let MigrationStatus { version, name, file, state, .. } = migration;
    let file = file.as_deref().unwrap_or_default();
    match state {
        MigrationState::Divergent => format!(
            "\n  {file}: edited after it was applied (as V{version}__{name})\n  \
             hint: restore the file as it was applied and put the change into a new migration"
        ),
        MigrationState::OutOfOrder => format!(
            "\n  {file}: not applied, but a later version is\n  \
             hint: give it a version later than every applied one (cargo xtask db:generate does)"
        ),
        MigrationState::Missing => format!(
            "\n  V{version}__{name}: applied, but this binary does not have it, though it has later ones\n  \
             hint: bring the file back, or build from a branch that has it"
        ),
        MigrationState::Applied | MigrationState::Pending | MigrationState::Newer => String::new(),
    }
}
