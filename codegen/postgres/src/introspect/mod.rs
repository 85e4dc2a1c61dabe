//! Reads a database into the model: one query per kind of object, however many objects there are.
//!
//! In: a connection. Out: the [`State`] (catalog and dependencies), and a [`Refusal`] for each thing that the server
//! holds and the model does not. It changes nothing: its transaction is read only and its settings are local to it.
//! It never guesses: a code that it does not know is an error.
//!
//! Extensions' objects, the system's schemas, temporary objects and the two history tables are not part of a schema.
//! Neither is who owns an object, nor large objects, which are data; nor what a subscription connects with and whether it
//! runs, nor the values of options that hold secrets: those are set on each server by hand.

pub(crate) mod bodies;
mod columns;
mod composites;
mod constraints;
pub(crate) mod defined;
mod dependencies;
mod domains;
mod enums;
mod extensions;
mod facts;
mod found;
mod indexes;
mod privileges;
mod ranges;
mod refusals;
mod routines;
mod row;
mod schemas;
mod security_labels;
mod sequences;
mod tables;
mod triggers;
mod views;

use lockstep_core::catalog::{Catalog, State};
use postgres::error::SqlState;
use postgres::{Client, IsolationLevel, Row, SimpleQueryMessage, Transaction};

use crate::error::Error;

/// What a database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    /// All that the model holds, with its dependencies.
    pub state: State,
    /// All that it does not, sorted.
    pub refused: Vec<Refusal>,
}

/// Something that the server holds and the model does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// What it is, in PostgreSQL's words: `policy`, `partitioned table`, `privilege`.
    pub kind: String,
    /// Which object, as `pg_identify_object` names it.
    pub object: String,
    /// What else there is to say.
    pub detail: Option<String>,
    /// The transaction that last wrote it (`xmin`); tells which statement made it where each has its own.
    pub transaction: u32,
}

/// Reads the whole database in one snapshot.
///
/// # Errors
/// When the server fails, or answers with a code that servers from 14 to 18 do not have.
pub fn introspect(client: &mut Client) -> Result<Introspection, Error> {
    let mut reader = Reader::begin(client)?;
    let mut found = found::Found::default();
    schemas::read(&mut reader, &mut found)?;
    let extensions = extensions::read(&mut reader, &mut found)?;
    enums::read(&mut reader, &mut found)?;
    domains::read(&mut reader, &mut found)?;
    composites::read(&mut reader, &mut found)?;
    ranges::read(&mut reader, &mut found)?;
    sequences::read(&mut reader, &mut found)?;
    tables::read(&mut reader, &mut found)?;
    views::read(&mut reader, &mut found)?;
    columns::read(&mut reader, &mut found)?;
    constraints::read(&mut reader, &mut found)?;
    indexes::read(&mut reader, &mut found)?;
    routines::read(&mut reader, &mut found)?;
    triggers::read(&mut reader, &mut found)?;
    defined::read(&mut reader, &mut found)?;
    let dependencies = dependencies::read(&mut reader, &found)?;
    let mut refused = refusals::read(&mut reader)?;
    refused.extend(privileges::read(&mut reader, &mut found)?);
    refused.extend(security_labels::read(&mut reader, &mut found)?);
    let facts = facts::read(&mut reader, &found, extensions)?;
    refused.sort();
    refused.dedup();
    let major = reader.major;
    reader.finish()?;
    Ok(Introspection { state: State { catalog: found.catalog, dependencies, facts, major }, refused })
}

/// The subscriptions of the database, and nothing else.
pub(crate) fn subscriptions(client: &mut Client) -> Result<State, Error> {
    let mut reader = Reader::begin(client)?;
    let major = reader.major;
    let defined = defined::select(&mut reader.transaction, major, "o.kind = 'subscription'")?;
    reader.finish()?;
    Ok(State { catalog: Catalog { defined, ..Catalog::default() }, major, ..State::default() })
}

/// What the texts of the server depend on, fixed for the transaction. JIT compilation would cost more than the queries.
pub(crate) const SETTINGS: &str = "\
SET LOCAL search_path = '';
SET LOCAL DateStyle = 'ISO, MDY';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL TimeZone = 'UTC';
SET LOCAL extra_float_digits = 1;
SET LOCAL quote_all_identifiers = off;
SET LOCAL bytea_output = 'hex';
SET LOCAL standard_conforming_strings = on;
SET LOCAL jit = off;
";

/// Every role may read all that introspection reads, until somebody takes that right away.
const MAY_NOT_READ: &str = "let the role read the system catalogs (`GRANT SELECT ON TABLE pg_catalog.… TO …`), or \
                            connect as one that may: what cannot be read would be left out";

/// The transaction that the queries run in.
struct Reader<'a> {
    transaction: Transaction<'a>,
    /// The server's major version.
    major: u32,
}

impl<'a> Reader<'a> {
    fn begin(client: &'a mut Client) -> Result<Self, Error> {
        let builder = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
        let mut transaction = builder.start().map_err(Error::action("begin to introspect"))?;
        let set = format!("{SETTINGS}SHOW server_version_num");
        let answers = transaction.simple_query(&set).map_err(Error::action("set what introspection needs"))?;
        let version = answers.iter().find_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => row.get(0)?.parse::<u32>().ok(),
            _ => None,
        });
        let version = version.ok_or_else(|| Error::Unexpected("the server does not tell its version".to_owned()))?;
        Ok(Self { transaction, major: version / 10_000 })
    }

    fn rows(&mut self, action: &'static str, query: &str) -> Result<Vec<Row>, Error> {
        self.transaction.query_typed(query, &[]).map_err(|source| Error::Action {
            action: action.to_owned(),
            hint: (source.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE)).then(|| MAY_NOT_READ.to_owned()),
            source,
        })
    }

    fn finish(self) -> Result<(), Error> {
        self.transaction.commit().map_err(Error::action("end the introspection"))
    }
}
