//! What dispatch promises, after any history.

use std::{collections::BTreeMap, time::Duration};

use proptest::{prelude::*, strategy::Strategy as Generator};

use super::{Strategy, *};

/// What happens next, with names small enough to collide.
#[derive(Debug, Clone)]
enum Next {
    Happens(EventKind),
    /// So many minutes pass, and then the wake-up comes if one is due.
    Pass(u64),
    /// The router dies and reads again what it wrote.
    Restart,
}

fn teams() -> Vec<(TeamId, TeamSettings)> {
    let opening = Opening {
        days: vec![Day::Monday, Day::Tuesday],
        from: "00:00".parse().unwrap(),
        to: "16:00".parse().unwrap(),
    };
    let hours = Hours { week: vec![opening], ..Hours::default() };
    let overflow = Some(Overflow { after_seconds: 1_200, to: team(1) });
    let texts = Texts { closed: "closed".into(), waiting: "{position}".into() };
    let texts = BTreeMap::from([("en".to_owned(), texts)]);
    let plain = TeamSettings { texts, ..TeamSettings::default() };
    vec![
        (team(0), TeamSettings { overflow, hours, ..plain.clone() }),
        (team(1), TeamSettings { strategy: Strategy::RoundRobin, ..plain.clone() }),
        (team(2), TeamSettings { strategy: Strategy::LastAgent, ..plain.clone() }),
        (team(3), TeamSettings { strategy: Strategy::Manual, ..plain }),
    ]
}

fn any_want() -> impl Generator<Value = Want> {
    let priority = prop::sample::select(Priority::ALL.to_vec());
    let channel = prop::option::of(prop::sample::select(Channel::ALL.to_vec()));
    (priority, channel, any::<bool>(), prop::option::of(0_u8..4)).prop_map(
        |(priority, channel, skilled, last)| Want {
            priority,
            channel,
            skills: skilled.then(|| "billing".to_owned()).into_iter().collect(),
            language: None,
            last_agent: last.map(agent),
        },
    )
}

fn any_agent() -> impl Generator<Value = EventKind> {
    let presence = prop::sample::select(Presence::ALL.to_vec());
    let teams = prop::collection::vec((0_u8..5).prop_map(team), 0..3);
    (0_u8..4, presence, 0_u32..5, teams, any::<bool>(), 1_u32..4).prop_map(
        |(n, presence, capacity, teams, skilled, weight)| {
            let talents = Talents {
                skills: skilled.then(|| "billing".to_owned()).into_iter().collect(),
                weights: BTreeMap::from([(Channel::WhatsApp, weight)]),
                ..Talents::default()
            };
            EventKind::Agent { agent: agent(n), presence, capacity, teams, talents }
        },
    )
}

fn any_next() -> impl Generator<Value = Next> {
    let event = prop_oneof![
        4 => (0_u8..12, 0_u8..5, 0_i64..3_000, 1_u64..3, any_want()).prop_map(
            |(n, to, ago, ticket, want)| EventKind::Enqueue {
                conversation: conversation(n),
                team: team(to),
                since: Timestamp::from_micros(NOW.as_micros() - ago * 1_000_000),
                ticket,
                want,
            }
        ),
        2 => (0_u8..12).prop_map(|n| EventKind::Leave { conversation: conversation(n) }),
        1 => (0_u8..12, 0_u8..4, 0_u8..5, any_want()).prop_map(|(n, a, to, want)| {
            EventKind::Taken { conversation: conversation(n), agent: agent(a), team: team(to), want }
        }),
        2 => (0_u8..12, 0_u8..4, 0_u8..5, 0_i64..3_000, 3_u64..5, any_want()).prop_map(
            |(n, a, to, ago, ticket, want)| EventKind::Back {
                conversation: conversation(n),
                agent: agent(a),
                team: team(to),
                since: Timestamp::from_micros(NOW.as_micros() - ago * 1_000_000),
                ticket,
                want,
            }
        ),
        4 => any_agent(),
        1 => (0_u8..4, 0_u64..4)
            .prop_map(|(n, absence)| EventKind::GraceOver { agent: agent(n), absence }),
    ];
    prop_oneof![
        8 => event.prop_map(Next::Happens),
        2 => (1_u64..900).prop_map(Next::Pass),
        1 => Just(Next::Restart),
    ]
}

/// What the store holds.
#[derive(Default)]
struct Written {
    agents: BTreeMap<UserId, Agent>,
    entries: BTreeMap<ConversationId, Entry>,
    wake: Option<Timestamp>,
}

impl Written {
    fn take(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Write(entry) => {
                    self.entries.insert(entry.conversation, entry.clone());
                }
                Effect::Delete { conversation } => {
                    self.entries.remove(conversation);
                }
                Effect::WriteAgent(agent) => {
                    self.agents.insert(agent.id, agent.clone());
                }
                Effect::WakeAt(at) => self.wake = Some(*at),
                _ => {}
            }
        }
    }

    fn floor(&self) -> Floor {
        let (agents, entries) = (self.agents.values(), self.entries.values());
        let mut floor = Floor::restore(agents.cloned().collect(), entries.cloned().collect());
        floor.set_teams(teams());
        floor
    }
}

