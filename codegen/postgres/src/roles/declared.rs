//! The roles that statements declare, without that anything becomes of it on the server.
//!
//! Roles belong to a whole server, and other databases of it know roles of the same names. So the statements are run in
//! a transaction in which those are out of the way, what they have made is read, and the transaction is rolled back.
//! In: statements about roles. Out: what they declare, or what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_core::catalog::{Defined, ObjectAddress};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::emit::sql::declares_role;
use lockstep_core::name::{Identifier, quote_identifier};
use lockstep_core::sql::{Lexer, Statement, Token, outline};
use postgres::error::{DbError, SqlState};
use postgres::{Client, IsolationLevel, Transaction};

use super::{make, missing};
use crate::diagnose::{Advice, diagnose};
use crate::error::Error;
use crate::introspect::SETTINGS;
use crate::load::server_error;

/// Roles with what they are.
pub type Roles = BTreeMap<Identifier, Defined>;

/// What statements declare.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// The roles that there are at the end.
    pub roles: Roles,
    /// Those, and the ones that there were on the way.
    pub ever: BTreeSet<Identifier>,
}

/// In which order the statements mean what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// In any: they say what there is.
    Any,
    /// As they stand: they say how it came about.
    AsWritten,
}

/// Whether a statement of a schema is about roles, and about nothing in a database.
pub(crate) fn is_about_roles(statement: &Statement) -> bool {
    let text = statement.span.text();
    let tokens: Vec<Token> = Lexer::new(text, 0).filter_map(Result::ok).filter(|token| !token.is_comment()).collect();
    let is = |place: usize, word: &str| tokens.get(place).is_some_and(|token| token.is_word(text, word));
    let is_role =
        |place: usize| is(place, "role") || is(place, "group") || is(place, "user") && !is(place + 1, "mapping");
    if is(0, "grant") || is(0, "revoke") {
        let found = tokens.iter().find(|token| ["on", "to", "from"].iter().any(|word| token.is_word(text, word)));
        return found.is_some_and(|token| !token.is_word(text, "on"));
    }
    (is(0, "create") || is(0, "alter")) && is_role(1)
        || is(0, "comment") && is(1, "on") && is(2, "role")
        || declares_role(text)
}

/// What the statements declare.
///
/// # Errors
/// The outer error is the connection's. The inner one is a diagnostic for each statement that the server does not take,
/// and for each role that one changes and none declares.
pub fn declared(
    client: &mut Client,
    statements: &[Statement],
    order: Order,
) -> Result<Result<Declared, Vec<Diagnostic>>, Error> {
    if statements.is_empty() {
        return Ok(Ok(Declared::default()));
    }
    let mut tries = 0;
    loop {
        // What others do to their roles meanwhile is none of our changes.
        let isolated = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
        let mut transaction = isolated.start().map_err(Error::action(ACTION))?;
        let outcome = within(&mut transaction, statements, order);
        transaction.rollback().map_err(Error::action(ACTION))?;
        match outcome {
            // Somebody else does the same at this moment.
            Err(error) if is_in_the_way(&error) && tries < 20 => tries += 1,
            Ok(Err(wrong)) if wrong.meets_another() && tries < 20 => tries += 1,
            Err(error) => return Err(error),
            Ok(Ok(declared)) => return Ok(Ok(declared)),
            Ok(Err(mut wrong)) => {
                let advice = Advice::read(client)?;
                wrong.failed.sort_by_key(|(place, _)| *place);
                let failed = wrong.failed.iter().map(|(place, error)| diagnose(error, &statements[*place], &advice));
                return Ok(Err(failed.chain(wrong.others).collect()));
            }
        }
    }
}

