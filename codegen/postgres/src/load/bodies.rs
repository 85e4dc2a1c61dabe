//! The bodies of routines, checked by their languages' validators when the whole schema is there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lockstep_core::catalog::{ObjectAddress, ObjectKind};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::name::{QualifiedName, RoutineSignature};
use lockstep_core::source::Span;
use lockstep_core::sql::{Definition, outline};
use postgres::error::{DbError, ErrorPosition};
use postgres::{Client, SimpleQueryMessage};

use super::{Entry, Loaded, server_error};
use crate::diagnose::{Advice, diagnose, part, sentence};
use crate::error::Error;
use crate::introspect::bodies::settings;

/// Every routine of the user's whose language can check it, but for compiled ones.
const ROUTINES: &str = "
SELECT p.oid, p.xmin::text::bigint AS transaction, n.nspname AS schema, p.proname AS name, p.prosrc AS body,
       v.oid::regproc::text AS validator, coalesce(p.proconfig, '{}') AS config,
       ARRAY(
           SELECT format_type(a.type, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, place) ORDER BY a.place
       ) AS argument_types
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
LEFT JOIN pg_catalog.pg_proc v ON v.oid = l.lanvalidator AND l.lanname NOT IN ('c', 'internal')
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  )
ORDER BY p.oid";

struct Routine {
    oid: u32,
    transaction: u32,
    signature: RoutineSignature,
    body: String,
    /// The name of a function such as `plpgsql_validator`, which takes an oid.
    validator: Option<String>,
    /// What it sets for itself: `search_path=app`.
    config: Vec<String>,
}

/// A diagnostic for each body that its language's validator refuses.
pub(super) fn check(
    client: &mut Client,
    entries: &[Entry],
    transactions: &HashMap<u32, usize>,
) -> Result<Vec<Diagnostic>, Error> {
    let routines = routines(client)?;
    let replaced = replaced(entries, transactions, &routines);
    if !replaced.is_empty() {
        return Ok(replaced);
    }
    client.batch_execute("SET check_function_bodies = on").map_err(Error::action("check the bodies of routines"))?;
    // Those with settings of their own cannot share a transaction with others.
    let (plain, mut suspects): (Vec<&Routine>, Vec<&Routine>) =
        routines.iter().partition(|routine| routine.config.is_empty());
    let calls: Vec<String> = plain.iter().filter_map(|routine| routine.call()).collect();
    if !calls.is_empty() && validate(client, &calls.join(";\n"))?.is_err() {
        suspects.extend(plain);
        suspects.sort_by_key(|routine| routine.oid);
    }
    if suspects.is_empty() {
        return Ok(Vec::new());
    }
    let advice = Advice::read(client)?;
    let mut diagnostics = Vec::new();
    for routine in suspects {
        let Some(call) = routine.call() else { continue };
        if let Err(error) = validate(client, &call)? {
            let entry = transactions.get(&routine.transaction).map(|&index| &entries[index]);
            diagnostics.push(diagnostic(&error, routine, entry, &advice));
        }
    }
    Ok(diagnostics)
}

/// With `OR REPLACE` the server takes the definition that runs last, and says nothing: there are then more statements
/// of a name than routines of that name.
fn replaced(entries: &[Entry], transactions: &HashMap<u32, usize>, routines: &[Routine]) -> Vec<Diagnostic> {
    let mut by_name: BTreeMap<QualifiedName, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Some(name) = entry.definition.as_ref().and_then(routine_name) {
            by_name.entry(name).or_default().push(index);
        }
    }
    let standing: BTreeSet<usize> =
        routines.iter().filter_map(|routine| transactions.get(&routine.transaction)).copied().collect();
    let mut diagnostics = Vec::new();
    for (name, indexes) in by_name {
        let count = routines.iter().filter(|routine| routine.signature.name == name).count();
        if indexes.len() <= count {
            continue;
        }
        let place = |index: &usize| crate::diagnose::name(&entries[*index].statement);
        let (stand, gone): (Vec<usize>, Vec<usize>) = indexes.iter().partition(|index| standing.contains(index));
        for index in &gone {
            let diagnostic =
                Diagnostic::error("duplicate-definition", format!("routine {} is defined twice", name.key()))
                    .at(place(index))
                    .hint("take one of the two away");
            let label = |diagnostic: Diagnostic, index| diagnostic.label(place(index), "another definition");
            diagnostics.push(stand.iter().fold(diagnostic, label));
        }
    }
    diagnostics
}