/// Whether the agent could be given the conversation now, by what the settings say.
fn could(floor: &Floor, agent: &Agent, entry: &Entry, now: Timestamp) -> bool {
    let settings = |id: TeamId| teams().into_iter().find(|(team, _)| *team == id).map(|it| it.1);
    let gives = |id: &TeamId| {
        settings(*id).is_none_or(|it| it.strategy != Strategy::Manual && it.hours.open(now))
    };
    let own = settings(entry.team).and_then(|it| it.overflow_at(entry.since));
    let helper = own.filter(|(at, _)| *at <= now).map(|(_, team)| team);
    let weight = agent.talents.weight(entry.want.channel, agent.capacity);
    agent.presence == Presence::Online
        && agent.talents.meet(&entry.want)
        && floor.load(agent.id) + weight <= agent.capacity
        && [Some(entry.team), helper]
            .into_iter()
            .flatten()
            .any(|team| agent.teams.contains(&team) && gives(&team))
}

/// What was given back to whoever had it.
fn came_back(event: &EventKind, effects: &[Effect]) -> Option<ConversationId> {
    let EventKind::Back { conversation, agent, .. } = event else { return None };
    offers(effects).contains(&(*conversation, *agent)).then_some(*conversation)
}

/// Nobody waits at the front beside an agent who could answer, and nobody over capacity was given
/// more, but for what is theirs and is back.
fn check(
    floor: &Floor,
    effects: &[Effect],
    (back, now): (Option<ConversationId>, Timestamp),
) -> Result<(), TestCaseError> {
    let given = || offers(effects).into_iter().filter(|(given, _)| Some(*given) != back);
    for (_, id) in given() {
        let capacity = floor.agents().find(|agent| agent.id == id).map(|agent| agent.capacity);
        prop_assert!(Some(floor.load(id)) <= capacity, "over capacity");
    }
    if let Some(first) = floor.line().first() {
        let free = floor.agents().find(|agent| could(floor, agent, first, now));
        prop_assert!(free.is_none(), "{first:?} waits beside {free:?}");
    }
    // First come, first served: nothing offered now was behind one that the agent could have had.
    for (offered, id) in given() {
        let entry = floor.entries().find(|entry| entry.conversation == offered).cloned();
        let (Some(entry), Some(agent)) = (entry, floor.agents().find(|agent| agent.id == id))
        else {
            return Err(TestCaseError::fail("an offer of what is not there"));
        };
        let roomy = Agent { capacity: u32::MAX, ..agent.clone() };
        let rank = |entry: &Entry| {
            (std::cmp::Reverse(entry.want.priority), entry.since, entry.conversation)
        };
        let passed = floor
            .line()
            .into_iter()
            .find(|waiting| rank(waiting) < rank(&entry) && could(floor, &roomy, waiting, now));
        prop_assert!(passed.is_none(), "{passed:?} was passed over by {entry:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Nobody over capacity, nobody forgotten, nobody passed over, each told once; what is written
    /// is what is known, and the same history gives the same, with a restart anywhere.
    #[test]
    fn promises_hold_after_any_history(history in prop::collection::vec(any_next(), 1..60)) {
        let mut written = Written::default();
        let mut floor = written.floor();
        let mut twin = written.floor();
        let mut now = NOW;
        let mut inside = BTreeSet::new();
        let mut said: BTreeSet<(ConversationId, u64, u32)> = BTreeSet::new();
        for next in history {
            let event = match next {
                Next::Happens(event) => event,
                Next::Restart => {
                    floor = written.floor();
                    continue;
                }
                Next::Pass(minutes) => {
                    now = now.plus(Duration::from_secs(60 * minutes));
                    match written.wake.take_if(|at| *at <= now) {
                        Some(at) => EventKind::Wake { at },
                        None => continue,
                    }
                }
            };
            match &event {
                EventKind::Enqueue { conversation, .. }
                | EventKind::Back { conversation, .. }
                | EventKind::Taken { conversation, .. } => {
                    inside.insert(*conversation);
                }
                EventKind::Leave { conversation } => {
                    inside.remove(conversation);
                    said.retain(|(known, ..)| known != conversation);
                }
                _ => {}
            }
            let effects = floor.apply(&event, now);
            let decided = |effects: &[Effect]| -> Vec<Effect> {
                let wake = |effect: &&Effect| !matches!(effect, Effect::WakeAt(_));
                effects.iter().filter(wake).cloned().collect()
            };
            let again = twin.apply(&event, now);
            prop_assert_eq!(decided(&again), decided(&effects), "a restart changes nothing");
            written.take(&effects);
            check(&floor, &effects, (came_back(&event, &effects), now))?;
            let kept: BTreeSet<_> = floor.entries().map(|entry| entry.conversation).collect();
            prop_assert_eq!(&kept, &inside, "nobody is forgotten");
            let known: Vec<_> = floor.entries().cloned().collect();
            let stored: Vec<_> = written.entries.values().cloned().collect();
            prop_assert_eq!(known, stored);
            if let EventKind::Enqueue { conversation, .. }
            | EventKind::Back { conversation, .. }
            | EventKind::Taken { conversation, .. } = &event
            {
                // A new wait counts anew.
                let told = floor.entries().find(|entry| entry.conversation == *conversation);
                if told.is_some_and(|entry| entry.told.times <= 1) {
                    said.retain(|(known, ..)| known != conversation);
                }
            }
            for effect in &effects {
                if let Effect::Tell { conversation, ticket, number, .. } = effect {
                    prop_assert!(said.insert((*conversation, *ticket, *number)), "told twice");
                }
            }
        }
    }
}
