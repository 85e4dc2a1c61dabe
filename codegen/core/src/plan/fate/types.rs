//! What becomes of types, and of what is made of them.

use std::collections::BTreeSet;

use crate::catalog::{DefinedKind, ObjectAddress, ObjectKind};
use crate::diff::{Attribute, Change, contained_types};
use crate::plan::by_place;
use crate::plan::fate::{Closure, Fate};
use crate::plan::unit::Unit;

impl Closure<'_> {
    /// PostgreSQL checks a domain's new constraint in columns of the domain, and refuses it where the domain is part of
    /// another type that rows hold: then a new domain takes the place of the old one.
    pub(super) fn domains_inside_others(&mut self) {
        let tightened: BTreeSet<ObjectAddress> =
            self.sides.changes.iter().filter_map(|(address, change)| self.tightened(address, change)).collect();
        if tightened.is_empty() {
            return;
        }
        let contained = contained_types(self.sides.current.catalog);
        for domain in tightened {
            let unit = Unit::Object(domain.clone());
            let is_inside = domain.qualified_name().is_some_and(|name| contained.contains(&name));
            if is_inside && self.sides.current.has(&unit) && self.sides.desired.has(&unit) {
                self.go(unit, Fate::Replace);
            }
        }
    }

    /// A constraint that comes back is checked like a new one.
    pub(super) fn domain_constraint_loses(&mut self, address: &ObjectAddress) {
        self.go(Unit::Object(address.clone()), Fate::Replace);
        let domain = self.tightened(address, &Change::Create);
        let is_inside = |domain: &ObjectAddress| {
            let name = domain.qualified_name();
            name.is_some_and(|name| contained_types(self.sides.current.catalog).contains(&name))
        };
        if let Some(domain) = domain.map(Unit::Object).filter(|unit| is_inside(unit.address()))
            && !self.fates.is_gone(&domain)
        {
            self.go(domain, Fate::Replace);
        }
    }

    /// What reads by place is built anew when places change.
    pub(super) fn readers_by_place(&mut self) {
        for (reader, table) in by_place::readers(self.sides) {
            if self.sides.current.has(&reader) && by_place::shifts(self.sides, &table) {
                self.go(reader, Fate::Replace);
            }
        }
    }

    /// The domain that a change makes PostgreSQL look for values of.
    fn tightened(&self, address: &ObjectAddress, change: &Change) -> Option<ObjectAddress> {
        let name = address.qualified_name()?;
        let desired = self.sides.desired.catalog.domains.get(&name)?;
        let is_checked = if address.kind == ObjectKind::DomainConstraint {
            let constraint = desired.constraints.get(address.part.as_ref()?)?;
            let comes = match change {
                Change::Create => true,
                Change::Drop => false,
                Change::Alter(attributes) => {
                    attributes.contains(&Attribute::Definition) || attributes.contains(&Attribute::Validated)
                }
            };
            comes && constraint.validated
        } else {
            address.kind == ObjectKind::Domain && self.sides.differs(address, Attribute::NotNull) && desired.not_null
        };
        is_checked.then(|| ObjectAddress::object(ObjectKind::Domain, &name))
    }

    /// An attribute goes with its type; it gets the type that takes the place of its own, if no rows stand in the way.
    pub(super) fn attribute_loses(&mut self, address: &ObjectAddress, lost: &Unit) {
        let owner = self.sides.current.owner(address).map(Unit::Object);
        if owner.as_ref() == Some(lost) {
            self.go(Unit::Object(address.clone()), Fate::Replace);
        } else if self.is_stored(address) {
            self.go(Unit::Object(address.clone()), Fate::Replace);
            owner.into_iter().for_each(|owner| self.go(owner, Fate::Replace));
        } else {
            self.fates.of.insert(Unit::Object(address.clone()), Fate::Alter);
            self.convert(address.clone());
        }
    }

    /// Whether rows hold values of the type that this is an attribute of.
    pub(super) fn is_stored(&self, attribute: &ObjectAddress) -> bool {
        attribute.qualified_name().is_some_and(|name| self.stored.contains(&name))
    }

    pub(super) fn set_aside(&mut self) {
        let mut going: BTreeSet<ObjectAddress> = BTreeSet::new();
        let mut pending: Vec<ObjectAddress> = self.fates.converted.iter().cloned().collect();
        while let Some(user) = pending.pop() {
            // What a composite type is made of, its attributes need.
            let composite = self.sides.current.composite(&user).filter(|_| user.kind == ObjectKind::Composite);
            let attributes = composite.into_iter().flat_map(|composite| &composite.attributes).map(|attribute| {
                let name = user.qualified_name().expect("a type has a schema");
                ObjectAddress::part(ObjectKind::Attribute, &name, attribute.name.clone())
            });
            let users: Vec<Unit> = attributes.chain([user.clone()]).map(Unit::Object).collect();
            for need in users.iter().flat_map(|user| self.sides.current.needs_of(user)) {
                let Unit::Object(address) = need else { continue };
                let is_type = matches!(
                    address.kind,
                    ObjectKind::Enum
                        | ObjectKind::Domain
                        | ObjectKind::Composite
                        | ObjectKind::Range
                        | ObjectKind::Defined(DefinedKind::Collation)
                );
                let is_new = match self.fates.get(need) {
                    Some(Fate::Replace) if is_type => self.fates.aside.insert(address.clone()),
                    // A domain that goes as soon as the column has another type.
                    Some(Fate::Drop) if is_type => going.insert(address.clone()),
                    Some(Fate::Create | Fate::Drop | Fate::Alter | Fate::Replace) | None => false,
                };
                if is_new {
                    pending.push(address.clone());
                }
            }
        }
    }
}
