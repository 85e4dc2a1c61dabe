//! What the integration suites share: the development server, migrations as a service embeds them, and a proxy that
//! counts and mixes connections. No suite of its own, and nothing that stands in for PostgreSQL.

use std::path::{Path, PathBuf};

use lockstep_postgres::server::{self, Server};
use tokio_postgres::{Client, NoTls};

pub mod convergence;
pub mod copy;
pub mod databases;
pub mod fixture;
pub mod live_tables;
pub mod many_tables;
pub mod migrating;
pub mod pairs;
pub mod proxy;
pub mod workspace;

/// The workspace.
///
/// # Panics
/// Never: this package is one folder below it.
#[must_use]
pub fn workspace_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is inside the workspace").to_owned()
}

/// The development server of the workspace, started where it is not running.
///
/// # Panics
/// Where there is none.
#[must_use]
pub fn server() -> Server {
    server::ensure(&workspace_root()).unwrap_or_else(|error| panic!("{error}"))
}

/// Runs a test's asynchronous part. A scratch database is made before and dropped after it, because it is not
/// asynchronous.
///
/// # Panics
/// Where no runtime can be started.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime can be started").block_on(future)
}

/// A connection, driven in the background until the client is dropped.
///
/// # Panics
/// Where the server refuses it.
pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap_or_else(|error| panic!("{error:?}"));
    tokio::spawn(connection);
    client
}
