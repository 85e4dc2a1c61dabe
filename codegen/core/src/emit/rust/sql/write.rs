//! The statements that write rows.

use super::super::model::{Column, Given, Table, Upsert};
use super::super::select::Rows;
use super::super::types::Element;
use super::{Parameters, Text, Unnested, compared, equal, inserted, names, patched, returned};

/// The default of a column, of the column's type, so that `COALESCE` does not turn the given value into another.
fn default(column: &Column<'_>, default: &str) -> String {
    let exact = ["UUID", "TEXT", "VARCHAR", "BPCHAR", "BOOL", "JSON", "JSONB", "BYTEA", "UNKNOWN", "ANY"];
    let is_number = default.bytes().all(|byte| byte.is_ascii_digit());
    let is_sequence = default.starts_with("nextval(") && column.mapped.constant == "INT8";
    let is_now = matches!(default, "now()" | "CURRENT_TIMESTAMP") && column.mapped.constant == "TIMESTAMPTZ";
    // What is given is of the column's type by a cast; a number may be given as the default of many types.
    let is_cast = column.mapped.cast.is_some() && column.mapped.constant == "TEXT";
    if is_cast && !column.mapped.array {
        return format!("({default})::{}", column.column.data_type.name);
    }
    if column.mapped.array || exact.contains(&column.mapped.constant) || is_number || is_sequence || is_now {
        default.to_owned()
    } else {
        format!("({default})::{}", column.column.data_type.name)
    }
}

/// The value of a column in a new row.
struct NewValue {
    value: String,
    /// Whether the caller gives it; none where it always counts as given.
    is_given: Option<String>,
}

fn new_value(column: &Column<'_>, parameters: &mut Parameters) -> NewValue {
    match &column.given {
        Given::Required | Given::Nullable | Given::Server => {
            NewValue { value: parameters.value(column), is_given: None }
        }
        Given::Default(expression) => {
            let value = parameters.value(column);
            let typed = match &column.mapped.cast {
                Some(cast) if !column.mapped.array => format!("{value}::{cast}"),
                Some(_) | None => value.clone(),
            };
            // A row with a NULL in it is given, but neither NULL nor `NOT NULL`.
            let operator = if column.mapped.composite { "IS DISTINCT FROM NULL" } else { "IS NOT NULL" };
            let is_given = Some(format!("{typed} {operator}"));
            NewValue { value: format!("COALESCE({value}, {})", default(column, expression)), is_given }
        }
        Given::NullableDefault(expression) => {
            let (flag, value) = (parameters.flag(), parameters.value(column));
            let value = format!("CASE WHEN {flag} THEN {value} ELSE {} END", default(column, expression));
            NewValue { value, is_given: Some(flag) }
        }
    }
}

/// Inserts a row.
pub(super) fn insert(table: &Table<'_>) -> Text {
    let mut parameters = Parameters::default();
    let columns = inserted(table);
    let values: Vec<String> = columns.iter().map(|column| new_value(column, &mut parameters).value).collect();
    let clauses = if columns.is_empty() {
        vec![format!("INSERT INTO {} DEFAULT VALUES", table.name)]
    } else {
        let names = names(columns.iter().map(|column| column.column.name.clone()));
        vec![format!("INSERT INTO {} ({names})", table.name), format!("VALUES ({})", values.join(", "))]
    };
    Text::new("insert", [clauses, vec![format!("RETURNING {}", returned(table))]].concat(), parameters.types)
}

