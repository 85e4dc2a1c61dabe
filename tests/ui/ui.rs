//! What compiles, what does not, and how short the compiler's answer is.

#[allow(unreachable_pub, reason = "the suites of `lockstep-tests` use it too")]
#[path = "../src/copy.rs"]
mod copy;

use std::fs;
use std::path::Path;
use std::process::Command;

use copy::copy;

#[test]
fn programs_compile_or_say_why_not() {
    with_running_server();
    let tests = trybuild::TestCases::new();
    tests.pass("pass/*.rs");
    tests.compile_fail("fail/*.rs");
}

/// `target/ui-live`: a workspace whose development server compilers may ask, which is that of this repository.
fn with_running_server() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().nth(2).unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).current_dir(root).args(["xtask", "services:up"]).status().unwrap();
    assert!(status.success(), "the development server does not run");
    let (known, live) = (root.join("target/lockstep"), root.join("target/ui-live"));
    let _ = fs::remove_dir_all(&live);
    copy(&package.join("fixtures/orders"), &live);
    fs::create_dir_all(live.join("target/lockstep")).unwrap();
    // A server that LOCKSTEP_SERVER_URL names is found by that.
    for file in ["program", "servers.json"].into_iter().filter(|file| known.join(file).is_file()) {
        fs::copy(known.join(file), live.join("target/lockstep").join(file)).unwrap();
    }
}
