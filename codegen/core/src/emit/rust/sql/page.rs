//! The statements that get pages of a list: the first rows of an index, and those after a cursor.
//!
//! A cursor's values are compared in the way that lets the server start in the middle of the index, wherever that is. An
//! index serves a row comparison where all columns run one way and hold no NULL. Else the comparison is spelled out, with
//! a bound on the first column in front. Where the first column may be NULL, no bound holds all rows that follow: those
//! with a value and those without are then parts of one statement, of which the server runs what the cursor asks for: a
//! condition on values alone is checked once, before anything is read.

use super::super::model::Table;
use super::super::select::{List, Order};
use super::{Parameters, Text, compared, conditions, names, returned_of, select};

/// The first rows of a list.
pub(super) fn first(table: &Table<'_>, list: &List) -> Text {
    let mut parameters = Parameters::default();
    let mut clauses = select(table);
    let conditions = conditions(table, &list.rows, &mut parameters);
    if !conditions.is_empty() {
        clauses.push(format!("WHERE {}", conditions.join(" AND ")));
    }
    clauses.push(order_by(table, &list.order));
    clauses.push(format!("LIMIT {}", parameters.push("INT8")));
    Text::new(&list.function, clauses, parameters.types)
}

/// The rows of a list after a cursor.
pub(super) fn next(table: &Table<'_>, list: &List) -> Text {
    let mut parameters = Parameters::default();
    let conditions = conditions(table, &list.rows, &mut parameters);
    let keys: Vec<Key> = list.order.iter().map(|order| key(table, order, &mut parameters)).collect();
    let parts = after(&keys);
    let order_by = order_by(table, &list.order);
    let limit = parameters.push("INT8");
    let part = |select: Vec<String>, condition: &str| {
        let mut clauses = select;
        let conditions: Vec<&str> = conditions.iter().map(String::as_str).chain([condition]).collect();
        clauses.push(format!("WHERE {}", conditions.join(" AND ")));
        clauses.extend([order_by.clone(), format!("LIMIT {limit}")]);
        clauses
    };
    let clauses = match parts.as_slice() {
        [Part { condition, follows: _ }] => part(select(table), condition),
        parts => {
            let mut clauses = Vec::new();
            let columns = names(table.columns.iter().map(|column| column.column.name.clone()));
            let select = vec![format!("SELECT {columns}"), format!("FROM {}", table.name)];
            for (place, Part { condition, follows }) in parts.iter().enumerate() {
                let counts: Vec<String> =
                    (1..=place).map(|part| format!("(SELECT count(*) FROM part_{part})")).collect();
                let condition = if *follows {
                    format!("{condition} AND {} < {limit}", counts.join(" + "))
                } else {
                    condition.clone()
                };
                let mut part = part(select.clone(), &condition);
                let with = if place == 0 { "WITH " } else { "" };
                part[0].insert_str(0, &format!("{with}part_{} AS (", place + 1));
                part.last_mut().expect("a part has a limit").push_str(if place + 1 == parts.len() {
                    ")"
                } else {
                    "),"
                });
                clauses.extend(part);
            }
            let all: Vec<String> = (1..=parts.len()).map(|part| format!("SELECT * FROM part_{part}")).collect();
            clauses.push(format!("SELECT {}", returned_of(table, "part.")));
            clauses.push(format!("FROM ({}) AS part", all.join(" UNION ALL ")));
            clauses.push(format!("ORDER BY {}", ordered(table, &list.order, "part.")));
            clauses.push(format!("LIMIT {limit}"));
            clauses
        }
    };
    Text::new(format!("{}.after", list.function), clauses, parameters.types)
}

/// `ORDER BY created_at DESC, id DESC`
pub(super) fn order_by(table: &Table<'_>, order: &[Order]) -> String {
    format!("ORDER BY {}", ordered(table, order, ""))
}

/// The columns of an order with their directions, with an alias and a dot before each.
pub(super) fn ordered(table: &Table<'_>, order: &[Order], alias: &str) -> String {
    let keys: Vec<String> = order
        .iter()
        .map(|Order { column, descending, nulls_first }| {
            let direction = if *descending { " DESC" } else { "" };
            let nulls = match (descending, nulls_first) {
                (false, true) => " NULLS FIRST",
                (true, false) => " NULLS LAST",
                (false, false) | (true, true) => "",
            };
            let column = &table.columns[*column];
            let is_read_otherwise = column.mapped.read_as.is_some() || column.mapped.cast.is_some();
            // The bare name would mean what the row is read as, which may have another order.
            let own = if alias.is_empty() && is_read_otherwise { format!("{}.", table.name) } else { alias.to_owned() };
            format!("{own}{}{direction}{nulls}", column.column.name)
        })
        .collect();
    keys.join(", ")
}