/// Inserts a row, or changes the one that is there already. What the caller leaves to the server stays as it is there; so
/// does the primary key.
pub(super) fn upsert(table: &Table<'_>, upsert: &Upsert) -> Text {
    let Upsert { function, arbiter, rows: Rows { equal: conflicting, condition: _ } } = upsert;
    let mut parameters = Parameters::default();
    let (mut values, mut sets) = (Vec::new(), Vec::new());
    for (place, column) in table.columns.iter().enumerate().filter(|(_, column)| column.given != Given::Server) {
        let name = &column.column.name;
        let NewValue { value, is_given } = new_value(column, &mut parameters);
        values.push(value);
        if conflicting.contains(&place) || table.key.contains(&place) {
            continue;
        }
        sets.push(match is_given {
            None => format!("{name} = EXCLUDED.{name}"),
            Some(is_given) => format!("{name} = CASE WHEN {is_given} THEN EXCLUDED.{name} ELSE t.{name} END"),
        });
    }
    if sets.is_empty() {
        // Only a row that is written is returned.
        let name = &table.columns[conflicting[0]].column.name;
        sets.push(format!("{name} = t.{name}"));
    }
    let names = names(inserted(table).iter().map(|column| column.column.name.clone()));
    let clauses = vec![
        format!("INSERT INTO {} AS t ({names})", table.name),
        format!("VALUES ({})", values.join(", ")),
        format!("ON CONFLICT {arbiter} DO UPDATE"),
        format!("SET {}", sets.join(", ")),
        format!("RETURNING {}", returned(table)),
    ];
    Text::new(function, clauses, parameters.types)
}

/// Inserts many rows and returns them in their order.
pub(super) fn insert_many(table: &Table<'_>) -> Text {
    let columns = inserted(table);
    let mut unnested = Unnested::default();
    let values: Vec<String> = columns
        .iter()
        .map(|column| match &column.given {
            Given::Required | Given::Nullable | Given::Server => unnested.value(column),
            Given::Default(expression) => {
                format!("COALESCE({}, {})", unnested.value(column), default(column, expression))
            }
            Given::NullableDefault(expression) => {
                let (flag, value) = (unnested.scalar("BOOL_ARRAY", "bool"), unnested.value(column));
                format!("CASE WHEN {flag} THEN {value} ELSE {} END", default(column, expression))
            }
        })
        .collect();
    let names = names(columns.iter().map(|column| column.column.name.clone()));
    let [unnest, numbered] = unnested.table();
    let clauses = vec![
        format!("INSERT INTO {} ({names})", table.name),
        format!("SELECT {}", values.join(", ")),
        format!("FROM {unnest}"),
        numbered,
        "ORDER BY u.n".to_owned(),
        format!("RETURNING {}", returned(table)),
    ];
    Text::new("insert_many", clauses, unnested.parameters.types)
}

/// The type of a column. A domain over an array is no array of that domain, though it is mapped as one of its elements.
fn declared(column: &Column<'_>) -> String {
    let data_type = &column.column.data_type;
    format!("{}{}", data_type.name, if data_type.array { "[]" } else { "" })
}

/// Loads rows: their values are in the binary form of the columns' types. It names the columns that `insert` names, which
/// the server looks up.
pub(super) fn copy_in(table: &Table<'_>) -> Text {
    let columns = inserted(table);
    let names = names(columns.iter().map(|column| column.column.name.clone()));
    let clauses = vec![format!("COPY {} ({names})", table.name), "FROM STDIN (FORMAT binary)".to_owned()];
    Text::new("copy_in", clauses, columns.iter().map(|column| column.mapped.binary_constant()).collect())
}

/// Evaluates the default of each column that has one, as often as its parameter says; none where no column has one.
///
/// As rows of one column, in one array: that has the binary form of any value, and needs no type that a client asks for.
pub(super) fn copied_defaults(table: &Table<'_>) -> Option<Text> {
    let mut parameters = Parameters::default();
    let mut values = Vec::new();
    for column in inserted(table) {
        let (Given::Default(expression) | Given::NullableDefault(expression)) = &column.given else { continue };
        let count = parameters.push("INT8");
        let row = format!("ROW(({expression})::{})", declared(column));
        values.push(format!("ARRAY(SELECT {row} FROM generate_series(1, {count}::int8)) AS {}", column.column.name));
    }
    let clauses = vec![format!("SELECT {}", values.join(", "))];
    (!values.is_empty()).then(|| Text::new("copy_in.defaults", clauses, parameters.types))
}

