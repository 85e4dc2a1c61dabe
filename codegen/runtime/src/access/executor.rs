//! Where a statement runs: a client, a transaction, or either of them from a pool.
//!
//! A bare [`tokio_postgres::Client`] or transaction sends each statement as one typed, unnamed message: one round trip,
//! nothing left on the server, and a transaction pooler in between does no harm; but the server parses and plans it
//! every time. [`Cached`](super::Cached) and a connection from a deadpool pool keep their statements prepared, as many
//! as a bound allows, so that the server parses and plans each of them once per connection.
//!
//! A prepared statement can go stale: a migration changes what it returns, or somebody deallocates it. Outside of a
//! transaction it is prepared anew and sent once more, which nobody notices; inside of one the transaction is lost, and
//! the error says so.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;

use bytes::BytesMut;
use futures_util::{SinkExt as _, Stream, TryStreamExt as _};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row, RowStream};
use tracing::Instrument as _;

use super::cached::Statements;
use super::core::Parameter;
use super::cursor::BoxError;
use super::decode::DecodeError;
use super::error::{Error, WriteError};
use super::wire;

/// A statement of the certificate.
#[derive(Debug)]
pub struct Statement {
    /// Its name in the certificate, such as `commerce.order.find`.
    pub name: &'static str,
    /// Its text.
    pub sql: &'static str,
    /// The types of its parameters; [`Type::UNKNOWN`] where the server is to infer one that no client can know, such
    /// as an enumerated type, [`Type::ANYARRAY`] for an array of such, and [`Type::ANY`] where even its encoding has to
    /// be asked for. [`Type::RECORD`] behind them tells that a client has to ask what the types of the rows are.
    pub parameters: &'static [Type],
}

impl Statement {
    /// The types of the placeholders.
    pub(super) fn placeholders(&self) -> &'static [Type] {
        match self.parameters {
            [placeholders @ .., last] if *last == Type::RECORD => placeholders,
            placeholders => placeholders,
        }
    }
}

/// A statement on its way.
pub type Execution<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// A statement on its way that can violate a rule of the schema.
pub type Writing<'a, T, C> = Pin<Box<dyn Future<Output = Result<T, WriteError<C>>> + Send + 'a>>;

/// Rows that arrive one after the other.
pub type Arriving = Pin<Box<dyn Stream<Item = Result<Row, tokio_postgres::Error>> + Send>>;

/// What is done with each row of a statement.
pub type Reading<'r> = dyn FnMut(&Row) -> Result<(), DecodeError> + Send + 'r;

/// What is sent to a `COPY`: writes the next of it into an empty buffer, and says whether there is more.
pub type Supply<'s> = dyn FnMut(&mut BytesMut) -> Result<bool, BoxError> + Send + 's;

/// Runs statements.
///
/// Generated functions take `&dyn Executor`: pass `&client`, `&transaction` or `&pooled`. Every call is a span of the
/// target `lockstep` at debug level, with the statement's name and how many rows it returned or touched; values are
/// never recorded.
///
/// Calls that do not depend on each other can be on their way at once over one connection, which answers them in order:
/// join them, and they cost one round trip.
///
/// ```
/// # use lockstep::{Error, Executor, Statement};
/// # static FIND: Statement = Statement { name: "find", sql: "SELECT 1", parameters: &[] };
/// # static COUNT: Statement = Statement { name: "count", sql: "SELECT 2", parameters: &[] };
/// # async fn both(db: &dyn Executor) -> Result<(), Error> {
/// let (rows, count) = futures_util::future::try_join(db.fetch(&FIND, &[]), db.run(&COUNT, &[])).await?;
/// # let _ = (rows, count);
/// # Ok(())
/// # }
/// ```
pub trait Executor: Send + Sync {
    /// Runs a statement and collects its rows.
    fn fetch<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Vec<Row>>;

