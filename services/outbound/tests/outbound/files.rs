//! A server of files that answers as told, one request after the other.

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Mutex,
};

pub(crate) struct FileServer {
    /// The address of a file.
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

/// An answer: the status line's end, the type of the file, the file.
pub(crate) fn answer(status: &str, kind: &str, file: &[u8]) -> Vec<u8> {
    let kind = if kind.is_empty() { String::new() } else { format!("content-type: {kind}\r\n") };
    let length = file.len();
    let head =
        format!("HTTP/1.1 {status}\r\n{kind}content-length: {length}\r\nconnection: close\r\n\r\n");
    [head.as_bytes(), file].concat()
}

impl FileServer {
    /// Gives these answers; then it is away.
    pub(crate) async fn start(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/file", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut buffer = [0; 4096];
                let count = stream.read(&mut buffer).await.unwrap();
                let request = String::from_utf8_lossy(buffer.get(..count).unwrap()).to_lowercase();
                seen.lock().await.push(request);
                stream.write_all(&answer).await.unwrap();
            }
        });
        Self { url, requests }
    }

    /// What was asked so far.
    pub(crate) async fn requests(&self) -> Vec<String> {
        self.requests.lock().await.clone()
    }
}
