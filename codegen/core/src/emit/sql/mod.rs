//! SQL statements for the objects of a catalog.
//!
//! In: model structs. Out: statements without a final semicolon. Expressions and definitions are the server's own
//! texts; everything else is put together here, with every name and literal quoted by [`crate::name`]. Nothing here
//! knows an order: that is the plan's.

pub(crate) mod column;
pub(crate) mod defined;
pub(crate) mod owner;
pub(crate) mod privileges;
pub(crate) mod relation;
pub(crate) mod role;
pub(crate) mod sequence;
pub(crate) mod table;
pub(crate) mod types;

pub use owner::gives as gives_to_owner;
pub use role::is_declaration as declares_role;

use crate::catalog::{Catalog, Defined, DefinedKind, ObjectAddress, ObjectKind, Options, RoutineKind, State};
use crate::name::{QualifiedName, quote_identifier, quote_literal};
use crate::plan::{Plan, PlanOptions, plan_freely};

/// The statements that build the whole catalog from nothing (but the schema `public`), ordered by dependencies.
#[must_use]
pub fn create_all(state: &State) -> Vec<String> {
    let mut nothing = State::default();
    let public = state.catalog.schemas.get_key_value(&"public".into());
    nothing.catalog.schemas.extend(public.map(|(name, _)| (name.clone(), crate::catalog::Schema::default())));
    let Plan { files } = plan_freely(&nothing, state, &PlanOptions::default());
    files.into_iter().flat_map(|file| file.steps).map(|step| step.sql).collect()
}

/// The statements that drop an object and create it as it was, without its comment.
#[must_use]
pub fn create_again(kind: DefinedKind, address: &ObjectAddress, object: &Defined) -> Vec<String> {
    defined::drop(kind, address).into_iter().chain(defined::create(kind, address, object)).collect()
}

/// `COMMENT ON … IS …`, or `IS NULL` to take it away.
pub(crate) fn comment_on(catalog: &Catalog, address: &ObjectAddress, comment: Option<&str>) -> String {
    // Every database begins with a comment on this schema, and catalogs leave that out.
    let is_public = address.kind == ObjectKind::Schema && address.name.as_str() == "public";
    let comment = comment.or_else(|| is_public.then_some("standard public schema"));
    let text = comment.map_or_else(|| "NULL".to_owned(), quote_literal);
    format!("COMMENT ON {} IS {text}", described(catalog, address))
}

/// The object as `COMMENT ON` and most of `DROP` name it: `TABLE s.t`, `TRIGGER g ON s.t`.
pub(crate) fn described(catalog: &Catalog, address: &ObjectAddress) -> String {
    let ObjectAddress { kind, schema: _, name, part } = address;
    let own = || sql_name(address);
    let part = || part.clone().unwrap_or_else(|| name.clone());
    match kind {
        ObjectKind::Schema => format!("SCHEMA {name}"),
        ObjectKind::Extension => format!("EXTENSION {name}"),
        ObjectKind::Enum => format!("TYPE {}", own()),
        ObjectKind::Domain => format!("DOMAIN {}", own()),
        ObjectKind::DomainConstraint => format!("CONSTRAINT {} ON DOMAIN {}", part(), own()),
        ObjectKind::Composite | ObjectKind::Range => format!("TYPE {}", own()),
        ObjectKind::Attribute => format!("COLUMN {}.{}", own(), part()),
        ObjectKind::Sequence => format!("SEQUENCE {}", own()),
        ObjectKind::Table if catalog.is_foreign(address) => format!("FOREIGN TABLE {}", own()),
        ObjectKind::Table => format!("TABLE {}", own()),
        ObjectKind::Column => format!("COLUMN {}.{}", own(), part()),
        ObjectKind::Constraint => format!("CONSTRAINT {} ON {}", part(), own()),
        ObjectKind::Index => format!("INDEX {}", index_name(address)),
        ObjectKind::Routine => {
            let signature = routine_signature(address);
            let routine = catalog.routines.get(&signature);
            match routine.map(|routine| routine.kind) {
                Some(RoutineKind::Procedure) => format!("PROCEDURE {signature}"),
                Some(RoutineKind::Function | RoutineKind::Window) | None => format!("FUNCTION {signature}"),
                Some(RoutineKind::Aggregate) => {
                    let arguments = routine.map_or("", |routine| routine.arguments.as_str());
                    let arguments = if arguments.is_empty() { "*" } else { arguments };
                    format!("AGGREGATE {}({arguments})", signature.name)
                }
            }
        }
        ObjectKind::View => format!("VIEW {}", own()),
        ObjectKind::MaterializedView => format!("MATERIALIZED VIEW {}", own()),
        ObjectKind::Trigger => format!("TRIGGER {} ON {}", part(), own()),
        ObjectKind::Defined(kind) => defined::reference(*kind, address),
    }
}

