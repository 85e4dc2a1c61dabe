//! Files put in place: all of them or none, and by one command at a time.
//!
//! A file is written under a temporary name below `target/lockstep/` and renamed. The certificate comes last: a command
//! that is killed between two renames leaves migrations that the certificate does not hold yet, and the next
//! `db:generate` proves and certifies them.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use lockstep_core::workspace::Workspace;

use crate::report::Reporter;
use crate::stop::Stop;

/// Held while a command reads and writes the workspace; the system frees it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits until no other command writes the workspace.
    ///
    /// # Errors
    /// When the lock file cannot be made.
    pub fn acquire(workspace: &Workspace, reporter: &Reporter) -> Result<Self, Stop> {
        let folder = private_folder(workspace)?;
        let path = folder.join("generate.lock");
        let file = File::create(&path).with_context(|| unwritable(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                reporter.say("waiting for another db:generate in this workspace");
                file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
            }
            Err(TryLockError::Error(error)) => {
                return Err(anyhow::Error::new(error).context(format!("cannot lock {}", path.display())).into());
            }
        }
        sweep(&folder);
        Ok(Self { _file: file })
    }
}

/// Takes away what commands have left that were killed while they wrote: nobody else writes while the lock is held. What
/// cannot be removed does no harm.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("write-") {
            _ = fs::remove_file(entry.path());
        }
    }
}

/// `target/lockstep/`, made where it is missing.
///
/// # Errors
/// When it cannot be made.
pub fn private_folder(workspace: &Workspace) -> Result<PathBuf, Stop> {
    let folder = workspace.root.join("target/lockstep");
    fs::create_dir_all(&folder).with_context(|| unwritable(&folder))?;
    Ok(folder)
}

/// Writes the files, given by their paths relative to the workspace, in their order.
///
/// # Errors
/// When one cannot be written; those that come before it in the order are removed again, unless they were there before.
pub fn write_all(workspace: &Workspace, files: &[(String, String)]) -> Result<(), Stop> {
    let folder = private_folder(workspace)?;
    let migrations = workspace.root.join(Workspace::MIGRATIONS);
    fs::create_dir_all(&migrations).with_context(|| unwritable(&migrations))?;
    let mut staged = Vec::new();
    for (place, (path, text)) in files.iter().enumerate() {
        let temporary = folder.join(format!("write-{}-{place}", std::process::id()));
        fs::write(&temporary, text).with_context(|| unwritable(&temporary))?;
        staged.push((temporary, workspace.root.join(path)));
    }
    let mut new = Vec::new();
    for (temporary, path) in &staged {
        let was_there = path.exists();
        if let Err(error) = put(temporary, path) {
            new.iter().for_each(|path: &&PathBuf| _ = fs::remove_file(path));
            staged.iter().for_each(|(temporary, _)| _ = fs::remove_file(temporary));
            return Err(anyhow::Error::new(error).context(unwritable(path)).into());
        }
        if !was_there {
            new.push(path);
        }
    }
    Ok(())
}

/// Renames; where the two paths are on different file systems, by way of a copy beside the target.
fn put(temporary: &Path, path: &Path) -> std::io::Result<()> {
    match fs::rename(temporary, path) {
        Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
            let beside = path.with_extension("new");
            fs::copy(temporary, &beside)?;
            fs::rename(&beside, path)?;
            fs::remove_file(temporary)
        }
        other => other,
    }
}

fn unwritable(path: &Path) -> String {
    format!("cannot write {} (is the checkout read-only?)", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_where_one_file_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(folder.path());
        fs::create_dir(folder.path().join("migrations")).unwrap();
        let files = [("migrations/a.sql", "a"), ("nowhere/b.sql", "b")];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        write_all(&workspace, &files).unwrap_err();
        assert!(!folder.path().join("migrations/a.sql").exists());
        assert_eq!(fs::read_dir(folder.path().join("target/lockstep")).unwrap().count(), 0);

        write_all(&workspace, &files[..1]).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("migrations/a.sql")).unwrap(), "a");
    }
}
