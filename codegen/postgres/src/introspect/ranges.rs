//! Range types with the multirange types that they bring along.

use lockstep_core::catalog::{ObjectAddress, ObjectKind, RangeType};

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{data_type, optional_qualified, qualified};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/ranges.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the range types", QUERY)? {
        let name = qualified(&row, "schema", "name");
        let address = ObjectAddress::object(ObjectKind::Range, &name);
        found.addresses.insert(Key::new(class::TYPE, row.get("oid")), address.clone());
        found.addresses.insert(Key::new(class::TYPE, row.get("multirange")), address);
        let range = RangeType {
            subtype: data_type(&row),
            operator_class: optional_qualified(&row, "class_schema", "class_name"),
            collation: optional_qualified(&row, "collation_schema", "collation_name"),
            difference: optional_qualified(&row, "difference_schema", "difference_name"),
            multirange: qualified(&row, "multirange_schema", "multirange_name"),
            comment: row.get("comment"),
        };
        found.catalog.ranges.insert(name, range);
    }
    Ok(())
}
