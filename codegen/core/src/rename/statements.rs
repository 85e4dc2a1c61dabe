//! The statement of one rename, and the one that takes it back.

use crate::catalog::{ObjectAddress, ObjectKind};
use crate::emit::sql::{defined, index_name, routine_signature, sql_name};
use crate::name::{Identifier, quote_literal};
use crate::plan::{Action, Rollback, Step};
use crate::rename::Rename;

pub(super) fn step(rename: &Rename) -> Step {
    let Rename { from, to } = rename;
    let (renamed, old) = match &from.part {
        Some(part) if from.kind.is_named_by_part() => {
            (ObjectAddress { part: Some(to.clone()), ..from.clone() }, part.clone())
        }
        Some(_) | None => (ObjectAddress { name: to.clone(), ..from.clone() }, from.name.clone()),
    };
    Step {
        sql: statement(from, to),
        object: renamed.clone(),
        action: Action::Rename,
        hazards: Vec::new(),
        rollback: Rollback::Sql(statement(&renamed, &old)),
        verify: None,
    }
}

fn statement(from: &ObjectAddress, to: &Identifier) -> String {
    let owner = sql_name(from);
    let part = from.part.clone().unwrap_or_else(|| from.name.clone());
    match from.kind {
        ObjectKind::Schema => format!("ALTER SCHEMA {owner} RENAME TO {to}"),
        ObjectKind::Extension => format!("ALTER EXTENSION {owner} RENAME TO {to}"),
        ObjectKind::Enum if from.part.is_some() => {
            let values = (quote_literal(part.as_str()), quote_literal(to.as_str()));
            format!("ALTER TYPE {owner} RENAME VALUE {} TO {}", values.0, values.1)
        }
        ObjectKind::Enum | ObjectKind::Composite | ObjectKind::Range => format!("ALTER TYPE {owner} RENAME TO {to}"),
        // The columns of tables that have them from the type go along.
        ObjectKind::Attribute => format!("ALTER TYPE {owner} RENAME ATTRIBUTE {part} TO {to} CASCADE"),
        ObjectKind::Domain => format!("ALTER DOMAIN {owner} RENAME TO {to}"),
        ObjectKind::DomainConstraint => format!("ALTER DOMAIN {owner} RENAME CONSTRAINT {part} TO {to}"),
        ObjectKind::Sequence => format!("ALTER SEQUENCE {owner} RENAME TO {to}"),
        ObjectKind::Table => format!("ALTER TABLE {owner} RENAME TO {to}"),
        // The same words rename a column of a view.
        ObjectKind::Column => format!("ALTER TABLE {owner} RENAME COLUMN {part} TO {to}"),
        ObjectKind::Constraint => format!("ALTER TABLE {owner} RENAME CONSTRAINT {part} TO {to}"),
        ObjectKind::Index => format!("ALTER INDEX {} RENAME TO {to}", index_name(from)),
        ObjectKind::Routine => format!("ALTER ROUTINE {} RENAME TO {to}", routine_signature(from)),
        ObjectKind::View => format!("ALTER VIEW {owner} RENAME TO {to}"),
        ObjectKind::MaterializedView => format!("ALTER MATERIALIZED VIEW {owner} RENAME TO {to}"),
        ObjectKind::Trigger => format!("ALTER TRIGGER {part} ON {owner} RENAME TO {to}"),
        ObjectKind::Defined(kind) => format!("ALTER {} RENAME TO {to}", defined::reference(kind, from)),
    }
}
