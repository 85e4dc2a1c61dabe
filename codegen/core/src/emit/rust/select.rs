//! Which lookups and lists the indexes of a table serve. No accessor that no index serves.
//!
//! A list takes values for the leading columns of its index and pages over the rest. Which are which follows from the
//! columns: one looks up by ids, enums, texts and the like, and orders by dates, times and numbers. So an index on
//! `(producer_id, created_at)` lists the rows of one producer by time, one on `(created_at)` lists all rows by time,
//! and one on `(status)` lists the rows of a status by primary key. A partial index that is named after the rows that it
//! holds lists those: `job_ready` on `(run_at)` of the table `job` is `list_ready_by_run_at`; a unique one looks them up:
//! `account_active_email_key` on `(email)` of the table `account` is `find_active_by_email`.

use std::collections::BTreeSet;

use super::model::Column;
use super::names::Scope;
use crate::catalog::{ConstraintKind, Index, IndexKey, Table};
use crate::name::{Identifier, QualifiedName};
use crate::sql::{Lexer, TokenKind};

/// The rows with some values in some columns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rows {
    /// The places of the columns that the caller gives values for.
    pub(super) equal: Vec<usize>,
    /// What holds for every row of a partial index.
    pub(super) condition: Option<String>,
}

/// A lookup of one row by unique columns.
#[derive(Debug)]
pub(super) struct Find {
    /// The function's name.
    pub(super) function: String,
    /// The function that tells whether there is such a row.
    pub(super) exists: String,
    /// Which row: there is one at most.
    pub(super) rows: Rows,
}

/// A list of rows by pages.
#[derive(Debug)]
pub(super) struct List {
    /// The function's name.
    pub(super) function: String,
    /// The function that streams the rows.
    pub(super) stream: String,
    /// The function that locks the next rows that nobody else has locked.
    pub(super) lock_next: String,
    /// The function that counts the rows; none where they are all rows, or where another list's counts the same.
    pub(super) count: Option<String>,
    /// The type that tells its cursors from those of other lists.
    pub(super) marker: String,
    /// The index or constraint that serves it.
    pub(super) index: String,
    /// Which rows.
    pub(super) rows: Rows,
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
    /// `NULLS FIRST`; an index only serves the order that it was made with, even where the column has none.
    pub(super) nulls_first: bool,
}

/// An index or the index behind a constraint.
struct Candidate<'a> {
    name: &'a Identifier,
    keys: Vec<IndexKey>,
    unique: bool,
    is_primary: bool,
    part: Option<Part>,
}

/// The rows that a partial index holds.
pub(super) struct Part {
    /// What the index's name says of them.
    pub(super) name: String,
    /// What its `WHERE` says of them.
    pub(super) condition: String,
}

/// The functions that every table may have, and the methods that its rows have from traits.
const FIXED: &[&str] = &[
    "find",
    "find_many",
    "exists",
    "lock",
    "insert",
    "insert_many",
    "copy_in",
    "upsert",
    "update",
    "compare_and_set",
    "delete",
    "from_row",
    "clone",
    "eq",
    "fmt",
    "serialize",
    "into",
    "to_owned",
    "self",
    "super",
    "crate",
];

/// What the indexes of a table serve.
#[derive(Debug)]
pub(super) struct Accessors {
    /// Lookups of one row.
    pub(super) finds: Vec<Find>,
    /// Lists by pages.
    pub(super) lists: Vec<List>,
    /// The names of functions that are given away.
    pub(super) functions: Scope,
}

