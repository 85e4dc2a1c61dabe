//! One diagnostic, several renderers: a terminal, JSON, the annotations of a CI run.
//!
//! This is the only place that prints. Results go to the standard output, everything else to the standard error.

mod github;
mod json;
mod text;

use std::io::{IsTerminal as _, Write as _};

use lockstep_core::diagnostic::Diagnostic;
use serde::Serialize;

use crate::cli::Format;

/// Where results and diagnostics go.
#[derive(Clone, Copy, Debug)]
pub struct Reporter {
    /// How they are written.
    pub format: Format,
    /// Whether diagnostics also become annotations of a CI run.
    pub annotate: bool,
    /// Whether the standard error takes colours.
    pub colour: bool,
}

impl Reporter {
    /// A reporter for this process.
    #[must_use]
    pub fn new(format: Format) -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Self {
            format,
            annotate: is_set("GITHUB_ACTIONS") || is_set("CI"),
            colour: std::io::stderr().is_terminal() && !is_set("NO_COLOR"),
        }
    }

    /// Reports what is wrong in the user's files.
    pub fn diagnostics(&self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            match self.format {
                Format::Text => self.aside(&text::render(diagnostic, self.colour)),
                Format::Json => self.result(&json::render(diagnostic)),
            }
            if self.annotate && self.format == Format::Text {
                self.aside(&github::render(diagnostic));
            }
        }
    }

    /// Reports what failed around the command.
    pub fn failure(&self, error: &anyhow::Error) {
        match self.format {
            Format::Text => self.aside(&format!("error: {}", causes(error))),
            Format::Json => self.json(&json::Failure { failure: causes(error) }),
        }
    }

    /// Writes a line of the result to the standard output.
    pub fn result(&self, line: &str) {
        // Whoever closed the pipe does not want the rest.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }

    /// Writes a result as one line of JSON.
    pub fn json(&self, value: &impl Serialize) {
        self.result(&serde_json::to_string(value).expect("results have string keys"));
    }

    /// Writes a line that is no result to the standard error.
    pub fn aside(&self, line: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }

    /// Writes a question to the standard error; the answer follows it on the line.
    pub fn prompt(&self, question: &str) {
        let mut terminal = std::io::stderr().lock();
        let _ = write!(terminal, "{question}").and_then(|()| terminal.flush());
    }

    /// Writes a line for people, in neither format a result: nothing where the result is JSON.
    pub fn say(&self, line: &str) {
        if self.format == Format::Text {
            self.aside(line);
        }
    }
}

/// The message with those of its causes that it does not repeat itself. A hint stays at the end.
fn causes(error: &anyhow::Error) -> String {
    let mut message = error.to_string();
    for cause in error.chain().skip(1) {
        let (core, cause) = said(cause);
        if message.contains(&core) {
            continue;
        }
        let hint = message.find("\n  hint: ").or(message.find("\nhint: ")).unwrap_or(message.len());
        let (text, hint) = message.split_at(hint);
        message = format!("{text}: {cause}{hint}");
    }
    message
}

/// What a cause says: the part that tells whether it is said already, and all of it. The driver says "db error" before the
/// server's own words.
fn said(cause: &(dyn std::error::Error + 'static)) -> (String, String) {
    let driver = cause.downcast_ref::<postgres::Error>();
    let server = driver
        .and_then(postgres::Error::as_db_error)
        .or_else(|| cause.downcast_ref::<postgres::error::DbError>())
        .map(|error| error.message().to_owned());
    let whole = driver.map_or_else(|| cause.to_string(), lockstep_postgres::error::described);
    (server.unwrap_or_else(|| whole.clone()), whole)
}
