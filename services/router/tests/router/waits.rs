//! What customers read while they wait, transfers, and a dispatch lane that begins anew.

use std::time::Duration;

use switchboard_contract::{
    Body,
    wire::{self, agent_action::Action},
};
use switchboard_domain::{
    Channel, Content,
    content::Notice,
    conversation::{AfterTurn, HandOff, MessageStatus, Status},
    dispatch::{Day, EventKind, Hours, Opening, Presence, Strategy, TeamSettings, Texts},
    ids::TeamId,
    shard::ConversationShard,
};
use switchboard_queue::Topic;
use switchboard_store::{Db, conversations::Record, teams, teamwork};

use crate::rig::{Rig, ann, clock, outbound, pass, says, with_ann, workspace};

fn waiting(record: &Record) -> bool {
    matches!(record.state.status, Status::Waiting { .. })
}

/// The team of the shop works so from now on.
async fn team_works(rig: &Rig, settings: TeamSettings) {
    let write =
        move |db: &mut Db| teamwork::set(db, workspace(), TeamId::derive("team"), &settings);
    rig.store.write(write).await.unwrap();
    let (workspace_id, kind) = (workspace().to_string(), Some(EventKind::TeamsChanged.into()));
    let body = Body::Dispatch(wire::DispatchEvent { workspace_id, kind });
    rig.publish(Topic::Dispatch, &format!("teams {}", clock().as_micros()), body).await;
}

fn texts(closed: &str, waiting: &str) -> TeamSettings {
    let texts = Texts { closed: closed.into(), waiting: waiting.into() };
    TeamSettings { texts: [("en".to_owned(), texts)].into(), ..TeamSettings::default() }
}

