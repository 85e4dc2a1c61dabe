//! The development server against the real thing: found, started, reused, recovered, stopped.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use lockstep_postgres::server::{Options, Origin, ServerStatus, ensure_with, status_with};
use lockstep_postgres::{Error, Server, stop};

/// The private server, also where the other tests use a server of the user's.
fn private() -> Options {
    Options { url: None, ..Options::from_env() }
}

/// A folder of its own, with its own server; both are gone at the end.
struct Workspace {
    root: PathBuf,
    _folder: tempfile::TempDir,
}

impl Workspace {
    /// A folder that the server's account can get into, also where the tests run as root.
    fn new() -> Self {
        Self::at("", 0o755)
    }

    fn at(below: &str, mode: u32) -> Self {
        let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(mode)).tempdir().unwrap();
        let root = folder.path().join(below);
        fs::DirBuilder::new().recursive(true).mode(0o755).create(&root).unwrap();
        Self { root, _folder: folder }
    }

    fn ensure(&self) -> Server {
        ensure_with(&self.root, &private()).unwrap()
    }

    fn status(&self) -> ServerStatus {
        let mut found = status_with(&self.root, &private()).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    fn pid(&self) -> String {
        self.status().pid.unwrap().to_string()
    }

    fn folder(&self) -> PathBuf {
        self.status().folder.unwrap()
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let elsewhere = status_with(&self.root, &private()).unwrap_or_default();
        _ = stop(&self.root);
        for folder in elsewhere.into_iter().filter_map(|status| status.folder) {
            _ = fs::remove_dir_all(folder.parent().unwrap());
        }
    }
}

fn signal(signal: &str, pid: &str) {
    assert!(Command::new("kill").args([signal, pid]).status().unwrap().success());
}

fn one(server: &Server, sql: &str) -> String {
    server.connect("postgres").unwrap().query_one(sql, &[]).unwrap().get(0)
}

fn mark(server: &Server) {
    server
        .connect("postgres")
        .unwrap()
        .batch_execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 'kept'::text AS t")
        .unwrap();
}

