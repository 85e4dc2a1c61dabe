//! Which locks the statements of a migration take and which tables they rewrite: run on a scratch database and looked at.
//!
//! In: a scratch database in the state before the migration, and the statements. Out: what each statement was seen to
//! do to the relations that were there before; the scratch database is in the state after. Locks on what the migration
//! itself creates concern nobody else and are left out, as are those on system catalogs. An index is named only where
//! its lock is stronger than its table's.

mod blockers;

use std::collections::{BTreeMap, BTreeSet};

use lockstep_core::lock::LockMode;
use lockstep_core::name::QualifiedName;
use postgres::error::SqlState;

use crate::error::Error;
use crate::scratch::Scratch;

/// What one statement was seen to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// The strongest lock that the statement took on each relation and that the migration did not hold before.
    pub locks: BTreeMap<QualifiedName, LockMode>,
    /// The tables that got a new file: `ALTER TABLE` wrote them anew, or `TRUNCATE` emptied them.
    pub rewritten: BTreeSet<QualifiedName>,
}

/// Runs the statements, in one transaction or each on its own, and looks.
///
/// A statement on its own that can be in a transaction is put into one, so that its locks can be read before they are
/// released. One that cannot (`CREATE INDEX CONCURRENTLY`) is made to wait by others that hold weak locks for as long as
/// it runs: every lock that would stop writers has to wait for them and is seen, and a weaker one is seen where it is
/// the first or held during any wait.
///
/// # Errors
/// When a statement fails; what ran before it in the transaction is undone.
pub fn measure(scratch: &mut Scratch, statements: &[&str], transaction: bool) -> Result<Vec<Measured>, Error> {
    if transaction {
        return in_transaction(scratch, statements);
    }
    statements.iter().map(|statement| alone(scratch, statement)).collect()
}

/// Runs the statements without a look, in one transaction or each on its own.
///
/// # Errors
/// When a statement fails; what ran before it in the transaction is undone.
pub fn run(scratch: &mut Scratch, statements: &[&str], transaction: bool) -> Result<(), Error> {
    let client = scratch.client();
    if !transaction {
        return statements.iter().try_for_each(|sql| client.batch_execute(sql).map_err(failed(sql)));
    }
    let mut transaction = client.transaction()?;
    statements.iter().try_for_each(|sql| transaction.batch_execute(sql).map_err(failed(sql)))?;
    transaction.commit().map_err(Error::action(COMMIT))
}

/// The lines of a migration's `Locks:` field: one per relation, strongest first, with the server's version.
///
/// `ACCESS SHARE` is left out: it is what every reader takes.
#[must_use]
pub fn lock_lines(measured: &[Measured], version: &str) -> Vec<String> {
    let mut strongest = BTreeMap::new();
    let mut all_rewritten = BTreeSet::new();
    for Measured { locks, rewritten } in measured {
        all_rewritten.extend(rewritten);
        for (relation, mode) in locks {
            let held = strongest.entry(relation).or_insert(*mode);
            *held = (*held).max(*mode);
        }
    }
    let mut lines: Vec<(LockMode, &QualifiedName)> = strongest.into_iter().map(|(name, mode)| (mode, name)).collect();
    lines.retain(|(mode, _)| *mode > LockMode::AccessShare);
    lines.sort_by(|(left, left_name), (right, right_name)| right.cmp(left).then(left_name.cmp(right_name)));
    let line = |(mode, name): (LockMode, &QualifiedName)| {
        let rewrite = match mode {
            LockMode::AccessExclusive if all_rewritten.contains(name) => " (rewrite)",
            LockMode::AccessExclusive => " (no rewrite)",
            LockMode::AccessShare
            | LockMode::RowShare
            | LockMode::RowExclusive
            | LockMode::ShareUpdateExclusive
            | LockMode::Share
            | LockMode::ShareRowExclusive
            | LockMode::Exclusive => "",
        };
        format!("{mode} {}{rewrite} [measured, PostgreSQL {version}]", name.key())
    };
    lines.into_iter().map(line).collect()
}

/// A relation as it was before the migration.
#[derive(Clone, Debug)]
struct Relation {
    name: QualifiedName,
    /// The table of an index.
    table: Option<u32>,
    file: u32,
}

const COMMIT: &str = "commit the migration on a scratch database";

/// Locks by relation and mode, as seen at one moment.
type Seen = BTreeSet<(u32, LockMode)>;

const RELATIONS: &str = "
    SELECT c.oid, n.nspname::text, c.relname::text, i.indrelid, pg_catalog.pg_relation_filenode(c.oid), c.relkind::text
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'S', 'f', 'i', 'I')
      AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'";

const LOCKS: &str = "
    SELECT l.relation, l.mode, l.granted
    FROM pg_catalog.pg_locks l
    JOIN pg_catalog.pg_database d ON d.oid = l.database
    WHERE l.locktype = 'relation' AND l.pid = $1 AND d.datname = pg_catalog.current_database()";

fn in_transaction(scratch: &mut Scratch, statements: &[&str]) -> Result<Vec<Measured>, Error> {
    let mut watch = Watch::new(scratch)?;
    scratch.client().batch_execute("BEGIN")?;
    let measured: Result<Vec<Measured>, Error> =
        statements.iter().map(|statement| watch.statement(scratch, statement)).collect();
    match measured {
        Ok(measured) => {
            scratch.client().batch_execute("COMMIT").map_err(Error::action(COMMIT))?;
            Ok(measured)
        }
        Err(error) => {
            _ = scratch.client().batch_execute("ROLLBACK");
            Err(error)
        }
    }
}

