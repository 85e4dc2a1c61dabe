//! Tables of every shape: partitioned ones with their partitions, parents with their children, foreign tables.
//!
//! They are a family of their own beside the tables of the other rules: `m` is partitioned, `m1` to `m6` are its parts
//! or parts of those, `p0` and `p1` have the children `q0` to `q2`, and any of them may stand alone instead.

use super::grammar::Bytes;

/// How many rules there are.
pub(crate) const RULES: u8 = 12;

/// Without these most others find nothing to stand on.
pub(crate) const CORE: &[(u8, u8)] = &[(0, 0), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (3, 0), (3, 1)];

const FAMILY: &[&str] = &["m", "m1", "m2", "m3", "m4", "m5", "m6", "p0", "p1", "q0", "q1", "q2"];

pub(crate) fn statements(rule: u8, name: u8, bytes: &mut Bytes) -> Vec<String> {
    match rule % RULES {
        0 => master(bytes),
        1 => partition(name, bytes),
        2 => parent(name, bytes),
        3 => child(name, bytes),
        4 => attribute(bytes),
        5 => index(name, bytes),
        6 => key(bytes),
        7 => foreign_key(bytes),
        8 => trigger(name, bytes),
        9 => view(name, bytes),
        10 => check(name, bytes),
        _ => column_attribute(bytes),
    }
}

fn family(bytes: &mut Bytes) -> &'static str {
    FAMILY[bytes.next() % FAMILY.len()]
}

/// The columns that the tables of the family share, and that their rules count on.
fn columns(bytes: &mut Bytes, is_parted: bool) -> Vec<String> {
    let mut columns = vec![
        format!("c0 {}", bytes.pick(&["integer", "integer", "integer", "bigint"])),
        format!("c1 {}", bytes.pick(&["text", "text", "text", "varchar(20)"])),
    ];
    let more = [
        format!("c3 {}", bytes.pick(&["date", "date", "timestamp"])),
        format!("c5 {}", bytes.pick(&["integer", "integer", "bigint", "numeric(8,2)"])),
        // DROP EXPRESSION does not get further down than to children.
        if is_parted {
            bytes
                .pick(&[
                    "\"C 6\" integer GENERATED ALWAYS AS (c5::integer * 2) STORED",
                    "\"C 6\" bigint GENERATED ALWAYS AS (c5::integer * 2) STORED",
                    "\"C 6\" integer GENERATED ALWAYS AS (c5::integer + 1) STORED",
                ])
                .to_owned()
        } else {
            bytes.pick(&["\"C 6\" integer", "\"C 6\" text"]).to_owned()
        },
    ];
    for mut column in more {
        if !column.contains("GENERATED") && bytes.rarely(3) {
            column.push_str(if column.starts_with("c3") { " DEFAULT '2020-01-01'" } else { " DEFAULT 7" });
        }
        if bytes.rarely(4) {
            column.push_str(" NOT NULL");
        }
        if !bytes.rarely(5) {
            columns.push(column);
        }
    }
    if bytes.rarely(4) {
        columns.push(bytes.pick(&["c7 integer", "c7 text", "c7 integer DEFAULT 3", "c7 text NOT NULL"]).to_owned());
    }
    if bytes.rarely(6) {
        columns.rotate_left(1);
    }
    columns
}

fn master(bytes: &mut Bytes) -> Vec<String> {
    let key = bytes.pick(&[
        " PARTITION BY RANGE (c0)",
        " PARTITION BY RANGE (c0)",
        " PARTITION BY RANGE (c0)",
        " PARTITION BY LIST (c1)",
        " PARTITION BY HASH (c0)",
        " PARTITION BY RANGE (c0, c5)",
        " PARTITION BY RANGE ((c0 + 1))",
        " PARTITION BY LIST (c1 COLLATE \"C\")",
        " PARTITION BY RANGE (c1 text_pattern_ops)",
        "",
    ]);
    let mut all = vec![format!("CREATE TABLE m ({}){key}", columns(bytes, true).join(", "))];
    if bytes.rarely(4) {
        all.push("COMMENT ON TABLE m IS 'parted'".to_owned());
    }
    all
}

