//! Numbers: their facts and health, registration, and a callback of their own; apps in development.

use serde_json::{Value, json};

use crate::rig::{
    APP, IG, PAGE, PAGE_TOKEN, PHONE, PSID, Rig, WA_ID, WA_TOKEN, WABA, code, messenger,
};

async fn set(rig: &Rig, path: &str, body: Value) {
    let response = rig.http.put(rig.url(path)).json(&body).send().await.unwrap();
    assert_eq!(response.status(), 200, "PUT {path}");
}

async fn call(rig: &Rig, edge: &str, body: Value) -> (u16, Value) {
    rig.graph(&format!("/v25.0/{PHONE}{edge}"), WA_TOKEN, &body).await
}

fn pin(pin: &str) -> Value {
    json!({"messaging_product": "whatsapp", "pin": pin})
}

#[tokio::test]
async fn the_world_can_be_shown_broken() {
    let rig = Rig::start().await;
    let path = format!("/{PHONE}?fields=quality_rating,name_status,health_status");
    let well = rig.graph_get(&path, WA_TOKEN).await.1;
    assert_eq!(well["health_status"]["can_send_message"], "AVAILABLE");
    let kinds = well["health_status"]["entities"].as_array().unwrap().len();
    assert_eq!(kinds, 4, "number, business account, business, app: {well}");
    let broken = json!({"can_send_message": "BLOCKED", "entities": []});
    let fields = json!({"quality_rating": "RED", "health_status": broken});
    set(&rig, &format!("/_sim/nodes/{PHONE}"), json!({"fields": fields})).await;
    let ill = rig.graph_get(&path, WA_TOKEN).await.1;
    assert_eq!((&ill["quality_rating"], &ill["health_status"]), (&json!("RED"), &broken));
    assert_eq!(ill["name_status"], "APPROVED");
    set(&rig, &format!("/_sim/nodes/{PHONE}"), json!({"fields": {"quality_rating": null}})).await;
    assert_eq!(rig.graph_get(&path, WA_TOKEN).await.1["quality_rating"], "GREEN");
    // The same for what lists it, and for other nodes.
    set(&rig, &format!("/_sim/nodes/{WABA}"), json!({"fields": {"status": "DISABLED"}})).await;
    let waba = rig.graph_get(&format!("/{WABA}?fields=status"), WA_TOKEN).await.1;
    assert_eq!(waba, json!({"id": WABA, "status": "DISABLED"}));
    let strange = rig.graph_get(&format!("/{PHONE}?fields=colour"), WA_TOKEN).await;
    assert_eq!(code(&strange).0, 100);
    rig.stop().await;
}

#[tokio::test]
async fn a_page_shows_its_instagram_account_and_that_shows_itself() {
    let rig = Rig::start().await;
    let path = "/me?fields=instagram_business_account{id,username}";
    let page = rig.graph_get(path, PAGE_TOKEN).await.1;
    assert_eq!(page["instagram_business_account"], json!({"id": IG, "username": "insta"}));
    let own = json!({"id": "3009", "name": "solo", "app_id": APP, "access_token": "ig-token"});
    rig.control("/_sim/instagram", own).await;
    let me = rig.graph_get("/v25.0/me?fields=user_id,username", "ig-token").await.1;
    assert_eq!(me, json!({"id": "3009", "user_id": "3009", "username": "solo"}));
    rig.stop().await;
}

