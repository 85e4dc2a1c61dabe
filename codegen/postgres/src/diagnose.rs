//! From what the server says about a statement of the user's to a diagnostic at its place in the file.

mod advice;
mod newer;
mod packages;

use std::ops::Range;
use std::sync::Arc;

use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::name::quote_identifier;
use lockstep_core::query::{NamedParameter, QueryText};
use lockstep_core::source::Span;
use lockstep_core::sql::{Lexer, Statement, Token, outline};
use postgres::error::{DbError, ErrorPosition};

pub(crate) use advice::Advice;

use crate::roles;

/// What the server said about `statement`, at the position that it named, or else at the name of what is defined.
pub(crate) fn diagnose(error: &DbError, statement: &Statement, advice: &Advice) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(diagnostic_code(error.code().code()), sentence(error.message()));
    let place = place(error, statement);
    let advised = advice.hint(error, statement, place.range.start - statement.span.range.start);
    diagnostic.primary = Some(place);
    diagnostic.notes.extend(error.detail().map(sentence));
    if error.position().is_none() {
        diagnostic.notes.extend(error.where_().and_then(|context| context.lines().next()).map(sentence));
    }
    let servers = || error.hint().map(sentence);
    let own = || own_hint(error.code().code()).map(str::to_owned);
    let role = || roles::missing(error).map(|role| roles::hint(&role));
    diagnostic.hint = advised.or_else(servers).or_else(own).or_else(role);
    diagnostic
}

/// What the server said about a query of the service's own.
pub(crate) fn diagnose_query(error: &DbError, query: &QueryText) -> Diagnostic {
    let offset = match error.position() {
        Some(ErrorPosition::Original(position)) => Some(byte_offset(&query.sql, *position)),
        Some(ErrorPosition::Internal { .. }) | None => None,
    };
    // Without a position it is about a parameter whose type nothing tells.
    let numbers = error.message().split('$').nth(1).map(|rest| rest.trim_end_matches(|it: char| !it.is_ascii_digit()));
    let parameter = numbers.and_then(|number| query.parameters.get(number.parse::<usize>().ok()?.checked_sub(1)?));
    let mut message = sentence(error.message());
    if let (Some(number), Some(NamedParameter { name: Some(name), .. })) = (numbers, parameter) {
        message = message.replace(&format!("${number}"), &format!("@{name}"));
    }
    let mut diagnostic = Diagnostic::error(diagnostic_code(error.code().code()), message);
    let cast = "write its type: `@name::text`";
    let is_ambiguous = error.code().code() == "42P18";
    diagnostic.hint = if is_ambiguous { Some(cast.to_owned()) } else { error.hint().map(sentence) };
    diagnostic.notes.extend(error.detail().map(sentence));
    let named = parameter.map(|parameter| parameter.place.clone());
    diagnostic.at(offset.map(|offset| query.place_of(offset)).or(named).unwrap_or_else(|| query.place.clone()))
}

/// What to do about a SQLSTATE that the server itself gives no hint for.
fn own_hint(sqlstate: &str) -> Option<&'static str> {
    (sqlstate == "25001")
        .then_some("in a migration, move it to a file of its own whose header says `-- Transaction: no`")
}

/// The SQLSTATEs that have a code of their own, by prefix; the first that fits counts
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
const CODES: &[(&str, &str)] = &[
    ("42601", "syntax-error"),
    ("42P01", "undefined-object"),
    ("42P02", "undefined-object"),
    ("42703", "undefined-object"),
    ("42704", "undefined-object"),
    ("42883", "undefined-object"),
    ("3F000", "undefined-object"),
    ("42P06", "duplicate-definition"),
    ("42P07", "duplicate-definition"),
    ("42701", "duplicate-definition"),
    ("42710", "duplicate-definition"),
    ("42712", "duplicate-definition"),
    ("42723", "duplicate-definition"),
    ("42501", "insufficient-privilege"),
    ("42", "invalid-definition"),
    ("0A", "feature-not-supported"),
    ("22", "invalid-value"),
    ("23", "constraint-violation"),
    ("25", "invalid-transaction-state"),
    ("2B", "dependent-objects"),
    ("53", "insufficient-resources"),
    ("54", "limit-exceeded"),
    ("55", "object-not-in-the-right-state"),
    ("58", "system-error"),
];

