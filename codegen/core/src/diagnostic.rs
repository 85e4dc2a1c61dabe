//! What is wrong with the user's input: one type, rendered elsewhere (a terminal, an annotation in CI, JSON, a compile
//! error).

use std::fmt;

use crate::catalog::ObjectAddress;
use crate::source::Span;

/// How bad it is. An error stops the command; a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The command goes on.
    Warning,
    /// Nothing is written.
    Error,
}

/// Something in the user's input, with the place and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable, kebab-case name, such as `ambiguous-rename`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where, if it has a place.
    pub primary: Option<Span>,
    /// Other places that belong to it, each with a few words.
    pub labels: Vec<(Span, String)>,
    /// Facts that help to understand it.
    pub notes: Vec<String>,
    /// What to do next.
    pub hint: Option<String>,
    /// The object that it is about, where its place is not known here: whoever knows where the schema files define it
    /// puts the place in.
    pub about: Option<ObjectAddress>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: None,
            labels: Vec::new(),
            notes: Vec::new(),
            hint: None,
            about: None,
        }
    }

    /// A warning without a place.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(self, span: impl Into<Option<Span>>) -> Self {
        Self { primary: span.into(), ..self }
    }

    /// The same, about an object whose place is not known here.
    #[must_use]
    pub fn about(self, object: &ObjectAddress) -> Self {
        Self { about: Some(object.clone()), ..self }
    }

    /// The same, with a second place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }

    /// The same, with one more fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// The same, with what to do next.
    #[must_use]
    pub fn hint(self, text: impl Into<String>) -> Self {
        Self { hint: Some(text.into()), ..self }
    }
}

impl std::error::Error for Diagnostic {}

/// A few plain lines, for compile errors and logs; the command line renders the source as well.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(primary) = &self.primary {
            write!(f, "{}: ", primary.location())?;
        }
        f.write_str(&self.message)?;
        for (span, text) in &self.labels {
            write!(f, "\n  {}: {text}", span.location())?;
        }
        for note in &self.notes {
            write!(f, "\n  note: {note}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}
