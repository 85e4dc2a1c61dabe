//! Random schemas: a grammar over every supported kind of object, driven by bytes of which zero means "plain".
//!
//! A statement that does not fit the others (a check over a column that is not there) is skipped when it is loaded, so
//! the grammar need not know which schemas are valid, and proptest shrinks by taking items and bytes away.

use crate::routines::{routine, trigger};

/// One object, or one attribute given afterwards, and how it stands on either side.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Which rule renders it.
    pub(crate) rule: u8,
    /// Which of the few names.
    pub(crate) name: u8,
    /// 0 and 1: the same on both sides. 2: other details. 3: only before. 4: only after.
    pub(crate) presence: u8,
    /// The details before.
    pub(crate) before: Vec<u8>,
    /// The details after, where they differ.
    pub(crate) after: Vec<u8>,
}

/// The rules and names without which most others find nothing to stand on.
pub(crate) const CORE: &[(u8, u8)] = &[
    (18, 0),
    (22, 0),
    (23, 0),
    (23, 1),
    (24, 0),
    (4, 0),
    (4, 1),
    (15, 0),
    (15, 1),
    (15, 2),
    (5, 0),
    (5, 1),
    (5, 2),
    (6, 0),
    (0, 0),
    (0, 1),
    (0, 2),
    (0, 3),
];

/// From this number on, the rules are those of [`crate::tables`].
pub(crate) const TABLE_RULES: u8 = 200;

/// The statements of both sides.
#[must_use]
pub(crate) fn render(items: &[Item]) -> (Vec<String>, Vec<String>) {
    let (mut before, mut after) = (preamble(), preamble());
    for item in items {
        if item.presence != 4 {
            before.extend(statements(item.rule, item.name, &item.before));
        }
        match item.presence {
            3 => {}
            2 | 4 => after.extend(statements(item.rule, item.name, &item.after)),
            _ => after.extend(statements(item.rule, item.name, &item.before)),
        }
    }
    (before, after)
}

/// What expressions of the grammar can count on.
fn preamble() -> Vec<String> {
    ["CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"].map(str::to_owned).to_vec()
}

pub(crate) struct Bytes<'a> {
    bytes: &'a [u8],
    place: usize,
}

impl<'a> Bytes<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, place: 0 }
    }
}

impl Bytes<'_> {
    pub(crate) fn next(&mut self) -> usize {
        let byte = self.bytes.get(self.place).copied().unwrap_or(0);
        self.place += 1;
        usize::from(byte)
    }

    pub(crate) fn pick<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.next() % choices.len()]
    }

    /// True for one byte in `every`, never for zero.
    pub(crate) fn rarely(&mut self, every: usize) -> bool {
        let byte = self.next();
        byte != 0 && byte.is_multiple_of(every)
    }

    pub(crate) fn table(&mut self) -> &'static str {
        TABLES[self.next() % TABLES.len()]
    }
}

const TABLES: &[&str] = &["t0", "t1", "app.t2", "\"T 3\""];

pub(crate) fn comment(bytes: &mut Bytes, what: &str) -> Option<String> {
    bytes.rarely(4).then(|| format!("COMMENT ON {what} IS {}", bytes.pick(&["'it''s one'", "'two'", "'a\\b'"])))
}

fn statements(rule: u8, name: u8, bytes: &[u8]) -> Vec<String> {
    let bytes = &mut Bytes::new(bytes);
    match rule {
        0..=3 => table(name, bytes),
        4 => enum_type(name, bytes),
        5 => domain(name, bytes),
        6 => sequence(name, bytes),
        7 => key(name, bytes),
        8 => check(name, bytes),
        9 => foreign_key(name, bytes),
        10 | 11 => index(name, bytes),
        12 | 13 => view(name, bytes),
        14 => materialized_view(name, bytes),
        15 => routine(name, bytes),
        // A second overload of f1 makes calls ambiguous.
        16 => routine(if name % 8 == 1 { 2 } else { name }, bytes),
        17 => trigger(name, bytes),
        18 => schema(name, bytes),
        19 => exclusion(name, bytes),
        20 => default(name, bytes),
        22 => far(bytes),
        23 => composite(name, bytes),
        24 => range(bytes),
        TABLE_RULES.. => crate::tables::statements(rule - TABLE_RULES, name, bytes),
        _ => mark(name, bytes),
    }
}

