//! The migrating session: where the histories are, what is written into ours, and the settings that a migration may
//! change but must not hand on to the next. All names of tables are quoted by the server.

use std::time::Duration;

use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};

use super::error::MigrateError;
use super::migration::Migration;
use super::options::Options;

/// The session that holds the lock.
pub(crate) struct Session {
    /// The server process; a statement that finds itself in another one goes through a pooler.
    pub(crate) pid: i32,
    /// refinery's history, qualified and quoted.
    pub(crate) refinery: String,
    /// Whether it was there.
    pub(crate) refinery_exists: bool,
    /// Our history, qualified and quoted.
    pub(crate) ours: String,
    settings: Settings,
}

impl Session {
    /// Finds the histories and makes ours. `newest` is the latest version that will be written.
    pub(crate) async fn prepare(client: &Client, pid: i32, newest: i64) -> Result<Session, MigrateError> {
        const PLACES: &str = "SELECT found.oid IS NOT NULL, place.refinery, place.ours, to_regclass(place.ours) IS NOT NULL, \
            EXISTS (SELECT FROM pg_attribute WHERE attrelid = found.oid AND attname = 'version' AND atttypid = 'int4'::regtype) \
            FROM (SELECT to_regclass('refinery_schema_history')::oid) AS found(oid) \
            CROSS JOIN LATERAL (SELECT coalesce((SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
                WHERE c.oid = found.oid), current_schema())) AS home(schema) \
            CROSS JOIN LATERAL (SELECT format('%I.%I', home.schema, 'refinery_schema_history'), \
                format('%I.%I', home.schema, 'lockstep_schema_history')) AS place(refinery, ours) WHERE home.schema IS NOT NULL";
        let preparing = |source| MigrateError::Server { doing: "prepare the migration history", source };
        let row = client.query_typed_opt(PLACES, &[]).await.map_err(preparing)?.ok_or(MigrateError::NoSchema)?;
        let session = Session {
            pid,
            refinery_exists: row.try_get(0).map_err(preparing)?,
            refinery: row.try_get(1).map_err(preparing)?,
            ours: row.try_get(2).map_err(preparing)?,
            settings: Settings::read(client).await.map_err(preparing)?,
        };
        if !row.try_get::<_, bool>(3).map_err(preparing)? {
            client.batch_execute(&create_table(&session.ours)).await.map_err(preparing)?;
        }
        let narrow: bool = row.try_get(4).map_err(preparing)?;
        if narrow && newest > i64::from(i32::MAX) {
            // refinery's default is int4, which timestamp versions do not fit into.
            let widen = format!("ALTER TABLE {} ALTER COLUMN version TYPE int8", session.refinery);
            client.batch_execute(&widen).await.map_err(preparing)?;
        }
        Ok(session)
    }

    /// Goes back to the role of before, so that the histories are written by who owns them.
    pub(crate) async fn restore_role(&self, client: &Client) -> Result<(), MigrateError> {
        self.settings.restore_role(client).await.map_err(restoring)
    }

    /// Undoes what a migration has SET for the session.
    pub(crate) async fn restore(&self, client: &Client) -> Result<(), MigrateError> {
        self.settings.restore(client).await.map_err(restoring)
    }

    /// Sets `lock_timeout` and holds that the lock is still ours.
    pub(crate) async fn guard(&self, client: &Client, timeout: Duration, scope: Scope) -> Result<(), MigrateError> {
        let guarding = |source| MigrateError::Server { doing: "set lock_timeout", source };
        let timeout = milliseconds(timeout).to_string();
        let local = match scope {
            Scope::Transaction => true,
            Scope::Session => false,
        };
        let parameters: [(&(dyn ToSql + Sync), Type); 2] = [(&timeout, Type::TEXT), (&local, Type::BOOL)];
        let row = client.query_typed("SELECT pg_backend_pid(), set_config('lock_timeout', $1, $2)", &parameters).await;
        let pid: Option<i32> =
            row.map_err(guarding)?.first().map(|row| row.try_get(0)).transpose().map_err(guarding)?;
        if pid == Some(self.pid) { Ok(()) } else { Err(MigrateError::Pooler) }
    }
}

/// How long a setting lasts.
#[derive(Clone, Copy)]
pub(crate) enum Scope {
    Transaction,
    Session,
}

/// A row of our history while it is written.
pub(crate) struct Entry<'a> {
    pub(crate) migration: &'a Migration<'a>,
    /// 0 for the whole file.
    pub(crate) statement: u32,
    pub(crate) checksum: u64,
    /// For a whole file: the checksum of what stands under its header.
    pub(crate) body_checksum: Option<u64>,
}

