//! What people may have to be told of by e-mail, kept in the router's own transaction.

use switchboard_contract::wire::agent_action::{Action, Assign, Note};
use switchboard_domain::{Channel, conversation::Status, ids::UserId, notices::NoticeKind};
use switchboard_store::{Db, notices::happened};

use crate::rig::{Rig, ann, says};

/// All that was kept: what, about whom, and which wait.
async fn kept(rig: &Rig) -> Vec<(NoticeKind, Option<UserId>, u64)> {
    let all = rig.store.write(|db: &mut Db| happened::take(db, 100)).await.unwrap();
    all.into_iter().map(|one| (one.kind, one.user, one.ticket)).collect()
}

fn note(id: &str, mentions: &[UserId]) -> Action {
    Action::Note(Note {
        message_id: UserId::derive(id).to_string(),
        text: "Look".into(),
        mention_ids: mentions.iter().map(ToString::to_string).collect(),
    })
}

#[tokio::test]
async fn each_thing_to_tell_is_kept_once() {
    let mut rig = Rig::start().await;
    for _ in 0..2 {
        rig.webhook(&says("9001", "m_1", "hello")).await;
    }
    rig.webhook(&says("9001", "m_2", "anybody?")).await;
    rig.conversation(Channel::Messenger, "9001", |_| true).await;
    rig.drain().await;
    assert_eq!(kept(&rig).await, [(NoticeKind::Started, None, 0)]);

    rig.webhook(&says("9001", "m_3", "/live_agent")).await;
    rig.webhook(&says("9001", "m_4", "please")).await;
    let waits = |record: &switchboard_store::conversations::Record| {
        matches!(record.state.status, Status::Waiting { .. })
    };
    let record = rig.conversation(Channel::Messenger, "9001", waits).await;
    rig.drain().await;
    rig.restart().await;
    assert_eq!(kept(&rig).await, [(NoticeKind::Waiting, None, 1)]);

    let bob = UserId::derive("bob");
    rig.agent_action(&record, "n1", note("n1", &[ann(), bob])).await;
    rig.drain().await;
    assert_eq!(kept(&rig).await, [(NoticeKind::Mentioned, Some(bob), 0)], "not who wrote it");

    let give = |to: UserId| Action::Assign(Assign { agent_id: to.to_string() });
    rig.agent_action(&record, "a1", give(ann())).await;
    rig.drain().await;
    assert_eq!(kept(&rig).await, [], "she took it herself");
    rig.agent_action(&record, "a2", give(bob)).await;
    rig.drain().await;
    assert_eq!(kept(&rig).await, [(NoticeKind::Assigned, Some(bob), 0)]);
    rig.stop().await;
}
