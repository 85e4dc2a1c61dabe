//! Why a column may be NULL.

use std::fmt;

/// A reason, and what it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What may be NULL, and why: lower case, no full stop.
    pub text: String,
    /// What it comes from.
    pub because: Option<Box<Self>>,
}

impl Reason {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), because: None }
    }

    pub(super) fn from(self, text: impl Into<String>) -> Self {
        Self { text: text.into(), because: Some(Box::new(self)) }
    }
}

/// One reason on each line, each further in than what comes from it.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut next, mut indent) = (Some(self), 0);
        while let Some(Self { text, because }) = next {
            if indent > 0 {
                writeln!(f)?;
            }
            write!(f, "{:indent$}{text}", "")?;
            next = because.as_deref();
            indent += 2;
        }
        Ok(())
    }
}
