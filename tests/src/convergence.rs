//! One schema led to another and back on a real server, with everything that must hold on the way: the plan runs, what it
//! leads to is what was asked for, nothing is left to plan, rows survive, and the catalog survives its certificate.

use std::collections::BTreeMap;

use lockstep_core::catalog::{Catalog, ObjectKind, State};
use lockstep_core::certificate::{Certificate, FORMAT};
use lockstep_core::diff::diff;
use lockstep_core::emit::sql::create_all;
use lockstep_core::name::Identifier;
use lockstep_core::plan::{
    Allow, Form, HAZARDS, Hazard, HazardKind, Plan, PlanOptions, PlannedFile, Rollback, TransactionMode, plan,
};
use lockstep_core::rename::rename_steps;
use lockstep_core::source::SourceFile;
use lockstep_core::sql::split;
use lockstep_postgres::{Introspection, introspect};
use postgres::Client;

/// The columns of each table, each with its type and then with all that the type is made of; generated ones are left out.
pub type Shape = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The rows of each table as text, sorted.
pub type Rows = BTreeMap<String, Vec<String>>;

/// What does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What, with the plan.
    pub text: String,
    /// Whether a statement failed on the rows that are there, which its hazards had said.
    pub announced: bool,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<String> for Problem {
    fn from(text: String) -> Self {
        Self { text, announced: false }
    }
}

/// Everything allowed and nothing decided.
#[must_use]
pub fn everything_allowed(form: Form) -> PlanOptions {
    let allow = HAZARDS.iter().map(|info| Allow { hazard: info.kind, object: None }).collect();
    PlanOptions { allow, form, ..PlanOptions::default() }
}

/// The options, and NULL for the values of which no plan knows what becomes of them, as it asks for.
#[must_use]
pub fn answered(current: &State, desired: &State, options: PlanOptions) -> PlanOptions {
    let asked = plan(current, desired, &options).err().unwrap_or_default();
    let columns = asked.into_iter().filter(|it| it.code == "conversion-unknown").filter_map(|it| it.about);
    PlanOptions { using: columns.map(|column| (column, "NULL".to_owned())).collect(), ..options }
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
) -> Result<(), Problem> {
    let planned = plan(current, desired, options).map_err(|diagnostics| format!("{diagnostics:#?}"))?;
    let with_plan = |problem: String| format!("{problem}\n\n-- plan\n{}", shown(&planned));
    let failed = |Problem { text, announced }| Problem { text: with_plan(text), announced };
    let (kept, before) = rows_under_new_names(client, desired_shape, &planned, options)?;
    // What was answered may not do for the rows that are there.
    run(client, &planned, !options.using.is_empty()).map_err(failed)?;
    let reached = read(client).map_err(with_plan)?;
    compare(&reached, desired).map_err(with_plan)?;
    let no_renames = PlanOptions { renames: Vec::new(), ..options.clone() };
    let second = plan(&reached, desired, &no_renames).map_err(|diagnostics| format!("{diagnostics:#?}"))?;
    if !second.files.is_empty() {
        return Err(with_plan(format!("the second plan is not empty:\n{}", shown(&second))).into());
    }
    let after = rows(client, &kept.after);
    let lost = before.iter().find(|(table, rows)| after.get(*table) != Some(rows));
    match lost {
        Some((table, rows)) => {
            Err(with_plan(format!("the rows of {table} were {rows:?} and are {:?}", after.get(table))).into())
        }
        None => Ok(()),
    }
}

/// Runs what undoes a plan, from the last step to the first: all is as it was. True where a step cannot be undone, and
/// nothing was run.
///
/// # Errors
/// The statement that fails, or what differs.
///
/// # Panics
/// When the text of a rollback cannot be split into statements.
pub fn undo(client: &mut Client, before: &State, plan: &Plan) -> Result<bool, Problem> {
    let mut undoing: Vec<(TransactionMode, Vec<String>)> = Vec::new();
    for file in plan.files.iter().rev() {
        let mut statements = Vec::new();
        for step in file.steps.iter().rev() {
            let Rollback::Sql(sql) = &step.rollback else { return Ok(true) };
            let source = SourceFile::new("rollback.sql", sql.as_str());
            statements.extend(split(&source).unwrap().iter().map(|statement| statement.span.text().to_owned()));
        }
        undoing.push((file.transaction, statements));
    }
    for (transaction, statements) in &undoing {
        let statements: Vec<(&str, bool)> = statements.iter().map(|sql| (sql.as_str(), true)).collect();
        run_file(client, *transaction, &statements)
            .map_err(|Problem { text, announced }| Problem { text: format!("rollback: {text}"), announced })?;
    }
    compare(&read(client)?, before).map_err(|rest| format!("rollback: {rest}"))?;
    Ok(false)
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
    let again = plan(reached, desired, &everything_allowed(Form::Offline)).map(|plan| shown(&plan)).unwrap_or_default();
    Err(format!("does not converge: {rest:#?}\n\n-- still to do\n{again}"))
}

