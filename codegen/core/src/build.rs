//! What a service's build script does: verify the certificate, write the accessors, tell cargo what to watch.
//!
//! In: `CARGO_MANIFEST_DIR` and `OUT_DIR`. Out: `OUT_DIR/lockstep/`, of which only what changed is written, and lines
//! for cargo. No server, no network, no process.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;

use crate::certificate::{stale_statements, verify_without_statements};
use crate::diagnostic::Diagnostic;
use crate::emit::rust;
use crate::settings::{manifest, settings};
use crate::workspace::Workspace;

/// The folder below `OUT_DIR` that the accessors are written to.
pub const FOLDER: &str = "lockstep";

/// The variable that names the workspace where it is not above the crate.
pub const ROOT_VARIABLE: &str = "LOCKSTEP_ROOT";

/// How many findings a compile error shows.
const SHOWN: usize = 5;

/// The whole of a service's `build.rs`:
///
/// ```no_run
/// lockstep_core::build::run();
/// ```
///
/// A certificate that does not fit the files is an error of the build, of a few lines that name the file and the command
/// to run.
pub fn run() {
    let lines = match (variable("CARGO_MANIFEST_DIR"), variable("OUT_DIR")) {
        (Some(manifest), Some(out)) => script(&manifest, &out),
        (None, _) | (_, None) => {
            errors(&[Diagnostic::error("no-build-script", "this is no build script: cargo calls it")])
        }
    };
    // Where nobody listens there is nothing to tell.
    let _ = io::stdout().write_all((lines.join("\n") + "\n").as_bytes());
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn script(crate_folder: &Path, out: &Path) -> Vec<String> {
    let mut lines = vec![format!("cargo::rerun-if-env-changed={ROOT_VARIABLE}")];
    let Some(workspace) = workspace(crate_folder) else {
        lines.extend(errors(&[no_workspace(crate_folder)]));
        return lines;
    };
    for folder in [Workspace::SCHEMA, Workspace::MIGRATIONS, Workspace::QUERIES] {
        let folder = workspace.root.join(folder);
        // Cargo takes a path that is missing for one that changed.
        if folder.exists() {
            lines.push(format!("cargo::rerun-if-changed={}", folder.display()));
        }
    }
    if let Some(manifest) = manifest(&workspace.root) {
        lines.push(format!("cargo::rerun-if-changed={}", manifest.display()));
    }
    if let Err(diagnostics) = generate(&workspace, &out.join(FOLDER)) {
        lines.extend(errors(&diagnostics));
    }
    lines
}

/// The workspace of a crate: what `LOCKSTEP_ROOT` names, else the nearest folder above with schema and migrations.
#[must_use]
pub fn workspace(manifest: &Path) -> Option<Workspace> {
    match variable(ROOT_VARIABLE) {
        Some(root) => Some(Workspace::new(manifest.join(root))),
        None => Workspace::find(manifest),
    }
}

/// That there is no workspace above a crate.
#[must_use]
pub fn no_workspace(manifest: &Path) -> Diagnostic {
    let message = format!("no folder above {} holds schema/ and migrations/", manifest.display());
    Diagnostic::error("no-workspace", message)
        .hint(format!("create the two folders at the root of the workspace, or name it in {ROOT_VARIABLE}"))
}

/// The first findings in a few lines, and how many more there are.
#[must_use]
pub fn few_lines(diagnostics: &[Diagnostic]) -> Vec<String> {
    let shown = diagnostics.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<String>>();
    let mut lines: Vec<String> = shown.iter().flat_map(|shown| shown.lines()).map(str::to_owned).collect();
    // One hint is enough where all are the same.
    for place in (1..lines.len()).rev() {
        let is_repeated = lines[place].starts_with("  hint:") && lines[place + 1..].contains(&lines[place]);
        if is_repeated {
            lines.remove(place);
        }
    }
    if diagnostics.len() > SHOWN {
        lines.push(format!("and {} more: `cargo xtask check` lists them all", diagnostics.len() - SHOWN));
    }
    lines
}

fn errors(diagnostics: &[Diagnostic]) -> Vec<String> {
    few_lines(diagnostics).into_iter().map(|line| format!("cargo::error={line}")).collect()
}

/// What [`generate`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Generated {
    /// Files whose text changed.
    pub written: usize,
    /// Files that were as they should be.
    pub kept: usize,
    /// Files of an older schema.
    pub removed: usize,
}

/// Verifies a workspace's certificate and brings a folder to what it says.
///
/// # Errors
/// What [`crate::certificate::verify`] and [`stale_statements`] find, columns whose type no Rust type holds, and a folder that cannot be
/// written. Nothing is written then, but for the last.
pub fn generate(workspace: &Workspace, folder: &Path) -> Result<Generated, Vec<Diagnostic>> {
    let certificate = verify_without_statements(workspace)?;
    let settings = settings(&workspace.root)?;
    // What is emitted twice here is emitted at the same time.
    let (stale, files) = thread::scope(|scope| {
        let stale = scope.spawn(|| stale_statements(&certificate));
        let files = rust::files(&certificate, &settings);
        (stale.join().expect("emitting does not panic"), files)
    });
    if let Some(stale) = stale {
        return Err(vec![stale]);
    }
    let files = files?;
    write(folder, &files).map_err(|error| {
        let message = format!("{}: {error}", folder.display());
        vec![Diagnostic::error("unwritable-folder", message).hint("run `cargo clean` and build again")]
    })
}

fn write(folder: &Path, files: &BTreeMap<String, String>) -> io::Result<Generated> {
    let present = present(folder)?;
    let mut generated = Generated::default();
    for stale in present.iter().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(folder.join(stale))?;
        generated.removed += 1;
    }
    let mut folders = BTreeSet::new();
    for (path, text) in files {
        let file = folder.join(path);
        if present.contains(path) && fs::read(&file)? == text.as_bytes() {
            generated.kept += 1;
            continue;
        }
        let parent = file.parent().unwrap_or(folder);
        if folders.insert(parent.to_owned()) {
            fs::create_dir_all(parent)?;
        }
        fs::write(&file, text)?;
        generated.written += 1;
    }
    Ok(generated)
}

/// The files of a folder and of the folders in it, by their paths below it.
fn present(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut pending = vec![String::new()];
    while let Some(prefix) = pending.pop() {
        let entries = match fs::read_dir(folder.join(&prefix)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                pending.push(format!("{path}/"));
            } else {
                found.insert(path);
            }
        }
    }
    Ok(found)
}
