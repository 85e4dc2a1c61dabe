//! The thin core that every generated accessor calls.

use tokio_postgres::Row;
use tokio_postgres::types::{FromSqlOwned, Kind, ToSql};

use super::array;
use super::cursor::Cursor;
use super::decode::{DecodeError, Read, get};
use super::error::Error;
use super::executor::{Executor, Statement};
use super::keys::Keys;
use super::page::{List, PageOf, PageResult};
use super::rows::Rows;
use super::wire;

/// A value of a statement.
pub type Parameter<'a> = &'a (dyn ToSql + Sync);

/// What `Debug` shows of a sensitive value.
pub const REDACTED: std::fmt::Arguments<'static> = format_args!("[redacted]");

/// A struct that holds one row.
pub trait FromRow: Sized + Send {
    /// Decodes a row by position: the statement names its columns in the order of the struct's fields.
    ///
    /// # Errors
    /// A value that the field's type cannot hold.
    fn from_row(row: &Row) -> Result<Self, DecodeError>;
}

/// A struct that holds the values of a new row.
pub trait Insert {
    /// The values, in the order of the placeholders.
    fn values(&self) -> Vec<Parameter<'_>>;
}

/// How many rows one statement inserts at most.
///
/// More rows are sent in several statements, not by `COPY`: `COPY` returns no rows (`copy_in` is for where none are
/// wanted), so it would have to go into a temporary table and from there into the table. The bench `insert_many` measures
/// that: it takes as long as one statement for 10,000 rows, and longer than several for 100,000 and 1,000,000. And it would
/// need a transaction of its own, the right to create temporary tables, a connection that no pooler shares, and statements
/// that the certificate could not list.
const ROWS_PER_STATEMENT: usize = 10_000;

/// The same for rows with array columns, whose elements travel in one long array that is cut up on the server.
const ROWS_WITH_ARRAYS_PER_STATEMENT: usize = 500;

/// Whether a value is given: the placeholder that stands before one whose absence does not mean NULL.
#[must_use]
pub fn present<T>(value: &Option<T>) -> Parameter<'static> {
    if value.is_some() { &true } else { &false }
}

/// The value of a row of one column.
///
/// # Errors
/// A value that the type cannot hold.
pub fn only<T: FromSqlOwned>(row: &Row) -> Result<T, DecodeError> {
    get(row, 0)
}

