//! The certificate of a proven workspace.

use std::collections::BTreeMap;

use anyhow::Context as _;
use lockstep_core::annotation::SchemaAnnotations;
use lockstep_core::catalog::ObjectAddress;
use lockstep_core::certificate::{Annotations, Certificate, FORMAT, Signature, emitted, migration_hash};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::emit::rust::{Typing, statements};
use lockstep_core::query::Query;
use lockstep_core::settings::Settings;
use lockstep_postgres::describe::describe_all;
use lockstep_postgres::never_null;

use crate::pipeline::GENERATOR;
use crate::pipeline::draft::Draft;
use crate::pipeline::inputs::Inputs;
use crate::pipeline::queries::{self, Queries};
use crate::pipeline::side::Side;
use crate::stop::Stop;

/// The certificate of the files and the drafts, which are proven to build what is in `desired`.
///
/// # Errors
/// When the server does not take a statement of the accessors.
pub fn certify(inputs: &Inputs, drafts: &[Draft], desired: &mut Side) -> Result<Certificate, Stop> {
    let annotations = annotations(&inputs.annotations);
    let mut files = inputs.hashes.clone();
    files.extend(drafts.iter().map(|draft| (draft.path(), migration_hash(&draft.migration()))));
    let views = &desired.state.catalog.views;
    let never_null = never_null(desired.scratch.client(), views).context("cannot ask about the views")?;
    Ok(Certificate {
        format: FORMAT,
        generator: GENERATOR.to_owned(),
        server: desired.scratch.server().version().to_owned(),
        emitted: emitted(&desired.state.catalog, &annotations),
        files,
        never_null,
        queries: certified(&inputs.queries, desired)?,
        inline: certified(&inputs.calls, desired)?,
        statements: signatures(desired, &annotations)?,
        annotations,
        catalog: desired.state.catalog.clone(),
    })
}

/// The calls in the sources whose values cannot travel as they are: the compiler would say so at each of them.
#[must_use]
pub fn unusable(certificate: &Certificate, calls: &Queries, settings: &Settings) -> Vec<Diagnostic> {
    let code = Typing::new(certificate, settings).all();
    let placed = |(key, wrong): (String, Vec<Diagnostic>)| {
        let place = calls.get(&key).map(|text| text.place.clone());
        wrong.into_iter().map(move |diagnostic| diagnostic.at(place.clone()))
    };
    code.into_iter().filter_map(|(key, code)| Some((key, code.err()?))).flat_map(placed).collect()
}

/// What the server says of each query of the service's own.
///
/// # Errors
/// What is wrong with the queries, at their places.
pub fn certified(queries: &Queries, desired: &mut Side) -> Result<BTreeMap<String, Query>, Stop> {
    let understood = queries::understood(queries, desired)?;
    Ok(understood.into_iter().map(|(name, understood)| (name, understood.query)).collect())
}

/// What the server says of each statement that the accessors send.
///
/// # Errors
/// When the server does not take one of them.
pub fn signatures(desired: &mut Side, annotations: &Annotations) -> Result<BTreeMap<String, Signature>, Stop> {
    let described = describe_all(desired.scratch.client(), &statements(&desired.state.catalog, annotations))?;
    described
        .into_iter()
        .map(|(name, signature)| {
            let signature = signature.with_context(|| format!("the server refuses the accessor {name}"))?;
            Ok((name, signature))
        })
        .collect()
}

/// The annotations that generated code needs.
#[must_use]
pub fn annotations(annotations: &SchemaAnnotations) -> Annotations {
    let SchemaAnnotations { rust, newtypes, sensitive, renames: _, large: _, using: _, backfill: _ } = annotations;
    let rust = rust.iter().map(|(address, (path, _))| (address.key(), path.clone())).collect();
    Annotations {
        rust,
        newtypes: newtypes.keys().map(ObjectAddress::key).collect(),
        sensitive: sensitive.keys().map(ObjectAddress::key).collect(),
    }
}
