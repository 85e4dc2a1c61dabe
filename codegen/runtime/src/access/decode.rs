//! From a column of a row to the field that holds it.

use std::error::Error;
use std::fmt;

use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

/// A value of a row that its field cannot hold.
#[derive(Debug)]
pub struct DecodeError {
    column: String,
    source: tokio_postgres::Error,
}

/// What decodes a row.
pub(super) type Read<T> = fn(&Row) -> Result<T, DecodeError>;

/// A value as the server sends it; none for NULL.
pub(super) struct Raw<'r>(pub(super) Option<&'r [u8]>);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The value of the column at a place.
///
/// # Errors
/// A value that the type cannot hold, with the column's name.
pub fn get<'a, T: FromSql<'a>>(row: &'a Row, place: usize) -> Result<T, DecodeError> {
    row.try_get(place).map_err(|source| failed(row, place, source))
}

#[cold]
fn failed(row: &Row, place: usize, source: tokio_postgres::Error) -> DecodeError {
    let column = row.columns().get(place).map_or_else(|| place.to_string(), |column| column.name().to_owned());
    DecodeError { column, source }
}

/// `column total: error deserializing column 2: …`: the value itself is not shown.
impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.source)
    }
}

impl Error for DecodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.source()
    }
}
