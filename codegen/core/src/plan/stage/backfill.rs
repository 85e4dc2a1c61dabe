//! The statement that gives the rows of a table that is in use a value: batch by batch, each in a transaction of its
//! own, in the order of the primary key.
//!
//! It touches only rows that lack a value, so one that was interrupted is simply run again.

use crate::name::{Identifier, QualifiedName, quote_literal};

/// How many rows one transaction changes: so few that a row is locked for a moment only.
const BATCH: u32 = 2_000;
/// How many pages, where there is no key.
const PAGES: u32 = 64;

/// What to fill in.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) table: &'a QualifiedName,
    /// The table as a statement names it: with `ONLY` where others inherit from it.
    pub(crate) relation: &'a str,
    pub(crate) column: &'a Identifier,
    /// What holds for a row that has no value yet.
    pub(crate) is_empty: &'a str,
    /// An expression, or `DEFAULT`.
    pub(crate) value: &'a str,
    /// The primary key; empty where there is none.
    pub(crate) key: &'a [Identifier],
}

/// The `DO` block.
pub(crate) fn statement(rows: &Rows) -> String {
    let body = if rows.key.is_empty() { by_page(rows) } else { by_key(rows) };
    let tag = tag(&body);
    format!("DO {tag}\n{body}\n{tag}")
}

fn by_key(rows: &Rows) -> String {
    let Rows { table: _, relation, column, is_empty, value, key } = rows;
    let listed = |prefix: &str| key.iter().map(|name| format!("{prefix}{name}")).collect::<Vec<_>>().join(", ");
    let keys = listed("");
    let backwards = key.iter().map(|name| format!("{name} DESC")).collect::<Vec<_>>().join(", ");
    // Under the name of the block they mean no table, whatever tables are called.
    let (low, high) = (listed("backfill.lockstep_low."), listed("backfill.lockstep_high."));
    format!(
        "<<backfill>>
DECLARE
    lockstep_low record;
    lockstep_high record;
BEGIN
    SELECT {keys} INTO lockstep_low FROM {relation} WHERE {is_empty} ORDER BY {keys} LIMIT 1;
    LOOP
        SELECT {keys} INTO lockstep_high FROM (
            SELECT {keys} FROM {relation} WHERE ({keys}) >= ({low}) AND {is_empty} ORDER BY {keys} LIMIT {BATCH}
        ) AS batch ORDER BY {backwards} LIMIT 1;
        UPDATE {relation} SET {column} = {value}
        WHERE ({keys}) >= ({low}) AND ({keys}) <= ({high}) AND {is_empty};
        EXIT WHEN lockstep_high IS NULL;
        COMMIT;
        SELECT {keys} INTO lockstep_low FROM {relation}
        WHERE ({keys}) > ({high}) AND {is_empty} ORDER BY {keys} LIMIT 1;
    END LOOP;
END"
    )
}

/// Without a key, by the place in the file. A row that others move to a page that was visited already is found by the
/// next round; the rounds are counted, for a value that is NULL would never be found filled in.
fn by_page(rows: &Rows) -> String {
    let Rows { table, relation, column, is_empty, value, key: _ } = rows;
    let name = quote_literal(&table.to_string());
    format!(
        "DECLARE
    lockstep_pages bigint;
    lockstep_page bigint;
BEGIN
    FOR lockstep_round IN 1 .. 5 LOOP
        lockstep_pages := pg_catalog.pg_relation_size({name})
            / pg_catalog.current_setting('block_size')::bigint;
        lockstep_page := 0;
        LOOP
            UPDATE {relation} SET {column} = {value}
            WHERE ctid >= pg_catalog.format('(%s,0)', lockstep_page)::tid
                AND ctid < pg_catalog.format('(%s,0)', lockstep_page + {PAGES})::tid
                AND {is_empty};
            lockstep_page := lockstep_page + {PAGES};
            EXIT WHEN lockstep_page > lockstep_pages;
            COMMIT;
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM {relation} WHERE {is_empty});
    END LOOP;
END"
    )
}

/// A dollar quote that the body does not hold.
fn tag(body: &str) -> String {
    let mut tags = std::iter::once("$backfill$".to_owned()).chain((2..).map(|number| format!("$backfill{number}$")));
    tags.find(|tag| !body.contains(tag.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quote_is_not_in_the_body() {
        let table = QualifiedName::new("s", "t");
        let column = Identifier::from("c");
        let rows = Rows {
            table: &table,
            relation: "s.t",
            column: &column,
            is_empty: "c IS NULL",
            value: "f($backfill$x$backfill$)",
            key: &[],
        };
        let sql = statement(&rows);
        assert!(sql.starts_with("DO $backfill2$\n") && sql.ends_with("\n$backfill2$"), "{sql}");
    }

    #[test]
    fn a_composite_key_is_compared_as_a_row() {
        let table = QualifiedName::new("s", "order");
        let column = Identifier::from("token");
        let key = [Identifier::from("tenant"), Identifier::from("Id")];
        let sql = statement(&Rows {
            table: &table,
            relation: "s.\"order\"",
            column: &column,
            is_empty: "token IS NULL",
            value: "DEFAULT",
            key: &key,
        });
        assert!(
            sql.contains("(tenant, \"Id\") > (backfill.lockstep_high.tenant, backfill.lockstep_high.\"Id\")"),
            "{sql}"
        );
        assert!(sql.contains("UPDATE s.\"order\" SET token = DEFAULT"), "{sql}");
    }
}
