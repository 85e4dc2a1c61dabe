//! Privileges in a plan: what an object starts with, what has to be granted and revoked, and in which order.
//!
//! Two things of PostgreSQL's matter here. A new object starts with what `ALTER DEFAULT PRIVILEGES` says to the role that
//! makes it: changes to that come last of all, so that what every new object starts with is known. And revoking
//! from a relation also revokes from its columns: what the columns are to hold is granted again in the same breath, and
//! not a second time.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    BuiltIn, Catalog, DefinedKind, Grantee, Hold, NewObjects, ObjectAddress, ObjectKind, Privilege, Privileges,
    RELATIONS,
};
use crate::emit::sql::privileges::{PrivilegeChanges, Target, label_statements};
use crate::name::Identifier;
use crate::plan::fate::Fate;
use crate::plan::steps::{Emitter, PhasedStep};
use crate::plan::unit::{Side, Unit};
use crate::plan::{Action, Hazard, HazardKind, Phase, Rollback, Step};

/// What a new object starts with, where these defaults are in force.
fn initial(defaults: &BTreeMap<ObjectAddress, Privileges>, address: &ObjectAddress) -> Privileges {
    let (Some(new), Some(built_in)) = (NewObjects::of_object(address), BuiltIn::of(address)) else {
        return Privileges::default();
    };
    let find = |schema| defaults.get(&new.address(None, schema));
    let mut initial = find(None).cloned().unwrap_or_default();
    let in_schema = address.schema.clone().and_then(|schema| find(Some(schema)));
    for (grantee, privilege) in in_schema.into_iter().flat_map(Privileges::entries) {
        let given = in_schema.map_or(Hold::Not, |it| it.hold(BuiltIn::Nothing, grantee, privilege));
        let hold = given.max(initial.hold(built_in, grantee, privilege));
        initial.set(built_in, grantee, privilege, hold);
    }
    initial
}

/// Whether what an object of this kind in this place starts with is anything but the built-in default.
pub(crate) fn has_defaults(defaults: &BTreeMap<ObjectAddress, Privileges>, address: &ObjectAddress) -> bool {
    let Some(new) = NewObjects::of_object(address) else { return false };
    let is_there = |schema| defaults.contains_key(&new.address(None, schema));
    is_there(None) || address.schema.clone().is_some_and(|schema| is_there(Some(schema)))
}

/// What takes from an object, and what gives its columns back what this takes from them.
fn revoking(catalog: &Catalog, address: &ObjectAddress, changes: &PrivilegeChanges) -> Vec<String> {
    let mut statements = changes.revoking(&Target::Object(catalog, address));
    for (column, lost) in lost_by_columns(catalog, address, changes) {
        statements.extend(lost.granting(&Target::Object(catalog, column)));
    }
    statements
}

/// What revoking from a relation takes from columns that are to keep it.
fn lost_by_columns<'a>(
    catalog: &'a Catalog,
    relation: &'a ObjectAddress,
    changes: &'a PrivilegeChanges,
) -> impl Iterator<Item = (&'a ObjectAddress, PrivilegeChanges)> {
    let columns = column_privileges(catalog, relation).filter(|_| changes.takes_away());
    columns.map(|(column, privileges)| {
        let mut kept = Privileges::default();
        for (grantee, privilege) in privileges.entries() {
            let hold = privileges.hold(BuiltIn::Nothing, grantee, privilege);
            if changes.reaches_columns(grantee, privilege, hold) {
                kept.set(BuiltIn::Nothing, grantee, privilege, hold);
            }
        }
        (column, PrivilegeChanges::between(&Privileges::default(), &kept, BuiltIn::Nothing))
    })
}

/// The columns of a relation on which something is granted.
pub(crate) fn column_privileges<'a>(
    catalog: &'a Catalog,
    relation: &'a ObjectAddress,
) -> impl Iterator<Item = (&'a ObjectAddress, &'a Privileges)> {
    let name = relation.qualified_name().filter(|_| is_relation(relation.kind));
    let first = name.map(|name| ObjectAddress::part(ObjectKind::Column, &name, ""));
    let columns = first.into_iter().flat_map(|first| catalog.privileges.range(first..));
    columns.take_while(|(address, _)| {
        address.kind == ObjectKind::Column && address.schema == relation.schema && address.name == relation.name
    })
}

fn is_relation(kind: ObjectKind) -> bool {
    RELATIONS.contains(&kind)
}

