//! The functions of a table: small, not generic, each a call of the runtime's core.

use super::model::{Column, Given, Table};
use super::names::identifier;
use super::select::{Find, List};
use super::sql::{self, Text, constant};
use super::types::Passing;
use super::writer::Writer;

/// Names that the bodies use for something else than a column.
const TAKEN: &[&str] = &["db", "fetch", "new", "page", "patch", "rows", "row", "statement", "values", "cursor"];

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
    item.line(1, "fn values(&self) -> Vec<access::Parameter<'_>> {");
    item.list(2, "vec![", &values, "]", "In the order of the placeholders.");
    item.line(1, "}");
    item.line(0, "}");
    file.item(0, item);
}

/// The functions of the row struct.
pub(super) fn functions(file: &mut Writer, table: &Table<'_>, texts: &[Text]) {
    file.blank();
    file.line(0, format!("impl {} {{", table.names.row));
    let mut functions = Vec::new();
    if !table.key.is_empty() {
        let title = "The row with this primary key.".to_owned();
        functions.push(find(table, "find", &table.key, &title));
    }
    for Find { function, columns } in &table.finds {
        let names: Vec<String> =
            columns.iter().map(|place| format!("`{}`", table.columns[*place].column.name.as_str())).collect();
        functions.push(find(table, function, columns, &format!("The row with this {}.", names.join(" and "))));
    }
    functions.extend(table.lists.iter().map(|list| page(table, list)));
    functions.push(insert(table));
    if sql::inserts_many(table) {
        functions.push(insert_many(table));
    }
    if !table.key.is_empty() {
        if texts.iter().any(|text| text.name == "update") {
            functions.push(update(table));
        }
        functions.push(delete(table));
    }
    for (place, function) in functions.into_iter().enumerate() {
        if place > 0 {
            file.blank();
        }
        file.item(1, function);
    }
    file.line(0, "}");
}

/// A function's documentation and signature.
fn open(title: &str, function: &str, arguments: &[String], result: &str) -> Writer {
    let mut item = Writer::default();
    item.doc(1, [title, "# Errors", "What the server or the connection refuses."]);
    if arguments.len() > 7 {
        item.line(1, "#[allow(clippy::too_many_arguments, reason = \"one for each column of the key\")]");
    }
    let function = format!("pub async fn {}", identifier(function));
    item.signature(1, &function, arguments, result);
    item
}

fn key_arguments(table: &Table<'_>, places: &[usize]) -> Vec<String> {
    let db = "db: &dyn ::lockstep::Executor".to_owned();
    std::iter::once(db).chain(places.iter().map(|place| typed_argument(&table.columns[*place]))).collect()
}

fn references(table: &Table<'_>, places: &[usize]) -> Vec<String> {
    places.iter().map(|place| format!("&{}", argument(&table.columns[*place]))).collect()
}

fn let_values(item: &mut Writer, indent: usize, values: &[String]) {
    let comment = "In the order of the placeholders.";
    item.list(indent, "let values: &[access::Parameter<'_>] = &[", values, "];", comment);
}

fn let_statement(item: &mut Writer, indent: usize, function: &str) {
    item.line(indent, format!("let statement = &{};", constant(function)));
}

const READ: &str = "::lockstep::Error";

fn write_error(table: &Table<'_>) -> String {
    format!("::lockstep::WriteError<{}>", table.names.constraint)
}

fn find(table: &Table<'_>, function: &str, places: &[usize], title: &str) -> Writer {
    let result = format!("Result<Option<Self>, {READ}>");
    let mut item = open(title, function, &key_arguments(table, places), &result);
    let_statement(&mut item, 2, function);
    let_values(&mut item, 2, &references(table, places));
    item.line(2, "access::optional(db, statement, values).await");
    item.line(1, "}");
    item
}

/// One type, or a tuple of several.
fn tuple(items: &[String]) -> String {
    match items {
        [only] => only.clone(),
        items => format!("({})", items.join(", ")),
    }
}

fn page_title(table: &Table<'_>, list: &List) -> String {
    let List { function: _, index, equal, order } = list;
    let name = |place: usize| format!("`{}`", table.columns[place].column.name.as_str());
    let equal: Vec<String> = equal.iter().map(|place| name(*place)).collect();
    let rows =
        if equal.is_empty() { "All rows".to_owned() } else { format!("The rows with this {}", equal.join(" and ")) };
    let order: Vec<String> = order
        .iter()
        .map(|order| format!("{}{}", name(order.column), if order.descending { " descending" } else { "" }))
        .collect();
    format!("{rows} by {}, a page at a time.\n\nServed by `{index}`.", order.join(", then "))
}

