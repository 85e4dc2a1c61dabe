//! What a write to a table can violate, and what each of it is called: what it is about, then what happened.
//!
//! One table says how: [`SCHEME`]. The rules of a table's partitions are reported by PostgreSQL under the names that they
//! have there, and so each name leads to the variant of the rule that it follows.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Scope, camel, snake};
use super::relation::{plural, stem};
use crate::catalog::{Catalog, Constraint, ConstraintKind, Table};
use crate::name::{Identifier, QualifiedName};

/// A rule that a write can violate, with its variant.
#[derive(Debug)]
pub(super) struct Violable<'a> {
    /// Its variant.
    pub(super) variant: String,
    /// The table that it stands on and its name there; then the same for the partitions of that table.
    pub(super) names: Vec<(&'a QualifiedName, &'a Identifier)>,
    /// What it says, for the documentation.
    pub(super) definition: &'a str,
}

/// What kind of rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Unique,
    Missing,
    Referred,
    Check,
    Exclusion,
}

/// What the variant's name takes from the schema.
#[derive(Clone, Copy, Debug)]
enum About {
    /// The columns; the rule's name where it stands on expressions.
    Columns,
    /// The reference, as the function that follows it is called.
    Reference,
    /// The tables whose rows refer to this one's.
    Referrers,
    /// The rule's name.
    Name,
}

/// The name of a variant: what stands in front, what it is about, what stands behind.
const SCHEME: &[(Rule, &str, About, &str)] = &[
    (Rule::Unique, "", About::Columns, "Taken"),
    (Rule::Missing, "", About::Reference, "Missing"),
    (Rule::Referred, "Has", About::Referrers, ""),
    (Rule::Check, "", About::Name, ""),
    (Rule::Exclusion, "", About::Columns, "Conflicts"),
];

/// The ends of names that people and PostgreSQL give to constraints and indexes.
const ENDS: &[&str] = &["_key", "_idx", "_index", "_excl", "_unique", "_uniq"];

/// The foreign keys of other tables by the table that they refer to; those of partitions are their table's.
pub(super) type Incoming<'a> = BTreeMap<&'a QualifiedName, Vec<(&'a QualifiedName, &'a Identifier, &'a Constraint)>>;

/// Collects the foreign keys of a catalog.
pub(super) fn incoming(catalog: &Catalog) -> Incoming<'_> {
    let mut incoming = Incoming::new();
    for (table, held) in &catalog.tables {
        for (name, constraint) in &held.constraints {
            let Some(reference) = constraint.references.as_ref().filter(|reference| reference.table != *table) else {
                continue;
            };
            let is_followed = held.partition_of.is_some() && constraint.parent.is_some();
            if !is_followed {
                incoming.entry(&reference.table).or_default().push((table, name, constraint));
            }
        }
    }
    incoming
}

/// The partitions of each table, one level down.
pub(super) type Partitions<'a> = BTreeMap<&'a QualifiedName, Vec<&'a QualifiedName>>;

/// Collects the partitions of a catalog.
pub(super) fn partitions(catalog: &Catalog) -> Partitions<'_> {
    let mut partitions = Partitions::new();
    for (name, table) in &catalog.tables {
        if let Some(parent) = &table.partition_of {
            partitions.entry(&parent.table).or_default().push(name);
        }
    }
    partitions
}

/// What can be violated: the table's own constraints, its unique indexes, and the foreign keys of others to it.
pub(super) fn violable<'a>(
    catalog: &'a Catalog,
    name: &'a QualifiedName,
    table: &'a Table,
    incoming: &Incoming<'a>,
    partitions: &Partitions<'a>,
) -> Vec<Violable<'a>> {
    let mut scope = Scope::with(&["Self"]);
    let mut violable = Vec::new();
    let mut add = |variant: String, owner: &'a QualifiedName, rule: &'a Identifier, definition: &'a str| {
        let names = followers(catalog, partitions, owner, rule);
        violable.push(Violable { variant: scope.give(variant), names, definition });
    };
    for (rule, constraint) in &table.constraints {
        add(of_constraint(name, table, rule, constraint), name, rule, &constraint.definition);
    }
    for (rule, index) in table.indexes.iter().filter(|(_, index)| index.unique) {
        let columns = index.keys.iter().map(|key| key.column.as_ref()).collect::<Option<Vec<_>>>();
        let columns = columns.unwrap_or_default();
        add(named(Rule::Unique, |about| told(about, name, rule, &columns)), name, rule, &index.definition);
    }
    let incoming = incoming.get(name).map(Vec::as_slice).unwrap_or_default();
    for (owner, rule, constraint) in incoming {
        let are_many = incoming.iter().filter(|(other, _, _)| other == owner).count() > 1;
        let by = if are_many { format!("_by_{}", joined(constraint.columns.iter())) } else { String::new() };
        let referrers = camel(&format!("{}{by}", plural(&snake(owner.name.as_str()))));
        add(named(Rule::Referred, |_| referrers.clone()), owner, rule, &constraint.definition);
    }
    violable
}

