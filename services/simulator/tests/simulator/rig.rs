//! A simulator with one account per channel, a client, and a webhook endpoint.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};
use switchboard_simulator::config::{
    AppSeed, CustomerSeed, InstagramSeed, PageSeed, PhoneSeed, Settings, TemplateSeed, WabaSeed,
};
use switchboard_simulator::{Running, SimulatorConfig, start};
use tokio::sync::watch;

pub(crate) const APP: &str = "1001";
pub(crate) const SECRET: &str = "app-secret";
pub(crate) const PAGE: &str = "2001";
pub(crate) const IG: &str = "3001";
pub(crate) const WABA: &str = "4001";
pub(crate) const PHONE: &str = "4101";
pub(crate) const PAGE_TOKEN: &str = "page-token";
pub(crate) const WA_TOKEN: &str = "wa-token";
pub(crate) const PSID: &str = "51";
pub(crate) const IGSID: &str = "61";
pub(crate) const WA_ID: &str = "15552223333";
/// The beginnings of files: enough to tell what they are.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
pub(crate) const MP4: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2";
pub(crate) const PDF: &[u8] = b"%PDF-1.7";

/// A webhook as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    pub(crate) path: String,
    pub(crate) signature: String,
    pub(crate) legacy: String,
    pub(crate) bytes: Vec<u8>,
}

impl Hook {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    /// The one item of `messaging`, or the one `value` of a change.
    pub(crate) fn item(&self) -> Value {
        let json = self.json();
        let entry = &json["entry"][0];
        if entry["messaging"].is_array() {
            return entry["messaging"][0].clone();
        }
        entry["changes"][0]["value"].clone()
    }
}

/// What the endpoint does with the next webhooks; then it answers 200.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reply {
    Status(u16),
    Hang,
    /// 200, with what Meta wants to hear about a deletion.
    Deletion,
    /// 200, after [`Rig::release`].
    Hold,
}

struct Endpoint {
    hooks: Mutex<Vec<Hook>>,
    replies: Mutex<VecDeque<Reply>>,
    count: watch::Sender<usize>,
    released: watch::Sender<bool>,
    verify_token: &'static str,
}

impl Endpoint {
    fn keep(&self, hook: Hook) {
        let mut hooks = self.hooks.lock().unwrap();
        hooks.push(hook);
        self.count.send_replace(hooks.len());
    }
}

async fn receive(
    endpoint: web::Data<Endpoint>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let header = |name: &str| {
        let value = request.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    let reply = endpoint.replies.lock().unwrap().pop_front();
    endpoint.keep(Hook {
        path: request.path().to_owned(),
        signature: header("X-Hub-Signature-256"),
        legacy: header("X-Hub-Signature"),
        bytes: body.to_vec(),
    });
    match reply {
        None => HttpResponse::Ok().finish(),
        Some(Reply::Status(status)) => {
            HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap()).finish()
        }
        Some(Reply::Deletion) => HttpResponse::Ok()
            .json(json!({"url": "https://x/deletion/abc123", "confirmation_code": "abc123"})),
        Some(Reply::Hang) => std::future::pending().await,
        Some(Reply::Hold) => {
            endpoint.released.subscribe().wait_for(|released| *released).await.unwrap();
            HttpResponse::Ok().finish()
        }
    }
}

async fn verify(
    endpoint: web::Data<Endpoint>,
    query: web::Query<std::collections::HashMap<String, String>>,
) -> HttpResponse {
    if query["hub.mode"] == "subscribe" && query["hub.verify_token"] == endpoint.verify_token {
        return HttpResponse::Ok().body(query["hub.challenge"].clone());
    }
    HttpResponse::Forbidden().finish()
}

/// Everything a test needs. Ends with [`Rig::stop`].
pub(crate) struct Rig {
    pub(crate) sim: Running,
    pub(crate) http: reqwest::Client,
    pub(crate) hook_url: String,
    endpoint: web::Data<Endpoint>,
    server: ServerHandle,
}

