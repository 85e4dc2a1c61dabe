//! The synchronous client under the same generated functions.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use postgres::GenericClient;
use tokio_postgres::{Row, RowStream};

use super::core::Parameter;
use super::error::Error;
use super::executor::{Execution, Executor, Statement, declared, must_prepare, span, typed};

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

    fn fetched(&self, statement: &Statement, values: &[Parameter<'_>]) -> Result<Vec<Row>, postgres::Error> {
        let mut client = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if must_prepare(statement) {
            let prepared = client.prepare_typed(statement.sql, &declared(statement))?;
            return client.query(&prepared, values);
        }
        client.query_typed(statement.sql, &typed(statement, values))
    }

    fn counted(&self, statement: &Statement, values: &[Parameter<'_>]) -> Result<u64, postgres::Error> {
        let mut client = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if must_prepare(statement) {
            let prepared = client.prepare_typed(statement.sql, &declared(statement))?;
            return client.execute(&prepared, values);
        }
        client.execute_typed(statement.sql, &typed(statement, values))
    }
}

impl<C> fmt::Debug for Blocking<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocking").finish_non_exhaustive()
    }
}

impl<C: GenericClient + Send> Executor for Blocking<'_, C> {
    fn fetch<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Vec<Row>> {
        Box::pin(async move {
            let span = span(statement);
            let rows = span.in_scope(|| self.fetched(statement, values));
            let rows = rows.map_err(|source| Error::new(statement, source))?;
            span.record("rows", rows.len());
            Ok(rows)
        })
    }

    /// Refused: the synchronous client lends out its rows, and cannot give them away.
    fn stream<'a>(&'a self, statement: &'a Statement, _: &'a [Parameter<'a>]) -> Execution<'a, RowStream> {
        let refused = "the synchronous client streams no rows: read them by pages, or all at once";
        Box::pin(async move { Err(Error::encode(statement, refused.into())) })
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