/// Makes placeholders for the declared roles that the server does not have: what is granted to them can be loaded.
///
/// # Errors
/// When the server refuses.
pub fn provide<'a>(client: &mut Client, roles: impl IntoIterator<Item = &'a Identifier>) -> Result<(), Error> {
    let roles: Vec<&Identifier> = roles.into_iter().collect();
    let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    let there = client
        .query("SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = ANY ($1)", &[&names])
        .map_err(Error::action("see which roles there are"))?;
    let there: BTreeSet<String> = there.iter().map(|row| row.get(0)).collect();
    roles.into_iter().filter(|role| !there.contains(role.as_str())).try_for_each(|role| make(client, role))
}

/// What roles of these names are on the server; those that it does not have are left out.
///
/// # Errors
/// When the server fails.
pub fn read(client: &mut Client, names: &[&Identifier]) -> Result<Roles, Error> {
    let mut transaction = client.transaction().map_err(Error::action("read roles"))?;
    transaction.batch_execute(SETTINGS).map_err(Error::action("read roles"))?;
    let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    Ok(found(&mut transaction, &names)?.into_iter().map(|(name, role, _)| (name, role)).collect())
}

const ACTION: &str = "find out what the schema declares of roles";

/// What is wrong: statements by their places, and what they do to roles that nobody declares.
#[derive(Default)]
struct Wrong {
    failed: Vec<(usize, Box<DbError>)>,
    others: Vec<Diagnostic>,
}

impl Wrong {
    /// Whether a role is there already: declared twice, or made by somebody else at this moment.
    fn meets_another(&self) -> bool {
        self.failed.iter().any(|(_, error)| *error.code() == SqlState::DUPLICATE_OBJECT)
    }
}

fn within(
    transaction: &mut Transaction<'_>,
    statements: &[Statement],
    order: Order,
) -> Result<Result<Declared, Wrong>, Error> {
    let settings = format!("{SETTINGS}SET LOCAL client_min_messages = error");
    transaction.batch_execute(&settings).map_err(Error::action(ACTION))?;
    let text: Vec<&str> = statements.iter().map(|statement| statement.span.text()).collect();
    put_aside(transaction, &text.join("\n"))?;
    let mut run = Run { transaction, statements, others: BTreeMap::new(), ever: BTreeSet::new() };
    run.others = run.snapshot()?;
    let failed = match order {
        Order::Any => run.in_any_order()?,
        Order::AsWritten => run.as_written()?,
    };
    if !failed.is_empty() {
        return Ok(Err(Wrong { failed, others: Vec::new() }));
    }
    run.outcome()
}

/// Gives the roles of the server that the text may speak of other names.
fn put_aside(transaction: &mut Transaction<'_>, text: &str) -> Result<(), Error> {
    let sql = "SELECT format('ALTER ROLE %I RENAME TO %I', rolname, 'lockstep_aside_' || oid)
               FROM pg_catalog.pg_roles
               WHERE oid >= 16384 AND rolname <> SESSION_USER AND rolname <> CURRENT_USER
                 AND (strpos(lower($1), lower(rolname)) > 0 OR strpos($1, replace(rolname, '\"', '\"\"')) > 0)
               ORDER BY rolname";
    for row in transaction.query(sql, &[&text]).map_err(Error::action(ACTION))? {
        transaction.batch_execute(row.get(0)).map_err(Error::action(ACTION))?;
    }
    Ok(())
}

/// The statements under way.
struct Run<'a, 'b> {
    transaction: &'a mut Transaction<'b>,
    statements: &'a [Statement],
    /// The roles that nobody declares, as they were: those of the server and placeholders.
    others: BTreeMap<u32, (Identifier, String)>,
    /// The names that have been declared so far.
    ever: BTreeSet<Identifier>,
}

impl Run<'_, '_> {
    /// Rounds, until all have run or none can.
    fn in_any_order(&mut self) -> Result<Vec<(usize, Box<DbError>)>, Error> {
        let mut pending: Vec<usize> = (0..self.statements.len()).collect();
        loop {
            let mut failed = Vec::new();
            for place in &pending {
                failed.extend(self.execute(*place)?.map(|error| (*place, error)));
            }
            let is_stuck = failed.len() == pending.len();
            if failed.is_empty() || is_stuck && !self.hold_places(&failed)? {
                return Ok(failed);
            }
            pending = failed.into_iter().map(|(place, _)| place).collect();
        }
    }

