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
async fn cards_lists_forms_and_places_are_shown_with_taps_that_work() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let button = json!({"type": "postback", "title": "Buy", "payload": "B"});
    let elements = json!([
        {"title": "Rose", "subtitle": "red", "image_url": "https://x/r", "buttons": [button]},
        {"title": "Tulip", "subtitle": "white"},
    ]);
    let payload = json!({"template_type": "generic", "elements": elements});
    let body = json!({"recipient": {"id": PSID}, "message": {
        "attachment": {"type": "template", "payload": payload},
    }});
    assert_eq!(rig.graph("/me/messages", PAGE_TOKEN, &body).await.0, 200);
    let view = rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}")).await;
    let cards = view["messages"][1]["cards"].clone();
    assert_eq!((&cards[0]["title"], &cards[0]["image"]), (&json!("Rose"), &json!("https://x/r")));
    assert_eq!(cards[1]["subtitle"], "white");
    rig.forget().await;
    rig.play(PAGE, PSID, cards[0]["buttons"][0]["tap"].clone()).await;
    let hooks = rig.hooks(1).await;
    assert_eq!(hooks[0].item()["postback"]["payload"], "B");

    let sections = json!([{"title": "Flowers", "rows": [{"id": "r", "title": "Rose"}]}]);
    let flow = json!({"flow_message_version": "3", "flow_id": "1", "flow_cta": "Fill in",
        "flow_token": "t"});
    for interactive in [
        json!({"type": "list", "body": {"text": "a"}, "action": {"button": "Pick", "sections": sections}}),
        json!({"type": "flow", "body": {"text": "b"}, "action": {"name": "flow", "parameters": flow}}),
        json!({"type": "location_request_message", "body": {"text": "c"},
            "action": {"name": "send_location"}}),
    ] {
        let mut body = whatsapp("", "m");
        body.as_object_mut().unwrap().remove("text");
        body["type"] = "interactive".into();
        body["interactive"] = interactive;
        let answer = rig.graph(&format!("/{PHONE}/messages"), WA_TOKEN, &body).await;
        assert_eq!(answer.0, 200, "{answer:?}");
    }
    let view = rig.get(&format!("/_sim/messages?account={PHONE}&customer={WA_ID}")).await;
    let sheet = |index: usize| view["messages"][index]["sheet"].clone();
    assert_eq!((&sheet(1)["kind"], &sheet(1)["title"]), (&json!("list"), &json!("Pick")));
    assert_eq!((&sheet(2)["kind"], &sheet(2)["token"]), (&json!("flow"), &json!("t")));
    assert_eq!(sheet(3)["kind"], "location");
    rig.forget().await;
    rig.play(PHONE, WA_ID, sheet(1)["sections"][0]["rows"][0]["tap"].clone()).await;
    let message = rig.hooks(1).await[0].item()["messages"][0].clone();
    assert_eq!(message["interactive"]["list_reply"]["id"], "r");
    assert_eq!(message["context"]["id"], view["messages"][1]["id"]);
    rig.stop().await;
}

#[tokio::test]
async fn a_file_from_the_phone_is_kept_for_the_gateway_to_fetch() {
    let rig = Rig::start().await;
    let path = rig.url(&format!("/_sim/customers/{PAGE}/{PSID}/media"));
    let request = rig.http.post(path).header("Content-Type", "text/plain").body("hello");
    let kept: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    let url = kept["url"].as_str().unwrap();
    rig.play(PAGE, PSID, json!({"file": {"url": url}})).await;
    let sent = rig.hooks(1).await[0].item()["message"]["attachments"][0]["payload"]["url"].clone();
    assert_eq!(sent, url);
    let fetched = rig.http.get(url).send().await.unwrap();
    assert_eq!(fetched.headers()["content-type"], "text/plain");
    assert_eq!(fetched.text().await.unwrap(), "hello");
    let view = rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}")).await;
    let shown = view["messages"][0]["attachments"][0]["url"].as_str().unwrap().to_owned();
    assert!(shown.starts_with("/_sim/media/"), "the browser may know us by another name");

    rig.forget().await;
    let document = json!({"url": url, "mime_type": "text/plain", "filename": "a.txt"});
    rig.play(PHONE, WA_ID, json!({ "document": document })).await;
    let medium = rig.hooks(1).await[0].item()["messages"][0]["document"].clone();
    assert_eq!(medium["sha256"], hex::encode(<sha2::Sha256 as sha2::Digest>::digest(b"hello")));
    let download = rig.http.get(medium["url"].as_str().unwrap()).bearer_auth(WA_TOKEN);
    assert_eq!(download.send().await.unwrap().text().await.unwrap(), "hello");
    rig.stop().await;
}

#[tokio::test]
async fn the_page_and_its_parts_are_served() {
    let rig = Rig::start().await;
    for (path, kind) in [
        ("/phone?account=1&customer=2", "text/html"),
        ("/phone/phone.css", "text/css"),
        ("/phone/phone.js", "text/javascript"),
        ("/phone/conversation.js", "text/javascript"),
        ("/phone/dom.js", "text/javascript"),
        ("/phone/menus.js", "text/javascript"),
        ("/phone/message.js", "text/javascript"),
        ("/phone/sheet.js", "text/javascript"),
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
