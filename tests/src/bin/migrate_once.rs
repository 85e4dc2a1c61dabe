//! A service that only starts: migrates the database of its first argument with the files of the folder of its second.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use lockstep::migrator::Migrator;
use lockstep_tests::migrating::embed_folder;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, folder] = arguments.as_slice() else { return ExitCode::from(2) };
    let migrations = embed_folder(Path::new(folder));
    match Migrator::new(migrations).application("migrate_once 1.0.0").run(url).await {
        Ok(report) => {
            let applied: Vec<String> = report.applied.iter().map(|migration| migration.version.to_string()).collect();
            drop(writeln!(std::io::stdout(), "{}", applied.join(" ")));
            ExitCode::SUCCESS
        }
        Err(error) => {
            drop(writeln!(std::io::stderr(), "{error}"));
            ExitCode::FAILURE
        }
    }
}
