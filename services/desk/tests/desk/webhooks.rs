//! Webhooks to integrators: their endpoints, and what reaches a receiver.

use std::{sync::Mutex, time::Duration};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, http, web};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;
use switchboard_chassis::clock;
use switchboard_store::webhooks::events::{self, Event};

use crate::{
    client::{Client, answer},
    world::World,
};

const TRUSTED: &[(&str, &str)] = &[("DESK__WEBHOOK_TRUSTED_HOSTS", "127.0.0.1")];

/// What came in a request.
#[derive(Debug, Clone)]
struct Received {
    id: String,
    signed: String,
    signature: String,
}

/// A receiver that answers what it is told to.
struct Receiver {
    url: String,
    shared: web::Data<Shared>,
    server: ServerHandle,
}

struct Shared {
    status: Mutex<u16>,
    received: Mutex<Vec<Received>>,
    news: tokio::sync::Notify,
}

async fn receive(shared: web::Data<Shared>, request: HttpRequest, body: String) -> HttpResponse {
    let header = |name| request.headers().get(name).unwrap().to_str().unwrap().to_owned();
    let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
    let (signed, signature) = (format!("{id}.{at}.{body}"), header("webhook-signature"));
    shared.received.lock().unwrap().push(Received { id, signed, signature });
    shared.news.notify_one();
    let status = *shared.status.lock().unwrap();
    HttpResponse::build(http::StatusCode::from_u16(status).unwrap()).body("heard")
}

