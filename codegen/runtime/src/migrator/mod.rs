//! The migrator: brings a database to the state that a binary was built for, when the binary starts.
//!
//! In: the migrations that `migrations!()` embeds (or that a tool read at run time) and a connection.
//! Out: a [`Report`] of what was applied, or a [`MigrateError`] that says what to do next.
//! It never blocks on an advisory lock, never sends two statements of a file in one message, and never writes a file.
//!
//! With nothing pending a boot costs one round trip: refinery's history is read and compared. Otherwise the migrator takes
//! a lock (see [`LOCK_KEY`]), reads the history again, and lets refinery's own engine apply what is left.

mod apply;
mod blocker;
mod connect;
mod engine;
mod error;
mod history;
mod index;
mod lock;
mod migration;
mod options;
mod outside;
mod pause;
mod session;
mod statement;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, NoTls, Socket};

use self::apply::Context;
use self::connect::{Observer, Open};
use self::history::{HeaderEdit, Known};
use self::lock::Wait;
use self::options::Options;
use self::session::Session;

pub use self::blocker::Blocker;
pub use self::connect::IntoConfig;
pub use self::engine::AppliedMigration;
pub use self::error::{MigrateError, StatementError};
pub use self::history::{MigrationState, MigrationStatus, Record, Status};
pub use self::lock::LOCK_KEY;
pub use self::migration::{Migration, Migrations, Statement};
pub use self::options::Newer;

#[cfg(feature = "test")]
pub(crate) use self::{connect::target, error::chain, pause::jittered};

/// What a run has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What this run applied, in order; empty when nothing was pending or another process was faster.
    pub applied: Vec<AppliedMigration>,
    /// How long the run waited for another process that was migrating.
    pub waited: Duration,
}

/// Applies migrations.
///
/// ```no_run
/// # use lockstep::migrator::{Migrations, Migrator};
/// # async fn boot(migrations: Migrations<'static>, url: &str) -> Result<(), lockstep::migrator::MigrateError> {
/// let report = Migrator::new(migrations).application("orders 1.4.0").run(url).await?;
/// println!("{} migrations applied", report.applied.len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Migrator<'a> {
    migrations: Migrations<'a>,
    options: Options,
    /// The checksums, computed once: a readiness probe needs them every few seconds.
    known: OnceLock<Arc<[Known<'a>]>>,
}

impl<'a> Migrator<'a> {
    /// A migrator of these migrations, with the defaults that the methods below name.
    pub fn new(migrations: Migrations<'a>) -> Migrator<'a> {
        Migrator { migrations, options: Options::default(), known: OnceLock::new() }
    }

    /// How long a statement waits for a lock before it is rolled back and tried again: 2 seconds. Everything that comes
    /// after a waiting `ALTER TABLE` waits behind it, so this is also how long a migration may hold up the service.
    /// What runs `CONCURRENTLY` holds up nobody and waits up to [`Migrator::wait_limit`].
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.options.lock_timeout = timeout;
        self
    }

    /// How often a migration is tried again when it did not get a lock: 30 times, with pauses that grow to 3 seconds.
    pub fn lock_retries(mut self, retries: u32) -> Self {
        self.options.lock_retries = retries;
        self
    }

    /// How long to wait for another process that is migrating: 5 minutes.
    pub fn wait_limit(mut self, limit: Duration) -> Self {
        self.options.wait_limit = limit;
        self
    }

    /// What to do about a database that is newer than the binary: [`Newer::Tolerate`].
    pub fn newer(mut self, newer: Newer) -> Self {
        self.options.newer = newer;
        self
    }

    /// The program and its version, for the history and `pg_stat_activity`:
    /// `concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"))`.
    pub fn application(mut self, application: impl Into<String>) -> Self {
        self.options.application = Some(application.into());
        self
    }

    /// The program's build, a commit hash for example, for the history.
    pub fn build(mut self, build: impl Into<String>) -> Self {
        self.options.build = Some(build.into());
        self
    }

