//! Signed requests, alerts about failing endpoints, repeats to every app.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use switchboard_simulator::config::{AppSeed, TokenKind, TokenSeed};

use crate::rig::{APP, PAGE, PHONE, PSID, Reply, Rig, SECRET, WA_ID, WABA};

/// The payload of the one signed request that arrived, if its signature is right.
async fn payload(rig: &Rig) -> Option<Value> {
    let hook = rig.hooks(1).await[0].clone();
    let form = url::form_urlencoded::parse(&hook.bytes).into_owned();
    let pairs: Vec<(String, String)> = form.collect();
    assert_eq!((pairs.len(), pairs[0].0.as_str()), (1, "signed_request"));
    let (signature, payload) = pairs[0].1.split_once('.').unwrap();
    let mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    mac.chain_update(payload).verify_slice(&signature).ok()?;
    Some(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap())
}

async fn with_urls() -> Rig {
    let rig = Rig::start().await;
    let urls = json!({"deauthorize_url": rig.hook_url, "data_deletion_url": rig.hook_url});
    let request = rig.http.put(rig.url(&format!("/_sim/apps/{APP}"))).json(&urls);
    assert_eq!(request.send().await.unwrap().status(), 200);
    rig
}

#[tokio::test]
async fn a_person_who_removes_the_app_is_told_of_by_a_signed_request() {
    let rig = with_urls().await;
    let path = format!("/_sim/apps/{APP}/deauthorize");
    let reply = rig.control(&path, json!({"user": "77"})).await;
    assert_eq!((&reply["ok"], &reply["status"]), (&json!(true), &json!(200)));
    let payload_of = payload(&rig).await.unwrap();
    assert_eq!(
        (&payload_of["user_id"], &payload_of["algorithm"]),
        (&json!("77"), &json!("HMAC-SHA256"))
    );
    rig.forget().await;
    rig.control(&path, json!({"user": "77", "signature": "bad"})).await;
    assert_eq!(payload(&rig).await, None);
    rig.stop().await;
}

#[tokio::test]
async fn an_answer_to_a_deletion_is_checked() {
    let rig = with_urls().await;
    let path = format!("/_sim/apps/{APP}/delete-data");
    let reply = rig.control(&path, json!({"user": "77"})).await;
    assert_eq!(reply["ok"], false, "an empty answer says nothing");
    assert!(reply["reason"].as_str().unwrap().contains("url"), "{reply}");
    rig.reply(&[Reply::Deletion]);
    let reply = rig.control(&path, json!({"user": "77"})).await;
    assert_eq!(
        (&reply["ok"], &reply["answer"]["confirmation_code"]),
        (&json!(true), &json!("abc123"))
    );
    rig.stop().await;
}

#[tokio::test]
async fn a_failing_endpoint_raises_an_alert_before_it_is_cut_off() {
    let rig = Rig::start().await;
    rig.settings(json!({"unsubscribe_on_failure": true, "time_factor": 1_000_000.0})).await;
    rig.reply(&[Reply::Status(500); 100]);
    rig.play(PAGE, PSID, json!({"text": "lost"})).await;
    rig.idle().await;
    let alerts = rig.get("/_sim/alerts").await["alerts"].clone();
    let kinds: Vec<&Value> = alerts.as_array().unwrap().iter().map(|own| &own["kind"]).collect();
    assert_eq!(kinds, ["webhooks_failing", "webhooks_disabled"]);
    assert_eq!((&alerts[0]["app"], &alerts[0]["account"]), (&json!(APP), &json!(PAGE)));
    rig.stop().await;
}

#[tokio::test]
async fn a_whatsapp_retry_goes_to_the_apps_that_have_it_already() {
    let rig = Rig::start_with(|config| {
        let callback = config.apps[0].callback_url.clone().unwrap();
        config.apps.push(AppSeed {
            id: "1002".into(),
            secret: "other".into(),
            callback_url: Some(format!("{callback}/other")),
            ..AppSeed::default()
        });
        config.tokens.push(TokenSeed {
            token: "other".into(),
            app_id: "1002".into(),
            kind: TokenKind::SystemUser,
            subject: "su".into(),
            assets: vec![WABA.into()],
            ..TokenSeed::default()
        });
    })
    .await;
    let path = format!("/{WABA}/subscribed_apps");
    assert_eq!(rig.graph(&path, "other", &json!({})).await.0, 200);
    // Both apps are told at once: whoever comes first fails, and is repeated to both.
    rig.reply(&[Reply::Status(500)]);
    rig.play(PHONE, WA_ID, json!({"text": "hi"})).await;
    let hooks = rig.hooks(4).await;
    let to_other = hooks.iter().filter(|hook| hook.path.ends_with("/other")).count();
    assert_eq!((hooks.len(), to_other), (4, 2));
    rig.idle().await;
    let log = rig.get("/_sim/webhooks").await;
    assert_eq!(log["webhooks"].as_array().unwrap().len(), 3, "the copy has an entry of its own");
    rig.stop().await;
}

#[tokio::test]
async fn statuses_may_come_last_first() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.settings(json!({"statuses_out_of_order": true})).await;
    assert_eq!(rig.send_whatsapp("hi", "m").await.0, 200);
    let hooks = rig.hooks(3).await;
    let status = |index: usize| hooks[index].item()["statuses"][0]["status"].clone();
    assert_eq!([status(0), status(1), status(2)], ["read", "delivered", "sent"]);
    rig.stop().await;
}