fn routine_name(definition: &Definition) -> Option<QualifiedName> {
    let is_routine = definition.creates && definition.address.kind == ObjectKind::Routine;
    definition.address.qualified_name().filter(|_| is_routine)
}

/// Gives each routine its place under its full signature, which the text of its definition does not tell.
pub(super) fn place_routines(client: &mut Client, loaded: &mut Loaded) -> Result<(), Error> {
    let is_routine = |address: &ObjectAddress| address.kind == ObjectKind::Routine;
    if !loaded.definitions.keys().any(is_routine) {
        return Ok(());
    }
    for routine in routines(client)? {
        let statement = loaded.transactions.get(&routine.transaction).map(|&index| &loaded.statements[index]);
        let defined = statement.and_then(outline).filter(|definition| is_routine(&definition.address));
        let by_name = ObjectAddress::object(ObjectKind::Routine, &routine.signature.name);
        let place = defined.map(|definition| definition.name).or_else(|| loaded.definitions.get(&by_name).cloned());
        if let Some(place) = place {
            loaded.definitions.insert(ObjectAddress::routine(&routine.signature), place);
        }
    }
    loaded.definitions.retain(|address, _| !is_routine(address) || address.part.is_some());
    Ok(())
}

impl Routine {
    fn call(&self) -> Option<String> {
        let settings: String = settings(&self.config).collect();
        self.validator.as_ref().map(|validator| format!("{settings}SELECT {validator}({})", self.oid))
    }
}

fn routines(client: &mut Client) -> Result<Vec<Routine>, Error> {
    let action = || Error::action("read the routines of the schema");
    let mut transaction = client.transaction().map_err(action())?;
    transaction.batch_execute(crate::introspect::SETTINGS).map_err(action())?;
    let rows = transaction.query_typed(ROUTINES, &[]).map_err(action())?;
    transaction.commit().map_err(action())?;
    let routine = |row: postgres::Row| Routine {
        oid: row.get("oid"),
        transaction: u32::try_from(row.get::<_, i64>("transaction")).unwrap_or_default(),
        signature: RoutineSignature {
            name: QualifiedName::new(row.get::<_, String>("schema"), row.get::<_, String>("name")),
            arguments: row.get::<_, Vec<String>>("argument_types").join(", "),
        },
        body: row.get("body"),
        validator: row.get("validator"),
        config: row.get("config"),
    };
    Ok(rows.into_iter().map(routine).collect())
}

fn validate(client: &mut Client, calls: &str) -> Result<Result<Vec<SimpleQueryMessage>, Box<DbError>>, Error> {
    match client.simple_query(calls) {
        Ok(messages) => Ok(Ok(messages)),
        Err(error) => server_error(error, "check the bodies of routines").map(Err),
    }
}

/// The validator does not see the whole statement: its positions count in the body.
fn diagnostic(error: &DbError, routine: &Routine, entry: Option<&Entry>, advice: &Advice) -> Diagnostic {
    let Some(entry) = entry else {
        return Diagnostic::error("invalid-definition", sentence(error.message()))
            .note(format!("in the body of {}", routine.signature));
    };
    let diagnostic = diagnose(error, &entry.statement, advice);
    match line(error, routine, entry) {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    }
}

/// Where the server names a line of the body only: `… near line 3`.
fn line(error: &DbError, routine: &Routine, entry: &Entry) -> Option<Span> {
    if let Some(ErrorPosition::Internal { .. }) = error.position() {
        return None;
    }
    let number: usize = error.where_()?.split(" line ").nth(1)?.split_whitespace().next()?.parse().ok()?;
    let body = entry.statement.span.text().find(&routine.body)?;
    let line = routine.body.split('\n').nth(number.checked_sub(1)?)?;
    let before: usize = routine.body.split('\n').take(number - 1).map(|line| line.len() + 1).sum();
    let indent = line.len() - line.trim_start().len();
    Some(part(&entry.statement.span, body + before + indent..body + before + line.trim_end().len()))
}
