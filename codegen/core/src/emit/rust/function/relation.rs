//! The functions that follow foreign keys.

use super::super::model::Table;
use super::super::names::identifier;
use super::super::relation::{Children, Parent};
use super::super::sql;
use super::super::types::Passing;
use super::super::writer::{Writer, literal};
use super::read::{keys_argument, let_key_arrays, order_title};
use super::{DB, argument, lend, let_statement, let_values, open, own, quoted, read, tuple};

pub(super) fn functions(table: &Table<'_>) -> Vec<Writer> {
    let parents = table.parents.iter().map(|each| parent(table, each));
    parents.chain(table.children.iter().map(|children| batched(table, children))).collect()
}

/// Wider than this rustfmt may break up a call with what follows it.
const SHORT: usize = 55;

fn parent(table: &Table<'_>, parent: &Parent) -> Writer {
    let Parent { function, row, find, statement, columns, is_optional } = parent;
    let title = format!("The row that this one refers to by {}.", quoted(table, columns));
    let result = if *is_optional { format!("Option<{row}>") } else { row.clone() };
    let arguments = ["&self".to_owned(), DB.to_owned()];
    let mut item = open(&title, function, &arguments, &read(&result));
    let columns: Vec<_> = columns.iter().map(|place| &table.columns[*place]).collect();
    let find = format!("{row}::{}", identifier(find));
    if columns.iter().all(|column| column.column.not_null) {
        let arguments: Vec<String> = columns
            .iter()
            .map(|column| {
                let reference = if column.passing == Passing::Reference { "&" } else { "" };
                format!("{reference}self.{}", identifier(&column.field))
            })
            .collect();
        let call = format!("{find}(db, {})", arguments.join(", "));
        if call.chars().count() > SHORT {
            item.keep();
        }
        if *is_optional {
            item.line(2, call);
        } else {
            item.line(2, format!("let found = {call};"));
            item.line(2, format!("call::referred(found, {})", literal(statement)));
        }
    } else {
        let fields: Vec<String> = columns.iter().map(|column| format!("&self.{}", identifier(&column.field))).collect();
        let patterns: Vec<String> = columns
            .iter()
            .map(|column| {
                let name = argument(column);
                if column.column.not_null { name } else { format!("Some({name})") }
            })
            .collect();
        let arguments: Vec<String> = columns
            .iter()
            .map(|column| {
                let dereference = if column.passing == Passing::Reference { "" } else { "*" };
                format!("{dereference}{}", argument(column))
            })
            .collect();
        let call = format!("{find}(db, {})", arguments.join(", "));
        let (fields, patterns) = (tuple(&fields), tuple(&patterns));
        if [&call, &fields, &patterns].iter().any(|part| part.chars().count() > SHORT) {
            item.keep();
        }
        item.line(2, format!("match {fields} {{"));
        item.line(3, format!("{patterns} => {call},"));
        item.line(3, "_ => call::nothing(),");
        item.line(2, "}");
    }
    item.line(1, "}");
    item
}

fn title(table: &Table<'_>, children: &Children, whom: &str) -> String {
    let order = match children.order.as_slice() {
        [] => String::new(),
        order => format!(", {}", order_title(table, order)),
    };
    let columns = quoted(table, &children.columns);
    format!(
        "The rows of `{}` that refer to {whom} by {columns}{order}.\n\nServed by `{}`.",
        table.name.key(),
        children.index
    )
}

fn batched(table: &Table<'_>, children: &Children) -> Writer {
    let arguments = [DB.to_owned(), keys_argument(table, &children.columns)];
    let title = title(table, children, "each of these").replacen(
        ".\n",
        ": for each key its own, in the order of the keys.\n",
        1,
    );
    let mut item = open(&title, &children.batched, &arguments, &read("Vec<Vec<Self>>"));
    let_statement(&mut item, 2, &children.batched);
    match sql::key_of_bytes(table, &children.columns) {
        Some((place, _)) => item.line(2, format!("call::grouped_by(db, statement, {}, {place})", own("keys"))),
        None => {
            let_key_arrays(&mut item, children.columns.len());
            item.line(2, "call::grouped(db, statement, values, keys.len())");
        }
    }
    item.line(1, "}");
    item
}

/// The functions of the rows that the table refers to; they stand in the file of the rows that they return.
pub(in super::super) fn children(file: &mut Writer, table: &Table<'_>) {
    for children in &table.children {
        let row = &table.names.row;
        file.blank();
        file.line(0, format!("impl {} {{", children.row));
        let title = title(table, children, "this one");
        let arguments = ["&self".to_owned(), DB.to_owned()];
        let mut item = open(&title, &children.function, &arguments, &read(&format!("Vec<{row}>")));
        let_statement(&mut item, 2, &format!("{}.one", children.batched));
        let values: Vec<String> =
            children.fields.iter().map(|field| lend(&format!("&self.{}", identifier(field)))).collect();
        let_values(&mut item, 2, &values);
        item.line(2, "call::many(db, statement, values)");
        item.line(1, "}");
        file.item(1, item);
        file.line(0, "}");
    }
}
