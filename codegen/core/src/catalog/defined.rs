//! The table of the kinds of objects that are told by their definition.
//!
//! A plan treats all of them alike, so a kind is no code but a row in [`DEFINED_KINDS`] and a query that reads it. In the
//! forms, `{name}`, `{qualified}` (`schema.name`) and `{part}` stand for names as SQL writes them, `{name:text}` and
//! `{part:text}` for texts of the server that are SQL already (types, argument lists), `{part:what}` and `{part:using}` for
//! what stands before and after the word `USING` in such a text, `{key}` and `{value}` for what follows the word of a clause
//! and what it is set to. Statements that differ only between `[` and `]` are joined.

use crate::catalog::definition::{fixed, flag, settable, with};
use crate::catalog::{Clause, ClauseForm, DefinedKind, DefinedKindInfo, ObjectKind};

/// What most kinds are like.
const PLAIN: DefinedKindInfo = DefinedKindInfo {
    kind: DefinedKind::AccessMethod,
    name: "",
    catalog: "",
    reference: "",
    before_drop: &[],
    drop: None,
    owners: &[],
    can_be_renamed: true,
    is_completed_by_hand: false,
    is_deparsed: false,
    breaks_readers: true,
    clauses: &[],
    altered_since: &[],
    end: "",
    is_silent: false,
    holds_expressions: false,
    takes_security_labels: false,
};

