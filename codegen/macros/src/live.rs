//! What the development server says about a query that is not in the certificate yet, so that an editor shows no stale error.
//!
//! In: the text. Out: the server's answer, by way of the workspace's own command line, which has left its path below
//! `target/lockstep/`; or none. No server is started, and whatever fails is no answer: the certificate decides then.

use std::env;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use lockstep_core::certificate::hash;
use lockstep_core::query::inline::{Answer, CHECK, PROGRAM};
use lockstep_core::workspace::Workspace;

/// How long a compiler waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long nobody is asked after somebody did not answer.
const PAUSE: Duration = Duration::from_secs(20);

/// The variable that keeps compilers from asking.
const OFFLINE: &str = "LOCKSTEP_OFFLINE";

/// Asks; none where nobody is there to answer.
pub(crate) fn asked(workspace: &Workspace, sql: &str) -> Option<Answer> {
    static SILENT: Mutex<Option<Instant>> = Mutex::new(None);
    if env::var_os(OFFLINE).is_some_and(|value| !value.is_empty()) {
        return None;
    }
    let program = fs::read_to_string(workspace.root.join(PROGRAM)).ok()?;
    let folder = workspace.root.join("target/lockstep/answers");
    let path = folder.join(format!("{}.json", key(workspace, &program, sql)?));
    if let Some(known) = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok()) {
        return Some(known);
    }
    let mut silent = SILENT.lock().unwrap_or_else(PoisonError::into_inner);
    if silent.is_some_and(|since| since.elapsed() < PAUSE) {
        return None;
    }
    let text = answer(Path::new(program.trim()), workspace, sql);
    let answer = text.as_ref().and_then(|text| serde_json::from_str(text).ok());
    *silent = answer.is_none().then(Instant::now);
    if let (Some(text), Some(_)) = (&text, &answer) {
        // It is asked again where this cannot be kept.
        let _ = fs::create_dir_all(&folder).and_then(|()| fs::write(&path, text));
    }
    answer
}

/// What an answer depends on: the text, the schema, and who gives it.
fn key(workspace: &Workspace, program: &str, sql: &str) -> Option<String> {
    let certificate = workspace.read(Workspace::CERTIFICATE).ok()?;
    let schema = workspace.schema_files().ok()?;
    let schema: Vec<&str> = schema.iter().map(|file| file.text.as_str()).collect();
    let all = format!("{program}\0{}\0{}\0{sql}", certificate.text, schema.join("\0"));
    Some(hash(&all).replace(':', "-"))
}

/// What the command line prints; none where it fails or takes too long.
fn answer(program: &Path, workspace: &Workspace, sql: &str) -> Option<String> {
    let mut child = Command::new(program)
        .args([CHECK, "--format", "json", "--root"])
        .arg(&workspace.root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut printed = child.stdout.take()?;
    let reading = thread::spawn(move || {
        let mut text = String::new();
        printed.read_to_string(&mut text).map(|_| text).ok()
    });
    // A pipe that nobody reads is a child that has ended.
    let _ = child.stdin.take()?.write_all(sql.as_bytes());
    if !succeeds(&mut child) {
        return None;
    }
    reading.join().ok()?
}

fn succeeds(child: &mut Child) -> bool {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(5)),
            Ok(None) | Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}
