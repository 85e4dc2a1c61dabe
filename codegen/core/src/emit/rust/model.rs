//! What is generated for a catalog: names, types, keys and accessors, decided once; SQL and Rust are written from it.

use std::collections::BTreeMap;

use super::keys;
use super::names::{Scope, camel, identifier, snake};
use super::relation::{self, Children, Parent};
use super::select::{self, Accessors, Find, List, Rows};
use super::types::{Element, Mapped, Passing, Types};
use super::upsert;
use super::user::{self, Composite, Newtype};
use super::violation::{self, Incoming, Partitions, Violable, violable};
use crate::catalog::{self, Catalog, IdentityKind, ObjectAddress, ObjectKind};
use crate::certificate::Annotations;
use crate::diagnostic::Diagnostic;
use crate::name::{Identifier, QualifiedName};
use crate::settings::DateTimeCrate;

/// What is generated for one PostgreSQL schema: one module.
#[derive(Debug)]
pub(super) struct Schema<'a> {
    /// Its name in PostgreSQL.
    pub(super) name: &'a Identifier,
    /// Its comment.
    pub(super) comment: Option<&'a str>,
    /// The module's name; also that of the folder.
    pub(super) module: String,
    /// One file each.
    pub(super) enums: Vec<Enum<'a>>,
    /// One file each.
    pub(super) composites: Vec<Composite<'a>>,
    /// One file each.
    pub(super) newtypes: Vec<Newtype<'a>>,
    /// One file each.
    pub(super) tables: Vec<Table<'a>>,
    /// Why there is no struct for a view.
    pub(super) omitted: Vec<String>,
}

/// What is generated for an enumerated type.
#[derive(Debug)]
pub(super) struct Enum<'a> {
    /// Its name in PostgreSQL.
    pub(super) name: &'a QualifiedName,
    /// Its comment.
    pub(super) comment: Option<&'a str>,
    /// The module's name; also that of the file.
    pub(super) module: String,
    /// The enum's name.
    pub(super) rust: String,
    /// The labels, each with its variant.
    pub(super) values: Vec<(&'a str, String)>,
}

/// What is generated for a table.
#[derive(Debug)]
pub(super) struct Table<'a> {
    /// Its name in PostgreSQL.
    pub(super) name: &'a QualifiedName,
    /// The table itself.
    pub(super) table: &'a catalog::Table,
    /// Whether it is a view, which nobody writes to.
    pub(super) is_view: bool,
    /// Whether rules turn what is done to it into something else.
    pub(super) has_rules: bool,
    /// The module's name; also that of the file.
    pub(super) module: String,
    /// The names of its types.
    pub(super) names: TableNames,
    /// The columns in their order.
    pub(super) columns: Vec<Column<'a>>,
    /// The places of the primary key's columns; empty without one.
    pub(super) key: Vec<usize>,
    /// What the id of its rows is.
    pub(super) id: Id,
    /// Lookups of one row, besides the one by primary key.
    pub(super) finds: Vec<Find>,
    /// Lists by pages.
    pub(super) lists: Vec<List>,
    /// What inserts a row or changes the one that is there.
    pub(super) upserts: Vec<Upsert>,
    /// The rows that it refers to.
    pub(super) parents: Vec<Parent>,
    /// The ways back from the rows that it refers to.
    pub(super) children: Vec<Children>,
    /// The names of the row struct's functions, until all have theirs.
    pub(super) functions: Scope,
    /// What a write can violate.
    pub(super) constraints: Vec<Violable<'a>>,
}

/// A way to insert a row or to change the one that is there, by what makes them the same row.
#[derive(Debug)]
pub(super) struct Upsert {
    /// The function's name.
    pub(super) function: String,
    /// What stands behind `ON CONFLICT`.
    pub(super) arbiter: String,
    /// Which rows are the same.
    pub(super) rows: Rows,
}

/// The names of the types of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct TableNames {
    /// A row.
    pub(super) row: String,
    /// Its id.
    pub(super) id: String,
    /// A row to insert.
    pub(super) new: String,
    /// The columns of it that may be left to the server.
    pub(super) optional: String,
    /// A change of a row.
    pub(super) patch: String,
    /// What a write can violate.
    pub(super) constraint: String,
}

