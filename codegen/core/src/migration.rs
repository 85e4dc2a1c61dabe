//! Migration files: their names, their headers, and the SQL under the header.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

mod header;

pub use header::Header;

use crate::diagnostic::Diagnostic;
use crate::plan::TransactionMode;
use crate::source::{SourceFile, Span};
use crate::workspace::{Workspace, unreadable_or};

/// A file of `migrations/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationFile {
    /// The file name without its folder: `V20250101120000__init.sql`.
    pub file_name: String,
    /// The version: the number after the `V`.
    pub version: i64,
    /// What stands between `__` and `.sql`.
    pub name: String,
    /// The header, if the file begins with one.
    pub header: Option<Header>,
    /// The whole text, with LF line endings.
    pub source: Arc<SourceFile>,
}

impl MigrationFile {
    /// Reads a file name and a text.
    ///
    /// # Errors
    /// A misnamed file, a malformed header.
    pub fn parse(source: Arc<SourceFile>) -> Result<Self, Vec<Diagnostic>> {
        let file_name = source.path.rsplit('/').next().unwrap_or(&source.path).to_owned();
        let (version, name) = parse_file_name(&file_name).map_err(|diagnostic| {
            vec![Diagnostic { message: format!("{}: {}", source.path, diagnostic.message), ..diagnostic }]
        })?;
        let header = Header::parse(&source)?;
        Ok(Self { file_name, version, name, header, source })
    }

    /// Where the SQL under the header begins: a byte offset in the text.
    #[must_use]
    pub fn body_start(&self) -> usize {
        header::end(&self.source.text)
    }

    /// The SQL under the header. The service's own history holds its checksum, so that a sentence in the header can be
    /// mended after the migration was applied.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.source.text[self.body_start()..]
    }

    /// The text under the certificate's hash: all but the two fields that authors write, `Problem` and `Solution`.
    #[must_use]
    pub fn certified_text(&self) -> String {
        let Some(header) = self.header.clone() else { return self.source.text.clone() };
        let machine_written = Header { problem: String::new(), solution: String::new(), ..header };
        format!("{machine_written}{}", self.body())
    }

    /// Whether its statements run in one transaction; true without a header.
    #[must_use]
    pub fn transaction(&self) -> TransactionMode {
        self.header.as_ref().map_or(TransactionMode::Yes, |header| header.transaction)
    }
}

/// The version and the name in a migration's file name, `V<version>__<name>.sql`.
///
/// # Errors
/// Whatever refinery would not read as a migration: another prefix, a version that is no `int8`, a name with anything
/// but letters in lower case, digits and underscores, another extension. Such a file is never skipped.
pub fn parse_file_name(file_name: &str) -> Result<(i64, String), Diagnostic> {
    let wrong = |why: &str| {
        Diagnostic::error("misnamed-migration", format!("`{file_name}` is no migration's name: {why}"))
            .hint("name it V<version>__<name>.sql, such as V20250101120000__add_order_token.sql")
    };
    let stem = file_name.strip_suffix(".sql").ok_or_else(|| wrong("it does not end in .sql"))?;
    let rest = stem.strip_prefix('V').ok_or_else(|| wrong("it does not start with V"))?;
    let (version, name) = rest.split_once("__").ok_or_else(|| wrong("no `__` parts version and name"))?;
    if version.is_empty() || !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong(&format!("the version `{version}` is no number")));
    }
    let version = version.parse().map_err(|_| wrong(&format!("the version {version} does not fit in 64 bits")))?;
    if name.is_empty() {
        return Err(wrong("nothing stands after `__`"));
    }
    let allowed = |character: &char| character.is_ascii_lowercase() || character.is_ascii_digit() || *character == '_';
    match name.chars().find(|character| !allowed(character)) {
        Some(character) => Err(wrong(&format!("a name holds a-z, 0-9 and _, not `{character}`"))),
        None => Ok((version, name.to_owned())),
    }
}

/// The migrations of a workspace in the order of their versions.
///
/// # Errors
/// The outer error is the file system's. The inner one lists every misnamed file, every version that two files have,
/// and every malformed header.
pub fn read_migrations(workspace: &Workspace) -> io::Result<Result<Vec<MigrationFile>, Vec<Diagnostic>>> {
    read_migrations_in(workspace, Workspace::MIGRATIONS)
}

