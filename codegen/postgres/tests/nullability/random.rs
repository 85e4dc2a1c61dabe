//! Random queries over rows with NULLs: a column that is proven never to be NULL never is.

use std::fmt::Write as _;

use lockstep_core::query::nullability::columns;
use lockstep_postgres::{analyse, describe};
use postgres::{Client, SimpleQueryMessage};

use super::scratch;

/// How many queries that the server takes are tried, and how many more in the long run.
const QUERIES: usize = 600;
const LONG: usize = 20_000;

const ROWS: &str = "
INSERT INTO producer SELECT n, 'p' || n, CASE WHEN n % 3 = 0 THEN 'note' END, NULLIF(n / 2, 0), date '2025-01-01' + n
    FROM generate_series(1, 8) n;
INSERT INTO item SELECT n, NULLIF(n % 5, 0), 'i' || n, CASE WHEN n % 2 = 0 THEN n END, CASE n % 3 WHEN 0 THEN true WHEN 1 THEN false END,
    CASE WHEN n % 2 = 0 THEN ARRAY['a', NULL] ELSE '{}' END, CASE WHEN n % 4 = 0 THEN '{\"a\": null}'::jsonb END,
    CASE WHEN n = 3 THEN 'infinity' ELSE timestamptz '2025-01-01 00:00Z' + n * interval '1 day' END, CASE WHEN n % 2 = 0 THEN (n, NULL)::pair END, 'c'
    FROM generate_series(1, 9) n;
INSERT INTO stock SELECT n, n * 2, CASE WHEN n % 2 = 1 THEN 'shelf' END FROM generate_series(1, 5) n;
INSERT INTO above SELECT n, 'a' FROM generate_series(1, 2) n;
INSERT INTO below SELECT n, NULL FROM generate_series(3, 4) n;
INSERT INTO event SELECT n, date '2025-02-01' + n, CASE WHEN n % 2 = 0 THEN 'e' END FROM generate_series(1, 3) n;
REFRESH MATERIALIZED VIEW kept";

/// A small generator of numbers: the same seed, the same queries.
struct Choice(u64);

impl Choice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }

    fn rarely(&mut self, every: usize) -> bool {
        self.below(every) == 0
    }
}

/// A source of rows with its columns: integers, then texts.
#[derive(Clone)]
struct Source {
    numbers: Vec<String>,
    texts: Vec<String>,
}

const RELATIONS: &[(&str, &[&str], &[&str])] = &[
    ("producer", &["id", "parent"], &["name", "note"]),
    ("item", &["id", "producer", "price"], &["title", "code", "meta ->> 'a'", "tags[1]", "(joint).b"]),
    ("stock", &["item", "amount"], &["place"]),
    ("above", &["id"], &["note"]),
    ("ONLY above", &["id"], &["note"]),
    ("event", &["id"], &["note"]),
    ("named", &["id"], &["title", "producer"]),
    ("priced", &["id", "price"], &["title"]),
    ("kept", &["id"], &["title"]),
];

fn source(choice: &mut Choice, number: usize, around: &[Source]) -> (String, Source) {
    let alias = format!("t{number}");
    if choice.rarely(5) {
        let (number, text) = (expression(choice, around, 1, true), expression(choice, around, 1, false));
        let lateral = if around.is_empty() { "" } else { "LATERAL " };
        let query = match choice.below(4) {
            0 if !around.is_empty() => format!("SELECT {number} AS n, {text} AS t"),
            1 => format!("VALUES (1, 'x'), ({}, {})", choice.pick(&["2", "NULL"]), choice.pick(&["'y'", "NULL"])),
            _ => query(choice, 1),
        };
        let is_values = query.starts_with("VALUES");
        let prefix = if is_values { "" } else { lateral };
        let text = format!("{prefix}({query}) {alias} (n, t)");
        return (text, Source { numbers: vec![format!("{alias}.n")], texts: vec![format!("{alias}.t")] });
    }
    let (name, numbers, texts) = RELATIONS[choice.below(RELATIONS.len())];
    let qualified = |columns: &[&str]| {
        let one = |column: &&str| {
            column.strip_prefix('(').map_or_else(|| format!("{alias}.{column}"), |rest| format!("({alias}.{rest}"))
        };
        columns.iter().map(one).collect()
    };
    let source = Source { numbers: qualified(numbers), texts: qualified(texts) };
    (format!("{name} {alias}"), source)
}

