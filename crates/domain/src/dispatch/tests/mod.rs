//! What dispatch promises, by example and by property.

mod hours;
mod open;
mod promises;
mod waits;

use std::collections::BTreeSet;

use super::*;
use crate::{
    Channel, Timestamp,
    ids::{ConversationId, TeamId, UserId},
};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

fn conversation(number: u8) -> ConversationId {
    ConversationId::derive(&number.to_string())
}

fn agent(number: u8) -> UserId {
    UserId::derive(&number.to_string())
}

fn team(number: u8) -> TeamId {
    TeamId::derive(&number.to_string())
}

fn enqueue(number: u8, since: i64) -> EventKind {
    EventKind::Enqueue {
        conversation: conversation(number),
        team: team(0),
        since: Timestamp::from_secs(since),
        ticket: 1,
        want: Want::default(),
    }
}

fn present(number: u8, presence: Presence, capacity: u32) -> EventKind {
    let (teams, talents) = (vec![team(0)], Talents::default());
    EventKind::Agent { agent: agent(number), presence, capacity, teams, talents }
}

fn offers(effects: &[Effect]) -> Vec<(ConversationId, UserId)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Offer { conversation, agent, .. } => Some((*conversation, *agent)),
            _ => None,
        })
        .collect()
}

#[test]
fn the_longest_wait_is_served_first() {
    let mut floor = Floor::default();
    for (number, since) in [(1, 30), (2, 10), (3, 20)] {
        assert_eq!(offers(&floor.apply(&enqueue(number, since), NOW)), []);
    }
    let offered = offers(&floor.apply(&present(1, Presence::Online, 2), NOW));
    assert_eq!(offered, [(conversation(2), agent(1)), (conversation(3), agent(1))]);
    let gone = EventKind::Leave { conversation: conversation(2) };
    assert_eq!(offers(&floor.apply(&gone, NOW)), [(conversation(1), agent(1))]);
}

#[test]
fn the_least_busy_agent_is_chosen() {
    let mut floor = Floor::default();
    let _ = floor.apply(&present(1, Presence::Online, 5), NOW);
    let _ = floor.apply(&present(2, Presence::Online, 5), NOW);
    let first = offers(&floor.apply(&enqueue(1, 1), NOW))[0].1;
    let second = offers(&floor.apply(&enqueue(2, 2), NOW))[0].1;
    assert_ne!(first, second);
}

#[test]
fn busy_and_absent_agents_get_nothing() {
    let mut floor = Floor::default();
    let _ = floor.apply(&enqueue(1, 1), NOW);
    for presence in [Presence::Busy, Presence::Away, Presence::Offline] {
        assert_eq!(offers(&floor.apply(&present(1, presence, 5), NOW)), []);
    }
}

#[test]
fn an_absent_agent_keeps_theirs_for_the_grace_time() {
    let mut floor = Floor::default();
    let _ = floor.apply(&enqueue(1, 1), NOW);
    let _ = floor.apply(&present(1, Presence::Online, 5), NOW);
    let left = floor.apply(&present(1, Presence::Offline, 5), NOW);
    let absence = left.iter().find_map(|effect| match effect {
        Effect::StartGrace { absence, .. } => Some(*absence),
        _ => None,
    });
    let over = EventKind::GraceOver { agent: agent(1), absence: absence.unwrap() };
    let _ = floor.apply(&present(1, Presence::Online, 5), NOW);
    assert_eq!(floor.apply(&over, NOW), [], "they came back");
    let _ = floor.apply(&present(1, Presence::Offline, 5), NOW);
    assert_eq!(floor.apply(&over, NOW), [], "that was another absence");
    let over = EventKind::GraceOver { agent: agent(1), absence: absence.unwrap() + 1 };
    let freed = Effect::Free { conversation: conversation(1), agent: agent(1) };
    assert_eq!(floor.apply(&over, NOW), [freed]);
}
