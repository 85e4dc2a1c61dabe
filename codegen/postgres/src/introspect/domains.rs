//! Domains with their constraints.

use std::collections::BTreeMap;

use lockstep_core::catalog::{Domain, DomainConstraint, ObjectAddress, ObjectKind};
use postgres::Row;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{data_type, deparsed, identifier, optional_identifier, optional_qualified, qualified};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/domains.sql"));
const CONSTRAINTS: &str = include_str!("sql/domain_constraints.sql");

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the domains", QUERY)? {
        let name = qualified(&row, "schema", "name");
        let key = Key::new(class::TYPE, row.get("oid"));
        found.name(key, ObjectAddress::object(ObjectKind::Domain, &name), &name);
        found.catalog.domains.insert(name, domain(&row));
    }
    for row in reader.rows("read the constraints of the domains", CONSTRAINTS)? {
        add_constraint(&row, found)?;
    }
    Ok(())
}

fn domain(row: &Row) -> Domain {
    Domain {
        data_type: data_type(row),
        not_null: row.get("not_null"),
        not_null_name: optional_identifier(row, "not_null_name"),
        default: row.get("default"),
        collation: optional_qualified(row, "collation_schema", "collation_name"),
        constraints: BTreeMap::new(),
        comment: row.get("comment"),
    }
}

/// A constraint of a domain that is not in the catalog belongs to an extension.
fn add_constraint(row: &Row, found: &mut Found) -> Result<(), Error> {
    let Some(owner) = found.names.get(&row.get("domain")) else { return Ok(()) };
    let Some(domain) = found.catalog.domains.get_mut(owner) else { return Ok(()) };
    let name = identifier(row, "name");
    let address = ObjectAddress::part(ObjectKind::DomainConstraint, owner, name.clone());
    found.addresses.insert(Key::new(class::CONSTRAINT, row.get("oid")), address);
    let validated: bool = row.get("validated");
    let mut definition = deparsed(row, "definition")?;
    if !validated && let Some(stripped) = definition.strip_suffix(" NOT VALID") {
        definition.truncate(stripped.len());
    }
    domain.constraints.insert(name, DomainConstraint { definition, validated, comment: row.get("comment") });
    Ok(())
}
