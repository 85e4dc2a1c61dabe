//! SQL statements for the objects of a catalog.
//!
//! In: model structs. Out: statements without a final semicolon. Expressions and definitions are the server's own
//! texts; everything else is put together here, with every name quoted by [`crate::name`].

use crate::catalog::State;

/// The statements that build the whole catalog from nothing (but the schema `public`), ordered by dependencies.
#[must_use]
pub fn create_all(_state: &State) -> Vec<String> {
    Vec::new()
}
