//! The arguments that all commands share, and the way from them to a command.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Parser, ValueEnum};
use lockstep_core::workspace::Workspace;

use crate::commands::Command;
use crate::report::Reporter;
use crate::stop::{Outcome, Stop};

/// Keeps a PostgreSQL schema, its migrations and the Rust code that uses it in lockstep.
///
/// Exit status: 0 fine, 1 something in the files is to be mended, 2 the command could not do its work.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 100)]
pub struct Cli {
    /// The arguments that all commands share.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The arguments that all commands share.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// The folder that holds schema/ and migrations/ [default: the nearest one upward]
    #[arg(long, global = true, value_name = "PATH")]
    pub root: Option<PathBuf>,
    /// How results and diagnostics are written
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// How results and diagnostics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON document per result or diagnostic.
    Json,
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// What stopped it.
    pub fn run(&self, reporter: &Reporter) -> Result<Outcome, Stop> {
        let context = Context { global: &self.global, reporter };
        self.command.run(&context)
    }
}

/// What every command is given.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The arguments that all commands share.
    pub global: &'a Global,
    /// Where results and diagnostics go.
    pub reporter: &'a Reporter,
}

impl Context<'_> {
    /// The workspace: `--root`, or the nearest folder upward that holds `schema/` and `migrations/`.
    ///
    /// # Errors
    /// When there is none.
    pub fn workspace(&self) -> Result<Workspace, Stop> {
        if let Some(root) = &self.global.root {
            let root = std::path::absolute(root).with_context(|| format!("cannot use {}", root.display()))?;
            return given(Workspace::new(root));
        }
        let here = std::env::current_dir().context("cannot tell the current folder")?;
        Workspace::find(&here).ok_or_else(|| {
            Stop::Failure(anyhow::anyhow!(
                "neither {} nor a folder above it holds schema/ and migrations/\n  hint: go to the workspace, or name it with --root",
                here.display()
            ))
        })
    }
}

/// The folder that `--root` names, which holds one of the two folders at least: a typing mistake is no empty workspace.
fn given(workspace: Workspace) -> Result<Workspace, Stop> {
    let holds = |folder: &str| workspace.root.join(folder).is_dir();
    if holds(Workspace::SCHEMA) || holds(Workspace::MIGRATIONS) {
        return Ok(workspace);
    }
    Err(Stop::Failure(anyhow::anyhow!(
        "{} holds neither schema/ nor migrations/\n  hint: name the workspace with --root, or create schema/ in it",
        workspace.root.display()
    )))
}
