//! Every kind of event of WhatsApp, in Meta's shape.

use serde_json::{Value, json};

use crate::rig::{PHONE, Rig, WA_ID, WABA, code};

/// Plays an act and returns the one message of its webhook.
async fn played(rig: &Rig, act: Value) -> Value {
    rig.forget().await;
    rig.play(PHONE, WA_ID, act).await;
    rig.hooks(1).await[0].item()["messages"][0].clone()
}

#[tokio::test]
async fn messages_of_every_kind() {
    let rig = Rig::start().await;
    let order = json!({"catalog_id": "c", "text": "please", "product_items": [
        {"product_retailer_id": "sku", "quantity": 2, "item_price": 3.5, "currency": "EUR"}]});
    let contacts =
        json!([{"name": {"formatted_name": "Al"}, "phones": [{"phone": "+1", "type": "CELL"}]}]);
    for (kind, part) in [
        ("order", order),
        ("contacts", contacts),
        ("button", json!({"payload": "P", "text": "Yes"})),
    ] {
        let message = played(&rig, json!({ kind: part })).await;
        assert_eq!((&message["type"], &message[kind]), (&json!(kind), &part));
    }
    let form =
        json!({"nfm_reply": {"response": {"flow_token": "t", "size": 3}}, "reply_to": "wamid.X"});
    let message = played(&rig, form).await;
    let reply = &message["interactive"]["nfm_reply"];
    assert_eq!((&reply["name"], &reply["body"]), (&json!("flow"), &json!("Sent")));
    let response: Value = serde_json::from_str(reply["response_json"].as_str().unwrap()).unwrap();
    assert_eq!(response, json!({"flow_token": "t", "size": 3}));
    assert_eq!(message["context"]["id"], "wamid.X");
    let call =
        json!({"call_permission_reply": {"response": "accept", "response_source": "user_action"}});
    let message = played(&rig, call).await;
    assert_eq!(message["interactive"]["call_permission_reply"]["response"], "accept");
    let message = played(&rig, json!({"unsupported": {"type": "poll"}})).await;
    assert_eq!(
        (&message["type"], &message["errors"][0]["code"]),
        (&json!("unsupported"), &json!(131_051))
    );
    assert_eq!(message["unsupported"]["type"], "poll");
    let message = played(&rig, json!({"request_welcome": true})).await;
    assert_eq!(
        (&message["type"], message.get("request_welcome")),
        (&json!("request_welcome"), None)
    );
    let message = played(&rig, json!({"raw": {"type": "hologram", "hologram": {}}})).await;
    assert_eq!(message["type"], "hologram");
    let message = played(&rig, json!({"audio": {"voice": true}})).await;
    assert_eq!(message["audio"]["voice"], true);
    assert!(message["audio"]["url"].as_str().unwrap().starts_with(rig.sim.url()));
    rig.stop().await;
}

#[tokio::test]
async fn where_a_message_comes_from() {
    let rig = Rig::start().await;
    let message = played(&rig, json!({"text": "a", "forwarded": true})).await;
    assert_eq!(message["context"], json!({"forwarded": true}));
    let message = played(&rig, json!({"text": "a", "frequently_forwarded": true})).await;
    assert_eq!(message["context"], json!({"frequently_forwarded": true}));
    let product = json!({"catalog_id": "c", "product_retailer_id": "sku"});
    let message = played(&rig, json!({"text": "a", "referred_product": product})).await;
    assert_eq!(message["context"]["referred_product"], product);
    let ad = json!({"source_url": "https://x/ad", "source_type": "ad", "ctwa_clid": "k"});
    let message = played(&rig, json!({"text": "a", "referral": ad, "group_id": "g"})).await;
    assert_eq!((&message["referral"], &message["group_id"]), (&ad, &json!("g")));
    rig.stop().await;
}

#[tokio::test]
async fn a_message_is_edited_within_15_minutes_and_removed() {
    let rig = Rig::start().await;
    let id = rig.play(PHONE, WA_ID, json!({"text": "helo"})).await;
    let edit = json!({"edit": {"message_id": id, "text": "hello"}});
    let message = played(&rig, edit.clone()).await;
    let changed = json!({"type": "text", "text": {"body": "hello"}});
    assert_eq!(message["edit"], json!({"original_message_id": id, "message": changed}));
    assert_ne!(message["id"], id);
    let message = played(&rig, json!({ "unsend": id })).await;
    assert_eq!(message["revoke"], json!({"original_message_id": id}));
    rig.control("/_sim/clock", json!({"advance_seconds": 901})).await;
    let path = rig.url(&format!("/_sim/customers/{PHONE}/{WA_ID}/messages"));
    assert_eq!(rig.http.post(path).json(&edit).send().await.unwrap().status(), 422);
    rig.stop().await;
}