fn schema(_: u8, bytes: &mut Bytes) -> Vec<String> {
    let mut all = vec!["CREATE SCHEMA app".to_owned()];
    all.extend(comment(bytes, "SCHEMA app"));
    all
}

fn enum_type(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let name = ["e0", "app.e1"][usize::from(name) % 2];
    let values = bytes.pick(&[
        "'a', 'b', 'c'",
        "'a', 'b', 'c', 'd'",
        "'z', 'a', 'b', 'x', 'c'",
        "'a', 'c'",
        "'b', 'a', 'c'",
        "'a', 'b', 'it''s', 'c'",
    ]);
    let mut all = vec![format!("CREATE TYPE {name} AS ENUM ({values})")];
    all.extend(comment(bytes, &format!("TYPE {name}")));
    all
}

fn domain(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let name = ["d0", "d1", "app.d2"][usize::from(name) % 3];
    let (base, default, test) = match name {
        "d0" => (
            bytes.pick(&["integer", "integer", "bigint", "numeric(8,2)"]),
            bytes.pick(&["", "", " DEFAULT 1", " DEFAULT 2", " DEFAULT f0()"]),
            bytes.pick(&["VALUE > 0", "VALUE > 0", "VALUE < 1000", "f1(VALUE::integer) > 0"]),
        ),
        "d1" => (
            bytes.pick(&["text", "text", "varchar(30)", "text COLLATE \"C\""]),
            bytes.pick(&["", "", " DEFAULT 'x'", " DEFAULT 'y'"]),
            bytes.pick(&["VALUE <> ''", "VALUE <> ''", "length(VALUE) < 9", "lower(VALUE) = VALUE"]),
        ),
        _ => (bytes.pick(&["d0", "e0", "d1", "e0"]), "", bytes.pick(&["VALUE IS NOT NULL", "VALUE::text <> 'q'"])),
    };
    let not_null = bytes.pick(&["", "", "", " NOT NULL"]);
    let mut all = vec![format!("CREATE DOMAIN {name} AS {base}{default}{not_null}")];
    all.extend(comment(bytes, &format!("DOMAIN {name}")));
    if bytes.rarely(2) {
        let valid = bytes.pick(&["", "", "", " NOT VALID"]);
        let constraint = bytes.pick(&["k0", "k1"]);
        all.push(format!("ALTER DOMAIN {name} ADD CONSTRAINT {constraint} CHECK ({test}){valid}"));
        all.extend(comment(bytes, &format!("CONSTRAINT {constraint} ON DOMAIN {name}")));
    }
    all
}

/// What functions in indexes, checks and generated columns read. Were it a table that has one of these, PostgreSQL could
/// not write that anew: it builds the index, or checks the row, while the function reads the table.
fn far(bytes: &mut Bytes) -> Vec<String> {
    let body = bytes.pick(&["c5 integer", "c5 bigint", "c5 integer, c1 text", "c0 integer, c5 integer NOT NULL"]);
    vec![format!("CREATE TABLE far ({body})")]
}

fn composite(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let name = ["z0", "app.z1"][usize::from(name) % 2];
    let attributes = bytes.pick(&[
        "a integer, b text",
        "a bigint, b text",
        "a integer, b text, c date",
        "b varchar(20)",
        "a integer, b text, e e0",
        "a numeric(8,2), b text COLLATE \"C\"",
    ]);
    let mut all = vec![format!("CREATE TYPE {name} AS ({attributes})")];
    all.extend(comment(bytes, &format!("TYPE {name}")));
    all.extend(comment(bytes, &format!("COLUMN {name}.b")));
    all
}

