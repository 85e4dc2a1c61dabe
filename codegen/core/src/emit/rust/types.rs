//! Which Rust type holds a value of which PostgreSQL type, and how it travels.
//!
//! One table of the built-in types; those of the schema and of extensions are resolved through the catalog.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, CompositeAttribute, CompositeType, DataType, ObjectAddress, ObjectKind};
use crate::certificate::Annotations;
use crate::name::QualifiedName;
use crate::settings::DateTimeCrate;

/// How an argument of the type is passed to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passing {
    /// By value: the type is `Copy`.
    Value,
    /// As a reference to it, or to what it borrows as.
    Reference,
}

/// What holds a value of a built-in type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rust {
    /// This type.
    Is(&'static str),
    /// The type of chrono, of time, and of jiff.
    Dated([&'static str; 3]),
    /// A range of this built-in type.
    RangeOf(&'static str),
    /// A multirange of this built-in type.
    MultirangeOf(&'static str),
    /// None; what to do instead.
    Refused(&'static str),
}

/// What a row of [`BUILT_IN`] says.
#[derive(Debug)]
struct BuiltIn {
    name: &'static str,
    rust: Rust,
    /// The constant of `Type`; that of the array type has `_ARRAY` after it.
    constant: &'static str,
    passing: Passing,
    /// Whether it is something to order by rather than something to look up.
    is_quantity: bool,
}

const fn copied(name: &'static str, rust: &'static str, constant: &'static str) -> BuiltIn {
    BuiltIn { name, rust: Rust::Is(rust), constant, passing: Passing::Value, is_quantity: false }
}

const fn quantity(name: &'static str, rust: &'static str, constant: &'static str) -> BuiltIn {
    BuiltIn { is_quantity: true, ..copied(name, rust, constant) }
}

const fn dated(name: &'static str, rust: [&'static str; 3], constant: &'static str) -> BuiltIn {
    BuiltIn { rust: Rust::Dated(rust), ..quantity(name, "", constant) }
}

/// What holds a `date`, by chrono, time and jiff.
pub(super) const DATE: [&str; 3] = ["types::NaiveDate", "types::time::Date", "types::jiff::civil::Date"];
/// What holds a `time`.
pub(super) const TIME: [&str; 3] = ["types::NaiveTime", "types::time::Time", "types::jiff::civil::Time"];
/// What holds a `timestamp`.
pub(super) const TIMESTAMP: [&str; 3] =
    ["types::NaiveDateTime", "types::time::PrimitiveDateTime", "types::jiff::civil::DateTime"];
/// What holds a `timestamptz`.
pub(super) const TIMESTAMPTZ: [&str; 3] =
    ["types::DateTime<types::Utc>", "types::time::OffsetDateTime", "types::jiff::Timestamp"];

const fn borrowed(name: &'static str, rust: &'static str, constant: &'static str) -> BuiltIn {
    BuiltIn { passing: Passing::Reference, ..copied(name, rust, constant) }
}

const fn range(name: &'static str, of: &'static str, constant: &'static str) -> BuiltIn {
    BuiltIn { rust: Rust::RangeOf(of), ..borrowed(name, "", constant) }
}

const fn multirange(name: &'static str, of: &'static str, constant: &'static str) -> BuiltIn {
    BuiltIn { rust: Rust::MultirangeOf(of), ..borrowed(name, "", constant) }
}

/// A type whose binary form nobody can use: it travels as text.
const fn text(name: &'static str) -> BuiltIn {
    borrowed(name, "String", AS_TEXT)
}

const fn refused(name: &'static str, constant: &'static str, instead: &'static str) -> BuiltIn {
    BuiltIn { rust: Rust::Refused(instead), ..borrowed(name, "", constant) }
}

/// Stands in [`BUILT_IN`] for the constant of a type that travels as text.
const AS_TEXT: &str = "";

/// The built-in types, by their names in `pg_catalog`, sorted.
const BUILT_IN: &[BuiltIn] = &[
    text("aclitem"),
    borrowed("bit", "::lockstep::Bits", "BIT"),
    copied("bool", "bool", "BOOL"),
    copied("box", "::lockstep::Rectangle", "BOX"),
    borrowed("bpchar", "String", "BPCHAR"),
    borrowed("bytea", "Vec<u8>", "BYTEA"),
    copied("char", "i8", "CHAR"),
    text("cid"),
    copied("cidr", "types::IpCidr", "CIDR"),
    copied("circle", "::lockstep::Circle", "CIRCLE"),
    dated("date", DATE, "DATE"),
    multirange("datemultirange", "date", "DATEMULTI_RANGE"),
    range("daterange", "date", "DATE_RANGE"),
    quantity("float4", "f32", "FLOAT4"),
    quantity("float8", "f64", "FLOAT8"),
    copied("inet", "types::IpInet", "INET"),
    quantity("int2", "i16", "INT2"),
    text("int2vector"),
    quantity("int4", "i32", "INT4"),
    multirange("int4multirange", "int4", "INT4MULTI_RANGE"),
    range("int4range", "int4", "INT4_RANGE"),
    quantity("int8", "i64", "INT8"),
    multirange("int8multirange", "int8", "INT8MULTI_RANGE"),
    range("int8range", "int8", "INT8_RANGE"),
    quantity("interval", "::lockstep::Interval", "INTERVAL"),
    borrowed("json", "types::Value", "JSON"),
    borrowed("jsonb", "types::Value", "JSONB"),
    text("jsonpath"),
    copied("line", "::lockstep::Line", "LINE"),
    copied("lseg", "::lockstep::LineSegment", "LSEG"),
    copied("macaddr", "::lockstep::MacAddr", "MACADDR"),
    copied("macaddr8", "::lockstep::MacAddr8", "MACADDR8"),
    refused("money", "MONEY", "how many digits a value of money has depends on the server's lc_monetary: use numeric"),
    borrowed("name", "String", "NAME"),
    quantity("numeric", "types::Decimal", "NUMERIC"),
    multirange("nummultirange", "numeric", "NUMMULTI_RANGE"),
    range("numrange", "numeric", "NUM_RANGE"),
    copied("oid", "u32", "OID"),
    text("oidvector"),
    borrowed("path", "::lockstep::Path", "PATH"),
    quantity("pg_lsn", "::lockstep::Lsn", "PG_LSN"),
    text("pg_snapshot"),
    copied("point", "::lockstep::Point", "POINT"),
    borrowed("polygon", "::lockstep::Polygon", "POLYGON"),
    text("refcursor"),
    text("regclass"),
    text("regcollation"),
    text("regconfig"),
    text("regdictionary"),
    text("regnamespace"),
    text("regoper"),
    text("regoperator"),
    text("regproc"),
    text("regprocedure"),
    text("regrole"),
    text("regtype"),
    borrowed("text", "String", "TEXT"),
    text("tid"),
    dated("time", TIME, "TIME"),
    dated("timestamp", TIMESTAMP, "TIMESTAMP"),
    dated("timestamptz", TIMESTAMPTZ, "TIMESTAMPTZ"),
    copied("timetz", "::lockstep::TimeTz", "TIMETZ"),
    multirange("tsmultirange", "timestamp", "TSMULTI_RANGE"),
    text("tsquery"),
    range("tsrange", "timestamp", "TS_RANGE"),
    multirange("tstzmultirange", "timestamptz", "TSTZMULTI_RANGE"),
    range("tstzrange", "timestamptz", "TSTZ_RANGE"),
    text("tsvector"),
    text("txid_snapshot"),
    copied("uuid", "types::Uuid", "UUID"),
    borrowed("varbit", "::lockstep::Bits", "VARBIT"),
    borrowed("varchar", "String", "VARCHAR"),
    text("xid"),
    text("xid8"),
    text("xml"),
];

/// What a type of an extension is like; such a type may live in any schema.
enum Extension {
    /// Its binary form is its text.
    Label,
    /// It travels as text, because its binary form differs from it.
    Text,
    /// A type of the runtime knows its binary form.
    Binary(&'static str),
}

/// The types of extensions.
const EXTENSIONS: &[(&str, Extension)] = &[
    ("citext", Extension::Label),
    ("hstore", Extension::Binary("::lockstep::Hstore")),
    ("lquery", Extension::Text),
    ("ltree", Extension::Text),
    ("ltxtquery", Extension::Text),
];

/// How the type of a column is written in Rust and in a statement's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapped {
    /// The Rust type of one value or of one element; none where it must be annotated.
    pub(super) element: Element,
    /// Whether the column holds an array of it.
    pub(super) array: bool,
    /// Whether the element stands for the whole array, as the newtype of a domain over an array does.
    pub(super) whole: bool,
    /// Whether unnesting an array of it yields its attributes.
    pub(super) composite: bool,
    /// The constant of `Type` for one value; `UNKNOWN` where the server infers the type and any value's encoding fits,
    /// `ANY` where the client must ask for it.
    pub(super) constant: &'static str,
    /// The type's name as SQL, where an array parameter is sent as `text[]` and turned into it. Where one value is sent
    /// as `text`, so is it.
    pub(super) cast: Option<String>,
    /// The type's name as SQL, where the server has to infer it from a cast.
    pub(super) inferred: Option<String>,
    /// The type to read a value as: clients cannot take arrays of domains apart, and what travels as text is read so.
    pub(super) read_as: Option<String>,
    /// The type to compare a column as: no operator takes an enumerated type and a domain over it for the same, nor an
    /// array of a domain and one of what that stands on.
    pub(super) compared_as: Option<String>,
    /// How an argument is passed.
    pub(super) passing: Passing,
    /// Whether it is something to order by rather than something to look up.
    pub(super) is_quantity: bool,
}

impl Mapped {
    /// Whether the value of one column can be a part of a value of another type, or of a row for `COPY`: whether its
    /// binary form is all there is to it.
    pub(super) fn is_binary(&self) -> bool {
        self.constant != "ANY" && !(self.constant == "TEXT" && self.cast.is_some())
    }

    /// Whether a client has to ask what a column of the type is before it can read it.
    pub(super) fn is_asked(&self) -> bool {
        self.cast.is_none() && (self.inferred.is_some() || self.constant == "ANY")
    }

    /// The constant of `Type` for a value that nothing casts: an attribute of a composite type, a column of a `COPY`.
    pub(super) fn binary_constant(&self) -> String {
        match (self.array, self.constant) {
            (false, "ANY") => "UNKNOWN".to_owned(),
            (false, constant) => constant.to_owned(),
            (true, "UNKNOWN" | "ANY") => INFERRED_ARRAY.to_owned(),
            (true, constant) => format!("{constant}_ARRAY"),
        }
    }
}

/// The constant that declares an array whose type the server has to infer.
pub(super) const INFERRED_ARRAY: &str = "ANYARRAY";

/// The Rust type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// A type of the standard library or of `lockstep::types`.
    Named(&'static str),
    /// A generated enum.
    Enum(QualifiedName),
    /// A generated struct.
    Composite(QualifiedName),
    /// A generated struct around the value of a domain, and what it holds.
    Newtype(QualifiedName, Box<Mapped>),
    /// A range.
    Range(Box<Element>),
    /// A multirange.
    Multirange(Box<Element>),
    /// None that Lockstep knows, and what to do about it where more can be said than how to annotate it.
    Unmapped(Option<String>),
}

/// What types are resolved through.
#[derive(Debug)]
pub(super) struct Types<'a> {
    /// The catalog.
    pub(super) catalog: &'a Catalog,
    /// What the schema says about types in Rust.
    pub(super) annotations: &'a Annotations,
    /// The crate whose types hold dates and times.
    datetime: DateTimeCrate,
    /// The range types of the schema by their multiranges.
    multiranges: BTreeMap<&'a QualifiedName, &'a DataType>,
}

impl<'a> Types<'a> {
    /// The types of a catalog.
    pub(super) fn new(catalog: &'a Catalog, annotations: &'a Annotations, datetime: DateTimeCrate) -> Self {
        let multiranges = catalog.ranges.values().map(|range| (&range.multirange, &range.subtype)).collect();
        Self { catalog, annotations, datetime, multiranges }
    }

    /// Resolves a type: domains to what they stand on, however deep, but for those that are to have types of their own.
    pub(super) fn map(&self, data_type: &DataType) -> Mapped {
        if let Some(domain) = self.catalog.domains.get(&data_type.name) {
            return self.domain(data_type, &domain.data_type);
        }
        let name = &data_type.name;
        let mapped = if self.catalog.enums.contains_key(name) {
            label(name, Element::Enum(name.clone()), Passing::Value)
        } else if let Some(composite) = self.catalog.composites.get(name) {
            self.composite(name, composite)
        } else if let Some(range) = self.catalog.ranges.get(name) {
            self.range(name, &range.subtype, Element::Range)
        } else if let Some(subtype) = self.multiranges.get(name) {
            self.range(name, subtype, Element::Multirange)
        } else if name.schema.as_str() == "pg_catalog" {
            built_in(name, self.datetime)
        } else {
            // A type that is none of the above may be the rows of a table.
            let Catalog { tables, views, materialized_views, .. } = self.catalog;
            let composite =
                tables.contains_key(name) || views.contains_key(name) || materialized_views.contains_key(name);
            Mapped { composite, ..extension(name) }
        };
        if data_type.array { mapped.into_array() } else { mapped }
    }

    fn domain(&self, data_type: &DataType, stands_on: &DataType) -> Mapped {
        let mut base = self.map(stands_on);
        let is_newtype = self.annotations.newtypes.contains(&domain_key(&data_type.name));
        if is_newtype && !matches!(base.element, Element::Unmapped(_)) {
            let element = Element::Newtype(data_type.name.clone(), Box::new(base.clone()));
            base = Mapped { element, whole: base.array, ..base };
        }
        if !data_type.array {
            // A parameter that the server infers would be of the domain, which no client takes for what it stands on.
            let inferred = base.cast.clone().filter(|_| base.constant == "UNKNOWN" && !base.array).or(base.inferred);
            let is_enum = self.catalog.enums.contains_key(self.foundation(stands_on)) && !base.array;
            let compared_as = base.cast.clone().filter(|_| is_enum);
            return Mapped { inferred, compared_as, ..base };
        }
        if base.array {
            let advice = "the elements of its arrays are arrays themselves".to_owned();
            return Mapped { array: true, ..unmapped(Some(advice)) };
        }
        let foundation = format!("{}[]", self.foundation(stands_on));
        let read_as = base.read_as.as_ref().map_or_else(|| foundation.clone(), |read_as| format!("{read_as}[]"));
        Mapped { array: true, read_as: Some(read_as), compared_as: Some(foundation), ..base }
    }

    /// The type that a domain stands on in the end.
    fn foundation<'t>(&'t self, data_type: &'t DataType) -> &'t QualifiedName {
        match self.catalog.domains.get(&data_type.name) {
            Some(domain) => self.foundation(&domain.data_type),
            None => &data_type.name,
        }
    }

    /// What `@rust` says about a column or attribute by its key, or about the domain that it is of.
    pub(super) fn annotated(&self, key: &str, data_type: &DataType) -> Option<&'a str> {
        let rust = &self.annotations.rust;
        let of_domain = || rust.get(&domain_key(&data_type.name)).filter(|_| !data_type.array);
        rust.get(key).or_else(of_domain).map(String::as_str)
    }

    fn composite(&self, name: &QualifiedName, composite: &CompositeType) -> Mapped {
        let unmapped_attribute = composite.attributes.iter().find(|attribute| {
            let key = attribute_key(name, attribute);
            let is_annotated = self.annotated(&key, &attribute.data_type).is_some();
            !is_annotated && matches!(self.attribute(&attribute.data_type).element, Element::Unmapped(_))
        });
        let mapped = match unmapped_attribute {
            None => inferred(name, Element::Composite(name.clone()), Passing::Reference),
            Some(attribute) => {
                let (attribute, data_type) = (attribute.name.as_str(), &attribute.data_type.text);
                let advice = "write `-- @rust type=…` above that attribute";
                unmapped(Some(format!("its attribute {attribute} is of type {data_type}: {advice}")))
            }
        };
        Mapped { composite: true, ..mapped }
    }

    /// The type of an attribute: only what needs no cast on the way can be part of a value.
    pub(super) fn attribute(&self, data_type: &DataType) -> Mapped {
        let mapped = self.map(data_type);
        if mapped.is_binary() { mapped } else { unmapped(None) }
    }

    fn range(&self, name: &QualifiedName, subtype: &DataType, range: fn(Box<Element>) -> Element) -> Mapped {
        let mapped = self.attribute(subtype);
        match mapped.element {
            Element::Unmapped(advice) => unmapped(advice),
            // Their encoding depends on the type, which is not known before the server is asked.
            _ if mapped.array || mapped.constant.starts_with("JSON") => unmapped(None),
            Element::Composite(_)
            | Element::Newtype(..)
            | Element::Range(_)
            | Element::Multirange(_)
            | Element::Named(_)
            | Element::Enum(_) => inferred(name, range(Box::new(mapped.element)), Passing::Reference),
        }
    }
}

/// The attribute, as the certificate's annotations name it.
pub(super) fn attribute_key(composite: &QualifiedName, attribute: &CompositeAttribute) -> String {
    ObjectAddress::part(ObjectKind::Attribute, composite, attribute.name.clone()).key()
}

/// The domain, as the certificate's annotations name it.
pub(super) fn domain_key(name: &QualifiedName) -> String {
    ObjectAddress::object(ObjectKind::Domain, name).key()
}

impl Mapped {
    fn into_array(self) -> Self {
        let read_as = self.read_as.as_ref().map(|read_as| format!("{read_as}[]"));
        Self { array: true, read_as, ..self }
    }

    /// The same where the schema names the Rust type.
    pub(super) fn annotated(self, path: &str, data_type: &DataType) -> Self {
        let is_text = ["String", "Vec<String>", "Vec<Option<String>>"].contains(&path);
        if is_text && self.element != Element::Named("String") && !self.constant.starts_with("JSON") {
            // Of an array of the schema's domains each element is written as one.
            let mapped = as_text(&data_type.name);
            return if path != "String" { mapped.into_array() } else { mapped };
        }
        // What is written for an array of generated types is an array of them; anything else asks for its type.
        if self.inferred.is_some() && !path.starts_with("Vec<") {
            return Self { constant: "ANY", inferred: None, ..self };
        }
        self
    }
}

fn plain(element: Element, constant: &'static str, passing: Passing) -> Mapped {
    Mapped {
        element,
        array: false,
        whole: false,
        composite: false,
        constant,
        cast: None,
        inferred: None,
        read_as: None,
        compared_as: None,
        passing,
        is_quantity: false,
    }
}

fn unmapped(advice: Option<String>) -> Mapped {
    plain(Element::Unmapped(advice), "ANY", Passing::Reference)
}

/// A type whose binary form is a text.
fn label(name: &QualifiedName, element: Element, passing: Passing) -> Mapped {
    Mapped { cast: Some(name.to_string()), ..plain(element, "UNKNOWN", passing) }
}

/// A type with a binary form that a Rust type knows, but whose oid nobody knows before the server is asked.
fn inferred(name: &QualifiedName, element: Element, passing: Passing) -> Mapped {
    Mapped { inferred: Some(name.to_string()), ..plain(element, "UNKNOWN", passing) }
}

/// A type that travels as text in both directions.
fn as_text(name: &QualifiedName) -> Mapped {
    let text = plain(Element::Named("String"), "TEXT", Passing::Reference);
    Mapped { cast: Some(name.to_string()), read_as: Some("text".to_owned()), ..text }
}

fn extension(name: &QualifiedName) -> Mapped {
    match EXTENSIONS.iter().find(|(known, _)| *known == name.name.as_str()) {
        Some((_, Extension::Label)) => label(name, Element::Named("String"), Passing::Reference),
        Some((_, Extension::Text)) => as_text(name),
        Some((_, Extension::Binary(rust))) => inferred(name, Element::Named(rust), Passing::Reference),
        None => unmapped(None),
    }
}

fn find(name: &str) -> Option<&'static BuiltIn> {
    let place = BUILT_IN.binary_search_by(|built_in| built_in.name.cmp(name)).ok()?;
    Some(&BUILT_IN[place])
}

fn built_in(name: &QualifiedName, datetime: DateTimeCrate) -> Mapped {
    let Some(BuiltIn { name: _, rust, constant, passing, is_quantity }) = find(name.name.as_str()) else {
        return unmapped(None);
    };
    if *constant == AS_TEXT {
        return as_text(name);
    }
    Mapped { is_quantity: *is_quantity, ..plain(element(*rust, datetime), constant, *passing) }
}

fn element(rust: Rust, datetime: DateTimeCrate) -> Element {
    let of = |name| Box::new(find(name).map_or(Element::Unmapped(None), |found| element(found.rust, datetime)));
    match rust {
        Rust::Is(rust) => Element::Named(rust),
        Rust::Dated([chrono, time, jiff]) => Element::Named(match datetime {
            DateTimeCrate::Chrono => chrono,
            DateTimeCrate::Time => time,
            DateTimeCrate::Jiff => jiff,
        }),
        Rust::RangeOf(name) => Element::Range(of(name)),
        Rust::MultirangeOf(name) => Element::Multirange(of(name)),
        Rust::Refused(advice) => Element::Unmapped(Some(advice.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_types_are_sorted() {
        assert!(BUILT_IN.is_sorted_by_key(|built_in| built_in.name));
        assert!(EXTENSIONS.is_sorted_by_key(|(name, _)| *name));
    }
}