/// The lookups and the lists.
pub(super) fn accessors(name: &QualifiedName, table: &Table, columns: &[Column<'_>], key: &[usize]) -> Accessors {
    let (mut finds, mut lists) = (Vec::new(), Vec::new());
    let mut functions = Scope::with(FIXED);
    let mut found: BTreeSet<Rows> = BTreeSet::from([Rows::with(key).sorted()]);
    let mut listed: Vec<(Rows, Vec<Order>)> = Vec::new();
    let mut counted: BTreeSet<Rows> = BTreeSet::new();
    for candidate in candidates(table).into_iter().chain(partial(name, table)) {
        let Some(places) = key_places(columns, &candidate.keys) else { continue };
        let which = candidate.part.as_ref().map(|part| format!("_{}", part.name)).unwrap_or_default();
        let condition = candidate.part.as_ref().map(|part| part.condition.clone());
        let row = Rows { equal: places.clone(), condition: condition.clone() };
        if candidate.unique && !candidate.is_primary && found.insert(row.sorted()) {
            let by = format!("{which}_by_{}", joined(columns, &places));
            finds.push(Find {
                function: functions.give(format!("find{by}")),
                exists: functions.give(format!("exists{by}")),
                rows: row,
            });
        }
        let by_lookup = candidate.unique && !candidate.is_primary && places.len() == 1;
        if key.is_empty() || by_lookup {
            continue;
        }
        let (equal, order) = split(&candidate, &places, columns, key);
        // What is read as another type than the index is made of has no place in its order.
        if order.iter().any(|order| columns[order.column].mapped.read_as.is_some()) {
            continue;
        }
        let rows = Rows { equal, condition };
        let list = (rows.clone(), order.clone());
        if order.is_empty() || listed.contains(&list) {
            continue;
        }
        listed.push(list);
        let is_whole_table = candidate.is_primary && rows.equal.is_empty();
        let by = if is_whole_table { String::new() } else { format!("{which}_by_{}", joined(columns, &places)) };
        let counted_by =
            if rows.equal.is_empty() { String::new() } else { format!("_by_{}", joined(columns, &rows.equal)) };
        let is_part = rows.condition.is_some();
        let counts = (is_part || !rows.equal.is_empty()) && counted.insert(rows.sorted());
        lists.push(List {
            function: functions.give(format!("list{by}")),
            stream: functions.give(format!("stream{by}")),
            lock_next: functions.give(format!("lock_next{by}")),
            count: counts.then(|| functions.give(format!("count{which}{counted_by}"))),
            marker: String::new(),
            index: candidate.name.as_str().to_owned(),
            rows,
            order,
        });
    }
    Accessors { finds, lists, functions }
}

impl Rows {
    /// All that have values in these columns.
    pub(super) fn with(places: &[usize]) -> Self {
        Self { equal: places.to_vec(), condition: None }
    }

    /// The same for all orders of the columns.
    pub(super) fn sorted(&self) -> Self {
        let mut sorted = self.clone();
        sorted.equal.sort_unstable();
        sorted
    }
}

/// `a_and_b`
pub(super) fn joined(columns: &[Column<'_>], places: &[usize]) -> String {
    let fields: Vec<&str> = places.iter().map(|place| columns[*place].field.as_str()).collect();
    fields.join("_and_")
}

/// The primary key, then unique constraints, then indexes: B-trees on columns that hold every row. No index serves the
/// order of a temporal key.
fn candidates(table: &Table) -> Vec<Candidate<'_>> {
    let key = |column: &Identifier| IndexKey { column: Some(column.clone()), descending: false, nulls_first: false };
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for kind in [ConstraintKind::PrimaryKey, ConstraintKind::Unique] {
        for (name, constraint) in table.constraints.iter().filter(|(_, key)| key.kind == kind && !key.temporal) {
            let keys = constraint.columns.iter().map(key).collect();
            candidates.push(Candidate {
                name,
                keys,
                unique: true,
                is_primary: kind == ConstraintKind::PrimaryKey,
                part: None,
            });
        }
    }
    let serves = |index: &&Index| index.method == "btree" && index.valid && !index.partial;
    for (name, index) in table.indexes.iter().filter(|(_, index)| serves(index)) {
        candidates.push(Candidate {
            name,
            keys: index.keys.clone(),
            unique: index.unique,
            is_primary: false,
            part: None,
        });
    }
    candidates
}

/// The indexes that hold some rows, as far as their names say which.
fn partial<'a>(table_name: &QualifiedName, table: &'a Table) -> Vec<Candidate<'a>> {
    let indexes = table.indexes.iter().filter(|(_, index)| index.method == "btree" && index.valid);
    let candidate = |(name, index): (&'a Identifier, &'a Index)| {
        let part = Some(part(table_name, name, index)?);
        Some(Candidate { name, keys: index.keys.clone(), unique: index.unique, is_primary: false, part })
    };
    indexes.filter_map(candidate).collect()
}

/// The rows that an index holds; none where it holds all of them, or its name does not say which.
pub(super) fn part(table: &QualifiedName, name: &Identifier, index: &Index) -> Option<Part> {
    let named = index.partial.then(|| part_name(table, name, &index.keys)).flatten()?;
    Some(Part { name: named, condition: condition(&index.definition)? })
}

