//! Diagnostics for people: the source with a caret, what belongs to it, and what to do next.

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Renderer, Snippet};
use lockstep_core::diagnostic::{Diagnostic, Severity};
use lockstep_core::source::Span;

pub(super) fn render(diagnostic: &Diagnostic, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = level.primary_title(&diagnostic.message).id(diagnostic.code).elements(snippets(diagnostic));
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note));
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.with_name("hint").message(hint));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    format!("{}\n", renderer.render(&[group]))
}

/// One snippet per file: the primary place first, the labels in their order.
fn snippets(diagnostic: &Diagnostic) -> Vec<Element<'_>> {
    let primary = diagnostic.primary.iter().map(|span| (span, AnnotationKind::Primary, ""));
    let labels = diagnostic.labels.iter().map(|(span, text)| (span, AnnotationKind::Context, text.as_str()));
    let mut files: Vec<(&Span, Snippet<'_, Annotation<'_>>)> = Vec::new();
    for (span, kind, text) in primary.chain(labels) {
        let range = caret(span);
        let annotation = kind.span(range);
        let annotation = if text.is_empty() { annotation } else { annotation.label(text) };
        match files.iter().position(|(first, _)| first.file == span.file) {
            Some(place) => {
                let (first, snippet) = files.remove(place);
                files.insert(place, (first, snippet.annotation(annotation)));
            }
            None => {
                let snippet = Snippet::source(&span.file.text).path(&span.file.path).annotation(annotation);
                files.push((span, snippet));
            }
        }
    }
    files.into_iter().map(|(_, snippet)| snippet.into()).collect()
}

/// The part of a place that is underlined: its first line, for a whole statement would hide what is meant.
fn caret(span: &Span) -> std::ops::Range<usize> {
    let text = &span.file.text;
    let end = text[span.range.clone()].find('\n').map_or(span.range.end, |newline| span.range.start + newline);
    span.range.start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::source::SourceFile;

    #[test]
    fn shows_the_source_with_a_caret_and_a_hint() {
        let file = SourceFile::new("schema/10_shop.sql", "CREATE TABLE shop.item (\n    id uuidd PRIMARY KEY\n);\n");
        let start = file.text.find("uuidd").unwrap();
        let diagnostic = Diagnostic::error("undefined-object", "type \"uuidd\" does not exist")
            .at(Span { file: file.clone(), range: start..start + 5 })
            .label(Span { file, range: 13..22 }, "in this table")
            .hint("did you mean `uuid`?");
        insta::assert_snapshot!(render(&diagnostic, false));
    }
}
