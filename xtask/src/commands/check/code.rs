//! Whether generated code is formatted as rustfmt formats it.

use std::fs;
use std::process::Command;

use anyhow::Context as _;
use lockstep_core::certificate::Certificate;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::emit::rust::files;
use lockstep_core::settings::settings;
use lockstep_core::workspace::Workspace;

use crate::pipeline::write::private_folder;
use crate::stop::Stop;

/// Writes the accessors as a build script does and has rustfmt look at them.
///
/// # Errors
/// When rustfmt cannot be started or a file cannot be written.
pub(super) fn formatted(workspace: &Workspace, certificate: &Certificate) -> Result<Vec<Diagnostic>, Stop> {
    let files = files(certificate, &settings(&workspace.root)?)?;
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let folder = private_folder(workspace)?.join(format!("check-{}", std::process::id()));
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&folder)).and_then(|()| fs::write(&path, text))
    };
    files
        .iter()
        .try_for_each(|(path, text)| write(path, text))
        .with_context(|| format!("cannot write {}", folder.display()))?;
    // The workspace's own settings are not those of the code that is generated for others.
    write("rustfmt.toml", "").with_context(|| format!("cannot write {}", folder.display()))?;
    let paths = files.keys().map(|path| folder.join(path));
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--check", "--color", "never", "--edition", "2024", "--config-path"]).arg(&folder).args(paths);
    let output = rustfmt.output();
    let _ = fs::remove_dir_all(&folder);
    let output = output.context("cannot start rustfmt\n  hint: rustup component add rustfmt")?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let said: Vec<&str> = said.lines().take(20).collect();
    Ok(vec![
        Diagnostic::error("unformatted-code", "rustfmt would change the generated code")
            .note(said.join("\n"))
            .hint("this is a defect of Lockstep: report it with the table that is named above"),
    ])
}
