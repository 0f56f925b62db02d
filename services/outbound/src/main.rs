//! The `switchboard-outbound` process.
fn main() {}
