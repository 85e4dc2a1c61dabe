//! The certificate, `migrations/lockstep.lock`: what a real server said about the files, bound to them by their hashes.
//!
//! [`verify`] compares the files with it; that is all a build does, and it needs no database. The text is sorted and has
//! one line per column, constraint and index, so that a merge conflict can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

mod format;

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::emit::rust::statements;
use crate::migration::{MigrationFile, read_migrations};
use crate::name::{Identifier, QualifiedName};
use crate::query::Query;
use crate::workspace::Workspace;

/// The format that this version writes and reads.
pub const FORMAT: u32 = 1;

/// What a real server said about the files, with the hash of each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// [`FORMAT`].
    pub format: u32,
    /// What wrote it: `lockstep 0.1.0`.
    pub generator: String,
    /// The server's version: `15.18`.
    pub server: String,
    /// [`emitted`] of the statements: another version of Lockstep may send others for the same schema.
    #[serde(default)]
    pub emitted: String,
    /// From the path of every schema, migration and query file to `sha256:…` of its text.
    pub files: BTreeMap<String, String>,
    /// What the schema's annotations say about generated code.
    #[serde(default)]
    pub annotations: Annotations,
    /// The schema.
    pub catalog: Catalog,
    /// The columns of views that are proven never to be NULL.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub never_null: BTreeMap<QualifiedName, BTreeSet<Identifier>>,
    /// The service's own queries, by file and name: `orders.find_open`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub queries: BTreeMap<String, Query>,
    /// The queries of the calls of `query!` in the sources, by [`crate::query::InlineQuery::key`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inline: BTreeMap<String, Query>,
    /// The SQL that the accessors send, by name.
    #[serde(default)]
    pub statements: BTreeMap<String, Signature>,
}

/// The annotations that concern generated code, by `schema.table.column` or `schema.domain`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Annotations {
    /// `@rust type=…`: the path of the type.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rust: BTreeMap<String, String>,
    /// `@rust newtype`: domains with types of their own.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub newtypes: BTreeSet<String>,
    /// `@sensitive`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub sensitive: BTreeSet<String>,
}

/// A statement as the server understood it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The text.
    pub sql: String,
    /// The types of `$1`, `$2`, …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<String>,
    /// What it returns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<SignatureColumn>,
}

/// A column that a statement returns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureColumn {
    /// The name.
    pub name: String,
    /// The type, as `format_type` prints it with an empty `search_path`.
    pub data_type: String,
}

impl Certificate {
    /// Reads all of it.
    ///
    /// # Errors
    /// A certificate of another format, or no certificate at all.
    pub fn read(text: &str) -> Result<Self, Diagnostic> {
        check_format(text)?;
        serde_json::from_str(text).map_err(|error| damaged(&error))
    }

    /// Reads all but the statements, which stay empty: what a build script needs.
    ///
    /// # Errors
    /// As [`Certificate::read`].
    pub fn read_without_statements(text: &str) -> Result<Self, Diagnostic> {
        check_format(text)?;
        let mut reader = serde_json::Deserializer::from_str(text);
        let read = WithoutStatements::deserialize(&mut reader).and_then(|read| reader.end().map(|()| read));
        read.map_err(|error| damaged(&error))
    }

    /// The text of the file: sorted, with a line break at its end.
    #[must_use]
    pub fn write(&self) -> String {
        format::to_string(self)
    }
}

/// Reads a [`Certificate`] and passes over its statements.
#[derive(Deserialize)]
#[serde(remote = "Certificate", deny_unknown_fields)]
struct WithoutStatements {
    format: u32,
    generator: String,
    server: String,
    #[serde(default)]
    emitted: String,
    files: BTreeMap<String, String>,
    #[serde(default)]
    annotations: Annotations,
    catalog: Catalog,
    #[serde(default)]
    never_null: BTreeMap<QualifiedName, BTreeSet<Identifier>>,
    #[serde(default)]
    queries: BTreeMap<String, Query>,
    #[serde(default)]
    inline: BTreeMap<String, Query>,
    #[serde(default, deserialize_with = "passed_over")]
    statements: BTreeMap<String, Signature>,
}

fn passed_over<'de, D: Deserializer<'de>, T: Default>(deserializer: D) -> Result<T, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| T::default())
}

