//! What the server thinks of the objects: read beside the catalog, needed by plans, part of no certificate.

use std::collections::BTreeSet;

use crate::catalog::ObjectAddress;
use crate::name::QualifiedName;

/// What plans ask about the objects and the casts between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The columns whose default calls something volatile: adding one with it writes the whole table anew.
    pub volatile_defaults: BTreeSet<ObjectAddress>,
    /// From which type to which the server casts by itself where a value is assigned (`pg_cast`).
    pub assignment_casts: BTreeSet<(QualifiedName, QualifiedName)>,
    /// The types that take any value's text where it is assigned (`pg_type.typcategory` is `S`).
    pub string_types: BTreeSet<QualifiedName>,
}
