//! A program of the business that bots ask over HTTP, and that does as it is told: a Rasa server, one
//! that speaks our signed JSON, or the endpoint of a language model. Each answers in its own shape,
//! written as its documentation shows it.

use std::{
    collections::{BTreeMap, VecDeque},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Bytes, Data},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use switchboard_chassis::http::{self, Server};
use tokio::sync::watch;

use crate::{Outcome, wait};

/// What it was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Without the query.
    pub path: String,
    /// By their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The question.
    pub body: Value,
    raw: Bytes,
}

impl Asked {
    /// A header, empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// A place in the question, such as `/messages/0/text`.
    #[must_use]
    pub fn at(&self, place: &str) -> &Value {
        self.body.pointer(place).unwrap_or(&Value::Null)
    }

    /// Whether it is signed with that secret, as Standard Webhooks says.
    ///
    /// # Errors
    /// When the secret is none.
    pub fn is_signed_with(&self, secret: &str) -> Outcome<bool> {
        let key = STANDARD.decode(secret.trim_start_matches("whsec_"))?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key)?;
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        mac.update(format!("{id}.{at}.").as_bytes());
        mac.update(&self.raw);
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        Ok(self.header("webhook-signature").split(' ').any(|one| one == signature))
    }
}

/// What it does when it is asked.
#[derive(Debug, Clone)]
pub enum Does {
    /// Answers 200 with this.
    Answers(Value),
    /// Answers with this status.
    Refuses(u16),
    /// Answers 200 with this, once it is let go.
    Holds(Value),
    /// Never answers.
    Hangs,
}

/// A running counterpart.
#[derive(Debug)]
pub struct Counterpart {
    server: Server,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    asked: Mutex<Vec<Asked>>,
    /// The last is done for ever.
    script: Mutex<VecDeque<Does>>,
    free: watch::Sender<bool>,
}

impl Counterpart {
    /// Starts on a free port; it never answers until it is told to.
    ///
    /// # Errors
    /// When none is free.
    pub fn start() -> Outcome<Self> {
        let script = Mutex::new(VecDeque::from([Does::Hangs]));
        let shared =
            Arc::new(Shared { asked: Mutex::default(), script, free: watch::Sender::new(false) });
        let data = Data::from(Arc::clone(&shared));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = http::serve(address, move |app| {
            app.app_data(data.clone()).route("/{path:.*}", web::post().to(answer));
        })?;
        Ok(Self { server, shared })
    }

    /// Where it is, e.g. `http://127.0.0.1:4711`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What it does from now on, one after the other; the last for ever.
    pub fn does(&self, script: impl IntoIterator<Item = Does>) {
        *lock(&self.shared.script) = script.into_iter().collect();
    }

    /// Gives the answers that it holds.
    pub fn lets_go(&self) {
        self.shared.free.send_replace(true);
    }

    /// What it was asked, once it was asked so often.
    ///
    /// # Errors
    /// When it never is.
    pub async fn asked(&self, times: usize) -> Outcome<Vec<Asked>> {
        wait::until(&format!("the program is asked {times} times"), async || {
            let asked = lock(&self.shared.asked).clone();
            if asked.len() >= times {
                return Ok(asked);
            }
            Err(format!("it was asked {} times", asked.len()).into())
        })
        .await
    }
}

async fn answer(shared: Data<Shared>, request: HttpRequest, raw: Bytes) -> HttpResponse {
    let header = |(name, value): (&actix_web::http::header::HeaderName, &_)| {
        let value: &actix_web::http::header::HeaderValue = value;
        (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned())
    };
    let asked = Asked {
        path: request.path().to_owned(),
        headers: request.headers().iter().map(header).collect(),
        body: serde_json::from_slice(&raw).unwrap_or_default(),
        raw,
    };
    lock(&shared.asked).push(asked);
    let does = next(&mut lock(&shared.script));
    match does {
        Does::Answers(body) => HttpResponse::Ok().json(body),
        Does::Refuses(status) => {
            HttpResponse::build(StatusCode::from_u16(status).unwrap_or_default()).finish()
        }
        Does::Holds(body) => {
            let mut free = shared.free.subscribe();
            // It cannot fail: the sender lives as long as this.
            let _ = free.wait_for(|free| *free).await;
            HttpResponse::Ok().json(body)
        }
        Does::Hangs => std::future::pending().await,
    }
}

fn next(script: &mut VecDeque<Does>) -> Does {
    let last = script.len() <= 1;
    let does = if last { script.front().cloned() } else { script.pop_front() };
    does.unwrap_or(Does::Hangs)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