    fn as_written(&mut self) -> Result<Vec<(usize, Box<DbError>)>, Error> {
        for place in 0..self.statements.len() {
            while let Some(error) = self.execute(place)? {
                let failed = vec![(place, error)];
                if !self.hold_places(&failed)? {
                    return Ok(failed);
                }
            }
            self.note()?;
        }
        Ok(Vec::new())
    }

    fn execute(&mut self, place: usize) -> Result<Option<Box<DbError>>, Error> {
        let mut savepoint = self.transaction.transaction().map_err(Error::action(ACTION))?;
        match savepoint.batch_execute(self.statements[place].span.text()) {
            Ok(()) => savepoint.commit().map_err(Error::action(ACTION)).map(|()| None),
            Err(error) if error.code().is_some_and(is_deadlock) => Err(Error::action(ACTION)(error)),
            Err(error) => {
                savepoint.rollback().map_err(Error::action(ACTION))?;
                server_error(error, ACTION).map(Some)
            }
        }
    }

    /// Makes placeholders for roles that no statement declares; tells whether there were any.
    fn hold_places(&mut self, failed: &[(usize, Box<DbError>)]) -> Result<bool, Error> {
        let lacking = failed.iter().filter_map(|(_, error)| missing(error));
        let lacking: BTreeSet<Identifier> = lacking.filter(|role| !self.comes(role)).collect();
        for role in &lacking {
            let sql = format!("CREATE ROLE {} NOLOGIN", quote_identifier(role.as_str()));
            self.transaction.batch_execute(&sql).map_err(Error::action(ACTION))?;
        }
        let all = self.snapshot()?;
        self.others.extend(all.into_iter().filter(|(_, (name, _))| lacking.contains(name)));
        Ok(!lacking.is_empty())
    }

    /// A later statement may drop what this one has made.
    fn note(&mut self) -> Result<(), Error> {
        let others: Vec<u32> = self.others.keys().copied().collect();
        let sql = "SELECT rolname::text FROM pg_roles WHERE oid <> ALL ($1)";
        let rows = self.transaction.query(sql, &[&others]).map_err(Error::action(ACTION))?;
        self.ever.extend(rows.iter().map(|row| Identifier(row.get(0))));
        Ok(())
    }

    /// Whether one of the statements creates the role.
    fn comes(&self, role: &Identifier) -> bool {
        let created = self.statements.iter().filter_map(outline).map(|definition| definition.address);
        created.into_iter().any(|address| address == ObjectAddress::role(role))
    }