/// What identifies the rows of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Id {
    /// An id of its own: the key's type without the id around it.
    Own(String),
    /// The id of another table: the primary key is a foreign key.
    Other(String),
    /// No key, or one of several columns.
    None,
}

/// A column.
#[derive(Debug)]
pub(super) struct Column<'a> {
    /// The column itself.
    pub(super) column: &'a catalog::Column,
    /// The field's name, not yet raw.
    pub(super) field: String,
    /// The field's type, without the `Option` of a nullable column.
    pub(super) rust: String,
    /// How an argument of the type is passed.
    pub(super) passing: Passing,
    /// How the type is written in SQL and in parameters.
    pub(super) mapped: Mapped,
    /// Whether it is something to order by rather than something to look up.
    pub(super) is_quantity: bool,
    /// Who gives the value of a new row.
    pub(super) given: Given,
    /// Whether `Debug` hides it.
    pub(super) sensitive: bool,
}

/// Who gives the value of a column in a new row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Always the server.
    Server,
    /// Always the caller.
    Required,
    /// The caller, else it is NULL.
    Nullable,
    /// The caller, else this expression.
    Default(String),
    /// The caller, who may also give NULL, else this expression.
    NullableDefault(String),
}

/// The names that every file of the generated module may need.
#[derive(Debug, Default)]
pub(super) struct Names {
    modules: BTreeMap<Identifier, String>,
    pub(super) files: BTreeMap<QualifiedName, String>,
    tables: BTreeMap<QualifiedName, TableNames>,
    /// Enums, composite types, and domains with types of their own.
    pub(super) types: BTreeMap<QualifiedName, String>,
}

impl Names {
    fn element(&self, from: &Identifier, element: &Element) -> String {
        match element {
            Element::Named(name) => (*name).to_owned(),
            Element::Enum(name) | Element::Composite(name) | Element::Newtype(name, _) => {
                self.path(from, name, &self.types[name])
            }
            Element::Range(of) => format!("::lockstep::Range<{}>", self.element(from, of)),
            Element::Multirange(of) => format!("::lockstep::Multirange<{}>", self.element(from, of)),
            Element::Unmapped(_) => "()".to_owned(),
        }
    }

    /// The Rust type of a value.
    pub(super) fn rust(&self, from: &Identifier, mapped: &Mapped) -> String {
        let element = self.element(from, &mapped.element);
        if mapped.array && !mapped.whole { format!("Vec<{element}>") } else { element }
    }
}

impl Names {
    /// A generated type, as the files of a schema's module name it.
    fn path(&self, schema: &Identifier, owner: &QualifiedName, rust: &str) -> String {
        if owner.schema == *schema {
            format!("super::{rust}")
        } else {
            format!("super::super::{}::{rust}", identifier(&self.modules[&owner.schema]))
        }
    }

    /// The row struct of a table, as the files of a schema's module name it.
    pub(super) fn row(&self, schema: &Identifier, table: &QualifiedName) -> String {
        self.path(schema, table, &self.tables[table].row)
    }

    /// A type that the files of a schema's module name, as all of them could.
    pub(super) fn absolute(&self, schema: &Identifier, rust: &str) -> String {
        let own = format!("super::super::{}::", identifier(&self.modules[schema]));
        let absolute = rust.replace("super::super::", "\0").replace("super::", &own);
        absolute.replace('\0', "super::super::")
    }
}

