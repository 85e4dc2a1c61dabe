//! The header of a migration: a block of comment lines, written and checked by machine, but for two fields.

use std::fmt;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::plan::{Phase, TransactionMode};
use crate::source::{SourceFile, Span};

/// What a migration is for, what it touches, and how to undo it.
///
/// [`Header::parse`] reads what `Display` writes. A field of several lines goes on in lines that are indented below its
/// key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// A few words: `add order public token`.
    pub migration: String,
    /// Why it is needed; authors write it.
    pub problem: String,
    /// What it does about it; authors may write it.
    pub solution: String,
    /// The objects that it changes.
    pub affects: Vec<String>,
    /// Where the schema says so: `schema/20_orders.sql:14 commerce.order.public_token`.
    pub schema: Vec<String>,
    /// The locks that it was seen to take.
    pub locks: Vec<String>,
    /// What may go wrong; empty for none.
    pub hazards: Vec<String>,
    /// Which part of a change without downtime it is.
    pub phase: Phase,
    /// Whether it runs in one transaction.
    pub transaction: TransactionMode,
    /// A query that is true where it has worked; empty for none.
    pub verify: String,
    /// The SQL that undoes it, or `irreversible: ` with the reason.
    pub rollback: String,
}

/// The keys in their order.
const KEYS: [&str; 11] = [
    "Migration",
    "Problem",
    "Solution",
    "Affects",
    "Schema",
    "Locks",
    "Hazards",
    "Phase",
    "Transaction",
    "Verify",
    "Rollback",
];

/// How far values are indented behind `-- `.
const INDENT: usize = 13;

impl Header {
    /// The header at the start of a migration, or none where there is none: other tools' comments begin with
    /// `-- Migration:` too, but have no other field.
    ///
    /// # Errors
    /// A line that is no field, a field that stands there twice, a value that is none of those allowed.
    pub fn parse(file: &Arc<SourceFile>) -> Result<Option<Self>, Vec<Diagnostic>> {
        let block = block_end(&file.text);
        if block == 0 {
            return Ok(None);
        }
        let mut values: [Option<(String, Span)>; KEYS.len()] = Default::default();
        let mut diagnostics = Vec::new();
        let mut current = None;
        let mut start = 0;
        for line in file.text[..block].lines() {
            let span = Span { file: Arc::clone(file), range: start..start + line.len() };
            start += line.len() + 1;
            match read_line(line) {
                Line::Field(key, value) if values[key].is_none() => {
                    values[key] = Some((value.to_owned(), span));
                    current = Some(key);
                }
                Line::Field(key, _) => {
                    diagnostics.push(malformed(format!("`{}` stands here twice", KEYS[key])).at(span));
                }
                Line::Continuation(value) => {
                    if let Some((whole, _)) = current.and_then(|key| values[key].as_mut()) {
                        whole.push('\n');
                        whole.push_str(value);
                    }
                }
                Line::Unknown(key) => {
                    let known = KEYS.join(", ");
                    let wrong = malformed(format!("`{key}` is no field of a migration's header"));
                    diagnostics.push(wrong.at(span).hint(format!("the fields are {known}")));
                }
            }
        }
        let header = Self::from_values(values, &mut diagnostics);
        if diagnostics.is_empty() { Ok(Some(header)) } else { Err(diagnostics) }
    }

    fn from_values(values: [Option<(String, Span)>; KEYS.len()], diagnostics: &mut Vec<Diagnostic>) -> Self {
        let [migration, problem, solution, affects, schema, locks, hazards, phase, transaction, verify, rollback] =
            values;
        let phase = choice(phase, [Phase::Expand, Phase::Backfill, Phase::Contract], phase_word, diagnostics);
        let modes = [TransactionMode::Yes, TransactionMode::No];
        Self {
            migration: text(migration),
            problem: text(problem),
            solution: text(solution),
            affects: lines(affects),
            schema: lines(schema),
            locks: lines(locks),
            hazards: lines(hazards),
            phase,
            transaction: choice(transaction, modes, transaction_word, diagnostics),
            verify: Some(text(verify)).filter(|text| text != "none").unwrap_or_default(),
            rollback: text(rollback),
        }
    }
}