    /// Every role with all that a statement may change of it.
    fn snapshot(&mut self) -> Result<BTreeMap<u32, (Identifier, String)>, Error> {
        let sql = "SELECT r.oid, r.rolname::text, concat_ws(' ', r::text, shobj_description(r.oid, 'pg_authid'),
                          (SELECT string_agg(s::text, ' ' ORDER BY s::text) FROM pg_db_role_setting s WHERE s.setrole = r.oid),
                          (SELECT string_agg(m::text, ' ' ORDER BY m::text) FROM pg_auth_members m
                           WHERE m.member = r.oid AND r.rolname <> SESSION_USER AND r.rolname <> CURRENT_USER))
                   FROM pg_roles r";
        let rows = self.transaction.query(sql, &[]).map_err(Error::action(ACTION))?;
        Ok(rows.iter().map(|row| (row.get(0), (Identifier(row.get(1)), row.get(2)))).collect())
    }

    fn outcome(&mut self) -> Result<Result<Declared, Wrong>, Error> {
        let now = self.snapshot()?;
        let mut wrong = Vec::new();
        for (oid, (name, before)) in &self.others {
            let after = now.get(oid).map(|(_, after)| after);
            if after.is_some_and(|after| after != before) {
                wrong.push(self.undeclared(name));
            }
        }
        let new = now.iter().filter(|(oid, _)| !self.others.contains_key(oid));
        let names: Vec<&str> = new.map(|(_, (name, _))| name.as_str()).collect();
        let mut roles = Roles::new();
        for (name, role, databases) in found(self.transaction, &names)? {
            wrong.extend(databases.map(|databases| self.in_database(&name, &databases)));
            roles.insert(name, role);
        }
        let mut ever = std::mem::take(&mut self.ever);
        ever.extend(roles.keys().cloned());
        Ok(if wrong.is_empty() {
            Ok(Declared { roles, ever })
        } else {
            Err(Wrong { failed: Vec::new(), others: wrong })
        })
    }

    fn undeclared(&self, role: &Identifier) -> Diagnostic {
        let message = format!("role {} is changed here and not declared", role.as_str());
        Diagnostic::error("role-not-declared", message).at(self.mention(role)).hint(format!(
            "declare it with `CREATE ROLE {role}`, or leave it to whoever sets up the server: Lockstep touches no other role"
        ))
    }

    fn in_database(&self, role: &Identifier, databases: &str) -> Diagnostic {
        let message = format!("settings of role {} in one database ({databases}) belong to no schema", role.as_str());
        Diagnostic::error("setting-in-database", message)
            .at(self.mention(role))
            .hint("leave IN DATABASE out, or set it where the database is set up")
    }

    /// The last statement that speaks of the role.
    fn mention(&self, role: &Identifier) -> Option<lockstep_core::source::Span> {
        let name = role.as_str().to_lowercase();
        let is_it = |statement: &&Statement| statement.span.text().to_lowercase().contains(&name);
        self.statements.iter().rev().find(is_it).map(crate::diagnose::name)
    }
}

/// Roles of these names, with the databases in which one has settings of its own.
fn found(
    transaction: &mut Transaction<'_>,
    names: &[&str],
) -> Result<Vec<(Identifier, Defined, Option<String>)>, Error> {
    let sql = include_str!("../introspect/sql/declared_roles.sql");
    let rows = transaction.query(sql, &[&names]).map_err(Error::action("read roles"))?;
    let lists = |names: Option<Vec<String>>, values: Option<Vec<String>>, word: &'static str| {
        let pairs = names.unwrap_or_default().into_iter().zip(values.unwrap_or_default());
        pairs.map(move |(name, value)| (format!("{word} {name}"), value)).collect::<Vec<_>>()
    };
    let role = |row: &postgres::Row| {
        let flags: Vec<Option<String>> = row.get("flags");
        let mut clauses: BTreeMap<String, String> =
            flags.into_iter().flatten().map(|flag| (flag, String::new())).collect();
        for (clause, column) in [("CONNECTION LIMIT", "connection_limit"), ("VALID UNTIL", "valid_until")] {
            clauses.extend(row.get::<_, Option<String>>(column).map(|value| (clause.to_owned(), value)));
        }
        clauses.extend(lists(row.get("roles"), row.get("with_options"), "MEMBER OF"));
        clauses.extend(lists(row.get("settings"), row.get("setting_values"), "SET"));
        let defined = Defined { definition: row.get("definition"), clauses, comment: row.get("comment") };
        (Identifier(row.get("name")), defined, row.get("databases"))
    };
    Ok(rows.iter().map(role).collect())
}

fn is_deadlock(code: &SqlState) -> bool {
    *code == SqlState::T_R_DEADLOCK_DETECTED
}

/// Two sessions wait for each other, or one was faster.
fn is_in_the_way(error: &Error) -> bool {
    error.db().is_some_and(|db| is_deadlock(db.code()) || db.message().contains("concurrently updated"))
}
