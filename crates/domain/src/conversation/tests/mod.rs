//! What follows from events, by example and by property.

mod blocks;
mod bots;
mod bots_that_speak;
mod snooze;
mod surveys;
mod threads;
mod transfers;

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::{Channel, content::Context, dispatch, ids::BotId};

const START: Timestamp = Timestamp::from_secs(1_790_000_000);

fn policy(bot: bool) -> Policy {
    Policy {
        channel: Channel::Messenger,
        bot: bot.then(|| BotId::derive("bot")),
        team: TeamId::derive("team"),
        want: dispatch::Want::default(),
        turn_timeout: Duration::from_secs(10),
        bot_signals: false,
        commands: Commands::default(),
        survey: None,
    }
}

fn agent(name: &str) -> UserId {
    UserId::derive(name)
}

struct Scene {
    conversation: Conversation,
    policy: Policy,
    now: Timestamp,
    events: u32,
}

impl Scene {
    fn new(bot: bool) -> Self {
        let conversation = Conversation::new(ConversationId::derive("c"));
        Self { conversation, policy: policy(bot), now: START, events: 0 }
    }

    fn happens(&mut self, kind: EventKind) -> Vec<Effect> {
        self.events += 1;
        let event = Event { id: format!("e{}", self.events), now: self.now, kind };
        self.conversation.apply(&event, &self.policy)
    }

    fn customer_says(&mut self, text: &str) -> Vec<Effect> {
        let sent_at = self.now;
        self.happens(EventKind::Customer(CustomerMessage {
            continues: false,
            external_id: Some(format!("m{}", self.events)),
            sent_at,
            content: Content::text(text),
            reply_to: None,
            opens_window: true,
            context: Context::default(),
        }))
    }

    fn agent_does(&mut self, name: &str, command: AgentCommand) -> Vec<Effect> {
        self.happens(EventKind::Agent { agent: agent(name), command })
    }

    fn agent_says(&mut self, name: &str, text: &str) -> Vec<Effect> {
        let message = MessageId::derive(&format!("reply {}", self.events));
        let content = Content::text(text);
        self.agent_does(name, AgentCommand::Reply { message, content, reply_to: None })
    }

    fn bot_says(&mut self, turn: TurnId, text: &str, then: AfterTurn) -> Vec<Effect> {
        let replies = vec![Content::text(text)];
        let (note, memory) = (None, None);
        self.happens(EventKind::BotReply(BotReply {
            turn,
            replies,
            then,
            note,
            memory,
            sources: Vec::new(),
        }))
    }

    fn turn(&self) -> TurnId {
        self.conversation.turn.as_ref().unwrap().id
    }

    fn ticket(&self) -> u64 {
        match self.conversation.status {
            Status::Waiting { ticket, .. } => ticket,
            ref other => panic!("not waiting: {other:?}"),
        }
    }
}

fn said(effects: &[Effect]) -> Vec<String> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(out) => out.content.as_words().map(str::to_owned),
            _ => None,
        })
        .collect()
}

fn turns(effects: &[Effect]) -> Vec<&TurnRequest> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::StartTurn(request) => Some(request),
            _ => None,
        })
        .collect()
}

#[test]
fn a_first_message_gives_the_bot_a_turn() {
    let mut scene = Scene::new(true);
    let effects = scene.customer_says("hello");
    assert_eq!(scene.conversation.status, Status::Bot);
    assert_eq!(turns(&effects).len(), 1);
    let effects = scene.bot_says(scene.turn(), "hi", AfterTurn::Stay);
    assert_eq!(said(&effects), ["hi"]);
    assert_eq!(scene.conversation.turn, None);
}

#[test]
fn what_arrives_during_a_turn_joins_the_next() {
    let mut scene = Scene::new(true);
    scene.customer_says("one");
    let first = scene.turn();
    assert!(turns(&scene.customer_says("two")).is_empty());
    assert!(turns(&scene.customer_says("three")).is_empty());
    let effects = scene.bot_says(first, "answer to one", AfterTurn::Stay);
    let next = turns(&effects)[0];
    assert_ne!(next.turn.id, first);
    let words: Vec<_> = next.messages.iter().filter_map(|m| m.content.as_words()).collect();
    assert_eq!(words, ["two", "three"]);
}

#[test]
fn an_answer_after_a_take_over_is_dropped() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    let turn = scene.turn();
    scene.agent_does("ann", AgentCommand::Assign { to: agent("ann") });
    assert_eq!(scene.bot_says(turn, "too late", AfterTurn::Stay), []);
    assert_eq!(scene.conversation.status, Status::Agent { agent: agent("ann") });
}

