//! What the functions of checked queries need besides the core.

use tokio_postgres::Row;
use tokio_postgres::types::FromSqlOwned;

use super::core::{FromRow, Parameter};
use super::decode::{DecodeError, get};
use super::error::Error;
use super::executor::{Executor, Statement};
use super::rows::Rows;

/// A row of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar<T>(pub T);

impl<T: FromSqlOwned> FromRow for Scalar<T> {
    fn from_row(row: &Row) -> Result<Self, DecodeError> {
        get(row, 0).map(Self)
    }
}

/// Runs a statement and hands over its rows as they arrive.
///
/// # Errors
/// What the server or the connection refuses, with the statement's name.
pub async fn streamed<T: FromRow>(
    db: &dyn Executor,
    statement: &'static Statement,
    values: &[Parameter<'_>],
) -> Result<Rows<T>, Error> {
    Ok(Rows::new(statement, db.stream(statement, values).await?))
}
