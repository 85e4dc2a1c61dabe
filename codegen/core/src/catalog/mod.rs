//! The model of a database's schema: what introspection found, and nothing that it did not.
//!
//! A [`Catalog`] is plain data with public fields. Expressions, definitions and type names are the server's own text,
//! deparsed with an empty `search_path`, so that two catalogs of one server compare by `==`. An attribute that
//! introspection meets and this model does not hold is refused there, never dropped. What depends on what is not part
//! of the state: it stands beside the catalog, in [`Dependencies`].

mod address;
mod defined;
mod definition;
mod entries;
mod facts;
#[cfg(test)]
pub(crate) mod fixture;
mod privileges;
mod relation;
mod routine;
mod secret;
mod sequence;
mod table;
mod types;
mod view;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use address::{Dependencies, OBJECT_KINDS, ObjectAddress, ObjectKind, ObjectKindInfo};
pub use defined::DEFINED_KINDS;
pub use definition::{Clause, ClauseForm, Defined, DefinedKind, DefinedKindInfo};
pub use facts::{CastContext, ExtensionFacts, Facts, Owners, ShellOperators};
pub(crate) use privileges::RELATIONS;
pub use privileges::{BuiltIn, ByGrantee, Grantee, Hold, NewObjects, Privilege, Privileges};
pub use relation::{ForeignTable, PartitionKey, PartitionOf, RowSecurity};
pub use routine::{Routine, RoutineKind, Trigger, TriggerState};
pub use secret::{SECRET_VALUE, is_secret};
pub use sequence::{Sequence, SequenceOptions};
pub use table::{
    Column, Constraint, ConstraintKind, Deferrability, Generated, GeneratedKind, Identity, IdentityKind, Index,
    IndexKey, NotNull, Persistence, Reference, ReplicaIdentity, Table,
};
pub use types::{CompositeAttribute, CompositeType, DataType, Domain, DomainConstraint, EnumType, RangeType};
pub use view::{MaterializedView, View, ViewColumn};

use crate::name::{Identifier, QualifiedName, RoutineSignature};

/// Storage parameters and view options: name to value, as `pg_class.reloptions` holds them.
pub type Options = BTreeMap<String, String>;

/// Everything that Lockstep models of one database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Catalog {
    /// Schemas; `public` is among them where it exists.
    pub schemas: BTreeMap<Identifier, Schema>,
    /// Installed extensions but for `plpgsql`. What an extension owns is not listed anywhere.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extensions: BTreeMap<Identifier, Extension>,
    /// Enumerated types.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub enums: BTreeMap<QualifiedName, EnumType>,
    /// Domains.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub domains: BTreeMap<QualifiedName, Domain>,
    /// Composite types, but for the row types of relations.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub composites: BTreeMap<QualifiedName, CompositeType>,
    /// Range types.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ranges: BTreeMap<QualifiedName, RangeType>,
    /// Sequences, but for those of identity columns.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sequences: BTreeMap<QualifiedName, Sequence>,
    /// Ordinary, partitioned and foreign tables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<QualifiedName, Table>,
    /// Views.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub views: BTreeMap<QualifiedName, View>,
    /// Materialized views.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub materialized_views: BTreeMap<QualifiedName, MaterializedView>,
    /// Functions, procedures and aggregates.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub routines: BTreeMap<RoutineSignature, Routine>,
    /// Objects of the kinds that their definition tells all about.
    #[serde(with = "entries", skip_serializing_if = "BTreeMap::is_empty")]
    pub defined: BTreeMap<ObjectAddress, Defined>,
    /// The roles that the project declares. Others belong to the server alone and stand nowhere.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<Identifier, Defined>,
    /// Who may do what with an object or a column of a relation, where it is not what the server gives on its own. The
    /// sequence of an identity column has the kind of a sequence and the address of the column.
    #[serde(with = "entries", skip_serializing_if = "BTreeMap::is_empty")]
    pub privileges: BTreeMap<ObjectAddress, Privileges>,
    /// What new objects are granted; [`NewObjects`] tells how they are addressed.
    #[serde(with = "entries", skip_serializing_if = "BTreeMap::is_empty")]
    pub default_privileges: BTreeMap<ObjectAddress, Privileges>,
    /// `SECURITY LABEL` by provider, of objects and of columns of relations, addressed as for privileges.
    #[serde(with = "entries", skip_serializing_if = "BTreeMap::is_empty")]
    pub security_labels: BTreeMap<ObjectAddress, BTreeMap<String, String>>,
}

/// A catalog with what depends on what in it: all that a plan needs to know of one side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The objects.
    pub catalog: Catalog,
    /// Their dependencies.
    pub dependencies: Dependencies,
    /// The major version of the server that holds them: some statements differ. 0 where no server was asked.
    pub major: u32,
    /// What else the server said.
    pub facts: Facts,
}

/// A schema (a namespace).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schema {
    /// `COMMENT ON SCHEMA`; the comment that `initdb` gives `public` counts as none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// An installed extension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The schema that holds its objects.
    pub schema: Identifier,
    /// The version, where it is not the server's default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// `COMMENT ON EXTENSION`, where it is not the one in the extension's control file; empty where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}
