//! Extensions, but for `plpgsql`, which every database has.

use lockstep_core::catalog::{Extension, ObjectAddress, ObjectKind};

use super::Reader;
use super::found::{Found, Key, class};
use super::row::identifier;
use crate::error::Error;

const QUERY: &str = include_str!("sql/extensions.sql");

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the extensions", QUERY)? {
        let name = identifier(&row, "name");
        found.addresses.insert(
            Key::new(class::EXTENSION, row.get("oid")),
            ObjectAddress::global(ObjectKind::Extension, name.clone()),
        );
        let extension =
            Extension { schema: identifier(&row, "schema"), version: row.get("version"), comment: row.get("comment") };
        found.catalog.extensions.insert(name, extension);
    }
    Ok(())
}