/// An expression that is a number, or a text.
fn expression(choice: &mut Choice, sources: &[Source], depth: usize, is_number: bool) -> String {
    let columns: Vec<&String> =
        sources.iter().flat_map(|source| if is_number { &source.numbers } else { &source.texts }).collect();
    if depth == 0 || choice.rarely(3) {
        let constants: &[&str] =
            if is_number { &["1", "2", "NULL::integer"] } else { &["'x'", "'note'", "NULL::text"] };
        return match columns.len() {
            0 => choice.pick(constants).to_owned(),
            _ if choice.rarely(6) => choice.pick(constants).to_owned(),
            count => columns[choice.below(count)].clone(),
        };
    }
    let mut one = |number: bool| expression(choice, sources, depth - 1, number);
    let (a, b, text, other) = (one(is_number), one(is_number), one(false), one(true));
    let condition = condition(choice, sources, depth - 1);
    let shared = [
        format!("coalesce({a}, {b})"),
        format!("nullif({a}, {b})"),
        format!("greatest({a}, {b})"),
        format!("CASE WHEN {condition} THEN {a} ELSE {b} END"),
        format!("CASE WHEN {a} IS NULL THEN {b} ELSE {a} END"),
        format!("CASE WHEN {condition} THEN {a} END"),
        format!("(SELECT {a} WHERE {condition})"),
        format!("(SELECT max({a}) FROM stock)"),
        format!("(ARRAY[{a}, {b}])[{}]", choice.pick(&["1", "3"])),
    ];
    let own = if is_number {
        [
            format!("({a} + {b})"),
            format!("abs({a})"),
            format!("length({text})"),
            format!("strpos({text}, 'x')"),
            format!("round({a}::numeric, 1)"),
            format!("array_length(ARRAY[{a}], {})", choice.pick(&["1", "2"])),
            format!("extract(year FROM {})", choice.pick(&["now()", "date '2025-01-01'"])),
            "(SELECT count(*) FROM item)".to_owned(),
        ]
    } else {
        [
            format!("({a} || {b})"),
            format!("upper({a})"),
            format!("substr({a}, 2)"),
            format!("substring({a} from 'i.')"),
            format!("({other})::text"),
            format!("concat({a}, {b})"),
            format!("to_char({other}::numeric, '99')"),
            format!("split_part({a}, 'o', 2)"),
        ]
    };
    let all: Vec<&str> = shared.iter().chain(&own).map(String::as_str).collect();
    choice.pick(&all).to_owned()
}

fn condition(choice: &mut Choice, sources: &[Source], depth: usize) -> String {
    let is_number = choice.rarely(2);
    let a = expression(choice, sources, depth.min(1), is_number);
    let b = expression(choice, sources, depth.min(1), is_number);
    if depth > 0 && choice.rarely(2) {
        let (left, right) = (condition(choice, sources, depth - 1), condition(choice, sources, depth - 1));
        return match choice.below(4) {
            0 => format!("NOT ({left})"),
            1 => format!(
                "(({left}) {})",
                choice.pick(&["IS TRUE", "IS FALSE", "IS NOT TRUE", "IS UNKNOWN", "IS NOT UNKNOWN"])
            ),
            2 => format!("({left} OR {right})"),
            _ => format!("({left} AND {right})"),
        };
    }
    let literal = if is_number { "2" } else { "'note'" };
    let all = [
        format!("{a} IS NULL"),
        format!("{a} IS NOT NULL"),
        format!("{a} = {b}"),
        format!("{a} <> {b}"),
        format!("{a} > {literal}"),
        format!("{a} IS DISTINCT FROM {b}"),
        format!("{a} IN ({literal}, {b})"),
        format!("{a} NOT IN ({literal})"),
        format!("{a} = ANY (ARRAY[{b}])"),
        format!("{a} <= ALL (ARRAY[{b}])"),
        format!("{a} IN (SELECT {b})"),
        format!("EXISTS (SELECT 1 WHERE {a} = {b})"),
    ];
    all[choice.below(all.len())].clone()
}

