//! Strangers that are taken for customers who have just written.

use serde_json::{Value, json};

use crate::rig::{IG, PAGE, PAGE_TOKEN, PHONE, Rig, WA_TOKEN, code, messenger, whatsapp};

fn to_page(customer: &str) -> Value {
    let mut body = messenger("hello", "a");
    body["recipient"]["id"] = customer.into();
    body
}

fn to_whatsapp(key: &str, customer: &str) -> Value {
    let mut body = whatsapp("hello", "a");
    body.as_object_mut().unwrap().remove("to");
    body[key] = customer.into();
    body
}

#[tokio::test]
async fn strangers_are_answered_and_appear_on_the_phone() {
    let rig = Rig::start_with(|config| config.adopt_strangers = true).await;
    for (account, token, body) in [
        (PAGE, PAGE_TOKEN, to_page("9001")),
        (IG, PAGE_TOKEN, to_page("9002")),
        (PHONE, WA_TOKEN, to_whatsapp("to", "+1 555 777 8888")),
        (PHONE, WA_TOKEN, to_whatsapp("recipient", "US.13491208655302741918")),
    ] {
        let answer = rig.graph(&format!("/{account}/messages"), token, &body).await;
        assert_eq!(answer.0, 200, "{answer:?}");
    }
    let accounts = rig.get("/_sim/accounts").await["accounts"].clone();
    let known = |account: &str, customer: &str| {
        let mut accounts = accounts.as_array().unwrap().iter();
        let account = accounts.find(|own| own["id"] == account).unwrap();
        account["customers"].as_array().unwrap().iter().any(|own| own["id"] == customer)
    };
    assert!(known(PAGE, "9001") && known(IG, "9002") && known(PHONE, "15557778888"));
    assert!(known(PHONE, "US.13491208655302741918"));
    let path = format!("/_sim/messages?account={PHONE}&customer=15557778888");
    assert_eq!(rig.get(&path).await["messages"][0]["text"], "hello");
    rig.stop().await;
}

#[tokio::test]
async fn a_known_customer_who_never_wrote_has_just_written_and_the_window_closes() {
    let rig = Rig::start_with(|config| config.adopt_strangers = true).await;
    assert_eq!(rig.send_messenger("hello", "a").await.0, 200);
    assert_eq!(rig.send_whatsapp("hello", "b").await.0, 200);
    rig.control("/_sim/clock", json!({"advance_seconds": 90_000})).await;
    assert_eq!(code(&rig.send_messenger("late", "c").await), (10, Some(2_018_278)));
    assert_eq!(code(&rig.send_whatsapp("late", "d").await).0, 131_047);
    rig.stop().await;
}

#[tokio::test]
async fn messages_that_went_past_the_simulator_may_be_read() {
    let rig = Rig::start_with(|config| config.adopt_strangers = true).await;
    let read =
        json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.unseen"});
    let path = format!("/{PHONE}/messages");
    assert_eq!(rig.graph(&path, WA_TOKEN, &read).await.0, 200);
    rig.stop().await;
}

#[tokio::test]
async fn whoever_has_a_name_is_adopted_but_for_blocked_customers() {
    let rig = Rig::start_with(|config| config.adopt_strangers = true).await;
    let path = format!("/{PHONE}/messages");
    for id in ["<PSID>", "USER_ID", "1"] {
        assert_eq!(rig.graph("/me/messages", PAGE_TOKEN, &to_page(id)).await.0, 200, "{id}");
        let answer = rig.graph(&path, WA_TOKEN, &to_whatsapp("to", id)).await;
        assert_eq!(answer.0, 200, "{id}");
    }
    let long = "9".repeat(200);
    let answer = rig.graph("/me/messages", PAGE_TOKEN, &to_page(&long)).await;
    assert_eq!(code(&answer), (100, Some(2_018_001)));
    let answer = rig.graph(&path, WA_TOKEN, &to_whatsapp("to", &long)).await;
    assert_eq!(code(&answer).0, 131_026);
    rig.control("/_sim/customers", json!({"account": PAGE, "id": "77", "reach": "blocked"})).await;
    let answer = rig.graph("/me/messages", PAGE_TOKEN, &to_page("77")).await;
    assert_eq!(code(&answer).0, 551);
    rig.stop().await;
}

#[tokio::test]
async fn without_the_setting_strangers_are_refused() {
    let rig = Rig::start().await;
    let answer = rig.graph("/me/messages", PAGE_TOKEN, &to_page("9001")).await;
    assert_eq!(code(&answer), (100, Some(2_018_001)));
    rig.stop().await;
}
