//! What differs between two catalogs: plain data, one change per object.
//!
//! In: two catalogs. Out: a [`ChangeSet`]. It knows no renames, no order and no SQL.

use crate::catalog::{Catalog, ObjectAddress};

/// Every difference between two catalogs, sorted by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// The changes, one per object.
    pub changes: Vec<Change>,
}

/// How one object differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The object.
    pub object: ObjectAddress,
    /// How it differs.
    pub kind: ChangeKind,
}

/// The three ways in which an object differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the desired side has it.
    Create,
    /// Only the current side has it.
    Drop,
}

impl ChangeSet {
    /// Whether the catalogs are equal.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes, sorted by address.
    pub fn iter(&self) -> std::slice::Iter<'_, Change> {
        self.changes.iter()
    }
}

/// What has to change for `current` to become `desired`.
#[must_use]
pub fn diff(current: &Catalog, desired: &Catalog) -> ChangeSet {
    let (before, after) = (current.addresses(), desired.addresses());
    let changes = before
        .union(&after)
        .filter_map(|object| match (before.contains(object), after.contains(object)) {
            (true, false) => Some(Change { object: object.clone(), kind: ChangeKind::Drop }),
            (false, true) => Some(Change { object: object.clone(), kind: ChangeKind::Create }),
            (true, true) | (false, false) => None,
        })
        .collect();
    ChangeSet { changes }
}
