//! Every pair of schemas in `tests/cases/<kind>/<name>/`: from `before.sql` to `after.sql` and back.
//!
//! A case is two files and nothing else: DDL, then rows if they matter. Comments at the start of either say what it needs:
//! `-- since: 15` (the oldest major version), `-- until: 17` (the newest), `-- extension: citext` (skipped, and said so,
//! where the server does not have it), `-- rollback: planned` (its steps do not take themselves back; the command plans the
//! way back). `LOCKSTEP_CASES` runs only those whose path contains it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use lockstep_core::catalog::State;
use lockstep_core::plan::{Action, Form, PlanOptions, Step, plan};
use lockstep_core::source::SourceFile;
use lockstep_core::sql::split;
use lockstep_postgres::{Scratch, Server};
use lockstep_tests::convergence::{
    self, Problem, Shape, certified, compare, everything_allowed, lead, read, rebuilt, shape, told, undo,
};
use lockstep_tests::databases::Databases;
use postgres::Client;

/// What came of a case.
enum Outcome {
    Passed,
    Skipped(String),
    Failed(String),
}

#[test]
fn every_case_converges_both_ways() {
    let server = lockstep_tests::server();
    let folders = folders();
    assert!(!folders.is_empty(), "no case is called so");
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut databases = Databases::new(server.clone());
                while let Some(folder) = folders.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = outcome(&server, &mut databases, folder);
                    outcomes.lock().unwrap().push((folder, outcome));
                }
            });
        }
    });
    let (mut passed, mut failed) = (0, Vec::new());
    for (folder, outcome) in outcomes.into_inner().unwrap() {
        match outcome {
            Outcome::Passed => passed += 1,
            Outcome::Skipped(reason) => say(&format!("skipped {}: {reason}", shown(folder))),
            Outcome::Failed(problem) => failed.push(format!("{}: {problem}", shown(folder))),
        }
    }
    failed.sort();
    say(&format!("{passed} of {} cases passed on PostgreSQL {}", folders.len(), server.version()));
    assert!(failed.is_empty(), "{} of {} cases failed\n\n{}", failed.len(), folders.len(), failed.join("\n\n\n"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

fn shown(folder: &Path) -> String {
    folder.strip_prefix(root()).unwrap_or(folder).display().to_string()
}

/// The folders of the cases, sorted.
fn folders() -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect()
    };
    let wanted = std::env::var("LOCKSTEP_CASES").unwrap_or_default();
    let mut folders: Vec<PathBuf> = entries(&root()).iter().flat_map(|kind| entries(kind)).collect();
    folders.retain(|folder| shown(folder).contains(&wanted));
    folders.sort();
    folders
}

fn outcome(server: &Server, databases: &mut Databases, folder: &Path) -> Outcome {
    let text = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let (before, after) = (text("before.sql"), text("after.sql"));
    for requirement in [&before, &after].into_iter().flat_map(|text| requirements(text)) {
        match missing(server, requirement) {
            Ok(None) => {}
            Ok(Some(reason)) => return Outcome::Skipped(reason),
            Err(problem) => return Outcome::Failed(problem),
        }
    }
    match both_ways(databases, &before, &after) {
        Ok(()) => Outcome::Passed,
        Err(problem) => Outcome::Failed(problem),
    }
}

/// The comments at the start that ask for something: `since: 15`.
fn requirements(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().map_while(|line| line.strip_prefix("--")).filter_map(|line| line.trim().split_once(": "))
}

/// What of a requirement the server does not have.
fn missing(server: &Server, (key, value): (&str, &str)) -> Result<Option<String>, String> {
    let major = || value.parse::<u32>().map_err(|error| format!("{key}: {value}: {error}"));
    let is_missing = match key {
        "since" => server.major() < major()?,
        "until" => server.major() > major()?,
        "extension" => {
            let mut client = server.connect("postgres").map_err(|error| error.to_string())?;
            let found = client.query("SELECT FROM pg_available_extensions WHERE name = $1", &[&value]);
            found.map_err(|error| told(&error))?.is_empty()
        }
        _ => return Ok(None),
    };
    Ok(is_missing.then(|| format!("{key} {value}")))
}

/// One side of a case: a database with the schema and its rows, and what it holds.
struct Side {
    scratch: Scratch,
    state: State,
    shape: Shape,
}

