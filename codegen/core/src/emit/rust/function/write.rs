//! The functions that write rows.

use super::super::model::{Given, Table, Upsert};
use super::super::names::identifier;
use super::super::sql::{self, Text};
use super::super::writer::Writer;
use super::{DB, argument, key_arguments, lend, let_statement, let_values, open, owned, quoted};

pub(super) fn functions(table: &Table<'_>, texts: &[Text]) -> Vec<Writer> {
    if table.is_view {
        return Vec::new();
    }
    let mut functions = vec![insert(table)];
    if sql::inserts_many(table) {
        functions.push(insert_many(table));
    }
    if sql::copies_in(table) {
        functions.push(copy_in(table));
    }
    functions.extend(table.upserts.iter().map(|each| upsert(table, each)));
    if !table.key.is_empty() {
        if texts.iter().any(|text| text.name == "update") {
            functions.push(update(table));
            functions.push(compare_and_set(table));
        }
        functions.push(delete(table));
    }
    functions
}

/// What a function that writes returns.
fn written(table: &Table<'_>, result: &str) -> String {
    format!("access::Writing<'_, {result}, {}>", table.names.constraint)
}

fn insert(table: &Table<'_>) -> Writer {
    let arguments = [DB.to_owned(), format!("new: &{}", table.names.new)];
    let result = written(table, "Self");
    let mut item = open("Inserts a row and returns it as it is stored.", "insert", &arguments, &result);
    item.line(2, "call::insert(db, &INSERT, new)");
    item.line(1, "}");
    item
}

fn insert_many(table: &Table<'_>) -> Writer {
    let title = "Inserts rows and returns them as they are stored, in the same order.\n\nUp to 10,000 rows are one \
                 statement (500 if there are array columns); more are several, which only a transaction makes one.";
    let arguments = [DB.to_owned(), format!("rows: &[{}]", table.names.new)];
    let result = written(table, "Vec<Self>");
    let mut item = open(title, "insert_many", &arguments, &result);
    item.line(2, "call::insert_many(db, &INSERT, &INSERT_MANY, rows)");
    item.line(1, "}");
    item
}

fn copy_in(table: &Table<'_>) -> Writer {
    let title = "Loads rows by `COPY`, all or none, and counts them: the quickest way in where none has to come back.\n\n\
                 What the rows leave to the server is evaluated first. The server refuses `COPY` to roles that row-level \
                 security applies to.";
    let arguments = [DB.to_owned(), format!("rows: &[{}]", table.names.new)];
    let mut item = open(title, "copy_in", &arguments, &written(table, "u64"));
    let absent: Vec<&str> = sql::inserted(table)
        .iter()
        .map(|column| match column.given {
            Given::Required | Given::Nullable | Given::Server => "access::Absent::Never",
            Given::Default(_) => "access::Absent::Default",
            Given::NullableDefault(_) => "access::Absent::Flagged",
        })
        .collect();
    let has_defaults = absent.iter().any(|absent| *absent != "access::Absent::Never");
    item.line(2, "let load = access::Load {");
    item.line(3, "copy: &COPY_IN,");
    // Keeps the struct open in every width.
    item.line(3, "// By column.");
    if has_defaults {
        let absent: Vec<String> = absent.into_iter().map(str::to_owned).collect();
        item.list(3, "absent: &[", &absent, "],", "In their order.");
        item.line(3, "defaults: Some(&COPY_IN__DEFAULTS),");
    } else {
        item.line(3, format!("absent: &[access::Absent::Never; {}],", absent.len()));
        item.line(3, "defaults: None,");
    }
    item.line(2, "};");
    item.line(2, "call::copy_in(db, load, rows)");
    item.line(1, "}");
    item
}

fn upsert(table: &Table<'_>, upsert: &Upsert) -> Writer {
    let Upsert { function, arbiter: _, rows } = upsert;
    let arguments = [DB.to_owned(), format!("new: &{}", table.names.new)];
    let result = written(table, "Self");
    let title = format!(
        "Inserts a row, or changes the one with the same {}, and returns it as it is stored.\n\nA row that is there \
         already keeps its primary key and what the new one leaves to the server.",
        quoted(table, &rows.equal)
    );
    let among = rows.condition.as_ref().map(|condition| {
        format!("\n\nThe rows are those where `{condition}`; a new one that is none of them is inserted.")
    });
    let title = title + &among.unwrap_or_default();
    let mut item = open(&title, function, &arguments, &result);
    let_statement(&mut item, 2, function);
    item.line(2, "call::insert(db, statement, new)");
    item.line(1, "}");
    item
}

/// The values of a patch, in the order of the placeholders.
fn patch_values(table: &Table<'_>, patch: &str) -> Vec<String> {
    let mut values = Vec::new();
    for column in sql::patched(table) {
        let field = identifier(&column.field);
        if !column.column.not_null {
            values.push(lend(&format!("access::present(&{patch}.{field})")));
        }
        values.push(lend(&format!("&{patch}.{field}")));
    }
    values
}

fn update(table: &Table<'_>) -> Writer {
    let mut arguments = key_arguments(table, &table.key);
    arguments.push(format!("patch: &{}", table.names.patch));
    let result = written(table, "Option<Self>");
    let fires = table.table.triggers.values().any(|trigger| trigger.definition.contains(" UPDATE OF "));
    let triggers = if fires { "\n\nTriggers `UPDATE OF` a column fire for every patch." } else { "" };
    let title = format!(
        "Changes the row with this primary key and returns it as it is stored; `None` if there is none.\n\nA patch that \
         changes nothing is not sent.{triggers}"
    );
    let mut item = open(&title, "update", &arguments, &result);
    let key: Vec<String> = table.key.iter().map(|place| argument(&table.columns[*place])).collect();
    let values = [owned(table, &table.key), patch_values(table, "patch")].concat();
    item.line(2, format!("if *patch == {}::default() {{", table.names.patch));
    item.line(3, format!("return call::unchanged(Self::find(db, {}));", key.join(", ")));
    item.line(2, "}");
    let_values(&mut item, 2, &values);
    item.line(2, "call::update(db, &UPDATE, values)");
    item.line(1, "}");
    item
}

fn compare_and_set(table: &Table<'_>) -> Writer {
    let mut arguments = key_arguments(table, &table.key);
    arguments.push(format!("expected: &{}", table.names.patch));
    arguments.push(format!("patch: &{}", table.names.patch));
    let result = written(table, "Option<Self>");
    let title = "Changes the row with this primary key, if it still has the expected values, and returns it as it is \
                 stored; `None` if there is none, or one that has other values.";
    let mut item = open(title, "compare_and_set", &arguments, &result);
    let values = [owned(table, &table.key), patch_values(table, "expected"), patch_values(table, "patch")].concat();
    let_values(&mut item, 2, &values);
    item.line(2, "call::update(db, &COMPARE_AND_SET, values)");
    item.line(1, "}");
    item
}

fn delete(table: &Table<'_>) -> Writer {
    let result = written(table, "bool");
    let title = "Deletes the row with this primary key; `false` if there is none.";
    let mut item = open(title, "delete", &key_arguments(table, &table.key), &result);
    let_values(&mut item, 2, &owned(table, &table.key));
    item.line(2, "call::delete(db, &DELETE, values)");
    item.line(1, "}");
    item
}
