//! A TCP proxy that breaks connections on command, for clients that must survive it.
//!
//! A [`Fault`] holds for all connections, those open and those to come, until another is set.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

use crate::{
    error::{TestkitError, io},
    net::local,
};

/// What is wrong with the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// New connections are reset at once; open ones go on.
    Refuse,
    /// Nothing passes, no one is told: connects succeed, bytes wait until the fault is lifted.
    Blackhole,
    /// What the server says does not arrive; what the client says does. So a request is carried
    /// out and its answer lost.
    Mute,
    /// Each piece of data waits so long.
    Latency(Duration),
    /// One byte at a time, so long apart.
    Trickle(Duration),
    /// A connection is reset once it has carried so many bytes, of both directions together,
    /// counted from its beginning.
    CutAfter(usize),
}

#[derive(Debug, Clone, Copy)]
struct Orders {
    fault: Fault,
    /// Grows with each [`Proxy::cut`]: connections of an earlier count end.
    cuts: u64,
}

/// A proxy before one server of this machine; dropping it cuts everything.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    server: u16,
    orders: watch::Sender<Orders>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Listens on a free port and passes everything on to `server`, a port of this machine.
    ///
    /// # Errors
    /// [`TestkitError`] when it cannot listen.
    pub async fn before(server: u16) -> Result<Self, TestkitError> {
        let what = "listening as a proxy";
        let listener = TcpListener::bind(local(0)).await.map_err(io(what))?;
        let port = listener.local_addr().map_err(io(what))?.port();
        let orders = watch::Sender::new(Orders { fault: Fault::None, cuts: 0 });
        let accepting = tokio::spawn(accept(listener, server, orders.subscribe()));
        Ok(Self { port, server, orders, accepting })
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of the server, led through the proxy.
    #[must_use]
    pub fn url(&self, server: &str) -> String {
        server.replace(&format!(":{}", self.server), &format!(":{}", self.port))
    }

    /// From now on this is wrong.
    pub fn set(&self, fault: Fault) {
        self.orders.send_modify(|orders| orders.fault = fault);
    }

    /// Resets every open connection; new ones may come.
    pub fn cut(&self) {
        self.orders.send_modify(|orders| orders.cuts = orders.cuts.saturating_add(1));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, server: u16, orders: watch::Receiver<Orders>) {
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        if orders.borrow().fault == Fault::Refuse {
            reset(&client);
        } else {
            tokio::spawn(carry(client, server, orders.clone()));
        }
    }
}

/// Carries one connection until either side ends it or it is cut.
async fn carry(client: TcpStream, server: u16, mut orders: watch::Receiver<Orders>) {
    let Ok(server) = TcpStream::connect(local(server)).await else { return };
    let cuts = orders.borrow().cuts;
    let carried = Arc::new(AtomicUsize::new(0));
    let (client_reads, client_writes) = client.into_split();
    let (server_reads, server_writes) = server.into_split();
    let pipe = |from, to, towards_client| Pipe {
        from,
        to,
        towards_client,
        orders: orders.clone(),
        carried: Arc::clone(&carried),
    };
    let mut there = pipe(client_reads, server_writes, false);
    let mut back = pipe(server_reads, client_writes, true);
    let broken = tokio::select! {
        carried = async { tokio::try_join!(there.run(), back.run()) } => carried.is_err(),
        // An error means that the proxy is gone.
        _ = orders.wait_for(|now| now.cuts != cuts) => true,
    };
    if broken {
        reset(there.to.as_ref());
        reset(back.to.as_ref());
    }
}

/// Makes the end of a connection, which follows, a reset: what a broken network looks like.
fn reset(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}

/// The connection is to be reset.
struct Broken;

/// One direction of a connection.
struct Pipe {
    from: OwnedReadHalf,
    to: OwnedWriteHalf,
    towards_client: bool,
    orders: watch::Receiver<Orders>,
    carried: Arc<AtomicUsize>,
}

impl Pipe {
    /// Until one side has said all.
    async fn run(&mut self) -> Result<(), Broken> {
        let mut buffer = [0; 16 * 1024];
        loop {
            let length = self.from.read(&mut buffer).await.map_err(|_| Broken)?;
            if length == 0 {
                return self.to.shutdown().await.map_err(|_| Broken);
            }
            self.pass(buffer.get(..length).unwrap_or_default()).await?;
        }
    }