/// Decides what is generated; and what cannot be, which leaves a stand-in behind.
pub(super) fn model<'a>(
    catalog: &'a Catalog,
    views: &'a BTreeMap<QualifiedName, catalog::Table>,
    annotations: &'a Annotations,
    datetime: DateTimeCrate,
) -> (Vec<Schema<'a>>, Vec<Diagnostic>) {
    let (names, mut scopes) = names(catalog, annotations);
    let types = Types::new(catalog, annotations, datetime);
    let (incoming, partitions) = (violation::incoming(catalog), violation::partitions(catalog));
    let mut diagnostics = Vec::new();
    let mut schemas: BTreeMap<&Identifier, Schema<'a>> = BTreeMap::new();
    for (name, schema) in &catalog.schemas {
        let Some(module) = names.modules.get(name) else { continue };
        let comment = schema.comment.as_deref();
        let (enums, composites, newtypes, tables, omitted) = Default::default();
        let schema = Schema { name, comment, module: module.clone(), enums, composites, newtypes, tables, omitted };
        schemas.insert(name, schema);
    }
    for (name, enumeration) in &catalog.enums {
        let Some(schema) = schemas.get_mut(&name.schema) else { continue };
        schema.enums.push(enum_model(name, enumeration, &names));
    }
    for (name, composite) in &catalog.composites {
        let Some(schema) = schemas.get_mut(&name.schema) else { continue };
        schema.composites.extend(user::composite(name, composite, &types, &names));
    }
    for (name, domain) in user::newtypes(catalog, annotations) {
        let Some(schema) = schemas.get_mut(&name.schema) else { continue };
        schema.newtypes.extend(user::newtype(name, domain, &types, &names));
    }
    for (name, table) in generated_tables(catalog) {
        let Some(schema) = schemas.get_mut(&name.schema) else { continue };
        let builder = Builder { types: &types, names: &names, incoming: &incoming, partitions: &partitions, name };
        schema.tables.push(builder.table(table, &mut diagnostics));
    }
    for (name, view) in views.iter().filter(|(_, view)| !view.columns.is_empty()) {
        let Some(schema) = schemas.get_mut(&name.schema) else { continue };
        let builder = Builder { types: &types, names: &names, incoming: &incoming, partitions: &partitions, name };
        let mut unmapped = Vec::new();
        let table = builder.table(view, &mut unmapped);
        match unmapped.first() {
            None => schema.tables.push(table),
            // An annotation cannot stand above a column of a view, so it is no error that the build would insist on.
            Some(why) => schema.omitted.push(format!("There is no struct for `{}`: {}.", name.key(), why.message)),
        }
    }
    let mut schemas: Vec<Schema<'a>> = schemas.into_values().collect();
    for schema in &mut schemas {
        if let Some(types) = scopes.get_mut(schema.name) {
            name_lists(schema, types);
        }
    }
    relation::relate(&mut schemas, &names);
    (schemas, diagnostics)
}

/// Gives names to the types of lists: last, so that they take no name from a table.
fn name_lists(schema: &mut Schema<'_>, types: &mut Scope) {
    for table in &mut schema.tables {
        for list in &mut table.lists {
            list.marker = types.give(format!("{}{}", table.names.row, camel(&list.function)));
        }
    }
}

/// The tables that have columns: one without holds nothing to access. The rows of a partition are those of its table.
fn generated_tables(catalog: &Catalog) -> impl Iterator<Item = (&QualifiedName, &catalog::Table)> {
    catalog.tables.iter().filter(|(_, table)| !table.columns.is_empty() && table.partition_of.is_none())
}

