//! What has been read so far: the catalog, and the addresses of its objects by their oids.

use std::collections::{BTreeMap, HashMap};

use lockstep_core::catalog::{Catalog, NotNull, ObjectAddress, ObjectKind};
use lockstep_core::name::{Identifier, QualifiedName};
use postgres::Row;

/// The oids of the system catalogs that objects of the model live in. They are the same in every version.
pub(super) mod class {
    pub(in crate::introspect) const TYPE: u32 = 1247;
    pub(in crate::introspect) const ROUTINE: u32 = 1255;
    pub(in crate::introspect) const RELATION: u32 = 1259;
    pub(in crate::introspect) const DEFAULT: u32 = 2604;
    pub(in crate::introspect) const CONSTRAINT: u32 = 2606;
    pub(in crate::introspect) const SCHEMA: u32 = 2615;
    pub(in crate::introspect) const TRIGGER: u32 = 2620;
    pub(in crate::introspect) const EXTENSION: u32 = 3079;
}

/// How the server names an object: system catalog, row, and column where it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) class: u32,
    pub(super) object: u32,
    pub(super) part: i32,
}

impl Key {
    pub(super) fn new(class: u32, object: u32) -> Self {
        Self { class, object, part: 0 }
    }

    pub(super) fn column(relation: u32, number: i16) -> Self {
        Self { class: class::RELATION, object: relation, part: number.into() }
    }
}

#[derive(Default)]
pub(super) struct Found {
    pub(super) catalog: Catalog,
    /// Every object of the catalog; its relations and domains by oid as well.
    pub(super) addresses: HashMap<Key, ObjectAddress>,
    /// The names of tables, views, materialized views and domains.
    pub(super) names: HashMap<u32, QualifiedName>,
    /// The names of columns, of views too.
    pub(super) columns: HashMap<(u32, i16), Identifier>,
    /// The constraints behind the `NOT NULL` of columns that follow a parent's.
    pub(super) inherited_not_nulls: BTreeMap<ObjectAddress, NotNull>,
    /// The objects that something is granted on and that are part of no schema, with their extension.
    pub(super) beyond: BTreeMap<ObjectAddress, Option<Identifier>>,
    /// What partitions demand of their rows.
    pub(super) partition_constraints: BTreeMap<ObjectAddress, String>,
}

impl Found {
    /// Notes a relation or a domain under its oid and returns its name.
    pub(super) fn name(&mut self, key: Key, address: ObjectAddress, name: &QualifiedName) {
        self.addresses.insert(key, address);
        self.names.insert(key.object, name.clone());
    }

    /// The address of what a row with `class`, `object` and `part` speaks of: of a column of any relation too, and of the
    /// sequence of an identity column, which `identity_relation` and `identity_column` tell.
    pub(super) fn carrier(&self, row: &Row) -> Option<ObjectAddress> {
        let column = |kind, relation: u32, number: i16| {
            Some(ObjectAddress::part(kind, self.names.get(&relation)?, self.columns.get(&(relation, number))?.clone()))
        };
        if let Some(relation) = row.get("identity_relation") {
            return column(ObjectKind::Sequence, relation, row.get("identity_column"));
        }
        let (class, object, part): (u32, u32, i32) = (row.get("class"), row.get("object"), row.get("part"));
        match part {
            0 => self.addresses.get(&Key::new(class, object)).cloned(),
            _ => column(ObjectKind::Column, object, i16::try_from(part).ok()?),
        }
    }
}
