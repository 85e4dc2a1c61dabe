//! Roles that statements refer to and the server does not have.
//!
//! Roles belong to a whole server, schemas and migrations refer to those of the servers that they are for. On a private
//! server a role that is missing is made as a placeholder that nobody can log in as; on a server of the user's nothing is
//! made that nobody asked for.

mod declared;

use lockstep_core::name::{Identifier, quote_identifier};
use lockstep_core::sql::{Lexer, Statement};
use postgres::Client;
use postgres::error::DbError;

use crate::error::Error;
use crate::server::{Origin, Server};

pub(crate) use declared::is_about_roles;
pub use declared::{Declared, Order, Roles, declared, provide, read};

/// What is done about a role that a statement refers to and the server does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingRoles {
    /// It is made: it can own and be granted things, and nobody can log in as it.
    Make,
    /// The user is told.
    Tell,
}

impl Server {
    /// What is done about roles that this server does not have.
    #[must_use]
    pub fn missing_roles(&self) -> MissingRoles {
        match self.origin() {
            Origin::Private => MissingRoles::Make,
            Origin::Url => MissingRoles::Tell,
        }
    }
}

/// What becomes of missing roles, and those that were made already.
pub(crate) struct Placeholders {
    roles: MissingRoles,
    made: Vec<Identifier>,
}

impl Placeholders {
    pub(crate) fn new(roles: MissingRoles) -> Self {
        Self { roles, made: Vec::new() }
    }

    /// Makes the role that an error speaks of, if there is one that may be made and was not.
    pub(crate) fn are_made(&mut self, client: &mut Client, error: &DbError) -> Result<bool, Error> {
        let Self { roles, made } = self;
        let role = missing(error).filter(|role| *roles == MissingRoles::Make && !made.contains(role));
        let Some(role) = role else { return Ok(false) };
        make(client, &role)?;
        made.push(role);
        Ok(true)
    }
}

/// The role that the server says it does not have.
pub(crate) fn missing(error: &DbError) -> Option<Identifier> {
    (error.code().code() == "42704").then(|| role_in(error)).flatten()
}

/// Whether the server says that it has this role already.
pub(crate) fn exists(error: &DbError) -> bool {
    error.code().code() == "42710" && role_in(error).is_some()
}

/// `role "a" does not exist`: a name may hold quotes itself.
fn role_in(error: &DbError) -> Option<Identifier> {
    let name = error.message().strip_prefix("role \"")?;
    Some(name[..name.rfind('"')?].into())
}

/// Makes a placeholder, unless somebody else just has.
pub(crate) fn make(client: &mut Client, role: &Identifier) -> Result<(), Error> {
    let sql = format!("CREATE ROLE {} NOLOGIN", quote_identifier(role.as_str()));
    match client.batch_execute(&sql) {
        // Two sessions at once: either the name is found, or the index refuses it.
        Err(error) if error.code().is_some_and(|code| matches!(code.code(), "42710" | "23505")) => Ok(()),
        outcome => outcome.map_err(Error::action(format_args!("make a placeholder for role {role}"))),
    }
}

/// What to do about a role that is missing on a server where none is made.
pub(crate) fn hint(role: &Identifier) -> String {
    format!(
        "make it on the development server, once: CREATE ROLE {role} NOLOGIN; or unset LOCKSTEP_SERVER_URL: a private \
         server makes the roles that are referred to"
    )
}

/// Whether the statement makes a role. Roles outlive databases: on a development server an earlier run has made it, and
/// that is as good.
pub(crate) fn is_creation(statement: &Statement) -> bool {
    let text = statement.span.text();
    let tokens: Vec<_> =
        Lexer::new(text, 0).filter_map(Result::ok).filter(|token| !token.is_comment()).take(3).collect();
    let is = |place: usize, word: &str| tokens.get(place).is_some_and(|token| token.is_word(text, word));
    is(0, "create") && (is(1, "role") || is(1, "group") || is(1, "user") && !is(2, "mapping"))
}
