//! Whatever two schemas are: the plan from one to the other runs, leads to the other and back, keeps the rows of what stays,
//! and then there is nothing to plan.
//!
//! `LOCKSTEP_PROPERTY_CASES` says how many pairs are tried, else `LOCKSTEP_LONG` asks for thousands. With a folder in
//! `LOCKSTEP_PROPERTY_FAILURES`, pairs that do not converge are written there, and the rest is tried all the same.

#[path = "property/defined.rs"]
mod defined;
#[path = "property/grammar.rs"]
mod grammar;
#[path = "property/renames.rs"]
mod renames;
#[path = "property/routines.rs"]
mod routines;
#[path = "property/tables.rs"]
mod tables;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use grammar::Item;
use lockstep_core::catalog::{OBJECT_KINDS, ObjectKind, State};
use lockstep_core::diff::diff;
use lockstep_core::plan::{Action, Form, PlanOptions, plan};
use lockstep_postgres::{Scratch, Server};
use lockstep_tests::convergence::{
    Problem, answered, compare, everything_allowed, lead, read, rebuilt, shape, shown, undo,
};
use lockstep_tests::databases::{Seeded, seed};
use postgres::Client;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError};

/// Pairs that a usual run tries, and a long one.
#[derive(Clone, Copy)]
struct Pairs {
    usual: u32,
    long: u32,
}

/// What was tried.
#[derive(Default)]
struct Tried {
    /// Pairs that went all the way with their rows.
    with_rows: u32,
    /// The tables that were there at the start of a way.
    seeded: Seeded,
    /// The kinds of the objects that differed.
    kinds: BTreeSet<ObjectKind>,
}

/// A scratch database gets slower while its catalogs fill with what is gone: so many pairs share one.
const PAIRS_PER_DATABASE: u32 = 40;

#[test]
fn every_plan_converges() {
    let pairs = Pairs { usual: 90, long: 2000 };
    let (cases, kinds) = hold(pairs, || (core(), vec(item(), 0..30), Just(Vec::new())));
    if cases < pairs.usual {
        return;
    }
    let missing: Vec<_> = OBJECT_KINDS.iter().map(|info| info.kind).filter(|kind| !kinds.contains(kind)).collect();
    assert_eq!(missing, ELSEWHERE, "kinds of which no object differed in any pair, and those that need not");
}

/// Which extensions there are is the server's: the cases have them.
const ELSEWHERE: [ObjectKind; 1] = [ObjectKind::Extension];

/// Some objects of both sides have another name on the desired one, and somebody says so.
#[test]
fn every_plan_with_renames_converges() {
    hold(Pairs { usual: 60, long: 2000 }, || (core(), vec(item(), 0..20), vec(any::<u8>(), 1..150)));
}

/// Partitions and children mostly follow their parents: pairs of schemas in which many tables are one or the other.
#[test]
fn every_plan_of_tables_that_follow_others_converges() {
    hold(Pairs { usual: 70, long: 2000 }, || (family(), vec(member(), 0..25), Just(Vec::new())));
}

/// The core, the other items, and the bytes that say what is renamed; none for nothing.
type Given = (Vec<Item>, Vec<Item>, Vec<u8>);

