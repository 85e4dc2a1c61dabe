//! What calls of `query!` and rows of the user's own are made of.
//!
//! In: a certificate, and a query that it holds or that the server has just taken. Out: Rust in parts, which the macros put
//! around the user's tokens.

use std::collections::BTreeMap;

use super::model::Typer;
use super::names::{Scope, identifier, snake};
use super::query::{Typed, argument, fields, optional, row_struct, statement};
use super::view;
use super::writer::Writer;
use crate::certificate::Certificate;
use crate::diagnostic::Diagnostic;
use crate::name::{Identifier, QualifiedName};
use crate::query::{Query, inline};
use crate::settings::Settings;

/// The name of the struct of the user's own in [`Code::named`]: an alias that the macro makes.
pub const OUTPUT: &str = "Output";

/// The function in [`Code::named`] that reads a row of it, which the macro writes.
pub const READ: &str = "read";

/// What a call of `query!` becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The struct for a row; empty for one column and for none.
    row: String,
    /// The statement.
    statement: String,
    /// The function that makes the query of its arguments, for a row as it comes.
    own: String,
    /// The same for a row that a struct of the user's holds.
    named: String,
    /// The fields of a row; for one column, or none, as well.
    pub fields: Vec<Field>,
}

/// A field of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, raw where it has to be.
    pub name: String,
    /// The column that it holds.
    pub column: String,
    /// Its type.
    pub rust: String,
    /// The type without the `Option` of what may be NULL, where it may be.
    pub nullable: Option<String>,
    /// Whether `Debug` is to hide it.
    pub sensitive: bool,
}

impl Code {
    /// Items, and the function behind them, which takes the arguments.
    #[must_use]
    pub fn own(&self) -> String {
        let Self { row, statement, own, named: _, fields: _ } = self;
        format!("{USES}{row}{statement}{own}")
    }

    /// The same, where [`OUTPUT`] and [`READ`] are there already.
    #[must_use]
    pub fn named(&self) -> String {
        let Self { row: _, statement, own: _, named, fields: _ } = self;
        format!("{USES}{statement}{named}")
    }
}

const USES: &str = "use ::lockstep::access;\nuse ::lockstep::types;\n";

/// What types values for one certificate.
#[derive(Debug)]
pub struct Typing<'a> {
    certificate: &'a Certificate,
    settings: &'a Settings,
    typer: Typer<'a>,
}

impl<'a> Typing<'a> {
    /// That of a certificate.
    #[must_use]
    pub fn new(certificate: &'a Certificate, settings: &'a Settings) -> Self {
        let typer = Typer::new(&certificate.catalog, &certificate.annotations, settings.datetime);
        Self { certificate, settings, typer }
    }

    /// The code of every call that the certificate has, by their keys.
    #[must_use]
    pub fn all(&self) -> BTreeMap<String, Result<Code, Vec<Diagnostic>>> {
        self.certificate.inline.iter().map(|(key, query)| (key.clone(), self.code(query))).collect()
    }

