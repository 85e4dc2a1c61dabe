//! A process that runs tests as `#[lockstep::test]` would: of the workspace named by its first argument, with the
//! migrations of the folder in its second, as the third says, and on the server of the workspace in the fourth. Prints
//! the names of their databases.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use lockstep::TestDb;
use lockstep::test::{Setup, run};
use lockstep_core::workspace::Workspace;
use lockstep_tests::migrating::embed_folder;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [workspace, folder, how, server] = arguments.as_slice() else { return ExitCode::from(2) };
    let setup = Setup {
        name: "tested::r#type",
        workspace: workspace.clone().leak(),
        servers: Path::new(server).join(Workspace::SERVERS).to_string_lossy().into_owned().leak(),
        migrations: embed_folder(Path::new(folder)),
    };
    let setup = &setup;
    match how.parse::<usize>() {
        Ok(many) => std::thread::scope(|scope| {
            (0..many).for_each(|_| drop(scope.spawn(move || run(setup, is_its_own))));
        }),
        Err(_) if how == "panic" => run(setup, fails),
        Err(_) if how == "wait" => run(setup, waits),
        Err(_) => return ExitCode::from(2),
    }
    ExitCode::SUCCESS
}

fn tell(db: &TestDb) {
    let name = db.config().get_dbname().unwrap();
    let mut out = std::io::stdout();
    writeln!(out, "{name}").unwrap();
}

/// Every test finds what the migrations made, and nothing that another test has written.
async fn is_its_own(db: TestDb) {
    tell(&db);
    let other = db.connect().await.unwrap();
    for expected in 1_i64..=3 {
        other.execute("INSERT INTO item DEFAULT VALUES", &[]).await.unwrap();
        let row = db.query_one("SELECT count(*), current_database() FROM item", &[]).await.unwrap();
        assert_eq!((row.get(0), Some(row.get(1))), (expected, db.config().get_dbname()));
    }
}

async fn fails(db: TestDb) {
    tell(&db);
    // A connection that a task of the test still uses does not keep its database alive.
    let other = db.connect().await.unwrap();
    tokio::spawn(async move { other.batch_execute("SELECT pg_sleep(60)").await });
    tokio::task::yield_now().await;
    panic!("this test fails");
}

async fn waits(db: TestDb) {
    tell(&db);
    drop(db);
    std::future::pending().await
}
