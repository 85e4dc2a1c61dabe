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
    use lockstep::TestDb;

    use super::*;
    use crate::database::MIGRATIONS;

    #[lockstep::test(migrations = MIGRATIONS)]
    async fn a_window_counts_its_own_requests(db: TestDb) -> Result<(), Error> {
        let client = IpAddr::from([192, 0, 2, 1]);
        assert_eq!([hit(&db, client).await?, hit(&db, client).await?], [1, 2]);
        assert_eq!(hit(&db, IpAddr::from([192, 0, 2, 2])).await?, 1);
        let over = "UPDATE commerce.rate_limit SET window_started_at = window_started_at - interval '2 minutes'";
        db.execute(over, &[]).await.unwrap();
        assert_eq!(hit(&db, client).await?, 1);
        rate_limit::sweep(&db, WINDOW.as_secs_f64()).await?;
        assert_eq!(db.query_one("SELECT count(*) FROM commerce.rate_limit", &[]).await.unwrap().get::<_, i64>(0), 1);
        Ok(())
    }

    #[test]
    fn a_client_is_an_address_or_a_network() {
        let keys = ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8:1:2:3:4:5:6"].map(|client| key(client.parse().unwrap()));
        assert_eq!(keys, ["orders:192.0.2.1", "orders:192.0.2.1", "orders:2001:db8:1:2::/64"]);
    }
}
