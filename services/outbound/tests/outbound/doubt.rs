//! Sends whose fate is unknown: they wait for proof, are never resent blindly, and always shown.

use std::time::Duration;

use serde_json::json;
use switchboard_chassis::settings::UncertainPolicy;
use switchboard_contract::{Body, wire::send_report::Outcome};
use switchboard_domain::{Channel, Timestamp, shard::AccountShard};
use switchboard_outbound::start;
use switchboard_queue::Topic;
use switchboard_store::{
    lanes,
    sends::{self, Change, NewSend, State},
};
use tokio_util::sync::CancellationToken;

use crate::rig::{Rig, account, request, send};

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn proof_settles_a_send_and_the_conversation_goes_on() {
    let mut rig = Rig::with(|settings| settings.outbound.uncertain_after.messenger = LONG).await;
    rig.write_in(Channel::Messenger, "51").await;
    rig.write_in(Channel::Messenger, "52").await;
    rig.fault(json!({"kind": "accept_then_drop", "customer": "51", "next": 1})).await;
    rig.order(Channel::Messenger, "51", &["one", "two"]).await;
    rig.state("one", State::Uncertain).await;
    // Only this conversation waits.
    rig.order(Channel::Messenger, "52", &["other"]).await;
    rig.sent("other").await;
    rig.state("two", State::Queued).await;

    rig.settle(Channel::Messenger, "one").await;
    rig.sent("two").await;
    rig.state("one", State::Sent).await;
    assert_eq!(rig.texts(Channel::Messenger, "51").await, ["one", "two"]);
    assert_eq!(rig.accepted().await[&send("one")], 1);
    assert_eq!(rig.reports_on("one"), 0);
    rig.stop().await;
}

#[tokio::test]
async fn without_proof_a_send_is_flagged_and_never_resent() {
    let mut rig = Rig::with(|settings| {
        settings.outbound.request_timeout = Duration::from_secs(1);
    })
    .await;
    let faults = [
        ("accept_then_drop", 1),
        ("accept_then_500", 1),
        ("accept_then_malformed", 1),
        ("accept_then_timeout", 1),
        ("drop_before", 0),
        ("timeout_before", 0),
    ];
    for (number, (fault, _)) in faults.iter().enumerate() {
        let customer = format!("5{number}");
        rig.write_in(Channel::Messenger, &customer).await;
        rig.fault(json!({"kind": fault, "customer": customer, "next": 1})).await;
        rig.order(Channel::Messenger, &customer, &[fault, &format!("after {fault}")]).await;
    }
    for (fault, arrived) in faults {
        assert!(matches!(rig.report(fault).await, Outcome::Uncertain(_)), "{fault}");
        rig.state(fault, State::Flagged).await;
        rig.sent(&format!("after {fault}")).await;
        let accepted = rig.accepted().await.get(&send(fault)).copied().unwrap_or_default();
        assert_eq!(accepted, arrived, "{fault}");
        assert_eq!(rig.reports_on(fault), 1);
    }
    rig.stop().await;
}

#[tokio::test]
async fn a_refusal_under_a_server_error_counts_as_doubt() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::WhatsApp, "15551230001").await;
    rig.fault(json!({"kind": "refuse", "code": 131_000, "status": 500, "next": 1})).await;
    rig.order(Channel::WhatsApp, "15551230001", &["one"]).await;
    assert!(matches!(rig.report("one").await, Outcome::Uncertain(_)));
    assert_eq!(rig.received(1).await.len(), 1);
    rig.stop().await;
}

#[tokio::test]
async fn policies_resend_or_drop() {
    let resend = |settings: &mut switchboard_chassis::settings::Settings| {
        settings.outbound.uncertain_policy = UncertainPolicy::Resend;
    };
    let mut rig = Rig::with(resend).await;
    rig.write_in(Channel::Instagram, "61").await;
    rig.fault(json!({"kind": "accept_then_drop", "next": 1})).await;
    rig.order(Channel::Instagram, "61", &["one"]).await;
    rig.sent("one").await;
    // Twice, because the policy says so: each with a marker of its own.
    assert_eq!(rig.accepted().await[&send("one")], 2);
    let markers = rig.get("/_sim/markers").await;
    assert_eq!(markers["markers"].as_object().unwrap().len(), 2);
    rig.stop().await;

    let drop = |settings: &mut switchboard_chassis::settings::Settings| {
        settings.outbound.uncertain_policy = UncertainPolicy::Drop;
    };
    let mut rig = Rig::with(drop).await;
    rig.write_in(Channel::Instagram, "61").await;
    rig.fault(json!({"kind": "accept_then_drop", "next": 1})).await;
    rig.order(Channel::Instagram, "61", &["one"]).await;
    assert!(rig.failed("one").await.contains("not sent again"));
    assert_eq!(rig.accepted().await[&send("one")], 1);
    rig.stop().await;
}

