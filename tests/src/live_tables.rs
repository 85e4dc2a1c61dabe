//! Databases of many tables on the development server, each as a service has them: what the budgets of the command line
//! are measured on.

use std::fmt::Write as _;

use lockstep_postgres::Scratch;

use crate::server;

/// A table as a service has it: a key, a reference, a check, a unique key, an index.
#[must_use]
pub fn table(name: &str, number: usize) -> String {
    format!(
        "CREATE TABLE shop.{name} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    \
         owner bigint REFERENCES shop.{name} (id),\n    code text NOT NULL UNIQUE,\n    \
         amount numeric(12, 2) NOT NULL DEFAULT {number} CHECK (amount >= 0),\n    tags text[] NOT NULL DEFAULT '{{}}',\n    \
         data jsonb,\n    created_at timestamptz NOT NULL DEFAULT now()\n);\n\
         CREATE INDEX {name}_owner ON shop.{name} (owner);\n"
    )
}

/// A database of so many tables, changed by a script.
///
/// # Panics
/// Where the server refuses it.
#[must_use]
pub fn database(tables: usize, changes: &str) -> Scratch {
    let mut scratch = server().scratch().unwrap();
    scratch.client().batch_execute("CREATE SCHEMA shop").unwrap();
    // A transaction that makes thousands of tables has more locks than the server has room for.
    for first in (0..tables).step_by(200) {
        let script: String =
            (first..tables.min(first + 200)).map(|number| table(&format!("t{number}"), number)).collect();
        scratch.client().batch_execute(&script).unwrap();
    }
    scratch.client().batch_execute(changes).unwrap();
    scratch
}

/// A column and an index more in each of the first `tables` tables.
#[must_use]
pub fn changes(tables: usize) -> String {
    let mut changes = String::new();
    for number in 0..tables {
        let _ = write!(
            changes,
            "ALTER TABLE shop.t{number} ADD COLUMN fresh text; CREATE INDEX ON shop.t{number} (fresh);"
        );
    }
    changes
}
