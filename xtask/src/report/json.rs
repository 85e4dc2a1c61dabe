//! Diagnostics for programs: one JSON object each.

use lockstep_core::diagnostic::{Diagnostic, Severity};
use lockstep_core::source::Span;
use serde::Serialize;

/// What failed around a command.
#[derive(Debug, Serialize)]
pub(super) struct Failure {
    pub(super) failure: String,
}

#[derive(Serialize)]
struct Shown<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<Label<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<String>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Label<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

pub(super) fn render(diagnostic: &Diagnostic) -> String {
    let Diagnostic { code, severity, message, primary, labels, notes, hint, about } = diagnostic;
    let severity = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let labels = labels.iter().map(|(span, text)| Label { place: place(span), text }).collect();
    let place = primary.as_ref().map(place);
    let object = about.as_ref().map(ToString::to_string);
    let shown = Shown { code, severity, message, place, labels, notes, hint: hint.as_deref(), object };
    serde_json::to_string(&shown).expect("diagnostics have string keys")
}

fn place(span: &Span) -> Place<'_> {
    let (line, column) = span.file.line_column(span.range.start);
    Place { file: &span.file.path, line, column }
}
