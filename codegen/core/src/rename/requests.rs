//! What was asked for, held against both sides.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, ObjectAddress, ObjectKind};
use crate::diagnostic::Diagnostic;
use crate::name::{Identifier, QualifiedName};
use crate::rename::{Rename, RenameRequest};

/// From what is renamed, by its current address, to its address on the desired side.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) renamed: BTreeMap<ObjectAddress, ObjectAddress>,
}

impl Names {
    /// The address that an object of the current side has on the desired one.
    pub(super) fn desired(&self, current: &ObjectAddress) -> ObjectAddress {
        if let Some(renamed) = self.renamed.get(current) {
            return renamed.clone();
        }
        let mut address = current.clone();
        if let Some(name) = current.qualified_name() {
            let name = self.desired_name(&name, current.kind);
            (address.schema, address.name) = (Some(name.schema), name.name);
        }
        address
    }

    /// The name that a schema's object has on the desired side; a part is looked up by its owner.
    pub(super) fn desired_name(&self, name: &QualifiedName, kind: ObjectKind) -> QualifiedName {
        let owner = |kind| self.renamed.get(&ObjectAddress::object(kind, name)).and_then(ObjectAddress::qualified_name);
        let renamed = owner_kinds(kind).iter().find_map(|kind| owner(*kind));
        renamed.unwrap_or_else(|| QualifiedName { schema: self.schema(&name.schema), name: name.name.clone() })
    }

    fn schema(&self, schema: &Identifier) -> Identifier {
        let address = ObjectAddress::global(ObjectKind::Schema, schema.clone());
        self.renamed.get(&address).map_or_else(|| schema.clone(), |renamed| renamed.name.clone())
    }

    fn has_target(&self, target: &ObjectAddress) -> bool {
        self.renamed.values().any(|renamed| renamed == target)
    }
}

/// The kinds that can own a part of this kind; the kind itself if it is no part.
fn owner_kinds(kind: ObjectKind) -> &'static [ObjectKind] {
    match kind {
        ObjectKind::Column | ObjectKind::Constraint | ObjectKind::Index | ObjectKind::Trigger => {
            &[ObjectKind::Table, ObjectKind::View, ObjectKind::MaterializedView]
        }
        ObjectKind::DomainConstraint => &[ObjectKind::Domain],
        ObjectKind::Defined(kind) => kind.info().owners,
        ObjectKind::Composite | ObjectKind::Attribute => &[ObjectKind::Composite],
        ObjectKind::Schema => &[ObjectKind::Schema],
        ObjectKind::Extension => &[ObjectKind::Extension],
        ObjectKind::Enum => &[ObjectKind::Enum],
        ObjectKind::Domain => &[ObjectKind::Domain],
        ObjectKind::Sequence => &[ObjectKind::Sequence],
        ObjectKind::Table => &[ObjectKind::Table],
        // A range is not renamed: its constructors would keep their names.
        ObjectKind::Routine | ObjectKind::Range => &[],
        ObjectKind::View => &[ObjectKind::View],
        ObjectKind::MaterializedView => &[ObjectKind::MaterializedView],
    }
}

