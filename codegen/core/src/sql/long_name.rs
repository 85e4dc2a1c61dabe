//! Names that PostgreSQL keeps only the beginning of: all that is longer than 63 bytes.
//!
//! The server cuts them in silence but for a NOTICE. Two names that differ only behind the cut are one name to it.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::sql::lexer::{Lexer, TokenKind};
use crate::sql::outline::unescape;
use crate::sql::split::Statement;

/// The bytes of a name that the server keeps: `NAMEDATALEN` less one.
const KEPT: usize = 63;

/// What the server keeps of a name.
#[must_use]
pub fn kept(name: &str) -> &str {
    &name[..name.floor_char_boundary(KEPT)]
}

/// What to do where two names are one to the server; none where it may not have cut the one that it names.
#[must_use]
pub fn cut_to_one(name: &str) -> Option<String> {
    // What is cut inside a character is shorter by up to three bytes.
    (KEPT - 3..=KEPT)
        .contains(&name.len())
        .then(|| format!("PostgreSQL keeps {KEPT} bytes of a name: let the two differ in those"))
}

/// A warning for each name that is cut, where it first stands.
#[must_use]
pub fn long_names<'a>(statements: impl IntoIterator<Item = &'a Statement>) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    let mut warnings = Vec::new();
    for statement in statements {
        let text = statement.span.text();
        for token in Lexer::new(text, 0).filter_map(Result::ok) {
            let shown = &text[token.range.clone()];
            let name = match token.kind {
                TokenKind::Word if shown.len() > KEPT => shown.to_lowercase(),
                TokenKind::QuotedIdentifier if shown.len() > KEPT && shown.starts_with('"') => {
                    unescape(&shown[1..shown.len() - 1], '"')
                }
                _ => continue,
            };
            if name.len() > KEPT && seen.insert(name.clone()) {
                let start = statement.span.range.start;
                let range = start + token.range.start..start + token.range.end;
                warnings.push(warning(&name, Span { file: statement.span.file.clone(), range }));
            }
        }
    }
    warnings
}

fn warning(name: &str, span: Span) -> Diagnostic {
    let kept = kept(name);
    let message =
        format!("this name is {} bytes long, and PostgreSQL keeps {} of them: {kept}", name.len(), kept.len());
    Diagnostic::warning("truncated-name", message).at(span).hint("take a shorter name")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;
    use crate::sql::split;

    #[test]
    fn each_name_is_told_once_with_what_is_kept_of_it() {
        let long = "a".repeat(64);
        let text = format!(
            "SELECT {long}, {long}x, \"{}é\", \"{}\", {}, '{long}';\nSELECT {long}",
            "b".repeat(62),
            "\"\"".repeat(32),
            "c".repeat(63)
        );
        let told: Vec<String> = long_names(&split(&SourceFile::new("a.sql", text)).unwrap())
            .iter()
            .map(|warning| format!("{} {}", warning.primary.as_ref().unwrap().location(), warning.message))
            .collect();
        let message = |length: usize, kept: &str| {
            format!("this name is {length} bytes long, and PostgreSQL keeps {} of them: {kept}", kept.len())
        };
        assert_eq!(
            told,
            [
                format!("a.sql:1:8 {}", message(64, &"a".repeat(63))),
                format!("a.sql:1:74 {}", message(65, &"a".repeat(63))),
                format!("a.sql:1:141 {}", message(64, &"b".repeat(62))),
            ]
        );
    }
}
