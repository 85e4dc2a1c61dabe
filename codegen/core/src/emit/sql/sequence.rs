//! Sequences, alone or behind an identity column.

use crate::catalog::{Persistence, Sequence, SequenceOptions};
use crate::name::{Identifier, QualifiedName, quote_literal};

/// `CREATE SEQUENCE`, without its owner and comment.
pub(crate) fn create(name: &QualifiedName, sequence: &Sequence) -> String {
    // The owner comes after its column, the comment after the statement.
    let Sequence { options, owned_by: _, persistence, comment: _ } = sequence;
    let unlogged = match persistence {
        Persistence::Permanent => "",
        Persistence::Unlogged => "UNLOGGED ",
    };
    let clauses = clauses(options);
    let spaced = if clauses.is_empty() { String::new() } else { format!(" {}", clauses.join(" ")) };
    format!("CREATE {unlogged}SEQUENCE {name}{spaced}")
}

/// The options that differ from what PostgreSQL takes where nothing is said.
pub(crate) fn clauses(options: &SequenceOptions) -> Vec<String> {
    let standard = SequenceOptions { data_type: "bigint".to_owned(), increment: 1, ..defaults(options) };
    differing(&standard, options)
}

/// The options of an identity column's sequence; its type is the column's.
pub(crate) fn identity_clauses(options: &SequenceOptions) -> Vec<String> {
    let standard = SequenceOptions { increment: 1, ..defaults(options) };
    differing(&standard, options)
}

/// The statements that lead a sequence from some options to others.
pub(crate) fn alter(name: &QualifiedName, current: &SequenceOptions, desired: &SequenceOptions) -> Vec<String> {
    let mut clauses = differing(current, desired);
    if current.data_type != desired.data_type {
        // A new type moves the bounds where they were those of the old one: say them both.
        let bounds = [format!("MINVALUE {}", desired.minimum), format!("MAXVALUE {}", desired.maximum)];
        clauses.extend(bounds.into_iter().filter(|bound| !clauses.contains(bound)).collect::<Vec<_>>());
    }
    if clauses.is_empty() {
        return Vec::new();
    }
    let mut statements = Vec::new();
    let overlaps = current.minimum <= desired.maximum && desired.minimum <= current.maximum;
    let shrinks = desired.minimum > current.minimum || desired.maximum < current.maximum;
    if !overlaps {
        clauses.push(format!("RESTART WITH {}", desired.start));
    } else if shrinks {
        // The position has to lie within the new bounds before they are set.
        statements.push(format!(
            "SELECT pg_catalog.setval({}, least(greatest(last_value, {}), {}), is_called) FROM {name}",
            quote_literal(&name.to_string()),
            desired.minimum.max(current.minimum),
            desired.maximum.min(current.maximum),
        ));
    }
    statements.push(format!("ALTER SEQUENCE {name} {}", clauses.join(" ")));
    statements
}

/// Moves a sequence behind the values that its column holds already.
pub(crate) fn advance(
    sequence: &QualifiedName,
    options: &SequenceOptions,
    table: &QualifiedName,
    column: &Identifier,
) -> String {
    let SequenceOptions { data_type: _, start, increment, minimum: _, maximum: _, cache: _, cycle: _ } = options;
    let position = if *increment > 0 {
        format!("greatest(max({column}) + {increment}, {start})")
    } else {
        format!("least(min({column}) - {}, {start})", increment.unsigned_abs())
    };
    format!("SELECT pg_catalog.setval({}, {position}, false) FROM {table}", quote_literal(&sequence.to_string()))
}

/// `ALTER SEQUENCE … OWNED BY`.
pub(crate) fn own(name: &QualifiedName, owner: Option<&(QualifiedName, Identifier)>) -> String {
    let owner = owner.map_or_else(|| "NONE".to_owned(), |(table, column)| format!("{table}.{column}"));
    format!("ALTER SEQUENCE {name} OWNED BY {owner}")
}

/// `ALTER SEQUENCE … SET LOGGED` (15 and later).
pub(crate) fn set_persistence(name: &QualifiedName, persistence: Persistence) -> String {
    let word = match persistence {
        Persistence::Permanent => "LOGGED",
        Persistence::Unlogged => "UNLOGGED",
    };
    format!("ALTER SEQUENCE {name} SET {word}")
}

fn differing(current: &SequenceOptions, desired: &SequenceOptions) -> Vec<String> {
    let SequenceOptions { data_type, start, increment, minimum, maximum, cache, cycle } = desired;
    let mut clauses = Vec::new();
    let mut clause = |differs: bool, text: String| {
        if differs {
            clauses.push(text);
        }
    };
    clause(*data_type != current.data_type, format!("AS {data_type}"));
    clause(*increment != current.increment, format!("INCREMENT BY {increment}"));
    clause(*minimum != current.minimum, format!("MINVALUE {minimum}"));
    clause(*maximum != current.maximum, format!("MAXVALUE {maximum}"));
    clause(*start != current.start, format!("START WITH {start}"));
    clause(*cache != current.cache, format!("CACHE {cache}"));
    clause(*cycle != current.cycle, if *cycle { "CYCLE".to_owned() } else { "NO CYCLE".to_owned() });
    clauses
}

/// What `CREATE SEQUENCE` makes of a type, an increment and what is said of the bounds.
fn defaults(options: &SequenceOptions) -> SequenceOptions {
    let SequenceOptions { data_type, start: _, increment, minimum: least, maximum: greatest, cache: _, cycle: _ } =
        options;
    let increment = *increment;
    let (lowest, highest) = match data_type.as_str() {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let (minimum, maximum) = if increment > 0 { (1, highest) } else { (lowest, -1) };
    SequenceOptions {
        data_type: data_type.clone(),
        start: if increment > 0 { *least } else { *greatest },
        increment,
        minimum,
        maximum,
        cache: 1,
        cycle: false,
    }
}
