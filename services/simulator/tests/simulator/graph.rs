//! Sends on the three channels: accepted, refused, windows, shapes, tokens.

use serde_json::{Value, json};

use crate::rig::{
    APP, IG, IGSID, PAGE, PAGE_TOKEN, PHONE, PSID, Rig, SECRET, WA_ID, WA_TOKEN, code, messenger,
    whatsapp,
};

#[tokio::test]
async fn messenger_accepts_and_echoes() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let (status, body) = rig.send_messenger("ok", "gw:1").await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["recipient_id"], PSID);
    let mid = body["message_id"].as_str().unwrap();
    assert!(mid.starts_with("m_"));

    let hooks = rig.hooks(3).await;
    let echo = hooks[0].item();
    assert_eq!(echo["sender"]["id"], PAGE);
    assert_eq!(echo["recipient"]["id"], PSID);
    assert_eq!(
        echo["message"],
        json!({"mid": mid, "is_echo": true, "app_id": 1001, "metadata": "gw:1", "text": "ok"})
    );
    assert_eq!(hooks[1].item()["delivery"]["mids"][0], mid);
    assert!(hooks[2].item()["read"]["watermark"].is_i64());
    assert_eq!(rig.get("/_sim/markers").await["markers"]["gw:1"], 1);
    rig.stop().await;
}

#[tokio::test]
async fn instagram_goes_through_the_page_or_its_own_id() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let body = json!({"recipient": {"id": IGSID}, "message": {"text": "hi", "metadata": "gw:2"}});
    for node in [PAGE, IG] {
        let answer = rig.graph(&format!("/{node}/messages"), PAGE_TOKEN, &body).await;
        assert_eq!(answer.0, 200, "{answer:?}");
        assert!(answer.1["message_id"].as_str().unwrap().starts_with("aWdf"));
    }
    let hooks = rig.hooks(4).await;
    assert_eq!(hooks[0].json()["object"], "instagram");
    assert_eq!(hooks[0].json()["entry"][0]["id"], IG);
    assert_eq!(hooks[0].item()["message"]["is_echo"], true);
    // Instagram reads name the message, and there are no delivery events.
    assert!(hooks[1].item()["read"]["mid"].is_string());
    rig.stop().await;
}

#[tokio::test]
async fn whatsapp_reports_every_status_with_the_callback_data() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let (status, body) = rig.send_whatsapp("ok", "gw:3").await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["contacts"][0], json!({"input": format!("+{WA_ID}"), "wa_id": WA_ID}));
    let wamid = body["messages"][0]["id"].as_str().unwrap();
    let hooks = rig.hooks(3).await;
    let statuses: Vec<Value> =
        hooks.iter().map(|hook| hook.item()["statuses"][0].clone()).collect();
    let names: Vec<&str> = statuses.iter().map(|s| s["status"].as_str().unwrap()).collect();
    assert_eq!(names, ["sent", "delivered", "read"]);
    for status in &statuses {
        assert_eq!(status["id"], wamid);
        assert_eq!(status["biz_opaque_callback_data"], "gw:3");
        assert_eq!(status["recipient_id"], WA_ID);
        assert!(status["timestamp"].is_string());
    }
    assert_eq!(statuses[0]["pricing"]["category"], "service");
    assert_eq!(hooks[0].item()["metadata"]["phone_number_id"], PHONE);
    rig.stop().await;
}