fn range(bytes: &mut Bytes) -> Vec<String> {
    let subtype = bytes.pick(&["integer", "bigint", "numeric", "text, COLLATION = \"C\"", "d0"]);
    let mut all = vec![format!("CREATE TYPE r0 AS RANGE (SUBTYPE = {subtype})")];
    all.extend(comment(bytes, "TYPE r0"));
    all
}

fn sequence(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let name = ["s0", "app.s1", "t0_c0_seq"][usize::from(name) % 3];
    let unlogged = bytes.pick(&["", "", "", "UNLOGGED "]);
    let options = bytes.pick(&[
        "",
        " AS integer",
        " AS smallint INCREMENT BY 2",
        " INCREMENT BY -1",
        " START WITH 100 MINVALUE 10",
        " MAXVALUE 50 CYCLE",
        " CACHE 20",
        " MINVALUE -5 START WITH 3",
    ]);
    let mut all = vec![format!("CREATE {unlogged}SEQUENCE {name}{options}")];
    if bytes.rarely(2) {
        all.push(format!("ALTER SEQUENCE {name} OWNED BY {}", bytes.pick(&["t0.c0", "t1.c0", "app.t2.c0", "t0.c5"])));
    }
    all.extend(comment(bytes, &format!("SEQUENCE {name}")));
    all
}

fn table(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let name = TABLES[usize::from(name) % TABLES.len()];
    let unlogged = bytes.pick(&["", "", "", "", "", "UNLOGGED "]);
    let mut columns = Vec::new();
    let mut details = Vec::new();
    let start = bytes.next();
    for place in 0..7 {
        // The order of the columns is not part of the comparison.
        let column = (place + start) % 7;
        if let Some(definition) = self::column(name, column, bytes, &mut details) {
            columns.push(definition);
        }
    }
    let options = bytes.pick(&[
        "",
        "",
        "",
        " WITH (fillfactor = 70)",
        " WITH (fillfactor = 80, autovacuum_enabled = false)",
        " WITH (toast.autovacuum_enabled = false)",
    ]);
    let mut all = vec![format!("CREATE {unlogged}TABLE {name} ({}){options}", columns.join(", "))];
    all.extend(details);
    all.extend(comment(bytes, &format!("TABLE {name}")));
    all
}

