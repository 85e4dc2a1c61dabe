//! The certificates that the compile tests build on are what the server says about their schema files.
//!
//! After a change of a fixture: `LOCKSTEP_WRITE_FIXTURES=1 cargo test -p lockstep-tests --test fixtures`. That also
//! writes the broken copies of `orders` anew, whose compile errors `tests/ui/fail` shows.

use std::fs;
use std::path::Path;

use lockstep_core::certificate::verify;
use lockstep_core::workspace::Workspace;
use lockstep_tests::copy::copy;
use lockstep_tests::fixture::{certify, fixture, folder, write_certificate};

/// The fixtures that are as they should be.
const WHOLE: &[&str] = &["accessors", "jiff", "orders", "queries", "time", "types", "unmapped", "wrong_setting"];

const FIRST: &str = "migrations/V20250101120000__init.sql";
const SECOND: &str = "migrations/V20250102120000__add_note.sql";

/// A copy of `orders`, and what was done to it after its certificate was written.
type Broken = (&'static str, fn(&Path));

const BROKEN: &[Broken] = &[
    ("schema_edited", |root| append(root, "schema/10_orders.sql", "CREATE TABLE commerce.event (id int);\n")),
    ("migration_edited", |root| append(root, FIRST, "SELECT 1;\n")),
    ("migration_removed", |root| fs::remove_file(root.join(SECOND)).unwrap()),
    ("two_of_one_version", |root| {
        fs::copy(root.join(SECOND), root.join("migrations/V20250102120000__add_image.sql")).unwrap();
    }),
    ("misnamed", |root| {
        fs::copy(root.join(SECOND), root.join("migrations/V20250103120000__add-image.sql")).unwrap();
    }),
    ("newer_format", |root| {
        let text = fs::read_to_string(root.join(Workspace::CERTIFICATE)).unwrap();
        let newer = text.replacen("\"format\": 1", "\"format\": 2", 1);
        fs::write(root.join(Workspace::CERTIFICATE), newer).unwrap();
    }),
];

fn append(root: &Path, path: &str, more: &str) {
    let text = fs::read_to_string(root.join(path)).unwrap();
    fs::write(root.join(path), text + more).unwrap();
}

fn write() {
    WHOLE.iter().for_each(|name| write_certificate(&folder(name)));
    for (name, break_it) in BROKEN {
        let root = folder(name);
        let _ = fs::remove_dir_all(&root);
        copy(&folder("orders"), &root);
        break_it(&root);
    }
}

#[test]
fn the_certificates_are_true() {
    if std::env::var_os("LOCKSTEP_WRITE_FIXTURES").is_some() {
        write();
    }
    for name in WHOLE {
        let workspace = fixture(name);
        let certificate = verify(&workspace).unwrap_or_else(|diagnostics| panic!("{}", diagnostics[0]));
        let expected = certify(&workspace);
        assert_eq!(certificate.catalog, expected.catalog);
        assert_eq!(certificate.statements, expected.statements);
        assert_eq!((certificate.emitted, certificate.never_null), (expected.emitted, expected.never_null));
        assert_eq!(certificate.queries, expected.queries);
        assert_eq!(certificate.inline, expected.inline);
    }
    for (name, _) in BROKEN {
        assert!(verify(&fixture(name)).is_err(), "{name} is broken");
    }
}
