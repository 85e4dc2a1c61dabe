//! A query of the service's own, as the server understood it: its parameters, its columns, and which are never NULL.
//!
//! In: a query out of a file, and a connection to a database that has the schema. Out: what the certificate says of it,
//! with a proof for each column, or what is wrong with it at its place in the file. Nothing of it is run.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_core::catalog::{DataType, View};
use lockstep_core::certificate::Signature;
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::name::{Identifier, QualifiedName};
use lockstep_core::query::nullability::{OutputColumn, Proof, columns};
use lockstep_core::query::{Cardinality, NamedParameter, Query, QueryColumn, QueryParameter, QueryText, origin};
use postgres::Client;

use crate::analyse::{Analysis, analyse};
use crate::describe::describe;
use crate::diagnose::diagnose_query;
use crate::error::Error;

/// A query that the server took, with what is known of its columns.
#[derive(Clone, Debug)]
pub struct Understood {
    /// What the certificate says.
    pub query: Query,
    /// For each column whether it is never NULL.
    pub proofs: Vec<Proof>,
}

/// Asks the server about a query.
///
/// # Errors
/// The connection's failure. The inner error is what is wrong with the query.
pub fn understand(client: &mut Client, text: &QueryText) -> Result<Result<Understood, Vec<Diagnostic>>, Error> {
    let signature = match described(client, text)? {
        Ok(signature) => signature,
        Err(diagnostic) => return Ok(Err(vec![*diagnostic])),
    };
    let analysis = analyse(client, &text.sql, &signature.parameters)?;
    let wanted: Vec<&String> =
        signature.parameters.iter().chain(signature.columns.iter().map(|column| &column.data_type)).collect();
    let types = data_types(client, &wanted)?;
    Ok(put_together(text, &signature, analysis, &types))
}

/// For each view the columns that are proven never to be NULL. What a materialized view holds may be older than the
/// constraints that would prove it.
///
/// # Errors
/// The connection's failure.
pub fn never_null(
    client: &mut Client,
    views: &BTreeMap<QualifiedName, View>,
) -> Result<BTreeMap<QualifiedName, BTreeSet<Identifier>>, Error> {
    let mut all = BTreeMap::new();
    for (name, view) in views {
        let Some(Analysis { query, facts, relations: _ }) = analyse(client, &format!("SELECT * FROM {name}"), &[])?
        else {
            continue;
        };
        let proven = columns(&query, &facts).into_iter().zip(&view.columns).filter(|(found, _)| found.proof.is_ok());
        let proven: BTreeSet<Identifier> = proven.map(|(_, column)| column.name.clone()).collect();
        if !proven.is_empty() {
            all.insert(name.clone(), proven);
        }
    }
    Ok(all)
}

fn described(client: &mut Client, text: &QueryText) -> Result<Result<Signature, Box<Diagnostic>>, Error> {
    match describe(client, &text.sql) {
        Ok(signature) => Ok(Ok(signature)),
        Err(Error::Sql(error)) => match error.as_db_error() {
            Some(told) => Ok(Err(Box::new(diagnose_query(told, text)))),
            None => Err(Error::Sql(error)),
        },
        Err(error) => Err(error),
    }
}

/// The types by the texts that `format_type` printed.
fn data_types(client: &mut Client, texts: &[&String]) -> Result<BTreeMap<String, DataType>, Error> {
    let texts: Vec<&String> = texts.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let rows = client.query(
        "SELECT n.nspname::text, t.typname::text, e.oid IS NOT NULL, w.text
         FROM unnest($1::text[]) WITH ORDINALITY AS w (text, place)
         JOIN pg_catalog.pg_type a ON a.oid = to_regtype(w.text)
         LEFT JOIN pg_catalog.pg_type e ON e.oid = a.typelem AND e.typarray = a.oid
         JOIN pg_catalog.pg_type t ON t.oid = coalesce(e.oid, a.oid)
         JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
         ORDER BY w.place",
        &[&texts],
    )?;
    let read = |row: &postgres::Row| {
        let name = QualifiedName::new(row.get::<_, &str>(0), row.get::<_, &str>(1));
        let text: String = row.get(3);
        (text.clone(), DataType { text, name, array: row.get(2) })
    };
    Ok(rows.iter().map(read).collect())
}

