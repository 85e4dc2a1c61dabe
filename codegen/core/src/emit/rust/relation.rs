//! Which rows lead to which by foreign keys: from a row to the one that it refers to, and back to all that refer to it.
//!
//! A row's own reference is named by its column without the `_id` (`item.order()` for `order_id`), a reference of several
//! columns by the table that it leads to. The way back is named by the table that refers, in the plural and without the
//! name of the table that it refers to (`order.items()` for `order_item`), and for many rows at once by the latter
//! (`OrderItem::for_orders`). Where a table refers to another one more than once, or to itself, the columns follow:
//! `producer.producers_by_parent_id()`.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Column, Names, Schema, Table};
use super::names::{Scope, snake};
use super::select::{self, Order, joined};
use super::sql;
use crate::catalog::{Constraint, ConstraintKind};
use crate::name::QualifiedName;

/// The way from a row to the one that it refers to.
#[derive(Clone, Debug)]
pub(super) struct Parent {
    /// The function's name.
    pub(super) function: String,
    /// The row struct that it returns.
    pub(super) row: String,
    /// Its lookup.
    pub(super) find: String,
    /// The name of that lookup's statement.
    pub(super) statement: String,
    /// The places of the referring columns, in the order of the lookup's arguments.
    pub(super) columns: Vec<usize>,
    /// Whether there may be no such row.
    pub(super) is_optional: bool,
}

/// The way back: from a row to those that refer to it.
#[derive(Clone, Debug)]
pub(super) struct Children {
    /// The function's name on the row that is referred to.
    pub(super) function: String,
    /// The function's name for many of those.
    pub(super) batched: String,
    /// The row struct that is referred to.
    pub(super) row: String,
    /// Its fields, in the order of the columns.
    pub(super) fields: Vec<String>,
    /// The places of the referring columns.
    pub(super) columns: Vec<usize>,
    /// The index that serves them.
    pub(super) index: String,
    /// Its further columns, then the primary key.
    pub(super) order: Vec<Order>,
}

/// A foreign key between two tables that have accessors.
struct Reference<'m, 'a> {
    from: &'m Table<'a>,
    to: &'m Table<'a>,
    columns: Vec<usize>,
    referred: Vec<usize>,
    is_sure: bool,
    /// What tells it from others between the two tables; nothing where it is the only one.
    suffix: String,
}

/// What is found for one table.
#[derive(Default)]
struct Related {
    parents: Vec<Parent>,
    children: Vec<Children>,
}

