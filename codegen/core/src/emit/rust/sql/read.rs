//! The statements that read rows by their key or by other columns, and those that lock them.

use super::super::model::{Column, Table};
use super::super::select::{List, Order, Rows};
use super::page::order_by;
use super::{Parameters, Text, Unnested, compared, conditions, key_of_bytes, returned_of, select};

/// The row with these values.
pub(super) fn find(table: &Table<'_>, function: &str, rows: &Rows) -> Text {
    let mut parameters = Parameters::default();
    let mut clauses = select(table);
    clauses.push(format!("WHERE {}", conditions(table, rows, &mut parameters).join(" AND ")));
    Text::new(function, clauses, parameters.types)
}

/// The rows with these keys, in the order of the keys unless their bytes tell the client which is whose.
pub(super) fn find_many(table: &Table<'_>) -> Text {
    if let Some((_, key)) = key_of_bytes(table, &table.key) {
        return by_bytes(table, "find_many", key, &[]);
    }
    let mut unnested = Unnested::default();
    let matched = matched(table, &table.key, &mut unnested);
    let [unnest, numbered] = unnested.table();
    let clauses = vec![
        format!("SELECT {}", returned_of(table, "t.")),
        format!("FROM {unnest}"),
        numbered,
        format!("JOIN {} AS t ON {matched}", table.name),
        "ORDER BY u.n".to_owned(),
    ];
    Text::new("find_many", clauses, unnested.parameters.types)
}

/// The rows that have one of many values in this column, for the client to sort out: joining and ordering by the place
/// of each key takes the server more than twice as long.
pub(super) fn by_bytes(table: &Table<'_>, function: &str, key: &Column<'_>, order: &[Order]) -> Text {
    let mut parameters = Parameters::default();
    let mut clauses = select(table);
    let keys = parameters.push(format!("{}_ARRAY", key.mapped.constant));
    clauses.push(format!("WHERE {} = ANY ({keys})", key.column.name));
    if !order.is_empty() {
        clauses.push(order_by(table, order));
    }
    Text::new(function, clauses, parameters.types)
}

/// Which rows of `t` have which values of `u`.
pub(super) fn matched(table: &Table<'_>, places: &[usize], unnested: &mut Unnested) -> String {
    let matched: Vec<String> = places
        .iter()
        .map(|place| {
            let column = &table.columns[*place];
            format!("{} = {}", compared(column, "t."), unnested.value(column))
        })
        .collect();
    matched.join(" AND ")
}

/// Whether there is a row with these values.
pub(super) fn exists(table: &Table<'_>, function: &str, rows: &Rows) -> Text {
    let mut parameters = Parameters::default();
    let conditions = conditions(table, rows, &mut parameters).join(" AND ");
    let clauses = vec![format!("SELECT EXISTS (SELECT FROM {}", table.name), format!("WHERE {conditions})")];
    Text::new(function, clauses, parameters.types)
}

/// How many rows a list has.
pub(super) fn count(table: &Table<'_>, list: &List, function: &str) -> Text {
    let mut parameters = Parameters::default();
    let conditions = conditions(table, &list.rows, &mut parameters).join(" AND ");
    let clauses = vec![format!("SELECT count(*) FROM {}", table.name), format!("WHERE {conditions}")];
    Text::new(function, clauses, parameters.types)
}

/// The row with this key, which nobody else can change from then on.
pub(super) fn lock(table: &Table<'_>, row: &Rows) -> Text {
    let Text { name: _, constant: _, mut clauses, parameters } = find(table, "lock", row);
    clauses.push("FOR UPDATE".to_owned());
    Text::new("lock", clauses, parameters)
}

/// The first rows of a list that nobody else has locked.
pub(super) fn lock_next(table: &Table<'_>, list: &List) -> Text {
    let mut parameters = Parameters::default();
    let mut clauses = select(table);
    let conditions = conditions(table, &list.rows, &mut parameters);
    if !conditions.is_empty() {
        clauses.push(format!("WHERE {}", conditions.join(" AND ")));
    }
    clauses.push(order_by(table, &list.order));
    clauses.push(format!("LIMIT {}", parameters.push("INT8")));
    clauses.push("FOR UPDATE SKIP LOCKED".to_owned());
    Text::new(&list.lock_next, clauses, parameters.types)
}
