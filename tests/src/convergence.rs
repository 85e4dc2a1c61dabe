//! One schema led to another and back on a real server, with everything that must hold on the way: the plan runs, what it
//! leads to is what was asked for, nothing is left to plan, rows survive, and the catalog survives its certificate.

use std::collections::BTreeMap;

use lockstep_core::catalog::{Catalog, State};
use lockstep_core::certificate::{Certificate, FORMAT};
use lockstep_core::diff::diff;
use lockstep_core::emit::sql::create_all;
use lockstep_core::plan::{Allow, HAZARDS, Plan, PlanOptions, PlannedFile, TransactionMode, plan};
use lockstep_postgres::{Introspection, introspect};
use postgres::Client;

/// The columns of each table with their types; generated ones are left out.
pub type Shape = BTreeMap<String, BTreeMap<String, String>>;

/// The rows of each table as text, sorted.
pub type Rows = BTreeMap<String, Vec<String>>;

/// Everything allowed and nothing decided.
#[must_use]
pub fn everything_allowed() -> PlanOptions {
    let allow = HAZARDS.iter().map(|info| Allow { hazard: info.kind, object: None }).collect();
    PlanOptions { allow, ..PlanOptions::default() }
}

/// Plans from one state to the other, runs the plan on the database that holds the first, and compares.
///
/// # Errors
/// What does not hold, with the plan.
pub fn lead(
    client: &mut Client,
    current: &State,
    desired: &State,
    desired_shape: &Shape,
    options: &PlanOptions,
) -> Result<(), String> {
    let planned = plan(current, desired, options).map_err(|diagnostics| format!("{diagnostics:#?}"))?;
    let with_plan = |problem: String| format!("{problem}\n\n-- plan\n{}", shown(&planned));
    let untouched = untouched(&shape(client), desired_shape);
    let before = rows(client, &untouched);
    run(client, &planned).map_err(with_plan)?;
    let reached = read(client).map_err(with_plan)?;
    compare(&reached, desired).map_err(with_plan)?;
    let second = plan(&reached, desired, options).map_err(|diagnostics| format!("{diagnostics:#?}"))?;
    if !second.files.is_empty() {
        return Err(with_plan(format!("the second plan is not empty:\n{}", shown(&second))));
    }
    let after = rows(client, &untouched);
    let lost = before.iter().find(|(table, rows)| after.get(*table) != Some(rows));
    match lost {
        Some((table, rows)) => {
            Err(with_plan(format!("the rows of {table} were {rows:?} and are {:?}", after.get(table))))
        }
        None => Ok(()),
    }
}

/// What the database holds, all of which the model has to hold.
///
/// # Errors
/// What the model does not hold.
///
/// # Panics
/// When the server fails.
pub fn read(client: &mut Client) -> Result<State, String> {
    let Introspection { state, refused } = introspect(client).unwrap();
    if refused.is_empty() { Ok(state) } else { Err(format!("refused: {refused:#?}")) }
}

/// Builds the state from its own texts in an empty database and reads it back.
///
/// # Errors
/// The statement that fails.
pub fn rebuilt(client: &mut Client, state: &State) -> Result<State, String> {
    for sql in create_all(state) {
        client.batch_execute(&sql).map_err(|error| format!("create_all: {sql}\n{}", told(&error)))?;
    }
    read(client)
}

/// Whether the catalog is the same after it was written and read.
///
/// # Errors
/// What was read.
pub fn certified(catalog: &Catalog) -> Result<(), String> {
    let certificate = Certificate { format: FORMAT, catalog: catalog.clone(), ..Certificate::default() };
    let read = Certificate::read(&certificate.write()).map_err(|diagnostic| format!("{diagnostic:?}"))?;
    if read == certificate { Ok(()) } else { Err(format!("the certificate does not read back: {:#?}", read.catalog)) }
}

