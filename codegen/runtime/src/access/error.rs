//! What can go wrong with a statement, told without the values that it was given.
//!
//! PostgreSQL quotes values in the detail of a violation (`Key (email)=(…) already exists`) and in data exceptions
//! (SQLSTATE class 22). Neither is ever part of what [`Error`] prints or of its source.

use std::error;
use std::fmt;
use std::time::Duration;

use tokio_postgres::error::{DbError, SqlState};

use super::decode::DecodeError;
use super::executor::Statement;

/// A statement failed.
pub struct Error(Box<Inner>);

struct Inner {
    statement: &'static str,
    cause: Cause,
}

enum Cause {
    Postgres(tokio_postgres::Error),
    Encode(Box<dyn error::Error + Sync + Send>),
    Decode(DecodeError),
    MissingRow,
    ManyRows(usize),
    MissingReference,
    Timeout(Duration),
}

impl Error {
    /// A failure of `statement`.
    #[must_use]
    pub fn new(statement: &Statement, source: tokio_postgres::Error) -> Self {
        Self::of(statement, Cause::Postgres(source))
    }

    pub(super) fn encode(statement: &Statement, source: Box<dyn error::Error + Sync + Send>) -> Self {
        Self::of(statement, Cause::Encode(source))
    }

    pub(super) fn decode(statement: &Statement, source: DecodeError) -> Self {
        Self::of(statement, Cause::Decode(source))
    }

    pub(super) fn timeout(statement: &Statement, limit: Duration) -> Self {
        Self::of(statement, Cause::Timeout(limit))
    }

    pub(super) fn missing_row(statement: &Statement) -> Self {
        Self::of(statement, Cause::MissingRow)
    }

    pub(super) fn many_rows(statement: &Statement, count: usize) -> Self {
        Self::of(statement, Cause::ManyRows(count))
    }

    pub(super) fn missing_reference(statement: &'static str) -> Self {
        Self(Box::new(Inner { statement, cause: Cause::MissingReference }))
    }

    fn of(statement: &Statement, cause: Cause) -> Self {
        Self(Box::new(Inner { statement: statement.name, cause }))
    }

    /// The statement's name in the certificate.
    #[must_use]
    pub fn statement(&self) -> &'static str {
        self.0.statement
    }

    /// The server's code for what is wrong; none where the server said nothing (the connection was lost, a value could
    /// not be decoded).
    #[must_use]
    pub fn sqlstate(&self) -> Option<&SqlState> {
        self.database_error().map(DbError::code)
    }

    /// All that the server said. Its message and its detail may quote values: keep them out of logs.
    #[must_use]
    pub fn database_error(&self) -> Option<&DbError> {
        match &self.0.cause {
            Cause::Postgres(source) => source.as_db_error(),
            Cause::Encode(_)
            | Cause::Decode(_)
            | Cause::MissingRow
            | Cause::ManyRows(_)
            | Cause::MissingReference
            | Cause::Timeout(_) => None,
        }
    }

    /// Whether the statement was stopped by a [`TimeLimit`](super::TimeLimit).
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.cause, Cause::Timeout(_))
    }

    /// Whether the connection is gone.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        match &self.0.cause {
            Cause::Postgres(source) => source.is_closed(),
            Cause::Encode(_)
            | Cause::Decode(_)
            | Cause::MissingRow
            | Cause::ManyRows(_)
            | Cause::MissingReference
            | Cause::Timeout(_) => false,
        }
    }
}

/// What to do where a transaction is lost to a statement that went stale.
const STALE: &str = ": the schema has changed; roll the transaction back and run it again";

/// `commerce.order.insert: duplicate key value violates unique constraint "order_pkey" (SQLSTATE 23505)`.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.0.statement)?;
        match &self.0.cause {
            Cause::Postgres(source) => match source.as_db_error() {
                Some(database) => {
                    let code = database.code().code();
                    let quotes_values = code.starts_with("22");
                    let message = if quotes_values { "the server refused a value" } else { database.message() };
                    write!(f, "{message} (SQLSTATE {code})")?;
                    // Outside of a transaction nobody ever sees this.
                    let is_stale = super::executor::is_stale(source);
                    f.write_str(if is_stale { STALE } else { "" })
                }
                None => source.fmt(f),
            },
            Cause::Encode(source) => source.fmt(f),
            Cause::Decode(source) => source.fmt(f),
            Cause::Timeout(limit) => write!(f, "not done within {limit:?}: the server was asked to stop it"),
            Cause::MissingRow => {
                f.write_str("no row came back where one was wanted (of a write: a trigger or a rule swallowed it)")
            }
            Cause::ManyRows(count) => write!(f, "{count} rows came back where one was wanted"),
            Cause::MissingReference => f.write_str("the row that a foreign key leads to is not there"),
        }
    }
}

