//! Whatever two schemas are: the plan from one to the other runs, leads to the other, and then there is nothing to plan.
//!
//! `LOCKSTEP_PROPERTY_CASES` says how many pairs are tried. With a folder in `LOCKSTEP_PROPERTY_FAILURES`, pairs that do
//! not converge are written there, and the rest is tried all the same.

#[path = "property/defined.rs"]
mod defined;
#[path = "property/grammar.rs"]
mod grammar;
#[path = "property/tables.rs"]
mod tables;

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use grammar::Item;
use lockstep_core::catalog::State;
use lockstep_core::diff::diff;
use lockstep_core::emit::sql::create_all;
use lockstep_core::plan::{Allow, Form, HAZARDS, Plan, PlanOptions, Rollback, TransactionMode, plan};
use lockstep_core::source::SourceFile;
use lockstep_core::sql::split;
use lockstep_postgres::{Scratch, introspect};
use postgres::Client;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

#[test]
fn every_plan_converges() {
    hold(60, &(core(), vec(item(), 0..30)));
}

/// Partitions and children mostly follow their parents: pairs of schemas in which many tables are one or the other.
#[test]
fn every_plan_of_tables_that_follow_others_converges() {
    hold(60, &(family(), vec(member(), 0..25)));
}

/// Tries as many pairs as the environment says, or `usual`.
fn hold(usual: u32, pairs: &impl Strategy<Value = (Vec<Item>, Vec<Item>)>) {
    let server = lockstep_tests::server();
    let databases = RefCell::new([server.scratch().unwrap(), server.scratch().unwrap()]);
    let cases = std::env::var("LOCKSTEP_PROPERTY_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    let failures = std::env::var_os("LOCKSTEP_PROPERTY_FAILURES").map(PathBuf::from);
    let config = Config { cases, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(pairs, |(core, others)| {
        let (before, after) = grammar::render(&[core, others].concat());
        let outcome = converges(&mut databases.borrow_mut(), &before, &after);
        match (&outcome, &failures) {
            (Err(reason), Some(folder)) => {
                keep(folder, reason, &before, &after);
                Ok(())
            }
            _ => outcome.map_err(TestCaseError::fail),
        }
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, (core, others))) => {
            let (before, after) = grammar::render(&[core, others].concat());
            panic!("{}", report(&reason.to_string(), &before, &after));
        }
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// Writes a pair that does not converge into the folder.
fn keep(folder: &Path, reason: &str, before: &[String], after: &[String]) {
    let number = std::fs::read_dir(folder).unwrap().count();
    std::fs::write(folder.join(number.to_string()), report(reason, before, after)).unwrap();
}

fn report(reason: &str, before: &[String], after: &[String]) -> String {
    format!("{reason}\n\n-- before\n{};\n\n-- after\n{};", before.join(";\n"), after.join(";\n"))
}

/// What most of the others need to be there.
fn core() -> impl Strategy<Value = Vec<Item>> {
    let presence = || prop_oneof![12 => Just(0_u8), 8 => Just(2), 1 => Just(3), 1 => Just(4)];
    grammar::CORE
        .iter()
        .map(|(rule, name)| {
            (presence(), vec(any::<u8>(), 0..80), vec(any::<u8>(), 0..80)).prop_map(|(presence, before, after)| Item {
                rule: *rule,
                name: *name,
                presence,
                before,
                after,
            })
        })
        .collect::<Vec<_>>()
}

/// The members of the family of tables that most of its rules need.
fn family() -> impl Strategy<Value = Vec<Item>> {
    let presence = || prop_oneof![10 => Just(0_u8), 10 => Just(2), 1 => Just(3), 1 => Just(4)];
    let one =
        |(rule, name): &(u8, u8)| {
            let (rule, name) = (*rule + grammar::TABLE_RULES, *name);
            (presence(), vec(any::<u8>(), 0..30), vec(any::<u8>(), 0..30))
                .prop_map(move |(presence, before, after)| Item { rule, name, presence, before, after })
        };
    tables::CORE.iter().map(one).collect::<Vec<_>>()
}

fn member() -> impl Strategy<Value = Item> {
    (1..tables::RULES, 0_u8..12, 0_u8..5, vec(any::<u8>(), 0..30), vec(any::<u8>(), 0..30)).prop_map(
        |(rule, name, presence, before, after)| Item {
            rule: rule + grammar::TABLE_RULES,
            name,
            presence,
            before,
            after,
        },
    )
}

fn item() -> impl Strategy<Value = Item> {
    (
        (7_u8..22).prop_filter("f1 has no second overload", |rule| *rule != 15),
        0_u8..12,
        0_u8..5,
        vec(any::<u8>(), 0..30),
        vec(any::<u8>(), 0..30),
    )
        .prop_map(|(rule, name, presence, before, after)| Item { rule, name, presence, before, after })
}

/// Plans from one to the other, runs the plan, and compares; then builds the other from nothing.
fn converges(databases: &mut [Scratch; 2], before: &[String], after: &[String]) -> Result<(), String> {
    let [first, second] = databases;
    let current = load(first.client(), before);
    let loaded = load(second.client(), after);
    let desired = settled(second.client(), loaded)?;
    let allow = HAZARDS.iter().map(|info| Allow { hazard: info.kind, object: None }).collect();
    let offline = PlanOptions { allow, ..PlanOptions::default() };
    let options = PlanOptions { form: Form::Online, ..offline.clone() };
    leads_there(first, &current, &desired, &offline)?;
    let current = settled(first.client(), current)?;
    let reached = leads_there(first, &current, &desired, &options)?;
    leads_back(first, &current, &desired, &options)?;
    if !plan(&reached, &desired, &options).map_err(|diagnostics| format!("{diagnostics:#?}"))?.files.is_empty() {
        return Err("the second plan is not empty".to_owned());
    }
    let built = settled(first.client(), desired.clone())?;
    compare(&built, &desired).map_err(|rest| format!("create_all: {rest}"))
}

/// Plans, runs the plan, and compares.
fn leads_there(
    database: &mut Scratch,
    current: &State,
    desired: &State,
    options: &PlanOptions,
) -> Result<State, String> {
    let planned = plan(current, desired, options).map_err(|diagnostics| format!("{diagnostics:#?}"))?;
    let text = shown(&planned);
    run(database.client(), &planned).map_err(|error| format!("{error}\n\n-- plan\n{text}"))?;
    let reached = introspect(database.client()).unwrap().state;
    compare(&reached, desired).map_err(|rest| format!("{rest}\n\n-- plan\n{text}"))?;
    Ok(reached)
}

/// Undoes the plan that was run: step by step, or else by a plan from what was built to what was there.
fn leads_back(database: &mut Scratch, current: &State, desired: &State, options: &PlanOptions) -> Result<(), String> {
    let planned = plan(current, desired, options).map_err(|diagnostics| format!("{diagnostics:#?}"))?;
    let Err(reason) = undo(database, current, &planned) else { return Ok(()) };
    let built = settled(database.client(), desired.clone())?;
    leads_there(database, &built, current, options).map(|_| ()).map_err(|rest| format!("{reason}\n{rest}"))
}

/// Runs the rollbacks from the last to the first, where there is one for each step: all is as it was.
fn undo(database: &mut Scratch, before: &State, plan: &Plan) -> Result<(), String> {
    let mut undoing: Vec<(TransactionMode, Vec<String>)> = Vec::new();
    for file in plan.files.iter().rev() {
        let mut statements = Vec::new();
        for step in file.steps.iter().rev() {
            let Rollback::Sql(sql) = &step.rollback else { return Ok(()) };
            let source = SourceFile::new("rollback.sql", sql.as_str());
            statements.extend(split(&source).unwrap().iter().map(|statement| statement.span.text().to_owned()));
        }
        undoing.push((file.transaction, statements));
    }
    for (transaction, statements) in &undoing {
        run_file(database.client(), *transaction, statements.iter().map(String::as_str))
            .map_err(|error| format!("rollback: {error}"))?;
    }
    let undone = introspect(database.client()).unwrap().state;
    compare(&undone, before).map_err(|rest| format!("rollback: {rest}"))
}

/// Some texts are only stable once they were deparsed and parsed again: the desired side is built from its own texts.
fn settled(client: &mut Client, loaded: State) -> Result<State, String> {
    let statements = create_all(&loaded);
    empty(client);
    for sql in &statements {
        client.batch_execute(sql).map_err(|error| format!("create_all: {sql}\n{}", told(&error)))?;
    }
    Ok(introspect(client).unwrap().state)
}

fn compare(reached: &State, desired: &State) -> Result<(), String> {
    let rest = diff(&reached.catalog, &desired.catalog);
    if rest.is_empty() {
        return Ok(());
    }
    let again = plan(reached, desired, &PlanOptions::default()).map(|plan| shown(&plan)).unwrap_or_default();
    Err(format!("does not converge: {rest:#?}\n\n-- still to do\n{again}"))
}

fn run(client: &mut Client, plan: &Plan) -> Result<(), String> {
    for file in &plan.files {
        let statements = file.steps.iter().map(|step| step.sql.as_str());
        run_file(client, file.transaction, statements)?;
        for step in &file.steps {
            let Some(verify) = step.verify.as_ref().filter(|_| plan.files.len() == 1) else { continue };
            let holds = client.query_one(verify, &[]).map_err(|error| format!("{verify}\n{}", told(&error)))?;
            if !holds.get::<_, bool>(0) {
                return Err(format!("does not hold: {verify}"));
            }
        }
    }
    Ok(())
}

fn run_file<'s>(
    client: &mut Client,
    transaction: TransactionMode,
    statements: impl Iterator<Item = &'s str>,
) -> Result<(), String> {
    let failed = |sql: &str, error: postgres::Error| format!("{sql}\n{}", told(&error));
    if transaction == TransactionMode::No {
        for sql in statements {
            client.batch_execute(sql).map_err(|error| failed(sql, error))?;
        }
        return Ok(());
    }
    let mut transaction = client.transaction().unwrap();
    for sql in statements {
        transaction.batch_execute(sql).map_err(|error| failed(sql, error))?;
    }
    transaction.commit().map_err(|error| failed("at the end of a file", error))
}

fn shown(plan: &Plan) -> String {
    let file = |file: &lockstep_core::plan::PlannedFile| {
        file.steps.iter().map(|step| format!("{};", step.sql)).collect::<Vec<_>>().join("\n")
    };
    plan.files.iter().map(file).collect::<Vec<_>>().join("\n-- commit\n")
}

/// Loads what can be loaded, in any order, and reads it back.
fn load(client: &mut Client, statements: &[String]) -> State {
    empty(client);
    let mut pending: Vec<&String> = statements.iter().collect();
    for _ in 0..4 {
        let before = pending.len();
        pending.retain(|sql| client.batch_execute(sql).is_err());
        if pending.is_empty() || pending.len() == before {
            break;
        }
    }
    let found = introspect(client).unwrap();
    assert_eq!(found.refused, [], "the grammar goes beyond the model");
    found.state
}

fn empty(client: &mut Client) {
    client
        .batch_execute(
            "RESET ALL; SET client_min_messages = warning; DROP SCHEMA IF EXISTS public CASCADE; DROP SCHEMA IF EXISTS app CASCADE; CREATE SCHEMA public",
        )
        .unwrap();
}

fn told(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(
        || error.to_string(),
        |error| format!("{}: {} {}", error.code().code(), error.message(), error.detail().unwrap_or_default()),
    )
}
