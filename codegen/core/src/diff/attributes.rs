//! Which attributes of two objects of one kind differ: one function per kind.

use std::collections::BTreeSet;

use crate::catalog::{
    Column, CompositeAttribute, CompositeType, Constraint, Defined, Domain, DomainConstraint, EnumType, Extension,
    ForeignTable, Index, MaterializedView, PartitionKey, RangeType, Routine, Schema, Sequence, Table, Trigger, View,
    ViewColumn,
};
use crate::diff::Attribute;
use crate::emit::sql::table::without_options;
use crate::lineage::is_recreated;

type Attributes = BTreeSet<Attribute>;

fn differing<const N: usize>(attributes: [(Attribute, bool); N]) -> Attributes {
    attributes.into_iter().filter(|(_, differs)| *differs).map(|(attribute, _)| attribute).collect()
}

pub(super) fn schema(current: &Schema, desired: &Schema) -> Attributes {
    let Schema { comment } = current;
    differing([(Attribute::Comment, *comment != desired.comment)])
}

pub(super) fn extension(current: &Extension, desired: &Extension) -> Attributes {
    let Extension { schema, version, comment } = current;
    differing([
        (Attribute::Schema, *schema != desired.schema),
        (Attribute::Version, *version != desired.version),
        (Attribute::Comment, *comment != desired.comment),
    ])
}

pub(super) fn enum_type(current: &EnumType, desired: &EnumType) -> Attributes {
    let EnumType { values, comment } = current;
    differing([(Attribute::Values, *values != desired.values), (Attribute::Comment, *comment != desired.comment)])
}

pub(super) fn domain(current: &Domain, desired: &Domain) -> Attributes {
    // The constraints are objects of their own.
    let Domain { data_type, not_null, not_null_name, default, collation, constraints: _, comment } = current;
    differing([
        (Attribute::DataType, *data_type != desired.data_type),
        (Attribute::NotNull, *not_null != desired.not_null || *not_null_name != desired.not_null_name),
        (Attribute::Default, *default != desired.default),
        (Attribute::Collation, *collation != desired.collation),
        (Attribute::Comment, *comment != desired.comment),
    ])
}

pub(super) fn domain_constraint(current: &DomainConstraint, desired: &DomainConstraint) -> Attributes {
    let DomainConstraint { definition, validated, comment } = current;
    differing([
        (Attribute::Definition, *definition != desired.definition),
        (Attribute::Validated, *validated != desired.validated),
        (Attribute::Comment, *comment != desired.comment),
    ])
}

/// `order_counts` unless the order cannot be changed.
pub(super) fn composite(current: &CompositeType, desired: &CompositeType, order_counts: bool) -> Attributes {
    // The attributes are objects of their own: those that stay keep their order, new ones come last.
    let CompositeType { attributes, comment } = current;
    let names = |attributes: &[CompositeAttribute]| -> Vec<crate::name::Identifier> {
        attributes.iter().map(|attribute| attribute.name.clone()).collect()
    };
    let (old, new) = (names(attributes), names(&desired.attributes));
    let kept = old.iter().filter(|name| new.contains(name));
    let added = new.iter().filter(|name| !old.contains(name));
    let moves = !kept.chain(added).eq(&new);
    differing([(Attribute::AttributeOrder, order_counts && moves), (Attribute::Comment, *comment != desired.comment)])
}

pub(super) fn composite_attribute(current: &CompositeAttribute, desired: &CompositeAttribute) -> Attributes {
    let CompositeAttribute { name: _, data_type, collation, comment } = current;
    differing([
        (Attribute::DataType, *data_type != desired.data_type),
        (Attribute::Collation, *collation != desired.collation),
        (Attribute::Comment, *comment != desired.comment),
    ])
}

pub(super) fn range(current: &RangeType, desired: &RangeType) -> Attributes {
    let RangeType { subtype, operator_class, collation, difference, multirange, comment } = current;
    let text_differs = *subtype != desired.subtype
        || *operator_class != desired.operator_class
        || *collation != desired.collation
        || *difference != desired.difference
        || *multirange != desired.multirange;
    differing([(Attribute::Definition, text_differs), (Attribute::Comment, *comment != desired.comment)])
}

pub(super) fn sequence(current: &Sequence, desired: &Sequence) -> Attributes {
    let Sequence { options, owned_by, persistence, comment } = current;
    differing([
        (Attribute::SequenceOptions, *options != desired.options),
        (Attribute::OwnedBy, *owned_by != desired.owned_by),
        (Attribute::Persistence, *persistence != desired.persistence),
        (Attribute::Comment, *comment != desired.comment),
    ])
}