/// Reads no more than the format, so that a certificate of a later version is told apart from a damaged one.
fn check_format(text: &str) -> Result<(), Diagnostic> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    // The format comes first: a few bytes tell it, unless the file was written by hand.
    let format = match leading_format(text) {
        Some(format) => format,
        None => serde_json::from_str::<Format>(text).map_err(|error| damaged(&error))?.format,
    };
    if format > FORMAT {
        let message =
            format!("{} has format {format}; this version of lockstep reads {FORMAT}", Workspace::CERTIFICATE);
        return Err(Diagnostic::error("newer-certificate", message)
            .hint("upgrade lockstep: a later version of it wrote this certificate"));
    }
    if format < FORMAT {
        let message = format!("{} has the old format {format}", Workspace::CERTIFICATE);
        return Err(Diagnostic::error("older-certificate", message).hint(GENERATE));
    }
    Ok(())
}

fn leading_format(text: &str) -> Option<u32> {
    let rest = text.strip_prefix('{')?.trim_start().strip_prefix("\"format\":")?.trim_start();
    rest[..rest.find(',')?].trim().parse().ok()
}

const GENERATE: &str = "run `cargo xtask db:generate`";

fn damaged(error: &serde_json::Error) -> Diagnostic {
    let damaged = format!("{} is not a certificate: {error}", Workspace::CERTIFICATE);
    let hint = "restore it with `git checkout`, or after a merge conflict run `cargo xtask db:generate`";
    Diagnostic::error("damaged-certificate", damaged).hint(hint)
}

/// `sha256:…` of a text with LF line endings.
#[must_use]
pub fn hash(text: &str) -> String {
    use std::fmt::Write as _;
    let mut shown = String::from("sha256:");
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(shown, "{byte:02x}");
    }
    shown
}

/// A hash of what the accessors of this version of Lockstep send for a schema.
#[must_use]
pub fn emitted(catalog: &Catalog, annotations: &Annotations) -> String {
    let mut text = String::new();
    for (name, sql) in statements(catalog, annotations) {
        for part in [name.as_str(), "\0", sql.as_str(), "\0"] {
            text.push_str(part);
        }
    }
    hash(&text)
}

/// That the accessors of this version of Lockstep send other statements than those that the server has seen.
#[must_use]
pub fn stale_statements(certificate: &Certificate) -> Option<Diagnostic> {
    let Certificate { catalog, annotations, generator, .. } = certificate;
    if certificate.emitted == emitted(catalog, annotations) {
        return None;
    }
    let message = format!(
        "{} was written by another version of lockstep ({generator}), which sends other statements",
        Workspace::CERTIFICATE
    );
    Some(Diagnostic::error("stale-certificate", message).hint(GENERATE))
}

/// The hash of a migration: of all but the two fields that authors write.
#[must_use]
pub fn migration_hash(migration: &MigrationFile) -> String {
    hash(&migration.certified_text())
}

/// From the path of every schema, migration and query file of a workspace to its hash.
///
/// # Errors
/// The outer error is the file system's; the inner one is what [`read_migrations`] finds.
pub fn hash_files(workspace: &Workspace) -> io::Result<Result<BTreeMap<String, String>, Vec<Diagnostic>>> {
    let mut files = BTreeMap::new();
    for folder in [Workspace::SCHEMA, Workspace::QUERIES] {
        files.extend(workspace.sql_files(folder)?.iter().map(|file| (file.path.clone(), hash(&file.text))));
    }
    let migrations = read_migrations(workspace)?;
    Ok(migrations.map(|migrations| {
        files.extend(migrations.iter().map(|file| (file.source.path.clone(), migration_hash(file))));
        files
    }))
}

/// The certificate of a workspace, if every file is the one that it speaks of.
///
/// # Errors
/// Each file that was changed, added or removed since, each misnamed migration, each version that two migrations have;
/// a certificate that is missing, damaged, or of another format.
pub fn verify(workspace: &Workspace) -> Result<Certificate, Vec<Diagnostic>> {
    verify_with(workspace, Certificate::read)
}

