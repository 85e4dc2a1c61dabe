//! The command line: `cargo xtask COMMAND`.

use std::process::ExitCode;

fn main() -> ExitCode {
    lockstep_xtask::main()
}
