//! Lockstep beside its peers: what its statements cost at run time, and its accessors at compile time.
//!
//! ```console
//! $ cargo run --release --manifest-path tests/peers/Cargo.toml -- runtime
//! $ cargo run --release --manifest-path tests/peers/Cargo.toml -- compile
//! ```
//!
//! Both print tables in Markdown; the first needs libpq with its headers (`libpq-dev`), for Diesel. Options, with what
//! they are where they are left out:
//!
//! - `runtime --rounds 30 --turn 40 --only TEXT`: rounds, milliseconds of each turn, tasks whose name contains a text.
//! - `compile --tables 50,500,2000 --rounds 3 --only TEXT`: numbers of tables, rounds, libraries whose name contains a
//!   text.
//!
//! This is a package of its own and no part of the workspace, so that nobody builds the peers who does not want to
//! measure them. It is a workspace of Lockstep: `cargo xtask db:generate --root tests/peers` after a change of `schema/`
//! or `app/queries/`. cornucopia's code in `cornucopia/` is what its command line (`cargo install cornucopia`) makes of
//! `queries/` on a server of one's own, called in this folder:
//!
//! ```console
//! $ cornucopia fresh schema/10_bench.sql --url 'postgresql://user@host/?dbname=postgres'
//! ```

mod compile;
mod contender;
mod contenders;
mod database;
mod model;
mod processor;
mod report;
mod runtime;
mod task;

#[path = "../../src/many_tables.rs"]
mod many_tables;

mod accessors {
    lockstep::schema!();
}

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

/// What stands behind the name of a bench on the command line.
type Options = BTreeMap<String, String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((bench, options)) = arguments.split_first().and_then(|(bench, rest)| Some((bench, options(rest)?))) else {
        return usage();
    };
    let only = options.get("--only").cloned().unwrap_or_default();
    let tables = match bench.as_str() {
        "runtime" => {
            let turn = Duration::from_millis(number(&options, "--turn", 40));
            let rounds = number(&options, "--rounds", 30);
            runtime::run(&runtime::Effort { rounds: rounds.try_into().expect("few rounds"), turn, only })
        }
        "compile" => {
            let sizes = options.get("--tables").map_or("50,500,2000", String::as_str);
            let sizes: Vec<usize> = sizes.split(',').map(|size| size.parse().expect("a number of tables")).collect();
            let rounds = number(&options, "--rounds", 3);
            compile::run(&sizes, rounds.try_into().expect("few rounds"), &only)
        }
        _ => return usage(),
    };
    std::io::stdout().write_all(tables.as_bytes()).expect("the output can be written");
    ExitCode::SUCCESS
}

fn options(arguments: &[String]) -> Option<Options> {
    let pair = |pair: &[String]| match pair {
        [name, value] => Some((name.clone(), value.clone())),
        _ => None,
    };
    arguments.chunks(2).map(pair).collect()
}

fn number(options: &Options, name: &str, otherwise: u64) -> u64 {
    options.get(name).map_or(otherwise, |value| value.parse().expect("a number"))
}

fn usage() -> ExitCode {
    report::progress(
        "usage: runtime [--rounds N] [--turn MS] [--only TEXT] | compile [--tables N,N] [--rounds N] [--only TEXT]",
    );
    ExitCode::from(2)
}
