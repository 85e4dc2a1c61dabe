//! The file of a table: its structs, then its statements.

use super::derive;
use super::function;
use super::model::{Column, Given, Id, Table, TableNames};
use super::names::identifier;
use super::sql::{self, Text};
use super::writer::{INLINE, Writer, literal};

/// The text of the file below its first line.
pub(super) fn file(table: &Table<'_>, derives: &[String]) -> String {
    let texts = sql::statements(table);
    let mut file = Writer::default();
    file.line(0, "use ::lockstep::access::{self, call};");
    file.line(0, "use ::lockstep::types;");
    file.blank();
    id(&mut file, table);
    row(&mut file, table, derives);
    from_row(&mut file, table);
    serialize(&mut file, table);
    if !table.is_view {
        new(&mut file, table, derives);
        if sql::patched(table).next().is_some() {
            patch(&mut file, table, derives);
        }
        constraint(&mut file, table);
    }
    function::functions(&mut file, table, &texts);
    function::children(&mut file, table);
    function::markers(&mut file, table);
    for text in &texts {
        file.blank();
        statement(&mut file, table, text);
    }
    file.text
}

fn id(file: &mut Writer, table: &Table<'_>) {
    let TableNames { row, id, new: _, optional: _, patch: _, constraint: _ } = &table.names;
    match &table.id {
        Id::Own(key) => {
            file.line(0, format!("/// The primary key of `{}`.", table.name.key()));
            file.line(0, format!("pub type {id} = ::lockstep::Id<{row}>;"));
            file.blank();
            file.line(0, format!("impl ::lockstep::Keyed for {row} {{"));
            file.line(1, format!("type Key = {key};"));
            file.line(0, "}");
            file.blank();
        }
        Id::Other(other) => {
            file.line(0, format!("/// The primary key of `{}`, which is a foreign key.", table.name.key()));
            file.line(0, format!("pub type {id} = {other};"));
            file.blank();
        }
        Id::None => {}
    }
}

/// `` `uuid NOT NULL` ``
fn definition(column: &Column<'_>) -> String {
    let not_null = if column.column.not_null { " NOT NULL" } else { "" };
    format!("`{}{not_null}`", column.column.data_type.text)
}

fn optional(rust: &str, is_optional: bool) -> String {
    if is_optional { format!("Option<{rust}>") } else { rust.to_owned() }
}

/// A struct with a field per column.
pub(super) struct Struct<'s> {
    pub(super) name: &'s str,
    pub(super) title: String,
    pub(super) comment: &'s str,
    pub(super) derive: String,
    /// The field, its type, its documentation, and whether `Debug` hides it.
    pub(super) fields: Vec<(String, String, String, bool)>,
}

/// Writes a struct.
pub(super) fn structure(file: &mut Writer, structure: &Struct<'_>) {
    let Struct { name, title, comment, derive, fields } = structure;
    let mut item = Writer::default();
    item.doc(0, [title.as_str(), comment]);
    let is_sensitive = fields.iter().any(|(_, _, _, sensitive)| *sensitive);
    let derive = if is_sensitive { derive.replace("Debug, ", "").replace(", Debug", "") } else { derive.clone() };
    item.line(0, format!("#[derive({derive})]"));
    if fields.is_empty() {
        item.line(0, format!("pub struct {name} {{}}"));
    } else {
        item.line(0, format!("pub struct {name} {{"));
        for (field, rust, doc, _) in fields {
            item.doc(1, [doc.as_str()]);
            item.line(1, format!("pub {}: {rust},", identifier(field)));
        }
        item.line(0, "}");
    }
    file.item(0, item);
    if is_sensitive {
        file.blank();
        redacted(file, name, fields);
    }
}

fn redacted(file: &mut Writer, name: &str, fields: &[(String, String, String, bool)]) {
    let mut item = Writer::default();
    item.line(0, "/// Values that the schema calls sensitive are not shown.");
    item.line(0, format!("impl ::core::fmt::Debug for {name} {{"));
    item.line(1, INLINE);
    item.line(1, "fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {");
    item.line(2, format!("let mut fields = f.debug_struct({});", literal(name)));
    for (field, _, _, sensitive) in fields {
        let value = if *sensitive { "access::REDACTED".to_owned() } else { format!("self.{}", identifier(field)) };
        let arguments = [literal(field), format!("&{value}")];
        item.list(2, "fields.field(", &arguments, ");", "The name and the value.");
    }
    item.line(2, "fields.finish()");
    item.line(1, "}");
    item.line(0, "}");
    file.item(0, item);
}

fn field_doc(column: &Column<'_>) -> String {
    let definition = definition(column);
    column.column.comment.as_ref().map_or(definition.clone(), |comment| format!("{comment}\n\n{definition}"))
}

