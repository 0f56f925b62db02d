//! A simulator, a backend in a temporary folder with one account a channel, and the service.

mod seeds;

use std::{collections::HashMap, time::Duration};

use serde_json::{Value, json};
use switchboard_backend::Backend;
use switchboard_chassis::{clock, settings::Settings};
use switchboard_contract::{
    Body, Envelope, decode, encode,
    wire::{self, AccountChanged, BlockReport, SendReport, SendSettled, ThreadReport},
};
use switchboard_domain::{
    Channel,
    ids::SendId,
    shard::{AccountShard, ConversationShard},
};
use switchboard_meta::marker;
use switchboard_outbound::Running;
use switchboard_queue::{Message, SubscribeOptions, Subscription, Topic};
use switchboard_simulator::SimulatorConfig;
use switchboard_store::{
    accounts::{self, Health},
    sends,
};
use tokio_util::sync::CancellationToken;

pub(crate) use seeds::{
    PAGE_TOKEN, PHONE_TOKEN, SECRET, WABA, account, conversation, node, request, request_until,
    send, workspace,
};
use seeds::{seal_token, seed, seeds};

/// How long anything may take before the test gives up.
const LONG: Duration = Duration::from_secs(40);

pub(crate) struct Rig {
    sim: Option<switchboard_simulator::Running>,
    url: String,
    pub(crate) backend: Backend,
    pub(crate) running: Option<Running>,
    reports: Box<dyn Subscription>,
    seen: Vec<SendReport>,
    threads: Vec<ThreadReport>,
    blocks: Vec<BlockReport>,
    pub(crate) http: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Rig {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings than the usual ones, which wait for proof for half a second only.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut rig = Self::idle(change).await;
        rig.go().await;
        rig
    }

    /// The service is not started yet.
    pub(crate) async fn idle(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sim = switchboard_simulator::start(seeds()).await.unwrap();
        let env = [
            ("SWITCHBOARD__DATA_DIR", folder.path().to_str().unwrap()),
            ("SWITCHBOARD__OUTBOUND__GRAPH_URL", sim.url()),
            ("SWITCHBOARD__MEDIA__TRUSTED_HOSTS", "127.0.0.1"),
            ("SWITCHBOARD__OUTBOUND__INSTAGRAM_GRAPH_URL", sim.url()),
        ];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut settings = Settings::from_sources(None, env).unwrap();
        let brief = Duration::from_millis(500);
        let after = &mut settings.outbound.uncertain_after;
        (after.messenger, after.instagram, after.whatsapp) = (brief, brief, brief);
        change(&mut settings);
        let backend = Backend::open(settings, "rig").await.unwrap();
        seed(&backend).await;
        let options = SubscribeOptions { prefetch: 500, priority: 0, consumer: "rig".to_owned() };
        let topic = Topic::Inbound(ConversationShard::new(0).unwrap());
        let reports = backend.queue.subscribe(topic, options).await.unwrap();
        let http = reqwest::Client::new();
        let url = sim.url().to_owned();
        Self {
            sim: Some(sim),
            url,
            backend,
            running: None,
            reports,
            seen: Vec::new(),
            threads: Vec::new(),
            blocks: Vec::new(),
            http,
            _folder: folder,
        }
    }