fn page(table: &Table<'_>, list: &List) -> Writer {
    let types: Vec<String> = list.order.iter().map(|order| table.columns[order.column].rust.clone()).collect();
    let cursor = tuple(&types);
    let mut arguments = key_arguments(table, &list.equal);
    arguments.push(format!("page: ::lockstep::Page<{cursor}>"));
    let result = format!("access::PageResult<Self, {cursor}>");
    let mut item = open(&page_title(table, list), &list.function, &arguments, &result);
    let bindings: Vec<String> = list.order.iter().map(|order| argument(&table.columns[order.column])).collect();
    let equal = references(table, &list.equal);
    item.line(2, "let fetch = page.fetch();");
    item.line(2, "let rows = match &page.after {");
    item.line(3, "None => {");
    let_statement(&mut item, 4, &list.function);
    let_values(&mut item, 4, &[equal.clone(), vec!["&fetch".to_owned()]].concat());
    item.line(4, "access::many(db, statement, values).await?");
    item.line(3, "}");
    item.line(3, format!("Some({}) => {{", tuple(&bindings)));
    let_statement(&mut item, 4, &format!("{}.after", list.function));
    let_values(&mut item, 4, &[equal, bindings, vec!["&fetch".to_owned()]].concat());
    item.line(4, "access::many(db, statement, values).await?");
    item.line(3, "}");
    item.line(2, "};");
    let read = |order: &super::select::Order| {
        let column = &table.columns[order.column];
        let clone = if column.passing == Passing::Reference { ".clone()" } else { "" };
        format!("row.{}{clone}", identifier(&column.field))
    };
    let values: Vec<String> = list.order.iter().map(read).collect();
    item.line(2, format!("let cursor = |row: &Self| {};", tuple(&values)));
    item.line(2, "Ok(page.cut(rows, cursor))");
    item.line(1, "}");
    item
}

fn insert(table: &Table<'_>) -> Writer {
    let arguments = ["db: &dyn ::lockstep::Executor".to_owned(), format!("new: &{}", table.names.new)];
    let result = format!("Result<Self, {}>", write_error(table));
    let mut item = open("Inserts a row and returns it as it is stored.", "insert", &arguments, &result);
    item.line(2, "let values = access::Insert::values(new);");
    item.line(2, "Ok(access::one(db, &INSERT, &values).await?)");
    item.line(1, "}");
    item
}

fn insert_many(table: &Table<'_>) -> Writer {
    let title = "Inserts rows and returns them as they are stored, in the same order.\n\nUp to 10,000 rows are one \
                 statement (500 if there are array columns); more are several, which only a transaction makes one.";
    let arguments = ["db: &dyn ::lockstep::Executor".to_owned(), format!("rows: &[{}]", table.names.new)];
    let result = format!("Result<Vec<Self>, {}>", write_error(table));
    let mut item = open(title, "insert_many", &arguments, &result);
    item.line(2, "Ok(access::insert_many(db, &INSERT, &INSERT_MANY, rows).await?)");
    item.line(1, "}");
    item
}

fn update(table: &Table<'_>) -> Writer {
    let mut arguments = key_arguments(table, &table.key);
    arguments.push(format!("patch: &{}", table.names.patch));
    let result = format!("Result<Option<Self>, {}>", write_error(table));
    let fires = table.table.triggers.values().any(|trigger| trigger.definition.contains(" UPDATE OF "));
    let triggers = if fires { "\n\nTriggers `UPDATE OF` a column fire for every patch." } else { "" };
    let title = format!(
        "Changes the row with this primary key and returns it as it is stored; `None` if there is none.\n\nA patch that \
         changes nothing is not sent.{triggers}"
    );
    let mut item = open(&title, "update", &arguments, &result);
    let mut values = references(table, &table.key);
    let key: Vec<String> = table.key.iter().map(|place| argument(&table.columns[*place])).collect();
    for column in sql::patched(table) {
        let field = identifier(&column.field);
        if !column.column.not_null {
            values.push(format!("access::present(&patch.{field})"));
        }
        values.push(format!("&patch.{field}"));
    }
    item.line(2, format!("if *patch == {}::default() {{", table.names.patch));
    item.line(3, format!("return Ok(Self::find(db, {}).await?);", key.join(", ")));
    item.line(2, "}");
    let_values(&mut item, 2, &values);
    item.line(2, "Ok(access::optional(db, &UPDATE, values).await?)");
    item.line(1, "}");
    item
}

fn delete(table: &Table<'_>) -> Writer {
    let result = format!("Result<bool, {}>", write_error(table));
    let title = "Deletes the row with this primary key; `false` if there is none.";
    let mut item = open(title, "delete", &key_arguments(table, &table.key), &result);
    let_values(&mut item, 2, &references(table, &table.key));
    item.line(2, "Ok(access::execute(db, &DELETE, values).await? > 0)");
    item.line(1, "}");
    item
}
