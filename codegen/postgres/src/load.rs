//! Loads schema files into an empty database, whatever the order of their statements.
//!
//! In: a connection to a scratch database, and the files. Out: what stands where, or a diagnostic for everything that
//! is wrong. Each statement is a transaction of its own; one that needs a later one is tried again once that one is
//! there. Bodies of routines are checked at the end, when all that they may use exists. Nothing is reordered that runs
//! in the order of the files: a statement waits only where the server has refused it.

mod allowed;
mod bodies;
mod order;
mod unresolved;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use lockstep_core::catalog::ObjectAddress;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::source::{SourceFile, Span};
use lockstep_core::sql::{Definition, Statement, long_names, outline, split};
use postgres::error::DbError;
use postgres::{Client, SimpleQueryMessage};

use crate::diagnose::Advice;
use crate::error::Error;
use crate::introspect::Refusal;
use crate::roles::{self, MissingRoles, Order, Roles};

/// Schema files that are now a database.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Where each object, column and named constraint is defined: the place of its name.
    pub definitions: BTreeMap<ObjectAddress, Span>,
    /// Every statement in the order of the files.
    pub statements: Vec<Statement>,
    /// The roles that the files declare.
    pub roles: Roles,
    /// What the server takes and the author should know.
    pub warnings: Vec<Diagnostic>,
    /// Which statement ran in which transaction.
    transactions: HashMap<u32, usize>,
}

impl Loaded {
    /// The statement that last wrote what introspection refuses: its first line, or the name of what it defines.
    #[must_use]
    pub fn place(&self, refusal: &Refusal) -> Option<Span> {
        self.transactions.get(&refusal.transaction).map(|&index| crate::diagnose::name(&self.statements[index]))
    }
}

/// Loads `files` into the database of `client`, which should be empty; `roles` tells what becomes of those that are
/// referred to and that the server does not have.
///
/// # Errors
/// The outer error is the connection's. The inner one is a diagnostic for each statement that cannot be loaded, but for
/// those that only need one of these.
pub fn load(
    client: &mut Client,
    files: &[Arc<SourceFile>],
    roles: MissingRoles,
) -> Result<Result<Loaded, Vec<Diagnostic>>, Error> {
    let statements = match read(files) {
        Ok(statements) => statements,
        Err(diagnostics) => return Ok(Err(diagnostics)),
    };
    client.batch_execute(SETTINGS).map_err(Error::action("prepare the session that loads the schema"))?;
    let warnings = long_names(statements.iter().map(|entry| &entry.statement));
    let loaded = run(client, statements, roles);
    if !client.is_closed() {
        client.batch_execute(RESET).map_err(Error::action("put the session back that loaded the schema"))?;
    }
    Ok(match loaded? {
        Ok(loaded) => Ok(Loaded { warnings, ..loaded }),
        Err(diagnostics) => Err(diagnostics.into_iter().chain(warnings).collect()),
    })
}

const SETTINGS: &str = "SET search_path = public; SET check_function_bodies = off; SET client_min_messages = error; SET synchronous_commit = off;";
const RESET: &str =
    "RESET search_path; RESET check_function_bodies; RESET client_min_messages; RESET synchronous_commit;";

/// A statement with what it defines.
struct Entry {
    statement: Statement,
    definition: Option<Definition>,
}

/// Splits the files and looks at all that can be told without the server.
fn read(files: &[Arc<SourceFile>]) -> Result<Vec<Entry>, Vec<Diagnostic>> {
    let mut entries = Vec::new();
    let mut diagnostics = Vec::new();
    for file in files {
        match split(file) {
            Ok(statements) => entries
                .extend(statements.into_iter().map(|statement| Entry { definition: outline(&statement), statement })),
            Err(wrong) => diagnostics.extend(wrong),
        }
    }
    if let Some(diagnostic) = too_many(&entries) {
        return Err(vec![diagnostic]);
    }
    diagnostics.extend(entries.iter().filter_map(|entry| allowed::check(&entry.statement)));
    diagnostics.extend(order::duplicates(&entries));
    if diagnostics.is_empty() {
        return Ok(entries);
    }
    diagnostics.extend(long_names(entries.iter().map(|entry| &entry.statement)));
    Err(diagnostics)
}

/// More statements than anybody writes by hand: each is a transaction of its own, and all that they make is held in memory.
const MOST_STATEMENTS: usize = 200_000;

fn too_many(entries: &[Entry]) -> Option<Diagnostic> {
    let first = entries.get(MOST_STATEMENTS)?;
    let message = format!("the schema has {} statements, more than {MOST_STATEMENTS}", entries.len());
    let hint = "a schema holds definitions only: what a program has written belongs into a migration, \
                and what is of no concern to the service into a schema of its own";
    Some(Diagnostic::error("too-many-statements", message).at(crate::diagnose::name(&first.statement)).hint(hint))
}

