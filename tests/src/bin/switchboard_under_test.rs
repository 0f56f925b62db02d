//! The product's binary, under another name: see `services/standalone`.

use std::process::ExitCode;

fn main() -> ExitCode {
    switchboard_standalone::main()
}
