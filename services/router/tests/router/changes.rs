//! The places of changes, as the lanes give them: whoever reads from where they were hears of all.

use std::collections::HashMap;

use switchboard_contract::{Body, wire};
use switchboard_domain::{Channel, ids::ConversationId};
use switchboard_queue::Topic;
use switchboard_store::{
    Db, Store,
    changes::{self, Heads},
    conversations,
};

use crate::rig::{Listener, Rig, says, workspace};

/// Reads from where it was.
#[derive(Default)]
struct Follower {
    at: Heads,
    heard: HashMap<ConversationId, u64>,
}

impl Follower {
    async fn look(&mut self, store: &Store) {
        let from = self.at.clone();
        let read = move |db: &mut Db| changes::after(db, workspace(), &from, 1000);
        let news = store.read(read).await.unwrap();
        assert!(news.heads.covers(&self.at));
        self.at = news.heads;
        for change in news.changes.unwrap() {
            let known = self.heard.entry(change.conversation).or_default();
            *known = change.revision.max(*known);
        }
    }

    /// Waits for a hint: what it says is there to be read.
    async fn hears(&mut self, hints: &mut Listener, store: &Store) {
        loop {
            let Some(Body::DeskEvent(hint)) = hints.next().await.body else { panic!("no hint") };
            if hint.topic == "conversation" {
                self.look(store).await;
                let id = hint.conversation_id.parse().unwrap();
                return assert!(self.heard[&id] >= hint.revision);
            }
        }
    }
}

#[tokio::test]
async fn a_hint_comes_when_its_change_has_a_place() {
    let rig = Rig::start().await;
    let mut hints = rig.listen(Topic::DeskEvents).await;
    let mut follower = Follower::default();
    rig.webhook(&says("9001", "m_1", "hello")).await;
    follower.hears(&mut hints, &rig.store).await;
    let record = rig.conversation(Channel::Messenger, "9001", |_| true).await;
    let profile = wire::ProfileFound {
        workspace_id: workspace().to_string(),
        conversation_id: record.state.id.to_string(),
        name: Some("Ann".into()),
        ..wire::ProfileFound::default()
    };
    rig.publish(Topic::Inbound(record.shard), "who", Body::ProfileFound(profile)).await;
    follower.hears(&mut hints, &rig.store).await;
    rig.stop().await;
}

async fn nothing_is_missed(mut rig: Rig) {
    const CUSTOMERS: u32 = 12;
    let mut follower = Follower::default();
    for round in 0..6 {
        for number in 0..CUSTOMERS {
            let (who, message) = (format!("9{number:03}"), format!("m_{round}_{number}"));
            rig.webhook(&says(&who, &message, "hello")).await;
            follower.look(&rig.store).await;
        }
        if round == 2 {
            rig.restart().await;
        }
    }
    rig.drain().await;
    follower.look(&rig.store).await;
    assert_eq!(follower.heard.len(), 12);
    assert!(follower.at.iter().count() > 3, "several shards");
    for (id, revision) in follower.heard {
        let now = rig.store.read(move |db| conversations::load(db, id)).await.unwrap().unwrap();
        assert_eq!(now.state.revision, revision);
    }
    rig.stop().await;
}

#[tokio::test]
async fn nothing_is_missed_of_several_lanes_and_a_restart() {
    nothing_is_missed(Rig::start().await).await;
}

#[tokio::test]
async fn nor_on_postgres() {
    nothing_is_missed(Rig::start_on_postgres().await).await;
}
