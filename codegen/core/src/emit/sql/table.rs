//! Tables, constraints and indexes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    Constraint, ConstraintKind, Deferrability, ForeignTable, Identity, Index, Options, PartitionKey, PartitionOf,
    Persistence, ReplicaIdentity, RowSecurity, Table,
};
use crate::emit::sql::option_list;
use crate::name::{Identifier, QualifiedName, quote_identifier, quote_literal};

/// What a new table says of its parents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Descent {
    /// Nothing: it has none, or joins them later.
    Alone,
    /// What it is a partition of, or inherits from.
    Inline,
}

/// `CREATE TABLE` with some of its parts; the rest, and the comments, come after it.
pub(crate) fn create(
    name: &QualifiedName,
    table: &Table,
    descent: Descent,
    columns: Vec<String>,
    inline_constraints: Vec<(&Identifier, &Constraint)>,
) -> String {
    // Indexes, triggers, replica identity, row security, type and comment are statements of their own.
    let Table {
        columns: _,
        constraints: _,
        indexes: _,
        triggers: _,
        persistence,
        options,
        replica_identity: _,
        row_security: _,
        partition_key,
        partition_of,
        inherits,
        of_type: _,
        foreign,
        access_method,
        tablespace,
        comment: _,
    } = table;
    let mut items = columns;
    let mut inline = inline_constraints;
    inline.sort_by_key(|(constraint, body)| (body.kind, *constraint));
    items.extend(inline.into_iter().map(|(constraint, body)| constraint_clause(constraint, body)));
    let kind = match (persistence, foreign) {
        (_, Some(_)) => "FOREIGN ",
        (Persistence::Permanent, None) => "",
        (Persistence::Unlogged, None) => "UNLOGGED ",
    };
    let list = if items.is_empty() { "()".to_owned() } else { format!("(\n    {}\n)", items.join(",\n    ")) };
    let body = match (descent, partition_of) {
        (Descent::Inline, Some(PartitionOf { table, bound })) if items.is_empty() => {
            format!("PARTITION OF {table} {bound}")
        }
        (Descent::Inline, Some(PartitionOf { table, bound })) => format!("PARTITION OF {table} {list} {bound}"),
        (Descent::Inline, None) if !inherits.is_empty() => format!("{list} INHERITS ({})", names(inherits)),
        (Descent::Inline, None) | (Descent::Alone, _) => list,
    };
    let key = partition_key
        .as_ref()
        .map_or_else(String::new, |PartitionKey { definition, columns: _ }| format!(" PARTITION BY {definition}"));
    let method = access_method.as_ref().map_or_else(String::new, |method| format!(" USING {method}"));
    let options = if options.is_empty() { String::new() } else { format!(" WITH {}", option_list(options)) };
    let place = tablespace.as_ref().map_or_else(String::new, |place| format!(" TABLESPACE {place}"));
    let server = foreign.as_ref().map_or_else(String::new, |ForeignTable { server, options }| {
        format!(" SERVER {server}{}", foreign_options(options))
    });
    format!("CREATE {kind}TABLE {name} {body}{key}{method}{options}{place}{server}")
}

fn names(tables: &[QualifiedName]) -> String {
    tables.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// ` OPTIONS (…)` as foreign tables and their columns have it; nothing where there are none.
pub(crate) fn foreign_options(options: &Options) -> String {
    let items: Vec<String> =
        options.iter().map(|(name, value)| format!("{} {}", quote_identifier(name), quote_literal(value))).collect();
    if items.is_empty() { String::new() } else { format!(" OPTIONS ({})", items.join(", ")) }
}

/// `OPTIONS (ADD …, SET …, DROP …)`, where there is something to change.
pub(crate) fn foreign_option_changes(current: &Options, desired: &Options) -> Option<String> {
    let gone = current.keys().filter(|name| !desired.contains_key(*name));
    let mut items: Vec<String> = gone.map(|name| format!("DROP {}", quote_identifier(name))).collect();
    for (name, value) in desired.iter().filter(|(name, value)| current.get(*name) != Some(*value)) {
        let word = if current.contains_key(name) { "SET" } else { "ADD" };
        items.push(format!("{word} {} {}", quote_identifier(name), quote_literal(value)));
    }
    (!items.is_empty()).then(|| format!("OPTIONS ({})", items.join(", ")))
}

/// What follows `ALTER TABLE …` to lead from one row level security to another.
pub(crate) fn row_security_changes(current: RowSecurity, desired: RowSecurity) -> Vec<&'static str> {
    let RowSecurity { enabled, forced } = desired;
    let mut changes = Vec::new();
    if enabled != current.enabled {
        changes.push(if enabled { "ENABLE ROW LEVEL SECURITY" } else { "DISABLE ROW LEVEL SECURITY" });
    }
    if forced != current.forced {
        changes.push(if forced { "FORCE ROW LEVEL SECURITY" } else { "NO FORCE ROW LEVEL SECURITY" });
    }
    changes
}

