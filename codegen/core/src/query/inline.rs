//! A query that stands where it is called: `query!("SELECT …", …)`.
//!
//! In: a string literal. Out: the same as of a query in a file, and the key under which the certificate has it.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::literal::Literal;
use super::notation::{Numbered, ScanReason, first_token, numbered, scan_reason, without_statement};
use super::places::Places;
use super::{Query, QueryText};
use crate::certificate::hash;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, Span};
use crate::sql::{Lexer, TokenKind, split};

/// What messages call a query without a name.
pub const NAME: &str = "the query";

/// Where the command line leaves the path of its program, for compilers to ask: below the workspace.
pub const PROGRAM: &str = "target/lockstep/program";

/// The command that a compiler runs: the text comes in on the standard input, an [`Answer`] goes out.
pub const CHECK: &str = "query:check";

/// How many hexadecimal digits of the hash of its text tell a query from all others.
const DIGITS: usize = 16;

/// A query of a call.
#[derive(Clone, Debug)]
pub struct InlineQuery {
    /// Its key in the certificate: layout and line endings do not count, all else does.
    pub key: String,
    /// The query.
    pub text: QueryText,
}

/// The query in a string literal of a file.
///
/// # Errors
/// A text that is no statement or more than one, and what is wrong with its parameters.
pub fn read(file: &Arc<SourceFile>, literal: &Literal) -> Result<InlineQuery, Vec<Diagnostic>> {
    let Literal { value, range, places } = literal;
    let at = |range: Range<usize>| Span { file: Arc::clone(file), range: places.range(&range) };
    let whole = Span { file: Arc::clone(file), range: range.clone() };
    let text = SourceFile::new(file.path.as_str(), value.as_str());
    let all_moved = |wrong: Vec<Diagnostic>| wrong.into_iter().map(|wrong| moved(wrong, &at)).collect::<Vec<_>>();
    let statements = split(&text).map_err(all_moved)?;
    let statement = match statements.as_slice() {
        [statement] => statement,
        [] => return Err(vec![Diagnostic::error("empty-query", "there is no statement in this text").at(whole)]),
        [_, second, ..] => {
            let message = format!("{NAME} has more than one statement");
            let wrong = Diagnostic::error("several-statements", message).at(at(first_token(&second.span).range));
            return Err(vec![wrong.hint("write a call for each of them")]);
        }
    };
    let mut wrong = without_statement(&text, &statements);
    let scan = match scan_reason(statement, &mut wrong) {
        Some(scan) if wrong.is_empty() => scan.map(|scan| ScanReason { place: at(scan.place.range), ..scan }),
        Some(_) | None => return Err(all_moved(wrong)),
    };
    let (text, squeezed) = squeezed(statement.span.text());
    let written = squeezed.through(&Places::from(statement.span.range.start)).through(places);
    let at = |range: Range<usize>| Span { file: Arc::clone(file), range: written.range(&range) };
    let Numbered { sql, parameters, places } = numbered(NAME, &text, at).map_err(|wrong| vec![*wrong])?;
    let key = hash(&text).trim_start_matches("sha256:")[..DIGITS].to_owned();
    let places = places.through(&written);
    let comment = String::new();
    let place = whole.clone();
    let name = NAME.to_owned();
    Ok(InlineQuery {
        key,
        text: QueryText { name, place, cardinality: None, comment, scan, sql, parameters, span: whole, places },
    })
}

/// What the development server says about a query that the certificate does not have: what the command line prints and a
/// compiler reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It takes the query.
    Taken(Query),
    /// It does not, and why: the message of a compile error.
    Refused(String),
}

/// A finding whose place is in the text of the query, for where only the whole of it can be shown: in its message.
#[must_use]
pub fn in_text(diagnostic: Diagnostic) -> Diagnostic {
    let Some(Span { file, range }) = &diagnostic.primary else { return diagnostic };
    let (line, column) = file.line_column(range.start);
    let whole = Diagnostic { primary: None, labels: Vec::new(), ..diagnostic.clone() };
    let shown = file.text[range.clone()].lines().next().unwrap_or_default();
    if *range == (0..file.text.len()) {
        return whole;
    }
    let place =
        if file.text.contains('\n') { format!("line {line}, column {column}") } else { format!("column {column}") };
    Diagnostic { message: format!("{}: `{shown}`, {place} of the text", diagnostic.message), ..whole }
}