/// A query of a number and a text.
fn query(choice: &mut Choice, depth: usize) -> String {
    if depth > 0 && choice.rarely(8) {
        let operation = choice.pick(&["UNION", "UNION ALL", "INTERSECT", "EXCEPT"]);
        return format!("({}) {operation} ({})", query(choice, depth - 1), query(choice, depth - 1));
    }
    let (mut from, first) = source(choice, choice_number(depth, 0), &[]);
    let mut sources = vec![first];
    for place in 1..=choice.below(3) {
        let kind = choice.pick(&["JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]);
        let around: &[Source] = if ["JOIN", "LEFT JOIN"].contains(&kind) { &sources } else { &[] };
        let (text, next) = source(choice, choice_number(depth, place), around);
        let (a, b) = (&sources[choice.below(sources.len())].numbers[0], &next.numbers[0]);
        let on =
            if kind == "FULL JOIN" { format!("{a} = {b}") } else { format!("{a} = {b} AND {}", inner(choice, &next)) };
        let _ = write!(from, " {kind} {text} ON {on}");
        sources.push(next);
    }
    let filter = if choice.rarely(2) { format!(" WHERE {}", condition(choice, &sources, 2)) } else { String::new() };
    let number = expression(choice, &sources, 2, true);
    let text = expression(choice, &sources, 2, false);
    if choice.rarely(4) {
        let aggregate = choice.pick(&["max", "min", "sum", "count", "avg"]);
        let group = choice.pick(&["", " GROUP BY 2", " GROUP BY ROLLUP (2)", " GROUP BY GROUPING SETS ((2), ())"]);
        let text = if group.is_empty() { "max(".to_owned() + &text + ")" } else { text };
        let passing = if choice.rarely(4) {
            format!(" FILTER (WHERE {})", condition(choice, &sources, 1))
        } else {
            String::new()
        };
        return format!("SELECT {aggregate}({number}){passing} AS n, {text} AS t FROM {from}{filter}{group}");
    }
    let number = if choice.rarely(8) {
        let frame = choice.pick(&["", " ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING"]);
        let call = choice.pick(&["lag", "first_value", "max", "last_value"]);
        format!("{call}({number}) OVER (ORDER BY {}{frame})", sources[0].numbers[0])
    } else {
        number
    };
    format!("SELECT {number} AS n, {text} AS t FROM {from}{filter}")
}

fn inner(choice: &mut Choice, source: &Source) -> String {
    if choice.rarely(2) { "true".to_owned() } else { condition(choice, std::slice::from_ref(source), 0) }
}

/// Names of sources do not repeat between a query and those inside it.
const fn choice_number(depth: usize, place: usize) -> usize {
    10 * (depth + 1) + place
}

/// For each column whether a row has NULL there.
fn has_null(client: &mut Client, sql: &str, count: usize) -> Option<Vec<bool>> {
    let mut found = vec![false; count];
    for message in client.simple_query(sql).ok()? {
        if let SimpleQueryMessage::Row(row) = message {
            found.iter_mut().enumerate().for_each(|(place, found)| *found |= row.get(place).is_none());
        }
    }
    Some(found)
}

#[test]
fn what_is_proven_is_never_null() {
    let mut scratch = scratch();
    let client = scratch.client();
    let loosened = client.batch_execute("ALTER TABLE below ALTER COLUMN note DROP NOT NULL").is_ok();
    let rows = if loosened { ROWS.to_owned() } else { ROWS.replace("SELECT n, NULL FROM", "SELECT n, 'b' FROM") };
    client.batch_execute(&rows).unwrap();
    let wanted = if std::env::var_os("LOCKSTEP_LONG").is_some() { LONG } else { QUERIES };
    let mut choice = Choice(0x5eed_1234_abcd);
    let (mut tried, mut taken, mut all, mut proven, mut never) = (0, 0, 0, 0, 0);
    while taken < wanted {
        tried += 1;
        assert!(tried < 8 * wanted + 100, "the server refuses most queries: {taken} of {tried}");
        let sql = query(&mut choice, 2);
        let Ok(signature) = describe(client, &sql) else { continue };
        let Some(nulls) = has_null(client, &sql, signature.columns.len()) else { continue };
        taken += 1;
        let analysis = analyse(client, &sql, &signature.parameters).unwrap().unwrap();
        for (column, is_null) in columns(&analysis.query, &analysis.facts).iter().zip(nulls) {
            assert!(!(is_null && column.proof.is_ok()), "{} is NULL in\n{sql}", column.name);
            (all, never) = (all + 1, never + usize::from(!is_null));
            proven += usize::from(column.proof.is_ok());
        }
    }
    let shares =
        format!("{proven} of {all} columns proven, {never} never NULL in these rows, {taken} of {tried} queries");
    std::io::Write::write_all(&mut std::io::stderr(), format!("{shares}\n").as_bytes()).unwrap();
    assert!(proven * 5 > all, "next to nothing is proven: {shares}");
}
