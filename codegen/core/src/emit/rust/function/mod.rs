//! The functions of a table: small, not generic, each a call of the runtime's core.

mod read;
mod relation;
mod write;

use super::model::{Column, Given, Table};
use super::names::identifier;
use super::sql::{self, Text, constant};
use super::types::Passing;
use super::writer::{INLINE, Writer};

pub(super) use self::read::markers;
pub(super) use self::relation::children;

/// Names that the bodies use for something else than a column.
const TAKEN: &[&str] =
    &["db", "expected", "fetch", "ids", "keys", "limit", "new", "page", "patch", "rows", "row", "statement", "values"];

/// The name of the field that holds the columns which may be left out.
pub(super) fn bundle(table: &Table<'_>) -> String {
    let is_taken = table.columns.iter().any(|column| column.field == "optional");
    if is_taken { "optional_columns".to_owned() } else { "optional".to_owned() }
}

/// A column's name as an argument or a binding.
fn argument(column: &Column<'_>) -> String {
    if TAKEN.contains(&column.field.as_str()) { format!("{}_", column.field) } else { identifier(&column.field) }
}

/// An argument with its type.
fn typed_argument(column: &Column<'_>) -> String {
    let rust = &column.rust;
    let passed = match (column.passing, rust.as_str()) {
        (Passing::Value, _) => rust.clone(),
        (Passing::Reference, "String") => "&str".to_owned(),
        (Passing::Reference, _) => match rust.strip_prefix("Vec<").and_then(|rust| rust.strip_suffix('>')) {
            Some(element) => format!("&[{element}]"),
            None => format!("&{rust}"),
        },
    };
    format!("{}: {passed}", argument(column))
}

/// The implementation that gives the values of a new row.
pub(super) fn insert_values(file: &mut Writer, table: &Table<'_>) {
    let bundle = bundle(table);
    let mut values = Vec::new();
    for column in sql::inserted(table) {
        let field = identifier(&column.field);
        match column.given {
            Given::Required | Given::Server => values.push(format!("&self.{field}")),
            Given::Nullable | Given::Default(_) => values.push(format!("&self.{bundle}.{field}")),
            Given::NullableDefault(_) => {
                values.push(format!("access::present(&self.{bundle}.{field})"));
                values.push(format!("&self.{bundle}.{field}"));
            }
        }
    }
    file.blank();
    let mut item = Writer::default();
    item.line(0, format!("impl access::Insert for {} {{", table.names.new));
    item.line(1, INLINE);
    item.line(1, "fn values(&self) -> Vec<access::Parameter<'_>> {");
    item.list(2, "vec![", &values, "]", "In the order of the placeholders.");
    item.line(1, "}");
    item.line(0, "}");
    file.item(0, item);
}

/// The functions of the row struct.
pub(super) fn functions(file: &mut Writer, table: &Table<'_>, texts: &[Text]) {
    let functions = [read::functions(table), relation::functions(table), write::functions(table, texts)].concat();
    if functions.is_empty() {
        return;
    }
    file.blank();
    file.line(0, format!("impl {} {{", table.names.row));
    for (place, function) in functions.into_iter().enumerate() {
        if place > 0 {
            file.blank();
        }
        file.item(1, function);
    }
    file.line(0, "}");
}

/// A function's documentation and signature. What it returns borrows from all references among the arguments, by the
/// lifetime `'_` of `result`.
fn open(title: &str, function: &str, arguments: &[String], result: &str) -> Writer {
    let mut item = Writer::default();
    item.doc(1, [title, "# Errors", "What the server or the connection refuses."]);
    if arguments.len() > 7 {
        item.line(1, "#[allow(clippy::too_many_arguments, reason = \"one for each column of the key\")]");
    }
    item.line(1, INLINE);
    let references: usize = arguments.iter().map(|argument| argument.matches('&').count()).sum();
    let function = format!("pub fn {}", identifier(function));
    if references == 1 {
        item.signature(1, &function, arguments, result);
        return item;
    }
    let borrowed = |argument: &String| argument.replace('&', "&'a ");
    let arguments: Vec<String> = arguments.iter().map(borrowed).collect();
    item.signature(1, &format!("{function}<'a>"), &arguments, &result.replace("'_", "'a"));
    item
}

fn key_arguments(table: &Table<'_>, places: &[usize]) -> Vec<String> {
    std::iter::once(DB.to_owned()).chain(places.iter().map(|place| typed_argument(&table.columns[*place]))).collect()
}

/// The arguments of columns, as values that the call takes along.
fn owned(table: &Table<'_>, places: &[usize]) -> Vec<String> {
    places.iter().map(|place| own(&argument(&table.columns[*place]))).collect()
}

fn own(value: &str) -> String {
    format!("call::own({value})")
}

/// What outlives the call, as a value that it takes along.
fn lend(value: &str) -> String {
    format!("call::lend({value})")
}

fn let_values(item: &mut Writer, indent: usize, values: &[String]) {
    let comment = "In the order of the placeholders.";
    item.list(indent, "let values = [", values, "];", comment);
}

fn let_statement(item: &mut Writer, indent: usize, function: &str) {
    item.line(indent, format!("let statement = &{};", constant(function)));
}

/// What a function that reads returns.
fn read(result: &str) -> String {
    format!("access::Execution<'_, {result}>")
}

const DB: &str = "db: &dyn ::lockstep::Executor";

/// `` `a` and `b` ``
fn quoted(table: &Table<'_>, places: &[usize]) -> String {
    let names: Vec<String> =
        places.iter().map(|place| format!("`{}`", table.columns[*place].column.name.as_str())).collect();
    names.join(" and ")
}

/// One item, or a tuple of several.
fn tuple(items: &[String]) -> String {
    match items {
        [only] => only.clone(),
        items => format!("({})", items.join(", ")),
    }
}
