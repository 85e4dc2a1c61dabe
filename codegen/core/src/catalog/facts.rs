//! What the server thinks of the objects: read beside the catalog, needed by plans, part of no certificate.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::ObjectAddress;
use crate::name::QualifiedName;

/// What plans ask about the objects and the casts between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The columns whose default calls something volatile: adding one with it writes the whole table anew.
    pub volatile_defaults: BTreeSet<ObjectAddress>,
    /// From which type to which there is a cast (`pg_cast`).
    pub casts: BTreeMap<(QualifiedName, QualifiedName), CastContext>,
    /// The types that take any value's text where it is assigned (`pg_type.typcategory` is `S`).
    pub string_types: BTreeSet<QualifiedName>,
}

/// Where the server casts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CastContext {
    /// Nowhere: only where `::` or `CAST` asks for it.
    Explicit,
    /// Where a value is assigned to a column, and where it casts implicitly.
    Assignment,
}
