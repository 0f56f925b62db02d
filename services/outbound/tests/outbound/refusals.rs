//! What Meta refuses: each kind of refusal stops as much as it must and no more.

use std::time::Duration;

use serde_json::json;
use switchboard_chassis::clock;
use switchboard_domain::Channel;
use switchboard_store::sends::State;

use crate::rig::{Rig, request_until, send};

#[tokio::test]
async fn a_dead_token_stops_its_account_until_it_is_replaced() {
    let mut rig = Rig::start().await;
    for (channel, customer) in [(Channel::Messenger, "51"), (Channel::WhatsApp, "15551230001")] {
        rig.write_in(channel, customer).await;
    }
    rig.set_token(Channel::Messenger, "token-that-was-revoked").await;
    rig.order(Channel::Messenger, "51", &["one", "two"]).await;
    let health = rig.health(Channel::Messenger, true).await;
    assert!(health.reason.contains("190"), "{}", health.reason);
    assert!(!health.reason.contains("token-that"), "{}", health.reason);
    rig.state("one", State::Queued).await;

    // Others go on, and inbound is not our business.
    rig.order(Channel::WhatsApp, "15551230001", &["other"]).await;
    rig.sent("other").await;

    rig.set_token(Channel::Messenger, "page-token").await;
    rig.tell_changed(Channel::Messenger).await;
    rig.sent("two").await;
    rig.health(Channel::Messenger, false).await;
    assert_eq!(rig.texts(Channel::Messenger, "51").await, ["one", "two"]);
    rig.stop().await;
}

/// As the command line does it beside an embedded installation, whose queue it cannot reach.
#[tokio::test]
async fn a_token_that_is_replaced_without_a_word_is_noticed() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::Messenger, "51").await;
    rig.set_token(Channel::Messenger, "token-that-was-revoked").await;
    rig.order(Channel::Messenger, "51", &["one"]).await;
    rig.health(Channel::Messenger, true).await;
    rig.set_token(Channel::Messenger, "page-token").await;
    // Its probe would come after the time that this waits.
    rig.sent("one").await;
    rig.health(Channel::Messenger, false).await;
    assert_eq!(rig.texts(Channel::Messenger, "51").await, ["one"]);
    rig.stop().await;
}

#[tokio::test]
async fn a_stopped_account_is_remembered_by_the_next_owner() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::Messenger, "51").await;
    rig.fault(json!({"kind": "refuse", "code": 190, "subcode": 460, "status": 401, "next": 1}))
        .await;
    rig.order(Channel::Messenger, "51", &["one"]).await;
    rig.health(Channel::Messenger, true).await;
    rig.halt().await;
    rig.go().await;
    // It waits for its probe; only a change of the account is quicker.
    let soon = clock::now().plus(Duration::from_secs(1));
    let brief = request_until(Channel::Messenger, "52", "brief", soon);
    rig.publish(Channel::Messenger, vec![brief]).await;
    assert!(rig.failed("brief").await.contains("time for answering"));
    rig.state("one", State::Queued).await;
    rig.tell_changed(Channel::Messenger).await;
    rig.sent("one").await;
    rig.stop().await;
}

#[tokio::test]
async fn the_pair_limit_holds_up_one_customer_only() {
    let mut rig = Rig::start().await;
    for customer in ["15551230001", "15551230002"] {
        rig.write_in(Channel::WhatsApp, customer).await;
    }
    rig.fault(json!({
        "kind": "refuse", "code": 131_056, "customer": "15551230001", "next": 2,
    }))
    .await;
    rig.order(Channel::WhatsApp, "15551230001", &["held up"]).await;
    rig.received(1).await;
    rig.order(Channel::WhatsApp, "15551230002", &["free"]).await;
    rig.sent("free").await;
    rig.sent("held up").await;
    assert_eq!(rig.accepted().await[&send("held up")], 1);
    rig.stop().await;
}

#[tokio::test]
async fn too_fast_is_no_failure() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::WhatsApp, "15551230001").await;
    rig.fault(json!({"kind": "throttle", "next": 1})).await;
    rig.order(Channel::WhatsApp, "15551230001", &["one"]).await;
    rig.sent("one").await;
    assert_eq!(rig.received(2).await.len(), 2);
    rig.stop().await;
}

#[tokio::test]
async fn final_refusals_fail_with_a_sentence() {
    let mut rig = Rig::start().await;
    for customer in ["51", "53", "54"] {
        rig.write_in(Channel::Messenger, customer).await;
    }
    let blocked = json!({"account": "2001", "id": "52", "reach": "blocked"});
    rig.post("/_sim/customers", blocked).await;
    rig.write_in(Channel::Messenger, "52").await;
    rig.fault(json!({"kind": "refuse", "code": 10, "subcode": 2_018_278, "customer": "53"})).await;

    rig.order(Channel::Messenger, "52", &["to someone who blocked us"]).await;
    assert!(rig.failed("to someone who blocked us").await.contains("551/1545041"));
    rig.order(Channel::Messenger, "53", &["too late"]).await;
    assert!(rig.failed("too late").await.contains("2018278"));
    rig.order(Channel::Messenger, "nobody", &["to a stranger"]).await;
    assert!(rig.failed("to a stranger").await.contains("2018001"));
    // Refused here, before anything leaves.
    rig.order(Channel::Messenger, "51", &[" "]).await;
    assert!(rig.failed(" ").await.contains("empty"));
    // The account itself is well.
    rig.order(Channel::Messenger, "54", &["fine"]).await;
    rig.sent("fine").await;
    rig.stop().await;
}

#[tokio::test]
async fn passing_failures_are_tried_again() {
    let mut rig = Rig::start().await;
    rig.write_in(Channel::Messenger, "51").await;
    rig.fault(json!({"kind": "refuse", "code": 1200, "status": 400, "next": 2})).await;
    rig.order(Channel::Messenger, "51", &["one"]).await;
    rig.sent("one").await;
    assert_eq!(rig.received(3).await.len(), 3);
    assert_eq!(rig.accepted().await[&send("one")], 1);
    rig.stop().await;
}

#[tokio::test]
async fn passing_failures_that_do_not_pass_fail() {
    let mut rig = Rig::with(|settings| settings.outbound.retry_attempts = 1).await;
    rig.write_in(Channel::Messenger, "51").await;
    rig.fault(json!({"kind": "refuse", "code": 1200, "status": 400})).await;
    rig.order(Channel::Messenger, "51", &["one"]).await;
    rig.failed("one").await;
    assert_eq!(rig.received(2).await.len(), 2);
    rig.stop().await;
}

#[tokio::test]
async fn while_meta_cannot_be_reached_nothing_is_lost() {
    let mut rig = Rig::start().await;
    rig.unplug().await;
    rig.order(Channel::Messenger, "51", &["one", "two"]).await;
    // It was tried and found that nothing left.
    rig.tried(Channel::Messenger, "51", 2).await;
    rig.plug().await;
    rig.write_in(Channel::Messenger, "51").await;
    rig.sent("two").await;
    assert_eq!(rig.texts(Channel::Messenger, "51").await, ["one", "two"]);
    rig.stop().await;
}
