//! What Meta says of numbers, and of the link between an Instagram account and its Page.

use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_contract::convert::account_shard;
use switchboard_domain::{
    Channel,
    ids::{MessageId, SendId},
};
use switchboard_outbound::setup::Verdict;
use switchboard_store::sends::{self, Change, NewSend, State};

use super::{examine, look, says, site, stand_in};
use crate::rig::{Rig, account, conversation, workspace};

const NUMBER: &str = "/_sim/nodes/4101";

/// Shows this of the number, and looks at it.
async fn with(rig: &Rig, fields: Value, (check, verdict, words): (&str, Verdict, &str)) {
    rig.put(NUMBER, json!({ "fields": fields })).await;
    says(&examine(rig, Channel::WhatsApp).await, check, verdict, words);
    let usual: Value =
        fields.as_object().unwrap().keys().map(|name| (name.clone(), Value::Null)).collect();
    rig.put(NUMBER, json!({ "fields": usual })).await;
}

#[tokio::test]
async fn a_number_in_trouble_is_found() {
    use Verdict::{Failed, Ok, Warning};
    let rig = Rig::idle(|_| {}).await;
    let limit = "whatsapp_business_manager_messaging_limit";
    for (field, value, check, verdict, words) in [
        ("quality_rating", "RED", "number_quality", Warning, "red"),
        ("quality_rating", "YELLOW", "number_quality", Warning, "yellow"),
        ("name_status", "DECLINED", "number_name", Failed, "131037"),
        ("name_status", "PENDING_REVIEW", "number_name", Warning, "not approved yet"),
        ("status", "BANNED", "number_status", Failed, "banned"),
        ("code_verification_status", "EXPIRED", "number_verification", Warning, "expired"),
        (limit, "TIER_2K", "number_limits", Ok, "TIER_2K"),
        ("quality_rating", "YELLOW", "number_limits", Warning, "does not raise them"),
    ] {
        with(&rig, json!({ (field): value }), (check, verdict, words)).await;
    }
    let elsewhere = json!({"webhook_configuration": {"phone_number": "https://old.example/hook"}});
    with(&rig, elsewhere, ("number_callback", Failed, "old.example")).await;
    rig.stop().await;
}

/// A send whose last try was refused with this code, and which waits.
async fn refused(rig: &Rig, name: &'static str, code: i64) {
    let account = account(Channel::WhatsApp);
    let send = NewSend {
        id: SendId::derive(name),
        workspace: workspace(),
        account,
        conversation: conversation(Channel::WhatsApp, "15551230001"),
        message: MessageId::derive(name),
        shard: account_shard(account),
        request: b"unread".to_vec().into(),
    };
    let later = Change {
        id: send.id,
        state: State::Queued,
        attempt: 1,
        epoch: 1,
        not_before: clock::now(),
        external_id: None,
        error: Some(format!("Meta error {code}, trace none")),
    };
    let write = move |db: &mut _| {
        sends::accept(db, &send, clock::now())?;
        sends::change(db, &later, clock::now())
    };
    assert!(rig.backend.store.write(write).await.unwrap());
}

#[tokio::test]
async fn a_number_at_its_limits_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let check = "number_limits";
    refused(&rig, "pair", 131_056).await;
    says(&examine(&rig, Channel::WhatsApp).await, check, Verdict::Ok, "Throughput standard");
    refused(&rig, "fast", 130_429).await;
    let found = examine(&rig, Channel::WhatsApp).await;
    says(&found, check, Verdict::Warning, "at its throughput: 1 messages");
    refused(&rig, "spam", 131_048).await;
    let found = examine(&rig, Channel::WhatsApp).await;
    says(&found, check, Verdict::Failed, "at its limit: Meta refused 1 messages");
    rig.stop().await;
}

#[tokio::test]
async fn a_number_that_is_not_registered_is_found() {
    let rig = Rig::idle(|_| {}).await;
    rig.put(NUMBER, json!({"registered": false})).await;
    let found = examine(&rig, Channel::WhatsApp).await;
    says(&found, "number_status", Verdict::Failed, "not registered");
    says(&found, "health_status", Verdict::Failed, "not registered");
    rig.stop().await;
}

#[tokio::test]
async fn metas_own_diagnosis_is_told() {
    let rig = Rig::idle(|_| {}).await;
    let health = |verdict: &str| {
        json!({"health_status": {"can_send_message": verdict, "entities": [{
            "entity_type": "BUSINESS", "id": "7", "can_send_message": verdict, "errors": [{
                "error_code": 141_006, "error_description": "No payment method.",
                "possible_solution": "Add a payment method."
            }]
        }]}})
    };
    let words = "No payment method. (Meta error 141006)";
    with(&rig, health("LIMITED"), ("health_status", Verdict::Warning, words)).await;
    rig.put(NUMBER, json!({ "fields": health("BLOCKED") })).await;
    let found = examine(&rig, Channel::WhatsApp).await;
    says(&found, "health_status", Verdict::Failed, words);
    let blocked = found.iter().find(|finding| finding.check == "health_status").unwrap();
    assert_eq!(blocked.remedy.as_deref(), Some("Add a payment method."));
    rig.stop().await;
}

#[tokio::test]
async fn a_broken_link_to_instagram_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let check = "instagram_link";
    says(&examine(&rig, Channel::Instagram).await, check, Verdict::Ok, "linked to its Page");
    let other = json!({"instagram_business_account": {"id": "3999", "username": "other"}});
    rig.put("/_sim/nodes/2001", json!({ "fields": other })).await;
    says(&examine(&rig, Channel::Instagram).await, check, Verdict::Failed, "another account: 3999");

    let token = r#"{"data":{"is_valid":true,"app_id":"1001","type":"PAGE",
        "scopes":["instagram_manage_messages"]}}"#;
    let none = stand_in::meta(token, || stand_in::response("200 OK", "", "{}")).await;
    let mut settings = (*rig.backend.settings).clone();
    settings.outbound.graph_url = none;
    let mut site = site(&rig);
    site.graph = super::installation::graph(&rig, &settings);
    says(&look(&site, Channel::Instagram).await, check, Verdict::Failed, "no Instagram account");
    rig.stop().await;
}
