//! What is known of changing a column's type: whether operators bridge the two types, and whether values can get lost.

use crate::catalog::{Catalog, CompositeAttribute, CompositeType, DataType};
use crate::name::{Identifier, QualifiedName};

/// Whether equality and order work between the two types, as foreign keys and checks need it.
pub(crate) fn same_family(current: &DataType, desired: &DataType) -> bool {
    if current.name == desired.name && current.array == desired.array {
        return true;
    }
    let family = |data_type: &DataType| if data_type.array { None } else { family(&data_type.name) };
    family(current).is_some() && family(current) == family(desired)
}

fn family(name: &QualifiedName) -> Option<&'static str> {
    if name.schema.as_str() != "pg_catalog" {
        return None;
    }
    match name.name.as_str() {
        "int2" | "int4" | "int8" => Some("integer"),
        "text" | "varchar" => Some("text"),
        "float4" | "float8" => Some("float"),
        "date" | "timestamp" | "timestamptz" => Some("datetime"),
        _ => None,
    }
}

/// Whether every value of `current` has a value of `desired` that stands for it.
pub(crate) fn keeps_every_value(current: &DataType, desired: &DataType, catalogs: (&Catalog, &Catalog)) -> bool {
    let (current, desired) = (base(current, catalogs.0), base(desired, catalogs.1));
    if current.array != desired.array {
        return false;
    }
    let (from, to) = (type_name(current), type_name(desired));
    if let (Some(old), Some(new)) = (catalogs.0.composites.get(&current.name), catalogs.1.composites.get(&desired.name))
    {
        return old.attributes.iter().all(|old| {
            let new = new.attributes.iter().find(|new| new.name == old.name);
            new.is_some_and(|new| keeps_every_value(&old.data_type, &new.data_type, catalogs))
        });
    }
    if let (Some(old), Some(new)) = (catalogs.0.ranges.get(&current.name), catalogs.1.ranges.get(&desired.name)) {
        return keeps_every_value(&old.subtype, &new.subtype, catalogs);
    }
    if current.name == desired.name {
        return modifier_widens(from, modifiers(&current.text), modifiers(&desired.text));
    }
    match (from, to) {
        (_, "text") => true,
        (_, "varchar") => modifiers(&desired.text).is_empty(),
        ("int2", "int4" | "int8") | ("int4", "int8") | ("float4", "float8") => true,
        ("int2" | "int4" | "int8", "numeric") => integer_digits(desired) >= digits_of(from),
        ("int2", "float4" | "float8") | ("int4", "float8") => true,
        ("date", "timestamp" | "timestamptz") | ("timestamp", "timestamptz") | ("timestamptz", "timestamp") => true,
        ("json", "jsonb") | ("jsonb", "json") => true,
        ("cidr", "inet") | ("macaddr", "macaddr8") => true,
        ("text" | "varchar" | "bpchar", "citext") => true,
        _ => false,
    }
}

/// How a column's values get from one type to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// By an assignment.
    Assignment,
    /// By this expression.
    Using(String),
    /// Nobody knows: values of a composite type with other attributes stand inside of values of another type.
    Unknown,
}

impl Conversion {
    /// What stands after `USING`.
    pub(crate) fn expression(self) -> Option<String> {
        match self {
            Self::Using(expression) => Some(expression),
            Self::Assignment | Self::Unknown => None,
        }
    }
}

/// What `USING` has to say where PostgreSQL has no assignment cast from one type to the other; `is_new` tells whether
/// the type behind a name is another one although the name is the same.
pub(crate) fn using(
    column: &Identifier,
    current: &DataType,
    desired: &DataType,
    is_new: &dyn Fn(&QualifiedName) -> bool,
    catalogs: (&Catalog, &Catalog),
) -> Conversion {
    convert(&column.to_string(), current, desired, is_new, catalogs)
}

