//! Kinds of objects that are told by their definition: a statement that creates them, and clauses that `ALTER` changes.
//!
//! A plan treats all of them alike, so a kind is no code but a row in [`DEFINED_KINDS`] and a query that reads it. In the
//! forms, `{name}`, `{qualified}` (`schema.name`) and `{part}` stand for names as SQL writes them, `{name:text}` and
//! `{part:text}` for texts of the server that are SQL already (types, argument lists), `{key}` and `{value}` for what
//! follows the word of a clause and what it is set to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::ObjectKind;

/// A kind of object that its definition tells all about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefinedKind {
    /// `CREATE ACCESS METHOD`.
    AccessMethod,
    /// `CREATE COLLATION`.
    Collation,
    /// `CREATE CONVERSION`.
    Conversion,
    /// `CREATE LANGUAGE`.
    Language,
    /// `CREATE OPERATOR`; the part holds its argument types.
    Operator,
    /// `CREATE OPERATOR FAMILY`; the part is its access method.
    OperatorFamily,
    /// `CREATE OPERATOR CLASS`; the part is its access method.
    OperatorClass,
    /// `CREATE CAST`; the name is `source AS target`.
    Cast,
    /// `CREATE TRANSFORM`; the name is the type, the part the language.
    Transform,
    /// `CREATE TEXT SEARCH PARSER`.
    TextSearchParser,
    /// `CREATE TEXT SEARCH TEMPLATE`.
    TextSearchTemplate,
    /// `CREATE TEXT SEARCH DICTIONARY`.
    TextSearchDictionary,
    /// `CREATE TEXT SEARCH CONFIGURATION`.
    TextSearchConfiguration,
    /// `CREATE FOREIGN DATA WRAPPER`.
    ForeignDataWrapper,
    /// `CREATE SERVER`.
    Server,
    /// `CREATE USER MAPPING`; the name is the server's, the part the user or `PUBLIC`.
    UserMapping,
    /// `CREATE STATISTICS`.
    ExtendedStatistics,
    /// `CREATE RULE`; the part is its name, the name that of the table or view.
    Rule,
    /// `CREATE POLICY`; the part is its name, the name that of the table.
    Policy,
    /// `CREATE EVENT TRIGGER`.
    EventTrigger,
    /// `CREATE PUBLICATION`.
    Publication,
    /// A table in a publication; the name is the publication's, the part the table.
    PublicationTable,
    /// All tables of a schema in a publication; the name is the publication's, the part the schema.
    PublicationSchema,
    /// `CREATE SUBSCRIPTION`, without what it connects with.
    Subscription,
}

/// What there is to know about a kind.
#[derive(Debug)]
pub struct DefinedKindInfo {
    /// The kind.
    pub kind: DefinedKind,
    /// What people call it.
    pub name: &'static str,
    /// The catalog that its rows stand in.
    pub catalog: &'static str,
    /// The object as `DROP`, `ALTER` and `COMMENT ON` name it; empty where they cannot.
    pub reference: &'static str,
    /// The statement that drops it, where that is not `DROP` and the reference.
    pub drop: Option<&'static str>,
    /// The kinds of relations that it is a part of: it goes when they go.
    pub owners: &'static [ObjectKind],
    /// Whether a binary that knows it stops working without it.
    pub breaks_readers: bool,
    /// What `ALTER` can change, in the order in which `CREATE` says it.
    pub clauses: &'static [Clause],
    /// What `CREATE` ends with, after its clauses.
    pub end: &'static str,
}

/// A clause of a definition that `ALTER` can change, or a family of them: `OPTION host`, `OPTION port`.
#[derive(Debug)]
pub struct Clause {
    /// Its name, or the first word of the family.
    pub name: &'static str,
    /// How `CREATE` says it.
    pub create: ClauseForm,
    /// The statement that adds it; none where the object has to be created again.
    pub add: Option<&'static str>,
    /// The statement that gives it another value.
    pub set: Option<&'static str>,
    /// The statement that takes it away.
    pub drop: Option<&'static str>,
}

