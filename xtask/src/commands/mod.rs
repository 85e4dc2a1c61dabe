//! The one table of commands; each has a file.

use clap::Subcommand;

use crate::cli::Context;
use crate::stop::{Outcome, Stop};

pub mod db_diff;
pub mod db_generate;

/// What `cargo xtask` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the migration that leads from the migrations to schema/, and the certificate
    #[command(name = "db:generate")]
    DbGenerate(db_generate::Arguments),
    /// Print the SQL that leads from one schema to another
    #[command(name = "db:diff")]
    DbDiff(db_diff::Arguments),
}

impl Command {
    /// Runs it.
    ///
    /// # Errors
    /// What stopped it.
    pub fn run(&self, context: &Context<'_>) -> Result<Outcome, Stop> {
        match self {
            Self::DbGenerate(arguments) => db_generate::run(context, arguments),
            Self::DbDiff(arguments) => db_diff::run(context, arguments),
        }
    }
}
