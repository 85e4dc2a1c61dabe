//! Which names an object takes, and in which namespace: two objects cannot hold one at the same time.

use crate::catalog::{ConstraintKind, DefinedKind, ObjectAddress, ObjectKind};
use crate::name::{Identifier, QualifiedName};
use crate::plan::unit::Side;

/// A namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Namespace {
    /// Objects without a schema, by kind.
    Global(ObjectKind),
    /// Tables, views, indexes and sequences of a schema.
    Relation,
    /// Types of a schema, and the row types of its relations.
    Type,
    /// Functions and procedures of a schema.
    Routine,
    /// The parts of a relation or domain, by kind.
    Part(ObjectKind),
    /// A table has one primary key, whatever its name.
    PrimaryKey,
    /// What a publication publishes.
    Publication,
}

/// A name in its namespace: the schema, the owner of a part or nothing, and the name itself.
pub(crate) type Name = (Namespace, Option<Identifier>, Option<Identifier>, Identifier);

/// The names that an object takes on one side.
pub(crate) fn names(side: &Side, address: &ObjectAddress) -> Vec<Name> {
    let ObjectAddress { kind, schema, name, part } = address;
    let in_schema = |namespace, name: &Identifier| (namespace, schema.clone(), None, name.clone());
    let of_owner = |part: &Identifier| (Namespace::Part(*kind), schema.clone(), Some(name.clone()), part.clone());
    let part = part.as_ref().unwrap_or(name);
    match kind {
        ObjectKind::Schema | ObjectKind::Extension => vec![(Namespace::Global(*kind), None, None, name.clone())],
        ObjectKind::Enum | ObjectKind::Domain => vec![in_schema(Namespace::Type, name)],
        ObjectKind::Range => {
            let range = address.qualified_name().and_then(|name| side.catalog.ranges.get(&name));
            let multirange = range.map(|range| {
                let QualifiedName { schema, name } = range.multirange.clone();
                (Namespace::Type, Some(schema), None, name)
            });
            std::iter::once(in_schema(Namespace::Type, name)).chain(multirange).collect()
        }
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Composite => {
            vec![in_schema(Namespace::Relation, name), in_schema(Namespace::Type, name)]
        }
        ObjectKind::Sequence => vec![in_schema(Namespace::Relation, name)],
        ObjectKind::Index => vec![in_schema(Namespace::Relation, part)],
        ObjectKind::Constraint => {
            let mut names = vec![of_owner(part)];
            if side.constraint(address).is_some_and(|constraint| constraint.kind.has_index()) {
                names.push(in_schema(Namespace::Relation, part));
            }
            if side.constraint(address).is_some_and(|constraint| constraint.kind == ConstraintKind::PrimaryKey) {
                names.push((Namespace::PrimaryKey, schema.clone(), None, name.clone()));
            }
            names
        }
        ObjectKind::Column => {
            let mut names = vec![of_owner(part)];
            names.extend(identity_sequence(side, address));
            names
        }
        // What is in a publication may exclude what was in it: columns of a table, say, all tables of its schema.
        ObjectKind::Defined(DefinedKind::PublicationTable | DefinedKind::PublicationSchema) => {
            vec![of_owner(part), (Namespace::Publication, None, None, name.clone())]
        }
        ObjectKind::Defined(_) => vec![of_owner(part)],
        ObjectKind::DomainConstraint | ObjectKind::Attribute | ObjectKind::Trigger => vec![of_owner(part)],
        ObjectKind::Routine => vec![(Namespace::Routine, schema.clone(), Some(name.clone()), part.clone())],
    }
}

/// The names that come free when the object is dropped: those of what follows it in the tables below too.
pub(crate) fn freed(side: &Side, address: &ObjectAddress) -> Vec<Name> {
    let mut freed = names(side, address);
    let mut pending = vec![address];
    while let Some(leader) = pending.pop() {
        for own in side.lineage.followers.get(&(side.place, leader.clone())).into_iter().flatten() {
            let part = own.part.clone().unwrap_or_else(|| own.name.clone());
            freed.push((Namespace::Relation, own.schema.clone(), None, part.clone()));
            freed.push((Namespace::Part(own.kind), own.schema.clone(), Some(own.name.clone()), part));
            pending.push(own);
        }
    }
    freed
}

/// The name of the sequence behind an identity column.
pub(crate) fn identity_sequence(side: &Side, column: &ObjectAddress) -> Option<Name> {
    let identity = side.column(column)?.identity.as_ref()?;
    Some((Namespace::Relation, column.schema.clone(), None, identity.sequence.clone()))
}