/// What creates the list of a new object: for a rollback, too.
pub(crate) fn creation(side: &Side, address: &ObjectAddress) -> Vec<String> {
    let Some(changes) = changes(address, &side.initial(address), &side.privileges(address)) else {
        return Vec::new();
    };
    let mut statements = revoking(side.catalog, address, &changes);
    statements.extend(changes.granting(&Target::Object(side.catalog, address)));
    statements
}

/// The labels of a new object.
pub(crate) fn label_creation(side: &Side, address: &ObjectAddress) -> Vec<String> {
    let labels = side.catalog.security_labels.get(address).cloned().unwrap_or_default();
    label_statements(side.catalog, address, &BTreeMap::new(), &labels)
}

impl Side<'_> {
    /// How the access control list of an object or column differs from the built-in one.
    pub(crate) fn privileges(&self, address: &ObjectAddress) -> Privileges {
        self.catalog.privileges.get(address).cloned().unwrap_or_default()
    }

    /// What an object starts with when the plan makes it. What an extension makes starts with what its script grants, and
    /// nothing of that is told.
    fn initial(&self, address: &ObjectAddress) -> Privileges {
        let is_beyond = self.given.beyond.contains_key(address);
        if is_beyond { Privileges::default() } else { initial(self.given.in_force, address) }
    }

    /// The object that comes and goes with what is granted here: of a column of a view the view, of the sequence of an
    /// identity column the column, of a member of an extension that.
    pub(crate) fn carrier(&self, address: &ObjectAddress) -> Option<ObjectAddress> {
        if let Some(extension) = self.given.beyond.get(address).filter(|_| !self.has(&Unit::Object(address.clone()))) {
            let extension = ObjectAddress::global(ObjectKind::Extension, (*extension)?.clone());
            return self.has(&Unit::Object(extension.clone())).then_some(extension);
        }
        let object = match (&address.part, address.kind) {
            (Some(_), ObjectKind::Sequence) => ObjectAddress { kind: ObjectKind::Column, ..address.clone() },
            (Some(column), ObjectKind::Column) if self.column(address).is_none() => {
                return self.relation(address).filter(|relation| self.has_view_column(relation, column));
            }
            (Some(_) | None, _) => address.clone(),
        };
        let is_identity = || self.column(&object).is_some_and(|column| column.identity.is_some());
        let is_there = self.has(&Unit::Object(object.clone()));
        (is_there && (object == *address || is_identity())).then_some(object)
    }

    /// Whether it is always there.
    fn is_of_system(&self, address: &ObjectAddress) -> bool {
        self.given.beyond.get(address).is_some_and(Option::is_none)
    }

    fn has_view_column(&self, relation: &ObjectAddress, column: &Identifier) -> bool {
        let Some(name) = relation.qualified_name() else { return false };
        let view = self.catalog.views.get(&name).map(|view| &view.columns);
        let columns = view.or_else(|| self.catalog.materialized_views.get(&name).map(|view| &view.columns));
        columns.is_some_and(|columns| columns.iter().any(|it| it.name == *column))
    }

    /// The relation that a column is in.
    pub(crate) fn relation(&self, column: &ObjectAddress) -> Option<ObjectAddress> {
        let name = column.qualified_name()?;
        let relations = RELATIONS.iter().map(|kind| ObjectAddress::object(*kind, &name));
        relations.into_iter().find(|relation| self.has(&Unit::Object(relation.clone())))
    }

    /// The units of privileges and security labels. Where new objects start with more than the built-in privileges, every
    /// object that does has one: it may have to be taken from it.
    pub(crate) fn controlled(&mut self) {
        let catalog = self.catalog;
        let mut addresses: BTreeSet<ObjectAddress> = catalog.privileges.keys().cloned().collect();
        if self.given.in_force.keys().any(|address| address.part.is_none()) {
            let objects = self.needs.keys().filter_map(|unit| match unit {
                Unit::Object(address) => Some(address.clone()),
                Unit::Default(_)
                | Unit::Ownership(_)
                | Unit::ReplicaIdentity(_)
                | Unit::Cluster(_)
                | Unit::Parentage(_)
                | Unit::Privileges(_)
                | Unit::SecurityLabels(_) => None,
            });
            let of_columns = |address: &ObjectAddress| {
                let is_identity = self.column(address).is_some_and(|column| column.identity.is_some());
                is_identity.then(|| ObjectAddress { kind: ObjectKind::Sequence, ..address.clone() })
            };
            let all = objects.flat_map(|address| of_columns(&address).into_iter().chain(std::iter::once(address)));
            addresses.extend(all.filter(|address| has_defaults(self.given.in_force, address)));
        }
        let privileges = addresses.into_iter().map(Unit::Privileges);
        let labels = catalog.security_labels.keys().cloned().map(Unit::SecurityLabels);
        for unit in privileges.chain(labels).collect::<Vec<_>>() {
            if let Some(carrier) = self.carrier(unit.address()) {
                self.need(unit, Unit::Object(carrier));
            } else if self.is_of_system(unit.address()) {
                self.needs.entry(unit).or_default();
            }
        }
    }
}

