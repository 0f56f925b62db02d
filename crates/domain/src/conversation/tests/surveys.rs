//! Customers who are asked how it went.

use super::*;
use crate::survey::{self, Settings};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// One of everything about the survey that was asked last, and one about another.
pub(super) fn play(scene: &mut Scene, kind: u8) -> Vec<Effect> {
    let other = SurveyId::derive("other");
    let last = scene.conversation.survey.map_or(other, |asked| asked.survey);
    match kind {
        34 => {
            scene.policy.survey = Some(settings());
            scene.customer_says("slow")
        }
        35 => scene.presses(last, 4, None),
        36 => scene.presses(last, 2, Some(START)),
        _ => scene.presses(other, 5, None),
    }
}

fn settings() -> Settings {
    Settings { enabled: true, comment: true, ..Settings::default() }
}

impl Scene {
    /// Ann has answered, and the account asks.
    fn answered() -> Self {
        let mut scene = Scene::new(true);
        scene.policy.survey = Some(settings());
        scene.customer_says("hello");
        scene.agent_says("ann", "hi");
        scene
    }

    fn presses(&mut self, survey: SurveyId, score: u8, answered: Option<Timestamp>) -> Vec<Effect> {
        let Content::QuickReplies { replies, .. } = survey::question("", survey) else { panic!() };
        let button = usize::from(score) - 1;
        let title = replies[button].title().to_owned();
        let message = CustomerMessage {
            continues: false,
            external_id: Some(format!("m{}", self.events)),
            sent_at: self.now,
            content: Content::Choice { title, payload: String::new() },
            reply_to: None,
            opens_window: true,
            context: Context::default(),
        };
        self.happens(EventKind::Rated(Rating { message, survey, score, answered_at: answered }))
    }

    fn survey(&self) -> SurveyId {
        self.conversation.survey.unwrap().survey
    }
}

fn changes(effects: &[Effect]) -> Vec<SurveyChange> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Survey { change, .. } => Some(change.clone()),
            _ => None,
        })
        .collect()
}

fn due(agent_name: &str, asked: bool) -> SurveyChange {
    SurveyChange::Due { agent: agent(agent_name), team: TeamId::derive("team"), asked }
}

fn texts() -> survey::Texts {
    survey::Texts::default()
}

#[test]
fn who_was_answered_by_a_person_is_asked_once() {
    let mut scene = Scene::answered();
    let effects = scene.agent_does("bob", AgentCommand::Resolve);
    assert_eq!(said(&effects), [texts().question]);
    assert_eq!(changes(&effects), [due("ann", true)], "about whoever answered");
    let effects = scene.agent_does("bob", AgentCommand::Resolve);
    assert_eq!((said(&effects).len(), changes(&effects)), (0, vec![]));
}

#[test]
fn a_bot_that_resolves_asks_about_the_person_before() {
    let mut scene = Scene::answered();
    scene.agent_does("ann", AgentCommand::ReturnToBot);
    scene.customer_says("thanks");
    let effects = scene.bot_says(scene.turn(), "bye", AfterTurn::Resolve);
    assert_eq!(said(&effects), ["bye".to_owned(), texts().question]);
    scene.customer_says("hello");
    let effects = scene.bot_says(scene.turn(), "bye", AfterTurn::Resolve);
    assert_eq!(changes(&effects), [], "a bot alone is not asked about");
}

#[test]
fn nobody_is_asked_who_is_not_to_be() {
    let resolved = |prepare: &dyn Fn(&mut Scene)| {
        let mut scene = Scene::answered();
        prepare(&mut scene);
        scene.agent_does("ann", AgentCommand::Resolve)
    };
    assert_eq!(changes(&resolved(&|scene| scene.policy.survey = None)), []);
    let off = Settings { enabled: false, ..settings() };
    assert_eq!(changes(&resolved(&|scene| scene.policy.survey = Some(off.clone()))), []);
    let late = resolved(&|scene| scene.now = START.plus(DAY));
    assert_eq!(changes(&late), [due("ann", false)], "counted, for Meta's window is closed");
    assert_eq!(said(&late), Vec::<String>::new());
    let away = ThreadChange::Away { to: None, metadata: None };
    let elsewhere = resolved(&|scene| {
        scene.happens(EventKind::Thread(away.clone()));
    });
    assert_eq!(changes(&elsewhere), [due("ann", false)]);
    let mut scene = Scene::answered();
    assert_eq!(changes(&scene.happens(EventKind::Erased)), []);
    let mut scene = Scene::answered();
    let into = ConversationId::derive("other");
    assert_eq!(changes(&scene.happens(EventKind::Merged { into })), []);
}

#[test]
fn nobody_is_asked_again_too_soon() {
    let mut scene = Scene::answered();
    scene.agent_does("ann", AgentCommand::Resolve);
    for (days, count) in [(6, 0), (7, 1)] {
        scene.now = START.plus(DAY * days);
        scene.customer_says("hello");
        scene.agent_says("ann", "hi");
        let effects = scene.agent_does("ann", AgentCommand::Resolve);
        assert_eq!(changes(&effects).len(), count, "after {days} days");
    }
}

