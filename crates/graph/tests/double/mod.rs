//! A server that reads whole requests and then does as told.

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Mutex,
    task::JoinHandle,
};

/// What to do once a request is read.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Write this and close.
    Answer(String),
    /// Write this and read the next request on the same connection.
    AnswerAndStay(String),
    /// Close without a word.
    Close,
    /// Never say anything.
    Hang,
}

pub(crate) struct Double {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Double {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Double {
    pub(crate) async fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            let mut acts = acts.into_iter();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                while let Some(request) = read(&mut stream).await {
                    seen.lock().await.push(request);
                    match acts.next() {
                        Some(Act::AnswerAndStay(text)) => {
                            stream.write_all(text.as_bytes()).await.unwrap();
                        }
                        Some(Act::Answer(text)) => {
                            stream.write_all(text.as_bytes()).await.unwrap();
                            break;
                        }
                        Some(Act::Hang) => std::future::pending().await,
                        Some(Act::Close) | None => break,
                    }
                }
            }
        });
        Self { url, requests, task }
    }

    /// What was read so far.
    pub(crate) async fn requests(&self) -> Vec<String> {
        self.requests.lock().await.clone()
    }
}

/// One request with its body; what is no HTTP ends at once.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if !text.is_ascii() {
            return Some(text);
        }
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return Some(text);
        }
    }
}