fn text(send: &wire::SendRequest) -> String {
    let content = Content::try_from(send.content.clone().unwrap()).unwrap();
    content.as_words().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_closed_team_says_so_once_and_opens_by_itself_after_a_restart() {
    let mut rig = Rig::start().await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    // The clock of the tests begins on a Monday, 14:13 UTC.
    let (days, from, to) = (vec![Day::Monday], "15:00".parse().unwrap(), "16:00".parse().unwrap());
    let hours = Hours { week: vec![Opening { days, from, to }], ..Hours::default() };
    let closed = texts("We are back at {opens}.", "You are number {position}.");
    team_works(&rig, TeamSettings { hours, ..closed }).await;
    rig.agent(Presence::Online, 1).await;
    rig.webhook(&says("9101", "m_1", "/live_agent")).await;
    assert_eq!(text(&sends.next_send().await), "One moment, a person will be with you.");
    assert_eq!(text(&sends.next_send().await), "We are back at 2026-09-21 15:00.");
    rig.webhook(&says("9101", "m_2", "hello?")).await;
    let record = rig.conversation(Channel::Messenger, "9101", waiting).await;
    pass(Duration::from_millis(10));
    rig.webhook(&says("9102", "m_3", "/live_agent")).await;
    assert_eq!(text(&sends.next_send().await), "One moment, a person will be with you.");
    let last = sends.next_send().await;
    assert_eq!(text(&last), "We are back at 2026-09-21 15:00.");
    rig.transcript(&record, 4).await;

    rig.restart().await;
    pass(Duration::from_secs(3_600));
    rig.conversation(Channel::Messenger, "9101", with_ann).await;
    // What was published and not yet forgotten is published again, under the same id.
    let mut next = sends.next_send().await;
    while next.send_id == last.send_id {
        next = sends.next_send().await;
    }
    assert_eq!(text(&next), "You are number 1.");
    let second = rig.conversation(Channel::Messenger, "9102", waiting).await;
    assert_eq!(rig.transcript(&second, 4).await.len(), 4);
    rig.stop().await;
}

#[tokio::test]
async fn another_team_helps_out_when_its_time_has_come() {
    let rig = Rig::start().await;
    let night = TeamId::derive("night");
    let add = move |db: &mut Db| {
        let name = "Night".to_owned();
        teams::add(db, &teams::Team { id: night, workspace: workspace(), name }, clock())
    };
    rig.store.write(add).await.unwrap();
    let overflow = switchboard_domain::dispatch::Overflow { after_seconds: 300, to: night };
    team_works(&rig, TeamSettings { overflow: Some(overflow), ..TeamSettings::default() }).await;
    rig.agent_of(night, Presence::Online, 1).await;
    rig.webhook(&says("9103", "m_1", "/live_agent")).await;
    let record = rig.conversation(Channel::Messenger, "9103", waiting).await;
    let asked = move |db: &mut Db| {
        let wake = format!("{}/wake", workspace());
        let due = switchboard_store::timers::next_due(db)?;
        Ok(due.filter(|_| !wake.is_empty()))
    };
    rig.until("a timer", asked).await;
    pass(Duration::from_secs(301));
    let taken = rig.conversation(Channel::Messenger, "9103", with_ann).await;
    assert_eq!(taken.state.id, record.state.id);
    rig.stop().await;
}

#[tokio::test]
async fn a_transfer_waits_in_the_other_line_and_its_note_is_for_people_only() {
    let rig = Rig::start().await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    team_works(&rig, TeamSettings { strategy: Strategy::Manual, ..TeamSettings::default() }).await;
    rig.agent(Presence::Online, 5).await;
    rig.webhook(&says("9104", "m_1", "/live_agent")).await;
    assert_eq!(text(&sends.next_send().await), "One moment, a person will be with you.");
    let record = rig.conversation(Channel::Messenger, "9104", waiting).await;
    let assign = wire::agent_action::Assign { agent_id: ann().to_string() };
    rig.agent_action(&record, "assign", Action::Assign(assign)).await;
    rig.conversation(Channel::Messenger, "9104", with_ann).await;
    let sales = TeamId::derive("sales");
    let transfer = wire::agent_action::Transfer {
        to: Some(wire::agent_action::transfer::To::TeamId(sales.to_string())),
        note: Some("Wants a quote.".into()),
    };
    rig.agent_action(&record, "transfer", Action::Transfer(transfer)).await;
    let moved = rig.conversation(Channel::Messenger, "9104", waiting).await;
    let Status::Waiting { team, reason, .. } = moved.state.status else { panic!("not waiting") };
    assert_eq!((team, reason), (sales, HandOff::Transferred));
    let transcript = rig.transcript(&record, 3).await;
    let note = transcript.iter().find_map(|message| match &message.content {
        Content::Notice(Notice { text, .. }) => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(note, Some("Transferred to another team. Wants a quote."));
    let floor = move |db: &mut Db| {
        let floor = switchboard_store::dispatch::load(db, workspace())?;
        let there = floor.line().iter().any(|entry| entry.team == sales && entry.ticket == 2);
        Ok(there.then_some(()))
    };
    rig.until("the other line", floor).await;
    // Whatever goes out next is what she writes next: the note did not.
    let reply = wire::agent_action::Reply {
        message_id: switchboard_domain::ids::MessageId::derive("reply").to_string(),
        content: Some(Content::text("hello").into()),
        reply_to: None,
    };
    rig.agent_action(&record, "reply", Action::Reply(reply)).await;
    assert_eq!(text(&sends.next_send().await), "hello");
    rig.stop().await;
}

#[tokio::test]
async fn no_bot_talks_over_a_person() {
    let rig = Rig::start().await;
    let mut turns = rig.listen(Topic::BotTurns).await;
    let mut sends = rig.listen(outbound(Channel::Messenger)).await;
    rig.webhook(&says("9105", "m_1", "hello")).await;
    let turn = turns.next_turn().await;
    let record = rig.conversation(Channel::Messenger, "9105", |_| true).await;
    let assign = wire::agent_action::Assign { agent_id: ann().to_string() };
    rig.agent_action(&record, "take over", Action::Assign(assign)).await;
    rig.conversation(Channel::Messenger, "9105", with_ann).await;
    let late = wire::BotReply {
        workspace_id: workspace().to_string(),
        conversation_id: turn.conversation_id.clone(),
        turn_id: turn.turn_id.clone(),
        replies: vec![Content::text("too late").into()],
        ..wire::BotReply::default()
    };
    let home = u16::try_from(turn.conversation_shard).unwrap();
    let home = Topic::Inbound(ConversationShard::new(home).unwrap());
    rig.publish(home, "late", Body::BotReply(late.then_do(AfterTurn::Stay))).await;
    let reply = wire::agent_action::Reply {
        message_id: switchboard_domain::ids::MessageId::derive("ann").to_string(),
        content: Some(Content::text("Ann here").into()),
        reply_to: None,
    };
    rig.agent_action(&record, "reply", Action::Reply(reply)).await;
    assert_eq!(text(&sends.next_send().await), "Ann here", "the first thing that goes out");
    let transcript = rig.transcript(&record, 2).await;
    assert_eq!(transcript.len(), 2);
    assert!(transcript.iter().all(|message| message.status != MessageStatus::Failed));
    rig.stop().await;
}