#[tokio::test]
async fn windows_follow_the_simulated_clock() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    rig.control("/_sim/clock", json!({"advance_seconds": 24 * 3600})).await;
    assert_eq!(code(&rig.send_messenger("late", "a").await), (10, Some(2_018_278)));
    assert_eq!(code(&rig.send_whatsapp("late", "b").await), (131_047, None));
    let path = format!("/{PAGE}/messages");
    let mut tagged = json!({
        "recipient": {"id": IGSID},
        "message": {"text": "late"},
        "messaging_type": "RESPONSE",
    });
    assert_eq!(code(&rig.graph(&path, PAGE_TOKEN, &tagged).await), (10, Some(2_534_022)));
    tagged["messaging_type"] = "MESSAGE_TAG".into();
    tagged["tag"] = "HUMAN_AGENT".into();
    assert_eq!(rig.graph(&path, PAGE_TOKEN, &tagged).await.0, 200);
    rig.control("/_sim/clock", json!({"advance_seconds": 6 * 24 * 3600})).await;
    assert_eq!(code(&rig.graph(&path, PAGE_TOKEN, &tagged).await), (10, Some(2_534_022)));
    tagged["tag"] = "ACCOUNT_UPDATE".into();
    assert_eq!(code(&rig.graph(&path, PAGE_TOKEN, &tagged).await).0, 100);

    rig.play(PAGE, PSID, json!({"text": "back"})).await;
    assert_eq!(rig.send_messenger("now", "c").await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn a_template_goes_out_of_the_window_when_its_parameters_fit() {
    let rig = Rig::start().await;
    let template = |name: &str, parameters: &[&str]| {
        let parameters: Vec<Value> =
            parameters.iter().map(|text| json!({"type": "text", "text": text})).collect();
        json!({
            "messaging_product": "whatsapp", "to": WA_ID, "type": "template",
            "template": {
                "name": name, "language": {"code": "en_US"},
                "components": [{"type": "body", "parameters": parameters}],
            },
        })
    };
    let path = format!("/{PHONE}/messages");
    let ok = rig.graph(&path, WA_TOKEN, &template("order_ready", &["Cy", "7"])).await;
    assert_eq!(ok.0, 200, "{ok:?}");
    assert_eq!(ok.1["messages"][0]["message_status"], "accepted");
    let seen = rig.get(&format!("/_sim/messages?account={PHONE}&customer={WA_ID}")).await;
    assert_eq!(seen["messages"][0]["text"], "Hello Cy, order 7 is ready.");
    let few = rig.graph(&path, WA_TOKEN, &template("order_ready", &["Cy"])).await;
    assert_eq!(code(&few).0, 132_000);
    let unknown = rig.graph(&path, WA_TOKEN, &template("nothing", &[])).await;
    assert_eq!((unknown.0, code(&unknown).0), (404, 132_001));
    rig.stop().await;
}

#[tokio::test]
async fn unknown_and_unreachable_recipients_are_refused() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let mut body = messenger("x", "m");
    body["recipient"]["id"] = "999".into();
    assert_eq!(code(&rig.graph("/me/messages", PAGE_TOKEN, &body).await), (100, Some(2_018_001)));
    let mut body = whatsapp("x", "m");
    body["to"] = "+4900".into();
    let path = format!("/{PHONE}/messages");
    assert_eq!(code(&rig.graph(&path, WA_TOKEN, &body).await).0, 131_026);
    rig.control("/_sim/customers", json!({"account": PHONE, "id": "4901", "reach": "not_allowed"}))
        .await;
    body["to"] = "+4901".into();
    assert_eq!(code(&rig.graph(&path, WA_TOKEN, &body).await).0, 131_030);
    assert_eq!(rig.get("/_sim/markers").await["markers"], json!({}));
    assert_eq!(rig.get("/_sim/received").await["refused"], 3);
    rig.stop().await;
}

#[tokio::test]
async fn a_late_refusal_comes_as_a_failed_status() {
    let rig = Rig::start().await;
    rig.settings(json!({"whatsapp_refusal": "async"})).await;
    let (status, body) = rig.send_whatsapp("cold", "gw:9").await;
    assert_eq!(status, 200);
    let hooks = rig.hooks(1).await;
    let failed = &hooks[0].item()["statuses"][0];
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["id"], body["messages"][0]["id"]);
    assert_eq!(failed["errors"][0]["code"], 131_047);
    assert_eq!(failed["biz_opaque_callback_data"], "gw:9");
    assert_eq!(rig.get("/_sim/markers").await["markers"], json!({}), "nobody saw it");
    rig.settings(json!({"whatsapp_refusal": "both"})).await;
    assert_eq!(code(&rig.send_whatsapp("cold", "gw:10").await).0, 131_047);
    assert_eq!(rig.hooks(2).await[1].item()["statuses"][0]["status"], "failed");
    rig.stop().await;
}

#[tokio::test]
async fn a_whatsapp_user_id_reaches_a_customer_without_a_phone_number() {
    let rig = Rig::start().await;
    rig.control(
        "/_sim/customers",
        json!({"account": PHONE, "id": "777", "user_id": "DE.abc", "hide_phone": true}),
    )
    .await;
    rig.play(PHONE, "777", json!({"text": "hi"})).await;
    let hooks = rig.hooks(1).await;
    let value = hooks[0].item();
    assert_eq!(value["messages"][0].get("from"), None);
    assert_eq!(value["messages"][0]["from_user_id"], "DE.abc");
    assert_eq!(value["contacts"][0].get("wa_id"), None);
    let mut body = whatsapp("hi", "m");
    body.as_object_mut().unwrap().remove("to");
    body["recipient"] = "DE.abc".into();
    let answer = rig.graph(&format!("/{PHONE}/messages"), WA_TOKEN, &body).await;
    assert_eq!(answer.0, 200, "{answer:?}");
    assert_eq!(answer.1["contacts"][0]["user_id"], "DE.abc");
    assert_eq!(rig.hooks(2).await[1].item()["statuses"][0].get("recipient_id"), None);
    rig.stop().await;
}

