//! Cuts SQL into tokens as PostgreSQL's and psql's scanners do (`scan.l`, `psqlscan.l`), in one pass and without copies.
//!
//! White space yields no token. `standard_conforming_strings` is on.

use std::ops::Range;

/// A token: what it is and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Bytes from the start of the text.
    pub range: Range<usize>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword or an unquoted identifier.
    Word,
    /// `"…"` or `U&"…"`.
    QuotedIdentifier,
    /// A string constant of any notation but dollar quotes.
    String,
    /// `$tag$…$tag$`.
    DollarString,
    /// A number, or a parameter such as `$1`.
    Number,
    /// `-- …`, without the line break.
    LineComment,
    /// `/* … */`, nested ones inside.
    BlockComment,
    /// `\…` outside quotes to the end of the line: a command of psql's, not SQL.
    MetaCommand,
    /// One character of an operator or of punctuation.
    Symbol(char),
}

/// What the text ended in the middle of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is not closed: `string`, `quoted identifier`, `dollar-quoted string` or `comment`.
    pub unclosed: &'static str,
    /// Where it starts.
    pub start: usize,
}

/// An iterator over the tokens of a text; after a [`Problem`] it ends.
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Lexer<'a> {
    /// The tokens of `text` from a byte offset on; ranges count from the start of `text`.
    #[must_use]
    pub fn new(text: &'a str, position: usize) -> Self {
        Self { text, position }
    }

    /// Goes on at another byte offset.
    pub fn jump(&mut self, position: usize) {
        self.position = position;
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes().get(self.position + ahead).copied().unwrap_or(0)
    }

    fn advance_while(&mut self, matches: impl Fn(u8) -> bool) {
        self.position += self.bytes()[self.position..].iter().take_while(|byte| matches(**byte)).count();
    }

    fn scan(&mut self) -> Result<TokenKind, &'static str> {
        let first = self.peek(0);
        match (first, self.peek(1)) {
            (b'-', b'-') => {
                self.advance_while(|byte| byte != b'\n');
                Ok(TokenKind::LineComment)
            }
            (b'/', b'*') => self.block_comment(),
            (b'\'', _) => self.string(1, false),
            (b'e' | b'E', b'\'') => self.string(2, true),
            (b'b' | b'B' | b'x' | b'X' | b'n' | b'N', b'\'') => self.string(2, false),
            (b'u' | b'U', b'&') if self.peek(2) == b'\'' => self.string(3, false),
            (b'u' | b'U', b'&') if self.peek(2) == b'"' => self.quoted_identifier(3),
            (b'"', _) => self.quoted_identifier(1),
            (b'$', b'0'..=b'9') => {
                self.position += 1;
                self.advance_while(|byte| byte.is_ascii_digit());
                Ok(TokenKind::Number)
            }
            (b'$', _) => self.dollar(),
            (b'0'..=b'9', _) | (b'.', b'0'..=b'9') => {
                self.position += 1;
                self.advance_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
                Ok(TokenKind::Number)
            }
            (b'\\', _) => {
                self.advance_while(|byte| byte != b'\n');
                Ok(TokenKind::MetaCommand)
            }
            _ if starts_word(first) => {
                self.advance_while(continues_word);
                Ok(TokenKind::Word)
            }
            _ => {
                self.position += 1;
                Ok(TokenKind::Symbol(char::from(first)))
            }
        }
    }

    fn block_comment(&mut self) -> Result<TokenKind, &'static str> {
        self.position += 2;
        let mut depth = 1_usize;
        while depth > 0 {
            match (self.peek(0), self.peek(1)) {
                (b'*', b'/') => {
                    depth -= 1;
                    self.position += 2;
                }
                (b'/', b'*') => {
                    depth += 1;
                    self.position += 2;
                }
                _ if self.position >= self.text.len() => return Err("comment"),
                _ => self.position += 1,
            }
        }
        Ok(TokenKind::BlockComment)
    }

    /// A string whose opening takes `prefix` bytes, with the strings that continue it on later lines.
    fn string(&mut self, prefix: usize, escapes: bool) -> Result<TokenKind, &'static str> {
        self.position += prefix;
        loop {
            self.advance_while(|byte| byte != b'\'' && byte != b'\\');
            match (self.peek(0), self.peek(1)) {
                _ if self.position >= self.text.len() => return Err("string"),
                (b'\\', _) => self.position += if escapes { 2 } else { 1 },
                (_, b'\'') => self.position += 2,
                _ => {
                    self.position += 1;
                    // Only an escape string needs to be followed: any other reads the same on its own.
                    match self.continuation().filter(|_| escapes) {
                        Some(next) => self.position = next,
                        None => return Ok(TokenKind::String),
                    }
                }
            }
            self.position = self.position.min(self.text.len());
        }
    }

    /// Where the text of a continued string starts: strings with only white space and a line break between are one.
    fn continuation(&self) -> Option<usize> {
        let mut ahead = self.clone();
        ahead.advance_while(|byte| byte.is_ascii_whitespace());
        let between = &self.text[self.position..ahead.position];
        (ahead.peek(0) == b'\'' && between.contains('\n')).then_some(ahead.position + 1)
    }

    fn quoted_identifier(&mut self, prefix: usize) -> Result<TokenKind, &'static str> {
        self.position += prefix;
        loop {
            self.advance_while(|byte| byte != b'"');
            match (self.peek(0), self.peek(1)) {
                (b'"', b'"') => self.position += 2,
                (b'"', _) => {
                    self.position += 1;
                    return Ok(TokenKind::QuotedIdentifier);
                }
                _ => return Err("quoted identifier"),
            }
        }
    }

    fn dollar(&mut self) -> Result<TokenKind, &'static str> {
        let start = self.position;
        self.position += 1;
        if starts_word(self.peek(0)) {
            self.advance_while(|byte| byte != b'$' && continues_word(byte));
        }
        if self.peek(0) != b'$' {
            self.position = start + 1;
            return Ok(TokenKind::Symbol('$'));
        }
        self.position += 1;
        let tag = &self.text[start..self.position];
        let length = self.text[self.position..].find(tag).ok_or("dollar-quoted string")?;
        self.position += length + tag.len();
        Ok(TokenKind::DollarString)
    }
}

