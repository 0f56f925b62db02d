//! What a ledger says of a conversation, by example and by property.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::{
    Channel, Content, Timestamp,
    content::Context,
    conversation::{
        AfterTurn, AgentCommand, BotReply, Commands, Conversation, CustomerMessage, EventKind,
        HandOff, Policy, ThreadChange, Transfer,
    },
    dispatch::{Day, Hours, Opening, Priority, Want},
    ids::{BotId, ConversationId, MessageId, TeamId, TurnId, UserId},
};

/// Monday, 21 September 2026, 08:00 UTC.
const START: Timestamp = Timestamp::from_secs(1_789_977_600);

const MINUTE: Duration = Duration::from_secs(60);

struct Scene {
    conversation: Conversation,
    ledger: Ledger,
    policy: Policy,
    terms: Terms,
    now: Timestamp,
    events: u32,
}

impl Scene {
    fn new(bot: bool) -> Self {
        let policy = Policy {
            channel: Channel::Messenger,
            bot: bot.then(|| BotId::derive("bot")),
            team: TeamId::derive("team"),
            want: Want::default(),
            turn_timeout: Duration::from_secs(10),
            bot_signals: false,
            commands: Commands::default(),
            survey: None,
        };
        let targets =
            Targets { first_response: Some(10), next_response: Some(20), resolution: Some(60) };
        let sla = Sla { around_the_clock: false, targets: [(Priority::Normal, targets)].into() };
        Self {
            conversation: Conversation::new(ConversationId::derive("c")),
            ledger: Ledger::default(),
            policy,
            terms: Terms { hours: Hours::default(), sla },
            now: START,
            events: 0,
        }
    }

    fn passes(&mut self, minutes: u32) {
        self.now = self.now.plus(MINUTE * minutes);
    }

    fn situation(&self) -> Situation {
        Situation::of(&self.conversation, &self.policy)
    }

    /// First what is late by then, as the router does.
    fn happens(&mut self, kind: EventKind) -> Vec<Fact> {
        let mut facts = Vec::new();
        for due in self.ledger.due(&self.situation(), &self.terms) {
            if !due.breached && due.at <= self.now {
                facts.extend(self.apply(EventKind::Overdue { target: due.target }));
            }
        }
        facts.extend(self.apply(kind));
        facts
    }

    fn apply(&mut self, kind: EventKind) -> Vec<Fact> {
        self.events += 1;
        let event = Event { id: format!("e{}", self.events), now: self.now, kind };
        let before = self.situation();
        let effects = self.conversation.apply(&event, &self.policy);
        let after = self.situation();
        let change = Change {
            before: &before,
            after: &after,
            event: &event,
            effects: &effects,
            terms_before: &self.terms,
            terms: &self.terms,
        };
        self.ledger.note(&change)
    }

    fn customer(&mut self, text: &str) -> Vec<Fact> {
        self.happens(EventKind::Customer(CustomerMessage {
            continues: false,
            external_id: None,
            sent_at: self.now,
            content: Content::text(text),
            reply_to: None,
            opens_window: true,
            context: Context::default(),
        }))
    }

    fn bot(&mut self, text: &str, then: AfterTurn) -> Vec<Fact> {
        let turn = self.conversation.turn.as_ref().map(|turn| turn.id);
        let turn = turn.unwrap_or_else(|| TurnId::derive("stale"));
        let replies = if text.is_empty() { Vec::new() } else { vec![Content::text(text)] };
        let reply = BotReply { turn, replies, then, note: None, memory: None, sources: Vec::new() };
        self.happens(EventKind::BotReply(reply))
    }

    fn agent(&mut self, command: AgentCommand) -> Vec<Fact> {
        self.happens(EventKind::Agent { agent: ann(), command })
    }

    fn reply(&mut self) -> Vec<Fact> {
        let message = MessageId::derive(&format!("reply {}", self.events));
        let content = Content::text("hello");
        self.agent(AgentCommand::Reply { message, content, reply_to: None })
    }
}

fn ann() -> UserId {
    UserId::derive("ann")
}

/// Each fact as its kind, its word, its minutes, and whether a promise was kept.
fn told(facts: &[Fact]) -> Vec<(Kind, &'static str, u64, Option<bool>)> {
    let line = |fact: &Fact| (fact.kind, fact.word, fact.spent.wall.as_secs() / 60, fact.met);
    facts.iter().map(line).collect()
}