/// Gives names to the types of each schema: rows first, then enums, then what is derived from rows.
fn names<'a>(catalog: &'a Catalog, annotations: &Annotations) -> (Names, BTreeMap<&'a Identifier, Scope>) {
    let mut names = Names::default();
    let mut modules = Scope::values();
    modules.give(super::QUERIES.to_owned());
    let mut scopes: BTreeMap<&Identifier, (Scope, Scope)> = BTreeMap::new();
    let tables: Vec<&QualifiedName> = generated_tables(catalog).map(|(name, _)| name).collect();
    let newtypes = user::newtypes(catalog, annotations).map(|(name, _)| name);
    let views = catalog.views.keys().chain(catalog.materialized_views.keys());
    let types = catalog.enums.keys().chain(catalog.composites.keys()).chain(newtypes).chain(views.clone());
    for name in tables.iter().copied().chain(types) {
        if !names.modules.contains_key(&name.schema) {
            let module = modules.give(snake(name.schema.as_str()));
            names.modules.insert(name.schema.clone(), module);
        }
        let scope = scopes.entry(&name.schema).or_insert_with(|| (Scope::types(), Scope::values()));
        let rust = scope.0.give(camel(name.name.as_str()));
        names.files.insert(name.clone(), scope.1.give(snake(name.name.as_str())));
        names.types.insert(name.clone(), rust);
    }
    for name in tables {
        let (Some(row), Some(scope)) = (names.types.remove(name), scopes.get_mut(&name.schema)) else { continue };
        let table = TableNames {
            id: scope.0.give(format!("{row}Id")),
            new: scope.0.give(format!("New{row}")),
            optional: scope.0.give(format!("New{row}Optional")),
            patch: scope.0.give(format!("{row}Patch")),
            constraint: scope.0.give(format!("{row}Constraint")),
            row,
        };
        names.tables.insert(name.clone(), table);
    }
    for name in views {
        let Some(row) = names.types.remove(name) else { continue };
        names.tables.insert(name.clone(), TableNames { row, ..TableNames::default() });
    }
    let types = scopes.into_iter().map(|(schema, (types, _))| (schema, types)).collect();
    (names, types)
}

fn enum_model<'a>(name: &'a QualifiedName, enumeration: &'a catalog::EnumType, names: &Names) -> Enum<'a> {
    let catalog::EnumType { values, comment } = enumeration;
    let mut scope = Scope::with(&["Self"]);
    let values = values.iter().map(|label| (label.as_str(), scope.give(camel(label)))).collect();
    Enum {
        name,
        comment: comment.as_deref(),
        module: names.files[name].clone(),
        rust: names.types[name].clone(),
        values,
    }
}

struct Builder<'a, 'n> {
    types: &'n Types<'a>,
    names: &'n Names,
    incoming: &'n Incoming<'a>,
    partitions: &'n Partitions<'a>,
    name: &'a QualifiedName,
}