/// Fills in the relations of all tables.
pub(super) fn relate(schemas: &mut [Schema<'_>], names: &Names) {
    let mut scopes: BTreeMap<QualifiedName, Scope> = BTreeMap::new();
    for table in schemas.iter_mut().flat_map(|schema| &mut schema.tables) {
        scopes.insert(table.name.clone(), std::mem::take(&mut table.functions));
    }
    let mut related: BTreeMap<QualifiedName, Related> = BTreeMap::new();
    let tables: BTreeMap<&QualifiedName, &Table<'_>> =
        schemas.iter().flat_map(|schema| &schema.tables).map(|table| (table.name, table)).collect();
    for table in tables.values() {
        let found = related.entry(table.name.clone()).or_default();
        for reference in references(table, &tables, names) {
            found.parents.extend(parent(&reference, names, &mut scopes));
            found.children.extend(children(&reference, names, &mut scopes));
        }
    }
    for table in schemas.iter_mut().flat_map(|schema| &mut schema.tables) {
        let Related { parents, children } = related.remove(table.name).unwrap_or_default();
        (table.parents, table.children) = (parents, children);
    }
}

fn references<'m, 'a>(
    table: &'m Table<'a>,
    tables: &BTreeMap<&QualifiedName, &'m Table<'a>>,
    names: &Names,
) -> Vec<Reference<'m, 'a>> {
    let mut references = Vec::new();
    let mut done: BTreeSet<(&QualifiedName, Vec<usize>)> = BTreeSet::new();
    for constraint in table.table.constraints.values() {
        let Some(reference) = reference(table, constraint, tables, names) else { continue };
        if done.insert((reference.to.name, reference.columns.clone())) {
            references.push(reference);
        }
    }
    let counts = |references: &[Reference<'_, '_>], to: &QualifiedName| {
        references.iter().filter(|reference| reference.to.name == to).count()
    };
    let are_many: Vec<bool> = references.iter().map(|each| counts(&references, each.to.name) > 1).collect();
    for (reference, are_many) in references.iter_mut().zip(are_many) {
        if are_many || reference.to.name == table.name {
            reference.suffix = format!("_by_{}", joined(&table.columns, &reference.columns));
        }
    }
    references
}

fn reference<'m, 'a>(
    table: &'m Table<'a>,
    constraint: &Constraint,
    tables: &BTreeMap<&QualifiedName, &'m Table<'a>>,
    names: &Names,
) -> Option<Reference<'m, 'a>> {
    if constraint.kind != ConstraintKind::ForeignKey || constraint.temporal {
        return None;
    }
    let target = constraint.references.as_ref()?;
    let to = *tables.get(&target.table)?;
    let columns = select::places(&table.columns, constraint.columns.iter())?;
    let referred = select::places(&to.columns, target.columns.iter())?;
    let is_same = |(from, to_place): (&usize, &usize)| {
        is_of_one_type((table, &table.columns[*from]), (to, &to.columns[*to_place]), names)
    };
    let is_sure = constraint.validated && constraint.enforced;
    (columns.len() == referred.len() && columns.iter().zip(&referred).all(is_same)).then(|| Reference {
        from: table,
        to,
        columns,
        referred,
        is_sure,
        suffix: String::new(),
    })
}

/// Whether a value of one column can be given for the other, in Rust and in SQL.
fn is_of_one_type(from: (&Table<'_>, &Column<'_>), to: (&Table<'_>, &Column<'_>), names: &Names) -> bool {
    let same_sql = (from.1.mapped.constant, from.1.mapped.array, &from.1.mapped.cast)
        == (to.1.mapped.constant, to.1.mapped.array, &to.1.mapped.cast);
    same_sql && names.absolute(&from.0.name.schema, &from.1.rust) == names.absolute(&to.0.name.schema, &to.1.rust)
}

fn parent(reference: &Reference<'_, '_>, names: &Names, scopes: &mut BTreeMap<QualifiedName, Scope>) -> Option<Parent> {
    let Reference { from, to, columns, referred, is_sure, suffix } = reference;
    let is_key = referred.iter().collect::<BTreeSet<_>>() == to.key.iter().collect();
    let (find, order) = if is_key {
        ("find", &to.key)
    } else {
        let same = |find: &&select::Find| {
            let select::Rows { equal, condition } = &find.rows;
            condition.is_none() && equal.iter().collect::<BTreeSet<_>>() == referred.iter().collect()
        };
        let find = to.finds.iter().find(same)?;
        (find.function.as_str(), &find.rows.equal)
    };
    let columns_in_order = order
        .iter()
        .map(|place| referred.iter().position(|referred| referred == place).map(|found| columns[found]))
        .collect::<Option<Vec<usize>>>()?;
    let own = match columns.as_slice() {
        [only] => singular(&from.columns[*only].field, &to.columns[referred[0]].field),
        _ => format!("{}{suffix}", snake(to.name.name.as_str())),
    };
    let is_nullable = columns.iter().any(|place| !from.columns[*place].column.not_null);
    Some(Parent {
        function: scopes.get_mut(from.name)?.give(own),
        row: names.row(&from.name.schema, to.name),
        find: find.to_owned(),
        statement: format!("{}.{find}", to.name.key()),
        columns: columns_in_order,
        is_optional: is_nullable || !is_sure,
    })
}

/// `order` for `order_id`, `country` for `country_code` that refers to `code` or `iso_code`.
pub(super) fn stem<'f>(field: &'f str, referred: &str) -> Option<&'f str> {
    let last = referred.rsplit_once('_').map_or(referred, |(_, last)| last);
    let ends = [format!("_{referred}"), format!("_{last}"), "_id".to_owned()];
    ends.iter().find_map(|end| field.strip_suffix(end.as_str())).filter(|stem| !stem.is_empty())
}

