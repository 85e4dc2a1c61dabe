//! Extensions, but for `plpgsql`, which every database has.

use std::collections::BTreeMap;

use lockstep_core::catalog::{Extension, ExtensionFacts, ObjectAddress, ObjectKind};
use lockstep_core::name::Identifier;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::identifier;
use crate::error::Error;

const QUERY: &str = include_str!("sql/extensions.sql");

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<BTreeMap<Identifier, ExtensionFacts>, Error> {
    let mut facts = BTreeMap::new();
    for row in reader.rows("read the extensions", QUERY)? {
        let name = identifier(&row, "name");
        found.addresses.insert(
            Key::new(class::EXTENSION, row.get("oid")),
            ObjectAddress::global(ObjectKind::Extension, name.clone()),
        );
        let extension =
            Extension { schema: identifier(&row, "schema"), version: row.get("version"), comment: row.get("comment") };
        let updates = row.get::<_, Vec<_>>("updates").into_iter().collect();
        let (relocatable, comment) = (row.get("relocatable"), row.get("default_comment"));
        facts.insert(name.clone(), ExtensionFacts { relocatable, updates, comment });
        found.catalog.extensions.insert(name, extension);
    }
    Ok(facts)
}