fn starts_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}

fn continues_word(byte: u8) -> bool {
    starts_word(byte) || byte.is_ascii_digit() || byte == b'$'
}

impl Iterator for Lexer<'_> {
    type Item = Result<Token, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance_while(|byte| byte.is_ascii_whitespace() || byte == 0x0b);
        let start = self.position;
        if start >= self.text.len() {
            return None;
        }
        match self.scan() {
            Ok(kind) => Some(Ok(Token { kind, range: start..self.position })),
            Err(unclosed) => {
                self.position = self.text.len();
                Some(Err(Problem { unclosed, start }))
            }
        }
    }
}

impl Token {
    /// Whether it is this keyword, given in lower case.
    #[must_use]
    pub fn is_word(&self, text: &str, word: &str) -> bool {
        self.kind == TokenKind::Word && text[self.range.clone()].eq_ignore_ascii_case(word)
    }

    /// Whether it is a comment of either notation.
    #[must_use]
    pub fn is_comment(&self) -> bool {
        matches!(self.kind, TokenKind::LineComment | TokenKind::BlockComment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let tokens: Vec<String> = Lexer::new(text, 0)
            .map(|token| match token {
                Ok(token) => text[token.range].to_owned(),
                Err(problem) => format!("unclosed {} at {}", problem.unclosed, problem.start),
            })
            .collect();
        assert_eq!(tokens, expected);
    }

    #[test]
    fn quotes_end_where_postgresql_ends_them() {
        check(r"'it''s' 'a\' x", &["'it''s'", r"'a\'", "x"]);
        check(r"E'a\'b''c' e'\\' y", &[r"E'a\'b''c'", r"e'\\'", "y"]);
        check("E'a'\n  'b\\'c' z", &["E'a'\n  'b\\'c'", "z"]);
        check(r#"U&'d\0061t' U&"d\0061" "a""b""#, &[r"U&'d\0061t'", r#"U&"d\0061""#, r#""a""b""#]);
        check("$$a'b$$ $t$ $$ $t$ $1 a$b$c", &["$$a'b$$", "$t$ $$ $t$", "$1", "a$b$c"]);
    }

    #[test]
    fn comments_nest_and_begin_inside_operators() {
        check("a+-- b\nc /* x /* y */ ; */ d", &["a", "+", "-- b", "c", "/* x /* y */ ; */", "d"]);
    }

    #[test]
    fn what_is_not_closed_is_told_with_its_start() {
        check("a 'b", &["a", "unclosed string at 2"]);
        check("a E'b\\", &["a", "unclosed string at 2"]);
        check("\"b", &["unclosed quoted identifier at 0"]);
        check("/* /* */", &["unclosed comment at 0"]);
        check("x $q$ $q", &["x", "unclosed dollar-quoted string at 2"]);
    }

    #[test]
    fn words_may_hold_any_letter() {
        check("straße 日本 \\i file.sql\n1.5e3", &["straße", "日本", "\\i file.sql", "1.5e3"]);
    }
}