#[test]
fn a_press_is_an_answer_and_wakes_nobody() {
    let mut scene = Scene::answered();
    scene.agent_does("ann", AgentCommand::Resolve);
    let effects = scene.presses(scene.survey(), 4, None);
    assert_eq!(changes(&effects), [SurveyChange::Rated { score: 4 }]);
    assert_eq!(scene.conversation.status, Status::Resolved);
    assert_eq!((scene.conversation.unread, turns(&effects).len()), (0, 0));
    assert_eq!(said(&effects), [texts().comment]);
    let effects = scene.presses(scene.survey(), 2, Some(START));
    assert_eq!(changes(&effects), [SurveyChange::Rated { score: 2 }], "they changed their mind");
    assert_eq!(said(&effects), Vec::<String>::new());
    scene.now = START.plus(DAY);
    let effects = scene.presses(scene.survey(), 5, Some(START));
    assert_eq!(changes(&effects), [], "too late");
}

#[test]
fn an_old_button_counts_for_its_own_survey() {
    let mut scene = Scene::answered();
    scene.agent_does("ann", AgentCommand::Resolve);
    let old = SurveyId::derive("old");
    let effects = scene.presses(old, 1, None);
    let rated = Effect::Survey { survey: old, change: SurveyChange::Rated { score: 1 } };
    assert!(effects.contains(&rated));
    assert_eq!(said(&effects), [texts().thanks], "and no comment is asked for");
}

#[test]
fn the_text_that_follows_is_the_comment() {
    let mut scene = Scene::answered();
    scene.agent_does("ann", AgentCommand::Resolve);
    scene.presses(scene.survey(), 4, None);
    let effects = scene.customer_says("quick and kind");
    let [SurveyChange::Commented { text, .. }] = &changes(&effects)[..] else { panic!() };
    assert_eq!(text, "quick and kind");
    assert_eq!(said(&effects), [texts().thanks]);
    assert_eq!((&scene.conversation.status, scene.conversation.unread), (&Status::Resolved, 0));
    let effects = scene.customer_says("one more thing");
    assert_eq!(changes(&effects), []);
    assert_eq!(scene.conversation.status, Status::Bot, "and the next is a message");
}

#[test]
fn anything_else_is_a_message() {
    let ask = || {
        let mut scene = Scene::answered();
        scene.agent_does("ann", AgentCommand::Resolve);
        scene.presses(scene.survey(), 4, None);
        scene
    };
    let mut late = ask();
    late.now = START.plus(settings().comment_time());
    assert_eq!(changes(&late.customer_says("quick and kind")), []);
    assert_eq!(late.conversation.status, Status::Bot);
    let mut command = ask();
    command.customer_says("/live_agent");
    assert!(matches!(command.conversation.status, Status::Waiting { .. }));
    let mut reopened = ask();
    reopened.agent_does("ann", AgentCommand::Reopen);
    assert_eq!(changes(&reopened.customer_says("hello")), []);
    assert_eq!(reopened.conversation.unread, 1);
}

#[test]
fn without_a_wish_for_comments_it_ends_with_thanks() {
    let mut scene = Scene::answered();
    scene.policy.survey = Some(Settings { comment: false, ..settings() });
    scene.agent_does("ann", AgentCommand::Resolve);
    assert_eq!(said(&scene.presses(scene.survey(), 4, None)), [texts().thanks]);
    assert_eq!(changes(&scene.customer_says("hello")), []);
}

#[test]
fn a_question_that_did_not_arrive_does_not_count() {
    let mut scene = Scene::answered();
    scene.agent_does("ann", AgentCommand::Resolve);
    let message = scene.conversation.survey.unwrap().message;
    let outcome = SendOutcome::Failed { reason: "blocked".into() };
    let effects = scene.happens(EventKind::Report { message, outcome });
    assert_eq!(changes(&effects), [SurveyChange::NotAsked]);
    assert_eq!(scene.conversation.survey, None);
}

proptest! {
    /// No resolution asks twice, none that no person answered asks, and an answer changes nothing
    /// about who is in charge.
    #[test]
    fn one_question_for_one_resolution(kinds in prop::collection::vec(any_event(), 1..80)) {
        let mut scene = Scene::new(true);
        scene.policy.survey = Some(Settings { pause_days: 0, ..settings() });
        let mut answered = false;
        for kind in kinds {
            let (status, unread) = (scene.conversation.status.clone(), scene.conversation.unread);
            let effects = super::play(&mut scene, kind);
            let asked = changes(&effects).into_iter().filter(|change| {
                matches!(change, SurveyChange::Due { .. })
            });
            let asked = asked.count();
            prop_assert!(asked <= usize::from(answered), "asked without reason");
            answered |= kind == 9;
            if asked > 0 {
                prop_assert_eq!(&scene.conversation.status, &Status::Resolved);
            }
            if scene.conversation.status == Status::Resolved && scene.conversation.blocked.is_none() {
                answered = false;
            }
            if (35..=37).contains(&kind) {
                prop_assert_eq!(&scene.conversation.status, &status);
                prop_assert_eq!(scene.conversation.unread, unread);
            }
        }
    }
}