/// Whether a statement about a part of a table concerns the tables below as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Below {
    /// It does.
    Included,
    /// They keep theirs: `ONLY`.
    Kept,
}

/// `DROP …`, as far as the object can be dropped by a statement of its own; after what that needs, `;` in between.
pub(crate) fn drop_statement(catalog: &Catalog, address: &ObjectAddress, below: Below) -> String {
    let owner = || sql_name(address);
    let part = || address.part.clone().unwrap_or_else(|| address.name.clone());
    let table = || match below {
        Below::Included => owner(),
        Below::Kept => format!("ONLY {}", owner()),
    };
    match address.kind {
        ObjectKind::Column => format!("ALTER TABLE {} DROP COLUMN {}", table(), part()),
        ObjectKind::Constraint => format!("ALTER TABLE {} DROP CONSTRAINT {}", table(), part()),
        ObjectKind::DomainConstraint => format!("ALTER DOMAIN {} DROP CONSTRAINT {}", owner(), part()),
        ObjectKind::Attribute => format!("ALTER TYPE {} DROP ATTRIBUTE {}", owner(), part()),
        ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::Enum
        | ObjectKind::Domain
        | ObjectKind::Composite
        | ObjectKind::Range
        | ObjectKind::Sequence
        | ObjectKind::Table
        | ObjectKind::Index
        | ObjectKind::Routine
        | ObjectKind::View
        | ObjectKind::MaterializedView
        | ObjectKind::Trigger => format!("DROP {}", described(catalog, address)),
        ObjectKind::Defined(kind) => defined::drop(kind, address).join(";\n"),
    }
}

/// The same for an index, a constraint, a column or an operator that may have gone along with another.
pub(crate) fn drop_if_there(address: &ObjectAddress, below: Below) -> Option<String> {
    if address.kind == ObjectKind::Index {
        return Some(format!("DROP INDEX IF EXISTS {}", index_name(address)));
    }
    if let ObjectKind::Defined(kind @ DefinedKind::Operator) = address.kind {
        return Some(format!("DROP {}", defined::reference(kind, address).replacen(' ', " IF EXISTS ", 1)));
    }
    let word = if address.kind == ObjectKind::Column { "COLUMN" } else { "CONSTRAINT" };
    let is_part = matches!(address.kind, ObjectKind::Column | ObjectKind::Constraint);
    let part = address.part.as_ref().filter(|_| is_part)?;
    let only = if below == Below::Kept { "ONLY " } else { "" };
    Some(format!("ALTER TABLE {only}{} DROP {word} IF EXISTS {part}", sql_name(address)))
}

/// The qualified name of the object or of what it is a part of; the bare name of what lives in no schema.
pub(crate) fn sql_name(address: &ObjectAddress) -> String {
    address.qualified_name().map_or_else(|| address.name.to_string(), |name| name.to_string())
}

/// The qualified name of an index or of the index behind a constraint.
pub(crate) fn index_name(address: &ObjectAddress) -> String {
    let schema = address.schema.clone().unwrap_or_else(|| "public".into());
    let name = address.part.clone().unwrap_or_else(|| address.name.clone());
    QualifiedName { schema, name }.to_string()
}

/// The signature that a routine's address holds.
pub(crate) fn routine_signature(address: &ObjectAddress) -> crate::name::RoutineSignature {
    crate::name::RoutineSignature {
        name: QualifiedName {
            schema: address.schema.clone().unwrap_or_else(|| "public".into()),
            name: address.name.clone(),
        },
        arguments: address.part.as_ref().map_or_else(String::new, |arguments| arguments.as_str().to_owned()),
    }
}

/// `(name = value, …)`.
pub(crate) fn option_list(options: &Options) -> String {
    let items: Vec<String> =
        options.iter().map(|(name, value)| format!("{} = {}", option_name(name), option_value(value))).collect();
    format!("({})", items.join(", "))
}

/// What follows `ALTER … name` to lead from one set of options to another: `SET (…)`, `RESET (…)`.
pub(crate) fn option_changes(current: &Options, desired: &Options) -> Vec<String> {
    let set: Options = desired
        .iter()
        .filter(|(name, value)| current.get(*name) != Some(*value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let gone: Vec<String> =
        current.keys().filter(|name| !desired.contains_key(*name)).map(|name| option_name(name)).collect();
    let mut changes = Vec::new();
    if !gone.is_empty() {
        changes.push(format!("RESET ({})", gone.join(", ")));
    }
    if !set.is_empty() {
        changes.push(format!("SET {}", option_list(&set)));
    }
    changes
}

/// `toast.` is a prefix, not a part of the name.
fn option_name(name: &str) -> String {
    name.split('.').map(quote_identifier).collect::<Vec<_>>().join(".")
}

fn option_value(value: &str) -> String {
    let is_bare = !value.is_empty() && value.chars().all(|next| next.is_ascii_digit());
    if is_bare || value == "true" || value == "false" { value.to_owned() } else { quote_literal(value) }
}
