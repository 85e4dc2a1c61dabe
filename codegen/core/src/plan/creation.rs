//! The statements that create a unit, on either side: forward for the plan, backward for its rollback.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    Column, CompositeAttribute, CompositeType, Constraint, DefinedKind, Domain, Identity, Index, MaterializedView,
    ObjectAddress, ObjectKind, Options, Persistence, ReplicaIdentity, RowSecurity, Table, Trigger, TriggerState, View,
};
use crate::emit::sql::column::{self, Inline};
use crate::emit::sql::table::Descent;
use crate::emit::sql::{
    comment_on, defined, index_name, option_list, relation, routine_signature, sequence, sql_name, table, types,
};
use crate::lineage::Place;
use crate::name::{Identifier, QualifiedName, quote_literal};
use crate::plan::conversion::default_storage;
use crate::plan::descent;
use crate::plan::owners;
use crate::plan::privileges;
use crate::plan::unit::{Side, Unit};

/// The statements that create the unit with all that is folded into it: the main one first.
pub(crate) fn creation(side: &Side, unit: &Unit, folded: &BTreeSet<&Unit>) -> Vec<String> {
    let creation = Creation { side, folded };
    match unit {
        Unit::Object(address) => {
            let mut statements = creation.object(address);
            statements.extend(owners::lost(side, address).filter(|_| side.place == Place::Current));
            for attribute in folded.iter().filter(|unit| is_beside(unit)) {
                statements.extend(super::creation::creation(side, attribute, &BTreeSet::new()));
            }
            statements
        }
        Unit::Privileges(address) => privileges::creation(side, address),
        Unit::SecurityLabels(address) => privileges::label_creation(side, address),
        Unit::Default(address) => creation.default(address).into_iter().collect(),
        Unit::Ownership(address) => creation.ownership(address).into_iter().collect(),
        Unit::ReplicaIdentity(address) => vec![creation.replica_identity(address)],
        Unit::Cluster(owner) => creation.cluster(owner).into_iter().collect(),
        Unit::Parentage(address) => {
            let name = address.qualified_name();
            let table = name.as_ref().zip(side.table(address));
            table.map_or_else(Vec::new, |(name, table)| table::attach(name, table))
        }
    }
}

/// The statements that create an index or constraint, also where it follows one above it, and no unit is made of it.
pub(crate) fn part_creation(side: &Side, address: &ObjectAddress) -> Option<Vec<String>> {
    let creation = Creation { side, folded: &BTreeSet::new() };
    let (name, part) = (address.qualified_name()?, address.part.as_ref()?);
    let table = side.whole.tables.get(&name)?;
    if address.kind == ObjectKind::Index {
        return Some(creation.index(address, table.indexes.get(part)?));
    }
    Some(creation.constraint(address, &name, table.constraints.get(part)?))
}

/// What an object took along when it was dropped, and what no creation speaks of: only a rollback finds it.
fn is_beside(unit: &Unit) -> bool {
    matches!(unit, Unit::Privileges(_) | Unit::SecurityLabels(_) | Unit::Cluster(_))
}

struct Creation<'a> {
    side: &'a Side<'a>,
    folded: &'a BTreeSet<&'a Unit>,
}

