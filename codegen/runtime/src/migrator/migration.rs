//! What a migration is at run time. Plain borrowed data: `migrations!()` writes it as constants, and a tool that reads
//! the files when it runs borrows its own buffers. No file is opened here and no SQL is split.

/// The migrations of a binary, ordered by version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrations<'a> {
    /// One entry per file.
    pub migrations: &'a [Migration<'a>],
}

/// One file `V<version>__<name>.sql`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration<'a> {
    /// The file's name, for messages: `V20260101000000__init.sql`.
    pub file: &'a str,
    /// The number after `V`.
    pub version: i64,
    /// What stands between `__` and `.sql`.
    pub name: &'a str,
    /// The whole file, comments included, with `\n` line ends. refinery's checksum is taken over this text.
    pub sql: &'a str,
    /// Where in `sql` the header ends: a byte offset, 0 where there is no header. What was edited above it after the
    /// migration had been applied does not matter.
    pub body_start: usize,
    /// Whether the file runs in one transaction (`Transaction: yes`, also where a file says nothing).
    pub transactional: bool,
    /// The statements of `sql`, in order.
    pub statements: &'a [Statement<'a>],
}

impl<'a> Migration<'a> {
    /// The SQL under the header.
    pub fn body(&self) -> &'a str {
        self.sql.get(self.body_start..).unwrap_or(self.sql)
    }
}

/// One statement of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The text without leading comments and without the closing semicolon.
    pub sql: &'a str,
    /// The line of the file on which the statement starts, from 1.
    pub line: u32,
}