fn row(file: &mut Writer, table: &Table<'_>, derives: &[String]) {
    let field = |column: &Column<'_>| {
        let rust = optional(&column.rust, !column.column.not_null);
        (column.field.clone(), rust, field_doc(column), column.sensitive)
    };
    let comment = table.table.comment.clone().unwrap_or_default();
    let row = Struct {
        name: &table.names.row,
        title: format!("A row of `{}`.", table.name.key()),
        comment: &comment,
        derive: derive("Clone, Debug, PartialEq", derives),
        fields: table.columns.iter().map(field).collect(),
    };
    structure(file, &row);
}

fn from_row(file: &mut Writer, table: &Table<'_>) {
    file.blank();
    file.line(0, format!("impl access::FromRow for {} {{", table.names.row));
    file.line(1, INLINE);
    file.line(1, "fn from_row(row: &types::Row) -> Result<Self, access::DecodeError> {");
    file.line(2, "Ok(Self {");
    file.line(3, "// By position: the statements name their columns in this order.");
    for (place, column) in table.columns.iter().enumerate() {
        file.line(3, format!("{}: access::get(row, {place})?,", identifier(&column.field)));
    }
    file.line(2, "})");
    file.line(1, "}");
    file.line(0, "}");
}

fn serialize(file: &mut Writer, table: &Table<'_>) {
    let fields = table.columns.iter().map(|column| (column.field.as_str(), column.column.name.as_str()));
    serialized(file, &table.names.row, &fields.collect::<Vec<_>>());
}

/// Serialises a struct by its fields, each with its name in PostgreSQL.
pub(super) fn serialized(file: &mut Writer, rust: &str, fields: &[(&str, &str)]) {
    file.blank();
    let mut item = Writer::default();
    item.line(0, format!("impl types::Serialize for {rust} {{"));
    item.line(1, "fn serialize<S: types::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {");
    item.line(2, "use types::SerializeStruct as _;");
    let count = fields.len();
    let mutable = if fields.is_empty() { "" } else { "mut " };
    item.line(2, format!("let {mutable}fields = serializer.serialize_struct({}, {count})?;", literal(rust)));
    for (field, name) in fields {
        let (field, name) = (identifier(field), literal(name));
        if name.len() + field.len() + 8 > 60 {
            item.line(2, format!("let value = &self.{field};"));
            item.line(2, format!("fields.serialize_field({name}, value)?;"));
        } else {
            item.line(2, format!("fields.serialize_field({name}, &self.{field})?;"));
        }
    }
    item.line(2, "fields.end()");
    item.line(1, "}");
    item.line(0, "}");
    file.item(0, item);
}

/// The field of a new row or a patch, and whether `None` leaves it to the server.
fn new_field(column: &Column<'_>) -> (String, String, String, bool) {
    let (rust, absent) = match &column.given {
        Given::Required | Given::Server => (column.rust.clone(), String::new()),
        Given::Nullable => (optional(&column.rust, true), "; NULL if it is not given".to_owned()),
        Given::Default(default) => (optional(&column.rust, true), format!("; `{default}` if it is not given")),
        Given::NullableDefault(default) => {
            (optional(&optional(&column.rust, true), true), format!("; `{default}` if it is not given"))
        }
    };
    let default_is_one_line = !absent.contains(['\n', '\r']);
    let absent = if default_is_one_line { absent } else { "; the default if it is not given".to_owned() };
    (column.field.clone(), rust, format!("{}{absent}", field_doc(column)), column.sensitive)
}

fn new(file: &mut Writer, table: &Table<'_>, derives: &[String]) {
    let TableNames { row: _, id: _, new, optional, patch: _, constraint: _ } = &table.names;
    let columns = sql::inserted(table);
    let (required, left): (Vec<&Column<'_>>, Vec<&Column<'_>>) =
        columns.iter().copied().partition(|column| column.given == Given::Required);
    let mut fields: Vec<_> = required.iter().map(|column| new_field(column)).collect();
    let bundle = function::bundle(table);
    if !left.is_empty() {
        let doc = "What may be left out: `..Default::default()` leaves it all to the server.".to_owned();
        fields.push((bundle, optional.clone(), doc, false));
    }
    let own = if required.is_empty() { "Clone, Debug, Default, PartialEq" } else { "Clone, Debug, PartialEq" };
    let title = format!("A row to insert into `{}`.", table.name.key());
    file.blank();
    structure(file, &Struct { name: new, title, comment: "", derive: derive(own, derives), fields });
    if !left.is_empty() {
        let fields = left.iter().map(|column| new_field(column)).collect();
        let title = format!("The columns that a row of `{}` may be inserted without.", table.name.key());
        let derive = derive("Clone, Debug, Default, PartialEq", derives);
        file.blank();
        structure(file, &Struct { name: optional, title, comment: "", derive, fields });
    }
    function::insert_values(file, table);
}

