//! Types as far as the wire is concerned: what a value is encoded as where only the server knows the type.
//!
//! Enumerated, composite and range types have no oid that a build could know. A statement declares such a parameter as
//! `unknown` and casts it, and the server infers the rest; an array of them is declared as [`Type::ANYARRAY`], which
//! stands for "an array of unknown". The server takes the oids inside of arrays and rows for what they are, hints: it
//! compares them only where both sides are built in (`array_recv`, `record_recv`).

use std::borrow::Cow;
use std::sync::LazyLock;

use tokio_postgres::types::{Field, Kind, Type};

/// The oid of `unknown` on the outside, an array on the inside.
static ARRAY_OF_UNKNOWN: LazyLock<Type> = LazyLock::new(|| {
    let kind = Kind::Array(Type::UNKNOWN);
    Type::new("_unknown".to_owned(), Type::UNKNOWN.oid(), kind, "pg_catalog".to_owned())
});

/// The type that a value of a declared type is encoded as.
pub(super) fn encoded_as(declared: &Type) -> &Type {
    if *declared == Type::ANYARRAY { &ARRAY_OF_UNKNOWN } else { declared }
}

/// Whether the server has to say what the type is, though the statement declares one.
pub(super) fn is_asked(declared: &Type) -> bool {
    [Type::ANYARRAY, Type::ANY].contains(declared)
}

/// Whether the server has to infer the type.
pub(super) fn is_inferred(data_type: &Type) -> bool {
    *data_type == Type::UNKNOWN
}

/// The type without the domains around it and inside of it: a decoder looks for what it stands on.
pub(super) fn without_domains(data_type: &Type) -> Cow<'_, Type> {
    match data_type.kind() {
        Kind::Domain(base) => Cow::Owned(without_domains(base).into_owned()),
        Kind::Array(element) => match without_domains(element) {
            Cow::Borrowed(_) => Cow::Borrowed(data_type),
            Cow::Owned(element) => Cow::Owned(renewed(data_type, Kind::Array(element))),
        },
        Kind::Range(subtype) => match without_domains(subtype) {
            Cow::Borrowed(_) => Cow::Borrowed(data_type),
            Cow::Owned(subtype) => Cow::Owned(renewed(data_type, Kind::Range(subtype))),
        },
        _ => Cow::Borrowed(data_type),
    }
}

fn renewed(data_type: &Type, kind: Kind) -> Type {
    Type::new(data_type.name().to_owned(), data_type.oid(), kind, data_type.schema().to_owned())
}

/// The attributes of a composite type; none of a type that is none.
pub(super) fn attributes(data_type: &Type) -> Option<&[Field]> {
    match data_type.kind() {
        Kind::Composite(fields) => Some(fields),
        Kind::Domain(base) => attributes(base),
        _ => None,
    }
}
