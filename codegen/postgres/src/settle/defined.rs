//! The same for objects that their definition tells all about: each is created again as a whole, and read as a whole.

use lockstep_core::catalog::{Catalog, Defined, ObjectAddress, ObjectKind, State};
use lockstep_core::emit::sql::create_again;
use lockstep_core::name::quote_literal;
use postgres::Transaction;

use super::MOST_READINGS;
use crate::error::Error;
use crate::introspect::defined::select;
use crate::load::server_error;

const ACTION: &str = "settle how an expression is written";

/// The objects of both that hold texts of the deparser's, and differ in anything but their comments.
pub(super) fn differing<'a>(a: &'a Catalog, b: &'a Catalog) -> impl Iterator<Item = &'a ObjectAddress> {
    let is_deparsed =
        |address: &ObjectAddress| matches!(address.kind, ObjectKind::Defined(kind) if kind.info().is_deparsed);
    a.defined.iter().filter(move |(address, _)| is_deparsed(address)).filter_map(|(address, a)| {
        let b = b.defined.get(address)?;
        (a.definition != b.definition || a.clauses != b.clauses).then_some(address)
    })
}

/// Replaces the objects by what they come to.
pub(super) fn settle(
    transaction: &mut Transaction<'_>,
    state: &mut State,
    addresses: &[ObjectAddress],
) -> Result<(), Error> {
    for address in addresses {
        let Some(object) = state.catalog.defined.get_mut(address) else { continue };
        for _ in 0..MOST_READINGS {
            let Some(read) = read_back(transaction, state.major, address, object)? else { break };
            if read.definition == object.definition && read.clauses == object.clauses {
                break;
            }
            (object.definition, object.clauses) = (read.definition, read.clauses);
        }
    }
    Ok(())
}

/// Creates the object again, reads it, and takes everything back.
fn read_back(
    transaction: &mut Transaction<'_>,
    major: u32,
    address: &ObjectAddress,
    object: &Defined,
) -> Result<Option<Defined>, Error> {
    let ObjectKind::Defined(kind) = address.kind else { return Ok(None) };
    let read = match transaction.batch_execute(&create_again(kind, address, object).join(";\n")) {
        Ok(()) => select(transaction, major, &is_it(address))?.remove(address),
        Err(error) => {
            server_error(error, ACTION)?;
            None
        }
    };
    transaction.batch_execute("ROLLBACK TO SAVEPOINT settle").map_err(Error::action(ACTION))?;
    Ok(read)
}

/// A condition on the rows of introspection.
fn is_it(address: &ObjectAddress) -> String {
    let ObjectAddress { kind, schema, name, part } = address;
    let literal = |name: Option<&str>| name.map_or_else(|| "NULL".to_owned(), quote_literal);
    format!(
        "o.kind = {} AND o.schema IS NOT DISTINCT FROM {} AND o.name = {} AND o.part IS NOT DISTINCT FROM {}",
        quote_literal(kind.name()),
        literal(schema.as_ref().map(|schema| schema.as_str())),
        quote_literal(name.as_str()),
        literal(part.as_ref().map(|part| part.as_str())),
    )
}
