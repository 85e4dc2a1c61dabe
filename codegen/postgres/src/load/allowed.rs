//! Which statements a schema file may hold: definitions, and nothing whose meaning depends on when it runs.

mod secret;

use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::sql::{Lexer, Statement, Token};

use crate::diagnose::part;

const NO_DATA: &str = "write what fills tables in a migration: schema/ holds definitions only";
const NO_TRANSACTIONS: &str = "leave it out: each statement of schema/ is loaded on its own";
const NO_CLUSTER: &str = "it concerns the whole server: do it where the server is set up";
const NO_SESSION: &str =
    "leave it out: statements are loaded in any order, with `search_path` = public; write names with their schema";
const NO_ORDER: &str = "take the definition itself out of the file: schema/ says what there is, not how it came about";
const NO_UPKEEP: &str = "leave it out: it defines nothing";
const NO_REMOTE: &str = "it would connect to another server: write it in a migration";

/// What is wrong, what to do instead, and the first words of the statements that are refused for it.
const REFUSED: &[(&str, &str, &[&str])] = &[
    (
        "changes data",
        NO_DATA,
        &[
            "insert", "update", "delete", "merge", "truncate", "copy", "select", "with", "values", "table", "call",
            "refresh",
        ],
    ),
    (
        "controls a transaction",
        NO_TRANSACTIONS,
        &[
            "begin",
            "start",
            "commit",
            "end",
            "rollback",
            "abort",
            "savepoint",
            "release",
            "lock",
            "prepare transaction",
        ],
    ),
    (
        "concerns the whole server",
        NO_CLUSTER,
        &[
            "create database",
            "alter database",
            "drop database",
            "drop role",
            "alter role all",
            "security label on role",
            "drop user",
            "drop group",
            "create tablespace",
            "alter tablespace",
            "drop tablespace",
            "alter system",
            "checkpoint",
            "load",
            "comment on database",
            "comment on tablespace",
            "reassign",
        ],
    ),
    (
        "changes the session",
        NO_SESSION,
        &[
            "set",
            "reset",
            "discard",
            "show",
            "prepare",
            "execute",
            "deallocate",
            "declare",
            "fetch",
            "move",
            "close",
            "listen",
            "unlisten",
            "notify",
            "explain",
            "create temporary",
            "create temp",
            "create local",
            "create global",
        ],
    ),
    ("takes something away", NO_ORDER, &["drop"]),
    ("defines nothing", NO_UPKEEP, &["vacuum", "analyze", "analyse", "cluster", "reindex"]),
    ("connects to another server", NO_REMOTE, &["alter subscription", "import foreign"]),
    (
        "cannot run in a transaction",
        "leave CONCURRENTLY out: how an index is built is the migration's business",
        &["create index concurrently", "create unique index concurrently"],
    ),
];

/// The first words of a statement that no schema file may hold.
pub(super) fn check(statement: &Statement) -> Option<Diagnostic> {
    let text = statement.span.text();
    let tokens: Vec<Token> =
        Lexer::new(text, 0).filter_map(Result::ok).filter(|token| !token.is_comment()).take(4).collect();
    let refused = |words: &str| {
        let is_word = |(place, word)| tokens.get(place).is_some_and(|token: &Token| token.is_word(text, word));
        words.split(' ').enumerate().all(is_word)
    };
    if refused("create subscription") && !secret::is_offline(text) {
        let diagnostic = Diagnostic::error(
            "not-a-definition",
            "`CREATE SUBSCRIPTION` connects to another server: a schema file must not hold it",
        );
        let hint = "write `WITH (connect = false)`: it is connected by hand where it is to run";
        return Some(diagnostic.at(part(&statement.span, 0..tokens[1].range.end)).hint(hint));
    }
    // What a user is to another server is part of the schema.
    let is_mapping = refused("create user mapping") || refused("alter user mapping");
    for (what, hint, all_words) in REFUSED.iter().filter(|_| !is_mapping) {
        if let Some(words) = all_words.iter().find(|words| refused(words)) {
            let end = tokens[words.split(' ').count() - 1].range.end;
            let diagnostic = Diagnostic::error(
                "not-a-definition",
                format!("`{}` {what}: a schema file must not hold it", words.to_uppercase()),
            );
            return Some(diagnostic.at(part(&statement.span, 0..end)).hint(*hint));
        }
    }
    secret::check(statement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lockstep_core::source::SourceFile;
    use lockstep_core::sql::split;

    fn check_all(text: &str) -> Vec<String> {
        let statements = split(&SourceFile::new("schema/a.sql", text)).unwrap();
        statements.iter().filter_map(check).map(|diagnostic| diagnostic.message).collect()
    }

    #[test]
    fn definitions_are_allowed() {
        let text = "CREATE TABLE t (a int); ALTER TABLE t ADD b int; COMMENT ON TABLE t IS 'x'; GRANT SELECT ON t TO PUBLIC;
                    DO $$ BEGIN END $$; CREATE INDEX ON t (a); SECURITY LABEL ON TABLE t IS 'x'; CREATE VIEW v AS SELECT 1";
        assert_eq!(check_all(text), Vec::<String>::new());
    }

    #[test]
    fn everything_else_is_refused_by_its_words() {
        let text = "INSERT INTO t VALUES (1); /* x */ set search_path = a; DROP TABLE t; create unique index concurrently i on t (a);
                    CREATE TEMP TABLE t (a int); alter system set a = 1";
        assert_eq!(
            check_all(text),
            [
                "`INSERT` changes data: a schema file must not hold it",
                "`SET` changes the session: a schema file must not hold it",
                "`DROP` takes something away: a schema file must not hold it",
                "`CREATE UNIQUE INDEX CONCURRENTLY` cannot run in a transaction: a schema file must not hold it",
                "`CREATE TEMP` changes the session: a schema file must not hold it",
                "`ALTER SYSTEM` concerns the whole server: a schema file must not hold it",
            ]
        );
    }
}
