//! Migrations for tests: files given as text or found in a folder, in the shape that a service embeds.

use std::path::Path;
use std::sync::Arc;

use lockstep::migrator::{Migration, Migrations, Statement};
use lockstep_core::migration::MigrationFile;
use lockstep_core::source::SourceFile;
use lockstep_core::sql::split;

/// What `migrations!()` would embed for these files (name and text). Lives as long as the test.
///
/// # Panics
/// On a file that is no migration.
#[must_use]
pub fn embed(files: &[(&str, &str)]) -> Migrations<'static> {
    let migrations: Vec<_> = files.iter().map(|(name, text)| embed_file(SourceFile::new(*name, *text))).collect();
    Migrations { migrations: Vec::leak(migrations) }
}

/// The same for the files of a folder.
///
/// # Panics
/// Where the folder cannot be read, or holds a file that is no migration.
#[must_use]
pub fn embed_folder(folder: &Path) -> Migrations<'static> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>())
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    paths.sort();
    let migrations: Vec<_> = paths
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            embed_file(SourceFile::new(name, text))
        })
        .collect();
    Migrations { migrations: Vec::leak(migrations) }
}

fn embed_file(source: Arc<SourceFile>) -> Migration<'static> {
    let file: &'static MigrationFile =
        Box::leak(Box::new(MigrationFile::parse(source).unwrap_or_else(|problems| panic!("{problems:?}"))));
    let statements: Vec<Statement<'static>> = split(&file.source)
        .unwrap_or_else(|problems| panic!("{problems:?}"))
        .iter()
        .map(|statement| Statement {
            sql: &file.source.text[statement.span.range.clone()],
            line: u32::try_from(statement.span.line()).unwrap_or(u32::MAX),
        })
        .collect();
    Migration {
        file: &file.file_name,
        version: file.version,
        name: &file.name,
        sql: &file.source.text,
        body_start: file.body_start(),
        transactional: file.transaction() == lockstep_core::plan::TransactionMode::Yes,
        statements: Vec::leak(statements),
    }
}
