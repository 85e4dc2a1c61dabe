//! Who stands in the way: the processes that hold what another process waits for, as the server names them. Reads
//! `pg_blocking_pids`, `pg_locks` and `pg_stat_activity` only; ends no process.

use std::fmt;
use std::time::Duration;

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Row};

use super::statement::first_line;

/// A server process that holds a lock another one waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocker {
    /// `pg_stat_activity.pid`; 0 stands for a prepared transaction.
    pub pid: i32,
    /// The role, where the server lets us see it.
    pub user: Option<String>,
    /// `application_name`.
    pub application: Option<String>,
    /// The client's address; `None` over a Unix socket.
    pub address: Option<String>,
    /// `active`, `idle in transaction`, …
    pub state: Option<String>,
    /// How long ago its last statement started.
    pub query_age: Option<Duration>,
    /// The first line of its last statement.
    pub query: Option<String>,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Blocker { pid, user, application, address, state, query_age, query } = self;
        if *pid == 0 {
            return f.write_str("a prepared transaction (see pg_prepared_xacts)");
        }
        write!(f, "pid {pid}, user {}", user.as_deref().unwrap_or("unknown"))?;
        if let Some(application) = application.as_deref().filter(|name| !name.is_empty()) {
            write!(f, ", application {application}")?;
        }
        if let Some(address) = address {
            write!(f, ", from {address}")?;
        }
        write!(f, ", {}", state.as_deref().unwrap_or("state unknown"))?;
        if let Some(age) = query_age {
            write!(f, ", last statement {:.1} s ago", age.as_secs_f64())?;
        }
        match query {
            Some(query) => write!(f, ": {query}"),
            None => Ok(()),
        }
    }
}

/// The columns of one [`Blocker`], read from `pg_stat_activity AS a` beside `p.pid`.
macro_rules! blocker_columns {
    () => {
        "p.pid, a.usename::text, a.application_name, host(a.client_addr), a.state, \
         greatest(extract(epoch FROM clock_timestamp() - coalesce(a.query_start, a.backend_start)), 0)::float8, a.query"
    };
}

/// The processes that `pid` waits for at this moment.
pub(crate) async fn blocking(client: &Client, pid: i32) -> Result<Vec<Blocker>, Error> {
    const QUERY: &str = concat!(
        "SELECT ",
        blocker_columns!(),
        " FROM (SELECT DISTINCT unnest(pg_blocking_pids($1))) AS p(pid) LEFT JOIN pg_stat_activity AS a USING (pid) ORDER BY 1"
    );
    read(client.query_typed(QUERY, &[(&pid, Type::INT4)]).await?)
}

/// Other sessions of this database with an open transaction that holds a lock on a table of the user's, oldest first:
/// the best that is left to say where nobody could look on while a statement waited.
pub(crate) async fn suspects(client: &Client) -> Result<Vec<Blocker>, Error> {
    const QUERY: &str = concat!(
        "SELECT ",
        blocker_columns!(),
        " FROM (SELECT DISTINCT l.pid FROM pg_locks AS l \
                WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid() AND l.relation >= 16384 \
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS p(pid) \
         JOIN pg_stat_activity AS a USING (pid) ORDER BY a.xact_start LIMIT 3"
    );
    read(client.query_typed(QUERY, &[]).await?)
}

/// Who holds the advisory lock of this key.
pub(crate) async fn advisory_holder(client: &Client, key: i64) -> Result<Vec<Blocker>, Error> {
    const QUERY: &str = concat!(
        "SELECT ",
        blocker_columns!(),
        " FROM pg_locks AS p LEFT JOIN pg_stat_activity AS a USING (pid) \
         WHERE p.locktype = 'advisory' AND p.granted AND p.objsubid = 1 \
         AND p.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND p.classid::int8 = $1 >> 32 AND p.objid::int8 = $1 & 4294967295"
    );
    read(client.query_typed(QUERY, &[(&key, Type::INT8)]).await?)
}

fn read(rows: Vec<Row>) -> Result<Vec<Blocker>, Error> {
    rows.iter().map(blocker).collect()
}

fn blocker(row: &Row) -> Result<Blocker, Error> {
    let age: Option<f64> = row.try_get(5)?;
    let query: Option<String> = row.try_get(6)?;
    Ok(Blocker {
        pid: row.try_get::<_, Option<i32>>(0)?.unwrap_or_default(),
        user: row.try_get(1)?,
        application: row.try_get(2)?,
        address: row.try_get(3)?,
        state: row.try_get(4)?,
        query_age: age.map(Duration::from_secs_f64),
        query: query.as_deref().map(first_line).filter(|line| !line.is_empty()),
    })
}