impl<'a> Builder<'a, '_> {
    fn table(&self, table: &'a catalog::Table, diagnostics: &mut Vec<Diagnostic>) -> Table<'a> {
        let mut scope = Scope::values();
        let columns: Vec<Column<'a>> =
            table.columns.iter().map(|column| self.column(column, &mut scope, diagnostics)).collect();
        let key: Vec<usize> = keys::primary_key(table)
            .iter()
            .filter_map(|name| table.columns.iter().position(|column| column.name == **name))
            .collect();
        let Accessors { finds, lists, mut functions } = select::accessors(self.name, table, &columns, &key);
        let is_view = !self.types.catalog.tables.contains_key(self.name);
        let has_rules = self.types.catalog.has_rules(self.name);
        let takes_upserts = !is_view && !has_rules && table.foreign.is_none();
        let upserts =
            if takes_upserts { upsert::upserts(self.name, table, &columns, &key, &mut functions) } else { Vec::new() };
        Table {
            name: self.name,
            table,
            is_view,
            has_rules,
            module: self.names.files[self.name].clone(),
            names: self.names.tables[self.name].clone(),
            id: self.id(table, &columns, &key),
            constraints: violable(self.types.catalog, self.name, table, self.incoming, self.partitions),
            columns,
            key,
            finds,
            lists,
            upserts,
            parents: Vec::new(),
            children: Vec::new(),
            functions,
        }
    }

    fn id(&self, table: &catalog::Table, columns: &[Column<'a>], key: &[usize]) -> Id {
        let [place] = key else { return Id::None };
        let column = &table.columns[*place];
        match keys::identified(self.types.catalog, self.name, column) {
            Some(owner) if owner == *self.name => Id::Own(self.plain(column, &columns[*place].mapped)),
            Some(_) => Id::Other(columns[*place].rust.clone()),
            None => Id::None,
        }
    }

    fn column(&self, column: &'a catalog::Column, scope: &mut Scope, diagnostics: &mut Vec<Diagnostic>) -> Column<'a> {
        let owner = keys::identified(self.types.catalog, self.name, column);
        let annotated = self.annotated(column);
        let mapped = self.mapped(column);
        if let (Element::Unmapped(advice), None, None) = (&mapped.element, &annotated, &owner) {
            diagnostics.push(self.unmapped(column, advice.as_deref()));
        }
        let is_other = owner.as_ref().is_some_and(|owner| owner != self.name);
        let rust = match &owner {
            Some(owner) if annotated.is_none() || !is_other => {
                self.names.path(&self.name.schema, owner, &self.names.tables[owner].id)
            }
            Some(_) | None => self.plain(column, &mapped),
        };
        // What an annotation names need not be `Copy`; neither need an id of it.
        let is_annotated = annotated.is_some() || owner.as_ref().is_some_and(|owner| self.has_annotated_key(owner));
        let passing = if mapped.array || is_annotated { Passing::Reference } else { mapped.passing };
        Column {
            column,
            field: scope.give(snake(column.name.as_str())),
            rust,
            passing,
            is_quantity: mapped.is_quantity && !mapped.array && owner.is_none(),
            mapped,
            given: self.given(column),
            sensitive: self.types.annotations.sensitive.contains(&self.key(column)),
        }
    }

    /// The type of a column that no id wraps.
    fn plain(&self, column: &catalog::Column, mapped: &Mapped) -> String {
        let is_json = matches!(mapped.constant, "JSON" | "JSONB");
        match self.annotated(column) {
            Some(path) if is_json && !mapped.array => format!("types::Json<{path}>"),
            Some(path) => path.to_owned(),
            None => self.names.rust(&self.name.schema, mapped),
        }
    }

    /// How the type of a column travels, given what holds it.
    fn mapped(&self, column: &catalog::Column) -> Mapped {
        let mapped = self.types.map(&column.data_type);
        match self.annotated(column) {
            Some(path) => mapped.annotated(path, &column.data_type),
            None => mapped,
        }
    }

    /// What `@rust` says about the column, or about the domain that it is of.
    fn annotated(&self, column: &catalog::Column) -> Option<&'a str> {
        self.annotated_in(self.name, column)
    }

    fn annotated_in(&self, table: &QualifiedName, column: &catalog::Column) -> Option<&'a str> {
        self.types.annotated(&column_key(table, column), &column.data_type)
    }

    /// Whether the primary key that an id stands for has a type of the user's.
    fn has_annotated_key(&self, owner: &QualifiedName) -> bool {
        let table = &self.types.catalog.tables[owner];
        let key = keys::primary_key(table);
        let mut columns = table.columns.iter().filter(|column| key.contains(&&column.name));
        columns.any(|column| self.annotated_in(owner, column).is_some())
    }

    fn key(&self, column: &catalog::Column) -> String {
        column_key(self.name, column)
    }

    fn given(&self, column: &catalog::Column) -> Given {
        let default = match (&column.identity, &column.default) {
            (Some(identity), _) if identity.kind == IdentityKind::Always => return Given::Server,
            (Some(identity), _) => {
                let sequence = self.name.sibling(identity.sequence.clone()).to_string();
                Some(format!("nextval({}::regclass)", crate::name::quote_literal(&sequence)))
            }
            (None, Some(default)) => Some(default.clone()),
            (None, None) => self.domain_default(&column.data_type),
        };
        match default {
            _ if column.generated.is_some() => Given::Server,
            Some(default) if column.not_null => Given::Default(default),
            Some(default) => Given::NullableDefault(default),
            None if column.not_null => Given::Required,
            None => Given::Nullable,
        }
    }

    fn domain_default(&self, data_type: &catalog::DataType) -> Option<String> {
        let domain = self.types.catalog.domains.get(&data_type.name).filter(|_| !data_type.array)?;
        domain.default.clone().or_else(|| self.domain_default(&domain.data_type))
    }

    fn unmapped(&self, column: &catalog::Column, advice: Option<&str>) -> Diagnostic {
        let data_type = &column.data_type.text;
        let advice = advice.map(|advice| format!("{advice}; or ")).unwrap_or_default();
        let message = format!("no Rust type holds {}, which is of type {data_type}", self.key(column));
        Diagnostic::error("unmapped-type", message).hint(format!(
            "{advice}write `-- @rust type=String` above the column in schema/ to have it as text, or \
             `-- @rust type=crate::YourType`, where YourType implements ToSql and FromSql for {data_type}; then run \
             `cargo xtask db:generate`"
        ))
    }
}

