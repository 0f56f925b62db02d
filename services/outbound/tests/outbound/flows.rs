//! Forms that Meta slows down: ten messages an hour, and the next one waits, with what follows it.

use serde_json::json;
use switchboard_chassis::clock;
use switchboard_contract::{Body, convert::account_shard};
use switchboard_domain::{Channel, Content, content::Flow};
use switchboard_store::sends::{self, Change, OpenSend, State};

use crate::rig::{Rig, account, conversation, request};

const CHANNEL: Channel = Channel::WhatsApp;
/// Ten an hour (WhatsApp error 132069).
const ALLOWED: usize = 10;

fn order(customer: &str, name: &str) -> (String, Body) {
    match request(CHANNEL, customer, name) {
        (id, Body::SendRequest(mut request)) => {
            let flow = Flow {
                text: "Tell us".into(),
                open: "Open".into(),
                flow_id: "1".into(),
                token: None,
                screen: None,
                data: None,
            };
            request.content = Some(Content::Flow(flow).into());
            (id, Body::SendRequest(request))
        }
        other => other,
    }
}

/// What of the customer's is not done, the oldest first.
async fn open(rig: &Rig, customer: &str) -> Vec<OpenSend> {
    let (shard, whose) = (account_shard(account(CHANNEL)), conversation(CHANNEL, customer));
    let read = move |db: &mut _| sends::open_of_conversation(db, shard, whose, 0, 10);
    rig.backend.store.read(read).await.unwrap()
}

/// The time that the send waits for has come.
async fn due(rig: &Rig, send: &OpenSend) {
    let change = Change {
        id: send.send.id,
        state: State::Queued,
        attempt: send.attempt,
        epoch: send.epoch,
        not_before: clock::now(),
        external_id: None,
        error: None,
    };
    let write = move |db: &mut _| sends::change(db, &change, clock::now());
    assert!(rig.backend.store.write(write).await.unwrap());
}

#[tokio::test]
async fn a_form_that_meta_slows_down_waits_and_then_goes_out() {
    let mut rig = Rig::with(|settings| settings.outbound.limits.whatsapp.pair_burst = 40).await;
    rig.put("/_sim/settings", json!({"limits": {"flow_messages_per_hour": ALLOWED}})).await;
    let (many, one) = ("15551230001", "15551230002");
    for customer in [many, one] {
        rig.write_in(CHANNEL, customer).await;
    }
    for number in 0..ALLOWED {
        let name = format!("form {number}");
        rig.publish(CHANNEL, vec![order(many, &name)]).await;
        rig.sent(&name).await;
    }
    rig.publish(CHANNEL, vec![order(one, "late form")]).await;
    rig.order(CHANNEL, one, &["after the form"]).await;
    let refused = &rig.received(ALLOWED + 1).await[ALLOWED];
    assert_eq!((&refused["accepted"], &refused["code"]), (&json!(false), &json!(132_069)));
    let waiting = rig
        .eventually(async || {
            let open = open(&rig, one).await;
            let is_waiting = |first: &OpenSend| first.attempt == 1 && first.state == State::Queued;
            open.first().filter(|first| is_waiting(first)).cloned()
        })
        .await;
    assert!(waiting.not_before > clock::now(), "it waits: {waiting:?}");
    // Others do not wait for it, and what follows it does.
    rig.order(CHANNEL, many, &["meanwhile"]).await;
    rig.sent("meanwhile").await;
    assert_eq!(open(&rig, one).await.len(), 2);
    assert_eq!(rig.received(0).await.len(), ALLOWED + 2);

    rig.halt().await;
    rig.post("/_sim/clock", json!({"advance_seconds": 3_600})).await;
    due(&rig, &waiting).await;
    rig.go().await;
    let form = rig.sent("late form").await;
    let text = rig.sent("after the form").await;
    let received = rig.received(ALLOWED + 4).await;
    let went: Vec<_> = received[ALLOWED + 2..].iter().map(|one| &one["message_id"]).collect();
    assert_eq!(went, [&json!(form), &json!(text)], "in their order");
    rig.stop().await;
}