#[test]
fn the_time_with_the_bot_is_not_peoples() {
    let mut scene = Scene::new(true);
    assert_eq!(told(&scene.customer("hello")), [(Kind::Begun, word::NEW, 0, None)]);
    scene.passes(30);
    let facts = scene.bot("I do not know", AfterTurn::HandOff(HandOff::BotUnsure));
    assert_eq!(told(&facts), [(Kind::HandedOff, "bot_unsure", 0, None)]);
    scene.passes(7);
    let facts = scene.reply();
    let line = (Kind::Line, word::PEOPLE, 7, None);
    assert_eq!(told(&facts), [(Kind::FirstResponse, word::ANSWERED, 7, Some(true)), line]);
    assert_eq!(facts.first().and_then(|fact| fact.agent), Some(ann()));
    scene.passes(5);
    assert_eq!(scene.customer("and then?"), []);
    scene.passes(3);
    scene.customer("hello?");
    scene.passes(18);
    let facts = scene.reply();
    let late = (Kind::Breached, "next_response", 0, None);
    assert_eq!(told(&facts), [late, (Kind::NextResponse, word::ANSWERED, 21, Some(false))]);
    scene.passes(1);
    let facts = scene.agent(AgentCommand::Resolve);
    assert_eq!(told(&facts), [(Kind::Resolved, word::PEOPLE, 34, Some(true))]);
    scene.passes(100);
    assert_eq!(told(&scene.customer("thanks")), [(Kind::Begun, word::AGAIN, 0, None)]);
    let facts = scene.bot("You are welcome", AfterTurn::Resolve);
    assert_eq!(told(&facts), [(Kind::Resolved, word::BOT, 0, None)]);
}

#[test]
fn a_note_is_no_answer_and_back_to_the_bot_nobody_owes_one() {
    let mut scene = Scene::new(true);
    scene.customer("/live_agent");
    let note = AgentCommand::Note {
        message: MessageId::derive("note"),
        text: "look".into(),
        mentions: Vec::new(),
    };
    scene.passes(2);
    assert_eq!(scene.agent(note), []);
    assert_eq!(scene.ledger.due(&scene.situation(), &scene.terms).len(), 2);
    let facts = scene.agent(AgentCommand::ReturnToBot);
    let line = (Kind::Line, word::BOT, 2, None);
    assert_eq!(told(&facts), [line, (Kind::FirstResponse, word::ABANDONED, 2, None)]);
    assert_eq!(scene.ledger.due(&scene.situation(), &scene.terms), []);
    scene.passes(60);
    scene.customer("/live_agent");
    scene.passes(4);
    let facts = scene.agent(AgentCommand::Resolve);
    let given_up = (Kind::FirstResponse, word::ABANDONED, 4, None);
    let (line, end) =
        ((Kind::Line, word::OTHER, 4, None), (Kind::Resolved, word::PEOPLE, 6, Some(true)));
    assert_eq!(told(&facts), [line, given_up, end]);
}

#[test]
fn a_closed_team_and_another_app_stop_the_time() {
    let mut scene = Scene::new(false);
    let opening = Opening {
        days: vec![Day::Monday, Day::Tuesday],
        from: "09:00".parse().unwrap(),
        to: "10:00".parse().unwrap(),
    };
    scene.terms.hours.week = vec![opening];
    scene.customer("hello");
    let due = scene.ledger.due(&scene.situation(), &scene.terms);
    let dues: Vec<_> = due.iter().map(|due| (due.target, due.at.since(START))).collect();
    let (first, end) = (MINUTE * 70, MINUTE * 120);
    assert_eq!(dues, [(Target::FirstResponse, first), (Target::Resolution, end)]);
    scene.passes(65);
    scene.happens(EventKind::Thread(ThreadChange::Away { to: None, metadata: None }));
    assert_eq!(scene.ledger.due(&scene.situation(), &scene.terms), []);
    scene.passes(24 * 60);
    scene.happens(EventKind::Thread(ThreadChange::ToUs { from: None, metadata: None }));
    scene.passes(3);
    let facts = scene.reply();
    let first = facts.iter().find(|fact| fact.kind == Kind::FirstResponse).unwrap();
    assert_eq!((first.spent.wall, first.spent.open), (MINUTE * 68, MINUTE * 8));
    assert_eq!(first.met, Some(true));
}

#[test]
fn another_team_goes_on_with_the_time_that_has_passed() {
    let mut scene = Scene::new(false);
    scene.customer("hello");
    scene.passes(6);
    let to = Transfer::Team(TeamId::derive("night"));
    scene.agent(AgentCommand::Transfer { to, note: None });
    scene.passes(5);
    let facts = scene.reply();
    let late = (Kind::Breached, "first_response", 0, None);
    let first = (Kind::FirstResponse, word::ANSWERED, 11, Some(false));
    assert_eq!(told(&facts), [late, first, (Kind::Line, word::PEOPLE, 11, None)]);
    assert!(facts.iter().all(|fact| fact.team == TeamId::derive("night")));
    let facts = scene.agent(AgentCommand::Resolve);
    assert!(facts.iter().all(|fact| fact.team == TeamId::derive("night")), "{facts:?}");
}

