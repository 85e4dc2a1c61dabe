//! The migrator's own connections: one that migrates and, while a statement waits, one that looks who it waits for.
//! A connection that was asked to be encrypted is never opened plainly, and no error repeats a connection string.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, Socket};

use super::blocker::{self, Blocker};
use super::error::MigrateError;
use super::pause::jittered;

/// What [`Migrator::run`](super::Migrator::run) connects to: a `tokio_postgres::Config`, or a text in one of its two
/// notations (`postgres://…` or `host=… user=…`).
pub trait IntoConfig {
    /// # Errors
    /// [`MigrateError::ConnectionString`] where the text cannot be read.
    fn into_config(self) -> Result<Config, MigrateError>;
}

impl IntoConfig for Config {
    fn into_config(self) -> Result<Config, MigrateError> {
        Ok(self)
    }
}

impl IntoConfig for &Config {
    fn into_config(self) -> Result<Config, MigrateError> {
        Ok(self.clone())
    }
}

impl IntoConfig for &str {
    fn into_config(self) -> Result<Config, MigrateError> {
        // A second `@` stands in a password that is not percent-encoded: half of it would be taken, and shown, as a host.
        let address = self.split('?').next().unwrap_or_default();
        if self.contains("://") && address.matches('@').count() > 1 {
            return Err(MigrateError::ConnectionString);
        }
        self.parse().map_err(|_| MigrateError::ConnectionString)
    }
}

impl IntoConfig for &String {
    fn into_config(self) -> Result<Config, MigrateError> {
        self.as_str().into_config()
    }
}

/// Holds that a connection without TLS is what the configuration allows.
pub(crate) fn allow_plain(config: &Config) -> Result<(), MigrateError> {
    let local = |host: &Host| match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        Host::Unix(_) => true,
    };
    match config.get_ssl_mode() {
        SslMode::Disable => Ok(()),
        SslMode::Prefer => {
            if !config.get_hosts().iter().all(local) {
                tracing::warn!("connecting without TLS to {}: use Migrator::run_tls to encrypt", target(config));
            }
            Ok(())
        }
        _ => Err(MigrateError::TlsRequired),
    }
}

/// Opens a connection and drives it in a task of its own until its client is dropped.
pub(crate) async fn open<T>(config: &Config, tls: T) -> Result<Client, tokio_postgres::Error>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, connection) = config.connect(tls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection of the migrator ended");
        }
    });
    Ok(client)
}

/// The configuration with a name to be seen in `pg_stat_activity` and a limit for connecting, where it has none.
pub(crate) fn named(mut config: Config, application: Option<&str>) -> Config {
    if config.get_application_name().is_none() {
        config.application_name(application.unwrap_or("lockstep migrator"));
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    config
}

/// Where a configuration leads, without its password.
pub(crate) fn target(config: &Config) -> String {
    let hosts = config.get_hosts().iter().enumerate().map(|(index, host)| {
        let ports = config.get_ports();
        let port = ports.get(index).or(ports.first()).copied().unwrap_or(5432);
        match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            Host::Unix(path) => format!("{}:{port}", path.display()),
        }
    });
    let hosts: Vec<String> = hosts.collect();
    let user = config.get_user().unwrap_or("(default user)");
    format!("{} database {} as {user}", hosts.join(","), config.get_dbname().unwrap_or(user))
}

/// Opens another connection like the migrating one.
pub(crate) type Open = dyn Fn() -> BoxFuture<'static, Result<Client, tokio_postgres::Error>> + Send + Sync;

/// Looks from a second connection, where one can be opened.
pub(crate) struct Observer<'a> {
    open: Option<&'a Open>,
    client: Option<Client>,
}

impl<'a> Observer<'a> {
    pub(crate) fn new(open: Option<&'a Open>) -> Observer<'a> {
        Observer { open, client: None }
    }

    /// The second connection. Not having one costs information, not correctness.
    pub(crate) async fn client(&mut self) -> Option<&mut Client> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.client = match (self.open?)().await {
                Ok(client) => Some(client),
                Err(error) => {
                    tracing::debug!(%error, "no second connection to look for blocking processes");
                    None
                }
            };
        }
        self.client.as_mut()
    }

    /// Runs `work`, a statement of the process `pid`, and returns who was seen blocking it.
    pub(crate) async fn watch<T>(
        &mut self,
        pid: i32,
        every: Duration,
        work: impl Future<Output = T>,
    ) -> (T, Vec<Blocker>) {
        let mut work = std::pin::pin!(work);
        let mut seen = Vec::new();
        let mut looks = 0_u32;
        loop {
            tokio::select! {
                result = &mut work => return (result, seen),
                () = tokio::time::sleep(jittered(every)) => {}
            }
            let found = tokio::select! {
                result = &mut work => return (result, seen),
                found = self.blocking(pid) => found,
            };
            if let Some(first) = found.first() {
                if looks.is_multiple_of(20) {
                    tracing::warn!(blockers = found.len(), "waiting for a lock held by {first}");
                }
                looks += 1;
                seen = found;
            }
        }
    }

    async fn blocking(&mut self, pid: i32) -> Vec<Blocker> {
        match self.client().await {
            Some(client) => blocker::blocking(client, pid).await.unwrap_or_default(),
            None => Vec::new(),
        }
    }
}
