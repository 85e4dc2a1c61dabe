//! Runs migrations on an empty database, as a service does when it starts.
//!
//! In: a connection to a scratch database, and the migrations in their order. Out: a database that they have built, or
//! what the server said about the first one that fails, at its place in the file. No history is written, and what a
//! file SETs for the session does not outlive the file.

use std::sync::Arc;

use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::emit::sql::declares_role;
use lockstep_core::migration::MigrationFile;
use lockstep_core::plan::TransactionMode;
use lockstep_core::source::Span;
use lockstep_core::sql::{Lexer, Statement, split};
use postgres::Client;
use postgres::error::DbError;

use crate::diagnose::{Advice, diagnose};
use crate::error::Error;
use crate::load::server_error;
use crate::roles::{self, MissingRoles, Order, Placeholders, Roles};

/// Replays the migrations: each in a transaction, or statement by statement where its header says `Transaction: no`;
/// `roles` tells what becomes of those that they refer to and that the server does not have.
///
/// What declares roles is not run: it tells what it declares.
///
/// # Errors
/// The outer error is the connection's. The inner one is for the first migration that fails: what comes after it
/// cannot be judged.
pub fn replay(
    client: &mut Client,
    migrations: &[MigrationFile],
    roles: MissingRoles,
) -> Result<Result<Replayed, Vec<Diagnostic>>, Error> {
    let declarations = match declarations(migrations) {
        Ok(declarations) => declarations,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let declared = match roles::declared(client, &declarations, Order::AsWritten)? {
        Ok(declared) => declared,
        Err(wrong) => return Ok(Err(wrong)),
    };
    roles::provide(client, &declared.ever)?;
    client.batch_execute(SESSION).map_err(Error::action("prepare the session that replays the migrations"))?;
    let mut missing = Placeholders::new(roles);
    for migration in migrations {
        let statements = match split(&migration.source)
            .and_then(|statements| without_transaction_control(statements, migration.transaction()))
        {
            Ok(statements) => without_declarations(statements),
            Err(wrong) => return Ok(Err(wrong)),
        };
        let outcome = match migration.transaction() {
            TransactionMode::Yes => in_a_transaction(client, migration, &statements, &mut missing)?,
            TransactionMode::No => on_their_own(client, &statements, &mut missing)?,
        };
        if let Err(wrong) = outcome {
            return Ok(Err(wrong));
        }
    }
    Ok(Ok(Replayed { roles: declared.roles, declarations }))
}

/// What migrations have declared.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// The roles that are declared at the end.
    pub roles: Roles,
    /// The statements that say so, in their order.
    pub declarations: Vec<Statement>,
}

/// The statements of migrations that declare roles.
///
/// # Errors
/// What cannot be split into statements.
pub fn declarations(migrations: &[MigrationFile]) -> Result<Vec<Statement>, Vec<Diagnostic>> {
    // Most projects declare none: the files are split once more only where one may.
    let speaks = |migration: &&MigrationFile| migration.source.text.contains("$role");
    let split = migrations.iter().filter(speaks).map(|migration| split(&migration.source));
    let all: Vec<Vec<Statement>> = split.collect::<Result<_, _>>()?;
    Ok(all.into_iter().flatten().filter(|statement| declares_role(statement.span.text())).collect())
}

fn without_declarations(statements: Vec<Statement>) -> Vec<Statement> {
    statements.into_iter().filter(|statement| !declares_role(statement.span.text())).collect()
}

/// What the session starts each file with. The scratch database may be on a server that waits for its disk.
const SESSION: &str = "RESET SESSION AUTHORIZATION; RESET ALL; SET synchronous_commit = off";

type Outcome = Result<Result<(), Vec<Diagnostic>>, Error>;

/// The whole file at once, in one round trip. A file that fails is run again statement by statement: only that tells
/// which statement it is where the server names no position, and passes over roles that an earlier run has made.
fn in_a_transaction(
    client: &mut Client,
    migration: &MigrationFile,
    statements: &[Statement],
    missing: &mut Placeholders,
) -> Outcome {
    let texts: Vec<&str> = statements.iter().map(|statement| statement.span.text()).collect();
    let sql = format!("BEGIN;\n{}\n;COMMIT;{SESSION}", texts.join("\n;\n"));
    loop {
        let error = match client.batch_execute(&sql) {
            Ok(()) => return Ok(Ok(())),
            Err(error) => server_error(error, ACTION)?,
        };
        roll_back(client)?;
        if missing.are_made(client, &error)? {
            continue;
        }
        client.batch_execute("BEGIN").map_err(Error::action(ACTION))?;
        let (error, statement) = match step_by_step(client, statements)? {
            None if roles::exists(&error) => match client.batch_execute(&format!("COMMIT;{SESSION}")) {
                Ok(()) => return Ok(Ok(())),
                Err(error) => (server_error(error, ACTION)?, None),
            },
            // What fails only when all is committed, a deferred constraint say, has no statement.
            None => (error, None),
            Some((error, statement)) => (error, Some(statement)),
        };
        roll_back(client)?;
        if statement.is_some() && missing.are_made(client, &error)? {
            continue;
        }
        let whole = Statement { span: body(migration), comments: Vec::new() };
        return Ok(Err(vec![diagnose(&error, statement.unwrap_or(&whole), &Advice::read(client)?)]));
    }
}

