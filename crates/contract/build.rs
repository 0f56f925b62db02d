//! Compiles `proto/` without protoc.

use std::{error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new("../../proto");
    let file = root.join("switchboard/v1/envelope.proto");
    println!("cargo::rerun-if-changed={}", root.display());
    let descriptors = protox::compile([file], [root])?;
    prost_build::Config::new().bytes(["."]).compile_fds(descriptors)?;
    Ok(())
}