fn run(
    client: &mut Client,
    entries: Vec<Entry>,
    roles: MissingRoles,
) -> Result<Result<Loaded, Vec<Diagnostic>>, Error> {
    let of_roles: Vec<Statement> =
        entries.iter().map(|entry| &entry.statement).filter(|it| roles::is_about_roles(it)).cloned().collect();
    let declared = match roles::declared(client, &of_roles, Order::Any)? {
        Ok(declared) => declared,
        Err(wrong) => return Ok(Err(wrong)),
    };
    roles::provide(client, &declared.ever)?;
    let outcome = order::execute(client, &entries, roles)?;
    let diagnostics = if outcome.failures.is_empty() {
        bodies::check(client, &entries, &outcome.transactions)?
    } else {
        unresolved::diagnostics(&entries, outcome.failures, &Advice::read(client)?)
    };
    if !diagnostics.is_empty() {
        return Ok(Err(diagnostics));
    }
    let mut loaded = Loaded { transactions: outcome.transactions, roles: declared.roles, ..Loaded::default() };
    for Entry { statement, definition } in entries {
        if let Some(Definition { address, name, creates, parts }) = definition {
            if creates {
                loaded.definitions.entry(address).or_insert(name);
            }
            for part in parts {
                loaded.definitions.entry(part.address).or_insert(part.name);
            }
        }
        loaded.statements.push(statement);
    }
    bodies::place_routines(client, &mut loaded)?;
    place_defined(client, &mut loaded)?;
    Ok(Ok(loaded))
}

/// Runs one statement, and again for each role that it lacks and that may be made. Those about roles have told what they
/// declare already.
fn execute(client: &mut Client, statement: &Statement, roles: MissingRoles) -> Executed {
    if roles::is_about_roles(statement) {
        return Ok(Ok(None));
    }
    let mut made = Vec::new();
    loop {
        let error = match execute_once(client, statement.span.text())? {
            Err(error) => error,
            done => return Ok(done),
        };
        match roles::missing(&error).filter(|role| roles == MissingRoles::Make && !made.contains(role)) {
            Some(role) => {
                roles::make(client, &role)?;
                made.push(role);
            }
            None => return Ok(Err(error)),
        }
    }
}

/// The transaction that a statement ran in, if it has changed anything.
type Executed = Result<Result<Option<u32>, Box<DbError>>, Error>;

/// Gives the objects whose address the text of their definition does not tell (an operator has argument types, a cast is
/// named as the server writes types) the place of the statement that made them.
fn place_defined(client: &mut Client, loaded: &mut Loaded) -> Result<(), Error> {
    let starts = |text: &str, words: &str| text.get(..words.len()).is_some_and(|it| it.eq_ignore_ascii_case(words));
    let creates = |text: &str| starts(text, "create") || starts(text, "alter operator family");
    let is_untold = |statement: &Statement| creates(statement.span.text()) && outline(statement).is_none();
    if !loaded.statements.iter().any(is_untold) {
        return Ok(());
    }
    let action = || Error::action("read what made the objects of the schema");
    let mut transaction = client.transaction().map_err(action())?;
    transaction.batch_execute(crate::introspect::SETTINGS).map_err(action())?;
    let version: String = transaction.query_one("SHOW server_version_num", &[]).map_err(action())?.get(0);
    let major = version.parse::<u32>().unwrap_or_default() / 10_000;
    let made = crate::introspect::defined::transactions(&mut transaction, major)?;
    transaction.commit().map_err(action())?;
    for (address, number) in made {
        if let Some(&index) = loaded.transactions.get(&number) {
            let place = || crate::diagnose::name(&loaded.statements[index]);
            loaded.definitions.entry(address).or_insert_with(place);
        }
    }
    Ok(())
}

/// Runs one statement in a transaction of its own. The second statement, which is run in the same transaction, tells
/// which one.
fn execute_once(client: &mut Client, sql: &str) -> Executed {
    match client.simple_query(&format!("{sql}\n;SELECT pg_catalog.pg_current_xact_id_if_assigned()")) {
        Ok(messages) => Ok(Ok(messages.iter().rev().find_map(transaction))),
        Err(error) => server_error(error, "load a statement of the schema").map(Err),
    }
}

fn transaction(message: &SimpleQueryMessage) -> Option<u32> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    let full: u64 = row.get(0)?.parse().ok()?;
    u32::try_from(full & u64::from(u32::MAX)).ok()
}

/// What the server says about the user's statement; the failure of the connection is ours.
pub(crate) fn server_error(error: postgres::Error, action: &str) -> Result<Box<DbError>, Error> {
    match error.as_db_error() {
        Some(db) if !is_lost(db) => Ok(Box::new(db.clone())),
        _ => Err(Error::action(action)(error)),
    }
}

/// Class 57: the administrator, or a crash, has ended the session. A cancelled statement is the user's.
fn is_lost(error: &DbError) -> bool {
    matches!(error.code().code(), "57P01" | "57P02" | "57P03" | "57P05")
}
