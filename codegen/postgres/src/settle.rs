//! Settles texts on which two databases differ only because of how often each has been read back.
//!
//! PostgreSQL's deparser is not idempotent: `CHECK (note IN ('a', 'b'))` on a `varchar` column comes out in one form when
//! the user's text was parsed, and in another when its own output was. A schema file holds the user's text, a migration
//! the deparsed one, so their catalogs would differ for ever.
//!
//! In: two catalogs, each with a connection to the scratch database that it was read from. Out: the same catalogs in
//! which each text that both have, and that differs, is replaced by what parsing and deparsing it again and again comes
//! to. Texts that are equal cost nothing. Everything runs in transactions that are rolled back.

mod defined;
mod probe;
mod slot;

use lockstep_core::catalog::{Catalog, ObjectAddress, State};
use postgres::{Client, SimpleQueryMessage, Transaction};

use crate::error::Error;
use crate::introspect::SETTINGS;
use crate::load::server_error;
use slot::Slot;

/// Two forms are known to alternate nowhere; a text that still moves after this many readings is left as it is then.
const MOST_READINGS: usize = 4;

/// Whether the catalogs differ in texts that [`settle`] would look at; without any, it changes nothing.
#[must_use]
pub fn is_needed(a: &Catalog, b: &Catalog) -> bool {
    !slot::differing(a, b).is_empty() || defined::differing(a, b).next().is_some()
}

/// Makes two catalogs comparable: what differs afterwards means something else.
///
/// # Errors
/// When a server fails. A text that the server does not take back is left as it is.
pub fn settle(
    client_a: &mut Client,
    mut a: State,
    client_b: &mut Client,
    mut b: State,
) -> Result<(State, State), Error> {
    let slots = slot::differing(&a.catalog, &b.catalog);
    settle_slots(client_a, &mut a.catalog, &slots)?;
    settle_slots(client_b, &mut b.catalog, &slots)?;
    let defined: Vec<ObjectAddress> = defined::differing(&a.catalog, &b.catalog).cloned().collect();
    if !defined.is_empty() {
        in_transaction(client_a, |transaction| defined::settle(transaction, &mut a, &defined))?;
        in_transaction(client_b, |transaction| defined::settle(transaction, &mut b, &defined))?;
    }
    Ok((a, b))
}

fn settle_slots(client: &mut Client, catalog: &mut Catalog, slots: &[Slot]) -> Result<(), Error> {
    if slots.is_empty() {
        return Ok(());
    }
    in_transaction(client, |transaction| slots.iter().try_for_each(|slot| settle_slot(transaction, catalog, slot)))
}

/// Does something in a transaction that is rolled back, with a savepoint to go back to in between.
fn in_transaction(
    client: &mut Client,
    work: impl FnOnce(&mut Transaction<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let action = || Error::action("settle how expressions are written");
    let mut transaction = client.transaction().map_err(action())?;
    transaction.batch_execute(SETTINGS).map_err(action())?;
    transaction
        .batch_execute("SET LOCAL check_function_bodies = off; SET LOCAL client_min_messages = error; SAVEPOINT settle")
        .map_err(action())?;
    work(&mut transaction)?;
    transaction.rollback().map_err(action())
}

fn settle_slot(transaction: &mut Transaction<'_>, catalog: &mut Catalog, slot: &Slot) -> Result<(), Error> {
    for _ in 0..MOST_READINGS {
        let Some(probe) = probe::probe(catalog, slot) else { return Ok(()) };
        let Some(read) = read_back(transaction, &probe.rebuild, &probe.read)? else { return Ok(()) };
        let text = slot.text_mut(catalog);
        let Some(text) = text.filter(|text| **text != read) else { return Ok(()) };
        *text = read;
    }
    Ok(())
}

/// Builds the object from its text, reads the text again, and takes everything back.
fn read_back(transaction: &mut Transaction<'_>, rebuild: &str, read: &str) -> Result<Option<String>, Error> {
    const ACTION: &str = "settle how an expression is written";
    match transaction.simple_query(&format!("{rebuild};\n{read};\nROLLBACK TO SAVEPOINT settle")) {
        Ok(messages) => Ok(messages.iter().rev().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })),
        Err(error) => {
            server_error(error, ACTION)?;
            transaction.batch_execute("ROLLBACK TO SAVEPOINT settle").map_err(Error::action(ACTION))?;
            Ok(None)
        }
    }
}