/// Runs a plan file by file, and what verifies its steps where no later file changes what they did. Whether rows may fail
/// it is said before, or by its hazards.
///
/// # Errors
/// The statement that fails or does not hold.
fn run(client: &mut Client, plan: &Plan, mut announced: bool) -> Result<(), Problem> {
    // A hazard stands with the step that causes it; a later one may be what fails.
    for file in &plan.files {
        let mut statements: Vec<(&str, bool)> = Vec::new();
        for step in &file.steps {
            announced |= !step.hazards.is_empty();
            statements.push((&step.sql, announced));
        }
        run_file(client, file.transaction, &statements)?;
        for verify in file.steps.iter().filter_map(|step| step.verify.as_ref()).filter(|_| plan.files.len() == 1) {
            let holds = client.query_one(verify, &[]).map_err(|error| format!("{verify}\n{}", told(&error)))?;
            if !holds.get::<_, bool>(0) {
                return Err(format!("does not hold: {verify}").into());
            }
        }
    }
    Ok(())
}

/// Runs statements as a migration file does; with each goes whether it was announced that rows may fail it.
fn run_file(client: &mut Client, transaction: TransactionMode, statements: &[(&str, bool)]) -> Result<(), Problem> {
    if transaction == TransactionMode::No {
        for (sql, announced) in statements {
            client.batch_execute(sql).map_err(|error| failed(sql, &error, *announced))?;
        }
        return Ok(());
    }
    let mut transaction = client.transaction().map_err(|error| told(&error))?;
    for (sql, announced) in statements {
        transaction.batch_execute(sql).map_err(|error| failed(sql, &error, *announced))?;
    }
    let announced = statements.iter().any(|(_, announced)| *announced);
    transaction.commit().map_err(|error| failed("at the end of a file", &error, announced))
}

/// Rows can fail a statement with an integrity violation (class 23) or a value that does not fit (class 22).
fn failed(sql: &str, error: &postgres::Error, has_hazards: bool) -> Problem {
    let by_rows = error.code().is_some_and(|code| ["22", "23"].iter().any(|class| code.code().starts_with(class)));
    Problem { text: format!("{sql}\n{}", told(error)), announced: by_rows && has_hazards }
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
    let sql = "WITH RECURSIVE owned AS MATERIALIZED (
                   SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name
                   FROM pg_class c
                   JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE c.relkind = 'r' AND c.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                     AND NOT EXISTS (
                         SELECT FROM pg_depend d
                         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
                     )
               ),
               stored AS MATERIALIZED (
                   SELECT o.name, quote_ident(a.attname) AS field, a.atttypid AS oid, a.atttypmod AS typmod
                   FROM owned o
                   JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
               ),
               part (whole, mod, oid, typmod, depth) AS (
                   SELECT DISTINCT oid, typmod, oid, typmod, 0 FROM stored
                   UNION
                   SELECT p.whole, p.mod, below.oid, below.typmod, p.depth + 1
                   FROM part p
                   JOIN pg_type t ON t.oid = p.oid
                   CROSS JOIN LATERAL (
                       SELECT t.typbasetype, t.typtypmod WHERE t.typtype = 'd'
                       UNION ALL
                       SELECT t.typelem, p.typmod WHERE t.typcategory = 'A'
                       UNION ALL
                       SELECT r.rngsubtype, -1 FROM pg_range r
                       WHERE t.typtype IN ('r', 'm') AND t.oid IN (r.rngtypid, r.rngmultitypid)
                       UNION ALL
                       SELECT f.atttypid, f.atttypmod FROM pg_attribute f
                       WHERE t.typtype = 'c' AND f.attrelid = t.typrelid AND f.attnum > 0 AND NOT f.attisdropped
                   ) AS below (oid, typmod)
               )
               SELECT s.name, s.field, array_agg(type.name ORDER BY p.depth, type.name)
               FROM stored s
               JOIN part p ON (p.whole, p.mod) = (s.oid, s.typmod)
               CROSS JOIN LATERAL (
                   SELECT CASE WHEN p.oid >= 16384 THEN 'own ' ELSE '' END || format_type(p.oid, p.typmod)
               ) AS type (name)
               GROUP BY s.name, s.field";
    let mut shape = Shape::new();
    for row in client.query(sql, &[]).unwrap() {
        shape.entry(row.get(0)).or_default().insert(row.get(1), row.get(2));
    }
    shape
}