impl Receiver {
    fn start(status: u16) -> Self {
        let shared = web::Data::new(Shared {
            status: Mutex::new(status),
            received: Mutex::default(),
            news: tokio::sync::Notify::new(),
        });
        let data = shared.clone();
        let server = HttpServer::new(move || {
            App::new().app_data(data.clone()).default_service(web::to(receive))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, shared, server: handle }
    }

    fn answers(&self, status: u16) {
        *self.shared.status.lock().unwrap() = status;
    }

    /// What was received, once it is so much.
    async fn received(&self, count: usize) -> Vec<Received> {
        let enough = async {
            loop {
                let received = self.shared.received.lock().unwrap().clone();
                if received.len() >= count {
                    return received;
                }
                self.shared.news.notified().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), enough).await.expect("posts arrive")
    }
}

fn signature(secret: &str, signed: &str) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mac = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(signed);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

async fn happened(world: &World, id: &str, conversation: &str) {
    let event = Event {
        id: id.to_owned(),
        workspace: world.here.workspace,
        conversation: world.here.conversation(conversation),
        kind: "message.received",
        body: json!({"id": id}).to_string(),
        at: clock::now(),
    };
    world.backend.store.write(move |db| events::keep(db, &event)).await.unwrap();
}

async fn endpoint(admin: &Client, url: &str) -> (String, String) {
    let body = json!({"url": url, "events": ["message.received"]});
    let (status, made) = admin.post("/webhook-endpoints", body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (format!("/webhook-endpoints/{}", text("id")), text("secret"))
}

/// The deliveries, once the first has been tried.
async fn tried(admin: &Client, path: &str, state: &str) -> Value {
    loop {
        let (_, page) = admin.get(&format!("{path}/deliveries?state={state}")).await;
        let all = page.as_array().unwrap();
        if all.iter().any(|one| one["tried_at"].is_i64()) {
            return page;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_failure_holds_its_conversation_only_and_comes_again_under_the_same_id() {
    let world = World::with(TRUSTED).await;
    let receiver = Receiver::start(503);
    let admin = world.as_user("admin").await;
    let (path, secret) = endpoint(&admin, &receiver.url).await;
    happened(&world, "evt_1", "anns").await;
    happened(&world, "evt_2", "anns").await;
    happened(&world, "evt_3", "bobs").await;
    let first = receiver.received(2).await;
    let mut ids: Vec<&str> = first.iter().map(|one| one.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["evt_1", "evt_3"], "the second of a conversation waits");
    for one in &first {
        assert_eq!(one.signature, signature(&secret, &one.signed));
    }
    let waiting = tried(&admin, &path, "pending").await;
    assert!(waiting.to_string().contains("answered 503"), "{waiting}");

    receiver.answers(204);
    let (_, fresh) = admin.post(&format!("{path}/rotate"), json!({})).await;
    let until = clock::now().as_millis() + 1;
    let (_, again) =
        admin.post(&format!("{path}/replay"), json!({"from": 0, "until": until})).await;
    assert_eq!(again["events"], 3, "{again}");
    let all = receiver.received(5).await;
    let later: Vec<&Received> = all.iter().skip(2).collect();
    let place = |id: &str| later.iter().position(|one| one.id == id).unwrap();
    assert!(place("evt_1") < place("evt_2"), "in order");
    let fresh = fresh["secret"].as_str().unwrap();
    for one in &later {
        let both = format!("{} {}", signature(fresh, &one.signed), signature(&secret, &one.signed));
        assert_eq!(one.signature, both, "two secrets while they are rotated");
    }
    let (_, view) = admin.get(&path).await;
    assert!(!view.to_string().contains("whsec_"), "told once");
    receiver.server.stop(true).await;
    world.stop().await;
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_turned_off_and_can_be_turned_on() {
    let world = World::with(TRUSTED).await;
    let receiver = Receiver::start(410);
    let admin = world.as_user("admin").await;
    let (path, _) = endpoint(&admin, &receiver.url).await;
    happened(&world, "evt_1", "anns").await;
    let parked = tried(&admin, &path, "parked").await;
    assert_eq!(parked[0]["event_id"], "evt_1");
    let (_, view) = admin.get(&path).await;
    assert_eq!(view["enabled"], false);
    assert!(view["off_because"].as_str().unwrap().contains("410"), "{view}");
    let one = json!({"event_id": "evt_1"});
    let (status, _) = admin.post(&format!("{path}/replay"), one.clone()).await;
    assert_eq!(status, StatusCode::CONFLICT);

    receiver.answers(200);
    let body = json!({"url": receiver.url, "events": ["message.received"]});
    let response = admin.send(Method::PUT, &path, Some(body), &[]).await;
    assert_eq!(answer(response).await.1["enabled"], true);
    assert_eq!(admin.post(&format!("{path}/replay"), one).await.1["events"], 1);
    assert_eq!(receiver.received(2).await[1].id, "evt_1");
    tried(&admin, &path, "delivered").await;
    let (_, tested) = admin.post(&format!("{path}/test"), json!({})).await;
    assert_eq!((&tested["taken"], &tested["status"]), (&json!(true), &json!(200)), "{tested}");
    assert_eq!(tested["said"], "heard", "what the receiver said");
    assert!(tested["milliseconds"].is_u64(), "{tested}");
    let (_, view) = admin.get(&path).await;
    assert!(view["last_taken_at"].is_i64() && view["failing_since"].is_null(), "{view}");
    receiver.server.stop(true).await;
    world.stop().await;
}

#[tokio::test]
async fn endpoints_are_outside_and_for_administrators() {
    let world = World::new().await;
    let (admin, supervisor) = (world.as_user("admin").await, world.as_user("supervisor").await);
    for (url, kind, word) in [
        ("http://127.0.0.1:9/", "message.received", "desk.webhook_trusted_hosts"),
        ("https://shop.example/", "message.eaten", "message.received"),
    ] {
        let body = json!({"url": url, "events": [kind]});
        let (status, wrong) = admin.post("/webhook-endpoints", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong["detail"].as_str().unwrap().contains(word), "{wrong}");
    }
    assert_eq!(supervisor.get("/webhook-endpoints").await.0, StatusCode::FORBIDDEN);
    world.stop().await;
}
