//! Columns: their definition, and what only `ALTER COLUMN` can say.

use std::fmt::Display;

use crate::catalog::{Column, Generated, GeneratedKind, Identity, IdentityKind, NotNull, Table};
use crate::emit::sql::{option_changes, sequence, table};
use crate::name::{Identifier, QualifiedName, quote_literal};

/// What of a column goes into its definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Inline {
    /// The default.
    pub(crate) default: bool,
    /// `NOT NULL`.
    pub(crate) not_null: bool,
}

/// `name type …`, as `CREATE TABLE` and `ADD COLUMN` take it.
pub(crate) fn definition(table: &QualifiedName, column: &Column, inline: Inline) -> String {
    let Column {
        name,
        data_type,
        not_null,
        not_null_constraint,
        default,
        identity,
        generated,
        collation,
        // These come after the table: 14 and 15 do not take them in a definition.
        storage: _,
        compression,
        statistics_target: _,
        options: _,
        foreign_options,
        // A column that is written out is the table's own.
        local: _,
        comment: _,
    } = column;
    let mut sql = format!("{name} {}", data_type.text);
    if let Some(compression) = compression {
        sql.push_str(&format!(" COMPRESSION {}", Identifier::from(compression.as_str())));
    }
    sql.push_str(&table::foreign_options(foreign_options));
    if let Some(collation) = collation {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(default) = default.as_ref().filter(|_| inline.default) {
        sql.push_str(&format!(" DEFAULT {default}"));
    }
    sql.extend(generated.as_ref().map(generated_clause));
    if let Some(identity) = identity {
        sql.push_str(&format!(" {}", identity_clause(table, name, identity)));
    }
    match not_null_constraint {
        Some(NotNull { name, no_inherit, validated: true, comment: _ }) if inline.not_null => {
            sql.push_str(&format!(" CONSTRAINT {name} NOT NULL{}", no_inherit_word(*no_inherit)));
        }
        None if *not_null && inline.not_null && identity.is_none() => sql.push_str(" NOT NULL"),
        // A definition takes no NOT VALID.
        Some(_) | None => {}
    }
    sql
}

fn no_inherit_word(no_inherit: bool) -> &'static str {
    if no_inherit { " NO INHERIT" } else { "" }
}

/// Makes a column of an existing table `NOT NULL`, by a constraint of its own where it has one.
pub(crate) fn set_not_null(table: &QualifiedName, column: &Column) -> String {
    let Some(NotNull { name, no_inherit, validated, comment: _ }) = &column.not_null_constraint else {
        return alter(table, &column.name, "SET NOT NULL");
    };
    let valid = if *validated { "" } else { " NOT VALID" };
    let inherit = no_inherit_word(*no_inherit);
    format!("ALTER TABLE {table} ADD CONSTRAINT {name} NOT NULL {}{inherit}{valid}", column.name)
}

/// What of a `NOT NULL` is said after the definition of its column.
pub(crate) fn not_null_details(table: &QualifiedName, column: &Column) -> Vec<String> {
    let Some(constraint) = &column.not_null_constraint else { return Vec::new() };
    let add = (!constraint.validated).then(|| set_not_null(table, column));
    add.into_iter().chain(not_null_comment(table, constraint)).collect()
}

/// `COMMENT ON CONSTRAINT`, where there is one.
pub(crate) fn not_null_comment(table: &QualifiedName, constraint: &NotNull) -> Option<String> {
    let NotNull { name, no_inherit: _, validated: _, comment } = constraint;
    Some(format!("COMMENT ON CONSTRAINT {name} ON {table} IS {}", quote_literal(comment.as_ref()?)))
}

/// The statements that lead from one `NOT NULL` of a column to another; one that holds cannot be made `NOT VALID`.
pub(crate) fn alter_not_null(
    table: &QualifiedName,
    column: &Column,
    current: &NotNull,
    desired: &NotNull,
) -> Vec<String> {
    let NotNull { name, no_inherit, validated, comment } = desired;
    if current.validated && !*validated {
        let again = std::iter::once(set_not_null(table, column)).chain(not_null_comment(table, desired));
        return std::iter::once(alter(table, &column.name, "DROP NOT NULL")).chain(again).collect();
    }
    let mut statements = Vec::new();
    if *name != current.name {
        statements.push(format!("ALTER TABLE {table} RENAME CONSTRAINT {} TO {name}", current.name));
    }
    if *no_inherit != current.no_inherit {
        let word = if *no_inherit { "NO INHERIT" } else { "INHERIT" };
        statements.push(format!("ALTER TABLE {table} ALTER CONSTRAINT {name} {word}"));
    }
    if *validated != current.validated {
        statements.push(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}"));
    }
    if *comment != current.comment {
        let text = comment.as_deref().map_or_else(|| "NULL".to_owned(), quote_literal);
        statements.push(format!("COMMENT ON CONSTRAINT {name} ON {table} IS {text}"));
    }
    statements
}