fn diagnostic_code(sqlstate: &str) -> &'static str {
    CODES.iter().find(|(prefix, _)| sqlstate.starts_with(prefix)).map_or("server-error", |(_, code)| code)
}

/// The server's own sentence in the shape of ours: lower case at the start, no full stop at the end. A first word that is
/// a name or a keyword in capitals stays.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.strip_suffix('.').unwrap_or(text);
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

fn place(error: &DbError, statement: &Statement) -> Span {
    let text = statement.span.text();
    let start = match error.position() {
        Some(ErrorPosition::Original(position)) => Some(byte_offset(text, *position)),
        Some(ErrorPosition::Internal { position, query }) => {
            text.find(query.as_str()).map(|start| start + byte_offset(query, *position))
        }
        None => None,
    };
    start
        .map(|start| token_at(&statement.span, start))
        .or_else(|| named(error, statement))
        .unwrap_or_else(|| name(statement))
}

/// Where the statement writes the name that the server says is missing.
fn named(error: &DbError, statement: &Statement) -> Option<Span> {
    if diagnostic_code(error.code().code()) != "undefined-object" {
        return None;
    }
    let name = match roles::missing(error) {
        Some(role) => role.0,
        None => error.message().split('"').nth(1)?.rsplit('.').next()?.to_owned(),
    };
    let text = statement.span.text();
    let is_it = |token: &Token| {
        let written = &text[token.range.clone()];
        written == quote_identifier(&name) || written.trim_matches('"').eq_ignore_ascii_case(&name)
    };
    let token = Lexer::new(text, 0).filter_map(Result::ok).find(is_it)?;
    Some(part(&statement.span, token.range))
}

/// The server counts characters from 1.
fn byte_offset(text: &str, position: u32) -> usize {
    let characters = usize::try_from(position).unwrap_or(usize::MAX).saturating_sub(1);
    text.char_indices().nth(characters).map_or(text.len(), |(offset, _)| offset)
}

/// The token that starts at a byte of the statement, or its last character where the statement ends too early.
fn token_at(statement: &Span, start: usize) -> Span {
    let text = statement.text();
    let range = match Lexer::new(text, start).next() {
        Some(Ok(token)) if token.range.start == start => token.range,
        _ => last_character(text, start),
    };
    part(statement, range)
}

fn last_character(text: &str, start: usize) -> Range<usize> {
    let start = start.min(text.len());
    let end = text[start..].chars().next().map_or(text.len(), |next| start + next.len_utf8());
    let start = if start == end { text.char_indices().next_back().map_or(0, |(last, _)| last) } else { start };
    start..end
}

/// The name of what the statement defines, or its first line.
pub(crate) fn name(statement: &Statement) -> Span {
    if let Some(definition) = outline(statement) {
        return definition.name;
    }
    let end = statement.span.text().find('\n').unwrap_or(statement.span.range.len());
    part(&statement.span, 0..end)
}

pub(crate) fn part(span: &Span, range: Range<usize>) -> Span {
    let start = span.range.start;
    Span { file: Arc::clone(&span.file), range: start + range.start..start + range.end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_start_low_and_end_without_a_stop() {
        let shown = ["Key (a) is here.", "DROP it", "relation \"t\" is there", "A b.", "", "X"].map(sentence);
        assert_eq!(shown, ["key (a) is here", "DROP it", "relation \"t\" is there", "a b", "", "X"]);
    }

    #[test]
    fn positions_count_characters() {
        assert_eq!(byte_offset("é = x", 5), "é = ".len());
        assert_eq!(byte_offset("ab", 9), 2);
    }

    #[test]
    fn more_exact_codes_come_first() {
        for (place, (prefix, _)) in CODES.iter().enumerate() {
            let shadowed = CODES[..place].iter().any(|(earlier, _)| prefix.starts_with(earlier));
            assert!(!shadowed, "{prefix}");
        }
    }
}
