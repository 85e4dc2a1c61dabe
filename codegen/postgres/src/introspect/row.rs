//! Reading the columns of a catalog row. In: a row of one of the queries in `sql/`. Out: pieces of the model.
//!
//! The accessors of [`postgres::Row`] panic on a column that the query does not have: the queries stand beside the code
//! that reads them, and every test runs each of them.

use std::collections::BTreeMap;

use lockstep_core::catalog::{DataType, Options, Persistence, SequenceOptions, is_secret};
use lockstep_core::name::{Identifier, QualifiedName};
use postgres::Row;

use crate::error::Error;

pub(super) fn identifier(row: &Row, column: &str) -> Identifier {
    Identifier(row.get(column))
}

pub(super) fn optional_identifier(row: &Row, column: &str) -> Option<Identifier> {
    row.get::<_, Option<String>>(column).map(Identifier)
}

pub(super) fn qualified(row: &Row, schema: &str, name: &str) -> QualifiedName {
    QualifiedName { schema: identifier(row, schema), name: identifier(row, name) }
}

pub(super) fn optional_qualified(row: &Row, schema: &str, name: &str) -> Option<QualifiedName> {
    Some(QualifiedName { schema: optional_identifier(row, schema)?, name: optional_identifier(row, name)? })
}

/// A type from the columns that the CTE `data_type` brings, and `type_text`.
pub(super) fn data_type(row: &Row) -> DataType {
    DataType {
        text: row.get("type_text"),
        name: qualified(row, "type_schema", "type_name"),
        array: row.get("type_array"),
    }
}

/// The columns of `pg_sequence`.
pub(super) fn sequence_options(row: &Row) -> SequenceOptions {
    SequenceOptions {
        data_type: row.get("sequence_type"),
        start: row.get("seqstart"),
        increment: row.get("seqincrement"),
        minimum: row.get("seqmin"),
        maximum: row.get("seqmax"),
        cache: row.get("seqcache"),
        cycle: row.get("seqcycle"),
    }
}

/// `reloptions` or `attoptions`: a list of `name=value`.
pub(super) fn options(row: &Row, column: &str) -> Options {
    let settings: Option<Vec<&str>> = row.get(column);
    settings.into_iter().flatten().map(split_setting).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The options of a relation, with those of its TOAST table under the prefix that SQL gives them.
pub(super) fn relation_options(row: &Row) -> Options {
    let mut all = options(row, "options");
    all.extend(options(row, "toast_options").into_iter().map(|(name, value)| (format!("toast.{name}"), value)));
    all
}

/// `ftoptions` or `attfdwoptions`, of which those that hold secrets are only known to be set.
pub(super) fn foreign_options(row: &Row) -> Options {
    let all = options(row, "foreign_options").into_iter();
    all.map(|(name, value)| if is_secret(&name) { (name, String::new()) } else { (name, value) }).collect()
}

fn split_setting(setting: &str) -> (&str, &str) {
    setting.split_once('=').unwrap_or((setting, ""))
}

/// A column of type `"char"`, which the server uses for enumerations; NUL stands for none.
pub(super) fn code(row: &Row, column: &str) -> char {
    row.get::<_, Option<i8>>(column).map_or('\0', |code| char::from(code.cast_unsigned()))
}

/// A text that a `pg_get_…` function has written. Those read the newest state, not the transaction's: they return nothing
/// for an object that somebody has dropped in the meantime.
pub(super) fn deparsed(row: &Row, column: &str) -> Result<String, Error> {
    row.get::<_, Option<String>>(column).ok_or_else(|| {
        Error::Unexpected("an object was dropped while the database was being read; run the command again".to_owned())
    })
}

/// The failure for a code that none of the servers from 14 to 18 has.
pub(super) fn unknown_code(column: &'static str, code: char) -> Error {
    Error::Unexpected(format!("`{column}` holds `{code}`, which PostgreSQL 14 to 18 do not use"))
}

/// `relpersistence`.
pub(super) fn persistence(row: &Row) -> Result<Persistence, Error> {
    match code(row, "persistence") {
        'p' => Ok(Persistence::Permanent),
        'u' => Ok(Persistence::Unlogged),
        other => Err(unknown_code("relpersistence", other)),
    }
}

/// The statistics targets of an index by the numbers of its columns.
pub(super) fn statistics_targets(row: &Row) -> BTreeMap<i16, i32> {
    let numbers: Option<Vec<i16>> = row.get("statistics_columns");
    let targets: Option<Vec<i32>> = row.get("statistics_targets");
    numbers.into_iter().flatten().zip(targets.into_iter().flatten()).collect()
}
