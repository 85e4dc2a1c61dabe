//! Schemas.

use lockstep_core::catalog::{ObjectAddress, ObjectKind, Schema};

use super::Reader;
use super::found::{Found, Key, class};
use super::row::identifier;
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/schemas.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the schemas", QUERY)? {
        let name = identifier(&row, "name");
        found
            .addresses
            .insert(Key::new(class::SCHEMA, row.get("oid")), ObjectAddress::global(ObjectKind::Schema, name.clone()));
        found.catalog.schemas.insert(name, Schema { comment: row.get("comment") });
    }
    Ok(())
}
