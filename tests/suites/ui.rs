//! What compiles, what does not, and how short the compiler's answer is.

use std::fs;

use lockstep_core::query::inline::PROGRAM;
use lockstep_tests::fixture::{copy, folder};
use lockstep_tests::workspace::xtask;
use lockstep_tests::{server, workspace_root};

#[test]
fn programs_compile_or_say_why_not() {
    with_running_server();
    let tests = trybuild::TestCases::new();
    tests.pass("ui/pass/*.rs");
    tests.compile_fail("ui/fail/*.rs");
}

/// `target/ui-live`: a workspace whose development server compilers may ask, which is that of this repository.
fn with_running_server() {
    let root = workspace_root().join("target/ui-live");
    let _ = fs::remove_dir_all(&root);
    copy(&folder("orders"), &root);
    fs::create_dir_all(root.join("target/lockstep")).unwrap();
    fs::write(root.join(PROGRAM), xtask().to_str().unwrap()).unwrap();
    // A server that LOCKSTEP_SERVER_URL names is found by that.
    let _ = server();
    let servers = "target/lockstep/servers.json";
    if workspace_root().join(servers).is_file() {
        fs::copy(workspace_root().join(servers), root.join(servers)).unwrap();
    }
}
