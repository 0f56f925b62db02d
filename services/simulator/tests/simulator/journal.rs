//! The journal: what was answered survives a `kill -9` of the real program.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use switchboard_simulator::{Error, JournalError, start};

use crate::rig::{
    APP, PAGE, PAGE_TOKEN, PHONE, PSID, Reply, Rig, SECRET, WA_ID, WA_TOKEN, WABA, messenger, seeds,
};

/// A file of one test, gone at its end.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("{}-{name}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // Another process with this id may have been killed.
        let _ = std::fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The simulator as a process of its own.
struct Program {
    child: Child,
    url: String,
    http: reqwest::Client,
}

impl Program {
    fn start(config: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_switchboard-simulator"))
            .arg("127.0.0.1:0")
            .env("SIMULATOR_CONFIG", config)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        Self { child, url: url.to_owned(), http: reqwest::Client::new() }
    }

    /// SIGKILL: nothing of the program runs any more.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn get(&self, path: &str) -> Value {
        let response = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        response.json().await.unwrap()
    }

    async fn post(&self, path: &str, token: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(token).json(body);
        let response = request.send().await.unwrap();
        let (status, answer) = (response.status(), response.json().await.unwrap());
        assert_eq!(status, 200, "POST {path}: {answer}");
        answer
    }

    async fn play(&self, account: &str, customer: &str, act: &Value) -> Value {
        let path = format!("/_sim/customers/{account}/{customer}/messages");
        self.post(&path, "", act).await["id"].clone()
    }

    async fn send(&self, marker: &str) -> Value {
        self.post("/me/messages", PAGE_TOKEN, &messenger(marker, marker)).await["message_id"]
            .clone()
    }

    /// Everything that must be the same after a crash.
    async fn memory(&self) -> Value {
        let mut memory = Vec::new();
        for path in ["messages", "received", "markers", "accounts"] {
            memory.push(self.get(&format!("/_sim/{path}")).await);
        }
        memory.into()
    }
}

fn config(state: &Path, callback: &str) -> Value {
    json!({
        "state_file": state,
        "adopt_strangers": true,
        "settings": {"time_factor": 10_000.0, "event_delay_ms": 0},
        "apps": [{"id": APP, "secret": SECRET, "callback_url": callback, "verify_token": "v"}],
        "pages": [{"id": PAGE, "name": "Page", "app_id": APP, "access_token": PAGE_TOKEN}],
        "whatsapp": [{"id": WABA, "app_id": APP, "access_token": WA_TOKEN,
            "phones": [{"id": PHONE, "display_phone_number": "+1 555 000 1111"}]}],
    })
}

#[tokio::test]
async fn what_was_answered_survives_a_kill() {
    let rig = Rig::start().await;
    let (state, file) = (Scratch::new("killed.jsonl"), Scratch::new("killed.json"));
    std::fs::write(&file.0, config(&state.0, &rig.hook_url).to_string()).unwrap();

    let first = Program::start(&file.0);
    let mut ids = vec![first.play(PAGE, PSID, &json!({"text": "hi"})).await];
    ids.push(first.play(PHONE, WA_ID, &json!({"image": {"caption": "Look"}})).await);
    ids.push(first.send("m1").await);
    let stranger = json!({"messaging_product": "whatsapp", "to": "15559990000", "type": "text",
        "text": {"body": "hello"}, "biz_opaque_callback_data": "w1"});
    first.post(&format!("/{PHONE}/messages"), WA_TOKEN, &stranger).await;
    assert_eq!(first.get("/_sim/idle?wait_ms=20000").await["idle"], true);
    let settled = first.get("/_sim/webhooks").await["delivered"].as_u64().unwrap();

    rig.forget().await;
    rig.reply(&[Reply::Status(500); 1_000]);
    ids.push(first.play(PAGE, PSID, &json!({"text": "owed"})).await);
    ids.push(first.send("m2").await);
    rig.hooks(1).await;
    let before = first.memory().await;
    first.kill();
    rig.accept();

    let second = Program::start(&file.0);
    assert_eq!(second.get("/_sim/idle?wait_ms=20000").await["idle"], true);
    assert_eq!(second.memory().await, before);
    let log = second.get("/_sim/webhooks?state=delivered").await;
    // The message, its echo, its delivery and its read mark were owed.
    assert_eq!(log["delivered"], settled + 4);
    let list = log["webhooks"].as_array().unwrap();
    let item = |place: usize| &list[list.len() - place]["body"]["entry"][0]["messaging"][0];
    assert_eq!(item(4)["message"]["text"], "owed");
    assert_eq!(item(3)["message"]["metadata"], "m2");

    // The window is open, counts go on, ids are new, and media are there.
    ids.push(second.send("m1").await);
    ids.push(second.play(PHONE, WA_ID, &json!({"text": "again"})).await);
    assert_eq!(second.get("/_sim/markers?marker=m1").await["count"], 2);
    let unique: std::collections::HashSet<&str> =
        ids.iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(unique.len(), ids.len());
    let picture = &second.get(&format!("/_sim/messages?account={PHONE}&customer={WA_ID}")).await["messages"]
        [0]["attachments"][0]["url"];
    let picture = format!("{}{}", second.url, picture.as_str().unwrap());
    assert_eq!(rig.http.get(picture).send().await.unwrap().status(), 200);
    second.kill();
    rig.stop().await;
}

