//! What the calls take of the processor, in the client and in the server.
//!
//! In: a connection to the database of the bench. Out: processor time, where the system tells it (Linux), else time by
//! the clock. All work is bound to one processor. Where client and server have one each, every message wakes up a
//! sleeping one: a call of 20 µs then takes 60. Which of the two it is the scheduler decides for each connection, and
//! keeps to it, so that hand-written code took 0.4 to 4 times as long as its own copy. By the clock it would be noise as
//! well what else the machine does.

use std::time::Duration;

use tokio_postgres::Client;

/// The server's processes for the database.
pub struct Servers(Vec<i32>);

impl Servers {
    /// Finds them, and binds them and this thread to one processor.
    pub async fn bound(admin: &Client) -> Self {
        let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() ORDER BY pid";
        let rows = admin.query(sql, &[]).await.expect("the server tells its connections");
        let servers = Self(rows.iter().map(|row| row.get(0)).collect());
        if let Err(error) = system::bind(&servers.0) {
            crate::report::progress(&format!("nothing is bound to one processor, expect noise: {error}"));
        }
        servers
    }

    /// The processor time that they have taken; nothing where the system does not tell it.
    pub fn time(&self) -> Duration {
        self.0.iter().map(|server| system::time_of(*server)).sum()
    }
}

/// The processor time that this thread has taken; else the time by the clock.
pub fn thread_time() -> Duration {
    system::thread_time()
}

#[cfg(target_os = "linux")]
mod system {
    use std::time::Duration;
    use std::{fs, io};

    use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};
    use rustix::time::{ClockId, clock_gettime};

    pub(super) fn bind(servers: &[i32]) -> io::Result<()> {
        let allowed = sched_getaffinity(None)?;
        let first = (0..CpuSet::MAX_CPU).find(|cpu| allowed.is_set(*cpu)).ok_or(io::ErrorKind::NotFound)?;
        let mut only = CpuSet::new();
        only.set(first);
        sched_setaffinity(None, &only)?;
        for server in servers {
            sched_setaffinity(Pid::from_raw(*server), &only)?;
        }
        Ok(())
    }

    /// The first number of `schedstat`: nanoseconds on a processor (Documentation/scheduler/sched-stats.rst).
    pub(super) fn time_of(process: i32) -> Duration {
        let text = fs::read_to_string(format!("/proc/{process}/schedstat")).unwrap_or_default();
        let nanoseconds = text.split_whitespace().next().and_then(|number| number.parse().ok());
        Duration::from_nanos(nanoseconds.unwrap_or_default())
    }

    pub(super) fn thread_time() -> Duration {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.try_into().expect("the time of a thread is not negative")
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::io;
    use std::sync::LazyLock;
    use std::time::{Duration, Instant};

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);

    pub(super) fn bind(_: &[i32]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn time_of(_: i32) -> Duration {
        Duration::ZERO
    }

    pub(super) fn thread_time() -> Duration {
        START.elapsed()
    }
}