fn convert(
    value: &str,
    current: &DataType,
    desired: &DataType,
    is_new: &dyn Fn(&QualifiedName) -> bool,
    catalogs: (&Catalog, &Catalog),
) -> Conversion {
    let (from, to) = (base(current, catalogs.0), base(desired, catalogs.1));
    let is_text = |data_type: &DataType| matches!(type_name(data_type), "text" | "varchar" | "bpchar" | "citext");
    let is_same = from.name == to.name && from.array == to.array && !is_new(&current.name);
    if is_same || (is_text(to) && !to.array) || (from.array == to.array && has_assignment_cast(from, to)) {
        return Conversion::Assignment;
    }
    if let (Some(old), Some(new)) = (catalogs.0.composites.get(&from.name), catalogs.1.composites.get(&to.name))
        && !from.array
        && !to.array
    {
        return rebuilt_row(value, (old, new), desired, is_new, catalogs);
    }
    if !reads_back(from, to, catalogs) {
        return Conversion::Unknown;
    }
    let through = if is_text(from) && from.array == to.array { "" } else { "::text" };
    Conversion::Using(format!("{value}{through}::{}", desired.text))
}

/// `ROW((value).a, …)`: attributes by their names, new ones without a value.
fn rebuilt_row(
    value: &str,
    (old, new): (&CompositeType, &CompositeType),
    desired: &DataType,
    is_new: &dyn Fn(&QualifiedName) -> bool,
    catalogs: (&Catalog, &Catalog),
) -> Conversion {
    let mut fields = Vec::new();
    for CompositeAttribute { name, data_type, collation: _, comment: _ } in &new.attributes {
        let before = old.attributes.iter().find(|attribute| attribute.name == *name);
        let field = format!("({value}).{name}");
        fields.push(match before.map(|it| convert(&field, &it.data_type, data_type, is_new, catalogs)) {
            None => "NULL".to_owned(),
            Some(Conversion::Assignment) => field,
            Some(Conversion::Using(expression)) => expression,
            Some(Conversion::Unknown) => return Conversion::Unknown,
        });
    }
    // A row of nulls IS NULL too: only this tells it from no row.
    let row = format!("ROW({})::{}", fields.join(", "), desired.text);
    Conversion::Using(format!("CASE WHEN {value} IS NOT DISTINCT FROM NULL THEN NULL ELSE {row} END"))
}

/// Whether the text of a value of one type is that of a value of the other: composite types inside have to have the same
/// attributes at the same places.
fn reads_back(from: &DataType, to: &DataType, catalogs: (&Catalog, &Catalog)) -> bool {
    let (from, to) = (element(from, catalogs.0), element(to, catalogs.1));
    match (catalogs.0.composites.get(&from.name), catalogs.1.composites.get(&to.name)) {
        (None, None) => true,
        (Some(old), Some(new)) => {
            old.attributes.len() == new.attributes.len()
                && old
                    .attributes
                    .iter()
                    .zip(&new.attributes)
                    .all(|(old, new)| old.name == new.name && reads_back(&old.data_type, &new.data_type, catalogs))
        }
        // A composite type is taken for its text, or made of one.
        (Some(_), None) | (None, Some(_)) => true,
    }
}

/// What stands at the bottom of arrays, domains and ranges.
fn element<'a>(data_type: &'a DataType, catalog: &'a Catalog) -> &'a DataType {
    let mut data_type = data_type;
    loop {
        let range =
            || catalog.ranges.iter().find(|(name, it)| **name == data_type.name || it.multirange == data_type.name);
        data_type = match (catalog.domains.get(&data_type.name), range()) {
            (Some(domain), _) => &domain.data_type,
            (None, Some((_, range))) => &range.subtype,
            (None, None) => return data_type,
        };
    }
}

fn has_assignment_cast(from: &DataType, to: &DataType) -> bool {
    let (from, to) = (&from.name, &to.name);
    let is_built_in = |name: &QualifiedName| name.schema.as_str() == "pg_catalog";
    let cast =
        |(source, targets): &(&str, &[&str])| from.name.as_str() == *source && targets.contains(&to.name.as_str());
    is_built_in(from) && is_built_in(to) && ASSIGNMENT_CASTS.iter().any(cast)
}