/// The column, as the certificate's annotations name it.
fn column_key(table: &QualifiedName, column: &catalog::Column) -> String {
    ObjectAddress::part(ObjectKind::Column, table, column.name.clone()).key()
}

/// A value of a query: a column that it returns, or a parameter.
#[derive(Debug)]
pub(super) struct Value {
    /// Its type, without the `Option` of what may be NULL, as a module beside those of the schemas names it.
    pub(super) rust: String,
    /// How an argument of the type is passed.
    pub(super) passing: Passing,
    /// How the type is written in a statement's parameters.
    pub(super) mapped: Mapped,
    /// Whether `Debug` hides it.
    pub(super) sensitive: bool,
}

/// A value that is to be typed: its type, and the column that it is or is compared with.
pub(super) type Wanted<'q> = (&'q catalog::DataType, Option<&'q str>);

/// Types values as the columns that they are, or else by themselves.
#[derive(Debug)]
pub(super) struct Typer<'a> {
    types: Types<'a>,
    names: Names,
    incoming: Incoming<'a>,
    partitions: Partitions<'a>,
    known: BTreeMap<String, (&'a QualifiedName, &'a catalog::Column)>,
}

impl<'a> Typer<'a> {
    pub(super) fn new(catalog: &'a Catalog, annotations: &'a Annotations, datetime: DateTimeCrate) -> Self {
        let columns = |(name, table): (&'a QualifiedName, &'a catalog::Table)| {
            table.columns.iter().map(move |column| (column_key(name, column), (name, column)))
        };
        Self {
            types: Types::new(catalog, annotations, datetime),
            names: names(catalog, annotations).0,
            incoming: Incoming::new(),
            partitions: Partitions::new(),
            known: catalog.tables.iter().flat_map(columns).collect(),
        }
    }

    /// The type of a value, as a module beside those of the schemas names it.
    pub(super) fn value(&self, (data_type, key): Wanted<'_>, diagnostics: &mut Vec<Diagnostic>) -> Value {
        let plain = catalog::Column::plain(data_type);
        let nowhere = QualifiedName::new("", "");
        let is_same = |column: &catalog::Column| column.data_type.name == data_type.name;
        let found = key.and_then(|key| self.known.get(key)).filter(|(_, column)| is_same(column));
        let (name, column) = found.copied().unwrap_or((&nowhere, &plain));
        // `id = ANY ($1)`: the parameter is an array of what the column holds.
        let is_array_of = data_type.array && !column.data_type.array;
        let value = self.column(name, column, &mut Scope::values(), diagnostics).1;
        if is_array_of {
            let mapped = self.types.map(data_type);
            return Value { rust: format!("Vec<{}>", value.rust), passing: Passing::Reference, mapped, ..value };
        }
        value
    }

    /// The fields that a row of a table has, with their names, in the order of the columns.
    pub(super) fn fields<'c>(
        &self,
        name: &QualifiedName,
        table: &'c catalog::Table,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<(&'c catalog::Column, String, Value)> {
        let mut scope = Scope::values();
        let columns = table.columns.iter();
        columns
            .map(|column| {
                let (field, value) = self.column(name, column, &mut scope, diagnostics);
                (column, field, value)
            })
            .collect()
    }

    fn column(
        &self,
        name: &QualifiedName,
        column: &catalog::Column,
        scope: &mut Scope,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (String, Value) {
        let Self { types, names, incoming, partitions, known: _ } = self;
        let builder = Builder { types, names, incoming, partitions, name };
        let Column { rust, passing, mapped, sensitive, field, column: _, is_quantity: _, given: _ } =
            builder.column(column, scope, diagnostics);
        let is_beside = names.modules.contains_key(&name.schema);
        let rust = if is_beside { names.absolute(&name.schema, &rust) } else { rust };
        (field, Value { rust, passing, mapped, sensitive })
    }
}
