//! The places of a catalog that hold a text of the deparser's: which of them differ, and how to reach them.

use std::collections::BTreeMap;

use lockstep_core::catalog::{
    Catalog, Column, Constraint, ConstraintKind, Domain, Index, Table, Trigger, View, ViewColumn,
};
use lockstep_core::name::{Identifier, QualifiedName, RoutineSignature};

/// A place that holds a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    DomainDefault(QualifiedName),
    DomainConstraint(QualifiedName, Identifier),
    ColumnDefault(QualifiedName, Identifier),
    Generated(QualifiedName, Identifier),
    Constraint(QualifiedName, Identifier),
    Index(QualifiedName, Identifier),
    MaterializedViewIndex(QualifiedName, Identifier),
    Trigger(QualifiedName, Identifier),
    ViewTrigger(QualifiedName, Identifier),
    View(QualifiedName),
    ViewDefault(QualifiedName, Identifier),
    MaterializedView(QualifiedName),
    /// The whole definition.
    Routine(RoutineSignature),
    /// The arguments with their defaults.
    RoutineArguments(RoutineSignature),
}

/// The places that both catalogs have and whose texts differ.
pub(super) fn differing(a: &Catalog, b: &Catalog) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (name, a, b) in differing_values(&a.domains, &b.domains) {
        domain(name, a, b, &mut slots);
    }
    for (name, a, b) in differing_values(&a.tables, &b.tables) {
        table(name, a, b, &mut slots);
    }
    for (name, a, b) in differing_values(&a.views, &b.views) {
        view(name, a, b, &mut slots);
    }
    for (name, a, b) in differing_values(&a.materialized_views, &b.materialized_views) {
        if a.query != b.query {
            slots.push(Slot::MaterializedView(name.clone()));
        }
        indexes(&a.indexes, &b.indexes, |index| Slot::MaterializedViewIndex(name.clone(), index), &mut slots);
    }
    for (signature, a, b) in differing_values(&a.routines, &b.routines) {
        if a.definition != b.definition {
            slots.push(Slot::Routine(signature.clone()));
        }
        if a.arguments != b.arguments {
            slots.push(Slot::RoutineArguments(signature.clone()));
        }
    }
    slots
}

fn differing_values<'a, K: Ord, V: PartialEq>(
    a: &'a BTreeMap<K, V>,
    b: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = (&'a K, &'a V, &'a V)> {
    a.iter().filter_map(|(key, a)| b.get(key).map(|b| (key, a, b))).filter(|(_, a, b)| a != b)
}

fn domain(name: &QualifiedName, a: &Domain, b: &Domain, slots: &mut Vec<Slot>) {
    if differ(a.default.as_ref(), b.default.as_ref()) {
        slots.push(Slot::DomainDefault(name.clone()));
    }
    for (constraint, a, b) in differing_values(&a.constraints, &b.constraints) {
        if a.definition != b.definition {
            slots.push(Slot::DomainConstraint(name.clone(), constraint.clone()));
        }
    }
}

fn table(name: &QualifiedName, a: &Table, b: &Table, slots: &mut Vec<Slot>) {
    for a in &a.columns {
        let Some(b) = b.columns.iter().find(|b| b.name == a.name) else { continue };
        if differ(a.default.as_ref(), b.default.as_ref()) {
            slots.push(Slot::ColumnDefault(name.clone(), a.name.clone()));
        }
        let generated = |column: &'_ Column| column.generated.as_ref().map(|generated| generated.expression.clone());
        if differ(generated(a).as_ref(), generated(b).as_ref()) {
            slots.push(Slot::Generated(name.clone(), a.name.clone()));
        }
    }
    for (constraint, a, b) in differing_values(&a.constraints, &b.constraints) {
        if has_expression(a) && has_expression(b) && a.definition != b.definition {
            slots.push(Slot::Constraint(name.clone(), constraint.clone()));
        }
    }
    indexes(&a.indexes, &b.indexes, |index| Slot::Index(name.clone(), index), slots);
    triggers(&a.triggers, &b.triggers, |trigger| Slot::Trigger(name.clone(), trigger), slots);
}