fn patch(file: &mut Writer, table: &Table<'_>, derives: &[String]) {
    let field = |column: &Column<'_>| {
        let rust = optional(&optional(&column.rust, !column.column.not_null), true);
        (column.field.clone(), rust, field_doc(column), column.sensitive)
    };
    let patch = Struct {
        name: &table.names.patch,
        title: format!("A change of a row of `{}`: what is `None` stays as it is.", table.name.key()),
        comment: "",
        derive: derive("Clone, Debug, Default, PartialEq", derives),
        fields: sql::patched(table).map(field).collect(),
    };
    file.blank();
    structure(file, &patch);
}

fn constraint(file: &mut Writer, table: &Table<'_>) {
    let name = &table.names.constraint;
    file.blank();
    file.line(0, format!("/// What a write to `{}` can violate.", table.name.key()));
    file.line(0, "#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]");
    if table.constraints.is_empty() {
        file.line(0, format!("pub enum {name} {{}}"));
    } else {
        file.line(0, format!("pub enum {name} {{"));
        for violable in &table.constraints {
            let (on, name) = violable.names[0];
            let doc = format!("`{}` of `{}`: `{}`", name.as_str(), on.key(), violable.definition);
            file.doc(1, [doc.as_str()]);
            file.line(1, format!("{},", violable.variant));
        }
        file.line(0, "}");
    }
    file.blank();
    let mut item = Writer::default();
    item.line(0, format!("impl ::lockstep::Constraint for {name} {{"));
    let items: Vec<String> = table
        .constraints
        .iter()
        .flat_map(|violable| {
            violable.names.iter().map(|(on, name)| {
                let (on, constraint) = (literal(&error_table(on)), literal(name.as_str()));
                format!("({on}, {constraint}, Self::{})", violable.variant)
            })
        })
        .collect();
    if items.is_empty() {
        item.line(1, "const ALL: &'static [(&'static str, &'static str, Self)] = &[];");
    } else {
        let comment = "The table, the constraint.";
        item.line(1, "const ALL: &'static [(&'static str, &'static str, Self)] = &[");
        item.line(2, format!("// {comment}"));
        items.iter().for_each(|entry| item.line(2, format!("{entry},")));
        item.line(1, "];");
    }
    item.line(0, "}");
    let header = item.text.lines().next().unwrap_or_default().chars().count();
    if header > 100 || items.iter().any(|item| item.len() > 62) {
        item.text.insert_str(0, "#[rustfmt::skip]\n");
    }
    file.text.push_str(&item.text);
}

/// A table as the server names it in an error: both names bare.
fn error_table(name: &crate::name::QualifiedName) -> String {
    format!("{}.{}", name.schema.as_str(), name.name.as_str())
}

/// Whether a statement returns rows of its table.
fn returns_rows(clauses: &[String]) -> bool {
    let is_value = |clause: &String| {
        ["SELECT EXISTS ", "SELECT count(", "SELECT ARRAY("].iter().any(|start| clause.starts_with(start))
    };
    clauses.iter().any(|clause| clause.starts_with("RETURNING "))
        || clauses[0].starts_with("WITH ")
        || (clauses[0].starts_with("SELECT ") && !is_value(&clauses[0]))
}

fn statement(file: &mut Writer, table: &Table<'_>, text: &Text) {
    let Text { name, constant, clauses, parameters } = text;
    let open = format!("static {constant}: ::lockstep::Statement = ::lockstep::Statement {{");
    if open.chars().count() >= 100 {
        file.line(0, "#[rustfmt::skip]");
    }
    file.line(0, open);
    file.line(1, format!("name: {},", literal(&format!("{}.{name}", table.name.key()))));
    let last = clauses.len() - 1;
    for (place, clause) in clauses.iter().enumerate() {
        let quoted = literal(clause);
        let bare = &quoted[1..quoted.len() - 1];
        let open = if place == 0 { "sql: \"" } else { "" };
        let close = if place == last { "\"," } else { " \\" };
        file.line(if place == 0 { 1 } else { 2 }, format!("{open}{bare}{close}"));
    }
    let asks =
        (returns_rows(clauses) && table.columns.iter().any(|column| column.mapped.is_asked())).then_some("RECORD");
    let constants = parameters.iter().map(String::as_str).chain(asks);
    let parameters: Vec<String> = constants.map(|constant| format!("types::Type::{constant}")).collect();
    file.list(1, "parameters: &[", &parameters, "],", "In the order of the placeholders.");
    file.line(0, "};");
}
