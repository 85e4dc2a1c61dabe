//! Scratch databases that are emptied and used again: a new one costs more than most of what is tried in it.

use lockstep_postgres::{Introspection, Scratch, Server, introspect};
use postgres::Client;

/// Databases of one thread.
#[derive(Debug)]
pub struct Databases {
    server: Server,
    free: Vec<Scratch>,
    pristine: Option<Introspection>,
}

impl Databases {
    /// None yet.
    #[must_use]
    pub fn new(server: Server) -> Self {
        Self { server, free: Vec::new(), pristine: None }
    }

    /// An empty database.
    ///
    /// # Panics
    /// When the server fails.
    pub fn take(&mut self) -> Scratch {
        while let Some(mut scratch) = self.free.pop() {
            let is_empty = scratch.client().batch_execute(EMPTY).is_ok();
            if is_empty && introspect(scratch.client()).ok() == self.pristine {
                return scratch;
            }
        }
        let mut scratch = self.server.scratch().unwrap_or_else(|error| panic!("{error}"));
        let pristine = &mut self.pristine;
        pristine.get_or_insert_with(|| introspect(scratch.client()).unwrap_or_else(|error| panic!("{error}")));
        scratch
    }

    /// Takes a database back. What cannot be emptied is dropped when it would be needed.
    pub fn give(&mut self, scratch: Scratch) {
        self.free.push(scratch);
    }
}

/// Drops what the user made, and leaves the schema `public` as it came.
///
/// # Panics
/// When the server fails.
pub fn empty(client: &mut Client) {
    client.batch_execute(EMPTY).unwrap_or_else(|error| panic!("{error:?}"));
}

const EMPTY: &str = "ROLLBACK; DISCARD ALL; SET client_min_messages = error;
DO $$
DECLARE
    what record;
BEGIN
    FOR what IN
        SELECT 'EVENT TRIGGER' AS kind, evtname AS name, '' AS rest FROM pg_event_trigger
        UNION ALL SELECT 'PUBLICATION', pubname, '' FROM pg_publication
        UNION ALL SELECT 'EXTENSION', extname, 'CASCADE' FROM pg_extension WHERE oid >= 16384
        UNION ALL SELECT 'FOREIGN DATA WRAPPER', fdwname, 'CASCADE' FROM pg_foreign_data_wrapper
        UNION ALL SELECT 'SCHEMA', nspname, 'CASCADE' FROM pg_namespace
                  WHERE oid >= 16384 AND nspname !~ '^pg_'
        UNION ALL SELECT 'LANGUAGE', lanname, 'CASCADE' FROM pg_language WHERE oid >= 16384
        UNION ALL SELECT 'ACCESS METHOD', amname, 'CASCADE' FROM pg_am WHERE oid >= 16384
    LOOP
        EXECUTE format('DROP %s IF EXISTS %I %s', what.kind, what.name, what.rest);
    END LOOP;
    LOOP
        SELECT i.type AS kind, i.identity INTO what
        FROM pg_depend d
        CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, 0) i
        WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'public'::regnamespace AND d.deptype = 'n'
        LIMIT 1;
        EXIT WHEN NOT FOUND;
        EXECUTE format('DROP %s %s CASCADE', replace(what.kind, 'composite type', 'type'), what.identity);
    END LOOP;
END
$$;
COMMENT ON SCHEMA public IS 'standard public schema'";

/// Puts two rows into every table that takes them, made from the types of its columns.
///
/// # Panics
/// When the server fails.
pub fn seed(client: &mut Client) {
    client.batch_execute(SEED).unwrap_or_else(|error| panic!("{error:?}"));
}

const SEED: &str = "DO $$
DECLARE
    target record;
    number integer;
    columns text;
    fields text;
BEGIN
    FOR target IN
        SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        ORDER BY 2
    LOOP
        FOR number IN 1..2 LOOP
            SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
                   string_agg(CASE t.typcategory
                       WHEN 'N' THEN number::text
                       WHEN 'S' THEN quote_literal(chr(96 + number))
                       WHEN 'B' THEN quote_literal(number = 1)
                       WHEN 'D' THEN quote_literal('2021-01-0' || number)
                       WHEN 'T' THEN quote_literal(number || ' hours')
                       WHEN 'A' THEN quote_literal('{}')
                       WHEN 'R' THEN quote_literal('empty')
                       WHEN 'E' THEN coalesce(
                           (SELECT quote_literal(enumlabel) FROM pg_enum e
                            WHERE e.enumtypid IN (t.oid, t.typbasetype) ORDER BY enumsortorder LIMIT 1), 'NULL')
                       ELSE CASE WHEN t.typname IN ('json', 'jsonb') THEN quote_literal('{}')
                                 WHEN t.typname = 'uuid' THEN 'gen_random_uuid()'
                                 ELSE 'NULL' END
                   END, ', ' ORDER BY a.attnum)
            INTO columns, fields
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = target.oid AND a.attnum > 0 AND NOT a.attisdropped
              AND a.attgenerated = '' AND a.attidentity <> 'a';
            BEGIN
                EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', target.name, columns, fields);
            EXCEPTION WHEN OTHERS THEN
                NULL; -- a constraint, or a trigger, is against it
            END;
        END LOOP;
    END LOOP;
END
$$";