/// Runs a statement that returns any number of rows, each read by `read`.
///
/// # Errors
/// What the server or the connection refuses, with the statement's name.
pub async fn many<T: Send>(
    db: &dyn Executor,
    statement: &'static Statement,
    values: &[Parameter<'_>],
    read: Read<T>,
) -> Result<Vec<T>, Error> {
    let mut rows = Vec::new();
    append(db, statement, values, read, &mut rows).await?;
    Ok(rows)
}

/// The same behind rows that are there already.
async fn append<T: Send>(
    db: &dyn Executor,
    statement: &'static Statement,
    values: &[Parameter<'_>],
    read: Read<T>,
    rows: &mut Vec<T>,
) -> Result<(), Error> {
    db.each(statement, values, &mut |row| read(row).map(|row| rows.push(row))).await
}

/// Runs a statement that returns one row or none.
///
/// # Errors
/// What the server or the connection refuses, and more than one row, with the statement's name.
pub async fn optional<T>(
    db: &dyn Executor,
    statement: &'static Statement,
    values: &[Parameter<'_>],
    read: Read<T>,
) -> Result<Option<T>, Error> {
    let rows = db.fetch(statement, values).await?;
    if rows.len() > 1 {
        return Err(Error::many_rows(statement, rows.len()));
    }
    rows.first().map(read).transpose().map_err(|source| Error::decode(statement, source))
}

/// Runs a statement that returns exactly one row.
///
/// # Errors
/// What the server or the connection refuses, a missing row (of a write: a trigger or a rule swallowed it), and more than
/// one, with the statement's name.
pub async fn one<T>(
    db: &dyn Executor,
    statement: &'static Statement,
    values: &[Parameter<'_>],
    read: Read<T>,
) -> Result<T, Error> {
    optional(db, statement, values, read).await?.ok_or_else(|| Error::missing_row(statement))
}

/// Runs a statement that returns no rows and counts those that it touched.
///
/// # Errors
/// What the server or the connection refuses, with the statement's name.
pub async fn execute(db: &dyn Executor, statement: &'static Statement, values: &[Parameter<'_>]) -> Result<u64, Error> {
    db.run(statement, values).await
}

/// Runs a statement that returns one value: whether there is a row, or how many there are.
///
/// # Errors
/// What the server or the connection refuses, with the statement's name.
pub(super) async fn value<T: FromSqlOwned>(
    db: &dyn Executor,
    statement: &'static Statement,
    values: &[Parameter<'_>],
) -> Result<T, Error> {
    let rows = db.fetch(statement, values).await?;
    let row = rows.first().ok_or_else(|| Error::missing_row(statement))?;
    only(row).map_err(|source| Error::decode(statement, source))
}

/// Gets a page of a list for the values that look its rows up.
///
/// # Errors
/// What the server or the connection refuses, with the statement's name.
pub(super) async fn page<L: List>(db: &dyn Executor, equal: &[Parameter<'_>], page: &PageOf<L>) -> PageResult<L> {
    let fetch = page.fetch();
    let mut values = equal.to_vec();
    let statement = match &page.after {
        None => L::FIRST,
        Some(Cursor(key)) => {
            values.extend(L::values(key));
            L::AFTER
        }
    };
    values.push(&fetch);
    let rows = many(db, statement, &values, L::Row::from_row).await?;
    Ok(page.cut(rows, |row| Cursor(L::key(row))))
}

/// Gets all rows of a list, one after the other as they arrive.
///
/// # Errors
/// What the server or the connection refuses, with the statement's name.
pub(super) async fn stream<L: List>(db: &dyn Executor, equal: &[Parameter<'_>]) -> Result<Rows<L::Row>, Error> {
    // `LIMIT NULL` is no limit.
    let mut values = equal.to_vec();
    values.push(&None::<i64>);
    streamed(db, L::FIRST, &values, L::Row::from_row).await
}

/// Runs a statement and hands over its rows as they arrive.
///
/// # Errors
/// What the server or the connection refuses, with the statement's name.
pub async fn streamed<T>(
    db: &dyn Executor,
    statement: &'static Statement,
    values: &[Parameter<'_>],
    read: Read<T>,
) -> Result<Rows<T>, Error> {
    Ok(Rows::new(statement, db.stream(statement, values).await?, read))
}

/// Runs a statement whose last column says which of the given keys a row belongs to, and returns the rows of each.
///
/// # Errors
/// What the server or the connection refuses, with the statement's name.
pub(super) async fn grouped<T: FromRow>(
    db: &dyn Executor,
    statement: &'static Statement,
    values: &[Parameter<'_>],
    keys: usize,
) -> Result<Vec<Vec<T>>, Error> {
    let rows = db.fetch(statement, values).await?;
    let mut groups: Vec<Vec<T>> = std::iter::repeat_with(Vec::new).take(keys).collect();
    for row in &rows {
        let decoded = get::<i64>(row, row.len() - 1).and_then(|number| Ok((number, T::from_row(row)?)));
        let (number, row) = decoded.map_err(|source| Error::decode(statement, source))?;
        let group = usize::try_from(number - 1).ok().and_then(|place| groups.get_mut(place));
        group.ok_or_else(|| Error::missing_row(statement))?.push(row);
    }
    Ok(groups)
}

/// Runs a statement for an array of keys, one of which each row has in the column at `place`, and returns the rows of
/// each key. A key that is given more than once gets its rows each time.
///
/// # Errors
/// What the server or the connection refuses, with the statement's name.
pub(super) async fn grouped_by<T: FromRow>(
    db: &dyn Executor,
    statement: &'static Statement,
    keys: Parameter<'_>,
    place: usize,
) -> Result<Vec<Vec<T>>, Error> {
    let array = Keys::encode(statement, keys).map_err(|source| Error::encode(statement, source))?;
    let keys = array.numbered().map_err(|source| Error::encode(statement, source))?;
    let mut groups: Vec<Vec<T>> = std::iter::repeat_with(Vec::new).take(keys.len()).collect();
    let push = &mut |row: &Row| {
        for number in keys.of(get(row, place)?) {
            groups[number].push(T::from_row(row)?);
        }
        Ok(())
    };
    db.each(statement, &[&array], push).await?;
    Ok(groups)
}

/// Inserts rows by `statement`, which takes each column as an array, and returns them in the order of `rows`.
///
/// `single` is the statement that inserts one row: its parameter types tell which columns are arrays themselves. More
/// rows than one statement takes are sent in several, which only a transaction makes one.
///
/// # Errors
/// What the server or the connection refuses, and a missing row, with the statement's name.
pub(super) async fn insert_many<T: FromRow>(
    db: &dyn Executor,
    single: &'static Statement,
    statement: &'static Statement,
    rows: &[impl Insert + Sync],
) -> Result<Vec<T>, Error> {
    let has_arrays =
        single.placeholders().iter().any(|parameter| matches!(wire::encoded_as(parameter).kind(), Kind::Array(_)));
    let chunk = if has_arrays { ROWS_WITH_ARRAYS_PER_STATEMENT } else { ROWS_PER_STATEMENT };
    let mut inserted = Vec::with_capacity(rows.len());
    for rows in rows.chunks(chunk) {
        let values: Vec<Vec<Parameter<'_>>> = rows.iter().map(Insert::values).collect();
        let columns = array::transpose(single, &values).map_err(|source| Error::encode(statement, source))?;
        let columns: Vec<Parameter<'_>> = columns.iter().map(|column| column as Parameter<'_>).collect();
        let before = inserted.len();
        append(db, statement, &columns, T::from_row, &mut inserted).await?;
        if inserted.len() - before != rows.len() {
            return Err(Error::missing_row(statement));
        }
    }
    Ok(inserted)
}
