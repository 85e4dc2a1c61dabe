//! The migrations of a folder in the form that the runtime's migrator takes: what a service embeds, read when a command
//! runs.

use lockstep::migrator::{Migration, Migrations, Statement};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::migration::{MigrationFile, read_migrations};
use lockstep_core::plan::TransactionMode;
use lockstep_core::sql::split;
use lockstep_core::workspace::Workspace;

use crate::stop::Stop;

/// Migration files with their statements; [`Folder::borrow`] lends them to a migrator.
#[derive(Debug)]
pub(crate) struct Folder {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    migration: MigrationFile,
    /// The text and the line of each statement.
    statements: Vec<(String, u32)>,
}

impl Folder {
    /// Reads `migrations/`.
    ///
    /// # Errors
    /// What is wrong with its files.
    pub(crate) fn read(workspace: &Workspace) -> Result<Self, Stop> {
        let mut files = Vec::new();
        let mut diagnostics = Vec::new();
        for migration in read_migrations(workspace)?? {
            match statements(&migration) {
                Ok(statements) => files.push(File { migration, statements }),
                Err(wrong) => diagnostics.extend(wrong),
            }
        }
        if diagnostics.is_empty() { Ok(Self { files }) } else { Err(diagnostics.into()) }
    }

    /// Gives `work` the migrations as a service would embed them.
    pub(crate) fn lend<T>(&self, work: impl FnOnce(Migrations<'_>) -> T) -> T {
        let statements: Vec<Vec<Statement<'_>>> = self
            .files
            .iter()
            .map(|file| file.statements.iter().map(|(sql, line)| Statement { sql, line: *line }).collect())
            .collect();
        let migrations: Vec<Migration<'_>> = self
            .files
            .iter()
            .zip(&statements)
            .map(|(File { migration, statements: _ }, statements)| Migration {
                file: &migration.file_name,
                version: migration.version,
                name: &migration.name,
                sql: &migration.source.text,
                body_start: migration.body_start(),
                transactional: match migration.transaction() {
                    TransactionMode::Yes => true,
                    TransactionMode::No => false,
                },
                statements,
            })
            .collect();
        work(Migrations { migrations: &migrations })
    }
}

fn statements(migration: &MigrationFile) -> Result<Vec<(String, u32)>, Vec<Diagnostic>> {
    let text = &migration.source.text;
    let mut line = 1;
    let mut counted = 0;
    let statements = split(&migration.source)?;
    Ok(statements
        .iter()
        .map(|statement| {
            let start = statement.span.range.start;
            line += text[counted..start].matches('\n').count();
            counted = start;
            (statement.span.text().to_owned(), u32::try_from(line).unwrap_or(u32::MAX))
        })
        .collect())
}