fn assert_marked(server: &Server) {
    assert_eq!(one(server, "SELECT t FROM kept"), "kept");
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

/// A second process: this test binary once more, with one job to do.
fn child(root: &Path, job: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_second_process", "--nocapture"])
        .env("LOCKSTEP_TEST_ROOT", root)
        .env("LOCKSTEP_TEST_JOB", job)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What the job prints: the rest of the first line that says `answer`; the pipe stays open with the second value.
fn answer(child: &mut Child) -> (String, impl Sized + use<>) {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let found = lines.find_map(|line| line.split_once("answer ").map(|(_, text)| text.to_owned()));
    (found.expect("the second process has failed"), lines)
}

#[test]
fn the_second_process() {
    let Ok(root) = std::env::var("LOCKSTEP_TEST_ROOT") else { return };
    let server = ensure_with(Path::new(&root), &private()).unwrap();
    let job = std::env::var("LOCKSTEP_TEST_JOB").unwrap();
    let say = |text: &str| {
        use std::io::Write;
        writeln!(std::io::stdout(), "\nanswer {text}").unwrap();
    };
    match job.as_str() {
        "ensure" => say(&one(&server, "SELECT pg_postmaster_start_time()::text")),
        "scratch" => {
            let scratch = server.scratch().unwrap();
            say(scratch.name());
            // Until it is killed, or the other process is gone.
            _ = std::io::stdin().read_line(&mut String::new());
        }
        other => panic!("no job {other}"),
    }
}

#[test]
fn processes_that_start_at_once_share_one_server() {
    let workspace = Workspace::new();
    let mut children: Vec<Child> = (0..4).map(|_| child(&workspace.root, "ensure")).collect();
    let (mut answers, pipes): (Vec<String>, Vec<_>) = children.iter_mut().map(answer).unzip();
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    drop(pipes);
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(one(&workspace.ensure(), "SELECT pg_postmaster_start_time()::text"), answers[0]);
}

#[test]
fn threads_that_start_at_once_share_one_server() {
    let workspace = Workspace::new();
    let pids = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| one(&workspace.ensure(), "SELECT version()"))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(pids.len(), 4);
    assert!(workspace.status().running);
}

#[test]
fn it_is_stopped_and_started_again_with_its_data() {
    let workspace = Workspace::new();
    assert_eq!(status_with(&workspace.root, &private()).unwrap(), []);
    let server = workspace.ensure();
    mark(&server);
    let running = workspace.status();
    assert!(running.running && running.origin == Origin::Private && running.size > Some(1_000_000));
    assert_eq!(running.version.as_deref(), Some(server.version()));
    assert!(running.socket.as_ref().unwrap().as_os_str().len() < 80);
    let stopped = stop(&workspace.root).unwrap();
    assert_eq!(stopped.iter().map(|status| status.pid).collect::<Vec<_>>(), [running.pid]);
    let after = workspace.status();
    assert!(!after.running && after.pid.is_none() && !running.socket.unwrap().exists());
    assert_eq!(stop(&workspace.root).unwrap(), []);
    assert_marked(&workspace.ensure());
}

#[test]
fn it_is_private_to_its_user() {
    let workspace = Workspace::new();
    let server = workspace.ensure();
    assert_eq!(one(&server, "SHOW listen_addresses"), "");
    let socket = fs::metadata(workspace.status().socket.unwrap()).unwrap();
    let data = fs::metadata(workspace.folder()).unwrap();
    assert_eq!((socket.mode() & 0o777, data.mode() & 0o777), (0o700, 0o700));
    assert_eq!(socket.uid(), data.uid());
    assert_ne!(data.uid(), 0);
}

#[test]
fn a_killed_server_recovers() {
    let workspace = Workspace::new();
    mark(&workspace.ensure());
    for _ in 0..3 {
        let before = workspace.pid();
        signal("-9", &before);
        assert_marked(&workspace.ensure());
        assert_ne!(workspace.pid(), before);
    }
}

#[test]
fn a_killed_server_with_a_busy_backend_recovers() {
    let workspace = Workspace::new();
    let server = workspace.ensure();
    mark(&server);
    let mut busy = server.connect("postgres").unwrap();
    let backend: i32 = busy.query_one("SELECT pg_backend_pid()", &[]).unwrap().get(0);
    // Stopped, the backend cannot notice that its server has died, as if it were deep in a computation.
    signal("-STOP", &backend.to_string());
    signal("-9", &workspace.pid());
    assert_marked(&workspace.ensure());
    assert!(fs::read_link(format!("/proc/{backend}/cwd")).is_err());
}

#[test]
fn numbers_of_processes_that_mean_somebody_else_do_no_harm() {
    let workspace = Workspace::new();
    mark(&workspace.ensure());
    let (folder, socket) = (workspace.folder(), workspace.status().socket.unwrap());
    let pid_file = fs::read_to_string(folder.join("postmaster.pid")).unwrap();
    let port = pid_file.lines().nth(3).unwrap().to_owned();
    stop(&workspace.root).unwrap();
    // As after a power cut: the files are there, and the number now belongs to another process of the same user.
    let me = std::process::id().to_string();
    let (_, rest) = pid_file.split_once('\n').unwrap();
    fs::write(folder.join("postmaster.pid"), format!("{me}\n{rest}")).unwrap();
    fs::DirBuilder::new().mode(0o700).create(&socket).unwrap();
    fs::write(socket.join(format!(".s.PGSQL.{port}.lock")), format!("{me}\n{rest}")).unwrap();
    drop(std::os::unix::net::UnixListener::bind(socket.join(format!(".s.PGSQL.{port}"))).unwrap());
    assert_marked(&workspace.ensure());
}

#[test]
fn an_unfinished_cluster_is_made_again() {
    let workspace = Workspace::new();
    mark(&workspace.ensure());
    let folder = workspace.folder();
    stop(&workspace.root).unwrap();
    let unfinished = folder.with_extension("4711");
    fs::create_dir_all(unfinished.join("base")).unwrap();
    fs::remove_file(folder.join("PG_VERSION")).unwrap();
    let server = workspace.ensure();
    assert!(!unfinished.exists());
    assert!(server.connect("postgres").unwrap().simple_query("SELECT t FROM kept").is_err());
}

#[test]
fn a_lost_socket_is_made_again() {
    let workspace = Workspace::new();
    mark(&workspace.ensure());
    fs::remove_dir_all(workspace.status().socket.unwrap()).unwrap();
    assert_marked(&workspace.ensure());
}

#[test]
fn a_deleted_target_folder_is_made_again() {
    let workspace = Workspace::new();
    mark(&workspace.ensure());
    let before = workspace.pid();
    // The server may still write while its folder goes.
    while workspace.root.join("target").exists() {
        _ = fs::remove_dir_all(workspace.root.join("target"));
    }
    let server = workspace.ensure();
    assert!(server.connect("postgres").unwrap().simple_query("SELECT t FROM kept").is_err());
    assert_ne!(workspace.pid(), before);
    assert!(fs::read_link(format!("/proc/{before}/cwd")).is_err());
}

#[test]
fn a_deep_checkout_has_a_short_socket() {
    let workspace = Workspace::at(&"a-folder-with-a-long-name/".repeat(20), 0o755);
    let server = workspace.ensure();
    assert!(workspace.folder().as_os_str().len() > 400);
    assert_eq!(one(&server, "SELECT 'here'"), "here");
}

#[test]
fn a_folder_that_the_servers_account_cannot_enter_gets_another_place() {
    if !is_root() {
        return;
    }
    let workspace = Workspace::at("closed", 0o700);
    assert_eq!(one(&workspace.ensure(), "SELECT 'here'"), "here");
    let status = workspace.status();
    assert!(status.folder.unwrap().starts_with("/var/tmp"));
    assert!(status.notes[0].contains("target/lockstep cannot be used"), "{:?}", status.notes);
    mark(&workspace.ensure());
    stop(&workspace.root).unwrap();
    assert_marked(&workspace.ensure());
}

#[test]
fn a_socket_folder_of_somebody_else_is_not_used() {
    let workspace = Workspace::new();
    workspace.ensure();
    let socket = workspace.status().socket.unwrap();
    stop(&workspace.root).unwrap();
    fs::DirBuilder::new().mode(0o777).create(&socket).unwrap();
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o777)).unwrap();
    match ensure_with(&workspace.root, &private()) {
        Err(error) => assert!(error.to_string().contains(socket.to_str().unwrap()), "{error}"),
        Ok(_) => assert_ne!(workspace.status().socket.unwrap(), socket),
    }
    fs::remove_dir_all(&socket).unwrap();
}

