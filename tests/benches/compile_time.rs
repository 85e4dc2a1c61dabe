//! The budget of the compiler: `cargo check` of the accessors of 500 tables takes at most a third of what it takes for
//! Diesel's `table!` with a queryable, an insertable and a changeset struct for the same tables.
//!
//! Two crates are written to a temporary folder, their dependencies are checked once, and then each crate alone is
//! checked in turn, without incremental state. `LOCKSTEP_TABLES` and `LOCKSTEP_ROUNDS` change how many.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use lockstep_tests::many_tables::{COLUMNS, write_workspace};
use lockstep_tests::workspace_root;

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let (tables, rounds) = (number("LOCKSTEP_TABLES", 500), number("LOCKSTEP_ROUNDS", 5));
    let folder = tempfile::tempdir().unwrap();
    let crates = [folder.path().join("accessors"), folder.path().join("tables")];
    write_accessors(&crates[0], tables);
    write_tables(&crates[1], tables);
    let mut times: [Vec<Duration>; 2] = Default::default();
    crates.iter().for_each(|root| {
        check(root);
    });
    for _ in 0..rounds {
        for (root, times) in crates.iter().zip(&mut times) {
            times.push(check(root));
        }
    }
    let medians = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    let ratio = medians[0].as_secs_f64() / medians[1].as_secs_f64();
    let shown = format!("{tables} tables: lockstep {:.2?}, diesel {:.2?}, ratio {ratio:.3}\n", medians[0], medians[1]);
    std::io::stdout().write_all(shown.as_bytes()).unwrap();
}

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}

/// Checks the crate alone, however often it was checked before.
fn check(root: &Path) -> Duration {
    let library = root.join("src/lib.rs");
    let text = fs::read_to_string(&library).unwrap();
    fs::write(&library, text + "\n").unwrap();
    let start = Instant::now();
    let output = Command::new("cargo")
        .args(["check", "--quiet"])
        .current_dir(root)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", root.join("target"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    start.elapsed()
}

fn write_crate(root: &Path, dependencies: &str, library: &str) {
    fs::create_dir_all(root.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = \"measured\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n{dependencies}\n[workspace]\n\n\
         [profile.dev.build-override]\nopt-level = 2\n"
    );
    fs::write(root.join("Cargo.toml"), manifest).unwrap();
    fs::write(root.join("src/lib.rs"), library).unwrap();
}

fn write_accessors(root: &Path, tables: usize) {
    let codegen = workspace_root().join("codegen");
    let dependencies = format!(
        "[dependencies]\npg-lockstep = {{ path = {:?} }}\n\n[build-dependencies]\nlockstep-core = {{ path = {:?} }}\n",
        codegen.join("runtime"),
        codegen.join("core")
    );
    write_crate(root, &dependencies, "lockstep::schema!();\n");
    fs::write(root.join("build.rs"), "fn main() {\n    lockstep_core::build::run();\n}\n").unwrap();
    fs::copy(workspace_root().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    write_workspace(root, tables);
}

fn write_tables(root: &Path, tables: usize) {
    let dependencies = "[dependencies]\nuuid = \"1\"\nchrono = { version = \"0.4\", default-features = false }\n\
                        serde_json = \"1\"\n\n[dependencies.diesel]\nversion = \"2\"\ndefault-features = false\n\
                        features = [\"postgres_backend\", \"32-column-tables\", \"uuid\", \"chrono\", \"serde_json\"]\n";
    let library: String = (0..tables).map(table).collect();
    write_crate(root, dependencies, &library);
}

/// A table as Diesel's command line prints it, and the structs that its guide writes for it.
fn table(number: usize) -> String {
    let (mut columns, mut row, mut new, mut patch) = (String::new(), String::new(), String::new(), String::new());
    for (name, data_type, not_null, default) in COLUMNS {
        let (sql, rust) = match *data_type {
            "int8" => ("Int8", "i64"),
            "int4" => ("Int4", "i32"),
            "text" => ("Text", "String"),
            "bool" => ("Bool", "bool"),
            "uuid" => ("Uuid", "uuid::Uuid"),
            "jsonb" => ("Jsonb", "serde_json::Value"),
            _ => ("Timestamptz", "chrono::DateTime<chrono::Utc>"),
        };
        let (sql, rust) = if *not_null {
            (sql.to_owned(), rust.to_owned())
        } else {
            (format!("Nullable<{sql}>"), format!("Option<{rust}>"))
        };
        let _ = writeln!(columns, "        {name} -> {sql},");
        let _ = writeln!(row, "    pub {name}: {rust},");
        let given = if default.is_some() { format!("Option<{rust}>") } else { rust.clone() };
        let _ = writeln!(new, "    pub {name}: {given},");
        if *name != "id" {
            let _ = writeln!(patch, "    pub {name}: Option<{rust}>,");
        }
    }
    let check = "#[diesel(check_for_backend(diesel::pg::Pg))]";
    let name = format!("table_{number}");
    format!(
        "diesel::table! {{\n    shop.{name} (id) {{\n{columns}    }}\n}}\n\
         #[derive(Clone, Debug, PartialEq, diesel::Queryable, diesel::Selectable, diesel::Identifiable)]\n\
         #[diesel(table_name = {name})]\n{check}\npub struct Table{number} {{\n{row}}}\n\
         #[derive(Clone, Debug, PartialEq, diesel::Insertable)]\n\
         #[diesel(table_name = {name})]\n{check}\npub struct NewTable{number} {{\n{new}}}\n\
         #[derive(Clone, Debug, Default, PartialEq, diesel::AsChangeset)]\n\
         #[diesel(table_name = {name})]\npub struct Table{number}Patch {{\n{patch}}}\n"
    )
}
