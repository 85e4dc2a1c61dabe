//! The database of one test: copied, held, dropped; and what killed processes have left, swept.
//!
//! Whether a database is in use is told by the server itself: somebody is connected to it. So a test holds a connection
//! to its database from the moment at which it is there, whatever the test does with its own. Between `CREATE DATABASE`
//! and that connection it has no comment yet, and its name says since when.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Config};
use uuid::Uuid;

use super::error::TestError;
use super::template::{self, Ready};
use super::{Setup, connect, server};
use crate::migrator::{IntoConfig as _, jittered};

/// What the name of every test's database begins with.
pub(super) const PREFIX: &str = "lockstep_test_";

/// A database without a comment is being made; after this time whoever did is no more.
const MAKING: i64 = 60;

/// How long a template may be in use by somebody else, who copies or sweeps it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a template that somebody has dropped meanwhile is made again.
const ATTEMPTS: u32 = 5;

/// A database of its own, until it is removed.
pub(super) struct Database {
    /// How a test connects to it.
    pub(super) config: Config,
    /// The same as text.
    pub(super) url: String,
    name: String,
    server: Config,
    /// A connection to the server's maintenance database.
    admin: Client,
    /// A connection to the database: nobody sweeps it.
    keeper: Option<Client>,
}

/// Why there is no copy.
enum Failed {
    /// Template or copy are gone: somebody has swept them.
    Gone,
    /// For any other reason.
    For(TestError),
}

impl From<TestError> for Failed {
    fn from(error: TestError) -> Self {
        Self::For(error)
    }
}

impl Database {
    /// Copies the template, which is made where it is missing.
    pub(super) fn create(runtime: &Runtime, setup: &Setup) -> Result<Self, TestError> {
        let mut attempt = 1;
        loop {
            let (ready, admin) = template::ready(runtime, setup)?;
            match runtime.block_on(Self::copy(&ready, admin, setup.name)) {
                Ok(database) => return Ok(database),
                Err(Failed::For(error)) => return Err(error),
                Err(Failed::Gone) if attempt == ATTEMPTS => return Err(TestError::Swept { template: ready.template }),
                Err(Failed::Gone) => template::forget(&ready),
            }
            attempt += 1;
        }
    }

    async fn copy(ready: &Ready, admin: Client, test: &str) -> Result<Self, Failed> {
        let Ready { url, template, strategy, user, epoch, at } = ready;
        let now = epoch + i64::try_from(at.elapsed().as_secs()).unwrap_or_default();
        let name = new_name(now);
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}{strategy}");
        create_when_idle(&admin, &sql, template, user).await?;
        let url = server::with_database(url, &name);
        let config = named(url.as_str().into_config().map_err(|_| TestError::Url)?);
        let server = ready.config()?;
        let keeper = match connect(&config).await {
            Ok(keeper) => keeper,
            Err(error) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => return Err(Failed::Gone),
            Err(source) => {
                return Err(TestError::Server { doing: "connect to the database of the test", source }.into());
            }
        };
        comment(&admin, &name, test).await?;
        Ok(Self { config, url, name, server, admin, keeper: Some(keeper) })
    }

    /// Drops it, with all connections to it. What cannot be dropped is swept by a later run.
    pub(super) async fn remove(&mut self) {
        drop(self.keeper.take());
        if remove(&self.admin, &self.name).await.is_ok() {
            return;
        }
        // The connection may have been lost while the test ran.
        let outcome = match connect(&self.server).await {
            Ok(admin) => remove(&admin, &self.name).await,
            Err(source) => Err(TestError::Server { doing: "connect to the server", source }),
        };
        if let Err(error) = outcome {
            tracing::warn!(database = self.name, "the database of a test is left behind: {error}");
        }
    }
}

/// A name that nobody else has, with the server's time in it.
fn new_name(now: i64) -> String {
    let random = Uuid::new_v4().simple().to_string();
    format!("{PREFIX}{now:x}_{}", &random[..16])
}

/// A configuration whose connections can be told in `pg_stat_activity`.
pub(super) fn named(mut config: Config) -> Config {
    if config.get_application_name().is_none() {
        config.application_name("lockstep::test");
    }
    config
}

