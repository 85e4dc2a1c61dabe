//! Diagnostics as workflow commands, which GitHub shows beside the changed lines.
//!
//! Source: GitHub's "Workflow commands for GitHub Actions".

use lockstep_core::diagnostic::{Diagnostic, Severity};

pub(super) fn render(diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = diagnostic.primary.as_ref().map_or_else(String::new, |span| {
        let (line, column) = span.file.line_column(span.range.start);
        format!("file={},line={line},col={column},", property(&span.file.path))
    });
    let hint = diagnostic.hint.as_ref().map_or_else(String::new, |hint| format!("\nhint: {hint}"));
    let message = format!("{}{hint}", diagnostic.message);
    format!("::{level} {place}title={}::{}", property(diagnostic.code), data(&message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::source::{SourceFile, Span};

    #[test]
    fn escapes_what_would_end_the_command() {
        let file = SourceFile::new("schema/a,b.sql", "x");
        let diagnostic =
            Diagnostic::warning("a-code", "50% of it\nis wrong").at(Span { file, range: 0..1 }).hint("mend");
        assert_eq!(
            render(&diagnostic),
            "::warning file=schema/a%2Cb.sql,line=1,col=1,title=a-code::50%25 of it%0Ais wrong%0Ahint: mend"
        );
    }
}
