//! Webhooks: shape, escapes, signatures, order, retries.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use crate::rig::{APP, IG, IGSID, PAGE, PHONE, PSID, Reply, Rig, SECRET, WA_ID, WABA};

pub(crate) fn hmac_hex(key: &str, message: &[u8]) -> String {
    let mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
    hex::encode(mac.chain_update(message).finalize().into_bytes())
}

fn hmac_sha1_hex(key: &str, message: &[u8]) -> String {
    let mac = Hmac::<sha1::Sha1>::new_from_slice(key.as_bytes()).unwrap();
    hex::encode(mac.chain_update(message).finalize().into_bytes())
}

#[tokio::test]
async fn bytes_are_escaped_and_signed() {
    let rig = Rig::start().await;
    let text = "\u{e4}\u{f6}\u{e5} a/b \u{1f600}";
    rig.play(PAGE, PSID, json!({ "text": text })).await;
    let hook = &rig.hooks(1).await[0];
    let raw = String::from_utf8(hook.bytes.clone()).unwrap();
    assert!(raw.contains(r"\u00e4\u00f6\u00e5 a\/b \ud83d\ude00"), "{raw}");
    assert!(raw.is_ascii());
    assert_eq!(hook.signature, format!("sha256={}", hmac_hex(SECRET, &hook.bytes)));
    assert_eq!(hook.legacy, format!("sha1={}", hmac_sha1_hex(SECRET, &hook.bytes)));
    assert_eq!(hook.item()["message"]["text"], text);
    rig.stop().await;
}

#[tokio::test]
async fn the_three_envelopes() {
    let rig = Rig::start().await;
    let mut ids = Vec::new();
    for (account, customer) in [(PAGE, PSID), (IG, IGSID), (PHONE, WA_ID)] {
        ids.push(rig.play(account, customer, json!({"text": "hi"})).await);
        rig.idle().await;
    }
    let hooks = rig.hooks(3).await;
    for (index, (object, account, customer)) in
        [("page", PAGE, PSID), ("instagram", IG, IGSID)].into_iter().enumerate()
    {
        let hook = hooks[index].json();
        let entry = &hook["entry"][0];
        let item = &entry["messaging"][0];
        let time = entry["time"].as_i64().unwrap();
        let timestamp = item["timestamp"].as_i64().unwrap();
        assert!(time >= timestamp && timestamp > 1_000_000_000_000);
        let wanted = json!({"object": object, "entry": [{"id": account, "time": time, "messaging": [{
            "sender": {"id": customer}, "recipient": {"id": account}, "timestamp": timestamp,
            "message": {"mid": ids[index], "text": "hi"},
        }]}]});
        assert_eq!(hook, wanted);
    }
    let hook = hooks[2].json();
    let timestamp = hook["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"].clone();
    assert_eq!(timestamp.as_str().unwrap().len(), 10);
    let user = format!("US.9{WA_ID}");
    let wanted = json!({"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": [{
        "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550001111", "phone_number_id": PHONE},
            "contacts": [{"profile": {"name": "Cy"}, "wa_id": WA_ID, "user_id": user}],
            "messages": [{"from": WA_ID, "from_user_id": user, "id": ids[2], "timestamp": timestamp,
                "type": "text", "text": {"body": "hi"}}],
        },
    }]}]});
    assert_eq!(hook, wanted);
    rig.stop().await;
}

