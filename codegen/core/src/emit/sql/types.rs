//! Enumerated types, domains, composite types and ranges.

use crate::catalog::{CompositeAttribute, Domain, DomainConstraint, EnumType, RangeType};
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
    let Domain { data_type, not_null, not_null_name, default, collation, constraints: _, comment: _ } = domain;
    let mut sql = format!("CREATE DOMAIN {name} AS {}", data_type.text);
    if let Some(collation) = collation {
        sql.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(default) = default.as_ref().filter(|_| with_default) {
        sql.push_str(&format!(" DEFAULT {default}"));
    }
    if *not_null {
        let named = not_null_name.as_ref().map_or_else(String::new, |name| format!(" CONSTRAINT {name}"));
        sql.push_str(&format!("{named} NOT NULL"));
    }
    for (constraint, DomainConstraint { definition, validated: _, comment: _ }) in inline {
        sql.push_str(&format!("\n    CONSTRAINT {constraint} {definition}"));
    }
    sql
}

/// The statements that lead from one `NOT NULL` of a domain, or none, to another.
pub(crate) fn alter_domain_not_null(name: &QualifiedName, current: &Domain, desired: &Domain) -> Vec<String> {
    let set = || match &desired.not_null_name {
        Some(constraint) => format!("ALTER DOMAIN {name} ADD CONSTRAINT {constraint} NOT NULL"),
        None => format!("ALTER DOMAIN {name} SET NOT NULL"),
    };
    let drop = || format!("ALTER DOMAIN {name} DROP NOT NULL");
    match (current.not_null, desired.not_null) {
        (false, false) => Vec::new(),
        (true, false) => vec![drop()],
        (false, true) => vec![set()],
        (true, true) => match (&current.not_null_name, &desired.not_null_name) {
            (None, None) => Vec::new(),
            (Some(old), Some(new)) if old == new => Vec::new(),
            (Some(old), Some(new)) => vec![format!("ALTER DOMAIN {name} RENAME CONSTRAINT {old} TO {new}")],
            (Some(_), None) | (None, Some(_)) => vec![drop(), set()],
        },
    }
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

/// `CREATE TYPE … AS (…)` with some of its attributes; the rest, and the comments, come after it.
pub(crate) fn create_composite(name: &QualifiedName, inline: &[&CompositeAttribute]) -> String {
    let attributes: Vec<String> =
        inline.iter().map(|attribute| format!("\n    {}", attribute_clause(attribute))).collect();
    let end = if attributes.is_empty() { "" } else { "\n" };
    format!("CREATE TYPE {name} AS ({}{end})", attributes.join(","))
}

/// `ALTER TYPE … ADD ATTRIBUTE`.
pub(crate) fn add_attribute(composite: &QualifiedName, attribute: &CompositeAttribute) -> String {
    format!("ALTER TYPE {composite} ADD ATTRIBUTE {}", attribute_clause(attribute))
}

/// `ALTER TYPE … ALTER ATTRIBUTE … TYPE`.
pub(crate) fn alter_attribute(composite: &QualifiedName, attribute: &CompositeAttribute) -> String {
    let CompositeAttribute { name, data_type, collation, comment: _ } = attribute;
    let collate = collation.as_ref().map_or_else(String::new, |collation| format!(" COLLATE {collation}"));
    format!("ALTER TYPE {composite} ALTER ATTRIBUTE {name} TYPE {}{collate}", data_type.text)
}

fn attribute_clause(attribute: &CompositeAttribute) -> String {
    let CompositeAttribute { name, data_type, collation, comment: _ } = attribute;
    let collate = collation.as_ref().map_or_else(String::new, |collation| format!(" COLLATE {collation}"));
    format!("{name} {}{collate}", data_type.text)
}

/// `CREATE TYPE … AS RANGE`.
pub(crate) fn create_range(name: &QualifiedName, range: &RangeType) -> String {
    let RangeType { subtype, operator_class, collation, difference, multirange, comment: _ } = range;
    let mut clauses = vec![format!("SUBTYPE = {}", subtype.text)];
    clauses.extend(operator_class.as_ref().map(|class| format!("SUBTYPE_OPCLASS = {class}")));
    clauses.extend(collation.as_ref().map(|collation| format!("COLLATION = {collation}")));
    clauses.extend(difference.as_ref().map(|function| format!("SUBTYPE_DIFF = {function}")));
    clauses.push(format!("MULTIRANGE_TYPE_NAME = {multirange}"));
    format!("CREATE TYPE {name} AS RANGE (\n    {}\n)", clauses.join(",\n    "))
}