fn both_ways(databases: &mut Databases, before: &str, after: &str) -> Result<(), String> {
    let mut first = side(databases, before).map_err(|problem| format!("before.sql: {problem}"))?;
    let mut second = side(databases, after).map_err(|problem| format!("after.sql: {problem}"))?;
    let is_planned = |text| requirements(text).any(|it| it == ("rollback", "planned"));
    let way_back = if is_planned(before) || is_planned(after) { WayBack::Planned } else { WayBack::Steps };
    let outcome = there_and_back(&mut first, &mut second, way_back);
    databases.give(first.scratch);
    databases.give(second.scratch);
    outcome
}

/// What takes a plan back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WayBack {
    /// Each of its steps.
    Steps,
    /// A plan in the other direction.
    Planned,
}

fn there_and_back(first: &mut Side, second: &mut Side, way_back: WayBack) -> Result<(), String> {
    let (Side { state: current, shape: old, .. }, Side { state: desired, shape: new, .. }) = (&*first, &*second);
    let (current, old, desired, new) = (current.clone(), old.clone(), desired.clone(), new.clone());
    let (first, second) = (first.scratch.client(), second.scratch.client());
    let offline = everything_allowed(Form::Offline);
    let online = everything_allowed(Form::Online);
    lead(first, &current, &desired, &new, &offline).map_err(said("before to after"))?;
    if way_back == WayBack::Steps {
        undone(first, (&current, &desired, &new), &offline).map_err(said("before to after"))?;
    }
    lead(second, &desired, &current, &old, &offline).map_err(said("after to before"))?;
    if way_back == WayBack::Steps {
        undone(second, (&desired, &current, &old), &offline).map_err(said("after to before"))?;
    }
    // And from where a plan has led, in case the way there left something behind.
    lead(first, &desired, &current, &old, &online).map_err(said("back again, online"))?;
    lead(second, &current, &desired, &new, &online).map_err(said("there again, online"))
}

/// Takes the plan that has led here back step by step, where that can be done, and leads again.
fn undone(
    client: &mut Client,
    (from, to, shape): (&State, &State, &Shape),
    options: &PlanOptions,
) -> Result<(), Problem> {
    let planned = plan(from, to, options).map_err(|diagnostics| format!("{diagnostics:#?}"))?;
    let sets_aside = |step: &Step| step.action == Action::Rename;
    if planned.files.iter().flat_map(|file| &file.steps).any(sets_aside) {
        return Ok(());
    }
    let is_irreversible = undo(client, from, &planned).map_err(|Problem { text, announced }| Problem {
        text: format!("{text}\n-- of\n{}", convergence::shown(&planned)),
        announced,
    })?;
    if is_irreversible { Ok(()) } else { lead(client, from, to, shape, options) }
}

fn said(way: &str) -> impl Fn(Problem) -> String {
    move |problem| format!("{way}: {}", problem.text)
}

/// Runs the file, and holds what must be true of any schema: it is read without a rest, it is built again from what was
/// read, and it survives its certificate.
fn side(databases: &mut Databases, text: &str) -> Result<Side, String> {
    let mut scratch = databases.take();
    load(scratch.client(), text)?;
    let state = read(scratch.client())?;
    certified(&state.catalog)?;
    let mut other = databases.take();
    let built = rebuilt(other.client(), &state)?;
    databases.give(other);
    compare(&built, &state).map_err(|problem| format!("built from nothing: {problem}"))?;
    let shape = shape(scratch.client());
    Ok(Side { scratch, state, shape })
}

fn load(client: &mut Client, text: &str) -> Result<(), String> {
    let file = SourceFile::new("case.sql", text);
    let statements = split(&file).map_err(|diagnostics| format!("{diagnostics:#?}"))?;
    client.batch_execute("SET client_min_messages = warning").map_err(|error| told(&error))?;
    for statement in statements {
        let sql = statement.span.text();
        client.batch_execute(sql).map_err(|error| format!("{sql}\n{}", told(&error)))?;
    }
    Ok(())
}

/// Past the capture of a test's output: which cases did not run is to be seen where all of the others pass.
fn say(line: &str) {
    _ = writeln!(std::io::stderr(), "{line}");
}
