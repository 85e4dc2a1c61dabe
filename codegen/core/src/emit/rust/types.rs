//! Which Rust type holds a value of which PostgreSQL type.
//!
//! One table of the built-in types; enumerated types, domains and extension types are resolved through the catalog.

use crate::catalog::{Catalog, DataType};
use crate::name::QualifiedName;

/// How an argument of the type is passed to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passing {
    /// By value: the type is `Copy`.
    Value,
    /// As a reference to it, or to what it borrows as.
    Reference,
}

/// What a row of [`BUILT_IN`] says.
#[derive(Debug)]
struct BuiltIn {
    name: &'static str,
    /// The Rust type; none where no well-kept crate has one.
    rust: Option<&'static str>,
    /// The constant of `Type`; that of the array type has `_ARRAY` after it.
    constant: &'static str,
    passing: Passing,
    /// Whether it is something to order by rather than something to look up.
    is_quantity: bool,
}

const fn copied(name: &'static str, rust: &'static str, constant: &'static str) -> BuiltIn {
    BuiltIn { name, rust: Some(rust), constant, passing: Passing::Value, is_quantity: false }
}

const fn quantity(name: &'static str, rust: &'static str, constant: &'static str) -> BuiltIn {
    BuiltIn { is_quantity: true, ..copied(name, rust, constant) }
}

const fn borrowed(name: &'static str, rust: &'static str, constant: &'static str) -> BuiltIn {
    BuiltIn { passing: Passing::Reference, ..copied(name, rust, constant) }
}

const fn unmapped(name: &'static str, constant: &'static str) -> BuiltIn {
    BuiltIn { name, rust: None, constant, passing: Passing::Reference, is_quantity: false }
}

/// The built-in types, by their names in `pg_catalog`, sorted.
const BUILT_IN: &[BuiltIn] = &[
    unmapped("bit", "BIT"),
    copied("bool", "bool", "BOOL"),
    unmapped("box", "BOX"),
    borrowed("bpchar", "String", "BPCHAR"),
    borrowed("bytea", "Vec<u8>", "BYTEA"),
    copied("char", "i8", "CHAR"),
    copied("cidr", "types::IpCidr", "CIDR"),
    unmapped("circle", "CIRCLE"),
    quantity("date", "types::NaiveDate", "DATE"),
    unmapped("datemultirange", "DATEMULTI_RANGE"),
    unmapped("daterange", "DATE_RANGE"),
    quantity("float4", "f32", "FLOAT4"),
    quantity("float8", "f64", "FLOAT8"),
    copied("inet", "types::IpInet", "INET"),
    quantity("int2", "i16", "INT2"),
    quantity("int4", "i32", "INT4"),
    unmapped("int4multirange", "INT4MULTI_RANGE"),
    unmapped("int4range", "INT4_RANGE"),
    quantity("int8", "i64", "INT8"),
    unmapped("int8multirange", "INT8MULTI_RANGE"),
    unmapped("int8range", "INT8_RANGE"),
    quantity("interval", "::lockstep::Interval", "INTERVAL"),
    borrowed("json", "types::Value", "JSON"),
    borrowed("jsonb", "types::Value", "JSONB"),
    unmapped("jsonpath", "JSONPATH"),
    unmapped("line", "LINE"),
    unmapped("lseg", "LSEG"),
    copied("macaddr", "::lockstep::MacAddr", "MACADDR"),
    unmapped("macaddr8", "MACADDR8"),
    unmapped("money", "MONEY"),
    borrowed("name", "String", "NAME"),
    quantity("numeric", "types::Decimal", "NUMERIC"),
    unmapped("nummultirange", "NUMMULTI_RANGE"),
    unmapped("numrange", "NUM_RANGE"),
    copied("oid", "u32", "OID"),
    unmapped("path", "PATH"),
    unmapped("pg_lsn", "PG_LSN"),
    unmapped("point", "POINT"),
    unmapped("polygon", "POLYGON"),
    borrowed("text", "String", "TEXT"),
    quantity("time", "types::NaiveTime", "TIME"),
    quantity("timestamp", "types::NaiveDateTime", "TIMESTAMP"),
    quantity("timestamptz", "types::DateTime<types::Utc>", "TIMESTAMPTZ"),
    unmapped("timetz", "TIMETZ"),
    unmapped("tsmultirange", "TSMULTI_RANGE"),
    unmapped("tsquery", "TSQUERY"),
    unmapped("tsrange", "TS_RANGE"),
    unmapped("tstzmultirange", "TSTZMULTI_RANGE"),
    unmapped("tstzrange", "TSTZ_RANGE"),
    unmapped("tsvector", "TS_VECTOR"),
    copied("uuid", "types::Uuid", "UUID"),
    unmapped("varbit", "VARBIT"),
    borrowed("varchar", "String", "VARCHAR"),
    unmapped("xml", "XML"),
];

