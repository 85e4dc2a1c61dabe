//! The triggers of tables and views, constraint triggers among them; the server's own are left out.

use lockstep_core::catalog::{ObjectAddress, ObjectKind, Trigger, TriggerState};
use postgres::Row;

use super::Reader;
use super::found::{Found, Key, class};
use super::row::{code, deparsed, identifier, unknown_code};
use crate::error::Error;

const QUERY: &str = concat!(include_str!("sql/prelude.sql"), include_str!("sql/triggers.sql"));

pub(super) fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    for row in reader.rows("read the triggers", QUERY)? {
        let Some(owner) = found.names.get(&row.get("relation")).cloned() else { continue };
        let name = identifier(&row, "name");
        let trigger = trigger(&row)?;
        let address = ObjectAddress::part(ObjectKind::Trigger, &owner, name.clone());
        found.addresses.insert(Key::new(class::TRIGGER, row.get("oid")), address);
        if let Some(table) = found.catalog.tables.get_mut(&owner) {
            table.triggers.insert(name, trigger);
        } else if let Some(view) = found.catalog.views.get_mut(&owner) {
            view.triggers.insert(name, trigger);
        }
    }
    Ok(())
}

fn trigger(row: &Row) -> Result<Trigger, Error> {
    Ok(Trigger { definition: deparsed(row, "definition")?, state: state(row)?, comment: row.get("comment") })
}

fn state(row: &Row) -> Result<TriggerState, Error> {
    match code(row, "state") {
        'O' => Ok(TriggerState::Origin),
        'D' => Ok(TriggerState::Disabled),
        'R' => Ok(TriggerState::Replica),
        'A' => Ok(TriggerState::Always),
        other => Err(unknown_code("tgenabled", other)),
    }
}
