//! The one table of object kinds, the address of an object, and what depends on what.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::{Catalog, DEFINED_KINDS, DefinedKind, DefinedKindInfo};
use crate::name::{Identifier, QualifiedName, RoutineSignature};

/// A kind of object that a plan can create, alter or drop on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum ObjectKind {
    /// `CREATE SCHEMA`.
    Schema,
    /// `CREATE EXTENSION`.
    Extension,
    /// `CREATE TYPE … AS ENUM`.
    Enum,
    /// `CREATE DOMAIN`.
    Domain,
    /// A constraint of a domain; the part is its name.
    DomainConstraint,
    /// `CREATE TYPE … AS (…)`.
    Composite,
    /// An attribute of a composite type; the part is its name.
    Attribute,
    /// `CREATE TYPE … AS RANGE`.
    Range,
    /// `CREATE SEQUENCE`.
    Sequence,
    /// `CREATE TABLE`.
    Table,
    /// A column of a table; the part is its name.
    Column,
    /// A constraint of a table; the part is its name.
    Constraint,
    /// `CREATE INDEX`; the part is its name, the name that of the table or materialized view.
    Index,
    /// `CREATE FUNCTION`, `CREATE PROCEDURE`, `CREATE AGGREGATE`; the part holds the argument types.
    Routine,
    /// `CREATE VIEW`.
    View,
    /// `CREATE MATERIALIZED VIEW`.
    MaterializedView,
    /// `CREATE TRIGGER`; the part is its name, the name that of the table or view.
    Trigger,
    /// One of the kinds that a plan treats alike.
    Defined(DefinedKind),
}

/// What there is to know about a kind of object.
#[derive(Debug)]
pub struct ObjectKindInfo {
    /// The kind.
    pub kind: ObjectKind,
    /// What people call it; also the word in `--allow` and `--rename`.
    pub name: &'static str,
    /// The catalog that its rows stand in: what `pg_depend.classid` names.
    pub catalog: &'static str,
    /// The kinds of objects that it is a part of: it goes when they go.
    pub owners: &'static [ObjectKind],
    /// Whether it may hold an expression, a query or an index, which use what the server does not record.
    pub holds_expressions: bool,
    /// Whether a binary that knows it stops working without it.
    pub breaks_readers: bool,
    /// Whether `SECURITY LABEL` takes it.
    pub takes_security_labels: bool,
    /// Whether rows are kept in it or made of it: dropping it loses what creating it does not bring back.
    pub carries_rows: bool,
}

/// What most kinds are like.
const PLAIN: ObjectKindInfo = ObjectKindInfo {
    kind: ObjectKind::Schema,
    name: "",
    catalog: "pg_class",
    owners: &[],
    holds_expressions: true,
    breaks_readers: true,
    takes_security_labels: true,
    carries_rows: true,
};

