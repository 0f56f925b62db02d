//! Calls of bots that go on to Meta with the account's token.

use serde_json::{Value, json};
use switchboard_contract::{Body, wire};
use switchboard_domain::{
    Channel::{self, Instagram, Messenger, WhatsApp},
    ids::ErrandId,
};
use switchboard_store::errands::{self, Progress};
use uuid::Uuid;

use crate::rig::{PHONE_TOKEN, Rig, WABA, account, workspace};

/// Asks for it, and says what came of it.
async fn relay(
    rig: &Rig,
    (channel, kind): (Channel, &str),
    (method, parameters): (&str, Value),
) -> Progress {
    let id = ErrandId::new(Uuid::now_v7());
    let errand = wire::Errand {
        workspace_id: workspace().to_string(),
        account_id: account(channel).to_string(),
        errand_id: id.to_string(),
        kind: format!("relay.{kind}"),
        input: json!({"method": method, "parameters": parameters}).to_string(),
    };
    rig.publish(channel, vec![(format!("errand:{id}"), Body::Errand(errand))]).await;
    rig.eventually(async || {
        let read = move |db: &mut _| errands::progress(db, workspace(), id);
        let (_, progress) = rig.backend.store.read(read).await.unwrap()?;
        Some(progress).filter(|progress| *progress != Progress::Running)
    })
    .await
}

/// Meta's status and body.
fn answer(progress: Progress) -> (Value, Value) {
    match progress {
        Progress::Done(answer) => (answer["status"].clone(), answer["body"].clone()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_profile_is_the_accounts_own_and_meta_is_not_asked_too_often() {
    let rig = Rig::start().await;
    let profile = "messenger_profile";
    let breakers = json!([{"locale": "default", "call_to_actions": [
        {"question": "Open?", "payload": "hours"}]}]);
    let set = json!({"ice_breakers": breakers, "access_token": "x", "appsecret_proof": "y"});
    let set = answer(relay(&rig, (Instagram, profile), ("POST", set)).await);
    assert_eq!(set, (json!(200), json!({"result": "success"})), "the Page's proof is ours");
    let fields = json!({"fields": "ice_breakers"});
    let (_, read) = answer(relay(&rig, (Instagram, profile), ("GET", fields.clone())).await);
    assert_eq!(read["data"][0]["ice_breakers"], breakers);
    // Whatever a bot says, the Page's profile is another.
    let instagrams = json!({"fields": "ice_breakers", "platform": "instagram"});
    let (_, read) = answer(relay(&rig, (Messenger, profile), ("GET", instagrams)).await);
    assert_eq!(read["data"].as_array().map(Vec::len), Some(0), "{read}");
    let (status, refused) = answer(relay(&rig, (Messenger, profile), ("DELETE", json!({}))).await);
    assert_eq!((status, &refused["error"]["code"]), (json!(400), &json!(100)), "Meta's own words");

    for _ in 0..6 {
        answer(relay(&rig, (Instagram, profile), ("GET", fields.clone())).await);
    }
    let (status, spent) = answer(relay(&rig, (Instagram, profile), ("GET", fields)).await);
    assert_eq!((status, &spent["error"]["code"]), (json!(400), &json!(613)));
    assert_eq!(rig.violations().await, 0, "Meta was not asked");
    rig.stop().await;
}

#[tokio::test]
async fn further_pages_are_told_without_the_token() {
    let rig = Rig::start().await;
    for name in ["one", "two"] {
        let template = json!({"waba": WABA, "name": name, "language": "en_US", "body": "Hello"});
        rig.post("/_sim/templates", template).await;
    }
    let first = json!({"limit": "1", "fields": "name"});
    let listed = relay(&rig, (WhatsApp, "message_templates"), ("GET", first)).await;
    let (_, listed) = answer(listed);
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1), "{listed}");
    let next = listed["paging"]["next"].as_str().unwrap();
    assert!(next.contains("fields=name&limit=1&after="), "{next}");
    assert!(!listed.to_string().contains(PHONE_TOKEN));
    let after = listed["paging"]["cursors"]["after"].clone();
    let second = json!({"limit": "1", "after": after});
    let (_, listed) = answer(relay(&rig, (WhatsApp, "message_templates"), ("GET", second)).await);
    assert_eq!(listed["data"][0]["name"], "two");
    rig.stop().await;
}

#[tokio::test]
async fn nothing_else_goes_on() {
    let rig = Rig::start().await;
    let cases = [
        ((WhatsApp, "block_users"), ("POST", json!({}))),
        ((Instagram, "personas"), ("GET", json!({}))),
        ((Messenger, "personas"), ("DELETE", json!({}))),
        ((WhatsApp, "message_templates"), ("GET", json!({"fields": "owner{access_token}"}))),
        ((Messenger, "private_reply"), ("POST", json!({"recipient": {"id": "51"}, "message": {}}))),
    ];
    for (kind, call) in cases {
        match relay(&rig, kind, call).await {
            Progress::Failed(why) => assert!(why.contains("annot") || why.contains("can only")),
            other => panic!("{kind:?}: {other:?}"),
        }
    }
    rig.stop().await;
}
