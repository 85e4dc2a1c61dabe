//! How a command ends: with an outcome, or stopped by the user's files or by the environment.

use std::collections::BTreeMap;
use std::process::ExitCode;

use lockstep_core::catalog::ObjectAddress;
use lockstep_core::diagnostic::{Diagnostic, Severity};
use lockstep_core::source::Span;
use lockstep_core::workspace::unreadable;

use crate::pipeline::draft::definition;
use crate::report::Reporter;

/// How a command that did its work ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing is to be mended.
    Fine,
    /// Something is, and was reported.
    Findings,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::Findings => Self::from(1),
        }
    }
}

impl Outcome {
    /// [`Outcome::Findings`] if one of the diagnostics is an error.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let has_error = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        if has_error { Self::Findings } else { Self::Fine }
    }
}

/// Why a command stopped before it had done its work.
#[derive(Debug)]
pub enum Stop {
    /// Something in the user's files: exit status 1.
    Findings(Vec<Diagnostic>),
    /// The environment failed: exit status 2.
    Failure(anyhow::Error),
}

impl Stop {
    /// The same, with the places of the objects that the findings are about.
    #[must_use]
    pub fn placed(self, definitions: &BTreeMap<ObjectAddress, Span>) -> Self {
        match self {
            Self::Findings(diagnostics) => {
                let placed = diagnostics.into_iter().map(|diagnostic| {
                    let place = diagnostic.about.as_ref().and_then(|object| definition(object, definitions));
                    match (&diagnostic.primary, place) {
                        (None, Some(place)) => diagnostic.at(place.clone()),
                        (Some(_), _) | (None, None) => diagnostic,
                    }
                });
                Self::Findings(placed.collect())
            }
            Self::Failure(error) => Self::Failure(error),
        }
    }

    /// Reports the reason and gives the exit status.
    #[must_use]
    pub fn report(self, reporter: &Reporter) -> ExitCode {
        match self {
            Self::Findings(diagnostics) => {
                reporter.diagnostics(&diagnostics);
                ExitCode::from(1)
            }
            Self::Failure(error) => {
                reporter.failure(&error);
                ExitCode::from(2)
            }
        }
    }
}

impl From<Vec<Diagnostic>> for Stop {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Findings(diagnostics)
    }
}

impl From<Diagnostic> for Stop {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Findings(vec![diagnostic])
    }
}

impl From<anyhow::Error> for Stop {
    /// What is wrong inside a file that could not be read is the user's to mend, whoever has tried to read it.
    fn from(error: anyhow::Error) -> Self {
        match error.chain().find_map(|cause| unreadable(cause.downcast_ref()?)) {
            Some(wrong) => Self::from(wrong.to_vec()),
            None => Self::Failure(error),
        }
    }
}

impl From<lockstep_postgres::Error> for Stop {
    fn from(error: lockstep_postgres::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::from(anyhow::Error::from(error))
    }
}
