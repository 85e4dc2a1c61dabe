//! From a certificate to the Rust that a service uses its tables by.
//!
//! In: a catalog and its annotations. Out: the texts of the files below `OUT_DIR/lockstep`, the same texts as one tree
//! of modules, and every SQL statement that they send. Nothing is written and nothing is formatted here; the layout is
//! rustfmt's from the start.

mod composite;
mod enumeration;
mod function;
mod inline;
mod keys;
mod model;
mod names;
mod newtype;
mod query;
mod relation;
mod select;
mod sql;
mod table;
mod types;
mod upsert;
mod user;
mod view;
mod violation;
mod writer;

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::certificate::{Annotations, Certificate};
use crate::diagnostic::Diagnostic;
use crate::name::{Identifier, QualifiedName};
use crate::settings::{DateTimeCrate, Settings};
pub use inline::{Code, Field, OUTPUT, READ, Typing};
use names::identifier;
pub(crate) use names::is_keyword;
use writer::Writer;

/// The first line of every generated file.
pub const HEADER: &str =
    "// @generated from migrations/lockstep.lock, which `cargo xtask db:generate` writes. Do not edit.";

/// The path of the file that brings in all others.
pub const ROOT: &str = "mod.rs";

/// The module of the service's own queries; a PostgreSQL schema of that name gets another one.
pub(crate) const QUERIES: &str = "queries";

/// The generated files by their paths below `OUT_DIR/lockstep`: [`ROOT`], and one per table and enumerated type.
///
/// # Errors
/// Every column whose type no Rust type holds.
pub fn files(certificate: &Certificate, settings: &Settings) -> Result<BTreeMap<String, String>, Vec<Diagnostic>> {
    let modules = modules(certificate, settings)?;
    let mut files = BTreeMap::from([(ROOT.to_owned(), root(&modules, Body::Included))]);
    for module in modules {
        for file in module.files {
            files.insert(format!("{}/{}.rs", module.name, file.name), format!("{HEADER}\n\n{}", file.text));
        }
    }
    Ok(files)
}

/// The same as one text, for crates without a build script.
///
/// # Errors
/// As [`files`].
pub fn inline(certificate: &Certificate, settings: &Settings) -> Result<String, Vec<Diagnostic>> {
    Ok(root(&modules(certificate, settings)?, Body::Inline))
}

/// Every statement that the generated code sends, by the name that errors show.
#[must_use]
pub fn statements(catalog: &Catalog, annotations: &Annotations) -> BTreeMap<String, String> {
    let views = view::tables(catalog, never);
    let (schemas, _) = model::model(catalog, &views, annotations, DateTimeCrate::default());
    let tables = schemas.iter().flat_map(|schema| &schema.tables);
    tables
        .flat_map(|table| {
            let owner = table.name.key();
            sql::statements(table).into_iter().map(move |text| (format!("{owner}.{}", text.name), text.sql()))
        })
        .collect()
}

/// Which columns of views are never NULL does not matter to what is sent.
fn never(_: &QualifiedName, _: &Identifier) -> bool {
    false
}

/// What a type derives, and what the settings add to it.
fn derive(own: &str, more: &[String]) -> String {
    let more = more.iter().filter(|path| !own.split(", ").any(|own| own == path.as_str()));
    std::iter::once(own).chain(more.map(String::as_str)).collect::<Vec<_>>().join(", ")
}

/// A module for a PostgreSQL schema.
struct Module {
    name: String,
    title: String,
    comment: String,
    reach: Reach,
    files: Vec<File>,
}

/// How what is in the files of a module is named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// As if it stood in the module.
    Flat,
    /// By the file.
    Nested,
}

/// A file of a module.
struct File {
    name: String,
    text: String,
}

#[derive(Clone, Copy)]
enum Body {
    Included,
    Inline,
}

fn modules(certificate: &Certificate, settings: &Settings) -> Result<Vec<Module>, Vec<Diagnostic>> {
    let Certificate { catalog, annotations, never_null, .. } = certificate;
    let is_never_null = |view: &QualifiedName, column: &Identifier| {
        never_null.get(view).is_some_and(|columns| columns.contains(column))
    };
    let views = view::tables(catalog, is_never_null);
    let (schemas, mut diagnostics) = model::model(catalog, &views, annotations, settings.datetime);
    let queries = query::files(certificate, settings, &mut diagnostics);
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let derives = settings.derives.as_slice();
    let module = |schema: &model::Schema<'_>| {
        let model::Schema { name, comment, module, enums, composites, newtypes, tables, omitted } = schema;
        let enums = enums.iter().map(|each| File { name: each.module.clone(), text: enumeration::file(each, derives) });
        let composites =
            composites.iter().map(|each| File { name: each.module.clone(), text: composite::file(each, derives) });
        let newtypes =
            newtypes.iter().map(|each| File { name: each.module.clone(), text: newtype::file(each, derives) });
        let tables = tables.iter().map(|each| File { name: each.module.clone(), text: table::file(each, derives) });
        let mut files: Vec<File> = enums.chain(composites).chain(newtypes).chain(tables).collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let title = format!("The schema `{}`.", name.as_str());
        let paragraphs = comment.map(str::to_owned).into_iter().chain(omitted.iter().cloned());
        let comment = paragraphs.collect::<Vec<_>>().join("\n\n");
        Module { name: module.clone(), title, comment, reach: Reach::Flat, files }
    };
    let own = (!queries.is_empty()).then(|| Module {
        name: QUERIES.to_owned(),
        title: "The queries of the service's own.".to_owned(),
        comment: String::new(),
        reach: Reach::Nested,
        files: queries,
    });
    Ok(schemas.iter().map(module).chain(own).collect())
}

/// The file that brings in all others, or holds them.
fn root(modules: &[Module], body: Body) -> String {
    let mut root = Writer::default();
    root.line(0, HEADER);
    for Module { name, title, comment, reach, files } in modules {
        root.blank();
        root.doc(0, [title.as_str(), comment]);
        root.text.push_str(ALLOW);
        root.line(0, format!("pub mod {} {{", identifier(name)));
        for (place, file) in files.iter().enumerate() {
            if place > 0 {
                root.blank();
            }
            let module = identifier(&file.name);
            let is_nested = *reach == Reach::Nested;
            if is_nested {
                root.line(1, format!("/// The queries of `{}.sql`.", file.name));
            }
            root.line(1, format!("{}mod {module} {{", if is_nested { "pub " } else { "" }));
            match body {
                Body::Included => {
                    let path = writer::literal(&format!("/lockstep/{name}/{}.rs", file.name));
                    // Braces keep rustfmt from breaking a long path.
                    root.line(2, format!("include! {{ concat!(env!(\"OUT_DIR\"), {path}) }}"));
                }
                Body::Inline => root.text.push_str(&file.text),
            }
            root.line(1, "}");
            if !is_nested {
                root.line(1, format!("pub use self::{module}::*;"));
            }
        }
        root.line(0, "}");
    }
    root.text
}

/// A service uses some of its accessors; comments of the schema are prose that rustdoc may read otherwise.
const ALLOW: &str = "#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    clippy::pedantic,
    clippy::doc_lazy_continuation,
    clippy::doc_overindented_list_items,
    reason = \"generated for every table, whatever the service uses\"
)]
";