/// Each statement in a transaction of its own.
fn on_their_own(client: &mut Client, statements: &[Statement], missing: &mut Placeholders) -> Outcome {
    for statement in statements {
        while let Err(error) = client.batch_execute(statement.span.text()) {
            let error = server_error(error, ACTION)?;
            if roles::exists(&error) && roles::is_creation(statement) {
                break;
            }
            if !missing.are_made(client, &error)? {
                return Ok(Err(vec![diagnose(&error, statement, &Advice::read(client)?)]));
            }
        }
    }
    client.batch_execute(SESSION).map_err(Error::action("put the session back after a migration"))?;
    Ok(Ok(()))
}

/// The first statement of a transaction that fails, with what the server says about it; what makes a role that is there
/// already is passed over.
fn step_by_step<'a>(
    client: &mut Client,
    statements: &'a [Statement],
) -> Result<Option<(Box<DbError>, &'a Statement)>, Error> {
    for statement in statements {
        let makes_role = roles::is_creation(statement);
        let sql = statement.span.text();
        let outcome = if makes_role {
            client.batch_execute(&format!("SAVEPOINT lockstep_role;\n{sql}\n;RELEASE lockstep_role"))
        } else {
            client.batch_execute(sql)
        };
        let Err(error) = outcome else { continue };
        let error = server_error(error, ACTION)?;
        if !makes_role || !roles::exists(&error) {
            return Ok(Some((error, statement)));
        }
        client.batch_execute("ROLLBACK TO lockstep_role").map_err(Error::action(ACTION))?;
    }
    Ok(None)
}

const ACTION: &str = "replay the migrations";

/// The statements but for a `BEGIN` and `COMMIT` around all of them, or around some where the file is one transaction
/// anyway. The migrator takes no others either, because they would end the transaction that holds its history.
fn without_transaction_control(
    statements: Vec<Statement>,
    mode: TransactionMode,
) -> Result<Vec<Statement>, Vec<Diagnostic>> {
    let is_control = |statement: &&Statement| begins_with(statement, TRANSACTION_CONTROL);
    let controls: Vec<&Statement> = statements.iter().filter(is_control).collect();
    let is_pair = |pair: &[&Statement]| match pair {
        [first, last] => begins_with(first, &[&["begin"], &["start"]]) && begins_with(last, &[&["commit"], &["end"]]),
        _ => false,
    };
    let around_all = match (controls.as_slice(), statements.as_slice()) {
        ([begin, commit], [first, .., last]) => *begin == first && *commit == last,
        _ => false,
    };
    let is_one_transaction = match mode {
        TransactionMode::Yes => true,
        TransactionMode::No => around_all,
    };
    if controls.chunks(2).all(is_pair) && (is_one_transaction || controls.is_empty()) {
        return Ok(statements.iter().filter(|statement| !is_control(statement)).cloned().collect());
    }
    let refused = controls.iter().map(|statement| {
        let message = "a migration cannot begin or end a transaction: the migrator runs it in one of its own";
        Diagnostic::error("transaction-control", message)
            .at(statement.span.clone())
            .hint("remove the statement; what must be committed in between goes into a file of its own")
    });
    Err(refused.collect())
}

/// What the migrator refuses.
const TRANSACTION_CONTROL: &[&[&str]] = &[
    &["begin"],
    &["start", "transaction"],
    &["commit"],
    &["end"],
    &["rollback"],
    &["abort"],
    &["savepoint"],
    &["release"],
    &["prepare", "transaction"],
];

fn begins_with(statement: &Statement, beginnings: &[&[&str]]) -> bool {
    let text = statement.span.text();
    let tokens: Vec<_> =
        Lexer::new(text, 0).filter_map(Result::ok).filter(|token| !token.is_comment()).take(2).collect();
    let fits = |words: &&[&str]| {
        words.iter().enumerate().all(|(place, word)| tokens.get(place).is_some_and(|token| token.is_word(text, word)))
    };
    beginnings.iter().any(fits)
}

fn body(migration: &MigrationFile) -> Span {
    let text = &migration.source.text;
    let end = text.trim_end().len();
    let start = migration.body_start().min(end);
    let start = end - text[start..end].trim_start().len();
    Span { file: Arc::clone(&migration.source), range: start..end }
}

fn roll_back(client: &mut Client) -> Result<(), Error> {
    client.batch_execute("ROLLBACK").map_err(Error::action("roll back a migration"))
}
