//! What plans ask about the server beside the catalog: which defaults are volatile, who owns what, which casts there are.

use std::collections::BTreeMap;

use lockstep_core::catalog::{CastContext, DefinedKind, ExtensionFacts, Facts, ObjectAddress, ObjectKind};
use lockstep_core::name::Identifier;
use postgres::Row;

use super::Reader;
use super::bodies;
use super::found::{Found, Key};
use super::row::{identifier, qualified};
use crate::error::Error;

const FACTS: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/facts.sql"));
const CASTS: &str = include_str!("sql/casts.sql");

pub(super) fn read(
    reader: &mut Reader<'_>,
    found: &Found,
    extensions: BTreeMap<Identifier, ExtensionFacts>,
) -> Result<Facts, Error> {
    let mut facts = Facts {
        extensions,
        broken_bodies: bodies::broken(reader, found)?,
        inherited_not_nulls: found.inherited_not_nulls.clone(),
        partition_constraints: found.partition_constraints.clone(),
        beyond: found.beyond.clone(),
        ..Facts::default()
    };
    for row in reader.rows("read what plans ask beside the catalog", FACTS)? {
        facts.owners.asking = Some(identifier(&row, "asking"));
        let key = Key { class: row.get("class"), object: row.get("object"), part: row.get("part") };
        if let Some(address) = found.addresses.get(&key) {
            add(&row, address.clone(), &mut facts)?;
        }
    }
    for row in reader.rows("read the casts", CASTS)? {
        let target = qualified(&row, "target_schema", "target_name");
        if row.get("is_string") {
            facts.string_types.insert(target);
        } else {
            let context = if row.get("is_assignment") { CastContext::Assignment } else { CastContext::Explicit };
            facts.casts.insert((qualified(&row, "source_schema", "source_name"), target), context);
        }
    }
    Ok(facts)
}

/// Notes what a row says about an object.
fn add(row: &Row, address: ObjectAddress, facts: &mut Facts) -> Result<(), Error> {
    match row.get("what") {
        "owner" => drop(facts.owners.by_object.insert(address, identifier(row, "owner"))),
        "shell operator" => {
            let kind = ObjectKind::Defined(DefinedKind::Operator);
            let name = qualified(row, "other_schema", "other_name");
            facts.shell_operators.insert((address, ObjectAddress::part(kind, &name, identifier(row, "other_part"))));
        }
        "volatile default" => drop(facts.volatile_defaults.insert(address)),
        other => return Err(Error::Unexpected(format!("the query for facts told of `{other}`"))),
    }
    Ok(())
}