pub(crate) fn seeds(callback: &str) -> SimulatorConfig {
    let customer = |account: &str, id: &str, name: &str| CustomerSeed {
        account: account.into(),
        id: id.into(),
        name: name.into(),
        ..CustomerSeed::default()
    };
    SimulatorConfig {
        settings: Settings { time_factor: 10_000.0, event_delay_ms: 0, ..Settings::default() },
        apps: vec![AppSeed {
            id: APP.into(),
            secret: SECRET.into(),
            name: "Gateway".into(),
            callback_url: Some(callback.into()),
            verify_token: "right".into(),
            ..AppSeed::default()
        }],
        pages: vec![PageSeed {
            id: PAGE.into(),
            name: "Page".into(),
            app_id: APP.into(),
            access_token: PAGE_TOKEN.into(),
            ..PageSeed::default()
        }],
        instagram: vec![InstagramSeed {
            id: IG.into(),
            name: "insta".into(),
            page_id: Some(PAGE.into()),
            app_id: APP.into(),
            ..InstagramSeed::default()
        }],
        whatsapp: vec![WabaSeed {
            id: WABA.into(),
            name: "Waba".into(),
            app_id: APP.into(),
            access_token: WA_TOKEN.into(),
            subscribed: true,
            phones: vec![PhoneSeed {
                id: PHONE.into(),
                display_phone_number: "+1 555 000 1111".into(),
                verified_name: "Shop".into(),
            }],
            templates: vec![TemplateSeed {
                name: "order_ready".into(),
                language: "en_US".into(),
                body: "Hello {{1}}, order {{2}} is ready.".into(),
                ..TemplateSeed::default()
            }],
        }],
        customers: vec![
            customer(PAGE, PSID, "Ann Lee"),
            customer(IG, IGSID, "Bo"),
            customer(PHONE, WA_ID, "Cy"),
        ],
        ..SimulatorConfig::default()
    }
}

