//! What differs between two catalogs: plain data, one change per object.
//!
//! In: two catalogs. Out: a [`ChangeSet`]. It knows no renames, no order and no SQL. Every struct of the model is taken
//! apart field by field, so that a new attribute does not compile until it is compared here. The order of a table's
//! columns is not compared, because an existing table cannot be given another one; nor is the order of the attributes of a
//! composite type that rows hold.

pub(crate) mod attributes;
mod order;
mod owners;
mod stored;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    Catalog, Column, CompositeAttribute, CompositeType, Domain, MaterializedView, ObjectAddress, ObjectKind, Table,
    View,
};
pub use crate::diff::order::{ColumnOrder, column_orders};
pub use crate::diff::owners::as_owners;
pub(crate) use crate::diff::stored::{contained_types, stored_types};
use crate::lineage::{Aligned, align};
use crate::name::{Identifier, QualifiedName};

/// Every difference between two catalogs, sorted by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// The changes, one per object.
    pub changes: BTreeMap<ObjectAddress, Change>,
}

/// How one object differs. What its values are stands in the catalogs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Only the desired side has it.
    Create,
    /// Only the current side has it.
    Drop,
    /// Both have it, and these attributes differ.
    Alter(BTreeSet<Attribute>),
}

/// An attribute in which two objects can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute {
    /// Any object's comment.
    Comment,
    /// The comment on the index behind a constraint.
    IndexComment,
    /// An extension's schema.
    Schema,
    /// An extension's version.
    Version,
    /// The labels of an enumerated type.
    Values,
    /// The order of a composite type's attributes.
    AttributeOrder,
    /// The type of a column, domain or attribute.
    DataType,
    /// The collation of a column, domain or attribute.
    Collation,
    /// `NOT NULL` of a column or domain.
    NotNull,
    /// The name and the state of the constraint behind a column's `NOT NULL`.
    NotNullConstraint,
    /// The default of a column or domain.
    Default,
    /// A column's identity.
    Identity,
    /// A column's generation expression.
    Generated,
    /// A column's storage.
    Storage,
    /// A column's compression method.
    Compression,
    /// The statistics target of a column, or those of an index's columns.
    StatisticsTarget,
    /// The options of a relation, column or constraint's index.
    Options,
    /// Whether a relation is written to the log.
    Persistence,
    /// A table's replica identity.
    ReplicaIdentity,
    /// Whether `CLUSTER` marks an index.
    Clustered,
    /// A table's row level security.
    RowSecurity,
    /// How a table is partitioned, if it is.
    PartitionKey,
    /// What a table is a partition of, inherits from, or has its columns from.
    Parents,
    /// The server of a foreign table.
    Server,
    /// The options of a foreign table or of its column.
    ForeignOptions,
    /// The access method of a relation.
    AccessMethod,
    /// The tablespace of a relation, index or constraint's index.
    Tablespace,
    /// A sequence's options.
    SequenceOptions,
    /// The column that owns a sequence.
    OwnedBy,
    /// The text of a constraint, index, trigger or routine; what a range type is made of; definition or clauses of what is
    /// told by those.
    Definition,
    /// When a constraint is checked.
    Deferrability,
    /// Whether a constraint is known to hold for every row.
    Validated,
    /// Whether a constraint is checked at all.
    Enforced,
    /// Whether an index is usable.
    Valid,
    /// When a trigger fires.
    TriggerState,
    /// A view's query.
    Query,
    /// The names, types and collations of a view's columns.
    Columns,
    /// The defaults of a view's columns.
    ColumnDefaults,
    /// The comments of a view's columns.
    ColumnComments,
    /// Who may do what with an object or column, or with objects that are made later.
    Privileges,
    /// The security labels of an object or column.
    SecurityLabels,
}

impl ChangeSet {
    /// Whether the catalogs are equal.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes, sorted by address.
    pub fn iter(&self) -> std::collections::btree_map::Iter<'_, ObjectAddress, Change> {
        self.changes.iter()
    }
}

/// What has to change for `current` to become `desired`.
#[must_use]
pub fn diff(current: &Catalog, desired: &Catalog) -> ChangeSet {
    let Aligned { current, desired, lineage: _ } = align(current, desired);
    compare(&current, &desired)
}