impl<'a> Creation<'a> {
    fn object(&self, address: &ObjectAddress) -> Vec<String> {
        let catalog = self.side.catalog;
        if let ObjectKind::Defined(kind) = address.kind {
            return self.defined(kind, address);
        }
        let Some(name) = address.qualified_name() else { return self.global(address) };
        let part = address.part.as_ref();
        let statements = match address.kind {
            ObjectKind::Schema | ObjectKind::Extension | ObjectKind::Defined(_) => None,
            ObjectKind::Enum => catalog
                .enums
                .get(&name)
                .map(|body| self.with_comment(vec![types::create_enum(&name, body)], address, &body.comment)),
            ObjectKind::Domain => catalog.domains.get(&name).map(|body| self.domain(address, &name, body)),
            ObjectKind::DomainConstraint => part.and_then(|part| self.domain_constraint(address, &name, part)),
            ObjectKind::Composite => catalog.composites.get(&name).map(|body| self.composite(address, &name, body)),
            ObjectKind::Attribute => self
                .side
                .attribute(address)
                .map(|body| self.with_comment(vec![types::add_attribute(&name, body)], address, &body.comment)),
            ObjectKind::Range => catalog
                .ranges
                .get(&name)
                .map(|body| self.with_comment(vec![types::create_range(&name, body)], address, &body.comment)),
            ObjectKind::Sequence => catalog
                .sequences
                .get(&name)
                .map(|body| self.with_comment(vec![sequence::create(&name, body)], address, &body.comment)),
            ObjectKind::Table => catalog.tables.get(&name).map(|body| self.table(address, &name, body)),
            ObjectKind::Column => self.side.column(address).map(|body| self.column(address, &name, body)),
            ObjectKind::Constraint => self.side.constraint(address).map(|body| self.constraint(address, &name, body)),
            ObjectKind::Index => self.side.index(address).map(|body| self.index(address, body)),
            ObjectKind::Routine => catalog.routines.get(&routine_signature(address)).map(|body| {
                self.with_comment(vec![relation::create_routine(&body.definition)], address, &body.comment)
            }),
            ObjectKind::View => catalog.views.get(&name).map(|body| self.view(address, &name, body)),
            ObjectKind::MaterializedView => {
                catalog.materialized_views.get(&name).map(|body| self.materialized_view(address, &name, body))
            }
            ObjectKind::Trigger => self.trigger(address),
        };
        statements.unwrap_or_default()
    }

    fn defined(&self, kind: DefinedKind, address: &ObjectAddress) -> Vec<String> {
        let Some(object) = self.side.catalog.defined.get(address) else { return Vec::new() };
        let mut statements = self.with_comment(defined::create(kind, address, object), address, &object.comment);
        statements.extend(self.folded_parts(address));
        statements
    }

    fn global(&self, address: &ObjectAddress) -> Vec<String> {
        let catalog = self.side.catalog;
        if let Some(schema) = catalog.schemas.get(&address.name).filter(|_| address.kind == ObjectKind::Schema) {
            let main = format!("CREATE SCHEMA {}", address.name);
            return self.with_comment(vec![main], address, &schema.comment);
        }
        let Some(extension) = catalog.extensions.get(&address.name) else { return Vec::new() };
        let schema_is_there =
            catalog.schemas.contains_key(&extension.schema) || extension.schema.as_str() == "pg_catalog";
        let main = relation::create_extension(&address.name, extension, schema_is_there);
        self.with_comment(vec![main], address, &extension.comment)
    }

    fn with_comment(
        &self,
        mut statements: Vec<String>,
        address: &ObjectAddress,
        comment: &Option<String>,
    ) -> Vec<String> {
        statements.extend(comment.as_deref().map(|text| comment_on(self.side.catalog, address, Some(text))));
        statements
    }

    fn is_folded(&self, unit: &Unit) -> bool {
        self.folded.contains(unit)
    }

    fn domain(&self, address: &ObjectAddress, name: &QualifiedName, domain: &Domain) -> Vec<String> {
        let part =
            |constraint: &Identifier| ObjectAddress::part(ObjectKind::DomainConstraint, name, constraint.clone());
        // CREATE DOMAIN takes no NOT VALID.
        let (inline, later): (Vec<_>, Vec<_>) = domain
            .constraints
            .iter()
            .filter(|(constraint, _)| self.is_folded(&Unit::Object(part(constraint))))
            .partition(|(_, body)| body.validated);
        let with_default = self.is_folded(&Unit::Default(address.clone()));
        let main = types::create_domain(name, domain, with_default, &inline);
        let mut statements = vec![main];
        // A domain takes the default of the domain that it stands on along; `DEFAULT NULL` would stay as one of its own.
        let base = self.side.catalog.domains.get(&domain.data_type.name).filter(|_| !domain.data_type.array);
        if domain.default.is_none() && base.is_some_and(|base| base.default.is_some()) {
            statements.push(set_default(self.side, address, None));
        }
        statements = self.with_comment(statements, address, &domain.comment);
        for (constraint, body) in inline {
            statements = self.with_comment(statements, &part(constraint), &body.comment);
        }
        for (constraint, body) in later {
            statements.push(types::add_domain_constraint(name, constraint, body));
            statements = self.with_comment(statements, &part(constraint), &body.comment);
        }
        statements
    }

