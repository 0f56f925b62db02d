//! Account linking: the button that begins it, for whom a log-in is, and ending it.

use serde_json::{Value, json};
use switchboard_contract::{Body, wire};
use switchboard_domain::{Channel, Content, content::Button, ids::ErrandId};
use switchboard_store::errands::{self, Errand, Progress};

use crate::rig::{Rig, account, node, request, workspace};

const PSID: &str = "71";

/// Has an errand done for the Page.
async fn done(rig: &Rig, name: &str, kind: &str, input: Value) -> Progress {
    let id = ErrandId::derive(name);
    let errand = wire::Errand {
        workspace_id: workspace().to_string(),
        account_id: account(Channel::Messenger).to_string(),
        errand_id: id.to_string(),
        kind: kind.into(),
        input: input.to_string(),
    };
    let body = Body::Errand(errand);
    rig.publish(Channel::Messenger, vec![(format!("errand:{name}"), body)]).await;
    rig.eventually(async || {
        let read = move |db: &mut _| errands::progress(db, workspace(), id);
        let (_, progress) = rig.backend.store.read(read).await.unwrap()?;
        Some(progress).filter(|progress| *progress != Progress::Running)
    })
    .await
}

/// What ingress asks with: Meta's token, sealed for the errand.
fn token(rig: &Rig, name: &str, token: &str) -> Value {
    let row = ErrandId::derive(name).to_string();
    let place = Errand::input_place(workspace(), &row);
    let sealed = rig.backend.keys.apps().unwrap().seal(place, &token.into()).unwrap();
    json!({ "account_linking_token": sealed })
}

/// The customer taps the button; Meta's token of the log-in.
async fn taps_log_in(rig: &mut Rig) -> String {
    rig.put("/_sim/settings", json!({ "insecure_login": true })).await;
    rig.write_in(Channel::Messenger, PSID).await;
    let (id, body) = request(Channel::Messenger, PSID, "who are you?");
    let Body::SendRequest(mut send) = body else { panic!("no send") };
    let buttons = vec![Button::LogIn { url: None }];
    send.content = Some(Content::Prompt { text: "who are you?".into(), buttons }.into());
    rig.publish(Channel::Messenger, vec![(id, Body::SendRequest(send))]).await;
    rig.sent("who are you?").await;
    // Our own page, for the button said no other.
    let page = format!("http://127.0.0.1:8080/meta/link/{}", account(Channel::Messenger));
    let path = format!("{}/_sim/customers/{}/{PSID}/login", rig.url(), node(Channel::Messenger));
    let tapped = reqwest::Client::new().post(path).json(&json!({ "url": page }));
    let opened: Value =
        tapped.send().await.unwrap().error_for_status().unwrap().json().await.unwrap();
    let opened = opened["url"].as_str().unwrap().to_owned();
    let token = opened.split_once("account_linking_token=").unwrap().1;
    token.split('&').next().unwrap().to_owned()
}

#[tokio::test]
async fn meta_says_for_whom_a_log_in_is() {
    let mut rig = Rig::start().await;
    let linking_token = taps_log_in(&mut rig).await;
    let input = token(&rig, "who", &linking_token);
    let found = done(&rig, "who", "linking_recipient", input).await;
    assert_eq!(found, Progress::Done(json!({ "recipient": PSID })));

    let input = token(&rig, "old", "ARQ-over-long-ago");
    let over = done(&rig, "old", "linking_recipient", input).await;
    assert_eq!(over, Progress::Done(json!({ "expired": true })));

    // A token that was sealed for another errand is nobody's.
    let moved = token(&rig, "elsewhere", &linking_token);
    let refused = done(&rig, "moved", "linking_recipient", moved).await;
    assert!(matches!(refused, Progress::Failed(_)), "{refused:?}");
    rig.stop().await;
}

#[tokio::test]
async fn a_link_ends_at_meta() {
    let rig = Rig::start().await;
    rig.write_in(Channel::Messenger, PSID).await;
    let ended = done(&rig, "end", "unlink", json!({ "psid": PSID })).await;
    assert_eq!(ended, Progress::Done(json!({ "unlinked": true })));
    match done(&rig, "nobody", "unlink", json!({ "psid": "no such customer" })).await {
        Progress::Failed(sentence) => assert!(!sentence.is_empty()),
        other => panic!("{other:?}"),
    }
    rig.stop().await;
}
