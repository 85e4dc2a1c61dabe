//! The statements of a table's accessors. Every text is static, so that the certificate can list all of them.
//!
//! A column that the caller leaves to the server would need another text for each choice; instead its default stands in
//! the text (`COALESCE($2, now())`), and an update keeps what it is not given (`COALESCE($3, email)`). What may be NULL
//! has a flag before it.

mod page;
mod read;
mod relation;
mod write;

use super::model::{Column, Given, Table};
use super::select::Rows;
use super::types::{INFERRED_ARRAY, Mapped};
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
    name.to_uppercase().replace('.', "__")
}

/// The statements of a table, in the order of the functions that send them.
pub(super) fn statements(table: &Table<'_>) -> Vec<Text> {
    let mut texts = Vec::new();
    let has_key = !table.key.is_empty();
    if has_key {
        let row = Rows::with(&table.key);
        texts.push(read::find(table, "find", &row));
        if finds_many(table) {
            texts.push(read::find_many(table));
        }
        texts.push(read::exists(table, "exists", &row));
        texts.push(read::lock(table, &row));
    }
    for lookup in &table.finds {
        texts.push(read::find(table, &lookup.function, &lookup.rows));
        texts.push(read::exists(table, &lookup.exists, &lookup.rows));
    }
    for list in &table.lists {
        texts.push(page::first(table, list));
        texts.push(page::next(table, list));
        texts.push(read::lock_next(table, list));
        texts.extend(list.count.as_ref().map(|function| read::count(table, list, function)));
    }
    for children in &table.children {
        texts.push(relation::one(table, children));
        texts.push(relation::batched(table, children));
    }
    if table.is_view {
        return texts;
    }
    texts.push(write::insert(table));
    if inserts_many(table) {
        texts.push(write::insert_many(table));
    }
    if copies_in(table) {
        texts.push(write::copy_in(table));
        texts.extend(write::copied_defaults(table));
    }
    texts.extend(table.upserts.iter().map(|upsert| write::upsert(table, upsert)));
    if has_key {
        if patched(table).next().is_some() {
            texts.push(write::update(table));
            texts.push(write::compare_and_set(table));
        }
        texts.push(write::delete(table));
    }
    texts
}

/// Whether rows can be looked up by many keys at once: arrays of arrays have to be rectangular.
pub(super) fn finds_many(table: &Table<'_>) -> bool {
    is_sent_in_arrays(table, &table.key)
}

/// Whether many values of each of the columns can be sent as one array.
pub(super) fn is_sent_in_arrays(table: &Table<'_>, places: &[usize]) -> bool {
    places.iter().all(|place| {
        let mapped = &table.columns[*place].mapped;
        !mapped.array && (mapped.cast.is_some() || mapped.constant != "ANY")
    })
}

/// The types whose equal values have the same bytes, and no others: not numbers with a scale, and no floats.
const EXACT: &[&str] = &["BYTEA", "DATE", "INT2", "INT4", "INT8", "OID", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "UUID"];

/// The column of a key that a client can tell from others by its bytes; none for a key of several columns.
///
/// A text may have a collation that takes other bytes for the same, as may a domain over it.
pub(super) fn key_of_bytes<'t, 'a>(table: &'t Table<'a>, places: &[usize]) -> Option<(usize, &'t Column<'a>)> {
    let [place] = places else { return None };
    let column = &table.columns[*place];
    let Mapped { array, whole, constant, cast, inferred, read_as, compared_as, .. } = &column.mapped;
    let is_plain = !array && !whole && [cast, inferred, read_as, compared_as].iter().all(|sql| sql.is_none());
    let is_text = ["TEXT", "VARCHAR"].contains(constant)
        && column.column.collation.is_none()
        && column.column.data_type.name.schema.as_str() == "pg_catalog";
    (is_plain && (is_text || EXACT.contains(constant))).then_some((*place, column))
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

/// Whether rows can be loaded by `COPY`, which casts nothing and passes rules by: not without values, and not with what
/// travels as text.
pub(super) fn copies_in(table: &Table<'_>) -> bool {
    let columns = inserted(table);
    !table.has_rules && !columns.is_empty() && columns.iter().all(|column| column.mapped.is_binary())
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
        match (&mapped.cast, &mapped.inferred) {
            (Some(cast), _) if mapped.array => format!("{}::text[]::{cast}[]", self.push("TEXT_ARRAY")),
            (Some(cast), _) if mapped.constant == "TEXT" => format!("{}::text::{cast}", self.push("TEXT")),
            (None, Some(name)) if mapped.array => format!("{}::{name}[]", self.push(INFERRED_ARRAY)),
            (_, Some(name)) => format!("{}::{name}", self.push(mapped.constant)),
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
    returned_of(table, "")
}

/// The same with an alias and a dot before each column.
///
/// What is sent as text is read as text: for a type of the schema a client would have to ask what it is, which costs
/// round trips, and a client that asks in the middle of a long result waits for ever.
fn returned_of(table: &Table<'_>, alias: &str) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let name = &column.column.name;
            match (&column.mapped.read_as, &column.mapped.cast) {
                (Some(read_as), _) => format!("{alias}{name}::{read_as} AS {name}"),
                (None, Some(_)) if column.mapped.array => format!("{alias}{name}::text[] AS {name}"),
                (None, Some(_)) => format!("{alias}{name}::text AS {name}"),
                (None, None) => format!("{alias}{name}"),
            }
        })
        .collect();
    columns.join(", ")
}

