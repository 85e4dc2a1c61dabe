//! Which statements read all of a large table, as the server's planner has to: `EXPLAIN`, nothing is run.
//!
//! In: a connection to a database that has the schema, outside a transaction, the tables that are large, and statements
//! with the types of their parameters. Out: for each statement the large tables that no index serves it for, and where the
//! server finds one, an index that would. Scratch tables are empty, so costs say nothing: whatever reads a table whole is
//! forbidden as far as it can be (PostgreSQL manual, 20.7.1), and what is planned nevertheless has no other way.

mod plan;

use std::collections::{BTreeMap, BTreeSet};

use lockstep_core::name::{QualifiedName, quote_identifier};
use postgres::{Client, SimpleQueryMessage};
use serde_json::Value;

use self::plan::Read;
use crate::error::Error;

/// The large tables of a database, with what has to be known to explain statements there.
#[derive(Clone, Debug)]
pub struct LargeTables {
    /// From each large table, and each table that is a part of one, to the large table.
    tables: BTreeMap<QualifiedName, QualifiedName>,
    /// Their columns.
    columns: BTreeMap<QualifiedName, BTreeSet<String>>,
    /// From each domain to the type beneath.
    domains: BTreeMap<String, String>,
}

/// A large table that a statement reads all of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scan {
    /// The table.
    pub table: QualifiedName,
    /// What the statement wants of its rows, as the server prints it.
    pub condition: Option<String>,
    /// The columns of an index that would serve it.
    pub index: Option<Vec<String>>,
}

impl LargeTables {
    /// Looks up what belongs to these tables.
    ///
    /// # Errors
    /// The connection's failure.
    pub fn read(client: &mut Client, names: &[QualifiedName]) -> Result<Self, Error> {
        let schemas: Vec<&str> = names.iter().map(|name| name.schema.as_str()).collect();
        let tables: Vec<&str> = names.iter().map(|name| name.name.as_str()).collect();
        let mut transaction = client.transaction()?;
        transaction.batch_execute("SET LOCAL search_path = ''")?;
        let rows = transaction.query(PARTS, &[&schemas, &tables])?;
        let mut large = Self { tables: BTreeMap::new(), columns: BTreeMap::new(), domains: BTreeMap::new() };
        for row in rows {
            let name = |at: usize| QualifiedName::new(row.get::<_, &str>(at), row.get::<_, &str>(at + 1));
            large.tables.insert(name(0), name(2));
            large.columns.insert(name(0), row.get::<_, Vec<String>>(4).into_iter().collect());
        }
        let domains = transaction.query(DOMAINS, &[])?;
        large.domains = domains.iter().map(|row| (row.get(0), row.get(1))).collect();
        transaction.rollback()?;
        Ok(large)
    }
}

/// A table is read with all that inherit from it, its partitions among them.
const PARTS: &str = "
WITH RECURSIVE part (root, oid) AS (
    SELECT c.oid, c.oid FROM unnest($1::text[], $2::text[]) AS large (schema, name)
    JOIN pg_catalog.pg_namespace n ON n.nspname = large.schema
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = large.name
    UNION
    SELECT part.root, i.inhrelid FROM part JOIN pg_catalog.pg_inherits i ON i.inhparent = part.oid
)
SELECT n.nspname::text, c.relname::text, rn.nspname::text, r.relname::text,
    ARRAY(SELECT attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped)
FROM part
JOIN pg_catalog.pg_class c ON c.oid = part.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_class r ON r.oid = part.root JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace";

/// A domain may refuse the NULL that stands for a value here; a value of the type beneath is taken as well.
const DOMAINS: &str = "
WITH RECURSIVE beneath (oid, base) AS (
    SELECT oid, typbasetype FROM pg_catalog.pg_type WHERE typtype = 'd'
    UNION ALL
    SELECT beneath.oid, t.typbasetype FROM beneath JOIN pg_catalog.pg_type t ON t.oid = beneath.base WHERE t.typtype = 'd'
)
SELECT format_type(beneath.oid, NULL), format_type(beneath.base, NULL)
FROM beneath JOIN pg_catalog.pg_type t ON t.oid = beneath.base WHERE t.typtype <> 'd'";

