//! The functions that read rows, and those that lock them.

use super::super::model::Table;
use super::super::names::identifier;
use super::super::select::{Find, List, Order, Rows};
use super::super::sql::{self, constant};
use super::super::types::Passing;
use super::super::writer::{INLINE, Writer};
use super::{DB, argument, key_arguments, let_statement, let_values, open, own, owned, quoted, read, tuple};

pub(super) fn functions(table: &Table<'_>) -> Vec<Writer> {
    let mut functions = Vec::new();
    if !table.key.is_empty() {
        let row = "row with this primary key";
        functions.push(find(table, "find", &table.key, &format!("The {row}.")));
        if sql::finds_many(table) {
            functions.push(find_many(table));
        }
        functions.push(exists(table, "exists", &table.key, row));
        let waits = "others that would change or lock it wait until the transaction ends";
        functions.push(find(table, "lock", &table.key, &format!("The {row}, locked: {waits}.")));
    }
    for Find { function, exists: exists_function, rows } in &table.finds {
        let row = format!("row with this {}{}", quoted(table, &rows.equal), where_(rows));
        functions.push(find(table, function, &rows.equal, &format!("The {row}.")));
        functions.push(exists(table, exists_function, &rows.equal, &row));
    }
    for list in &table.lists {
        functions.extend([page(table, list), stream(table, list), lock_next(table, list)]);
        functions.extend(list.count.as_ref().map(|function| count(table, list, function)));
    }
    functions
}

fn find(table: &Table<'_>, function: &str, places: &[usize], title: &str) -> Writer {
    let result = read("Option<Self>");
    let mut item = open(title, function, &key_arguments(table, places), &result);
    let_statement(&mut item, 2, function);
    let_values(&mut item, 2, &owned(table, places));
    item.line(2, "call::optional(db, statement, values)");
    item.line(1, "}");
    item
}

/// The argument that holds many keys.
pub(super) fn keys_argument(table: &Table<'_>, places: &[usize]) -> String {
    let types: Vec<String> = places.iter().map(|place| table.columns[*place].rust.clone()).collect();
    format!("keys: &[{}]", tuple(&types))
}

/// The values for many keys: one array for each column.
pub(super) fn let_key_arrays(item: &mut Writer, columns: usize) {
    if columns == 1 {
        return item.line(2, "let values = [call::own(keys)];");
    }
    let arrays: Vec<String> = (1..=columns).map(|number| own(&format!("column_{number}"))).collect();
    for place in 0..columns {
        item.line(2, format!("let column_{}: Vec<_> = keys.iter().map(|key| &key.{place}).collect();", place + 1));
    }
    let_values(item, 2, &arrays);
}

fn find_many(table: &Table<'_>) -> Writer {
    let arguments = [DB.to_owned(), keys_argument(table, &table.key)];
    let title = "The rows with these primary keys, in the order of the keys; a key without a row is passed over.";
    let mut item = open(title, "find_many", &arguments, &read("Vec<Self>"));
    match sql::key_of_bytes(table, &table.key) {
        Some((place, _)) => item.line(2, format!("call::found_by(db, &FIND_MANY, {}, {place})", own("keys"))),
        None => {
            let_key_arrays(&mut item, table.key.len());
            item.line(2, "call::many(db, &FIND_MANY, values)");
        }
    }
    item.line(1, "}");
    item
}

fn exists(table: &Table<'_>, function: &str, places: &[usize], row: &str) -> Writer {
    let mut item = open(&format!("Whether there is a {row}."), function, &key_arguments(table, places), &read("bool"));
    let_statement(&mut item, 2, function);
    let_values(&mut item, 2, &owned(table, places));
    item.line(2, "call::value(db, statement, values)");
    item.line(1, "}");
    item
}

fn count(table: &Table<'_>, list: &List, function: &str) -> Writer {
    let which = if list.rows.equal.is_empty() {
        "How many rows there are".to_owned()
    } else {
        format!("How many rows have this {}", quoted(table, &list.rows.equal))
    };
    let title = format!("{which}{}.\n\nServed by `{}`.", where_(&list.rows), list.index);
    let mut item = open(&title, function, &key_arguments(table, &list.rows.equal), &read("i64"));
    let_statement(&mut item, 2, function);
    let_values(&mut item, 2, &owned(table, &list.rows.equal));
    item.line(2, "call::value(db, statement, values)");
    item.line(1, "}");
    item
}

/// `by \`created_at\` descending, then \`id\` descending`
pub(super) fn order_title(table: &Table<'_>, order: &[Order]) -> String {
    let order: Vec<String> = order
        .iter()
        .map(|Order { column, descending, nulls_first }| {
            let column = &table.columns[*column].column;
            let nulls = match (column.not_null, nulls_first) {
                (true, _) => "",
                (false, true) => " with NULL first",
                (false, false) => " with NULL last",
            };
            format!("`{}`{}{nulls}", column.name.as_str(), if *descending { " descending" } else { "" })
        })
        .collect();
    format!("by {}", order.join(", then "))
}

/// What a partial index says of its rows.
fn where_(rows: &Rows) -> String {
    rows.condition.as_ref().map(|condition| format!(" where `{condition}`")).unwrap_or_default()
}

fn list_title(table: &Table<'_>, list: &List, how: &str) -> String {
    let rows = if list.rows.equal.is_empty() {
        "All rows".to_owned()
    } else {
        format!("The rows with this {}", quoted(table, &list.rows.equal))
    };
    let rows = format!("{rows}{}", where_(&list.rows));
    format!("{rows} {}, {how}.\n\nServed by `{}`.", order_title(table, &list.order), list.index)
}

