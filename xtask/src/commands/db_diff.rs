//! `db:diff`: prints the SQL that leads from one schema to another, and nothing where they are equal.
//!
//! A source is a folder of schema SQL, a folder of migrations, or a `postgres://` URL. A live database is only read:
//! whatever has to be tried is tried on scratch databases of the development server. The annotations of the schema files
//! that it leads to are followed as `db:generate` follows them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread;

use anyhow::Context as _;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::diff::{column_orders, diff};
use lockstep_core::plan::{Allow, HAZARDS, Plan, Step};
use lockstep_core::workspace::Workspace;
use lockstep_postgres::server::Server;
use serde::Serialize;

use crate::cli::{Context, Format};
use crate::commands::db_generate::{Renames, form};
use crate::pipeline::ask::ask;
use crate::pipeline::change::{Decisions, RenameFlag, planned, planned_as_read};
use crate::pipeline::draft::{Words, drafts};
use crate::pipeline::invalid::{incomplete_of, invalid_of};
use crate::pipeline::proof::refuted;
use crate::pipeline::source::{Place, Read, Source, compare_roles};
use crate::pipeline::write::private_folder;
use crate::stop::{Outcome, Stop};

/// The arguments of `db:diff`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where the statements start: a folder of schema SQL, a migrations folder, or a postgres:// URL
    #[arg(long, value_name = "SOURCE")]
    pub from: Source,
    /// Where they lead: a folder of schema SQL, a migrations folder, or a postgres:// URL
    #[arg(long, value_name = "SOURCE")]
    pub to: Source,
    /// Rename instead of drop and create: commerce.order.note=remark
    #[arg(long, value_name = "OLD=NEW")]
    pub rename: Vec<RenameFlag>,
    /// What might be a rename and was not decided
    #[arg(long, value_enum, default_value_t = Renames::Ask)]
    pub renames: Renames,
    /// The plain statements, that run in one transaction where PostgreSQL lets them: for a database that nobody uses
    /// meanwhile
    #[arg(long)]
    pub offline: bool,
    /// Build the schemas of live databases on the development server, and run the statements there before they are printed
    #[arg(long)]
    pub prove: bool,
}

/// What `--format json` prints.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    statements: Vec<Statement<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: &'a Vec<String>,
}

#[derive(Debug, Serialize)]
struct Statement<'a> {
    sql: &'a str,
    object: String,
    transaction: bool,
    /// Which file of the migration it would be in: what is in the next one needs this one committed.
    file: usize,
    hazards: Vec<String>,
}

/// Where plans are tried.
struct Development<'a> {
    server: &'a (dyn Fn() -> Result<Server, Stop> + Sync),
    workspace: Workspace,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Outcome, Stop> {
    let root = server_root(context)?;
    let server = || Ok(lockstep_postgres::server::ensure(&root)?);
    let (from, to) = thread::scope(|scope| {
        let from = scope.spawn(|| arguments.from.read(&server, context.reporter));
        let to = arguments.to.read(&server, context.reporter);
        (from.join().expect("a reading thread does not panic"), to)
    });
    let (mut from, mut to) = (from?, to?);
    for read in [&from, &to] {
        context.reporter.diagnostics(&invalid_of(&read.state().catalog));
    }
    compare_roles((&arguments.from, &mut from), (&arguments.to, &mut to))?;
    let orders = column_orders(&from.state().catalog, &to.state().catalog);
    let notes: Vec<String> = orders.iter().map(ToString::to_string).collect();
    notes.iter().for_each(|note| context.reporter.say(&format!("note: {note}")));
    if diff(&from.state().catalog, &to.state().catalog).is_empty() {
        return Ok(print(context, &Plan::default(), &notes));
    }
    let incomplete = incomplete_of(&to.state().catalog, &from.state().catalog);
    if !incomplete.is_empty() {
        return Err(incomplete.into());
    }
    let flags = arguments.rename.iter().map(|flag| flag.resolve(&from.state().catalog)).collect::<Result<_, _>>()?;
    let allow = HAZARDS.iter().map(|hazard| Allow { hazard: hazard.kind, object: None }).collect();
    let mut decisions =
        Decisions::new(&to.annotations, flags, arguments.renames.into(), allow, form(arguments.offline));
    let definitions = to.definitions.clone();
    let server = Development { server: &server, workspace: Workspace::new(&root) };
    let plan =
        decided(context, arguments, (from, to), &mut decisions, &server).map_err(|stop| stop.placed(&definitions))?;
    Ok(print(context, &plan, &notes))
}

