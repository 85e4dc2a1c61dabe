//! Views and materialized views.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::{DataType, Index, Options, Trigger};
use crate::name::Identifier;

/// `CREATE VIEW`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// As `pg_get_viewdef` prints it, without the final semicolon.
    pub query: String,
    /// The columns in their order.
    pub columns: Vec<ViewColumn>,
    /// `WITH (security_barrier = …, security_invoker = …, check_option = …)`.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// `INSTEAD OF` and statement triggers by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub triggers: BTreeMap<Identifier, Trigger>,
    /// `COMMENT ON VIEW`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A column of a view or of a materialized view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewColumn {
    /// The name.
    pub name: Identifier,
    /// The type.
    pub data_type: DataType,
    /// The collation, where it differs from the type's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<crate::name::QualifiedName>,
    /// `ALTER VIEW … ALTER COLUMN … SET DEFAULT`, deparsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// `COMMENT ON COLUMN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// `CREATE MATERIALIZED VIEW`. Whether it is populated is data, not schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaterializedView {
    /// As `pg_get_viewdef` prints it, without the final semicolon.
    pub query: String,
    /// The columns in their order.
    pub columns: Vec<ViewColumn>,
    /// Storage parameters.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// `USING`, where it is not `heap`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_method: Option<Identifier>,
    /// `TABLESPACE`, where it is not the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<Identifier>,
    /// Indexes by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub indexes: BTreeMap<Identifier, Index>,
    /// `COMMENT ON MATERIALIZED VIEW`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}