/// Every kind, in the order in which objects are created where nothing depends on anything.
pub const DEFINED_KINDS: &[DefinedKindInfo] = &[
    DefinedKindInfo {
        kind: DefinedKind::AccessMethod,
        name: "access method",
        catalog: "pg_am",
        can_be_renamed: false,
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
        clauses: &[Clause {
            name: "LANGUAGE",
            create: ClauseForm::Inline(" {value}"),
            add: None,
            set: Some("CREATE OR REPLACE {value}"),
            drop: None,
        }],
        takes_security_labels: true,
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Operator,
        name: "operator",
        catalog: "pg_operator",
        can_be_renamed: false,
        reference: "OPERATOR {schema}.{name:text} ({part:text})",
        clauses: &[
            Clause {
                name: "COMMUTATOR",
                create: ClauseForm::Inline(", COMMUTATOR = {value}"),
                add: Some("ALTER OPERATOR {schema}.{name:text} ({part:text}) SET ([COMMUTATOR = {value}])"),
                set: None,
                drop: None,
            },
            Clause {
                name: "NEGATOR",
                create: ClauseForm::Inline(", NEGATOR = {value}"),
                add: Some("ALTER OPERATOR {schema}.{name:text} ({part:text}) SET ([NEGATOR = {value}])"),
                set: None,
                drop: None,
            },
            settable(
                "RESTRICT",
                ", RESTRICT = {value}",
                "ALTER OPERATOR {schema}.{name:text} ({part:text}) SET ([RESTRICT = {value}])",
                "ALTER OPERATOR {schema}.{name:text} ({part:text}) SET ([RESTRICT = NONE])",
            ),
            settable(
                "JOIN",
                ", JOIN = {value}",
                "ALTER OPERATOR {schema}.{name:text} ({part:text}) SET ([JOIN = {value}])",
                "ALTER OPERATOR {schema}.{name:text} ({part:text}) SET ([JOIN = NONE])",
            ),
            Clause {
                name: "HASHES",
                create: ClauseForm::Inline(", HASHES"),
                add: Some("ALTER OPERATOR {schema}.{name:text} ({part:text}) SET ([HASHES])"),
                set: None,
                drop: None,
            },
            Clause {
                name: "MERGES",
                create: ClauseForm::Inline(", MERGES"),
                add: Some("ALTER OPERATOR {schema}.{name:text} ({part:text}) SET ([MERGES])"),
                set: None,
                drop: None,
            },
        ],
        altered_since: &[("COMMUTATOR", 17), ("NEGATOR", 17), ("HASHES", 17), ("MERGES", 17)],
        end: ")",
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
            add: Some("ALTER OPERATOR FAMILY {qualified} USING {part} ADD {value}"),
            set: None,
            drop: None,
        }],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::OperatorClass,
        name: "operator class",
        catalog: "pg_opclass",
        reference: "OPERATOR CLASS {qualified} USING {part}",
        is_silent: true,
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::OperatorFamilyMember,
        name: "operator family member",
        catalog: "pg_amop",
        drop: Some("ALTER OPERATOR FAMILY {qualified} USING {part:using} DROP {part:what}"),
        is_silent: true,
        can_be_renamed: false,
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Cast,
        name: "cast",
        catalog: "pg_cast",
        can_be_renamed: false,
        reference: "CAST ({name:text})",
        is_silent: true,
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Transform,
        name: "transform",
        catalog: "pg_transform",
        can_be_renamed: false,
        reference: "TRANSFORM FOR {name:text} LANGUAGE {part}",
        clauses: &[Clause {
            name: "FUNCTIONS",
            create: ClauseForm::Inline(" ({value})"),
            add: None,
            set: Some("CREATE OR REPLACE TRANSFORM FOR {name:text} LANGUAGE {part} ({value})"),
            drop: None,
        }],
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
            add: Some("ALTER TEXT SEARCH DICTIONARY {qualified} ([{key} = {value}])"),
            set: Some("ALTER TEXT SEARCH DICTIONARY {qualified} ([{key} = {value}])"),
            drop: Some("ALTER TEXT SEARCH DICTIONARY {qualified} ([{key}])"),
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
            settable(
                "HANDLER",
                " HANDLER {value}",
                "ALTER FOREIGN DATA WRAPPER {name} HANDLER {value}",
                "ALTER FOREIGN DATA WRAPPER {name} NO HANDLER",
            ),
            settable(
                "VALIDATOR",
                " VALIDATOR {value}",
                "ALTER FOREIGN DATA WRAPPER {name} VALIDATOR {value}",
                "ALTER FOREIGN DATA WRAPPER {name} NO VALIDATOR",
            ),
            Clause {
                name: "OPTION",
                create: OPTIONS,
                add: Some("ALTER FOREIGN DATA WRAPPER {name} OPTIONS ([ADD {key} {value}])"),
                set: Some("ALTER FOREIGN DATA WRAPPER {name} OPTIONS ([SET {key} {value}])"),
                drop: Some("ALTER FOREIGN DATA WRAPPER {name} OPTIONS ([DROP {key}])"),
            },
        ],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Server,
        name: "server",
        catalog: "pg_foreign_server",
        reference: "SERVER {name}",
        clauses: &[
            settable(
                "VERSION",
                " VERSION {value}",
                "ALTER SERVER {name} VERSION {value}",
                "ALTER SERVER {name} VERSION NULL",
            ),
            fixed("FOREIGN DATA WRAPPER", " FOREIGN DATA WRAPPER {value}"),
            Clause {
                name: "OPTION",
                create: OPTIONS,
                add: Some("ALTER SERVER {name} OPTIONS ([ADD {key} {value}])"),
                set: Some("ALTER SERVER {name} OPTIONS ([SET {key} {value}])"),
                drop: Some("ALTER SERVER {name} OPTIONS ([DROP {key}])"),
            },
        ],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::UserMapping,
        name: "user mapping",
        catalog: "pg_user_mapping",
        can_be_renamed: false,
        reference: "USER MAPPING FOR {part:text} SERVER {name}",
        clauses: &[Clause {
            name: "OPTION",
            create: OPTIONS,
            add: Some("ALTER USER MAPPING FOR {part:text} SERVER {name} OPTIONS ([ADD {key} {value}])"),
            set: Some("ALTER USER MAPPING FOR {part:text} SERVER {name} OPTIONS ([SET {key} {value}])"),
            drop: Some("ALTER USER MAPPING FOR {part:text} SERVER {name} OPTIONS ([DROP {key}])"),
        }],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::ExtendedStatistics,
        name: "extended statistics",
        catalog: "pg_statistic_ext",
        reference: "STATISTICS {qualified}",
        is_deparsed: true,
        breaks_readers: false,
        clauses: &[Clause {
            name: "TARGET",
            create: ClauseForm::Separate,
            add: Some("ALTER STATISTICS {qualified} SET STATISTICS {value}"),
            set: Some("ALTER STATISTICS {qualified} SET STATISTICS {value}"),
            drop: Some("ALTER STATISTICS {qualified} SET STATISTICS -1"),
        }],
        holds_expressions: true,
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Rule,
        name: "rule",
        catalog: "pg_rewrite",
        reference: "RULE {part} ON {qualified}",
        is_deparsed: true,
        owners: &[ObjectKind::Table, ObjectKind::View],
        breaks_readers: false,
        clauses: &[Clause {
            name: "STATE",
            create: ClauseForm::Separate,
            add: Some("ALTER TABLE {qualified} {value} RULE {part}"),
            set: Some("ALTER TABLE {qualified} {value} RULE {part}"),
            drop: Some("ALTER TABLE {qualified} ENABLE RULE {part}"),
        }],
        holds_expressions: true,
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Policy,
        name: "policy",
        catalog: "pg_policy",
        reference: "POLICY {part} ON {qualified}",
        is_deparsed: true,
        owners: &[ObjectKind::Table],
        breaks_readers: false,
        clauses: &[
            settable(
                "TO",
                " TO {value}",
                "ALTER POLICY {part} ON {qualified} TO {value}",
                "ALTER POLICY {part} ON {qualified} TO PUBLIC",
            ),
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
        holds_expressions: true,
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
        takes_security_labels: true,
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Publication,
        name: "publication",
        catalog: "pg_publication",
        reference: "PUBLICATION {name}",
        clauses: &[
            with(
                "publish",
                " WITH (",
                "publish = {value}",
                "ALTER PUBLICATION {name} SET ([publish = {value}])",
                "ALTER PUBLICATION {name} SET ([publish = 'insert, update, delete, truncate'])",
            ),
            with(
                "publish_via_partition_root",
                " WITH (",
                "publish_via_partition_root = {value}",
                "ALTER PUBLICATION {name} SET ([publish_via_partition_root = {value}])",
                "ALTER PUBLICATION {name} SET ([publish_via_partition_root = false])",
            ),
            with(
                "publish_generated_columns",
                " WITH (",
                "publish_generated_columns = {value}",
                "ALTER PUBLICATION {name} SET ([publish_generated_columns = {value}])",
                "ALTER PUBLICATION {name} SET ([publish_generated_columns = none])",
            ),
        ],
        takes_security_labels: true,
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::PublicationTable,
        name: "publication table",
        catalog: "pg_publication_rel",
        can_be_renamed: false,
        drop: Some("ALTER PUBLICATION {name} DROP TABLE ONLY {part:text}"),
        is_deparsed: true,
        owners: &[ObjectKind::Defined(DefinedKind::Publication)],
        holds_expressions: true,
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::PublicationSchema,
        name: "publication schema",
        catalog: "pg_publication_namespace",
        can_be_renamed: false,
        drop: Some("ALTER PUBLICATION {name} DROP TABLES IN SCHEMA {part}"),
        owners: &[ObjectKind::Defined(DefinedKind::Publication)],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Subscription,
        name: "subscription",
        catalog: "pg_subscription",
        reference: "SUBSCRIPTION {name}",
        // Otherwise the server would connect to the publisher to drop its slot, which no transaction can hold.
        before_drop: &["ALTER SUBSCRIPTION {name} DISABLE", "ALTER SUBSCRIPTION {name} SET (slot_name = NONE)"],
        is_completed_by_hand: true,
        clauses: &[
            Clause {
                name: "PUBLICATION",
                create: ClauseForm::Inline(" PUBLICATION {value}"),
                add: Some("ALTER SUBSCRIPTION {name} SET PUBLICATION {value} WITH (refresh = false)"),
                set: Some("ALTER SUBSCRIPTION {name} SET PUBLICATION {value} WITH (refresh = false)"),
                drop: None,
            },
            Clause {
                drop: None,
                ..with(
                    "slot_name",
                    SUBSCRIBE,
                    "slot_name = {value}",
                    "ALTER SUBSCRIPTION {name} SET ([slot_name = {value}])",
                    "",
                )
            },
            with(
                "binary",
                SUBSCRIBE,
                "binary = {value}",
                "ALTER SUBSCRIPTION {name} SET ([binary = {value}])",
                "ALTER SUBSCRIPTION {name} SET ([binary = false])",
            ),
            with(
                "streaming",
                SUBSCRIBE,
                "streaming = {value}",
                "ALTER SUBSCRIPTION {name} SET ([streaming = {value}])",
                "ALTER SUBSCRIPTION {name} SET ([streaming = off])",
            ),
            with(
                "synchronous_commit",
                SUBSCRIBE,
                "synchronous_commit = {value}",
                "ALTER SUBSCRIPTION {name} SET ([synchronous_commit = {value}])",
                "ALTER SUBSCRIPTION {name} SET ([synchronous_commit = off])",
            ),
            with(
                "disable_on_error",
                SUBSCRIBE,
                "disable_on_error = {value}",
                "ALTER SUBSCRIPTION {name} SET ([disable_on_error = {value}])",
                "ALTER SUBSCRIPTION {name} SET ([disable_on_error = false])",
            ),
            with(
                "password_required",
                SUBSCRIBE,
                "password_required = {value}",
                "ALTER SUBSCRIPTION {name} SET ([password_required = {value}])",
                "ALTER SUBSCRIPTION {name} SET ([password_required = true])",
            ),
            with(
                "run_as_owner",
                SUBSCRIBE,
                "run_as_owner = {value}",
                "ALTER SUBSCRIPTION {name} SET ([run_as_owner = {value}])",
                "ALTER SUBSCRIPTION {name} SET ([run_as_owner = false])",
            ),
            with(
                "origin",
                SUBSCRIBE,
                "origin = {value}",
                "ALTER SUBSCRIPTION {name} SET ([origin = {value}])",
                "ALTER SUBSCRIPTION {name} SET ([origin = any])",
            ),
            // Both can be altered on some servers, but only by connecting to the publisher.
            Clause {
                name: "two_phase",
                create: ClauseForm::List { open: SUBSCRIBE, item: "two_phase = {value}", close: ")" },
                ..fixed("", "")
            },
            Clause {
                name: "failover",
                create: ClauseForm::List { open: SUBSCRIBE, item: "failover = {value}", close: ")" },
                ..fixed("", "")
            },
        ],
        takes_security_labels: true,
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::Role,
        name: "role",
        catalog: "pg_authid",
        can_be_renamed: false,
        reference: "ROLE {name}",
        // Another database of the server may have dropped it already.
        drop: Some("DROP ROLE IF EXISTS {name}"),
        clauses: &[
            flag("SUPERUSER", " SUPERUSER", "ALTER ROLE {name} SUPERUSER", "ALTER ROLE {name} NOSUPERUSER"),
            flag("CREATEDB", " CREATEDB", "ALTER ROLE {name} CREATEDB", "ALTER ROLE {name} NOCREATEDB"),
            flag("CREATEROLE", " CREATEROLE", "ALTER ROLE {name} CREATEROLE", "ALTER ROLE {name} NOCREATEROLE"),
            flag("NOINHERIT", " NOINHERIT", "ALTER ROLE {name} NOINHERIT", "ALTER ROLE {name} INHERIT"),
            flag("LOGIN", " LOGIN", "ALTER ROLE {name} LOGIN", "ALTER ROLE {name} NOLOGIN"),
            flag("REPLICATION", " REPLICATION", "ALTER ROLE {name} REPLICATION", "ALTER ROLE {name} NOREPLICATION"),
            flag("BYPASSRLS", " BYPASSRLS", "ALTER ROLE {name} BYPASSRLS", "ALTER ROLE {name} NOBYPASSRLS"),
            settable(
                "CONNECTION LIMIT",
                " CONNECTION LIMIT {value}",
                "ALTER ROLE {name} CONNECTION LIMIT {value}",
                "ALTER ROLE {name} CONNECTION LIMIT -1",
            ),
            settable(
                "VALID UNTIL",
                " VALID UNTIL {value}",
                "ALTER ROLE {name} VALID UNTIL {value}",
                "ALTER ROLE {name} VALID UNTIL 'infinity'",
            ),
            Clause {
                name: "SET",
                create: ClauseForm::Separate,
                add: Some("ALTER ROLE {name} SET {key} TO {value}"),
                set: Some("ALTER ROLE {name} SET {key} TO {value}"),
                drop: Some("ALTER ROLE {name} RESET {key}"),
            },
            Clause {
                name: "MEMBER OF",
                create: ClauseForm::Separate,
                add: Some("GRANT {key} TO {name}{value}"),
                // What a membership is granted with, a second grant does not take away.
                set: None,
                drop: Some("REVOKE {key} FROM {name}"),
            },
        ],
        ..PLAIN
    },
    DefinedKindInfo {
        kind: DefinedKind::DefaultPrivileges,
        name: "default privileges",
        catalog: "pg_default_acl",
        breaks_readers: false,
        ..PLAIN
    },
];

/// What a subscription is created with: nothing is done on the publisher, whatever a migration runs on.
const SUBSCRIBE: &str = " WITH (connect = false, ";

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
