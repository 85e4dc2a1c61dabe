//! The statements of a table's accessors. Every text is static, so that the certificate can list all of them.
//!
//! A column that the caller leaves to the server would need another text for each choice; instead its default stands in
//! the text (`COALESCE($2, now())`), and an update keeps what it is not given (`COALESCE($3, email)`). What may be NULL
//! has a flag before it.

use super::model::{Column, Given, Table};
use super::names::snake;
use super::select::{List, Order};
use crate::name::Identifier;

/// A statement.
#[derive(Debug)]
pub(super) struct Text {
    /// Its name without the table's: `find`, `list_by_email.after`.
    pub(super) name: String,
    /// The name of the constant that holds it.
    pub(super) constant: String,
    /// Its clauses, which a space joins.
    pub(super) clauses: Vec<String>,
    /// The constants of `Type` for its parameters.
    pub(super) parameters: Vec<String>,
}

impl Text {
    fn new(name: impl Into<String>, clauses: Vec<String>, parameters: Vec<String>) -> Self {
        let name = name.into();
        Self { constant: constant(&name), name, clauses, parameters }
    }

    /// The whole text.
    pub(super) fn sql(&self) -> String {
        self.clauses.join(" ")
    }
}

/// The constant that holds the statement of an accessor.
pub(super) fn constant(name: &str) -> String {
    snake(name).to_uppercase()
}

/// The statements of a table, in the order of the functions that send them.
pub(super) fn statements(table: &Table<'_>) -> Vec<Text> {
    let mut texts = Vec::new();
    if !table.key.is_empty() {
        texts.push(find(table, "find", &table.key));
    }
    texts.extend(table.finds.iter().map(|lookup| find(table, &lookup.function, &lookup.columns)));
    for list in &table.lists {
        texts.push(first_page(table, list));
        texts.push(next_page(table, list));
    }
    texts.push(insert(table));
    if inserts_many(table) {
        texts.push(insert_many(table));
    }
    if !table.key.is_empty() {
        if patched(table).next().is_some() {
            texts.push(update(table));
        }
        texts.push(delete(table));
    }
    texts
}

/// The columns whose values the caller may give.
pub(super) fn inserted<'t, 'a>(table: &'t Table<'a>) -> Vec<&'t Column<'a>> {
    table.columns.iter().filter(|column| column.given != Given::Server).collect()
}

/// Whether many rows can be inserted at once: not without values, and not with arrays whose elements no client knows.
pub(super) fn inserts_many(table: &Table<'_>) -> bool {
    let columns = inserted(table);
    let is_known = |column: &&Column<'_>| !(column.mapped.array && column.mapped.constant == "ANY");
    !columns.is_empty() && columns.iter().all(is_known)
}

/// The columns that a patch may change: all that the server does not generate, but for the primary key.
pub(super) fn patched<'t, 'a>(table: &'t Table<'a>) -> impl Iterator<Item = &'t Column<'a>> {
    let may_change =
        |(place, column): &(usize, &Column<'_>)| column.given != Given::Server && !table.key.contains(place);
    table.columns.iter().enumerate().filter(may_change).map(|(_, column)| column)
}

/// Numbers placeholders and keeps their types.
#[derive(Default)]
struct Parameters {
    types: Vec<String>,
}

impl Parameters {
    fn push(&mut self, constant: impl Into<String>) -> String {
        self.types.push(constant.into());
        format!("${}", self.types.len())
    }

    /// A value of a column.
    fn value(&mut self, column: &Column<'_>) -> String {
        let mapped = &column.mapped;
        match &mapped.cast {
            Some(cast) if mapped.array => format!("{}::text[]::{cast}[]", self.push("TEXT_ARRAY")),
            _ if mapped.array && mapped.constant != "ANY" => self.push(format!("{}_ARRAY", mapped.constant)),
            _ => self.push(mapped.constant),
        }
    }

    fn flag(&mut self) -> String {
        self.push("BOOL")
    }
}

fn names(columns: impl IntoIterator<Item = Identifier>) -> String {
    let names: Vec<String> = columns.into_iter().map(|name| name.to_string()).collect();
    names.join(", ")
}

/// What a statement returns: every column, one by one.
fn returned(table: &Table<'_>) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| match &column.mapped.read_as {
            Some(read_as) => format!("{0}::{read_as} AS {0}", column.column.name),
            None => column.column.name.to_string(),
        })
        .collect();
    columns.join(", ")
}

fn select(table: &Table<'_>) -> Vec<String> {
    vec![format!("SELECT {}", returned(table)), format!("FROM {}", table.name)]
}

