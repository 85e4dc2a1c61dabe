//! What a query is, as the server analysed it: its tree, and what is known of the relations and functions in it.
//!
//! In: a connection to a database that has the schema, outside a transaction, and a query with the types of its
//! parameters. Out: an [`Analysis`]. The query becomes the body of a temporary SQL function, in a transaction that is
//! taken back; nothing of it is run. The server keeps such a body as the tree that its analysis made.

use std::collections::{BTreeMap, BTreeSet};

use lockstep_core::query::nullability::{ColumnFact, Facts, FunctionFact, RelationFact, used};
use lockstep_core::query::tree::{self, Node};
use postgres::{Client, Transaction};

use crate::error::Error;

/// An analysed query.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Its tree.
    pub query: Node,
    /// What is known of what it uses; no parameter is taken to have a value.
    pub facts: Facts,
    /// The names of the relations as the certificate has them, with the names of their columns.
    pub relations: BTreeMap<u32, (String, BTreeMap<i64, String>)>,
}

/// Analyses a query; none where the server keeps no tree of such a statement.
///
/// # Errors
/// The server's complaint, or the connection's failure.
pub fn analyse(client: &mut Client, sql: &str, parameters: &[String]) -> Result<Option<Analysis>, Error> {
    let mut transaction = client.transaction()?;
    let body = sql.trim_end().trim_end_matches(';');
    let create = format!(
        "CREATE FUNCTION pg_temp.lockstep_analysed({}) RETURNS void LANGUAGE sql BEGIN ATOMIC\n{body}\n;END",
        parameters.join(", ")
    );
    let analysis = match transaction.batch_execute(&create) {
        Ok(()) => read(&mut transaction)?,
        Err(error) if error.code() == Some(&postgres::error::SqlState::FEATURE_NOT_SUPPORTED) => None,
        Err(error) => return Err(error.into()),
    };
    transaction.rollback()?;
    Ok(analysis)
}

fn read(transaction: &mut Transaction<'_>) -> Result<Option<Analysis>, Error> {
    let body = transaction.query_one(
        "SELECT prosqlbody::text FROM pg_catalog.pg_proc
         WHERE proname = 'lockstep_analysed' AND pronamespace = pg_catalog.pg_my_temp_schema()",
        &[],
    )?;
    let tree = body.get::<_, Option<String>>(0).and_then(|text| tree::read(&text));
    let Some(query) = tree.as_ref().and_then(|tree| tree::queries(tree).pop()).cloned() else { return Ok(None) };
    let mut facts = Facts::default();
    let mut relations = BTreeMap::new();
    let mut pending = vec![query.clone()];
    while let Some(tree) = pending.pop() {
        let (wanted, functions) = used(&tree);
        let wanted: Vec<u32> = wanted.into_iter().filter(|oid| !facts.relations.contains_key(oid)).collect();
        let functions: Vec<u32> = functions.into_iter().filter(|oid| !facts.functions.contains_key(oid)).collect();
        facts.functions.extend(functions_of(transaction, &functions)?);
        for (oid, found) in relations_of(transaction, &wanted)? {
            pending.extend(found.fact.view.clone());
            let columns = found.fact.columns.iter().map(|(number, column)| (*number, column.name.clone())).collect();
            relations.insert(oid, (found.key, columns));
            facts.relations.insert(oid, found.fact);
        }
    }
    Ok(Some(Analysis { query, facts, relations }))
}

struct Found {
    key: String,
    fact: RelationFact,
}

/// A `NOT NULL` holds for stored rows: not for those of foreign tables, and not for those of tables below that do
/// without it, as versions before 18 let them.
const COLUMNS: &str = "
WITH RECURSIVE below (root, oid) AS (
    SELECT oid, oid FROM unnest($1::oid[]) AS t (oid)
    UNION
    SELECT b.root, i.inhrelid FROM below b JOIN pg_catalog.pg_inherits i ON i.inhparent = b.oid
), own AS (
    SELECT b.root, b.oid, a.attname, a.attnum,
           a.attnotnull AND c.relkind IN ('r', 'p') AND NOT EXISTS (
               SELECT FROM pg_catalog.pg_constraint k
               WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND NOT k.convalidated
           ) AS not_null
    FROM below b
    JOIN pg_catalog.pg_class c ON c.oid = b.oid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = b.oid AND a.attnum > 0 AND NOT a.attisdropped
)
SELECT r.root, r.attnum, r.attname::text, r.not_null,
       (SELECT bool_and(o.not_null) FROM own o WHERE o.root = r.root AND o.attname = r.attname)
FROM own r WHERE r.oid = r.root";

const RELATIONS: &str = "
SELECT c.oid, n.nspname || '.' || c.relname,
       (SELECT r.ev_action::text FROM pg_catalog.pg_rewrite r
        WHERE r.ev_class = c.oid AND r.rulename = '_RETURN' AND c.relkind = 'v')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY ($1)";

fn relations_of(transaction: &mut Transaction<'_>, oids: &[u32]) -> Result<BTreeMap<u32, Found>, Error> {
    let mut found = BTreeMap::new();
    if oids.is_empty() {
        return Ok(found);
    }
    for row in transaction.query(RELATIONS, &[&oids])? {
        let view = row.get::<_, Option<String>>(2).and_then(|text| tree::read(&text));
        let view = view.as_ref().and_then(|tree| tree::queries(tree).pop()).cloned();
        let key: String = row.get(1);
        let fact = RelationFact { name: key.clone(), columns: BTreeMap::new(), view };
        found.insert(row.get(0), Found { key, fact });
    }
    for row in transaction.query(COLUMNS, &[&oids])? {
        let column = ColumnFact { name: row.get(2), not_null: row.get(3), not_null_below: row.get(4) };
        if let Some(found) = found.get_mut(&row.get::<_, u32>(0)) {
            found.fact.columns.insert(i64::from(row.get::<_, i16>(1)), column);
        }
    }
    Ok(found)
}

/// The operators of PostgreSQL's own B-tree and hash families, and their negators, give no NULL for two values: an
/// index could not use them otherwise.
const FUNCTIONS: &str = "
SELECT p.oid, p.proname::text, p.oid < 16384 AND n.nspname = 'pg_catalog', p.proisstrict,
       EXISTS (
           SELECT FROM pg_catalog.pg_operator o
           JOIN pg_catalog.pg_amop m ON m.amopopr IN (o.oid, o.oprnegate) AND m.amoppurpose = 's'
           JOIN pg_catalog.pg_am a ON a.oid = m.amopmethod AND a.amname IN ('btree', 'hash')
           WHERE o.oprcode = p.oid AND m.amopfamily < 16384
       ),
       ARRAY(SELECT pg_catalog.format_type(t.oid, NULL)
             FROM unnest(p.proargtypes) WITH ORDINALITY AS t (oid, place) ORDER BY t.place)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = ANY ($1)";

fn functions_of(transaction: &mut Transaction<'_>, oids: &[u32]) -> Result<BTreeMap<u32, FunctionFact>, Error> {
    let oids: Vec<u32> = oids.iter().copied().collect::<BTreeSet<u32>>().into_iter().collect();
    if oids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = transaction.query(FUNCTIONS, &[&oids])?;
    let fact = |row: &postgres::Row| FunctionFact {
        name: row.get(1),
        built_in: row.get(2),
        strict: row.get(3),
        compares: row.get(4),
        arguments: row.get(5),
    };
    Ok(rows.iter().map(|row| (row.get(0), fact(row))).collect())
}
