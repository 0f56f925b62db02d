//! The door for bots that were written for Meta's platform: as much of the Graph API as such bots
//! call, with a token of ours in place of Meta's.
//!
//! [`call`] is what was asked, whatever form it came in; [`guest`] is who asks and about whom
//! ([`app`] when a bot asks as its app);
//! [`messages`] writes to customers ([`page`] and [`whatsapp`] read the two dialects, [`template`] knows
//! templates), [`comment`] to whoever commented; [`control`] is about who answers, [`profile`] tells of
//! accounts and customers, [`relay`] hands on what a bot sets up at Meta ([`errand`] has it done),
//! [`files`] gives and takes files ([`upload`] reads them from a form); [`fault`] says no as Meta does.
//!
//! The door decides nothing that the router decides: it looks into the store so that a bot hears
//! what Meta would tell it, and hands what the bot does to the conversation's shard.

mod app;
mod call;
mod comment;
mod control;
mod errand;
mod fault;
mod files;
mod guest;
mod looks;
mod messages;
mod page;
mod profile;
mod relay;
mod template;
#[cfg(test)]
mod tests;
mod upload;
mod whatsapp;

use std::time::Duration;

use actix_web::{
    Error, HttpRequest, HttpResponse, guard,
    http::{Method, StatusCode},
    web::{self, Bytes, Data, PayloadConfig, ServiceConfig},
};
use app::App;
use call::Call;
use fault::Fault;
use guest::Guest;
use serde_json::{Value, json};
use switchboard_chassis::{clock, telemetry};
use switchboard_contract::{Body, Envelope};
use switchboard_domain::{Channel, ids::MessageId};
use switchboard_media::MediaStore;
use switchboard_queue::{SharedQueue, Topic};
use switchboard_store::Store;
use tokio::time;

use crate::{publish, reach::Reach};

/// No call that a bot makes is larger, in bytes.
const LARGEST_BODY: usize = 256 * 1024;

/// Calls in one batch at most. (Graph API "Batch Requests")
const BATCH: usize = 50;

/// How long a call waits until what it does is durable.
const DURABLE_WITHIN: Duration = Duration::from_secs(10);

/// What the door needs.
pub(crate) struct Door {
    queue: SharedQueue,
    store: Store,
    reach: Reach,
    files: MediaStore,
    /// The largest file that is taken, in bytes.
    largest_file: u64,
}

impl Door {
    pub(crate) fn new(
        (queue, store): (&SharedQueue, &Store),
        reach: Reach,
        (files, largest_file): (MediaStore, u64),
    ) -> Self {
        let (queue, store) = (queue.clone(), store.clone());
        Self { queue, store, reach, files, largest_file }
    }

    /// Hands something to another service. `Ok` means that it is durable.
    async fn hand_over(&self, topic: Topic, (id, body): (String, Body)) -> Result<(), Fault> {
        let (traceparent, tracestate) = telemetry::inject_current();
        let created_at_us = clock::now().as_micros();
        let envelope = Envelope { id, traceparent, tracestate, created_at_us, body: Some(body) };
        let published = publish::until_durable(&self.queue, topic, envelope);
        let published = time::timeout(DURABLE_WITHIN, published).await;
        Ok(published.map_err(|_| Fault::late())??)
    }
}

/// How bots know a message of ours: in Meta's form, with our id in it.
pub(crate) fn name(channel: Channel, message: MessageId) -> String {
    match channel {
        Channel::WhatsApp => messages::name("wamid.", message),
        Channel::Messenger | Channel::Instagram => messages::name("m_", message),
    }
}

/// Mounts the door at the root, for bots that are led here by the name of Meta's host, and under
/// `/graph`, which is what an operator lets in from outside.
pub(crate) fn mount(door: &Data<Door>, app: &mut ServiceConfig) {
    app.app_data(door.clone());
    let versions = [r"/{version:v\d+\.\d+}{rest:.*}", r"/graph/{version:v\d+\.\d+}{rest:.*}"];
    let without = ["/graph{rest:.*}", r"/{rest:(me|oauth)/.*}"];
    for path in versions.into_iter().chain(without) {
        let form = guard::fn_guard(|context| upload::is_form(context.head()));
        app.service(web::resource(path).guard(form).to(upload::serve));
        app.service(web::resource(path).app_data(PayloadConfig::new(LARGEST_BODY)).to(serve));
    }
}

async fn serve(door: Data<Door>, request: HttpRequest, body: Result<Bytes, Error>) -> HttpResponse {
    let call = match body {
        Ok(body) => Call::of(&request, &body),
        Err(_) => Err(Fault::parameter("the body cannot be read, or is larger than 256 KiB")),
    };
    let answered = match call {
        Ok(call) => answer(&door, &call).await,
        Err(fault) => Err(fault),
    };
    answered.unwrap_or_else(|fault| fault.response())
}

async fn answer(door: &Door, call: &Call) -> Result<HttpResponse, Fault> {
    if (call.node.as_str(), call.edge.as_deref()) == ("oauth", Some("access_token")) {
        return Ok(HttpResponse::Ok().json(app::token(door, call).await?));
    }
    if let Some(parts) = app::parts(call.token.as_ref()) {
        let answer = App::let_in(door, parts).await?.answer(door, call).await?;
        return Ok(HttpResponse::Ok().json(answer));
    }
    let guest = Guest::let_in(door, call.token.as_ref()).await?;
    let answer = match call.fields.get("batch") {
        Some(batch) if call.node.is_empty() && call.method == Method::POST => {
            all(door, &guest, (call, batch)).await?
        }
        _ if call.method == Method::GET && call.edge.as_deref() == Some(files::EDGE) => {
            return files::give(door, &guest, &call.node).await;
        }
        _ => one(door, &guest, call).await?,
    };
    Ok(HttpResponse::Ok().json(answer))
}

/// Answers a call for which the guest was let in.
async fn one(door: &Door, guest: &Guest, call: &Call) -> Result<Value, Fault> {
    let edge = call.edge.as_deref();
    match (&call.method, edge) {
        (&Method::POST, Some("messages")) => messages::post(door, guest, call).await,
        (&Method::POST, Some("message_attachments")) => page::keep_attachment(guest, call),
        (&Method::POST, Some(edge)) if control::is_one(edge) => {
            control::post(door, guest, call, edge).await
        }
        (_, Some(edge)) => match guest.relayed(&call.node, edge) {
            Some(relayed) => relay::call(door, guest, (relayed, call)).await,
            None => profile::edge(guest, call, edge),
        },
        (&Method::GET, None) => profile::get(door, guest, call).await,
        (&Method::DELETE, None) => relay::persona(door, guest, call).await,
        (_, None) => Err(Fault::no_such(&call.node)),
    }
}

/// Answers several, one after the other, each with its own status.
async fn all(door: &Door, guest: &Guest, (around, batch): (&Call, &Value)) -> Result<Value, Fault> {
    let calls = batch.as_array().filter(|calls| calls.len() <= BATCH);
    let calls =
        calls.ok_or_else(|| Fault::parameter("(#100) batch is a list of up to 50 calls"))?;
    let mut answers = Vec::new();
    for call in calls {
        let answered = match Call::in_batch(call) {
            Ok(call) => one(door, guest, &call.within(around)).await,
            Err(fault) => Err(fault),
        };
        let (status, body) = match answered {
            Ok(body) => (StatusCode::OK, body),
            Err(fault) => (fault.status(), fault.body()),
        };
        answers.push(json!({ "code": status.as_u16(), "headers": [], "body": body.to_string() }));
    }
    Ok(answers.into())
}