/// The same at the place in the file.
fn moved(diagnostic: Diagnostic, at: &impl Fn(Range<usize>) -> Span) -> Diagnostic {
    let primary = diagnostic.primary.as_ref().map(|span| at(span.range.clone()));
    diagnostic.at(primary)
}

/// A statement without what only lays it out: one space where there were more, or line breaks.
fn squeezed(text: &str) -> (String, Places) {
    let (mut squeezed, mut places) = (String::new(), Places::default());
    let mut before: Option<(TokenKind, usize)> = None;
    for token in Lexer::new(text, 0).flatten() {
        if let Some((kind, end)) = before
            && end < token.range.start
        {
            // Two strings are one where a line break parts them, and a comment ends at one.
            let is_joined = kind == TokenKind::String && text[end..token.range.start].contains('\n');
            let needs_break = kind == TokenKind::LineComment || (is_joined && token.kind == TokenKind::String);
            squeezed.push(if needs_break { '\n' } else { ' ' });
        }
        places.push(squeezed.len(), token.range.start);
        squeezed.push_str(&text[token.range.clone()]);
        before = Some((token.kind, token.range.end));
    }
    (squeezed, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(source: &str) -> InlineQuery {
        let start = source.find('"').unwrap();
        let file = SourceFile::new("src/a.rs", source);
        read(&file, &Literal::read(source, start..source.len()).unwrap()).unwrap()
    }

    #[test]
    fn layout_does_not_count_and_all_else_does() {
        let one = query("\"SELECT id,  'a  b'\n  FROM t -- why\n WHERE id = @id\"");
        assert_eq!(one.text.sql, "SELECT id, 'a  b' FROM t -- why\nWHERE id = $1");
        assert_eq!(one.key, query("\"\\\n SELECT id, 'a  b' FROM t -- why\nWHERE id = @id;\"").key);
        assert_ne!(one.key, query("\"SELECT id, 'a b' FROM t -- why\nWHERE id = @id\"").key);
        assert_ne!(query("\"SELECT @a\"").key, query("\"SELECT @b\"").key);
        assert_eq!(query("\"SELECT 'a'\n  'b'\"").text.sql, "SELECT 'a'\n'b'");
    }

    #[test]
    fn a_reason_to_scan_stands_above_the_statement() {
        let plain = query("\"SELECT 1\"");
        let reasoned = query("\"-- Counts.\n    -- @scan once a month\n    SELECT 1\"");
        assert_eq!((plain.key, plain.text.sql), (reasoned.key, reasoned.text.sql));
        let scan = reasoned.text.scan.unwrap();
        assert_eq!((scan.text.as_str(), scan.place.text()), ("once a month", "-- @scan once a month"));
    }

    #[test]
    fn places_lead_into_the_literal() {
        let query = query("query!(\"SELECT @first,\n    \\\"Wrong\\\" FROM t\"");
        let offset = query.text.sql.find("\"Wrong").unwrap();
        let place = query.text.place_of(offset);
        assert_eq!((place.text(), place.location()), ("\\\"Wrong\\\"", "src/a.rs:2:5".to_owned()));
        assert_eq!(query.text.place_of(7).text(), "@first");
    }

    #[test]
    fn what_is_no_query_is_told_at_its_place() {
        let wrong = |source: &str| {
            let file = SourceFile::new("src/a.rs", source);
            let literal = Literal::read(source, 0..source.len()).unwrap();
            read(&file, &literal).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(wrong("\" -- nothing\""), "src/a.rs:1:1: there is no statement in this text");
        insta::assert_snapshot!(wrong("\"SELECT 1; SELECT 2\""), @"
        src/a.rs:1:12: the query has more than one statement
          hint: write a call for each of them
        ");
        assert_eq!(wrong("\"SELECT 'a\""), "src/a.rs:1:9: this string is not closed");
        assert!(wrong("\"-- @scan\nSELECT 1\"").starts_with("src/a.rs:1:2: `@scan` gives no reason"));
        assert!(wrong("\"SELECT 1\n-- @scan it\n\"").starts_with("src/a.rs:2:1: `@scan` stands above no query"));
        insta::assert_snapshot!(wrong("\"SELECT $1, @a\""), @"
        src/a.rs:1:9: the query has numbered parameters and named ones
          src/a.rs:1:13: a named one
          hint: give each a name: `@id`
        ");
    }
}