/// The header with an empty line under it.
impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            migration,
            problem,
            solution,
            affects,
            schema,
            locks,
            hazards,
            phase,
            transaction,
            verify,
            rollback,
        } = self;
        let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
        writeln!(f, "-- Migration: {migration}")?;
        let values = [
            problem.clone(),
            solution.clone(),
            or_none(affects.join("\n")),
            or_none(schema.join("\n")),
            or_none(locks.join("\n")),
            or_none(hazards.join("\n")),
            phase_word(*phase).to_owned(),
            transaction_word(*transaction).to_owned(),
            or_none(verify.clone()),
            rollback.clone(),
        ];
        for (key, value) in KEYS[1..].iter().zip(values) {
            write_field(f, key, &value)?;
        }
        writeln!(f)
    }
}

fn write_field(f: &mut fmt::Formatter<'_>, key: &str, value: &str) -> fmt::Result {
    let mut key = format!("{key}:");
    if value.is_empty() {
        return writeln!(f, "-- {key}");
    }
    for line in value.lines() {
        writeln!(f, "{}", format!("-- {key:<INDENT$}{line}").trim_end())?;
        key.clear();
    }
    Ok(())
}

enum Line<'a> {
    Field(usize, &'a str),
    Continuation(&'a str),
    Unknown(&'a str),
}

fn read_line(line: &str) -> Line<'_> {
    let content = line.strip_prefix("--").unwrap_or(line);
    let content = content.strip_prefix(' ').unwrap_or(content);
    if content.is_empty() || content.starts_with([' ', '\t']) {
        // Indentation beyond the column of the values belongs to the value: the SQL of a rollback keeps its form.
        let indent = content.bytes().take(INDENT).take_while(u8::is_ascii_whitespace).count();
        return Line::Continuation(&content[indent..]);
    }
    match content.split_once(':') {
        Some((key, value)) => match KEYS.iter().position(|known| *known == key) {
            Some(place) => Line::Field(place, value.trim()),
            None => Line::Unknown(key),
        },
        None => Line::Unknown(content),
    }
}

/// Where the block of comment lines ends that is a header; 0 where there is none.
fn block_end(text: &str) -> usize {
    let block = || text.split_inclusive('\n').take_while(|line| line.starts_with("--"));
    let is_field = |line: &str| matches!(read_line(line.trim_end()), Line::Field(..));
    if text.starts_with("-- Migration:") && block().skip(1).any(is_field) { block().map(str::len).sum() } else { 0 }
}

/// Where the SQL under the header begins; 0 without a header.
pub(super) fn end(text: &str) -> usize {
    let block = block_end(text);
    if block == 0 {
        return 0;
    }
    let blank = text[block..].split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len);
    block + blank.sum::<usize>()
}

fn text(value: Option<(String, Span)>) -> String {
    value.map(|(text, _)| text.trim_end().to_owned()).unwrap_or_default()
}

fn lines(value: Option<(String, Span)>) -> Vec<String> {
    let text = text(value);
    if text == "none" { Vec::new() } else { text.lines().map(str::to_owned).collect() }
}

fn choice<T: Copy + Default, const N: usize>(
    value: Option<(String, Span)>,
    choices: [T; N],
    word: impl Fn(T) -> &'static str,
    diagnostics: &mut Vec<Diagnostic>,
) -> T {
    let Some((text, span)) = value else { return T::default() };
    choices.iter().find(|choice| word(**choice) == text).copied().unwrap_or_else(|| {
        let known: Vec<&str> = choices.iter().map(|choice| word(*choice)).collect();
        diagnostics.push(malformed(format!("`{text}` is none of {}", known.join(", "))).at(span));
        T::default()
    })
}

fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Expand => "expand",
        Phase::Backfill => "backfill",
        Phase::Contract => "contract",
    }
}

fn transaction_word(transaction: TransactionMode) -> &'static str {
    match transaction {
        TransactionMode::Yes => "yes",
        TransactionMode::No => "no",
    }
}

fn malformed(message: String) -> Diagnostic {
    Diagnostic::error("malformed-header", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            migration: "add order public token".to_owned(),
            problem: "customers cannot follow an order\nwithout an account".to_owned(),
            solution: String::new(),
            affects: vec!["commerce.order".to_owned()],
            schema: vec!["schema/20_orders.sql:14 commerce.order.public_token".to_owned()],
            locks: vec!["ACCESS EXCLUSIVE commerce.order (no rewrite) [measured, PostgreSQL 15.18]".to_owned()],
            hazards: Vec::new(),
            phase: Phase::Expand,
            transaction: TransactionMode::Yes,
            verify: "SELECT count(*) = 0\n  FROM commerce.order\n\nWHERE public_token IS NULL".to_owned(),
            rollback: "ALTER TABLE commerce.order DROP COLUMN public_token;".to_owned(),
        }
    }

    #[test]
    fn a_header_reads_back_what_it_wrote() {
        let text = header().to_string();
        insta::assert_snapshot!(text, @"
        -- Migration: add order public token
        -- Problem:     customers cannot follow an order
        --              without an account
        -- Solution:
        -- Affects:     commerce.order
        -- Schema:      schema/20_orders.sql:14 commerce.order.public_token
        -- Locks:       ACCESS EXCLUSIVE commerce.order (no rewrite) [measured, PostgreSQL 15.18]
        -- Hazards:     none
        -- Phase:       expand
        -- Transaction: yes
        -- Verify:      SELECT count(*) = 0
        --                FROM commerce.order
        --
        --              WHERE public_token IS NULL
        -- Rollback:    ALTER TABLE commerce.order DROP COLUMN public_token;
        ");
        let file = SourceFile::new("migrations/V1__a.sql", format!("{text}SELECT 1;\n"));
        assert_eq!(Header::parse(&file).unwrap(), Some(header()));
        assert_eq!(end(&file.text), text.len());
    }

    #[test]
    fn a_comment_of_another_tool_is_no_header() {
        let text = "-- Migration: Add chat support\n-- This adds:\n-- 1. a table\n\nSELECT 1;";
        let file = SourceFile::new("migrations/V1__a.sql", text);
        assert_eq!(Header::parse(&file), Ok(None));
        assert_eq!(end(text), 0);
    }

    #[test]
    fn what_is_wrong_in_a_header_is_named() {
        let text = "-- Migration: a\n-- Phase: grow\n-- Transaction: maybe\n-- Solutoin: x\n-- Phase: expand\n-- hello\nSELECT 1;";
        let wrong = Header::parse(&SourceFile::new("migrations/V1__a.sql", text)).unwrap_err();
        let shown: Vec<String> = wrong.iter().map(Diagnostic::to_string).collect();
        insta::assert_snapshot!(shown.join("\n"), @"
        migrations/V1__a.sql:4:1: `Solutoin` is no field of a migration's header
          hint: the fields are Migration, Problem, Solution, Affects, Schema, Locks, Hazards, Phase, Transaction, Verify, Rollback
        migrations/V1__a.sql:5:1: `Phase` stands here twice
        migrations/V1__a.sql:6:1: `hello` is no field of a migration's header
          hint: the fields are Migration, Problem, Solution, Affects, Schema, Locks, Hazards, Phase, Transaction, Verify, Rollback
        migrations/V1__a.sql:2:1: `grow` is none of expand, backfill, contract
        migrations/V1__a.sql:3:1: `maybe` is none of yes, no
        ");
    }
}
