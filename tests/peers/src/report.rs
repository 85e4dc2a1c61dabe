//! Tables in Markdown.

use std::io::Write as _;

/// A table with its columns in line.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..header.len())
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([header[column].chars().count()]).max().unwrap_or_default()
        })
        .collect();
    let line = |cells: Vec<String>| {
        let padded = cells.iter().zip(&widths).enumerate().map(|(place, (cell, width))| {
            if place == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        format!("| {} |\n", padded.collect::<Vec<_>>().join(" | "))
    };
    let rule = widths.iter().enumerate().map(
        |(place, width)| {
            if place == 0 { "-".repeat(*width) } else { "-".repeat(width - 1) + ":" }
        },
    );
    let mut text = line(header.iter().map(|cell| (*cell).to_owned()).collect()) + &line(rule.collect());
    rows.iter().for_each(|row| text.push_str(&line(row.clone())));
    text
}

/// A ratio to the hand-written code.
pub fn ratio(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { format!("{value:.1}") }
}

/// Seconds, in microseconds.
pub fn duration(seconds: f64) -> String {
    let microseconds = seconds * 1e6;
    if microseconds < 1_000.0 { format!("{microseconds:.1}") } else { format!("{microseconds:.0}") }
}

/// A line on stderr while results are collected.
pub fn progress(line: &str) {
    // Where nobody listens there is nothing to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}
