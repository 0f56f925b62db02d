//! WhatsApp's own block list: outbound is asked to have there whom we block, if the account wants it.

use std::time::Duration;

use switchboard_contract::{
    Body,
    wire::{self, BlockRequest, agent_action::Action},
};
use switchboard_domain::{Channel, Content, dispatch::Priority};
use switchboard_queue::Topic;
use switchboard_store::{
    Db,
    accounts::{self, Answering},
    conversations::Record,
};

use crate::rig::{Listener, Rig, account, account_id, outbound, pass, whatsapp, workspace};

const CUSTOMER: &str = "15550002222";

async fn wants(rig: &Rig, block_at_meta: bool) {
    let answering = Answering {
        team: account(Channel::WhatsApp, "").team,
        priority: Priority::Normal,
        language: None,
        skills: [].into(),
        block_at_meta: Some(block_at_meta),
    };
    let id = account_id(Channel::WhatsApp);
    let set = move |db: &mut Db| accounts::set_answering(db, workspace(), id, &answering);
    rig.store.write(set).await.unwrap();
}

async fn request(inbox: &mut Listener) -> BlockRequest {
    loop {
        if let Some(Body::BlockRequest(request)) = inbox.next().await.body {
            return request;
        }
    }
}

async fn does(rig: &Rig, record: &Record, id: &str, blocks: bool) {
    let action = match blocks {
        true => Action::Block(wire::agent_action::Block { reason: "insults".into() }),
        false => Action::Unblock(wire::Empty {}),
    };
    rig.agent_action(record, id, action).await;
}

#[tokio::test]
async fn outbound_hears_of_each_change_while_the_account_wants_it() {
    let rig = Rig::start().await;
    let mut inbox = rig.listen(outbound(Channel::WhatsApp)).await;
    rig.webhook(&whatsapp("wamid.1", "hello", Some(CUSTOMER), None)).await;
    let record = rig.conversation(Channel::WhatsApp, CUSTOMER, |_| true).await;
    does(&rig, &record, "1", true).await;
    does(&rig, &record, "2", false).await;
    // Of what was blocked while the account did not want it nothing was said, but that it is over:
    // whether there is something to take back outbound knows.
    let first = request(&mut inbox).await;
    assert_eq!((first.blocked, first.conversation_id), (false, record.state.id.to_string()));
    wants(&rig, true).await;
    does(&rig, &record, "3", true).await;
    let second = request(&mut inbox).await;
    assert!(second.blocked);
    assert_eq!(second.recipient.unwrap().phone.as_deref(), Some(CUSTOMER));
    assert_eq!(second.conversation_shard, u32::from(record.shard.number()));

    wants(&rig, false).await;
    let erase = wire::EraseConversation {
        workspace_id: workspace().to_string(),
        conversation_id: record.state.id.to_string(),
        deletion_code: String::new(),
    };
    rig.publish(Topic::Inbound(record.shard), "erase", Body::EraseConversation(erase)).await;
    let last = request(&mut inbox).await;
    assert_eq!((last.blocked, last.recipient.unwrap().phone), (false, None), "they are forgotten");
    rig.stop().await;
}

/// WhatsApp takes only those onto its list who wrote within a day.
#[tokio::test]
async fn who_writes_again_after_a_silence_is_to_be_on_the_list() {
    let rig = Rig::start().await;
    wants(&rig, true).await;
    let mut inbox = rig.listen(outbound(Channel::WhatsApp)).await;
    let says = |id: &str| whatsapp(id, "hello", Some(CUSTOMER), None);
    rig.webhook(&says("wamid.1")).await;
    let record = rig.conversation(Channel::WhatsApp, CUSTOMER, |_| true).await;
    pass(Duration::from_secs(30 * 3_600));
    does(&rig, &record, "1", true).await;
    assert!(request(&mut inbox).await.blocked, "too late for Meta");
    rig.webhook(&says("wamid.2")).await;
    let again = request(&mut inbox).await;
    assert_eq!((again.blocked, again.conversation_id), (true, record.state.id.to_string()));
    // Meta has them now; what was on its way is no reason to say it once more.
    rig.webhook(&says("wamid.3")).await;
    does(&rig, &record, "2", false).await;
    assert!(!request(&mut inbox).await.blocked);
    rig.stop().await;
}

#[tokio::test]
async fn agents_read_what_came_of_it() {
    let rig = Rig::start().await;
    wants(&rig, true).await;
    rig.webhook(&whatsapp("wamid.1", "hello", Some(CUSTOMER), None)).await;
    let record = rig.conversation(Channel::WhatsApp, CUSTOMER, |_| true).await;
    does(&rig, &record, "1", true).await;
    let report = |refused: Option<&str>| {
        Body::BlockReport(wire::BlockReport {
            workspace_id: workspace().to_string(),
            conversation_id: record.state.id.to_string(),
            blocked: true,
            refused: refused.map(Into::into),
        })
    };
    let topic = Topic::Inbound(record.shard);
    rig.publish(topic, "refused", report(Some("The list is full."))).await;
    rig.publish(topic, "done", report(None)).await;
    let transcript = rig.transcript(&record, 4).await;
    let lines: Vec<_> = transcript.iter().map(|line| &line.content).collect();
    let (Content::Notice(refused), Content::Notice(done)) = (lines[2], lines[3]) else {
        panic!("{lines:?}")
    };
    assert_eq!((refused.kind.as_str(), done.kind.as_str()), ("block_list_refused", "block_list"));
    assert!(refused.text.contains("The list is full. Here they are blocked"), "{}", refused.text);
    let now = rig.conversation(Channel::WhatsApp, CUSTOMER, |_| true).await;
    assert!(now.state.blocked.is_some(), "whatever Meta says");
    assert_eq!(now.preview, "hello");
    rig.stop().await;
}
