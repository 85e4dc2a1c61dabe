//! How to build an object from its text once more, and how to read the text again.
//!
//! The statements run with an empty `search_path`, one after the other, and are taken back afterwards.

use lockstep_core::catalog::{Catalog, Column, Generated, GeneratedKind};
use lockstep_core::name::{Identifier, QualifiedName, RoutineSignature, quote_literal};

use super::slot::Slot;

/// Two pieces of SQL.
pub(super) struct Probe {
    /// Builds the object, or one like it, from the text.
    pub(super) rebuild: String,
    /// Yields one row with the text.
    pub(super) read: String,
}

/// What is built beside the object itself has this name.
const NAME: &str = "lockstep_settle";

/// None where the catalog does not have the place.
pub(super) fn probe(catalog: &Catalog, slot: &Slot) -> Option<Probe> {
    Some(match slot {
        Slot::DomainDefault(name) => domain_default(name, catalog.domains.get(name)?.default.as_ref()?),
        Slot::DomainConstraint(name, constraint) => {
            domain_constraint(name, &catalog.domains.get(name)?.constraints.get(constraint)?.definition)
        }
        Slot::ColumnDefault(table, name) => {
            default("TABLE", table, name, column(catalog, table, name)?.default.as_ref()?)
        }
        Slot::ViewDefault(view, name) => {
            let column = catalog.views.get(view)?.columns.iter().find(|column| column.name == *name)?;
            default("VIEW", view, name, column.default.as_ref()?)
        }
        Slot::Generated(table, name) => {
            let column = column(catalog, table, name)?;
            generated(table, column, column.generated.as_ref()?)
        }
        Slot::Constraint(table, name) => {
            constraint(table, &catalog.tables.get(table)?.constraints.get(name)?.definition)
        }
        Slot::Index(table, name) => index(table, name, &catalog.tables.get(table)?.indexes.get(name)?.definition),
        Slot::MaterializedViewIndex(view, name) => {
            index(view, name, &catalog.materialized_views.get(view)?.indexes.get(name)?.definition)
        }
        Slot::Trigger(table, name) => trigger(table, name, &catalog.tables.get(table)?.triggers.get(name)?.definition),
        Slot::ViewTrigger(view, name) => trigger(view, name, &catalog.views.get(view)?.triggers.get(name)?.definition),
        Slot::View(name) => view(&catalog.views.get(name)?.query),
        Slot::MaterializedView(name) => view(&catalog.materialized_views.get(name)?.query),
        Slot::Routine(signature) => {
            routine(signature, &catalog.routines.get(signature)?.definition, "rtrim(pg_get_functiondef(oid), E'\\n')")
        }
        Slot::RoutineArguments(signature) => {
            routine(signature, &catalog.routines.get(signature)?.definition, "pg_get_function_arguments(oid)")
        }
    })
}

fn column<'a>(catalog: &'a Catalog, table: &QualifiedName, name: &Identifier) -> Option<&'a Column> {
    catalog.tables.get(table)?.columns.iter().find(|column| column.name == *name)
}

/// A name as a literal, for a cast to `regclass` and the like.
fn literal(name: impl ToString) -> String {
    quote_literal(&name.to_string())
}

fn domain_default(name: &QualifiedName, default: &str) -> Probe {
    Probe {
        rebuild: format!("ALTER DOMAIN {name} SET DEFAULT {default}"),
        read: format!(
            "SELECT pg_get_expr(typdefaultbin, 'pg_type'::regclass) FROM pg_type WHERE oid = {}::regtype",
            literal(name)
        ),
    }
}

fn domain_constraint(name: &QualifiedName, definition: &str) -> Probe {
    Probe {
        rebuild: format!("ALTER DOMAIN {name} ADD CONSTRAINT {NAME} {definition}"),
        read: format!(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contypid = {}::regtype AND conname = '{NAME}'",
            literal(name)
        ),
    }
}

fn default(kind: &str, relation: &QualifiedName, column: &Identifier, default: &str) -> Probe {
    Probe {
        rebuild: format!("ALTER {kind} {relation} ALTER COLUMN {column} SET DEFAULT {default}"),
        read: expression(relation, column.as_str()),
    }
}

fn generated(table: &QualifiedName, column: &Column, generated: &Generated) -> Probe {
    let Generated { kind, expression: text } = generated;
    let kind = match kind {
        GeneratedKind::Stored => "STORED",
        GeneratedKind::Virtual => "VIRTUAL",
    };
    let collate = column.collation.as_ref().map(|collation| format!(" COLLATE {collation}")).unwrap_or_default();
    let data_type = &column.data_type.text;
    Probe {
        rebuild: format!(
            "ALTER TABLE {table} ADD COLUMN {NAME} {data_type}{collate} GENERATED ALWAYS AS ({text}) {kind}"
        ),
        read: expression(table, NAME),
    }
}

fn expression(relation: &QualifiedName, column: &str) -> String {
    format!(
        "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
         JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
         WHERE d.adrelid = {}::regclass AND a.attname = {}",
        literal(relation),
        quote_literal(column)
    )
}

fn constraint(table: &QualifiedName, definition: &str) -> Probe {
    Probe {
        rebuild: format!("ALTER TABLE {table} ADD CONSTRAINT {NAME} {definition}"),
        read: format!(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = {}::regclass AND conname = '{NAME}'",
            literal(table)
        ),
    }
}

/// As introspection reads it: without the `ONLY` that the server writes for an index of a partitioned table.
const INDEX_TEXT: &str = "SELECT CASE WHEN i.relkind = 'I' AND starts_with(d.text, p.only) \
    THEN left(p.only, -length('ONLY ')) || substr(d.text, length(p.only) + 1) ELSE d.text END \
    FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid \
    CROSS JOIN LATERAL (SELECT pg_get_indexdef(i.oid) AS text) d \
    CROSS JOIN LATERAL (SELECT format('CREATE %sINDEX %I ON ONLY ', CASE WHEN x.indisunique THEN 'UNIQUE ' END, \
    i.relname) AS only) p \
    WHERE i.oid = {}::regclass";

/// The definition names the index, so that it must go first; with it goes what needs it.
fn index(relation: &QualifiedName, index: &Identifier, definition: &str) -> Probe {
    let name = relation.sibling(index.clone());
    Probe {
        rebuild: format!("DROP INDEX {name} CASCADE; {definition}"),
        read: INDEX_TEXT.replace("{}", &literal(&name)),
    }
}

fn trigger(relation: &QualifiedName, trigger: &Identifier, definition: &str) -> Probe {
    Probe {
        rebuild: format!("DROP TRIGGER {trigger} ON {relation} CASCADE; {definition}"),
        read: format!(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = {}::regclass AND tgname = {}",
            literal(relation),
            quote_literal(trigger.as_str())
        ),
    }
}

/// The deparser writes the query of any view alike; a temporary one needs no place.
fn view(query: &str) -> Probe {
    Probe {
        rebuild: format!("CREATE TEMPORARY VIEW {NAME} AS {query}"),
        read: format!("SELECT rtrim(pg_get_viewdef('pg_temp.{NAME}'::regclass), ';')"),
    }
}

fn routine(signature: &RoutineSignature, definition: &str, read: &str) -> Probe {
    Probe {
        rebuild: definition.to_owned(),
        read: format!("SELECT {read} FROM pg_proc WHERE oid = {}::regprocedure", literal(signature)),
    }
}
