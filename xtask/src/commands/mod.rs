//! The one table of commands; each has a file.

use clap::Subcommand;

use crate::cli::Context;
use crate::stop::{Outcome, Stop};

pub mod check;
pub mod db_diff;
pub mod db_generate;
pub mod db_migrate;
pub mod db_status;
pub mod dev;
pub mod query_check;
pub mod services_down;
pub mod services_status;
pub mod services_up;
pub mod test;

/// What `cargo xtask` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Migrate a development database and serve the application
    #[command(name = "dev")]
    Dev(dev::Arguments),
    /// Prove that schema/, migrations/, the certificate and the generated code belong together
    #[command(name = "check")]
    Check(check::Arguments),
    /// Run every test of the workspace against a real PostgreSQL
    #[command(name = "test")]
    Test(test::Arguments),
    /// Write the migration that leads from the migrations to schema/, and the certificate
    #[command(name = "db:generate")]
    DbGenerate(db_generate::Arguments),
    /// Apply the migrations that the database at DATABASE_URL does not have
    #[command(name = "db:migrate")]
    DbMigrate(db_migrate::Arguments),
    /// Show which migrations the database at DATABASE_URL has
    #[command(name = "db:status")]
    DbStatus(db_status::Arguments),
    /// Print the SQL that leads from one schema to another
    #[command(name = "db:diff")]
    DbDiff(db_diff::Arguments),
    /// Say what the development server says about the query on the standard input
    #[command(name = lockstep_core::query::inline::CHECK, hide = true)]
    QueryCheck(query_check::Arguments),
    /// Find or start the development server
    #[command(name = "services:up")]
    ServicesUp(services_up::Arguments),
    /// Stop the private server of the workspace
    #[command(name = "services:down")]
    ServicesDown(services_down::Arguments),
    /// Show which servers run for the workspace
    #[command(name = "services:status")]
    ServicesStatus(services_status::Arguments),
}

impl Command {
    /// Runs it.
    ///
    /// # Errors
    /// What stopped it.
    pub fn run(&self, context: &Context<'_>) -> Result<Outcome, Stop> {
        match self {
            Self::Dev(arguments) => dev::run(context, arguments),
            Self::Check(arguments) => check::run(context, arguments),
            Self::Test(arguments) => test::run(context, arguments),
            Self::DbGenerate(arguments) => db_generate::run(context, arguments),
            Self::DbMigrate(arguments) => db_migrate::run(context, arguments),
            Self::DbStatus(arguments) => db_status::run(context, arguments),
            Self::DbDiff(arguments) => db_diff::run(context, arguments),
            Self::QueryCheck(arguments) => query_check::run(context, arguments),
            Self::ServicesUp(arguments) => services_up::run(context, arguments),
            Self::ServicesDown(arguments) => services_down::run(context, arguments),
            Self::ServicesStatus(arguments) => services_status::run(context, arguments),
        }
    }
}
