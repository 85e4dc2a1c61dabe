//! The configuration: environment variables in, one checked [`Config`] out. It reads nothing else, and no message
//! repeats the value of a variable that may hold a password.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use axum::http::Uri;

use crate::outbox;

/// All that can be set from outside.
pub struct Config {
    /// `DATABASE_URL`: the database, which the service migrates when it starts.
    pub database: tokio_postgres::Config,
    /// `DATABASE_POOL`: how many connections the service may open; one more migrates at start.
    pub pool_size: usize,
    /// `LISTEN`: where to serve; port 0 takes a free one, and the address is printed.
    pub listen: SocketAddr,
    /// `ORDERS_PER_MINUTE`: how many orders one client address may place in a minute.
    pub orders_per_minute: i32,
    /// `SHUTDOWN_SECONDS`: how long requests and deliveries may still take after a signal.
    pub shutdown_deadline: Duration,
    /// `NOTIFY_URL`: where notifications are posted; they are logged where it is not set.
    pub notify_url: Option<Uri>,
    /// `OUTBOX_…`: the pace of the outbox worker.
    pub outbox: outbox::Settings,
}

/// A variable that is missing or means nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {problem}\n  hint: {hint}")]
pub struct ConfigError {
    variable: &'static str,
    problem: &'static str,
    hint: &'static str,
}

impl Config {
    /// Reads the process's environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(|variable| std::env::var(variable).ok())
    }

    /// Reads any other set of variables.
    fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let variables = Variables(lookup);
        let defaults = outbox::Settings::default();
        Ok(Self {
            database: variables.database()?,
            pool_size: variables.number("DATABASE_POOL", 16)?,
            listen: variables.parsed("LISTEN", "is not an address", "host:port, such as 127.0.0.1:3000", || {
                SocketAddr::from(([127, 0, 0, 1], 3000))
            })?,
            orders_per_minute: variables.number("ORDERS_PER_MINUTE", 60)?,
            shutdown_deadline: Duration::from_secs(variables.number("SHUTDOWN_SECONDS", 20)?),
            notify_url: variables.notify_url()?,
            outbox: outbox::Settings {
                batch: variables.number("OUTBOX_BATCH", defaults.batch)?,
                max_attempts: variables.number("OUTBOX_MAX_ATTEMPTS", defaults.max_attempts)?,
                poll: variables.milliseconds("OUTBOX_POLL_MS", defaults.poll)?,
                lease: variables.milliseconds("OUTBOX_LEASE_MS", defaults.lease)?,
                timeout: variables.milliseconds("OUTBOX_TIMEOUT_MS", defaults.timeout)?,
                backoff: variables.milliseconds("OUTBOX_BACKOFF_MS", defaults.backoff)?,
                backoff_limit: defaults.backoff_limit,
            },
        })
    }
}

/// Prints everything but the connection string.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("listen", &self.listen).field("outbox", &self.outbox).finish_non_exhaustive()
    }
}

struct Variables<F>(F);

impl<F: Fn(&str) -> Option<String>> Variables<F> {
    fn database(&self) -> Result<tokio_postgres::Config, ConfigError> {
        let variable = "DATABASE_URL";
        let hint = "postgres://user:password@host:5432/database";
        let url = self.0(variable).ok_or(ConfigError { variable, problem: "is not set", hint })?;
        // The parser's own message may quote a part of the string: it stays untold.
        // With a second `@`, half of a password that is not percent-encoded would be taken, and shown, as a host.
        let address = url.split('?').next().unwrap_or_default();
        let is_clear = !address.contains("://") || address.matches('@').count() < 2;
        let is_whole = |config: &tokio_postgres::Config| is_clear && !config.get_hosts().is_empty();
        let config = url.parse().ok().filter(is_whole);
        config.ok_or(ConfigError { variable, problem: "is not a connection string", hint })
    }

    fn notify_url(&self) -> Result<Option<Uri>, ConfigError> {
        let variable = "NOTIFY_URL";
        let Some(url) = self.0(variable).filter(|url| !url.is_empty()) else { return Ok(None) };
        let uri = url.parse::<Uri>().ok().filter(|uri| uri.scheme_str() == Some("http") && uri.host().is_some());
        uri.map(Some).ok_or(ConfigError {
            variable,
            problem: "is not an http:// address",
            hint: "reach an https:// receiver through a local proxy",
        })
    }

    fn milliseconds(&self, variable: &'static str, default: Duration) -> Result<Duration, ConfigError> {
        let count = self.parsed(variable, "is not a number of milliseconds", "a whole number, such as 1000", || {
            u64::try_from(default.as_millis()).unwrap_or(u64::MAX)
        })?;
        Ok(Duration::from_millis(count))
    }

    fn number<N: FromStr + PartialOrd + From<u8>>(&self, variable: &'static str, default: N) -> Result<N, ConfigError> {
        let hint = "a whole number of at least 1";
        let number = self.parsed(variable, "is not a number", hint, || default)?;
        if number < N::from(1) { Err(ConfigError { variable, problem: "is too small", hint }) } else { Ok(number) }
    }

    fn parsed<T: FromStr>(
        &self,
        variable: &'static str,
        problem: &'static str,
        hint: &'static str,
        default: impl FnOnce() -> T,
    ) -> Result<T, ConfigError> {
        match self.0(variable) {
            None => Ok(default()),
            Some(text) => text.trim().parse().map_err(|_| ConfigError { variable, problem, hint }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, String> {
        let lookup = |wanted: &str| {
            variables.iter().find(|(variable, _)| *variable == wanted).map(|(_, value)| (*value).to_owned())
        };
        Config::read(lookup).map_err(|error| error.to_string())
    }

    #[test]
    fn only_the_database_must_be_set() {
        let config = read(&[("DATABASE_URL", "postgres://localhost/shop")]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert!(config.notify_url.is_none());
        assert_eq!(
            read(&[]).unwrap_err(),
            "DATABASE_URL is not set\n  hint: postgres://user:password@host:5432/database"
        );
    }

    #[test]
    fn a_wrong_connection_string_is_not_repeated() {
        let message = read(&[("DATABASE_URL", "postgres://shop:hunter2@localhost:port/x?hunter2=1")]).unwrap_err();
        assert!(!message.contains("hunter2"), "{message}");
        let unencoded = read(&[("DATABASE_URL", "postgres://shop:p@hunter2/x@localhost/shop")]).unwrap_err();
        assert!(unencoded.starts_with("DATABASE_URL is not a connection string"), "{unencoded}");
        assert!(read(&[("DATABASE_URL", "")]).unwrap_err().starts_with("DATABASE_URL is not a connection string"));
    }

    #[test]
    fn every_variable_is_checked() {
        let with = |variable, value| read(&[("DATABASE_URL", "postgres://localhost/shop"), (variable, value)]);
        assert!(with("LISTEN", "3000").unwrap_err().starts_with("LISTEN is not an address"));
        assert!(with("DATABASE_POOL", "0").unwrap_err().starts_with("DATABASE_POOL is too small"));
        assert!(with("OUTBOX_LEASE_MS", "1s").unwrap_err().starts_with("OUTBOX_LEASE_MS is not a number"));
        assert!(with("NOTIFY_URL", "https://x.test/").unwrap_err().starts_with("NOTIFY_URL is not an http://"));
        assert!(with("NOTIFY_URL", "").unwrap().notify_url.is_none());
        assert_eq!(with("OUTBOX_LEASE_MS", "250").unwrap().outbox.lease, Duration::from_millis(250));
    }
}
