//! Views, materialized views, routines and extensions.

use crate::catalog::{Extension, MaterializedView, Options, View, ViewColumn};
use crate::emit::sql::option_list;
use crate::name::{Identifier, QualifiedName, quote_literal};

/// `CREATE VIEW`, or `CREATE OR REPLACE VIEW` of one that is there.
pub(crate) fn create_view(name: &QualifiedName, view: &View, replaces: bool) -> String {
    // Column defaults, triggers and comments are statements of their own.
    let View { query, columns: _, options, triggers: _, comment: _ } = view;
    let or_replace = if replaces { "OR REPLACE " } else { "" };
    format!("CREATE {or_replace}VIEW {name}{} AS\n{query}", with(options))
}

/// `CREATE MATERIALIZED VIEW`.
pub(crate) fn create_materialized_view(name: &QualifiedName, view: &MaterializedView) -> String {
    let MaterializedView { query, columns: _, options, access_method, tablespace, indexes: _, comment: _ } = view;
    let method = access_method.as_ref().map_or_else(String::new, |method| format!(" USING {method}"));
    let place = tablespace.as_ref().map_or_else(String::new, |tablespace| format!(" TABLESPACE {tablespace}"));
    format!("CREATE MATERIALIZED VIEW {name}{method}{}{place} AS\n{query}", with(options))
}

/// The comments of a view's columns, from one set to another.
pub(crate) fn view_column_comments(
    name: &QualifiedName,
    current: &[ViewColumn],
    desired: &[ViewColumn],
) -> Vec<String> {
    let comment = |columns: &[ViewColumn], column: &Identifier| {
        columns.iter().find(|it| it.name == *column).and_then(|column| column.comment.clone())
    };
    desired
        .iter()
        .filter(|column| column.comment != comment(current, &column.name))
        .map(|column| {
            let text = column.comment.as_deref().map_or_else(|| "NULL".to_owned(), quote_literal);
            format!("COMMENT ON COLUMN {name}.{} IS {text}", column.name)
        })
        .collect()
}

/// A routine's text as a plain `CREATE`, that fails where one is there.
pub(crate) fn create_routine(definition: &str) -> String {
    match definition.strip_prefix("CREATE OR REPLACE ") {
        Some(rest) => format!("CREATE {rest}"),
        None => definition.to_owned(),
    }
}

/// `CREATE EXTENSION`; `schema_is_there` unless the extension brings its schema along.
pub(crate) fn create_extension(name: &Identifier, extension: &Extension, schema_is_there: bool) -> String {
    let Extension { schema, version, comment: _ } = extension;
    let mut sql = format!("CREATE EXTENSION IF NOT EXISTS {name}");
    let mut word = " WITH";
    if schema_is_there {
        sql.push_str(&format!("{word} SCHEMA {schema}"));
        word = "";
    }
    if let Some(version) = version {
        sql.push_str(&format!("{word} VERSION {}", quote_literal(version)));
    }
    sql
}

fn with(options: &Options) -> String {
    if options.is_empty() { String::new() } else { format!(" WITH {}", option_list(options)) }
}
