//! What a statement defines, as far as its text tells: the names, and where they and their parts stand.
//!
//! This serves places in diagnostics and annotations only. What an object is, PostgreSQL says.

mod defined;

use std::ops::Range;
use std::sync::Arc;

use crate::catalog::{ObjectAddress, ObjectKind};
use crate::name::{Identifier, QualifiedName};
use crate::source::Span;
use crate::sql::lexer::{Lexer, Token, TokenKind};
use crate::sql::long_name::kept;
use crate::sql::split::Statement;

/// An object that a statement creates, or whose parts it adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Which object. An unqualified name is one of `public`; a routine has no argument types, they cannot be told from
    /// the text.
    pub address: ObjectAddress,
    /// The place of its name.
    pub name: Span,
    /// Whether the statement creates the object; false for `ALTER TABLE … ADD …`, whose parts count.
    pub creates: bool,
    /// Columns, named constraints and enum values in their order.
    pub parts: Vec<Part>,
}

/// A column, a named constraint, or a value of an enum (the address of its type, with the value as the part).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which part.
    pub address: ObjectAddress,
    /// The place of its name.
    pub name: Span,
    /// Where the element begins that defines it: what an annotation stands above.
    pub start: usize,
}

/// What `statement` defines, or none where it creates nothing that has a name, or nothing that is known here.
#[must_use]
pub fn outline(statement: &Statement) -> Option<Definition> {
    let mut cursor = Cursor::new(&statement.span);
    if cursor.eat("alter") { alter_table(&mut cursor) } else { create(&mut cursor) }
}

fn create(cursor: &mut Cursor<'_>) -> Option<Definition> {
    cursor.expect("create")?;
    let _ = cursor.eat("or") && cursor.eat("replace");
    while cursor.eat_any(&["unlogged", "recursive", "unique", "constraint", "default"]) {}
    if cursor.eat("materialized") {
        cursor.expect("view")?;
        return cursor.object(ObjectKind::MaterializedView);
    }
    let kind = cursor.word()?;
    match kind.as_str() {
        "schema" => schema(cursor),
        "extension" => {
            cursor.if_not_exists();
            let (name, span) = cursor.identifier()?;
            Some(definition(ObjectAddress::global(ObjectKind::Extension, name), span))
        }
        "type" => user_type(cursor),
        "domain" => domain(cursor),
        "sequence" => cursor.object(ObjectKind::Sequence),
        "table" => table(cursor),
        "view" => cursor.object(ObjectKind::View),
        "index" => index(cursor),
        "function" | "procedure" | "aggregate" => cursor.object(ObjectKind::Routine),
        "trigger" => on_relation(cursor, ObjectKind::Trigger),
        _ => defined::create(cursor, &kind),
    }
}

fn definition(address: ObjectAddress, name: Span) -> Definition {
    Definition { address, name, creates: true, parts: Vec::new() }
}

fn schema(cursor: &mut Cursor<'_>) -> Option<Definition> {
    cursor.if_not_exists();
    cursor.eat("authorization");
    let (name, span) = cursor.identifier()?;
    Some(definition(ObjectAddress::global(ObjectKind::Schema, name), span))
}

fn user_type(cursor: &mut Cursor<'_>) -> Option<Definition> {
    let found = cursor.object(ObjectKind::Enum)?;
    cursor.expect("as")?;
    let of_kind = |kind| Definition { address: ObjectAddress { kind, ..found.address.clone() }, ..found.clone() };
    if cursor.eat("enum") {
        enum_values(cursor, found)
    } else if cursor.eat("range") {
        Some(of_kind(ObjectKind::Range))
    } else {
        attributes(cursor, of_kind(ObjectKind::Composite))
    }
}

fn attributes(cursor: &mut Cursor<'_>, mut found: Definition) -> Option<Definition> {
    cursor.symbol('(')?;
    let owner = found.address.qualified_name()?;
    while cursor.peek().is_some() && cursor.symbol(')').is_none() {
        let start = cursor.peek()?.range.start;
        let (attribute, name) = cursor.identifier()?;
        let address = ObjectAddress::part(ObjectKind::Attribute, &owner, attribute);
        found.parts.push(Part { address, name, start });
        cursor.skip_element();
        cursor.symbol(',');
    }
    Some(found)
}

