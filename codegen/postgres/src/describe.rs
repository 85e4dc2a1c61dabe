//! What a statement wants and returns, as the server understood it: `PREPARE` through the protocol, nothing is run.
//!
//! In: a connection to a database that has the schema, outside a transaction, and SQL. Out: parameter and column types
//! as `format_type` prints them with an empty `search_path`. Names inside the SQL are resolved by the connection's own
//! `search_path`.

use std::collections::BTreeMap;

use lockstep_core::certificate::{Signature, SignatureColumn};

use crate::error::Error;

/// Describes one statement.
///
/// # Errors
/// The server's complaint about the statement, with its position, as [`Error::Sql`]; or the connection's failure.
pub fn describe(client: &mut postgres::Client, sql: &str) -> Result<Signature, Error> {
    let prepared = Prepared::new(client, sql)?;
    let names = format_types(client, &prepared.types)?;
    Ok(prepared.signature(&names))
}

/// Describes many statements: one round trip each, and one more for all the type names. Of a `COPY` nothing but its grammar
/// is looked at.
///
/// # Errors
/// The connection's failure. A complaint about one statement stands in its place.
pub fn describe_all(
    client: &mut postgres::Client,
    statements: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Result<Signature, Error>>, Error> {
    let mut prepared = Vec::with_capacity(statements.len());
    for (name, sql) in statements {
        let result = Prepared::new(client, sql);
        match result {
            Err(error) if client.is_closed() => return Err(error),
            Ok(_) | Err(_) => prepared.push((name.clone(), result)),
        }
    }
    let mut types: Vec<TypeReference> =
        prepared.iter().filter_map(|(_, result)| result.as_ref().ok()).flat_map(|one| one.types.clone()).collect();
    types.sort_unstable();
    types.dedup();
    let names = format_types(client, &types)?;
    Ok(prepared.into_iter().map(|(name, result)| (name, result.map(|one| one.signature(&names)))).collect())
}

/// A type with its modifier; for a column that comes from a table also that one, whose type may be a domain, which the
/// protocol replaces by the type beneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TypeReference {
    oid: u32,
    modifier: i32,
    table: u32,
    column: i16,
}

struct Prepared {
    sql: String,
    column_names: Vec<String>,
    parameter_count: usize,
    /// The parameters, then the columns.
    types: Vec<TypeReference>,
}

impl Prepared {
    fn new(client: &mut postgres::Client, sql: &str) -> Result<Self, Error> {
        let statement = client.prepare(sql)?;
        let parameter =
            |kind: &postgres::types::Type| TypeReference { oid: kind.oid(), modifier: -1, table: 0, column: 0 };
        let column = |column: &postgres::Column| TypeReference {
            oid: column.type_().oid(),
            modifier: column.type_modifier(),
            table: column.table_oid().unwrap_or_default(),
            column: column.column_id().unwrap_or_default(),
        };
        Ok(Self {
            sql: sql.to_owned(),
            column_names: statement.columns().iter().map(|column| column.name().to_owned()).collect(),
            parameter_count: statement.params().len(),
            types: statement.params().iter().map(parameter).chain(statement.columns().iter().map(column)).collect(),
        })
    }

    fn signature(self, names: &BTreeMap<TypeReference, String>) -> Signature {
        let mut shown = self.types.iter().map(|one| names.get(one).cloned().unwrap_or_default());
        Signature {
            parameters: shown.by_ref().take(self.parameter_count).collect(),
            columns: self
                .column_names
                .into_iter()
                .zip(shown)
                .map(|(name, data_type)| SignatureColumn { name, data_type })
                .collect(),
            sql: self.sql,
        }
    }
}

fn format_types(
    client: &mut postgres::Client,
    types: &[TypeReference],
) -> Result<BTreeMap<TypeReference, String>, Error> {
    if types.is_empty() {
        return Ok(BTreeMap::new());
    }
    let oids: Vec<u32> = types.iter().map(|one| one.oid).collect();
    let modifiers: Vec<i32> = types.iter().map(|one| one.modifier).collect();
    let tables: Vec<u32> = types.iter().map(|one| one.table).collect();
    let columns: Vec<i16> = types.iter().map(|one| one.column).collect();
    let mut transaction = client.transaction()?;
    transaction.batch_execute("SET LOCAL search_path = ''")?;
    let rows = transaction.query(
        "SELECT coalesce(format_type(a.atttypid, a.atttypmod), format_type(t.oid, t.modifier))
         FROM unnest($1::oid[], $2::int[], $3::oid[], $4::int2[])
              WITH ORDINALITY AS t (oid, modifier, table_oid, column_id, place)
         LEFT JOIN pg_attribute a ON a.attrelid = t.table_oid AND a.attnum = t.column_id
         ORDER BY t.place",
        &[&oids, &modifiers, &tables, &columns],
    )?;
    transaction.rollback()?;
    Ok(types.iter().copied().zip(rows.iter().map(|row| row.get(0))).collect())
}
