//! Small catalogs for tests, written as SQL is, in the forms that the server deparses to.

use crate::catalog::{
    CastContext, Column, Constraint, ConstraintKind, DataType, Deferrability, EnumType, Index, IndexKey, ObjectAddress,
    ObjectKind, Reference, Routine, RoutineKind, Schema, Sequence, SequenceOptions, State, Table, Trigger, View,
    ViewColumn,
};
use crate::name::{Identifier, QualifiedName, RoutineSignature};

/// A state with the schemas `public` and `shop`, and what `fill` puts into it.
pub(crate) fn state(fill: impl FnOnce(&mut State)) -> State {
    let mut state = State::default();
    for schema in ["public", "shop"] {
        state.catalog.schemas.insert(schema.into(), Schema::default());
    }
    let cast = |from: &str, to: &str| (QualifiedName::new("pg_catalog", from), QualifiedName::new("pg_catalog", to));
    let casts = [cast("int4", "int8"), cast("int8", "int4"), cast("int4", "numeric")];
    state.facts.casts.extend(casts.map(|cast| (cast, CastContext::Assignment)));
    let strings = ["text", "varchar", "bpchar"];
    state.facts.string_types.extend(strings.map(|name| QualifiedName::new("pg_catalog", name)));
    fill(&mut state);
    state
}

pub(crate) fn name(text: &str) -> QualifiedName {
    let (schema, name) = text.split_once('.').expect("a schema and a name");
    QualifiedName::new(schema, name)
}

pub(crate) fn data_type(text: &str) -> DataType {
    let bare = text.trim_end_matches("[]");
    let stem = bare.split('(').next().unwrap_or(bare).trim();
    let built_in = match stem {
        "integer" => "int4",
        "bigint" => "int8",
        "character varying" => "varchar",
        "timestamp with time zone" => "timestamptz",
        other => other,
    };
    let name = if stem.contains('.') { self::name(stem) } else { QualifiedName::new("pg_catalog", built_in) };
    DataType { text: text.to_owned(), name, array: text.ends_with("[]") }
}

/// `name type [DEFAULT …] [NOT NULL]`.
pub(crate) fn column(text: &str) -> Column {
    let not_null = text.ends_with(" NOT NULL");
    let text = text.trim_end_matches(" NOT NULL");
    let (text, default) = text.split_once(" DEFAULT ").map_or((text, None), |(text, default)| (text, Some(default)));
    let (name, data_type) = text.split_once(' ').expect("a name and a type");
    Column {
        name: name.into(),
        data_type: self::data_type(data_type),
        not_null,
        default: default.map(str::to_owned),
        identity: None,
        generated: None,
        collation: None,
        storage: None,
        compression: None,
        not_null_constraint: None,
        statistics_target: None,
        options: crate::catalog::Options::default(),
        foreign_options: crate::catalog::Options::default(),
        local: false,
        comment: None,
    }
}

pub(crate) fn table(state: &mut State, table: &str, columns: &[&str]) {
    let columns = columns.iter().map(|text| column(text)).collect();
    state.catalog.tables.insert(name(table), Table { columns, ..Table::default() });
}

pub(crate) fn table_mut<'a>(state: &'a mut State, table: &str) -> &'a mut Table {
    state.catalog.tables.get_mut(&name(table)).expect("the table is there")
}

/// A constraint as `pg_get_constraintdef` prints it; a check's columns are not read.
pub(crate) fn constraint(state: &mut State, table: &str, constraint: &str, definition: &str) {
    let list = |text: &str| -> Vec<Identifier> {
        let inside = text.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inside, _)| inside);
        inside.split(',').map(|column| column.trim().into()).collect()
    };
    let (kind, references) = match definition {
        _ if definition.starts_with("PRIMARY") => (ConstraintKind::PrimaryKey, None),
        _ if definition.starts_with("UNIQUE") => (ConstraintKind::Unique, None),
        _ if definition.starts_with("FOREIGN") => {
            let far = definition.split_once("REFERENCES ").expect("a far side").1;
            let table = name(far.split('(').next().expect("a table"));
            (ConstraintKind::ForeignKey, Some(Reference { table, columns: list(far) }))
        }
        _ => (ConstraintKind::Check, None),
    };
    let columns = if kind == ConstraintKind::Check { Vec::new() } else { list(definition) };
    let body = Constraint {
        kind,
        columns,
        references,
        definition: definition.to_owned(),
        deferrability: Deferrability::NotDeferrable,
        validated: true,
        enforced: true,
        temporal: false,
        options: crate::catalog::Options::default(),
        tablespace: None,
        statistics_targets: std::collections::BTreeMap::new(),
        parent: None,
        local: false,
        clustered: false,
        index_comment: None,
        comment: None,
    };
    table_mut(state, table).constraints.insert(constraint.into(), body);
}