#[tokio::test]
async fn proof_before_the_answer_counts_once() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::Messenger, "51").await;
    rig.fault(json!({"kind": "delay", "delay_ms": 1_000, "next": 1})).await;
    rig.order(Channel::Messenger, "51", &["one"]).await;
    rig.state("one", State::Sending).await;
    rig.settle(Channel::Messenger, "one").await;
    rig.state("one", State::Sent).await;
    rig.order(Channel::Messenger, "51", &["two"]).await;
    rig.sent("two").await;
    assert_eq!(rig.accepted().await[&send("one")], 1);
    assert_eq!(rig.reports_on("one"), 0);
    rig.stop().await;
}

#[tokio::test]
async fn a_killed_owner_leaves_doubt_and_the_next_one_finds_it() {
    let mut rig = Rig::idle(|_| {}).await;
    rig.write_in(Channel::Messenger, "51").await;
    rig.write_in(Channel::Messenger, "52").await;
    rig.fault(json!({"kind": "accept_then_timeout", "customer": "51", "next": 1})).await;

    let doomed = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let backend = rig.backend.clone();
    let starting = doomed.spawn(async move {
        let running = start(&backend, &CancellationToken::new()).await.unwrap();
        // Kept by a task that dies with the runtime.
        running.ended().await;
    });
    rig.order(Channel::Messenger, "51", &["one", "two"]).await;
    rig.received(1).await;
    doomed.shutdown_background();
    assert!(starting.await.is_err());

    // Nothing is published any more: the next owner has to look by itself.
    rig.go().await;
    assert!(matches!(rig.report("one").await, Outcome::Uncertain(_)));
    rig.sent("two").await;
    assert_eq!(rig.texts(Channel::Messenger, "51").await, ["one", "two"]);
    assert_eq!(rig.accepted().await[&send("one")], 1);
    rig.stop().await;
}

#[tokio::test]
async fn what_was_marked_as_sending_is_not_sent_by_the_next_owner() {
    let mut rig = Rig::idle(|_| {}).await;
    rig.write_in(Channel::Messenger, "51").await;
    let (_, Body::SendRequest(request)) = request(Channel::Messenger, "51", "one") else {
        panic!("a request is a request");
    };
    let new = NewSend {
        id: send("one"),
        workspace: request.workspace_id.parse().unwrap(),
        account: account(Channel::Messenger),
        conversation: request.conversation_id.parse().unwrap(),
        message: request.message_id.parse().unwrap(),
        shard: AccountShard::of(&account(Channel::Messenger).to_string()),
        request: prost::Message::encode_to_vec(&request).into(),
    };
    let sending = Change {
        id: send("one"),
        state: State::Sending,
        attempt: 1,
        epoch: 1,
        not_before: Timestamp::from_secs(0),
        external_id: None,
        error: None,
    };
    let write = move |db: &mut _| {
        let now = switchboard_chassis::clock::now();
        sends::accept(db, &new, now)?;
        sends::change(db, &sending, now)
    };
    assert!(rig.backend.store.write(write).await.unwrap());

    rig.go().await;
    rig.order(Channel::Messenger, "51", &["two"]).await;
    assert!(matches!(rig.report("one").await, Outcome::Uncertain(_)));
    rig.sent("two").await;
    assert_eq!(rig.texts(Channel::Messenger, "51").await, ["two"]);
    rig.stop().await;
}

#[tokio::test]
async fn an_overtaken_owner_writes_nothing() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::Messenger, "51").await;
    rig.fault(json!({"kind": "delay", "delay_ms": 500, "next": 1})).await;
    rig.order(Channel::Messenger, "51", &["one"]).await;
    rig.state("one", State::Sending).await;
    // Another takes the shard while the call is on its way.
    let shard = AccountShard::of(&account(Channel::Messenger).to_string());
    let lane = Topic::Outbound(shard).to_string();
    let now = switchboard_chassis::clock::now();
    rig.backend.store.write(move |db| lanes::take(db, &lane, "other", now)).await.unwrap();
    rig.received(1).await;
    rig.order(Channel::Messenger, "51", &["two"]).await;
    assert!(matches!(rig.report("one").await, Outcome::Uncertain(_)));
    rig.sent("two").await;
    assert_eq!(rig.reports_on("one"), 1);
    assert_eq!(rig.accepted().await[&send("one")], 1);
    rig.stop().await;
}