fn equal(table: &Table<'_>, places: &[usize], parameters: &mut Parameters) -> Vec<String> {
    places
        .iter()
        .map(|place| {
            let column = &table.columns[*place];
            format!("{} = {}", column.column.name, parameters.value(column))
        })
        .collect()
}

fn find(table: &Table<'_>, function: &str, places: &[usize]) -> Text {
    let mut parameters = Parameters::default();
    let mut clauses = select(table);
    clauses.push(format!("WHERE {}", equal(table, places, &mut parameters).join(" AND ")));
    Text::new(function, clauses, parameters.types)
}

fn order_by(table: &Table<'_>, list: &List) -> String {
    let keys: Vec<String> = list
        .order
        .iter()
        .map(|Order { column, descending, nulls_first }| {
            let direction = if *descending { " DESC" } else { "" };
            let nulls = match (descending, nulls_first) {
                (false, true) => " NULLS FIRST",
                (true, false) => " NULLS LAST",
                (false, false) | (true, true) => "",
            };
            format!("{}{direction}{nulls}", table.columns[*column].column.name)
        })
        .collect();
    format!("ORDER BY {}", keys.join(", "))
}

fn first_page(table: &Table<'_>, list: &List) -> Text {
    let mut parameters = Parameters::default();
    let mut clauses = select(table);
    let conditions = equal(table, &list.equal, &mut parameters);
    if !conditions.is_empty() {
        clauses.push(format!("WHERE {}", conditions.join(" AND ")));
    }
    clauses.push(order_by(table, list));
    clauses.push(format!("LIMIT {}", parameters.push("INT8")));
    Text::new(&list.function, clauses, parameters.types)
}

fn next_page(table: &Table<'_>, list: &List) -> Text {
    let mut parameters = Parameters::default();
    let mut clauses = select(table);
    let mut conditions = equal(table, &list.equal, &mut parameters);
    conditions.push(after(table, &list.order, &mut parameters));
    clauses.push(format!("WHERE {}", conditions.join(" AND ")));
    clauses.push(order_by(table, list));
    clauses.push(format!("LIMIT {}", parameters.push("INT8")));
    Text::new(format!("{}.after", list.function), clauses, parameters.types)
}

/// The rows after a cursor: a row comparison where all columns run one way, which an index serves as it stands; else
/// the same spelled out, with a bound on the first column in front.
fn after(table: &Table<'_>, order: &[Order], parameters: &mut Parameters) -> String {
    let name = |order: &Order| table.columns[order.column].column.name.to_string();
    let sign = |order: &Order| if order.descending { "<" } else { ">" };
    let values: Vec<String> = order.iter().map(|order| parameters.value(&table.columns[order.column])).collect();
    let names: Vec<String> = order.iter().map(name).collect();
    match order {
        [only] => format!("{} {} {}", names[0], sign(only), values[0]),
        [first, rest @ ..] if rest.iter().all(|other| other.descending == first.descending) => {
            format!("({}) {} ({})", names.join(", "), sign(first), values.join(", "))
        }
        _ => {
            let mut spelled_out = String::new();
            for (place, order) in order.iter().enumerate().rev() {
                let (name, value, sign) = (&names[place], &values[place], sign(order));
                spelled_out = if spelled_out.is_empty() {
                    format!("{name} {sign} {value}")
                } else {
                    format!("({name} {sign} {value} OR ({name} = {value} AND {spelled_out}))")
                };
            }
            format!("{} {}= {} AND {spelled_out}", names[0], sign(&order[0]), values[0])
        }
    }
}

/// The default of a column, of the column's type, so that `COALESCE` does not turn the given value into another.
fn default(column: &Column<'_>, default: &str) -> String {
    let exact = ["UUID", "TEXT", "VARCHAR", "BPCHAR", "BOOL", "JSON", "JSONB", "BYTEA", "UNKNOWN", "ANY"];
    let is_number = default.bytes().all(|byte| byte.is_ascii_digit());
    let is_sequence = default.starts_with("nextval(") && column.mapped.constant == "INT8";
    let is_now = matches!(default, "now()" | "CURRENT_TIMESTAMP") && column.mapped.constant == "TIMESTAMPTZ";
    if column.mapped.array || exact.contains(&column.mapped.constant) || is_number || is_sequence || is_now {
        default.to_owned()
    } else {
        format!("({default})::{}", column.column.data_type.name)
    }
}