#[tokio::test]
async fn a_customer_with_another_number_or_id_is_found_there() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let old = format!("US.9{WA_ID}");
    rig.play(PHONE, WA_ID, json!({"changed_number": "15559998888"})).await;
    let value = rig.hooks(1).await[0].item();
    assert_eq!(value.get("contacts"), None);
    let message = &value["messages"][0];
    assert_eq!(
        (&message["from"], &message["system"]["type"]),
        (&json!(WA_ID), &json!("user_changed_number"))
    );
    assert_eq!(message["system"]["wa_id"], "15559998888");
    assert_eq!(message["system"]["previous_user_id"], old);
    assert_eq!(code(&rig.send_whatsapp("old number", "a").await).0, 131_026);
    let view = rig.get(&format!("/_sim/messages?account={PHONE}&customer=15559998888")).await;
    assert_eq!(view["messages"][0]["text"], "hello", "the conversation went along");

    rig.forget().await;
    rig.play(PHONE, "15559998888", json!({"changed_user_id": "US.77"})).await;
    let message = rig.hooks(1).await[0].item()["messages"][0].clone();
    let system = &message["system"];
    assert_eq!((&system["type"], message.get("from")), (&json!("user_changed_user_id"), None));
    assert_eq!(
        (&system["user_id"], &system["previous_user_id"]),
        (&json!("US.77"), &json!("US.915559998888"))
    );
    rig.forget().await;
    rig.play(PHONE, "15559998888", json!({"text": "me again"})).await;
    assert_eq!(rig.hooks(1).await[0].item()["messages"][0]["from_user_id"], "US.77");
    rig.stop().await;
}

#[tokio::test]
async fn statuses_that_come_late() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let (_, sent) = rig.send_whatsapp("hi", "mark").await;
    let id = sent["messages"][0]["id"].clone();
    rig.forget().await;
    rig.play(PHONE, WA_ID, json!({"status": {"id": id, "status": "played"}})).await;
    let late = json!({"status": {"id": id, "status": "failed", "code": 131_049}});
    rig.play(PHONE, WA_ID, late).await;
    let hooks = rig.hooks(2).await;
    let status = |index: usize| hooks[index].item()["statuses"][0].clone();
    assert_eq!(
        (&status(0)["status"], &status(0)["biz_opaque_callback_data"]),
        (&json!("played"), &json!("mark"))
    );
    assert_eq!(
        (&status(1)["status"], &status(1)["errors"][0]["code"]),
        (&json!("failed"), &json!(131_049))
    );
    let path = rig.url(&format!("/_sim/customers/{PHONE}/{WA_ID}/messages"));
    let unknown = json!({"status": {"id": "wamid.none", "status": "read"}});
    assert_eq!(rig.http.post(path).json(&unknown).send().await.unwrap().status(), 422);
    rig.stop().await;
}

#[tokio::test]
async fn who_comes_from_an_ad_costs_nothing_for_three_days() {
    let rig = Rig::start().await;
    let sent = async |rig: &Rig| {
        rig.forget().await;
        assert_eq!(rig.send_whatsapp("hi", "m").await.0, 200);
        rig.hooks(1).await[0].item()["statuses"][0].clone()
    };
    rig.play(PHONE, WA_ID, json!({"text": "hello"})).await;
    let status = sent(&rig).await;
    assert_eq!(status["pricing"]["type"], "free_customer_service");
    assert_eq!(status.get("conversation"), None);
    let ad = json!({"source_type": "ad", "source_id": "1", "ctwa_clid": "k"});
    rig.play(PHONE, WA_ID, json!({"text": "from the ad", "referral": ad})).await;
    let first = sent(&rig).await;
    assert_eq!(first["pricing"]["type"], "free_entry_point");
    assert_eq!(first["conversation"]["origin"]["type"], "referral_conversion");
    assert!(first["conversation"]["expiration_timestamp"].is_string());
    rig.control("/_sim/clock", json!({"advance_seconds": 86_400})).await;
    assert_eq!(code(&rig.send_whatsapp("late", "m").await).0, 131_047, "the window is not longer");
    for (seconds, kind) in [(47 * 3_600, "free_entry_point"), (3_601, "free_customer_service")] {
        rig.control("/_sim/clock", json!({ "advance_seconds": seconds })).await;
        rig.play(PHONE, WA_ID, json!({"text": "still there?"})).await;
        assert_eq!(sent(&rig).await["pricing"]["type"], kind);
    }
    rig.stop().await;
}