fn enum_values(cursor: &mut Cursor<'_>, mut found: Definition) -> Option<Definition> {
    cursor.symbol('(')?;
    while let Some(token) = cursor.next_if(|token, _| token.kind == TokenKind::String) {
        let name = cursor.span(token.range.clone());
        let value = string_value(name.text())?;
        let address = ObjectAddress { part: Some(Identifier(value)), ..found.address.clone() };
        found.parts.push(Part { address, name, start: token.range.start });
        cursor.symbol(',');
    }
    Some(found)
}

fn domain(cursor: &mut Cursor<'_>) -> Option<Definition> {
    let mut found = cursor.object(ObjectKind::Domain)?;
    let owner = found.address.qualified_name()?;
    named_constraints(cursor, ObjectKind::DomainConstraint, &owner, &mut found.parts);
    Some(found)
}

fn table(cursor: &mut Cursor<'_>) -> Option<Definition> {
    let mut found = cursor.object(ObjectKind::Table)?;
    let owner = found.address.qualified_name()?;
    if cursor.eat("of") || cursor.eat("as") || cursor.eat("partition") || cursor.symbol('(').is_none() {
        return Some(found);
    }
    while cursor.peek().is_some() && cursor.symbol(')').is_none() {
        let start = cursor.peek()?.range.start;
        element(cursor, &owner, start, &mut found.parts);
        cursor.skip_element();
        cursor.symbol(',');
    }
    Some(found)
}

/// A column or a table constraint; reads its name and the names of the constraints inside it.
fn element(cursor: &mut Cursor<'_>, owner: &QualifiedName, start: usize, parts: &mut Vec<Part>) {
    const UNNAMED: &[&str] = &["primary", "unique", "check", "exclude", "foreign", "like"];
    let Some(first) = cursor.peek() else { return };
    if UNNAMED.iter().any(|word| first.is_word(cursor.text(), word)) {
        return;
    }
    if first.is_word(cursor.text(), "constraint") {
        cursor.next();
        if let Some((constraint, name)) = cursor.identifier() {
            parts.push(Part { address: ObjectAddress::part(ObjectKind::Constraint, owner, constraint), name, start });
        }
        return;
    }
    if let Some((column, name)) = cursor.identifier() {
        parts.push(Part { address: ObjectAddress::part(ObjectKind::Column, owner, column), name, start });
        named_constraints(cursor, ObjectKind::Constraint, owner, parts);
    }
}

/// The `CONSTRAINT name` up to the end of the element.
fn named_constraints(cursor: &mut Cursor<'_>, kind: ObjectKind, owner: &QualifiedName, parts: &mut Vec<Part>) {
    while let Some(token) = cursor.next_in_element() {
        if !token.is_word(cursor.text(), "constraint") {
            continue;
        }
        if let Some((constraint, name)) = cursor.identifier() {
            let address = ObjectAddress::part(kind, owner, constraint);
            parts.push(Part { address, name, start: token.range.start });
        }
    }
}

fn index(cursor: &mut Cursor<'_>) -> Option<Definition> {
    cursor.eat("concurrently");
    cursor.if_not_exists();
    if cursor.peek()?.is_word(cursor.text(), "on") {
        return None;
    }
    let (index, name) = cursor.identifier()?;
    cursor.expect("on")?;
    cursor.eat("only");
    let (table, _) = cursor.qualified_name()?;
    Some(definition(ObjectAddress::part(ObjectKind::Index, &table, index), name))
}

/// A part of a relation whose own name comes first: `name … ON relation`.
fn on_relation(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Option<Definition> {
    let (part, name) = cursor.identifier()?;
    while !cursor.eat("on") {
        cursor.next()?;
    }
    let (relation, _) = cursor.qualified_name()?;
    Some(definition(ObjectAddress::part(kind, &relation, part), name))
}

/// `ALTER TABLE … ADD [COLUMN | CONSTRAINT] …, ADD …`.
fn alter_table(cursor: &mut Cursor<'_>) -> Option<Definition> {
    let statement_start = cursor.statement.range.start;
    cursor.expect("table")?;
    let _ = cursor.eat("if") && cursor.eat("exists");
    cursor.eat("only");
    let (owner, name) = cursor.qualified_name()?;
    cursor.symbol('*');
    let mut parts = Vec::new();
    while let Some(action) = cursor.peek() {
        let start = if parts.is_empty() { statement_start } else { action.range.start };
        if cursor.eat("add") {
            cursor.eat("column");
            cursor.if_not_exists();
            element(cursor, &owner, start, &mut parts);
        }
        cursor.skip_element();
        cursor.symbol(',').or_else(|| cursor.symbol(')'));
    }
    let address = ObjectAddress::object(ObjectKind::Table, &owner);
    (!parts.is_empty()).then_some(Definition { address, name, creates: false, parts })
}

/// Reads the tokens of one statement, comments left out.
struct Cursor<'a> {
    statement: &'a Span,
    tokens: std::iter::Peekable<Lexer<'a>>,
}

