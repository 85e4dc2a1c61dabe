//! Builds on a scratch database what was read from a live one.
//!
//! In: a connection to an empty scratch database, and a state. Out: a database that holds it. What roles are is a matter
//! of the live database's server: only their names are needed here, and a private server gets them as placeholders.

use lockstep_core::catalog::{Catalog, State};
use lockstep_core::emit::sql::create_all;
use postgres::Client;
use postgres::error::SqlState;

use crate::error::Error;
use crate::roles::{self, MissingRoles, Placeholders};

/// Builds the state; `roles` tells what becomes of those that it refers to and that the server does not have.
///
/// # Errors
/// When the server fails, or does not take what another server has printed.
pub fn rebuild(client: &mut Client, state: &State, roles: MissingRoles) -> Result<(), Error> {
    let script = create_all(state).join(";\n");
    let mut missing = Placeholders::new(roles);
    while let Err(source) = client.batch_execute(&script) {
        let hint = match source.as_db_error() {
            Some(error) if missing.are_made(client, error)? => continue,
            Some(error) => roles::missing(error).map(|role| roles::hint(&role)),
            None => None,
        };
        return Err(Error::Action { action: ACTION.to_owned(), hint, source });
    }
    invalidate(client, &state.catalog)
}

/// Marks the indexes that an interrupted build has left: no statement makes such ones. Only a superuser can; a server of
/// the user's has them valid, where nobody is.
fn invalidate(client: &mut Client, catalog: &Catalog) -> Result<(), Error> {
    let tables = catalog.tables.iter().map(|(table, it)| (table, &it.indexes));
    let views = catalog.materialized_views.iter().map(|(view, it)| (view, &it.indexes));
    let invalid = tables.chain(views).flat_map(|(owner, indexes)| {
        let invalid = indexes.iter().filter(|(_, index)| !index.valid);
        invalid.map(|(name, _)| owner.sibling(name.clone()).to_string())
    });
    let invalid: Vec<String> = invalid.collect();
    if invalid.is_empty() {
        return Ok(());
    }
    let mark = "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = ANY ($1::text[]::regclass[])";
    match client.execute(mark, &[&invalid]) {
        Err(source) if source.code() != Some(&SqlState::INSUFFICIENT_PRIVILEGE) => Err(Error::action(ACTION)(source)),
        Ok(_) | Err(_) => Ok(()),
    }
}

const ACTION: &str = "build the live database's schema on a scratch database";
