//! `#[lockstep::test]`: a database for each test, copied from a template that has all migrations.
//!
//! In: the migrations that the macro embeds, and a development server: `LOCKSTEP_SERVER_URL`, or the private server of the
//! workspace. Out: a [`TestDb`] for the test, and nothing on the server after it, however it ended. The template is
//! filled once by the real [`Migrator`](crate::Migrator), whoever of many processes comes first, and serves every later
//! run with the same migrations. Nothing here touches a database whose name does not begin with `lockstep_test_` or
//! `lockstep_template_`.

mod database;
mod error;
mod server;
mod template;

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, Config, NoTls, Row};

use self::database::Database;
use self::error::TestError;
use crate::access::{Arriving, Execution, Executor, Parameter, Reading, Statement, Supply};
use crate::migrator::Migrations;

/// What `#[lockstep::test]` knows of a test.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The path of its function.
    pub name: &'static str,
    /// The folder of the workspace.
    pub workspace: &'static str,
    /// The file in which the workspace's private servers are recorded.
    pub servers: &'static str,
    /// What its database has.
    pub migrations: Migrations<'static>,
}

/// The database of a test, with a connection to it.
///
/// It is a [`Client`] wherever one is wanted, and an [`Executor`](crate::Executor) for generated functions:
///
/// ```
/// # use lockstep::TestDb;
/// async fn starts_empty(mut db: TestDb) -> Result<(), Box<dyn std::error::Error>> {
///     let transaction = db.transaction().await?;
///     let row = transaction.query_one("SELECT count(*) FROM pg_stat_user_tables WHERE n_live_tup > 0", &[]).await?;
///     assert_eq!(row.get::<_, i64>(0), 0);
///     Ok(())
/// }
/// ```
pub struct TestDb {
    client: Client,
    config: Config,
    url: String,
}

impl TestDb {
    /// The connection that came with the database.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A connection string for the database: what a service reads from `DATABASE_URL`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How to connect to the database: for a pool.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// One more connection to the database.
    ///
    /// # Errors
    /// When the server has no more connections to give.
    pub async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        connect(&self.config).await
    }
}

impl Deref for TestDb {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl DerefMut for TestDb {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}

impl Executor for TestDb {
    fn fetch<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Vec<Row>> {
        self.client.fetch(statement, values)
    }

    fn each<'a>(
        &'a self,
        statement: &'a Statement,
        values: &'a [Parameter<'a>],
        read: &'a mut Reading<'_>,
    ) -> Execution<'a, ()> {
        self.client.each(statement, values, read)
    }

    fn stream<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, Arriving> {
        self.client.stream(statement, values)
    }

    fn run<'a>(&'a self, statement: &'a Statement, values: &'a [Parameter<'a>]) -> Execution<'a, u64> {
        self.client.run(statement, values)
    }

    fn copy<'a>(&'a self, statement: &'a Statement, supply: &'a mut Supply<'_>) -> Execution<'a, u64> {
        self.client.copy(statement, supply)
    }
}

impl fmt::Debug for TestDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestDb").field("database", &self.config.get_dbname()).finish_non_exhaustive()
    }
}

/// Runs a test on a database of its own. What `#[lockstep::test]` expands to.
///
/// # Panics
/// When the test does, and when there is no database for it.
pub fn run<T>(setup: &Setup, test: impl AsyncFnOnce(TestDb) -> T) -> T {
    // The connections that make, hold and drop the database are served apart from the test's, whose runtime ends first.
    let keeper = runtime();
    let mut database = Database::create(&keeper, setup).unwrap_or_else(|error| fail(&error));
    let runtime = runtime();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let db = open(&database).await.unwrap_or_else(|error| fail(&error));
            test(db).await
        })
    }));
    // What the test has left running ends here; threads that block are not waited for.
    runtime.shutdown_timeout(Duration::from_millis(100));
    keeper.block_on(database.remove());
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

/// A test without a database fails, and a panic is how a test does.
fn fail(error: &TestError) -> ! {
    panic!("no database for this test: {error}")
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("the system gives a runtime its descriptors")
}

async fn open(database: &Database) -> Result<TestDb, TestError> {
    let config = database.config.clone();
    let client = connect(&config).await.map_err(TestError::server("connect to the database of the test"))?;
    Ok(TestDb { client, config, url: database.url.clone() })
}

/// Opens a connection and drives it in a task of its own until its client is dropped.
async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