/// What the name of a partial index says of its rows: `ready` for `job_ready` and `job_ready_run_at_idx` on the column
/// `run_at` of a table `job`; none where it was not named after them, or is no word of Rust.
fn part_name(table: &QualifiedName, index: &Identifier, keys: &[IndexKey]) -> Option<String> {
    let name = index.as_str();
    let name = name.strip_prefix(table.name.as_str()).filter(|rest| rest.starts_with('_')).unwrap_or(name);
    let name = name.trim_end_matches(|last: char| last.is_ascii_digit());
    let name = ["_idx", "_index", "_key"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    let columns: Vec<&str> = keys.iter().filter_map(|key| Some(key.column.as_ref()?.as_str())).collect();
    let name = name.strip_suffix(columns.join("_").as_str()).unwrap_or(name).trim_matches('_');
    let is_word = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_');
    is_word.then(|| name.to_owned())
}

/// What stands behind the `WHERE` of a `CREATE INDEX`, as the server prints it.
fn condition(definition: &str) -> Option<String> {
    let mut depth = 0_i32;
    let tokens = Lexer::new(definition, 0).map_while(Result::ok);
    let mut start = None;
    for token in tokens {
        match token.kind {
            TokenKind::Symbol('(') => depth += 1,
            TokenKind::Symbol(')') => depth -= 1,
            _ if depth == 0 && token.is_word(definition, "where") => start = Some(token.range.end),
            _ => {}
        }
    }
    Some(definition.get(start?..)?.trim().to_owned())
}

/// The places of columns; none where one of them is not there.
pub(super) fn places<'n>(
    columns: &[Column<'_>],
    names: impl IntoIterator<Item = &'n Identifier>,
) -> Option<Vec<usize>> {
    names.into_iter().map(|name| columns.iter().position(|column| column.column.name == *name)).collect()
}

/// The same for the keys of an index; none where one is an expression.
fn key_places(columns: &[Column<'_>], keys: &[IndexKey]) -> Option<Vec<usize>> {
    let names = keys.iter().map(|key| key.column.as_ref()).collect::<Option<Vec<_>>>()?;
    places(columns, names)
}

/// The index that serves the rows with some values in these columns, and the order in which it does.
pub(super) fn serving(
    table: &Table,
    columns: &[Column<'_>],
    key: &[usize],
    wanted: &[usize],
) -> Option<(String, Vec<Order>)> {
    let wanted: BTreeSet<usize> = wanted.iter().copied().collect();
    candidates(table).into_iter().find_map(|candidate| {
        let places = key_places(columns, &candidate.keys)?;
        let leading = places.get(..wanted.len())?;
        let is_served = leading.iter().copied().collect::<BTreeSet<usize>>() == wanted;
        is_served.then(|| (candidate.name.as_str().to_owned(), order(&candidate, &places, wanted.len(), key)))
    })
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
    (places[..leading].to_vec(), order(candidate, places, leading, key))
}

/// The columns of an index behind the leading ones, then the primary key.
fn order(candidate: &Candidate<'_>, places: &[usize], leading: usize, key: &[usize]) -> Vec<Order> {
    let mut order: Vec<Order> = places[leading..]
        .iter()
        .zip(&candidate.keys[leading..])
        .map(|(place, key)| Order { column: *place, descending: key.descending, nulls_first: key.nulls_first })
        .collect();
    let descending = order.last().is_some_and(|last| last.descending);
    for place in key {
        let is_there = places[..leading].contains(place) || order.iter().any(|order| order.column == *place);
        if !is_there {
            order.push(Order { column: *place, descending, nulls_first: descending });
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_index_is_named_after_its_rows() {
        let table = QualifiedName::new("work", "job");
        let key = |column: &str| IndexKey { column: Some(column.into()), descending: false, nulls_first: false };
        for (index, columns, expected) in [
            ("job_ready", &["run_at"][..], Some("ready")),
            ("job_ready_run_at_idx", &["run_at"], Some("ready")),
            ("ready_jobs", &["queue", "run_at"], Some("ready_jobs")),
            ("job_queue_run_at_idx1", &["queue", "run_at"], None),
            ("job_run_at_idx", &["run_at"], None),
            ("job_\u{fc}ber", &["run_at"], None),
        ] {
            let keys: Vec<IndexKey> = columns.iter().map(|column| key(column)).collect();
            assert_eq!(part_name(&table, &index.into(), &keys).as_deref(), expected, "{index}");
        }
    }

    #[test]
    fn the_condition_stands_behind_all_else() {
        let definition = "CREATE INDEX a ON t USING btree (\"where\", (CASE WHEN (b = 'where'::text) THEN 1 END)) INCLUDE (c) \
                          WITH (fillfactor='70') WHERE (state = 'ready'::work.state)";
        assert_eq!(condition(definition).as_deref(), Some("(state = 'ready'::work.state)"));
        assert_eq!(condition("CREATE INDEX a ON t USING btree (b)"), None);
    }
}
