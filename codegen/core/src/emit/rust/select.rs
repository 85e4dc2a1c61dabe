//! Which lookups and lists the indexes of a table serve. No accessor that no index serves.
//!
//! A list takes values for the leading columns of its index and pages over the rest. Which are which follows from the
//! columns: one looks up by ids, enums, texts and the like, and orders by dates, times and numbers. So an index on
//! `(producer_id, created_at)` lists the rows of one producer by time, one on `(created_at)` lists all rows by time,
//! and one on `(status)` lists the rows of a status by primary key.

use std::collections::BTreeSet;

use super::model::Column;
use super::names::Scope;
use crate::catalog::{ConstraintKind, Index, IndexKey, Table};
use crate::name::Identifier;

/// A lookup of one row by unique columns.
#[derive(Debug)]
pub(super) struct Find {
    /// The function's name.
    pub(super) function: String,
    /// The places of the columns.
    pub(super) columns: Vec<usize>,
}

/// A list of rows by pages.
#[derive(Debug)]
pub(super) struct List {
    /// The function's name.
    pub(super) function: String,
    /// The index or constraint that serves it.
    pub(super) index: String,
    /// The places of the columns that the caller gives values for.
    pub(super) equal: Vec<usize>,
    /// The columns that the rows are ordered by, which make the cursor.
    pub(super) order: Vec<Order>,
}

/// One column of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// The place of the column.
    pub(super) column: usize,
    /// `DESC`.
    pub(super) descending: bool,
    /// `NULLS FIRST`; the column has none, but an index only serves the order that it was made with.
    pub(super) nulls_first: bool,
}

/// An index or the index behind a constraint.
struct Candidate<'a> {
    name: &'a Identifier,
    keys: Vec<IndexKey>,
    unique: bool,
    is_primary: bool,
}

/// The lookups, the lists, and why an index serves none.
pub(super) fn accessors(table: &Table, columns: &[Column<'_>], key: &[usize]) -> (Vec<Find>, Vec<List>, Vec<String>) {
    let (mut finds, mut lists, mut omitted) = (Vec::new(), Vec::new(), Vec::new());
    let mut functions = Scope::with(&["find", "insert", "insert_many", "update", "delete"]);
    let mut found: BTreeSet<BTreeSet<usize>> = BTreeSet::from([key.iter().copied().collect()]);
    let mut listed: Vec<(Vec<usize>, Vec<Order>)> = Vec::new();
    for candidate in candidates(table) {
        let Some(places) = places(columns, &candidate.keys) else { continue };
        let joined: Vec<&str> = places.iter().map(|place| columns[*place].field.as_str()).collect();
        let joined = joined.join("_and_");
        if candidate.unique && !candidate.is_primary && found.insert(places.iter().copied().collect()) {
            finds.push(Find { function: functions.give(format!("find_by_{joined}")), columns: places.clone() });
        }
        let by_lookup = candidate.unique && !candidate.is_primary && places.len() == 1;
        if key.is_empty() || by_lookup {
            continue;
        }
        let (equal, order) = split(&candidate, &places, columns, key);
        if let Some(nullable) = order.iter().find(|order| !columns[order.column].column.not_null) {
            let column = &columns[nullable.column].column.name;
            omitted.push(format!("{} gives no list: {} may be NULL", candidate.name.as_str(), column.as_str()));
            continue;
        }
        let is_repeated = listed.contains(&(equal.clone(), order.clone()));
        if order.is_empty() || is_repeated {
            continue;
        }
        listed.push((equal.clone(), order.clone()));
        let is_whole_table = candidate.is_primary && equal.is_empty();
        let function = if is_whole_table { "list".to_owned() } else { format!("list_by_{joined}") };
        let index = candidate.name.as_str().to_owned();
        lists.push(List { function: functions.give(function), index, equal, order });
    }
    (finds, lists, omitted)
}

/// The primary key, then unique constraints, then indexes: B-trees on columns that hold every row. No index serves the
/// order of a temporal key.
fn candidates(table: &Table) -> Vec<Candidate<'_>> {
    let key = |column: &Identifier| IndexKey { column: Some(column.clone()), descending: false, nulls_first: false };
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for kind in [ConstraintKind::PrimaryKey, ConstraintKind::Unique] {
        for (name, constraint) in table.constraints.iter().filter(|(_, key)| key.kind == kind && !key.temporal) {
            let keys = constraint.columns.iter().map(key).collect();
            candidates.push(Candidate { name, keys, unique: true, is_primary: kind == ConstraintKind::PrimaryKey });
        }
    }
    let serves = |index: &&Index| index.method == "btree" && index.valid && !index.partial;
    for (name, index) in table.indexes.iter().filter(|(_, index)| serves(index)) {
        candidates.push(Candidate { name, keys: index.keys.clone(), unique: index.unique, is_primary: false });
    }
    candidates
}

/// The places of the columns; none where a key is an expression.
fn places(columns: &[Column<'_>], keys: &[IndexKey]) -> Option<Vec<usize>> {
    keys.iter()
        .map(|key| {
            let name = key.column.as_ref()?;
            columns.iter().position(|column| column.column.name == *name)
        })
        .collect()
}

/// Parts the columns of an index into those to give values for and those to order by; the primary key breaks ties.
fn split(
    candidate: &Candidate<'_>,
    places: &[usize],
    columns: &[Column<'_>],
    key: &[usize],
) -> (Vec<usize>, Vec<Order>) {
    let leading = places.iter().take_while(|place| !columns[**place].is_quantity).count();
    let leading = if candidate.unique { leading.min(places.len() - 1) } else { leading };
    let equal = places[..leading].to_vec();
    let mut order: Vec<Order> = places[leading..]
        .iter()
        .zip(&candidate.keys[leading..])
        .map(|(place, key)| Order { column: *place, descending: key.descending, nulls_first: key.nulls_first })
        .collect();
    let descending = order.last().is_some_and(|last| last.descending);
    for place in key {
        let is_there = equal.contains(place) || order.iter().any(|order| order.column == *place);
        if !is_there {
            order.push(Order { column: *place, descending, nulls_first: descending });
        }
    }
    (equal, order)
}
