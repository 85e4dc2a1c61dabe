//! Random subsets of a pool of objects that their definition tells all about, which stand on each other and on tables,
//! types and functions: one subset is led to another and back.

use std::collections::BTreeSet;

use lockstep_core::catalog::{DEFINED_KINDS, DefinedKind, ObjectKind, State};
use lockstep_core::plan::Form;
use lockstep_tests::convergence::{Shape, certified, everything_allowed, lead, read, shape, told};
use lockstep_tests::pairs;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError};

/// A member of the pool: what it stands on, and the texts that it can have.
struct Member {
    name: &'static str,
    needs: &'static [&'static str],
    texts: &'static [&'static str],
}

const fn member(name: &'static str, needs: &'static [&'static str], texts: &'static [&'static str]) -> Member {
    Member { name, needs, texts }
}

/// In an order in which they can be made.
const POOL: &[Member] = &[
    member("e", &[], &["CREATE TYPE s.e AS ENUM ('a', 'b')", "CREATE TYPE s.e AS ENUM ('a', 'b', 'c')", "CREATE TYPE s.e AS ENUM ('b')"]),
    member("functions", &["e"], &[
        "CREATE FUNCTION s.lt(s.e, s.e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text < $2::text';
         CREATE FUNCTION s.eq(s.e, s.e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2::text';
         CREATE FUNCTION s.ne(s.e, s.e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text <> $2::text';
         CREATE FUNCTION s.number(s.e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'",
        "CREATE FUNCTION s.lt(a s.e, b s.e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text < $2::text';
         CREATE FUNCTION s.eq(a s.e, b s.e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2::text';
         CREATE FUNCTION s.ne(s.e, s.e) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT $1::text <> $2::text';
         CREATE FUNCTION s.number(a s.e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'",
    ]),
    member("compare", &["e"], &[
        "CREATE FUNCTION s.compare(s.e, s.e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 0'",
        "CREATE FUNCTION s.compare(a s.e, b s.e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'",
    ]),
    member("operators", &["functions"], &[
        "CREATE OPERATOR s.< (FUNCTION = s.lt, LEFTARG = s.e, RIGHTARG = s.e);
         CREATE OPERATOR s.= (FUNCTION = s.eq, LEFTARG = s.e, RIGHTARG = s.e, COMMUTATOR = OPERATOR(s.=), NEGATOR = OPERATOR(s.<>));
         CREATE OPERATOR s.<> (FUNCTION = s.ne, LEFTARG = s.e, RIGHTARG = s.e, NEGATOR = OPERATOR(s.=))",
        "CREATE OPERATOR s.< (FUNCTION = s.lt, LEFTARG = s.e, RIGHTARG = s.e, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
         CREATE OPERATOR s.= (FUNCTION = s.eq, LEFTARG = s.e, RIGHTARG = s.e);
         COMMENT ON OPERATOR s.< (s.e, s.e) IS 'less'",
    ]),
    member("btree class", &["operators", "compare"], &[
        "CREATE OPERATOR CLASS s.c FOR TYPE s.e USING btree AS OPERATOR 1 s.<, OPERATOR 3 s.=, FUNCTION 1 s.compare(s.e, s.e)",
        "CREATE OPERATOR CLASS s.c DEFAULT FOR TYPE s.e USING btree AS OPERATOR 1 s.<, OPERATOR 3 s.=, FUNCTION 1 s.compare(s.e, s.e),
         FUNCTION 4 btequalimage(oid)",
    ]),
    member("hash class", &["operators"], &[
        "CREATE FUNCTION s.hash(s.e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
         CREATE OPERATOR CLASS s.h FOR TYPE s.e USING hash AS OPERATOR 1 s.=, FUNCTION 1 s.hash(s.e)",
        "CREATE FUNCTION s.hash(a s.e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2';
         CREATE OPERATOR FAMILY s.g USING hash;
         CREATE OPERATOR CLASS s.h DEFAULT FOR TYPE s.e USING hash FAMILY s.g AS OPERATOR 1 s.=, FUNCTION 1 s.hash(s.e)",
    ]),
    member("family", &[], &[
        "CREATE OPERATOR FAMILY s.f USING btree; ALTER OPERATOR FAMILY s.f USING btree ADD OPERATOR 1 < (integer, bigint)",
        "CREATE OPERATOR FAMILY s.f USING btree; ALTER OPERATOR FAMILY s.f USING btree ADD FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint)",
    ]),
    member("number", &["functions"], &[
        "CREATE CAST (s.e AS integer) WITH FUNCTION s.number(s.e)",
        "CREATE CAST (s.e AS integer) WITH FUNCTION s.number(s.e) AS ASSIGNMENT",
    ]),
    member("bytes", &["e"], &["CREATE CAST (s.e AS bytea) WITH INOUT", "CREATE CAST (s.e AS bytea) WITH INOUT AS ASSIGNMENT"]),
    member("t", &["e"], &[
        "CREATE TABLE s.t (a s.e, b integer, c text)",
        "CREATE TABLE s.t (a s.e, b bigint, c text, d date)",
    ]),
    member("btree index", &["t", "btree class"], &["CREATE INDEX i ON s.t (a s.c)", "CREATE INDEX i ON s.t (b, a s.c DESC)"]),
    member("exclusion", &["t", "hash class"], &["ALTER TABLE s.t ADD CONSTRAINT x EXCLUDE USING hash (a s.h WITH OPERATOR(s.=))"]),
    member("view", &["t", "operators"], &[
        "CREATE VIEW s.v AS SELECT a OPERATOR(s.=) 'b'::s.e AS x FROM s.t",
        "CREATE VIEW s.v AS SELECT a OPERATOR(s.<) 'b'::s.e AS x, b FROM s.t",
    ]),
    member("cast view", &["t", "bytes", "number"], &[
        "CREATE VIEW s.w AS SELECT a::bytea AS x FROM s.t",
        "CREATE VIEW s.w AS SELECT a::bytea AS x, a::integer AS y FROM s.t",
    ]),
    member("policy", &["t", "operators"], &[
        "CREATE POLICY p ON s.t USING (a OPERATOR(s.=) 'b'::s.e)",
        "CREATE POLICY p ON s.t FOR UPDATE USING (true) WITH CHECK (a OPERATOR(s.<) 'b'::s.e)",
    ]),
    member("rule", &["view"], &[
        "CREATE RULE r AS ON DELETE TO s.v DO INSTEAD NOTHING",
        "CREATE RULE r AS ON DELETE TO s.v DO INSTEAD DELETE FROM s.t",
    ]),
    member("statistics", &["t"], &["CREATE STATISTICS s.x ON b, c FROM s.t", "CREATE STATISTICS s.x (mcv) ON b, c, a FROM s.t"]),
    member("publication", &["t"], &["CREATE PUBLICATION p FOR TABLE s.t", "CREATE PUBLICATION p WITH (publish = 'insert')"]),
    member("parser", &[], &[
        "CREATE TEXT SEARCH PARSER s.p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)",
        "CREATE TEXT SEARCH PARSER s.p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline)",
    ]),
    member("template", &[], &[
        "CREATE TEXT SEARCH TEMPLATE s.m (INIT = dsimple_init, LEXIZE = dsimple_lexize)",
        "CREATE TEXT SEARCH TEMPLATE s.m (LEXIZE = dsimple_lexize, INIT = dsimple_init); COMMENT ON TEXT SEARCH TEMPLATE s.m IS 'x'",
    ]),
    member("dictionary", &["template"], &[
        "CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = s.m, accept = true)",
        "CREATE TEXT SEARCH DICTIONARY s.d (TEMPLATE = pg_catalog.simple, stopwords = english)",
    ]),
    member("configuration", &["parser", "dictionary"], &[
        "CREATE TEXT SEARCH CONFIGURATION s.k (PARSER = s.p); ALTER TEXT SEARCH CONFIGURATION s.k ADD MAPPING FOR word WITH s.d, simple",
        "CREATE TEXT SEARCH CONFIGURATION s.k (PARSER = s.p); ALTER TEXT SEARCH CONFIGURATION s.k ADD MAPPING FOR word, email WITH simple, s.d",
    ]),
    member("text index", &["t", "configuration"], &["CREATE INDEX j ON s.t USING gin (to_tsvector('s.k'::regconfig, c))"]),
    member("collation", &[], &["CREATE COLLATION s.o FROM \"C\"", "CREATE COLLATION s.o (LC_COLLATE = 'POSIX', LC_CTYPE = 'POSIX')"]),
    member("collated index", &["t", "collation"], &["CREATE INDEX l ON s.t (c COLLATE s.o)"]),
    member("conversion", &[], &["CREATE CONVERSION s.n FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"]),
    member("wrapper", &[], &["CREATE FOREIGN DATA WRAPPER w", "CREATE FOREIGN DATA WRAPPER w OPTIONS (debug 'true')"]),
    member("server", &["wrapper"], &["CREATE SERVER v FOREIGN DATA WRAPPER w", "CREATE SERVER v VERSION '2' FOREIGN DATA WRAPPER w OPTIONS (host 'x')"]),
    member("mapping", &["server"], &["CREATE USER MAPPING FOR PUBLIC SERVER v", "CREATE USER MAPPING FOR PUBLIC SERVER v OPTIONS (role 'x')"]),
    member("language", &[], &["CREATE LANGUAGE l HANDLER plpgsql_call_handler", "CREATE TRUSTED LANGUAGE l HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator"]),
    member("transform", &["e", "language"], &[
        "CREATE FUNCTION s.from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'int4in';
         CREATE TRANSFORM FOR s.e LANGUAGE l (FROM SQL WITH FUNCTION s.from_sql(internal))",
        "CREATE FUNCTION s.from_sql(a internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'int4in';
         CREATE FUNCTION s.to_sql(internal) RETURNS s.e LANGUAGE internal IMMUTABLE AS 'int4in';
         CREATE TRANSFORM FOR s.e LANGUAGE l (FROM SQL WITH FUNCTION s.from_sql(internal), TO SQL WITH FUNCTION s.to_sql(internal))",
    ]),
    member("routine", &["transform"], &[
        "CREATE FUNCTION s.in_l(s.e) RETURNS integer TRANSFORM FOR TYPE s.e LANGUAGE l AS 'BEGIN RETURN 1; END'",
        "CREATE FUNCTION s.in_l(s.e) RETURNS integer TRANSFORM FOR TYPE s.e LANGUAGE l AS 'BEGIN RETURN 2; END'",
    ]),
    member("event trigger", &[], &[
        "CREATE FUNCTION s.event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER y ON sql_drop EXECUTE FUNCTION s.event()",
        "CREATE FUNCTION s.event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER y ON ddl_command_end EXECUTE FUNCTION s.event()",
    ]),
    member("access method", &[], &["CREATE ACCESS METHOD m TYPE INDEX HANDLER bthandler", "CREATE ACCESS METHOD m TYPE TABLE HANDLER heap_tableam_handler"]),
];

/// The kinds that the pool has no member of, and why.
const ELSEWHERE: &[(DefinedKind, &str)] = &[
    (DefinedKind::Subscription, "it cannot be made in the transaction of many statements; its file of variants has it"),
    (DefinedKind::PublicationSchema, "it is there from 15 on; its file of variants has it"),
    (DefinedKind::Role, "roles are the server's, not a database's"),
    (DefinedKind::DefaultPrivileges, "the suite of privileges has them"),
];

#[test]
fn the_pool_has_every_kind() {
    let mut scratch = lockstep_tests::server().scratch().unwrap();
    let first = vec![1; POOL.len()];
    scratch.client().batch_execute(&rendered(&first)).unwrap();
    let catalog = read(scratch.client()).unwrap().catalog;
    let is_there = |kind| catalog.defined.keys().any(|address| address.kind == ObjectKind::Defined(kind));
    let missing: Vec<DefinedKind> =
        DEFINED_KINDS.iter().map(|info| info.kind).filter(|kind| !is_there(*kind)).collect();
    let elsewhere: Vec<DefinedKind> = ELSEWHERE.iter().map(|(kind, _)| *kind).collect();
    let sorted = |kinds: Vec<DefinedKind>| kinds.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(sorted(missing), sorted(elsewhere));
}

#[test]
fn every_subset_becomes_every_other() {
    let cases = std::env::var("LOCKSTEP_PROPERTY_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(20) / 5;
    let config = Config { cases, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let choice = || vec(prop_oneof![2 => Just(0_usize), 3 => Just(1), 3 => Just(2), 1 => Just(3)], POOL.len());
    let result = pairs::runner(config, 0)
        .run(&(choice(), choice()), |(before, after)| converges(&rendered(&before), &rendered(&after)));
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, (before, after))) => {
            let seed = pairs::seed();
            panic!(
                "with LOCKSTEP_PROPERTY_SEED={seed}: {reason}\n\n-- before\n{};\n\n-- after\n{};",
                rendered(&before),
                rendered(&after)
            );
        }
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// The texts that are chosen (0 is none), but for those that stand on what is not.
fn rendered(choices: &[usize]) -> String {
    let mut texts = vec!["CREATE SCHEMA s"];
    let mut there = Vec::new();
    for (member, choice) in POOL.iter().zip(choices) {
        if *choice > 0 && member.needs.iter().all(|need| there.contains(need)) {
            there.push(member.name);
            texts.push(member.texts[(choice - 1) % member.texts.len()]);
        }
    }
    texts.join(";\n")
}

/// A subset that the server itself refuses (an operator that is not commutative in an exclusion constraint) is replaced by
/// another and does not count.
fn converges(before: &str, after: &str) -> Result<(), TestCaseError> {
    let server = lockstep_tests::server();
    let mut databases = [server.scratch().unwrap(), server.scratch().unwrap()];
    let mut states: Vec<(State, Shape)> = Vec::new();
    for (database, sql) in databases.iter_mut().zip([before, after]) {
        database.client().batch_execute(sql).map_err(|error| TestCaseError::reject(told(&error)))?;
        states.push((read(database.client()).map_err(TestCaseError::fail)?, shape(database.client())));
        certified(&states[states.len() - 1].0.catalog).map_err(TestCaseError::fail)?;
    }
    let client = databases[0].client();
    let options = everything_allowed(Form::Offline);
    lead(client, &states[0].0, &states[1].0, &states[1].1, &options)
        .map_err(|problem| TestCaseError::fail(problem.to_string()))?;
    let reached = read(client).map_err(TestCaseError::fail)?;
    lead(client, &reached, &states[0].0, &states[0].1, &options)
        .map_err(|problem| TestCaseError::fail(format!("back: {problem}")))
}