    /// Runs a statement and hands each of its rows to `read` as it arrives: no row is kept that has been read.
    ///
    /// # Errors
    /// What the server or the connection refuses, and what `read` refuses, after which it gets no further row.
    fn each<'a>(
        &'a self,
        statement: &'a Statement,
        values: &'a [Parameter<'a>],
        read: &'a mut Reading<'_>,
    ) -> Execution<'a, ()> {
        Box::pin(async move {
            let rows = self.fetch(statement, values).await?;
            rows.iter().try_for_each(read).map_err(|source| Error::decode(statement, source))
        })
    }

    /// Runs a statement and hands over its rows as they arrive.
    ///
    /// The connection reads no further than the stream is read, so that other statements on it wait: read the stream to
    /// its end, or drop it.
    fn stream<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Arriving>;

    /// Runs a statement and counts the rows that it touched.
    fn run<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, u64>;

    /// Runs a `COPY … FROM STDIN` with what `supply` writes, and counts the rows that it stored.
    ///
    /// tokio-postgres prepares it: behind a pooler in transaction mode it needs a transaction. And where the server refuses
    /// it before the first row (no privilege, row-level security, a lock that was not got in time) tokio-postgres takes the
    /// end of its answer for one too many and closes the connection (rust-postgres, issue 789).
    ///
    /// # Errors
    /// What the server or the connection refuses, and what `supply` refuses; nothing is stored then.
    fn copy<'a>(&'a self, statement: &'a Statement, supply: &'a mut Supply<'_>) -> Execution<'a, u64>;
}

/// How a connection sends its statements.
#[derive(Clone, Copy)]
pub(super) enum Sending<'a> {
    /// Typed and unnamed: nothing is kept on the server.
    Unnamed,
    /// Prepared, in a cache of ours.
    Kept(&'a Statements, State),
    /// Prepared, in the cache of a pooled connection.
    #[cfg(feature = "deadpool")]
    Pooled(&'a deadpool_postgres::StatementCache, State),
}

/// Whether a failed statement takes more with it than itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Outside of a transaction: it can be sent once more.
    Idle,
    /// Inside of a transaction, which is lost.
    Transaction,
}

/// What runs statements over a client of tokio-postgres.
pub(super) trait Connected: Send + Sync {
    fn connection(&self) -> (&Client, Sending<'_>);
}

/// The values with their declared types, as the typed messages want them.
pub(super) fn typed<'a>(statement: &'a Statement, values: &'a [Parameter<'a>]) -> Vec<(Parameter<'a>, Type)> {
    values.iter().copied().zip(statement.placeholders().iter().map(wire::encoded_as).cloned()).collect()
}

/// The declared types as the server knows them: it infers what no client can know.
pub(super) fn declared(statement: &Statement) -> Cow<'_, [Type]> {
    let known = |declared: &Type| if wire::is_asked(declared) { Type::UNKNOWN } else { declared.clone() };
    let placeholders = statement.placeholders();
    if placeholders.iter().any(wire::is_asked) {
        Cow::Owned(placeholders.iter().map(known).collect())
    } else {
        Cow::Borrowed(placeholders)
    }
}

/// Whether the values can only be encoded once the server has said what their types are, or the rows be read: a client
/// that asks while a long result is on its way waits for ever.
pub(super) fn must_prepare(statement: &Statement) -> bool {
    statement.parameters.iter().any(|declared| [Type::ANY, Type::RECORD].contains(declared))
}

/// Whether a prepared statement went stale: what it returns has changed (`RevalidateCachedQuery` in
/// src/backend/utils/cache/plancache.c), or the server does not know it.
pub(super) fn is_stale(error: &tokio_postgres::Error) -> bool {
    let Some(database) = error.as_db_error() else { return false };
    let has_changed =
        database.code() == &SqlState::FEATURE_NOT_SUPPORTED && database.routine() == Some("RevalidateCachedQuery");
    has_changed || database.code() == &SqlState::INVALID_SQL_STATEMENT_NAME
}

/// How many statements a pooled connection keeps prepared before it starts anew.
#[cfg(feature = "deadpool")]
const POOLED_BOUND: usize = 256;

