//! What other software is to be told, of what is known in the router's own transaction.

use serde_json::Value;
use switchboard_contract::wire::{self, agent_action::Action};
use switchboard_domain::{
    Channel, Timestamp,
    ids::{EndpointId, WorkspaceId},
};
use switchboard_store::{
    Db,
    webhooks::{
        deliveries::{self, Fate},
        endpoints::{self, Endpoint},
    },
};

use crate::rig::{Rig, clock, says, workspace};

pub(crate) async fn endpoint(rig: &Rig, workspace: WorkspaceId, kinds: &[&str]) -> EndpointId {
    let whose = (workspace, EndpointId::derive(&kinds.join(" ")));
    let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    let told = ("https://shop.example/".into(), kinds);
    let endpoint = Endpoint::new(whose, told, "sealed".into(), clock());
    let id = endpoint.id;
    rig.store.write(move |db| endpoints::add(db, &endpoint)).await.unwrap();
    id
}

/// All that the endpoint is to be told, in order, each after the one before was taken.
pub(crate) async fn told(rig: &Rig, endpoint: EndpointId) -> Vec<Value> {
    let work = move |db: &mut Db| {
        deliveries::give_out(db, 100, clock())?;
        let mut all = Vec::new();
        loop {
            let mut due = deliveries::due(db, endpoint, clock(), 10)?;
            let Some((delivery, body)) = due.pop() else { return Ok(all) };
            assert_eq!(due.len(), 0, "one at a time in a conversation");
            all.push(serde_json::from_str(&body).unwrap());
            let place = (endpoint, delivery.seq);
            deliveries::tried(db, place, (&Fate::Delivered, "answered 200"), (1, clock()))?;
        }
    };
    rig.store.write(work).await.unwrap()
}

pub(crate) fn kinds(bodies: &[Value]) -> Vec<&str> {
    bodies.iter().map(|body| body["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_happens_is_told_once_and_in_order_to_who_wants_it() {
    let rig = Rig::start().await;
    let most = ["meta.raw", "conversation.created", "message.received"];
    let (all, few) =
        (endpoint(&rig, workspace(), &most).await, endpoint(&rig, workspace(), &most[1..2]).await);
    for _ in 0..2 {
        rig.webhook(&says("9001", "m_1", "hello")).await;
    }
    rig.webhook(&says("9001", "m_2", "again")).await;
    let record = rig.conversation(Channel::Messenger, "9001", |_| true).await;
    rig.drain().await;

    let bodies = told(&rig, all).await;
    let wanted =
        ["meta.raw", "conversation.created", "message.received", "meta.raw", "message.received"];
    assert_eq!(kinds(&bodies), wanted);
    assert_eq!(bodies[0]["data"]["event"]["item"]["message"]["mid"], "m_1", "as Meta sent it");
    assert_eq!(bodies[2]["data"]["content"]["text"], "hello");
    assert_eq!(bodies[2]["data"]["conversation_id"], record.state.id.to_string());
    assert_eq!(kinds(&told(&rig, few).await), ["conversation.created"]);
    rig.stop().await;
}

#[tokio::test]
async fn nothing_is_kept_for_who_has_no_endpoint() {
    let rig = Rig::start().await;
    let elsewhere = WorkspaceId::derive("elsewhere");
    let add = move |db: &mut Db| {
        let name = "Elsewhere".to_owned();
        let elsewhere = switchboard_store::workspaces::Workspace { id: elsewhere, name };
        switchboard_store::workspaces::add(db, &elsewhere, Timestamp::from_micros(0))
    };
    rig.store.write(add).await.unwrap();
    let theirs = endpoint(&rig, elsewhere, &["message.received"]).await;
    rig.webhook(&says("9001", "m_1", "hello")).await;
    rig.drain().await;
    assert!(!rig.store.read(deliveries::any_to_give).await.unwrap());
    assert!(told(&rig, theirs).await.is_empty());
    rig.stop().await;
}

#[tokio::test]
async fn of_a_blocked_customer_only_that_they_wrote_is_told() {
    let rig = Rig::start().await;
    let most = ["meta.raw", "conversation.status_changed", "message.received", "message.created"];
    let all = endpoint(&rig, workspace(), &most).await;
    rig.webhook(&says("9002", "m_1", "hello")).await;
    let record = rig.conversation(Channel::Messenger, "9002", |_| true).await;
    let block = Action::Block(wire::agent_action::Block { reason: "insults".into() });
    rig.agent_action(&record, "block", block).await;
    rig.conversation(Channel::Messenger, "9002", |it| it.state.blocked.is_some()).await;
    rig.webhook(&says("9002", "m_2", "/help")).await;
    rig.drain().await;
    let bodies = told(&rig, all).await;
    let wanted = [
        "meta.raw",
        "message.received",
        "conversation.status_changed",
        "conversation.status_changed",
        "message.received",
    ];
    assert_eq!(kinds(&bodies), wanted);
    assert_eq!(bodies[1]["data"]["blocked"], false);
    assert_eq!(bodies[4]["data"]["blocked"], true);
    rig.stop().await;
}
