//! Where the files of a workspace are, and how they are read: the fixed folder names and the normal form of line endings.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, Span};

/// A folder with `schema/` and `migrations/` in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The folder.
    pub root: PathBuf,
}

impl Workspace {
    /// The folder of the schema files.
    pub const SCHEMA: &str = "schema";
    /// The folder of the migrations.
    pub const MIGRATIONS: &str = "migrations";
    /// The folder of the query files.
    pub const QUERIES: &str = "app/queries";
    /// The certificate.
    pub const CERTIFICATE: &str = "migrations/lockstep.lock";
    /// The folder of what belongs to this checkout alone, with the private development server.
    pub const PRIVATE: &str = "target/lockstep";
    /// The record of the private servers that run: a JSON object whose values have a `url` each, by the `PG_BIN` that
    /// they were started under (empty without one). The tests of a service find their server by it.
    pub const SERVERS: &str = "target/lockstep/servers.json";

    /// The workspace whose root is `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The nearest folder, from `start` upward, that holds both `schema/` and `migrations/`.
    #[must_use]
    pub fn find(start: &Path) -> Option<Self> {
        start
            .ancestors()
            .find(|folder| folder.join(Self::SCHEMA).is_dir() && folder.join(Self::MIGRATIONS).is_dir())
            .map(Self::new)
    }

    /// Every `.sql` file below a folder of the workspace, sorted by path; none where the folder is missing. Names that
    /// start with a dot are left out.
    ///
    /// # Errors
    /// A folder or file that cannot be read. What is wrong inside files, bytes that are not UTF-8, are [`Diagnostic`]s
    /// inside the error, one for each file; [`unreadable`] takes them out.
    pub fn sql_files(&self, folder: &str) -> io::Result<Vec<Arc<SourceFile>>> {
        let mut paths = Vec::new();
        let mut pending = vec![folder.to_owned()];
        while let Some(path) = pending.pop() {
            for entry in self.entries(&path)? {
                if self.root.join(&entry).is_dir() {
                    pending.push(entry);
                } else if entry.ends_with(".sql") {
                    paths.push(entry);
                }
            }
        }
        paths.sort();
        let (mut files, mut unreadable) = (Vec::new(), Vec::new());
        for path in paths {
            match self.read(&path) {
                Ok(file) => files.push(file),
                Err(error) => unreadable.extend(unreadable_or(error)?),
            }
        }
        if unreadable.is_empty() { Ok(files) } else { Err(wrong(unreadable)) }
    }

    /// The schema files.
    ///
    /// # Errors
    /// As [`Workspace::sql_files`].
    pub fn schema_files(&self) -> io::Result<Vec<Arc<SourceFile>>> {
        self.sql_files(Self::SCHEMA)
    }

    /// One file, with its line endings turned into LF and without a byte order mark.
    ///
    /// # Errors
    /// As [`Workspace::sql_files`].
    pub fn read(&self, path: &str) -> io::Result<Arc<SourceFile>> {
        let bytes = fs::read(self.root.join(path)).map_err(|error| named(path, &error))?;
        let text = String::from_utf8(bytes).map_err(|error| wrong(vec![not_utf8(path, &error)]))?;
        let file = SourceFile::new(path, normalise(text));
        match file.text.find('\0') {
            Some(place) => Err(wrong(vec![nul_byte(&file, place)])),
            None => Ok(file),
        }
    }

    /// The paths of what stands in a folder, sorted; empty where there is no such folder.
    ///
    /// # Errors
    /// As [`Workspace::sql_files`].
    pub fn entries(&self, folder: &str) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.root.join(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(named(folder, &error)),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let name = entry.map_err(|error| named(folder, &error))?.file_name();
            let name = name.into_string().map_err(|name| {
                io::Error::new(io::ErrorKind::InvalidData, format!("{folder}/{} is not UTF-8", name.display()))
            })?;
            if !name.starts_with('.') {
                paths.push(format!("{folder}/{name}"));
            }
        }
        paths.sort();
        Ok(paths)
    }
}

/// A text in the form that is hashed and parsed: LF line endings, no byte order mark.
#[must_use]
pub fn normalise(text: String) -> String {
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    if text.contains('\r') { text.replace("\r\n", "\n") } else { text }
}

/// What is wrong inside files, where that is why they could not be read.
#[must_use]
pub fn unreadable(error: &io::Error) -> Option<&[Diagnostic]> {
    error.get_ref()?.downcast_ref().map(|Unreadable(diagnostics)| diagnostics.as_slice())
}

/// The same, where any other error remains one.
pub(crate) fn unreadable_or(error: io::Error) -> io::Result<Vec<Diagnostic>> {
    unreadable(&error).map(<[Diagnostic]>::to_vec).ok_or(error)
}

/// Files that are no text.
#[derive(Debug)]
struct Unreadable(Vec<Diagnostic>);

impl std::error::Error for Unreadable {}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let texts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&texts.join("\n"))
    }
}

fn wrong(diagnostics: Vec<Diagnostic>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Unreadable(diagnostics))
}

fn not_utf8(path: &str, error: &FromUtf8Error) -> Diagnostic {
    let bytes = error.as_bytes();
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Diagnostic::error("not-utf-8", format!("{path} is UTF-16"))
            .hint(format!("save it as UTF-8: `iconv -f UTF-16 -t UTF-8 {path}`"));
    }
    let start = error.utf8_error().valid_up_to();
    let file = SourceFile::new(path, String::from_utf8_lossy(bytes));
    let end = start + char::REPLACEMENT_CHARACTER.len_utf8();
    let message = format!("byte {:#04x} at offset {start} is not UTF-8", bytes[start]);
    Diagnostic::error("not-utf-8", message)
        .at(Span { file, range: start..end })
        .hint(format!("save the file as UTF-8: `iconv -f WINDOWS-1252 -t UTF-8 {path}`, if that is what it is"))
}

fn nul_byte(file: &Arc<SourceFile>, place: usize) -> Diagnostic {
    Diagnostic::error("nul-byte", "a NUL byte stands here, and no text of PostgreSQL's can hold one")
        .at(Span { file: Arc::clone(file), range: place..place + 1 })
        .hint("take it out; a file full of them is UTF-16 or not a text at all")
}

fn named(path: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_endings_and_byte_order_marks_do_not_count() {
        assert_eq!(normalise("\u{feff}a\r\nb\n".to_owned()), "a\nb\n");
    }

    #[test]
    fn a_missing_folder_is_an_empty_one() {
        let workspace = Workspace::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(workspace.schema_files().unwrap(), []);
    }
}
