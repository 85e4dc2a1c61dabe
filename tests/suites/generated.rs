//! The text of the generated files: laid out as rustfmt would, and written only where it changed.

use std::path::{Path, PathBuf};
use std::process::Command;

use lockstep_core::build::{Generated, generate};
use lockstep_core::certificate::Certificate;
use lockstep_core::emit::rust::{self, Typing};
use lockstep_core::query::{Literal, inline};
use lockstep_core::settings::Settings;
use lockstep_core::source::SourceFile;
use lockstep_core::workspace::Workspace;
use lockstep_postgres::understand;
use lockstep_tests::fixture::{database, fixture};
use lockstep_tests::workspace_root;

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Lets rustfmt check every file with a configuration.
fn check_layout(folder: &Path, configuration: &str) {
    let configured = tempfile::tempdir().unwrap();
    std::fs::write(configured.path().join("rustfmt.toml"), configuration).unwrap();
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024", "--config-path"])
        .arg(configured.path())
        .args(rust_files(folder))
        .output()
        .unwrap();
    let shown = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && shown.is_empty(), "with `{configuration}`:\n{shown}");
}

#[test]
fn rustfmt_has_nothing_to_change_in_any_configuration() {
    for name in ["accessors", "jiff", "types"] {
        let folder = tempfile::tempdir().unwrap();
        generate(&fixture(name), folder.path()).unwrap();
        check_layout(folder.path(), "");
        let own = std::fs::read_to_string(workspace_root().join("rustfmt.toml")).unwrap();
        check_layout(folder.path(), &own);
    }
}

#[test]
fn only_what_changed_is_written_and_what_is_gone_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = fixture("accessors");
    let first = generate(&workspace, folder.path()).unwrap();
    assert_eq!((first.kept, first.removed), (0, 0));
    std::fs::write(folder.path().join("shop/gone.rs"), "").unwrap();
    std::fs::write(folder.path().join("shop/order.rs"), "").unwrap();
    let second = generate(&workspace, folder.path()).unwrap();
    assert_eq!(second, Generated { written: 1, kept: first.written - 1, removed: 1 });
}

#[test]
fn every_file_names_the_command_that_wrote_it() {
    let certificate = certificate(&fixture("accessors"));
    for (path, text) in rust::files(&certificate, &Settings::default()).unwrap() {
        assert!(text.lines().next().unwrap().contains("`cargo xtask db:generate`"), "{path}");
    }
}

/// What `lockstep::schema!()` brings in for a table of two columns: read it to see what is generated.
#[test]
fn a_small_table_is_expanded() {
    let files = rust::files(&certificate(&fixture("orders")), &Settings::default()).unwrap();
    insta::assert_snapshot!(files["commerce/producer.rs"]);
}

fn certificate(workspace: &Workspace) -> Certificate {
    let file = workspace.read(Workspace::CERTIFICATE).unwrap();
    Certificate::read(&file.text).unwrap()
}

/// The value of a string literal as the emitter writes them.
fn unescape(literal: &str) -> String {
    let mut value = String::new();
    let mut rest = literal.chars().peekable();
    while let Some(character) = rest.next() {
        match (character, rest.peek()) {
            ('\\', Some('\n')) => while rest.next_if(|next| next.is_whitespace()).is_some() {},
            ('\\', _) => value.extend(rest.next()),
            _ => value.push(character),
        }
    }
    value
}

#[test]
fn the_manifest_lists_exactly_what_the_generated_code_sends() {
    let certificate = certificate(&fixture("accessors"));
    let mut sent = std::collections::BTreeMap::new();
    for text in rust::files(&certificate, &Settings::default()).unwrap().values() {
        for item in text.split("\nstatic ").skip(1) {
            let (_, item) = item.split_once("name: \"").unwrap();
            let (name, item) = item.split_once("\",\n    sql: \"").unwrap();
            let (sql, _) = item.split_once("\",\n    parameters: ").unwrap();
            sent.insert(unescape(name), unescape(sql));
        }
    }
    assert_eq!(sent, rust::statements(&certificate.catalog, &certificate.annotations));
    let certified = certificate.statements.into_iter().map(|(name, signature)| (name, signature.sql)).collect();
    assert_eq!(sent, certified);
}

/// What `lockstep::query!` brings in for a query of several columns and a borrowed parameter: read it to see what is
/// generated.
#[test]
fn a_query_in_place_is_expanded() {
    let mut certificate = certificate(&fixture("queries"));
    let file = SourceFile::new("", "SELECT id, email, name FROM shop.customer WHERE name IS NOT DISTINCT FROM @name?");
    let text = inline::read(&file, &Literal::whole(&file.text)).unwrap();
    let mut scratch = database(&fixture("queries"));
    let query = understand(scratch.client(), &text.text).unwrap().unwrap().query;
    let settings = Settings { accessors: "crate::database".to_owned(), ..Settings::default() };
    let code = Typing::new(&certificate, &settings).code(&query).unwrap();
    insta::assert_snapshot!(code.own());
    // The certificate has it under the same key, whatever else it has.
    certificate.inline.insert(text.key.clone(), query);
    assert_eq!(Typing::new(&certificate, &settings).all()[&text.key].as_ref(), Ok(&code));
}
