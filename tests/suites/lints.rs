//! Formatting and lints of the whole workspace: a warning fails.

use std::path::Path;
use std::process::Command;

#[test]
fn the_workspace_is_formatted() {
    cargo(&["fmt", "--all", "--check"]);
}

#[test]
fn clippy_has_nothing_to_say() {
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]);
}

fn cargo(arguments: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new(env!("CARGO")).current_dir(root).args(arguments).output().unwrap();
    assert!(output.status.success(), "cargo {}:\n{}", arguments.join(" "), text(&output));
}

fn text(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