    fn domain_constraint(
        &self,
        address: &ObjectAddress,
        domain: &QualifiedName,
        name: &Identifier,
    ) -> Option<Vec<String>> {
        let constraint = self.side.catalog.domains.get(domain)?.constraints.get(name)?;
        let main = types::add_domain_constraint(domain, name, constraint);
        Some(self.with_comment(vec![main], address, &constraint.comment))
    }

    fn composite(&self, address: &ObjectAddress, name: &QualifiedName, composite: &CompositeType) -> Vec<String> {
        let part =
            |attribute: &CompositeAttribute| ObjectAddress::part(ObjectKind::Attribute, name, attribute.name.clone());
        let is_inline = |attribute: &&CompositeAttribute| self.is_folded(&Unit::Object(part(attribute)));
        let inline: Vec<&CompositeAttribute> = composite.attributes.iter().filter(is_inline).collect();
        let main = types::create_composite(name, &inline);
        let mut statements = self.with_comment(vec![main], address, &composite.comment);
        for attribute in inline {
            statements = self.with_comment(statements, &part(attribute), &attribute.comment);
        }
        statements
    }

    fn table(&self, address: &ObjectAddress, name: &QualifiedName, table: &Table) -> Vec<String> {
        let part = |kind, part: &Identifier| ObjectAddress::part(kind, name, part.clone());
        let inline_column = |column: &Identifier| {
            let column = part(ObjectKind::Column, column);
            let default = self.is_folded(&Unit::Default(column.clone()));
            self.is_folded(&Unit::Object(column)).then_some(Inline { default, not_null: true })
        };
        let is_inline =
            |constraint: &Identifier| self.is_folded(&Unit::Object(part(ObjectKind::Constraint, constraint)));
        let descent = if self.is_folded(&Unit::Parentage(address.clone())) { Descent::Inline } else { Descent::Alone };
        let mut inline: Vec<_> = table.constraints.iter().filter(|(constraint, _)| is_inline(constraint)).collect();
        let columns = match descent {
            Descent::Inline => descent::inherited_columns(self.side, name, table, inline_column),
            Descent::Alone => {
                inline.extend(descent::wanted_checks(self.side.catalog, table));
                let columns = table.columns.iter();
                columns.filter_map(|it| Some(column::definition(name, it, inline_column(&it.name)?))).collect()
            }
        };
        let main = table::create(name, table, descent, columns, inline);
        let mut statements = self.with_comment(vec![main], address, &table.comment);
        if descent == Descent::Inline {
            statements.extend(descent::corrections(self.side, name, table));
        }
        let changes = table::row_security_changes(RowSecurity::default(), table.row_security);
        statements.extend(changes.into_iter().map(|change| format!("ALTER TABLE {name} {change}")));
        for column in table.columns.iter().filter(|column| inline_column(&column.name).is_some()) {
            let leader = descent::leader(self.side.catalog, table, column).filter(|_| descent == Descent::Inline);
            statements.extend(self.column_details(&part(ObjectKind::Column, &column.name), name, column, leader));
        }
        for (constraint, body) in table.constraints.iter().filter(|(constraint, _)| is_inline(constraint)) {
            statements.extend(self.constraint_details(&part(ObjectKind::Constraint, constraint), body));
        }
        statements
    }

    fn column(&self, address: &ObjectAddress, table: &QualifiedName, column: &Column) -> Vec<String> {
        let default = self.is_folded(&Unit::Default(address.clone()));
        let mut statements = vec![column::add(table, column, Inline { default, not_null: true })];
        statements.extend(self.column_details(address, table, column, None));
        for unit in self.folded.iter().filter(|unit| unit.address() != address && !is_beside(unit)) {
            // What the column took along when it was dropped: only a rollback gets here.
            statements.extend(creation(self.side, unit, &BTreeSet::new()));
        }
        statements
    }