/// Every object kind but those of [`DEFINED_KINDS`], in the order in which objects of several kinds are created where nothing depends on anything.
pub const OBJECT_KINDS: &[ObjectKindInfo] = &[
    ObjectKindInfo {
        kind: ObjectKind::Schema,
        name: "schema",
        catalog: "pg_namespace",
        holds_expressions: false,
        ..PLAIN
    },
    ObjectKindInfo {
        kind: ObjectKind::Extension,
        name: "extension",
        catalog: "pg_extension",
        holds_expressions: false,
        takes_security_labels: false,
        ..PLAIN
    },
    ObjectKindInfo { kind: ObjectKind::Enum, name: "enum", catalog: "pg_type", holds_expressions: false, ..PLAIN },
    ObjectKindInfo { kind: ObjectKind::Domain, name: "domain", catalog: "pg_type", ..PLAIN },
    ObjectKindInfo {
        kind: ObjectKind::DomainConstraint,
        name: "domain constraint",
        catalog: "pg_constraint",
        owners: &[ObjectKind::Domain],
        breaks_readers: false,
        takes_security_labels: false,
        carries_rows: false,
        ..PLAIN
    },
    ObjectKindInfo {
        kind: ObjectKind::Composite,
        name: "composite type",
        catalog: "pg_type",
        holds_expressions: false,
        ..PLAIN
    },
    ObjectKindInfo {
        kind: ObjectKind::Attribute,
        name: "attribute",
        owners: &[ObjectKind::Composite],
        holds_expressions: false,
        takes_security_labels: false,
        ..PLAIN
    },
    ObjectKindInfo { kind: ObjectKind::Range, name: "range type", catalog: "pg_type", ..PLAIN },
    ObjectKindInfo { kind: ObjectKind::Sequence, name: "sequence", holds_expressions: false, ..PLAIN },
    ObjectKindInfo { kind: ObjectKind::Table, name: "table", ..PLAIN },
    ObjectKindInfo { kind: ObjectKind::Column, name: "column", owners: &[ObjectKind::Table], ..PLAIN },
    ObjectKindInfo {
        kind: ObjectKind::Constraint,
        name: "constraint",
        catalog: "pg_constraint",
        owners: &[ObjectKind::Table],
        breaks_readers: false,
        takes_security_labels: false,
        carries_rows: false,
        ..PLAIN
    },
    ObjectKindInfo {
        kind: ObjectKind::Index,
        name: "index",
        owners: &[ObjectKind::Table, ObjectKind::MaterializedView],
        breaks_readers: false,
        takes_security_labels: false,
        carries_rows: false,
        ..PLAIN
    },
    ObjectKindInfo { kind: ObjectKind::Routine, name: "routine", catalog: "pg_proc", carries_rows: false, ..PLAIN },
    ObjectKindInfo { kind: ObjectKind::View, name: "view", carries_rows: false, ..PLAIN },
    ObjectKindInfo { kind: ObjectKind::MaterializedView, name: "materialized view", carries_rows: false, ..PLAIN },
    ObjectKindInfo {
        kind: ObjectKind::Trigger,
        name: "trigger",
        catalog: "pg_trigger",
        owners: &[ObjectKind::Table, ObjectKind::View],
        breaks_readers: false,
        takes_security_labels: false,
        carries_rows: false,
        ..PLAIN
    },
];

impl ObjectKind {
    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        let defined = DEFINED_KINDS.iter().map(|info| Self::Defined(info.kind));
        OBJECT_KINDS.iter().map(|info| info.kind).chain(defined)
    }

    /// Its row in one of the two tables.
    fn row(self) -> Result<&'static ObjectKindInfo, &'static DefinedKindInfo> {
        if let Self::Defined(kind) = self {
            return Err(kind.info());
        }
        Ok(OBJECT_KINDS.iter().find(|info| info.kind == self).expect("a test finds every kind in the table"))
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or_else(|defined| defined.name, |info| info.name)
    }

    /// The kinds of objects that it is a part of.
    #[must_use]
    pub fn owners(self) -> &'static [Self] {
        self.row().map_or_else(|defined| defined.owners, |info| info.owners)
    }

    /// Whether the part of an address is the object's own name, not its arguments or its access method.
    #[must_use]
    pub fn is_named_by_part(self) -> bool {
        // The part of an enumerated type is its value. A table is in a publication under its own name.
        self == Self::Enum || self.owners().iter().any(|owner| !matches!(owner, Self::Defined(_)))
    }

    /// Whether it may hold an expression, a query or an index, which use what the server does not record.
    #[must_use]
    pub fn holds_expressions(self) -> bool {
        self.row().map_or_else(|defined| defined.holds_expressions, |info| info.holds_expressions)
    }

    /// Whether a binary that knows it stops working without it.
    #[must_use]
    pub fn breaks_readers(self) -> bool {
        self.row().map_or_else(|defined| defined.breaks_readers, |info| info.breaks_readers)
    }

    /// Whether `SECURITY LABEL` takes it.
    #[must_use]
    pub fn takes_security_labels(self) -> bool {
        self.row().map_or_else(|defined| defined.takes_security_labels, |info| info.takes_security_labels)
    }

    /// Whether rows are kept in it or made of it; those of a materialized view are made again.
    #[must_use]
    pub fn carries_rows(self) -> bool {
        self.row().is_ok_and(|info| info.carries_rows)
    }
}

