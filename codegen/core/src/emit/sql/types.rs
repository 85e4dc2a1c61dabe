//! Enumerated types and domains.

use crate::catalog::{Domain, DomainConstraint, EnumType};
use crate::name::{Identifier, QualifiedName, quote_literal};

/// `CREATE TYPE … AS ENUM`, without its comment.
pub(crate) fn create_enum(name: &QualifiedName, enum_type: &EnumType) -> String {
    let EnumType { values, comment: _ } = enum_type;
    let values: Vec<String> = values.iter().map(|value| quote_literal(value)).collect();
    format!("CREATE TYPE {name} AS ENUM ({})", values.join(", "))
}

/// The values to add, each with its statement; none if a value would have to go or to move.
pub(crate) fn added_values(
    name: &QualifiedName,
    current: &[String],
    desired: &[String],
) -> Option<Vec<(String, String)>> {
    let mut old = current.iter().peekable();
    let mut previous: Option<&String> = None;
    let mut added = Vec::new();
    for value in desired {
        if old.peek() == Some(&value) {
            old.next();
        } else if current.contains(value) {
            return None;
        } else {
            let place = match (previous, old.peek()) {
                (_, None) => String::new(),
                (Some(previous), Some(_)) => format!(" AFTER {}", quote_literal(previous)),
                (None, Some(next)) => format!(" BEFORE {}", quote_literal(next)),
            };
            added.push((value.clone(), format!("ALTER TYPE {name} ADD VALUE {}{place}", quote_literal(value))));
        }
        previous = Some(value);
    }
    old.peek().is_none().then_some(added)
}

/// `CREATE DOMAIN` with some of its parts; the rest, and the comment, come after it.
pub(crate) fn create_domain(
    name: &QualifiedName,
    domain: &Domain,
    with_default: bool,
    inline: &[(&Identifier, &DomainConstraint)],
) -> String {
    let Domain { data_type, not_null, default, collation, constraints: _, comment: _ } = domain;
    let mut sql = format!("CREATE DOMAIN {name} AS {}", data_type.text);
    if let Some(collation) = collation {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    match default.as_ref().filter(|_| with_default) {
        Some(default) => sql.push_str(&format!(" DEFAULT {default}")),
        // A domain takes the default of the domain that it stands on, unless it is told not to.
        None if data_type.name.schema.as_str() != "pg_catalog" => sql.push_str(" DEFAULT NULL"),
        None => {}
    }
    if *not_null {
        sql.push_str(" NOT NULL");
    }
    for (constraint, DomainConstraint { definition, validated: _, comment: _ }) in inline {
        sql.push_str(&format!("\n    CONSTRAINT {constraint} {definition}"));
    }
    sql
}

/// `ALTER DOMAIN … ADD CONSTRAINT`.
pub(crate) fn add_domain_constraint(
    domain: &QualifiedName,
    name: &Identifier,
    constraint: &DomainConstraint,
) -> String {
    let DomainConstraint { definition, validated, comment: _ } = constraint;
    let not_valid = if *validated { "" } else { " NOT VALID" };
    format!("ALTER DOMAIN {domain} ADD CONSTRAINT {name} {definition}{not_valid}")
}