impl Sending<'_> {
    /// The statement, if it is prepared in a cache of ours.
    fn kept(self, statement: &Statement) -> Option<tokio_postgres::Statement> {
        match self {
            Sending::Kept(statements, _) => statements.find(statement),
            Sending::Unnamed => None,
            #[cfg(feature = "deadpool")]
            Sending::Pooled(..) => None,
        }
    }

    async fn prepare(
        self,
        client: &Client,
        statement: &Statement,
    ) -> Result<tokio_postgres::Statement, tokio_postgres::Error> {
        match self {
            Sending::Unnamed => client.prepare_typed(statement.sql, &declared(statement)).await,
            Sending::Kept(statements, _) => statements.prepare(client, statement).await,
            #[cfg(feature = "deadpool")]
            Sending::Pooled(cache, _) => {
                // That cache has no order of use, so it is emptied where ours would let go of one statement.
                if cache.size() > POOLED_BOUND {
                    cache.clear();
                }
                cache.prepare_typed(client, statement.sql, &declared(statement)).await
            }
        }
    }

    fn forget(self, statement: &Statement) {
        match self {
            Sending::Unnamed => {}
            Sending::Kept(statements, _) => statements.forget(statement),
            #[cfg(feature = "deadpool")]
            Sending::Pooled(cache, _) => drop(cache.remove(statement.sql, &declared(statement))),
        }
    }

    fn is_idle(self) -> bool {
        match self {
            Sending::Unnamed => false,
            Sending::Kept(_, state) => state == State::Idle,
            #[cfg(feature = "deadpool")]
            Sending::Pooled(_, state) => state == State::Idle,
        }
    }
}

