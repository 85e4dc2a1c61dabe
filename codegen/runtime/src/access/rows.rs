//! Rows that are read as they arrive, without being collected.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::Stream;

use super::decode::Read;
use super::error::Error;
use super::executor::{Arriving, Statement};

/// The rows of a list, one after the other: a `Stream`, or read by [`Rows::try_next`].
///
/// The server sends them as fast as they are read. Until the last one is read or the stream is dropped, other statements
/// on the connection wait.
pub struct Rows<T> {
    rows: Arriving,
    statement: &'static Statement,
    read: Read<T>,
}

impl<T> Rows<T> {
    pub(super) fn new(statement: &'static Statement, rows: Arriving, read: Read<T>) -> Self {
        Self { rows, statement, read }
    }

    /// The next row; none after the last.
    ///
    /// # Errors
    /// What the server or the connection refuses while rows are on their way.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }
}

impl<T> Stream for Rows<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let row = ready!(self.rows.as_mut().poll_next(context));
        let Self { statement, read, rows: _ } = *self;
        Poll::Ready(row.map(|row| {
            let row = row.map_err(|source| Error::new(statement, source))?;
            read(&row).map_err(|source| Error::decode(statement, source))
        }))
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rows({})", self.statement.name)
    }
}
