//! `migrations!()`.

use lockstep_core::certificate::verify_without_statements;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::migration::{MigrationFile, read_migrations};
use lockstep_core::plan::TransactionMode;
use lockstep_core::sql::split;
use lockstep_core::workspace::Workspace;
use proc_macro2::TokenStream;
use quote::quote;

use crate::input::{Input, watch};

pub(crate) fn expand(input: &Input) -> Result<TokenStream, Vec<Diagnostic>> {
    if input.generated.is_none() {
        // The build script, which would have done it, did not run.
        verify_without_statements(&input.workspace)?;
    }
    let unreadable = |error: std::io::Error| vec![Diagnostic::error("unreadable-file", error.to_string())];
    let migrations = read_migrations(&input.workspace).map_err(unreadable)??;
    let paths = migrations.iter().map(|migration| migration.source.path.as_str());
    let watched = watch(&input.workspace, paths.chain([Workspace::CERTIFICATE]));
    let migrations = migrations.iter().map(migration).collect::<Result<Vec<TokenStream>, _>>()?;
    Ok(quote!({
        #watched
        ::lockstep::migrator::Migrations { migrations: &[#(#migrations),*] }
    }))
}

fn migration(migration: &MigrationFile) -> Result<TokenStream, Vec<Diagnostic>> {
    let MigrationFile { file_name, version, name, header: _, source } = migration;
    let sql = &source.text;
    let body_start = migration.body_start();
    let transactional = migration.transaction() == TransactionMode::Yes;
    let statements = split(source)?;
    let statements = statements.iter().filter(|statement| statement.span.range.start >= body_start).map(|statement| {
        let (sql, line) = (statement.span.text(), u32::try_from(statement.span.line()).unwrap_or(u32::MAX));
        quote!(::lockstep::migrator::Statement { sql: #sql, line: #line })
    });
    Ok(quote!(::lockstep::migrator::Migration {
        file: #file_name,
        version: #version,
        name: #name,
        sql: #sql,
        body_start: #body_start,
        transactional: #transactional,
        statements: &[#(#statements),*],
    }))
}