fn alone(scratch: &mut Scratch, statement: &str) -> Result<Measured, Error> {
    match in_transaction(scratch, &[statement]) {
        Ok(mut measured) => Ok(measured.pop().unwrap_or_default()),
        Err(error) if error.db().is_some_and(|db| refused_in_transaction(db.code())) => {
            let mut watch = Watch::new(scratch)?;
            let seen = blockers::watch(scratch, statement)?;
            let rewritten = watch.rewritten(scratch)?;
            Ok(Measured { locks: watch.newly_taken(seen), rewritten })
        }
        Err(error) => Err(error),
    }
}

/// What `CREATE INDEX CONCURRENTLY` and a block that commits answer inside of a transaction.
fn refused_in_transaction(code: &SqlState) -> bool {
    *code == SqlState::ACTIVE_SQL_TRANSACTION || *code == SqlState::INVALID_TRANSACTION_TERMINATION
}

/// A second connection that looks at the first, and what is known so far.
struct Watch {
    monitor: postgres::Client,
    pid: i32,
    before: BTreeMap<u32, Relation>,
    held: Seen,
}

impl Watch {
    fn new(scratch: &mut Scratch) -> Result<Self, Error> {
        let monitor = scratch.connect()?;
        let pid = backend_pid(scratch.client())?;
        let before = relations(scratch.client())?;
        Ok(Self { monitor, pid, before, held: Seen::new() })
    }

    fn statement(&mut self, scratch: &mut Scratch, statement: &str) -> Result<Measured, Error> {
        scratch.client().batch_execute(statement).map_err(failed(statement))?;
        let seen =
            locks(&mut self.monitor, self.pid)?.into_iter().map(|(relation, mode, _)| (relation, mode)).collect();
        let locks = self.newly_taken(seen);
        // A new file needs ACCESS EXCLUSIVE. Without it nothing is asked on the migration's own connection, where a
        // query would be one too many before SET TRANSACTION.
        let can_rewrite = self.held.iter().any(|(_, mode)| *mode == LockMode::AccessExclusive);
        let rewritten = if can_rewrite { self.rewritten(scratch)? } else { BTreeSet::new() };
        Ok(Measured { locks, rewritten })
    }

    fn newly_taken(&mut self, seen: Seen) -> BTreeMap<QualifiedName, LockMode> {
        let mut strongest: BTreeMap<u32, LockMode> = BTreeMap::new();
        for (relation, mode) in seen.difference(&self.held).filter(|(relation, _)| self.before.contains_key(relation)) {
            let found = strongest.entry(*relation).or_insert(*mode);
            *found = (*found).max(*mode);
        }
        self.held.extend(seen);
        let held_on =
            |table: u32| self.held.iter().filter(move |(relation, _)| *relation == table).map(|(_, mode)| *mode);
        let says_something = |relation: &Relation, mode: LockMode| {
            relation.table.is_none_or(|table| held_on(table).max().is_none_or(|held| held < mode))
        };
        strongest
            .into_iter()
            .filter_map(|(relation, mode)| Some((self.before.get(&relation)?, mode)))
            .filter(|(relation, mode)| says_something(relation, *mode))
            .map(|(relation, mode)| (relation.name.clone(), mode))
            .collect()
    }

    /// The tables whose file has changed since the last look.
    fn rewritten(&mut self, scratch: &mut Scratch) -> Result<BTreeSet<QualifiedName>, Error> {
        let mut found = BTreeSet::new();
        for (oid, now) in relations(scratch.client())? {
            let Some(before) = self.before.get_mut(&oid) else { continue };
            if before.file != now.file && before.table.is_none() {
                found.insert(before.name.clone());
            }
            before.file = now.file;
        }
        Ok(found)
    }
}

fn relations(client: &mut postgres::Client) -> Result<BTreeMap<u32, Relation>, Error> {
    let rows = client.query(RELATIONS, &[]).map_err(Error::action("read the relations of a scratch database"))?;
    let relation = |row: &postgres::Row| {
        let name = QualifiedName::new(row.get::<_, String>(1), row.get::<_, String>(2));
        Relation { name, table: row.get(3), file: row.get::<_, Option<u32>>(4).unwrap_or_default() }
    };
    Ok(rows.iter().map(|row| (row.get(0), relation(row))).collect())
}

/// The relation locks of a connection: relation, mode, and whether it has got it.
fn locks(monitor: &mut postgres::Client, pid: i32) -> Result<Vec<(u32, LockMode, bool)>, Error> {
    let rows = monitor.query(LOCKS, &[&pid]).map_err(Error::action("read pg_locks"))?;
    // Predicate locks of serializable transactions are the only other modes; they stop nobody.
    let lock = |row: &postgres::Row| Some((row.get(0), LockMode::from_pg_locks(row.get(1))?, row.get(2)));
    Ok(rows.iter().filter_map(lock).collect())
}

fn backend_pid(client: &mut postgres::Client) -> Result<i32, Error> {
    let row =
        client.query_one("SELECT pg_catalog.pg_backend_pid()", &[]).map_err(Error::action("read a process id"))?;
    Ok(row.get(0))
}

fn failed(statement: &str) -> impl FnOnce(postgres::Error) -> Error {
    Error::action(format!("run {statement} on a scratch database"))
}