/// How `CREATE` says a clause.
#[derive(Debug)]
pub enum ClauseForm {
    /// Inside.
    Inline(&'static str),
    /// Inside, all of a family in one list.
    List {
        /// What stands before the first.
        open: &'static str,
        /// Each of them; a comma stands in between.
        item: &'static str,
        /// What stands after the last.
        close: &'static str,
    },
    /// Not at all: the statement that adds it follows.
    Separate,
}

/// An object of one of these kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defined {
    /// What `CREATE` starts with, up to the clauses; the server's own text.
    pub definition: String,
    /// The clauses by name: what each of them is set to, as SQL.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub clauses: BTreeMap<String, String>,
    /// `COMMENT ON`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl DefinedKind {
    /// Its row in [`DEFINED_KINDS`].
    #[must_use]
    pub fn info(self) -> &'static DefinedKindInfo {
        &DEFINED_KINDS[self as usize]
    }
}

/// What most kinds are like.
const PLAIN: DefinedKindInfo = DefinedKindInfo {
    kind: DefinedKind::AccessMethod,
    name: "",
    catalog: "",
    reference: "",
    drop: None,
    owners: &[],
    breaks_readers: true,
    clauses: &[],
    end: "",
};

/// Every kind, in the order in which objects are created where nothing depends on anything.
pub const DEFINED_KINDS: &[DefinedKindInfo] = &[
    DefinedKindInfo {
        kind: DefinedKind::AccessMethod,
        name: "access method",
        catalog: "pg_am",
        reference: "ACCESS METHOD {name}",
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Collation,
        name: "collation",
        catalog: "pg_collation",
        reference: "COLLATION {qualified}",
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Conversion,
        name: "conversion",
        catalog: "pg_conversion",
        reference: "CONVERSION {qualified}",
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Language,
        name: "language",
        catalog: "pg_language",
        reference: "LANGUAGE {name}",
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Operator,
        name: "operator",
        catalog: "pg_operator",
        reference: "OPERATOR {schema}.{name:text} ({part:text})",
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::OperatorFamily,
        name: "operator family",
        catalog: "pg_opfamily",
        reference: "OPERATOR FAMILY {qualified} USING {part}",
        clauses: &[Clause {
            name: "MEMBER",
            create: ClauseForm::Separate,
            add: Some("ALTER OPERATOR FAMILY {qualified} USING {part} ADD {key} {value}"),
            set: None,
            drop: Some("ALTER OPERATOR FAMILY {qualified} USING {part} DROP {key}"),
        }],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::OperatorClass,
        name: "operator class",
        catalog: "pg_opclass",
        reference: "OPERATOR CLASS {qualified} USING {part}",
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Cast,
        name: "cast",
        catalog: "pg_cast",
        reference: "CAST ({name:text})",
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Transform,
        name: "transform",
        catalog: "pg_transform",
        reference: "TRANSFORM FOR {name:text} LANGUAGE {part}",
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::TextSearchParser,
        name: "text search parser",
        catalog: "pg_ts_parser",
        reference: "TEXT SEARCH PARSER {qualified}",
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::TextSearchTemplate,
        name: "text search template",
        catalog: "pg_ts_template",
        reference: "TEXT SEARCH TEMPLATE {qualified}",
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::TextSearchDictionary,
        name: "text search dictionary",
        catalog: "pg_ts_dict",
        reference: "TEXT SEARCH DICTIONARY {qualified}",
        clauses: &[Clause {
            name: "OPTION",
            create: ClauseForm::List { open: ", ", item: "{key} = {value}", close: "" },
            add: Some("ALTER TEXT SEARCH DICTIONARY {qualified} ({key} = {value})"),
            set: Some("ALTER TEXT SEARCH DICTIONARY {qualified} ({key} = {value})"),
            drop: Some("ALTER TEXT SEARCH DICTIONARY {qualified} ({key})"),
        }],
        end: ")",
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::TextSearchConfiguration,
        name: "text search configuration",
        catalog: "pg_ts_config",
        reference: "TEXT SEARCH CONFIGURATION {qualified}",
        clauses: &[Clause {
            name: "MAPPING",
            create: ClauseForm::Separate,
            add: Some("ALTER TEXT SEARCH CONFIGURATION {qualified} ADD MAPPING FOR {key} WITH {value}"),
            set: Some("ALTER TEXT SEARCH CONFIGURATION {qualified} ALTER MAPPING FOR {key} WITH {value}"),
            drop: Some("ALTER TEXT SEARCH CONFIGURATION {qualified} DROP MAPPING FOR {key}"),
        }],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::ForeignDataWrapper,
        name: "foreign data wrapper",
        catalog: "pg_foreign_data_wrapper",
        reference: "FOREIGN DATA WRAPPER {name}",
        clauses: &[
            Clause {
                name: "HANDLER",
                create: ClauseForm::Inline(" HANDLER {value}"),
                add: Some("ALTER FOREIGN DATA WRAPPER {name} HANDLER {value}"),
                set: Some("ALTER FOREIGN DATA WRAPPER {name} HANDLER {value}"),
                drop: Some("ALTER FOREIGN DATA WRAPPER {name} NO HANDLER"),
            },
            Clause {
                name: "VALIDATOR",
                create: ClauseForm::Inline(" VALIDATOR {value}"),
                add: Some("ALTER FOREIGN DATA WRAPPER {name} VALIDATOR {value}"),
                set: Some("ALTER FOREIGN DATA WRAPPER {name} VALIDATOR {value}"),
                drop: Some("ALTER FOREIGN DATA WRAPPER {name} NO VALIDATOR"),
            },
            Clause {
                name: "OPTION",
                create: OPTIONS,
                add: Some("ALTER FOREIGN DATA WRAPPER {name} OPTIONS (ADD {key} {value})"),
                set: Some("ALTER FOREIGN DATA WRAPPER {name} OPTIONS (SET {key} {value})"),
                drop: Some("ALTER FOREIGN DATA WRAPPER {name} OPTIONS (DROP {key})"),
            },
        ],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Server,
        name: "server",
        catalog: "pg_foreign_server",
        reference: "SERVER {name}",
        clauses: &[Clause {
            name: "OPTION",
            create: OPTIONS,
            add: Some("ALTER SERVER {name} OPTIONS (ADD {key} {value})"),
            set: Some("ALTER SERVER {name} OPTIONS (SET {key} {value})"),
            drop: Some("ALTER SERVER {name} OPTIONS (DROP {key})"),
        }],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::UserMapping,
        name: "user mapping",
        catalog: "pg_user_mapping",
        reference: "USER MAPPING FOR {part:text} SERVER {name}",
        clauses: &[Clause {
            name: "OPTION",
            create: OPTIONS,
            add: Some("ALTER USER MAPPING FOR {part:text} SERVER {name} OPTIONS (ADD {key} {value})"),
            set: Some("ALTER USER MAPPING FOR {part:text} SERVER {name} OPTIONS (SET {key} {value})"),
            drop: Some("ALTER USER MAPPING FOR {part:text} SERVER {name} OPTIONS (DROP {key})"),
        }],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::ExtendedStatistics,
        name: "extended statistics",
        catalog: "pg_statistic_ext",
        reference: "STATISTICS {qualified}",
        breaks_readers: false,
        clauses: &[Clause {
            name: "STATISTICS",
            create: ClauseForm::Separate,
            add: Some("ALTER STATISTICS {qualified} SET STATISTICS {value}"),
            set: Some("ALTER STATISTICS {qualified} SET STATISTICS {value}"),
            drop: Some("ALTER STATISTICS {qualified} SET STATISTICS -1"),
        }],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Rule,
        name: "rule",
        catalog: "pg_rewrite",
        reference: "RULE {part} ON {qualified}",
        owners: &[ObjectKind::Table, ObjectKind::View, ObjectKind::MaterializedView],
        breaks_readers: false,
        clauses: &[Clause {
            name: "STATE",
            create: ClauseForm::Separate,
            add: Some("ALTER TABLE {qualified} {value} RULE {part}"),
            set: Some("ALTER TABLE {qualified} {value} RULE {part}"),
            drop: Some("ALTER TABLE {qualified} ENABLE RULE {part}"),
        }],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Policy,
        name: "policy",
        catalog: "pg_policy",
        reference: "POLICY {part} ON {qualified}",
        owners: &[ObjectKind::Table],
        breaks_readers: false,
        clauses: &[
            Clause {
                name: "TO",
                create: ClauseForm::Inline(" TO {value}"),
                add: Some("ALTER POLICY {part} ON {qualified} TO {value}"),
                set: Some("ALTER POLICY {part} ON {qualified} TO {value}"),
                drop: Some("ALTER POLICY {part} ON {qualified} TO PUBLIC"),
            },
            Clause {
                name: "USING",
                create: ClauseForm::Inline(" USING ({value})"),
                add: Some("ALTER POLICY {part} ON {qualified} USING ({value})"),
                set: Some("ALTER POLICY {part} ON {qualified} USING ({value})"),
                drop: None,
            },
            Clause {
                name: "WITH CHECK",
                create: ClauseForm::Inline(" WITH CHECK ({value})"),
                add: Some("ALTER POLICY {part} ON {qualified} WITH CHECK ({value})"),
                set: Some("ALTER POLICY {part} ON {qualified} WITH CHECK ({value})"),
                drop: None,
            },
        ],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::EventTrigger,
        name: "event trigger",
        catalog: "pg_event_trigger",
        reference: "EVENT TRIGGER {name}",
        breaks_readers: false,
        clauses: &[Clause {
            name: "STATE",
            create: ClauseForm::Separate,
            add: Some("ALTER EVENT TRIGGER {name} {value}"),
            set: Some("ALTER EVENT TRIGGER {name} {value}"),
            drop: Some("ALTER EVENT TRIGGER {name} ENABLE"),
        }],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Publication,
        name: "publication",
        catalog: "pg_publication",
        reference: "PUBLICATION {name}",
        clauses: &[Clause {
            name: "OPTION",
            create: ClauseForm::List { open: " WITH (", item: "{key} = {value}", close: ")" },
            add: Some("ALTER PUBLICATION {name} SET ({key} = {value})"),
            set: Some("ALTER PUBLICATION {name} SET ({key} = {value})"),
            drop: None,
        }],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::PublicationTable,
        name: "publication table",
        catalog: "pg_publication_rel",
        drop: Some("ALTER PUBLICATION {name} DROP TABLE {part:text}"),
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::PublicationSchema,
        name: "publication schema",
        catalog: "pg_publication_namespace",
        drop: Some("ALTER PUBLICATION {name} DROP TABLES IN SCHEMA {part}"),
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Subscription,
        name: "subscription",
        catalog: "pg_subscription",
        reference: "SUBSCRIPTION {name}",
        clauses: &[
            Clause {
                name: "PUBLICATION",
                create: ClauseForm::Inline(" PUBLICATION {value}"),
                add: Some("ALTER SUBSCRIPTION {name} SET PUBLICATION {value} WITH (refresh = false)"),
                set: Some("ALTER SUBSCRIPTION {name} SET PUBLICATION {value} WITH (refresh = false)"),
                drop: None,
            },
            Clause {
                name: "OPTION",
                create: ClauseForm::List { open: " WITH (connect = false, ", item: "{key} = {value}", close: ")" },
                add: Some("ALTER SUBSCRIPTION {name} SET ({key} = {value})"),
                set: Some("ALTER SUBSCRIPTION {name} SET ({key} = {value})"),
                drop: None,
            },
            Clause {
                name: "STATE",
                create: ClauseForm::Separate,
                add: Some("ALTER SUBSCRIPTION {name} {value}"),
                set: Some("ALTER SUBSCRIPTION {name} {value}"),
                drop: Some("ALTER SUBSCRIPTION {name} DISABLE"),
            },
        ],
        ..PLAIN
    },
];

/// The options of foreign objects.
const OPTIONS: ClauseForm = ClauseForm::List { open: " OPTIONS (", item: "{key} {value}", close: ")" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_stands_at_its_own_place_in_the_table() {
        for (place, info) in DEFINED_KINDS.iter().enumerate() {
            assert_eq!(info.kind as usize, place, "{}", info.name);
        }
    }
}
