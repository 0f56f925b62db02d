//! Free ports in a row, outside of those that the system gives to clients, so that one which was
//! found free stays so until its server listens, and while its server is killed and started again.
//! Tests run side by side, each in a process of its own: who takes a block of ports locks its file.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpListener},
    sync::{Mutex, PoisonError},
};

use crate::Outcome;

/// Where Linux's `ip_local_port_range` begins, at which clients get theirs.
const FIRST_OF_CLIENTS: u16 = 32_768;

/// Below are ports that people choose by hand.
const FIRST: u16 = 20_000;

/// Ports that are taken together.
const BLOCK: u16 = 32;

/// The files of the blocks that this process has, until it ends.
static TAKEN: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// Finds `count` free ports in a row, at most 32; the first of them.
///
/// # Errors
/// When there are none.
pub fn free(count: u16) -> Outcome<u16> {
    let folder = std::env::temp_dir().join("switchboard-test-ports");
    fs::create_dir_all(&folder)?;
    for _ in 0..1_000 {
        let first = FIRST + BLOCK * rand::random_range(0..(FIRST_OF_CLIENTS - FIRST) / BLOCK);
        let file = File::create(folder.join(first.to_string()))?;
        let is_ours = count <= BLOCK && file.try_lock().is_ok();
        if is_ours && (first..first + count).all(is_free) {
            TAKEN.lock().unwrap_or_else(PoisonError::into_inner).push(file);
            return Ok(first);
        }
    }
    Err(format!("no {count} free ports in a row").into())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