    /// Passes data on, under whatever fault there is.
    async fn pass(&mut self, data: &[u8]) -> Result<(), Broken> {
        let towards_client = self.towards_client;
        let flows = |orders: &Orders| match orders.fault {
            Fault::Blackhole => false,
            Fault::Mute => !towards_client,
            _ => true,
        };
        let now = self.orders.wait_for(flows).await.map_err(|_| Broken)?.fault;
        let before = self.carried.fetch_add(data.len(), Ordering::Relaxed);
        match now {
            Fault::Latency(wait) => {
                tokio::time::sleep(wait).await;
                self.write(data).await
            }
            Fault::Trickle(wait) => {
                for byte in data {
                    tokio::time::sleep(wait).await;
                    self.write(std::slice::from_ref(byte)).await?;
                }
                Ok(())
            }
            Fault::CutAfter(limit) => match data.get(..limit.saturating_sub(before)) {
                Some(last) => self.write(last).await.and(Err(Broken)),
                None => self.write(data).await,
            },
            Fault::None | Fault::Refuse | Fault::Blackhole | Fault::Mute => self.write(data).await,
        }
    }

    async fn write(&mut self, data: &[u8]) -> Result<(), Broken> {
        self.to.write_all(data).await.map_err(|_| Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends back what it gets, and tells how much it got.
    async fn echo() -> (u16, watch::Receiver<usize>) {
        let listener = TcpListener::bind(local(0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, got) = watch::channel(0);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let sender = sender.clone();
                tokio::spawn(async move {
                    let mut buffer = [0; 1024];
                    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                        sender.send_modify(|got| *got += length);
                        if stream.write_all(&buffer[..length]).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        (port, got)
    }

    async fn talk(stream: &mut TcpStream, text: &[u8]) -> std::io::Result<Vec<u8>> {
        stream.write_all(text).await?;
        let mut answer = vec![0; text.len()];
        stream.read_exact(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn without_a_fault_everything_passes() {
        let (server, _) = echo().await;
        let proxy = Proxy::before(server).await.unwrap();
        let mut stream = TcpStream::connect(local(proxy.port())).await.unwrap();
        assert_eq!(talk(&mut stream, b"hello").await.unwrap(), b"hello");
        let through = proxy.url(&format!("amqp://127.0.0.1:{server}/%2f"));
        assert_eq!(through, format!("amqp://127.0.0.1:{}/%2f", proxy.port()));
    }

    #[tokio::test]
    async fn a_blackhole_holds_everything_until_it_is_lifted() {
        let (server, got) = echo().await;
        let proxy = Proxy::before(server).await.unwrap();
        let mut stream = TcpStream::connect(local(proxy.port())).await.unwrap();
        talk(&mut stream, b"before").await.unwrap();
        proxy.set(Fault::Blackhole);
        let mut talking = tokio::spawn(async move { talk(&mut stream, b"held").await });
        let early = tokio::time::timeout(Duration::from_millis(50), &mut talking).await;
        assert!(early.is_err() && *got.borrow() == 6);
        proxy.set(Fault::None);
        assert_eq!(talking.await.unwrap().unwrap(), b"held");
    }

    #[tokio::test]
    async fn a_mute_server_hears_but_is_not_heard() {
        let (server, mut got) = echo().await;
        let proxy = Proxy::before(server).await.unwrap();
        let mut stream = TcpStream::connect(local(proxy.port())).await.unwrap();
        proxy.set(Fault::Mute);
        let talking = tokio::spawn(async move { talk(&mut stream, b"request").await });
        got.wait_for(|got| *got == 7).await.unwrap();
        proxy.cut();
        assert!(talking.await.unwrap().is_err(), "the answer is lost");
    }

    #[tokio::test]
    async fn connections_are_refused_and_cut() {
        let (server, _) = echo().await;
        let proxy = Proxy::before(server).await.unwrap();
        let mut open = TcpStream::connect(local(proxy.port())).await.unwrap();
        talk(&mut open, b"x").await.unwrap();
        proxy.set(Fault::Refuse);
        let mut refused = TcpStream::connect(local(proxy.port())).await.unwrap();
        assert!(talk(&mut refused, b"x").await.is_err());
        talk(&mut open, b"an open connection goes on").await.unwrap();
        proxy.set(Fault::CutAfter(60));
        assert!(talk(&mut open, b"until it has carried so much").await.is_err());
        let mut next = TcpStream::connect(local(proxy.port())).await.unwrap();
        assert_eq!(talk(&mut next, b"each has its own count").await.unwrap().len(), 22);
    }

    #[tokio::test]
    async fn slow_networks_deliver_whole() {
        let (server, _) = echo().await;
        let proxy = Proxy::before(server).await.unwrap();
        let mut stream = TcpStream::connect(local(proxy.port())).await.unwrap();
        for fault in
            [Fault::Latency(Duration::from_millis(5)), Fault::Trickle(Duration::from_millis(1))]
        {
            proxy.set(fault);
            assert_eq!(talk(&mut stream, b"slowly").await.unwrap(), b"slowly");
        }
    }
}
