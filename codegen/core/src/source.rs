//! Source files and the places in them.

use std::ops::Range;
use std::sync::Arc;

/// A text with the path it is shown under: relative to the workspace, with forward slashes.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path, relative to the workspace.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// A place in a source file: a half-open range of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Bytes from the start of the file.
    pub range: Range<usize>,
}

impl SourceFile {
    /// A file shown as `path`.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { path: path.into(), text: text.into() })
    }

    /// The line and the column of a byte offset; both count from 1, the column in characters.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

impl Span {
    /// The text of the place.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.file.text[self.range.clone()]
    }

    /// The line on which the place starts, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.file.line_column(self.range.start).0
    }

    /// `path:line:column`, as compilers print it.
    #[must_use]
    pub fn location(&self) -> String {
        let (line, column) = self.file.line_column(self.range.start);
        format!("{}:{line}:{column}", self.file.path)
    }
}
