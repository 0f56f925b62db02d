//! The WebSocket of an open page, as far as presence needs it: it is opened, it answers the desk's
//! questions for a sign of life, and it closes. Hints are read over.

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    task::JoinHandle,
};

use crate::Outcome;

/// Opcodes of RFC 6455, 5.2.
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// The last frame of a message, and a masked payload.
const FIN: u8 = 0x80;
const MASKED: u8 = 0x80;

/// An open page; dropping it closes it.
#[derive(Debug)]
pub struct Page {
    task: JoinHandle<()>,
}

impl Page {
    /// Opens the WebSocket at an `http://` URL.
    ///
    /// # Errors
    /// When the desk does not switch protocols.
    pub(crate) async fn open(url: &str, cookie: &str) -> Outcome<Self> {
        let rest = url.strip_prefix("http://").ok_or("the desk's URL is no http URL")?;
        let (host, path) = rest.split_once('/').ok_or("the WebSocket's URL has no path")?;
        let mut socket = BufReader::new(TcpStream::connect(host).await?);
        // The key proves nothing between parties that trust each other (RFC 6455, 1.3).
        let request = format!(
            "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Cookie: {cookie}\r\n\r\n"
        );
        socket.write_all(request.as_bytes()).await?;
        let mut status = String::new();
        socket.read_line(&mut status).await?;
        if !status.contains(" 101 ") {
            return Err(format!("the desk refused a WebSocket: {}", status.trim()).into());
        }
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            socket.read_line(&mut line).await?;
        }
        // How it ends is no news: the desk was killed, or closed it.
        Ok(Self { task: tokio::spawn(async move { drop(live(socket).await) }) })
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn live(mut socket: BufReader<TcpStream>) -> std::io::Result<()> {
    loop {
        let (kind, length) = (socket.read_u8().await? & 0x0F, socket.read_u8().await?);
        let length = match length {
            126 => u64::from(socket.read_u16().await?),
            127 => socket.read_u64().await?,
            short => u64::from(short),
        };
        let mut payload = Vec::new();
        (&mut socket).take(length).read_to_end(&mut payload).await?;
        match kind {
            CLOSE => return Ok(()),
            // Masked with zeroes, and as empty as the question.
            PING => socket.write_all(&[FIN | PONG, MASKED, 0, 0, 0, 0]).await?,
            _ => {}
        }
    }
}
