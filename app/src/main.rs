//! The process: logging, configuration, signals, and an exit code.

use anyhow::Context;
use lockstep_app::config::Config;
use lockstep_app::{shutdown, telemetry};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    telemetry::start_logging();
    let config = Config::from_env()?;
    let stopping = shutdown::on_signal().context("cannot listen for signals")?;
    Ok(lockstep_app::run(config, stopping).await?)
}