impl From<ObjectKind> for String {
    fn from(kind: ObjectKind) -> Self {
        kind.name().to_owned()
    }
}

impl TryFrom<String> for ObjectKind {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::all().find(|kind| kind.name() == name).ok_or_else(|| format!("`{name}` is no kind of object"))
    }
}

/// Which object: enough to find it in a [`Catalog`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectAddress {
    /// The kind.
    pub kind: ObjectKind,
    /// The schema; none for objects that live in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Identifier>,
    /// The object's name, or for a part of a relation or domain the name of that.
    pub name: Identifier,
    /// The name of the column, constraint, index or trigger; the argument types of a routine; what else a kind needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Identifier>,
}

impl ObjectAddress {
    /// An object that lives in no schema.
    pub fn global(kind: ObjectKind, name: impl Into<Identifier>) -> Self {
        Self { kind, schema: None, name: name.into(), part: None }
    }

    /// An object that lives in a schema.
    #[must_use]
    pub fn object(kind: ObjectKind, name: &QualifiedName) -> Self {
        Self { kind, schema: Some(name.schema.clone()), name: name.name.clone(), part: None }
    }

    /// A column, constraint, index or trigger of a relation, or a constraint of a domain.
    pub fn part(kind: ObjectKind, owner: &QualifiedName, part: impl Into<Identifier>) -> Self {
        Self { part: Some(part.into()), ..Self::object(kind, owner) }
    }

    /// A function or procedure.
    #[must_use]
    pub fn routine(signature: &RoutineSignature) -> Self {
        Self::part(ObjectKind::Routine, &signature.name, signature.arguments.as_str())
    }

    /// The object without the word for its kind: `commerce.order.public_token`, `commerce.total(numeric)`. People write it
    /// in flags, the certificate in its annotations.
    #[must_use]
    pub fn key(&self) -> String {
        let schema = self.schema.as_ref().map(|schema| format!("{}.", schema.as_str())).unwrap_or_default();
        let part = match (&self.part, self.kind) {
            (Some(arguments), ObjectKind::Routine | ObjectKind::Defined(DefinedKind::Operator)) => {
                format!("({})", arguments.as_str())
            }
            (Some(part), _) => format!(".{}", part.as_str()),
            (None, _) => String::new(),
        };
        format!("{schema}{}{part}", self.name.as_str())
    }

    /// A role of the server.
    #[must_use]
    pub fn role(name: &Identifier) -> Self {
        Self::global(ObjectKind::Defined(DefinedKind::Role), name.clone())
    }

    /// The name of the object, or of the relation or domain it is a part of; none for what lives in no schema.
    #[must_use]
    pub fn qualified_name(&self) -> Option<QualifiedName> {
        self.schema.as_ref().map(|schema| QualifiedName::new(schema.clone(), self.name.clone()))
    }
}

/// For people: `column commerce.order.public_token`, `routine commerce.total(numeric)`.
impl fmt::Display for ObjectAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.name(), self.key())
    }
}

/// What depends on what, read from `pg_depend`: from each object to those that it needs.
///
/// Objects without an address of their own stand for what owns them: a rewrite rule for its view, a default for its
/// column, a row type or an array type for its table or element type, an index behind a constraint for the constraint,
/// a member of an extension for the extension. A relation depends on its schema, a part on its relation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// From the dependent object to those it depends on.
    pub needs: BTreeMap<ObjectAddress, BTreeSet<ObjectAddress>>,
}

