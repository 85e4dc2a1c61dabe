//! Enumerated types.

use lockstep_core::catalog::{EnumType, ObjectAddress, ObjectKind};

use super::Reader;
use super::found::{Found, Key, class};
use super::row::qualified;
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/enums.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the enumerated types", QUERY)? {
        let name = qualified(&row, "schema", "name");
        found.addresses.insert(Key::new(class::TYPE, row.get("oid")), ObjectAddress::object(ObjectKind::Enum, &name));
        found.catalog.enums.insert(name, EnumType { values: row.get("values"), comment: row.get("comment") });
    }
    Ok(())
}
