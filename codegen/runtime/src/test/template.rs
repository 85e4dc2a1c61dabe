//! The template: an empty database with all migrations, made once for a server and copied for each test.
//!
//! Its name holds a hash of the workspace and one of the migrations, so that other migrations have another template. It
//! is filled under a name of its own and renamed when it is complete, so that whoever finds it can copy it; nobody can
//! connect to it. A few templates of a workspace are kept, for branches that are gone back to; of the others those that
//! were not used for longest are dropped.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Config};

use super::database::{Found, comment, disconnect, named, remove, survey, sweep};
use super::error::TestError;
use super::server::{self, Origin};
use super::{Setup, connect};
use crate::migrator::{IntoConfig as _, Migrator, jittered, target};

/// How many templates of a workspace stay.
const KEPT: usize = 4;

/// How long another process may make the template.
const PATIENCE: Duration = Duration::from_secs(300);

/// A template that was used in this time is not marked as used again.
const USED: i64 = 3600;

/// What the name of a template ends with until it is complete.
const UNFINISHED: &str = "_new";

/// A template that is there, and where.
#[derive(Clone, Debug)]
pub(super) struct Ready {
    /// A connection string of the server.
    pub(super) url: String,
    /// The name of the template.
    pub(super) template: String,
    /// What `CREATE DATABASE` says of how to copy it.
    pub(super) strategy: &'static str,
    /// Who makes databases there.
    pub(super) user: String,
    /// The server's time when it was asked, in seconds since 1970.
    pub(super) epoch: i64,
    /// When it was asked.
    pub(super) at: Instant,
}

impl Ready {
    /// How to connect to the server.
    pub(super) fn config(&self) -> Result<Config, TestError> {
        Ok(named(self.url.as_str().into_config().map_err(|_| TestError::Url)?))
    }
}

/// What this process has asked for already, by the hash of what was asked.
static READY: Mutex<Vec<(u64, Ready)>> = Mutex::new(Vec::new());

/// The template of a test, made where it is missing, with a connection to its server.
pub(super) fn ready(runtime: &Runtime, setup: &Setup) -> Result<(Ready, Client), TestError> {
    // The tests of a process wait here for the first of them.
    let mut known = READY.lock().unwrap_or_else(PoisonError::into_inner);
    let key = hash(&(setup.workspace, contents(setup)));
    if let Some((_, ready)) = known.iter().find(|(known, _)| *known == key) {
        let ready = ready.clone();
        drop(known);
        let config = ready.config()?;
        let admin = runtime.block_on(connect(&config));
        let admin = admin.map_err(|source| TestError::Connect { target: target(&config), source })?;
        return Ok((ready, admin));
    }
    let (ready, admin) = runtime.block_on(prepare(setup))?;
    known.push((key, ready.clone()));
    Ok((ready, admin))
}

/// Looks anew the next time.
pub(super) fn forget(ready: &Ready) {
    READY.lock().unwrap_or_else(PoisonError::into_inner).retain(|(_, known)| known.template != ready.template);
}

async fn prepare(setup: &Setup) -> Result<(Ready, Client), TestError> {
    let (url, admin, origin) = server::find(setup).await?;
    const QUERY: &str =
        "SELECT extract(epoch FROM now())::int8, current_setting('server_version_num')::int4, current_user::text";
    let row = admin.query_typed_one(QUERY, &[]).await.map_err(TestError::server("read the server's version"))?;
    let (epoch, version, user): (i64, i32, String) = (row.get(0), row.get(1), row.get(2));
    // Only its owner copies a database that is not declared a template.
    let of_workspace = format!("lockstep_template_{:08x}_", hash(&setup.workspace) >> 32);
    let template = format!("{of_workspace}{:016x}", hash(&(contents(setup), &user)));
    let ready = Ready { url, template, strategy: strategy(version, origin), user, epoch, at: Instant::now() };
    let found = survey(&admin).await?;
    sweep(&admin, &found, epoch).await;
    make(&ready, &admin, setup).await?;
    mark(&admin, &found, setup, &ready).await;
    trim(&admin, &found, &of_workspace, &ready).await;
    Ok((ready, admin))
}

/// Copying files takes half the time of writing the copy to the WAL where nothing is synced to the disk; its checkpoints
/// would be felt on a server that others use. PostgreSQL 14 always copies files and has no word for it.
fn strategy(version: i32, origin: Origin) -> &'static str {
    match origin {
        Origin::Private if version >= 150_000 => " STRATEGY file_copy",
        Origin::Private | Origin::Url => "",
    }
}

/// What decides about the contents of a template.
fn contents(setup: &Setup) -> u64 {
    let migrations: Vec<(&str, &str)> =
        setup.migrations.migrations.iter().map(|migration| (migration.file, migration.sql)).collect();
    hash(&(env!("CARGO_PKG_VERSION"), migrations))
}

