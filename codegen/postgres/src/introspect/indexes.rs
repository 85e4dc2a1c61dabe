//! The indexes of tables and materialized views, but for those behind a constraint.

use lockstep_core::catalog::{Index, IndexKey, ObjectAddress, ObjectKind};
use postgres::Row;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{deparsed, identifier, optional_identifier, options, statistics_targets};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/indexes.sql"));

/// Bits of `pg_index.indoption` (`INDOPTION_DESC`, `INDOPTION_NULLS_FIRST`).
const DESCENDING: i16 = 1;
const NULLS_FIRST: i16 = 2;

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the indexes", QUERY)? {
        let relation: u32 = row.get("relation");
        let Some(owner) = found.names.get(&relation).cloned() else { continue };
        let name = identifier(&row, "name");
        let index = index(&row, keys(&row, relation, found))?;
        let address = ObjectAddress::part(ObjectKind::Index, &owner, name.clone());
        found.addresses.insert(Key::new(class::RELATION, row.get("oid")), address);
        if let Some(table) = found.catalog.tables.get_mut(&owner) {
            table.indexes.insert(name, index);
        } else if let Some(view) = found.catalog.materialized_views.get_mut(&owner) {
            view.indexes.insert(name, index);
        }
    }
    Ok(())
}

fn index(row: &Row, keys: Vec<IndexKey>) -> Result<Index, Error> {
    Ok(Index {
        definition: definition(row)?,
        unique: row.get("unique"),
        nulls_not_distinct: row.get("nulls_not_distinct"),
        method: row.get("method"),
        keys,
        partial: row.get("partial"),
        options: options(row, "options"),
        valid: row.get("valid"),
        tablespace: optional_identifier(row, "tablespace"),
        parent: optional_identifier(row, "parent"),
        statistics_targets: statistics_targets(row),
        clustered: row.get("clustered"),
        comment: row.get("comment"),
    })
}

/// The server writes `ON ONLY` for an index of a partitioned table, which would leave its partitions without one.
fn definition(row: &Row) -> Result<String, Error> {
    let text = deparsed(row, "definition")?;
    let only: Option<&str> = row.get("only");
    let plain = only.and_then(|only| {
        let (start, rest) = (only.strip_suffix("ONLY ")?, text.strip_prefix(only)?);
        Some(format!("{start}{rest}"))
    });
    Ok(plain.unwrap_or(text))
}

/// An expression has the column number 0 and no name.
fn keys(row: &Row, relation: u32, found: &Found) -> Vec<IndexKey> {
    let columns: Vec<i16> = row.get("columns");
    let flags: Vec<i16> = row.get("flags");
    let count = usize::try_from(row.get::<_, i16>("keys")).unwrap_or_default();
    let key = |(number, flags): (i16, i16)| IndexKey {
        column: found.columns.get(&(relation, number)).cloned(),
        descending: flags & DESCENDING != 0,
        nulls_first: flags & NULLS_FIRST != 0,
    };
    columns.into_iter().zip(flags).take(count).map(key).collect()
}
