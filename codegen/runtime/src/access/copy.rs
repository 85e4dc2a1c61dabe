//! Rows loaded by `COPY … FROM STDIN`, in the manual's "Binary Format" of COPY.
//!
//! `COPY` fills in no default for a single row. What rows leave to the server is asked for first: one statement evaluates
//! each default as often as it is wanted, and what comes back is passed on byte by byte, as part of the rows.

use std::slice::Iter;

use bytes::{Buf as _, BufMut as _, BytesMut};
use tokio_postgres::types::Type;

use super::array::{element, elements};
use super::core::{Insert, Parameter};
use super::cursor::BoxError;
use super::decode::{Raw, get};
use super::error::Error;
use super::executor::{Executor, Statement};
use super::wire;

/// How rows are loaded into a table.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// `COPY … FROM STDIN (FORMAT binary)`; its parameters are the types of the columns.
    pub copy: &'static Statement,
    /// What it means that a row gives no value, by column.
    pub absent: &'static [Absent],
    /// Evaluates the default of each column that has one, as often as the parameter in its place says.
    pub defaults: Option<&'static Statement>,
}

/// What it means that a row gives no value for a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// There is always one, NULL perhaps.
    Never,
    /// A NULL stands for the default.
    Default,
    /// The value before it tells whether there is one, NULL perhaps; else the default.
    Flagged,
}

/// How much is encoded at a time.
const CHUNK: usize = 64 * 1024;

/// Loads rows, all or none, and counts them.
///
/// # Errors
/// What the server or the connection refuses, with the statement's name.
pub(super) async fn load(db: &dyn Executor, load: Load, rows: &[&(dyn Insert + Sync)]) -> Result<u64, Error> {
    if rows.is_empty() {
        return Ok(0);
    }
    let defaults = Defaults::wanted(db, load, rows).await?;
    let mut stream = Encoding { load, defaults, rows: rows.iter(), has_begun: false };
    db.copy(load.copy, &mut |out| stream.chunk(out)).await
}

/// Values of defaults, by column: elements of arrays, each of which is a row of one column.
struct Defaults(Vec<BytesMut>);

/// How many values of a default are asked for at once: the server copies long arrays about.
const AT_ONCE: i64 = 10_000;

impl Defaults {
    /// As many as the rows leave to the server.
    async fn wanted(db: &dyn Executor, load: Load, rows: &[&(dyn Insert + Sync)]) -> Result<Self, Error> {
        let Some(statement) = load.defaults else { return Ok(Self(Vec::new())) };
        let failed = |source| Error::encode(statement, source);
        let mut left = load.left(rows).map_err(failed)?;
        let mut columns = vec![BytesMut::new(); left.len()];
        while left.iter().any(|count| *count > 0) {
            let counts: Vec<i64> = left.iter().map(|count| *count.min(&AT_ONCE)).collect();
            let values: Vec<Parameter<'_>> = counts.iter().map(|count| count as Parameter<'_>).collect();
            let rows = db.fetch(statement, &values).await?;
            let row = rows.first().ok_or_else(|| Error::missing_row(statement))?;
            for (place, column) in columns.iter_mut().enumerate() {
                let Raw(array) = get(row, place).map_err(|source| Error::decode(statement, source))?;
                let elements = elements(array.unwrap_or_default()).map_err(failed)?;
                column.extend_from_slice(elements.encoded);
                left[place] -= counts[place];
            }
        }
        Ok(Self(columns))
    }

    /// Moves the next value of a column behind `out`, with its length.
    fn pass_on(&mut self, place: usize, out: &mut BytesMut) -> Result<(), BoxError> {
        let column = self.0.get_mut(place).ok_or(TOO_FEW)?;
        let length = column.first_chunk().map(|length| i32::from_be_bytes(*length)).ok_or(TOO_FEW)?;
        let element = 4 + usize::try_from(length)?;
        // Before the value stand the element's length, the number of the row's columns, and the column's type.
        out.extend_from_slice(column.get(12..element).ok_or(TOO_FEW)?);
        column.advance(element);
        Ok(())
    }
}

const TOO_FEW: &str = "the server gave fewer defaults than it was asked for";

impl Load {
    /// How many values of each default the rows leave to the server.
    fn left(&self, rows: &[&(dyn Insert + Sync)]) -> Result<Vec<i64>, BoxError> {
        let mut counts = vec![0; self.absent.iter().filter(|absent| **absent != Absent::Never).count()];
        let mut out = BytesMut::new();
        for row in rows {
            let values = row.values();
            let mut values = values.iter().copied();
            let mut counts = counts.iter_mut();
            for (absent, data_type) in self.columns() {
                if absent == Absent::Never {
                    values.next();
                    continue;
                }
                out.clear();
                let is_left = !field(absent, &mut values, data_type, &mut out)?;
                counts.next().map(|count| *count += i64::from(is_left)).ok_or(TOO_SHORT)?;
            }
        }
        Ok(counts)
    }

    fn columns(&self) -> impl Iterator<Item = (Absent, &'static Type)> {
        self.absent.iter().copied().zip(self.copy.parameters.iter().map(wire::encoded_as))
    }
}

const TOO_SHORT: &str = "a row has fewer values than its table has columns";

/// Writes the next value of a row with its length, unless the row leaves it to the server.
fn field<'v>(
    absent: Absent,
    values: &mut impl Iterator<Item = Parameter<'v>>,
    data_type: &Type,
    out: &mut BytesMut,
) -> Result<bool, BoxError> {
    let start = out.len();
    if absent == Absent::Flagged {
        values.next().ok_or(TOO_SHORT)?.to_sql_checked(&Type::BOOL, out)?;
        let is_given = out[start..] == [1];
        out.truncate(start);
        if !is_given {
            values.next();
            return Ok(false);
        }
    }
    let is_null = element(values.next().ok_or(TOO_SHORT)?, data_type, out)?;
    let is_left = is_null && absent == Absent::Default;
    out.truncate(if is_left { start } else { out.len() });
    Ok(!is_left)
}

/// Rows on their way.
struct Encoding<'r> {
    load: Load,
    defaults: Defaults,
    rows: Iter<'r, &'r (dyn Insert + Sync)>,
    has_begun: bool,
}

impl Encoding<'_> {
    /// Writes some rows, and says whether there are more.
    fn chunk(&mut self, out: &mut BytesMut) -> Result<bool, BoxError> {
        out.reserve(CHUNK);
        if !self.has_begun {
            self.has_begun = true;
            out.extend_from_slice(b"PGCOPY\n\xff\r\n\0");
            // No flags, no extension.
            out.put_i64(0);
        }
        while out.len() < CHUNK {
            let Some(row) = self.rows.next() else {
                out.put_i16(-1);
                return Ok(false);
            };
            self.row(&row.values(), out)?;
        }
        Ok(true)
    }

    fn row(&mut self, values: &[Parameter<'_>], out: &mut BytesMut) -> Result<(), BoxError> {
        out.put_i16(i16::try_from(self.load.absent.len())?);
        let mut values = values.iter().copied();
        let mut place = 0;
        for (absent, data_type) in self.load.columns() {
            if !field(absent, &mut values, data_type, out)? {
                self.defaults.pass_on(place, out)?;
            }
            place += usize::from(absent != Absent::Never);
        }
        Ok(())
    }
}