#[tokio::test]
async fn a_torn_last_line_is_ignored_and_writing_goes_on() {
    let state = Scratch::new("torn.jsonl");
    let rig = Rig::start_with(|config| config.state_file = Some(state.0.clone())).await;
    rig.play(PAGE, PSID, json!({"text": "whole"})).await;
    rig.idle().await;
    let journal = std::fs::read(&state.0).unwrap();
    let half = &journal[..journal.len() / 2];
    assert!(!half.ends_with(b"\n"));
    let rig = rig.restart(|config| {
        std::fs::write(&state.0, [&journal, half].concat()).unwrap();
        config.state_file = Some(state.0.clone());
    });
    let rig = rig.await;
    rig.play(PAGE, PSID, json!({"text": "after"})).await;
    let rig = rig.restart(|config| config.state_file = Some(state.0.clone())).await;
    let list = rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}")).await;
    let texts: Vec<_> = list["messages"].as_array().unwrap().iter().map(|m| &m["text"]).collect();
    assert_eq!(texts, ["whole", "after"]);
    rig.stop().await;
}

#[tokio::test]
async fn a_broken_line_in_the_middle_is_refused_by_its_number() {
    let state = Scratch::new("broken.jsonl");
    std::fs::write(&state.0, "[]\n[{\"nonsense\":1}]\n[]\n").unwrap();
    let mut config = seeds("http://127.0.0.1:9/");
    config.state_file = Some(state.0.clone());
    let refused = start(config).await.map(|_| ());
    assert!(
        matches!(refused, Err(Error::State(JournalError::Line { line: 2, .. }))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn owed_webhooks_wait_for_a_callback_url() {
    let state = Scratch::new("waiting.jsonl");
    let rig = Rig::start_with(|config| config.state_file = Some(state.0.clone())).await;
    rig.reply(&[Reply::Status(503); 1_000]);
    rig.play(PAGE, PSID, json!({"text": "owed"})).await;
    rig.hooks(1).await;
    let without = |config: &mut switchboard_simulator::SimulatorConfig| {
        config.state_file = Some(state.0.clone());
        config.apps[0].callback_url = None;
    };
    let rig = rig.restart(without).await;
    rig.accept();
    assert_eq!(rig.get("/_sim/idle").await, json!({"idle": false, "pending": 1}));
    assert!(rig.sim.set_callback_url(APP, &rig.hook_url));
    rig.idle().await;
    let log = rig.get("/_sim/webhooks?state=delivered").await;
    assert_eq!(log["webhooks"][0]["body"]["entry"][0]["messaging"][0]["message"]["text"], "owed");
    rig.stop().await;
}

#[tokio::test]
async fn the_clock_does_not_go_back() {
    let state = Scratch::new("clock.jsonl");
    let rig = Rig::start_with(|config| config.state_file = Some(state.0.clone())).await;
    let day = json!({"advance_seconds": 86_400});
    let then = rig.control("/_sim/clock", day).await["now_ms"].as_i64().unwrap();
    let rig = rig.restart(|config| config.state_file = Some(state.0.clone())).await;
    assert!(rig.get("/_sim/clock").await["now_ms"].as_i64().unwrap() >= then);
    rig.stop().await;
}
