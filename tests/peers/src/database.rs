//! The server of the workspace, and a database on it that has the tables of `schema/`.

use std::fs;
use std::path::{Path, PathBuf};

use lockstep_postgres::scratch::Scratch;
use lockstep_postgres::server;
use tokio_postgres::{Client, NoTls};

/// The workspace of Lockstep.
pub fn workspace_root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.ancestors().nth(2).expect("tests/peers is two folders below it").to_owned()
}

/// A database with the tables; it is gone when the value is dropped.
pub fn scratch() -> Scratch {
    let server = server::ensure(&workspace_root()).unwrap_or_else(|error| panic!("{error}"));
    let mut scratch = server.scratch().unwrap_or_else(|error| panic!("{error}"));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/10_bench.sql");
    let schema = fs::read_to_string(file).expect("the schema can be read");
    scratch.client().batch_execute(&schema).expect("the schema is right");
    scratch
}

/// A connection, driven in the background until the client is dropped.
pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the server takes connections");
    tokio::spawn(connection);
    client
}