/// The same for catalogs without what follows by itself.
pub(crate) fn compare(current: &Catalog, desired: &Catalog) -> ChangeSet {
    let mut changes = ChangeSet::default();
    let Catalog {
        schemas,
        extensions,
        enums,
        domains,
        composites,
        ranges,
        sequences,
        tables,
        views,
        materialized_views,
        routines,
        defined,
        roles,
        privileges,
        default_privileges,
        security_labels,
    } = current;
    let global = |kind| move |name: &Identifier| ObjectAddress::global(kind, name.clone());
    let object = |kind| move |name: &QualifiedName| ObjectAddress::object(kind, name);
    changes.compare(schemas, &desired.schemas, global(ObjectKind::Schema), attributes::schema);
    changes.compare(extensions, &desired.extensions, global(ObjectKind::Extension), attributes::extension);
    changes.compare(enums, &desired.enums, object(ObjectKind::Enum), attributes::enum_type);
    changes.compare(domains, &desired.domains, object(ObjectKind::Domain), attributes::domain);
    let stored = stored_types(current);
    let order_counts = |name: &QualifiedName| !stored.contains(name);
    changes.compare_named(composites, &desired.composites, object(ObjectKind::Composite), |name, a, b| {
        attributes::composite(a, b, order_counts(name))
    });
    changes.compare(ranges, &desired.ranges, object(ObjectKind::Range), attributes::range);
    changes.compare(sequences, &desired.sequences, object(ObjectKind::Sequence), attributes::sequence);
    changes.compare(tables, &desired.tables, object(ObjectKind::Table), attributes::table);
    changes.compare(views, &desired.views, object(ObjectKind::View), attributes::view);
    let materialized_view = object(ObjectKind::MaterializedView);
    changes.compare(materialized_views, &desired.materialized_views, materialized_view, attributes::materialized_view);
    changes.compare(routines, &desired.routines, ObjectAddress::routine, attributes::routine);
    changes.compare(defined, &desired.defined, ObjectAddress::clone, attributes::defined);
    changes.compare(roles, &desired.roles, ObjectAddress::role, attributes::defined);
    each_pair(domains, &desired.domains, |name, a, b| changes.domain_parts(name, a, b));
    each_pair(composites, &desired.composites, |name, a, b| changes.composite_parts(name, a, b));
    each_pair(tables, &desired.tables, |name, a, b| changes.table_parts(name, a, b));
    each_pair(views, &desired.views, |name, a, b| changes.view_parts(name, a, b));
    each_pair(materialized_views, &desired.materialized_views, |name, a, b| {
        changes.materialized_view_parts(name, a, b);
    });
    changes.beside(privileges, &desired.privileges, Attribute::Privileges);
    changes.beside(default_privileges, &desired.default_privileges, Attribute::Privileges);
    changes.beside(security_labels, &desired.security_labels, Attribute::SecurityLabels);
    changes
}

impl ChangeSet {
    fn compare<K: Ord, V>(
        &mut self,
        current: &BTreeMap<K, V>,
        desired: &BTreeMap<K, V>,
        address: impl Fn(&K) -> ObjectAddress,
        attributes: impl Fn(&V, &V) -> BTreeSet<Attribute>,
    ) {
        self.compare_named(current, desired, address, |_, current, desired| attributes(current, desired));
    }

    fn compare_named<K: Ord, V>(
        &mut self,
        current: &BTreeMap<K, V>,
        desired: &BTreeMap<K, V>,
        address: impl Fn(&K) -> ObjectAddress,
        attributes: impl Fn(&K, &V, &V) -> BTreeSet<Attribute>,
    ) {
        each_pair(current, desired, |key, current, desired| {
            let change = match (current, desired) {
                (Some(current), Some(desired)) => {
                    let differing = attributes(key, current, desired);
                    if differing.is_empty() {
                        return;
                    }
                    Change::Alter(differing)
                }
                (Some(_), None) => Change::Drop,
                (None, Some(_)) => Change::Create,
                (None, None) => return,
            };
            self.changes.insert(address(key), change);
        });
    }

