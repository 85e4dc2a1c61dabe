//! What a real server says: the migrations build the schema, and the certificate tells the truth about it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use lockstep_core::catalog::{Catalog, ObjectAddress, ObjectKind};
use lockstep_core::certificate::{Certificate, stale_statements};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::diff::{Attribute, Change, diff};
use lockstep_core::query::Query;
use lockstep_core::source::Span;
use lockstep_core::workspace::Workspace;
use lockstep_postgres::{Server, never_null};

use super::scans;
use crate::pipeline::certify::{annotations, certified, signatures};
use crate::pipeline::change::settled;
use crate::pipeline::inputs::Inputs;
use crate::pipeline::queries::Queries;
use crate::pipeline::side::{Side, both};
use crate::stop::Stop;

/// Loads, replays, compares; a certificate that is stale is not compared, for it would only repeat that.
///
/// # Errors
/// What the server does not take.
pub(super) fn prove(
    server: &Server,
    inputs: &Inputs,
    certificate: Option<&Certificate>,
) -> Result<Vec<Diagnostic>, Stop> {
    let (mut current, (mut desired, loaded)) = both(server, inputs)?;
    settled(&mut current, &mut desired)?;
    let mut wrong = loaded.warnings.clone();
    wrong.extend(differences(&current.state.catalog, &desired.state.catalog, &loaded.definitions));
    if let Some(certificate) = certificate.filter(|_| wrong.len() == loaded.warnings.len()) {
        if major(&certificate.server) == major(server.version()) {
            wrong.extend(certified_wrongly(certificate, inputs, &mut desired)?);
        } else {
            wrong.push(other_server(&certificate.server, server.version()));
        }
    }
    Ok(wrong)
}

/// What the certificate says otherwise than the server, and what neither should say of large tables.
fn certified_wrongly(certificate: &Certificate, inputs: &Inputs, desired: &mut Side) -> Result<Vec<Diagnostic>, Stop> {
    let mut wrong = uncertified(&certificate.catalog, &desired.state.catalog);
    let annotations = annotations(&inputs.annotations);
    if certificate.annotations != annotations {
        wrong.push(untrue("its annotations are not those of the schema files".to_owned()));
    }
    // Of another schema other statements are sent, whatever the version.
    let stale = stale_statements(certificate).filter(|_| wrong.is_empty());
    let proven = never_null(desired.scratch.client(), &desired.state.catalog.views);
    if certificate.never_null != proven.context("cannot ask about the views")? {
        wrong.push(untrue("it is wrong about which columns of views may be NULL".to_owned()));
    }
    let accessors = signatures(desired, &annotations)?;
    let mut queries = certified(&inputs.queries, desired)?;
    let calls = certified(&inputs.calls, desired)?;
    match stale {
        Some(stale) => wrong.push(stale),
        None => wrong.extend(statements(&certificate.statements, &accessors)),
    }
    wrong.extend(statements(&certificate.queries, &queries));
    wrong.extend(inline(&certificate.inline, &calls, &inputs.calls));
    queries.extend(calls);
    wrong.extend(scans::scans(desired, inputs, &accessors, &queries)?);
    Ok(wrong)
}

fn differences(current: &Catalog, desired: &Catalog, definitions: &BTreeMap<ObjectAddress, Span>) -> Vec<Diagnostic> {
    let changes = diff(current, desired);
    let whole =
        |object: &ObjectAddress| changes.changes.get(object).filter(|change| !matches!(change, Change::Alter(_)));
    // What comes and goes with another object is not named a second time.
    let goes_along = |object: &ObjectAddress, change: &Change| {
        owners(object, current, desired).iter().any(|owner| whole(owner) == Some(change))
    };
    changes
        .iter()
        .filter(|(object, change)| !goes_along(object, change))
        .map(|(object, change)| {
            let message = match change {
                Change::Create => format!("the migrations do not make {object}"),
                Change::Drop => format!("the migrations leave {object}, which the schema does not have"),
                Change::Alter(attributes) => {
                    format!("the migrations make {object} otherwise than the schema ({})", words(attributes))
                }
            };
            Diagnostic::error("schema-not-migrated", message)
                .at(definitions.get(object).cloned())
                .hint("run `cargo xtask db:generate`")
        })
        .collect()
}