/// Whether nothing differs.
///
/// # Errors
/// What differs, and what would be done about it.
pub fn compare(reached: &State, desired: &State) -> Result<(), String> {
    let rest = diff(&reached.catalog, &desired.catalog);
    if rest.is_empty() {
        return Ok(());
    }
    let again = plan(reached, desired, &everything_allowed()).map(|plan| shown(&plan)).unwrap_or_default();
    Err(format!("does not converge: {rest:#?}\n\n-- still to do\n{again}"))
}

/// Runs a plan file by file, and what verifies its steps where no later file changes what they did.
///
/// # Errors
/// The statement that fails or does not hold.
pub fn run(client: &mut Client, plan: &Plan) -> Result<(), String> {
    for file in &plan.files {
        match file.transaction {
            TransactionMode::Yes => {
                client.batch_execute("BEGIN").map_err(|error| told(&error))?;
                let outcome = statements(client, file);
                let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
                let ended = client.batch_execute(end);
                outcome?;
                ended.map_err(|error| format!("at the end of a file: {}", told(&error)))?;
            }
            TransactionMode::No => statements(client, file)?,
        }
        for verify in file.steps.iter().filter_map(|step| step.verify.as_ref()).filter(|_| plan.files.len() == 1) {
            let holds = client.query_one(verify, &[]).map_err(|error| format!("{verify}\n{}", told(&error)))?;
            if !holds.get::<_, bool>(0) {
                return Err(format!("does not hold: {verify}"));
            }
        }
    }
    Ok(())
}

fn statements(client: &mut Client, file: &PlannedFile) -> Result<(), String> {
    for step in &file.steps {
        client.batch_execute(&step.sql).map_err(|error| format!("{}\n{}", step.sql, told(&error)))?;
    }
    Ok(())
}

/// The statements of a plan, file by file.
#[must_use]
pub fn shown(plan: &Plan) -> String {
    let file =
        |file: &PlannedFile| file.steps.iter().map(|step| format!("{};", step.sql)).collect::<Vec<_>>().join("\n");
    plan.files.iter().map(file).collect::<Vec<_>>().join("\n-- commit\n")
}

/// The tables with rows of their own, and their columns.
///
/// # Panics
/// When the server fails.
pub fn shape(client: &mut Client) -> Shape {
    let sql =
        "SELECT format('%I.%I', n.nspname, c.relname), quote_ident(a.attname), format_type(a.atttypid, a.atttypmod)
               FROM pg_class c
               JOIN pg_namespace n ON n.oid = c.relnamespace
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
               WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                 AND NOT EXISTS (
                     SELECT FROM pg_depend d
                     WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
                 )";
    let mut shape = Shape::new();
    for row in client.query(sql, &[]).unwrap() {
        shape.entry(row.get(0)).or_default().insert(row.get(1), row.get(2));
    }
    shape
}

/// What both have.
fn untouched(current: &Shape, desired: &Shape) -> Shape {
    let both = current.iter().filter_map(|(table, columns)| Some((table, columns, desired.get(table)?)));
    both.map(|(table, columns, others)| {
        let same = columns.iter().filter(|(name, data_type)| others.get(*name) == Some(*data_type));
        (table.clone(), same.map(|(name, data_type)| (name.clone(), data_type.clone())).collect())
    })
    .collect()
}

/// The rows of the tables, without columns that are not named.
fn rows(client: &mut Client, shape: &Shape) -> Rows {
    let table = |(table, columns): (&String, &BTreeMap<String, String>)| {
        let columns: Vec<&str> = columns.keys().map(String::as_str).collect();
        let sql = format!("SELECT ROW({})::text AS row FROM ONLY {table} ORDER BY 1", columns.join(", "));
        let rows = client.query(&sql, &[]).unwrap_or_else(|error| panic!("{sql}: {}", told(&error)));
        (table.clone(), rows.iter().map(|row| row.get(0)).collect())
    };
    shape.iter().map(table).collect()
}

/// What the server says.
#[must_use]
pub fn told(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(
        || error.to_string(),
        |error| format!("{}: {} {}", error.code().code(), error.message(), error.detail().unwrap_or_default()),
    )
}