/// `ALTER COLUMN … SET EXPRESSION` (17 and later).
pub(crate) fn set_expression(table: &QualifiedName, column: &Identifier, generated: &Generated) -> String {
    let expression = without_parentheses(&generated.expression);
    alter(table, column, &format!("SET EXPRESSION AS ({expression})"))
}

/// ` GENERATED ALWAYS AS (…) STORED`.
pub(crate) fn generated_clause(generated: &Generated) -> String {
    let Generated { kind, expression } = generated;
    let word = match kind {
        GeneratedKind::Stored => "STORED",
        GeneratedKind::Virtual => "VIRTUAL",
    };
    format!(" GENERATED ALWAYS AS ({}) {word}", without_parentheses(expression))
}

/// `ALTER TABLE … ADD COLUMN`.
pub(crate) fn add(table: &QualifiedName, column: &Column, inline: Inline) -> String {
    format!("ALTER TABLE {table} ADD COLUMN {}", definition(table, column, inline))
}

/// `ALTER TABLE … ALTER COLUMN …`, followed by what to do.
pub(crate) fn alter(table: &impl Display, column: &Identifier, what: &str) -> String {
    format!("ALTER TABLE {table} ALTER COLUMN {column} {what}")
}

/// `GENERATED … AS IDENTITY (…)`.
pub(crate) fn identity_clause(table: &QualifiedName, column: &Identifier, identity: &Identity) -> String {
    let Identity { kind, sequence: name, options, persistence: _, comment: _ } = identity;
    let mut clauses = sequence::identity_clauses(options);
    if name.as_str() != default_sequence_name(table, column) {
        let name = table.sibling(name.clone());
        clauses.insert(0, format!("SEQUENCE NAME {name}"));
    }
    let options = if clauses.is_empty() { String::new() } else { format!(" ({})", clauses.join(" ")) };
    format!("GENERATED {} AS IDENTITY{options}", identity_word(*kind))
}

/// `ALWAYS` or `BY DEFAULT`.
pub(crate) fn identity_word(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Always => "ALWAYS",
        IdentityKind::ByDefault => "BY DEFAULT",
    }
}

/// `SET STORAGE`, `SET COMPRESSION`, `SET STATISTICS` and `SET (…)`, where `desired` says other than `current`.
pub(crate) fn details(table: &impl Display, current: &Column, desired: &Column, default_storage: &str) -> Vec<String> {
    let Column {
        name,
        data_type: _,
        not_null: _,
        not_null_constraint: _,
        default: _,
        identity: _,
        generated: _,
        collation: _,
        storage,
        compression,
        statistics_target,
        options,
        foreign_options,
        local: _,
        comment: _,
    } = desired;
    let mut changes = Vec::new();
    if *storage != current.storage {
        let storage = storage.as_deref().unwrap_or(default_storage);
        changes.push(format!("SET STORAGE {}", storage.to_uppercase()));
    }
    if *compression != current.compression {
        let compression = compression.as_deref().map_or_else(|| "default".to_owned(), |it| it.to_owned());
        changes.push(format!("SET COMPRESSION {compression}"));
    }
    if *statistics_target != current.statistics_target {
        changes.push(format!("SET STATISTICS {}", statistics_target.unwrap_or(-1)));
    }
    changes.extend(option_changes(&current.options, options));
    changes.extend(table::foreign_option_changes(&current.foreign_options, foreign_options));
    changes.into_iter().map(|change| alter(table, name, &change)).collect()
}

/// The same column without what only `ALTER COLUMN` can say.
pub(crate) fn bare(column: &Column) -> Column {
    Column {
        storage: None,
        statistics_target: None,
        options: std::collections::BTreeMap::new(),
        comment: None,
        ..column.clone()
    }
}

/// The column of that name.
pub(crate) fn find<'a>(table: &'a Table, name: &Identifier) -> Option<&'a Column> {
    table.columns.iter().find(|column| column.name == *name)
}

/// The name that PostgreSQL gives the sequence of an identity column, as long as nothing has to be cut off.
fn default_sequence_name(table: &QualifiedName, column: &Identifier) -> String {
    let name = format!("{}_{}_seq", table.name.as_str(), column.as_str());
    if name.len() <= 63 { name } else { String::new() }
}

/// `pg_get_expr` puts most expressions in parentheses of their own.
fn without_parentheses(expression: &str) -> &str {
    let Some(inner) = expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return expression;
    };
    let mut depth = 0_usize;
    let mut quote = None;
    for next in inner.chars() {
        match (quote, next) {
            (Some(open), _) if next == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(next),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return expression,
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
    }
    inner
}
