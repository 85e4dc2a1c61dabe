//! `query:check`: what the development server says about a query, for a compiler that does not find it in the certificate.
//! Starts no server and writes nothing.

use std::io::Read as _;

use anyhow::{Context as _, anyhow};
use lockstep_core::build::few_lines;
use lockstep_core::certificate::hash;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::query::inline::{Answer, in_text};
use lockstep_core::query::{Literal, inline};
use lockstep_core::source::SourceFile;
use lockstep_postgres::server::running;
use lockstep_postgres::{load, understand};

use crate::cli::Context;
use crate::stop::{Outcome, Stop};

/// Say what the development server says about the query on the standard input.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

pub(super) fn run(context: &Context<'_>, _arguments: &Arguments) -> Result<Outcome, Stop> {
    let workspace = context.workspace()?;
    let server = running(&workspace.root)?
        .ok_or_else(|| anyhow!("the development server does not run\n  hint: `cargo xtask services:up` starts it"))?;
    let mut sql = String::new();
    std::io::stdin().read_to_string(&mut sql).context("cannot read the query")?;
    let file = SourceFile::new("", sql.as_str());
    let answer = match inline::read(&file, &Literal::whole(&sql)) {
        Ok(query) => {
            let schema = workspace.schema_files().context("cannot read the schema")?;
            let texts: Vec<&str> = schema.iter().flat_map(|file| [file.path.as_str(), file.text.as_str()]).collect();
            let key = hash(&[env!("CARGO_PKG_VERSION"), &texts.join("\0")].join("\0"));
            // A compiler asks about one text after another.
            let mut scratch = server.filled(&key["sha256:".len()..][..16], |scratch| {
                load(scratch.client(), &schema, server.missing_roles())??;
                Ok::<(), Stop>(())
            })?;
            match understand(scratch.client(), &query.text)? {
                Ok(understood) => Answer::Taken(understood.query),
                Err(wrong) => refused(wrong),
            }
        }
        Err(wrong) => refused(wrong),
    };
    context.reporter.json(&answer);
    Ok(Outcome::Fine)
}

fn refused(wrong: Vec<Diagnostic>) -> Answer {
    let wrong: Vec<Diagnostic> = wrong.into_iter().map(in_text).collect();
    Answer::Refused(few_lines(&wrong).join("\n"))
}