/// As [`verify`], but without reading the statements: what a build script needs.
///
/// # Errors
/// As [`verify`].
pub fn verify_without_statements(workspace: &Workspace) -> Result<Certificate, Vec<Diagnostic>> {
    verify_with(workspace, Certificate::read_without_statements)
}

fn verify_with(
    workspace: &Workspace,
    read: impl Fn(&str) -> Result<Certificate, Diagnostic>,
) -> Result<Certificate, Vec<Diagnostic>> {
    let certificate = match workspace.read(Workspace::CERTIFICATE) {
        Ok(file) => read(&file.text).map_err(|diagnostic| vec![diagnostic])?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let missing = format!("{} is missing", Workspace::CERTIFICATE);
            return Err(vec![Diagnostic::error("missing-certificate", missing).hint(GENERATE)]);
        }
        Err(error) => return Err(vec![unreadable(&error)]),
    };
    let files = hash_files(workspace).map_err(|error| vec![unreadable(&error)])??;
    let stale = stale(&certificate.files, &files);
    if stale.is_empty() { Ok(certificate) } else { Err(stale) }
}

fn unreadable(error: &io::Error) -> Diagnostic {
    Diagnostic::error("unreadable-file", error.to_string()).hint("make the file readable and run the command again")
}

/// How the files of a workspace differ from those that a certificate speaks of.
#[must_use]
pub fn stale(certified: &BTreeMap<String, String>, files: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    let paths: BTreeSet<&String> = certified.keys().chain(files.keys()).collect();
    paths.into_iter().filter_map(|path| stale_file(path, certified.get(path), files.get(path))).collect()
}