/// The migrations of any folder in the order of their versions.
///
/// # Errors
/// As [`read_migrations`].
pub fn read_migrations_in(
    workspace: &Workspace,
    folder: &str,
) -> io::Result<Result<Vec<MigrationFile>, Vec<Diagnostic>>> {
    let mut migrations = Vec::new();
    let mut diagnostics = Vec::new();
    for path in workspace.entries(folder)? {
        if path == Workspace::CERTIFICATE {
            continue;
        }
        if !path.ends_with(".sql") {
            let file_name = path.rsplit('/').next().unwrap_or(&path);
            // Notes may stand beside the migrations; what looks like one of them must be one.
            if file_name.starts_with(['V', 'v', 'U']) {
                diagnostics.extend(parse_file_name(file_name).err().map(|wrong| in_folder(&path, wrong)));
            }
            continue;
        }
        let parsed = match workspace.read(&path) {
            Ok(file) => MigrationFile::parse(file),
            Err(error) => Err(unreadable_or(error)?),
        };
        match parsed {
            Ok(migration) => migrations.push(migration),
            Err(wrong) => diagnostics.extend(wrong),
        }
    }
    migrations.sort_by(|a, b| (a.version, &a.file_name).cmp(&(b.version, &b.file_name)));
    diagnostics.extend(duplicate_versions(&migrations));
    Ok(if diagnostics.is_empty() { Ok(migrations) } else { Err(diagnostics) })
}

fn in_folder(path: &str, diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic { message: format!("{path}: {}", diagnostic.message), ..diagnostic }
}

fn duplicate_versions(migrations: &[MigrationFile]) -> Vec<Diagnostic> {
    let mut by_version: BTreeMap<i64, Vec<&MigrationFile>> = BTreeMap::new();
    for migration in migrations {
        by_version.entry(migration.version).or_default().push(migration);
    }
    by_version.retain(|_, files| files.len() > 1);
    by_version
        .iter()
        .map(|(version, files)| {
            let paths: Vec<&str> = files.iter().map(|file| file.source.path.as_str()).collect();
            Diagnostic::error("duplicate-version", format!("{} have the version {version}", paths.join(" and ")))
                .hint("delete the one that was written last and run `cargo xtask db:generate`")
        })
        .collect()
}

/// The span of a file's first line: where a diagnostic about the whole file points.
#[must_use]
pub fn first_line(file: &Arc<SourceFile>) -> Span {
    let end = file.text.find('\n').unwrap_or(file.text.len());
    Span { file: Arc::clone(file), range: 0..end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_follow_refinery() {
        assert_eq!(parse_file_name("V20250101120000__init.sql").unwrap(), (20_250_101_120_000, "init".to_owned()));
        let wrong = [
            "20250101__init.sql",
            "V1_init.sql",
            "V__init.sql",
            "Vx1__init.sql",
            "V99999999999999999999__init.sql",
            "V1__.sql",
            "V1__add-order.sql",
            "V1__init.SQL",
            "U1__init.sql",
            "V1__Init.sql",
        ];
        let shown: Vec<String> = wrong.iter().map(|name| parse_file_name(name).unwrap_err().message).collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        `20250101__init.sql` is no migration's name: it does not start with V
        `V1_init.sql` is no migration's name: no `__` parts version and name
        `V__init.sql` is no migration's name: the version `` is no number
        `Vx1__init.sql` is no migration's name: the version `x1` is no number
        `V99999999999999999999__init.sql` is no migration's name: the version 99999999999999999999 does not fit in 64 bits
        `V1__.sql` is no migration's name: nothing stands after `__`
        `V1__add-order.sql` is no migration's name: a name holds a-z, 0-9 and _, not `-`
        `V1__init.SQL` is no migration's name: it does not end in .sql
        `U1__init.sql` is no migration's name: it does not start with V
        `V1__Init.sql` is no migration's name: a name holds a-z, 0-9 and _, not `I`
        ");
    }

    #[test]
    fn the_body_starts_under_the_header() {
        let text = "-- Migration: a b\n-- Problem:     p\n-- Transaction: no\n\n-- why\nSELECT 1;\n";
        let migration = MigrationFile::parse(SourceFile::new("migrations/V1__a_b.sql", text)).unwrap();
        assert_eq!(migration.body(), "-- why\nSELECT 1;\n");
        assert_eq!(migration.transaction(), TransactionMode::No);
        let plain = MigrationFile::parse(SourceFile::new("migrations/V1__a.sql", "-- x\nSELECT 1;")).unwrap();
        assert_eq!((plain.body(), &plain.header), ("-- x\nSELECT 1;", &None));
    }

    #[test]
    fn the_authors_sentences_are_outside_the_certified_text() {
        let certified =
            |text: &str| MigrationFile::parse(SourceFile::new("migrations/V1__a.sql", text)).unwrap().certified_text();
        let one = certified("-- Migration: a\n-- Problem: p\n-- Phase: expand\n\nSELECT 1;\n");
        assert_eq!(
            one,
            certified("-- Migration: a\n-- Problem: other words\n--   and more\n-- Phase: expand\n\nSELECT 1;\n")
        );
        assert_ne!(one, certified("-- Migration: a\n-- Problem: p\n-- Phase: contract\n\nSELECT 1;\n"));
        assert_ne!(one, certified("-- Migration: a\n-- Problem: p\n-- Phase: expand\n\nSELECT 2;\n"));
    }
}