/// Sends a statement; its first answer is there when this is done.
///
/// What is seldom needed is boxed: it would make the future of every call several times as large.
async fn open(
    (client, sending): (&Client, Sending<'_>),
    statement: &Statement,
    values: &[Parameter<'_>],
) -> Result<RowStream, tokio_postgres::Error> {
    let prepared = match sending.kept(statement) {
        Some(prepared) => prepared,
        None if matches!(sending, Sending::Unnamed) && !must_prepare(statement) => {
            return Box::pin(client.query_typed_raw(statement.sql, typed(statement, values))).await;
        }
        None => Box::pin(sending.prepare(client, statement)).await?,
    };
    match client.query_raw(&prepared, values.iter().copied()).await {
        Err(error) if is_stale(&error) => Box::pin(open_stale((client, sending), statement, values, error)).await,
        answered => answered,
    }
}

/// Sends a statement once more that went stale, where that changes nothing.
async fn open_stale(
    (client, sending): (&Client, Sending<'_>),
    statement: &Statement,
    values: &[Parameter<'_>],
    error: tokio_postgres::Error,
) -> Result<RowStream, tokio_postgres::Error> {
    sending.forget(statement);
    // A type of the schema may have changed along with it.
    client.clear_type_cache();
    if !sending.is_idle() {
        return Err(error);
    }
    let prepared = sending.prepare(client, statement).await?;
    client.query_raw(&prepared, values.iter().copied()).await
}

/// The span of a call; nothing of its values is in it.
pub(super) fn span(statement: &Statement) -> tracing::Span {
    tracing::debug_span!(target: "lockstep", "statement", name = statement.name, rows = tracing::field::Empty)
}

impl<C: Connected> Executor for C {
    fn fetch<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Vec<Row>> {
        Box::pin(fetch(self.connection(), statement, values))
    }

    fn each<'a>(
        &'a self,
        statement: &'a Statement,
        values: &'a [Parameter<'a>],
        read: &'a mut Reading<'_>,
    ) -> Execution<'a, ()> {
        Box::pin(each(self.connection(), statement, values, read))
    }

    fn stream<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Arriving> {
        Box::pin(stream(self.connection(), statement, values))
    }

    fn run<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, u64> {
        Box::pin(run(self.connection(), statement, values))
    }

    fn copy<'a>(&'a self, statement: &'a Statement, supply: &'a mut Supply<'_>) -> Execution<'a, u64> {
        Box::pin(copy(self.connection().0, statement, supply))
    }
}

async fn fetch(
    connection: (&Client, Sending<'_>),
    statement: &Statement,
    values: &[Parameter<'_>],
) -> Result<Vec<Row>, Error> {
    let span = span(statement);
    let rows = async { open(connection, statement, values).await?.try_collect::<Vec<Row>>().await };
    let rows = rows.instrument(span.clone()).await.map_err(|source| Error::new(statement, source))?;
    span.record("rows", rows.len());
    Ok(rows)
}

async fn each(
    connection: (&Client, Sending<'_>),
    statement: &Statement,
    values: &[Parameter<'_>],
    read: &mut Reading<'_>,
) -> Result<(), Error> {
    let span = span(statement);
    let count = async {
        let failed = |source| Error::new(statement, source);
        let mut rows = std::pin::pin!(open(connection, statement, values).await.map_err(failed)?);
        let mut count = 0_usize;
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            read(&row).map_err(|source| Error::decode(statement, source))?;
            count += 1;
        }
        Ok::<_, Error>(count)
    };
    let count = count.instrument(span.clone()).await?;
    span.record("rows", count);
    Ok(())
}

async fn stream(
    connection: (&Client, Sending<'_>),
    statement: &Statement,
    values: &[Parameter<'_>],
) -> Result<Arriving, Error> {
    let rows = open(connection, statement, values).instrument(span(statement)).await;
    Ok(Box::pin(rows.map_err(|source| Error::new(statement, source))?))
}

async fn run(
    connection: (&Client, Sending<'_>),
    statement: &Statement,
    values: &[Parameter<'_>],
) -> Result<u64, Error> {
    let span = span(statement);
    let count = async {
        let mut rows = std::pin::pin!(open(connection, statement, values).await?);
        while rows.try_next().await?.is_some() {}
        Ok(rows.rows_affected().unwrap_or_default())
    };
    let count = count.instrument(span.clone()).await.map_err(|source| Error::new(statement, source))?;
    span.record("rows", count);
    Ok(count)
}

async fn copy(client: &Client, statement: &Statement, supply: &mut Supply<'_>) -> Result<u64, Error> {
    let span = span(statement);
    let count = async {
        let failed = |source| Error::new(statement, source);
        // Dropped before its end it tells the server that the rows are not to be stored.
        let mut sink = std::pin::pin!(client.copy_in(statement.sql).await.map_err(failed)?);
        let mut buffer = BytesMut::new();
        loop {
            let has_more = supply(&mut buffer).map_err(|source| Error::encode(statement, source))?;
            sink.send(buffer.split().freeze()).await.map_err(failed)?;
            if !has_more {
                return sink.finish().await.map_err(failed);
            }
        }
    };
    let count = count.instrument(span.clone()).await?;
    span.record("rows", count);
    Ok(count)
}

impl Connected for Client {
    fn connection(&self) -> (&Client, Sending<'_>) {
        (self, Sending::Unnamed)
    }
}

impl Connected for tokio_postgres::Transaction<'_> {
    fn connection(&self) -> (&Client, Sending<'_>) {
        (self.client(), Sending::Unnamed)
    }
}

#[cfg(feature = "deadpool")]
impl Connected for deadpool_postgres::ClientWrapper {
    fn connection(&self) -> (&Client, Sending<'_>) {
        (self, Sending::Pooled(&self.statement_cache, State::Idle))
    }
}

#[cfg(feature = "deadpool")]
impl Connected for deadpool_postgres::Transaction<'_> {
    fn connection(&self) -> (&Client, Sending<'_>) {
        ((**self).client(), Sending::Pooled(&self.statement_cache, State::Transaction))
    }
}

/// A connection from a pool, as `Pool::get` gives it.
#[cfg(feature = "deadpool")]
impl Connected for deadpool_postgres::Client {
    fn connection(&self) -> (&Client, Sending<'_>) {
        (**self).connection()
    }
}

/// A connection that keeps nothing prepared, whatever it is: for poolers that give each transaction another server.
///
/// `Unnamed(&pooled)` sends what a bare client would send.
#[derive(Clone, Copy, Debug)]
pub struct Unnamed<'c>(pub &'c Client);

impl Connected for Unnamed<'_> {
    fn connection(&self) -> (&Client, Sending<'_>) {
        (self.0, Sending::Unnamed)
    }
}