pub(super) fn table(current: &Table, desired: &Table) -> Attributes {
    // Columns, constraints, indexes and triggers are objects of their own.
    let Table {
        columns: _,
        constraints: _,
        indexes: _,
        triggers: _,
        persistence,
        options,
        replica_identity,
        row_security,
        partition_key,
        partition_of,
        inherits,
        of_type,
        foreign,
        access_method,
        tablespace,
        comment,
    } = current;
    let server = |foreign: &Option<ForeignTable>| foreign.as_ref().map(|foreign| foreign.server.clone());
    let key = |key: &Option<PartitionKey>| key.as_ref().map(|key| key.definition.clone());
    // What the key's columns are matters more than their order in the table.
    let is_repartitioned = key(partition_key) != key(&desired.partition_key)
        || server(foreign) == server(&desired.foreign) && is_recreated(current, desired);
    let has_others =
        *partition_of != desired.partition_of || *inherits != desired.inherits || *of_type != desired.of_type;
    let options_of = |foreign: &Option<ForeignTable>| foreign.as_ref().map(|foreign| foreign.options.clone());
    differing([
        (Attribute::RowSecurity, *row_security != desired.row_security),
        (Attribute::PartitionKey, is_repartitioned),
        (Attribute::Parents, has_others),
        (Attribute::Server, server(foreign) != server(&desired.foreign)),
        (Attribute::ForeignOptions, options_of(foreign) != options_of(&desired.foreign)),
        (Attribute::AccessMethod, *access_method != desired.access_method),
        (Attribute::Tablespace, *tablespace != desired.tablespace),
        (Attribute::Persistence, *persistence != desired.persistence),
        (Attribute::Options, *options != desired.options),
        (Attribute::ReplicaIdentity, *replica_identity != desired.replica_identity),
        (Attribute::Comment, *comment != desired.comment),
    ])
}

pub(super) fn column(current: &Column, desired: &Column) -> Attributes {
    let Column {
        name: _,
        data_type,
        not_null,
        not_null_constraint,
        default,
        identity,
        generated,
        collation,
        storage,
        compression,
        statistics_target,
        options,
        foreign_options,
        // Where a column is defined does not matter as long as the parent has it too.
        local: _,
        comment,
    } = current;
    differing([
        (Attribute::ForeignOptions, *foreign_options != desired.foreign_options),
        (Attribute::DataType, *data_type != desired.data_type),
        (Attribute::NotNull, *not_null != desired.not_null),
        (Attribute::NotNullConstraint, *not_null_constraint != desired.not_null_constraint),
        (Attribute::Default, *default != desired.default),
        (Attribute::Identity, *identity != desired.identity),
        (Attribute::Generated, *generated != desired.generated),
        (Attribute::Collation, *collation != desired.collation),
        (Attribute::Storage, *storage != desired.storage),
        (Attribute::Compression, *compression != desired.compression),
        (Attribute::StatisticsTarget, *statistics_target != desired.statistics_target),
        (Attribute::Options, *options != desired.options),
        (Attribute::Comment, *comment != desired.comment),
    ])
}

pub(super) fn constraint(current: &Constraint, desired: &Constraint) -> Attributes {
    let Constraint {
        kind,
        columns,
        references,
        definition,
        deferrability,
        validated,
        enforced,
        temporal,
        options,
        tablespace,
        statistics_targets,
        // What a constraint follows is a matter of its table's parents.
        parent: _,
        local: _,
        clustered,
        index_comment,
        comment,
    } = current;
    // The kind and what a foreign key refers to are in the text; the columns of a check may come in another order
    // where the table's do.
    let sorted = |columns: &[crate::name::Identifier]| columns.iter().cloned().collect::<BTreeSet<_>>();
    let text_differs = *definition != desired.definition
        || *kind != desired.kind
        || *references != desired.references
        || *temporal != desired.temporal
        || sorted(columns) != sorted(&desired.columns);
    differing([
        (Attribute::Definition, text_differs),
        (Attribute::Deferrability, *deferrability != desired.deferrability),
        (Attribute::Validated, *validated != desired.validated),
        (Attribute::Enforced, *enforced != desired.enforced),
        (Attribute::Options, *options != desired.options),
        (Attribute::Tablespace, *tablespace != desired.tablespace),
        (Attribute::StatisticsTarget, *statistics_targets != desired.statistics_targets),
        (Attribute::Clustered, *clustered != desired.clustered),
        (Attribute::IndexComment, *index_comment != desired.index_comment),
        (Attribute::Comment, *comment != desired.comment),
    ])
}