#[test]
fn a_silent_bot_is_asked_twice_and_then_a_person_is() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    let turn = scene.turn();
    let effects = scene.happens(EventKind::TurnDeadline { turn });
    assert_eq!(turns(&effects)[0].turn.attempt, 2);
    assert_eq!(turns(&effects)[0].messages.len(), 1);
    scene.happens(EventKind::TurnDeadline { turn });
    assert!(matches!(
        scene.conversation.status,
        Status::Waiting { reason: HandOff::BotSilent, .. }
    ));
}

#[test]
fn live_agent_waits_in_line_and_is_offered_once() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    let effects = scene.customer_says("  /LIVE_agent ");
    assert_eq!(said(&effects), [Commands::default().live_agent_text]);
    let ticket = scene.ticket();
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Dispatch(dispatch::EventKind::Enqueue { .. })))
    );
    scene.happens(EventKind::Offer { agent: agent("ann"), ticket: ticket - 1 });
    assert_eq!(scene.ticket(), ticket, "an offer for an older wait is void");
    scene.happens(EventKind::Offer { agent: agent("ann"), ticket });
    assert_eq!(scene.conversation.status, Status::Agent { agent: agent("ann") });
    scene.happens(EventKind::Offer { agent: agent("bob"), ticket });
    assert_eq!(scene.conversation.status, Status::Agent { agent: agent("ann") });
}

#[test]
fn asking_twice_for_a_person_is_answered_once() {
    let mut scene = Scene::new(true);
    scene.customer_says("/live_agent");
    assert_eq!(said(&scene.customer_says("/live_agent")), Vec::<String>::new());
}

#[test]
fn help_is_answered_whoever_is_in_charge() {
    let mut scene = Scene::new(true);
    assert_eq!(said(&scene.customer_says("/help")), [Commands::default().help_text]);
    scene.customer_says("/live_agent");
    assert_eq!(said(&scene.customer_says("/HELP")), [Commands::default().help_text]);
}

#[test]
fn without_a_bot_people_answer() {
    let mut scene = Scene::new(false);
    scene.customer_says("hello");
    assert!(matches!(scene.conversation.status, Status::Waiting { reason: HandOff::NoBot, .. }));
    scene.agent_says("ann", "hi");
    assert_eq!(scene.conversation.status, Status::Agent { agent: agent("ann") });
}

#[test]
fn a_reply_outside_the_window_is_in_the_transcript_as_failed() {
    let mut scene = Scene::new(false);
    scene.customer_says("hello");
    scene.now = START.plus(Duration::from_secs(8 * 24 * 3600));
    let effects = scene.agent_says("ann", "sorry for the delay");
    assert_eq!(said(&effects), Vec::<String>::new());
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Append(message)
            if message.status == MessageStatus::Failed && message.reason.is_some()
    )));
}

#[test]
fn the_customer_reopens_what_was_resolved() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    scene.agent_does("ann", AgentCommand::Resolve);
    assert_eq!(scene.conversation.status, Status::Resolved);
    assert_eq!(turns(&scene.customer_says("one more thing")).len(), 1);
    assert_eq!(scene.conversation.status, Status::Bot);
}

#[test]
fn an_agent_who_is_gone_gives_the_conversation_back() {
    let mut scene = Scene::new(false);
    scene.customer_says("hello");
    let ticket = scene.ticket();
    scene.happens(EventKind::Offer { agent: agent("ann"), ticket });
    scene.happens(EventKind::AgentGone { agent: agent("bob") });
    assert_eq!(scene.conversation.status, Status::Agent { agent: agent("ann") });
    scene.happens(EventKind::AgentGone { agent: agent("ann") });
    assert!(scene.ticket() > ticket);
}

#[test]
fn instagrams_read_receipt_counts_for_what_went_before() {
    let seen = |channel| {
        let mut scene = Scene::new(true);
        scene.policy.channel = channel;
        scene.happens(EventKind::Receipt(Receipt::Message {
            message: MessageId::derive("last"),
            send: None,
            external_id: "mid".into(),
            status: MessageStatus::Read,
            reason: None,
            written_at: START,
        }))
    };
    let before = Effect::MarkUpTo { watermark: START, status: MessageStatus::Read };
    assert!(seen(Channel::Instagram).contains(&before));
    assert!(!seen(Channel::WhatsApp).contains(&before));
}

#[test]
fn statuses_only_go_up() {
    use MessageStatus::{Delivered, Failed, Pending, Read, Sent, Uncertain};
    for (from, to, advances) in [
        (Pending, Sent, true),
        (Read, Delivered, false),
        (Sent, Sent, false),
        (Uncertain, Sent, true),
        (Sent, Failed, true),
        (Failed, Sent, false),
        (Failed, Delivered, true),
        (Read, Failed, false),
    ] {
        assert_eq!(from.advances(to), advances, "{from:?} -> {to:?}");
    }
}