    /// The code of a call.
    ///
    /// # Errors
    /// Values whose type no Rust type holds, and those that travel as text only.
    pub fn code(&self, query: &Query) -> Result<Code, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let typed = Typed::new(inline::NAME.to_owned(), "query", query, &self.typer, &mut wrong);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut row = Writer::default();
        if typed.columns.len() > 1 {
            row_struct(&mut row, "A row of the query.", &typed, "Row");
        }
        let mut text = Writer::default();
        statement(&mut text, "QUERY", "concat!(file!(), \":\", line!())", &typed);
        let code = Code {
            row: self.placed(&row.text),
            statement: text.text,
            own: self.placed(&function(&typed, own_row(&typed))),
            named: self.placed(&function(&typed, Some((OUTPUT.to_owned(), READ.to_owned())))),
            fields: self.fields_of(&typed),
        };
        Ok(code)
    }

    /// The fields that a row of a table or view has; none where there is no such table.
    ///
    /// # Errors
    /// Columns whose type no Rust type holds.
    pub fn table(&self, name: &QualifiedName) -> Result<Option<Vec<Field>>, Vec<Diagnostic>> {
        let Certificate { catalog, never_null, .. } = self.certificate;
        let is_never_null = |view: &QualifiedName, column: &Identifier| {
            never_null.get(view).is_some_and(|columns| columns.contains(column))
        };
        let views = view::tables(catalog, is_never_null);
        let Some(table) = catalog.tables.get(name).or_else(|| views.get(name)) else { return Ok(None) };
        let mut wrong = Vec::new();
        let fields = self.typer.fields(name, table, &mut wrong).into_iter().map(|(column, field, value)| Field {
            name: identifier(&field),
            column: column.name.as_str().to_owned(),
            rust: self.absolute(&optional(&value.rust, !column.not_null)),
            nullable: (!column.not_null).then(|| self.absolute(&value.rust)),
            sensitive: value.sensitive,
        });
        let fields = fields.collect();
        if wrong.is_empty() { Ok(Some(fields)) } else { Err(wrong) }
    }

    /// The names of all tables and views.
    pub fn tables(&self) -> impl Iterator<Item = String> {
        let catalog = &self.certificate.catalog;
        let views = catalog.views.keys().chain(catalog.materialized_views.keys());
        catalog.tables.keys().chain(views).map(QualifiedName::key)
    }

    fn fields_of(&self, typed: &Typed<'_>) -> Vec<Field> {
        fields(typed)
            .into_iter()
            .map(|(name, (column, value))| Field {
                name,
                column: column.name.clone(),
                rust: self.absolute(&optional(&value.rust, !column.not_null)),
                nullable: (!column.not_null).then(|| self.absolute(&value.rust)),
                sensitive: value.sensitive,
            })
            .collect()
    }

    /// The types of the accessors, as the caller names them.
    fn placed(&self, rust: &str) -> String {
        rust.replace("super::super::", &format!("{}::", self.settings.accessors))
    }

    /// The same, for a place that uses nothing of `lockstep`.
    fn absolute(&self, rust: &str) -> String {
        let mut absolute = String::new();
        for part in self.placed(rust).split_inclusive(['<', ',', ' ', '(']) {
            let is_ours = part.starts_with("types::");
            absolute.push_str(if is_ours { "::lockstep::" } else { "" });
            absolute.push_str(part);
        }
        absolute
    }
}

/// The type of a row, and what reads it; none where the statement returns no rows.
fn own_row(typed: &Typed<'_>) -> Option<(String, String)> {
    match typed.columns.as_slice() {
        [] => None,
        [(column, value)] => Some((optional(&value.rust, !column.not_null), "|row| access::get(row, 0)".to_owned())),
        _ => Some(("Row".to_owned(), "<Row as access::FromRow>::from_row".to_owned())),
    }
}

fn function(typed: &Typed<'_>, row: Option<(String, String)>) -> String {
    let mut scope = Scope::values();
    let (mut arguments, mut values, mut is_borrowed) = (Vec::new(), Vec::new(), false);
    for (parameter, value) in &typed.parameters {
        let name = identifier(&scope.give(snake(&parameter.name)));
        let rust = argument(value, parameter.nullable);
        is_borrowed |= rust.contains('&');
        values.push(format!("Box::new({name})"));
        arguments.push(format!("{name}: {}", rust.replace('&', "&'v ")));
    }
    let command = format!("::lockstep::Command::new(&QUERY, vec![{}])", values.join(", "));
    let lifetime = if is_borrowed { "'v" } else { "'static" };
    let (result, body) = match row {
        Some((row, read)) => (format!("::lockstep::Query<{lifetime}, {row}>"), format!("{command}.read({read})")),
        None => (format!("::lockstep::Command<{lifetime}>"), command),
    };
    let generics = if is_borrowed { "<'v>" } else { "" };
    let mut text = Writer::default();
    text.line(0, "#[allow(clippy::too_many_arguments, reason = \"one for each parameter of the query\")]");
    text.line(0, format!("fn query{generics}({}) -> {result} {{", arguments.join(", ")));
    text.line(1, body);
    text.line(0, "}");
    text.line(0, "query");
    text.text
}
