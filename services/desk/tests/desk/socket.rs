//! The little of RFC 6455 that a listener needs.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{client::Client, world::World};

pub(crate) struct Socket(TcpStream);

pub(crate) const CLOSE: u8 = 0x88;
const TEXT: u8 = 0x81;

impl Socket {
    /// Asks for a socket; the status line's code if it is not granted.
    pub(crate) async fn open(desk: SocketAddr, client: &Client, origin: &str) -> Result<Self, u16> {
        Self::ask(desk, client, &format!("Origin: {origin}\r\n"), "").await
    }

    /// As a page of ours, or a program, that was there: it names the last cursor that it heard.
    pub(crate) async fn after(desk: SocketAddr, client: &Client, cursor: &str) -> Self {
        Self::ask(desk, client, "", &format!("?after={cursor}")).await.unwrap()
    }

    pub(crate) async fn ask(
        desk: SocketAddr,
        client: &Client,
        headers: &str,
        query: &str,
    ) -> Result<Self, u16> {
        let mut stream = TcpStream::connect(desk).await.unwrap();
        let cookie = client.cookie.as_deref().unwrap_or_default();
        let key = client.key.as_ref().map(|key| format!("Authorization: Bearer {key}\r\n"));
        let key = key.unwrap_or_default();
        let request = format!(
            "GET /api/v1/ws{query} HTTP/1.1\r\nHost: {desk}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}{key}Cookie: {cookie}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        match head.split(' ').nth(1).unwrap().parse().unwrap() {
            101 => Ok(Self(stream)),
            code => Err(code),
        }
    }

    pub(crate) async fn granted(world: &World, client: &Client) -> Self {
        Self::open(world.desk.addr(), client, &world.desk.url()).await.unwrap()
    }

    /// Sends a text, masked with zeros as clients must.
    pub(crate) async fn says(&mut self, text: &str) {
        let length = u8::try_from(text.len()).unwrap();
        assert!(length < 126);
        self.0.write_all(&[TEXT, 0x80 | length, 0, 0, 0, 0]).await.unwrap();
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// The next frame that is no ping; pings are answered.
    pub(crate) async fn next(&mut self) -> (u8, Vec<u8>) {
        loop {
            let kind = self.0.read_u8().await.unwrap();
            let length = match self.0.read_u8().await.unwrap() {
                126 => self.0.read_u16().await.unwrap(),
                short => u16::from(short),
            };
            let mut payload = vec![0; usize::from(length)];
            self.0.read_exact(&mut payload).await.unwrap();
            if kind != 0x89 {
                return (kind, payload);
            }
            // An empty pong, masked with zeros as clients must.
            self.0.write_all(&[0x8a, 0x80, 0, 0, 0, 0]).await.unwrap();
        }
    }

    /// The next frame that closes; what comes before is read over.
    pub(crate) async fn closed(&mut self) -> Vec<u8> {
        loop {
            let (kind, payload) = self.next().await;
            if kind == CLOSE {
                return payload;
            }
        }
    }

    pub(crate) async fn hint(&mut self) -> Value {
        let (kind, payload) = self.next().await;
        assert_eq!(kind, TEXT);
        serde_json::from_slice(&payload).unwrap()
    }

    /// The next hint of this type; others are read over.
    pub(crate) async fn hears(&mut self, kind: &str) -> Value {
        loop {
            let hint = self.hint().await;
            if hint["type"] == kind {
                return hint;
            }
        }
    }

    /// The place that it is told with the next hint of this type.
    pub(crate) async fn cursor_of(&mut self, kind: &str) -> String {
        self.hears(kind).await["cursor"].as_str().unwrap().to_owned()
    }
}