/// Column number n holds the same sort of value in every table: the expressions of other rules rely on it.
fn column(table: &str, number: usize, bytes: &mut Bytes, details: &mut Vec<String>) -> Option<String> {
    if bytes.rarely(6) {
        return None;
    }
    let data_type = match number {
        0 => bytes.pick(&[
            "integer",
            "bigint",
            "integer",
            "smallint",
            "numeric(10,2)",
            "d0",
            "serial",
            "bigserial",
            "integer GENERATED ALWAYS AS IDENTITY",
            "bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 10 INCREMENT BY 5)",
            "integer GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME s9 MAXVALUE 900 CYCLE)",
        ]),
        1 => bytes.pick(&["text", "text", "varchar(20)", "varchar(50)", "d1", "text COLLATE \"C\"", "char(5)"]),
        2 => bytes.pick(&["e0", "e0", "text", "app.e1", "e0[]", "app.d2"]),
        3 => bytes.pick(&["timestamptz", "timestamptz", "timestamp(3)", "date", "interval", "text"]),
        4 => bytes.pick(&[
            "jsonb",
            "boolean",
            "uuid",
            "text[]",
            "bytea",
            "integer[]",
            "json",
            "int4range",
            "z0",
            "app.z1",
            "z0[]",
            "r0",
        ]),
        5 => bytes.pick(&["integer", "integer", "bigint", "double precision", "d0"]),
        _ => bytes.pick(&[
            "integer GENERATED ALWAYS AS (c5 * 2) STORED",
            "integer GENERATED ALWAYS AS (c5 + 1) STORED",
            "integer",
            "text GENERATED ALWAYS AS (lower(c1)) STORED",
            "bigint GENERATED ALWAYS AS (f1(c5)) STORED",
        ]),
    };
    let column = ["c0", "c1", "c2", "c3", "c4", "c5", "\"C 6\""][number];
    let is_made = data_type.contains("GENERATED") || data_type.contains("serial");
    let default = if is_made || !bytes.rarely(3) { "" } else { self::default_of(number, bytes) };
    let not_null = if bytes.rarely(3) { " NOT NULL" } else { "" };
    let mut alter = |what: String| details.push(format!("ALTER TABLE {table} ALTER COLUMN {column} {what}"));
    if bytes.rarely(7) {
        alter(format!("SET STORAGE {}", bytes.pick(&["EXTERNAL", "MAIN", "PLAIN", "EXTENDED"])));
    }
    if bytes.rarely(8) {
        alter(format!("SET COMPRESSION {}", bytes.pick(&["pglz", "lz4"])));
    }
    if bytes.rarely(7) {
        alter(format!("SET STATISTICS {}", bytes.pick(&["0", "50", "1000"])));
    }
    if bytes.rarely(9) {
        alter(format!("SET (n_distinct = {})", bytes.pick(&["100", "-0.5"])));
    }
    details.extend(comment(bytes, &format!("COLUMN {table}.{column}")));
    Some(format!("{column} {data_type}{default}{not_null}"))
}

fn default_of(number: usize, bytes: &mut Bytes) -> &'static str {
    match number {
        0 | 5 => bytes.pick(&[" DEFAULT 0", " DEFAULT 7", " DEFAULT nextval('s0')", " DEFAULT f0()", " DEFAULT f1(3)"]),
        1 => bytes.pick(&[" DEFAULT 'x'", " DEFAULT 'it''s'", " DEFAULT f2('a')"]),
        2 => bytes.pick(&[" DEFAULT 'a'", " DEFAULT NULL", " DEFAULT 'c'"]),
        3 => bytes.pick(&[" DEFAULT now()", " DEFAULT NULL"]),
        _ => bytes.pick(&[" DEFAULT '{}'", " DEFAULT true", " DEFAULT gen_random_uuid()"]),
    }
}

fn default(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let number = usize::from(name) % 6;
    let default = default_of(number, bytes);
    vec![format!("ALTER TABLE {} ALTER COLUMN c{number} SET{default}", bytes.table())]
}

fn key(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let table = bytes.table();
    let columns = bytes.pick(&["c0", "c0", "c0, c1", "c5", "c1", "c2, c5"]);
    let kind = bytes.pick(&["PRIMARY KEY", "UNIQUE", "UNIQUE NULLS NOT DISTINCT"]);
    let include = bytes.pick(&["", "", "", " INCLUDE (c4)"]);
    let options = bytes.pick(&["", "", "", " WITH (fillfactor = 60)"]);
    let deferrable = bytes.pick(&["", "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"]);
    let bare = table.trim_start_matches("app.").trim_matches('"').replace(' ', "_");
    let key = format!("{bare}_k{}", usize::from(name) % 3);
    let mut all =
        vec![format!("ALTER TABLE {table} ADD CONSTRAINT {key} {kind} ({columns}){include}{options}{deferrable}")];
    all.extend(comment(bytes, &format!("CONSTRAINT {key} ON {table}")));
    if bytes.rarely(5) {
        all.push(format!("ALTER TABLE {table} CLUSTER ON {key}"));
    }
    if bytes.rarely(5) {
        all.push(format!("ALTER TABLE {table} REPLICA IDENTITY USING INDEX {key}"));
    }
    all
}