pub(crate) fn index(state: &mut State, table: &str, index: &str, column: &str) {
    let body = Index {
        definition: format!("CREATE INDEX {index} ON {table} USING btree ({column})"),
        unique: false,
        nulls_not_distinct: false,
        method: "btree".to_owned(),
        keys: vec![IndexKey { column: Some(column.into()), descending: false, nulls_first: false }],
        partial: false,
        options: crate::catalog::Options::default(),
        valid: true,
        statistics_targets: std::collections::BTreeMap::new(),
        tablespace: None,
        parent: None,
        clustered: false,
        comment: None,
    };
    table_mut(state, table).indexes.insert(index.into(), body);
    let address = ObjectAddress::part(ObjectKind::Index, &name(table), index);
    need(state, &address, &[ObjectAddress::part(ObjectKind::Column, &name(table), column)]);
}

pub(crate) fn enumeration(state: &mut State, enumeration: &str, values: &[&str]) {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    state.catalog.enums.insert(name(enumeration), EnumType { values, comment: None });
}

pub(crate) fn sequence(state: &mut State, sequence: &str, owner: Option<(&str, &str)>) {
    let body = Sequence {
        options: options(),
        owned_by: owner.map(|(table, column)| (name(table), column.into())),
        persistence: crate::catalog::Persistence::Permanent,
        comment: None,
    };
    state.catalog.sequences.insert(name(sequence), body);
}

pub(crate) fn options() -> SequenceOptions {
    SequenceOptions {
        data_type: "bigint".to_owned(),
        start: 1,
        increment: 1,
        minimum: 1,
        maximum: i64::MAX,
        cache: 1,
        cycle: false,
    }
}

/// A view and what its query reads.
pub(crate) fn view(state: &mut State, view: &str, query: &str, columns: &[&str], needs: &[ObjectAddress]) {
    let columns = columns.iter().map(|text| {
        let Column { name, data_type, .. } = column(text);
        ViewColumn { name, data_type, collation: None, default: None, comment: None }
    });
    let body = View {
        query: query.to_owned(),
        columns: columns.collect(),
        options: crate::catalog::Options::default(),
        triggers: std::collections::BTreeMap::new(),
        comment: None,
    };
    state.catalog.views.insert(name(view), body);
    need(state, &ObjectAddress::object(ObjectKind::View, &name(view)), needs);
}

pub(crate) fn function(state: &mut State, function: &str, arguments: &str, result: &str, body: &str) -> ObjectAddress {
    let types: Vec<&str> = arguments.split(", ").filter_map(|argument| argument.split_whitespace().nth(1)).collect();
    let signature = RoutineSignature { name: name(function), arguments: types.join(", ") };
    let address = ObjectAddress::routine(&signature);
    let body = Routine {
        kind: RoutineKind::Function,
        definition: format!(
            "CREATE OR REPLACE FUNCTION {function}({arguments})\n RETURNS {result}\n LANGUAGE sql\nAS $function${body}$function$"
        ),
        arguments: arguments.to_owned(),
        result: Some(result.to_owned()),
        comment: None,
    };
    state.catalog.routines.insert(signature, body);
    address
}

pub(crate) fn trigger(state: &mut State, table: &str, trigger: &str, event: &str, function: &ObjectAddress) {
    let definition =
        format!("CREATE TRIGGER {trigger} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {}()", function.name);
    let body = Trigger { definition, state: crate::catalog::TriggerState::Origin, comment: None };
    table_mut(state, table).triggers.insert(trigger.into(), body);
    let address = ObjectAddress::part(ObjectKind::Trigger, &name(table), trigger);
    need(state, &address, std::slice::from_ref(function));
}

pub(crate) fn need(state: &mut State, dependent: &ObjectAddress, needs: &[ObjectAddress]) {
    state.dependencies.needs.entry(dependent.clone()).or_default().extend(needs.iter().cloned());
}

/// The address of a column: `shop.order.note`.
pub(crate) fn column_of(table: &str, column: &str) -> ObjectAddress {
    ObjectAddress::part(ObjectKind::Column, &name(table), column)
}
