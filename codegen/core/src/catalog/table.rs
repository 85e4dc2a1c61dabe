//! Tables with their columns, constraints and indexes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::{
    DataType, ForeignTable, Options, PartitionKey, PartitionOf, RowSecurity, SequenceOptions, Trigger,
};
use crate::name::{Identifier, QualifiedName};

/// An ordinary, partitioned or foreign table; partitions and children of other tables are tables of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Table {
    /// The columns in their order.
    pub columns: Vec<Column>,
    /// Primary key, unique, foreign key, check and exclusion constraints by name. `NOT NULL` stands with its column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub constraints: BTreeMap<Identifier, Constraint>,
    /// Indexes by name, but for those that belong to a constraint.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub indexes: BTreeMap<Identifier, Index>,
    /// Triggers by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub triggers: BTreeMap<Identifier, Trigger>,
    /// Whether it is `UNLOGGED`.
    #[serde(skip_serializing_if = "Persistence::is_permanent")]
    pub persistence: Persistence,
    /// `WITH (…)`; those of the TOAST table with the prefix `toast.`.
    #[serde(skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// `REPLICA IDENTITY`.
    #[serde(skip_serializing_if = "ReplicaIdentity::is_default")]
    pub replica_identity: ReplicaIdentity,
    /// `ROW LEVEL SECURITY`.
    #[serde(skip_serializing_if = "RowSecurity::is_default")]
    pub row_security: RowSecurity,
    /// `PARTITION BY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_key: Option<PartitionKey>,
    /// `PARTITION OF`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition_of: Option<PartitionOf>,
    /// `INHERITS (…)`, in the order in which the parents came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<QualifiedName>,
    /// `OF`: the composite type that says which columns it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_type: Option<QualifiedName>,
    /// What makes it a foreign table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignTable>,
    /// `USING`, where it is not `heap`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_method: Option<Identifier>,
    /// `TABLESPACE`, where it is not the database's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<Identifier>,
    /// `COMMENT ON TABLE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// `relpersistence`. Temporary relations are never part of a catalog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Persistence {
    /// Written to the write-ahead log.
    #[default]
    Permanent,
    /// `UNLOGGED`.
    Unlogged,
}

impl Persistence {
    /// Whether this is the default.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        *self == Self::Permanent
    }
}

/// `relreplident`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplicaIdentity {
    /// The primary key.
    #[default]
    Default,
    /// The whole row.
    Full,
    /// None.
    Nothing,
    /// A unique index.
    Index(Identifier),
}

impl ReplicaIdentity {
    /// Whether this is the default.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::Default
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The name.
    pub name: Identifier,
    /// The type with its modifiers.
    pub data_type: DataType,
    /// `NOT NULL`, also where it follows from a primary key or an identity.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_null: bool,
    /// The constraint behind `NOT NULL`, where it is not the one that the server makes where nothing is said (18 and
    /// later).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_null_constraint: Option<NotNull>,
    /// `DEFAULT`, deparsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// `GENERATED … AS IDENTITY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// `GENERATED ALWAYS AS (…)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// `COLLATE`, where it differs from the type's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<QualifiedName>,
    /// `STORAGE` (`plain`, `external`, `extended`, `main`), where it differs from the type's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage: Option<String>,
    /// `COMPRESSION` (`pglz`, `lz4`), where it is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compression: Option<String>,
    /// `SET STATISTICS`, where it is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistics_target: Option<i32>,
    /// `SET (n_distinct = …)`.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// `OPTIONS (…)` of a foreign table's column.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub foreign_options: Options,
    /// Whether a child's column, that its parent has too, stays when the parent loses it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub local: bool,
    /// `COMMENT ON COLUMN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Column {
    /// A column of a type and nothing else, which may be NULL.
    #[must_use]
    pub fn plain(data_type: &DataType) -> Self {
        Self {
            name: "value".into(),
            data_type: data_type.clone(),
            not_null: false,
            default: None,
            identity: None,
            generated: None,
            collation: None,
            storage: None,
            compression: None,
            not_null_constraint: None,
            statistics_target: None,
            options: Options::default(),
            foreign_options: Options::default(),
            local: false,
            comment: None,
        }
    }
}

/// A `NOT NULL` constraint with a name, a state or a comment of its own (18 and later).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotNull {
    /// The name, also where it is the one that the server gives.
    pub name: Identifier,
    /// `NO INHERIT`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_inherit: bool,
    /// False for `NOT VALID`: there may be rows without a value.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub validated: bool,
    /// `COMMENT ON CONSTRAINT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl NotNull {
    /// The one that the server makes where nothing is said.
    #[must_use]
    pub fn plain(table: &Identifier, column: &Identifier) -> Self {
        let name = generated_name(table.as_str(), column.as_str(), "not_null");
        Self { name, no_inherit: false, validated: true, comment: None }
    }
}

/// The name that the server gives (`makeObjectName`): the longer of the two parts is cut until it fits into 63 bytes.
fn generated_name(first: &str, second: &str, label: &str) -> Identifier {
    let room = 63 - label.len() - 2;
    let (mut one, mut two) = (first.len(), second.len());
    while one + two > room {
        if one > two { one -= 1 } else { two -= 1 }
    }
    let cut = |text: &str, length: usize| text[..text.floor_char_boundary(length)].to_owned();
    Identifier(format!("{}_{}_{label}", cut(first, one), cut(second, two)))
}

