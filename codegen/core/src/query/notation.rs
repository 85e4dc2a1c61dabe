//! The notation of query files, which is sqlc's: `-- name: find_order :opt` above a statement, parameters as `@id`.
//!
//! In: a file of `app/queries/`, or the text of a call of `query!`. Out: its queries, their parameters numbered as
//! PostgreSQL wants them, with a map back to the places in the file.

use std::ops::Range;
use std::sync::Arc;

use super::Cardinality;
use super::places::Places;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, Span};
use crate::sql::{Lexer, Statement, Token, TokenKind, split};

/// A query as it stands in a file.
#[derive(Clone, Debug)]
pub struct QueryText {
    /// What messages call it: its name, which the function gets, or [`super::inline::NAME`].
    pub name: String,
    /// Where the name stands, or the whole of a query without one.
    pub place: Span,
    /// What it returns, where its name says so: what a call of `query!` returns is told by the statement.
    pub cardinality: Option<Cardinality>,
    /// The comment lines under the name.
    pub comment: String,
    /// `@scan reason`: why it may read all of a large table.
    pub scan: Option<ScanReason>,
    /// The statement with `$1`, `$2`, …
    pub sql: String,
    /// The parameters by their numbers.
    pub parameters: Vec<NamedParameter>,
    /// The statement in the file.
    pub span: Span,
    /// Where the bytes of `sql` stand in the file.
    pub(super) places: Places,
}

/// Why a query may read all of a large table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanReason {
    /// The reason.
    pub text: String,
    /// Where it is given.
    pub place: Span,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedParameter {
    /// Its name; `$1` has none.
    pub name: Option<String>,
    /// Whether it may be NULL: `@name?`.
    pub nullable: bool,
    /// Where it stands first.
    pub place: Span,
}

impl QueryText {
    /// The place in the file of the token that starts at a byte of [`QueryText::sql`].
    #[must_use]
    pub fn place_of(&self, offset: usize) -> Span {
        let offset = offset.min(self.sql.len());
        let length = Lexer::new(&self.sql[offset..], 0).next().and_then(Result::ok).map_or(0, |token| token.range.end);
        let Range { start, end } = self.places.range(&(offset..offset + length));
        let last = self.span.range.end;
        Span { file: Arc::clone(&self.span.file), range: start.min(last)..end.min(last) }
    }
}