fn page(table: &Table<'_>, list: &List) -> Writer {
    let marker = &list.marker;
    let mut arguments = key_arguments(table, &list.rows.equal);
    arguments.push(format!("page: ::lockstep::PageOf<{marker}>"));
    let title = list_title(table, list, "a page at a time");
    let mut item = open(&title, &list.function, &arguments, &format!("access::PageExecution<'_, {marker}>"));
    let_values(&mut item, 2, &owned(table, &list.rows.equal));
    item.line(2, "call::page(db, values, page)");
    item.line(1, "}");
    item
}

fn stream(table: &Table<'_>, list: &List) -> Writer {
    let marker = &list.marker;
    let title = list_title(table, list, "one after the other as they arrive");
    let result = read("::lockstep::Rows<Self>");
    let mut item = open(&title, &list.stream, &key_arguments(table, &list.rows.equal), &result);
    let_values(&mut item, 2, &owned(table, &list.rows.equal));
    item.line(2, format!("call::stream::<{marker}, _>(db, values)"));
    item.line(1, "}");
    item
}

fn lock_next(table: &Table<'_>, list: &List) -> Writer {
    let mut arguments = key_arguments(table, &list.rows.equal);
    arguments.push("limit: u32".to_owned());
    let how = "the first `limit` of them that nobody else has locked, locked until the transaction ends";
    let title = list_title(table, list, how);
    let mut item = open(&title, &list.lock_next, &arguments, &read("Vec<Self>"));
    item.line(2, "let limit = i64::from(limit);");
    let_statement(&mut item, 2, &list.lock_next);
    let_values(&mut item, 2, &[owned(table, &list.rows.equal), vec![own("limit")]].concat());
    item.line(2, "call::many(db, statement, values)");
    item.line(1, "}");
    item
}

/// The types of the lists.
pub(in super::super) fn markers(file: &mut Writer, table: &Table<'_>) {
    for list in &table.lists {
        file.blank();
        marker(file, table, list);
    }
}

fn marker(file: &mut Writer, table: &Table<'_>, list: &List) {
    let (marker, row) = (&list.marker, &table.names.row);
    let columns: Vec<_> = list.order.iter().map(|order| &table.columns[order.column]).collect();
    let types: Vec<String> = columns
        .iter()
        .map(|column| if column.column.not_null { column.rust.clone() } else { format!("Option<{}>", column.rust) })
        .collect();
    let bindings: Vec<String> = columns.iter().map(|column| argument(column)).collect();
    let mut item = Writer::default();
    let places: Vec<usize> = list.order.iter().map(|order| order.column).collect();
    let title = format!("The list [`{row}::{}`]: its cursors hold {}.", list.function, quoted(table, &places));
    item.doc(0, [title.as_str()]);
    item.line(0, format!("pub enum {marker} {{}}"));
    file.item(0, item);
    file.blank();
    let mut item = Writer::default();
    item.line(0, format!("impl access::List for {marker} {{"));
    item.line(1, format!("type Row = {row};"));
    item.line(1, format!("type Key = {};", tuple(&types)));
    item.line(1, format!("const FIRST: &'static ::lockstep::Statement = &{};", constant(&list.function)));
    let after = constant(&format!("{}.after", list.function));
    item.line(1, format!("const AFTER: &'static ::lockstep::Statement = &{after};"));
    item.line(1, format!("const EQUAL: usize = {};", list.rows.equal.len()));
    item.blank();
    item.line(1, INLINE);
    item.line(1, format!("fn key(row: &{row}) -> Self::Key {{"));
    let values: Vec<String> = columns
        .iter()
        .map(|column| {
            let clone = if column.passing == Passing::Reference { ".clone()" } else { "" };
            format!("row.{}{clone}", identifier(&column.field))
        })
        .collect();
    close_with_tuple(&mut item, &bindings, &values, Returned::Plain);
    item.blank();
    item.line(1, INLINE);
    item.line(1, "fn values(key: &Self::Key) -> Vec<access::Parameter<'_>> {");
    let values: Vec<String> = match bindings.len() {
        1 => vec!["key".to_owned()],
        count => (0..count).map(|place| format!("&key.{place}")).collect(),
    };
    item.list(2, "vec![", &values, "]", "In the order of the placeholders.");
    item.line(1, "}");
    item.blank();
    item.line(1, INLINE);
    item.line(1, "fn read(values: &mut access::Values<'_>) -> Result<Self::Key, access::BoxError> {");
    let values = vec!["values.take()".to_owned(); bindings.len()];
    close_with_tuple(&mut item, &bindings, &values, Returned::Result);
    item.line(0, "}");
    file.item(0, item);
}

/// Up to this width a tuple stays on one line, whatever rustfmt is configured for.
const SHORT: usize = 50;

/// What a function returns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Returned {
    Plain,
    Result,
}

/// The body of a function that returns some values, each bound to a name before.
fn close_with_tuple(item: &mut Writer, bindings: &[String], values: &[String], returned: Returned) {
    if let [only] = values {
        item.line(2, only);
        return item.line(1, "}");
    }
    let question_mark = if returned == Returned::Result { "?" } else { "" };
    for (binding, value) in bindings.iter().zip(values) {
        item.line(2, format!("let {binding} = {value}{question_mark};"));
    }
    let tuple = tuple(bindings);
    if tuple.chars().count() > SHORT {
        item.keep();
    }
    item.line(2, if returned == Returned::Result { format!("Ok({tuple})") } else { tuple });
    item.line(1, "}");
}
