//! Renames: which are asked for, which drop and create might be one, and the statements that rename.
//!
//! Nothing here guesses: a dropped and a created object that hold the same data are an error until an annotation, a
//! flag or an answer says what they are. Only where a rename and a drop with a create lead to the very same database,
//! because nothing is kept in the object (an index, a constraint), the rename is taken as the cheaper way. The caller
//! runs the renames on a scratch copy of the current side and introspects it again, so that neither the diff nor the
//! plan knows of renames.

mod candidates;
mod order;
mod requests;
mod statements;

use std::collections::BTreeSet;

use crate::catalog::{Catalog, ObjectAddress};
use crate::diagnostic::Diagnostic;
use crate::name::Identifier;
use crate::plan::Step;
use crate::source::Span;

/// An object of the current side and its new name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rename {
    /// The object as it is called when the rename is run: a part of an object that is renamed too, by its new name. A
    /// value of an enumerated type has the kind `Enum` and the value as its part.
    pub from: ObjectAddress,
    /// The new name of the object, or of the part if the address has one.
    pub to: Identifier,
}

/// A rename that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameRequest {
    /// What is renamed; a part may be given by the old or the new name of what it is a part of.
    pub rename: Rename,
    /// The annotation; none for a flag.
    pub span: Option<Span>,
}

/// What a drop and a create that might be a rename are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenamePolicy {
    /// An error that names both, unless a request decides.
    Ask,
    /// A drop and a create.
    None,
}

/// What comes, and what goes and is so much like it that it may be the same under a new name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The object that comes.
    pub new: ObjectAddress,
    /// The objects that go, at least one.
    pub old: Vec<ObjectAddress>,
}

/// What might be a rename and is decided neither by a request nor by being in `new`. What one answer decides may raise
/// the next question: the columns of a table that is renamed.
///
/// # Errors
/// As [`resolve_renames`], but for `ambiguous-rename`.
pub fn candidates(
    current: &Catalog,
    desired: &Catalog,
    requests: &[RenameRequest],
    new: &BTreeSet<ObjectAddress>,
) -> Result<Vec<Candidate>, Vec<Diagnostic>> {
    let (mut names, diagnostics) = requests::apply(current, desired, requests);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    candidates::follow(current, desired, &mut names, RenamePolicy::Ask);
    let mut found = candidates::undecided(current, desired, &names);
    found.retain(|candidate| !new.contains(&candidate.new));
    Ok(found)
}

/// Decides which renames are to be run, in an order in which they can be. What is in `new` is no rename.
///
/// # Errors
/// `ambiguous-rename` where a dropped and a created object could be the same one, `annotation-matches-nothing` where a
/// request names objects that neither side has.
pub fn resolve_renames(
    current: &Catalog,
    desired: &Catalog,
    requests: &[RenameRequest],
    new: &BTreeSet<ObjectAddress>,
    policy: RenamePolicy,
) -> Result<Vec<Rename>, Vec<Diagnostic>> {
    let (mut names, mut diagnostics) = requests::apply(current, desired, requests);
    candidates::follow(current, desired, &mut names, policy);
    if policy == RenamePolicy::Ask {
        let undecided = candidates::undecided(current, desired, &names);
        let undecided = undecided.iter().filter(|candidate| !new.contains(&candidate.new));
        diagnostics.extend(undecided.map(Candidate::diagnostic));
    }
    if diagnostics.is_empty() { Ok(order::ordered(&names)) } else { Err(diagnostics) }
}

/// The statements that rename, in the order given.
#[must_use]
pub fn rename_steps(renames: &[Rename]) -> Vec<Step> {
    renames.iter().map(statements::step).collect()
}

#[cfg(test)]
mod tests;
