//! Pages by key: each page starts after the last row of the one before, however many rows there are.

use tokio_postgres::types::Type;

use super::core::{FromRow, Parameter};
use super::cursor::{BoxError, Cursor, Values};
use super::error::Error;
use super::executor::{Execution, Statement};

/// A list of rows in the order of an index; generated for each, and never made: it is known by its type.
pub trait List: Sized + 'static {
    /// A row.
    type Row: FromRow;
    /// The values that the rows are ordered by, which tell one row from all others.
    type Key: Send + Sync;
    /// The statement that gets the first page.
    const FIRST: &'static Statement;
    /// The statement that gets the page after a row.
    const AFTER: &'static Statement;
    /// How many values look the rows up; those that they are ordered by follow.
    const EQUAL: usize;

    /// The values of a row.
    fn key(row: &Self::Row) -> Self::Key;

    /// The values, in the order of the placeholders.
    fn values(key: &Self::Key) -> Vec<Parameter<'_>>;

    /// Reads back what was written of [`List::values`].
    ///
    /// # Errors
    /// A value of another type.
    fn read(values: &mut Values<'_>) -> Result<Self::Key, BoxError>;

    /// The types of the values.
    #[must_use]
    fn types() -> &'static [Type] {
        let parameters = Self::AFTER.placeholders();
        &parameters[Self::EQUAL..parameters.len() - 1]
    }
}

/// What an accessor that lists rows takes: which page of the list.
pub type PageOf<L> = Page<Cursor<L>>;

/// What an accessor that lists rows comes to.
pub type PageResult<L> = Result<Paged<<L as List>::Row, Cursor<L>>, Error>;

/// What an accessor that lists rows returns: a page on its way.
pub type PageExecution<'a, L> = Execution<'a, Paged<<L as List>::Row, Cursor<L>>>;

/// Which page: how many rows, and after which row.
///
/// `C` is a [`Cursor`] of the list; it comes out of the page before, in [`Paged::next`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page<C> {
    /// The row to start after; the first page has none.
    pub after: Option<C>,
    /// How many rows at most.
    pub limit: u32,
}

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged<T, C> {
    /// The rows, in the order that the accessor documents.
    pub rows: Vec<T>,
    /// Where the next page starts; none on the last page.
    pub next: Option<C>,
}

impl<C> Page<C> {
    /// The first `limit` rows.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }

    /// The first `limit` rows after a row.
    #[must_use]
    pub const fn after(row: C, limit: u32) -> Self {
        Self { after: Some(row), limit }
    }

    /// How many rows to ask for: one more than wanted, which tells whether there is a next page.
    #[must_use]
    pub fn fetch(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// The page that the fetched rows make.
    #[must_use]
    pub fn cut<T>(&self, mut rows: Vec<T>, cursor: impl FnOnce(&T) -> C) -> Paged<T, C> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let is_last = rows.len() <= limit;
        rows.truncate(limit);
        let next = if is_last { None } else { rows.last().map(cursor) };
        Paged { rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_beyond_the_limit_makes_the_next_page() {
        let page = Page::first(2);
        assert_eq!(page.cut(vec![1, 2, 3], |row| *row), Paged { rows: vec![1, 2], next: Some(2) });
        assert_eq!(page.cut(vec![1, 2], |row| *row), Paged { rows: vec![1, 2], next: None });
        assert_eq!(Page::first(0).cut(vec![1], |row| *row), Paged { rows: vec![], next: None });
    }
}
