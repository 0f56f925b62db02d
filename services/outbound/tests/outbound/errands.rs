//! Errands, signs of life, and control of conversations: what is done beside sends.

use serde_json::json;
use switchboard_contract::{Body, wire};
use switchboard_domain::{
    Channel,
    conversation::{Signal, ThreadAction},
    ids::ErrandId,
};
use switchboard_store::{
    errands::{self, Progress},
    templates,
};

use crate::rig::{Rig, WABA, account, conversation, workspace};

fn errand(name: &str, kind: &str) -> (String, Body) {
    let errand = wire::Errand {
        workspace_id: workspace().to_string(),
        account_id: account(Channel::WhatsApp).to_string(),
        errand_id: ErrandId::derive(name).to_string(),
        kind: kind.into(),
        input: "{}".into(),
    };
    (format!("errand:{name}"), Body::Errand(errand))
}

/// Waits until the errand is over.
async fn outcome(rig: &Rig, name: &str) -> Progress {
    let id = ErrandId::derive(name);
    rig.eventually(async || {
        let read = move |db: &mut _| errands::progress(db, workspace(), id);
        let (_, progress) = rig.backend.store.read(read).await.unwrap()?;
        Some(progress).filter(|progress| *progress != Progress::Running)
    })
    .await
}

#[tokio::test]
async fn templates_are_read_and_those_that_are_gone_go() {
    let rig = Rig::start().await;
    let template = |name: &str| json!({ "waba": WABA, "name": name, "language": "en_US", "body": "Hello {{1}}" });
    rig.post("/_sim/templates", template("one")).await;
    rig.post("/_sim/templates", template("two")).await;
    rig.publish(Channel::WhatsApp, vec![errand("first", "sync_templates")]).await;
    assert_eq!(outcome(&rig, "first").await, Progress::Done(json!({ "templates": 2 })));
    let list = |db: &mut _| templates::list(db, workspace(), WABA);
    let listed = rig.backend.store.read(list).await.unwrap();
    let names: Vec<_> = listed.iter().map(|template| template.name.as_str()).collect();
    assert_eq!(names, ["one", "two"]);
    rig.stop().await;
}

#[tokio::test]
async fn an_errand_that_nobody_knows_ends_with_a_sentence() {
    let rig = Rig::start().await;
    // Delivered twice, it is taken up once.
    let twice = vec![errand("odd", "make_tea"), errand("odd", "make_tea")];
    rig.publish(Channel::WhatsApp, twice).await;
    match outcome(&rig, "odd").await {
        Progress::Failed(sentence) => assert!(sentence.contains("make_tea"), "{sentence}"),
        other => panic!("{other:?}"),
    }
    rig.stop().await;
}

#[tokio::test]
async fn meta_refuses_an_errand_and_whoever_asked_reads_why() {
    let rig = Rig::start().await;
    rig.set_token(Channel::WhatsApp, "no such token").await;
    rig.publish(Channel::WhatsApp, vec![errand("refused", "sync_templates")]).await;
    match outcome(&rig, "refused").await {
        Progress::Failed(sentence) => assert!(sentence.contains("connect it again"), "{sentence}"),
        other => panic!("{other:?}"),
    }
    rig.stop().await;
}

/// WhatsApp's customers see the ticks turn blue, and "typing" marks as read, too.
#[tokio::test]
async fn signs_of_life_reach_the_customer() {
    const CUSTOMER: &str = "15552223333";
    let rig = Rig::start().await;
    for signs in ["typing", "seen"] {
        rig.write_in(Channel::WhatsApp, CUSTOMER).await;
        let path = format!("/_sim/messages?account=4101&customer={CUSTOMER}&from=customer");
        let last = async || rig.get(&path).await["messages"].as_array().unwrap().last().cloned();
        let wrote = last().await.unwrap();
        assert_ne!(wrote["status"], "read");
        let id = wrote["id"].as_str().map(str::to_owned);
        let signal = match signs {
            "typing" => Signal::Typing { answering: id },
            _ => Signal::Seen { up_to: id },
        };
        let signal = wire::Signal {
            workspace_id: workspace().to_string(),
            account_id: account(Channel::WhatsApp).to_string(),
            conversation_id: conversation(Channel::WhatsApp, CUSTOMER).to_string(),
            recipient: Some(wire::Recipient {
                phone: Some(CUSTOMER.into()),
                ..wire::Recipient::default()
            }),
            kind: Some(signal.into()),
        };
        rig.publish(Channel::WhatsApp, vec![(signs.into(), Body::Signal(signal))]).await;
        rig.eventually(async || last().await.filter(|message| message["status"] == "read")).await;
    }
    rig.stop().await;
}

#[tokio::test]
async fn what_became_of_control_is_told_to_the_conversation() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::Messenger, "51").await;
    let request = wire::ThreadRequest {
        workspace_id: workspace().to_string(),
        account_id: account(Channel::Messenger).to_string(),
        conversation_id: conversation(Channel::Messenger, "51").to_string(),
        conversation_shard: 0,
        recipient: Some(wire::Recipient {
            scoped_id: Some("51".into()),
            ..wire::Recipient::default()
        }),
        action: Some(ThreadAction::Take.into()),
    };
    let request = Body::ThreadRequest(request);
    rig.publish(Channel::Messenger, vec![("take".into(), request)]).await;
    // The Page has no default app, so Meta lets nobody take control.
    let report = rig.thread_report().await;
    assert_eq!(report.action, Some(ThreadAction::Take.into()));
    assert!(report.refused.is_some());
    rig.stop().await;
}