/// What follows `ALTER … name` to move a relation or an index; the database's own tablespace goes by its usual name.
pub(crate) fn set_tablespace(tablespace: Option<&Identifier>) -> String {
    tablespace.map_or_else(|| "SET TABLESPACE pg_default".to_owned(), |place| format!("SET TABLESPACE {place}"))
}

/// What follows `ALTER … name` to give a relation another access method (15 and later).
pub(crate) fn set_access_method(method: Option<&Identifier>) -> String {
    method.map_or_else(|| "SET ACCESS METHOD heap".to_owned(), |method| format!("SET ACCESS METHOD {method}"))
}

/// The statement that makes an existing table a part of its parents, one for each of them, or a table of its type.
pub(crate) fn attach(name: &QualifiedName, table: &Table) -> Vec<String> {
    if let Some(of_type) = &table.of_type {
        return vec![format!("ALTER TABLE {name} OF {of_type}")];
    }
    match &table.partition_of {
        Some(PartitionOf { table: parent, bound }) => {
            vec![format!("ALTER TABLE {parent} ATTACH PARTITION {name} {bound}")]
        }
        None => table.inherits.iter().map(|parent| format!("ALTER TABLE {name} INHERIT {parent}")).collect(),
    }
}

/// The statement that takes a table out of its parents, one for each of them, or lets go of its type.
pub(crate) fn detach(name: &QualifiedName, table: &Table) -> Vec<String> {
    if table.of_type.is_some() {
        return vec![format!("ALTER TABLE {name} NOT OF")];
    }
    match &table.partition_of {
        Some(PartitionOf { table: parent, bound: _ }) => vec![format!("ALTER TABLE {parent} DETACH PARTITION {name}")],
        None => table.inherits.iter().rev().map(|parent| format!("ALTER TABLE {name} NO INHERIT {parent}")).collect(),
    }
}

/// `CONSTRAINT name …`, with everything but the options of an exclusion constraint's index.
pub(crate) fn constraint_clause(name: &Identifier, constraint: &Constraint) -> String {
    let Constraint {
        kind,
        columns: _,
        references: _,
        definition,
        deferrability,
        validated,
        enforced,
        temporal: _,
        options,
        tablespace,
        // Statements about the index come after it.
        statistics_targets: _,
        // A constraint that is written out is the table's own.
        parent: _,
        local: _,
        clustered: _,
        index_comment: _,
        comment: _,
    } = constraint;
    let mut sql = format!("CONSTRAINT {name} {definition}");
    if !options.is_empty() && options_are_inline(*kind) {
        sql.push_str(&format!(" WITH {}", option_list(options)));
    }
    if let Some(tablespace) = tablespace.as_ref().filter(|_| options_are_inline(*kind)) {
        sql.push_str(&format!(" USING INDEX TABLESPACE {tablespace}"));
    }
    match deferrability {
        Deferrability::NotDeferrable => {}
        Deferrability::InitiallyImmediate => sql.push_str(" DEFERRABLE"),
        Deferrability::InitiallyDeferred => sql.push_str(" DEFERRABLE INITIALLY DEFERRED"),
    }
    if !*enforced {
        sql.push_str(" NOT ENFORCED");
    } else if !*validated {
        sql.push_str(" NOT VALID");
    }
    sql
}

/// Whether the options and the tablespace of the index behind a constraint stand at the end of its clause.
pub(crate) fn options_are_inline(kind: ConstraintKind) -> bool {
    match kind {
        ConstraintKind::PrimaryKey | ConstraintKind::Unique => true,
        ConstraintKind::Check | ConstraintKind::Exclusion | ConstraintKind::ForeignKey => false,
    }
}

/// `ALTER TABLE … ADD CONSTRAINT`.
pub(crate) fn add_constraint(table: &impl std::fmt::Display, name: &Identifier, constraint: &Constraint) -> String {
    format!("ALTER TABLE {table} ADD {}", constraint_clause(name, constraint))
}

/// `ALTER TABLE … VALIDATE CONSTRAINT`.
pub(crate) fn validate(table: &QualifiedName, name: &Identifier) -> String {
    format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
}

