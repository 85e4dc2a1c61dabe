//! A client that keeps its statements prepared, as many as a bound allows.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_postgres::Client;

use super::error::Error;
use super::executor::{Connected, Sending, State, Statement, declared};

/// How many statements are kept where nothing else is said.
const BOUND: usize = 256;

static BEGIN: Statement = Statement { name: "begin", sql: "BEGIN", parameters: &[] };
static COMMIT: Statement = Statement { name: "commit", sql: "COMMIT", parameters: &[] };
static ROLLBACK: Statement = Statement { name: "rollback", sql: "ROLLBACK", parameters: &[] };

/// A client that keeps its statements prepared: what a service without a pool uses.
///
/// The server parses and plans each statement once instead of for every call; `cargo bench -p lockstep-tests --bench
/// accessor` shows what that saves. The statement that has not been used for longest makes room for a new one, and is
/// deallocated on the server.
///
/// ```no_run
/// # async fn connected(config: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let (client, connection) = lockstep::tokio_postgres::connect(config, lockstep::tokio_postgres::NoTls).await?;
/// tokio::spawn(connection);
/// let mut db = lockstep::Cached::new(client);
/// let transaction = db.transaction().await?;
/// transaction.commit().await?;
/// # Ok(())
/// # }
/// ```
pub struct Cached {
    client: Client,
    statements: Statements,
}

impl Cached {
    /// A client that keeps up to 256 statements.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self::with_bound(client, BOUND)
    }

    /// A client that keeps up to `bound` statements; at least one.
    #[must_use]
    pub fn with_bound(client: Client, bound: usize) -> Self {
        Self { client, statements: Statements { bound: bound.max(1), kept: Mutex::default() } }
    }

    /// The client, for what is no statement of the certificate.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// How many statements are prepared.
    #[must_use]
    pub fn prepared(&self) -> usize {
        self.statements.lock().statements.len()
    }

    /// Begins a transaction, which is rolled back if it is dropped.
    ///
    /// # Errors
    /// What the connection refuses.
    pub async fn transaction(&mut self) -> Result<CachedTransaction<'_>, Error> {
        let transaction = self.client.transaction().await.map_err(|source| Error::new(&BEGIN, source))?;
        Ok(CachedTransaction { transaction, statements: &self.statements })
    }
}

impl fmt::Debug for Cached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached").field("prepared", &self.prepared()).finish_non_exhaustive()
    }
}

impl Connected for Cached {
    fn connection(&self) -> (&Client, Sending<'_>) {
        (&self.client, Sending::Kept(&self.statements, State::Idle))
    }
}

/// A transaction of a [`Cached`] client, or a savepoint in one.
pub struct CachedTransaction<'c> {
    transaction: tokio_postgres::Transaction<'c>,
    statements: &'c Statements,
}

impl CachedTransaction<'_> {
    /// Commits it; of a savepoint, keeps what came after it.
    ///
    /// # Errors
    /// What the server refuses, such as a deferred constraint.
    pub async fn commit(self) -> Result<(), Error> {
        self.transaction.commit().await.map_err(|source| Error::new(&COMMIT, source))
    }

    /// Takes it back.
    ///
    /// # Errors
    /// What the connection refuses.
    pub async fn rollback(self) -> Result<(), Error> {
        self.transaction.rollback().await.map_err(|source| Error::new(&ROLLBACK, source))
    }

    /// Sets a savepoint: what comes after it is taken back alone, also if the result is dropped.
    ///
    /// # Errors
    /// What the connection refuses.
    pub async fn transaction(&mut self) -> Result<CachedTransaction<'_>, Error> {
        let transaction = self.transaction.transaction().await.map_err(|source| Error::new(&BEGIN, source))?;
        Ok(CachedTransaction { transaction, statements: self.statements })
    }
}

impl fmt::Debug for CachedTransaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedTransaction").finish_non_exhaustive()
    }
}

impl Connected for CachedTransaction<'_> {
    fn connection(&self) -> (&Client, Sending<'_>) {
        (self.transaction.client(), Sending::Kept(self.statements, State::Transaction))
    }
}

/// The statements that a connection keeps prepared.
pub(super) struct Statements {
    bound: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    statements: HashMap<Place, Used>,
    /// Counts the uses.
    clock: u64,
}

/// Where a text stands, and its length: texts are static, so that this tells one from all others.
type Place = (usize, usize);

fn place(statement: &Statement) -> Place {
    (statement.sql.as_ptr().addr(), statement.sql.len())
}

struct Used {
    statement: tokio_postgres::Statement,
    at: u64,
}

impl Statements {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The statement, if it is prepared.
    pub(super) fn find(&self, statement: &Statement) -> Option<tokio_postgres::Statement> {
        self.lock().find(place(statement))
    }

    /// Prepares the statement and keeps it.
    pub(super) async fn prepare(
        &self,
        client: &Client,
        statement: &Statement,
    ) -> Result<tokio_postgres::Statement, tokio_postgres::Error> {
        let prepared = client.prepare_typed(statement.sql, &declared(statement)).await?;
        let evicted = self.lock().keep(place(statement), prepared.clone(), self.bound);
        // The last one to drop a statement tells the server, which is not done under the lock.
        drop(evicted);
        Ok(prepared)
    }

    /// Lets go of a statement.
    pub(super) fn forget(&self, statement: &Statement) {
        let forgotten = self.lock().statements.remove(&place(statement));
        drop(forgotten);
    }
}

impl Kept {
    fn find(&mut self, place: Place) -> Option<tokio_postgres::Statement> {
        self.clock += 1;
        let used = self.statements.get_mut(&place)?;
        used.at = self.clock;
        Some(used.statement.clone())
    }

    /// Keeps a statement; what has to make room for it is returned.
    fn keep(&mut self, place: Place, statement: tokio_postgres::Statement, bound: usize) -> Vec<Used> {
        let mut evicted: Vec<Used> = self.statements.remove(&place).into_iter().collect();
        while self.statements.len() >= bound {
            let oldest = self.statements.iter().min_by_key(|(_, used)| used.at).map(|(place, _)| *place);
            evicted.extend(oldest.and_then(|oldest| self.statements.remove(&oldest)));
        }
        self.statements.insert(place, Used { statement, at: self.clock });
        evicted
    }
}
