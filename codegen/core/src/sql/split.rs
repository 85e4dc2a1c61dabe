//! Splits a file into statements by psql's rules: at semicolons outside quotes, parentheses and `BEGIN ATOMIC … END`.
//!
//! One pass, linear in the length of the file.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, Span};
use crate::sql::lexer::{Lexer, Token, TokenKind};

/// A statement of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// From its first to its last token: without the comments around it and without the semicolon.
    pub span: Span,
    /// The comment lines that stand directly above it, in their order.
    pub comments: Vec<Span>,
}

/// The statements of a file in their order.
///
/// # Errors
/// A quote or comment that is not closed, psql's own commands, and `COPY … FROM stdin`, which only psql can feed.
pub fn split(file: &Arc<SourceFile>) -> Result<Vec<Statement>, Vec<Diagnostic>> {
    let mut splitter = Splitter { file, lexer: Lexer::new(&file.text, 0), ..Splitter::empty(file) };
    while let Some(token) = splitter.lexer.next() {
        match token {
            Ok(token) => splitter.take(&token),
            Err(problem) => {
                let opening = first_line(&file.text, problem.start);
                splitter.diagnostics.push(
                    Diagnostic::error("unclosed-quote", format!("this {} is not closed", problem.unclosed))
                        .at(splitter.span(opening)),
                );
            }
        }
    }
    splitter.finish_statement();
    if splitter.diagnostics.is_empty() { Ok(splitter.statements) } else { Err(splitter.diagnostics) }
}

struct Splitter<'a> {
    file: &'a Arc<SourceFile>,
    lexer: Lexer<'a>,
    statements: Vec<Statement>,
    diagnostics: Vec<Diagnostic>,
    /// The statement so far; empty before its first token.
    current: Option<Range<usize>>,
    comments: Vec<Range<usize>>,
    parentheses: usize,
    begins: usize,
    head: Head,
}

/// What the first words of a statement make of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    Start,
    Create,
    CreateOr,
    CreateOrReplace,
    CreateRoutine,
    Copy,
    CopyFrom,
    CopyFromStdin,
    Other,
}