fn singular(field: &str, referred: &str) -> String {
    stem(field, referred).map_or_else(|| format!("{field}_row"), str::to_owned)
}

fn children(
    reference: &Reference<'_, '_>,
    names: &Names,
    scopes: &mut BTreeMap<QualifiedName, Scope>,
) -> Option<Children> {
    let Reference { from, to, columns, referred, is_sure: _, suffix } = reference;
    let has_null = referred.iter().any(|place| !to.columns[*place].column.not_null);
    if has_null || !sql::is_sent_in_arrays(from, columns) {
        return None;
    }
    let (index, order) = select::serving(from.table, &from.columns, &from.key, columns)?;
    let (one, other) = (snake(from.name.name.as_str()), snake(to.name.name.as_str()));
    let short = one.strip_prefix(&format!("{other}_")).filter(|short| !short.is_empty()).unwrap_or(&one);
    Some(Children {
        function: scopes.get_mut(to.name)?.give(format!("{}{suffix}", plural(short))),
        batched: scopes.get_mut(from.name)?.give(format!("for_{}{suffix}", plural(&other))),
        row: names.row(&from.name.schema, to.name),
        fields: referred.iter().map(|place| to.columns[*place].field.clone()).collect(),
        columns: columns.clone(),
        index,
        order,
    })
}

/// Words whose plural no rule makes.
const IRREGULAR: &[(&str, &str)] = &[
    ("child", "children"),
    ("datum", "data"),
    ("man", "men"),
    ("medium", "media"),
    ("person", "people"),
    ("staff", "staff"),
    ("woman", "women"),
];

/// `order_items` for `order_item`; what ends like a plural stays.
pub(super) fn plural(name: &str) -> String {
    let (front, word) = name.rsplit_once('_').map_or(("", name), |(front, word)| (&name[..=front.len()], word));
    if let Some((_, irregular)) = IRREGULAR.iter().find(|(one, many)| *one == word || *many == word) {
        return format!("{front}{irregular}");
    }
    let ends = |ends: &[&str]| ends.iter().any(|end| word.ends_with(end));
    let before_y = word.strip_suffix('y').and_then(|stem| stem.chars().last());
    match before_y {
        Some(letter) if !"aeiou".contains(letter) => format!("{}ies", &name[..name.len() - 1]),
        _ if ends(&["ss", "us", "x", "z", "ch", "sh"]) => format!("{name}es"),
        _ if ends(&["sis", "xis"]) => format!("{}es", &name[..name.len() - 2]),
        _ if ends(&["s"]) => name.to_owned(),
        _ => format!("{name}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_read_like_english() {
        let words = [
            "order",
            "order_item",
            "address",
            "order_items",
            "category",
            "key",
            "status",
            "box",
            "branch",
            "person",
            "analysis",
            "n1",
            "größe",
            "y",
        ];
        let shown: Vec<String> = words.iter().map(|word| plural(word)).collect();
        insta::assert_snapshot!(
            shown.join(" "),
            @"orders order_items addresses order_items categories keys statuses boxes branches people analyses n1s größes ys"
        );
    }

    #[test]
    fn references_are_named_by_their_column() {
        let columns = [
            ("order_id", "id"),
            ("country_code", "code"),
            ("tick_at", "at"),
            ("parent", "id"),
            ("_id", "id"),
            ("a_code", "iso_code"),
        ];
        let shown: Vec<String> = columns.iter().map(|(field, referred)| singular(field, referred)).collect();
        assert_eq!(shown, ["order", "country", "tick", "parent_row", "_id_row", "a"]);
    }
}