/// Another release of Rust may hash otherwise, and then makes a template of its own.
fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Makes the template, unless it is there: one process of many does, and the others look again and again whether it is
/// done. A lock that is waited for would hold a snapshot, for which `CREATE INDEX CONCURRENTLY` in a migration waits.
async fn make(ready: &Ready, admin: &Client, setup: &Setup) -> Result<(), TestError> {
    let since = Instant::now();
    while !exists(admin, &ready.template).await? {
        if lock(admin, &ready.template).await? {
            let made = match exists(admin, &ready.template).await {
                Ok(false) => fill(ready, admin, setup).await,
                other => other.map(drop),
            };
            unlock(admin, &ready.template).await?;
            return made;
        }
        if since.elapsed() > PATIENCE {
            return Err(TestError::Wait { template: ready.template.clone(), seconds: since.elapsed().as_secs() });
        }
        tokio::time::sleep(jittered(Duration::from_millis(50))).await;
    }
    Ok(())
}

async fn exists(admin: &Client, name: &str) -> Result<bool, TestError> {
    const QUERY: &str = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)";
    let row = admin.query_typed_one(QUERY, &[(&name, Type::TEXT)]).await;
    row.and_then(|row| row.try_get(0)).map_err(TestError::server("look for the template"))
}

async fn lock(admin: &Client, template: &str) -> Result<bool, TestError> {
    let row = admin.query_typed_one("SELECT pg_try_advisory_lock($1)", &[(&key(template), Type::INT8)]).await;
    row.and_then(|row| row.try_get(0)).map_err(TestError::server("lock the template"))
}

async fn unlock(admin: &Client, template: &str) -> Result<(), TestError> {
    let row = admin.query_typed_one("SELECT pg_advisory_unlock($1)", &[(&key(template), Type::INT8)]).await;
    row.map(drop).map_err(TestError::server("unlock the template"))
}

fn key(template: &str) -> i64 {
    hash(&template).cast_signed()
}

/// Under the lock.
async fn fill(ready: &Ready, admin: &Client, setup: &Setup) -> Result<(), TestError> {
    let unfinished = format!("{}{UNFINISHED}", ready.template);
    let creating = |source: tokio_postgres::Error| match source.code() {
        Some(code) if *code == tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE => {
            TestError::Privilege { user: ready.user.clone() }
        }
        _ => TestError::Server { doing: "create the template", source },
    };
    // What a process that was killed has left.
    remove(admin, &unfinished).await?;
    admin.batch_execute(&format!("CREATE DATABASE {unfinished} TEMPLATE template0")).await.map_err(creating)?;
    let config = server::with_database(&ready.url, &unfinished).as_str().into_config().map_err(|_| TestError::Url)?;
    if let Err(error) = Migrator::new(setup.migrations).application("lockstep::test").run(config).await {
        remove(admin, &unfinished).await?;
        return Err(error.into());
    }
    disconnect(admin, &unfinished).await?;
    // Whoever is connected to a template keeps others from copying it.
    let finish = [
        format!("ALTER DATABASE {unfinished} ALLOW_CONNECTIONS false"),
        format!("ALTER DATABASE {unfinished} RENAME TO {}", ready.template),
    ];
    for sql in finish {
        admin.batch_execute(&sql).await.map_err(TestError::server("finish the template"))?;
    }
    comment(admin, &ready.template, &used(setup, ready.epoch)).await
}

const LAST_USED: &str = ", last used at ";

/// What the comment on a template says.
fn used(setup: &Setup, epoch: i64) -> String {
    format!("template of lockstep::test for {}{LAST_USED}{epoch}", setup.workspace)
}

/// When a template was last used: long ago where that cannot be read.
fn last_used(found: &Found) -> i64 {
    found.comment.as_deref().and_then(|text| text.rsplit_once(LAST_USED)?.1.parse().ok()).unwrap_or_default()
}

/// Says that the template is used. Another process may say so at the same moment, which the server refuses one of them.
async fn mark(admin: &Client, found: &[Found], setup: &Setup, ready: &Ready) {
    let known = found.iter().find(|found| found.name == ready.template);
    if known.is_some_and(|found| ready.epoch - last_used(found) > USED) {
        _ = comment(admin, &ready.template, &used(setup, ready.epoch)).await;
    }
}

/// Drops the templates of the workspace that were not used for longest, and those that nobody finishes.
async fn trim(admin: &Client, found: &[Found], of_workspace: &str, ready: &Ready) {
    let others = found.iter().filter(|found| found.name.starts_with(of_workspace) && found.name != ready.template);
    let (unfinished, mut finished): (Vec<&Found>, Vec<&Found>) =
        others.partition(|found| found.name.ends_with(UNFINISHED));
    finished.sort_by_key(|found| std::cmp::Reverse(last_used(found)));
    // Another process may drop the same one at this moment, or copy it: then it makes it anew.
    for found in finished.iter().skip(KEPT - 1) {
        _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {}", found.name)).await;
    }
    for found in unfinished {
        let template = found.name.trim_end_matches(UNFINISHED);
        if lock(admin, template).await.unwrap_or(false) {
            _ = remove(admin, &found.name).await;
            _ = unlock(admin, template).await;
        }
    }
}
