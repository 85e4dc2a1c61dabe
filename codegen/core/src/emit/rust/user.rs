//! What is generated for the types that a schema defines as more than an enum: composite types, and domains that are to
//! have types of their own.

use super::model::Names;
use super::names::{Scope, snake};
use super::types::{self, Element, Mapped, Types};
use crate::catalog::{self, Catalog};
use crate::certificate::Annotations;
use crate::name::QualifiedName;

/// What is generated for a composite type.
#[derive(Debug)]
pub(super) struct Composite<'a> {
    /// Its name in PostgreSQL.
    pub(super) name: &'a QualifiedName,
    /// Its comment.
    pub(super) comment: Option<&'a str>,
    /// The module's name; also that of the file.
    pub(super) module: String,
    /// The struct's name.
    pub(super) rust: String,
    /// The attributes in their order.
    pub(super) attributes: Vec<Attribute<'a>>,
}

/// An attribute of a composite type.
#[derive(Debug)]
pub(super) struct Attribute<'a> {
    /// The attribute itself.
    pub(super) attribute: &'a catalog::CompositeAttribute,
    /// The field's name, not yet raw.
    pub(super) field: String,
    /// The field's type without the `Option` around it.
    pub(super) rust: String,
    /// The constant of `Type` that it is written as.
    pub(super) constant: String,
}

/// What is generated for a domain that is to have a type of its own.
#[derive(Debug)]
pub(super) struct Newtype<'a> {
    /// Its name in PostgreSQL.
    pub(super) name: &'a QualifiedName,
    /// The domain itself.
    pub(super) domain: &'a catalog::Domain,
    /// The module's name; also that of the file.
    pub(super) module: String,
    /// The struct's name.
    pub(super) rust: String,
    /// The type of its field.
    pub(super) field: String,
    /// What its field holds.
    pub(super) mapped: Mapped,
    /// Whether `Debug` hides it.
    pub(super) sensitive: bool,
}

/// The domains that are to have types of their own.
pub(super) fn newtypes<'c>(
    catalog: &'c Catalog,
    annotations: &Annotations,
) -> impl Iterator<Item = (&'c QualifiedName, &'c catalog::Domain)> {
    catalog.domains.iter().filter(|(name, _)| annotations.newtypes.contains(&types::domain_key(name)))
}

/// A composite type: none where no Rust type holds one of its attributes: the columns of the type say so.
pub(super) fn composite<'a>(
    name: &'a QualifiedName,
    composite: &'a catalog::CompositeType,
    types: &Types<'a>,
    names: &Names,
) -> Option<Composite<'a>> {
    let catalog::CompositeType { attributes, comment } = composite;
    let mut scope = Scope::values();
    let attribute = |attribute: &'a catalog::CompositeAttribute| {
        let mapped = types.attribute(&attribute.data_type);
        let annotated = types.annotated(&types::attribute_key(name, attribute), &attribute.data_type);
        if annotated.is_none() && matches!(mapped.element, Element::Unmapped(_)) {
            return None;
        }
        Some(Attribute {
            attribute,
            field: scope.give(snake(attribute.name.as_str())),
            rust: annotated.map_or_else(|| names.rust(&name.schema, &mapped), str::to_owned),
            constant: mapped.binary_constant(),
        })
    };
    Some(Composite {
        name,
        comment: comment.as_deref(),
        module: names.files[name].clone(),
        rust: names.types[name].clone(),
        attributes: attributes.iter().map(attribute).collect::<Option<_>>()?,
    })
}

/// A domain: none where no Rust type holds what it stands on: the columns of the domain say so.
pub(super) fn newtype<'a>(
    name: &'a QualifiedName,
    domain: &'a catalog::Domain,
    types: &Types<'a>,
    names: &Names,
) -> Option<Newtype<'a>> {
    let mapped = types.map(&domain.data_type);
    if matches!(mapped.element, Element::Unmapped(_)) {
        return None;
    }
    Some(Newtype {
        name,
        domain,
        module: names.files[name].clone(),
        rust: names.types[name].clone(),
        field: names.rust(&name.schema, &mapped),
        mapped,
        sensitive: types.annotations.sensitive.contains(&types::domain_key(name)),
    })
}
