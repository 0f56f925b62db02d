//! The WebSocket of the desk, as far as scenarios need it: [`Wire`] is one that is open, [`Page`] an open
//! page, which answers the desk's questions for a sign of life and reads hints over.

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    task::JoinHandle,
};

use crate::Outcome;

/// Opcodes of RFC 6455, 5.2.
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// The last frame of a message, and a masked payload.
const FIN: u8 = 0x80;
const MASKED: u8 = 0x80;

/// An open WebSocket; dropping it closes it.
#[derive(Debug)]
pub(crate) struct Wire(BufReader<TcpStream>);

impl Wire {
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
            if socket.read_line(&mut line).await? == 0 {
                return Err("the desk ended while it opened a WebSocket".into());
            }
        }
        Ok(Self(socket))
    }

    /// The next text; `None` when the other side closes. Questions for a sign of life are answered.
    ///
    /// # Errors
    /// When the connection breaks.
    pub(crate) async fn next(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        loop {
            let (kind, length) = (self.0.read_u8().await? & 0x0F, self.0.read_u8().await?);
            let length = match length {
                126 => u64::from(self.0.read_u16().await?),
                127 => self.0.read_u64().await?,
                short => u64::from(short),
            };
            let mut payload = Vec::new();
            (&mut self.0).take(length).read_to_end(&mut payload).await?;
            match kind {
                TEXT => return Ok(Some(payload)),
                CLOSE => return Ok(None),
                // Masked with zeroes, and as empty as the question.
                PING => self.0.write_all(&[FIN | PONG, MASKED, 0, 0, 0, 0]).await?,
                _ => {}
            }
        }
    }
}

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
        let mut wire = Wire::open(url, cookie).await?;
        // How it ends is no news: the desk was killed, or closed it.
        Ok(Self { task: tokio::spawn(async move { while let Ok(Some(_)) = wire.next().await {} }) })
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.task.abort();
    }
}
