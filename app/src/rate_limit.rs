//! The rate limit: one row per client, shared by all instances of the service.

use std::net::IpAddr;
use std::time::Duration;

use deadpool_postgres::Pool;
use lockstep::{Error, Executor};

use crate::database::commerce::RateLimitId;
use crate::database::queries::rate_limit;

/// The window in which requests are counted.
pub const WINDOW: Duration = Duration::from_secs(60);

/// Counts a request of `client`; returns how many there were in the current window, this one included.
///
/// # Errors
/// Those of the database.
pub async fn hit(database: &dyn Executor, client: IpAddr) -> Result<i32, Error> {
    rate_limit::hit(database, &RateLimitId::new(key(client)), WINDOW.as_secs_f64()).await
}

/// Forgets windows that are over, once a minute, for as long as the service runs.
pub async fn sweep(pool: Pool) {
    let mut interval = tokio::time::interval(WINDOW);
    loop {
        interval.tick().await;
        if let Ok(database) = pool.get().await
            && let Err(error) = rate_limit::sweep(&database, WINDOW.as_secs_f64()).await
        {
            tracing::warn!(%error, "old rate limits are still there");
        }
    }
}

/// An IPv4 address counts by itself; of an IPv6 address the network does, since a client has all of it.
fn key(client: IpAddr) -> String {
    match client.to_canonical() {
        IpAddr::V4(address) => format!("orders:{address}"),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("orders:{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn a_client_is_an_address_or_a_network() {
        let keys = ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8:1:2:3:4:5:6"].map(|client| key(client.parse().unwrap()));
        assert_eq!(keys, ["orders:192.0.2.1", "orders:192.0.2.1", "orders:2001:db8:1:2::/64"]);
    }
}
