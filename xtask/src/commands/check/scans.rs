//! Large tables that a statement reads all of: `@large` above a table, `-- @scan reason` in the comment above a query.

use std::collections::BTreeMap;

use anyhow::Context as _;
use lockstep_core::certificate::Signature;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::name::{QualifiedName, quote_identifier};
use lockstep_core::query::{Query, QueryText};
use lockstep_postgres::scan::{LargeTables, Scan, scans as scans_of};

use crate::pipeline::inputs::Inputs;
use crate::pipeline::side::Side;
use crate::stop::Stop;

/// What no index serves, of all statements that the service can send; and reasons that are given for nothing.
///
/// # Errors
/// The connection's failure.
pub(super) fn scans(
    desired: &mut Side,
    inputs: &Inputs,
    accessors: &BTreeMap<String, Signature>,
    queries: &BTreeMap<String, Query>,
) -> Result<Vec<Diagnostic>, Stop> {
    let names: Vec<QualifiedName> =
        inputs.annotations.large.keys().filter_map(|table| table.qualified_name()).collect();
    if names.is_empty() {
        return Ok(needless(inputs, &BTreeMap::new()));
    }
    let client = desired.scratch.client();
    let large = LargeTables::read(client, &names).context("cannot look up the large tables")?;
    let types: BTreeMap<&String, Vec<String>> = queries
        .iter()
        .map(|(name, query)| (name, query.parameters.iter().map(|it| it.data_type.text.clone()).collect()))
        .collect();
    let texts = queries.iter().map(|(name, query)| (name.clone(), (query.sql.as_str(), types[&name].as_slice())));
    let of_queries = scans_of(client, &texts.collect(), &large).context("cannot explain the queries")?;
    let texts = accessors.iter().map(|(name, it)| (name.clone(), (it.sql.as_str(), it.parameters.as_slice())));
    let of_accessors = scans_of(client, &texts.collect(), &large).context("cannot explain the accessors")?;
    let mut found = Vec::new();
    for (name, outcome) in of_queries.iter().chain(&of_accessors) {
        let query = inputs.queries.get(name).or_else(|| inputs.calls.get(name));
        match outcome {
            Ok(scans) => {
                let unexplained = scans.iter().filter(|_| query.is_none_or(|query| query.scan.is_none()));
                found.extend(unexplained.map(|scan| finding(name, scan, query)));
            }
            Err(told) => found.push(
                Diagnostic::warning("unexplained-statement", format!("the server cannot plan {name} without values"))
                    .at(query.map(|query| query.place.clone()))
                    .note(told),
            ),
        }
    }
    found.extend(needless(inputs, &of_queries));
    Ok(found)
}

fn finding(name: &str, scan: &Scan, query: Option<&QueryText>) -> Diagnostic {
    let Scan { table, condition, index } = scan;
    let serve = match index {
        Some(columns) => {
            let columns: Vec<String> = columns.iter().map(|column| quote_identifier(column)).collect();
            format!("`CREATE INDEX ON {table} ({})` in schema/ would serve it", columns.join(", "))
        }
        None if condition.is_some() => "add an index on the expressions that it compares".to_owned(),
        None => "give it a condition or a LIMIT that an index serves".to_owned(),
    };
    let is_call = query.is_some_and(|query| query.cardinality.is_none());
    let allow = match query {
        Some(_) if is_call => "; or say in the text, on a line above the statement, why it may: `-- @scan reason`",
        Some(_) => "; or say in its comment why it may: `-- @scan reason`",
        None => "",
    };
    let name = query.filter(|_| is_call).map_or(name, |query| &query.name);
    let message = format!("{name} reads all of {}, which is large", table.key());
    let diagnostic = Diagnostic::error("sequential-scan", message).at(query.map(|query| query.place.clone()));
    let diagnostic = condition
        .iter()
        .fold(diagnostic, |diagnostic, condition| diagnostic.note(format!("no index serves {condition}")));
    diagnostic.hint(serve + allow)
}

/// Reasons for what a query does not do.
fn needless(inputs: &Inputs, found: &BTreeMap<String, Result<Vec<Scan>, String>>) -> Vec<Diagnostic> {
    let of_query = |(name, query): (&String, &QueryText)| {
        let scan = query.scan.as_ref().filter(|_| !found.contains_key(name))?;
        let name = if query.cardinality.is_none() { &query.name } else { name };
        let message = format!("`@scan` says why {name} reads all of a large table, and it does not");
        Some(Diagnostic::error("annotation-matches-nothing", message).at(scan.place.clone()).hint("take it out"))
    };
    inputs.queries.iter().chain(&inputs.calls).filter_map(of_query).collect()
}