/// `pg_cast` of PostgreSQL 14 to 18, as far as it concerns columns: casts that an assignment makes by itself.
const ASSIGNMENT_CASTS: &[(&str, &[&str])] = &[
    ("bit", &["varbit"]),
    ("cidr", &["inet"]),
    ("date", &["timestamp", "timestamptz"]),
    ("float4", &["float8", "int2", "int4", "int8", "numeric"]),
    ("float8", &["float4", "int2", "int4", "int8", "numeric"]),
    ("inet", &["cidr"]),
    ("int2", &["float4", "float8", "int4", "int8", "numeric"]),
    ("int4", &["float4", "float8", "int2", "int8", "money", "numeric"]),
    ("int8", &["float4", "float8", "int2", "int4", "money", "numeric"]),
    ("interval", &["time"]),
    ("json", &["jsonb"]),
    ("jsonb", &["json"]),
    ("macaddr", &["macaddr8"]),
    ("macaddr8", &["macaddr"]),
    ("money", &["numeric"]),
    ("numeric", &["float4", "float8", "int2", "int4", "int8", "money"]),
    ("time", &["interval", "timetz"]),
    ("timestamp", &["date", "time", "timestamptz"]),
    ("timestamptz", &["date", "time", "timestamp", "timetz"]),
    ("timetz", &["time"]),
    ("varbit", &["bit"]),
];

/// The type below any domains.
fn base<'a>(data_type: &'a DataType, catalog: &'a Catalog) -> &'a DataType {
    let mut data_type = data_type;
    while let Some(domain) = catalog.domains.get(&data_type.name).filter(|_| !data_type.array) {
        data_type = &domain.data_type;
    }
    data_type
}

fn type_name(data_type: &DataType) -> &str {
    data_type.name.name.as_str()
}

/// The numbers in parentheses.
fn modifiers(text: &str) -> Vec<i64> {
    let inside = text.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inside, _)| inside);
    inside.split(',').filter_map(|number| number.trim().parse().ok()).collect()
}

fn modifier_widens(name: &str, current: Vec<i64>, desired: Vec<i64>) -> bool {
    match (current.as_slice(), desired.as_slice()) {
        (_, []) => name != "bit" && name != "bpchar" || current.is_empty(),
        ([], _) => false,
        ([precision, scale], [new_precision, new_scale]) => {
            new_scale >= scale && new_precision - new_scale >= precision - scale
        }
        ([current], [desired]) if name == "bit" => current == desired,
        ([current, ..], [desired, ..]) => desired >= current,
    }
}

fn digits_of(name: &str) -> i64 {
    match name {
        "int2" => 5,
        "int4" => 10,
        _ => 19,
    }
}

fn integer_digits(numeric: &DataType) -> i64 {
    match modifiers(&numeric.text).as_slice() {
        [] => i64::MAX,
        [precision] => *precision,
        [precision, scale, ..] => precision - scale,
    }
}

/// What `SET STORAGE` goes back to: 14 and 15 have no word for the type's own.
pub(crate) fn default_storage(data_type: &DataType, catalog: &Catalog) -> &'static str {
    let data_type = base(data_type, catalog);
    match type_name(data_type) {
        _ if data_type.array => "extended",
        "numeric" | "inet" | "cidr" | "geometry" | "geography" => "main",
        "tsquery" | "cube" | "oidvector" | "int2vector" => "plain",
        _ => "extended",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data_type(text: &str, name: &str) -> DataType {
        DataType { text: text.to_owned(), name: QualifiedName::new("pg_catalog", name), array: false }
    }

    #[track_caller]
    fn check(current: (&str, &str), desired: (&str, &str), expected: bool) {
        let nothing = Catalog::default();
        let (current, desired) = (data_type(current.0, current.1), data_type(desired.0, desired.1));
        assert_eq!(keeps_every_value(&current, &desired, (&nothing, &nothing)), expected);
    }

    #[test]
    fn wider_types_keep_every_value() {
        check(("integer", "int4"), ("bigint", "int8"), true);
        check(("bigint", "int8"), ("integer", "int4"), false);
        check(("character varying(10)", "varchar"), ("character varying(20)", "varchar"), true);
        check(("character varying(10)", "varchar"), ("character varying(5)", "varchar"), false);
        check(("character varying(10)", "varchar"), ("text", "text"), true);
        check(("character varying", "varchar"), ("character varying(5)", "varchar"), false);
        check(("numeric(10,2)", "numeric"), ("numeric(12,2)", "numeric"), true);
        check(("numeric(10,2)", "numeric"), ("numeric(10,4)", "numeric"), false);
        check(("numeric(10,2)", "numeric"), ("numeric", "numeric"), true);
        check(("integer", "int4"), ("numeric(9,0)", "numeric"), false);
        check(("timestamp(3) without time zone", "timestamp"), ("timestamp without time zone", "timestamp"), true);
        check(("text", "text"), ("integer", "int4"), false);
    }
}