impl<'a> Cursor<'a> {
    fn new(statement: &'a Span) -> Self {
        let text = &statement.file.text[..statement.range.end];
        let mut cursor = Self { statement, tokens: Lexer::new(text, statement.range.start).peekable() };
        cursor.skip_comments();
        cursor
    }

    fn text(&self) -> &'a str {
        &self.statement.file.text
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span { file: Arc::clone(&self.statement.file), range }
    }

    fn skip_comments(&mut self) {
        while self.tokens.next_if(|token| token.as_ref().is_ok_and(Token::is_comment)).is_some() {}
    }

    fn peek(&mut self) -> Option<Token> {
        self.tokens.peek()?.as_ref().ok().cloned()
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.next()?.ok();
        self.skip_comments();
        token
    }

    fn next_if(&mut self, matches: impl Fn(&Token, &str) -> bool) -> Option<Token> {
        let token = self.peek()?;
        matches(&token, self.text()).then(|| self.next())?
    }

    fn eat(&mut self, word: &str) -> bool {
        self.next_if(|token, text| token.is_word(text, word)).is_some()
    }

    fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    fn expect(&mut self, word: &str) -> Option<()> {
        self.eat(word).then_some(())
    }

    fn symbol(&mut self, symbol: char) -> Option<Token> {
        self.next_if(|token, _| token.kind == TokenKind::Symbol(symbol))
    }

    fn if_not_exists(&mut self) {
        let _ = self.eat("if") && self.eat("not") && self.eat("exists");
    }

    fn word(&mut self) -> Option<String> {
        let token = self.next_if(|token, _| token.kind == TokenKind::Word)?;
        Some(self.text()[token.range].to_ascii_lowercase())
    }

    fn identifier(&mut self) -> Option<(Identifier, Span)> {
        let token = self.next_if(|token, _| matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier))?;
        let span = self.span(token.range);
        Some((fold(span.text())?, span))
    }

    fn qualified_name(&mut self) -> Option<(QualifiedName, Span)> {
        let (first, mut span) = self.identifier()?;
        if self.symbol('.').is_none() {
            return Some((QualifiedName::new("public", first), span));
        }
        let (second, second_span) = self.identifier()?;
        span.range.end = second_span.range.end;
        Some((QualifiedName::new(first, second), span))
    }

    fn object(&mut self, kind: ObjectKind) -> Option<Definition> {
        self.if_not_exists();
        let (name, span) = self.qualified_name()?;
        Some(definition(ObjectAddress::object(kind, &name), span))
    }

    /// The next token of this element of a list at its own level; what stands in parentheses is skipped.
    fn next_in_element(&mut self) -> Option<Token> {
        let token = self.next_if(|token, _| !matches!(token.kind, TokenKind::Symbol(',' | ')')))?;
        let opens = |token: &Token| matches!(token.kind, TokenKind::Symbol('(' | '['));
        let closes = |token: &Token| matches!(token.kind, TokenKind::Symbol(')' | ']'));
        let mut depth = usize::from(opens(&token));
        while depth > 0 {
            let inner = self.next()?;
            depth += usize::from(opens(&inner));
            depth -= usize::from(closes(&inner));
        }
        Some(token)
    }

    fn skip_element(&mut self) {
        while self.next_in_element().is_some() {}
    }
}

/// A name as the server stores it; none for the escapes of `U&"…"`.
fn fold(text: &str) -> Option<Identifier> {
    let name = match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(quoted) => unescape(quoted, '"'),
        None if text.ends_with('"') => return None,
        None => text.to_ascii_lowercase(),
    };
    Some(Identifier(kept(&name).to_owned()))
}

