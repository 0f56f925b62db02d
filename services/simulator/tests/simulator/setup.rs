//! Calls for setting up and diagnosing: subscriptions, nodes, tokens.

use serde_json::json;

use crate::rig::{APP, PAGE, PAGE_TOKEN, PHONE, PSID, Rig, SECRET, WA_ID, WA_TOKEN, WABA, code};

#[tokio::test]
async fn a_callback_must_answer_the_challenge() {
    let rig = Rig::start().await;
    let verdict = rig.control(&format!("/_sim/apps/{APP}/verify"), json!({})).await;
    assert_eq!(verdict["verified"], true);
    let app_token = format!("{APP}|{SECRET}");
    let path = format!("/v25.0/{APP}/subscriptions");
    let mut body = json!({
        "object": "page", "callback_url": rig.hook_url, "verify_token": "wrong", "fields": "messages",
    });
    assert_eq!(code(&rig.graph(&path, &app_token, &body).await).0, 2200);
    body["verify_token"] = "right".into();
    assert_eq!(rig.graph(&path, &app_token, &body).await.1, json!({"success": true}));
    let (_, list) = rig.graph_get(&path, &app_token).await;
    assert_eq!(list["data"][0]["fields"][0]["name"], "messages");
    // Only that field of that object is delivered now.
    rig.play(PAGE, PSID, json!({"postback": {"title": "Go", "payload": "G"}})).await;
    rig.play(PAGE, PSID, json!({"text": "hi"})).await;
    assert_eq!(rig.hooks(1).await[0].item()["message"]["text"], "hi");
    rig.stop().await;
}

#[tokio::test]
async fn both_levels_must_be_subscribed() {
    let rig = Rig::start().await;
    let path = format!("/{PAGE}/subscribed_apps");
    let request = rig.http.delete(rig.url(&path)).bearer_auth(PAGE_TOKEN);
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(rig.graph_get(&path, PAGE_TOKEN).await.1, json!({"data": []}));
    rig.play(PAGE, PSID, json!({"text": "nobody hears"})).await;
    let url = format!("{path}?subscribed_fields=messages,message_echoes");
    assert_eq!(rig.graph(&url, PAGE_TOKEN, &json!({})).await.0, 200);
    rig.play(PAGE, PSID, json!({"text": "heard"})).await;
    assert_eq!(rig.hooks(1).await[0].item()["message"]["text"], "heard");
    rig.stop().await;
}

#[tokio::test]
async fn a_waba_may_override_the_callback() {
    let rig = Rig::start().await;
    let path = format!("/{WABA}/subscribed_apps");
    let other = rig.hook_url.replace("/hook", "/other");
    let body = json!({"override_callback_uri": other, "verify_token": "right"});
    assert_eq!(rig.graph(&path, WA_TOKEN, &body).await.0, 200);
    rig.play(PHONE, WA_ID, json!({"text": "hi"})).await;
    assert_eq!(rig.hooks(1).await[0].path, "/other");
    assert_eq!(rig.graph(&path, WA_TOKEN, &json!({})).await.0, 200);
    rig.play(PHONE, WA_ID, json!({"text": "hi"})).await;
    assert_eq!(rig.hooks(2).await[1].path, "/hook");
    rig.stop().await;
}

#[tokio::test]
async fn nodes_answer_the_asked_fields() {
    let rig = Rig::start().await;
    assert_eq!(rig.graph_get("/me", PAGE_TOKEN).await.1, json!({"id": PAGE, "name": "Page"}));
    let profile = rig.graph_get(&format!("/{PSID}?fields=first_name,last_name"), PAGE_TOKEN).await;
    assert_eq!(profile.1, json!({"id": PSID, "first_name": "Ann", "last_name": "Lee"}));
    let phone = rig.graph_get(&format!("/{PHONE}?fields=verified_name,throughput"), WA_TOKEN).await;
    let wanted = json!({"id": PHONE, "verified_name": "Shop", "throughput": {"level": "STANDARD"}});
    assert_eq!(phone.1, wanted);
    let phones = rig.graph_get(&format!("/{WABA}/phone_numbers"), WA_TOKEN).await;
    assert_eq!(phones.1["data"][0]["id"], PHONE);
    let templates = rig.graph_get(&format!("/{WABA}/message_templates"), WA_TOKEN).await;
    assert_eq!(templates.1["data"][0]["name"], "order_ready");
    assert_eq!(code(&rig.graph_get(&format!("/{PHONE}"), PAGE_TOKEN).await), (100, Some(33)));
    rig.stop().await;
}

#[tokio::test]
async fn a_token_can_be_examined() {
    let rig = Rig::start().await;
    let path = format!("/debug_token?input_token={WA_TOKEN}&access_token={APP}%7C{SECRET}");
    let answer = rig.http.get(rig.url(&path)).send().await.unwrap();
    let data = answer.json::<serde_json::Value>().await.unwrap()["data"].clone();
    assert_eq!((&data["is_valid"], &data["type"]), (&json!(true), &json!("SYSTEM_USER")));
    assert_eq!(data["granular_scopes"][0]["target_ids"], json!([WABA]));
    let path = format!("/debug_token?input_token=junk&access_token={APP}%7C{SECRET}");
    let answer = rig.http.get(rig.url(&path)).send().await.unwrap();
    let data = answer.json::<serde_json::Value>().await.unwrap()["data"].clone();
    assert_eq!((&data["is_valid"], &data["error"]["code"]), (&json!(false), &json!(190)));
    rig.stop().await;
}

#[tokio::test]
async fn a_profile_is_that_of_the_callers_own_customer() {
    let rig = Rig::start().await;
    let page = json!({"id": "1999", "name": "Other", "app_id": APP, "access_token": "other"});
    rig.control("/_sim/pages", page).await;
    rig.control("/_sim/customers", json!({"account": "1999", "id": PSID, "name": "Zoe"})).await;
    let path = format!("/{PSID}?fields=first_name");
    assert_eq!(rig.graph_get(&path, PAGE_TOKEN).await.1["first_name"], "Ann");
    assert_eq!(rig.graph_get(&path, "other").await.1["first_name"], "Zoe");
    assert_eq!(code(&rig.graph_get(&path, WA_TOKEN).await), (100, Some(33)));
    rig.stop().await;
}