#[tokio::test]
async fn taps_pictures_and_reactions_have_metas_shapes() {
    let rig = Rig::start().await;
    let first = rig.play(PAGE, PSID, json!({"text": "1"})).await;
    rig.play(PAGE, PSID, json!({"postback": {"title": "Go", "payload": "G"}})).await;
    rig.play(PAGE, PSID, json!({"quick_reply": {"title": "Yes", "payload": "Y"}})).await;
    rig.play(PAGE, PSID, json!({"image": {"url": "https://x/y.png"}})).await;
    rig.play(PAGE, PSID, json!({"reaction": {"mid": first}})).await;
    let items: Vec<Value> = rig.hooks(5).await.iter().map(crate::rig::Hook::item).collect();
    assert_eq!(items[1]["postback"]["payload"], "G");
    assert!(items[1]["postback"]["mid"].is_string());
    assert_eq!(items[2]["message"]["text"], "Yes");
    assert_eq!(items[2]["message"]["quick_reply"], json!({"payload": "Y"}));
    let picture = json!([{"type": "image", "payload": {"url": "https://x/y.png"}}]);
    assert_eq!(items[3]["message"]["attachments"], picture);
    assert_eq!(items[4]["reaction"]["action"], "react");
    assert_eq!(items[4]["reaction"]["mid"], first);

    rig.forget().await;
    let reply = json!({"button_reply": {"id": "a", "title": "A"}, "reply_to": "wamid.X"});
    rig.play(PHONE, WA_ID, reply).await;
    let place = json!({"location": {"latitude": 1.5, "longitude": 2.5, "name": "Home"}});
    rig.play(PHONE, WA_ID, place).await;
    rig.play(PHONE, WA_ID, json!({"reaction": {"message_id": "wamid.X", "emoji": "\u{1f44d}"}}))
        .await;
    let items: Vec<Value> =
        rig.hooks(3).await.iter().map(|hook| hook.item()["messages"][0].clone()).collect();
    let tap = json!({"type": "button_reply", "button_reply": {"id": "a", "title": "A"}});
    assert_eq!((&items[0]["type"], &items[0]["interactive"]), (&json!("interactive"), &tap));
    assert_eq!(items[0]["context"]["id"], "wamid.X");
    assert_eq!(items[1]["location"]["name"], "Home");
    assert_eq!(items[2]["reaction"]["emoji"], "\u{1f44d}");
    rig.stop().await;
}

