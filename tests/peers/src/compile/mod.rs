//! What the compiler takes for the tables of a schema, for Lockstep's accessors and what its peers have instead.
//!
//! Each library gets a crate of its own with the same tables and a function that uses one of them. Its dependencies are
//! built before anything is measured. *Clean* is the crate alone without incremental state, with its build script run
//! anew; *incremental* is the same after a change in the function. Everything else is as cargo has it by default.

mod crates;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use self::crates::{LIBRARIES, Library};
use crate::report::{progress, ratio, table};

/// What is asked of cargo.
const COMMANDS: &[&str] = &["check", "build"];

/// What is measured of each command.
const STATES: &[&str] = &["clean", "incremental"];

/// The times of one library for one number of tables, by command and state.
type Times = [[Duration; 2]; 2];

/// Measures the libraries whose name contains `only` and returns the tables of the times and ratios.
pub fn run(sizes: &[usize], rounds: usize, only: &str) -> String {
    let libraries: Vec<&Library> = LIBRARIES.iter().filter(|library| library.name.contains(only)).collect();
    let mut measured: Vec<(usize, Vec<Times>)> = Vec::new();
    for tables in sizes {
        let roots: Vec<PathBuf> = libraries.iter().map(|library| prepare(library, *tables)).collect();
        let mut times = vec![[[Vec::new(), Vec::new()], [Vec::new(), Vec::new()]]; libraries.len()];
        for round in 0..rounds {
            for (place, root) in roots.iter().enumerate() {
                for (command, name) in COMMANDS.iter().enumerate() {
                    forget(root);
                    let clean = cargo(root, name);
                    progress(&format!("{} {tables}, {name}, clean: {clean:.1?}", libraries[place].name));
                    change(root, round);
                    let incremental = cargo(root, name);
                    progress(&format!("{} {tables}, {name}, incremental: {incremental:.1?}", libraries[place].name));
                    times[place][command][0].push(clean);
                    times[place][command][1].push(incremental);
                }
            }
        }
        measured.push((*tables, times.into_iter().map(|times| times.map(|states| states.map(median))).collect()));
    }
    let names: Vec<&str> = libraries.iter().map(|library| library.name).collect();
    format!("{}\n{}", compared(&names, &measured), per_table(&names, &measured))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Writes the crate of a library and, with a single table in it, builds all that it stands on.
fn prepare(library: &Library, tables: usize) -> PathBuf {
    let root = folder(library.name).join(format!("{tables}_tables"));
    (library.write)(&root, 1);
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"), root.join("Cargo.lock")).expect("it can be copied");
    COMMANDS.iter().for_each(|command| progress(&format!("{} {tables}: {:.1?}", library.name, cargo(&root, command))));
    (library.write)(&root, tables);
    change(&root, usize::MAX);
    root
}

fn folder(library: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/compile").join(library)
}

/// Takes back the incremental state, and has the crate and its build script stale.
fn forget(root: &Path) {
    let _ = fs::remove_dir_all(root.with_file_name("target").join("debug/incremental"));
    for file in ["src/lib.rs", "schema/0000.sql"].map(|file| root.join(file)) {
        if let Ok(text) = fs::read(&file) {
            fs::write(&file, text).expect("it can be written");
        }
    }
}

/// Changes the function that uses a table.
fn change(root: &Path, number: usize) {
    let file = root.join("src/service.rs");
    let text = fs::read_to_string(&file).expect("it was written");
    let (before, rest) = text.split_once("/* changes: */ ").expect("it is marked");
    let (_, after) = rest.split_once(';').expect("it is a statement");
    fs::write(&file, format!("{before}/* changes: */ {};{after}", number % 1_000)).expect("it can be written");
}

fn cargo(root: &Path, command: &str) -> Duration {
    let start = Instant::now();
    let output = Command::new("cargo")
        .args([command, "--quiet", "-j2"])
        .current_dir(root)
        .env("CARGO_TARGET_DIR", root.with_file_name("target"))
        .env_remove("CARGO_INCREMENTAL")
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    start.elapsed()
}

fn seconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64())
}

/// Ratios of the peers' times to the first library's, then the times.
fn compared(names: &[&str], measured: &[(usize, Vec<Times>)]) -> String {
    let ratios: Vec<String> = names[1..].iter().map(|name| format!("{} / {name}", names[0])).collect();
    let times: Vec<String> = names.iter().map(|name| format!("{name}, s")).collect();
    let header: Vec<&str> =
        ["tables", "cargo"].into_iter().chain(ratios.iter().chain(&times).map(String::as_str)).collect();
    let mut rows = Vec::new();
    for (tables, times) in measured {
        for (command, name) in COMMANDS.iter().enumerate() {
            for (state, how) in STATES.iter().enumerate() {
                let own = times[0][command][state].as_secs_f64();
                let ratios = times[1..].iter().map(|peer| ratio(own / peer[command][state].as_secs_f64()));
                let absolute = times.iter().map(|each| seconds(each[command][state]));
                rows.push(
                    [tables.to_string(), format!("{name}, {how}")].into_iter().chain(ratios).chain(absolute).collect(),
                );
            }
        }
    }
    table(&header, &rows)
}

/// What one more table costs, between each number of tables and the next: it stays the same if growth is linear.
fn per_table(names: &[&str], measured: &[(usize, Vec<Times>)]) -> String {
    let columns: Vec<String> = names.iter().map(|name| format!("{name}, ms per table")).collect();
    let header: Vec<&str> =
        ["from … to tables", "cargo"].into_iter().chain(columns.iter().map(String::as_str)).collect();
    let mut rows = Vec::new();
    for pair in measured.windows(2) {
        let [(fewer, before), (more, after)] = pair else { continue };
        for (command, name) in COMMANDS.iter().enumerate() {
            for (state, how) in STATES.iter().enumerate() {
                let cost = before.iter().zip(after).map(|(before, after)| {
                    let grown = after[command][state].as_secs_f64() - before[command][state].as_secs_f64();
                    format!("{:.2}", grown * 1_000.0 / (more - fewer) as f64)
                });
                rows.push([format!("{fewer} … {more}"), format!("{name}, {how}")].into_iter().chain(cost).collect());
            }
        }
    }
    table(&header, &rows)
}