/// What a patch changes.
fn sets(table: &Table<'_>, parameters: &mut Parameters) -> Vec<String> {
    patched(table)
        .map(|column| {
            let name = &column.column.name;
            if column.column.not_null {
                format!("{name} = COALESCE({}, {name})", parameters.value(column))
            } else {
                let (flag, value) = (parameters.flag(), parameters.value(column));
                format!("{name} = CASE WHEN {flag} THEN {value} ELSE {name} END")
            }
        })
        .collect()
}

/// Changes what a patch gives.
pub(super) fn update(table: &Table<'_>) -> Text {
    let mut parameters = Parameters::default();
    let key = equal(table, &table.key, &mut parameters).join(" AND ");
    let sets = sets(table, &mut parameters);
    let clauses = vec![
        format!("UPDATE {}", table.name),
        format!("SET {}", sets.join(", ")),
        format!("WHERE {key}"),
        format!("RETURNING {}", returned(table)),
    ];
    Text::new("update", clauses, parameters.types)
}

/// Changes what a patch gives, if the columns of another patch still have the values that it gives.
pub(super) fn compare_and_set(table: &Table<'_>) -> Text {
    let mut parameters = Parameters::default();
    let mut conditions = equal(table, &table.key, &mut parameters);
    for column in patched(table) {
        let flag = (!column.column.not_null).then(|| parameters.flag());
        let (stored, expected) = comparable(column, parameters.value(column));
        conditions.push(match flag {
            None => format!("({stored} = {expected}) IS NOT FALSE"),
            Some(flag) => format!("(NOT {flag} OR {stored} IS NOT DISTINCT FROM {expected})"),
        });
    }
    let sets = sets(table, &mut parameters);
    let clauses = vec![
        format!("UPDATE {}", table.name),
        format!("SET {}", sets.join(", ")),
        format!("WHERE {}", conditions.join(" AND ")),
        format!("RETURNING {}", returned(table)),
    ];
    Text::new("compare_and_set", clauses, parameters.types)
}

/// Types that have no equality operator, or one that compares sizes.
const COMPARED_AS_TEXT: &[&str] = &["BOX", "CIRCLE", "JSONPATH", "PATH", "POINT", "POLYGON", "XML"];

/// A column and a value of it, as what can be compared.
fn comparable(column: &Column<'_>, value: String) -> (String, String) {
    let (name, mapped) = (&column.column.name, &column.mapped);
    let array = if mapped.array { "[]" } else { "" };
    let declared = || format!("{value}::{}", declared(column));
    match mapped.constant {
        "JSON" => (format!("{name}::jsonb{array}"), format!("{value}::jsonb{array}")),
        constant if COMPARED_AS_TEXT.contains(&constant) => (format!("{name}::text"), format!("{value}::text")),
        // Extensions' own operators may be out of reach of the search path.
        "ANY" => (format!("{name}::text"), format!("({})::text", declared())),
        // Nor is every part of a composite value sure to have an operator.
        _ if mapped.inferred.is_some() && mapped.cast.is_none() => {
            (format!("{name}::text"), format!("({value})::text"))
        }
        _ if mapped.cast.is_some() && !matches!(mapped.element, Element::Enum(_)) => {
            (format!("{name}::text"), format!("({})::text", declared()))
        }
        _ => (compared(column, ""), value),
    }
}

/// Deletes a row.
pub(super) fn delete(table: &Table<'_>) -> Text {
    let mut parameters = Parameters::default();
    let key = equal(table, &table.key, &mut parameters).join(" AND ");
    Text::new("delete", vec![format!("DELETE FROM {}", table.name), format!("WHERE {key}")], parameters.types)
}
