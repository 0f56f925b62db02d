//! Free ports, and waiting for a server to answer on one.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::error::{TestkitError, io};

/// How often a server that is booting is asked.
const AGAIN: Duration = Duration::from_millis(50);

/// Ports that no one listens on. (Someone may before they are used; tests start again then.)
pub(crate) fn free_ports<const N: usize>() -> Result<[u16; N], TestkitError> {
    let mut ports = [0; N];
    // All are held until all are known, so that they differ.
    let mut listeners = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(io("binding a port"))?;
        *port = listener.local_addr().map_err(io("reading a port"))?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

/// An address of this machine.
pub(crate) fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Sends a greeting; true when anything comes back.
pub(crate) async fn answers(port: u16, greeting: &[u8]) -> bool {
    let talk = async {
        let mut stream = TcpStream::connect(local(port)).await?;
        stream.write_all(greeting).await?;
        stream.read_u8().await
    };
    matches!(tokio::time::timeout(Duration::from_secs(5), talk).await, Ok(Ok(_)))
}

/// True as soon as the server answers; false when `gone` says that it never will, or after the
/// time.
pub(crate) async fn ready(
    port: u16,
    greeting: &[u8],
    patience: Duration,
    mut gone: impl FnMut() -> bool,
) -> bool {
    let wait = async {
        while !answers(port, greeting).await {
            if gone() {
                return false;
            }
            tokio::time::sleep(AGAIN).await;
        }
        true
    };
    tokio::time::timeout(patience, wait).await.unwrap_or(false)
}