/// An identity column's generator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// `ALWAYS` or `BY DEFAULT`.
    pub kind: IdentityKind,
    /// The name of its sequence, in the table's schema.
    pub sequence: Identifier,
    /// The options of its sequence.
    pub options: SequenceOptions,
    /// Whether its sequence is logged, where it is not like the table (15 and later).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persistence: Option<Persistence>,
    /// `COMMENT ON SEQUENCE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Which values an identity column takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// `GENERATED ALWAYS`.
    Always,
    /// `GENERATED BY DEFAULT`.
    ByDefault,
}

/// A generated column's expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generated {
    /// Where the value is kept.
    pub kind: GeneratedKind,
    /// The expression, deparsed.
    pub expression: String,
}

/// Where a generated column's value is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeneratedKind {
    /// In the row.
    Stored,
    /// Nowhere (18 and later).
    Virtual,
}

/// A table constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// Which kind.
    pub kind: ConstraintKind,
    /// The constrained columns in their order: the key of a key, the columns that a check reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Identifier>,
    /// What a foreign key refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<Reference>,
    /// As `pg_get_constraintdef` prints it, without `DEFERRABLE`, `INITIALLY DEFERRED`, `NOT ENFORCED` and `NOT VALID`.
    pub definition: String,
    /// `DEFERRABLE`.
    #[serde(default, skip_serializing_if = "Deferrability::is_default")]
    pub deferrability: Deferrability,
    /// False for `NOT VALID`, and for the key of a partitioned table that not all partitions have; what is not enforced has
    /// nothing to validate and counts as valid.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub validated: bool,
    /// False for `NOT ENFORCED` (18 and later).
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub enforced: bool,
    /// Whether it is `WITHOUT OVERLAPS` or has a `PERIOD` (18 and later): its last column is a range.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub temporal: bool,
    /// Storage parameters of the index behind it.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// The tablespace of the index behind it, where it is not the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<Identifier>,
    /// `ALTER INDEX … ALTER COLUMN n SET STATISTICS` of the index behind it, by n.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statistics_targets: BTreeMap<i16, i32>,
    /// The constraint of the table's parent that this one follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Identifier>,
    /// Whether it stays when the parent loses that constraint.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub local: bool,
    /// Whether `CLUSTER` marks the index behind it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clustered: bool,
    /// `COMMENT ON INDEX`, of the index behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index_comment: Option<String>,
    /// `COMMENT ON CONSTRAINT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

fn yes() -> bool {
    true
}

/// `contype`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintKind {
    /// `PRIMARY KEY`.
    PrimaryKey,
    /// `UNIQUE`.
    Unique,
    /// `CHECK`.
    Check,
    /// `EXCLUDE`.
    Exclusion,
    /// `FOREIGN KEY`.
    ForeignKey,
}

impl ConstraintKind {
    /// Whether an index of the same name stands behind it.
    #[must_use]
    pub fn has_index(self) -> bool {
        match self {
            Self::PrimaryKey | Self::Unique | Self::Exclusion => true,
            Self::Check | Self::ForeignKey => false,
        }
    }
}

/// The far side of a foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The table.
    pub table: QualifiedName,
    /// Its columns, in the order of the constrained ones.
    pub columns: Vec<Identifier>,
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deferrability {
    /// At each statement.
    #[default]
    NotDeferrable,
    /// `DEFERRABLE INITIALLY IMMEDIATE`.
    InitiallyImmediate,
    /// `DEFERRABLE INITIALLY DEFERRED`.
    InitiallyDeferred,
}

impl Deferrability {
    /// Whether this is the default.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::NotDeferrable
    }
}

/// An index that belongs to no constraint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// As `pg_get_indexdef` prints it: the whole `CREATE INDEX`.
    pub definition: String,
    /// `UNIQUE`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// `NULLS NOT DISTINCT`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    /// The access method.
    pub method: String,
    /// The key columns and expressions in their order, without `INCLUDE`.
    pub keys: Vec<IndexKey>,
    /// Whether it has a `WHERE`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// `WITH (…)`, which stands in the definition too.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// False after a failed `CREATE INDEX CONCURRENTLY`.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub valid: bool,
    /// `TABLESPACE`, where it is not the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<Identifier>,
    /// The index of the partitioned table that this one is attached to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Identifier>,
    /// `ALTER INDEX … ALTER COLUMN n SET STATISTICS`, by n.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statistics_targets: BTreeMap<i16, i32>,
    /// Whether `CLUSTER` marks it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clustered: bool,
    /// `COMMENT ON INDEX`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Index {
    /// The definition without the names of the index and its table: what stands behind `USING`.
    #[must_use]
    pub fn body(&self) -> &str {
        self.definition.split_once(" USING ").map_or(self.definition.as_str(), |(_, body)| body)
    }
}

/// One key of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexKey {
    /// The column, unless the key is an expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Identifier>,
    /// `DESC`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub descending: bool,
    /// `NULLS FIRST`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nulls_first: bool,
}