/// The rule, and those of partitions that follow it, however deep.
fn followers<'a>(
    catalog: &'a Catalog,
    partitions: &Partitions<'a>,
    owner: &'a QualifiedName,
    rule: &'a Identifier,
) -> Vec<(&'a QualifiedName, &'a Identifier)> {
    let mut names = vec![(owner, rule)];
    let mut next = 0;
    while let Some((owner, rule)) = names.get(next).copied() {
        next += 1;
        for partition in partitions.get(owner).into_iter().flatten() {
            let table = &catalog.tables[*partition];
            let follows = |parent: Option<&Identifier>| parent == Some(rule);
            let constraints = table.constraints.iter().filter(|(name, constraint)| {
                let is_check = constraint.kind == ConstraintKind::Check && *name == rule;
                follows(constraint.parent.as_ref()) || is_check
            });
            let indexes = table.indexes.iter().filter(|(_, index)| follows(index.parent.as_ref()));
            let found = constraints.map(|(name, _)| name).chain(indexes.map(|(name, _)| name));
            names.extend(found.map(|name| (*partition, name)));
        }
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    names
}

fn named(rule: Rule, about: impl Fn(About) -> String) -> String {
    let scheme = SCHEME.iter().find(|(other, _, _, _)| *other == rule);
    let (_, front, subject, behind) = scheme.expect("the scheme has a row for each rule");
    format!("{front}{}{behind}", about(*subject))
}

fn of_constraint(name: &QualifiedName, table: &Table, rule: &Identifier, constraint: &Constraint) -> String {
    let kind = match constraint.kind {
        ConstraintKind::PrimaryKey | ConstraintKind::Unique => Rule::Unique,
        ConstraintKind::ForeignKey => Rule::Missing,
        ConstraintKind::Check => Rule::Check,
        ConstraintKind::Exclusion => Rule::Exclusion,
    };
    let columns: Vec<&Identifier> = constraint.columns.iter().collect();
    named(kind, |about| match (about, &constraint.references) {
        (About::Reference, Some(reference)) => match (constraint.columns.as_slice(), reference.columns.as_slice()) {
            ([column], [referred]) => {
                let (column, referred) = (snake(column.as_str()), snake(referred.as_str()));
                camel(stem(&column, &referred).unwrap_or(&column))
            }
            _ => {
                let target = snake(reference.table.name.as_str());
                let others = table.constraints.values().filter_map(|other| other.references.as_ref());
                let are_many = others.filter(|other| other.table == reference.table).count() > 1;
                let by = if are_many { format!("_by_{}", joined(columns.iter().copied())) } else { String::new() };
                camel(&format!("{target}{by}"))
            }
        },
        (about, _) => told(about, name, rule, &columns),
    })
}

fn told(about: About, table: &QualifiedName, rule: &Identifier, columns: &[&Identifier]) -> String {
    match about {
        About::Columns if !columns.is_empty() => camel(&joined(columns.iter().copied())),
        About::Columns | About::Reference | About::Referrers => {
            let short = short(table, rule);
            camel(ENDS.iter().find_map(|end| short.strip_suffix(end)).unwrap_or(short))
        }
        About::Name => camel(short(table, rule)),
    }
}

/// The name of a rule without its table's.
fn short<'r>(table: &QualifiedName, rule: &'r Identifier) -> &'r str {
    let prefix = format!("{}_", table.name.as_str());
    rule.as_str().strip_prefix(prefix.as_str()).unwrap_or(rule.as_str())
}

fn joined<'n>(columns: impl Iterator<Item = &'n Identifier>) -> String {
    columns.map(|column| snake(column.as_str())).collect::<Vec<_>>().join("_and_")
}
