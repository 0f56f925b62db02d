//! Free ports in a row, outside of those that the system gives to clients, so that one which was
//! found free stays so until its server listens, and while its server is killed and started again.

use std::net::{Ipv4Addr, TcpListener};

use crate::Outcome;

/// Where Linux's `ip_local_port_range` begins, at which clients get theirs.
const FIRST_OF_CLIENTS: u16 = 32_768;

/// Below are ports that people choose by hand.
const FIRST: u16 = 20_000;

/// Finds `count` free ports in a row; the first of them.
///
/// # Errors
/// When there are none.
pub fn free(count: u16) -> Outcome<u16> {
    let room = FIRST_OF_CLIENTS - FIRST - count;
    (0..200)
        .map(|_| FIRST + rand::random_range(0..room))
        .find(|first| (*first..first + count).all(is_free))
        .ok_or_else(|| format!("no {count} free ports in a row").into())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
