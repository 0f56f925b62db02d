//! Every kind of event of Messenger and Instagram, in Meta's shape.

use serde_json::{Value, json};

use crate::rig::{IG, IGSID, PAGE, PSID, Rig};

/// Plays an act and returns the one item of its webhook.
async fn played(rig: &Rig, account: &str, customer: &str, act: Value) -> Value {
    rig.forget().await;
    rig.play(account, customer, act).await;
    rig.hooks(1).await[0].item()
}

async fn refused(rig: &Rig, account: &str, customer: &str, act: Value) -> u16 {
    let path = format!("/_sim/customers/{account}/{customer}/messages");
    let request = rig.http.post(rig.url(&path)).json(&act);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn attachments_of_every_kind() {
    let rig = Rig::start().await;
    let reel = json!({"url": "https://x/r", "title": "Dance", "reel_video_id": 5});
    let post = json!({"url": "https://x/p", "title": "News", "id": "9"});
    let booking = json!({"booking_id": "b1", "status": "requested", "start_time": 1, "end_time": 2,
        "timezone": "Asia/Bangkok"});
    let product =
        json!({"id": "1", "retailer_id": "sku", "image_url": "https://x/i", "title": "Rose"});
    let elements = json!({"product": {"elements": [product]}});
    let thumb = json!({"url": "https://x/s", "sticker_id": 369_239_263_222_822_u64});
    for (account, customer, act, kind, payload) in [
        (PAGE, PSID, json!({ "reel": reel }), "reel", reel.clone()),
        (PAGE, PSID, json!({ "post": post }), "post", post.clone()),
        (PAGE, PSID, json!({ "fallback": null }), "fallback", Value::Null),
        (PAGE, PSID, json!({ "product": product }), "template", elements),
        (
            PAGE,
            PSID,
            json!({ "appointment_booking": booking }),
            "appointment_booking",
            booking.clone(),
        ),
        (PAGE, PSID, json!({"sticker": {"url": "https://x/s"}}), "sticker", thumb),
        (IG, IGSID, json!({ "ig_reel": reel }), "ig_reel", reel.clone()),
        (
            IG,
            IGSID,
            json!({"story_mention": {"url": "https://x/m"}}),
            "story_mention",
            json!({"url": "https://x/m"}),
        ),
        (
            IG,
            IGSID,
            json!({"share": {"url": "https://x/h"}}),
            "share",
            json!({"url": "https://x/h"}),
        ),
    ] {
        let item = played(&rig, account, customer, act).await;
        let wanted = json!([{"type": kind, "payload": payload}]);
        assert_eq!(item["message"]["attachments"], wanted);
    }
    for bare in ["like_heart", "ephemeral"] {
        let item = played(&rig, IG, IGSID, json!({ bare: true })).await;
        assert_eq!(item["message"]["attachments"], json!([{ "type": bare }]));
    }
    rig.stop().await;
}

#[tokio::test]
async fn what_a_message_carries_beside_its_content() {
    let rig = Rig::start().await;
    let story = json!({"story": {"url": "https://x/s", "id": "77"}});
    let item = played(&rig, IG, IGSID, json!({"text": "nice", "reply_to": story})).await;
    assert_eq!(item["message"]["reply_to"], story);
    let ad = json!({"ref": "r", "ad_id": "1", "source": "ADS", "type": "OPEN_THREAD",
        "ads_context_data": {"ad_title": "Sale", "photo_url": "https://x/a", "post_id": "3"}});
    let item = played(&rig, PAGE, PSID, json!({"text": "hi", "referral": ad})).await;
    assert_eq!((&item["message"]["text"], &item["message"]["referral"]), (&json!("hi"), &ad));
    let item = played(&rig, PAGE, PSID, json!({"commands": [{"name": "help"}]})).await;
    assert_eq!(item["message"]["commands"], json!([{"name": "help"}]));
    assert_eq!(item["message"]["text"], "/help");
    for (account, customer) in [(PAGE, PSID), (IG, IGSID)] {
        let item = played(&rig, account, customer, json!({"unsupported": true})).await;
        assert_eq!(item["message"]["is_unsupported"], true);
        let item = played(&rig, account, customer, json!({"raw": {"new_thing": [1]}})).await;
        assert_eq!(item["message"]["new_thing"], json!([1]));
        let item = played(&rig, account, customer, json!({"raw_event": {"wave": {"x": 1}}})).await;
        assert_eq!((&item["wave"]["x"], item.get("message")), (&json!(1), None));
    }
    rig.stop().await;
}

#[tokio::test]
async fn who_does_not_subscribe_to_referrals_is_not_told_of_the_ad() {
    let rig = Rig::start_with(|config| {
        config.pages[0].subscribed_fields = Some(vec!["messages".to_owned()]);
    })
    .await;
    let act = json!({"text": "hi", "referral": {"source": "ADS"}});
    let item = played(&rig, PAGE, PSID, act).await;
    assert_eq!((&item["message"]["text"], item["message"].get("referral")), (&json!("hi"), None));
    rig.stop().await;
}

#[tokio::test]
async fn events_beside_messages() {
    let rig = Rig::start().await;
    for (act, key, field) in [
        ("response_feedback", "response_feedback", "response_feedback"),
        ("messaging_feedback", "messaging_feedback", "messaging_feedback"),
        ("order", "order", "send_cart"),
        (
            "customer_information",
            "messaging_customer_information",
            "messaging_customer_information",
        ),
        ("game_play", "game_play", "messaging_game_plays"),
    ] {
        let item = played(&rig, PAGE, PSID, json!({ act: {"x": 1} })).await;
        assert_eq!((&item[key], &item["sender"]["id"]), (&json!({"x": 1}), &json!(PSID)));
        let log = rig.get("/_sim/webhooks").await;
        let last = log["webhooks"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["field"], field);
        assert_eq!(refused(&rig, IG, IGSID, json!({ act: {"x": 1} })).await, 422);
    }
    let referral = json!({"referral": {"ref": "campaign"}});
    let item = played(&rig, PAGE, PSID, referral).await;
    let wanted = json!({"source": "SHORTLINK", "type": "OPEN_THREAD", "ref": "campaign"});
    assert_eq!(item["referral"], wanted);
    let optin = json!({"optin": {"ref": "box", "user_ref": "u1"}});
    let item = played(&rig, PAGE, PSID, optin).await;
    assert_eq!(item["sender"], json!({"user_ref": "u1"}));
    let optin = json!({"optin": {"type": "notification_messages", "payload": "P"}});
    let item = played(&rig, PAGE, PSID, optin).await;
    assert_eq!(
        (&item["optin"]["payload"], &item["optin"]["user_token_status"]),
        (&json!("P"), &json!("NOT_REFRESHED"))
    );
    assert!(item["optin"]["notification_messages_token"].is_string());
    assert_eq!(refused(&rig, PAGE, PSID, json!({"story_mention": {"url": "x"}})).await, 422);
    rig.stop().await;
}

#[tokio::test]
async fn a_message_is_edited_five_times_at_most_and_removed() {
    let rig = Rig::start().await;
    let mid = rig.play(PAGE, PSID, json!({"text": "helo"})).await;
    for count in 1..=5 {
        let edit = json!({"edit": {"mid": mid, "text": format!("hello {count}")}});
        let item = played(&rig, PAGE, PSID, edit).await;
        let wanted = json!({"mid": mid, "text": format!("hello {count}"), "num_edit": count});
        assert_eq!(item["message_edit"], wanted);
    }
    let edit = json!({"edit": {"mid": mid, "text": "again"}});
    assert_eq!(refused(&rig, PAGE, PSID, edit).await, 422);
    let item = played(&rig, PAGE, PSID, json!({ "unsend": mid })).await;
    assert_eq!(item["message"], json!({"mid": mid, "is_deleted": true}));
    let view = rig.get(&format!("/_sim/messages?account={PAGE}&customer={PSID}")).await;
    assert_eq!(
        (&view["messages"][0]["text"], &view["messages"][0]["deleted"]),
        (&json!("hello 5"), &json!(true))
    );
    rig.stop().await;
}

#[tokio::test]
async fn what_meta_tells_about_a_page_or_an_instagram_account() {
    let rig = Rig::start().await;
    let tell = async |account: &str, body: Value| {
        rig.forget().await;
        rig.control(&format!("/_sim/accounts/{account}/events"), body).await;
        rig.hooks(1).await[0].json()["entry"][0].clone()
    };
    let entry = tell(PAGE, json!({"policy_enforcement": {"action": "block", "reason": "x"}})).await;
    let item = &entry["messaging"][0];
    assert_eq!(
        (&item["policy_enforcement"]["action"], item.get("sender")),
        (&json!("block"), None)
    );
    let entry = tell(PAGE, json!({"app_roles": {"1001": ["primary_receiver"]}})).await;
    assert_eq!(entry["messaging"][0]["app_roles"]["1001"], json!(["primary_receiver"]));
    let comment = json!({"comment": {"from": {"id": "8", "name": "Al"}, "message": "How much?"}});
    let entry = tell(PAGE, comment).await;
    let change = &entry["changes"][0];
    assert_eq!((&change["field"], &change["value"]["item"]), (&json!("feed"), &json!("comment")));
    assert_eq!(change["value"]["message"], "How much?");
    assert_eq!(entry.get("messaging"), None);
    let comment = json!({"comment": {"from": {"id": "8", "username": "al"}, "text": "How much?"}});
    let change = tell(IG, comment).await["changes"][0].clone();
    assert_eq!(
        (&change["field"], &change["value"]["text"]),
        (&json!("comments"), &json!("How much?"))
    );
    let entry = tell(PAGE, json!({"field": "messages", "item": {"strange": 1}})).await;
    assert_eq!(entry["messaging"][0], json!({"strange": 1}));
    rig.stop().await;
}

#[tokio::test]
async fn echoes_of_what_was_answered_elsewhere() {
    let rig = Rig::start().await;
    rig.open_windows().await;
    for (account, customer, app, app_id) in [
        (PAGE, PSID, "inbox", json!(263_902_037_430_900_u64)),
        (IG, IGSID, "inbox", json!(1_217_981_644_879_628_u64)),
        (PAGE, PSID, "555", json!(555)),
        (PAGE, PSID, "native", Value::Null),
    ] {
        let body = json!({"customer": customer, "app": app, "text": "by hand"});
        let id =
            rig.control(&format!("/_sim/accounts/{account}/elsewhere"), body).await["id"].clone();
        let item = rig.hooks(1).await[0].item();
        assert_eq!(
            (&item["sender"]["id"], &item["recipient"]["id"]),
            (&json!(account), &json!(customer))
        );
        let echo = &item["message"];
        assert_eq!((&echo["mid"], &echo["is_echo"], &echo["app_id"]), (&id, &json!(true), &app_id));
        assert_eq!(echo.get("app_id").is_none(), app == "native");
        assert_eq!(echo.get("metadata"), None);
        rig.forget().await;
    }
    rig.stop().await;
}