#[test]
fn of_what_went_on_before_only_new_waits_are_told() {
    let mut scene = Scene::new(false);
    scene.customer("hello");
    scene.reply();
    scene.ledger = Ledger::default();
    scene.passes(9);
    assert_eq!(scene.customer("and?"), []);
    scene.passes(2);
    let facts = scene.reply();
    assert_eq!(told(&facts), [(Kind::NextResponse, word::ANSWERED, 2, Some(true))]);
    assert_eq!(scene.agent(AgentCommand::Resolve), []);
}

#[test]
fn numbers_are_ranked_not_guessed() {
    let mut figures = Figures::default();
    for wall in [10, 40, 20, 30] {
        let (kind, word, met) = (Kind::FirstResponse, word::ANSWERED, Some(wall < 35));
        figures.add(&Entry { kind, word, wall, open: 1, met });
    }
    let seconds = Duration::from_secs;
    let wall = Spread { median: seconds(20), p90: seconds(40), mean: seconds(25) };
    assert_eq!(figures.first_response.wall(), Some(wall));
    assert_eq!(figures.first_response.attainment(), Some(0.75));
    assert_eq!((figures.next_response.wall(), figures.containment()), (None, None));
}

#[test]
fn what_customers_said_is_added_up() {
    let mut all = Satisfaction::default();
    for score in [Some(5), Some(4), Some(1), None] {
        all.add(Asked { asked: true, score });
    }
    all.add(Asked { asked: false, score: None });
    assert_eq!((all.asked, all.not_asked, all.answered()), (4, 1, 3));
    assert_eq!((all.mean(), all.satisfied()), (Some(10.0 / 3.0), Some(2.0 / 3.0)));
    let none = Satisfaction::default();
    assert_eq!((none.mean(), none.satisfied()), (None, None));
}

fn play(scene: &mut Scene, step: u8) -> Vec<Fact> {
    scene.passes(u32::from(step / 16));
    match step % 16 {
        0..=2 => scene.customer("hello"),
        3 => scene.customer("/live_agent"),
        4 => scene.bot("hi", AfterTurn::Stay),
        5 => scene.bot("", AfterTurn::HandOff(HandOff::BotUnsure)),
        6 => scene.bot("bye", AfterTurn::Resolve),
        7..=9 => scene.reply(),
        10 => scene.agent(AgentCommand::Resolve),
        11 => scene.agent(AgentCommand::ReturnToBot),
        12 => scene.agent(AgentCommand::Unassign),
        13 => scene.agent(AgentCommand::Assign { to: ann() }),
        14 => scene.happens(EventKind::Thread(ThreadChange::Away { to: None, metadata: None })),
        _ => scene.happens(EventKind::Thread(ThreadChange::ToUs { from: None, metadata: None })),
    }
}

proptest! {
    /// Every beginning has at most one end, in turn; nothing takes longer than there was time, nor
    /// longer in hours than in all; what is due is due in time that runs; a promise is broken once
    /// and then not kept; and a ledger that was written and read goes on alike.
    #[test]
    fn a_ledger_adds_up(bot in any::<bool>(), steps in prop::collection::vec(any::<u8>(), 1..80)) {
        let mut scene = Scene::new(bot);
        let (mut open, mut all) = (false, Vec::new());
        for step in steps {
            let text = serde_json::to_string(&scene.ledger).unwrap();
            scene.ledger = serde_json::from_str(&text).unwrap();
            for fact in play(&mut scene, step) {
                match fact.kind {
                    Kind::Begun => prop_assert!(!std::mem::replace(&mut open, true)),
                    Kind::Resolved => prop_assert!(std::mem::replace(&mut open, false)),
                    _ => prop_assert!(open),
                }
                prop_assert!(fact.spent.open <= fact.spent.wall);
                prop_assert!(fact.spent.wall <= scene.now.since(START));
                all.push(fact);
            }
            let running = scene.situation().runs();
            let due = scene.ledger.due(&scene.situation(), &scene.terms);
            prop_assert!(running || due.is_empty());
            prop_assert!(due.iter().all(|due| due.soon <= due.at));
        }
        let count = |wanted: &dyn Fn(&Fact) -> bool| all.iter().filter(|fact| wanted(fact)).count();
        for target in Target::ALL {
            let broken = count(&|f| f.kind == Kind::Breached && f.word == target.as_str());
            let missed = count(&|f| f.kind == target.into() && f.met == Some(false));
            prop_assert!(missed <= broken && broken <= missed + 1, "{target:?}: {all:?}");
        }
    }
}
