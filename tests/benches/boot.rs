//! What a boot with nothing to apply costs, beside one `SELECT 1` on the same connection: the budget is one round trip.
//! A plain program, because the figure is the ratio of two times of one run.

use std::io::Write;
use std::time::{Duration, Instant};

use lockstep::migrator::{Migrations, Migrator};
use lockstep_tests::{block_on, connect, migrating, server};

const ROUNDS: usize = 400;

fn main() {
    let database = server().scratch().unwrap_or_else(|error| panic!("{error}"));
    let url = database.url();
    for count in [1, 100, 1000] {
        let migrations = files(count);
        let (boot, select) = block_on(measure(migrations, &url));
        let ratio = boot.as_secs_f64() / select.as_secs_f64();
        let line =
            format!("{count:>5} migrations applied: boot {boot:>10.1?}, SELECT 1 {select:>8.1?}, ratio {ratio:.2}");
        drop(writeln!(std::io::stdout(), "{line}"));
    }
}

/// Files of the size of a small migration with its header, 1 KB each.
fn files(count: usize) -> Migrations<'static> {
    let padding = "-- why this table is there and who reads it\n".repeat(20);
    let files: Vec<(String, String)> = (1..=count)
        .map(|n| (format!("V{n}__add_table_{n}.sql"), format!("{padding}CREATE TABLE table_{n} (id int);\n")))
        .collect();
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    migrating::embed(&borrowed)
}

/// The median times of a boot and of a `SELECT 1`, taken in turns.
async fn measure(migrations: Migrations<'static>, url: &str) -> (Duration, Duration) {
    Migrator::new(migrations).run(url).await.unwrap_or_else(|error| panic!("{error}"));
    let mut client = connect(url).await;
    let (mut boots, mut selects) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        // A migrator of its own each time: a boot computes the checksums.
        let report = Migrator::new(migrations).run_on(&mut client).await.unwrap_or_else(|error| panic!("{error}"));
        boots.push(started.elapsed());
        assert!(report.applied.is_empty(), "nothing was pending");

        let started = Instant::now();
        client.query_typed("SELECT 1", &[]).await.unwrap_or_else(|error| panic!("{error}"));
        selects.push(started.elapsed());
    }
    (median(boots), median(selects))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