pub(super) fn index(current: &Index, desired: &Index) -> Attributes {
    let Index {
        definition,
        unique,
        nulls_not_distinct,
        method,
        keys,
        partial,
        options,
        valid,
        tablespace,
        // What an index is attached to is a matter of its table's parents.
        parent: _,
        statistics_targets,
        clustered,
        comment,
    } = current;
    let text_differs = without_options(definition) != without_options(&desired.definition)
        || *unique != desired.unique
        || *nulls_not_distinct != desired.nulls_not_distinct
        || *method != desired.method
        || *keys != desired.keys
        || *partial != desired.partial;
    differing([
        (Attribute::Definition, text_differs),
        (Attribute::Options, *options != desired.options),
        // Nobody wants an index that a failed CREATE INDEX CONCURRENTLY left behind: a valid one is never made invalid.
        (Attribute::Valid, !*valid && desired.valid),
        (Attribute::Tablespace, *tablespace != desired.tablespace),
        (Attribute::StatisticsTarget, *statistics_targets != desired.statistics_targets),
        (Attribute::Clustered, *clustered != desired.clustered),
        (Attribute::Comment, *comment != desired.comment),
    ])
}

pub(super) fn routine(current: &Routine, desired: &Routine) -> Attributes {
    let Routine { kind, definition, arguments, result, comment } = current;
    let text_differs = *definition != desired.definition
        || *kind != desired.kind
        || *arguments != desired.arguments
        || *result != desired.result;
    differing([(Attribute::Definition, text_differs), (Attribute::Comment, *comment != desired.comment)])
}

pub(super) fn trigger(current: &Trigger, desired: &Trigger) -> Attributes {
    let Trigger { definition, state, comment } = current;
    differing([
        (Attribute::Definition, *definition != desired.definition),
        (Attribute::TriggerState, *state != desired.state),
        (Attribute::Comment, *comment != desired.comment),
    ])
}

pub(super) fn view(current: &View, desired: &View) -> Attributes {
    // Triggers are objects of their own.
    let View { query, columns, options, triggers: _, comment } = current;
    let mut attributes = differing([
        (Attribute::Query, *query != desired.query),
        (Attribute::Options, *options != desired.options),
        (Attribute::Comment, *comment != desired.comment),
    ]);
    attributes.extend(view_columns(columns, &desired.columns));
    attributes
}

pub(super) fn materialized_view(current: &MaterializedView, desired: &MaterializedView) -> Attributes {
    // Indexes are objects of their own.
    let MaterializedView { query, columns, options, access_method, tablespace, indexes: _, comment } = current;
    let mut attributes = differing([
        (Attribute::AccessMethod, *access_method != desired.access_method),
        (Attribute::Tablespace, *tablespace != desired.tablespace),
        (Attribute::Query, *query != desired.query),
        (Attribute::Options, *options != desired.options),
        (Attribute::Comment, *comment != desired.comment),
    ]);
    attributes.extend(view_columns(columns, &desired.columns));
    attributes
}

fn view_columns(current: &[ViewColumn], desired: &[ViewColumn]) -> Attributes {
    let mut attributes = Attributes::new();
    if current.len() != desired.len() {
        attributes.insert(Attribute::Columns);
    }
    for (current, desired) in current.iter().zip(desired) {
        if !same_shape(current, desired) {
            attributes.insert(Attribute::Columns);
        }
    }
    let value = |columns: &[ViewColumn], of: fn(&ViewColumn) -> Option<String>| -> BTreeSet<_> {
        columns.iter().filter_map(|column| Some((column.name.clone(), of(column)?))).collect()
    };
    let (default, comment) =
        (|column: &ViewColumn| column.default.clone(), |column: &ViewColumn| column.comment.clone());
    attributes.extend(differing([
        (Attribute::ColumnDefaults, value(current, default) != value(desired, default)),
        (Attribute::ColumnComments, value(current, comment) != value(desired, comment)),
    ]));
    attributes
}

/// Whether two columns of a view have the same name, type and collation.
pub(crate) fn same_shape(current: &ViewColumn, desired: &ViewColumn) -> bool {
    let ViewColumn { name, data_type, collation, default: _, comment: _ } = current;
    *name == desired.name && *data_type == desired.data_type && *collation == desired.collation
}

pub(super) fn defined(current: &Defined, desired: &Defined) -> Attributes {
    let Defined { definition, clauses, comment } = current;
    differing([
        (Attribute::Definition, *definition != desired.definition || *clauses != desired.clauses),
        (Attribute::Comment, *comment != desired.comment),
    ])
}