impl Dependencies {
    /// What `address` depends on directly.
    pub fn of(&self, address: &ObjectAddress) -> impl Iterator<Item = &ObjectAddress> {
        self.needs.get(address).into_iter().flatten()
    }

    /// The same, turned round: from each object to those that need it.
    #[must_use]
    pub fn dependents(&self) -> BTreeMap<&ObjectAddress, BTreeSet<&ObjectAddress>> {
        let mut dependents: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (dependent, needs) in &self.needs {
            for needed in needs {
                dependents.entry(needed).or_default().insert(dependent);
            }
        }
        dependents
    }
}

impl Catalog {
    /// The address of every object in it, sorted; roles are none of the database's.
    #[must_use]
    pub fn addresses(&self) -> BTreeSet<ObjectAddress> {
        let Self {
            schemas,
            extensions,
            enums,
            domains,
            composites,
            ranges,
            sequences,
            tables,
            views,
            materialized_views,
            routines,
            defined,
            // These belong to the server, and stand outside of the order of what is in a database.
            roles: _,
            // These are attributes of objects, but for default privileges, which nothing depends on.
            privileges: _,
            default_privileges: _,
            security_labels: _,
        } = self;
        let mut addresses = BTreeSet::new();
        addresses.extend(schemas.keys().map(|name| ObjectAddress::global(ObjectKind::Schema, name.clone())));
        addresses.extend(extensions.keys().map(|name| ObjectAddress::global(ObjectKind::Extension, name.clone())));
        addresses.extend(enums.keys().map(|name| ObjectAddress::object(ObjectKind::Enum, name)));
        addresses.extend(composites.keys().map(|name| ObjectAddress::object(ObjectKind::Composite, name)));
        addresses.extend(ranges.keys().map(|name| ObjectAddress::object(ObjectKind::Range, name)));
        addresses.extend(sequences.keys().map(|name| ObjectAddress::object(ObjectKind::Sequence, name)));
        addresses.extend(routines.keys().map(ObjectAddress::routine));
        addresses.extend(defined.keys().cloned());
        let mut part = |kind, owner: &QualifiedName, name: &Identifier| {
            addresses.insert(ObjectAddress::part(kind, owner, name.clone()));
        };
        for (name, domain) in domains {
            domain.constraints.keys().for_each(|constraint| part(ObjectKind::DomainConstraint, name, constraint));
        }
        for (name, composite) in composites {
            composite.attributes.iter().for_each(|attribute| part(ObjectKind::Attribute, name, &attribute.name));
        }
        for (name, table) in tables {
            table.columns.iter().for_each(|column| part(ObjectKind::Column, name, &column.name));
            table.constraints.keys().for_each(|constraint| part(ObjectKind::Constraint, name, constraint));
            table.indexes.keys().for_each(|index| part(ObjectKind::Index, name, index));
            table.triggers.keys().for_each(|trigger| part(ObjectKind::Trigger, name, trigger));
        }
        for (name, view) in views {
            view.triggers.keys().for_each(|trigger| part(ObjectKind::Trigger, name, trigger));
        }
        for (name, view) in materialized_views {
            view.indexes.keys().for_each(|index| part(ObjectKind::Index, name, index));
        }
        addresses.extend(domains.keys().map(|name| ObjectAddress::object(ObjectKind::Domain, name)));
        addresses.extend(tables.keys().map(|name| ObjectAddress::object(ObjectKind::Table, name)));
        addresses.extend(views.keys().map(|name| ObjectAddress::object(ObjectKind::View, name)));
        addresses
            .extend(materialized_views.keys().map(|name| ObjectAddress::object(ObjectKind::MaterializedView, name)));
        addresses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_stands_at_its_own_place_in_the_table() {
        assert!(OBJECT_KINDS.is_sorted_by_key(|info| info.kind));
        for kind in ObjectKind::all() {
            assert_eq!(ObjectKind::try_from(kind.name().to_owned()), Ok(kind));
        }
    }
}
