//! Strategies, needs, hours and what customers read, by example.

use std::{collections::BTreeMap, time::Duration};

use super::*;

fn with(settings: TeamSettings) -> Floor {
    let mut floor = Floor::default();
    floor.set_teams([(team(0), settings)]);
    floor
}

fn wanting(number: u8, want: Want) -> EventKind {
    let since = Timestamp::from_secs(number.into());
    EventKind::Enqueue { conversation: conversation(number), team: team(0), since, ticket: 1, want }
}

fn talented(number: u8, capacity: u32, talents: Talents) -> EventKind {
    let (presence, teams) = (Presence::Online, vec![team(0)]);
    EventKind::Agent { agent: agent(number), presence, capacity, teams, talents }
}

fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

fn told(effects: &[Effect]) -> Vec<&str> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Tell { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

fn wakes(effects: &[Effect]) -> Vec<Timestamp> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::WakeAt(at) => Some(*at),
            _ => None,
        })
        .collect()
}

#[test]
fn the_more_urgent_comes_first_and_within_it_the_longer_wait() {
    let mut floor = Floor::default();
    for (number, priority) in [(1, Priority::Low), (2, Priority::High), (3, Priority::High)] {
        let _ = floor.apply(&wanting(number, Want { priority, ..Want::default() }), NOW);
    }
    let raised = Want { priority: Priority::Urgent, ..Want::default() };
    let _ = floor.apply(&wanting(1, raised), NOW);
    let offered = offers(&floor.apply(&present(1, Presence::Online, 3), NOW));
    let order: Vec<_> = offered.into_iter().map(|(conversation, _)| conversation).collect();
    assert_eq!(order, [1, 2, 3].map(conversation));
}

