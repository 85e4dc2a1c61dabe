//! Where a statement runs: a client, a transaction, or either of them from a pool.
//!
//! A bare [`tokio_postgres::Client`] or transaction sends each statement as one typed, unnamed message: one round trip,
//! nothing left on the server, and a transaction pooler in between does no harm. A connection from a deadpool pool keeps
//! its statements prepared, so that the server parses and plans each of them once per connection; generated texts are
//! static, so their number bounds that cache.

use std::future::Future;
use std::pin::Pin;

use tokio_postgres::types::Type;
use tokio_postgres::{Row, RowStream};

use super::core::Parameter;
use super::error::Error;

/// A statement of the certificate.
#[derive(Debug)]
pub struct Statement {
    /// Its name in the certificate, such as `commerce.order.find`.
    pub name: &'static str,
    /// Its text.
    pub sql: &'static str,
    /// The types of its parameters; [`Type::UNKNOWN`] where the server is to infer one that no client can know, such
    /// as an enumerated type.
    pub parameters: &'static [Type],
}

/// A statement on its way.
pub type Execution<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Runs statements.
///
/// Generated functions take `&dyn Executor`: pass `&client`, `&transaction` or `&pooled`.
pub trait Executor: Send + Sync {
    /// Runs a statement and collects its rows.
    fn fetch<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Vec<Row>>;

    /// Runs a statement and hands over its rows as they arrive.
    ///
    /// The connection reads no further than the stream is read, so that other statements on it wait: read the stream to
    /// its end, or drop it.
    fn stream<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, RowStream>;

    /// Runs a statement and counts the rows that it touched.
    fn run<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, u64>;
}

/// The values with their declared types, as the typed messages want them.
fn typed<'a>(statement: &'a Statement, values: &'a [Parameter<'a>]) -> Vec<(Parameter<'a>, Type)> {
    values.iter().copied().zip(statement.parameters.iter().cloned()).collect()
}

/// Implements [`Executor`] by typed, unnamed statements: both clients have the same methods, but no trait for them that
/// could be turned into an object.
macro_rules! unnamed {
    ($executor:ty) => {
        impl Executor for $executor {
            fn fetch<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Vec<Row>> {
                Box::pin(async move {
                    let rows = self.query_typed(statement.sql, &typed(statement, values)).await;
                    rows.map_err(|source| Error::new(statement, source))
                })
            }

            fn stream<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, RowStream> {
                Box::pin(async move {
                    let rows = self.query_typed_raw(statement.sql, typed(statement, values)).await;
                    rows.map_err(|source| Error::new(statement, source))
                })
            }

            fn run<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, u64> {
                Box::pin(async move {
                    let count = self.execute_typed(statement.sql, &typed(statement, values)).await;
                    count.map_err(|source| Error::new(statement, source))
                })
            }
        }
    };
}

unnamed!(tokio_postgres::Client);
unnamed!(tokio_postgres::Transaction<'_>);

/// Implements [`Executor`] by the statements that a pooled connection keeps prepared.
#[cfg(feature = "deadpool")]
macro_rules! prepared {
    ($executor:ty) => {
        impl Executor for $executor {
            fn fetch<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Vec<Row>> {
                Box::pin(async move {
                    let rows = match self.prepare_typed_cached(statement.sql, statement.parameters).await {
                        Ok(prepared) => (**self).query(&prepared, values).await,
                        Err(error) => Err(error),
                    };
                    rows.map_err(|source| Error::new(statement, source))
                })
            }

            fn stream<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, RowStream> {
                Box::pin(async move {
                    let rows = match self.prepare_typed_cached(statement.sql, statement.parameters).await {
                        Ok(prepared) => (**self).query_raw(&prepared, values.iter().copied()).await,
                        Err(error) => Err(error),
                    };
                    rows.map_err(|source| Error::new(statement, source))
                })
            }

            fn run<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, u64> {
                Box::pin(async move {
                    let count = match self.prepare_typed_cached(statement.sql, statement.parameters).await {
                        Ok(prepared) => (**self).execute(&prepared, values).await,
                        Err(error) => Err(error),
                    };
                    count.map_err(|source| Error::new(statement, source))
                })
            }
        }
    };
}

#[cfg(feature = "deadpool")]
prepared!(deadpool_postgres::ClientWrapper);
#[cfg(feature = "deadpool")]
prepared!(deadpool_postgres::Transaction<'_>);

/// A connection from a pool, as `Pool::get` gives it.
#[cfg(feature = "deadpool")]
impl Executor for deadpool_postgres::Client {
    fn fetch<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Vec<Row>> {
        Executor::fetch(&**self, statement, values)
    }

    fn stream<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, RowStream> {
        Executor::stream(&**self, statement, values)
    }

    fn run<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, u64> {
        Executor::run(&**self, statement, values)
    }
}