    /// The machine's name, for the history, where neither `HOSTNAME` nor `/proc` has the right one.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.options.host = Some(host.into());
        self
    }

    /// Migrates over a connection of its own, without TLS, and closes it.
    ///
    /// # Errors
    /// [`MigrateError`]; [`MigrateError::TlsRequired`] where the configuration wants TLS.
    pub async fn run(&self, config: impl IntoConfig) -> Result<Report, MigrateError> {
        let config = config.into_config()?;
        connect::allow_plain(&config)?;
        self.run_tls(config, NoTls).await
    }

    /// Migrates over a connection of its own, encrypted by `tls`, and closes it.
    ///
    /// # Errors
    /// [`MigrateError`].
    pub async fn run_tls<T>(&self, config: impl IntoConfig, tls: T) -> Result<Report, MigrateError>
    where
        T: MakeTlsConnect<Socket> + Clone + Send + Sync + 'static,
        T::Stream: Send + 'static,
        T::TlsConnect: Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let config: Config = connect::named(config.into_config()?, self.options.application.as_deref());
        let target = connect::target(&config);
        let open = move || -> futures_util::future::BoxFuture<'static, _> {
            let (config, tls) = (config.clone(), tls.clone());
            Box::pin(async move { connect::open(&config, tls).await })
        };
        let mut client = open().await.map_err(|source| MigrateError::Connect { target, source })?;
        self.migrate(&mut client, Some(&open)).await
    }

    /// Opens a connection for [`Migrator::status`] and [`Migrator::plan`], without TLS.
    ///
    /// # Errors
    /// [`MigrateError::Connect`]; [`MigrateError::TlsRequired`] where the configuration wants TLS.
    pub async fn connect(&self, config: impl IntoConfig) -> Result<Client, MigrateError> {
        let config = config.into_config()?;
        connect::allow_plain(&config)?;
        let config = connect::named(config, self.options.application.as_deref());
        connect::open(&config, NoTls)
            .await
            .map_err(|source| MigrateError::Connect { target: connect::target(&config), source })
    }

    /// Migrates over a connection that the caller has opened: to PostgreSQL itself, not through a pooler in transaction
    /// mode, and not inside a transaction. Without a second connection an error about a lock can only name the sessions
    /// that hold locks, not the one that was in the way.
    ///
    /// Drop the client where this future was dropped before its end: the session may still hold the migration lock.
    ///
    /// # Errors
    /// [`MigrateError`].
    pub async fn run_on(&self, client: &mut Client) -> Result<Report, MigrateError> {
        self.migrate(client, None).await
    }

    /// Whether every migration is applied as this binary has it: one round trip. Not inside a transaction.
    ///
    /// # Errors
    /// [`MigrateError`] where the history cannot be read, or is newer than the binary and that is refused.
    pub async fn is_current(&self, client: &Client) -> Result<bool, MigrateError> {
        let (status, _) = look(client, self.known()?).await?;
        let newer = status.in_state(MigrationState::Newer).next().is_some();
        Ok(status.is_current() && !(newer && self.options.newer == Newer::Refuse))
    }

    /// How every migration of the binary and of the database stands. Two round trips, not inside a transaction.
    ///
    /// # Errors
    /// [`MigrateError`] where a history cannot be read; contradictions are states, not errors.
    pub async fn status(&self, client: &Client) -> Result<Status, MigrateError> {
        let known = self.known()?;
        let mut status = history::compare(known, &history::read_applied(client, history::REFINERY_TABLE).await?);
        history::add_records(&mut status, history::read_records(client, history::OUR_TABLE).await?);
        history::accept_header_edits(&mut status, known);
        Ok(status)
    }

    /// The migrations that [`Migrator::run_on`] would apply now, in order. Changes nothing and takes no lock.
    ///
    /// # Errors
    /// What `run_on` would refuse before it changes anything.
    pub async fn plan(&self, client: &Client) -> Result<Vec<Migration<'a>>, MigrateError> {
        let known = self.known()?;
        let (status, _) = look(client, known).await?;
        let pending = self.pending(&status, known)?;
        Ok(known.iter().map(|known| *known.migration).filter(|m| pending.contains(&m.version)).collect())
    }

    fn known(&self) -> Result<&[Known<'a>], MigrateError> {
        if let Some(known) = self.known.get() {
            return Ok(known);
        }
        let known = history::known(self.migrations)?;
        Ok(self.known.get_or_init(|| known.into()))
    }

    async fn migrate(&self, client: &mut Client, open: Option<&Open>) -> Result<Report, MigrateError> {
        let known = self.known()?;
        let mut wait = Wait::new(self.options.wait_limit);
        // The history is read before every attempt: whoever waits for the lock may find that all is done.
        while !self.look_and_correct(client, known).await?.is_empty() {
            if lock::try_lock(client).await? {
                let waited = wait.waited();
                let applied = self.migrate_locked(client, known, open).await;
                lock::unlock(client).await;
                return applied.map(|applied| Report { applied, waited });
            }
            wait.pause(client).await?;
        }
        Ok(Report { applied: Vec::new(), waited: wait.waited() })
    }

    async fn migrate_locked(
        &self,
        client: &mut Client,
        known: &[Known<'_>],
        open: Option<&Open>,
    ) -> Result<Vec<AppliedMigration>, MigrateError> {
        let mut observer = Observer::new(open);
        let pid = lock::verify(client, &mut observer).await?;
        let pending = self.look_and_correct(client, known).await?;
        let Some(newest) = pending.last() else { return Ok(Vec::new()) };
        let session = Session::prepare(client, pid, *newest).await?;
        let mut context = Context { options: &self.options, session, observer, seen: Vec::new() };
        let applied = engine::run(client, &mut context, known, &pending).await;
        // After an error the session may be a caller's, who should find its settings.
        drop(context.session.restore(client).await);
        applied
    }

    async fn look_and_correct(&self, client: &Client, known: &[Known<'_>]) -> Result<Vec<i64>, MigrateError> {
        let (status, edits) = look(client, known).await?;
        let pending = self.pending(&status, known)?;
        history::correct_checksums(client, &edits).await?;
        Ok(pending)
    }

    /// The versions to apply, in order, after everything that can be refused without a change was refused.
    fn pending(&self, status: &Status, known: &[Known<'_>]) -> Result<Vec<i64>, MigrateError> {
        let pending = status.pending(self.options.newer)?;
        for known in known.iter().filter(|known| pending.contains(&known.migration.version)) {
            apply::refuse_transaction_control(known.migration)?;
        }
        Ok(pending)
    }
}

/// How the database stands: one round trip, and one more where a file is not the one that was applied.
async fn look(client: &Client, known: &[Known<'_>]) -> Result<(Status, Vec<HeaderEdit>), MigrateError> {
    let mut status = history::compare(known, &history::read_applied(client, history::REFINERY_TABLE).await?);
    if status.in_state(MigrationState::Divergent).next().is_none() {
        return Ok((status, Vec::new()));
    }
    history::add_records(&mut status, history::read_records(client, history::OUR_TABLE).await?);
    let edits = history::accept_header_edits(&mut status, known);
    Ok((status, edits))
}
