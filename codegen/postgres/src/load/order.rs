//! Runs statements until all have run or none can: those that the server refuses wait for what they lack.
//!
//! A statement that lacks something by name is tried again when a statement that defines such a name has run; any
//! other, when a round has changed something. The work is linear in the number of statements and of what they lack,
//! whatever their order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lockstep_core::catalog::{ObjectAddress, ObjectKind};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::source::Span;
use lockstep_core::sql::{Definition, cut_to_one};
use postgres::Client;
use postgres::error::DbError;

use super::Entry;
use crate::error::Error;
use crate::roles::MissingRoles;

/// What came of it.
pub(super) struct Outcome {
    /// Which statement ran in which transaction.
    pub(super) transactions: HashMap<u32, usize>,
    /// The statements that could not be run.
    pub(super) failures: BTreeMap<usize, Failure>,
}

/// Why a statement could not be run at last.
pub(super) struct Failure {
    pub(super) error: Box<DbError>,
    /// The statements that define what it lacks, as far as names tell.
    pub(super) lacks: Vec<usize>,
}

/// Runs the statements of the files in rounds.
pub(super) fn execute(client: &mut Client, entries: &[Entry], roles: MissingRoles) -> Result<Outcome, Error> {
    let definers = definers(entries);
    let mut outcome = Outcome { transactions: HashMap::new(), failures: BTreeMap::new() };
    let mut round: Vec<usize> = (0..entries.len()).collect();
    let mut ran: BTreeSet<usize> = BTreeSet::new();
    while !round.is_empty() {
        let ran_before = ran.len();
        for index in round {
            match super::execute(client, &entries[index].statement, roles)? {
                Ok(transaction) => {
                    outcome.failures.remove(&index);
                    outcome.transactions.extend(transaction.map(|transaction| (transaction, index)));
                    ran.insert(index);
                }
                Err(error) => {
                    let lacks = lacking(&error, &definers, &ran);
                    outcome.failures.insert(index, Failure { error, lacks });
                }
            }
        }
        let progress = ran.len() > ran_before;
        let retried = outcome.failures.iter().filter(|(_, failure)| progress && is_worth_another_try(failure, &ran));
        round = retried.map(|(&index, _)| index).collect();
    }
    Ok(outcome)
}

/// Whether what has run since may help.
fn is_worth_another_try(failure: &Failure, ran: &BTreeSet<usize>) -> bool {
    !is_final(&failure.error) && (failure.lacks.is_empty() || failure.lacks.iter().any(|definer| ran.contains(definer)))
}

/// No other statement mends bad syntax or a name that is taken.
fn is_final(error: &DbError) -> bool {
    is_duplicate(error) || matches!(error.code().code(), "42601" | "42602" | "42622" | "42939")
}

/// The server says that an object of this name exists.
pub(super) fn is_duplicate(error: &DbError) -> bool {
    matches!(error.code().code(), "42P06" | "42P07" | "42710" | "42723")
}

/// By name without its schema: the statements that define an object of that name, or add a column of it.
type Definers<'a> = HashMap<&'a str, Vec<(usize, &'a ObjectAddress)>>;

fn definers(entries: &[Entry]) -> Definers<'_> {
    let mut definers: Definers<'_> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some(Definition { address, name: _, creates, parts }) = &entry.definition else { continue };
        if *creates {
            let part = address.part.as_ref().filter(|_| address.kind.is_named_by_part());
            definers.entry(part.unwrap_or(&address.name).as_str()).or_default().push((index, address));
        } else {
            for part in parts {
                let name = part.address.part.as_ref().unwrap_or(&part.address.name);
                definers.entry(name.as_str()).or_default().push((index, &part.address));
            }
        }
    }
    definers
}

/// The statements that have not run yet and define a name which the server's message says is missing. A message names
/// it first, in quotes, or before the parenthesis of a function's arguments: `relation "a.b" does not exist`,
/// `function f(integer) does not exist`.
fn lacking(error: &DbError, definers: &Definers<'_>, ran: &BTreeSet<usize>) -> Vec<usize> {
    let code = error.code().code();
    let message = error.message();
    let quoted = || message.split('"').nth(1);
    let called = || message.split_once('(').and_then(|(before, _)| before.rsplit(' ').next());
    let Some(name) = (if code == "42883" { called() } else { quoted() }) else { return Vec::new() };
    let (schema, name) = name.rsplit_once('.').map_or((None, name), |(schema, name)| (Some(schema), name));
    let fits = |(index, address): &&(usize, &ObjectAddress)| {
        let same_schema = schema.is_none_or(|schema| address.schema.as_ref().is_some_and(|own| own.as_str() == schema));
        same_schema && may_lack(code, address.kind) && !ran.contains(index)
    };
    definers.get(name).into_iter().flatten().filter(fits).map(|(index, _)| *index).collect()
}

/// Whether an SQLSTATE says that an object of this kind is missing.
fn may_lack(code: &str, kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Schema => code == "3F000",
        ObjectKind::Routine => code == "42883",
        ObjectKind::Column | ObjectKind::Attribute => code == "42703",
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => matches!(code, "42P01" | "42704"),
        ObjectKind::Sequence => code == "42P01",
        ObjectKind::Extension
        | ObjectKind::Enum
        | ObjectKind::Domain
        | ObjectKind::DomainConstraint
        | ObjectKind::Composite
        | ObjectKind::Range
        | ObjectKind::Constraint
        | ObjectKind::Index
        | ObjectKind::Trigger
        | ObjectKind::Defined(_) => code == "42704",
    }
}

/// Two statements that create the same object. `IF NOT EXISTS` and `OR REPLACE` would hide it from the server.
/// Routines may have one name and other arguments: those are the server's to judge.
pub(super) fn duplicates(entries: &[Entry]) -> Vec<Diagnostic> {
    let mut first: HashMap<&ObjectAddress, &Span> = HashMap::new();
    let mut diagnostics = Vec::new();
    for definition in entries.iter().filter_map(|entry| entry.definition.as_ref()) {
        if !definition.creates || definition.address.kind == ObjectKind::Routine {
            continue;
        }
        match first.get(&definition.address) {
            Some(earlier) => diagnostics.push(duplicate(&definition.address, &definition.name, earlier)),
            None => drop(first.insert(&definition.address, &definition.name)),
        }
    }
    diagnostics
}

fn duplicate(address: &ObjectAddress, second: &Span, first: &Span) -> Diagnostic {
    let name = address.part.as_ref().unwrap_or(&address.name);
    let cut = cut_to_one(name.as_str()).filter(|_| first.text() != second.text());
    let hint = cut.unwrap_or_else(|| "take one of the two away".to_owned());
    Diagnostic::error("duplicate-definition", format!("{address} is defined twice"))
        .at(second.clone())
        .label(first.clone(), "first defined here")
        .hint(hint)
}
