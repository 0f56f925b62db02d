//! The installation: database, queue, keys, address, the way to Meta, the clock.

use switchboard_chassis::settings::{SecretUrl, Settings};
use switchboard_domain::{Channel, ids::WorkspaceId};
use switchboard_graph::GraphClient;
use switchboard_outbound::setup::{Site, Verdict, doctor};
use switchboard_queue::{Message, Topic};
use switchboard_store::{Store, StoreSettings};

use super::{look, says, site, stand_in};
use crate::rig::{Rig, workspace};

/// A client of another Meta than the simulator.
pub(super) fn graph(rig: &Rig, settings: &Settings) -> GraphClient {
    let backend = &rig.backend;
    Site::new(settings, (backend.store.clone(), &backend.keys), None).unwrap().graph
}

#[tokio::test]
async fn a_wrong_proxy_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let mut settings = (*rig.backend.settings).clone();
    // Nothing listens there.
    settings.outbound.proxy = Some(SecretUrl::new("http://127.0.0.1:1"));
    let mut site = site(&rig);
    site.graph = graph(&rig, &settings);
    says(&look(&site, Channel::Messenger).await, "reach", Verdict::Failed, "does not answer");
    rig.stop().await;
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let mut settings = (*rig.backend.settings).clone();
    let date = "date: Thu, 01 Jan 2026 00:00:00 GMT\r\n";
    settings.outbound.graph_url =
        stand_in::serves(move |_| stand_in::response("400 Bad Request", date, "{}")).await;
    let mut site = site(&rig);
    site.graph = graph(&rig, &settings);
    let found = look(&site, Channel::Messenger).await;
    says(&found, "reach", Verdict::Ok, "status 400");
    says(&found, "clock", Verdict::Failed, "clock differs");
    rig.stop().await;
}

#[tokio::test]
async fn a_database_that_was_not_migrated_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let folder = tempfile::tempdir().unwrap();
    let mut site = site(&rig);
    site.store = Store::open(&StoreSettings {
        url: format!("sqlite:{}", folder.path().join("empty.db").display()).into(),
        pool_size: 2,
        acquire_timeout: std::time::Duration::from_secs(5),
    })
    .unwrap();
    says(&look(&site, Channel::Messenger).await, "store", Verdict::Failed, "have not run");
    rig.stop().await;
}

#[tokio::test]
async fn messages_that_nobody_could_process_are_found() {
    let rig = Rig::idle(|_| {}).await;
    let topic = Topic::DeadLetters;
    let message = Message { id: "dead".into(), topic, payload: b"nothing".to_vec().into() };
    rig.backend.queue.publish(vec![message]).await.unwrap();
    let found = look(&site(&rig), Channel::Messenger).await;
    says(&found, "dead_letters", Verdict::Warning, "1 messages");
    rig.stop().await;
}

#[tokio::test]
async fn keys_that_do_not_open_the_secrets_are_found() {
    let rig = Rig::idle(|_| {}).await;
    let mut site = site(&rig);
    site.tokens = site.apps.clone();
    says(&look(&site, Channel::Messenger).await, "secrets", Verdict::Failed, "cannot be opened");
    rig.stop().await;
}

#[tokio::test]
async fn an_address_that_meta_cannot_use_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let mut site = site(&rig);
    let nobody = WorkspaceId::derive("without accounts");
    assert_ne!(nobody, workspace());
    for (url, verdict, words) in [
        ("http://shop.example/", Verdict::Failed, "not https"),
        ("https://10.0.0.7/", Verdict::Failed, "cannot be reached"),
        ("https://shop.example/", Verdict::Ok, "https and public"),
    ] {
        site.public_url = url.parse().unwrap();
        let found = doctor::examine(&site, nobody, None).await;
        says(&found, "public_url", verdict, words);
        says(&found, "accounts", Verdict::Warning, "No account");
    }
    rig.stop().await;
}