fn partition(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let name = ["m1", "m2", "m3", "m4", "m5", "m6"][usize::from(name) % 6];
    let above = match name {
        "m4" => bytes.pick(&["m", "m3"]),
        "m5" => bytes.pick(&["m3", "m4", "m"]),
        _ => "m",
    };
    let number = name.as_bytes()[1] - b'0';
    let low = 10 * (i32::from(number) + i32::try_from(bytes.next() % 3).unwrap_or(0));
    let bound = match bytes.next() % 8 {
        0..=4 => format!("FOR VALUES FROM ({low}) TO ({})", low + 10),
        5 => "DEFAULT".to_owned(),
        6 => format!("FOR VALUES IN ('a{number}', 'b{}')", bytes.next() % 4),
        _ => format!("FOR VALUES WITH (MODULUS 6, REMAINDER {})", number % 6),
    };
    let key = bytes.pick(&["", "", "", "", " PARTITION BY RANGE (c0)", " PARTITION BY LIST (c1)"]);
    let key = if name == "m3" && key.is_empty() { bytes.pick(&["", " PARTITION BY RANGE (c0)"]) } else { key };
    match bytes.next() % 6 {
        0..=2 => {
            let list = bytes.pick(&[
                "",
                "",
                "",
                " (c5 DEFAULT 9)",
                " (c5 NOT NULL)",
                " (CONSTRAINT own CHECK (c0 > 0))",
                " (c1 WITH OPTIONS DEFAULT 'x', CONSTRAINT own CHECK (c1 <> ''))",
            ]);
            vec![format!("CREATE TABLE {name} PARTITION OF {above}{list} {bound}{key}")]
        }
        3 => vec![
            format!("CREATE TABLE {name} (LIKE m INCLUDING GENERATED INCLUDING CONSTRAINTS){key}"),
            format!("ALTER TABLE {above} ATTACH PARTITION {name} {bound}"),
        ],
        4 => vec![format!("CREATE TABLE {name} ({}){key}", columns(bytes, true).join(", "))],
        _ => vec![
            format!("CREATE TABLE {name} ({}){key}", columns(bytes, true).join(", ")),
            format!("ALTER TABLE {above} ATTACH PARTITION {name} {bound}"),
        ],
    }
}

fn parent(name: u8, bytes: &mut Bytes) -> Vec<String> {
    if name.is_multiple_of(2) {
        return vec![format!("CREATE TABLE p0 ({})", columns(bytes, false).join(", "))];
    }
    let more = bytes.pick(&["", "", ", c5 integer", ", r2 text DEFAULT 'z'"]);
    vec![format!("CREATE TABLE p1 (r1 {}{more})", bytes.pick(&["integer", "bigint", "integer NOT NULL"]))]
}

fn child(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let name = ["q0", "q1", "q2"][usize::from(name) % 3];
    let parents = match name {
        "q0" => bytes.pick(&["p0", "p0", "p1"]),
        "q1" => bytes.pick(&["p0, p1", "p0", "p1", "p1, p0"]),
        _ => bytes.pick(&["q0", "p0", "q0, p1"]),
    };
    let own = bytes.pick(&["", "own integer", "own integer, c5 integer DEFAULT 4", "c7 integer", "own text NOT NULL"]);
    match bytes.next() % 5 {
        0..=2 => vec![format!("CREATE TABLE {name} ({own}) INHERITS ({parents})")],
        3 => vec![format!("CREATE TABLE {name} ({})", columns(bytes, false).join(", "))],
        _ => vec![
            format!("CREATE TABLE {name} ({})", columns(bytes, false).join(", ")),
            format!("ALTER TABLE {name} INHERIT p0"),
        ],
    }
}

fn attribute(bytes: &mut Bytes) -> Vec<String> {
    let table = family(bytes);
    let what = bytes.pick(&[
        "ENABLE ROW LEVEL SECURITY",
        "FORCE ROW LEVEL SECURITY",
        "REPLICA IDENTITY FULL",
        "SET (fillfactor = 70)",
    ]);
    vec![format!("ALTER TABLE {table} {what}")]
}