impl<'a> Splitter<'a> {
    fn empty(file: &'a Arc<SourceFile>) -> Self {
        Self {
            file,
            lexer: Lexer::new("", 0),
            statements: Vec::new(),
            diagnostics: Vec::new(),
            current: None,
            comments: Vec::new(),
            parentheses: 0,
            begins: 0,
            head: Head::Start,
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span { file: Arc::clone(self.file), range }
    }

    fn take(&mut self, token: &Token) {
        match token.kind {
            TokenKind::LineComment | TokenKind::BlockComment => {
                if self.current.is_none() {
                    self.comments.push(token.range.clone());
                }
                return;
            }
            TokenKind::MetaCommand => return self.meta_command(token.range.clone()),
            TokenKind::Symbol(';') if self.parentheses == 0 && self.begins == 0 => return self.finish_statement(),
            TokenKind::Symbol('(') => self.parentheses += 1,
            TokenKind::Symbol(')') => self.parentheses = self.parentheses.saturating_sub(1),
            TokenKind::Word => self.word(token),
            TokenKind::QuotedIdentifier
            | TokenKind::String
            | TokenKind::DollarString
            | TokenKind::Number
            | TokenKind::Symbol(_) => {}
        }
        self.current.get_or_insert(token.range.clone()).end = token.range.end;
    }

    /// Follows `CREATE [OR REPLACE] {FUNCTION | PROCEDURE}`, inside which `BEGIN`, `CASE` and `END` count, and `COPY`.
    fn word(&mut self, token: &Token) {
        let is = |word| token.is_word(&self.file.text, word);
        self.head = match self.head {
            Head::Start if is("create") => Head::Create,
            Head::Start if is("copy") => Head::Copy,
            Head::Create if is("or") => Head::CreateOr,
            Head::CreateOr if is("replace") => Head::CreateOrReplace,
            Head::Create | Head::CreateOrReplace if is("function") || is("procedure") => Head::CreateRoutine,
            Head::Copy if is("from") && self.parentheses == 0 => Head::CopyFrom,
            Head::CopyFrom if is("stdin") => Head::CopyFromStdin,
            Head::Copy => Head::Copy,
            Head::CreateRoutine => Head::CreateRoutine,
            Head::CopyFromStdin => Head::CopyFromStdin,
            Head::Start | Head::Create | Head::CreateOr | Head::CreateOrReplace | Head::CopyFrom | Head::Other => {
                Head::Other
            }
        };
        if self.head == Head::CreateRoutine && self.parentheses == 0 {
            if is("begin") || (is("case") && self.begins > 0) {
                self.begins += 1;
            } else if is("end") {
                self.begins = self.begins.saturating_sub(1);
            }
        }
    }

    fn meta_command(&mut self, range: Range<usize>) {
        let text = &self.file.text[range.clone()];
        let name = text.split_whitespace().next().unwrap_or(text);
        let diagnostic = Diagnostic::error("psql-meta-command", format!("`{name}` is a command of psql, not SQL"))
            .at(self.span(range.start..range.start + name.len()))
            .hint(instead_of(name));
        self.diagnostics.push(diagnostic);
    }

    fn finish_statement(&mut self) {
        self.parentheses = 0;
        self.begins = 0;
        let head = std::mem::replace(&mut self.head, Head::Start);
        let comments = std::mem::take(&mut self.comments);
        let Some(range) = self.current.take() else { return };
        if head == Head::CopyFromStdin {
            return self.copy_from_stdin(range);
        }
        let comments = directly_above(&self.file.text, &comments, range.start);
        let comments = comments.iter().map(|comment| self.span(comment.clone())).collect();
        self.statements.push(Statement { span: self.span(range), comments });
    }

    /// The data that follow are no SQL: the text goes on after the line `\.`, or ends.
    fn copy_from_stdin(&mut self, range: Range<usize>) {
        let text = &self.file.text;
        let after = text[range.end..].find("\n\\.").map_or(text.len(), |end| range.end + end + "\n\\.".len());
        self.lexer.jump(after);
        let diagnostic = Diagnostic::error("copy-from-stdin", "`COPY … FROM stdin` needs psql to send the data")
            .at(self.span(range))
            .hint("write the rows as INSERT … VALUES in a migration");
        self.diagnostics.push(diagnostic);
    }
}

/// What to write instead of a command of psql's (<https://www.postgresql.org/docs/current/app-psql.html>).
const INSTEAD: &[(&[&str], &str)] = &[
    (
        &["\\i", "\\ir", "\\include", "\\include_relative"],
        "write the SQL itself; every file of the folder is read anyway, so nothing needs to be included",
    ),
    (&["\\copy", "\\."], "write the rows as INSERT … VALUES in a migration"),
    (&["\\c", "\\connect"], "leave the line out: whoever runs the file says on which database"),
    (
        &["\\set", "\\unset", "\\gset", "\\getenv", "\\prompt", "\\bind"],
        "leave the line out, and write the value where `:name` stands",
    ),
    (&["\\restrict", "\\unrestrict"], "leave the line out: pg_dump writes it for psql, and it defines nothing"),
    (
        &["\\if", "\\elif", "\\else", "\\endif"],
        "leave the line out: there are no conditions here; `DO $$ … $$` has some in a migration",
    ),
    (&["\\g", "\\gx", "\\gdesc", "\\gexec", "\\watch", "\\crosstabview"], "end the statement with a semicolon"),
];

fn instead_of(command: &str) -> &'static str {
    let known = INSTEAD.iter().find(|(commands, _)| commands.contains(&command));
    known.map_or("leave the line out, or write it in SQL", |(_, instead)| instead)
}

/// The last of `comments` that stand on lines of their own with no blank line between them and `start`.
fn directly_above<'a>(text: &str, comments: &'a [Range<usize>], start: usize) -> &'a [Range<usize>] {
    let mut below = start;
    let mut first = comments.len();
    for (place, comment) in comments.iter().enumerate().rev() {
        let touches = comment.end <= below && text[comment.end..below].matches('\n').count() == 1;
        let line_start = text[..comment.start].rfind('\n').map_or(0, |newline| newline + 1);
        if !touches || !text[line_start..comment.start].trim().is_empty() {
            break;
        }
        below = comment.start;
        first = place;
    }
    &comments[first..]
}

