//! Utility messages: templates of a Page.

use serde_json::{Value, json};

use crate::rig::{PAGE, PAGE_TOKEN, PSID, Rig, code};

fn edge() -> String {
    format!("/v25.0/{PAGE}/message_templates")
}

fn definition(components: &Value) -> Value {
    json!({
        "name": "order_ready", "language": "en", "category": "UTILITY",
        "components": components,
    })
}

fn parts() -> Value {
    json!([
        {"type": "BODY", "text": "Order {{1}} is ready.", "example": {"body_text": [["7"]]}},
        {"type": "BUTTONS", "buttons": [
            {"type": "POSTBACK", "text": "Thanks"},
            {"type": "URL", "text": "Track", "url": "https://shop.example/{{1}}",
             "example": ["https://shop.example/7"]},
            {"type": "URL", "text": "Shop", "url": "https://shop.example"},
        ]},
    ])
}

fn message(kind: &str, components: &Value) -> Value {
    json!({
        "recipient": {"id": PSID}, "messaging_type": kind,
        "message": {"metadata": "m1", "template": {
            "name": "order_ready", "language": {"code": "en"}, "components": components,
        }},
    })
}

fn whole() -> Value {
    json!([
        {"type": "body", "parameters": [{"type": "text", "text": "7"}]},
        {"type": "buttons", "parameters": [
            {"type": "POSTBACK", "payload": "THANKS"}, {"type": "URL", "url": "7"},
        ]},
    ])
}

#[tokio::test]
async fn an_approved_one_goes_out_though_the_window_is_closed() {
    let rig = Rig::start().await;
    let made = rig.graph(&edge(), PAGE_TOKEN, &definition(&parts())).await;
    assert_eq!(made.0, 200, "{made:?}");
    let told = rig.hooks(1).await;
    assert_eq!(told[0].item()["event"], "APPROVED");
    let listed = rig.graph_get(&edge(), PAGE_TOKEN).await;
    assert_eq!(listed.1["data"][0]["name"], "order_ready");

    let send = format!("/v25.0/{PAGE}/messages");
    let text = json!({"recipient": {"id": PSID}, "message": {"text": "hi"}});
    assert_eq!(code(&rig.graph(&send, PAGE_TOKEN, &text).await), (10, Some(2_018_278)));
    let sent = rig.graph(&send, PAGE_TOKEN, &message("UTILITY", &whole())).await;
    assert_eq!(sent.0, 200, "{sent:?}");
    let view = rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}")).await;
    let seen = view["messages"].as_array().and_then(|all| all.last()).unwrap();
    assert_eq!(seen["text"], "Order 7 is ready.");
    assert_eq!(seen["buttons"][0]["tap"]["postback"]["payload"], "THANKS");
    assert_eq!(seen["buttons"][1]["url"], "https://shop.example/7");
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.graph(&edge(), PAGE_TOKEN, &definition(&parts())).await;
    let send = format!("/v25.0/{PAGE}/messages");
    let body = json!({"type": "body", "parameters": [{"type": "text", "text": "7"}]});
    for refused in [
        message("RESPONSE", &whole()),
        message("UTILITY", &json!([])),
        message("UTILITY", &json!([body])),
        message("UTILITY", &json!([body, {"type": "button", "parameters": []}])),
        json!({"recipient": {"id": PSID}, "messaging_type": "UTILITY",
               "message": {"text": "hi"}}),
    ] {
        let answer = rig.graph(&send, PAGE_TOKEN, &refused).await;
        assert_eq!(code(&answer).0, 100, "{refused}: {answer:?}");
    }
    for parts in [
        json!([{"type": "HEADER", "format": "VIDEO", "example": {"header_handle": ["4::a"]}},
               {"type": "BODY", "text": "x"}]),
        json!([{"type": "BODY", "text": "x"},
               {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Yes"}]}]),
    ] {
        let answer = rig.graph(&edge(), PAGE_TOKEN, &definition(&parts)).await;
        assert_eq!(code(&answer).0, 100, "{parts}: {answer:?}");
    }
}
