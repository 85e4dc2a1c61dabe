//! What to do next where the server does not say it: the version that knows the feature, the package that holds the
//! extension, the quotes that a reserved word needs.
//!
//! In: the server's report, the statement, and what was asked of the server once: its version and its reserved words.
//! Out: a hint, or none. Nothing here judges SQL: it only explains what the server has refused.

use std::collections::BTreeSet;

use lockstep_core::sql::{Lexer, Statement, Token, TokenKind, cut_to_one};
use postgres::Client;
use postgres::error::DbError;

use super::{newer, packages};
use crate::error::Error;

/// What the server says about itself, read where something has failed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Advice {
    /// The major version.
    major: u32,
    /// The words that no column may have as its name without quotes.
    reserved: BTreeSet<String>,
}

/// Server versions print as numbers: 150018 is 15.18.
const FACTS: &str = "
SELECT pg_catalog.current_setting('server_version_num')::integer / 10000 AS major,
       ARRAY(SELECT word FROM pg_catalog.pg_get_keywords() WHERE catcode = 'R') AS reserved";

/// The SQLSTATEs of a name that is taken.
const DUPLICATES: &[&str] = &["42701", "42710", "42723", "42P06", "42P07"];

impl Advice {
    /// Asks the server.
    ///
    /// # Errors
    /// When it does not answer.
    pub(crate) fn read(client: &mut Client) -> Result<Self, Error> {
        let rows = client.query_typed(FACTS, &[]).map_err(Error::action("ask the server for its version"))?;
        let Some(row) = rows.first() else { return Ok(Self::default()) };
        Ok(Self {
            major: u32::try_from(row.get::<_, i32>("major")).unwrap_or_default(),
            reserved: row.get::<_, Vec<String>>("reserved").into_iter().collect(),
        })
    }

    /// What to do about `error`, whose place is at the byte `at` of the statement's text.
    pub(super) fn hint(&self, error: &DbError, statement: &Statement, at: usize) -> Option<String> {
        if let Some(hint) = packages::hint(error.message(), self.major) {
            return Some(hint);
        }
        if DUPLICATES.contains(&error.code().code()) {
            return cut_to_one(error.message().split('"').nth(1)?);
        }
        let near = Near::find(statement.span.text(), at);
        if let Some(hint) = newer::hint(error, &near, self.major) {
            return Some(hint);
        }
        if error.code().code() != "42601" {
            return None;
        }
        self.reserved_word(&near).or_else(|| byte_order_mark(&near)).or_else(|| variable_of_psql(&near))
    }

    /// A reserved word where a name is expected.
    fn reserved_word(&self, near: &Near<'_>) -> Option<String> {
        let word = near.word(near.at)?;
        if !self.reserved.contains(&word) || near.at == 0 || !near.expects_name() {
            return None;
        }
        Some(format!("`{word}` is a reserved word: write it as \"{word}\", everywhere, or take another name"))
    }
}

/// Two files with a byte order mark each, put together, leave the second mark inside the text.
fn byte_order_mark(near: &Near<'_>) -> Option<String> {
    near.text_of(near.at)?.starts_with('\u{feff}').then(|| {
        "a byte order mark stands here, which is no part of SQL: save the file as UTF-8 without one".to_owned()
    })
}

/// `:name`, `:'name'` and `:"name"` are put in by psql.
fn variable_of_psql(near: &Near<'_>) -> Option<String> {
    let next = near.text_of(near.at + 1).filter(|next| !next.starts_with([':', '=']))?;
    (near.text_of(near.at)? == ":")
        .then(|| format!("`:{next}` is a variable of psql, which nobody fills in here: write its value"))
}

/// The words in front of a name, when the token before it is a word.
const BEFORE_A_NAME: &[&str] = &[
    "table",
    "exists",
    "view",
    "index",
    "column",
    "type",
    "domain",
    "sequence",
    "schema",
    "constraint",
    "to",
    "add",
    "references",
    "only",
    "function",
    "procedure",
    "trigger",
    "policy",
    "aggregate",
];

/// After these a name stands, unless the next clause does.
const BEFORE_A_TABLE: &[&str] = &["from", "join", "on", "into", "update"];

/// What begins a clause, and so is no name in the wrong place.
const CLAUSES: &[&str] =
    &["where", "having", "limit", "offset", "union", "except", "intersect", "on", "select", "from", "using", "with"];

/// The tokens around a place.
pub(super) struct Near<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// The place: the first token that does not end before it.
    pub(super) at: usize,
}

impl<'a> Near<'a> {
    /// The tokens of the statement, or of the body of a routine that the place is in.
    fn find(text: &'a str, at: usize) -> Self {
        let tokens: Vec<Token> =
            Lexer::new(text, 0).filter_map(Result::ok).filter(|token| !token.is_comment()).collect();
        let inside = tokens.iter().find(|token| token.kind == TokenKind::DollarString && token.range.contains(&at));
        if let Some(token) = inside.filter(|token| token.range.start < at) {
            let tag = text[token.range.clone()][1..].find('$').map_or(0, |end| end + 2);
            let body = token.range.start + tag..token.range.end - tag;
            return Self::find(&text[body.clone()], at.saturating_sub(body.start));
        }
        let place = tokens.iter().position(|token| token.range.end > at).unwrap_or(tokens.len());
        Self { text, tokens, at: place }
    }

    /// The text of a token.
    pub(super) fn text_of(&self, place: usize) -> Option<&'a str> {
        Some(&self.text[self.tokens.get(place)?.range.clone()])
    }

    /// A keyword or an unquoted name, in lower case.
    pub(super) fn word(&self, place: usize) -> Option<String> {
        let token = self.tokens.get(place).filter(|token| token.kind == TokenKind::Word)?;
        Some(self.text[token.range.clone()].to_ascii_lowercase())
    }

    /// The place after the parenthesis that closes the one at `open`.
    pub(super) fn after_group(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for place in open..self.tokens.len() {
            match self.tokens[place].kind {
                TokenKind::Symbol('(') => depth += 1,
                TokenKind::Symbol(')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return (place > open).then_some(place + 1);
            }
        }
        None
    }

    fn expects_name(&self) -> bool {
        let before = self.at - 1;
        if let Some(word) = self.word(before) {
            let is_clause = || {
                let at = self.word(self.at).unwrap_or_default();
                CLAUSES.contains(&at.as_str()) || self.word(self.at + 1).is_some_and(|next| next == "by")
            };
            return BEFORE_A_NAME.contains(&word.as_str()) || BEFORE_A_TABLE.contains(&word.as_str()) && !is_clause();
        }
        // A column of `CREATE TABLE` or `CREATE TYPE`: its type follows.
        let defines = self.word(0).is_some_and(|word| word == "create")
            && (1..4).any(|place| self.word(place).is_some_and(|word| word == "table" || word == "type"));
        let has_type = self.word(self.at + 1).is_some();
        defines && has_type && matches!(self.text_of(before), Some("(" | ","))
    }
}
