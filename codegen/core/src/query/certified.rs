//! A query as the certificate has it.

use serde::{Deserialize, Serialize};

use crate::catalog::DataType;

/// What a query returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cardinality {
    /// Exactly one row.
    #[default]
    One,
    /// One row or none.
    Opt,
    /// All rows at once.
    Many,
    /// Nothing.
    Exec,
    /// How many rows it touched.
    ExecRows,
    /// All rows, one after another.
    Stream,
}

impl Cardinality {
    /// All of them.
    pub const ALL: &[Self] = &[Self::One, Self::Opt, Self::Many, Self::Exec, Self::ExecRows, Self::Stream];

    /// The word behind the colon.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Opt => "opt",
            Self::Many => "many",
            Self::Exec => "exec",
            Self::ExecRows => "execrows",
            Self::Stream => "stream",
        }
    }

    /// Whether rows come back.
    #[must_use]
    pub const fn has_rows(self) -> bool {
        match self {
            Self::One | Self::Opt | Self::Many | Self::Stream => true,
            Self::Exec | Self::ExecRows => false,
        }
    }
}

/// A query that the server took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// What it returns.
    pub cardinality: Cardinality,
    /// The comment above it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// The text, with `$1`, `$2`, …
    pub sql: String,
    /// The parameters by their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<QueryParameter>,
    /// The columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<QueryColumn>,
}

/// A parameter of a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryParameter {
    /// The argument's name.
    pub name: String,
    /// The type that the server gave it.
    pub data_type: DataType,
    /// Whether it may be NULL.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nullable: bool,
    /// The column that it is compared with or written to: `schema.table.column`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

/// A column that a query returns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryColumn {
    /// The field's name.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// Whether it is never NULL.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_null: bool,
    /// The column that it is, unchanged: `schema.table.column`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}