impl Entry<'_> {
    /// Writes the row as running, before a statement that no transaction can hold.
    pub(crate) async fn start(
        &self,
        client: &Client,
        session: &Session,
        options: &Options,
    ) -> Result<(), MigrateError> {
        let values = "'running', clock_timestamp(), NULL::timestamptz";
        self.write(client, session, options, values).await
    }

    /// Writes the row as done, inside the transaction that did it. A whole file has started with its first statement.
    pub(crate) async fn complete(
        &self,
        client: &Client,
        session: &Session,
        options: &Options,
    ) -> Result<(), MigrateError> {
        let values = format!(
            "'done', coalesce((SELECT min(started_at) FROM {} WHERE version = $1 AND statement > $2 AND $2 = 0), now()), clock_timestamp()",
            session.ours
        );
        self.write(client, session, options, &values).await
    }

    /// Closes a row that [`Entry::start`] wrote.
    pub(crate) async fn finish(&self, client: &Client, session: &Session, state: &str) -> Result<(), MigrateError> {
        let sql = format!(
            "UPDATE {} SET state = $3, finished_at = clock_timestamp(), duration = clock_timestamp() - started_at \
             WHERE version = $1 AND statement = $2",
            session.ours
        );
        let version = self.migration.version;
        let statement = i32::try_from(self.statement).unwrap_or(i32::MAX);
        let parameters: [(&(dyn ToSql + Sync), Type); 3] =
            [(&version, Type::INT8), (&statement, Type::INT4), (&state, Type::TEXT)];
        client.query_typed(&sql, &parameters).await.map_err(recording)?;
        Ok(())
    }

    async fn write(
        &self,
        client: &Client,
        session: &Session,
        options: &Options,
        values: &str,
    ) -> Result<(), MigrateError> {
        let sql = format!(
            "INSERT INTO {} (version, statement, name, checksum, body_checksum, applied_by, host, client_address, \
             application, build, state, started_at, finished_at, duration) \
             SELECT $1, $2, $3, $4, $8, session_user, $5, host(inet_client_addr()), $6, $7, v.state, v.started_at, \
             v.finished_at, v.finished_at - v.started_at FROM (SELECT {values}) AS v(state, started_at, finished_at) \
             ON CONFLICT (version, statement) DO UPDATE SET (name, checksum, body_checksum, applied_by, host, client_address, \
             application, build, state, started_at, finished_at, duration) = (excluded.name, excluded.checksum, \
             excluded.body_checksum, excluded.applied_by, excluded.host, excluded.client_address, excluded.application, \
             excluded.build, excluded.state, excluded.started_at, excluded.finished_at, excluded.duration)",
            session.ours
        );
        let statement = i32::try_from(self.statement).unwrap_or(i32::MAX);
        let checksum = self.checksum.to_string();
        let body_checksum = self.body_checksum.map(|checksum| checksum.to_string());
        let parameters: [(&(dyn ToSql + Sync), Type); 8] = [
            (&self.migration.version, Type::INT8),
            (&statement, Type::INT4),
            (&self.migration.name, Type::TEXT),
            (&checksum, Type::TEXT),
            (&options.host, Type::TEXT),
            (&options.application, Type::TEXT),
            (&options.build, Type::TEXT),
            (&body_checksum, Type::TEXT),
        ];
        client.query_typed(&sql, &parameters).await.map_err(recording)?;
        Ok(())
    }
}

/// The value of `lock_timeout`, an int4 in which 0 means no limit.
fn milliseconds(timeout: Duration) -> i32 {
    let rounded_up = timeout.as_nanos().div_ceil(1_000_000);
    i32::try_from(rounded_up).unwrap_or(i32::MAX)
}

fn restoring(source: tokio_postgres::Error) -> MigrateError {
    MigrateError::Server { doing: "restore the session's settings", source }
}

fn recording(source: tokio_postgres::Error) -> MigrateError {
    MigrateError::Server { doing: "write lockstep_schema_history", source }
}

fn create_table(ours: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {ours} (\
           version int8 NOT NULL, \
           statement int4 NOT NULL CHECK (statement >= 0), \
           name text NOT NULL, \
           checksum text NOT NULL, \
           body_checksum text, \
           state text NOT NULL CHECK (state IN ('running', 'done', 'failed')), \
           started_at timestamptz NOT NULL, \
           finished_at timestamptz, \
           duration interval, \
           applied_by text NOT NULL, \
           host text, \
           client_address text, \
           application text, \
           build text, \
           PRIMARY KEY (version, statement))"
    )
}

/// The settings of a session as they were before the first migration.
struct Settings {
    names: Vec<String>,
    values: Vec<String>,
    role: String,
}

impl Settings {
    async fn read(client: &Client) -> Result<Settings, tokio_postgres::Error> {
        const QUERY: &str = "SELECT coalesce(array_agg(name), '{}'), coalesce(array_agg(setting), '{}'), current_setting('role') \
                             FROM pg_settings WHERE source = 'session' AND name NOT LIKE 'transaction\\_%'";
        let row = client.query_typed_one(QUERY, &[]).await?;
        Ok(Settings { names: row.try_get(0)?, values: row.try_get(1)?, role: row.try_get(2)? })
    }

    async fn restore_role(&self, client: &Client) -> Result<(), tokio_postgres::Error> {
        const QUERY: &str = "SELECT set_config('role', $1, false) WHERE current_setting('role') <> $1";
        client.query_typed(QUERY, &[(&self.role, Type::TEXT)]).await.map(drop)
    }

    /// Sets back what was set for the session since. The role comes first: it may decide what else may be set.
    async fn restore(&self, client: &Client) -> Result<(), tokio_postgres::Error> {
        const OTHERS: &str = "SELECT set_config(s.name, coalesce(b.setting, s.reset_val), false) \
            FROM pg_settings AS s LEFT JOIN unnest($1, $2) AS b(name, setting) USING (name) \
            WHERE s.source = 'session' AND s.name NOT LIKE 'transaction\\_%' \
            AND s.setting IS DISTINCT FROM coalesce(b.setting, s.reset_val)";
        self.restore_role(client).await?;
        client.query_typed(OTHERS, &[(&self.names, Type::TEXT_ARRAY), (&self.values, Type::TEXT_ARRAY)]).await?;
        Ok(())
    }
}
