//! Whom the service notifies: an HTTP server that writes down what it gets and answers as it is told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

/// How to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// 200.
    Accept,
    /// 503.
    Refuse,
    /// No answer, until the mood changes.
    Silent,
}

/// A receiver; its server ends with the process.
pub(crate) struct Receiver {
    url: String,
    shared: Arc<Shared>,
}

struct Shared {
    mood: watch::Sender<Mood>,
    asked: Mutex<Vec<Value>>,
    accepted: Mutex<BTreeMap<String, usize>>,
}

impl Receiver {
    /// Starts one on a free port.
    pub(crate) fn start(mood: Mood) -> Self {
        let shared =
            Arc::new(Shared { mood: watch::Sender::new(mood), asked: Mutex::default(), accepted: Mutex::default() });
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/notify", listener.local_addr().unwrap());
        let router = Router::new().route("/notify", post(notify)).with_state(shared.clone());
        thread::spawn(move || runtime.block_on(async { axum::serve(listener, router).await }));
        Self { url, shared }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn set(&self, mood: Mood) {
        self.shared.mood.send_replace(mood);
    }

    /// Every request so far, whatever was answered.
    pub(crate) fn asked(&self) -> Vec<Value> {
        self.shared.asked.lock().unwrap().clone()
    }

    /// How often each de-duplication key was accepted.
    pub(crate) fn accepted(&self) -> BTreeMap<String, usize> {
        self.shared.accepted.lock().unwrap().clone()
    }
}

async fn notify(State(shared): State<Arc<Shared>>, headers: HeaderMap, Json(body): Json<Value>) -> StatusCode {
    let key = body["dedup_key"].as_str().unwrap().to_owned();
    assert_eq!(headers["idempotency-key"].to_str().unwrap(), key);
    shared.asked.lock().unwrap().push(body);
    let mut mood = shared.mood.subscribe();
    let answer = *mood.wait_for(|mood| *mood != Mood::Silent).await.unwrap();
    if answer == Mood::Refuse {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    // A receiver takes its time: other workers have the chance to do the same work twice.
    tokio::time::sleep(Duration::from_millis(5)).await;
    *shared.accepted.lock().unwrap().entry(key).or_default() += 1;
    StatusCode::OK
}