/// Whether the catalog holds the object, or the value of an enumerated type.
pub(super) fn holds(catalog: &Catalog, address: &ObjectAddress) -> bool {
    let ObjectAddress { kind, schema: _, name, part } = address;
    if let ObjectKind::Defined(_) = kind {
        return catalog.defined.contains_key(address);
    }
    let Some(qualified) = address.qualified_name() else {
        return if *kind == ObjectKind::Schema {
            catalog.schemas.contains_key(name)
        } else {
            catalog.extensions.contains_key(name)
        };
    };
    let table = catalog.tables.get(&qualified);
    let part = part.as_ref().unwrap_or(name);
    match kind {
        ObjectKind::Schema | ObjectKind::Extension | ObjectKind::Defined(_) => false,
        ObjectKind::Enum => catalog
            .enums
            .get(&qualified)
            .is_some_and(|body| address.part.is_none() || body.values.iter().any(|value| value == part.as_str())),
        ObjectKind::Domain => catalog.domains.contains_key(&qualified),
        ObjectKind::DomainConstraint => {
            catalog.domains.get(&qualified).is_some_and(|domain| domain.constraints.contains_key(part))
        }
        ObjectKind::Composite => catalog.composites.contains_key(&qualified),
        ObjectKind::Attribute => catalog
            .composites
            .get(&qualified)
            .is_some_and(|composite| composite.attributes.iter().any(|attribute| attribute.name == *part)),
        ObjectKind::Range => catalog.ranges.contains_key(&qualified),
        ObjectKind::Sequence => catalog.sequences.contains_key(&qualified),
        ObjectKind::Table => table.is_some(),
        ObjectKind::Column => table.is_some_and(|table| table.columns.iter().any(|column| column.name == *part)),
        ObjectKind::Constraint => table.is_some_and(|table| table.constraints.contains_key(part)),
        ObjectKind::Index => {
            table.is_some_and(|table| table.indexes.contains_key(part))
                || catalog.materialized_views.get(&qualified).is_some_and(|view| view.indexes.contains_key(part))
        }
        ObjectKind::Routine => catalog.routines.contains_key(&crate::emit::sql::routine_signature(address)),
        ObjectKind::View => catalog.views.contains_key(&qualified),
        ObjectKind::MaterializedView => catalog.materialized_views.contains_key(&qualified),
        ObjectKind::Trigger => {
            table.is_some_and(|table| table.triggers.contains_key(part))
                || catalog.views.get(&qualified).is_some_and(|view| view.triggers.contains_key(part))
        }
    }
}

/// The address under its new name.
pub(super) fn with_name(address: &ObjectAddress, to: &Identifier) -> ObjectAddress {
    match &address.part {
        Some(_) if address.kind.is_named_by_part() => ObjectAddress { part: Some(to.clone()), ..address.clone() },
        Some(_) | None => ObjectAddress { name: to.clone(), ..address.clone() },
    }
}

fn is_part(address: &ObjectAddress) -> bool {
    address.part.is_some() && address.kind.is_named_by_part()
}

/// Takes the requests in: schemas first, then objects, then their parts.
pub(super) fn apply(current: &Catalog, desired: &Catalog, requests: &[RenameRequest]) -> (Names, Vec<Diagnostic>) {
    let mut names = Names::default();
    let mut diagnostics = Vec::new();
    let mut sorted: Vec<&RenameRequest> = requests.iter().collect();
    sorted.sort_by_key(|request| {
        let from = &request.rename.from;
        (is_part(from), from.kind != ObjectKind::Schema)
    });
    let moves: BTreeMap<ObjectAddress, Identifier> =
        requests.iter().map(|request| (request.rename.from.clone(), request.rename.to.clone())).collect();
    for request in sorted {
        let to = &request.rename.to;
        if let ObjectKind::Defined(kind) = request.rename.from.kind
            && !kind.info().can_be_renamed
        {
            diagnostics.push(without_rename(request));
            continue;
        }
        let found = sources(current, &names, &request.rename.from).into_iter().find_map(|from| {
            let target = with_name(&names.desired(&from), to);
            (holds(current, &from) && holds(desired, &target)).then_some((from, target))
        });
        match found {
            // The new name is taken already: the rename was done before, and what has the old name now is another.
            Some((from, target)) if from == target || is_done(current, desired, &moves, &from, to) => {}
            Some((from, target)) if names.has_target(&target) && names.renamed.get(&from) != Some(&target) => {
                diagnostics.push(twice(request, &target));
            }
            Some((from, target)) => drop(names.renamed.insert(from, target)),
            None if is_settled(current, desired, &names, request) => {}
            None => diagnostics.push(matches_nothing(current, desired, request)),
        }
    }
    (names, diagnostics)
}