/// A column as a value of it is compared with, with an alias and a dot before it.
fn compared(column: &Column<'_>, alias: &str) -> String {
    let cast = column.mapped.compared_as.as_ref().map(|cast| format!("::{cast}")).unwrap_or_default();
    format!("{alias}{}{cast}", column.column.name)
}

fn select(table: &Table<'_>) -> Vec<String> {
    vec![format!("SELECT {}", returned(table)), format!("FROM {}", table.name)]
}

fn equal(table: &Table<'_>, places: &[usize], parameters: &mut Parameters) -> Vec<String> {
    places
        .iter()
        .map(|place| {
            let column = &table.columns[*place];
            format!("{} = {}", compared(column, ""), parameters.value(column))
        })
        .collect()
}

/// What the rows have in common, as their index wants it.
fn conditions(table: &Table<'_>, rows: &Rows, parameters: &mut Parameters) -> Vec<String> {
    let mut conditions = equal(table, &rows.equal, parameters);
    conditions.extend(rows.condition.clone());
    conditions
}

/// One array per column, unnested side by side; the order of the input is that of the output.
#[derive(Default)]
struct Unnested {
    parameters: Parameters,
    arrays: Vec<String>,
    names: Vec<String>,
    /// Arrays of composite values, which are not unnested.
    composites: Vec<String>,
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
        match (&mapped.cast, &mapped.inferred) {
            (Some(cast), _) if mapped.array => self.slice("TEXT_ARRAY", "text", &format!("::{cast}[]")),
            (Some(cast), _) => format!("{}::{cast}", self.scalar("TEXT_ARRAY", "text")),
            (None, Some(name)) if mapped.array => self.slice(INFERRED_ARRAY, name, ""),
            (None, Some(name)) if mapped.composite => self.element(INFERRED_ARRAY, name),
            (None, Some(name)) => self.scalar(INFERRED_ARRAY, name),
            (None, None) if mapped.array => {
                self.slice(&format!("{}_ARRAY", mapped.constant), &element(mapped.constant), "")
            }
            (None, None) if mapped.composite => self.element(mapped.constant, &data_type.name.to_string()),
            (None, None) if mapped.constant == "ANY" => self.scalar("ANY", &data_type.name.to_string()),
            (None, None) => self.scalar(&format!("{}_ARRAY", mapped.constant), &element(mapped.constant)),
        }
    }

    /// A value of a composite type: unnesting them would take them apart, and make a row of NULLs of a NULL.
    fn element(&mut self, constant: &str, sql: &str) -> String {
        let elements = format!("{}::{sql}[]", self.parameters.push(constant));
        let value = format!("({elements})[u.n]");
        self.composites.push(elements);
        value
    }

    /// A column of arrays: all their elements in one array, and where the row's own begin and end.
    fn slice(&mut self, constant: &str, sql: &str, cast: &str) -> String {
        let elements = format!("{}::{sql}[]", self.parameters.push(constant));
        let lower = self.scalar("INT4_ARRAY", "int4");
        let upper = self.scalar("INT4_ARRAY", "int4");
        format!("CASE WHEN {lower} IS NOT NULL THEN ({elements})[{lower}:{upper}]{cast} END")
    }

    /// The arrays as a table `u`, whose column `n` numbers its rows.
    fn table(&self) -> [String; 2] {
        match (self.arrays.as_slice(), self.composites.first()) {
            ([], Some(any)) => [format!("generate_subscripts({any}, 1)"), "AS u(n)".to_owned()],
            (arrays, _) => [
                format!("UNNEST({})", arrays.join(", ")),
                format!("WITH ORDINALITY AS u({}, n)", self.names.join(", ")),
            ],
        }
    }
}

/// The SQL name of a built-in type by its constant.
fn element(constant: &str) -> String {
    match constant {
        // Without quotes both mean a length of one.
        "BIT" | "CHAR" => format!("\"{}\"", constant.to_lowercase()),
        _ => constant.to_lowercase().replace("_range", "range"),
    }
}
