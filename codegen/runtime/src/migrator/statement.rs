//! The little that the migrator must know of a statement's text before the server sees it: whether it ends a
//! transaction, whether it only sets the session, and which index it builds concurrently. Everything else is left to
//! the server. No statement is split or rewritten here.

use std::ops::Range;

/// What matters about a statement for running it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// `BEGIN`, `COMMIT` and the like, which would break the migrator's own transactions.
    TransactionControl,
    /// `SET` and `RESET`: has its effect in this session only, so it is run again on every resumption.
    Session,
    /// `CREATE INDEX CONCURRENTLY`, which leaves an invalid index behind when it fails.
    IndexBuild(IndexBuild<'a>),
    /// Another statement with the word `CONCURRENTLY`: it waits for old transactions while blocking nobody.
    Concurrent,
    /// Anything else.
    Other,
}

/// `CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] [name] ON [ONLY] table …`
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct IndexBuild<'a> {
    /// As `pg_class.relname` has it; `None` where PostgreSQL picks the name.
    pub(crate) name: Option<String>,
    /// As written, so that `to_regclass` resolves it.
    pub(crate) table: &'a str,
    pub(crate) unique: bool,
    /// What follows the table: access method, columns, predicate.
    pub(crate) definition: &'a str,
}

pub(crate) fn classify(sql: &str) -> Kind<'_> {
    let tokens = Tokens { sql, at: 0 };
    let words: Vec<String> = tokens.clone().take(6).map(|token| token.keyword(sql)).collect();
    let word = |index: usize| words.get(index).map_or("", String::as_str);
    match word(0) {
        "begin" | "commit" | "end" | "rollback" | "abort" | "savepoint" | "release" => Kind::TransactionControl,
        "start" if word(1) == "transaction" => Kind::TransactionControl,
        "prepare" if word(1) == "transaction" => Kind::TransactionControl,
        "set" | "reset" => Kind::Session,
        "create" if word(1) == "index" || (word(1) == "unique" && word(2) == "index") => index_build(sql),
        "drop" | "reindex" | "alter" if tokens.clone().any(|token| token.keyword(sql) == "concurrently") => {
            Kind::Concurrent
        }
        _ => Kind::Other,
    }
}

/// Whether a statement opens (`BEGIN`) or closes (`COMMIT`) a transaction around a whole file.
pub(crate) fn wraps(first: &str, last: &str) -> bool {
    matches!(verb(first).as_str(), "begin" | "start") && matches!(verb(last).as_str(), "commit" | "end")
}

/// Whether it is `ALTER TABLE … DETACH PARTITION … CONCURRENTLY`.
pub(crate) fn detaches(sql: &str) -> bool {
    let words: Vec<String> = Tokens { sql, at: 0 }.map(|token| token.keyword(sql)).collect();
    let has_detach = words.windows(2).any(|pair| pair[0] == "detach" && pair[1] == "partition");
    words.first().is_some_and(|word| word == "alter")
        && has_detach
        && words.last().is_some_and(|it| it == "concurrently")
}

/// The statement's first word, in lower case.
pub(crate) fn verb(sql: &str) -> String {
    Tokens { sql, at: 0 }.next().map(|token| token.keyword(sql)).unwrap_or_default()
}

/// The first line that says something, short enough for a message. A text that sets a password is not shown.
pub(crate) fn first_line(sql: &str) -> String {
    const LONGEST: usize = 120;
    if sql.to_ascii_lowercase().contains("password") {
        return "(not shown: it names a password)".to_owned();
    }
    let line = sql.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("--")).unwrap_or_default();
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

fn index_build(sql: &str) -> Kind<'_> {
    parse_index_build(sql).map_or(Kind::Other, Kind::IndexBuild)
}

fn parse_index_build(sql: &str) -> Option<IndexBuild<'_>> {
    let mut tokens = Tokens { sql, at: 0 }.peekable();
    let mut unique = false;
    loop {
        match tokens.next()?.keyword(sql).as_str() {
            "unique" => unique = true,
            "index" => break,
            _ => {}
        }
    }
    if tokens.next()?.keyword(sql) != "concurrently" {
        return None;
    }
    let mut name = None;
    loop {
        let token = tokens.next()?;
        match token.keyword(sql).as_str() {
            "if" | "not" | "exists" => {}
            "on" => break,
            _ => name = Some(token.identifier(sql)),
        }
    }
    let mut table = tokens.next()?;
    if table.keyword(sql) == "only" {
        table = tokens.next()?;
    }
    let mut end = table.range.end;
    while tokens.next_if(|token| token.is(sql, ".")).is_some() {
        end = tokens.next()?.range.end;
    }
    Some(IndexBuild { name, table: &sql[table.range.start..end], unique, definition: &sql[end..] })
}

