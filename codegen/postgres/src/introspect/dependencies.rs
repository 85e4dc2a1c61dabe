//! `pg_depend`, told in addresses. What has no address of its own stands for what owns it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lockstep_core::catalog::{Dependencies, ObjectAddress, ObjectKind};
use postgres::Row;

use super::Reader;
use super::found::{Found, Key};
use super::row::code;
use crate::error::Error;

const QUERY: &str = include_str!("sql/dependencies.sql");

/// An owner's owner's owner … : an array of a row type of a table of an extension needs four steps.
const LONGEST_CHAIN: usize = 8;

pub(super) fn read(reader: &mut Reader<'_>, found: &Found) -> Result<Dependencies, Error> {
    let rows = reader.rows("read the dependencies", QUERY)?;
    let resolver = Resolver { found, owners: owners(&rows) };
    let mut needs: BTreeMap<ObjectAddress, BTreeSet<ObjectAddress>> = BTreeMap::new();
    let mut add = |dependent: &ObjectAddress, needed: &ObjectAddress| {
        if dependent != needed {
            needs.entry(dependent.clone()).or_default().insert(needed.clone());
        }
    };
    for row in &rows {
        let dependent = resolver.address(dependent(row));
        let needed = resolver.address(referenced(row));
        if let (Some(dependent), Some(needed)) = (dependent, needed) {
            add(dependent, needed);
        }
    }
    for address in found.addresses.values() {
        if let Some(owner) = owner(address, found) {
            add(address, &owner);
        }
    }
    Ok(Dependencies { needs })
}

fn dependent(row: &Row) -> Key {
    Key { class: row.get("class"), object: row.get("object"), part: row.get("part") }
}

fn referenced(row: &Row) -> Key {
    Key { class: row.get("referenced_class"), object: row.get("referenced_object"), part: row.get("referenced_part") }
}

/// From what is part of another object to that object: internal dependencies, and membership in an extension, which
/// goes first.
fn owners(rows: &[Row]) -> HashMap<Key, Key> {
    let mut owners = HashMap::new();
    for row in rows {
        match code(row, "kind") {
            'e' => drop(owners.insert(dependent(row), referenced(row))),
            'i' => drop(owners.entry(dependent(row)).or_insert_with(|| referenced(row))),
            _ => {}
        }
    }
    owners
}

struct Resolver<'a> {
    found: &'a Found,
    owners: HashMap<Key, Key>,
}

impl<'a> Resolver<'a> {
    fn address(&self, key: Key) -> Option<&'a ObjectAddress> {
        let mut key = key;
        for _ in 0..LONGEST_CHAIN {
            let whole = Key { part: 0, ..key };
            let address = self.found.addresses.get(&key).or_else(|| self.found.addresses.get(&whole));
            if address.is_some() {
                return address;
            }
            key = *self.owners.get(&key).or_else(|| self.owners.get(&whole))?;
        }
        None
    }
}

/// The relation or domain that a part belongs to.
fn owner(address: &ObjectAddress, found: &Found) -> Option<ObjectAddress> {
    match address.kind {
        ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::Enum
        | ObjectKind::Domain
        | ObjectKind::Composite
        | ObjectKind::Range
        | ObjectKind::Sequence
        | ObjectKind::Table
        | ObjectKind::Routine
        | ObjectKind::View
        | ObjectKind::MaterializedView => None,
        ObjectKind::DomainConstraint => {
            address.qualified_name().map(|name| ObjectAddress::object(ObjectKind::Domain, &name))
        }
        ObjectKind::Defined(kind) if kind.info().owners.is_empty() => None,
        ObjectKind::Defined(_) => relation(address, found),
        ObjectKind::Attribute => {
            address.qualified_name().map(|name| ObjectAddress::object(ObjectKind::Composite, &name))
        }
        ObjectKind::Column | ObjectKind::Constraint | ObjectKind::Index | ObjectKind::Trigger => {
            relation(address, found)
        }
    }
}

fn relation(part: &ObjectAddress, found: &Found) -> Option<ObjectAddress> {
    let name = part.qualified_name()?;
    let kind = if found.catalog.tables.contains_key(&name) {
        ObjectKind::Table
    } else if found.catalog.views.contains_key(&name) {
        ObjectKind::View
    } else {
        ObjectKind::MaterializedView
    };
    Some(ObjectAddress::object(kind, &name))
}