    /// What `ALTER COLUMN` has to say of a new column, that has taken over what it could from the one above it.
    fn column_details(
        &self,
        address: &ObjectAddress,
        table: &QualifiedName,
        column: &Column,
        leader: Option<&Column>,
    ) -> Vec<String> {
        let storage = default_storage(&column.data_type, self.side.catalog);
        let mut bare = Column { compression: column.compression.clone(), ..column::bare(column) };
        if let Some(leader) = leader {
            (bare.storage, bare.compression) = (leader.storage.clone(), leader.compression.clone());
            bare.foreign_options = Options::default();
        }
        let mut details = column::details(&self.side.only(table), &bare, column, storage);
        details.extend(column::not_null_details(table, column));
        let of_table = self.side.persistence(address);
        details.extend(column.identity.iter().flat_map(|it| identity_details(table, None, it, of_table)));
        self.with_comment(details, address, &column.comment)
    }

    fn constraint(&self, address: &ObjectAddress, table: &QualifiedName, constraint: &Constraint) -> Vec<String> {
        let name = address.part.as_ref().unwrap_or(&address.name);
        let main = table::add_constraint(table, name, constraint);
        std::iter::once(main).chain(self.constraint_details(address, constraint)).collect()
    }

    fn constraint_details(&self, address: &ObjectAddress, constraint: &Constraint) -> Vec<String> {
        let mut statements = Vec::new();
        let is_separate = !table::options_are_inline(constraint.kind);
        if !constraint.options.is_empty() && is_separate {
            let options = option_list(&constraint.options);
            statements.push(format!("ALTER INDEX {} SET {options}", index_name(address)));
        }
        if let Some(place) = constraint.tablespace.as_ref().filter(|_| is_separate) {
            statements.push(format!("ALTER INDEX {} {}", index_name(address), table::set_tablespace(Some(place))));
        }
        let targets = &constraint.statistics_targets;
        statements.extend(table::index_statistics(&index_name(address), &BTreeMap::new(), targets));
        statements.extend(constraint.index_comment.as_deref().map(|text| comment_on_index(address, Some(text))));
        self.with_comment(statements, address, &constraint.comment)
    }

    fn index(&self, address: &ObjectAddress, index: &Index) -> Vec<String> {
        let mut statements = vec![table::create_index(index)];
        if let Some(place) = index.tablespace.as_ref().filter(|_| index.partial) {
            statements.push(format!("ALTER INDEX {} {}", index_name(address), table::set_tablespace(Some(place))));
        }
        statements.extend(table::index_statistics(&index_name(address), &BTreeMap::new(), &index.statistics_targets));
        self.with_comment(statements, address, &index.comment)
    }

    fn view(&self, address: &ObjectAddress, name: &QualifiedName, view: &View) -> Vec<String> {
        let mut statements = vec![relation::create_view(name, view, false)];
        statements = self.with_comment(statements, address, &view.comment);
        statements.extend(relation::view_column_comments(name, &[], &view.columns));
        statements.extend(self.folded_parts(address));
        statements
    }

    fn materialized_view(&self, address: &ObjectAddress, name: &QualifiedName, view: &MaterializedView) -> Vec<String> {
        let mut statements = vec![relation::create_materialized_view(name, view)];
        statements = self.with_comment(statements, address, &view.comment);
        statements.extend(relation::view_column_comments(name, &[], &view.columns));
        statements.extend(self.folded_parts(address));
        statements
    }

    /// What a view or a publication took along when it was dropped: only a rollback gets here.
    fn folded_parts(&self, owner: &ObjectAddress) -> Vec<String> {
        let is_part = |unit: &&&Unit| **unit != &Unit::Object(owner.clone()) && !is_beside(unit);
        let parts = self.folded.iter().filter(is_part);
        parts.flat_map(|unit| creation(self.side, unit, &BTreeSet::new())).collect()
    }

    fn trigger(&self, address: &ObjectAddress) -> Option<Vec<String>> {
        let trigger = find_trigger(self.side, address)?;
        let mut statements = vec![trigger.definition.clone()];
        if !trigger.state.is_default() {
            statements.push(trigger_state(self.side, address, trigger.state)?);
        }
        Some(self.with_comment(statements, address, &trigger.comment))
    }

    fn default(&self, address: &ObjectAddress) -> Option<String> {
        let default = self.side.default(address)?;
        Some(set_default(self.side, address, Some(default)))
    }

    fn ownership(&self, address: &ObjectAddress) -> Option<String> {
        let name = address.qualified_name()?;
        Some(sequence::own(&name, self.side.catalog.sequences.get(&name)?.owned_by.as_ref()))
    }