/// What an object may be a part of: the relation that has its name, the table whose column owns a sequence.
fn owners(object: &ObjectAddress, current: &Catalog, desired: &Catalog) -> Vec<ObjectAddress> {
    let Some(name) = object.qualified_name() else { return Vec::new() };
    if object.kind == ObjectKind::Sequence {
        let owned = |catalog: &Catalog| catalog.sequences.get(&name)?.owned_by.as_ref().map(|(table, _)| table.clone());
        let table = owned(desired).or_else(|| owned(current));
        return table.iter().map(|table| ObjectAddress::object(ObjectKind::Table, table)).collect();
    }
    if object.part.is_none() || object.kind == ObjectKind::Routine {
        return Vec::new();
    }
    let kinds = [ObjectKind::Table, ObjectKind::View, ObjectKind::MaterializedView, ObjectKind::Domain];
    kinds.map(|kind| ObjectAddress::object(kind, &name)).into()
}

/// What differs, in words: `NotNull` as `not null`.
fn words(attributes: &BTreeSet<Attribute>) -> String {
    let words = attributes.iter().map(|attribute| {
        format!("{attribute:?}").chars().fold(String::new(), |mut words, next| {
            if next.is_ascii_uppercase() && !words.is_empty() {
                words.push(' ');
            }
            words.push(next.to_ascii_lowercase());
            words
        })
    });
    words.collect::<Vec<_>>().join(", ")
}

fn uncertified(certified: &Catalog, desired: &Catalog) -> Vec<Diagnostic> {
    let changes = diff(certified, desired);
    changes.iter().map(|(object, _)| untrue(format!("it is wrong about {object}"))).collect()
}

fn statements<T: PartialEq>(certified: &BTreeMap<String, T>, described: &BTreeMap<String, T>) -> Vec<Diagnostic> {
    let mut names: Vec<&String> = certified.keys().chain(described.keys()).collect();
    names.sort();
    names.dedup();
    names.retain(|name| certified.get(*name) != described.get(*name));
    names.into_iter().map(|name| untrue(format!("it is wrong about the statement {name}"))).collect()
}

/// The calls in the sources of which the certificate says something else; those that only one side has are told already.
fn inline(
    certified: &BTreeMap<String, Query>,
    described: &BTreeMap<String, Query>,
    calls: &Queries,
) -> Vec<Diagnostic> {
    let differs = |(key, query): &(&String, &Query)| certified.get(*key).is_some_and(|known| known != *query);
    let wrong = described.iter().filter(differs);
    wrong
        .map(|(key, _)| {
            let place = calls.get(key).map(|text| text.place.clone());
            untrue("it is wrong about this query".to_owned()).at(place)
        })
        .collect()
}

fn untrue(what: String) -> Diagnostic {
    Diagnostic::error(
        "untrue-certificate",
        format!("{} does not say what the server says: {what}", Workspace::CERTIFICATE),
    )
    .hint("nobody edits the certificate: remove it and run `cargo xtask db:generate`")
}

fn other_server(certified: &str, version: &str) -> Diagnostic {
    let message = format!(
        "{} was written with PostgreSQL {certified}, and this server is PostgreSQL {version}",
        Workspace::CERTIFICATE
    );
    Diagnostic::error("other-server", message).hint(format!(
        "set LOCKSTEP_SERVER_URL or PG_BIN to PostgreSQL {}, or remove the certificate and run `cargo xtask \
         db:generate` to go over to {}",
        major(certified),
        major(version)
    ))
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}
