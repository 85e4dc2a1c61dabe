//! Holds what ARCHITECTURE.md says of the whole workspace: which crate may know which, where SQL is quoted, how a
//! module begins.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Who may depend on whom inside the workspace. `tests` may use all.
const ARROWS: &[(&str, &[&str])] = &[
    ("lockstep-core", &[]),
    ("lockstep-macros", &["lockstep-core"]),
    ("lockstep-postgres", &["lockstep-core"]),
    ("pg-lockstep", &["lockstep-macros"]),
    ("lockstep-xtask", &["lockstep-core", "lockstep-postgres", "pg-lockstep"]),
    ("lockstep-app", &["pg-lockstep", "lockstep-core (build)"]),
    ("lockstep-ui", &["pg-lockstep"]),
];

#[test]
fn crates_depend_only_along_the_arrows() {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let members: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let mut wrong = Vec::new();
    for package in metadata.packages.iter().filter(|package| package.name.as_str() != "lockstep-tests") {
        let (_, allowed) = ARROWS
            .iter()
            .find(|(name, _)| *name == package.name.as_str())
            .unwrap_or_else(|| panic!("{} has no row in ARROWS", package.name));
        for dependency in package.dependencies.iter().filter(|dependency| members.contains(dependency.name.as_str())) {
            let arrow = match dependency.kind {
                DependencyKind::Build => format!("{} (build)", dependency.name),
                // A crate's own tests may reach further than the crate.
                DependencyKind::Development => continue,
                _ => dependency.name.clone(),
            };
            if !allowed.contains(&arrow.as_str()) {
                wrong.push(format!("{} -> {arrow}", package.name));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that ARCHITECTURE.md forbids: {wrong:#?}");
}

#[test]
fn the_core_touches_no_connection_no_process_and_no_terminal() {
    let forbidden = ["std::net", "std::process::Command", "println!", "eprintln!", "SystemTime::now", "Instant::now"];
    let found: Vec<String> = lines_that(&["codegen/core/src"], |line| forbidden.iter().any(|word| line.contains(word)))
        .into_iter()
        // A build script speaks to cargo on its standard output.
        .filter(|place| !place.starts_with("codegen/core/src/build.rs"))
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn sql_is_quoted_in_one_file() {
    let doubles_quotes = |line: &str| line.contains(r#""''""#) || line.contains(r#""\"\"""#);
    let found: Vec<String> =
        lines_that(&["codegen", "app/src", "xtask/src"], |line| line.contains("replace") && doubles_quotes(line))
            .into_iter()
            .filter(|place| !place.starts_with("codegen/core/src/name.rs"))
            .collect();
    assert!(found.is_empty(), "use quote_identifier and quote_literal instead: {found:#?}");
}

#[test]
fn every_module_says_what_it_is() {
    let silent: Vec<String> =
        rust_files(&["codegen", "app", "xtask/src", "tests/src", "tests/suites", "tests/peers/src"])
            .into_iter()
            .filter(|file| !std::fs::read_to_string(root().join(file)).unwrap().starts_with("//!"))
            .map(|file| file.display().to_string())
            .collect();
    assert!(silent.is_empty(), "no //! at the start: {silent:#?}");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn lines_that(folders: &[&str], matches: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for file in rust_files(folders) {
        let text = std::fs::read_to_string(root().join(&file)).unwrap();
        let numbered = text.lines().enumerate().filter(|(_, line)| matches(line));
        found.extend(numbered.map(|(number, line)| format!("{}:{}: {}", file.display(), number + 1, line.trim())));
    }
    found
}

/// The Rust files below the folders, relative to the workspace.
fn rust_files(folders: &[&str]) -> Vec<PathBuf> {
    let mut pending: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
    let mut files = Vec::new();
    while let Some(path) = pending.pop() {
        let full = root().join(&path);
        if full.is_dir() {
            let entries = std::fs::read_dir(full).unwrap();
            pending.extend(entries.map(|entry| path.join(entry.unwrap().file_name())));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no Rust file below {folders:?}");
    files
}