    fn replica_identity(&self, address: &ObjectAddress) -> String {
        let identity =
            self.side.table(address).map_or(ReplicaIdentity::Default, |table| table.replica_identity.clone());
        let name = address.qualified_name().unwrap_or_else(|| QualifiedName::new("public", address.name.clone()));
        table::set_replica_identity(&name, &identity)
    }

    fn cluster(&self, owner: &ObjectAddress) -> Option<String> {
        let index = self.side.clustered(owner)?;
        Some(format!("{} CLUSTER ON {}", alter_relation(owner), index.part?))
    }
}

/// `COMMENT ON INDEX`, of the index behind a constraint.
pub(crate) fn comment_on_index(constraint: &ObjectAddress, comment: Option<&str>) -> String {
    let text = comment.map_or_else(|| "NULL".to_owned(), quote_literal);
    format!("COMMENT ON INDEX {} IS {text}", index_name(constraint))
}

/// What is said of an identity column's sequence beside its options, where it is new or another: its comment, and whether
/// it is logged. One that is like its table follows that, which is `of_table`.
pub(crate) fn identity_details(
    table: &QualifiedName,
    current: Option<&Identity>,
    desired: &Identity,
    of_table: Persistence,
) -> Vec<String> {
    let Identity { kind: _, sequence: _, options: _, persistence, comment } = desired;
    let name = table::identity_sequence(table, desired);
    let mut statements = Vec::new();
    if current.and_then(|current| current.persistence) != *persistence {
        statements.push(sequence::set_persistence(&name, persistence.unwrap_or(of_table)));
    }
    if current.and_then(|current| current.comment.as_deref()) != comment.as_deref() {
        let text = comment.as_deref().map_or_else(|| "NULL".to_owned(), quote_literal);
        statements.push(format!("COMMENT ON SEQUENCE {name} IS {text}"));
    }
    statements
}

/// `ALTER TABLE name`, `ALTER MATERIALIZED VIEW name`.
pub(crate) fn alter_relation(address: &ObjectAddress) -> String {
    let word = if address.kind == ObjectKind::MaterializedView {
        "MATERIALIZED VIEW"
    } else if address.kind == ObjectKind::View {
        "VIEW"
    } else {
        "TABLE"
    };
    format!("ALTER {word} {}", sql_name(address))
}

/// `SET DEFAULT` or `DROP DEFAULT` of a column or domain.
pub(crate) fn set_default(side: &Side, address: &ObjectAddress, default: Option<&String>) -> String {
    let what = default.map_or_else(|| "DROP DEFAULT".to_owned(), |default| format!("SET DEFAULT {default}"));
    match (&address.part, address.qualified_name()) {
        // Tables below that have another one keep it.
        (Some(column), Some(table)) if side.lineage.varied_defaults.contains(address) => {
            column::alter(&format!("ONLY {table}"), column, &what)
        }
        (Some(column), Some(view)) if side.catalog.views.contains_key(&view) => {
            format!("ALTER VIEW {view} ALTER COLUMN {column} {what}")
        }
        (Some(column), Some(table)) => column::alter(&table, column, &what),
        (None, _) | (_, None) => format!("ALTER DOMAIN {} {what}", sql_name(address)),
    }
}

/// The trigger of a table or view.
pub(crate) fn find_trigger<'a>(side: &Side<'a>, address: &ObjectAddress) -> Option<&'a Trigger> {
    let (owner, name) = (address.qualified_name()?, address.part.as_ref()?);
    match side.catalog.tables.get(&owner) {
        Some(table) => table.triggers.get(name),
        None => side.catalog.views.get(&owner)?.triggers.get(name),
    }
}

/// `ENABLE TRIGGER` and its kin: they all stand under `ALTER TABLE`, views included.
pub(crate) fn trigger_state(side: &Side, address: &ObjectAddress, state: TriggerState) -> Option<String> {
    let words = match state {
        TriggerState::Origin => "ENABLE TRIGGER",
        TriggerState::Disabled => "DISABLE TRIGGER",
        TriggerState::Replica => "ENABLE REPLICA TRIGGER",
        TriggerState::Always => "ENABLE ALWAYS TRIGGER",
    };
    find_trigger(side, address)?;
    Some(format!("ALTER TABLE {} {words} {}", sql_name(address), address.part.as_ref()?))
}
