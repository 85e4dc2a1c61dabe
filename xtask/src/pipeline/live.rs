//! The development server, and how a compiler finds the program that asks it.

use std::fs;

use lockstep_core::query::inline::PROGRAM;
use lockstep_core::workspace::Workspace;
use lockstep_postgres::Server;

use crate::pipeline::write::private_folder;
use crate::stop::Stop;

/// The development server of a workspace, found or started; compilers learn which program can ask it.
///
/// # Errors
/// When there is no server to be had.
pub fn server(workspace: &Workspace) -> Result<Server, Stop> {
    let server = lockstep_postgres::ensure(&workspace.root)?;
    announce(workspace);
    Ok(server)
}

/// Leaves the path of this program. Where that cannot be done, compilers know of the certificate only.
fn announce(workspace: &Workspace) {
    let Ok(program) = std::env::current_exe() else { return };
    let (path, program) = (workspace.root.join(PROGRAM), program.to_string_lossy().into_owned());
    if fs::read_to_string(&path).is_ok_and(|known| known == program) || private_folder(workspace).is_err() {
        return;
    }
    // Compilers read it at any time: they see the old one or the new one.
    let temporary = path.with_extension(std::process::id().to_string());
    let _ = fs::write(&temporary, program).and_then(|()| fs::rename(&temporary, &path));
}