/// What the plan must leave as it is, each column with how its old and its new value are to be read.
struct Kept {
    before: BTreeMap<String, Vec<String>>,
    after: BTreeMap<String, Vec<String>>,
}

impl Kept {
    /// The columns of tables that both have: those of the same type, and those of which the plan does not say that their
    /// values may change.
    fn of(current: &Shape, desired: &Shape, plan: &Plan) -> Self {
        let mut kept = Self { before: BTreeMap::new(), after: BTreeMap::new() };
        let hazards: Vec<&Hazard> =
            plan.files.iter().flat_map(|file| &file.steps).flat_map(|step| &step.hazards).collect();
        let may_change = |kind: ObjectKind, table: &str, column: Option<&str>| {
            hazards.iter().any(|hazard| {
                let Hazard { kind: hazard, object, detail: _ } = hazard;
                let relation = object.schema.as_ref().map(|schema| format!("{schema}.{}", object.name));
                let part = object.part.as_ref().map(Identifier::to_string);
                matches!(hazard, HazardKind::DropTable | HazardKind::ChangeType | HazardKind::NoCast)
                    && object.kind == kind
                    && relation.as_deref() == Some(table)
                    && part.as_deref() == column
            })
        };
        for (table, columns) in current.iter().filter(|(table, _)| !may_change(ObjectKind::Table, table, None)) {
            let Some(others) = desired.get(table) else { continue };
            let (mut before, mut after) = (Vec::new(), Vec::new());
            for (name, types) in columns {
                let Some(others) = others.get(name) else { continue };
                let is_own = types.iter().any(|name| name.starts_with("own "));
                if types == others {
                    before.push(name.clone());
                    after.push(name.clone());
                } else if may_change(ObjectKind::Column, table, Some(name)) {
                } else if !is_own {
                    before.push(name.clone());
                    after.push(format!("{name}::{}", types[0]));
                } else if others[0] == "text" {
                    before.push(format!("{name}::text"));
                    after.push(name.clone());
                }
            }
            kept.before.insert(table.clone(), before);
            kept.after.insert(table.clone(), after);
        }
        kept
    }
}

/// The rows that have to be there afterwards, read while everything has the name that it will have.
fn rows_under_new_names(
    client: &mut Client,
    desired_shape: &Shape,
    plan: &Plan,
    options: &PlanOptions,
) -> Result<(Kept, Rows), String> {
    client.batch_execute("BEGIN").map_err(|error| told(&error))?;
    for step in rename_steps(&options.renames) {
        client.batch_execute(&step.sql).map_err(|error| format!("{}\n{}", step.sql, told(&error)))?;
    }
    let kept = Kept::of(&shape(client), desired_shape, plan);
    let before = rows(client, &kept.before);
    client.batch_execute("ROLLBACK").map_err(|error| told(&error))?;
    Ok((kept, before))
}

/// The rows of the tables: the values of these expressions.
fn rows(client: &mut Client, tables: &BTreeMap<String, Vec<String>>) -> Rows {
    let table = |(table, values): (&String, &Vec<String>)| {
        let sql = format!("SELECT ROW({})::text AS row FROM ONLY {table} ORDER BY 1", values.join(", "));
        let rows = client.query(&sql, &[]).unwrap_or_else(|error| panic!("{sql}: {}", told(&error)));
        (table.clone(), rows.iter().map(|row| row.get(0)).collect())
    };
    tables.iter().map(table).collect()
}

/// What the server says.
#[must_use]
pub fn told(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(
        || error.to_string(),
        |error| format!("{}: {} {}", error.code().code(), error.message(), error.detail().unwrap_or_default()),
    )
}
