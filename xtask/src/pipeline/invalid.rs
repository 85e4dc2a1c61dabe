//! Indexes that an interrupted build has left behind: every write pays for them, and no query uses them.

use std::collections::BTreeSet;

use lockstep_core::catalog::{Catalog, Index};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::name::{Identifier, QualifiedName};
use lockstep_postgres::server;

use crate::stop::Stop;

const QUERY: &str = "SELECT n.nspname::text, c.relname::text, t.relname::text \
     FROM pg_catalog.pg_index i \
     JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
     JOIN pg_catalog.pg_class t ON t.oid = i.indrelid \
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
     WHERE NOT (i.indisvalid AND i.indisready) AND n.nspname !~ '^pg_' \
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = c.oid) \
     ORDER BY 1, 2";

/// The invalid indexes of a database, but for those that are being built at this moment.
///
/// # Errors
/// When the database cannot be read.
pub fn invalid_in(url: &str) -> Result<Vec<Diagnostic>, Stop> {
    let mut client = server::connect(url)?;
    let rows = client.query(QUERY, &[]).map_err(anyhow::Error::new)?;
    let warn = |row: &postgres::Row| {
        let (schema, index, table): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        warning(&QualifiedName::new(schema.as_str(), table), &index.into())
    };
    Ok(rows.iter().map(warn).collect())
}

/// The invalid indexes of what was read.
#[must_use]
pub fn invalid_of(catalog: &Catalog) -> Vec<Diagnostic> {
    let of = |(owner, indexes): (&QualifiedName, &std::collections::BTreeMap<Identifier, Index>)| {
        let invalid = indexes.iter().filter(|(_, index)| !index.valid);
        invalid.map(|(name, _)| warning(owner, name)).collect::<Vec<_>>()
    };
    let tables = catalog.tables.iter().map(|(name, table)| (name, &table.indexes));
    let views = catalog.materialized_views.iter().map(|(name, view)| (name, &view.indexes));
    tables.chain(views).flat_map(of).collect()
}

/// The indexes of partitioned tables that a plan cannot lead to, because some partitions lack them: where they have one
/// already, no statement takes it out again. Those that partitions lack now as well stay as they are.
#[must_use]
pub fn incomplete_of(desired: &Catalog, current: &Catalog) -> Vec<Diagnostic> {
    let (there, wanted) = (incomplete_parts(current), incomplete_parts(desired));
    wanted.difference(&there).map(|(table, part, _)| incomplete(table, part)).collect()
}

/// The indexes and keys of partitioned tables that some partitions lack, with the partitions that have theirs.
fn incomplete_parts(catalog: &Catalog) -> BTreeSet<(&QualifiedName, &Identifier, Vec<&QualifiedName>)> {
    let followed_by = |name: &QualifiedName, part: &Identifier| {
        let below = catalog.tables.iter().filter(move |(_, table)| {
            let is_below = table.partition_of.as_ref().is_some_and(|above| above.table == *name);
            is_below
                && (table.indexes.values().any(|index| index.parent.as_ref() == Some(part))
                    || table.constraints.values().any(|key| key.parent.as_ref() == Some(part)))
        });
        below.map(|(child, _)| child).collect()
    };
    let partitioned = catalog.tables.iter().filter(|(_, table)| table.partition_key.is_some());
    let parts = partitioned.flat_map(|(name, table)| {
        let indexes = table.indexes.iter().filter(|(_, index)| !index.valid).map(|(index, _)| index);
        let keys = table.constraints.iter().filter(|(_, it)| it.kind.has_index() && !it.validated);
        indexes.chain(keys.map(|(key, _)| key)).map(move |part| (name, part))
    });
    parts.map(|(name, part)| (name, part, followed_by(name, part))).collect()
}

fn incomplete(table: &QualifiedName, index: &Identifier) -> Diagnostic {
    let index = table.sibling(index.clone());
    let message = format!("some partitions of {} lack what {} asks of them", table.key(), index.key());
    Diagnostic::error("incomplete-index", message)
        .hint(format!("give each its own where this leads to: `ALTER INDEX {index} ATTACH PARTITION …`"))
}

fn warning(table: &QualifiedName, index: &Identifier) -> Diagnostic {
    let name = QualifiedName { schema: table.schema.clone(), name: index.clone() };
    let message = format!("index {} of {} is invalid: its build was interrupted", name.key(), table.key());
    Diagnostic::warning("invalid-index", message)
        .note("every write pays for it, and no query uses it")
        .hint("`cargo xtask db:migrate` builds it again where its migration is not done; `db:diff` prints what does otherwise")
}
