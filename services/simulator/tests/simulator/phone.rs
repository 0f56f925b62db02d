//! The phone's view, and the page that shows it.

use serde_json::json;

use crate::rig::{PAGE, PAGE_TOKEN, PHONE, PSID, Rig, WA_ID, WA_TOKEN, whatsapp};

#[tokio::test]
async fn the_view_has_both_directions_in_order_and_taps_that_work() {
    let rig = Rig::start().await;
    rig.play(PAGE, PSID, json!({"text": "hi"})).await;
    let body = json!({"recipient": {"id": PSID}, "message": {
        "text": "Choose", "quick_replies": [{"content_type": "text", "title": "Yes", "payload": "Y"}],
    }});
    rig.graph("/me/messages", PAGE_TOKEN, &body).await;
    let path = format!("/_sim/messages?account={PAGE}&customer={PSID}");
    let view = rig.get(&path).await;
    assert_eq!(view["messages"][0]["from"], "customer");
    assert_eq!(view["messages"][1]["from"], "business");
    assert_eq!(view["messages"][1]["status"], "read");
    let tap = view["messages"][1]["quick_replies"][0]["tap"].clone();
    rig.play(PAGE, PSID, tap).await;
    let hooks = rig.hooks(5).await;
    let tapped = hooks.iter().find(|hook| hook.item()["message"]["quick_reply"].is_object());
    assert_eq!(tapped.unwrap().item()["message"]["quick_reply"]["payload"], "Y");
    rig.stop().await;
}

#[tokio::test]
async fn a_reader_may_wait_for_what_comes() {
    let rig = Rig::start().await;
    let path = format!("/_sim/messages?account={PAGE}&customer={PSID}&min=2&wait_ms=20000");
    let write = async {
        rig.play(PAGE, PSID, json!({"text": "1"})).await;
        rig.play(PAGE, PSID, json!({"text": "2"})).await;
    };
    let (view, ()) = tokio::join!(rig.get(&path), write);
    assert_eq!(view["messages"].as_array().unwrap().len(), 2);
    rig.stop().await;
}

#[tokio::test]
async fn a_message_is_read_when_the_customer_looks() {
    let rig = Rig::start().await;
    rig.settings(json!({"auto_read": false})).await;
    rig.open_windows().await;
    rig.graph(&format!("/{PHONE}/messages"), WA_TOKEN, &whatsapp("hi", "m")).await;
    let path = format!("/_sim/messages?account={PHONE}&customer={WA_ID}&from=business");
    assert_eq!(rig.get(&path).await["messages"][0]["status"], "delivered");
    rig.control(&format!("/_sim/customers/{PHONE}/{WA_ID}/read"), json!({})).await;
    assert_eq!(rig.get(&path).await["messages"][0]["status"], "read");
    let hooks = rig.hooks(3).await;
    assert_eq!(hooks[2].item()["statuses"][0]["status"], "read");
    assert_eq!(hooks[2].item()["statuses"][0]["biz_opaque_callback_data"], "m");
    rig.stop().await;
}

#[tokio::test]
async fn the_page_and_its_parts_are_served() {
    let rig = Rig::start().await;
    for (path, kind) in [
        ("/phone?account=1&customer=2", "text/html"),
        ("/phone/phone.css", "text/css"),
        ("/phone/phone.js", "text/javascript"),
    ] {
        let response = rig.http.get(rig.url(path)).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with(kind));
        let text = response.text().await.unwrap();
        assert!(!text.contains("//cdn"), "no outside resources");
    }
    let accounts = rig.get("/_sim/accounts").await;
    assert_eq!(accounts["accounts"].as_array().unwrap().len(), 3);
    rig.stop().await;
}
