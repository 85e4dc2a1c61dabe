//! The files of a workspace, read once.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use lockstep_core::annotation::{SchemaAnnotations, read_annotations};
use lockstep_core::certificate::{Certificate, hash_files, stale, stale_statements};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::migration::{MigrationFile, read_migrations};
use lockstep_core::source::SourceFile;
use lockstep_core::workspace::{Workspace, unreadable};

use crate::pipeline::calls;
use crate::pipeline::queries::{self, Queries};
use crate::stop::Stop;

/// Everything that the commands read from a workspace.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// The files of `schema/`, sorted by path.
    pub schema: Vec<Arc<SourceFile>>,
    /// The files of `migrations/`, sorted by version.
    pub migrations: Vec<MigrationFile>,
    /// The queries of `app/queries/`.
    pub queries: Queries,
    /// The queries of the calls of `query!` in the sources, by their keys.
    pub calls: Queries,
    /// The annotations in the schema files.
    pub annotations: SchemaAnnotations,
    /// The hash of every schema, migration and query file by its path.
    pub hashes: BTreeMap<String, String>,
    /// The certificate, or none where there is no file yet, or what is wrong with it.
    pub certificate: Result<Option<Certificate>, Diagnostic>,
}

impl Inputs {
    /// Reads them.
    ///
    /// # Errors
    /// Misnamed and malformed files, annotations that say nothing, files that cannot be read.
    pub fn read(workspace: &Workspace) -> Result<Self, Stop> {
        let schema = workspace.schema_files();
        let migrations = read_migrations(workspace).context("cannot read the migrations")?;
        if let (Some(wrong), Err(more)) = (schema.as_ref().err().and_then(unreadable), &migrations) {
            return Err([wrong, more.as_slice()].concat().into());
        }
        let (schema, migrations) = (schema.context("cannot read the schema")?, migrations?);
        let annotations = read_annotations(&schema)?;
        let (queries, calls) = (queries::read(workspace)?, calls::read(workspace)?);
        let hashes = hash_files(workspace).context("cannot read the workspace")??;
        let certificate = match workspace.read(Workspace::CERTIFICATE) {
            Ok(file) => Certificate::read(&file.text).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => return Err(anyhow::Error::new(error).context("cannot read the certificate").into()),
        };
        Ok(Self { schema, migrations, queries, calls, annotations, hashes, certificate })
    }

    /// The certificate, if it speaks of exactly these files, and of what this version sends for them; the calls in the
    /// sources may be others.
    #[must_use]
    pub fn certificate_of_files(&self) -> Option<&Certificate> {
        let certificate = self.certificate.as_ref().ok()?.as_ref()?;
        let is_ours = certificate.files == self.hashes && certificate.generator == super::GENERATOR;
        (is_ours && stale_statements(certificate).is_none()).then_some(certificate)
    }

    /// The certificate, if it speaks of exactly these files and calls.
    #[must_use]
    pub fn fresh_certificate(&self) -> Option<&Certificate> {
        self.certificate_of_files().filter(|certificate| certificate.inline.keys().eq(self.calls.keys()))
    }

    /// The migrations that the certificate holds and that are gone or not what they were.
    #[must_use]
    pub fn broken_history(&self) -> Vec<Diagnostic> {
        let Ok(Some(certificate)) = &self.certificate else { return Vec::new() };
        let is_migration = |path: &String| path.starts_with(Workspace::MIGRATIONS);
        let certified = certificate.files.iter().filter(|(path, _)| is_migration(path));
        let certified = certified.map(|(path, hash)| (path.clone(), hash.clone())).collect();
        let found = self.hashes.iter().filter(|(path, _)| certificate.files.contains_key(*path) && is_migration(path));
        stale(&certified, &found.map(|(path, hash)| (path.clone(), hash.clone())).collect())
    }
}