fn changes(address: &ObjectAddress, from: &Privileges, to: &Privileges) -> Option<PrivilegeChanges> {
    let built_in = BuiltIn::of(address)?;
    let mut changes = PrivilegeChanges::between(from, to, built_in);
    // A schema `public` that somebody made anew and one of the server's own look the same until something is granted on
    // them: only then it shows whether everyone may use it.
    let is_public = address.kind == ObjectKind::Schema && address.name.as_str() == "public";
    if is_public && from.is_default() && to.hold(built_in, &Grantee::Public, Privilege::Usage) == Hold::Plain {
        changes.grant.entry(Grantee::Public).or_default().insert(Privilege::Usage);
    }
    Some(changes)
}

impl Emitter<'_> {
    /// The steps that give an object of the desired side the privileges that it should have.
    pub(crate) fn privileges(&self, address: &ObjectAddress) -> Vec<PhasedStep> {
        if !self.survives(address) {
            return Vec::new();
        }
        let (current, desired) = (&self.sides.current, &self.sides.desired);
        let is_made = self.is_made(address);
        let before = if is_made { desired.initial(address) } else { current.privileges(address) };
        let after = desired.privileges(address);
        let Some(mut there) = changes(address, &before, &after) else { return Vec::new() };
        let back = PrivilegeChanges::between(&after, &before, built_in(address));
        self.leave_to_relation(address, &mut there);
        let (mut undo_grants, mut undo_revokes) = (Vec::new(), Vec::new());
        if !is_made {
            undo_grants = revoking(current.catalog, address, &back);
            undo_revokes = self.undone_columns(address, &there);
            undo_revokes.extend(back.granting(&Target::Object(current.catalog, address)));
        }
        let granting = there.granting(&Target::Object(desired.catalog, address));
        let revoking = revoking(desired.catalog, address, &there);
        // Nobody has used yet what the plan makes.
        let phase = if is_made { Phase::Expand } else { Phase::Contract };
        let granted = follow(address, granting, undo_grants, self.needed_roles(there.receivers()), Phase::Expand);
        let revoked = follow(address, revoking, undo_revokes, self.needed_roles(there.losers()), phase);
        if is_made { [revoked, granted].concat() } else { [granted, revoked].concat() }
    }

    /// What undoes the grants on columns that come with revoking from their relation.
    fn undone_columns(&self, relation: &ObjectAddress, there: &PrivilegeChanges) -> Vec<String> {
        let (current, desired) = (&self.sides.current, &self.sides.desired);
        let undone = lost_by_columns(desired.catalog, relation, there).flat_map(|(column, _)| {
            let (before, after) = (current.privileges(column), desired.privileges(column));
            let back = PrivilegeChanges::between(&after, &before, BuiltIn::Nothing);
            back.statements(&Target::Object(current.catalog, column))
        });
        undone.collect()
    }

    /// What a column is to be granted once its relation's revocations have taken it away is granted with those.
    fn leave_to_relation(&self, address: &ObjectAddress, changes: &mut PrivilegeChanges) {
        let relation = self.sides.desired.relation(address).filter(|_| address.kind == ObjectKind::Column);
        let Some(relation) = relation else { return };
        let before = if self.is_made(&relation) {
            self.sides.desired.initial(&relation)
        } else {
            self.sides.current.privileges(&relation)
        };
        let Some(taken) = self::changes(&relation, &before, &self.sides.desired.privileges(&relation)) else { return };
        for (by, hold) in [(&mut changes.grant, Hold::Plain), (&mut changes.grant_option, Hold::Grantable)] {
            for (grantee, privileges) in by.iter_mut() {
                privileges.retain(|privilege| !taken.reaches_columns(grantee, *privilege, hold));
            }
            by.retain(|_, privileges| !privileges.is_empty());
        }
    }

    /// The steps that give an object of the desired side its security labels.
    pub(crate) fn security_labels(&self, address: &ObjectAddress) -> Vec<PhasedStep> {
        if !self.survives(address) {
            return Vec::new();
        }
        let labels = |side: &Side| side.catalog.security_labels.get(address).cloned().unwrap_or_default();
        let is_made = self.is_made(address);
        let before = if is_made { BTreeMap::new() } else { labels(&self.sides.current) };
        let after = labels(&self.sides.desired);
        let catalog = self.sides.desired.catalog;
        let undo = if is_made { Vec::new() } else { label_statements(catalog, address, &after, &before) };
        follow(address, label_statements(catalog, address, &before, &after), undo, Vec::new(), Phase::Expand)
    }

    /// Whether the desired side has what the address speaks of.
    fn survives(&self, address: &ObjectAddress) -> bool {
        self.sides.desired.carrier(address).is_some() || self.sides.desired.is_of_system(address)
    }

    /// Whether the plan makes what the address speaks of.
    fn is_made(&self, address: &ObjectAddress) -> bool {
        let Some(carrier) = self.sides.desired.carrier(address) else { return false };
        let is_new =
            |column: &ObjectAddress| self.sides.current.column(column).is_none_or(|column| column.identity.is_none());
        let is_identity = address.kind == ObjectKind::Sequence && carrier.kind == ObjectKind::Column;
        matches!(self.fate(&carrier), Some(Fate::Create | Fate::Replace)) || is_identity && is_new(&carrier)
    }

    /// What makes the default privileges anew that go with a schema.
    pub(crate) fn lost_defaults(&self, address: &ObjectAddress) -> Vec<String> {
        let defaults = self.sides.current.catalog.default_privileges.iter();
        let in_it =
            |of: &ObjectAddress| address.kind == ObjectKind::Schema && of.schema.as_ref() == Some(&address.name);
        let lost = defaults.filter(|(of, _)| in_it(of)).flat_map(|(of, privileges)| {
            let nothing = Privileges::default();
            PrivilegeChanges::between(&nothing, privileges, BuiltIn::Nothing).statements(&Target::NewObjects(of))
        });
        lost.collect()
    }

    /// What changes in the privileges of objects that are made later: after everything that this plan makes.
    pub(crate) fn default_privileges(&self) -> Vec<PhasedStep> {
        let (current, desired) = (self.sides.current.catalog, self.sides.desired.catalog);
        let mut steps = Vec::new();
        let is_default = |address: &ObjectAddress| address.kind == ObjectKind::Defined(DefinedKind::DefaultPrivileges);
        for (address, _) in self.sides.changes.iter().filter(|(address, _)| is_default(address)) {
            // They go with their schema.
            let goes = |schema: &Identifier| !desired.schemas.contains_key(schema);
            let Some(new) = NewObjects::of_default(address) else { continue };
            if address.schema.as_ref().is_some_and(goes) {
                continue;
            }
            let built_in = if address.schema.is_some() { BuiltIn::Nothing } else { new.built_in() };
            let of = |catalog: &Catalog| catalog.default_privileges.get(address).cloned().unwrap_or_default();
            let (before, after) = (of(current), of(desired));
            let there = PrivilegeChanges::between(&before, &after, built_in);
            let back = PrivilegeChanges::between(&after, &before, built_in);
            let target = Target::NewObjects(address);
            let undo = back.statements(&target);
            let hazards = self.needed_roles(there.receivers().chain(there.losers()));
            steps.extend(follow(address, there.statements(&target), undo, hazards, Phase::Expand));
        }
        steps
    }
}