/// A folder of links to the programs that the tests use.
fn programs() -> tempfile::TempDir {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    ensure_with(&workspace, &private()).unwrap();
    let used = status_with(&workspace, &private()).unwrap().into_iter().find_map(|status| status.binaries);
    let real = fs::canonicalize(used.unwrap().join("postgres")).unwrap();
    let links = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o755)).tempdir().unwrap();
    for program in ["initdb", "pg_ctl", "postgres"] {
        symlink(real.with_file_name(program), links.path().join(program)).unwrap();
    }
    links
}

#[test]
fn pg_bin_means_only_there_and_programs_that_have_gone_are_told() {
    let links = programs();
    let workspace = Workspace::new();
    let options = Options { binaries: Some(links.path().to_str().unwrap().to_owned()), ..private() };
    ensure_with(&workspace.root, &options).unwrap();
    assert_eq!(workspace.status().binaries.as_deref(), Some(links.path()));
    stop(&workspace.root).unwrap();
    let kept = links.path().to_owned();
    drop(links);
    let error = ensure_with(&workspace.root, &options).unwrap_err();
    assert!(matches!(error, Error::BinariesGone { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains(kept.to_str().unwrap()) && text.contains("hint: install PostgreSQL"), "{text}");
}

#[test]
fn programs_that_were_fetched_before_serve_where_there_are_no_others() {
    let workspace = Workspace::new();
    let fetched = workspace.root.join("target/lockstep/embedded/1");
    fs::create_dir_all(&fetched).unwrap();
    symlink(programs().keep(), fetched.join("bin")).unwrap();
    let empty = tempfile::tempdir().unwrap();
    let options = Options { binaries: Some(empty.path().to_str().unwrap().to_owned()), ..private() };
    let server = ensure_with(&workspace.root, &options).unwrap();
    assert_eq!(one(&server, "SELECT 'here'"), "here");
    assert_eq!(workspace.status().binaries.unwrap(), fetched.join("bin"));
    let links = fs::read_link(fetched.join("bin")).unwrap();
    drop(workspace);
    fs::remove_dir_all(links).unwrap();
}

#[test]
fn a_server_of_the_users_own_goes_first() {
    let workspace = Workspace::new();
    let other = Workspace::new();
    let theirs = other.ensure();
    mark(&theirs);
    let options = Options { url: Some(theirs.url("postgres")), ..private() };
    let server = ensure_with(&workspace.root, &options).unwrap();
    assert_marked(&server);
    assert_eq!(server.origin(), Origin::Url);
    assert!(!workspace.root.join("target").exists());
    let mut scratch = server.scratch().unwrap();
    assert_eq!(scratch.client().query_one("SELECT 1", &[]).unwrap().get::<_, i32>(0), 1);
    let status = status_with(&workspace.root, &options).unwrap();
    assert_eq!((status[0].origin, status[0].running), (Origin::Url, true));
    assert_eq!(stop(&workspace.root).unwrap(), []);
    assert_marked(&theirs);
}

#[test]
fn a_server_that_cannot_be_reached_is_told_without_the_password() {
    let workspace = Workspace::new();
    for url in ["postgres://me:hush@127.0.0.1:1/shop", "host=/nowhere user=me password=hush", "postgres://me:hush@[x/"]
    {
        let options = Options { url: Some(url.to_owned()), ..private() };
        let error = ensure_with(&workspace.root, &options).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("***") && shown.contains("hint: ") && !shown.contains("hush"), "{shown}");
        let status = status_with(&workspace.root, &options).unwrap();
        assert!(!status[0].running && !format!("{status:?}").contains("hush"));
    }
}

#[test]
fn a_scratch_database_is_there_and_then_gone() {
    let workspace = Workspace::new();
    let server = workspace.ensure();
    let mut scratch = server.scratch().unwrap();
    scratch.client().batch_execute("CREATE TABLE t AS SELECT 1 AS a").unwrap();
    let mut copy = scratch.copy().unwrap();
    assert_eq!(copy.client().query_one("SELECT a FROM t", &[]).unwrap().get::<_, i32>(0), 1);
    assert_eq!(scratch.client().query_one("SELECT a FROM t", &[]).unwrap().get::<_, i32>(0), 1);
    let forgotten = scratch.connect().unwrap();
    let name = scratch.name().to_owned();
    drop(scratch);
    assert!(forgotten.is_closed() || server.connect(&name).is_err());
    drop(copy);
    assert_eq!(one(&server, "SELECT count(*)::text FROM pg_database WHERE datname LIKE 'lockstep%'"), "0");
}

#[test]
fn a_filled_database_is_kept_for_the_next_one_that_wants_the_same() {
    let workspace = Workspace::new();
    let server = workspace.ensure();
    let filled = |key: &str, sql: Option<&str>| {
        server.filled(key, |scratch| match sql {
            Some(sql) => Ok::<(), Error>(scratch.client().batch_execute(sql)?),
            None => panic!("it was kept"),
        })
    };
    let seen = |scratch: &mut lockstep_postgres::Scratch| -> i32 {
        scratch.client().query_one("SELECT a FROM t", &[]).unwrap().get(0)
    };
    assert!(filled("a", Some("CREATE TABLE t AS SELECT nothing")).is_err());
    let mut first = filled("a", Some("CREATE TABLE t AS SELECT 1 AS a")).unwrap();
    let mut second = filled("a", None).unwrap();
    second.client().batch_execute("UPDATE t SET a = 2").unwrap();
    assert_eq!((seen(&mut first), seen(&mut second), seen(&mut filled("a", None).unwrap())), (1, 2, 1));
    for key in ["b", "c", "d", "e"] {
        assert_eq!(seen(&mut filled(key, Some("CREATE TABLE t AS SELECT 3 AS a")).unwrap()), 3);
    }
    assert_eq!(seen(&mut filled("b", None).unwrap()), 3);
    drop((first, second));
    let kept = "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname LIKE 'lockstep%'";
    assert_eq!(one(&server, kept), "lockstep_kept_b lockstep_kept_c lockstep_kept_d lockstep_kept_e");
}

#[test]
fn the_scratch_databases_of_a_killed_process_are_dropped_and_no_others() {
    let workspace = Workspace::new();
    let server = workspace.ensure();
    let exists = |name: &str| {
        let sql = format!("SELECT count(*)::text FROM pg_database WHERE datname = '{name}'");
        one(&server, &sql) == "1"
    };
    let (mut killed, mut living) = (child(&workspace.root, "scratch"), child(&workspace.root, "scratch"));
    let ((left, _pipe), (used, _other_pipe)) = (answer(&mut killed), answer(&mut living));
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(exists(&left) && exists(&used));
    let mine = workspace.ensure().scratch().unwrap();
    assert!(!exists(&left) && exists(&used) && exists(mine.name()));
    drop(living.stdin.take());
    living.wait().unwrap();
    assert!(!exists(&used));
}
