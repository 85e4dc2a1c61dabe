//! Kinds of objects that are told by their definition: a statement that creates them, and clauses that `ALTER` changes.
//! [`DEFINED_KINDS`](crate::catalog::DEFINED_KINDS) has a row for each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::{DEFINED_KINDS, ObjectKind, is_secret};

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
    /// What `ALTER OPERATOR FAMILY … ADD` adds, and nothing else brings; the name is the family's, the part what it is:
    /// `OPERATOR 1 (integer, bigint) USING btree`.
    OperatorFamilyMember,
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
    /// `CREATE ROLE`: one that the project declares, or one of the server's that a statement only refers to.
    Role,
    /// `ALTER DEFAULT PRIVILEGES`: what is granted on objects that are made later.
    DefaultPrivileges,
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
    /// The statements that have to come before the one that drops it.
    pub before_drop: &'static [&'static str],
    /// The statement that drops it, where that is not `DROP` and the reference.
    pub drop: Option<&'static str>,
    /// The kinds of relations or of other objects that it is a part of: it goes when they go.
    pub owners: &'static [ObjectKind],
    /// Whether `ALTER … RENAME TO` gives it another name.
    pub can_be_renamed: bool,
    /// Whether it works only once somebody has given it what no schema holds: a connection.
    pub is_completed_by_hand: bool,
    /// Whether it holds expressions or queries in the words of the server's deparser.
    pub is_deparsed: bool,
    /// Whether a binary that knows it stops working without it.
    pub breaks_readers: bool,
    /// What `ALTER` can change, in the order in which `CREATE` says it.
    pub clauses: &'static [Clause],
    /// The major version from which on `ALTER` can change a clause, for those that it could not always.
    pub altered_since: &'static [(&'static str, u32)],
    /// What `CREATE` ends with, after its clauses.
    pub end: &'static str,
    /// Whether other objects use it without that the server records it: it is there before they come.
    pub is_silent: bool,
    /// Whether it may hold an expression, a query or an index, which use what the server does not record.
    pub holds_expressions: bool,
    /// Whether `SECURITY LABEL` takes it.
    pub takes_security_labels: bool,
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
    /// Inside, all of a family in one list, which clauses that follow each other share where it opens alike.
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

/// A clause that `ALTER` cannot change.
pub(super) const fn fixed(name: &'static str, create: &'static str) -> Clause {
    Clause { name, create: ClauseForm::Inline(create), add: None, set: None, drop: None }
}

/// An attribute that is there or not.
pub(super) const fn flag(name: &'static str, create: &'static str, add: &'static str, drop: &'static str) -> Clause {
    Clause { name, create: ClauseForm::Inline(create), add: Some(add), set: None, drop: Some(drop) }
}

/// An attribute with a value; `drop` gives it back its default.
pub(super) const fn settable(
    name: &'static str,
    create: &'static str,
    set: &'static str,
    drop: &'static str,
) -> Clause {
    Clause { name, create: ClauseForm::Inline(create), add: Some(set), set: Some(set), drop: Some(drop) }
}

/// One of the options that `CREATE` lists in parentheses; `drop` gives it back its default.
pub(super) const fn with(
    name: &'static str,
    open: &'static str,
    item: &'static str,
    set: &'static str,
    drop: &'static str,
) -> Clause {
    Clause {
        name,
        create: ClauseForm::List { open, item, close: ")" },
        add: Some(set),
        set: Some(set),
        drop: Some(drop),
    }
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

impl Defined {
    /// The options that hold a secret: that each of them is set is known, and nothing else.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.clauses.keys().filter_map(|clause| clause.strip_prefix("OPTION ")).filter(|option| is_secret(option))
    }
}

impl DefinedKind {
    /// Its row in [`DEFINED_KINDS`].
    #[must_use]
    pub fn info(self) -> &'static DefinedKindInfo {
        &DEFINED_KINDS[self as usize]
    }
}