struct Token {
    range: Range<usize>,
}

impl Token {
    fn is(&self, sql: &str, text: &str) -> bool {
        &sql[self.range.clone()] == text
    }

    /// The token folded as PostgreSQL folds a keyword; a quoted identifier is never one.
    fn keyword(&self, sql: &str) -> String {
        sql[self.range.clone()].to_ascii_lowercase()
    }

    /// The identifier that the token stands for, cut to PostgreSQL's 63 bytes.
    fn identifier(&self, sql: &str) -> String {
        const LONGEST: usize = 63;
        let text = &sql[self.range.clone()];
        let mut name = match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(quoted) => unquote(quoted),
            None => text.to_ascii_lowercase(),
        };
        let end = (0..=name.len().min(LONGEST)).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
        name.truncate(end);
        name
    }
}

/// The inside of a quoted identifier with its doubled quotes made single.
fn unquote(quoted: &str) -> String {
    let mut name = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        name.push(character);
        if character == '"' {
            characters.next();
        }
    }
    name
}

/// Words, quoted identifiers and single other characters, without white space and comments.
#[derive(Clone)]
struct Tokens<'a> {
    sql: &'a str,
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blank();
        let rest = &self.sql[self.at..];
        let first = rest.chars().next()?;
        let length = if first == '"' {
            quoted_length(rest)
        } else if is_word(first) {
            rest.find(|character| !is_word(character)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let range = self.at..self.at + length;
        self.at = range.end;
        Some(Token { range })
    }
}

impl Tokens<'_> {
    fn skip_blank(&mut self) {
        loop {
            let rest = &self.sql[self.at..];
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            self.at += match trimmed.get(..2) {
                Some("--") => trimmed.find('\n').unwrap_or(trimmed.len()),
                Some("/*") => comment_length(trimmed),
                _ => return,
            };
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '$' || !character.is_ascii()
}

fn quoted_length(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '"' && characters.next_if(|(_, next)| *next == '"').is_none() {
            return at + 1;
        }
    }
    text.len()
}

/// The length of a block comment; PostgreSQL nests them.
fn comment_length(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        match text.as_bytes().get(at..at + 2) {
            Some(b"/*") => (depth, at) = (depth + 1, at + 2),
            Some(b"*/") if depth == 1 => return at + 2,
            Some(b"*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_index(sql: &str, name: Option<&str>, table: &str, definition: &str) {
        let Kind::IndexBuild(build) = classify(sql) else { panic!("{sql}: not an index build") };
        assert_eq!((build.name.as_deref(), build.table, build.definition), (name, table, definition), "{sql}");
    }

    #[test]
    fn a_concurrent_index_is_recognised_in_every_spelling() {
        check_index("CREATE INDEX CONCURRENTLY a ON t (x)", Some("a"), "t", " (x)");
        check_index(
            "create unique index concurrently if not exists A on only s.T using btree (x)",
            Some("a"),
            "s.T",
            " using btree (x)",
        );
        check_index(
            "CREATE INDEX CONCURRENTLY \"A \"\"b\"\"\" ON \"s\" . \"t x\" (x)",
            Some("A \"b\""),
            "\"s\" . \"t x\"",
            " (x)",
        );
        check_index("CREATE /* a /* b */ c */ INDEX -- on\n CONCURRENTLY ON t(x)", None, "t", "(x)");
        let long = "x".repeat(70);
        check_index(&format!("CREATE INDEX CONCURRENTLY {long} ON t (x)"), Some(&long[..63]), "t", " (x)");
    }

    #[test]
    fn other_statements_are_told_apart() {
        for (sql, kind) in [
            ("CREATE INDEX a ON t (x)", Kind::Other),
            ("CREATE INDEX", Kind::Other),
            ("-- c\nBEGIN", Kind::TransactionControl),
            ("start transaction isolation level serializable", Kind::TransactionControl),
            ("PREPARE p AS SELECT 1", Kind::Other),
            ("SET search_path = ''", Kind::Session),
            ("DROP INDEX CONCURRENTLY a", Kind::Concurrent),
            ("DROP INDEX \"concurrently\"", Kind::Other),
            ("", Kind::Other),
            ("/* open", Kind::Other),
        ] {
            assert_eq!(classify(sql), kind, "{sql}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(first_line("ALTER ROLE a PASSWORD 'secret'"), "(not shown: it names a password)");
        assert_eq!(first_line("\n-- why\n  SELECT 1\nFROM t"), "SELECT 1");
    }
}