fn has_expression(constraint: &Constraint) -> bool {
    match constraint.kind {
        ConstraintKind::Check | ConstraintKind::Exclusion => true,
        ConstraintKind::PrimaryKey | ConstraintKind::Unique | ConstraintKind::ForeignKey => false,
    }
}

fn view(name: &QualifiedName, a: &View, b: &View, slots: &mut Vec<Slot>) {
    if a.query != b.query {
        slots.push(Slot::View(name.clone()));
    }
    for a in &a.columns {
        let Some(b) = b.columns.iter().find(|b| b.name == a.name) else { continue };
        if differ(a.default.as_ref(), b.default.as_ref()) {
            slots.push(Slot::ViewDefault(name.clone(), a.name.clone()));
        }
    }
    triggers(&a.triggers, &b.triggers, |trigger| Slot::ViewTrigger(name.clone(), trigger), slots);
}

fn indexes(
    a: &BTreeMap<Identifier, Index>,
    b: &BTreeMap<Identifier, Index>,
    slot: impl Fn(Identifier) -> Slot,
    slots: &mut Vec<Slot>,
) {
    let differing = differing_values(a, b).filter(|(_, a, b)| a.definition != b.definition);
    slots.extend(differing.map(|(name, _, _)| slot(name.clone())));
}

fn triggers(
    a: &BTreeMap<Identifier, Trigger>,
    b: &BTreeMap<Identifier, Trigger>,
    slot: impl Fn(Identifier) -> Slot,
    slots: &mut Vec<Slot>,
) {
    let differing = differing_values(a, b).filter(|(_, a, b)| a.definition != b.definition);
    slots.extend(differing.map(|(name, _, _)| slot(name.clone())));
}

/// Both are there and not the same; one that is there alone is no matter of writing.
fn differ(a: Option<&String>, b: Option<&String>) -> bool {
    a.zip(b).is_some_and(|(a, b)| a != b)
}

impl Slot {
    /// The text in a catalog that has the place.
    pub(super) fn text_mut<'a>(&self, catalog: &'a mut Catalog) -> Option<&'a mut String> {
        match self {
            Self::DomainDefault(name) => catalog.domains.get_mut(name)?.default.as_mut(),
            Self::DomainConstraint(name, constraint) => {
                Some(&mut catalog.domains.get_mut(name)?.constraints.get_mut(constraint)?.definition)
            }
            Self::ColumnDefault(table, name) => column(catalog, table, name)?.default.as_mut(),
            Self::Generated(table, name) => Some(&mut column(catalog, table, name)?.generated.as_mut()?.expression),
            Self::Constraint(table, name) => {
                Some(&mut catalog.tables.get_mut(table)?.constraints.get_mut(name)?.definition)
            }
            Self::Index(table, name) => Some(&mut catalog.tables.get_mut(table)?.indexes.get_mut(name)?.definition),
            Self::MaterializedViewIndex(view, name) => {
                Some(&mut catalog.materialized_views.get_mut(view)?.indexes.get_mut(name)?.definition)
            }
            Self::Trigger(table, name) => Some(&mut catalog.tables.get_mut(table)?.triggers.get_mut(name)?.definition),
            Self::ViewTrigger(view, name) => Some(&mut catalog.views.get_mut(view)?.triggers.get_mut(name)?.definition),
            Self::View(name) => Some(&mut catalog.views.get_mut(name)?.query),
            Self::ViewDefault(view, name) => view_column(catalog, view, name)?.default.as_mut(),
            Self::MaterializedView(name) => Some(&mut catalog.materialized_views.get_mut(name)?.query),
            Self::Routine(signature) => Some(&mut catalog.routines.get_mut(signature)?.definition),
            Self::RoutineArguments(signature) => Some(&mut catalog.routines.get_mut(signature)?.arguments),
        }
    }
}

fn column<'a>(catalog: &'a mut Catalog, table: &QualifiedName, name: &Identifier) -> Option<&'a mut Column> {
    catalog.tables.get_mut(table)?.columns.iter_mut().find(|column| column.name == *name)
}

fn view_column<'a>(catalog: &'a mut Catalog, view: &QualifiedName, name: &Identifier) -> Option<&'a mut ViewColumn> {
    catalog.views.get_mut(view)?.columns.iter_mut().find(|column| column.name == *name)
}