    /// Where the simulator is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn go(&mut self) {
        let stop = CancellationToken::new();
        self.running = Some(switchboard_outbound::start(&self.backend, &stop).await.unwrap());
    }

    pub(crate) async fn halt(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    pub(crate) async fn stop(mut self) {
        self.halt().await;
        self.backend.close().await;
        self.unplug().await;
    }

    /// Meta is away.
    pub(crate) async fn unplug(&mut self) {
        if let Some(sim) = self.sim.take() {
            sim.stop().await.unwrap();
        }
    }

    /// Meta is back, under the same address, and knows nothing.
    pub(crate) async fn plug(&mut self) {
        let listen = self.url.strip_prefix("http://").unwrap().parse().unwrap();
        let config = SimulatorConfig { listen, ..seeds() };
        self.sim = Some(switchboard_simulator::start(config).await.unwrap());
    }

    /// The customer writes, which opens Meta's window.
    pub(crate) async fn write_in(&self, channel: Channel, customer: &str) {
        let path = format!("/_sim/customers/{}/{customer}/messages", node(channel));
        self.post(&path, json!({"text": "hello"})).await;
    }

    /// Hands texts to the service, in order; the send's name is the text.
    pub(crate) async fn order(&self, channel: Channel, customer: &str, texts: &[&str]) {
        let requests = texts.iter().map(|text| request(channel, customer, text)).collect();
        self.publish(channel, requests).await;
    }

    pub(crate) async fn publish(&self, channel: Channel, bodies: Vec<(String, Body)>) {
        let envelopes: Vec<Envelope> = bodies
            .into_iter()
            .map(|(id, body)| Envelope { id, body: Some(body), ..Envelope::default() })
            .collect();
        let topic = Topic::Outbound(AccountShard::of(&account(channel).to_string()));
        let id = envelopes[0].id.clone();
        let message = Message { id, topic, payload: encode(envelopes) };
        self.backend.queue.publish(vec![message]).await.unwrap();
    }

    pub(crate) async fn settle(&self, channel: Channel, name: &str) {
        let settled = SendSettled {
            workspace_id: workspace().to_string(),
            send_id: send(name).to_string(),
            external_id: format!("echo-of-{name}"),
        };
        self.publish(channel, vec![(format!("settle:{name}"), Body::SendSettled(settled))]).await;
    }

    pub(crate) async fn tell_changed(&self, channel: Channel) {
        let changed = AccountChanged {
            workspace_id: workspace().to_string(),
            account_id: account(channel).to_string(),
        };
        let id = format!("changed:{}", clock::now().as_micros());
        self.publish(channel, vec![(id, Body::AccountChanged(changed))]).await;
    }

    /// Waits until the send was reported on, and gives the outcome.
    pub(crate) async fn report(&mut self, name: &str) -> wire::send_report::Outcome {
        let id = send(name).to_string();
        let found = tokio::time::timeout(LONG, async {
            loop {
                let known = self.seen.iter().find(|report| report.send_id == id);
                if let Some(outcome) = known.and_then(|report| report.outcome.clone()) {
                    return outcome;
                }
                self.listen().await;
            }
        });
        let seen = found.await;
        seen.unwrap_or_else(|_| panic!("no report on {name} but on {:?}", self.seen))
    }

    async fn listen(&mut self) {
        for delivery in self.reports.next(100).await.unwrap() {
            for envelope in decode(delivery.payload).unwrap() {
                match envelope.body {
                    Some(Body::SendReport(report)) => self.seen.push(report),
                    Some(Body::ThreadReport(report)) => self.threads.push(report),
                    Some(Body::BlockReport(report)) => self.blocks.push(report),
                    // Pages are told of files; what of them is in the store is looked at there.
                    Some(Body::MediaReport(_)) => {}
                    other => panic!("not a report: {other:?}"),
                }
            }
            self.reports.ack(&[delivery.tag]).await.unwrap();
        }
    }

    /// Waits for the next report on control of a conversation.
    pub(crate) async fn thread_report(&mut self) -> ThreadReport {
        let found = tokio::time::timeout(LONG, async {
            loop {
                if let Some(report) = self.threads.pop() {
                    return report;
                }
                self.listen().await;
            }
        });
        found.await.expect("no report on control")
    }

    /// Waits for the next report on WhatsApp's block list.
    pub(crate) async fn block_report(&mut self) -> BlockReport {
        let found = tokio::time::timeout(LONG, async {
            loop {
                if let Some(report) = self.blocks.pop() {
                    return report;
                }
                self.listen().await;
            }
        });
        found.await.expect("no report on the block list")
    }

    /// Looks until there is something to see.
    pub(crate) async fn eventually<T>(&self, look: impl AsyncFn() -> Option<T>) -> T {
        let wait = async {
            loop {
                match look().await {
                    Some(found) => return found,
                    None => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        };
        tokio::time::timeout(LONG, wait).await.expect("it never came")
    }

    /// Waits until the send was sent, and gives Meta's id.
    pub(crate) async fn sent(&mut self, name: &str) -> String {
        match self.report(name).await {
            wire::send_report::Outcome::Sent(id) => id,
            other => panic!("{name} was not sent: {other:?}"),
        }
    }

    pub(crate) async fn failed(&mut self, name: &str) -> String {
        match self.report(name).await {
            wire::send_report::Outcome::Failed(sentence) => sentence,
            other => panic!("{name} did not fail: {other:?}"),
        }
    }

    /// How many reports came on a send so far.
    pub(crate) fn reports_on(&self, name: &str) -> usize {
        let id = send(name).to_string();
        self.seen.iter().filter(|report| report.send_id == id).count()
    }

    /// Waits until the store says so.
    pub(crate) async fn state(&self, name: &str, wanted: sends::State) {
        let id = send(name);
        let wait = async {
            while self
                .backend
                .store
                .read(move |db| sends::state(db, workspace(), id))
                .await
                .unwrap()
                != Some(wanted)
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = tokio::time::timeout(LONG, wait).await;
        assert!(waited.is_ok(), "{name} never became {wanted:?}");
    }

    /// Waits until the send, which is still open, was tried so often.
    pub(crate) async fn tried(&self, channel: Channel, customer: &str, wanted: u32) {
        let shard = AccountShard::of(&account(channel).to_string());
        let whose = conversation(channel, customer);
        let wait = async {
            loop {
                let read = move |db: &mut _| sends::open_of_conversation(db, shard, whose, 0, 1);
                let open = self.backend.store.read(read).await.unwrap();
                if open.first().is_some_and(|open| open.attempt >= wanted) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(LONG, wait).await.unwrap();
    }

    /// Waits until the account is stopped, or works.
    pub(crate) async fn health(&self, channel: Channel, paused: bool) -> Health {
        let id = account(channel);
        let wait = async {
            loop {
                let read = self.backend.store.read(move |db| accounts::health(db, workspace(), id));
                if let Some(health) = read.await.unwrap().filter(|health| health.paused == paused) {
                    return health;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(LONG, wait).await.unwrap()
    }

    pub(crate) async fn fault(&self, fault: Value) {
        self.post("/_sim/faults", fault).await;
    }

    /// The texts that reached the customer, in order.
    pub(crate) async fn texts(&self, channel: Channel, customer: &str) -> Vec<String> {
        let node = node(channel);
        let path = format!("/_sim/messages?account={node}&customer={customer}&from=business");
        let messages = self.get(&path).await;
        let messages = messages["messages"].as_array().unwrap().clone();
        messages.iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until Meta took or refused this many sends in all.
    pub(crate) async fn received(&self, min: usize) -> Vec<Value> {
        let received = self.get(&format!("/_sim/received?min={min}&wait_ms=30000")).await;
        let received = received["received"].as_array().unwrap().clone();
        assert!(received.len() >= min, "{} of {min} arrived", received.len());
        received
    }

    /// How often each send reached Meta, by the markers that it accepted.
    pub(crate) async fn accepted(&self) -> HashMap<SendId, u64> {
        let markers = self.get("/_sim/markers").await;
        let key = self.backend.keys.marker().unwrap().expose();
        let mut accepted = HashMap::new();
        for (text, count) in markers["markers"].as_object().unwrap() {
            let (send, _) = marker::parse(key, text).expect("a marker of ours");
            *accepted.entry(send).or_default() += count.as_u64().unwrap();
        }
        accepted
    }

    pub(crate) async fn violations(&self) -> u64 {
        self.get("/_sim/violations").await["count"].as_u64().unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        assert_eq!(response.status(), 200, "GET {path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) {
        let request = self.http.post(format!("{}{path}", self.url)).json(&body);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "POST {path}");
    }

    pub(crate) async fn put(&self, path: &str, body: Value) {
        let request = self.http.put(format!("{}{path}", self.url)).json(&body);
        assert_eq!(request.send().await.unwrap().status(), 200, "PUT {path}");
    }

    pub(crate) async fn set_token(&self, channel: Channel, token: &str) {
        let id = account(channel);
        let sealed = seal_token(&self.backend.keys, channel, token);
        let write = move |db: &mut _| accounts::set_token(db, workspace(), id, &sealed);
        self.backend.store.write(write).await.unwrap();
    }
}
