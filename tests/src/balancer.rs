//! A load balancer before the replicas of a service: each connection goes to the next replica that
//! accepts it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use crate::Outcome;

/// A running balancer; dropping it ends it and its connections.
#[derive(Debug)]
pub struct Balancer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Balancer {
    /// Listens on the port, before replicas on those ports.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start(port: u16, replicas: Vec<u16>) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        Ok(Self { address, task: tokio::spawn(accept(listener, replicas.into())) })
    }

    /// `http://` and where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, replicas: Arc<[u16]>) {
    let mut connections = JoinSet::new();
    let mut turn = 0_usize;
    while let Ok((client, _)) = listener.accept().await {
        connections.spawn(pass(client, Arc::clone(&replicas), turn));
        turn = turn.wrapping_add(1);
        while connections.try_join_next().is_some() {}
    }
}

/// Without a replica that accepts, the connection is closed.
async fn pass(mut client: TcpStream, replicas: Arc<[u16]>, turn: usize) {
    let count = replicas.len().max(1);
    for port in replicas.iter().cycle().skip(turn % count).take(count) {
        if let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).await {
            // How it ended, the two ends know.
            let _ = copy_bidirectional(&mut client, &mut server).await;
            return;
        }
    }
}
