//! `CREATE INDEX CONCURRENTLY`, which PostgreSQL leaves half done when it is interrupted: an invalid index that every
//! write pays for and no query uses (PostgreSQL manual, CREATE INDEX, "Building Indexes Concurrently"). An index that
//! another process is building at this moment is left alone.

use tokio_postgres::Client;
use tokio_postgres::types::Type;

use super::apply::Context;
use super::error::MigrateError;
use super::outside::{Past, Patience, Step, outside};
use super::session::Scope;
use super::statement::IndexBuild;

/// The index of the statement's name on the statement's table.
struct Found {
    oid: u32,
    /// Qualified and quoted.
    name: String,
    valid: bool,
    /// Whether another process is building it.
    building: bool,
    definition: String,
}

/// Builds the index of the statement, over what an interrupted build may have left.
pub(crate) async fn build(
    client: &mut Client,
    context: &mut Context<'_>,
    step: &Step<'_>,
    build: &IndexBuild<'_>,
) -> Result<(), MigrateError> {
    match find(client, build).await.map_err(looking)? {
        Some(found) if !found.valid && !found.building => {
            tracing::warn!(index = found.name, "dropping the invalid index of a failed build, to build it again");
            drop_invalid(client, context, &found).await?;
        }
        Some(found) if found.valid && step.past == Past::Interrupted => {
            return adopt(client, context, step, build, found).await;
        }
        Some(_) | None => {}
    }
    let patience = Patience::Once(context.options.wait_limit);
    outside(client, context, step, patience).await
}

async fn find(client: &Client, build: &IndexBuild<'_>) -> Result<Option<Found>, tokio_postgres::Error> {
    const QUERY: &str = "SELECT c.oid, format('%I.%I', n.nspname, c.relname), i.indisvalid AND i.indisready AND i.indislive, \
        EXISTS (SELECT FROM pg_stat_progress_create_index AS p WHERE p.index_relid = c.oid AND p.pid <> pg_backend_pid()), \
        pg_get_indexdef(c.oid) \
        FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace \
        WHERE i.indrelid = to_regclass($1) AND c.relname = $2 AND c.relkind = 'i'";
    let Some(name) = &build.name else { return Ok(None) };
    let row = client.query_typed_opt(QUERY, &[(&build.table, Type::TEXT), (name, Type::TEXT)]).await?;
    row.map(|row| {
        Ok(Found {
            oid: row.try_get(0)?,
            name: row.try_get(1)?,
            valid: row.try_get(2)?,
            building: row.try_get(3)?,
            definition: row.try_get(4)?,
        })
    })
    .transpose()
}

async fn drop_invalid(client: &Client, context: &mut Context<'_>, found: &Found) -> Result<(), MigrateError> {
    context.session.guard(client, context.options.wait_limit, Scope::Session).await?;
    let sql = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", found.name);
    let every = std::time::Duration::from_millis(500);
    let (result, _) = context.observer.watch(context.session.pid, every, client.batch_execute(&sql)).await;
    result.map_err(|source| MigrateError::Server { doing: "drop the invalid index of a failed build", source })
}

/// Records a build that was done although nobody could say so, if what exists is what the statement makes.
async fn adopt(
    client: &mut Client,
    context: &Context<'_>,
    step: &Step<'_>,
    build: &IndexBuild<'_>,
    found: Found,
) -> Result<(), MigrateError> {
    match same_definition(client, build, found.oid).await {
        Ok(true) => {}
        Ok(false) => {
            return Err(MigrateError::IndexDiffers {
                file: step.migration.file.to_owned(),
                statement: step.entry.statement,
                line: step.line(),
                index: found.name,
                existing: found.definition,
            });
        }
        // Where the comparison is not allowed, the name, the table and our own record of having begun must do.
        Err(error) => tracing::warn!(%error, index = found.name, "cannot compare the definition of an index"),
    }
    tracing::info!(index = found.name, "an interrupted run had built this index");
    step.entry.finish(client, &context.session, "done").await
}

/// Whether the server writes the existing index and the statement's in the same words. The statement's index is made for
/// that on an empty temporary table of the same columns, and rolled back.
async fn same_definition(
    client: &mut Client,
    build: &IndexBuild<'_>,
    existing: u32,
) -> Result<bool, tokio_postgres::Error> {
    const COMPARE: &str = "SELECT a.indisunique = b.indisunique \
        AND substring(pg_get_indexdef(a.indexrelid) FROM ' USING .*') = substring(pg_get_indexdef(b.indexrelid) FROM ' USING .*') \
        FROM pg_index AS a, pg_index AS b WHERE a.indexrelid = $1 AND b.indexrelid = 'pg_temp.lockstep_probe_index'::regclass";
    let unique = if build.unique { "UNIQUE" } else { "" };
    let transaction = client.transaction().await?;
    let probe = format!(
        "CREATE TEMPORARY TABLE lockstep_probe (LIKE {table}) ON COMMIT DROP; \
         CREATE {unique} INDEX lockstep_probe_index ON pg_temp.lockstep_probe {definition}",
        table = build.table,
        definition = build.definition
    );
    transaction.batch_execute(&probe).await?;
    let row = transaction.query_typed(COMPARE, &[(&existing, Type::OID)]).await?;
    let same = row.first().map(|row| row.try_get(0)).transpose()?.unwrap_or(false);
    transaction.rollback().await?;
    Ok(same)
}

fn looking(source: tokio_postgres::Error) -> MigrateError {
    MigrateError::Server { doing: "look for an index that a failed build left", source }
}