/// The value of a plain string constant; none for other notations.
fn string_value(text: &str) -> Option<String> {
    Some(unescape(text.strip_prefix('\'')?.strip_suffix('\'')?, '\''))
}

/// Turns doubled quotes into single ones.
pub fn unescape(text: &str, quote: char) -> String {
    let mut value = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        value.push(character);
        if character == quote {
            characters.next();
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;
    use crate::sql::split;

    fn check(text: &str, expected: &[&str]) {
        let file = SourceFile::new("a.sql", text);
        let mut shown = Vec::new();
        for found in split(&file).unwrap().iter().filter_map(outline) {
            let verb = if found.creates { "" } else { "alter " };
            shown.push(format!("{verb}{} @{}", found.address, found.name.text()));
            for part in found.parts {
                let from = text[part.start..].split_whitespace().next().unwrap();
                shown.push(format!("  {} @{} from {from}", part.address, part.name.text()));
            }
        }
        assert_eq!(shown, expected);
    }

    #[test]
    fn tables_with_columns_and_named_constraints() {
        check(
            "CREATE UNLOGGED TABLE IF NOT EXISTS Commerce.\"Order\" ( -- x\n id uuid PRIMARY KEY,\n \
             total numeric(10, 2) CONSTRAINT positive CHECK (total > f(1, 2)) NOT NULL,\n tags text[] DEFAULT ARRAY['a', 'b'],\n \
             CONSTRAINT one UNIQUE (id, total), UNIQUE (total), LIKE x, CHECK (id IS NOT NULL)) WITH (a = 1)",
            &[
                "table commerce.Order @Commerce.\"Order\"",
                "  column commerce.Order.id @id from id",
                "  column commerce.Order.total @total from total",
                "  constraint commerce.Order.positive @positive from CONSTRAINT",
                "  column commerce.Order.tags @tags from tags",
                "  constraint commerce.Order.one @one from CONSTRAINT",
            ],
        );
        check("CREATE TABLE t AS SELECT 1 AS a", &["table public.t @t"]);
    }

    #[test]
    fn every_other_kind() {
        check(
            "CREATE SCHEMA iam; CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" SCHEMA x;
             CREATE TYPE iam.mood AS ENUM ('ok', 'it''s'); CREATE TYPE pair AS (a int);
             CREATE TYPE iam.span AS RANGE (SUBTYPE = float8); CREATE DOMAIN iam.email AS text CONSTRAINT at CHECK (VALUE LIKE '%@%') NOT NULL;
             CREATE SEQUENCE s; CREATE UNIQUE INDEX CONCURRENTLY i ON ONLY iam.user (id); CREATE INDEX ON t (a);
             CREATE OR REPLACE VIEW v AS SELECT 1; CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 1;
             CREATE OR REPLACE FUNCTION iam.f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
             CREATE PROCEDURE p() LANGUAGE sql AS ''; SELECT 1;
             CREATE CONSTRAINT TRIGGER g AFTER INSERT OR UPDATE OF a ON iam.t EXECUTE FUNCTION f();",
            &[
                "schema iam @iam",
                "extension uuid-ossp @\"uuid-ossp\"",
                "enum iam.mood @iam.mood",
                "  enum iam.mood.ok @'ok' from 'ok',",
                "  enum iam.mood.it's @'it''s' from 'it''s');",
                "composite type public.pair @pair",
                "  attribute public.pair.a @a from a",
                "range type iam.span @iam.span",
                "domain iam.email @iam.email",
                "  domain constraint iam.email.at @at from CONSTRAINT",
                "sequence public.s @s",
                "index iam.user.i @i",
                "view public.v @v",
                "materialized view public.m @m",
                "routine iam.f @iam.f",
                "routine public.p @p",
                "trigger iam.t.g @g",
            ],
        );
    }

    #[test]
    fn alter_table_adds_parts() {
        check(
            "ALTER TABLE ONLY iam.t ADD COLUMN IF NOT EXISTS a int, DROP b, ADD c numeric(1, 2), ADD CONSTRAINT k CHECK (a > 0);
             ALTER TABLE t OWNER TO x;",
            &[
                "alter table iam.t @iam.t",
                "  column iam.t.a @a from ALTER",
                "  column iam.t.c @c from ADD",
                "  constraint iam.t.k @k from ADD",
            ],
        );
    }
}
