//! `dev`: the reference service runs on the development server, migrated, until it is interrupted.

use std::io::IsTerminal as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use cargo_metadata::{Metadata, MetadataCommand, Package};
use lockstep_core::name::{quote_identifier, quote_literal};
use lockstep_core::workspace::Workspace;
use lockstep_postgres::Server;

use crate::cli::{Context, Format};
use crate::commands::db_migrate;
use crate::pipeline::live;
use crate::stop::{Outcome, Stop};

/// Migrate a development database and serve the application.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to serve
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Build the application with optimisations
    #[arg(long)]
    pub release: bool,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    let package = application(&workspace)?;
    let listen = free_address(arguments.listen)?;
    let server = live::server(&workspace)?;
    let database = package.replace('-', "_");
    create_database(&server, &database)?;
    let url = server.url(&database);
    context.reporter.say(&format!("PostgreSQL {}, database {}", server.version(), lockstep_postgres::redact(&url)));
    db_migrate::apply(context, &workspace, &url)?;
    serve(context, &workspace, &package, listen, &url, arguments.release)
}

/// The package that `[workspace.metadata.lockstep] app` names: by its name or by its folder.
fn application(workspace: &Workspace) -> anyhow::Result<String> {
    let manifest = workspace.root.join("Cargo.toml");
    let metadata: Metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec()?;
    let configured = metadata.workspace_metadata["lockstep"]["app"].as_str().ok_or_else(|| {
        anyhow!(
            "no application is named\n  hint: write `app = \"…\"` under [workspace.metadata.lockstep] in Cargo.toml"
        )
    })?;
    let folder = metadata.workspace_root.join(configured).join("Cargo.toml");
    let is_named = |package: &&Package| package.name.as_str() == configured || package.manifest_path == folder;
    let package = metadata.packages.iter().find(is_named).ok_or_else(|| {
        anyhow!("[workspace.metadata.lockstep] app = \"{configured}\" is no package and no package's folder")
    })?;
    Ok(package.name.to_string())
}

/// The address with the port that is really free; it is checked now, before anything is built.
fn free_address(listen: SocketAddr) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(listen)
        .map_err(|error| anyhow!("cannot listen on {listen}: {error}\n  hint: --listen takes another address"))?;
    Ok(listener.local_addr()?)
}

fn create_database(server: &Server, database: &str) -> Result<(), Stop> {
    let mut client = server.connect("postgres")?;
    let exists = format!("SELECT 1 FROM pg_database WHERE datname = {}", quote_literal(database));
    let run = |client: &mut postgres::Client| -> Result<(), postgres::Error> {
        if client.simple_query(&exists)?.iter().any(|message| matches!(message, postgres::SimpleQueryMessage::Row(_))) {
            return Ok(());
        }
        client.batch_execute(&format!("CREATE DATABASE {}", quote_identifier(database)))
    };
    run(&mut client).with_context(|| format!("cannot create the database {database}"))?;
    Ok(())
}

fn serve(
    context: &Context<'_>,
    workspace: &Workspace,
    package: &str,
    listen: SocketAddr,
    url: &str,
    release: bool,
) -> Result<Outcome, Stop> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&workspace.root).args(["run", "--quiet", "--package", package]);
    if release {
        command.arg("--release");
    }
    command.env("DATABASE_URL", url).env("LISTEN", listen.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot wait")?;
    runtime
        .block_on(async {
            // Both are taken before the application starts: from then on an interrupt is its business first.
            let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
            let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
            let mut application = command.spawn().context("cannot start cargo")?;
            let mut stopping = false;
            let mut announced = false;
            loop {
                if let Some(status) = application.try_wait()? {
                    let fine = status.success() || stopping;
                    return if fine { Ok(Outcome::Fine) } else { Err(anyhow!("the application ended: {status}")) };
                }
                if !announced && TcpStream::connect(listen).is_ok() {
                    announce(context, listen);
                    announced = true;
                }
                tokio::select! {
                    _ = interrupt.recv() => {
                        stopping = true;
                        // A terminal interrupts the application as well, and it ends on its own.
                        if !std::io::stdin().is_terminal() {
                            terminate_child(&application);
                        }
                    }
                    _ = terminate.recv() => {
                        stopping = true;
                        terminate_child(&application);
                    }
                    () = tokio::time::sleep(Duration::from_millis(100)) => {}
                }
            }
        })
        .map_err(Stop::Failure)
}

fn announce(context: &Context<'_>, listen: SocketAddr) {
    let url = format!("http://{listen}");
    match context.reporter.format {
        Format::Text => context.reporter.result(&url),
        Format::Json => context.reporter.json(&serde_json::json!({ "url": url })),
    }
}

fn terminate_child(child: &Child) {
    let pid = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(pid) = pid {
        // It may have ended in between; then there is nothing to do.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
}