#[test]
fn a_round_goes_round() {
    let mut floor = with(TeamSettings { strategy: Strategy::RoundRobin, ..Default::default() });
    for number in 1..4 {
        let _ = floor.apply(&present(number, Presence::Online, 9), NOW);
    }
    let mut chosen = Vec::new();
    for number in 1..7 {
        chosen.extend(offers(&floor.apply(&enqueue(number, 1), NOW)));
        let gone = EventKind::Leave { conversation: conversation(number) };
        let _ = floor.apply(&gone, NOW);
    }
    let chosen: Vec<_> = chosen.into_iter().map(|(_, agent)| agent).collect();
    let (first, second) = chosen.split_at(3);
    assert_eq!(first, second);
    assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn the_last_agent_is_asked_first_and_another_when_they_are_full() {
    let mut floor = with(TeamSettings { strategy: Strategy::LastAgent, ..Default::default() });
    let _ = floor.apply(&present(1, Presence::Online, 1), NOW);
    let _ = floor.apply(&present(2, Presence::Online, 9), NOW);
    let again = Want { last_agent: Some(agent(1)), ..Want::default() };
    let first = offers(&floor.apply(&wanting(1, again.clone()), NOW));
    let second = offers(&floor.apply(&wanting(2, again), NOW));
    assert_eq!(
        [first, second].concat(),
        [(conversation(1), agent(1)), (conversation(2), agent(2))]
    );
}

#[test]
fn nobody_is_given_what_the_team_picks_itself() {
    let mut floor = with(TeamSettings { strategy: Strategy::Manual, ..Default::default() });
    let _ = floor.apply(&present(1, Presence::Online, 9), NOW);
    assert_eq!(offers(&floor.apply(&enqueue(1, 1), NOW)), []);
    let (conversation, agent, team) = (conversation(1), agent(1), team(0));
    let taken = EventKind::Taken { conversation, agent, team, want: Want::default() };
    let _ = floor.apply(&taken, NOW);
    assert_eq!((floor.load(agent), floor.line().len()), (1, 0));
}

#[test]
fn only_who_knows_and_speaks_it_answers() {
    let mut floor = Floor::default();
    let want = Want { skills: words(&["billing"]), language: Some("de".into()), ..Want::default() };
    let _ = floor.apply(&wanting(1, want), NOW);
    let talents = |skills: &[&str], languages: &[&str]| Talents {
        skills: words(skills),
        languages: words(languages),
        ..Talents::default()
    };
    assert_eq!(offers(&floor.apply(&talented(1, 5, talents(&["billing"], &["en"])), NOW)), []);
    assert_eq!(offers(&floor.apply(&talented(2, 5, talents(&[], &["de"])), NOW)), []);
    let able = talented(3, 5, talents(&["billing", "returns"], &["de", "en"]));
    assert_eq!(offers(&floor.apply(&able, NOW)), [(conversation(1), agent(3))]);
}

#[test]
fn what_weighs_more_is_not_passed_over_by_what_weighs_less() {
    let mut floor = Floor::default();
    let weights = BTreeMap::from([(Channel::WhatsApp, 3)]);
    let _ = floor.apply(&talented(1, 3, Talents { weights, ..Talents::default() }), NOW);
    let _ = floor.apply(&wanting(1, Want::default()), NOW);
    assert_eq!(floor.load(agent(1)), 1);
    let heavy = Want { channel: Some(Channel::WhatsApp), ..Want::default() };
    assert_eq!(offers(&floor.apply(&wanting(2, heavy), NOW)), []);
    assert_eq!(offers(&floor.apply(&wanting(3, Want::default()), NOW)), [], "2 comes first");
    let gone = EventKind::Leave { conversation: conversation(1) };
    assert_eq!(offers(&floor.apply(&gone, NOW)), [(conversation(2), agent(1))]);
    assert_eq!(floor.load(agent(1)), 3);
}

#[test]
fn another_team_helps_out_after_a_while() {
    let overflow = Some(Overflow { after_seconds: 60, to: team(1) });
    let mut floor = with(TeamSettings { overflow, ..Default::default() });
    let (presence, teams, talents) = (Presence::Online, vec![team(1)], Talents::default());
    let helper = EventKind::Agent { agent: agent(9), presence, capacity: 1, teams, talents };
    let _ = floor.apply(&helper, NOW);
    let since = NOW;
    let (conversation, want) = (conversation(1), Want::default());
    let waits = EventKind::Enqueue { conversation, team: team(0), since, ticket: 1, want };
    let effects = floor.apply(&waits, NOW);
    assert_eq!(offers(&effects), []);
    let at = NOW.plus(Duration::from_secs(60));
    assert_eq!(wakes(&effects), [at]);
    // The clock of whoever is woken may be behind.
    let offered = offers(&floor.apply(&EventKind::Wake { at }, NOW));
    assert_eq!(offered, [(conversation, agent(9))]);
}

#[test]
fn a_closed_team_says_so_once_and_goes_on_when_it_opens() {
    let hours = Hours {
        week: vec![Opening {
            days: vec![Day::Monday],
            from: "09:00".parse().unwrap(),
            to: "10:00".parse().unwrap(),
        }],
        ..Hours::default()
    };
    let closed = "We are back at {opens}.".to_owned();
    let texts = BTreeMap::from([(
        "en".to_owned(),
        Texts { closed, waiting: "You are number {position}.".into() },
    )]);
    let mut floor = with(TeamSettings { hours, texts, ..Default::default() });
    let _ = floor.apply(&present(1, Presence::Online, 1), NOW);
    // NOW is a Monday, 14:13:20 UTC.
    let effects = floor.apply(&enqueue(1, 1), NOW);
    assert_eq!(offers(&effects), []);
    assert_eq!(told(&effects), ["We are back at 2026-09-28 09:00."]);
    let again = floor.apply(&enqueue(1, 1), NOW);
    assert_eq!(told(&again), Vec::<&str>::new(), "it is the same wait");
    let _ = floor.apply(&enqueue(2, 2), NOW);
    let [at] = wakes(&effects)[..] else { panic!("{effects:?}") };
    let effects = floor.apply(&EventKind::Wake { at }, at);
    assert_eq!(offers(&effects), [(conversation(1), agent(1))]);
    assert_eq!(told(&effects), ["You are number 1."], "the other one waits on");
}

#[test]
fn a_place_is_told_at_first_and_then_only_when_better_and_not_too_often() {
    let texts = BTreeMap::from([
        ("en".to_owned(), Texts { waiting: "{position}".into(), ..Texts::default() }),
        ("de".to_owned(), Texts { waiting: "Platz {position}".into(), ..Texts::default() }),
    ]);
    let mut floor = with(TeamSettings { texts, ..Default::default() });
    let german = Want { language: Some("de".into()), ..Want::default() };
    let french = Want { language: Some("fr".into()), ..Want::default() };
    assert_eq!(told(&floor.apply(&wanting(1, german.clone()), NOW)), ["Platz 1"]);
    assert_eq!(told(&floor.apply(&wanting(2, french), NOW)), ["2"], "in the team's language");
    assert_eq!(told(&floor.apply(&wanting(3, german), NOW)), ["Platz 3"]);
    let leave = |number| EventKind::Leave { conversation: conversation(number) };
    let effects = floor.apply(&leave(1), NOW);
    assert_eq!(told(&effects), Vec::<&str>::new(), "too early");
    let at = NOW.plus(Duration::from_secs(300));
    assert_eq!(wakes(&effects), [at]);
    let _ = floor.apply(&leave(2), NOW);
    assert_eq!(told(&floor.apply(&EventKind::Wake { at }, at)), ["Platz 1"]);
    let urgent = Want { priority: Priority::Urgent, ..Want::default() };
    assert_eq!(told(&floor.apply(&wanting(4, urgent), at)), ["1"]);
    let later = at.plus(Duration::from_secs(3_600));
    let effects = floor.apply(&EventKind::Wake { at: later }, later);
    assert_eq!(told(&effects), Vec::<&str>::new(), "a worse place is not told");
}

#[test]
fn what_an_agent_gives_back_keeps_its_place() {
    let mut floor = Floor::default();
    let _ = floor.apply(&enqueue(1, 1), NOW);
    let _ = floor.apply(&present(1, Presence::Online, 1), NOW);
    let _ = floor.apply(&present(1, Presence::Offline, 1), NOW);
    let _ = floor.apply(&enqueue(2, 2), NOW);
    let (since, want) = (NOW, Want::default());
    let (conversation, team) = (conversation(1), team(0));
    let back = EventKind::Enqueue { conversation, team, since, ticket: 2, want };
    let _ = floor.apply(&back, NOW);
    let first = floor.line().first().map(|entry| entry.conversation);
    assert_eq!(first, Some(conversation));
}

#[test]
fn what_was_put_aside_goes_back_to_whoever_had_it_if_they_are_there() {
    let back = |presence| {
        let mut floor = Floor::default();
        let _ = floor.apply(&enqueue(1, 1), NOW);
        let _ = floor.apply(&present(1, Presence::Online, 1), NOW);
        let _ = floor.apply(&present(1, presence, 1), NOW);
        let (conversation, agent, team) = (conversation(2), agent(1), team(0));
        let (since, want) = (Timestamp::from_secs(20), Want::default());
        let back = EventKind::Back { conversation, agent, team, since, ticket: 7, want };
        let offered = offers(&floor.apply(&back, NOW));
        (offered, floor.load(agent))
    };
    for presence in [Presence::Online, Presence::Busy] {
        let (offered, load) = back(presence);
        assert_eq!(offered, [(conversation(2), agent(1))], "{presence:?}, and beyond capacity");
        assert_eq!(load, 2, "it counts");
    }
    for presence in [Presence::Away, Presence::Offline] {
        assert_eq!(back(presence), (vec![], 1));
    }
}

#[test]
fn what_was_put_aside_waits_behind_who_came_before_it() {
    let mut floor = Floor::default();
    let _ = floor.apply(&enqueue(1, 10), NOW);
    let _ = floor.apply(&enqueue(3, 30), NOW);
    let (conversation, agent, team) = (conversation(2), agent(1), team(0));
    let (since, want) = (Timestamp::from_secs(20), Want::default());
    let back = EventKind::Back { conversation, agent, team, since, ticket: 7, want };
    let _ = floor.apply(&back, NOW);
    let line: Vec<_> = floor.line().iter().map(|entry| entry.conversation).collect();
    assert_eq!(line, [super::conversation(1), super::conversation(2), super::conversation(3)]);
}