/// Creates it as soon as nobody is connected to the template.
async fn create_when_idle(admin: &Client, sql: &str, template: &str, user: &str) -> Result<(), Failed> {
    let since = Instant::now();
    loop {
        let Err(source) = admin.batch_execute(sql).await else { return Ok(()) };
        match source.code() {
            Some(code) if *code == SqlState::INVALID_CATALOG_NAME => return Err(Failed::Gone),
            Some(code) if *code == SqlState::OBJECT_IN_USE && since.elapsed() < PATIENCE => {}
            Some(code) if *code == SqlState::OBJECT_IN_USE => {
                return Err(TestError::Busy { template: template.to_owned(), source }.into());
            }
            Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
                return Err(TestError::Privilege { user: user.to_owned() }.into());
            }
            _ => return Err(TestError::Server { doing: "create the database of the test", source }.into()),
        }
        tokio::time::sleep(jittered(Duration::from_millis(20))).await;
    }
}

/// Says what a database is for.
pub(super) async fn comment(admin: &Client, name: &str, text: &str) -> Result<(), TestError> {
    // The server quotes the text: a function may be called `r#type`.
    let quoted = admin.query_typed_one("SELECT quote_literal($1)", &[(&text, Type::TEXT)]).await;
    let quoted: Result<String, _> = quoted.and_then(|row| row.try_get(0));
    let commented = match quoted {
        Ok(quoted) => admin.batch_execute(&format!("COMMENT ON DATABASE {name} IS {quoted}")).await,
        Err(error) => Err(error),
    };
    commented.map_err(TestError::server("comment on a database"))
}

/// Ends all connections to a database and waits until they are gone. `DROP DATABASE` itself would look only every tenth
/// of a second.
pub(super) async fn disconnect(admin: &Client, name: &str) -> Result<(), TestError> {
    const QUERY: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
    for _ in 0..500 {
        let found = admin.query_typed(QUERY, &[(&name, Type::TEXT)]).await;
        if found.map_err(TestError::server("end the connections to a database"))?.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

/// Drops a database, with all connections to it.
pub(super) async fn remove(admin: &Client, name: &str) -> Result<(), TestError> {
    disconnect(admin, name).await?;
    let dropped = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    dropped.map_err(TestError::server("drop a database"))
}

/// A database of ours that was found on the server.
pub(super) struct Found {
    pub(super) name: String,
    pub(super) comment: Option<String>,
    pub(super) is_connected: bool,
}

/// Every database of tests on the server, and every template.
pub(super) async fn survey(admin: &Client) -> Result<Vec<Found>, TestError> {
    const QUERY: &str = "SELECT datname::text, shobj_description(d.oid, 'pg_database'), \
        EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid) \
        FROM pg_database d WHERE starts_with(datname::text, 'lockstep_te')";
    let rows = admin.query_typed(QUERY, &[]).await.map_err(TestError::server("list the databases of tests"))?;
    Ok(rows.iter().map(|row| Found { name: row.get(0), comment: row.get(1), is_connected: row.get(2) }).collect())
}

/// Drops the databases of processes that have ended.
pub(super) async fn sweep(admin: &Client, found: &[Found], now: i64) {
    for Found { name, comment, is_connected } in found {
        let is_left = !is_connected && born(name).is_some_and(|born| comment.is_some() || now - born > MAKING);
        // Another process may sweep the same one at this moment, or another user own it: both are no failure.
        if is_left {
            _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await;
        }
    }
}

/// Since when there is a database of a test; none where it is no such database.
fn born(name: &str) -> Option<i64> {
    let (time, random) = name.strip_prefix(PREFIX)?.split_once('_')?;
    let is_ours = random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_hexdigit());
    i64::from_str_radix(time, 16).ok().filter(|_| is_ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_databases_of_tests_are_swept() {
        let name = new_name(1_800_000_000);
        assert_eq!(born(&name), Some(1_800_000_000));
        assert!(name.len() <= 63);
        for other in
            ["shop", "lockstep_test_shop", "lockstep_test_6b49d200_x; DROP DATABASE y", "lockstep_template_1_2"]
        {
            assert_eq!(born(other), None, "{other}");
        }
    }
}
