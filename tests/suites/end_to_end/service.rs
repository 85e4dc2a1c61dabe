//! The reference service as a child process, and an HTTP client for it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use cargo_metadata::Message;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use ureq::Agent;

/// Far more than anything here takes: only a test that fails waits that long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running service; killed when it is dropped.
pub(crate) struct Service {
    child: Child,
    url: String,
    log: Arc<Mutex<String>>,
    agent: Agent,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) retry_after: Option<String>,
}

impl Reply {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Status and stable code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["error"]["code"].as_str().unwrap().to_owned())
    }

    /// The public token of a placed order.
    pub(crate) fn token(&self) -> String {
        assert!(matches!(self.status, 200 | 201), "{self:?}");
        self.json()["public_token"].as_str().unwrap().to_owned()
    }
}

impl Service {
    /// Starts the service and waits until it listens.
    pub(crate) fn start(database: &str, settings: &[(&str, &str)]) -> Self {
        let mut child = command(database, settings).spawn().unwrap();
        let log = collect(child.stderr.take().unwrap());
        let mut first_line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first_line).unwrap();
        let Some(url) = first_line.trim().strip_prefix("listening on ") else {
            child.wait().unwrap();
            panic!("the service has not started: {first_line:?}\n{}", log.lock().unwrap());
        };
        let agent = Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build();
        Self { url: url.to_owned(), child, log, agent: agent.into() }
    }

    /// Runs a service that is expected to give up by itself; returns its exit status and all that it logged.
    pub(crate) fn run(database: &str, settings: &[(&str, &str)]) -> (ExitStatus, String) {
        let output = command(database, settings).output().unwrap();
        (output.status, String::from_utf8_lossy(&output.stderr).into_owned())
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.try_get(path).unwrap()
    }

    pub(crate) fn try_get(&self, path: &str) -> Result<Reply, ureq::Error> {
        self.agent.get(format!("{}{path}", self.url)).call().map(reply)
    }

    /// Sends a body to `POST /orders`.
    pub(crate) fn post(&self, body: &str) -> Reply {
        self.try_post(body, None).unwrap()
    }

    /// Places an order, under an idempotency key.
    pub(crate) fn try_post(&self, body: &str, key: Option<&str>) -> Result<Reply, ureq::Error> {
        let request = self.agent.post(format!("{}/orders", self.url)).header("content-type", "application/json");
        let request = if let Some(key) = key { request.header("idempotency-key", key) } else { request };
        request.send(body).map(reply)
    }

    /// Sends bytes to `POST /orders` as another kind of content.
    pub(crate) fn post_as(&self, content_type: &str, body: &str) -> Reply {
        let request = self.agent.post(format!("{}/orders", self.url)).header("content-type", content_type);
        reply(request.send(body).unwrap())
    }

    /// All that the service has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// The value of a metric that is written `name{labels}` or `name`.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").text;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap_or_else(|| panic!("no metric {name} in\n{text}")).parse().unwrap()
    }

    /// Asks the service to stop.
    pub(crate) fn terminate(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
    }

    /// Waits until the service has stopped by itself.
    pub(crate) fn wait(mut self) -> ExitStatus {
        eventually("the service stops", || self.child.try_wait().unwrap())
    }

    /// `kill -9`.
    pub(crate) fn kill(&self) {
        kill_process(Pid::from_child(&self.child), Signal::KILL).unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            panic_log(&self.log());
        }
    }
}

/// An order of one customer, as JSON.
pub(crate) fn order(lines: &[(i64, i64)]) -> String {
    let items: Vec<Value> =
        lines.iter().map(|(product, quantity)| json!({ "product_id": product, "quantity": quantity })).collect();
    json!({ "customer_name": "Ada", "customer_email": "ada@example.test", "items": items }).to_string()
}

/// Asks again until there is something.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "never happened: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn command(database: &str, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(binary());
    command
        .env_remove("NOTIFY_URL")
        .envs([("DATABASE_URL", database), ("LISTEN", "127.0.0.1:0"), ("RUST_LOG", "info")])
        .envs([("ORDERS_PER_MINUTE", "100000"), ("OUTBOX_POLL_MS", "50"), ("OUTBOX_BACKOFF_MS", "50")])
        // A machine that is busy with other tests must not look like a receiver that is slow.
        .envs([("OUTBOX_TIMEOUT_MS", "60000"), ("OUTBOX_LEASE_MS", "120000")])
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn collect(mut stderr: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let log = Arc::new(Mutex::new(String::new()));
    let writer = log.clone();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stderr.read(&mut buffer) {
            writer.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    });
    log
}

fn reply(mut response: ureq::http::Response<ureq::Body>) -> Reply {
    let retry_after = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    Reply { status, text: response.body_mut().read_to_string().unwrap(), retry_after }
}

/// What the service logged belongs to the report of a failed test.
#[allow(clippy::print_stderr, reason = "the test harness captures it and shows it where the test fails")]
fn panic_log(log: &str) {
    eprintln!("--- log of the service\n{log}---");
}

/// The binary, built once; without one, no test can go on.
fn binary() -> &'static Path {
    static BINARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    BINARY.get_or_init(build).as_deref().expect("the service compiles")
}

/// Builds the service with the features that the workspace gives it, and finds its binary.
fn build() -> Option<PathBuf> {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--workspace", "--bin", "lockstep-app", "--message-format", "json-render-diagnostics"])
        .current_dir(super::root())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let executable = |message: Result<Message, _>| match message {
        Ok(Message::CompilerArtifact(artifact)) => artifact.executable,
        _ => None,
    };
    let found = Message::parse_stream(built.stdout.as_slice()).find_map(executable);
    found.filter(|_| built.status.success()).map(Into::into)
}