#[tokio::test]
async fn a_failed_webhook_is_retried_in_order() {
    let rig = Rig::start().await;
    rig.reply(&[Reply::Status(500), Reply::Status(404), Reply::Status(204)]);
    rig.play(PAGE, PSID, json!({"text": "first"})).await;
    rig.play(PAGE, PSID, json!({"text": "second"})).await;
    let hooks = rig.hooks(5).await;
    let texts: Vec<String> =
        hooks.iter().map(|hook| hook.item()["message"]["text"].as_str().unwrap().into()).collect();
    assert_eq!(texts, ["first", "first", "first", "first", "second"]);
    assert_eq!(hooks[0].bytes, hooks[3].bytes, "a retry repeats the same bytes");
    rig.idle().await;
    let log = rig.get("/_sim/webhooks").await;
    let attempts = log["webhooks"][0]["attempts"].as_array().unwrap();
    let statuses: Vec<i64> = attempts.iter().map(|a| a["status"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [500, 404, 204, 200]);
    assert_eq!((&log["delivered"], &log["attempts"]), (&json!(2), &json!(5)));
    rig.stop().await;
}

#[tokio::test]
async fn after_a_failure_later_webhooks_may_overtake() {
    let rig = Rig::start().await;
    // Long waits: the retry after the immediate one comes last.
    rig.settings(json!({"keep_order_on_retry": false, "time_factor": 20.0})).await;
    rig.reply(&[Reply::Status(500), Reply::Status(500)]);
    rig.play(PAGE, PSID, json!({"text": "first"})).await;
    rig.play(PAGE, PSID, json!({"text": "second"})).await;
    let hooks = rig.hooks(4).await;
    assert_eq!(hooks[2].item()["message"]["text"], "second");
    assert_eq!(hooks[3].item()["message"]["text"], "first");
    rig.stop().await;
}

#[tokio::test]
async fn an_endpoint_that_hangs_is_tried_again() {
    let rig = Rig::start().await;
    rig.settings(json!({"webhook_timeout_ms": 50})).await;
    rig.reply(&[Reply::Hang]);
    rig.play(PAGE, PSID, json!({"text": "x"})).await;
    rig.hooks(2).await;
    rig.idle().await;
    let log = rig.get("/_sim/webhooks?state=delivered").await;
    assert_eq!(log["webhooks"][0]["attempts"][0]["error"], "timeout");
    rig.stop().await;
}

#[tokio::test]
async fn a_body_by_hand_keeps_its_order_and_is_signed() {
    let rig = Rig::start().await;
    let body = "{ \"z\": \"\u{fc}/\", \"a\": [1, 2] }";
    let url = rig.url(&format!("/_sim/webhooks?app={APP}"));
    let answer = rig.http.post(url).body(body).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["status"], 200);
    let hook = &rig.hooks(1).await[0];
    assert_eq!(hook.bytes, br#"{"z":"\u00fc\/","a":[1,2]}"#);
    assert_eq!(hook.signature, format!("sha256={}", hmac_hex(SECRET, &hook.bytes)));

    let url = rig.url(&format!("/_sim/webhooks?app={APP}&raw=true&signature=bad"));
    rig.http.post(url).body("{broken").send().await.unwrap();
    let hook = &rig.hooks(2).await[1];
    assert_eq!(hook.bytes, b"{broken");
    assert_ne!(hook.signature, format!("sha256={}", hmac_hex(SECRET, &hook.bytes)));
    rig.stop().await;
}

#[tokio::test]
async fn an_app_that_fails_for_an_hour_is_unsubscribed_from_the_page() {
    let rig = Rig::start().await;
    // An hour is over after 3.6 ms.
    rig.settings(json!({"unsubscribe_on_failure": true, "time_factor": 1_000_000.0})).await;
    rig.reply(&[Reply::Status(500); 100]);
    rig.play(PAGE, PSID, json!({"text": "lost"})).await;
    rig.idle().await;
    assert_eq!(rig.get("/_sim/webhooks").await["dropped"], 1);
    let (_, list) =
        rig.graph_get(&format!("/{PAGE}/subscribed_apps"), crate::rig::PAGE_TOKEN).await;
    assert_eq!(list["data"], json!([]));
    rig.play(PAGE, PSID, json!({"text": "unheard"})).await;
    rig.idle().await;
    assert_eq!(rig.get("/_sim/webhooks").await["webhooks"].as_array().unwrap().len(), 1);
    rig.stop().await;
}

#[tokio::test]
async fn a_dead_endpoint_is_given_up_after_metas_horizon() {
    let rig = Rig::start().await;
    // Seven days are over in 0.6 seconds, 36 hours in 0.13.
    rig.settings(json!({"time_factor": 1_000_000.0})).await;
    rig.reply(&[Reply::Status(503); 500]);
    rig.play(PHONE, WA_ID, json!({"text": "lost"})).await;
    rig.play(PAGE, PSID, json!({"text": "lost"})).await;
    rig.idle().await;
    let log = rig.get("/_sim/webhooks").await;
    assert_eq!((&log["dropped"], &log["delivered"]), (&json!(2), &json!(0)));
    let attempts = |index: usize| log["webhooks"][index]["attempts"].as_array().unwrap().len();
    assert!(attempts(0) > attempts(1), "WhatsApp retries for longer");
    rig.stop().await;
}

#[tokio::test]
async fn instagram_echoes_may_lack_the_metadata() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.settings(json!({"ig_echo_metadata": false})).await;
    let mut body = crate::rig::messenger("hello", "mark");
    body["recipient"]["id"] = IGSID.into();
    assert_eq!(rig.graph(&format!("/{IG}/messages"), crate::rig::PAGE_TOKEN, &body).await.0, 200);
    let message = rig.hooks(1).await[0].item()["message"].clone();
    assert_eq!((&message["is_echo"], message.get("metadata")), (&json!(true), None));
    assert_eq!(rig.get("/_sim/markers?marker=mark").await["count"], 1);
    rig.forget().await;
    assert_eq!(rig.send_messenger("hello", "mark").await.0, 200);
    assert_eq!(rig.hooks(1).await[0].item()["message"]["metadata"], "mark");
    rig.stop().await;
}
