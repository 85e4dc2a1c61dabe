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
            if empty(scratch.client()).is_ok() && introspect(scratch.client()).ok() == self.pristine {
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

/// Drops what the user made, and leaves the schema `public` as it came. Each statement on its own: together they would be
/// one transaction, and `DISCARD ALL` runs in none.
///
/// # Errors
/// What the server refuses to drop.
fn empty(client: &mut Client) -> Result<(), postgres::Error> {
    EMPTY.iter().try_for_each(|sql| client.batch_execute(sql))
}

const EMPTY: [&str; 4] = ["ROLLBACK", "DISCARD ALL", "SET client_min_messages = error", CLEAR];

const CLEAR: &str = "DO $$
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

/// How many tables hold rows, of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seeded {
    /// Those with rows of their own.
    pub filled: u32,
    /// All that could have some.
    pub tables: u32,
}

/// Puts rows into every table that takes them, made from the types of its columns.
///
/// # Panics
/// When the server fails.
pub fn seed(client: &mut Client) -> Seeded {
    client.batch_execute(SEED).unwrap_or_else(|error| panic!("{error:?}"));
    let tables = "SELECT format('SELECT EXISTS (SELECT FROM ONLY %I.%I)', n.nspname, c.relname)
                  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
    let mut seeded = Seeded::default();
    for row in client.query(tables, &[]).unwrap_or_else(|error| panic!("{error:?}")) {
        let is_filled = client.query_one(row.get::<_, &str>(0), &[]).is_ok_and(|row| row.get(0));
        seeded.tables += 1;
        seeded.filled += u32::from(is_filled);
    }
    seeded
}

const SEED: &str = "DO $$
DECLARE
    target record;
    number integer;
    columns text;
    fields text;
    taken integer;
BEGIN
    -- A key that is deferred would fail only at the end of it all.
    SET CONSTRAINTS ALL IMMEDIATE;
    -- Twice, because a foreign key may point to a table that comes later.
    FOR target IN
        SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN generate_series(1, 2) AS round
        WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        ORDER BY round, 2
    LOOP
        EXECUTE format('SELECT count(*) FROM ONLY %s', target.name) INTO taken;
        -- Many, because only some are within the bounds of a partition.
        FOREACH number IN ARRAY ARRAY[1, 2, 12, 22, 32, 42, 52, 62, 72, 82] LOOP
            EXIT WHEN taken >= 2;
            SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
                   string_agg(CASE t.typcategory
                       WHEN 'N' THEN number::text
                       WHEN 'S' THEN quote_literal((ARRAY['a', 'b', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1', 'b2', 'b3'])[
                           array_position(ARRAY[1, 2, 12, 22, 32, 42, 52, 62, 72, 82], number)])
                       WHEN 'B' THEN quote_literal(number = 1)
                       WHEN 'D' THEN quote_literal('2021-01-0' || 1 + number % 9)
                       WHEN 'T' THEN quote_literal(number || ' hours')
                       WHEN 'A' THEN quote_literal(CASE e.typcategory
                           WHEN 'N' THEN format('{%s}', number) WHEN 'S' THEN '{a,b}' ELSE '{}' END)
                       WHEN 'R' THEN quote_literal(CASE t.typtype WHEN 'm' THEN '{}' ELSE 'empty' END)
                       WHEN 'E' THEN coalesce(
                           (SELECT quote_literal(enumlabel) FROM pg_enum e
                            WHERE e.enumtypid IN (t.oid, t.typbasetype) ORDER BY enumsortorder LIMIT 1), 'NULL')
                       WHEN 'C' THEN (
                           SELECT quote_literal(format('(%s)', repeat(',', greatest(count(*) - 1, 0)::integer)))
                           FROM pg_attribute f
                           WHERE f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped)
                       ELSE CASE t.typname
                           WHEN 'json' THEN quote_literal('{}') WHEN 'jsonb' THEN quote_literal('{}')
                           WHEN 'uuid' THEN quote_literal('00000000-0000-4000-8000-0000000000' || 10 + number)
                           WHEN 'bytea' THEN quote_literal(chr(96 + number % 20)) ELSE 'NULL' END
                   END, ', ' ORDER BY a.attnum)
            INTO columns, fields
            FROM pg_attribute a
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_type e ON e.oid = t.typelem
            WHERE a.attrelid = target.oid AND a.attnum > 0 AND NOT a.attisdropped
              AND a.attgenerated = '' AND a.attidentity <> 'a';
            BEGIN
                EXECUTE format('INSERT INTO %s (%s) VALUES (%s)', target.name, columns, fields);
                taken := taken + 1;
            EXCEPTION WHEN OTHERS THEN
                NULL; -- a constraint, or a trigger, is against it
            END;
        END LOOP;
    END LOOP;
END
$$";