/// Tries as many pairs as the environment says, on several threads. How many were tried, and the kinds of the
/// objects that differed.
fn hold<S: Strategy<Value = Given>>(pairs: Pairs, strategy: impl Fn() -> S + Sync) -> (u32, BTreeSet<ObjectKind>) {
    let server = lockstep_tests::server();
    let usual = if std::env::var_os("LOCKSTEP_LONG").is_some() { pairs.long } else { pairs.usual };
    let cases = std::env::var("LOCKSTEP_PROPERTY_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    let threads = std::thread::available_parallelism().map_or(2, |threads| threads.get().clamp(2, 8));
    let threads = u32::try_from(threads).unwrap_or(2).min(cases);
    let stopped = AtomicBool::new(false);
    let begin = Instant::now();
    let outcomes: Vec<Result<Tried, String>> = std::thread::scope(|scope| {
        let work = |thread| {
            let (server, stopped, strategy) = (&server, &stopped, &strategy);
            move || run(server, (thread, (cases + thread) / threads), stopped, &strategy())
        };
        let runs: Vec<_> = (0..threads).map(|thread| scope.spawn(work(thread))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let failed: Vec<&String> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    let seed = lockstep_tests::pairs::seed();
    assert!(failed.is_empty(), "with LOCKSTEP_PROPERTY_SEED={seed}: {}", failed[0]);
    let sum = |of: fn(&Tried) -> u32| outcomes.iter().flatten().map(of).sum::<u32>();
    let (with_rows, tables, filled) = (sum(|it| it.with_rows), sum(|it| it.seeded.tables), sum(|it| it.seeded.filled));
    _ = writeln!(
        std::io::stderr(),
        "{cases} pairs of seed {seed} in {} s on PostgreSQL {}, {with_rows} of them with rows all the way; {filled} of {tables} tables held rows",
        begin.elapsed().as_secs(),
        server.version()
    );
    assert!(filled * 4 >= tables * 3, "only {filled} of {tables} tables held rows that could have been lost");
    (cases, outcomes.iter().flatten().flat_map(|it| it.kinds.iter().copied()).collect())
}

/// Tries so many pairs.
fn run(
    server: &Server,
    (thread, cases): (u32, u32),
    stopped: &AtomicBool,
    pairs: &impl Strategy<Value = Given>,
) -> Result<Tried, String> {
    let new_databases = || [(); 3].map(|()| server.scratch().unwrap());
    let databases = RefCell::new((0, new_databases()));
    let failures = std::env::var_os("LOCKSTEP_PROPERTY_FAILURES").map(PathBuf::from);
    let config = Config { cases, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let tried = RefCell::new(Tried::default());
    let result = lockstep_tests::pairs::runner(config, thread).run(pairs, |(core, others, names)| {
        if stopped.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (before, after) = grammar::render(&[core, others].concat());
        let (uses, databases) = &mut *databases.borrow_mut();
        *uses += 1;
        if *uses % PAIRS_PER_DATABASE == 0 {
            *databases = new_databases();
        }
        let tried = &mut *tried.borrow_mut();
        let outcome = if names.is_empty() {
            converges(databases, tried, &before, &after)
        } else {
            renames::converge(databases, tried, (&before, &after), &names)
        };
        tried.with_rows += u32::from(outcome == Ok(true));
        match (outcome, &failures) {
            (Ok(_), _) => Ok(()),
            (Err(reason), Some(folder)) => {
                keep(folder, &reason, &before, &after);
                Ok(())
            }
            (Err(reason), None) => Err(TestCaseError::fail(reason)),
        }
    });
    let problem = match result {
        Ok(()) => return Ok(tried.into_inner()),
        Err(TestError::Fail(reason, (core, others, _))) => {
            let (before, after) = grammar::render(&[core, others].concat());
            report(&reason.to_string(), &before, &after)
        }
        Err(TestError::Abort(reason)) => reason.to_string(),
    };
    stopped.store(true, Ordering::Relaxed);
    Err(problem)
}

/// Writes a pair that does not converge into the folder.
fn keep(folder: &Path, reason: &str, before: &[String], after: &[String]) {
    std::fs::create_dir_all(folder).unwrap();
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
        (7_u8..25).prop_filter("f1 has no second overload", |rule| *rule != 15),
        0_u8..12,
        0_u8..5,
        vec(any::<u8>(), 0..30),
        vec(any::<u8>(), 0..30),
    )
        .prop_map(|(rule, name, presence, before, after)| Item { rule, name, presence, before, after })
}

/// From one to the other and back, in both forms; then the other is built from nothing. Says whether rows were there all
/// the way: a statement may fail on them where its hazards say so, and then it is tried without.
fn converges(
    databases: &mut [Scratch; 3],
    tried: &mut Tried,
    before: &[String],
    after: &[String],
) -> Result<bool, String> {
    let [first, second, third] = databases;
    let (first, second, third) = (first.client(), second.client(), third.client());
    let written = load(first, before)?;
    let current = settled(third, &written)?;
    let old = shape(third);
    let written_after = load(second, after)?;
    let desired = settled(third, &written_after)?;
    let new = shape(third);
    tried.kinds.extend(diff(&current.catalog, &desired.catalog).iter().map(|(address, _)| address.kind));
    let offline = answered(&written, &desired, everything_allowed(Form::Offline));
    let again = |client: &mut Client| load(client, before).map(drop);
    let there = with_rows(first, tried, again, |client| lead(client, &written, &desired, &new, &offline))?;
    let offline = answered(&written_after, &current, everything_allowed(Form::Offline));
    let again = |client: &mut Client| load(client, after).map(drop);
    let back = with_rows(second, tried, again, |client| lead(client, &written_after, &current, &old, &offline))?;
    let online = answered(&current, &desired, everything_allowed(Form::Online));
    let again = |client: &mut Client| settled(client, &current).map(drop);
    again(first)?;
    let quietly = with_rows(first, tried, again, |client| lead(client, &current, &desired, &new, &online))?;
    leads_back(first, (&current, &desired), &online)?;
    let built = settled(first, &desired)?;
    compare(&built, &desired).map_err(|rest| format!("create_all: {rest}"))?;
    Ok(there && back && quietly)
}

/// Tries with rows, and once more without where they were in the way and it was said that they may be.
fn with_rows(
    client: &mut Client,
    tried: &mut Tried,
    again: impl Fn(&mut Client) -> Result<(), String>,
    work: impl Fn(&mut Client) -> Result<(), Problem>,
) -> Result<bool, String> {
    let Seeded { filled, tables } = seed(client);
    tried.seeded.filled += filled;
    tried.seeded.tables += tables;
    match work(client) {
        Ok(()) => Ok(true),
        Err(problem) if problem.announced => {
            again(client)?;
            work(client).map(|()| false).map_err(|problem| problem.text)
        }
        Err(problem) => Err(problem.text),
    }
}

/// Undoes the plan that was run, step by step. A type that was set aside comes back by a plan from what was built to what
/// was there.
fn leads_back(client: &mut Client, (current, desired): (&State, &State), options: &PlanOptions) -> Result<(), String> {
    let planned = plan(current, desired, options).map_err(|diagnostics| format!("{diagnostics:#?}"))?;
    let Err(reason) = undo(client, current, &planned) else { return Ok(()) };
    if reason.announced {
        return Ok(());
    }
    if !planned.files.iter().flat_map(|file| &file.steps).any(|step| step.action == Action::Rename) {
        return Err(format!("{}\n\n-- rollback of\n{}", reason.text, shown(&planned)));
    }
    let built = settled(client, desired)?;
    let old = Default::default();
    let online = answered(&built, current, everything_allowed(Form::Online));
    lead(client, &built, current, &old, &online).map_err(|rest| format!("{}\n{}", reason.text, rest.text))
}

/// Some texts are only stable once they were deparsed and parsed again: the desired side is built from its own texts.
fn settled(client: &mut Client, loaded: &State) -> Result<State, String> {
    empty(client);
    rebuilt(client, loaded)
}

/// Loads what can be loaded, in any order, and reads it back.
fn load(client: &mut Client, statements: &[String]) -> Result<State, String> {
    empty(client);
    let mut pending: Vec<&String> = statements.iter().collect();
    for _ in 0..4 {
        let before = pending.len();
        pending.retain(|sql| client.batch_execute(sql).is_err());
        if pending.is_empty() || pending.len() == before {
            break;
        }
    }
    read(client).map_err(|refused| format!("the grammar goes beyond the model: {refused}"))
}

fn empty(client: &mut Client) {
    client
        .batch_execute(
            "RESET ALL; SET client_min_messages = warning; DROP SCHEMA IF EXISTS public CASCADE; DROP SCHEMA IF EXISTS app CASCADE; CREATE SCHEMA public",
        )
        .unwrap();
}
