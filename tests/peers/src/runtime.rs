//! The contenders beside each other on one server, over one Unix socket, in one process, thread and processor.
//!
//! Before a task is timed, all answers to it are compared. Then the contenders take turns, in another order each round,
//! so that what slows one slows all. A ratio is the median over the rounds of the processor time of a contender, in
//! the client and in the server, to that of the hand-written code in the same round. The hand-written code takes part
//! twice: its ratio to itself tells what is noise.

use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;
use tokio_postgres::Client;

use crate::contenders::{cornucopia, diesel, diesel_async, hand_written, lockstep, sea_orm, sqlx as by_sqlx};
use crate::database;
use crate::processor::Servers;
use crate::report::{duration, ratio, table};
use crate::task::{Entrant, TASKS, Task};

/// How much is measured.
pub struct Effort {
    pub rounds: usize,
    /// How long a turn of the hand-written code takes, as far as one call is not longer.
    pub turn: Duration,
    /// Only tasks whose name contains this.
    pub only: String,
}

/// Runs all tasks and returns the table of the ratios.
pub fn run(effort: &Effort) -> String {
    let scratch = database::scratch();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be started");
    let url = scratch.url();
    runtime.block_on(tasks(&url, effort))
}

async fn entrants(url: &str) -> Vec<Box<dyn Entrant>> {
    let options: PgConnectOptions = url.parse().expect("the address is one");
    let options = options.disable_statement_logging();
    vec![
        Box::new(hand_written::HandWritten::connect(url).await),
        Box::new(hand_written::HandWritten::connect(url).await),
        Box::new(lockstep::Lockstep::connect(url).await),
        Box::new(cornucopia::Cornucopia::connect(url).await),
        Box::new(by_sqlx::Sqlx::connect(&options).await),
        Box::new(diesel_async::DieselAsync::connect(url).await),
        Box::new(diesel::Diesel::connect(url)),
        Box::new(sea_orm::SeaOrm::connect(&options).await),
    ]
}

async fn tasks(url: &str, effort: &Effort) -> String {
    let admin = database::connect(url).await;
    let settings = ["author", "post", "comment", "event"]
        .map(|table| format!("ALTER TABLE bench.{table} SET (autovacuum_enabled = off)"))
        .join("; ");
    admin.batch_execute(&settings).await.expect("the tables are there");
    let mut entrants = entrants(url).await;
    let names: Vec<&str> = ["itself"].into_iter().chain(entrants[2..].iter().map(|entrant| entrant.name())).collect();
    let mut rows = Vec::new();
    for task in TASKS.iter().filter(|task| task.name().contains(&effort.only)) {
        task.prepare(&admin).await;
        check(&mut entrants, *task, &admin).await;
        // By now all of them are connected.
        let servers = Servers::bound(&admin).await;
        let times = measure(&mut entrants, *task, (&admin, &servers), effort).await;
        rows.push(row(*task, &times));
        crate::report::progress(&rows[rows.len() - 1].join(" | "));
    }
    let header = [vec!["task", "hand-written, µs"], names].concat();
    table(&header, &rows)
}

/// Panics where two contenders answer differently.
async fn check(entrants: &mut [Box<dyn Entrant>], task: Task, admin: &Client) {
    let mut expected = None;
    for entrant in entrants {
        if task.writes() {
            task.reset(admin).await;
        }
        let answer = entrant.answer(task).await;
        let expected = expected.get_or_insert_with(|| format!("{answer:?}"));
        assert!(*expected == format!("{answer:?}"), "{} answers {} differently", entrant.name(), task.name());
    }
}

/// The processor time of a call in the client and in the server, for each contender and round.
async fn measure(
    entrants: &mut [Box<dyn Entrant>],
    task: Task,
    (admin, servers): (&Client, &Servers),
    effort: &Effort,
) -> Vec<Vec<Duration>> {
    let calls = calls(&mut *entrants[0], task, effort.turn).await;
    let mut times = vec![Vec::new(); entrants.len()];
    for round in 0..effort.rounds {
        for turn in 0..entrants.len() {
            // What a contender leaves in the caches slows the one after it: every other round goes the other way.
            let turn = if round % 2 == 0 { turn } else { entrants.len() - 1 - turn };
            let place = (turn + round) % entrants.len();
            let entrant = &mut entrants[place];
            if task.writes() {
                task.reset(admin).await;
            }
            // After the tables were emptied, the server plans the statement anew.
            let small = if let Task::InsertEvents(_) = task { Task::InsertEvents(10) } else { task };
            entrant.time(small, 2).await;
            let before = servers.time();
            let spent = entrant.time(task, calls).await + (servers.time() - before);
            times[place].push(spent / u32::try_from(calls).expect("few calls"));
        }
    }
    times
}

/// How many calls make a turn.
async fn calls(hand_written: &mut dyn Entrant, task: Task, turn: Duration) -> usize {
    hand_written.time(task, 3).await;
    let start = Instant::now();
    hand_written.time(task, 3).await;
    let call = start.elapsed() / 3;
    let calls = turn.as_secs_f64() / call.as_secs_f64();
    // The tables that are written to are not to grow much.
    let most = if task.writes() { 300.0 } else { 3_000.0 };
    calls.clamp(1.0, most) as usize
}

fn row(task: Task, times: &[Vec<Duration>]) -> Vec<String> {
    let ratios = times[1..].iter().map(|own| {
        let of_rounds = own.iter().zip(&times[0]).map(|(own, base)| own.as_secs_f64() / base.as_secs_f64());
        ratio(median(of_rounds.collect()))
    });
    let base = median(times[0].iter().map(Duration::as_secs_f64).collect());
    [task.name(), duration(base)].into_iter().chain(ratios).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
