//! Types: references to them, enumerated types, domains, composite types, ranges.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::name::{Identifier, QualifiedName};

/// The type of a column or an argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataType {
    /// As `format_type` prints it with an empty `search_path`, modifiers and `[]` included.
    pub text: String,
    /// The name in `pg_type`, of the element type if this is an array: `pg_catalog.int8`, `commerce.order_status`.
    pub name: QualifiedName,
    /// Whether this is an array of `name`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub array: bool,
}

/// `CREATE TYPE … AS ENUM`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnumType {
    /// The labels in their sort order.
    pub values: Vec<String>,
    /// `COMMENT ON TYPE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// `CREATE DOMAIN`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// The type it stands on.
    pub data_type: DataType,
    /// `NOT NULL`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_null: bool,
    /// The name that somebody gave to `NOT NULL` (kept by 17 and later).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_null_name: Option<Identifier>,
    /// `DEFAULT`, deparsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// `COLLATE`, where it differs from the base type's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<QualifiedName>,
    /// `CHECK` constraints by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constraints: BTreeMap<Identifier, DomainConstraint>,
    /// `COMMENT ON DOMAIN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A `CHECK` constraint of a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainConstraint {
    /// `CHECK (…)` as `pg_get_constraintdef` prints it, without `NOT VALID`.
    pub definition: String,
    /// False for `NOT VALID`.
    pub validated: bool,
    /// `COMMENT ON CONSTRAINT … ON DOMAIN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// `CREATE TYPE … AS (…)`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CompositeType {
    /// The attributes in their order.
    pub attributes: Vec<CompositeAttribute>,
    /// `COMMENT ON TYPE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// An attribute of a composite type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompositeAttribute {
    /// The name.
    pub name: Identifier,
    /// The type with its modifiers.
    pub data_type: DataType,
    /// `COLLATE`, where it differs from the type's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<QualifiedName>,
    /// `COMMENT ON COLUMN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// `CREATE TYPE … AS RANGE`, with the multirange type that it brings along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangeType {
    /// `SUBTYPE`.
    pub subtype: DataType,
    /// `SUBTYPE_OPCLASS`, where it is not the subtype's default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator_class: Option<QualifiedName>,
    /// `COLLATION`, where it differs from the subtype's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<QualifiedName>,
    /// `SUBTYPE_DIFF`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<QualifiedName>,
    /// `MULTIRANGE_TYPE_NAME`.
    pub multirange: QualifiedName,
    /// `COMMENT ON TYPE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}
