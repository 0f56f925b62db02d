//! Meta's names, on this machine: a proxy that takes `CONNECT graph.facebook.com:443`, answers TLS
//! with a certificate of an authority of its own, and hands what is inside to the simulator.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use switchboard_tests::Outcome;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

const NAMES: [&str; 2] = ["graph.facebook.com", "graph.instagram.com"];

/// A running proxy; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    /// File with the authority's certificate.
    pub(crate) authority: PathBuf,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Starts one before a simulator.
    pub(crate) async fn start(simulator: SocketAddr, folder: &Path) -> Outcome<Self> {
        let authority = folder.join("authority.pem");
        let acceptor = TlsAcceptor::from(Arc::new(certified(&authority)?));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let acceptor = acceptor.clone();
                // One that fails is the client's to report.
                tokio::spawn(async move { lead(client, &acceptor, simulator).await });
            }
        });
        Ok(Self { address, authority, connections, task })
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Makes an authority, whose certificate goes to a file, and a certificate for Meta's names.
fn certified(authority: &Path) -> Outcome<ServerConfig> {
    let mut own = CertificateParams::new(Vec::new())?;
    own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    own.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    own.distinguished_name.push(DnType::CommonName, "Authority of the tests");
    let key = KeyPair::generate()?;
    fs::write(authority, own.self_signed(&key)?.pem())?;
    let issuer = Issuer::new(own, key);

    let mut names = CertificateParams::new(NAMES.map(str::to_owned).to_vec())?;
    names.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = names.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?)
}

/// Leads one connection to the simulator.
async fn lead(client: TcpStream, acceptor: &TlsAcceptor, simulator: SocketAddr) -> Outcome {
    let mut client = BufReader::new(client);
    let mut first = String::new();
    client.read_line(&mut first).await?;
    let mut line = String::new();
    while client.read_line(&mut line).await? > 2 {
        line.clear();
    }
    let wanted = first.strip_prefix("CONNECT ").and_then(|rest| rest.split_once(":443 "));
    if !wanted.is_some_and(|(name, _)| NAMES.contains(&name)) {
        client.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").await?;
        return Err(format!("this leads to Meta only, not to {}", first.trim()).into());
    }
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    let mut client = acceptor.accept(client).await?;
    let mut simulator = TcpStream::connect(simulator).await?;
    // Clients cut connections without a farewell; what they asked has been answered.
    let _ = copy_bidirectional(&mut client, &mut simulator).await;
    Ok(())
}
