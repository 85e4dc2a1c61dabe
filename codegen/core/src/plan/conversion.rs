//! What is known of changing a column's type: whether operators bridge the two types, and whether values can get lost.

use crate::catalog::{CastContext, Catalog, CompositeAttribute, CompositeType, DataType};
use crate::name::{Identifier, QualifiedName};
use crate::plan::unit::Side;

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
    /// By this expression, which keeps what both types know: a new type takes the name of the old one, or a row gets
    /// other attributes.
    Rebuilt(Using),
    /// By this expression, that the server would not come to by itself.
    Unasked(Using),
    /// Nobody knows: values of a composite type with other attributes stand inside of values of another type.
    Unknown,
}

/// What stands after `USING`, and the casts that are there meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Using {
    pub(crate) expression: String,
    pub(crate) casts: Vec<RowCast>,
}

/// A cast between two composite types: an array is cast by its elements, and no expression could reach these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowCast {
    /// What the old type is called while columns still have it.
    pub(crate) from: String,
    pub(crate) to: QualifiedName,
    /// The new value of the old one, `$1`.
    pub(crate) expression: String,
}

impl Conversion {
    /// What stands after `USING`, if anything does.
    pub(crate) fn using(self) -> Option<Using> {
        match self {
            Self::Rebuilt(using) | Self::Unasked(using) => Some(using),
            Self::Assignment | Self::Unknown => None,
        }
    }
}

/// How the values of a column become those of another type: by the server's assignment cast where there is one. `is_new`
/// tells whether the type behind a name is another one although the name is the same, `old_name` what the type behind it is
/// called meanwhile.
pub(crate) fn conversion(
    column: &Identifier,
    (current, before): (&DataType, &Side),
    (desired, after): (&DataType, &Side),
    is_new: &dyn Fn(&QualifiedName) -> bool,
    old_name: &dyn Fn(&QualifiedName) -> String,
) -> Conversion {
    Converter { before, after, is_new, old_name }.convert(&column.to_string(), current, desired)
}

struct Converter<'a> {
    before: &'a Side<'a>,
    after: &'a Side<'a>,
    is_new: &'a dyn Fn(&QualifiedName) -> bool,
    old_name: &'a dyn Fn(&QualifiedName) -> String,
}

impl Converter<'_> {
    fn convert(&self, value: &str, current: &DataType, desired: &DataType) -> Conversion {
        let catalogs = (self.before.catalog, self.after.catalog);
        let (from, to) = (base(current, catalogs.0), base(desired, catalogs.1));
        let has_name = from.name == to.name && from.array == to.array;
        let cast = self.cast(from, to);
        let is_text_of = self.is_string(to) && (!to.array || from.array);
        if has_name && !(self.is_new)(&current.name) || is_text_of || cast == Some(CastContext::Assignment) {
            return Conversion::Assignment;
        }
        let composites = catalogs.0.composites.get(&from.name).zip(catalogs.1.composites.get(&to.name));
        if let Some(both) = composites.filter(|_| !from.array && !to.array) {
            return self.rebuilt_row(value, both, &desired.text);
        }
        if !reads_back(from, to, catalogs) && cast.is_none() {
            let rows = composites.filter(|_| from.array && to.array);
            return rows.map_or(Conversion::Unknown, |both| self.cast_rows(value, both, (from, to), &desired.text));
        }
        let is_direct = cast.is_some() || (self.is_string(from) && from.array == to.array);
        let through = if is_direct { "" } else { "::text" };
        let using = Using { expression: format!("{value}{through}::{}", desired.text), casts: Vec::new() };
        if has_name { Conversion::Rebuilt(using) } else { Conversion::Unasked(using) }
    }

    /// The cast of `pg_cast`. One that only one side has may not be there yet, or not any more.
    fn cast(&self, from: &DataType, to: &DataType) -> Option<CastContext> {
        let key = (from.name.clone(), to.name.clone());
        let casts = [self.before, self.after].map(|side| side.facts.casts.get(&key).copied());
        casts.into_iter().min().flatten().filter(|_| from.array == to.array)
    }

    /// Whether an assignment to the type takes any value's text.
    fn is_string(&self, data_type: &DataType) -> bool {
        [self.before, self.after].into_iter().all(|side| side.facts.string_types.contains(&data_type.name))
    }

    /// `ROW((value).a, …)`: attributes by their names, new ones without a value.
    fn rebuilt_row(&self, value: &str, (old, new): (&CompositeType, &CompositeType), desired: &str) -> Conversion {
        let (mut fields, mut casts, mut is_asked) = (Vec::new(), Vec::<RowCast>::new(), true);
        for CompositeAttribute { name, data_type, collation: _, comment: _ } in &new.attributes {
            let before = old.attributes.iter().find(|attribute| attribute.name == *name);
            let field = format!("({value}).{name}");
            let converted = before.map(|it| self.convert(&field, &it.data_type, data_type));
            is_asked &= !matches!(converted, Some(Conversion::Unasked(_)));
            fields.push(match converted {
                None => "NULL".to_owned(),
                Some(Conversion::Assignment) => field,
                Some(Conversion::Rebuilt(using) | Conversion::Unasked(using)) => {
                    let new = using.casts.into_iter().filter(|cast| !casts.contains(cast)).collect::<Vec<_>>();
                    casts.extend(new);
                    using.expression
                }
                Some(Conversion::Unknown) => return Conversion::Unknown,
            });
        }
        // A row of nulls IS NULL too: only this tells it from no row.
        let row = format!("ROW({})::{desired}", fields.join(", "));
        let expression = format!("CASE WHEN {value} IS NOT DISTINCT FROM NULL THEN NULL ELSE {row} END");
        let using = Using { expression, casts };
        if is_asked { Conversion::Rebuilt(using) } else { Conversion::Unasked(using) }
    }

    /// The elements of an array by a cast of their own.
    fn cast_rows(
        &self,
        value: &str,
        both: (&CompositeType, &CompositeType),
        (from, to): (&DataType, &DataType),
        desired: &str,
    ) -> Conversion {
        let wrap = |Using { expression, mut casts }| {
            let cast = RowCast { from: (self.old_name)(&from.name), to: to.name.clone(), expression };
            casts.extend((!casts.contains(&cast)).then_some(cast));
            Using { expression: format!("{value}::{desired}"), casts }
        };
        match self.rebuilt_row("$1", both, &to.name.to_string()) {
            Conversion::Rebuilt(using) => Conversion::Rebuilt(wrap(using)),
            Conversion::Unasked(using) => Conversion::Unasked(wrap(using)),
            other @ (Conversion::Assignment | Conversion::Unknown) => other,
        }
    }
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
