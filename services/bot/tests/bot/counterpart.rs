//! A program that is asked over HTTP, and does as it is told. It stands for Rasa too, which cannot be
//! installed on the Python that is here: the answers are written as Rasa's documentation shows them.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What it was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// With the query.
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) text: String,
}

impl Asked {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

/// What it does.
#[derive(Debug, Clone)]
pub(crate) enum Does {
    Answers(u16, String),
    Hangs,
    /// As a bot that confirms its webhook, and then answers webhooks with that status.
    Confirms(u16),
    /// As a model that does what the customer wants: it says all that it was told.
    TellsAll,
}

pub(crate) struct Counterpart {
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// The last one is done for ever.
    does: Arc<Mutex<VecDeque<Does>>>,
    serving: JoinHandle<()>,
}

impl Counterpart {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let does = Arc::new(Mutex::new(VecDeque::from([Does::Hangs])));
        let (seen, script) = (Arc::clone(&asked), Arc::clone(&does));
        let serving = tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                let mut stream = BufReader::new(stream);
                let asked = read(&mut stream).await;
                seen.lock().unwrap().push(asked.clone());
                let does = next(&mut script.lock().unwrap());
                match does {
                    Does::Answers(status, body) => answer(&mut stream, status, &body).await,
                    // The connection stays, and nothing comes.
                    Does::Hangs => open.push(stream),
                    Does::Confirms(status) => match challenge(&asked.path) {
                        Some(challenge) => answer(&mut stream, 200, challenge).await,
                        None => answer(&mut stream, status, "").await,
                    },
                    Does::TellsAll => {
                        let message = json!({"role": "assistant", "content": asked.text});
                        let body = json!({"choices": [{"message": message}]}).to_string();
                        answer(&mut stream, 200, &body).await;
                    }
                }
            }
        });
        Self { address, asked, does, serving }
    }

    pub(crate) fn answers(&self, body: &Value) {
        self.does(Does::Answers(200, body.to_string()));
    }

    pub(crate) fn does(&self, does: Does) {
        self.does_in_turn(vec![does]);
    }

    pub(crate) fn does_in_turn(&self, does: Vec<Does>) {
        *self.does.lock().unwrap() = does.into();
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Counterpart {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn challenge(path: &str) -> Option<&str> {
    path.split_once("hub.challenge=")?.1.split('&').next()
}

fn next(script: &mut VecDeque<Does>) -> Does {
    let last = script.len() == 1;
    let does = if last { script.front().cloned() } else { script.pop_front() };
    does.unwrap_or(Does::Hangs)
}

async fn read(stream: &mut BufReader<TcpStream>) -> Asked {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let path = lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned();
    let header = |line: &String| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_ascii_lowercase(), value.to_owned()))
    };
    let headers: HashMap<_, _> = lines.iter().filter_map(header).collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    Asked { path, headers, text: String::from_utf8(body).unwrap() }
}

async fn answer(stream: &mut BufReader<TcpStream>, status: u16, body: &str) {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n");
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).await.unwrap();
}