fn first_line(text: &str, start: usize) -> Range<usize> {
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let statements = split(&SourceFile::new("schema/a.sql", text)).unwrap();
        let texts: Vec<&str> = statements.iter().map(|statement| statement.span.text()).collect();
        assert_eq!(texts, expected);
    }

    fn check_errors(text: &str, expected: &[&str]) {
        let diagnostics = split(&SourceFile::new("schema/a.sql", text)).unwrap_err();
        let shown: Vec<String> = diagnostics
            .iter()
            .map(|diagnostic| diagnostic.clone().to_string().lines().next().unwrap().to_owned())
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn statements_end_at_semicolons_outside_quotes_and_parentheses() {
        check("SELECT 1; ;\n-- x\nSELECT ';' -- ;\n, $$;$$ /* ; */;", &["SELECT 1", "SELECT ';' -- ;\n, $$;$$"]);
        check(
            "CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b); SELECT 2",
            &["CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b)", "SELECT 2"],
        );
    }

    #[test]
    fn a_body_with_begin_atomic_is_one_statement() {
        let body = "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; \
                    SELECT CASE WHEN true THEN CASE WHEN true THEN 1 END END; END";
        check(&format!("{body}; SELECT 2;"), &[body, "SELECT 2"]);
        check("BEGIN; SELECT 1; END; SELECT 2", &["BEGIN", "SELECT 1", "END", "SELECT 2"]);
    }

    #[test]
    fn what_only_psql_understands_is_named() {
        check_errors(
            "\\i other.sql\nSELECT 1;\nCOPY t (a) FROM stdin;\n1 'x\n\\.\nSELECT 'y",
            &[
                "schema/a.sql:1:1: `\\i` is a command of psql, not SQL",
                "schema/a.sql:3:1: `COPY … FROM stdin` needs psql to send the data",
                "schema/a.sql:6:8: this string is not closed",
            ],
        );
        check(
            "COPY (SELECT 1 FROM stdin) TO '/x'; COPY t FROM '/stdin'",
            &["COPY (SELECT 1 FROM stdin) TO '/x'", "COPY t FROM '/stdin'"],
        );
    }

    #[test]
    fn only_comments_directly_above_belong_to_a_statement() {
        let text = "-- file\n\n-- one\n/* two\n */\nSELECT 1; -- tail\nSELECT 2;\n-- far\n\nSELECT 3;";
        let statements = split(&SourceFile::new("schema/a.sql", text)).unwrap();
        let comments: Vec<Vec<&str>> =
            statements.iter().map(|statement| statement.comments.iter().map(Span::text).collect()).collect();
        assert_eq!(comments, [vec!["-- one", "/* two\n */"], vec![], vec![]]);
    }

    /// Text made of every token that could mislead the splitter, in every order of a simple generator.
    #[test]
    fn spans_leave_out_nothing_but_separators_and_comments() {
        let pieces = [
            "a",
            "'b;'",
            ";",
            "\"c;\"",
            "$x$;$x$",
            "(",
            ")",
            "-- d;\n",
            "/* e; */",
            "begin",
            "end",
            "create function",
            "E'\\';'",
            "é",
        ];
        let mut state = 7_u64;
        for _ in 0..2_000 {
            let mut text = String::new();
            for _ in 0..12 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
                text.push(' ');
            }
            let statements = split(&SourceFile::new("a.sql", text.as_str())).unwrap();
            let mut end = 0;
            for statement in &statements {
                assert_only_separators(&text[end..statement.span.range.start], &text);
                end = statement.span.range.end;
            }
            assert_only_separators(&text[end..], &text);
        }
    }

    fn assert_only_separators(between: &str, text: &str) {
        for token in Lexer::new(between, 0).map(Result::unwrap) {
            assert!(token.is_comment() || token.kind == TokenKind::Symbol(';'), "{between:?} is lost from {text:?}");
        }
    }

    #[test]
    fn a_large_file_is_split_in_one_pass() {
        let text = "INSERT INTO t VALUES ('a;b', $$c;d$$); -- e\n".repeat(50_000);
        assert_eq!(split(&SourceFile::new("a.sql", text)).unwrap().len(), 50_000);
    }
}
