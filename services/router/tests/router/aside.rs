//! Conversations that are put aside, and come back.

use std::time::Duration;

use switchboard_contract::wire::{self, agent_action::Action};
use switchboard_domain::{
    Channel,
    conversation::{HandOff, Status},
    dispatch::{Place, Presence},
};
use switchboard_store::{Db, conversations::Record, dispatch};

use crate::{
    integrators::{endpoint, kinds, told},
    rig::{Rig, ann, clock, pass, says, with_ann, workspace},
};

const HOUR: Duration = Duration::from_secs(3_600);

fn aside(record: &Record) -> bool {
    matches!(record.state.status, Status::Snoozed { .. })
}

fn waiting(record: &Record) -> bool {
    matches!(record.state.status, Status::Waiting { .. })
}

/// A customer whom Ann has.
async fn anns(rig: &Rig, customer: &str) -> Record {
    rig.webhook(&says(customer, &format!("{customer} asks"), "/live_agent")).await;
    rig.conversation(Channel::Messenger, customer, with_ann).await
}

/// She puts it aside for an hour.
async fn put_aside(rig: &Rig, record: &Record, customer: &str) -> Record {
    let until_us = clock().plus(HOUR).as_micros();
    let snooze = Action::Snooze(wire::agent_action::Snooze { until_us });
    rig.agent_action(record, &format!("snooze {customer}"), snooze).await;
    rig.conversation(Channel::Messenger, customer, aside).await
}

#[tokio::test]
async fn it_is_no_load_and_comes_back_after_a_restart() {
    let mut rig = Rig::start().await;
    rig.agent(Presence::Online, 1).await;
    let record = anns(&rig, "9301").await;
    put_aside(&rig, &record, "9301").await;
    let second = anns(&rig, "9302").await;
    assert_ne!(second.state.id, record.state.id, "there is room for another");

    rig.restart().await;
    pass(HOUR);
    let back = rig.conversation(Channel::Messenger, "9301", with_ann).await;
    assert!(back.state.revision > record.state.revision);
    let load = move |db: &mut Db| {
        let floor = dispatch::load(db, workspace())?;
        let hers = floor.entries().filter(|entry| entry.place == Place::With(ann())).count();
        Ok((hers == 2).then_some(()))
    };
    rig.until("both are hers, beyond her capacity", load).await;
    rig.stop().await;
}

#[tokio::test]
async fn it_waits_since_then_when_nobody_is_there() {
    let rig = Rig::start().await;
    rig.agent(Presence::Online, 1).await;
    let record = anns(&rig, "9303").await;
    put_aside(&rig, &record, "9303").await;
    let since = clock();
    pass(Duration::from_secs(60));
    rig.agent(Presence::Away, 1).await;
    let gone = move |db: &mut Db| {
        let floor = dispatch::load(db, workspace())?;
        Ok(floor.agents().any(|agent| agent.presence == Presence::Away).then_some(()))
    };
    rig.until("she is away", gone).await;
    pass(HOUR);
    let back = rig.conversation(Channel::Messenger, "9303", waiting).await;
    let Status::Waiting { since: waits, reason, .. } = back.state.status else { panic!() };
    assert_eq!((waits, reason), (since, HandOff::Woken));
    let line = move |db: &mut Db| {
        let floor = dispatch::load(db, workspace())?;
        Ok(floor.line().first().map(|entry| entry.since))
    };
    assert_eq!(rig.until("the line", line).await, since);
    pass(Duration::from_secs(1));
    rig.agent(Presence::Online, 1).await;
    rig.conversation(Channel::Messenger, "9303", with_ann).await;
    rig.stop().await;
}

#[tokio::test]
async fn the_customer_brings_it_back_and_integrators_hear() {
    let rig = Rig::start().await;
    let wanted = ["conversation.snoozed", "conversation.unsnoozed"];
    let told_to = endpoint(&rig, workspace(), &wanted).await;
    rig.agent(Presence::Online, 1).await;
    let record = anns(&rig, "9304").await;
    let snoozed = put_aside(&rig, &record, "9304").await;
    let Status::Snoozed { until, .. } = snoozed.state.status else { panic!() };
    rig.webhook(&says("9304", "m_2", "are you there?")).await;
    rig.conversation(Channel::Messenger, "9304", with_ann).await;
    let until_us = until.plus(HOUR).as_micros();
    let again = Action::Snooze(wire::agent_action::Snooze { until_us });
    rig.agent_action(&record, "again", again).await;
    rig.agent_action(&record, "by hand", Action::Unsnooze(wire::Empty {})).await;
    rig.drain().await;
    rig.conversation(Channel::Messenger, "9304", with_ann).await;
    let news = told(&rig, told_to).await;
    assert_eq!(kinds(&news), [wanted, wanted].concat());
    assert_eq!(news[0]["data"]["until"], until.as_millis());
    rig.stop().await;
}
