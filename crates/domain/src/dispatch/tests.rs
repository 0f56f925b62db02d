//! What dispatch promises, by example and by property.

use proptest::prelude::*;

use super::*;

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
    }
}

fn present(number: u8, presence: Presence, capacity: u32) -> EventKind {
    EventKind::Agent { agent: agent(number), presence, capacity, teams: vec![team(0)] }
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
        assert_eq!(offers(&floor.apply(&enqueue(number, since))), []);
    }
    let offered = offers(&floor.apply(&present(1, Presence::Online, 2)));
    assert_eq!(offered, [(conversation(2), agent(1)), (conversation(3), agent(1))]);
    let gone = EventKind::Leave { conversation: conversation(2) };
    assert_eq!(offers(&floor.apply(&gone)), [(conversation(1), agent(1))]);
}

#[test]
fn the_least_busy_agent_is_chosen() {
    let mut floor = Floor::default();
    let _ = floor.apply(&present(1, Presence::Online, 5));
    let _ = floor.apply(&present(2, Presence::Online, 5));
    let first = offers(&floor.apply(&enqueue(1, 1)))[0].1;
    let second = offers(&floor.apply(&enqueue(2, 2)))[0].1;
    assert_ne!(first, second);
}

#[test]
fn busy_and_absent_agents_get_nothing() {
    let mut floor = Floor::default();
    let _ = floor.apply(&enqueue(1, 1));
    for presence in [Presence::Busy, Presence::Away, Presence::Offline] {
        assert_eq!(offers(&floor.apply(&present(1, presence, 5))), []);
    }
}

#[test]
fn an_absent_agent_keeps_theirs_for_the_grace_time() {
    let mut floor = Floor::default();
    let _ = floor.apply(&enqueue(1, 1));
    let _ = floor.apply(&present(1, Presence::Online, 5));
    let left = floor.apply(&present(1, Presence::Offline, 5));
    let absence = left.iter().find_map(|effect| match effect {
        Effect::StartGrace { absence, .. } => Some(*absence),
        _ => None,
    });
    let over = EventKind::GraceOver { agent: agent(1), absence: absence.unwrap() };
    let _ = floor.apply(&present(1, Presence::Online, 5));
    assert_eq!(floor.apply(&over), [], "they came back");
    let _ = floor.apply(&present(1, Presence::Offline, 5));
    assert_eq!(floor.apply(&over), [], "that was another absence");
    let over = EventKind::GraceOver { agent: agent(1), absence: absence.unwrap() + 1 };
    let freed = Effect::Free { conversation: conversation(1), agent: agent(1) };
    assert_eq!(floor.apply(&over), [freed]);
}

fn any_event() -> impl Strategy<Value = EventKind> {
    let presence = prop::sample::select(Presence::ALL.to_vec());
    prop_oneof![
        (0_u8..12, 0_i64..50).prop_map(|(number, since)| enqueue(number, since)),
        (0_u8..12).prop_map(|n| EventKind::Leave { conversation: conversation(n) }),
        (0_u8..12, 0_u8..4).prop_map(|(n, a)| EventKind::Taken {
            conversation: conversation(n),
            agent: agent(a),
            team: team(0),
        }),
        (0_u8..4, presence, 0_u32..4).prop_map(|(n, p, capacity)| present(n, p, capacity)),
        (0_u8..4, 0_u64..4)
            .prop_map(|(n, absence)| EventKind::GraceOver { agent: agent(n), absence }),
    ]
}

proptest! {
    /// No offer goes over capacity or past a longer wait; nobody waits while someone has room; and
    /// what is written is what is known.
    #[test]
    fn promises_hold_after_any_history(events in prop::collection::vec(any_event(), 1..80)) {
        let mut floor = Floor::default();
        let mut written = std::collections::BTreeMap::new();
        let mut agents = std::collections::BTreeMap::new();
        for event in events {
            let effects = floor.apply(&event);
            for effect in &effects {
                match effect {
                    Effect::Write(entry) => { written.insert(entry.conversation, entry.clone()); }
                    Effect::Delete { conversation } => { written.remove(conversation); }
                    Effect::WriteAgent(agent) => { agents.insert(agent.id, agent.clone()); }
                    _ => {}
                }
            }
            let again = Floor::restore(
                agents.values().cloned().collect(),
                written.values().cloned().collect(),
            );
            prop_assert_eq!(&again, &floor);
            for (_, agent) in offers(&effects) {
                let capacity = agents[&agent].capacity;
                prop_assert!(floor.load(agent) <= capacity);
            }
            let room = floor.agents().any(|agent| {
                agent.presence == Presence::Online && floor.load(agent.id) < agent.capacity
            });
            prop_assert!(!room || floor.line().is_empty());
        }
    }
}