/// Changes one body in one way and names the code that must come.
async fn refuses(rig: &Rig, path: &str, token: &str, base: &Value, cases: &[(&str, Value, i64)]) {
    for (pointer, value, wanted) in cases {
        let mut body = base.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Value::Null => parent.remove(key),
            value => parent.insert(key.to_owned(), value.clone()),
        };
        let answer = rig.graph(path, token, &body).await;
        assert_eq!(code(&answer).0, *wanted, "{pointer} = {value}: {answer:?}");
    }
}

#[tokio::test]
async fn messenger_bodies_are_checked_strictly() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let base = messenger("ok", "m");
    let button = json!({"type": "postback", "title": "Go", "payload": "G"});
    let template = |text: String, buttons: usize| {
        json!({"attachment": {"type": "template", "payload": {
            "template_type": "button", "text": text, "buttons": vec![button.clone(); buttons],
        }}})
    };
    let reply = |title: &str| json!({"content_type": "text", "title": title, "payload": "p"});
    let ok = |message: Value| {
        let mut body = base.clone();
        body["message"] = message;
        body
    };
    for message in [
        json!({"text": "x".repeat(2000), "metadata": "m".repeat(1000)}),
        template("x".repeat(640), 3),
        json!({"text": "t", "quick_replies": vec![reply(&"q".repeat(20)); 13]}),
    ] {
        let answer = rig.graph("/me/messages", PAGE_TOKEN, &ok(message)).await;
        assert_eq!(answer.0, 200, "{answer:?}");
    }
    let cases = [
        ("/message/text", json!("x".repeat(2001)), 100),
        ("/message/text", json!(5), 100),
        ("/message/text", Value::Null, 100),
        ("/message/metadata", json!("m".repeat(1001)), 100),
        ("/message/unknown", json!(1), 100),
        ("/unknown", json!(1), 100),
        ("/recipient", Value::Null, 100),
        ("/messaging_type", json!("NOPE"), 100),
        ("/message", template("x".repeat(641), 3), 100),
        ("/message", template("x".into(), 4), 100),
        ("/message", template("x".into(), 0), 100),
        ("/message/quick_replies", json!(vec![reply("q"); 14]), 100),
        ("/message/quick_replies", json!([reply(&"q".repeat(21))]), 100),
        ("/sender_action", json!("typing_on"), 100),
    ];
    refuses(&rig, "/me/messages", PAGE_TOKEN, &base, &cases).await;
    rig.stop().await;
}

#[tokio::test]
async fn whatsapp_bodies_are_checked_strictly() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let base = whatsapp("ok", "m");
    let path = format!("/{PHONE}/messages");
    let cases = [
        ("/messaging_product", Value::Null, 131_008),
        ("/to", Value::Null, 131_008),
        ("/type", json!("poem"), 131_051),
        ("/text", Value::Null, 131_008),
        ("/text/body", json!("x".repeat(4097)), 131_009),
        ("/text/body", json!(1), 100),
        ("/text/extra", json!(1), 100),
        ("/extra", json!(1), 100),
        ("/biz_opaque_callback_data", json!("x".repeat(513)), 131_009),
        ("/context", json!({}), 131_008),
    ];
    refuses(&rig, &path, WA_TOKEN, &base, &cases).await;

    let buttons = |count: usize, title: usize, id: usize| {
        let buttons: Vec<Value> = (0..count)
            .map(|n| {
                let reply = json!({
                    "id": format!("{n}{}", "i".repeat(id - 1)),
                    "title": format!("{n}{}", "t".repeat(title - 1)),
                });
                json!({"type": "reply", "reply": reply})
            })
            .collect();
        json!({"type": "button", "body": {"text": "b"}, "action": {"buttons": buttons}})
    };
    let mut base = whatsapp("", "m");
    base.as_object_mut().unwrap().remove("text");
    base["type"] = "interactive".into();
    base["interactive"] = buttons(3, 20, 256);
    let answer = rig.graph(&path, WA_TOKEN, &base).await;
    assert_eq!(answer.0, 200, "{answer:?}");
    let cases = [
        ("/interactive", buttons(4, 20, 256), 131_009),
        ("/interactive", buttons(3, 21, 256), 131_009),
        ("/interactive", buttons(3, 20, 257), 131_009),
        ("/interactive/body", Value::Null, 131_008),
        ("/interactive/footer", json!({"text": "f".repeat(61)}), 131_009),
    ];
    refuses(&rig, &path, WA_TOKEN, &base, &cases).await;
    rig.stop().await;
}

