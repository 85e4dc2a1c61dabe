//! The module of a query file: a row struct, a function and a statement for each query.

use std::collections::BTreeMap;

use super::File;
use super::model::{Typer, Value};
use super::names::{Scope, camel, identifier, snake};
use super::types::Passing;
use super::writer::{INLINE, Writer, literal};
use crate::certificate::Certificate;
use crate::diagnostic::Diagnostic;
use crate::query::{Cardinality, Query, QueryColumn, QueryParameter};
use crate::settings::Settings;

/// The files of all queries, by their modules.
pub(super) fn files(certificate: &Certificate, settings: &Settings, diagnostics: &mut Vec<Diagnostic>) -> Vec<File> {
    let mut by_file: BTreeMap<&str, Vec<Typed<'_>>> = BTreeMap::new();
    if certificate.queries.is_empty() {
        return Vec::new();
    }
    let typer = Typer::new(&certificate.catalog, &certificate.annotations, settings.datetime);
    for (key, query) in &certificate.queries {
        let (file, name) = key.rsplit_once('.').unwrap_or(("queries", key));
        let typed = Typed::new(format!("the query {file}.{name}"), name, query, &typer, diagnostics);
        by_file.entry(file).or_default().push(typed);
    }
    let mut modules = Scope::values();
    let file =
        |(file, queries): (&str, Vec<Typed<'_>>)| File { name: modules.give(snake(file)), text: text(file, &queries) };
    by_file.into_iter().map(file).collect()
}

/// A query with the Rust types of its values.
pub(super) struct Typed<'a> {
    /// What messages call it.
    called: String,
    name: &'a str,
    pub(super) query: &'a Query,
    pub(super) parameters: Vec<(&'a QueryParameter, Value)>,
    pub(super) columns: Vec<(&'a QueryColumn, Value)>,
}

impl<'a> Typed<'a> {
    pub(super) fn new(
        called: String,
        name: &'a str,
        query: &'a Query,
        typer: &Typer<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let parameters = query.parameters.iter();
        let parameters = parameters
            .map(|each| (each, typer.value((&each.data_type, each.column.as_deref()), diagnostics)))
            .collect();
        let columns = query.columns.iter();
        let columns =
            columns.map(|each| (each, typer.value((&each.data_type, each.column.as_deref()), diagnostics))).collect();
        let typed = Self { called, name, query, parameters, columns };
        diagnostics.extend(typed.as_text());
        typed
    }

    /// Values that travel as text only, which the query has to say: nobody but its author writes its text.
    fn as_text(&self) -> Vec<Diagnostic> {
        let wrong = |name: &str, shown: &str, hint: String| {
            let message = format!("{name} of {} is of type {shown}, which travels as text", self.called);
            Diagnostic::error("travels-as-text", message).hint(hint)
        };
        let columns = self.columns.iter().filter(|(_, value)| value.mapped.read_as.is_some());
        let columns = columns.map(|(column, _)| {
            let QueryColumn { name, data_type, .. } = column;
            wrong(
                name,
                &data_type.text,
                format!("write `{name}::text AS {name}`, with `[]` behind `text` for an array"),
            )
        });
        let is_text = |value: &Value| value.mapped.constant == "TEXT" && value.mapped.cast.is_some();
        let parameters = self.parameters.iter().filter(|(_, value)| is_text(value));
        let parameters = parameters.map(|(parameter, _)| {
            let QueryParameter { name, data_type, .. } = parameter;
            wrong(name, &data_type.text, format!("write `@{name}::text::{}`", data_type.text))
        });
        columns.chain(parameters).collect()
    }
}

fn text(module: &str, queries: &[Typed<'_>]) -> String {
    let mut file = Writer::default();
    file.line(0, "use ::lockstep::access;");
    file.line(0, "use ::lockstep::types;");
    let mut rows = Scope::types();
    for query in queries {
        let row = (query.columns.len() > 1).then(|| rows.give(format!("{}Row", camel(query.name))));
        if let Some(row) = &row {
            row_struct(&mut file, &format!("A row of `{}`.", query.name), query, row);
        }
        function(&mut file, query, row.as_deref());
        let called = literal(&format!("{module}.{}", query.name));
        statement(&mut file, &snake(query.name).to_uppercase(), &called, query);
    }
    file.text
}

pub(super) fn optional(rust: &str, is_optional: bool) -> String {
    if is_optional { format!("Option<{rust}>") } else { rust.to_owned() }
}

/// The columns with the names of their fields.
pub(super) fn fields<'t>(query: &'t Typed<'_>) -> Vec<(String, &'t (&'t QueryColumn, Value))> {
    let mut scope = Scope::values();
    query.columns.iter().map(|column| (identifier(&scope.give(snake(&column.0.name))), column)).collect()
}

pub(super) fn row_struct(file: &mut Writer, comment: &str, query: &Typed<'_>, row: &str) {
    let fields = fields(query);
    let is_sensitive = query.columns.iter().any(|(_, value)| value.sensitive);
    file.blank();
    file.doc(0, [comment]);
    file.line(0, if is_sensitive { "#[derive(Clone, PartialEq)]" } else { "#[derive(Clone, Debug, PartialEq)]" });
    file.line(0, format!("pub struct {row} {{"));
    for (field, (column, value)) in &fields {
        let null = if column.not_null { ", never NULL" } else { "" };
        let origin = column.column.as_ref().map_or_else(String::new, |column| format!(" of `{column}`"));
        file.line(1, format!("/// `{}`{origin}{null}.", column.data_type.text));
        file.line(1, format!("pub {field}: {},", optional(&value.rust, !column.not_null)));
    }
    file.line(0, "}");
    if is_sensitive {
        redacted(file, row, &fields);
    }
    file.blank();
    file.line(0, format!("impl access::FromRow for {row} {{"));
    file.line(1, INLINE);
    file.line(1, "fn from_row(row: &types::Row) -> Result<Self, access::DecodeError> {");
    file.line(2, "Ok(Self {");
    file.line(3, "// By position: the statement names its columns in this order.");
    for (place, (field, _)) in fields.iter().enumerate() {
        file.line(3, format!("{field}: access::get(row, {place})?,"));
    }
    file.line(2, "})");
    file.line(1, "}");
    file.line(0, "}");
}

fn redacted(file: &mut Writer, row: &str, fields: &[(String, &(&QueryColumn, Value))]) {
    file.blank();
    file.line(0, "/// Values that the schema calls sensitive are not shown.");
    file.line(0, format!("impl ::core::fmt::Debug for {row} {{"));
    file.line(1, INLINE);
    file.line(1, "fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {");
    file.line(2, format!("let mut fields = f.debug_struct({});", literal(row)));
    for (field, (column, value)) in fields {
        let shown = if value.sensitive { "access::REDACTED".to_owned() } else { format!("self.{field}") };
        file.list(2, "fields.field(", &[literal(&column.name), format!("&{shown}")], ");", "The name and the value.");
    }
    file.line(2, "fields.finish()");
    file.line(1, "}");
    file.line(0, "}");
}

/// An argument's type: borrowed where it is not copied.
pub(super) fn argument(value: &Value, nullable: bool) -> String {
    let passed = match (value.passing, value.rust.as_str()) {
        (Passing::Value, rust) => rust.to_owned(),
        (Passing::Reference, "String") => "&str".to_owned(),
        (Passing::Reference, rust) => match rust.strip_prefix("Vec<").and_then(|rust| rust.strip_suffix('>')) {
            Some(element) => format!("&[{element}]"),
            None => format!("&{rust}"),
        },
    };
    optional(&passed, nullable)
}

fn function(file: &mut Writer, typed: &Typed<'_>, row: Option<&str>) {
    let Typed { called: _, name, query, parameters, columns } = typed;
    let mut scope = Scope::with(&["db", "statement", "values"]);
    let names: Vec<String> =
        parameters.iter().map(|(parameter, _)| identifier(&scope.give(snake(&parameter.name)))).collect();
    let mut arguments = vec!["db: &dyn ::lockstep::Executor".to_owned()];
    let typed = names.iter().zip(parameters);
    arguments
        .extend(typed.map(|(name, (parameter, value))| format!("{name}: {}", argument(value, parameter.nullable))));
    let (rust, read) = match (row, columns.as_slice()) {
        (Some(row), _) => (row.to_owned(), "access::FromRow::from_row"),
        (None, [(column, value)]) => (optional(&value.rust, !column.not_null), "access::only"),
        (None, _) => ("()".to_owned(), "access::FromRow::from_row"),
    };
    let constant = snake(name).to_uppercase();
    let rows = |core: &str| vec![format!("access::{core}(db, statement, values, {read}).await")];
    let execute = "access::execute(db, statement, values).await";
    let (result, body) = match query.cardinality {
        Cardinality::One => (rust, rows("one")),
        Cardinality::Opt => (format!("Option<{rust}>"), rows("optional")),
        Cardinality::Many => (format!("Vec<{rust}>"), rows("many")),
        Cardinality::Stream => (format!("::lockstep::Rows<{rust}>"), rows("streamed")),
        Cardinality::Exec => ("()".to_owned(), vec![format!("{execute}?;"), "Ok(())".to_owned()]),
        Cardinality::ExecRows => ("u64".to_owned(), vec![execute.to_owned()]),
    };
    file.blank();
    let mut item = Writer::default();
    item.doc(0, [query.comment.as_str(), "# Errors", "What the server or the connection refuses."]);
    if arguments.len() > 7 {
        item.line(0, "#[allow(clippy::too_many_arguments, reason = \"one for each parameter of the query\")]");
    }
    item.line(0, INLINE);
    let open = format!("pub async fn {}", identifier(name));
    item.signature(0, &open, &arguments, &format!("Result<{result}, ::lockstep::Error>"));
    let references: Vec<String> = names.iter().map(|name| format!("&{name}")).collect();
    item.list(1, "let values: &[access::Parameter<'_>] = &[", &references, "];", "In the order of the placeholders.");
    item.line(1, format!("let statement = &{constant};"));
    body.iter().for_each(|line| item.line(1, line));
    item.line(0, "}");
    file.item(0, item);
}

/// The statement as a static; `called` is the expression that names it in errors.
pub(super) fn statement(file: &mut Writer, constant: &str, called: &str, typed: &Typed<'_>) {
    let Typed { called: _, name: _, query, parameters, columns: _ } = typed;
    file.blank();
    file.line(0, "#[rustfmt::skip]");
    file.line(0, format!("static {constant}: ::lockstep::Statement = ::lockstep::Statement {{"));
    file.line(1, format!("name: {called},"));
    file.line(1, format!("sql: {},", literal(&query.sql)));
    let types: Vec<String> =
        parameters.iter().map(|(_, value)| format!("types::Type::{}", value.mapped.binary_constant())).collect();
    file.line(1, format!("parameters: &[{}],", types.join(", ")));
    file.line(0, "};");
}
