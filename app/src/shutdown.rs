//! Stopping: a signal in, one flag out that every part of the service can wait for.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Tells whether the service is stopping. Clones see the same flag.
#[derive(Clone)]
pub struct Stopping(watch::Receiver<bool>);

/// Listens for SIGTERM and SIGINT from now on; the first one raises the flag.
///
/// # Errors
/// Where the process may not install signal handlers.
pub fn on_signal() -> io::Result<Stopping> {
    let (sender, receiver) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "stopping");
        sender.send_replace(true);
        // The sender lives on: a receiver that waits must see the flag, not a closed channel.
        sender.closed().await;
    });
    Ok(Stopping(receiver))
}

impl Stopping {
    /// Whether the signal has come.
    pub fn is_stopping(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once the signal has come.
    pub async fn wait(mut self) {
        if self.0.wait_for(|stopping| *stopping).await.is_err() {
            // The sender is gone only when the runtime ends, and everything with it.
            std::future::pending::<()>().await;
        }
    }
}
