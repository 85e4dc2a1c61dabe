//! Looking at a statement that runs its own transactions: others hold locks that it has to wait for, and while it waits
//! its locks can be read.
//!
//! One blocker holds `SHARE UPDATE EXCLUSIVE` on every table, which stops the first lock of the statement that is as
//! strong or stronger. Others hold `ROW EXCLUSIVE`, one after the other without a gap, until the statement has ended:
//! whatever stops writers has to wait for them, and so do the waits inside `CREATE INDEX CONCURRENTLY` for all who
//! write. The blockers never wait themselves, so nothing can deadlock.

use std::time::{Duration, Instant};

use lockstep_core::lock::LockMode;
use lockstep_core::name::QualifiedName;
use postgres::NoTls;

use super::{Seen, backend_pid, failed, locks};
use crate::error::Error;
use crate::scratch::Scratch;

/// How long a statement may wait for somebody else before it is cancelled.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the statement to its end and returns every relation lock that was seen.
pub(super) fn watch(scratch: &mut Scratch, statement: &str) -> Result<Seen, Error> {
    let pid = backend_pid(scratch.client())?;
    let tables = lockable(scratch.client())?;
    let mut observer = Observer {
        monitor: scratch.connect()?,
        pid,
        first: hold(scratch, &tables, LockMode::ShareUpdateExclusive)?,
        writer: hold(scratch, &tables, LockMode::RowExclusive)?,
        seen: Seen::new(),
    };
    let shared = (scratch.server().clone(), scratch.name().to_owned());
    let connect = || shared.0.connect(&shared.1);
    let client = scratch.client();
    let cancel = client.cancel_token();
    std::thread::scope(|scope| {
        let running = scope.spawn(|| client.batch_execute(statement));
        let observed = observer.until(|| running.is_finished(), &tables, &connect);
        // Whatever has happened, nobody may be left waiting: the blockers go before the statement is waited for.
        let Observer { seen, first, writer, monitor: _, pid: _ } = observer;
        drop((first, writer));
        if observed.is_err() {
            _ = cancel.cancel_query(NoTls);
        }
        let ended = running.join().map_err(|_| Error::Unexpected("the measured statement panicked".to_owned()))?;
        observed?;
        ended.map_err(failed(statement))?;
        Ok(seen)
    })
}

struct Observer {
    monitor: postgres::Client,
    pid: i32,
    /// Stops the statement's first lock; gone after that.
    first: Option<Blocker>,
    /// Stops whatever stops writers; replaced at every other wait.
    writer: Option<Blocker>,
    seen: Seen,
}

/// A connection in a transaction that holds locks.
struct Blocker {
    client: postgres::Client,
    pid: i32,
}

impl Observer {
    fn until(
        &mut self,
        has_ended: impl Fn() -> bool,
        tables: &[QualifiedName],
        connect: &dyn Fn() -> Result<postgres::Client, Error>,
    ) -> Result<(), Error> {
        let mut last_progress = Instant::now();
        while !has_ended() {
            if self.is_waiting()? {
                last_progress = Instant::now();
                self.let_it_go_on(tables, connect)?;
            } else if last_progress.elapsed() > PATIENCE && !self.blocked_by()?.is_empty() {
                return Err(Error::Unexpected("the measured statement waits for another connection".to_owned()));
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        Ok(())
    }

    /// Whether one of the blockers stops the statement at this moment; its locks are noted then.
    fn is_waiting(&mut self) -> Result<bool, Error> {
        let blocked_by = self.blocked_by()?;
        let mut ours = [&self.first, &self.writer].into_iter().flatten();
        if !ours.any(|blocker| blocked_by.contains(&blocker.pid)) {
            return Ok(false);
        }
        let found = locks(&mut self.monitor, self.pid)?;
        self.seen.extend(found.iter().map(|(relation, mode, _)| (*relation, *mode)));
        Ok(true)
    }

    fn let_it_go_on(
        &mut self,
        tables: &[QualifiedName],
        connect: &dyn Fn() -> Result<postgres::Client, Error>,
    ) -> Result<(), Error> {
        if let Some(first) = self.first.take() {
            return end(first);
        }
        let Some(writer) = self.writer.take() else { return Ok(()) };
        // The next one takes its locks before this one gives up its own. Where that is refused the statement has got
        // a lock that stops writers, and has been seen.
        self.writer = lock_all(connect()?, tables, LockMode::RowExclusive)?;
        end(writer)
    }

    fn blocked_by(&mut self) -> Result<Vec<i32>, Error> {
        let row = self
            .monitor
            .query_one("SELECT pg_catalog.pg_blocking_pids($1)", &[&self.pid])
            .map_err(Error::action("read who blocks whom"))?;
        Ok(row.get(0))
    }
}

fn hold(scratch: &Scratch, tables: &[QualifiedName], mode: LockMode) -> Result<Option<Blocker>, Error> {
    lock_all(scratch.connect()?, tables, mode)
}

/// Begins a transaction with a lock on every table; `None` where somebody holds a lock against it.
fn lock_all(mut client: postgres::Client, tables: &[QualifiedName], mode: LockMode) -> Result<Option<Blocker>, Error> {
    if tables.is_empty() {
        return Ok(None);
    }
    let list: Vec<String> = tables.iter().map(|table| format!("ONLY {table}")).collect();
    let sql = format!("BEGIN; LOCK TABLE {} IN {mode} MODE NOWAIT", list.join(", "));
    match client.batch_execute(&sql) {
        Ok(()) => Ok(Some(Blocker { pid: backend_pid(&mut client)?, client })),
        Err(error) if error.code() == Some(&postgres::error::SqlState::LOCK_NOT_AVAILABLE) => Ok(None),
        Err(source) => Err(Error::action("lock the tables of a scratch database")(source)),
    }
}

fn end(mut blocker: Blocker) -> Result<(), Error> {
    blocker.client.batch_execute("ROLLBACK").map_err(Error::action("release the locks of a scratch database"))
}

fn lockable(client: &mut postgres::Client) -> Result<Vec<QualifiedName>, Error> {
    let rows = client
        .query(
            "SELECT n.nspname::text, c.relname::text
             FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
             ORDER BY 1, 2",
            &[],
        )
        .map_err(Error::action("read the tables of a scratch database"))?;
    Ok(rows.iter().map(|row| QualifiedName::new(row.get::<_, String>(0), row.get::<_, String>(1))).collect())
}
