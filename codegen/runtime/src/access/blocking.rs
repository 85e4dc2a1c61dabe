//! The synchronous client under the same generated functions.

use std::fmt;
use std::future::Future;
use std::io::Write as _;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;
use postgres::GenericClient;
use postgres::fallible_iterator::FallibleIterator as _;
use tokio_postgres::Row;

use super::core::Parameter;
use super::error::Error;
use super::executor::{Arriving, Execution, Executor, Reading, Statement, Supply, declared, must_prepare, span, typed};

/// A client or a transaction of the crate `postgres` as an executor: its statements are over when they are first polled.
///
/// ```no_run
/// # use lockstep::{Blocking, Error, Executor, Statement, blocking};
/// # static FIND: Statement = Statement { name: "find", sql: "SELECT 1", parameters: &[] };
/// # fn rows(client: &mut postgres::Client) -> Result<(), Error> {
/// let db = Blocking::new(client);
/// let rows = blocking(db.fetch(&FIND, &[]))?;
/// # let _ = rows;
/// # Ok(())
/// # }
/// ```
pub struct Blocking<'c, C>(Mutex<&'c mut C>);

impl<'c, C: GenericClient> Blocking<'c, C> {
    /// Runs statements on a client or a transaction.
    pub fn new(client: &'c mut C) -> Self {
        Self(Mutex::new(client))
    }

    /// Hands over each row as it arrives, and counts them.
    fn read(
        &self,
        statement: &Statement,
        values: &[Parameter<'_>],
        mut read: impl FnMut(Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let span = span(statement);
        let _entered = span.enter();
        let failed = |source| Error::new(statement, source);
        let mut client = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rows = if must_prepare(statement) {
            let prepared = client.prepare_typed(statement.sql, &declared(statement)).map_err(failed)?;
            client.query_raw(&prepared, values.iter().copied())
        } else {
            client.query_typed_raw(statement.sql, typed(statement, values))
        }
        .map_err(failed)?;
        let mut count = 0_usize;
        while let Some(row) = rows.next().map_err(failed)? {
            read(row)?;
            count += 1;
        }
        span.record("rows", count);
        Ok(())
    }

    fn fetched(&self, statement: &Statement, values: &[Parameter<'_>]) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        self.read(statement, values, |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    fn counted(&self, statement: &Statement, values: &[Parameter<'_>]) -> Result<u64, postgres::Error> {
        let mut client = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if must_prepare(statement) {
            let prepared = client.prepare_typed(statement.sql, &declared(statement))?;
            return client.execute(&prepared, values);
        }
        client.execute_typed(statement.sql, &typed(statement, values))
    }

    fn copied(&self, statement: &Statement, supply: &mut Supply<'_>) -> Result<u64, Error> {
        let failed = |source| Error::new(statement, source);
        let mut client = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut writer = client.copy_in(statement.sql).map_err(failed)?;
        let mut buffer = BytesMut::new();
        loop {
            let has_more = supply(&mut buffer).map_err(|source| Error::encode(statement, source))?;
            if let Err(lost) = writer.write_all(&buffer) {
                // The connection says more about it, if it says something.
                return writer.finish().map_err(failed).and(Err(Error::encode(statement, lost.into())));
            }
            buffer.clear();
            if !has_more {
                return writer.finish().map_err(failed);
            }
        }
    }
}

impl<C> fmt::Debug for Blocking<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocking").finish_non_exhaustive()
    }
}

impl<C: GenericClient + Send> Executor for Blocking<'_, C> {
    fn fetch<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Vec<Row>> {
        Box::pin(async move { self.fetched(statement, values) })
    }

    fn each<'a>(
        &'a self,
        statement: &'a Statement,
        values: &'a [Parameter<'a>],
        read: &'a mut Reading<'_>,
    ) -> Execution<'a, ()> {
        let decoded = |row: Row| read(&row).map_err(|source| Error::decode(statement, source));
        Box::pin(async move { self.read(statement, values, decoded) })
    }

    /// The rows are all here before the first is handed over: the synchronous client lends out those that arrive, and
    /// cannot give them away. What is too much for memory is read by pages, or by [`Executor::each`].
    fn stream<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Arriving> {
        Box::pin(async move {
            let rows = self.fetched(statement, values)?;
            let arriving: Arriving = Box::pin(futures_util::stream::iter(rows.into_iter().map(Ok)));
            Ok(arriving)
        })
    }

    fn run<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, u64> {
        Box::pin(async move {
            let span = span(statement);
            let count = span.in_scope(|| self.counted(statement, values));
            let count = count.map_err(|source| Error::new(statement, source))?;
            span.record("rows", count);
            Ok(count)
        })
    }

    fn copy<'a>(&'a self, statement: &'a Statement, supply: &'a mut Supply<'_>) -> Execution<'a, u64> {
        Box::pin(async move {
            let span = span(statement);
            let count = span.in_scope(|| self.copied(statement, supply))?;
            span.record("rows", count);
            Ok(count)
        })
    }
}

/// The value of a call over [`Blocking`], whose future is ready when it is first polled.
///
/// # Panics
/// For a future that waits for something else.
pub fn blocking<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("only calls over `Blocking` are ready at once: this one waits for something else"),
    }
}
