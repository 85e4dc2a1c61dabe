//! Ordinary, partitioned and foreign tables, still without what belongs to them.

use std::collections::BTreeMap;

use lockstep_core::catalog::{
    ForeignTable, ObjectAddress, ObjectKind, PartitionKey, PartitionOf, ReplicaIdentity, RowSecurity, Table,
};
use lockstep_core::name::{Identifier, QualifiedName};
use postgres::Row;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{
    code, deparsed, foreign_options, optional_identifier, optional_qualified, persistence, qualified, relation_options,
    unknown_code,
};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/tables.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the tables", QUERY)? {
        let name = qualified(&row, "schema", "name");
        let key = Key::new(class::RELATION, row.get("oid"));
        found.name(key, ObjectAddress::object(ObjectKind::Table, &name), &name);
        let constraint: Option<String> = row.get("partition_constraint");
        if let Some(constraint) = constraint.filter(|text| !text.contains("satisfies_hash_partition(")) {
            let address = ObjectAddress::object(ObjectKind::Table, &name);
            found.partition_constraints.insert(address, constraint);
        }
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
        row_security: RowSecurity { enabled: row.get("row_security"), forced: row.get("forced_row_security") },
        partition_key: partition_key(row)?,
        partition_of: partition_of(row)?,
        inherits: if row.get("is_partition") { Vec::new() } else { parents(row) },
        of_type: optional_qualified(row, "type_schema", "type_name"),
        foreign: foreign(row),
        access_method: optional_identifier(row, "access_method"),
        tablespace: optional_identifier(row, "tablespace"),
        comment: row.get("comment"),
    })
}

/// A replica identity whose index is gone acts as `NOTHING`
/// (<https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-REPLICA-IDENTITY>), and a foreign table
/// is always said to have that.
fn replica_identity(row: &Row) -> Result<ReplicaIdentity, Error> {
    if row.get::<_, Option<&str>>("server").is_some() {
        return Ok(ReplicaIdentity::Default);
    }
    match code(row, "replica_identity") {
        'd' => Ok(ReplicaIdentity::Default),
        'f' => Ok(ReplicaIdentity::Full),
        'n' => Ok(ReplicaIdentity::Nothing),
        'i' => Ok(optional_identifier(row, "replica_index").map_or(ReplicaIdentity::Nothing, ReplicaIdentity::Index)),
        other => Err(unknown_code("relreplident", other)),
    }
}

fn partition_key(row: &Row) -> Result<Option<PartitionKey>, Error> {
    if !row.get::<_, bool>("is_partitioned") {
        return Ok(None);
    }
    let columns: Vec<String> = row.get("partition_columns");
    let columns = columns.into_iter().map(Identifier).collect();
    Ok(Some(PartitionKey { definition: deparsed(row, "partition_key")?, columns }))
}

fn partition_of(row: &Row) -> Result<Option<PartitionOf>, Error> {
    if !row.get::<_, bool>("is_partition") {
        return Ok(None);
    }
    let bound = deparsed(row, "bound")?;
    Ok(parents(row).into_iter().next().map(|table| PartitionOf { table, bound }))
}

/// The tables that it inherits from, in the order in which they came.
fn parents(row: &Row) -> Vec<QualifiedName> {
    let schemas: Option<Vec<String>> = row.get("parent_schemas");
    let names: Option<Vec<String>> = row.get("parent_names");
    let pairs = schemas.into_iter().flatten().zip(names.into_iter().flatten());
    pairs.map(|(schema, name)| QualifiedName::new(schema, name)).collect()
}

fn foreign(row: &Row) -> Option<ForeignTable> {
    Some(ForeignTable { server: optional_identifier(row, "server")?, options: foreign_options(row) })
}
