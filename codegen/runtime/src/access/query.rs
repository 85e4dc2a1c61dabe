//! What checked queries need besides the core: those of files, and those that `query!` checks where it stands.

use std::fmt;

use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::core::{Parameter, execute, many, one, optional, streamed};
use super::decode::{DecodeError, Read};
use super::error::Error;
use super::executor::{Executor, Statement};
use super::rows::Rows;

/// A struct of the user's own that `query!(Type, "…")` reads rows into: derive it.
///
/// What is sensitive in the schema stays out of `Debug`: the derive writes that of a struct that holds such a value.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the rows of a query",
    label = "write `#[derive(lockstep::Row)]` above it"
)]
pub trait OwnRow {
    /// The fields that its `Debug` does not show.
    const REDACTED: &'static [&'static str];
}

/// Whether a field is one that `Debug` does not show.
#[must_use]
pub const fn is_redacted(fields: &[&str], field: &str) -> bool {
    let mut place = 0;
    while place < fields.len() {
        if is_same(fields[place].as_bytes(), field.as_bytes()) {
            return true;
        }
        place += 1;
    }
    false
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut place = 0;
    while place < a.len() && place < b.len() && a[place] == b[place] {
        place += 1;
    }
    place == a.len() && place == b.len()
}

/// A checked statement that returns no rows, with its values: what `query!` makes of an `UPDATE` without `RETURNING`.
#[must_use = "nothing is sent before `exec` or `execrows` is called"]
pub struct Command<'v> {
    statement: &'static Statement,
    values: Vec<Box<dyn ToSql + Sync + Send + 'v>>,
}

impl<'v> Command<'v> {
    /// A statement with the values of its placeholders.
    pub fn new(statement: &'static Statement, values: Vec<Box<dyn ToSql + Sync + Send + 'v>>) -> Self {
        Self { statement, values }
    }

    /// The same, where rows come back.
    pub fn read<T>(self, read: fn(&Row) -> Result<T, DecodeError>) -> Query<'v, T> {
        Query { command: self, read }
    }

    /// Runs it.
    ///
    /// # Errors
    /// What the server or the connection refuses.
    pub async fn exec(self, db: &dyn Executor) -> Result<(), Error> {
        self.execrows(db).await.map(drop)
    }

    /// Runs it and counts the rows that it touched.
    ///
    /// # Errors
    /// What the server or the connection refuses.
    pub async fn execrows(self, db: &dyn Executor) -> Result<u64, Error> {
        execute(db, self.statement, &self.parameters()).await
    }

    fn parameters(&self) -> Vec<Parameter<'_>> {
        self.values.iter().map(|value| &**value as Parameter<'_>).collect()
    }
}

/// Names the statement; values are not shown.
impl fmt::Debug for Command<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Command({})", self.statement.name)
    }
}

/// A checked statement that returns rows, with its values: what `query!` makes of a `SELECT`.
#[must_use = "nothing is sent before a method such as `many` is called"]
pub struct Query<'v, T> {
    command: Command<'v>,
    read: Read<T>,
}

impl<T: Send> Query<'_, T> {
    /// The row: exactly one.
    ///
    /// # Errors
    /// No row, or more than one; what the server or the connection refuses.
    pub async fn one(self, db: &dyn Executor) -> Result<T, Error> {
        one(db, self.command.statement, &self.command.parameters(), self.read).await
    }

    /// The row, if there is one.
    ///
    /// # Errors
    /// More than one row; what the server or the connection refuses.
    pub async fn opt(self, db: &dyn Executor) -> Result<Option<T>, Error> {
        optional(db, self.command.statement, &self.command.parameters(), self.read).await
    }

    /// All rows.
    ///
    /// # Errors
    /// What the server or the connection refuses.
    pub async fn many(self, db: &dyn Executor) -> Result<Vec<T>, Error> {
        many(db, self.command.statement, &self.command.parameters(), self.read).await
    }

    /// All rows, one after the other as they arrive.
    ///
    /// # Errors
    /// What the server or the connection refuses.
    pub async fn stream(self, db: &dyn Executor) -> Result<Rows<T>, Error> {
        streamed(db, self.command.statement, &self.command.parameters(), self.read).await
    }

    /// Runs it for what it does.
    ///
    /// # Errors
    /// What the server or the connection refuses.
    pub async fn exec(self, db: &dyn Executor) -> Result<(), Error> {
        self.command.exec(db).await
    }

    /// Runs it and counts the rows that it touched or returned.
    ///
    /// # Errors
    /// What the server or the connection refuses.
    pub async fn execrows(self, db: &dyn Executor) -> Result<u64, Error> {
        self.command.execrows(db).await
    }
}

/// Names the statement; values are not shown.
impl<T> fmt::Debug for Query<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query({})", self.command.statement.name)
    }
}
