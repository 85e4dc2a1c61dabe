//! What some tables have: row level security, a partitioned table above them, a foreign server behind them.

use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, DefinedKind, ObjectAddress, ObjectKind, Options};
use crate::name::{Identifier, QualifiedName};

/// `relrowsecurity` and `relforcerowsecurity`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RowSecurity {
    /// `ENABLE ROW LEVEL SECURITY`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub enabled: bool,
    /// `FORCE ROW LEVEL SECURITY`: for the owner too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub forced: bool,
}

impl RowSecurity {
    /// Whether this is the default.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// How a table is partitioned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartitionKey {
    /// `RANGE (…)`, `LIST (…)` or `HASH (…)`, as `pg_get_partkeydef` prints it.
    pub definition: String,
    /// The columns that it reads, in the table's order.
    pub columns: Vec<Identifier>,
}

/// Which part of which table a partition is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartitionOf {
    /// The partitioned table.
    pub table: QualifiedName,
    /// `FOR VALUES …` or `DEFAULT`, deparsed.
    pub bound: String,
}

/// `CREATE FOREIGN TABLE`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignTable {
    /// `SERVER`.
    pub server: Identifier,
    /// `OPTIONS (…)`.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
}

impl Catalog {
    /// Whether this is a partitioned table.
    #[must_use]
    pub fn is_partitioned(&self, address: &ObjectAddress) -> bool {
        let table = address.qualified_name().and_then(|name| self.tables.get(&name));
        table.is_some_and(|table| table.partition_key.is_some())
    }

    /// Whether this is a foreign table, or a part of one: its rows are another server's, and none is converted here.
    #[must_use]
    pub fn is_foreign(&self, address: &ObjectAddress) -> bool {
        let table = address.qualified_name().and_then(|name| self.tables.get(&name));
        table.is_some_and(|table| table.foreign.is_some())
    }

    /// Whether rules turn what is done to this table or view into something else.
    #[must_use]
    pub fn has_rules(&self, name: &QualifiedName) -> bool {
        // The rules of a table stand side by side, after the address of none.
        let first = ObjectAddress::object(ObjectKind::Defined(DefinedKind::Rule), name);
        let next = self.defined.range(&first..).next();
        next.is_some_and(|(rule, _)| ObjectAddress { part: None, ..rule.clone() } == first)
    }
}