impl Rig {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// A rig whose simulator is configured otherwise.
    pub(crate) async fn start_with(change: impl FnOnce(&mut SimulatorConfig)) -> Self {
        let endpoint = web::Data::new(Endpoint {
            hooks: Mutex::default(),
            replies: Mutex::default(),
            count: watch::Sender::new(0),
            released: watch::Sender::new(false),
            verify_token: "right",
        });
        let shared = endpoint.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .route("/{any:.*}", web::post().to(receive))
                .route("/{any:.*}", web::get().to(verify))
        })
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .unwrap();
        let hook_url = format!("http://{}/hook", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        let mut config = seeds(&hook_url);
        change(&mut config);
        let sim = start(config).await.unwrap();
        // Longer than any answer is held back.
        let http = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().unwrap();
        Self { sim, http, hook_url, endpoint, server: handle }
    }

    pub(crate) async fn stop(self) {
        self.sim.stop().await.unwrap();
        self.server.stop(false).await;
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sim.url())
    }

    /// The endpoint's next answers.
    pub(crate) fn reply(&self, replies: &[Reply]) {
        self.endpoint.replies.lock().unwrap().extend(replies);
    }

    /// Answers what is held back.
    pub(crate) fn release(&self) {
        self.endpoint.released.send_replace(true);
    }

    /// The endpoint answers 200 again.
    pub(crate) fn accept(&self) {
        self.endpoint.replies.lock().unwrap().clear();
    }

    /// Stops the simulator and starts another one beside the same endpoint.
    pub(crate) async fn restart(self, change: impl FnOnce(&mut SimulatorConfig)) -> Self {
        self.sim.stop().await.unwrap();
        let mut config = seeds(&self.hook_url);
        change(&mut config);
        Self { sim: start(config).await.unwrap(), ..self }
    }

    /// Waits until this many webhooks arrived, and returns all.
    pub(crate) async fn hooks(&self, count: usize) -> Vec<Hook> {
        let mut changes = self.endpoint.count.subscribe();
        let wait = changes.wait_for(|have| *have >= count);
        let in_time = tokio::time::timeout(Duration::from_secs(20), wait).await;
        let hooks = self.endpoint.hooks.lock().unwrap().clone();
        assert!(in_time.is_ok(), "only {} of {count} webhooks: {hooks:#?}", hooks.len());
        hooks
    }

    /// Forgets the webhooks so far, after all are delivered.
    pub(crate) async fn forget(&self) {
        self.idle().await;
        self.endpoint.hooks.lock().unwrap().clear();
        self.endpoint.count.send_replace(0);
    }

    pub(crate) async fn idle(&self) {
        let idle = self.get("/_sim/idle?wait_ms=20000").await;
        assert_eq!(idle["idle"], true);
    }

    /// `GET` of the control interface.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.http.get(self.url(path)).send().await.unwrap();
        assert_eq!(response.status(), 200, "GET {path}");
        response.json().await.unwrap()
    }

    /// `POST` to the control interface.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let response = self.http.post(self.url(path)).json(&body).send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert_eq!(status, 200, "POST {path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) async fn settings(&self, change: Value) {
        let request = self.http.put(self.url("/_sim/settings")).json(&change);
        assert_eq!(request.send().await.unwrap().status(), 200);
    }

    /// Plays an act of a customer and returns its id.
    pub(crate) async fn play(&self, account: &str, customer: &str, act: Value) -> Value {
        let path = format!("/_sim/customers/{account}/{customer}/messages");
        self.control(&path, act).await["id"].clone()
    }

    /// The URL of a file on this machine, told to be of that type.
    pub(crate) async fn file(&self, account: &str, bytes: &[u8], mime: &str) -> String {
        let url = self.url(&format!("/_sim/customers/{account}/1/media"));
        let request = self.http.post(url).header("Content-Type", mime).body(bytes.to_vec());
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["url"].as_str().unwrap().to_owned()
    }

    /// All three customers write once, and that is forgotten: windows are open.
    pub(crate) async fn open_windows(&self) {
        for (account, customer) in [(PAGE, PSID), (IG, IGSID), (PHONE, WA_ID)] {
            self.play(account, customer, json!({"text": "hello"})).await;
        }
        self.forget().await;
    }

    /// A Graph call: status and body.
    pub(crate) async fn graph(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let request = self.http.post(self.url(path)).bearer_auth(token).json(body);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn graph_get(&self, path: &str, token: &str) -> (u16, Value) {
        let request = self.http.get(self.url(path)).bearer_auth(token);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn send_messenger(&self, text: &str, marker: &str) -> (u16, Value) {
        self.graph("/v25.0/me/messages", PAGE_TOKEN, &messenger(text, marker)).await
    }

    pub(crate) async fn send_whatsapp(&self, text: &str, marker: &str) -> (u16, Value) {
        let path = format!("/v25.0/{PHONE}/messages");
        self.graph(&path, WA_TOKEN, &whatsapp(text, marker)).await
    }
}

pub(crate) fn messenger(text: &str, marker: &str) -> Value {
    json!({
        "recipient": {"id": PSID},
        "messaging_type": "RESPONSE",
        "message": {"text": text, "metadata": marker},
    })
}

pub(crate) fn whatsapp(text: &str, marker: &str) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": format!("+{WA_ID}"),
        "type": "text",
        "text": {"body": text},
        "biz_opaque_callback_data": marker,
    })
}

/// Code and subcode of an error body.
pub(crate) fn code(answer: &(u16, Value)) -> (i64, Option<i64>) {
    let error = &answer.1["error"];
    assert!(error["fbtrace_id"].is_string(), "no error: {answer:?}");
    (error["code"].as_i64().unwrap(), error["error_subcode"].as_i64())
}