#[tokio::test]
async fn tokens_must_live_fit_and_be_allowed() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let now = rig.get("/_sim/clock").await["now_ms"].as_i64().unwrap() / 1000;
    for token in [
        json!({"token": "expiring", "kind": "PAGE", "subject": PAGE, "expires_at": now + 100}),
        json!({"token": "revoked", "kind": "PAGE", "subject": PAGE, "revoked_subcode": 460}),
        json!({"token": "weak", "kind": "PAGE", "subject": PAGE, "scopes": ["public_profile"]}),
        json!({"token": "user", "kind": "USER", "subject": "9", "assets": [PAGE]}),
        json!({"token": "foreign", "kind": "PAGE", "subject": "other"}),
        json!({"token": "weak-wa", "kind": "SYSTEM_USER", "subject": "9", "assets": [PHONE], "scopes": []}),
    ] {
        let mut token = token;
        token["app_id"] = APP.into();
        rig.control("/_sim/tokens", token).await;
    }
    let path = format!("/{PAGE}/messages");
    let body = messenger("x", "m");
    assert_eq!(rig.graph(&path, "expiring", &body).await.0, 200);
    rig.control("/_sim/clock", json!({"advance_seconds": 200})).await;
    for (token, wanted) in [
        ("expiring", (190, Some(463))),
        ("revoked", (190, Some(460))),
        ("nonsense", (190, None)),
        ("weak", (200, None)),
        ("user", (190, None)),
        ("foreign", (100, Some(33))),
    ] {
        assert_eq!(code(&rig.graph(&path, token, &body).await), wanted, "{token}");
    }
    let path = format!("/{PHONE}/messages");
    assert_eq!(code(&rig.graph(&path, "weak-wa", &whatsapp("x", "m")).await).0, 10);
    rig.stop().await;
}

#[tokio::test]
async fn the_proof_is_checked_when_sent_and_when_required() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let wrong = "00ff";
    let send = |proof: &str| {
        let path = format!("/me/messages?appsecret_proof={proof}");
        let rig = &rig;
        async move { rig.graph(&path, PAGE_TOKEN, &messenger("x", "m")).await }
    };
    assert_eq!(code(&send(wrong).await).0, 100);
    let request = rig.http.put(rig.url(&format!("/_sim/apps/{APP}")));
    request.json(&json!({"require_proof": true})).send().await.unwrap();
    assert_eq!(code(&rig.send_messenger("x", "m").await).0, 100);
    let proof = crate::webhooks::hmac_hex(SECRET, PAGE_TOKEN.as_bytes());
    assert_eq!(send(&proof).await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn a_token_may_come_in_the_query_or_in_a_form() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let url = rig.url(&format!("/v25.0/{PAGE}/messages?access_token={PAGE_TOKEN}"));
    let response = rig.http.post(url).json(&messenger("x", "1")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let form = [
        ("access_token", PAGE_TOKEN.to_owned()),
        ("recipient", json!({"id": PSID}).to_string()),
        ("message", json!({"text": "x", "metadata": "2"}).to_string()),
    ];
    let url = rig.url("/me/messages");
    let response = rig.http.post(url).form(&form).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(rig.get("/_sim/markers").await["markers"], json!({"1": 1, "2": 1}));
    rig.stop().await;
}

#[tokio::test]
async fn not_every_act_opens_the_window() {
    let rig = Rig::start().await;
    let mid = rig.play(PAGE, PSID, json!({"text": "oops"})).await;
    rig.control("/_sim/clock", json!({"advance_seconds": 25 * 3600})).await;
    rig.play(PAGE, PSID, json!({"unsend": mid})).await;
    rig.play(PAGE, PSID, json!({"account_linking": {"status": "unlinked"}})).await;
    assert_eq!(code(&rig.send_messenger("late", "m").await), (10, Some(2_018_278)));
    let hooks = rig.hooks(3).await;
    assert_eq!(hooks[1].item()["message"], json!({"mid": mid, "is_deleted": true}));
    let view = rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}")).await;
    assert_eq!(view["messages"][0]["deleted"], true);
    rig.play(PAGE, PSID, json!({"reaction": {"mid": mid}})).await;
    assert_eq!(rig.send_messenger("in time", "m").await.0, 200);
    rig.stop().await;
}
