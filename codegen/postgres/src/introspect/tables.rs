//! Ordinary tables, still without what belongs to them.

use std::collections::BTreeMap;

use lockstep_core::catalog::{ObjectAddress, ObjectKind, ReplicaIdentity, Table};
use postgres::Row;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{code, optional_identifier, persistence, qualified, relation_options, unknown_code};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/tables.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the tables", QUERY)? {
        let name = qualified(&row, "schema", "name");
        let key = Key::new(class::RELATION, row.get("oid"));
        found.name(key, ObjectAddress::object(ObjectKind::Table, &name), &name);
        found.catalog.tables.insert(name, table(&row)?);
    }
    Ok(())
}

fn table(row: &Row) -> Result<Table, Error> {
    Ok(Table {
        columns: Vec::new(),
        constraints: BTreeMap::new(),
        indexes: BTreeMap::new(),
        triggers: BTreeMap::new(),
        persistence: persistence(row)?,
        options: relation_options(row),
        replica_identity: replica_identity(row)?,
        comment: row.get("comment"),
    })
}

/// A replica identity whose index is gone acts as `NOTHING`
/// (<https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-REPLICA-IDENTITY>).
fn replica_identity(row: &Row) -> Result<ReplicaIdentity, Error> {
    match code(row, "replica_identity") {
        'd' => Ok(ReplicaIdentity::Default),
        'f' => Ok(ReplicaIdentity::Full),
        'n' => Ok(ReplicaIdentity::Nothing),
        'i' => Ok(optional_identifier(row, "replica_index").map_or(ReplicaIdentity::Nothing, ReplicaIdentity::Index)),
        other => Err(unknown_code("relreplident", other)),
    }
}
