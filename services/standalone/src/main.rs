//! The one binary: every service, the demo, and the administration command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    switchboard_standalone::main()
}
