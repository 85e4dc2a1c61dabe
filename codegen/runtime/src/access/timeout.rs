//! A limit to how long a statement may take.

use std::fmt;
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{CancelToken, Row, Socket};

use super::core::Parameter;
use super::error::Error;
use super::executor::{Arriving, Connected, Execution, Executor, Reading, Statement, Supply};

/// How long the server may take to stop a statement before the wait for it ends.
const GRACE: Duration = Duration::from_secs(5);

/// An executor that gives each statement a time to end in.
///
/// When the time is over the server is asked to cancel the statement, over a connection of its own, so that it does not
/// go on there; the error names the statement and the limit. Inside of a transaction the transaction is lost, as by any
/// error. Of a stream, the limit is for its beginning.
///
/// ```
/// # use std::time::Duration;
/// # use lockstep::{Executor, TimeLimit, tokio_postgres::{Client, NoTls}};
/// # async fn limited(client: &Client) {
/// let db = TimeLimit::new(client, Duration::from_secs(2), NoTls);
/// # let _: &dyn Executor = &db;
/// # }
/// ```
pub struct TimeLimit<'c, T> {
    executor: &'c dyn Executor,
    token: CancelToken,
    limit: Duration,
    tls: T,
}

impl<'c, T> TimeLimit<'c, T> {
    /// Limits the statements of a connection. `tls` is what the connection was made with.
    #[expect(private_bounds, reason = "the connections that there are implement it")]
    pub fn new(connection: &'c impl Connected, limit: Duration, tls: T) -> Self {
        let token = connection.connection().0.cancel_token();
        Self { executor: connection, token, limit, tls }
    }
}

impl<T> fmt::Debug for TimeLimit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeLimit").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl<T> TimeLimit<'_, T>
where
    T: MakeTlsConnect<Socket, TlsConnect: Send, Stream: Send> + Clone + Send + Sync,
    <T::TlsConnect as tokio_postgres::tls::TlsConnect<Socket>>::Future: Send,
{
    fn limited<'a, R: Send + 'a>(&'a self, statement: &'a Statement, mut work: Execution<'a, R>) -> Execution<'a, R> {
        Box::pin(async move {
            if let Ok(ended) = timeout(self.limit, &mut work).await {
                return ended;
            }
            // The cancel request is over before the answer is read, so that it meets no later statement.
            let ended = timeout(GRACE, async {
                let _ = self.token.cancel_query(self.tls.clone()).await;
                work.await
            });
            match ended.await {
                Ok(Err(error)) if error.sqlstate() == Some(&SqlState::QUERY_CANCELED) => {
                    Err(Error::timeout(statement, self.limit))
                }
                Ok(ended) => ended,
                Err(_) => Err(Error::timeout(statement, self.limit)),
            }
        })
    }
}

impl<T> Executor for TimeLimit<'_, T>
where
    T: MakeTlsConnect<Socket, TlsConnect: Send, Stream: Send> + Clone + Send + Sync,
    <T::TlsConnect as tokio_postgres::tls::TlsConnect<Socket>>::Future: Send,
{
    fn fetch<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Vec<Row>> {
        self.limited(statement, self.executor.fetch(statement, values))
    }

    fn each<'a>(
        &'a self,
        statement: &'a Statement,
        values: &'a [Parameter<'a>],
        read: &'a mut Reading<'_>,
    ) -> Execution<'a, ()> {
        self.limited(statement, self.executor.each(statement, values, read))
    }

    fn stream<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Arriving> {
        self.limited(statement, self.executor.stream(statement, values))
    }

    fn run<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, u64> {
        self.limited(statement, self.executor.run(statement, values))
    }

    fn copy<'a>(&'a self, statement: &'a Statement, supply: &'a mut Supply<'_>) -> Execution<'a, u64> {
        self.limited(statement, self.executor.copy(statement, supply))
    }
}