/// A column of an order and the cursor's value for it.
struct Key {
    name: String,
    value: String,
    descending: bool,
    nulls_first: bool,
    nullable: bool,
}

fn key(table: &Table<'_>, order: &Order, parameters: &mut Parameters) -> Key {
    let Order { column, descending, nulls_first } = *order;
    let column = &table.columns[column];
    let nullable = !column.column.not_null;
    let value = parameters.value(column);
    // The server infers no type from `$1 IS NULL`.
    let value = match &column.mapped.cast {
        Some(cast) if nullable && !column.mapped.array => format!("{value}::{cast}"),
        Some(_) | None => value,
    };
    Key { name: compared(column, ""), value, descending, nulls_first, nullable }
}

impl Key {
    fn sign(&self) -> &'static str {
        if self.descending { "<" } else { ">" }
    }

    fn equal(&self) -> String {
        let Self { name, value, .. } = self;
        if self.nullable {
            format!("({name} = {value} OR ({name} IS NULL AND {value} IS NULL))")
        } else {
            format!("{name} = {value}")
        }
    }

    /// The rows with a value after the cursor's. Nothing compares with NULL, so it is named on its own.
    fn after(&self) -> String {
        let Self { name, value, .. } = self;
        let compared = format!("{name} {} {value}", self.sign());
        match (self.nullable, self.nulls_first) {
            (false, _) => compared,
            (true, true) => format!("({compared} OR ({value} IS NULL AND {name} IS NOT NULL))"),
            (true, false) => format!("({compared} OR ({value} IS NOT NULL AND {name} IS NULL))"),
        }
    }
}

/// Some of the rows after a cursor.
struct Part {
    condition: String,
    /// Whether they come after those of the parts before, and are not needed where these fill the page.
    follows: bool,
}

/// The rows after a cursor, as parts that have no row in common, in their order.
fn after(keys: &[Key]) -> Vec<Part> {
    let [first, rest @ ..] = keys else { return Vec::new() };
    let mut parts = vec![Part { condition: bounded(keys), follows: false }];
    if !first.nullable {
        return parts;
    }
    let Key { name, value, .. } = first;
    let within = |Part { condition, follows }| Part {
        condition: format!("{value} IS NULL AND {name} IS NULL AND {condition}"),
        follows,
    };
    parts.extend(after(rest).into_iter().map(within));
    let condition = if first.nulls_first {
        format!("{value} IS NULL AND {name} IS NOT NULL")
    } else {
        format!("{value} IS NOT NULL AND {name} IS NULL")
    };
    parts.push(Part { condition, follows: true });
    parts
}

/// The rows whose first column has a value, which is the cursor's or after it.
fn bounded(keys: &[Key]) -> String {
    let [first, rest @ ..] = keys else { return "true".to_owned() };
    let (name, value, sign) = (&first.name, &first.value, first.sign());
    if rest.is_empty() {
        return format!("{name} {sign} {value}");
    }
    if rest.iter().all(|key| !key.nullable && key.descending == first.descending) {
        return row_comparison(keys);
    }
    format!("{name} {sign}= {value} AND ({name} {sign} {value} OR ({name} = {value} AND {}))", following(rest))
}

fn row_comparison(keys: &[Key]) -> String {
    let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    let values: Vec<&str> = keys.iter().map(|key| key.value.as_str()).collect();
    format!("({}) {} ({})", names.join(", "), keys[0].sign(), values.join(", "))
}

/// The rows after the cursor in some of the columns.
fn following(keys: &[Key]) -> String {
    match keys {
        [] => "false".to_owned(),
        [only] => only.after(),
        [first, ..] if keys.iter().all(|key| !key.nullable && key.descending == first.descending) => {
            row_comparison(keys)
        }
        [first, rest @ ..] => format!("({} OR ({} AND {}))", first.after(), first.equal(), following(rest)),
    }
}
