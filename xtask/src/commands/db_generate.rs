//! `db:generate`: writes the migration that leads from the migrations to `schema/`, and the certificate.
//!
//! Nothing is written before all of it is proven: the new files are run on the replayed migrations, and what comes out
//! must be the schema.

use lockstep_core::certificate::Certificate;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::diff::column_orders;
use lockstep_core::migration::parse_file_name;
use lockstep_core::plan::{Allow, Form};
use lockstep_core::rename::RenamePolicy;
use lockstep_core::settings::settings;
use lockstep_core::workspace::Workspace;
use lockstep_postgres::load::Loaded;
use serde::Serialize;

use crate::cli::Context;
use crate::pipeline::ask::ask;
use crate::pipeline::certify::{certified, certify, unusable};
use crate::pipeline::change::{Decisions, RenameFlag, planned};
use crate::pipeline::draft::{Draft, Words, drafts, following};
use crate::pipeline::inputs::Inputs;
use crate::pipeline::live;
use crate::pipeline::proof::prove;
use crate::pipeline::queries;
use crate::pipeline::side::{self, Side};
use crate::pipeline::write::{Lock, private_folder, write_all};
use crate::stop::{Outcome, Stop};

/// The arguments of `db:generate`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The name of the migration, such as add_order_public_token [default: made from the changes]
    #[arg(value_parser = name)]
    pub name: Option<String>,
    /// Accept a hazard, everywhere (drop-column) or for one object (drop-column:commerce.order.note)
    #[arg(long, value_name = "HAZARD[:OBJECT]")]
    pub allow: Vec<Allow>,
    /// Rename instead of drop and create: commerce.order.note=remark
    #[arg(long, value_name = "OLD=NEW")]
    pub rename: Vec<RenameFlag>,
    /// What might be a rename and was not decided
    #[arg(long, value_enum, default_value_t = Renames::Ask)]
    pub renames: Renames,
    /// The plain statements in as few files as possible: for a database that nobody uses meanwhile
    #[arg(long)]
    pub offline: bool,
    /// Why the migration is needed: the header's Problem
    #[arg(long, value_name = "TEXT")]
    pub problem: Option<String>,
    /// What it does about it: the header's Solution [default: made from the changes]
    #[arg(long, value_name = "TEXT")]
    pub solution: Option<String>,
    /// Write nothing; say why columns of a query may be NULL: orders.find_open
    #[arg(long, value_name = "QUERY")]
    pub explain: Option<String>,
}

/// What is done where a drop and a create might be a rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Renames {
    /// Stop and say so.
    Ask,
    /// Drop and create.
    None,
}

impl From<Renames> for RenamePolicy {
    fn from(renames: Renames) -> Self {
        match renames {
            Renames::Ask => Self::Ask,
            Renames::None => Self::None,
        }
    }
}

/// What `--offline` says.
pub(super) fn form(offline: bool) -> Form {
    if offline { Form::Offline } else { Form::Online }
}

/// What `--format json` prints.
#[derive(Debug, Serialize)]
struct Written<'a> {
    migrations: Vec<&'a str>,
    certificate: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
}

fn name(text: &str) -> Result<String, String> {
    parse_file_name(&format!("V1__{text}.sql"))
        .map(|(_, name)| name)
        .map_err(|_| "a name holds a-z, 0-9 and _".to_owned())
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    let _lock = Lock::acquire(&workspace, context.reporter)?;
    let inputs = Inputs::read(&workspace)?;
    if let Some(query) = &arguments.explain {
        return explain(context, &workspace, &inputs, query);
    }
    if inputs.fresh_certificate().is_some() {
        return Ok(report(context, &[], false, &[]));
    }
    if let Some(written) = recertified(&workspace, &inputs)? {
        put(&workspace, &[], &written)?;
        return Ok(report(context, &[], true, &[]));
    }
    if let Err(newer) = inputs.certificate.as_ref()
        && newer.code == "newer-certificate"
    {
        return Err(newer.clone().into());
    }
    let broken = inputs.broken_history();
    if !broken.is_empty() {
        return Err(broken.into());
    }
    let server = live::server(&workspace)?;
    let (mut current, (mut desired, loaded)) = side::both(&server, &inputs)?;
    context.reporter.diagnostics(&loaded.warnings);
    let mut drafts = plan_drafts(context, arguments, &inputs, &mut current, &mut desired, &loaded)?;
    if let Some(refuted) = prove(&mut current, &mut desired, &mut drafts)? {
        return Err(refuted.saved(&private_folder(&workspace)?, &drafts)?);
    }
    let certificate = certify(&inputs, &drafts, &mut desired)?;
    usable(&workspace, &certificate, &inputs)?;
    put(&workspace, &drafts, &certificate)?;
    let orders = column_orders(&current.state.catalog, &desired.state.catalog);
    let notes: Vec<String> = orders.iter().map(ToString::to_string).collect();
    Ok(report(context, &drafts, true, &notes))
}

/// The certificate, where only calls in the sources have come or gone: what the same server said of all else stays.
fn recertified(workspace: &Workspace, inputs: &Inputs) -> Result<Option<Certificate>, Stop> {
    let Some(certificate) = inputs.certificate_of_files() else { return Ok(None) };
    let server = live::server(workspace)?;
    if server.version() != certificate.server {
        return Ok(None);
    }
    let (mut desired, _) = side::desired(&server, &inputs.schema)?;
    let written = Certificate { inline: certified(&inputs.calls, &mut desired)?, ..certificate.clone() };
    usable(workspace, &written, inputs)?;
    Ok(Some(written))
}

