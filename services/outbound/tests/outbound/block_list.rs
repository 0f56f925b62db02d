//! WhatsApp's own block list: Meta is told, and the conversation hears what came of it.

use serde_json::Value;
use switchboard_contract::{Body, wire};
use switchboard_domain::Channel;
use switchboard_meta::signature::appsecret_proof;
use switchboard_store::block_list;

use crate::rig::{PHONE_TOKEN, Rig, SECRET, account, conversation, workspace};

const CUSTOMER: &str = "15552223333";

fn request(customer: &str, blocked: bool) -> Body {
    let phone = blocked.then(|| customer.to_owned());
    Body::BlockRequest(wire::BlockRequest {
        workspace_id: workspace().to_string(),
        account_id: account(Channel::WhatsApp).to_string(),
        conversation_id: conversation(Channel::WhatsApp, customer).to_string(),
        conversation_shard: 0,
        recipient: Some(wire::Recipient { phone, ..wire::Recipient::default() }),
        blocked,
    })
}

/// Whom the number blocks at Meta.
async fn listed(rig: &Rig) -> Vec<String> {
    let proof = appsecret_proof(PHONE_TOKEN, SECRET);
    let url = format!("{}/v25.0/4101/block_users?appsecret_proof={proof}", rig.url());
    let answer = rig.http.get(url).bearer_auth(PHONE_TOKEN).send().await.unwrap();
    let page: Value = answer.json().await.unwrap();
    let all = page["data"].as_array().unwrap_or_else(|| panic!("{page}"));
    all.iter().map(|one| one["wa_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_is_blocked_here_is_on_the_list_until_they_are_not() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::WhatsApp, CUSTOMER).await;
    rig.publish(Channel::WhatsApp, vec![("block".into(), request(CUSTOMER, true))]).await;
    let report = rig.block_report().await;
    assert_eq!((report.blocked, report.refused), (true, None));
    assert_eq!(listed(&rig).await, [CUSTOMER]);
    // They may be forgotten by then: outbound knows whom it put on the list.
    rig.publish(Channel::WhatsApp, vec![("unblock".into(), request(CUSTOMER, false))]).await;
    let report = rig.block_report().await;
    assert_eq!((report.blocked, report.refused), (false, None));
    assert_eq!(listed(&rig).await, Vec::<String>::new());
    rig.stop().await;
}

#[tokio::test]
async fn whom_meta_does_not_block_agents_read_why() {
    let mut rig = Rig::start().await;
    rig.publish(Channel::WhatsApp, vec![("silent".into(), request(CUSTOMER, true))]).await;
    let report = rig.block_report().await;
    let why = report.refused.unwrap();
    assert!(report.blocked && why.contains("24 hours") && why.contains("131047"), "{why}");
    // There is nothing to take back.
    rig.publish(Channel::WhatsApp, vec![("unblock".into(), request(CUSTOMER, false))]).await;
    rig.write_in(Channel::WhatsApp, "15550009999").await;
    rig.publish(Channel::WhatsApp, vec![("next".into(), request("15550009999", true))]).await;
    let report = rig.block_report().await;
    let id = conversation(Channel::WhatsApp, "15550009999").to_string();
    assert_eq!(
        (report.conversation_id, report.blocked),
        (id, true),
        "of the other nothing is said"
    );
    rig.stop().await;
}

#[tokio::test]
async fn what_was_said_last_holds_though_nobody_could_be_told_meanwhile() {
    let mut rig = Rig::idle(|_| {}).await;
    rig.write_in(Channel::WhatsApp, CUSTOMER).await;
    let all = [("1", true), ("2", false), ("3", true)];
    let all = all.map(|(id, blocked)| (id.to_owned(), request(CUSTOMER, blocked)));
    rig.publish(Channel::WhatsApp, all.to_vec()).await;
    rig.go().await;
    rig.eventually(async || listed(&rig).await.pop()).await;
    rig.halt().await;
    let due = |db: &mut _| {
        let now = switchboard_chassis::clock::now();
        block_list::claim(db, &[], (now, now), 10)
    };
    assert_eq!(rig.backend.store.write(due).await.unwrap(), [], "there is nothing left to say");
    assert!(rig.block_report().await.blocked);

    rig.stop().await;
}
