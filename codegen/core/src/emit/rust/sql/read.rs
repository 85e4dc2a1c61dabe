//! The statements that read rows by their key or by other columns, and those that lock them.

use super::super::model::Table;
use super::super::select::List;
use super::page::order_by;
use super::{Parameters, Text, Unnested, compared, equal, listed, returned_of, select};

/// The row with these values.
pub(super) fn find(table: &Table<'_>, function: &str, places: &[usize]) -> Text {
    let mut parameters = Parameters::default();
    let mut clauses = select(table);
    clauses.push(format!("WHERE {}", equal(table, places, &mut parameters).join(" AND ")));
    Text::new(function, clauses, parameters.types)
}

/// The rows with these keys, in the order of the keys.
pub(super) fn find_many(table: &Table<'_>) -> Text {
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
pub(super) fn exists(table: &Table<'_>, function: &str, places: &[usize]) -> Text {
    let mut parameters = Parameters::default();
    let conditions = equal(table, places, &mut parameters).join(" AND ");
    let clauses = vec![format!("SELECT EXISTS (SELECT FROM {}", table.name), format!("WHERE {conditions})")];
    Text::new(function, clauses, parameters.types)
}

/// How many rows a list has.
pub(super) fn count(table: &Table<'_>, list: &List, function: &str) -> Text {
    let mut parameters = Parameters::default();
    let conditions = listed(table, list, &mut parameters).join(" AND ");
    let clauses = vec![format!("SELECT count(*) FROM {}", table.name), format!("WHERE {conditions}")];
    Text::new(function, clauses, parameters.types)
}

/// The row with this key, which nobody else can change from then on.
pub(super) fn lock(table: &Table<'_>) -> Text {
    let Text { name: _, constant: _, mut clauses, parameters } = find(table, "lock", &table.key);
    clauses.push("FOR UPDATE".to_owned());
    Text::new("lock", clauses, parameters)
}

/// The first rows of a list that nobody else has locked.
pub(super) fn lock_next(table: &Table<'_>, list: &List) -> Text {
    let mut parameters = Parameters::default();
    let mut clauses = select(table);
    let conditions = listed(table, list, &mut parameters);
    if !conditions.is_empty() {
        clauses.push(format!("WHERE {}", conditions.join(" AND ")));
    }
    clauses.push(order_by(table, &list.order));
    clauses.push(format!("LIMIT {}", parameters.push("INT8")));
    clauses.push("FOR UPDATE SKIP LOCKED".to_owned());
    Text::new(&list.lock_next, clauses, parameters.types)
}