/// Looks for an access path that does not read tables whole, whatever the values of the parameters are.
const SETTINGS: &[(&str, &str)] = &[
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    // It would read whole indexes to have rows in order.
    ("enable_mergejoin", "off"),
];

/// The large tables that each statement reads all of, by its name; one that reads none is left out. A statement that
/// the server cannot plan without values has its complaint instead. A `COPY` has no plan: it reads no table.
///
/// # Errors
/// The connection's failure.
pub fn scans(
    client: &mut Client,
    statements: &BTreeMap<String, (&str, &[String])>,
    large: &LargeTables,
) -> Result<BTreeMap<String, Result<Vec<Scan>, String>>, Error> {
    let set: Vec<String> = SETTINGS.iter().map(|(name, value)| format!("SET {name} = {value}")).collect();
    let reset: Vec<String> = SETTINGS.iter().map(|(name, _)| format!("RESET {name}")).collect();
    client.batch_execute(&set.join(";"))?;
    let mut found = BTreeMap::new();
    for (name, (sql, parameters)) in statements.iter().filter(|(_, (sql, _))| !sql.starts_with("COPY ")) {
        match scans_of(client, sql, parameters, large) {
            Ok(scans) if scans.is_empty() => {}
            Ok(scans) => _ = found.insert(name.clone(), Ok(scans)),
            Err(Error::Sql(error)) if error.as_db_error().is_some() && !client.is_closed() => {
                let told = error.as_db_error().map(|told| told.message().to_owned());
                found.insert(name.clone(), Err(told.unwrap_or_default()));
            }
            Err(error) => return Err(error),
        }
    }
    client.batch_execute(&reset.join(";"))?;
    Ok(found)
}

fn scans_of(client: &mut Client, sql: &str, parameters: &[String], large: &LargeTables) -> Result<Vec<Scan>, Error> {
    let types: Vec<&str> =
        parameters.iter().map(|name| large.domains.get(name).map_or(name.as_str(), String::as_str)).collect();
    let types = if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) };
    client.batch_execute(&format!("PREPARE lockstep_explained{types} AS {sql}"))?;
    let outcome = explained(client, parameters.len(), large);
    client.batch_execute("ROLLBACK; DEALLOCATE lockstep_explained")?;
    outcome
}

fn explained(client: &mut Client, parameters: usize, large: &LargeTables) -> Result<Vec<Scan>, Error> {
    let mut scans: Vec<Scan> = Vec::new();
    for read in reads(client, parameters, large)? {
        let table = large.tables.get(&read.table).unwrap_or(&read.table).clone();
        // What is said of a partition is said of the table.
        if scans.iter().any(|scan| scan.table == table) {
            continue;
        }
        let index = served_by(client, &read, &table, parameters, large)?;
        scans.push(Scan { table, condition: read.condition, index });
    }
    scans.sort();
    Ok(scans)
}

/// The large tables that the plan of the prepared statement reads all of.
fn reads(client: &mut Client, parameters: usize, large: &LargeTables) -> Result<Vec<Read>, Error> {
    let values = if parameters == 0 { String::new() } else { format!(" ({})", vec!["NULL"; parameters].join(", ")) };
    let explain = format!("EXPLAIN (VERBOSE, COSTS off, FORMAT json) EXECUTE lockstep_explained{values}");
    let messages = client.simple_query(&explain)?;
    let text = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    let plan: Value = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    Ok(plan::reads(&plan, &|name| large.columns.get(name)))
}

/// Tries indexes on the columns that the statement looks at, the likeliest first: whether one serves is for the server to
/// say.
fn served_by(
    client: &mut Client,
    read: &Read,
    table: &QualifiedName,
    parameters: usize,
    large: &LargeTables,
) -> Result<Option<Vec<String>>, Error> {
    for columns in read.candidates() {
        let list: Vec<String> = columns.iter().map(|column| quote_identifier(column)).collect();
        client.batch_execute("BEGIN")?;
        let created = client.batch_execute(&format!("CREATE INDEX ON {table} ({})", list.join(", ")));
        // A column of a type without an order, or of one partition only.
        let serves = created.is_ok()
            && !reads(client, parameters, large)?.iter().any(|left| large.tables.get(&left.table) == Some(table));
        client.batch_execute("ROLLBACK")?;
        if serves {
            return Ok(Some(columns));
        }
    }
    Ok(None)
}
