//! Several events of one account in one POST.

use serde_json::{Value, json};

use crate::rig::{PAGE, PHONE, PSID, Reply, Rig, WA_ID};

/// The texts of all messages in a body, whatever holds them.
fn texts(body: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in body["entry"].as_array().unwrap() {
        for item in entry["messaging"].as_array().into_iter().flatten() {
            texts.push(item["message"]["text"].as_str().unwrap().to_owned());
        }
        for change in entry["changes"].as_array().into_iter().flatten() {
            let message = &change["value"]["messages"][0];
            texts.push(message["text"]["body"].as_str().unwrap().to_owned());
        }
    }
    texts
}

#[tokio::test]
async fn what_waits_for_an_account_comes_in_one_body_in_order() {
    for (account, customer, entries) in [(PAGE, PSID, 3), (PHONE, WA_ID, 1)] {
        let rig = Rig::start().await;
        rig.settings(json!({"batch_max": 3, "webhook_timeout_ms": 60_000})).await;
        rig.reply(&[Reply::Hold]);
        rig.play(account, customer, json!({"text": "1"})).await;
        rig.hooks(1).await;
        // The first is held: these gather behind it, those of another customer too.
        for (customer, text) in [(customer, "2"), ("77", "3"), (customer, "4"), ("77", "5")] {
            rig.play(account, customer, json!({ "text": text })).await;
        }
        rig.release();
        let hooks = rig.hooks(3).await;
        let bodies: Vec<Value> = hooks.iter().map(crate::rig::Hook::json).collect();
        let sent: Vec<_> = bodies.iter().map(texts).collect();
        assert_eq!(sent, [vec!["1"], vec!["2", "3", "4"], vec!["5"]]);
        assert_eq!(bodies[1]["entry"].as_array().unwrap().len(), entries);
        rig.idle().await;
        assert_eq!(rig.get("/_sim/webhooks").await["delivered"], 5);
        rig.stop().await;
    }
}

#[tokio::test]
async fn a_refused_body_is_repeated_as_it_was() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.settings(json!({"batch_max": 1_000, "event_delay_ms": 1})).await;
    rig.reply(&[Reply::Status(500), Reply::Status(503)]);
    // Echo, delivery and read mark are ready at the same time.
    assert_eq!(rig.send_messenger("hello", "a").await.0, 200);
    let hooks = rig.hooks(3).await;
    assert_eq!(hooks[0].json()["entry"].as_array().unwrap().len(), 3);
    assert!(hooks.iter().all(|hook| hook.bytes == hooks[0].bytes));
    rig.idle().await;
    rig.stop().await;
}
