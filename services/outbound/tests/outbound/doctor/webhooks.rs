//! Everything between Meta and the ingress: two levels of subscriptions, callbacks, the app's mode.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_domain::{Channel, Timestamp};
use switchboard_meta::{signature::appsecret_proof, subscriptions};
use switchboard_outbound::setup::{Site, Verdict};
use switchboard_store::account_events::{self, AccountEvent};

use super::{examine, installation, look, says, site, stand_in};
use crate::rig::{Rig, account, workspace};

const APP_TOKEN: &str = "1001|app-secret";
const DAY_MICROS: i64 = 86_400_000_000;

/// Changes something at Meta, as the owner of the token.
async fn graph(rig: &Rig, (method, path): (Method, &str), token: &str, body: Value) {
    let proof = appsecret_proof(token, "app-secret");
    let request = rig.http.request(method, format!("{}/v25.0/{path}", rig.url()));
    let request = request.query(&[("appsecret_proof", proof)]);
    let answer = request.bearer_auth(token).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}: {}", answer.text().await.unwrap());
}

/// The ingress is there, and well.
async fn with_ingress(rig: &Rig) -> Site {
    let mut site = site(rig);
    site.public_url = stand_in::serves(stand_in::ingress).await;
    site
}

#[tokio::test]
async fn what_the_app_does_not_subscribe_to_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let site = with_ingress(&rig).await;
    let check = "app_subscription";
    let found = look(&site, Channel::Messenger).await;
    says(&found, check, Verdict::Failed, "does not subscribe to the webhooks of page");
    let (ours, all) = (site.callback("rig"), subscriptions::needed_fields(Channel::Messenger));
    let other = format!("{}elsewhere", site.public_url);
    for (url, fields, verdict, words) in [
        (ours.as_str(), "messages".to_owned(), Verdict::Failed, "without messaging_postbacks"),
        (&other, all.join(","), Verdict::Failed, "/elsewhere, not to"),
        (ours.as_str(), all.join(","), Verdict::Ok, "with all it needs"),
    ] {
        let body = json!({"object": "page", "callback_url": url, "verify_token": "verify",
            "fields": fields});
        graph(&rig, (Method::POST, "1001/subscriptions"), APP_TOKEN, body).await;
        says(&look(&site, Channel::Messenger).await, check, verdict, words);
    }
    rig.stop().await;
}

#[tokio::test]
async fn webhooks_that_meta_switched_off_are_found() {
    let rig = Rig::idle(|_| {}).await;
    let mut site = with_ingress(&rig).await;
    let callback = site.callback("rig");
    let off = json!({"data": [{"object": "page", "callback_url": callback, "active": false}]});
    let off = off.to_string();
    let token = r#"{"data":{"is_valid":true,"app_id":"1001","type":"PAGE"}}"#;
    let mut settings = (*rig.backend.settings).clone();
    settings.outbound.graph_url =
        stand_in::meta(token, move || stand_in::response("200 OK", "", &off)).await;
    site.graph = installation::graph(&rig, &settings);
    let found = look(&site, Channel::Messenger).await;
    says(&found, "app_subscription", Verdict::Failed, "switched the app's webhooks off");
    rig.stop().await;
}

#[tokio::test]
async fn what_the_account_does_not_subscribe_to_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let check = "subscription";
    for (channel, path, token) in [
        (Channel::Messenger, "2001/subscribed_apps", "page-token"),
        (Channel::WhatsApp, "4001/subscribed_apps", "phone-token"),
    ] {
        says(&examine(&rig, channel).await, check, Verdict::Ok, "");
        graph(&rig, (Method::DELETE, path), token, json!({})).await;
        says(&examine(&rig, channel).await, check, Verdict::Failed, "not to ours");
    }
    let few = json!({"subscribed_fields": "messages"});
    graph(&rig, (Method::POST, "2001/subscribed_apps"), "page-token", few).await;
    let found = examine(&rig, Channel::Messenger).await;
    says(&found, check, Verdict::Failed, "without messaging_postbacks");
    rig.stop().await;
}

#[tokio::test]
async fn callbacks_that_go_before_ours_are_found() {
    let rig = Rig::idle(|_| {}).await;
    let other = format!("{}other", stand_in::serves(stand_in::ingress).await);
    let own = json!({"override_callback_uri": other, "verify_token": "v"});
    graph(&rig, (Method::POST, "4001/subscribed_apps"), "phone-token", own.clone()).await;
    let found = examine(&rig, Channel::WhatsApp).await;
    says(&found, "subscription", Verdict::Failed, &other);
    says(&found, "number_callback", Verdict::Ok, "");
    let own = json!({ "webhook_configuration": own });
    graph(&rig, (Method::POST, "4101"), "phone-token", own).await;
    let found = examine(&rig, Channel::WhatsApp).await;
    says(&found, "number_callback", Verdict::Failed, &other);
    rig.stop().await;
}

#[tokio::test]
async fn a_callback_that_does_not_answer_as_ours_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let mut site = with_ingress(&rig).await;
    let found = look(&site, Channel::Messenger).await;
    says(&found, "callback_challenge", Verdict::Ok, "");
    says(&found, "callback_webhook", Verdict::Ok, "");
    for (status, webhook) in [
        ("200 OK", ""),
        ("403 Forbidden", "refuses the app's signature"),
        ("502 Bad Gateway", "answered 502 to a webhook"),
    ] {
        let answer = stand_in::response(status, "", "a page of the proxy");
        site.public_url = stand_in::serves(move |_| answer.clone()).await;
        let found = look(&site, Channel::Messenger).await;
        says(&found, "callback_challenge", Verdict::Failed, "not with the challenge");
        let verdict = if webhook.is_empty() { Verdict::Ok } else { Verdict::Failed };
        says(&found, "callback_webhook", verdict, webhook);
    }
    rig.stop().await;
}

#[tokio::test]
async fn an_account_that_nothing_came_of_for_long_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let says_of = async |words, verdict| {
        says(&examine(&rig, Channel::WhatsApp).await, "heard", verdict, words);
    };
    says_of("No webhook", Verdict::Warning).await;
    for (days, words, verdict) in
        [(30, "30 days ago", Verdict::Warning), (2, "2 days ago", Verdict::Ok)]
    {
        let at = clock::now().as_micros() - days * DAY_MICROS;
        let event = AccountEvent {
            id: words.into(),
            workspace: workspace(),
            account: account(Channel::WhatsApp),
            kind: "account_alerts".into(),
            severity: "info".into(),
            sentence: "Something.".into(),
            raw: "{}".into(),
            at: Timestamp::from_micros(at),
        };
        let keep = move |db: &mut _| account_events::keep(db, &event);
        rig.backend.store.write(keep).await.unwrap();
        says_of(words, verdict).await;
    }
    rig.stop().await;
}

#[tokio::test]
async fn an_app_in_development_mode_is_found() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::Messenger, "9").await;
    rig.put("/_sim/apps/1001", json!({"development": true})).await;
    rig.order(Channel::Messenger, "9", &["hello"]).await;
    rig.health(Channel::Messenger, true).await;
    let found = examine(&rig, Channel::Messenger).await;
    says(&found, "live", Verdict::Failed, "Development mode");
    rig.halt().await;
    rig.stop().await;
}