impl Emitter<'_> {
    /// The roles that have to be there, but for those that the plan or an earlier one makes.
    fn needed_roles<'a>(&self, grantees: impl Iterator<Item = &'a Grantee>) -> Vec<Hazard> {
        let declared = &self.sides.desired.catalog.roles;
        let roles: BTreeSet<&Identifier> = grantees
            .filter_map(|grantee| match grantee {
                Grantee::Role(role) if !declared.contains_key(role) => Some(role),
                Grantee::Role(_) | Grantee::Owner | Grantee::Public => None,
            })
            .collect();
        let needed =
            |role| Hazard { kind: HazardKind::NeedsRole, object: ObjectAddress::role(role), detail: String::new() };
        roles.into_iter().map(needed).collect()
    }
}

fn built_in(address: &ObjectAddress) -> BuiltIn {
    BuiltIn::of(address).unwrap_or(BuiltIn::Nothing)
}

/// One step for each statement; undoing the first undoes all.
fn follow(
    address: &ObjectAddress,
    statements: Vec<String>,
    undo: Vec<String>,
    mut hazards: Vec<Hazard>,
    phase: Phase,
) -> Vec<PhasedStep> {
    let mut undo = undo.join(";\n");
    let step = |sql| Step {
        sql,
        object: address.clone(),
        action: Action::Alter,
        hazards: std::mem::take(&mut hazards),
        rollback: Rollback::Sql(std::mem::take(&mut undo)),
        verify: None,
    };
    statements.into_iter().map(step).map(|step| (step, phase)).collect()
}