/// `ALTER CONSTRAINT …`, for foreign keys.
pub(crate) fn alter_deferrability(table: &QualifiedName, name: &Identifier, deferrability: Deferrability) -> String {
    let words = match deferrability {
        Deferrability::NotDeferrable => "NOT DEFERRABLE",
        Deferrability::InitiallyImmediate => "DEFERRABLE INITIALLY IMMEDIATE",
        Deferrability::InitiallyDeferred => "DEFERRABLE INITIALLY DEFERRED",
    };
    format!("ALTER TABLE {table} ALTER CONSTRAINT {name} {words}")
}

/// `ALTER CONSTRAINT … ENFORCED`, for foreign keys (18 and later): it checks the rows that are there.
pub(crate) fn alter_enforcement(table: &QualifiedName, name: &Identifier, enforced: bool) -> String {
    let words = if enforced { "ENFORCED" } else { "NOT ENFORCED" };
    format!("ALTER TABLE {table} ALTER CONSTRAINT {name} {words}")
}

/// `ALTER TABLE … REPLICA IDENTITY …`.
pub(crate) fn set_replica_identity(table: &QualifiedName, identity: &ReplicaIdentity) -> String {
    let words = match identity {
        ReplicaIdentity::Default => "DEFAULT".to_owned(),
        ReplicaIdentity::Full => "FULL".to_owned(),
        ReplicaIdentity::Nothing => "NOTHING".to_owned(),
        ReplicaIdentity::Index(index) => format!("USING INDEX {index}"),
    };
    format!("ALTER TABLE {table} REPLICA IDENTITY {words}")
}

/// `ALTER TABLE … SET LOGGED`.
pub(crate) fn set_persistence(table: &QualifiedName, persistence: Persistence) -> String {
    let word = match persistence {
        Persistence::Permanent => "LOGGED",
        Persistence::Unlogged => "UNLOGGED",
    };
    format!("ALTER TABLE {table} SET {word}")
}

/// The statements of an index's statistics targets, from one set to another.
pub(crate) fn index_statistics(name: &str, current: &BTreeMap<i16, i32>, desired: &BTreeMap<i16, i32>) -> Vec<String> {
    let columns: BTreeSet<&i16> = current.keys().chain(desired.keys()).collect();
    let target = |targets: &BTreeMap<i16, i32>, column: &i16| targets.get(column).copied().unwrap_or(-1);
    columns
        .into_iter()
        .filter(|column| target(current, column) != target(desired, column))
        .map(|column| format!("ALTER INDEX {name} ALTER COLUMN {column} SET STATISTICS {}", target(desired, column)))
        .collect()
}

/// The definition of an index without its storage parameters, which `ALTER INDEX` changes: they stand outside of quotes
/// and of parentheses.
pub(crate) fn without_options(definition: &str) -> Cow<'_, str> {
    const WITH: &str = " WITH (";
    let (mut depth, mut quote, mut start) = (0_usize, None, None);
    for (place, next) in definition.char_indices() {
        match (quote, next) {
            (Some(open), _) if next == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(next),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth = depth.saturating_sub(1);
                if let Some(start) = start.filter(|_| depth == 0) {
                    return Cow::Owned(format!("{}{}", &definition[..start], &definition[place + 1..]));
                }
            }
            (None, ' ') if depth == 0 && definition[place..].starts_with(WITH) => start = Some(place),
            (None, _) => {}
        }
    }
    Cow::Borrowed(definition)
}

/// `CREATE INDEX`; where the definition has no `WHERE`, its tablespace stands at its end.
pub(crate) fn create_index(index: &Index) -> String {
    match index.tablespace.as_ref().filter(|_| !index.partial) {
        Some(tablespace) => format!("{} TABLESPACE {tablespace}", index.definition),
        None => index.definition.clone(),
    }
}

/// The name of an identity column's sequence.
pub(crate) fn identity_sequence(table: &QualifiedName, identity: &Identity) -> QualifiedName {
    table.sibling(identity.sequence.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_what_stands_outside_of_quotes_and_parentheses() {
        let text = "CREATE INDEX \" WITH (x)\" ON s.t USING btree ((a || ' WITH ('::text)) WITH (fillfactor='70', x=off) WHERE (b = ' WITH (y)'::text)";
        assert_eq!(
            without_options(text),
            "CREATE INDEX \" WITH (x)\" ON s.t USING btree ((a || ' WITH ('::text)) WHERE (b = ' WITH (y)'::text)"
        );
        let plain = "CREATE INDEX a ON s.t USING btree (x)";
        assert_eq!(without_options(plain), plain);
    }
}