    /// Compares what stands beside the objects; where an object comes or goes, it comes or goes too.
    fn beside<V: PartialEq>(
        &mut self,
        current: &BTreeMap<ObjectAddress, V>,
        desired: &BTreeMap<ObjectAddress, V>,
        attribute: Attribute,
    ) {
        each_pair(current, desired, |address, current, desired| {
            if current == desired {
                return;
            }
            match self.changes.entry(address.clone()).or_insert_with(|| Change::Alter(BTreeSet::new())) {
                Change::Alter(attributes) => drop(attributes.insert(attribute)),
                Change::Create | Change::Drop => {}
            }
        });
    }

    fn domain_parts(&mut self, name: &QualifiedName, current: Option<&Domain>, desired: Option<&Domain>) {
        let part = |part: &Identifier| ObjectAddress::part(ObjectKind::DomainConstraint, name, part.clone());
        let none = BTreeMap::new();
        let current = current.map_or(&none, |domain| &domain.constraints);
        let desired = desired.map_or(&none, |domain| &domain.constraints);
        self.compare(current, desired, part, attributes::domain_constraint);
    }

    fn composite_parts(
        &mut self,
        name: &QualifiedName,
        current: Option<&CompositeType>,
        desired: Option<&CompositeType>,
    ) {
        let part = |part: &Identifier| ObjectAddress::part(ObjectKind::Attribute, name, part.clone());
        let parts = |composite: Option<&CompositeType>| -> BTreeMap<Identifier, CompositeAttribute> {
            let attributes = composite.into_iter().flat_map(|composite| &composite.attributes);
            attributes.map(|attribute| (attribute.name.clone(), attribute.clone())).collect()
        };
        self.compare(&parts(current), &parts(desired), part, attributes::composite_attribute);
    }

    fn table_parts(&mut self, name: &QualifiedName, current: Option<&Table>, desired: Option<&Table>) {
        let part = |kind| move |part: &Identifier| ObjectAddress::part(kind, name, part.clone());
        let empty = Table::default();
        let (current, desired) = (current.unwrap_or(&empty), desired.unwrap_or(&empty));
        let columns = |table: &'_ Table| -> BTreeMap<Identifier, Column> {
            table.columns.iter().map(|column| (column.name.clone(), column.clone())).collect()
        };
        if current.columns != desired.columns {
            self.compare(&columns(current), &columns(desired), part(ObjectKind::Column), attributes::column);
        }
        self.compare(&current.constraints, &desired.constraints, part(ObjectKind::Constraint), attributes::constraint);
        self.compare(&current.indexes, &desired.indexes, part(ObjectKind::Index), attributes::index);
        self.compare(&current.triggers, &desired.triggers, part(ObjectKind::Trigger), attributes::trigger);
    }

    fn view_parts(&mut self, name: &QualifiedName, current: Option<&View>, desired: Option<&View>) {
        let part = |part: &Identifier| ObjectAddress::part(ObjectKind::Trigger, name, part.clone());
        let none = BTreeMap::new();
        let current = current.map_or(&none, |view| &view.triggers);
        let desired = desired.map_or(&none, |view| &view.triggers);
        self.compare(current, desired, part, attributes::trigger);
    }

    fn materialized_view_parts(
        &mut self,
        name: &QualifiedName,
        current: Option<&MaterializedView>,
        desired: Option<&MaterializedView>,
    ) {
        let part = |part: &Identifier| ObjectAddress::part(ObjectKind::Index, name, part.clone());
        let none = BTreeMap::new();
        let current = current.map_or(&none, |view| &view.indexes);
        let desired = desired.map_or(&none, |view| &view.indexes);
        self.compare(current, desired, part, attributes::index);
    }
}

/// Calls `visit` once for each key of either map.
fn each_pair<'a, K: Ord, V>(
    current: &'a BTreeMap<K, V>,
    desired: &'a BTreeMap<K, V>,
    mut visit: impl FnMut(&'a K, Option<&'a V>, Option<&'a V>),
) {
    for (key, value) in current {
        visit(key, Some(value), desired.get(key));
    }
    for (key, value) in desired.iter().filter(|(key, _)| !current.contains_key(*key)) {
        visit(key, None, Some(value));
    }
}
