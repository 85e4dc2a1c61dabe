//! Which version of PostgreSQL has what an older server refuses: one table of facts
//! (<https://www.postgresql.org/docs/release/>).

use postgres::error::DbError;

use super::advice::Near;

/// A feature and the version that has it first.
pub(super) struct Fact {
    pub(super) since: u32,
    pub(super) feature: &'static str,
    /// How it shows in what an older server refuses.
    sign: Sign,
    /// A statement that every version from `since` on takes, on a database where [`SETTING`] has run.
    #[cfg(test)]
    pub(super) sample: &'static str,
}

/// How a feature shows.
enum Sign {
    /// These tokens stand around the place of a syntax error: `*` is any one token, `()` a whole parenthesis.
    Words(&'static [&'static str]),
    /// A function is missing.
    Call(&'static str),
    /// The server's message.
    Says(&'static str),
}

use Sign::{Call, Says, Words};

/// What the samples use.
#[cfg(test)]
pub(super) const SETTING: &str = "CREATE TABLE t (a int, b text); CREATE TABLE p (a int PRIMARY KEY);";

macro_rules! facts {
    ($($since:literal $feature:literal $sign:expr, $sample:literal;)*) => {
        &[$(Fact {
            since: $since,
            feature: $feature,
            sign: $sign,
            #[cfg(test)]
            sample: $sample,
        }),*]
    };
}

#[rustfmt::skip]
pub(super) const FACTS: &[Fact] = facts! {
    15 "NULLS NOT DISTINCT" Words(&["nulls", "not", "distinct"]), "CREATE UNIQUE INDEX ON t (a) NULLS NOT DISTINCT";
    15 "NULLS NOT DISTINCT" Words(&["nulls", "not", "distinct"]), "ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (a)";
    15 "MERGE" Words(&["merge", "into"]), "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ MERGE INTO t USING p ON t.a = p.a WHEN MATCHED THEN DELETE $$";
    15 "a list of columns to set in ON DELETE" Words(&["set", "null", "("]), "CREATE TABLE n (a int REFERENCES p ON DELETE CASCADE, b int, FOREIGN KEY (b) REFERENCES p ON DELETE SET NULL (b))";
    15 "a list of columns to set in ON DELETE" Words(&["set", "default", "("]), "CREATE TABLE n (b int, FOREIGN KEY (b) REFERENCES p ON DELETE SET DEFAULT (b))";
    15 "the view option security_invoker" Says("unrecognized parameter \"security_invoker\""), "CREATE VIEW v WITH (security_invoker = true) AS SELECT 1 AS a";
    15 "CREATE UNLOGGED SEQUENCE" Says("unlogged sequences are not supported"), "CREATE UNLOGGED SEQUENCE s";
    15 "publications of a schema's tables" Words(&["tables", "in", "schema"]), "CREATE PUBLICATION q FOR TABLES IN SCHEMA public";
    15 "publications with a WHERE" Words(&["publication", "*", "for", "table", "*", "where"]), "CREATE PUBLICATION q FOR TABLE p WHERE (a > 0)";
    15 "publications with a list of columns" Words(&["publication", "*", "for", "table", "*", "("]), "CREATE PUBLICATION q FOR TABLE p (a)";
    15 "SET ACCESS METHOD" Words(&["set", "access", "method"]), "ALTER TABLE t SET ACCESS METHOD heap";
    15 "numeric with a negative scale" Says("must be between 0 and precision"), "CREATE TABLE n (a numeric(3, -2))";
    15 "regexp_count" Call("regexp_count"), "CREATE VIEW v AS SELECT regexp_count('a', 'a') AS a";
    15 "regexp_instr" Call("regexp_instr"), "CREATE VIEW v AS SELECT regexp_instr('a', 'a') AS a";
    15 "regexp_like" Call("regexp_like"), "CREATE VIEW v AS SELECT regexp_like('a', 'a') AS a";
    15 "regexp_substr" Call("regexp_substr"), "CREATE VIEW v AS SELECT regexp_substr('a', 'a') AS a";
    16 "STORAGE in CREATE TABLE" Words(&["*", "storage", "*"]), "CREATE TABLE n (a text STORAGE EXTERNAL)";
    16 "IS JSON" Words(&["is", "json"]), "CREATE TABLE n (a text CHECK (a IS JSON))";
    16 "IS JSON" Words(&["is", "not", "json"]), "CREATE TABLE n (a text CHECK (a IS NOT JSON))";
    16 "numbers with underscores" Says("trailing junk after numeric literal at or near \"1_"), "CREATE TABLE n (a int DEFAULT 1_000)";
    16 "numbers with underscores" Says("syntax error at or near \"_000"), "CREATE TABLE n (a int DEFAULT 1_000)";
    16 "subqueries without an alias" Says("subquery in FROM must have an alias"), "CREATE VIEW v AS SELECT a FROM (SELECT 1 AS a)";
    16 "CREATE STATISTICS without a name" Words(&["create", "statistics", "on"]), "CREATE STATISTICS ON a, b FROM t";
    16 "JSON_ARRAY" Call("json_array"), "CREATE VIEW v AS SELECT JSON_ARRAY(1, 2) AS a";
    16 "JSON_OBJECT" Words(&["json_object", "(", "*", ":"]), "CREATE VIEW v AS SELECT JSON_OBJECT('a': 1) AS a";
    16 "JSON_ARRAYAGG" Call("json_arrayagg"), "CREATE VIEW v AS SELECT JSON_ARRAYAGG(a) AS a FROM t";
    16 "JSON_OBJECTAGG" Words(&["json_objectagg", "(", "*", ":"]), "CREATE VIEW v AS SELECT JSON_OBJECTAGG(b: a) AS a FROM t";
    16 "any_value" Call("any_value"), "CREATE VIEW v AS SELECT any_value(a) AS a FROM t";
    16 "array_sample" Call("array_sample"), "CREATE VIEW v AS SELECT array_sample(ARRAY[1], 1) AS a";
    16 "array_shuffle" Call("array_shuffle"), "CREATE VIEW v AS SELECT array_shuffle(ARRAY[1]) AS a";
    16 "date_add" Call("date_add"), "CREATE VIEW v AS SELECT date_add(now(), '1 day') AS a";
    16 "date_subtract" Call("date_subtract"), "CREATE VIEW v AS SELECT date_subtract(now(), '1 day') AS a";
    16 "pg_input_is_valid" Call("pg_input_is_valid"), "CREATE TABLE n (a text CHECK (pg_input_is_valid(a, 'int')))";
    16 "random_normal" Call("random_normal"), "CREATE TABLE n (a float8 DEFAULT random_normal())";
    17 "JSON_TABLE" Words(&["columns", "("]), "CREATE VIEW v AS SELECT x.a FROM JSON_TABLE('{}'::jsonb, '$' COLUMNS (a int PATH '$.a')) AS x";
    17 "JSON_EXISTS" Call("json_exists"), "CREATE TABLE n (a jsonb CHECK (JSON_EXISTS(a, '$.x')))";
    17 "JSON_QUERY" Call("json_query"), "CREATE VIEW v AS SELECT JSON_QUERY('{}'::jsonb, '$.a') AS a";
    17 "JSON_SCALAR" Call("json_scalar"), "CREATE VIEW v AS SELECT JSON_SCALAR(1) AS a";
    17 "JSON_SERIALIZE" Call("json_serialize"), "CREATE VIEW v AS SELECT JSON_SERIALIZE('{}'::jsonb) AS a";
    17 "JSON_VALUE" Call("json_value"), "CREATE VIEW v AS SELECT JSON_VALUE('{}'::jsonb, '$.a') AS a";
    17 "WHEN NOT MATCHED BY in MERGE" Words(&["not", "matched", "by"]), "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ MERGE INTO t USING p ON t.a = p.a WHEN NOT MATCHED BY SOURCE THEN DELETE $$";
    17 "SET EXPRESSION" Words(&["set", "expression"]), "CREATE TABLE n (a int, b int GENERATED ALWAYS AS (a) STORED); ALTER TABLE n ALTER COLUMN b SET EXPRESSION AS (a + 1)";
    17 "AT LOCAL" Words(&["at", "local"]), "CREATE VIEW v AS SELECT now() AT LOCAL AS a";
    17 "the privilege MAINTAIN" Says("unrecognized privilege type \"maintain\""), "GRANT MAINTAIN ON t TO PUBLIC";
    17 "the collation provider builtin" Says("unrecognized collation provider: builtin"), "CREATE COLLATION c (provider = builtin, locale = 'C.UTF-8')";
    17 "to_bin" Call("to_bin"), "CREATE VIEW v AS SELECT to_bin(1) AS a";
    17 "to_oct" Call("to_oct"), "CREATE VIEW v AS SELECT to_oct(1) AS a";
    17 "unicode_assigned" Call("unicode_assigned"), "CREATE VIEW v AS SELECT unicode_assigned('a') AS a";
    17 "uuid_extract_timestamp" Call("uuid_extract_timestamp"), "CREATE VIEW v AS SELECT uuid_extract_timestamp(gen_random_uuid()) AS a";
    17 "xmltext" Call("xmltext"), "CREATE VIEW v AS SELECT xmltext('a')::text AS a";
    18 "virtual generated columns" Words(&["generated", "always", "as", "()", "virtual"]), "CREATE TABLE n (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL)";
    18 "virtual generated columns (before 18 a generated column says STORED)" Words(&["generated", "always", "as", "()"]), "CREATE TABLE n (a int, b int GENERATED ALWAYS AS (a + 1))";
    18 "WITHOUT OVERLAPS" Words(&["without", "overlaps"]), "CREATE TABLE n (a int4range, b int4range, PRIMARY KEY (a, b WITHOUT OVERLAPS))";
    18 "PERIOD in foreign keys" Words(&["foreign", "key", "(", "*", ",", "period", "*"]), "CREATE TABLE n (a int4range, c int4range, b int4range, FOREIGN KEY (c, PERIOD b) REFERENCES n (a, PERIOD b), PRIMARY KEY (a, b WITHOUT OVERLAPS))";
    18 "NOT ENFORCED" Words(&["not", "enforced"]), "CREATE TABLE n (a int CHECK (a > 1) NOT ENFORCED)";
    18 "NOT NULL as a constraint of a table" Words(&["constraint", "*", "not", "null"]), "CREATE TABLE n (a int, CONSTRAINT n_a NOT NULL a)";
    18 "NOT NULL as a constraint of a table" Words(&["add", "not", "null"]), "ALTER TABLE t ADD NOT NULL a";
    18 "publish_generated_columns" Says("unrecognized publication parameter: \"publish_generated_columns\""), "CREATE PUBLICATION q FOR ALL TABLES WITH (publish_generated_columns = stored)";
    18 "array_reverse" Call("array_reverse"), "CREATE VIEW v AS SELECT array_reverse(ARRAY[1]) AS a";
    18 "array_sort" Call("array_sort"), "CREATE VIEW v AS SELECT array_sort(ARRAY[1]) AS a";
    18 "casefold" Call("casefold"), "CREATE VIEW v AS SELECT casefold('a' COLLATE \"C\") AS a";
    18 "crc32" Call("crc32"), "CREATE VIEW v AS SELECT crc32('a') AS a";
    18 "uuidv4" Call("uuidv4"), "CREATE TABLE n (a uuid DEFAULT uuidv4())";
    18 "uuidv7" Call("uuidv7"), "CREATE TABLE n (a uuid DEFAULT uuidv7())";
};

/// Says which version has what a server of version `major` has refused.
pub(super) fn hint(error: &DbError, near: &Near<'_>, major: u32) -> Option<String> {
    let Fact { since, feature, .. } = FACTS.iter().find(|fact| fact.since > major && shows(&fact.sign, error, near))?;
    Some(format!(
        "PostgreSQL {since} and newer have {feature}, and this server is PostgreSQL {major}: write it otherwise, or set \
         PG_BIN or LOCKSTEP_SERVER_URL to a newer server (the one that the service runs on has to be as new)"
    ))
}

fn shows(sign: &Sign, error: &DbError, near: &Near<'_>) -> bool {
    let code = error.code().code();
    match sign {
        Words(words) => code == "42601" && (0..=near.at).rev().any(|start| stand(words, near, start)),
        Call(name) => {
            let called = error.message().split_once('(').and_then(|(before, _)| before.rsplit([' ', '.']).next());
            code == "42883" && called == Some(name)
        }
        Says(text) => error.message().contains(text),
    }
}

/// Whether the words begin at `start` and reach to the place of the error, or end right before it.
fn stand(words: &[&str], near: &Near<'_>, start: usize) -> bool {
    let mut place = start;
    for word in words {
        let next = match *word {
            "*" => near.text_of(place).map(|_| place + 1),
            "()" => near.text_of(place).filter(|text| *text == "(").and_then(|_| near.after_group(place)),
            "(" | "," | ":" => near.text_of(place).filter(|text| text == word).map(|_| place + 1),
            word => near.word(place).filter(|found| found == word).map(|_| place + 1),
        };
        let Some(next) = next else { return false };
        place = next;
    }
    place >= near.at
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use lockstep_core::source::SourceFile;
    use lockstep_core::sql::Statement;

    use super::*;
    use crate::diagnose::{Advice, diagnose};

    /// On each version: what it has is taken, what it does not have is told with the version that has it.
    #[test]
    fn the_table_tells_the_truth_about_this_server() {
        let server = crate::ensure(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
        let mut scratch = server.scratch().unwrap();
        let client = scratch.client();
        let advice = Advice::read(client).unwrap();
        let major: u32 = server.version().split('.').next().unwrap().parse().unwrap();
        client.batch_execute(SETTING).unwrap();
        let mut wrong = Vec::new();
        for Fact { since, feature, sample, .. } in FACTS {
            client.batch_execute("BEGIN").unwrap();
            let outcome = client.batch_execute(sample);
            client.batch_execute("ROLLBACK").unwrap();
            match outcome {
                Ok(()) if major >= *since => {}
                Ok(()) => wrong.push(format!("{major} takes {sample}")),
                Err(error) => {
                    let file = SourceFile::new("a.sql", *sample);
                    let span = lockstep_core::source::Span { range: 0..sample.len(), file };
                    let statement = Statement { span, comments: Vec::new() };
                    let told = diagnose(error.as_db_error().unwrap(), &statement, &advice).hint.unwrap_or_default();
                    // `MERGE … WHEN NOT MATCHED BY` fails on 14 because of `MERGE`.
                    let is_told = FACTS.iter().filter(|fact| fact.since > major && fact.since <= *since).any(|fact| {
                        (fact.since < *since || fact.feature == *feature)
                            && told.starts_with(&format!("PostgreSQL {} and newer have {},", fact.since, fact.feature))
                    });
                    if !is_told {
                        wrong.push(format!("{sample}: {error:?}: {told}"));
                    }
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
