//! Objects that their definition tells all about: each variant of each kind is made from nothing, becomes each other
//! variant, and goes again; the server then holds exactly what was wanted, and nothing is left to do.
//!
//! The files of `tests/defined/` stand one for each kind: what all variants stand on, then the variants, each under a line
//! `-- variant`. A line `-- since 15` above all restricts a file to servers from there on, one under a variant that.

use std::path::{Path, PathBuf};

use lockstep_core::catalog::{DEFINED_KINDS, ObjectKind, State};
use lockstep_core::diff::diff;
use lockstep_core::plan::{Allow, HAZARDS, HazardInfo, PlanOptions, plan};
use lockstep_postgres::{Scratch, Server, ensure, introspect};

/// The states of one file: the first is what the variants stand on, alone.
struct States {
    file: PathBuf,
    sql: Vec<String>,
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/defined");
    let mut files: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn server() -> Server {
    ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

fn major(server: &Server) -> u32 {
    server.version().split('.').next().unwrap().parse().unwrap()
}

/// Whether a text is for this server: `-- since 15`.
fn is_for(text: &str, major: u32) -> bool {
    let since = text.lines().find_map(|line| line.strip_prefix("-- since "));
    since.is_none_or(|since| since.trim().parse::<u32>().unwrap() <= major)
}

fn states(file: &Path, major: u32) -> States {
    let text = std::fs::read_to_string(file).unwrap();
    let mut parts = text.split("-- variant\n");
    let base = parts.next().unwrap();
    let mut sql = vec![base.to_owned()];
    if is_for(base, major) {
        sql.extend(parts.filter(|part| is_for(part, major)).map(|part| format!("{base}{part}")));
    }
    States { file: file.to_owned(), sql }
}

fn scratch(server: &Server, sql: &str, file: &Path) -> Scratch {
    let mut scratch = server.scratch().unwrap();
    if let Err(error) = scratch.client().batch_execute(sql) {
        panic!("{}: {}\n{sql}", file.display(), lockstep_postgres::error::described(&error));
    }
    scratch
}

fn state(scratch: &mut Scratch, file: &Path) -> State {
    let found = introspect(scratch.client()).unwrap();
    assert_eq!(found.refused, [], "{}", file.display());
    found.state
}

/// Leads a database of one state to the other.
fn check(server: &Server, file: &Path, current: &str, desired: &str) {
    let wanted = state(&mut scratch(server, desired, file), file);
    let mut database = scratch(server, current, file);
    let there = state(&mut database, file);
    let any = |info: &HazardInfo| Allow { hazard: info.kind, object: None };
    let options = PlanOptions { allow: HAZARDS.iter().map(any).collect(), ..PlanOptions::default() };
    let plan = plan(&there, &wanted, &options).unwrap();
    let steps = plan.files.iter().flat_map(|file| &file.steps).map(|step| step.sql.as_str());
    let sql: Vec<&str> = steps.collect();
    for statement in &sql {
        if let Err(error) = database.client().batch_execute(statement) {
            let error = lockstep_postgres::error::described(&error);
            panic!("{}: {error}\n{statement}\nof\n{}", file.display(), sql.join(";\n"));
        }
    }
    let reached = state(&mut database, file);
    let rest = diff(&reached.catalog, &wanted.catalog);
    assert!(rest.is_empty(), "{}: {rest:#?}\nis left after\n{}", file.display(), sql.join(";\n"));
    let json = serde_json::to_string(&reached.catalog).unwrap();
    assert_eq!(serde_json::from_str::<lockstep_core::catalog::Catalog>(&json).unwrap(), reached.catalog);
}

#[test]
fn each_variant_becomes_each_other() {
    let server = server();
    let major = major(&server);
    for file in files() {
        let States { file, sql } = states(&file, major);
        for current in &sql {
            for desired in sql.iter().filter(|desired| *desired != current) {
                check(&server, &file, current, desired);
            }
        }
    }
}

/// Each file is named after a kind, and shows it.
#[test]
fn every_file_shows_its_kind() {
    let server = server();
    let major = major(&server);
    for file in files() {
        let name = file.file_stem().unwrap().to_str().unwrap().replace('_', " ");
        let info = DEFINED_KINDS.iter().find(|info| info.name == name).unwrap();
        let States { file, sql } = states(&file, major);
        let has_kind = |sql: &String| {
            let found = state(&mut scratch(&server, sql, &file), &file);
            found.catalog.defined.keys().any(|address| address.kind == ObjectKind::Defined(info.kind))
        };
        assert!(sql.len() == 1 || sql.iter().any(has_kind), "{}", file.display());
    }
}
