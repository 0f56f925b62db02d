//! The block list of a number: whom it takes, and what becomes of what they write.

use serde_json::{Value, json};

use crate::rig::{PAGE, PAGE_TOKEN, PHONE, Rig, WA_ID, WA_TOKEN, code};

async fn call(rig: &Rig, method: &str, users: &[&str]) -> (u16, Value) {
    let users: Vec<Value> = users.iter().map(|user| json!({ "user": user })).collect();
    let body = json!({ "messaging_product": "whatsapp", "block_users": users });
    let url = rig.url(&format!("/v25.0/{PHONE}/block_users"));
    let request = rig.http.request(method.parse().unwrap(), url).bearer_auth(WA_TOKEN);
    let answer = request.json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn listed(rig: &Rig) -> Value {
    rig.graph_get(&format!("/{PHONE}/block_users"), WA_TOKEN).await.1["data"].clone()
}

#[tokio::test]
async fn what_a_blocked_customer_writes_arrives_nowhere() {
    let rig = Rig::start().await;
    rig.play(PHONE, WA_ID, json!({"text": "hello"})).await;
    rig.hooks(1).await;
    let plus = format!("+{WA_ID}");
    let added = call(&rig, "POST", &[&plus]).await;
    let users = json!({"added_users": [{"input": plus, "wa_id": WA_ID}]});
    assert_eq!(added, (200, json!({"messaging_product": "whatsapp", "block_users": users})));
    assert_eq!(call(&rig, "POST", &[WA_ID]).await.0, 200, "again is the same as once");
    assert_eq!(listed(&rig).await, json!([{"messaging_product": "whatsapp", "wa_id": WA_ID}]));
    rig.play(PHONE, WA_ID, json!({"text": "is anybody there?"})).await;
    assert_eq!(code(&rig.send_whatsapp("no", "m1").await).0, 131_026);

    let removed = call(&rig, "DELETE", &[WA_ID]).await;
    assert_eq!(removed.1["block_users"]["removed_users"][0]["wa_id"], WA_ID);
    assert_eq!(listed(&rig).await, json!([]));
    rig.play(PHONE, WA_ID, json!({"text": "hello again"})).await;
    let hooks = rig.hooks(2).await;
    let said: Vec<Value> = hooks.iter().map(|hook| hook.item()["messages"][0].clone()).collect();
    let said: Vec<&Value> = said.iter().map(|message| &message["text"]["body"]).collect();
    assert_eq!(said, ["hello", "hello again"]);
    rig.stop().await;
}

#[tokio::test]
async fn only_who_wrote_within_a_day_is_blocked() {
    let rig = Rig::start().await;
    rig.play(PHONE, WA_ID, json!({"text": "hello"})).await;
    let (status, refused) = call(&rig, "POST", &[WA_ID, "15559990000", "15550001111"]).await;
    let number = rig.graph_get(&format!("/{PHONE}?fields=display_phone_number"), WA_TOKEN).await;
    let own = number.1["display_phone_number"].as_str().unwrap().to_owned();
    assert_eq!((status, code(&(status, refused.clone())).0), (400, 139_100));
    assert_eq!(refused["block_users"]["added_users"][0]["wa_id"], WA_ID);
    let failed = refused["block_users"]["failed_users"].as_array().unwrap();
    assert_eq!(failed[0]["errors"][0]["code"], 131_047, "nobody: {refused}");
    let (_, refused) = call(&rig, "POST", &[&own]).await;
    assert_eq!(refused["block_users"]["failed_users"][0]["errors"][0]["code"], 131_021);
    call(&rig, "DELETE", &[WA_ID]).await;
    rig.control("/_sim/clock", json!({"advance_seconds": 24 * 3600})).await;
    let (_, refused) = call(&rig, "POST", &[WA_ID]).await;
    assert_eq!(refused["block_users"]["failed_users"][0]["errors"][0]["code"], 131_047);
    assert_eq!(refused["block_users"]["failed_users"][0]["wa_id"], WA_ID);
    assert_eq!(call(&rig, "DELETE", &[WA_ID]).await.0, 200, "whoever may be unblocked");
    rig.stop().await;
}

#[tokio::test]
async fn the_call_is_looked_at_closely() {
    let rig = Rig::start().await;
    assert_eq!(code(&call(&rig, "POST", &[]).await).0, 131_009);
    let many: Vec<String> = (0..1001).map(|number| format!("1555{number:07}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(code(&call(&rig, "POST", &many).await).0, 130_429);
    let body = json!({"block_users": [{"user": WA_ID}]});
    let path = format!("/v25.0/{PHONE}/block_users");
    assert_eq!(code(&rig.graph(&path, WA_TOKEN, &body).await).0, 131_008, "no product");
    let page = format!("/v25.0/{PAGE}/block_users");
    assert_eq!(code(&rig.graph(&page, PAGE_TOKEN, &body).await).0, 100, "a Page has none");
    rig.stop().await;
}