fn check(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let table = bytes.table();
    let test = bytes.pick(&[
        "c0 > 0",
        "c0 > 0 AND c5 < 100",
        "c0 <> c5",
        "c1 <> ''",
        "c1 IN ('a', 'b', 'it''s')",
        "c2 <> 'a'",
        "c2::text = c1",
        "c3 > '2020-01-01'",
        "f1(c5) > 0",
        "c1 LIKE 'x%' OR c5 BETWEEN 1 AND 9",
    ]);
    let inherit = bytes.pick(&["", "", "", " NO INHERIT"]);
    let valid = bytes.pick(&["", "", " NOT VALID"]);
    let check = format!("check_{}", usize::from(name) % 3);
    let mut all = vec![format!("ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({test}){inherit}{valid}")];
    all.extend(comment(bytes, &format!("CONSTRAINT {check} ON {table}")));
    all
}

fn foreign_key(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let (table, far) = (bytes.table(), bytes.table());
    let columns = bytes.pick(&[
        "(c5) REFERENCES @ (c0)",
        "(c0) REFERENCES @ (c0)",
        "(c0, c1) REFERENCES @ (c0, c1)",
        "(c1) REFERENCES @ (c1)",
        "(c5) REFERENCES @ (c5)",
    ]);
    let actions = bytes.pick(&["", "", " ON DELETE CASCADE", " ON UPDATE SET NULL ON DELETE RESTRICT", " MATCH FULL"]);
    let deferrable = bytes.pick(&["", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"]);
    let valid = bytes.pick(&["", "", "", " NOT VALID"]);
    let key = format!("fk_{}", usize::from(name) % 3);
    let columns = columns.replace('@', far);
    let mut all =
        vec![format!("ALTER TABLE {table} ADD CONSTRAINT {key} FOREIGN KEY {columns}{actions}{deferrable}{valid}")];
    all.extend(comment(bytes, &format!("CONSTRAINT {key} ON {table}")));
    all
}

fn exclusion(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let table = bytes.table();
    let (options, filter) =
        (bytes.pick(&["", "", " WITH (fillfactor = 60)"]), bytes.pick(&["", "", " WHERE (c5 > 0)"]));
    let body = bytes.pick(&["gist (c4 WITH &&)", "btree (c5 WITH =)", "btree (c1 WITH =, c5 WITH =)"]);
    let exclusion = format!("exclusion_{}", usize::from(name) % 2);
    vec![format!("ALTER TABLE {table} ADD CONSTRAINT {exclusion} EXCLUDE USING {body}{options}{filter}")]
}

fn index(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let index = ["i0", "i1", "i2", "t0_k0"][usize::from(name) % 4];
    let relation = bytes.pick(&["t0", "t1", "app.t2", "\"T 3\"", "m0", "app.m1"]);
    let unique = bytes.pick(&["", "", "UNIQUE "]);
    let body = bytes.pick(&[
        "(c0)",
        "(c1)",
        "(c0, c1 DESC NULLS LAST)",
        "(lower(c1))",
        "(f1(c5))",
        "(c1 text_pattern_ops)",
        "USING gin (c4)",
        "USING hash (c1)",
        "(c2, c5)",
        "(c1 COLLATE \"C\")",
        "((c0 + c5))",
        "((c1 || 'x'), c3)",
    ]);
    let include = bytes.pick(&["", "", "", " INCLUDE (c3)"]);
    let nulls = if unique.is_empty() { "" } else { bytes.pick(&["", "", " NULLS NOT DISTINCT"]) };
    let options = bytes.pick(&["", "", "", " WITH (fillfactor = 75)"]);
    let filter = bytes.pick(&["", "", "", " WHERE c5 > 0", " WHERE c2 = 'a'", " WHERE c1 IS NOT NULL"]);
    let schema = if relation.starts_with("app.") { "app." } else { "" };
    let mut all = vec![format!("CREATE {unique}INDEX {index} ON {relation} {body}{include}{nulls}{options}{filter}")];
    // That name may already be that of an index behind a constraint.
    if index == "t0_k0" {
        return all;
    }
    all.extend(comment(bytes, &format!("INDEX {schema}{index}")));
    if bytes.rarely(5) {
        all.push(format!("ALTER INDEX {schema}{index} ALTER COLUMN 1 SET STATISTICS 77"));
    }
    if bytes.rarely(5) {
        let view = if relation.contains('m') { "MATERIALIZED VIEW" } else { "TABLE" };
        all.push(format!("ALTER {view} {relation} CLUSTER ON {index}"));
    }
    if bytes.rarely(5) {
        all.push(format!("ALTER TABLE {relation} REPLICA IDENTITY USING INDEX {index}"));
    }
    all
}

fn query(bytes: &mut Bytes) -> String {
    let table = bytes.pick(&["t0", "t1", "app.t2", "\"T 3\"", "v0", "app.v1", "m0"]);
    let template = bytes.pick(&[
        "SELECT c0, c1 FROM @",
        "SELECT c0, c1, c5 FROM @",
        "SELECT * FROM @",
        "SELECT c1, count(*) AS c0, max(c5) AS c5 FROM @ GROUP BY c1",
        "SELECT a.c0, b.c1, a.c3 FROM @ AS a JOIN t1 AS b ON a.c5 = b.c5",
        "SELECT c0, f1(c5) AS c5, f2(c1) AS c1 FROM @ WHERE c5 > 1",
        "SELECT c2, c0, c1 FROM @ WHERE c2 = 'a'",
        "WITH x AS (SELECT c0, c1 FROM @) SELECT c0, c1, 'k' AS c2, 5 AS c5 FROM x",
        "SELECT c0, c1 FROM @ UNION ALL SELECT c5, c1 FROM t0",
        "SELECT c0, c1, row_to_json(a) AS c4 FROM @ AS a",
        "SELECT c0, c1, c4, c3 FROM @ GROUP BY c0",
        "SELECT c0::bigint AS c0, upper(c1) AS c1, c5 FROM @",
        "SELECT x.c0, x.c1, x.c5 FROM f6() AS x",
    ]);
    template.replace('@', table)
}

fn view(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let view = ["v0", "app.v1", "v2", "app.t2"][usize::from(name) % 4];
    let options = bytes.pick(&[
        "",
        "",
        "",
        " WITH (security_barrier = true)",
        " WITH (check_option = local)",
        " WITH (security_invoker = true, security_barrier = false)",
    ]);
    let mut all = vec![format!("CREATE VIEW {view}{options} AS {}", query(bytes))];
    all.extend(comment(bytes, &format!("VIEW {view}")));
    all.extend(comment(bytes, &format!("COLUMN {view}.c0")));
    if bytes.rarely(5) {
        all.push(format!("ALTER VIEW {view} ALTER COLUMN c0 SET DEFAULT {}", bytes.pick(&["5", "7"])));
    }
    if bytes.rarely(5) {
        all.push(format!(
            "CREATE TRIGGER tv INSTEAD OF {} ON {view} FOR EACH ROW EXECUTE FUNCTION touch()",
            bytes.pick(&["INSERT", "UPDATE"])
        ));
    }
    all
}

fn materialized_view(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let view = ["m0", "app.m1"][usize::from(name) % 2];
    let options = bytes.pick(&["", "", "", " WITH (fillfactor = 50)"]);
    let mut all = vec![format!("CREATE MATERIALIZED VIEW {view}{options} AS {}", query(bytes))];
    all.extend(comment(bytes, &format!("MATERIALIZED VIEW {view}")));
    all.extend(comment(bytes, &format!("COLUMN {view}.c0")));
    all
}

fn mark(_: u8, bytes: &mut Bytes) -> Vec<String> {
    vec![format!("ALTER TABLE {} REPLICA IDENTITY {}", bytes.table(), bytes.pick(&["FULL", "NOTHING"]))]
}