/// Types of extensions whose text form is all there is to them; they live in any schema.
const LIKE_TEXT: &[&str] = &["citext"];

/// How the type of a column is written in Rust and in a statement's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapped {
    /// The Rust type of one value or of one element; none where it must be annotated.
    pub(super) element: Element,
    /// Whether the column holds an array of it.
    pub(super) array: bool,
    /// The constant of `Type` for one value; `UNKNOWN` where the server infers the type and any value's encoding fits,
    /// `ANY` where the client must ask for it.
    pub(super) constant: &'static str,
    /// The element type's name as SQL, where an array parameter is sent as `text[]` and turned into it.
    pub(super) cast: Option<String>,
    /// The type to read an array as: clients cannot take arrays of domains apart.
    pub(super) read_as: Option<String>,
    /// How an argument is passed.
    pub(super) passing: Passing,
    /// Whether it is something to order by rather than something to look up.
    pub(super) is_quantity: bool,
}

/// The Rust type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// A type of the standard library or of `lockstep::types`.
    Named(&'static str),
    /// A generated enum.
    Enum(QualifiedName),
    /// None that Lockstep knows.
    Unmapped,
}

/// Resolves a type through the catalog: domains to what they stand on, however deep.
pub(super) fn map(catalog: &Catalog, data_type: &DataType) -> Mapped {
    if let Some(domain) = catalog.domains.get(&data_type.name) {
        let base = map(catalog, &domain.data_type);
        if !data_type.array {
            return base;
        }
        let is_nested = base.array;
        let read_as = Some(format!("{}[]", domain.data_type.name));
        let element = if is_nested { Element::Unmapped } else { base.element };
        return Mapped { element, array: true, read_as, ..base };
    }
    let mapped = if catalog.enums.contains_key(&data_type.name) {
        Mapped { element: Element::Enum(data_type.name.clone()), ..text(&data_type.name, Passing::Value) }
    } else if LIKE_TEXT.contains(&data_type.name.name.as_str()) {
        text(&data_type.name, Passing::Reference)
    } else {
        built_in(&data_type.name)
    };
    Mapped { array: data_type.array, ..mapped }
}

fn text(name: &QualifiedName, passing: Passing) -> Mapped {
    Mapped {
        element: Element::Named("String"),
        array: false,
        constant: "UNKNOWN",
        cast: Some(name.to_string()),
        read_as: None,
        passing,
        is_quantity: false,
    }
}

fn built_in(name: &QualifiedName) -> Mapped {
    let found = BUILT_IN
        .binary_search_by(|built_in| built_in.name.cmp(name.name.as_str()))
        .ok()
        .filter(|_| name.schema.as_str() == "pg_catalog")
        .map(|place| &BUILT_IN[place]);
    let (element, constant, passing, is_quantity) = match found {
        Some(BuiltIn { name: _, rust, constant, passing, is_quantity }) => {
            (rust.map_or(Element::Unmapped, Element::Named), *constant, *passing, *is_quantity)
        }
        None => (Element::Unmapped, "ANY", Passing::Reference, false),
    };
    Mapped { element, array: false, constant, cast: None, read_as: None, passing, is_quantity }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_types_are_sorted() {
        assert!(BUILT_IN.is_sorted_by_key(|built_in| built_in.name));
    }
}