fn any_event() -> impl Strategy<Value = u8> {
    0_u8..38
}

/// The kinds that [`play`] unblocks the customer with.
const UNBLOCKS: [u8; 2] = [25, 26];

/// One of everything, some of it about turns and waits that are over.
fn play(scene: &mut Scene, kind: u8) -> Vec<Effect> {
    let stale = TurnId::derive("stale");
    let turn = scene.conversation.turn.as_ref().map_or(stale, |turn| turn.id);
    let ticket = scene.conversation.tickets;
    match kind {
        0 | 1 => scene.customer_says("hello"),
        2 => scene.customer_says("/live_agent"),
        3 => scene.customer_says("/help"),
        4 => scene.bot_says(turn, "hi", AfterTurn::Stay),
        5 => scene.bot_says(turn, "", AfterTurn::HandOff(HandOff::BotUnsure)),
        6 => scene.bot_says(turn, "", AfterTurn::Retry),
        7 => scene.happens(EventKind::TurnDeadline { turn }),
        8 => scene.happens(EventKind::Offer { agent: agent("ann"), ticket }),
        9 => scene.agent_says("ann", "hi"),
        10 => scene.agent_does("ann", AgentCommand::Resolve),
        11 => scene.agent_does("ann", AgentCommand::ReturnToBot),
        12 => scene.agent_does("ann", AgentCommand::Unassign),
        13 => scene.happens(EventKind::AgentGone { agent: agent("ann") }),
        14 => scene.happens(EventKind::Thread(ThreadChange::Away { to: None, metadata: None })),
        15 => scene.happens(EventKind::Thread(ThreadChange::ToUs { from: None, metadata: None })),
        17 => scene.agent_does(
            "ann",
            AgentCommand::Note {
                message: MessageId::derive(&format!("note {}", scene.events)),
                text: "x".into(),
                mentions: Vec::new(),
            },
        ),
        16 => scene.happens(EventKind::ThreadReport { action: ThreadAction::Take, refused: None }),
        18 => scene.bot_says(turn, "", AfterTurn::Await),
        19 | 20 => scene.bot_speaks("hi"),
        21 => scene.bot_does(BotAct::HandOff { note: None }),
        22 => scene.bot_does(BotAct::AskBack { note: None }),
        23 => scene.bot_does(BotAct::Typing),
        24 => scene.agent_does("ann", AgentCommand::Block { reason: "spam".into() }),
        kind if UNBLOCKS.contains(&kind) => scene.agent_does("ann", AgentCommand::Unblock),
        30..=33 => snooze::play(scene, kind),
        34..=37 => surveys::play(scene, kind),
        _ => scene.agent_does("ann", AgentCommand::MarkRead),
    }
}

#[test]
fn a_note_is_in_the_transcript_and_goes_nowhere() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    let before = scene.conversation.status.clone();
    let note = AgentCommand::Note {
        message: MessageId::derive("note"),
        text: "He called".into(),
        mentions: vec![agent("bob")],
    };
    let effects = scene.agent_does("ann", note);
    assert_eq!(scene.conversation.status, before, "who answers stays");
    let [Effect::Append(message)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(message.author, Author::Agent { id: agent("ann") });
    assert_eq!((message.status, message.send), (MessageStatus::Received, None));
}

proptest! {
    /// The transcript has no gaps, ids never repeat, a turn runs only while the bot is in charge,
    /// each turn has its timer, and the same history gives the same state and effects.
    #[test]
    fn invariants_hold_after_any_history(
        bot in any::<bool>(),
        kinds in prop::collection::vec(any_event(), 1..60),
    ) {
        let (mut one, mut two) = (Scene::new(bot), Scene::new(bot));
        let (mut seq, mut ids) = (0, std::collections::HashSet::new());
        for kind in kinds {
            let effects = play(&mut one, kind);
            prop_assert_eq!(&effects, &play(&mut two, kind));
            prop_assert_eq!(&one.conversation, &two.conversation);
            for effect in &effects {
                if let Effect::Append(message) = effect {
                    seq += 1;
                    prop_assert_eq!(message.seq, seq);
                    prop_assert!(ids.insert(message.id));
                }
            }
            let conversation = &one.conversation;
            prop_assert!(conversation.turn.is_none() || conversation.status == Status::Bot);
            prop_assert!(
                conversation.status != Status::Bot
                    || conversation.unanswered.is_empty()
                    || conversation.turn.is_some(),
                "what the customer said is forgotten"
            );
            let deadline = |effect: &&Effect| {
                matches!(effect, Effect::SetTimer { kind: TimerKind::TurnDeadline, .. })
            };
            prop_assert_eq!(effects.iter().filter(deadline).count(), turns(&effects).len());
        }
    }
}