fn stale_file(path: &str, certified: Option<&String>, found: Option<&String>) -> Option<Diagnostic> {
    let is_migration = path.starts_with("migrations/");
    let restore = format!(
        "an applied migration never changes: restore it with `git checkout {path}`, and let `cargo xtask db:generate` \
         write a new one; if nobody else has it yet, `git checkout migrations/lockstep.lock` forgets it"
    );
    match (certified, found) {
        (Some(certified), Some(found)) if certified == found => None,
        (Some(_), Some(_)) => {
            let changed = format!("{path} was changed after the certificate was written");
            let hint = if is_migration { restore } else { GENERATE.to_owned() };
            Some(Diagnostic::error("stale-certificate", changed).hint(hint))
        }
        (Some(_), None) => {
            let gone = format!("{path} is in the certificate but not in the folder");
            let hint = if is_migration { restore } else { GENERATE.to_owned() };
            Some(Diagnostic::error("stale-certificate", gone).hint(hint))
        }
        (None, Some(_)) => {
            let new = format!("{path} is not in the certificate yet");
            Some(Diagnostic::error("stale-certificate", new).hint(GENERATE))
        }
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Column, DataType, Table};

    fn certificate() -> Certificate {
        let name = QualifiedName::new("pg_catalog", "uuid");
        let column = |column: &str| Column {
            name: column.into(),
            data_type: DataType { text: "uuid".to_owned(), name: name.clone(), array: false },
            not_null: true,
            default: None,
            identity: None,
            generated: None,
            collation: None,
            storage: None,
            compression: None,
            not_null_constraint: None,
            statistics_target: None,
            options: BTreeMap::new(),
            foreign_options: crate::catalog::Options::default(),
            local: false,
            comment: None,
        };
        let table = Table { columns: vec![column("id"), column("owner")], ..Table::default() };
        let signature = Signature {
            sql: "SELECT id FROM commerce.\"order\" WHERE id = $1".to_owned(),
            parameters: vec!["uuid".to_owned()],
            columns: vec![SignatureColumn { name: "id".to_owned(), data_type: "uuid".to_owned() }],
        };
        Certificate {
            format: FORMAT,
            generator: "lockstep 0.1.0".to_owned(),
            server: "15.18".to_owned(),
            emitted: "sha256:01".to_owned(),
            files: BTreeMap::from([("schema/a.sql".to_owned(), "sha256:00".to_owned())]),
            annotations: Annotations {
                rust: BTreeMap::new(),
                newtypes: BTreeSet::new(),
                sensitive: BTreeSet::from(["commerce.order.id".to_owned()]),
            },
            catalog: Catalog {
                tables: BTreeMap::from([(QualifiedName::new("commerce", "order"), table)]),
                ..Catalog::default()
            },
            never_null: BTreeMap::new(),
            queries: BTreeMap::new(),
            inline: BTreeMap::new(),
            statements: BTreeMap::from([("commerce.order.find".to_owned(), signature)]),
        }
    }

    #[test]
    fn a_certificate_reads_back_what_it_wrote() {
        let text = certificate().write();
        insta::assert_snapshot!(text, @r#"
        {
          "format": 1,
          "generator": "lockstep 0.1.0",
          "server": "15.18",
          "emitted": "sha256:01",
          "files": {
            "schema/a.sql": "sha256:00"
          },
          "annotations": {
            "sensitive": [
              "commerce.order.id"
            ]
          },
          "catalog": {
            "schemas": {},
            "tables": {
              "commerce.order": {
                "columns": [
                  {"name": "id", "data_type": {"text": "uuid", "name": "pg_catalog.uuid"}, "not_null": true},
                  {"name": "owner", "data_type": {"text": "uuid", "name": "pg_catalog.uuid"}, "not_null": true}
                ]
              }
            }
          },
          "statements": {
            "commerce.order.find": {
              "sql": "SELECT id FROM commerce.\"order\" WHERE id = $1",
              "parameters": [
                "uuid"
              ],
              "columns": [
                {"name": "id", "data_type": "uuid"}
              ]
            }
          }
        }
        "#);
        assert_eq!(Certificate::read(&text).unwrap(), certificate());
        let without = Certificate { statements: BTreeMap::new(), ..certificate() };
        assert_eq!(Certificate::read_without_statements(&text).unwrap(), without);
    }

    #[test]
    fn other_formats_and_damage_have_their_own_messages() {
        let newer = "{\n  \"format\": 7,\n  \"whatever\": []\n}\n";
        let older = "{\"generator\": \"x\", \"format\": 0}";
        let shown: Vec<String> = [newer, older, "<<<<<<< ours\n", "{\"format\": 1, \"x\": 2}"]
            .iter()
            .map(|text| Certificate::read(text).unwrap_err().to_string())
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        migrations/lockstep.lock has format 7; this version of lockstep reads 1
          hint: upgrade lockstep: a later version of it wrote this certificate
        migrations/lockstep.lock has the old format 0
          hint: run `cargo xtask db:generate`
        migrations/lockstep.lock is not a certificate: expected value at line 1 column 1
          hint: restore it with `git checkout`, or after a merge conflict run `cargo xtask db:generate`
        migrations/lockstep.lock is not a certificate: unknown field `x`, expected one of `format`, `generator`, `server`, `emitted`, `files`, `annotations`, `catalog`, `never_null`, `queries`, `inline`, `statements` at line 1 column 17
          hint: restore it with `git checkout`, or after a merge conflict run `cargo xtask db:generate`
        ");
    }

    #[test]
    fn stale_files_are_named_with_what_to_do() {
        let certified = [("migrations/V1__a.sql", "1"), ("migrations/V2__b.sql", "1"), ("schema/a.sql", "1")];
        let found = [("migrations/V1__a.sql", "2"), ("schema/a.sql", "2"), ("schema/b.sql", "1")];
        let map = |entries: &[(&str, &str)]| {
            entries.iter().map(|(path, hash)| ((*path).to_owned(), (*hash).to_owned())).collect()
        };
        let shown: Vec<String> = stale(&map(&certified), &map(&found)).iter().map(Diagnostic::to_string).collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        migrations/V1__a.sql was changed after the certificate was written
          hint: an applied migration never changes: restore it with `git checkout migrations/V1__a.sql`, and let `cargo xtask db:generate` write a new one; if nobody else has it yet, `git checkout migrations/lockstep.lock` forgets it
        migrations/V2__b.sql is in the certificate but not in the folder
          hint: an applied migration never changes: restore it with `git checkout migrations/V2__b.sql`, and let `cargo xtask db:generate` write a new one; if nobody else has it yet, `git checkout migrations/lockstep.lock` forgets it
        schema/a.sql was changed after the certificate was written
          hint: run `cargo xtask db:generate`
        schema/b.sql is not in the certificate yet
          hint: run `cargo xtask db:generate`
        ");
    }
}
