//! What plans ask about the server beside the catalog: which defaults are volatile, which casts there are.

use std::collections::BTreeMap;

use lockstep_core::catalog::{
    CastContext, DefinedKind, ExtensionFacts, Facts, ObjectAddress, ObjectKind, Owners, ShellOperators,
};
use lockstep_core::name::Identifier;

use super::Reader;
use super::bodies;
use super::found::{Found, Key, class};
use super::row::{identifier, qualified};
use crate::error::Error;

const VOLATILE_DEFAULTS: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/volatile_defaults.sql"));
const OWNERS: &str = include_str!("sql/owners.sql");
const SHELL_OPERATORS: &str = include_str!("sql/shell_operators.sql");
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
        owners: owners(reader, found)?,
        shell_operators: shell_operators(reader, found)?,
        ..Facts::default()
    };
    for row in reader.rows("read which defaults are volatile", VOLATILE_DEFAULTS)? {
        let (relation, number) = (row.get("relation"), row.get("number"));
        if let (Some(table), Some(column)) = (found.names.get(&relation), found.columns.get(&(relation, number))) {
            facts.volatile_defaults.insert(ObjectAddress::part(ObjectKind::Column, table, column.clone()));
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

fn owners(reader: &mut Reader<'_>, found: &Found) -> Result<Owners, Error> {
    let mut owners = Owners::default();
    for row in reader.rows("read who owns what", OWNERS)? {
        owners.asking = Some(identifier(&row, "asking"));
        if let Some(address) = found.addresses.get(&Key::new(row.get("class"), row.get("object"))) {
            owners.by_object.insert(address.clone(), identifier(&row, "owner"));
        }
    }
    Ok(owners)
}

fn shell_operators(reader: &mut Reader<'_>, found: &Found) -> Result<ShellOperators, Error> {
    let mut shells = ShellOperators::new();
    for row in reader.rows("read the operators that are only named", SHELL_OPERATORS)? {
        let operator = found.addresses.get(&Key::new(class::OPERATOR, row.get("operator")));
        let kind = ObjectKind::Defined(DefinedKind::Operator);
        let name = qualified(&row, "schema", "name");
        let shell = ObjectAddress::part(kind, &name, identifier(&row, "part"));
        if let Some(operator) = operator {
            shells.entry(operator.clone()).or_default().insert(shell);
        }
    }
    Ok(shells)
}