#[tokio::test]
async fn what_is_typed_in_the_business_app_comes_as_an_echo() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let body = json!({"customer": WA_ID, "app": "business_app", "text": "by hand"});
    let id = rig.control(&format!("/_sim/accounts/{PHONE}/elsewhere"), body).await["id"].clone();
    let hook = &rig.hooks(1).await[0];
    assert_eq!(hook.json()["entry"][0]["changes"][0]["field"], "smb_message_echoes");
    let echo = hook.item()["message_echoes"][0].clone();
    assert_eq!(
        (&echo["from"], &echo["to"], &echo["id"]),
        (&json!("15550001111"), &json!(WA_ID), &id)
    );
    assert_eq!((&echo["type"], &echo["text"]["body"]), (&json!("text"), &json!("by hand")));
    rig.stop().await;
}

/// Tells something about an account and returns the entry of its webhook.
async fn told(rig: &Rig, account: &str, body: Value) -> Value {
    rig.forget().await;
    rig.control(&format!("/_sim/accounts/{account}/events"), body).await;
    rig.hooks(1).await[0].json()["entry"][0].clone()
}

#[tokio::test]
async fn what_meta_tells_about_a_whatsapp_account() {
    let rig = Rig::start().await;
    let alert = json!({"alert_severity": "CRITICAL", "alert_status": "ACTIVE", "alert_type": "OBA_REJECTED"});
    let ban = json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}});
    let template = json!({"event": "PAUSED", "message_template_name": "order_ready"});
    for (field, given, filled) in [
        ("account_alerts", json!({ "alert_info": alert }), "entity_id"),
        ("account_review_update", json!({"decision": "APPROVED"}), "decision"),
        ("account_update", ban, "ban_info"),
        (
            "business_capability_update",
            json!({"max_phone_numbers_per_business": 2}),
            "max_phone_numbers_per_business",
        ),
        (
            "phone_number_quality_update",
            json!({"event": "THROUGHPUT_UPGRADE"}),
            "display_phone_number",
        ),
        (
            "phone_number_name_update",
            json!({"decision": "APPROVED", "requested_verified_name": "Shop"}),
            "rejection_reason",
        ),
        ("message_template_status_update", template, "message_template_language"),
        (
            "message_template_quality_update",
            json!({"new_quality_score": "RED", "message_template_name": "order_ready"}),
            "previous_quality_score",
        ),
        (
            "template_category_update",
            json!({"new_category": "MARKETING", "message_template_name": "order_ready"}),
            "message_template_id",
        ),
        ("security", json!({"event": "PIN_CHANGED"}), "requester"),
    ] {
        let entry = told(&rig, WABA, json!({ field: given })).await;
        assert_eq!(entry["id"], WABA);
        assert!(entry["time"].is_i64(), "{entry}");
        let change = &entry["changes"][0];
        assert_eq!(change["field"], field);
        assert!(!change["value"][filled].is_null(), "{change}");
    }
    rig.stop().await;
}

#[tokio::test]
async fn preferences_errors_and_fields_that_nobody_knows() {
    let rig = Rig::start().await;
    let entry =
        told(&rig, PHONE, json!({"user_preferences": {"customer": WA_ID, "value": "stop"}})).await;
    let preference = &entry["changes"][0]["value"]["user_preferences"][0];
    assert_eq!((&preference["wa_id"], &preference["value"]), (&json!(WA_ID), &json!("stop")));
    assert!(preference["timestamp"].is_i64());
    let entry =
        told(&rig, PHONE, json!({"errors": [{"code": 130_429, "title": "Rate limit hit"}]})).await;
    assert_eq!(entry["changes"][0]["value"]["errors"][0]["code"], 130_429);
    let entry = told(&rig, PHONE, json!({"field": "tomorrow", "value": {"x": 1}})).await;
    assert_eq!(entry["changes"][0], json!({"field": "tomorrow", "value": {"x": 1}}));
    let path = rig.url(&format!("/_sim/accounts/{WABA}/events"));
    let lacking = json!({"account_update": {}});
    assert_eq!(rig.http.post(path).json(&lacking).send().await.unwrap().status(), 422);
    rig.stop().await;
}

#[tokio::test]
async fn customers_with_a_username_come_without_their_number() {
    let rig = Rig::start().await;
    let customer = json!({"account": PHONE, "id": "15557770000", "name": "Di", "username": "di.x",
        "user_id": "US.5", "hide_phone": true});
    rig.control("/_sim/customers", customer).await;
    rig.play(PHONE, "15557770000", json!({"text": "hi"})).await;
    let value = rig.hooks(1).await[0].item();
    assert_eq!(
        value["contacts"][0],
        json!({"profile": {"name": "Di", "username": "di.x"}, "user_id": "US.5"})
    );
    let message = &value["messages"][0];
    assert_eq!((message.get("from"), &message["from_user_id"]), (None, &json!("US.5")));
    rig.stop().await;
}