fn usable(workspace: &Workspace, certificate: &Certificate, inputs: &Inputs) -> Result<(), Stop> {
    let wrong = unusable(certificate, &inputs.calls, &settings(&workspace.root)?);
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// What `--explain --format json` prints of a column.
#[derive(Debug, Serialize)]
struct Explained<'a> {
    column: &'a str,
    not_null: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
}

fn explain(context: &Context<'_>, workspace: &Workspace, inputs: &Inputs, name: &str) -> Result<Outcome, Stop> {
    let mut found = inputs.queries.clone();
    found.retain(|key, query| key == name || query.name == name);
    if found.is_empty() {
        let names: Vec<&str> = inputs.queries.keys().map(String::as_str).collect();
        let hint = if names.is_empty() { "no file of app/queries/ has one".to_owned() } else { names.join(", ") };
        let unknown = Diagnostic::error("unknown-query", format!("there is no query {name}"));
        return Err(unknown.hint(format!("there are: {hint}")).into());
    }
    let (mut desired, _) = side::desired(&live::server(workspace)?, &inputs.schema)?;
    for (name, understood) in queries::understood(&found, &mut desired)? {
        let columns: Vec<Explained<'_>> = understood
            .query
            .columns
            .iter()
            .zip(&understood.proofs)
            .map(|(column, proof)| Explained {
                column: &column.name,
                not_null: column.not_null,
                because: proof.as_ref().err().map(ToString::to_string),
            })
            .collect();
        match context.global.format {
            crate::cli::Format::Json => context.reporter.json(&columns),
            crate::cli::Format::Text => {
                context.reporter.result(&name);
                columns.iter().for_each(|column| context.reporter.result(&sentence(column)));
            }
        }
    }
    Ok(Outcome::Fine)
}

/// A column, whether it may be NULL, and below it why.
fn sentence(column: &Explained<'_>) -> String {
    let Explained { column, not_null, because } = column;
    match (not_null, because) {
        (true, None) => format!("  {column}: never NULL"),
        (true, Some(reason)) => {
            format!("  {column}: never NULL, because `!` says so; not proven: {}", indented(reason))
        }
        (false, None) => format!("  {column}: may be NULL, because `?` says so; it never is"),
        (false, Some(reason)) => format!("  {column}: may be NULL: {}", indented(reason)),
    }
}

fn indented(reason: &str) -> String {
    reason.lines().map(str::trim).collect::<Vec<_>>().join("\n      for ")
}

fn plan_drafts(
    context: &Context<'_>,
    arguments: &Arguments,
    inputs: &Inputs,
    current: &mut Side,
    desired: &mut Side,
    loaded: &Loaded,
) -> Result<Vec<Draft>, Stop> {
    let flags = arguments.rename.iter().map(|flag| flag.resolve(&current.state.catalog)).collect::<Result<_, _>>()?;
    let form = form(arguments.offline);
    let mut decisions =
        Decisions::new(&inputs.annotations, flags, arguments.renames.into(), arguments.allow.clone(), form);
    let catalogs = (&current.state.catalog, &desired.state.catalog);
    ask(context, catalogs, &mut decisions, &loaded.definitions).map_err(|stop| stop.placed(&loaded.definitions))?;
    let plan = planned(current, desired, &decisions).map_err(|stop| stop.placed(&loaded.definitions))?;
    let words = Words {
        name: arguments.name.clone(),
        problem: arguments.problem.clone(),
        solution: arguments.solution.clone(),
    };
    let last = inputs.migrations.last().map(|migration| migration.version);
    Ok(drafts(&plan, &words, next_version(last), &loaded.definitions))
}

/// The time in UTC as `YYYYMMDDHHMMSS`, or what follows the last version where that is later.
fn next_version(last: Option<i64>) -> i64 {
    let now = time::OffsetDateTime::now_utc();
    let date = i64::from(now.year()) * 10_000 + i64::from(u8::from(now.month())) * 100 + i64::from(now.day());
    let clock = i64::from(now.hour()) * 10_000 + i64::from(now.minute()) * 100 + i64::from(now.second());
    let version = date * 1_000_000 + clock;
    last.map_or(version, |last| version.max(following(last)))
}

/// Both catalogs and the files are kept for the report; the migrations folder stays as it was.
fn put(workspace: &Workspace, drafts: &[Draft], certificate: &Certificate) -> Result<(), Stop> {
    let migrations = drafts.iter().map(|draft| (draft.path(), draft.text()));
    let certificate = (Workspace::CERTIFICATE.to_owned(), certificate.write());
    write_all(workspace, &migrations.chain([certificate]).collect::<Vec<_>>())
}

fn report(context: &Context<'_>, drafts: &[Draft], certificate: bool, notes: &[String]) -> Outcome {
    use crate::cli::Format;
    let reporter = context.reporter;
    let paths: Vec<String> = drafts.iter().map(Draft::path).collect();
    match context.global.format {
        Format::Json => {
            reporter.json(&Written { migrations: paths.iter().map(String::as_str).collect(), certificate, notes });
        }
        Format::Text => paths.iter().for_each(|path| reporter.result(path)),
    }
    notes.iter().for_each(|note| reporter.say(&format!("note: {note}")));
    if drafts.is_empty() && !certificate {
        reporter.say("nothing to do: schema, migrations and certificate agree");
    } else if drafts.is_empty() {
        reporter.say("no migration is needed; the certificate was written");
    } else if drafts.iter().any(|draft| draft.header.problem.is_empty()) {
        reporter.say("fill in `Problem:` in the header: `cargo xtask check` refuses an empty one");
    }
    Outcome::Fine
}
