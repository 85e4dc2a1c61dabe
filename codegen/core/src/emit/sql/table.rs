//! Tables, constraints and indexes.

use crate::catalog::{Constraint, ConstraintKind, Deferrability, Identity, Index, Persistence, ReplicaIdentity, Table};
use crate::emit::sql::column::{self, Inline};
use crate::emit::sql::option_list;
use crate::name::{Identifier, QualifiedName};

/// `CREATE TABLE` with some of its parts; the rest, and the comments, come after it.
pub(crate) fn create(
    name: &QualifiedName,
    table: &Table,
    inline_column: impl Fn(&Identifier) -> Option<Inline>,
    inline_constraint: impl Fn(&Identifier) -> bool,
) -> String {
    // Indexes, triggers, replica identity and comment are statements of their own.
    let Table { columns, constraints, indexes: _, triggers: _, persistence, options, replica_identity: _, comment: _ } =
        table;
    let mut items: Vec<String> = columns
        .iter()
        .filter_map(|column| Some(column::definition(name, column, inline_column(&column.name)?)))
        .collect();
    let mut inline: Vec<(&Identifier, &Constraint)> =
        constraints.iter().filter(|(constraint, _)| inline_constraint(constraint)).collect();
    inline.sort_by_key(|(constraint, body)| (body.kind, *constraint));
    items.extend(inline.into_iter().map(|(constraint, body)| constraint_clause(constraint, body)));
    let unlogged = match persistence {
        Persistence::Permanent => "",
        Persistence::Unlogged => "UNLOGGED ",
    };
    let body = if items.is_empty() { "()".to_owned() } else { format!("(\n    {}\n)", items.join(",\n    ")) };
    let options = if options.is_empty() { String::new() } else { format!(" WITH {}", option_list(options)) };
    format!("CREATE {unlogged}TABLE {name} {body}{options}")
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
        clustered: _,
        comment: _,
    } = constraint;
    let mut sql = format!("CONSTRAINT {name} {definition}");
    if !options.is_empty() && options_are_inline(*kind) {
        sql.push_str(&format!(" WITH {}", option_list(options)));
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

/// Whether the options of the index behind a constraint stand at the end of its clause.
pub(crate) fn options_are_inline(kind: ConstraintKind) -> bool {
    match kind {
        ConstraintKind::PrimaryKey | ConstraintKind::Unique => true,
        ConstraintKind::Check | ConstraintKind::Exclusion | ConstraintKind::ForeignKey => false,
    }
}

/// `ALTER TABLE … ADD CONSTRAINT`.
pub(crate) fn add_constraint(table: &QualifiedName, name: &Identifier, constraint: &Constraint) -> String {
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
pub(crate) fn index_statistics(name: &str, current: &Index, desired: &Index) -> Vec<String> {
    let mut columns: Vec<i16> =
        current.statistics_targets.keys().chain(desired.statistics_targets.keys()).copied().collect();
    columns.sort_unstable();
    columns.dedup();
    let target = |index: &Index, column: &i16| index.statistics_targets.get(column).copied().unwrap_or(-1);
    columns
        .into_iter()
        .filter(|column| target(current, column) != target(desired, column))
        .map(|column| format!("ALTER INDEX {name} ALTER COLUMN {column} SET STATISTICS {}", target(desired, &column)))
        .collect()
}

/// The name of an identity column's sequence.
pub(crate) fn identity_sequence(table: &QualifiedName, identity: &Identity) -> QualifiedName {
    QualifiedName { schema: table.schema.clone(), name: identity.sequence.clone() }
}
