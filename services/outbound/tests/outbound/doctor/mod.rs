//! The doctor against a simulator that is broken in one way after the other: what is broken is
//! found, with its remedy, and what is not is well.

mod facts;
mod installation;
mod stand_in;
mod table;
mod tokens;
mod webhooks;

use serde_json::json;
use switchboard_domain::Channel;
use switchboard_outbound::setup::{Finding, Site, Verdict, doctor};
use switchboard_store::accounts::{self, Health};

use crate::rig::{Rig, account, workspace};

/// What the doctor looks at, as the rig has it.
fn site(rig: &Rig) -> Site {
    let backend = &rig.backend;
    let (store, queue) = (backend.store.clone(), backend.queue.clone());
    Site::new(&backend.settings, (store, &backend.keys), Some(queue)).unwrap()
}

/// What was found about one account.
async fn examine(rig: &Rig, channel: Channel) -> Vec<Finding> {
    look(&site(rig), channel).await
}

async fn look(site: &Site, channel: Channel) -> Vec<Finding> {
    doctor::examine(site, workspace(), Some(account(channel))).await
}

/// The check says so, with these words in its evidence; what is wrong has a remedy.
fn says(found: &[Finding], check: &str, expected: Verdict, words: &str) {
    let finding = found.iter().filter(|finding| finding.check == check);
    let finding = finding.max_by_key(|finding| finding.verdict);
    let finding = finding.unwrap_or_else(|| panic!("no {check}: {found:?}"));
    assert_eq!(finding.verdict, expected, "{finding:?}");
    assert!(finding.evidence.contains(words), "{words}: {finding:?}");
    remedied(found);
}

fn verdict(found: &[Finding], check: &str) -> Verdict {
    let of_check = found.iter().filter(|finding| finding.check == check);
    of_check.map(|finding| finding.verdict).max().unwrap_or_else(|| panic!("no {check}: {found:?}"))
}

fn remedied(found: &[Finding]) {
    for finding in found.iter().filter(|finding| finding.verdict >= Verdict::Warning) {
        assert!(finding.remedy.is_some(), "no remedy: {finding:?}");
    }
}

/// Each with what the rig has of it: the ingress is not there, so the callback cannot answer.
#[tokio::test]
async fn what_is_well_is_said_to_be_well() {
    let rig = Rig::idle(|_| {}).await;
    let found = examine(&rig, Channel::WhatsApp).await;
    for check in [
        "store",
        "queue",
        "files",
        "reach",
        "clock",
        "sending",
        "app_secret",
        "token",
        "token_expiry",
        "token_scopes",
        "subscription",
        "number_callback",
        "number_quality",
        "number_limits",
        "health_status",
    ] {
        assert_eq!(verdict(&found, check), Verdict::Ok, "{check}: {found:?}");
    }
    for check in ["public_url", "app_subscription", "callback_challenge", "callback_webhook"] {
        assert_eq!(verdict(&found, check), Verdict::Failed, "{check}: {found:?}");
    }
    remedied(&found);
    rig.stop().await;
}

#[tokio::test]
async fn a_token_that_is_dead_short_lived_or_lacks_permissions_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let token = |token: &str, more: serde_json::Value| {
        let mut body = json!({
            "token": token, "app_id": "1001", "kind": "PAGE", "subject": "2001"
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    rig.post("/_sim/tokens", token("dead", json!({"revoked_subcode": 460}))).await;
    rig.post("/_sim/tokens", token("poor", json!({"scopes": ["pages_show_list"]}))).await;
    let soon = switchboard_chassis::clock::now().as_micros() / 1_000_000 + 3_600;
    rig.post("/_sim/tokens", token("brief", json!({"expires_at": soon}))).await;
    for (text, check, expected) in [
        ("dead", "token", Verdict::Failed),
        ("nonsense", "token", Verdict::Failed),
        ("poor", "token_scopes", Verdict::Failed),
        ("brief", "token_expiry", Verdict::Warning),
    ] {
        rig.set_token(Channel::Messenger, text).await;
        let found = examine(&rig, Channel::Messenger).await;
        assert_eq!(verdict(&found, check), expected, "{text}: {found:?}");
        remedied(&found);
    }
    rig.stop().await;
}

#[tokio::test]
async fn an_account_that_is_stopped_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let health = Health {
        paused: true,
        reason: "Our app is not live. (Meta error 200/2018028)".into(),
        since: switchboard_chassis::clock::now(),
    };
    let id = account(Channel::Messenger);
    let write = move |db: &mut _| accounts::set_health(db, workspace(), id, &health);
    rig.backend.store.write(write).await.unwrap();
    let found = examine(&rig, Channel::Messenger).await;
    assert_eq!(verdict(&found, "sending"), Verdict::Failed);
    assert_eq!(verdict(&found, "live"), Verdict::Failed, "{found:?}");
    remedied(&found);
    rig.stop().await;
}

#[tokio::test]
async fn meta_that_does_not_answer_is_found() {
    let mut rig = Rig::idle(|_| {}).await;
    rig.unplug().await;
    let found = examine(&rig, Channel::Messenger).await;
    assert_eq!(verdict(&found, "reach"), Verdict::Failed, "{found:?}");
    remedied(&found);
    rig.stop().await;
}

#[tokio::test]
async fn a_place_for_files_that_cannot_be_used_is_found() {
    let rig = Rig::idle(|_| {}).await;
    let mut settings = (*rig.backend.settings).clone();
    // No folder can be made below a device.
    settings.media.url = "disk:/dev/null/media".into();
    let store = rig.backend.store.clone();
    let site = Site::new(&settings, (store, &rig.backend.keys), None).unwrap();
    let found = doctor::examine(&site, workspace(), None).await;
    assert_eq!(verdict(&found, "files"), Verdict::Failed);
    let files = found.iter().find(|finding| finding.check == "files").unwrap();
    assert!(files.evidence.contains("/dev/null/media"), "{files:?}");
    remedied(&found);
    rig.stop().await;
}
