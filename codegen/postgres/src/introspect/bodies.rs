//! The bodies that their languages do not take: what a live database holds was taken once, but what it names may be gone.
//!
//! Languages are asked that look at a body without running any of it.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_core::catalog::ObjectAddress;
use lockstep_core::name::{RoutineSignature, quote_literal};

use super::Reader;
use super::found::{Found, Key, class};
use crate::error::Error;
use crate::load::server_error;

/// A body that was parsed when it was made cannot break.
const QUERY: &str = concat!(
    include_str!("sql/prelude.sql"),
    "SELECT p.oid, v.oid::regproc::text AS validator, coalesce(p.proconfig, '{}') AS config
     FROM pg_proc p
     JOIN user_schema n ON n.oid = p.pronamespace
     JOIN pg_language l ON l.oid = p.prolang
     JOIN pg_proc v ON v.oid = l.lanvalidator
     WHERE l.lanname IN ('sql', 'plpgsql') AND p.prosqlbody IS NULL
       AND has_language_privilege(l.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')
     ORDER BY p.oid"
);

const ACTION: &str = "check the bodies of routines";

struct Body {
    signature: RoutineSignature,
    /// `validator(oid)`.
    call: String,
    config: Vec<String>,
}

/// What the validators refuse, each under the settings of its routine and otherwise those of the connection.
pub(super) fn broken(reader: &mut Reader<'_>, found: &Found) -> Result<BTreeSet<RoutineSignature>, Error> {
    if found.catalog.routines.is_empty() {
        return Ok(BTreeSet::new());
    }
    let signatures = found.catalog.routines.keys().map(|signature| (ObjectAddress::routine(signature), signature));
    let signatures: BTreeMap<ObjectAddress, &RoutineSignature> = signatures.collect();
    let mut bodies = Vec::new();
    for row in reader.rows(ACTION, QUERY)? {
        let (oid, validator): (u32, &str) = (row.get("oid"), row.get("validator"));
        let address = found.addresses.get(&Key::new(class::ROUTINE, oid));
        if let Some(signature) = address.and_then(|address| signatures.get(address)) {
            let call = format!("{validator}({oid})");
            bodies.push(Body { signature: (*signature).clone(), call, config: row.get("config") });
        }
    }
    let mut refused = BTreeSet::new();
    search(reader, &bodies, &mut refused)?;
    Ok(refused)
}

/// Halves what is refused until it is one body.
fn search(reader: &mut Reader<'_>, bodies: &[Body], refused: &mut BTreeSet<RoutineSignature>) -> Result<(), Error> {
    if bodies.is_empty() || is_taken(reader, bodies)? {
        return Ok(());
    }
    if let [body] = bodies {
        refused.insert(body.signature.clone());
        return Ok(());
    }
    let (first, second) = bodies.split_at(bodies.len() / 2);
    search(reader, first, refused)?;
    search(reader, second, refused)
}

/// One round trip, however many there are.
fn is_taken(reader: &mut Reader<'_>, bodies: &[Body]) -> Result<bool, Error> {
    let checks: String = bodies.iter().map(check).collect();
    let sql = format!(
        "SAVEPOINT bodies; SET LOCAL check_function_bodies = on; SET LOCAL search_path TO DEFAULT; {checks} ROLLBACK TO bodies"
    );
    let Err(error) = reader.transaction.simple_query(&sql) else { return Ok(true) };
    server_error(error, ACTION)?;
    reader.transaction.batch_execute("ROLLBACK TO bodies").map_err(Error::action(ACTION))?;
    Ok(false)
}

/// The check of a body, whose settings end with it.
fn check(body: &Body) -> String {
    let Body { signature: _, call, config } = body;
    let settings: String = settings(config).collect();
    if settings.is_empty() {
        return format!("SELECT {call};");
    }
    format!("SAVEPOINT body; {settings} SELECT {call}; ROLLBACK TO body;")
}

/// The statements that set for a transaction what a routine sets for itself: `search_path=app, public`.
pub(crate) fn settings(config: &[String]) -> impl Iterator<Item = String> {
    config.iter().filter_map(|setting| setting.split_once('=')).map(|(name, value)| {
        format!("SELECT pg_catalog.set_config({}, {}, true);", quote_literal(name), quote_literal(value))
    })
}
