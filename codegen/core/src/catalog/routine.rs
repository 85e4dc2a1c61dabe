//! Functions, procedures, aggregates and triggers.

use serde::{Deserialize, Serialize};

/// `CREATE FUNCTION`, `CREATE PROCEDURE` or `CREATE AGGREGATE`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routine {
    /// Which of them.
    pub kind: RoutineKind,
    /// The whole `CREATE OR REPLACE`, without a final newline: as `pg_get_functiondef` prints it, or for an aggregate, of
    /// which the server prints none, as introspection puts it together.
    pub definition: String,
    /// As `pg_get_function_arguments` prints them, with names, modes and defaults.
    pub arguments: String,
    /// As `pg_get_function_result` prints it; none for a procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// `COMMENT ON FUNCTION`, `COMMENT ON PROCEDURE` or `COMMENT ON AGGREGATE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Routine {
    /// Whether it is a hypothetical-set aggregate, by the last word of its definition.
    #[must_use]
    pub fn is_hypothetical(&self) -> bool {
        self.kind == RoutineKind::Aggregate && self.definition.ends_with("HYPOTHETICAL\n)")
    }
}

/// `prokind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutineKind {
    /// A plain function.
    Function,
    /// A procedure.
    Procedure,
    /// A window function.
    Window,
    /// An aggregate: plain, ordered-set or hypothetical-set.
    Aggregate,
}

/// `CREATE TRIGGER` on a table or a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// As `pg_get_triggerdef` prints it: the whole `CREATE TRIGGER`.
    pub definition: String,
    /// When it fires.
    #[serde(default, skip_serializing_if = "TriggerState::is_default")]
    pub state: TriggerState,
    /// `COMMENT ON TRIGGER`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// `tgenabled`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerState {
    /// `ENABLE TRIGGER`: in the roles origin and local.
    #[default]
    Origin,
    /// `DISABLE TRIGGER`.
    Disabled,
    /// `ENABLE REPLICA TRIGGER`.
    Replica,
    /// `ENABLE ALWAYS TRIGGER`.
    Always,
}

impl TriggerState {
    /// Whether this is the default.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::Origin
    }
}