/// The addresses that a request can mean on the current side: its owner is named as it was or as it will be.
fn sources(current: &Catalog, names: &Names, from: &ObjectAddress) -> Vec<ObjectAddress> {
    let mut sources = Vec::new();
    let schema = ObjectAddress::global(ObjectKind::Schema, from.schema.clone().unwrap_or_else(|| from.name.clone()));
    for (old, new) in &names.renamed {
        let owns = is_part(from)
            && new.qualified_name().is_some()
            && new.qualified_name() == from.qualified_name()
            && !is_part(old);
        if owns {
            sources.push(ObjectAddress { schema: old.schema.clone(), name: old.name.clone(), ..from.clone() });
        }
        if *new == schema && from.schema.is_some() {
            sources.push(ObjectAddress { schema: Some(old.name.clone()), ..from.clone() });
        }
    }
    sources.push(from.clone());
    sources.retain(|source| holds(current, source));
    sources
}

/// Whether an object of the current side has the new name already, and keeps it. Where names go round, nothing but the
/// types of columns can tell.
fn is_done(
    current: &Catalog,
    desired: &Catalog,
    moves: &BTreeMap<ObjectAddress, Identifier>,
    from: &ObjectAddress,
    to: &Identifier,
) -> bool {
    let mut place = with_name(from, to);
    for _ in 0..=moves.len() {
        if !holds(current, &place) {
            return false;
        }
        match moves.get(&place) {
            Some(_) if place == *from => return !is_swapped(current, desired, from, to),
            Some(next) => place = with_name(&place, next),
            None => return true,
        }
    }
    true
}

fn is_swapped(current: &Catalog, desired: &Catalog, from: &ObjectAddress, to: &Identifier) -> bool {
    let data_type = |catalog: &Catalog, address: &ObjectAddress| {
        let table = catalog.tables.get(&address.qualified_name()?)?;
        let column = table.columns.iter().find(|column| Some(&column.name) == address.part.as_ref())?;
        Some(column.data_type.clone())
    };
    let before = data_type(current, from);
    before.is_some() && before != data_type(desired, from) && before == data_type(desired, &with_name(from, to))
}

/// Whether there is nothing to rename because it was done before, or because there was nothing before.
fn is_settled(current: &Catalog, desired: &Catalog, names: &Names, request: &RenameRequest) -> bool {
    let from = &request.rename.from;
    let targets = [with_name(from, &request.rename.to), with_name(&names.desired(from), &request.rename.to)];
    targets.iter().any(|target| {
        let owner_is_new = || {
            let owner = target.qualified_name().filter(|_| is_part(target));
            owner.is_some_and(|owner| {
                let old = names.renamed.values().any(|new| new.qualified_name().as_ref() == Some(&owner));
                let kinds = owner_kinds(target.kind);
                !old && !kinds.iter().any(|kind| holds(current, &ObjectAddress::object(*kind, &owner)))
            })
        };
        let is_empty = current.tables.is_empty() && current.enums.is_empty() && current.views.is_empty();
        holds(desired, target) && (holds(current, target) || owner_is_new() || is_empty)
    })
}

fn without_rename(request: &RenameRequest) -> Diagnostic {
    let Rename { from, to: _ } = &request.rename;
    Diagnostic::error("cannot-rename", format!("{from} cannot be renamed: PostgreSQL has no statement for it"))
        .at(request.span.clone())
        .hint("leave the request out: it is dropped and created under its new name")
}

fn twice(request: &RenameRequest, target: &ObjectAddress) -> Diagnostic {
    Diagnostic::error("ambiguous-rename", format!("two renames lead to {target}"))
        .at(request.span.clone())
        .hint("leave one of them")
}

fn matches_nothing(current: &Catalog, desired: &Catalog, request: &RenameRequest) -> Diagnostic {
    let from = &request.rename.from;
    let target = with_name(from, &request.rename.to);
    let message = if holds(desired, &target) {
        format!("{target} cannot be renamed from {}: there is no {from}", last_name(from))
    } else if holds(current, from) {
        format!("{from} cannot be renamed to {}: the schema has no {target}", request.rename.to.as_str())
    } else {
        format!("there is neither a {from} to rename nor a {target}")
    };
    Diagnostic::error("annotation-matches-nothing", message)
        .at(request.span.clone())
        .hint("correct the name, or take the annotation away if the rename is done everywhere")
}

fn last_name(address: &ObjectAddress) -> &str {
    address.part.as_ref().filter(|_| is_part(address)).unwrap_or(&address.name).as_str()
}
