//! The database: the generated accessors, the embedded migrations, and the connections.

use std::time::Duration;

use deadpool_postgres::{BuildError, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime};
use lockstep::migrator::{MigrateError, MigrationState, Migrations, Migrator};
use tokio_postgres::NoTls;

use crate::config::Config;

lockstep::schema!();

/// The migrations of this binary.
pub const MIGRATIONS: Migrations<'static> = lockstep::migrations!();

/// How long a request waits for a connection before it is turned away.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection of the service gives up on a statement, or a forgotten transaction, after that many milliseconds.
const SESSION: &str = "-c statement_timeout=5000 -c idle_in_transaction_session_timeout=10000";

/// Opens connections as they are needed.
///
/// # Errors
/// Never in practice: the timeouts name their runtime.
pub fn pool(config: &Config) -> Result<Pool, BuildError> {
    let mut database = config.database.clone();
    if database.get_options().is_none() {
        database.options(SESSION);
    }
    if database.get_application_name().is_none() {
        database.application_name(env!("CARGO_PKG_NAME"));
    }
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    Pool::builder(Manager::from_config(database, NoTls, recycling))
        .max_size(config.pool_size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .build()
}

/// Brings the database to the schema of this binary.
///
/// # Errors
/// See [`MigrateError`].
pub async fn migrate(config: &tokio_postgres::Config) -> Result<(), MigrateError> {
    migrator().run(config).await?;
    Ok(())
}

/// Why requests should go elsewhere.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// The schema is not the one that this binary was built for.
    #[error("the database has another schema: {0}")]
    Schema(String),
    /// The database cannot be reached.
    #[error("the database cannot be reached")]
    Pool(#[from] PoolError),
    /// The history cannot be read.
    #[error("the database's history cannot be read")]
    History(#[from] MigrateError),
}

/// Whether every migration of this binary is in the database, with the same text; it may have newer ones. One round
/// trip where it is so.
///
/// # Errors
/// See [`NotReady`].
pub async fn readiness(pool: &Pool) -> Result<(), NotReady> {
    let (database, migrator) = (pool.get().await?, migrator());
    if migrator.is_current(&database).await? {
        return Ok(());
    }
    let status = migrator.status(&database).await?;
    let wrong = status.migrations.iter().filter_map(|migration| Some((migration, fault(migration.state)?)));
    let faults: Vec<String> =
        wrong.map(|(migration, fault)| format!("{}__{} {fault}", migration.version, migration.name)).collect();
    Err(NotReady::Schema(faults.join(", ")))
}

fn migrator() -> Migrator<'static> {
    Migrator::new(MIGRATIONS).application(concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")))
}

fn fault(state: MigrationState) -> Option<&'static str> {
    match state {
        MigrationState::Applied | MigrationState::Newer => None,
        MigrationState::Pending | MigrationState::OutOfOrder => Some("is not applied"),
        MigrationState::Divergent => Some("was applied with another text"),
        MigrationState::Missing => Some("is unknown to this binary"),
    }
}
