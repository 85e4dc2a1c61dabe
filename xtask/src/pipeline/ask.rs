//! Asks on the terminal what a drop and a create that may be a rename are. A likeness offers, the user decides.
//!
//! In: two catalogs and what is decided already. Out: the same decisions and the answers. Where nobody sits at a
//! terminal nothing is asked: what is undecided is then an error.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal as _};

use lockstep_core::catalog::{Catalog, ObjectAddress};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::rename::{Candidate, Rename, RenamePolicy, RenameRequest, candidates};
use lockstep_core::source::Span;

use crate::cli::{Context, Format};
use crate::pipeline::change::Decisions;
use crate::pipeline::draft::definition;
use crate::report::Reporter;
use crate::stop::Stop;

/// Puts the answers of whoever sits at the terminal into `decisions`.
///
/// # Errors
/// What is undecided, where the answer is to stop; a terminal that fails.
pub fn ask(
    context: &Context<'_>,
    (current, desired): (&Catalog, &Catalog),
    decisions: &mut Decisions,
    definitions: &BTreeMap<ObjectAddress, Span>,
) -> Result<(), Stop> {
    let is_terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if decisions.policy == RenamePolicy::None || context.global.format == Format::Json || !is_terminal {
        return Ok(());
    }
    let stdin = std::io::stdin();
    ask_on(&mut stdin.lock(), context.reporter, (current, desired), decisions, definitions)
}

fn ask_on(
    input: &mut dyn BufRead,
    reporter: &Reporter,
    (current, desired): (&Catalog, &Catalog),
    decisions: &mut Decisions,
    definitions: &BTreeMap<ObjectAddress, Span>,
) -> Result<(), Stop> {
    loop {
        let undecided = candidates(current, desired, &decisions.renames, &decisions.new)?;
        let Some(candidate) = undecided.first() else { return Ok(()) };
        let place = definition(&candidate.new, definitions);
        reporter.aside(&question(candidate, place));
        match answer(input, reporter, candidate)? {
            Answer::Stop => {
                let all: Vec<Diagnostic> = undecided.iter().map(Candidate::diagnostic).collect();
                return Err(Stop::from(all).placed(definitions));
            }
            Answer::New => _ = decisions.new.insert(candidate.new.clone()),
            Answer::Renamed(from) => {
                reporter.aside(&how_to_write_it_down(from, &candidate.new, place));
                let to = Candidate::name(&candidate.new).clone();
                decisions.renames.push(RenameRequest { rename: Rename { from: from.clone(), to }, span: None });
            }
        }
    }
}

enum Answer<'a> {
    Renamed(&'a ObjectAddress),
    New,
    Stop,
}

/// Reads lines until one is an answer; the end of the input is the answer to stop.
fn answer<'a>(
    input: &mut dyn BufRead,
    reporter: &Reporter,
    candidate: &'a Candidate,
) -> Result<Answer<'a>, std::io::Error> {
    let last = candidate.old.len() + 1;
    loop {
        reporter.prompt(&format!("your answer (1 to {last}, or q to stop): "));
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(Answer::Stop);
        }
        match (line.trim(), line.trim().parse::<usize>()) {
            ("q" | "Q", _) => return Ok(Answer::Stop),
            (_, Ok(number)) if number == last => return Ok(Answer::New),
            (_, Ok(number)) if (1..last).contains(&number) => return Ok(Answer::Renamed(&candidate.old[number - 1])),
            _ => {}
        }
    }
}

fn question(candidate: &Candidate, place: Option<&Span>) -> String {
    let (what, new) = (candidate.what(), candidate.new.key());
    let place = place.map(|span| format!(" ({})", span.location())).unwrap_or_default();
    let mut lines = vec![format!("{what} {new}{place} may be another one under a new name:")];
    for (number, old) in candidate.old.iter().enumerate() {
        let (old, to) = (old.key(), Candidate::name(&candidate.new).as_str());
        lines.push(format!("  {}  rename {old} to {to}: what it holds stays", number + 1));
    }
    let all: Vec<String> = candidate.old.iter().map(ObjectAddress::key).collect();
    lines.push(format!("  {}  drop {} and add {new}: what it holds is lost", candidate.old.len() + 1, all.join(", ")));
    lines.join("\n")
}

/// The annotation says the same to whoever runs the command next, without a terminal.
fn how_to_write_it_down(old: &ObjectAddress, new: &ObjectAddress, place: Option<&Span>) -> String {
    let place = place.map(|span| format!(" above {}", span.location())).unwrap_or_default();
    let (from, to) = (Candidate::name(old).as_str(), Candidate::name(new).as_str());
    format!(
        "the same in the schema: `-- @renamed from={from}`{place}; on the command line: `--rename {}={to}`",
        old.key()
    )
}