fn column_attribute(bytes: &mut Bytes) -> Vec<String> {
    let table = family(bytes);
    let only = bytes.pick(&["", "ONLY "]);
    let column = bytes.pick(&["c5", "c1", "c3", "c7"]);
    let what = bytes.pick(&[
        "SET DEFAULT NULL",
        "SET DEFAULT '2021'",
        "DROP DEFAULT",
        "SET NOT NULL",
        "SET STATISTICS 50",
        "SET STORAGE PLAIN",
        "SET (n_distinct = 10)",
        "COMMENT",
    ]);
    if what == "COMMENT" {
        return vec![format!("COMMENT ON COLUMN {table}.{column} IS 'noted'")];
    }
    vec![format!("ALTER TABLE {only}{table} ALTER COLUMN {column} {what}")]
}

fn index(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let table = family(bytes);
    let what =
        bytes.pick(&["(c5)", "(c5)", "(c0, c1)", "(lower(c1))", "(c3) WHERE c5 > 0", "(c0) INCLUDE (c1)", "(c7)"]);
    let index = match name % 4 {
        0 => String::new(),
        number => format!("{table}_i{number} "),
    };
    vec![format!("CREATE {}INDEX {index}ON {table} {what}", bytes.pick(&["", "", "UNIQUE "]))]
}

fn key(bytes: &mut Bytes) -> Vec<String> {
    let table = family(bytes);
    let columns = bytes.pick(&["c0", "c0", "c0, c1", "c1", "c0, c5"]);
    let kind = bytes.pick(&["PRIMARY KEY", "UNIQUE"]);
    let constraint = bytes.pick(&["", "", "CONSTRAINT chosen_key "]);
    vec![format!("ALTER TABLE {table} ADD {constraint}{kind} ({columns})")]
}

fn foreign_key(bytes: &mut Bytes) -> Vec<String> {
    let table = family(bytes);
    let far = bytes.pick(&["m", "m", "m1", "p0", "t0"]);
    let near = bytes.pick(&["c0", "c5", "c7"]);
    let tail = bytes.pick(&["", "", " ON DELETE CASCADE", " DEFERRABLE"]);
    vec![format!("ALTER TABLE {table} ADD CONSTRAINT far_{near} FOREIGN KEY ({near}) REFERENCES {far} (c0){tail}")]
}

fn trigger(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let table = family(bytes);
    let event =
        bytes.pick(&["AFTER INSERT", "BEFORE UPDATE", "AFTER UPDATE OF c1", "AFTER INSERT OR UPDATE OF c0, c5"]);
    let level = bytes.pick(&["ROW", "ROW", "STATEMENT"]);
    let trigger = ["g0", "g1"][usize::from(name) % 2];
    let create = format!("CREATE TRIGGER {trigger} {event} ON {table} FOR EACH {level} EXECUTE FUNCTION touch()");
    // Both or none: the trigger that a partition has from above keeps the state that it has there.
    let disable = format!("; ALTER TABLE {table} DISABLE TRIGGER {trigger}");
    vec![if bytes.rarely(4) { create + &disable } else { create }]
}

fn view(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let table = family(bytes);
    let query = bytes.pick(&["c0, c1 FROM @", "count(*) AS n FROM @", "c5, c0 FROM ONLY @", "c5, c3, c1 FROM @"]);
    vec![format!("CREATE VIEW w{} AS SELECT {}", name % 3, query.replace('@', table))]
}

fn check(name: u8, bytes: &mut Bytes) -> Vec<String> {
    let table = family(bytes);
    let test = bytes.pick(&["c0 > 0", "c5 < 1000", "c1 <> ''", "c1 IN ('a', 'b')"]);
    let tail = bytes.pick(&["", "", "", " NO INHERIT", " NOT VALID"]);
    vec![format!("ALTER TABLE {table} ADD CONSTRAINT check_{} CHECK ({test}){tail}", name % 3)]
}
