//! Functions, procedures, window functions and aggregates.

use lockstep_core::catalog::{ObjectAddress, Routine, RoutineKind};
use lockstep_core::name::RoutineSignature;
use postgres::Row;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{code, deparsed, qualified, unknown_code};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/routines.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the routines", QUERY)? {
        let argument_types: Vec<&str> = row.get("argument_types");
        let signature =
            RoutineSignature { name: qualified(&row, "schema", "name"), arguments: argument_types.join(", ") };
        found.addresses.insert(Key::new(class::ROUTINE, row.get("oid")), ObjectAddress::routine(&signature));
        found.catalog.routines.insert(signature, routine(&row)?);
    }
    Ok(())
}

fn routine(row: &Row) -> Result<Routine, Error> {
    Ok(Routine {
        kind: kind(row)?,
        definition: deparsed(row, "definition")?,
        arguments: deparsed(row, "arguments")?,
        result: row.get("result"),
        comment: row.get("comment"),
    })
}

fn kind(row: &Row) -> Result<RoutineKind, Error> {
    match code(row, "kind") {
        'f' => Ok(RoutineKind::Function),
        'p' => Ok(RoutineKind::Procedure),
        'w' => Ok(RoutineKind::Window),
        'a' => Ok(RoutineKind::Aggregate),
        other => Err(unknown_code("prokind", other)),
    }
}
