//! Composite types with their attributes.

use lockstep_core::catalog::{CompositeAttribute, CompositeType, ObjectAddress, ObjectKind};
use lockstep_core::name::QualifiedName;
use postgres::Row;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{data_type, identifier, optional_qualified, qualified};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/composites.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the composite types", QUERY)? {
        let name = qualified(&row, "schema", "name");
        let address = ObjectAddress::object(ObjectKind::Composite, &name);
        found.addresses.insert(Key::new(class::TYPE, row.get("type")), address.clone());
        found.addresses.insert(Key::new(class::RELATION, row.get("oid")), address);
        let empty = || CompositeType { attributes: Vec::new(), comment: row.get("comment") };
        let composite = found.catalog.composites.entry(name.clone()).or_insert_with(empty);
        if let Some(number) = row.get("number") {
            let attribute = attribute(&row);
            let address = address_of(&name, &attribute);
            found.addresses.insert(Key::column(row.get("oid"), number), address);
            composite.attributes.push(attribute);
        }
    }
    Ok(())
}

fn address_of(composite: &QualifiedName, attribute: &CompositeAttribute) -> ObjectAddress {
    ObjectAddress::part(ObjectKind::Attribute, composite, attribute.name.clone())
}

fn attribute(row: &Row) -> CompositeAttribute {
    CompositeAttribute {
        name: identifier(row, "attribute"),
        data_type: data_type(row),
        collation: optional_qualified(row, "collation_schema", "collation_name"),
        comment: row.get("attribute_comment"),
    }
}