/// The plan, once it is decided what is a rename.
fn decided(
    context: &Context<'_>,
    arguments: &Arguments,
    (from, to): (Read, Read),
    decisions: &mut Decisions,
    development: &Development<'_>,
) -> Result<Plan, Stop> {
    ask(context, (&from.state().catalog, &to.state().catalog), decisions, &to.definitions)?;
    let is_live = [&from, &to].iter().any(|read| matches!(read.place, Place::Live(_)));
    // Building a large live database anew takes far longer than reading it.
    if !arguments.prove
        && is_live
        && let Some(plan) = planned_as_read(from.state(), to.state(), decisions)?
    {
        return Ok(plan);
    }
    let major = (development.server)()?.major();
    // What one version prints, another one may not take.
    let of_another = [&from, &to].map(|read| read.state().major).into_iter().find(|other| *other != major);
    if let (true, Some(other)) = (arguments.prove, of_another) {
        return Err(another_major(other, major).into());
    }
    let built = from.on_scratch(development.server).and_then(|from| Ok((from, to.on_scratch(development.server)?)));
    let (mut from, mut to) = built.map_err(|stop| match (stop, of_another) {
        (Stop::Failure(error), Some(other)) => another_major(other, major).note(error.to_string()).into(),
        (stop, _) => stop,
    })?;
    let plan = planned(&mut from, &mut to, decisions)?;
    if is_live && !arguments.prove {
        return Ok(plan);
    }
    let drafts = drafts(&plan, &Words::default(), 1, &BTreeMap::new());
    match refuted(&mut from, &mut to, &drafts)? {
        None => Ok(plan),
        Some(refuted) => Err(refuted.saved(&private_folder(&development.workspace)?, &drafts)?),
    }
}

/// Schemas of live databases are built on the development server only where it is like theirs.
fn another_major(live: u32, development: u32) -> Diagnostic {
    let message = format!(
        "the database is PostgreSQL {live}; the development server, where its schema has to be built, is {development}"
    );
    let hint = format!("set PG_BIN to the programs of PostgreSQL {live}, or LOCKSTEP_SERVER_URL to such a server");
    Diagnostic::error("another-major-version", message).hint(hint)
}

/// The workspace, whose development server is used, or a folder for temporary files outside of one.
fn server_root(context: &Context<'_>) -> Result<PathBuf, Stop> {
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let root = context.global.root.clone().or_else(|| Workspace::find(&here).map(|workspace| workspace.root));
    Ok(root.unwrap_or_else(std::env::temp_dir))
}

fn print(context: &Context<'_>, plan: &Plan, notes: &Vec<String>) -> Outcome {
    let files = plan.files.iter().zip(1_usize..);
    let steps: Vec<(usize, &Step)> =
        files.flat_map(|(file, number)| file.steps.iter().map(move |step| (number, step))).collect();
    match context.global.format {
        Format::Json => {
            let statements = steps.iter().map(|(file, step)| Statement {
                sql: &step.sql,
                object: step.object.to_string(),
                transaction: !step.runs_its_own_transactions(),
                file: *file,
                hazards: step.hazards.iter().map(ToString::to_string).collect(),
            });
            context.reporter.json(&Printed { statements: statements.collect(), notes });
        }
        Format::Text => {
            let mut before = 1;
            for (file, step) in steps {
                if file > before {
                    context.reporter.result("-- commit what is above before this");
                }
                before = file;
                comments(step).iter().for_each(|comment| context.reporter.result(&format!("-- {comment}")));
                context.reporter.result(&format!("{};\n", step.sql));
            }
        }
    }
    Outcome::Fine
}

/// What there is to know before the statement is run.
fn comments(step: &Step) -> Vec<String> {
    let outside = step.runs_its_own_transactions().then(|| "outside of a transaction block".to_owned());
    let hazards = step.hazards.iter().map(|hazard| format!("hazard: {hazard}"));
    outside.into_iter().chain(hazards).collect()
}