#[tokio::test]
async fn a_number_is_verified_registered_and_given_up() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    let node = format!("/_sim/nodes/{PHONE}");
    set(&rig, &node, json!({"registered": false, "verified": false})).await;
    assert_eq!(code(&rig.send_whatsapp("hi", "m").await).0, 133_010);
    assert_eq!(code(&call(&rig, "/register", pin("123456")).await).0, 133_006);
    let sms = json!({"code_method": "SMS", "language": "en_US"});
    assert_eq!(code(&call(&rig, "/request_code", json!({"language": "en_US"})).await).0, 131_008);
    assert_eq!(call(&rig, "/request_code", sms.clone()).await.0, 200);
    let sent = rig.get(&node).await["registration"]["code"].as_str().unwrap().to_owned();
    assert_eq!(code(&call(&rig, "/verify_code", json!({"code": "x"})).await).0, 136_025);
    assert_eq!(call(&rig, "/verify_code", json!({"code": sent})).await.0, 200);
    assert_eq!(code(&call(&rig, "/request_code", sms).await).0, 136_024);

    for wrong in ["12345", "abcdef"] {
        assert_eq!(code(&call(&rig, "/register", pin(wrong)).await).0, 100);
    }
    assert_eq!(call(&rig, "/register", pin("123456")).await, (200, json!({"success": true})));
    let path = format!("/{PHONE}?fields=status,platform_type,is_pin_enabled");
    let facts = rig.graph_get(&path, WA_TOKEN).await.1;
    assert_eq!((&facts["status"], &facts["is_pin_enabled"]), (&json!("CONNECTED"), &json!(true)));
    assert_eq!(rig.send_whatsapp("hi", "m").await.0, 200);

    assert_eq!(call(&rig, "/deregister", json!({})).await.0, 200);
    assert_eq!(code(&rig.send_whatsapp("hi", "m").await).0, 133_010);
    // The PIN stays, and a wrong one does not register.
    assert_eq!(code(&call(&rig, "/register", pin("654321")).await).0, 133_005);
    assert_eq!(call(&rig, "", json!({"pin": "654321"})).await.0, 200);
    assert_eq!(call(&rig, "/register", pin("654321")).await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn registrations_are_few_and_wrong_pins_fewer() {
    let rig = Rig::start().await;
    set(&rig, &format!("/_sim/nodes/{PHONE}"), json!({"pin": "111111"})).await;
    for _ in 0..5 {
        assert_eq!(code(&call(&rig, "/register", pin("222222")).await).0, 133_005);
    }
    assert_eq!(code(&call(&rig, "/register", pin("111111")).await).0, 133_008);
    set(&rig, &format!("/_sim/nodes/{PHONE}"), json!({"pin": null})).await;
    for _ in 0..4 {
        assert_eq!(call(&rig, "/register", pin("333333")).await.0, 200);
    }
    assert_eq!(code(&call(&rig, "/register", pin("333333")).await).0, 133_016);
    rig.control("/_sim/clock", json!({"advance_seconds": 73 * 3600})).await;
    assert_eq!(call(&rig, "/register", pin("333333")).await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn a_number_may_have_a_callback_of_its_own() {
    let rig = Rig::start().await;
    let other = rig.hook_url.replace("/hook", "/number");
    let wanted = |url: &str, token: &str| json!({"webhook_configuration": {"override_callback_uri": url, "verify_token": token}});
    assert_eq!(code(&call(&rig, "", wanted(&other, "wrong")).await).0, 2200);
    assert_eq!(call(&rig, "", wanted(&other, "right")).await.0, 200);
    let waba = rig.hook_url.replace("/hook", "/waba");
    let body = json!({"override_callback_uri": waba, "verify_token": "right"});
    assert_eq!(rig.graph(&format!("/{WABA}/subscribed_apps"), WA_TOKEN, &body).await.0, 200);
    let path = format!("/{PHONE}?fields=webhook_configuration");
    let shown = rig.graph_get(&path, WA_TOKEN).await.1["webhook_configuration"].clone();
    let all = json!({
        "application": rig.hook_url, "whatsapp_business_account": waba, "phone_number": other,
    });
    assert_eq!(shown, all);

    // The number's goes before the business account's, and both only get messages.
    rig.play(PHONE, WA_ID, json!({"text": "1"})).await;
    let review = json!({"account_review_update": {"decision": "APPROVED"}});
    rig.control(&format!("/_sim/accounts/{PHONE}/events"), review).await;
    rig.idle().await;
    assert_eq!(call(&rig, "", wanted("", "")).await.0, 200);
    rig.play(PHONE, WA_ID, json!({"text": "2"})).await;
    let hooks = rig.hooks(3).await;
    let mut paths: Vec<&str> = hooks.iter().map(|hook| hook.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/hook", "/number", "/waba"]);
    rig.stop().await;
}

#[tokio::test]
async fn only_known_fields_can_be_subscribed_to() {
    let rig = Rig::start().await;
    let path = format!("/{PAGE}/subscribed_apps?subscribed_fields=messages,mesages");
    assert_eq!(code(&rig.graph(&path, PAGE_TOKEN, &json!({})).await).0, 100);
    rig.stop().await;
}

#[tokio::test]
async fn an_app_in_development_knows_only_people_with_a_role() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    set(&rig, &format!("/_sim/apps/{APP}"), json!({"development": true})).await;
    let tester = json!({"account": PAGE, "id": "52", "has_role": true});
    rig.control("/_sim/customers", tester).await;
    rig.play(PAGE, PSID, json!({"text": "nobody hears"})).await;
    rig.play(PAGE, "52", json!({"text": "heard"})).await;
    assert_eq!(rig.hooks(1).await[0].item()["message"]["text"], "heard");
    assert_eq!(code(&rig.send_messenger("x", "m").await), (200, Some(2_018_028)));
    let mut body = messenger("x", "m");
    body["recipient"]["id"] = "52".into();
    assert_eq!(rig.graph("/me/messages", PAGE_TOKEN, &body).await.0, 200);
    set(&rig, &format!("/_sim/apps/{APP}"), json!({"development": false})).await;
    assert_eq!(rig.send_messenger("x", "m").await.0, 200);
    rig.stop().await;
}
