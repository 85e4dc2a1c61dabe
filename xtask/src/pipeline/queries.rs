//! The queries of `app/queries/`: read, and understood by a server that has the schema.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use lockstep_core::query::{self, QueryText};
use lockstep_core::source::SourceFile;
use lockstep_core::workspace::{Workspace, unreadable};
use lockstep_postgres::{Understood, understand};

use crate::pipeline::side::Side;
use crate::stop::Stop;

/// The queries by file and name: `orders.find_open`.
pub type Queries = BTreeMap<String, QueryText>;

/// Reads all of them.
///
/// # Errors
/// What is wrong with the files and their notation.
pub fn read(workspace: &Workspace) -> Result<Queries, Stop> {
    let files = match workspace.sql_files(Workspace::QUERIES) {
        Ok(files) => files,
        Err(error) => match unreadable(&error) {
            Some(wrong) => return Err(wrong.to_vec().into()),
            None => return Err(anyhow::Error::new(error).context("cannot read the queries").into()),
        },
    };
    let (mut queries, mut wrong) = (Queries::new(), Vec::new());
    for file in &files {
        match query::read(file) {
            Ok(read) => queries.extend(read.into_iter().map(|query| (key(file, &query), query))),
            Err(diagnostics) => wrong.extend(diagnostics),
        }
    }
    if wrong.is_empty() { Ok(queries) } else { Err(wrong.into()) }
}

/// `orders.find_open` for a query of `app/queries/orders.sql`.
fn key(file: &Arc<SourceFile>, query: &QueryText) -> String {
    let path = file.path.strip_prefix(Workspace::QUERIES).unwrap_or(&file.path).trim_start_matches('/');
    format!("{}.{}", path.trim_end_matches(".sql").replace('/', "."), query.name)
}

/// Asks the server about each of them.
///
/// # Errors
/// What the server refuses, at its place in the files.
pub fn understood(queries: &Queries, desired: &mut Side) -> Result<BTreeMap<String, Understood>, Stop> {
    let (mut all, mut wrong) = (BTreeMap::new(), Vec::new());
    for (name, text) in queries {
        match understand(desired.scratch.client(), text)
            .with_context(|| format!("cannot ask about the query {name}"))?
        {
            Ok(understood) => _ = all.insert(name.clone(), understood),
            Err(diagnostics) => wrong.extend(diagnostics),
        }
    }
    if wrong.is_empty() { Ok(all) } else { Err(wrong.into()) }
}
