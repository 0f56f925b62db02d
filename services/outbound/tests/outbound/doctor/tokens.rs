//! Tokens and secrets that are somebody else's.

use serde_json::json;
use switchboard_domain::Channel;
use switchboard_outbound::setup::Verdict;

use super::{examine, installation, look, says, site, stand_in};
use crate::rig::Rig;

#[tokio::test]
async fn a_wrong_app_secret_is_found() {
    let rig = Rig::idle(|_| {}).await;
    rig.put("/_sim/apps/1001", json!({"secret": "another"})).await;
    says(&examine(&rig, Channel::Messenger).await, "app_secret", Verdict::Failed, "");
    rig.stop().await;
}

#[tokio::test]
async fn a_token_of_another_app_page_or_person_is_found() {
    let rig = Rig::idle(|_| {}).await;
    rig.post("/_sim/apps", json!({"id": "1002", "secret": "s"})).await;
    let page = json!({"id": "2002", "app_id": "1001", "access_token": "other-page"});
    rig.post("/_sim/pages", page).await;
    for (token, app, kind, subject) in
        [("other-app", "1002", "PAGE", "2001"), ("person", "1001", "USER", "77")]
    {
        let body = json!({"token": token, "app_id": app, "kind": kind, "subject": subject,
            "assets": ["2001"]});
        rig.post("/_sim/tokens", body).await;
    }
    for (token, check, words) in [
        ("other-app", "token", ""),
        ("other-page", "token_owner", "another Page's: 2002"),
        ("person", "token_owner", "a person's"),
    ] {
        rig.set_token(Channel::Messenger, token).await;
        says(&examine(&rig, Channel::Messenger).await, check, Verdict::Failed, words);
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_token_without_the_account_among_its_assets_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let body = json!({"token": "early", "app_id": "1001", "kind": "SYSTEM_USER", "subject": "7",
        "assets": ["4999"]});
    rig.post("/_sim/tokens", body).await;
    rig.set_token(Channel::WhatsApp, "early").await;
    let found = examine(&rig, Channel::WhatsApp).await;
    says(&found, "token_assets", Verdict::Failed, "for other assets only");
    rig.stop().await;
}

#[tokio::test]
async fn an_owner_who_lacks_a_task_on_the_page_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let found = examine(&rig, Channel::Messenger).await;
    says(&found, "token_tasks", Verdict::Ok, "MESSAGING and MODERATE");
    for (tasks, words) in [
        (json!(["MESSAGING", "MANAGE"]), "lacks the task MODERATE on"),
        (json!(["MODERATE"]), "lacks the task MESSAGING on"),
        (json!(["ANALYZE"]), "lacks the task MESSAGING and MODERATE on"),
    ] {
        let body = json!({"token": "limited", "app_id": "1001", "kind": "PAGE", "subject": "2001",
            "tasks": tasks});
        rig.post("/_sim/tokens", body).await;
        rig.set_token(Channel::Messenger, "limited").await;
        let found = examine(&rig, Channel::Messenger).await;
        says(&found, "token_tasks", Verdict::Failed, words);
    }
    rig.stop().await;
}

#[tokio::test]
async fn access_to_data_that_ends_is_found() {
    let rig = Rig::idle(|_| {}).await;
    // Long over.
    let token =
        r#"{"data":{"is_valid":true,"app_id":"1001","type":"PAGE","data_access_expires_at":9}}"#;
    let mut settings = (*rig.backend.settings).clone();
    settings.outbound.graph_url =
        stand_in::meta(token, || stand_in::response("200 OK", "", "{}")).await;
    let mut site = site(&rig);
    site.graph = installation::graph(&rig, &settings);
    says(&look(&site, Channel::Messenger).await, "data_access", Verdict::Warning, "no time");
    rig.stop().await;
}
