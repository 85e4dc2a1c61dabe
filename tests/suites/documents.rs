//! Holds the documents to the tables in the code that they repeat.

use std::path::Path;

use lockstep_core::plan::HAZARDS;

#[test]
fn the_hazards_in_the_manual_are_those_in_the_code() {
    let manual = read("docs/migrations.md");
    for hazard in HAZARDS {
        let row =
            format!("| `{}` | {} | {}", hazard.name, hazard.meaning, if hazard.needs_allow { "yes" } else { "no" });
        assert!(manual.contains(&row), "docs/migrations.md has no row\n{row}");
    }
    let rows = manual.lines().skip_while(|line| !line.starts_with("## Hazards"));
    let rows = rows.take_while(|line| !line.starts_with("## How")).filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, HAZARDS.len());
}

#[test]
fn every_command_is_in_the_readme() {
    use clap::CommandFactory as _;
    let readme = read("README.md");
    for command in lockstep_xtask::cli::Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let row = format!("| `{}` | {} |", command.get_name(), command.get_about().unwrap());
        assert!(readme.contains(&row), "README.md has no row\n{row}");
    }
}

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read_to_string(root.join(path)).unwrap()
}