fn put_together(
    text: &QueryText,
    signature: &Signature,
    analysis: Option<Analysis>,
    types: &BTreeMap<String, DataType>,
) -> Result<Understood, Vec<Diagnostic>> {
    // What `format_type` prints is read back by the same server: only a pseudo-type is not.
    let pseudo = |text: &String| {
        let name = QualifiedName::new("pg_catalog", text.as_str());
        DataType { text: text.clone(), name, array: false }
    };
    let data_type = |shown: &String| types.get(shown).cloned().unwrap_or_else(|| pseudo(shown));
    let mut output: Vec<OutputColumn> = Vec::new();
    let mut origins = BTreeMap::new();
    let mut relations = BTreeMap::new();
    if let Some(Analysis { query, mut facts, relations: known }) = analysis {
        let is_given = |place: usize| !text.parameters.get(place).is_some_and(|parameter| parameter.nullable);
        facts.parameters = (0..signature.parameters.len()).map(is_given).collect();
        output = columns(&query, &facts);
        origins = origin::parameters(&query);
        relations = known;
    }
    let key = |(relation, column): (u32, i64)| {
        let (name, columns) = relations.get(&relation)?;
        Some(format!("{name}.{}", columns.get(&column)?))
    };
    let mut diagnostics = wrong(text, signature);
    let parameters: Vec<QueryParameter> = signature
        .parameters
        .iter()
        .zip(1_i64..)
        .zip(0_usize..)
        .map(|((shown, number), place)| {
            let named: Option<&NamedParameter> = text.parameters.get(place);
            let column = origins.get(&number).copied().and_then(key);
            let name = named.and_then(|named| named.name.clone());
            QueryParameter {
                name: name.unwrap_or_else(|| format!("arg_{number}")),
                data_type: data_type(shown),
                nullable: named.is_some_and(|named| named.nullable),
                column,
            }
        })
        .collect();
    let own = if signature.columns.is_empty() { Cardinality::Exec } else { Cardinality::Many };
    let cardinality = text.cardinality.unwrap_or(own);
    let has_rows = cardinality.has_rows();
    let (mut columns, mut proofs, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (place, column) in signature.columns.iter().enumerate().filter(|_| has_rows) {
        let found = output.get(place);
        let proof =
            found.map_or_else(|| Err(lockstep_core::query::nullability::unknown()), |found| found.proof.clone());
        let (name, said) = said(&column.name);
        if !seen.insert(name.to_owned()) {
            diagnostics.push(repeated(text, name));
        }
        columns.push(QueryColumn {
            name: name.to_owned(),
            data_type: data_type(&column.data_type),
            not_null: said.unwrap_or(proof.is_ok()),
            column: found.and_then(|found| found.origin).and_then(key),
        });
        proofs.push(proof);
    }
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let query = Query { cardinality, comment: text.comment.clone(), sql: text.sql.clone(), parameters, columns };
    Ok(Understood { query, proofs })
}

/// `total!` is never NULL and `total?` may be, whatever is proven.
fn said(name: &str) -> (&str, Option<bool>) {
    match (name.strip_suffix('!'), name.strip_suffix('?')) {
        (Some(name), _) => (name, Some(true)),
        (None, Some(name)) if name != "?column" => (name, Some(false)),
        (None, _) => (name, None),
    }
}

fn wrong(text: &QueryText, signature: &Signature) -> Vec<Diagnostic> {
    let mut wrong = Vec::new();
    let has_rows = text.cardinality.is_none_or(Cardinality::has_rows);
    if let Some(word) = text.cardinality.filter(|it| it.has_rows()).map(Cardinality::word)
        && signature.columns.is_empty()
    {
        let message = format!("{} returns no rows, and :{word} wants some", text.name);
        let hint = "write :exec or :execrows, or give the statement a RETURNING";
        wrong.push(Diagnostic::error("query-without-rows", message).at(text.place.clone()).hint(hint));
    }
    if has_rows && signature.columns.iter().any(|column| column.name == "?column?") {
        let message = format!("a column of {} has no name", text.name);
        let hint = "give each expression a name: `SELECT a + b AS total`";
        wrong.push(Diagnostic::error("unnamed-column", message).at(text.place.clone()).hint(hint));
    }
    wrong
}

fn repeated(text: &QueryText, name: &str) -> Diagnostic {
    let message = format!("two columns of {} are called {name}", text.name);
    Diagnostic::error("duplicate-column", message).at(text.place.clone()).hint("give one of them another name with AS")
}