fn insert(table: &Table<'_>) -> Text {
    let mut parameters = Parameters::default();
    let columns = inserted(table);
    let values: Vec<String> = columns
        .iter()
        .map(|column| match &column.given {
            Given::Required | Given::Nullable | Given::Server => parameters.value(column),
            Given::Default(expression) => {
                format!("COALESCE({}, {})", parameters.value(column), default(column, expression))
            }
            Given::NullableDefault(expression) => {
                let (flag, value) = (parameters.flag(), parameters.value(column));
                format!("CASE WHEN {flag} THEN {value} ELSE {} END", default(column, expression))
            }
        })
        .collect();
    let clauses = if columns.is_empty() {
        vec![format!("INSERT INTO {} DEFAULT VALUES", table.name)]
    } else {
        let names = names(columns.iter().map(|column| column.column.name.clone()));
        vec![format!("INSERT INTO {} ({names})", table.name), format!("VALUES ({})", values.join(", "))]
    };
    Text::new("insert", [clauses, vec![format!("RETURNING {}", returned(table))]].concat(), parameters.types)
}

/// One array per column, unnested side by side; the order of the input is that of the output.
#[derive(Default)]
struct Unnested {
    parameters: Parameters,
    arrays: Vec<String>,
    names: Vec<String>,
}

impl Unnested {
    /// An array of scalars, and the value that a row has in it.
    fn scalar(&mut self, constant: &str, sql: &str) -> String {
        let placeholder = self.parameters.push(constant);
        self.arrays.push(format!("{placeholder}::{sql}[]"));
        self.names.push(format!("p{}", self.names.len() + 1));
        format!("u.p{}", self.names.len())
    }

    fn value(&mut self, column: &Column<'_>) -> String {
        let (mapped, data_type) = (&column.mapped, &column.column.data_type);
        match (&mapped.cast, mapped.array) {
            (Some(cast), false) => format!("{}::{cast}", self.scalar("TEXT_ARRAY", "text")),
            (None, false) if mapped.constant == "ANY" => self.scalar("ANY", &data_type.name.to_string()),
            (None, false) => {
                let base = if mapped.constant == "CHAR" { "\"char\"".to_owned() } else { element(mapped.constant) };
                self.scalar(&format!("{}_ARRAY", mapped.constant), &base)
            }
            (cast, true) => self.slice(mapped.constant, cast.as_deref()),
        }
    }

    /// A column of arrays: all their elements in one array, and where the row's own begin and end.
    fn slice(&mut self, constant: &str, cast: Option<&str>) -> String {
        let (constant, base) = match cast {
            Some(_) => ("TEXT_ARRAY".to_owned(), "text".to_owned()),
            None => (format!("{constant}_ARRAY"), element(constant)),
        };
        let elements = format!("{}::{base}[]", self.parameters.push(constant));
        let lower = self.scalar("INT4_ARRAY", "int4");
        let upper = self.scalar("INT4_ARRAY", "int4");
        let cast = cast.map(|cast| format!("::{cast}[]")).unwrap_or_default();
        format!("CASE WHEN {lower} IS NOT NULL THEN ({elements})[{lower}:{upper}]{cast} END")
    }
}

/// The SQL name of a built-in type by its constant.
fn element(constant: &str) -> String {
    constant.to_lowercase().replace("_range", "range").replace("ts_vector", "tsvector")
}

fn insert_many(table: &Table<'_>) -> Text {
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
    let clauses = vec![
        format!("INSERT INTO {} ({names})", table.name),
        format!("SELECT {}", values.join(", ")),
        format!("FROM UNNEST({})", unnested.arrays.join(", ")),
        format!("WITH ORDINALITY AS u({}, n)", unnested.names.join(", ")),
        "ORDER BY u.n".to_owned(),
        format!("RETURNING {}", returned(table)),
    ];
    Text::new("insert_many", clauses, unnested.parameters.types)
}

fn update(table: &Table<'_>) -> Text {
    let mut parameters = Parameters::default();
    let key = equal(table, &table.key, &mut parameters).join(" AND ");
    let sets: Vec<String> = patched(table)
        .map(|column| {
            let name = &column.column.name;
            if column.column.not_null {
                format!("{name} = COALESCE({}, {name})", parameters.value(column))
            } else {
                let (flag, value) = (parameters.flag(), parameters.value(column));
                format!("{name} = CASE WHEN {flag} THEN {value} ELSE {name} END")
            }
        })
        .collect();
    let clauses = vec![
        format!("UPDATE {}", table.name),
        format!("SET {}", sets.join(", ")),
        format!("WHERE {key}"),
        format!("RETURNING {}", returned(table)),
    ];
    Text::new("update", clauses, parameters.types)
}

fn delete(table: &Table<'_>) -> Text {
    let mut parameters = Parameters::default();
    let key = equal(table, &table.key, &mut parameters).join(" AND ");
    Text::new("delete", vec![format!("DELETE FROM {}", table.name), format!("WHERE {key}")], parameters.types)
}
