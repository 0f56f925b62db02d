//! What teams promise, and what becomes of it.

use std::time::Duration;

use switchboard_contract::wire::{self, agent_action::Action};
use switchboard_domain::{
    Channel, Content, Timestamp,
    conversation::Status,
    dispatch::Priority,
    ids::TeamId,
    ledger::{Figures, Kind, Sla, Target, Targets},
};
use switchboard_store::{
    conversations::Record,
    inbox::{self, Sight},
    ledgers::Promise,
    messages::Message,
    reports::{self, Filter, Group},
    sla,
};

use crate::{
    integrators::{endpoint, told},
    reports::reply,
    rig::{Rig, clock, pass, says, with_ann, workspace},
};

const MINUTE: Duration = Duration::from_secs(60);

fn waiting(record: &Record) -> bool {
    matches!(record.state.status, Status::Waiting { .. })
}

/// A shop whose team promises a first answer within ten minutes.
async fn promising() -> Rig {
    let rig = Rig::start().await;
    let targets = Targets { first_response: Some(10), ..Targets::default() };
    let sla = Sla { around_the_clock: true, targets: [(Priority::Normal, targets)].into() };
    let set = move |db: &mut _| sla::set(db, workspace(), TeamId::derive("team"), &sla);
    rig.store.write(set).await.unwrap();
    rig
}

async fn promise(rig: &Rig, record: &Record) -> Option<Promise> {
    let id = record.state.id;
    let read = move |db: &mut _| inbox::by_id(db, workspace(), &Sight::All, id);
    rig.store.read(read).await.unwrap().unwrap().promise
}

async fn figures(rig: &Rig) -> Figures {
    let (from, until) = (Timestamp::from_secs(0), clock().plus(MINUTE));
    let filter = Filter { from, until, accounts: None, team: None, agent: None, label: None };
    let read = move |db: &mut _| {
        let mut all = Figures::default();
        for kinds in [&Kind::COUNTED[..], &Kind::TIMED[..]] {
            let asked = (kinds, &filter);
            reports::facts(db, workspace(), asked, Group::Whole, &mut |_, _, it| all.add(it))?;
        }
        Ok(all)
    };
    rig.store.read(read).await.unwrap()
}

fn late(transcript: &[Message]) -> usize {
    let late =
        |content: &Content| matches!(content, Content::Notice(it) if it.kind == "sla_breached");
    transcript.iter().filter(|message| late(&message.content)).count()
}

#[tokio::test]
async fn a_broken_promise_is_told_once_whatever_comes_first() {
    let mut rig = promising().await;
    let endpoint = endpoint(&rig, workspace(), &["sla.breached"]).await;
    rig.webhook(&says("9301", "m_1", "/live_agent")).await;
    let record = rig.conversation(Channel::Messenger, "9301", waiting).await;
    rig.drain().await;
    let due = promise(&rig, &record).await.unwrap();
    assert_eq!(due.target, Target::FirstResponse);
    assert_eq!(
        (due.due_at, due.soon_at),
        (clock().plus(MINUTE * 10), clock().plus(MINUTE * 450 / 60))
    );

    rig.restart().await;
    pass(MINUTE * 11);
    let shown = rig.transcript(&record, 3).await;
    assert_eq!(late(&shown), 1, "{shown:?}");
    assert_eq!(promise(&rig, &record).await, Some(due), "it stays overdue until somebody answers");
    rig.webhook(&says("9301", "m_2", "hello?")).await;
    reply(&rig, &record, "r1").await;
    rig.conversation(Channel::Messenger, "9301", with_ann).await;
    rig.drain().await;
    assert_eq!(promise(&rig, &record).await, None);

    let news = told(&rig, endpoint).await;
    assert_eq!(news.len(), 1);
    assert_eq!(news[0]["data"]["target"], "first_response");

    // Here the answer and the timer come at the same time.
    rig.webhook(&says("9302", "m_3", "/live_agent")).await;
    let second = rig.conversation(Channel::Messenger, "9302", waiting).await;
    rig.drain().await;
    pass(MINUTE * 30);
    reply(&rig, &second, "r2").await;
    rig.conversation(Channel::Messenger, "9302", with_ann).await;
    rig.drain().await;
    let shown = rig.transcript(&second, 4).await;
    assert_eq!(late(&shown), 1, "{shown:?}");

    let found = figures(&rig).await;
    assert_eq!((found.breaches, found.first_response.missed, found.first_response.met), (2, 2, 0));
    assert_eq!(told(&rig, endpoint).await.len(), 1);
    rig.stop().await;
}

#[tokio::test]
async fn a_kept_promise_is_not_spoken_of() {
    let rig = promising().await;
    rig.webhook(&says("9301", "m_1", "/live_agent")).await;
    let record = rig.conversation(Channel::Messenger, "9301", waiting).await;
    rig.drain().await;
    pass(MINUTE * 9);
    reply(&rig, &record, "r1").await;
    rig.conversation(Channel::Messenger, "9301", with_ann).await;
    pass(MINUTE * 60);
    rig.agent_action(&record, "done", Action::Resolve(wire::Empty {})).await;
    rig.conversation(Channel::Messenger, "9301", |it| it.state.status == Status::Resolved).await;
    rig.drain().await;
    let found = figures(&rig).await;
    assert_eq!((found.first_response.met, found.first_response.missed, found.breaches), (1, 0, 0));
    assert_eq!((found.resolved_by_people, found.first_response.count()), (1, 1));
    assert_eq!(late(&rig.transcript(&record, 3).await), 0);
    rig.stop().await;
}
