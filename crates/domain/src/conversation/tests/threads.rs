//! What follows when apps share an account, and when messages change.

use super::*;
use crate::content::{Context, Notice};

fn standby(scene: &mut Scene, text: &str) -> Vec<Effect> {
    let sent_at = scene.now;
    scene.happens(EventKind::Customer(CustomerMessage {
        continues: false,
        external_id: Some(format!("m{}", scene.events)),
        sent_at,
        content: Content::text(text),
        reply_to: None,
        opens_window: true,
        context: Context { standby: true, ..Context::default() },
    }))
}

fn away(to: &str) -> EventKind {
    EventKind::Thread(ThreadChange::Away { to: Some(to.into()), metadata: None })
}

fn to_us() -> EventKind {
    EventKind::Thread(ThreadChange::ToUs { from: Some("inbox".into()), metadata: None })
}

fn appended(effects: &[Effect]) -> Vec<&NewMessage> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Append(message) => Some(&**message),
            _ => None,
        })
        .collect()
}

fn notices(effects: &[Effect]) -> Vec<&Notice> {
    appended(effects)
        .into_iter()
        .filter_map(|message| match &message.content {
            Content::Notice(notice) => Some(notice),
            _ => None,
        })
        .collect()
}

#[test]
fn what_comes_on_standby_is_shown_and_not_answered() {
    let mut scene = Scene::new(true);
    let effects = standby(&mut scene, "hello, inbox");
    assert_eq!(appended(&effects).len(), 1);
    assert_eq!(turns(&effects), Vec::<&TurnRequest>::new());
    assert_eq!(scene.conversation.unread, 1);
    assert!(!scene.conversation.thread.is_ours());
    assert!(said(&standby(&mut scene, "/live_agent")).is_empty(), "no command on standby");
    assert_eq!(scene.conversation.status, Status::Resolved);
}

#[test]
fn a_bot_does_not_talk_over_another_app() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    let turn = scene.turn();
    let effects = scene.happens(away("263902037430900"));
    assert_eq!(notices(&effects)[0].kind, "thread_elsewhere");
    assert_eq!(scene.bot_says(turn, "too late", AfterTurn::Stay), []);
}

#[test]
fn a_person_has_to_take_control_first() {
    let mut scene = Scene::new(false);
    scene.customer_says("hello");
    scene.happens(away("77"));
    let effects = scene.agent_says("ann", "hi");
    assert!(said(&effects).is_empty());
    let refused = appended(&effects)[0];
    assert_eq!(refused.status, MessageStatus::Failed);
    assert!(refused.reason.as_ref().unwrap().contains("take control"));

    let effects = scene.agent_does("ann", AgentCommand::Thread(ThreadAction::Take));
    assert_eq!(effects, [Effect::ControlThread(ThreadAction::Take)]);
    assert!(!scene.conversation.thread.is_ours(), "asking is not having");
    scene.happens(EventKind::ThreadReport { action: ThreadAction::Take, refused: None });
    assert_eq!(said(&scene.agent_says("ann", "hi")), ["hi"]);
}

#[test]
fn what_meta_refuses_is_told_and_changes_nothing() {
    let mut scene = Scene::new(false);
    scene.customer_says("hello");
    scene.happens(away("77"));
    let refused = Some("not allowed".to_owned());
    let effects = scene.happens(EventKind::ThreadReport { action: ThreadAction::Take, refused });
    assert_eq!(notices(&effects)[0].text, "not allowed");
    assert!(!scene.conversation.thread.is_ours());
}

#[test]
fn control_comes_back_by_events_by_messages_and_goes_by_refused_sends() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    let message = MessageId::derive("m");
    let outcome = SendOutcome::Elsewhere { reason: "another app".into() };
    scene.happens(EventKind::Report { message, outcome });
    assert!(!scene.conversation.thread.is_ours());
    scene.happens(to_us());
    assert!(scene.conversation.thread.is_ours());
    scene.happens(away("77"));
    assert_eq!(turns(&scene.customer_says("anyone?")).len(), 1, "it came to us, so it is ours");
    assert!(scene.conversation.thread.is_ours());
}

#[test]
fn what_another_app_hands_to_us_is_answered_by_someone() {
    let mut scene = Scene::new(false);
    standby(&mut scene, "a person, please");
    scene.happens(to_us());
    assert!(matches!(scene.conversation.status, Status::Waiting { .. }));
    let mut scene = Scene::new(true);
    standby(&mut scene, "hello");
    scene.happens(to_us());
    assert_eq!(scene.conversation.status, Status::Bot);
}

#[test]
fn the_bot_answers_what_a_message_says_now() {
    let mut scene = Scene::new(true);
    scene.customer_says("one");
    let turn = scene.turn();
    let effects = scene.customer_says("tow");
    let message = appended(&effects)[0].id;
    let revision = Revision::Edited(Box::new(Content::text("two")));
    let effects = scene.happens(EventKind::Revised { message, revision: revision.clone() });
    assert_eq!(effects, [Effect::Revise { message, revision }]);
    let effects = scene.bot_says(turn, "answer to one", AfterTurn::Stay);
    assert_eq!(turns(&effects)[0].messages[0].content, Content::text("two"));
}

#[test]
fn a_person_who_has_read_shows_it_once() {
    let mut scene = Scene::new(false);
    scene.customer_says("hello");
    let seen = |effects: &[Effect]| {
        effects.iter().filter(|e| matches!(e, Effect::Signal(Signal::Seen { .. }))).count()
    };
    assert_eq!(seen(&scene.agent_does("ann", AgentCommand::MarkRead)), 1);
    assert_eq!(seen(&scene.agent_does("ann", AgentCommand::MarkRead)), 0);
    let typing = scene.agent_does("ann", AgentCommand::Typing);
    assert!(matches!(&typing[..], [Effect::Signal(Signal::Typing { answering: Some(_) })]));
}