/// The queries of a file.
///
/// # Errors
/// A statement without a name, a name that Rust cannot have or that another query has, more than one statement under a
/// name, parameters that are half numbered and half named, and what [`split`] finds.
pub fn read(file: &Arc<SourceFile>) -> Result<Vec<QueryText>, Vec<Diagnostic>> {
    let statements = split(file)?;
    let mut diagnostics = Vec::new();
    let mut queries: Vec<QueryText> = Vec::new();
    let headed: Vec<(Option<Heading>, &Statement)> =
        statements.iter().map(|statement| (heading(statement, &mut diagnostics), statement)).collect();
    for (heading, statement) in headed {
        let Some(heading) = heading else {
            let has_name = statement.comments.iter().any(is_heading);
            if !has_name {
                diagnostics.push(nameless(statement, queries.last()));
            }
            continue;
        };
        if let Some(first) = queries.iter().find(|query| query.name == heading.name) {
            let message = format!("two queries are called {}", heading.name);
            diagnostics.push(
                Diagnostic::error("duplicate-query", message)
                    .at(heading.place.clone())
                    .label(first.place.clone(), "the first")
                    .hint("give one of them another name"),
            );
            continue;
        }
        match named(statement, heading) {
            Ok(query) => queries.push(query),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    diagnostics.extend(without_statement(file, &statements));
    if diagnostics.is_empty() { Ok(queries) } else { Err(diagnostics) }
}

struct Heading {
    name: String,
    place: Span,
    cardinality: Cardinality,
    comment: String,
    scan: Option<ScanReason>,
}

const NAME: &str = "name:";

const SCAN: &str = "@scan";

fn is_heading(comment: &Span) -> bool {
    words(comment).first().is_some_and(|(word, _)| word == NAME)
}

/// The words of a comment line, with their places.
fn words(comment: &Span) -> Vec<(String, Span)> {
    let text = comment.text();
    let mut words = Vec::new();
    let mut rest = text.len() - text.trim_start_matches('-').len();
    while let Some(start) = text[rest..].find(|it: char| !it.is_whitespace()).map(|skipped| rest + skipped) {
        let end = text[start..].find(char::is_whitespace).map_or(text.len(), |length| start + length);
        let range = comment.range.start + start..comment.range.start + end;
        words.push((text[start..end].to_owned(), Span { file: Arc::clone(&comment.file), range }));
        rest = end;
    }
    words
}

fn heading(statement: &Statement, diagnostics: &mut Vec<Diagnostic>) -> Option<Heading> {
    let place = statement.comments.iter().position(is_heading)?;
    let words = words(&statement.comments[place]);
    let syntax = "write `-- name: find_order :opt`, with one of :one, :opt, :many, :exec, :execrows and :stream";
    let [_, (name, name_place), (kind, kind_place)] = words.as_slice() else {
        let wrong = Diagnostic::error("unreadable-query-name", "this names no query");
        diagnostics.push(wrong.at(statement.comments[place].clone()).hint(syntax));
        return None;
    };
    let Some(cardinality) = Cardinality::ALL.iter().find(|it| kind.strip_prefix(':') == Some(it.word())) else {
        let message = format!("{kind} says nothing about what the query returns");
        diagnostics.push(Diagnostic::error("unreadable-query-name", message).at(kind_place.clone()).hint(syntax));
        return None;
    };
    if let Some(wrong) = wrong_name(name) {
        diagnostics.push(wrong.at(name_place.clone()));
        return None;
    }
    let scan = scan_reason(statement, diagnostics)?;
    let after = statement.comments[place + 1..].iter().filter(|it| !is_scan(it));
    let after = after.map(|comment| comment.text().trim_start_matches('-').trim());
    let comment = after.collect::<Vec<_>>().join("\n");
    Some(Heading { name: name.clone(), place: name_place.clone(), cardinality: *cardinality, comment, scan })
}

fn is_scan(comment: &Span) -> bool {
    words(comment).first().is_some_and(|(word, _)| word == SCAN)
}

/// What the lines above a query say that allow it to read all of a large table. No outer value where they say it badly.
pub(super) fn scan_reason(statement: &Statement, diagnostics: &mut Vec<Diagnostic>) -> Option<Option<ScanReason>> {
    let lines: Vec<&Span> = statement.comments.iter().filter(|it| is_scan(it)).collect();
    let Some(first) = lines.first() else { return Some(None) };
    let text = first.text().trim_start_matches('-').trim().strip_prefix(SCAN).unwrap_or_default().trim();
    let wrong = match lines.get(1) {
        Some(second) => {
            let twice = Diagnostic::error("duplicate-annotation", "`@scan` stands twice above this query");
            twice.at((*second).clone()).hint("keep one of them")
        }
        None if text.is_empty() => {
            let bare = Diagnostic::error("malformed-annotation", "`@scan` gives no reason");
            bare.at((*first).clone())
                .hint("say why the query may read all of a large table: `-- @scan a report, once a month`")
        }
        None => return Some(Some(ScanReason { text: text.to_owned(), place: (*first).clone() })),
    };
    diagnostics.push(wrong);
    None
}

/// What keeps a name from being a function's.
fn wrong_name(name: &str) -> Option<Diagnostic> {
    let is_snake = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
    if !is_snake {
        let message = format!("{name} cannot be the name of a function");
        return Some(Diagnostic::error("query-name", message).hint("write it in snake_case: a-z, 0-9 and _"));
    }
    let is_keyword = crate::emit::rust::is_keyword(name);
    is_keyword.then(|| {
        let message = format!("{name} is a keyword of Rust");
        Diagnostic::error("query-name", message).hint("give the query another name")
    })
}

fn nameless(statement: &Statement, before: Option<&QueryText>) -> Diagnostic {
    let diagnostic = match before {
        Some(query) => Diagnostic::error("several-statements", format!("{} has more than one statement", query.name))
            .label(query.place.clone(), "one statement belongs to this name"),
        None => Diagnostic::error("query-without-name", "this statement has no name"),
    };
    diagnostic.at(first_token(&statement.span)).hint("write `-- name: find_order :opt` on the line above it")
}

pub(super) fn first_token(span: &Span) -> Span {
    let end = Lexer::new(span.text(), 0).next().and_then(Result::ok).map_or(0, |token| token.range.end);
    Span { file: Arc::clone(&span.file), range: span.range.start..span.range.start + end }
}

/// Names and reasons that stand above nothing.
pub(super) fn without_statement(file: &Arc<SourceFile>, statements: &[Statement]) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    for token in Lexer::new(&file.text, 0).flatten().filter(|token| token.kind == TokenKind::LineComment) {
        let comment = Span { file: Arc::clone(file), range: token.range };
        let is_above = statements.iter().any(|statement| statement.comments.contains(&comment));
        let is_inside = statements.iter().any(|statement| statement.span.range.contains(&comment.range.start));
        if is_heading(&comment) && !is_above && !is_inside {
            let message = "no statement stands directly below this name";
            wrong.push(Diagnostic::error("query-without-statement", message).at(comment));
        } else if is_scan(&comment) && !is_above {
            let message = "`@scan` stands above no query";
            let hint = "put it on a line of its own above the statement";
            wrong.push(Diagnostic::error("annotation-matches-nothing", message).at(comment).hint(hint));
        }
    }
    wrong
}

fn named(statement: &Statement, heading: Heading) -> Result<QueryText, Box<Diagnostic>> {
    let Heading { name, place, cardinality, comment, scan } = heading;
    let span = statement.span.clone();
    let Numbered { sql, parameters, places } = numbered(&name, span.text(), |range| Span {
        file: Arc::clone(&span.file),
        range: span.range.start + range.start..span.range.start + range.end,
    })?;
    let places = places.through(&Places::from(span.range.start));
    Ok(QueryText { name, place, cardinality: Some(cardinality), comment, scan, sql, parameters, span, places })
}

/// A statement whose parameters have numbers.
pub(super) struct Numbered {
    pub(super) sql: String,
    pub(super) parameters: Vec<NamedParameter>,
    /// Where the bytes of `sql` stand in the statement as it was.
    pub(super) places: Places,
}

/// Gives numbers to the parameters of a statement; `at` tells where a part of it stands.
pub(super) fn numbered(name: &str, text: &str, at: impl Fn(Range<usize>) -> Span) -> Result<Numbered, Box<Diagnostic>> {
    let (mut sql, mut places, mut copied) = (String::new(), Places::from(0), 0);
    let mut parameters: Vec<NamedParameter> = Vec::new();
    let mut positional: Option<Span> = None;
    let tokens: Vec<Token> = Lexer::new(text, 0).flatten().collect();
    for (number, token) in tokens.iter().enumerate() {
        if token.kind == TokenKind::Number && text[token.range.clone()].starts_with('$') {
            positional = positional.or_else(|| Some(at(token.range.clone())));
        }
        let Some((range, called, nullable)) = parameter(text, &tokens, number) else { continue };
        if !called.is_ascii() {
            let message = format!("the parameter {called} cannot be the name of an argument");
            let wrong =
                Diagnostic::error("query-name", message).at(at(range)).hint("write it in snake_case: a-z, 0-9, _");
            return Err(Box::new(wrong));
        }
        let found = parameters.iter().position(|known| known.name.as_ref() == Some(&called));
        let index = found.unwrap_or(parameters.len());
        match found {
            Some(index) => parameters[index].nullable |= nullable,
            None => parameters.push(NamedParameter { name: Some(called), nullable, place: at(range.clone()) }),
        }
        sql.push_str(&text[copied..range.start]);
        places.push(sql.len(), range.start);
        sql.push_str(&format!("${}", index + 1));
        places.push(sql.len(), range.end);
        copied = range.end;
    }
    sql.push_str(&text[copied..]);
    if let (Some(numbered), Some(named)) = (&positional, parameters.first()) {
        let message = format!("{name} has numbered parameters and named ones");
        let wrong = Diagnostic::error("mixed-parameters", message).at(numbered.clone());
        return Err(Box::new(wrong.label(named.place.clone(), "a named one").hint("give each a name: `@id`")));
    }
    Ok(Numbered { sql, parameters, places })
}

/// `@name`, `@name?`, `sqlc.arg(name)` or `sqlc.narg(name)` at a token: its range, its name, whether it may be NULL.
fn parameter(text: &str, tokens: &[Token], number: usize) -> Option<(Range<usize>, String, bool)> {
    let token = tokens.get(number)?;
    let word = |place: usize| tokens.get(place).filter(|token| token.kind == TokenKind::Word);
    let shown = |token: &Token| text[token.range.clone()].to_owned();
    let is =
        |place: usize, symbol: char| tokens.get(place).is_some_and(|token| token.kind == TokenKind::Symbol(symbol));
    if token.kind == TokenKind::Symbol('@') {
        let joined = number > 0 && tokens[number - 1].range.end == token.range.start;
        let is_operator =
            joined && matches!(tokens[number - 1].kind, TokenKind::Symbol(it) if "<>@=!~#&|*+-/%^?".contains(it));
        let name = word(number + 1).filter(|name| name.range.start == token.range.end && !is_operator)?;
        let mark = tokens.get(number + 2).filter(|mark| mark.range.start == name.range.end && is(number + 2, '?'));
        let is_longer = |mark: &Token| {
            let next = tokens.get(number + 3).filter(|next| next.range.start == mark.range.end);
            next.is_some_and(|next| matches!(next.kind, TokenKind::Symbol(it) if "|&?".contains(it)))
        };
        let mark = mark.filter(|mark| !is_longer(mark));
        let end = mark.map_or(name.range.end, |mark| mark.range.end);
        return Some((token.range.start..end, shown(name), mark.is_some()));
    }
    let function =
        word(number + 2).filter(|_| token.is_word(text, "sqlc") && is(number + 1, '.') && is(number + 3, '('))?;
    let nullable = match shown(function).as_str() {
        "arg" => false,
        "narg" => true,
        _ => return None,
    };
    let name = tokens.get(number + 4).filter(|_| is(number + 5, ')'))?;
    let name_text = shown(name).trim_matches('\'').to_owned();
    Some((token.range.start..tokens[number + 5].range.end, name_text, nullable))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match read(&SourceFile::new("app/queries/a.sql", text)) {
            Ok(queries) => {
                let one = |query: &QueryText| {
                    let parameters: Vec<String> = query
                        .parameters
                        .iter()
                        .map(|it| {
                            format!("{}{}", it.name.as_deref().unwrap_or("-"), if it.nullable { "?" } else { "" })
                        })
                        .collect();
                    let word = query.cardinality.map_or("", Cardinality::word);
                    format!("{} :{word} [{}] {}", query.name, parameters.join(" "), query.sql)
                };
                queries.iter().map(one).collect::<Vec<_>>().join("\n")
            }
            Err(wrong) => {
                let one = |it: &Diagnostic| {
                    format!("{}: {}", it.primary.as_ref().map_or_else(String::new, Span::location), it.message)
                };
                wrong.iter().map(one).collect::<Vec<_>>().join("\n")
            }
        }
    }

    #[test]
    fn parameters_are_numbered_by_their_first_place() {
        let text = "-- name: a :one\n-- What it is.\nSELECT @x::text, @y?, @x, '@z', a @> @list, b <@ @list, @ -5, j ?| @x FROM t;\n\
                    -- name: b :execrows\nUPDATE t SET a = sqlc.narg('v') WHERE id = sqlc.arg(id)\n";
        assert_eq!(
            shown(text),
            "a :one [x y? list] SELECT $1::text, $2, $1, '@z', a @> $3, b <@ $3, @ -5, j ?| $1 FROM t\n\
             b :execrows [v? id] UPDATE t SET a = $1 WHERE id = $2"
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, expected) in [
            ("SELECT 1;", "app/queries/a.sql:1:1: this statement has no name"),
            ("-- name: a :one\nSELECT 1;\nSELECT 2;", "app/queries/a.sql:3:1: a has more than one statement"),
            ("-- name: a :lots\nSELECT 1;", "app/queries/a.sql:1:12: :lots says nothing about what the query returns"),
            ("-- name: a\nSELECT 1;", "app/queries/a.sql:1:1: this names no query"),
            ("-- name: größe :one\nSELECT 1;", "app/queries/a.sql:1:10: größe cannot be the name of a function"),
            ("-- name: match :one\nSELECT 1;", "app/queries/a.sql:1:10: match is a keyword of Rust"),
            (
                "-- name: a :one\nSELECT 1;\n-- name: a :one\nSELECT 2;",
                "app/queries/a.sql:3:10: two queries are called a",
            ),
            ("-- name: a :one\nSELECT $1, @b;", "app/queries/a.sql:2:8: a has numbered parameters and named ones"),
            ("-- name: a :one\n-- @scan\nSELECT 1;", "app/queries/a.sql:2:1: `@scan` gives no reason"),
            (
                "-- name: a :one\n-- @scan for a report\n-- @scan at night\nSELECT 1;",
                "app/queries/a.sql:3:1: `@scan` stands twice above this query",
            ),
            (
                "-- name: a :one\nSELECT 1\n-- @scan for a report\nFROM t;",
                "app/queries/a.sql:3:1: `@scan` stands above no query",
            ),
            ("-- name: a :one\n\n", "app/queries/a.sql:1:1: no statement stands directly below this name"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn the_reason_of_a_scan_is_no_part_of_the_comment() {
        let text = "-- name: a :many\n-- All of it.\n-- @scan once a month\nSELECT 1";
        let query = read(&SourceFile::new("q.sql", text)).unwrap().remove(0);
        let scan = query.scan.unwrap();
        assert_eq!((query.comment.as_str(), scan.text.as_str()), ("All of it.", "once a month"));
        assert_eq!(scan.place.location(), "q.sql:3:1");
    }

    #[test]
    fn places_lead_back_to_the_file() {
        let file = SourceFile::new("q.sql", "-- name: a :one\nSELECT @first, @second, wrong FROM t");
        let query = read(&file).unwrap().remove(0);
        let offset = query.sql.find("wrong").unwrap();
        assert_eq!(
            (query.place_of(offset).text(), query.place_of(offset).location()),
            ("wrong", "q.sql:2:25".to_owned())
        );
        assert_eq!(query.place_of(7).text(), "@first");
    }
}
