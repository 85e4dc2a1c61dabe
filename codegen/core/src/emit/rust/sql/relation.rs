//! The statements that get the rows that refer to one row, or to many.

use super::super::model::Table;
use super::super::relation::Children;
use super::page::{order_by, ordered};
use super::read::{by_bytes, matched};
use super::{Parameters, Text, Unnested, equal, key_of_bytes, returned_of, select};

/// The rows that refer to one.
pub(super) fn one(table: &Table<'_>, children: &Children) -> Text {
    let mut parameters = Parameters::default();
    let mut clauses = select(table);
    clauses.push(format!("WHERE {}", equal(table, &children.columns, &mut parameters).join(" AND ")));
    if !children.order.is_empty() {
        clauses.push(order_by(table, &children.order));
    }
    Text::new(format!("{}.one", children.batched), clauses, parameters.types)
}

/// The rows that refer to many.
///
/// Where bytes tell which one a row refers to, the client sorts that out. Else each row has the number of the one that it
/// refers to.
pub(super) fn batched(table: &Table<'_>, children: &Children) -> Text {
    match key_of_bytes(table, &children.columns) {
        Some((_, key)) => by_bytes(table, &children.batched, key, &children.order),
        None => numbered(table, children),
    }
}

fn numbered(table: &Table<'_>, children: &Children) -> Text {
    let mut unnested = Unnested::default();
    let matched = matched(table, &children.columns, &mut unnested);
    let [unnest, numbered] = unnested.table();
    let order = ordered(table, &children.order, "t.");
    let comma = if order.is_empty() { "" } else { ", " };
    let clauses = vec![
        format!("SELECT {}, u.n", returned_of(table, "t.")),
        format!("FROM {unnest}"),
        numbered,
        format!("JOIN {} AS t ON {matched}", table.name),
        format!("ORDER BY u.n{comma}{order}"),
    ];
    Text::new(&children.batched, clauses, unnested.parameters.types)
}
