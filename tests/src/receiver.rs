//! Other software that is told of events: one receiver that takes them, and ways to be a bad one.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Bytes, Data},
};
use futures_util::stream;
use serde_json::Value;
use switchboard_chassis::http::{self, Server};

use crate::Outcome;

/// Longer than anybody waits for an answer.
const FOR_EVER: Duration = Duration::from_secs(3600);

/// An event that was posted.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    /// Its `webhook-id`.
    pub id: String,
    /// What it says.
    pub event: Value,
}

/// Receivers, on one address of this machine.
#[derive(Debug)]
pub struct Receiver {
    server: Server,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    taken: Mutex<Vec<Posted>>,
    bad: Mutex<Vec<String>>,
}

impl Receiver {
    /// Starts on a free port.
    ///
    /// # Errors
    /// When none is free.
    pub fn start() -> Outcome<Self> {
        let shared = Arc::new(Shared::default());
        let data = Data::from(Arc::clone(&shared));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = http::serve(address, move |app| {
            app.app_data(data.clone())
                .route("/takes", web::post().to(take))
                .route("/hangs", web::post().to(hang))
                .route("/drips", web::post().to(drip))
                .route("/floods", web::post().to(flood));
        })?;
        Ok(Self { server, shared })
    }

    /// An address: `takes` what comes; `hangs`, `drips` and `floods` are of no use.
    #[must_use]
    pub fn url(&self, manner: &str) -> String {
        format!("{}/{manner}", self.server.url())
    }

    /// What came to `takes` so far, in order.
    #[must_use]
    pub fn taken(&self) -> Vec<Posted> {
        self.shared.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many posts came to an address that is of no use.
    #[must_use]
    pub fn suffered(&self, manner: &str) -> usize {
        let bad = self.shared.bad.lock().unwrap_or_else(PoisonError::into_inner);
        bad.iter().filter(|one| *one == manner).count()
    }
}

async fn take(shared: Data<Shared>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let id = request.headers().get("webhook-id").and_then(|id| id.to_str().ok());
    let (Some(id), Ok(event)) = (id, serde_json::from_slice(&body)) else {
        return HttpResponse::BadRequest().finish();
    };
    let posted = Posted { id: id.to_owned(), event };
    shared.taken.lock().unwrap_or_else(PoisonError::into_inner).push(posted);
    HttpResponse::NoContent().finish()
}

fn suffer(shared: &Shared, manner: &str) {
    shared.bad.lock().unwrap_or_else(PoisonError::into_inner).push(manner.to_owned());
}

/// Never answers.
async fn hang(shared: Data<Shared>) -> HttpResponse {
    suffer(&shared, "hangs");
    tokio::time::sleep(FOR_EVER).await;
    HttpResponse::NoContent().finish()
}

/// Answers with an error at once, and goes on talking a byte at a time.
async fn drip(shared: Data<Shared>) -> HttpResponse {
    suffer(&shared, "drips");
    let bytes = stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        Some((Ok::<_, actix_web::Error>(Bytes::from_static(b".")), ()))
    });
    HttpResponse::ServiceUnavailable().streaming(bytes)
}

/// Answers with an error that has no end.
async fn flood(shared: Data<Shared>) -> HttpResponse {
    suffer(&shared, "floods");
    let kilobytes =
        stream::repeat_with(|| Ok::<_, actix_web::Error>(Bytes::from_static(&[0; 1024])));
    HttpResponse::ServiceUnavailable().streaming(kilobytes)
}
