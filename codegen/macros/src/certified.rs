//! The certificate as calls of `query!` and rows need it: read once per process, however many there are.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::SystemTime;

use lockstep_core::certificate::Certificate;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::emit::rust::{Code, Typing};
use lockstep_core::settings::{Settings, manifest, settings};
use lockstep_core::workspace::Workspace;
use proc_macro2::TokenStream;

use crate::input::{generated, watch};

/// A certificate with the code of its calls.
pub(crate) struct Certified {
    pub(crate) certificate: Certificate,
    pub(crate) settings: Settings,
    pub(crate) calls: BTreeMap<String, Result<Code, Vec<Diagnostic>>>,
}

/// What tells whether a file is still the one that was read.
type Stamp = Option<(SystemTime, u64)>;

type Cache = HashMap<PathBuf, ([Stamp; 2], Arc<Certified>)>;

/// By the roots of the workspaces. An editor's process lives for days and sees many certificates of few workspaces.
static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

/// The certificate of a workspace.
pub(crate) fn certified(workspace: &Workspace) -> Result<Arc<Certified>, Vec<Diagnostic>> {
    let path = workspace.root.join(Workspace::CERTIFICATE);
    let stamps = [stamp(&path), manifest(&workspace.root).and_then(|path| stamp(&path))];
    let mut cache = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, certified)) = cache.get(&workspace.root)
        && *known == stamps
    {
        return Ok(Arc::clone(certified));
    }
    let certified = Arc::new(read(workspace, &path)?);
    cache.insert(workspace.root.clone(), (stamps, Arc::clone(&certified)));
    Ok(certified)
}

fn read(workspace: &Workspace, path: &Path) -> Result<Certified, Vec<Diagnostic>> {
    let text = fs::read_to_string(path).map_err(|_| {
        let missing = Diagnostic::error("missing-certificate", format!("{} is missing", Workspace::CERTIFICATE));
        vec![missing.hint("run `cargo xtask db:generate`")]
    })?;
    let certificate = Certificate::read_without_statements(&text).map_err(|diagnostic| vec![diagnostic])?;
    let settings = settings(&workspace.root)?;
    let calls = Typing::new(&certificate, &settings).all();
    Ok(Certified { certificate, settings, calls })
}

fn stamp(path: &Path) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// Makes the compiler look again when the certificate changes: once per crate, and not at all where a build script does.
pub(crate) fn watched(workspace: &Workspace) -> TokenStream {
    static WATCHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    let mut watched = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    let is_own = crate::input::workspace(None).is_ok_and(|own| own == *workspace);
    if (is_own && generated().is_some()) || watched.contains(&workspace.root) {
        return TokenStream::new();
    }
    watched.push(workspace.root.clone());
    watch(workspace, [Workspace::CERTIFICATE])
}
