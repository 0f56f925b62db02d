//! What happens while the queue or the database is away.

use std::sync::mpsc;

use reqwest::Response;
use switchboard_meta::signature;
use switchboard_store::{Db, StoreError};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::rig::{KEY, Rig, SECRET, serve};

const BODY: &str = r#"{"object":"page","entry":[{"id":"1","messaging":[{"sender":{"id":"2"},
    "recipient":{"id":"1"},"timestamp":1,"message":{"mid":"m","text":"a secret of two"}}]}]}"#;

async fn signed(rig: &Rig) -> Response {
    let signature = signature::sign(SECRET.as_bytes(), BODY.as_bytes());
    rig.post(KEY, BODY).header("x-hub-signature-256", signature).send().await.unwrap()
}

#[tokio::test]
async fn without_the_queue_meta_is_asked_to_come_back() {
    let rig = Rig::start().await;
    assert_eq!(signed(&rig).await.status(), 200);
    assert_eq!(rig.get("/health/ready").await.status(), 200);

    rig.backend.queue.close().await;
    let answer = signed(&rig).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u32>().is_ok());
    assert_eq!(answer.text().await.unwrap(), "");
    assert_eq!(rig.post(KEY, BODY).send().await.unwrap().status(), 401, "strangers learn nothing");
    assert_eq!(rig.get("/health/live").await.status(), 200);
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_known_apps_are_served() {
    let rig = Rig::start().await;
    assert_eq!(signed(&rig).await.status(), 200);

    let held = Held::take(&rig).await;
    assert_eq!(signed(&rig).await.status(), 200);
    let wrong = signature::sign(b"wrong", BODY.as_bytes());
    let stranger = rig.post(KEY, BODY).header("x-hub-signature-256", wrong).send();
    assert_eq!(stranger.await.unwrap().status(), 401);
    assert_eq!(rig.get("/health/ready").await.status(), 200);
    held.give_back().await;
    rig.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ingress_that_never_saw_the_database_asks_to_come_back() {
    let rig = Rig::start().await;
    let held = Held::take(&rig).await;
    let second = serve(&rig.backend).await;
    let post = || {
        let signature = signature::sign(SECRET.as_bytes(), BODY.as_bytes());
        let url = format!("http://{}/meta/webhooks/{KEY}", second.addr());
        rig.http.post(url).header("x-hub-signature-256", signature).body(BODY).send()
    };
    let answer = post().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    held.give_back().await;
    assert_eq!(post().await.unwrap().status(), 200);
    second.stop().await;
    rig.stop().await;
}

/// The only connection for reading, taken.
struct Held {
    give_back: mpsc::Sender<()>,
    reading: JoinHandle<Result<(), StoreError>>,
}

impl Held {
    async fn take(rig: &Rig) -> Self {
        let (entered, is_taken) = oneshot::channel();
        let (give_back, wait) = mpsc::channel::<()>();
        let store = rig.backend.store.clone();
        let hold = move |_: &mut Db| {
            let _ = entered.send(());
            let _ = wait.recv();
            Ok(())
        };
        let reading = tokio::spawn(async move { store.read(hold).await });
        is_taken.await.unwrap();
        Self { give_back, reading }
    }

    async fn give_back(self) {
        self.give_back.send(()).unwrap();
        self.reading.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn it_counts_and_shows_no_one() {
    let rig = Rig::start().await;
    assert_eq!(signed(&rig).await.status(), 200);
    assert_eq!(rig.post(KEY, BODY).send().await.unwrap().status(), 401);
    let metrics = rig.get("/metrics").await.text().await.unwrap();
    // Other tests of this process may be counted as well.
    for series in [
        "switchboard_ingress_webhooks_total{outcome=\"durable\"} ",
        "switchboard_ingress_webhooks_total{outcome=\"unverified\"} ",
        "switchboard_ingress_events_total{channel=\"messenger\",kind=\"message\"} ",
        "switchboard_ingress_publish_seconds_count ",
        "switchboard_ingress_gathered_count ",
    ] {
        let count = metrics.lines().find_map(|line| line.strip_prefix(series));
        let count: Option<u64> = count.and_then(|count| count.parse().ok());
        assert!(count.is_some_and(|count| count > 0), "{series} in {metrics}");
    }
    assert!(!metrics.contains(KEY) && !metrics.contains("secret"));
    rig.stop().await;
}

#[tokio::test]
async fn once_stopped_it_frees_its_port() {
    let rig = Rig::start().await;
    assert_eq!(signed(&rig).await.status(), 200);
    let (http, url) = (rig.http.clone(), rig.url("/health/live"));
    rig.stop().await;
    assert!(http.get(url).send().await.is_err());
}