/// The same as `Display`, so that `unwrap` and logs show no value either.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self})")
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.0.cause {
            Cause::Postgres(source) if source.as_db_error().is_some() => None,
            Cause::Postgres(source) => error::Error::source(source),
            Cause::Encode(source) => Some(&**source),
            Cause::Decode(source) => error::Error::source(source),
            Cause::MissingRow | Cause::ManyRows(_) | Cause::MissingReference | Cause::Timeout(_) => None,
        }
    }
}

/// The constraints that a write to one table can violate; generated for each table.
pub trait Constraint: Copy + 'static {
    /// The table that the constraint stands on, its name, and the constraint.
    ///
    /// Foreign keys of other tables to this one are among them: they are violated by a delete.
    const ALL: &'static [(&'static str, &'static str, Self)];
}

/// Which rule of the schema a write violates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation<C> {
    /// A primary key, a unique constraint or a unique index: such a row is there already.
    Unique(C),
    /// A foreign key: the row referred to is missing, or this row is still referred to.
    ForeignKey(C),
    /// A check constraint.
    Check(C),
    /// An exclusion constraint.
    Exclusion(C),
    /// The named column may not be NULL.
    NotNull(String),
}

/// A write failed; `violation` tells whether the schema refused it, and by which rule.
///
/// ```
/// # use lockstep::{Constraint, Violation, WriteError};
/// # #[derive(Clone, Copy, PartialEq, Debug)]
/// # enum OrderConstraint { PublicTokenTaken }
/// # impl Constraint for OrderConstraint {
/// #     const ALL: &'static [(&'static str, &'static str, Self)] = &[];
/// # }
/// # fn status(result: Result<(), WriteError<OrderConstraint>>) -> Result<u16, lockstep::Error> {
/// match result {
///     Ok(_order) => Ok(201),
///     Err(failed) if failed.is(OrderConstraint::PublicTokenTaken) => Ok(409),
///     Err(failed) => Err(failed.into()),
/// }
/// # }
/// ```
pub struct WriteError<C> {
    /// The rule, where a rule of the table was violated.
    pub violation: Option<Violation<C>>,
    /// The failure itself.
    pub error: Error,
}

impl<C: Constraint + PartialEq> WriteError<C> {
    /// Whether the write violates this constraint.
    pub fn is(&self, constraint: C) -> bool {
        self.constraint() == Some(constraint)
    }
}

impl<C: Constraint> WriteError<C> {
    /// The constraint that the write violates.
    pub fn constraint(&self) -> Option<C> {
        match self.violation.as_ref()? {
            Violation::Unique(constraint)
            | Violation::ForeignKey(constraint)
            | Violation::Check(constraint)
            | Violation::Exclusion(constraint) => Some(*constraint),
            Violation::NotNull(_) => None,
        }
    }
}

impl<C: Constraint> From<Error> for WriteError<C> {
    fn from(error: Error) -> Self {
        Self { violation: error.database_error().and_then(violation), error }
    }
}

impl<C> From<WriteError<C>> for Error {
    fn from(failed: WriteError<C>) -> Self {
        failed.error
    }
}

/// See appendix A of the manual, "Class 23: Integrity Constraint Violation".
fn violation<C: Constraint>(error: &DbError) -> Option<Violation<C>> {
    if error.code() == &SqlState::NOT_NULL_VIOLATION {
        return error.column().map(|column| Violation::NotNull(column.to_owned()));
    }
    let (schema, table, name) = (error.schema()?, error.table()?, error.constraint()?);
    let is_meant = |(on, constraint, _): &&(&str, &str, C)| {
        *constraint == name && on.strip_prefix(schema).and_then(|on| on.strip_prefix('.')) == Some(table)
    };
    let (_, _, constraint) = *C::ALL.iter().find(is_meant)?;
    match error.code() {
        code if code == &SqlState::UNIQUE_VIOLATION => Some(Violation::Unique(constraint)),
        code if code == &SqlState::FOREIGN_KEY_VIOLATION || code == &SqlState::RESTRICT_VIOLATION => {
            Some(Violation::ForeignKey(constraint))
        }
        code if code == &SqlState::CHECK_VIOLATION => Some(Violation::Check(constraint)),
        code if code == &SqlState::EXCLUSION_VIOLATION => Some(Violation::Exclusion(constraint)),
        _ => None,
    }
}

impl<C> fmt::Display for WriteError<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<C> fmt::Debug for WriteError<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WriteError({self})")
    }
}

impl<C> error::Error for WriteError<C> {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.error.source()
    }
}

/// A text that is no label of an enumerated type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLabel {
    /// The type, such as `commerce.order_status`.
    pub data_type: &'static str,
}

impl fmt::Display for UnknownLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a label of {}", self.data_type)
    }
}

impl error::Error for UnknownLabel {}
