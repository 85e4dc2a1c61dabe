//! The certificates that the compile tests build on are what the server says about their schema files.
//!
//! After a change of a fixture's schema: `LOCKSTEP_WRITE_FIXTURES=1 cargo test -p lockstep-tests --test fixtures`.

use lockstep_core::certificate::verify;
use lockstep_tests::fixture::{certify, fixture, folder, write_certificate};

#[test]
fn the_certificate_of_the_accessors_is_true() {
    if std::env::var_os("LOCKSTEP_WRITE_FIXTURES").is_some() {
        write_certificate(&folder("accessors"));
    }
    let workspace = fixture("accessors");
    let certificate = verify(&workspace).unwrap_or_else(|diagnostics| panic!("{}", diagnostics[0]));
    let expected = certify(&workspace);
    assert_eq!(certificate.catalog, expected.catalog);
    assert_eq!(certificate.statements, expected.statements);
}
