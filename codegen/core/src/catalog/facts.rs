//! What the server thinks of the objects: read beside the catalog, needed by plans, part of no certificate.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{NotNull, ObjectAddress};
use crate::name::{Identifier, QualifiedName, RoutineSignature};

/// What plans ask about the objects and the casts between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The columns whose default calls something volatile: adding one with it writes the whole table anew.
    pub volatile_defaults: BTreeSet<ObjectAddress>,
    /// The constraints behind the `NOT NULL` of columns that follow a parent's (18 and later): part of no catalog, for the
    /// parent decides about them. A table that leaves its parents has them as its own.
    pub inherited_not_nulls: BTreeMap<ObjectAddress, NotNull>,
    /// What a partition's bound, with those of the partitions that it is in, demands of its rows. A hash partition has
    /// none: its text holds a number of this one database.
    pub partition_constraints: BTreeMap<ObjectAddress, String>,
    /// From which type to which there is a cast (`pg_cast`).
    pub casts: BTreeMap<(QualifiedName, QualifiedName), CastContext>,
    /// The types that take any value's text where it is assigned (`pg_type.typcategory` is `S`).
    pub string_types: BTreeSet<QualifiedName>,
    /// The routines with bodies that their language does not take as they stand: what these name is not there.
    pub broken_bodies: BTreeSet<RoutineSignature>,
    /// The objects that something is granted on and that are part of no schema: members of extensions, each with its
    /// extension, and the system's own.
    pub beyond: BTreeMap<ObjectAddress, Option<Identifier>>,
    /// Who owns what.
    pub owners: Owners,
    /// The operators that are only named.
    pub shell_operators: ShellOperators,
    /// The extensions that are there.
    pub extensions: BTreeMap<Identifier, ExtensionFacts>,
}

/// Operators, each with one that it names as its commutator or negator, and that nobody has made: the server notes its
/// name when the first is made, and keeps it when that is dropped.
pub type ShellOperators = BTreeSet<(ObjectAddress, ObjectAddress)>;

/// Who owns what. Owners are not compared: they matter where a role is granted what it has as an owner anyway, and
/// where a plan makes something anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners {
    /// The role that asks: what it makes is its own.
    pub asking: Option<Identifier>,
    /// The owners of the objects that are there.
    pub by_object: BTreeMap<ObjectAddress, Identifier>,
}

impl Owners {
    /// The owner of an object that would not be its owner if the role that asks made it.
    #[must_use]
    pub fn lost_by(&self, address: &ObjectAddress) -> Option<&Identifier> {
        self.by_object.get(address).filter(|owner| self.asking.as_ref() != Some(*owner))
    }
}

/// How an extension can change while it stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtensionFacts {
    /// Its objects can move to another schema (`pg_extension.extrelocatable`).
    pub relocatable: bool,
    /// The versions to which scripts lead from the one that is there; `None` is the server's default version.
    pub updates: BTreeSet<Option<String>>,
    /// The comment that it comes with.
    pub comment: Option<String>,
}

/// Where the server casts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CastContext {
    /// Nowhere: only where `::` or `CAST` asks for it.
    Explicit,
    /// Where a value is assigned to a column, and where it casts implicitly.
    Assignment,
}
