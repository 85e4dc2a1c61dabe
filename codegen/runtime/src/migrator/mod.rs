//! The migrator: brings a database to the state that a binary was built for, when the binary starts.
//!
//! In: the migrations that `migrations!()` embeds (or that a tool read at run time) and a connection.
//! Out: a [`Report`] of what was applied, or a [`MigrateError`] that says what to do next.
//! It never blocks on an advisory lock, never sends two statements in one message, and never writes into a migration file.

mod migration;

pub use migration::{Migration, Migrations, Statement};
