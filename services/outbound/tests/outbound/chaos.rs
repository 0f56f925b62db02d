//! Many sends, many faults, owners that die: nothing twice, nothing lost, nothing out of order.

use std::{collections::HashSet, time::Duration};

use serde_json::json;
use switchboard_contract::wire::send_report::Outcome;
use switchboard_domain::Channel;
use switchboard_outbound::start;
use tokio_util::sync::CancellationToken;

use crate::rig::{Rig, send};

/// Ten customers with this many texts each, in the order of one conversation after the other.
async fn order(rig: &Rig, from: u32, count: u32) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for customer in 0..10 {
        let customer = format!("5{customer}");
        if from == 0 {
            rig.write_in(Channel::Messenger, &customer).await;
        }
        let of = |number| format!("{customer} {number:03}");
        let texts: Vec<String> = (from..from + count).map(of).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        rig.order(Channel::Messenger, &customer, &texts).await;
        all.extend(texts.into_iter().map(|text| (customer.clone(), text.to_owned())));
    }
    all
}

/// What the customer saw is in order and holds nothing twice.
async fn check_transcripts(rig: &Rig) {
    for customer in 0..10 {
        let texts = rig.texts(Channel::Messenger, &format!("5{customer}")).await;
        assert!(texts.is_sorted(), "out of order: {texts:?}");
        assert_eq!(texts.iter().collect::<HashSet<_>>().len(), texts.len(), "twice: {texts:?}");
    }
    assert!(rig.accepted().await.values().all(|count| *count == 1));
}

#[tokio::test]
async fn exactly_the_injected_faults_are_flagged() {
    let mut rig = Rig::with(|settings| {
        settings.outbound.uncertain_after.messenger = Duration::from_millis(200);
    })
    .await;
    // One before and one after the message is taken: no call meets both.
    rig.fault(json!({"kind": "drop_before", "probability": 0.04})).await;
    rig.fault(json!({"kind": "accept_then_drop", "probability": 0.06})).await;
    let sends = order(&rig, 0, 20).await;
    let (mut sent, mut flagged) = (HashSet::new(), 0);
    for (_, text) in &sends {
        match rig.report(text).await {
            Outcome::Sent(_) => _ = sent.insert(send(text)),
            Outcome::Uncertain(_) => flagged += 1,
            Outcome::Failed(why) | Outcome::Elsewhere(why) => panic!("{text} failed: {why}"),
        }
        assert_eq!(rig.reports_on(text), 1);
    }
    let faults = rig.get("/_sim/faults").await;
    let hits = |fault: &serde_json::Value| fault["hits"].as_u64().unwrap();
    let injected: u64 = faults["faults"].as_array().unwrap().iter().map(hits).sum();
    assert_eq!(flagged, injected);
    let accepted = rig.accepted().await;
    assert!(sent.iter().all(|send| accepted[send] == 1));
    check_transcripts(&rig).await;
    rig.stop().await;
}

#[tokio::test]
async fn owners_that_are_killed_lose_nothing_and_send_nothing_twice() {
    let mut rig = Rig::idle(|settings| {
        settings.outbound.uncertain_after.messenger = Duration::from_millis(200);
    })
    .await;
    // Answers take a while, so that each kill finds calls on their way.
    rig.fault(json!({"kind": "delay", "delay_ms": 30})).await;
    let mut sends = Vec::new();
    let mut seen = 0;
    for round in 0..4 {
        let doomed = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let backend = rig.backend.clone();
        let owner = doomed.spawn(async move {
            let running = start(&backend, &CancellationToken::new()).await.unwrap();
            running.ended().await;
        });
        sends.extend(order(&rig, round * 10, 10).await);
        seen = rig.received(seen + 15).await.len();
        doomed.shutdown_background();
        assert!(owner.await.is_err(), "killed");
    }
    rig.go().await;
    sends.extend(order(&rig, 40, 1).await);
    let mut flagged = 0;
    for (_, text) in &sends {
        match rig.report(text).await {
            Outcome::Sent(_) => {}
            Outcome::Uncertain(_) => flagged += 1,
            Outcome::Failed(why) | Outcome::Elsewhere(why) => panic!("{text} failed: {why}"),
        }
    }
    assert!(flagged > 0, "no kill hit a call on its way");
    check_transcripts(&rig).await;
    rig.stop().await;
}
