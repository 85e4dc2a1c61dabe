//! A workspace in a temporary folder, and the real command line run on it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use lockstep_postgres::Server;
use tempfile::TempDir;

use crate::workspace_root;

/// A temporary folder with `schema/` and `migrations/`; removed when dropped.
#[derive(Debug)]
pub struct TestWorkspace {
    folder: TempDir,
}

/// What a run of the command line has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The exit status; none after a signal.
    pub status: Option<i32>,
    /// The standard output.
    pub stdout: String,
    /// The standard error.
    pub stderr: String,
}

impl TestWorkspace {
    /// An empty workspace.
    ///
    /// # Panics
    /// When the file system fails.
    #[must_use]
    pub fn new() -> Self {
        let workspace = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["schema", "migrations"] {
            fs::create_dir(workspace.root().join(folder)).unwrap();
        }
        workspace
    }

    /// A workspace with these schema files: names without their folder, and texts.
    ///
    /// # Panics
    /// When the file system fails.
    #[must_use]
    pub fn with_schema(files: &[(&str, &str)]) -> Self {
        let workspace = Self::new();
        files.iter().for_each(|(name, text)| workspace.write(&format!("schema/{name}"), text));
        workspace
    }

    /// Its folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file.
    ///
    /// # Panics
    /// When the file system fails.
    pub fn write(&self, path: &str, text: &(impl AsRef<[u8]> + ?Sized)) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Reads a file.
    ///
    /// # Panics
    /// When it cannot be read.
    #[must_use]
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The names of the files in `migrations/`, sorted.
    ///
    /// # Panics
    /// When the file system fails.
    #[must_use]
    pub fn migrations(&self) -> Vec<String> {
        self.tree()
            .into_keys()
            .filter_map(|path| path.strip_prefix("migrations/V").map(|name| format!("V{name}")))
            .collect()
    }

    /// Every file but those below `target/`, with its text.
    ///
    /// # Panics
    /// When the file system fails.
    #[must_use]
    pub fn tree(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        let mut pending = vec![PathBuf::new()];
        while let Some(folder) = pending.pop() {
            for entry in fs::read_dir(self.root().join(&folder)).unwrap() {
                let path = folder.join(entry.unwrap().file_name());
                if path == Path::new("target") {
                    continue;
                }
                if self.root().join(&path).is_dir() {
                    pending.push(path);
                } else {
                    let shown = path.to_str().unwrap().to_owned();
                    let bytes = fs::read(self.root().join(&shown)).unwrap();
                    files.insert(shown, String::from_utf8_lossy(&bytes).into_owned());
                }
            }
        }
        files
    }

    /// The command line, ready to be run in the folder against the shared server.
    #[must_use]
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(xtask());
        command.args(arguments).current_dir(self.root()).stdin(Stdio::null());
        for variable in ["DATABASE_URL", "PG_BIN", "CI", "GITHUB_ACTIONS", "LISTEN"] {
            command.env_remove(variable);
        }
        command.env("LOCKSTEP_SERVER_URL", shared_server().url("postgres"));
        command
    }

    /// Runs the command line to its end.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Run {
        run(&mut self.command(arguments), self.root())
    }

    /// Runs the command line, which is to succeed.
    ///
    /// # Panics
    /// When it does not.
    pub fn succeed(&self, arguments: &[&str]) -> Run {
        let run = self.run(arguments);
        assert_eq!(run.status, Some(0), "{arguments:?}\n{}{}", run.stdout, run.stderr);
        run
    }
}

impl Default for TestWorkspace {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs a command to its end; the folder is shown as `ROOT` in what it prints.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn run(command: &mut Command, root: &Path) -> Run {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let shown = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        let real = root.canonicalize().unwrap();
        text.replace(real.to_str().unwrap(), "ROOT").replace(root.to_str().unwrap(), "ROOT")
    };
    Run { status: status.code(), stdout: shown(stdout), stderr: shown(stderr) }
}

/// The development server of this repository: asked for once per process.
fn shared_server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(crate::server)
}

/// The command line as it is built from this repository.
///
/// # Panics
/// When it does not build.
#[must_use]
pub fn xtask() -> &'static Path {
    static XTASK: OnceLock<PathBuf> = OnceLock::new();
    XTASK.get_or_init(|| binary("lockstep-xtask", "xtask"))
}

/// A program of this repository, built if it is not.
///
/// # Panics
/// When it does not build.
#[must_use]
pub fn binary(package: &str, name: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.current_dir(workspace_root()).args(["build", "--package", package, "--bin", name]);
    build.args(["--message-format", "json-render-diagnostics"]).stderr(Stdio::inherit());
    let output = build.output().unwrap();
    assert!(output.status.success(), "{package} does not build");
    let messages = String::from_utf8(output.stdout).unwrap();
    let artifact =
        messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()).find_map(|message| {
            let is_it = message["target"]["name"] == name;
            message["executable"].as_str().filter(|_| is_it).map(PathBuf::from)
        });
    artifact.unwrap_or_else(|| panic!("cargo does not say where {name} is"))
}
