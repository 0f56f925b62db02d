//! Conversations that are sent on, and what customers read while they wait.

use super::*;
use crate::{conversation::Brief, dispatch::Priority};

fn waits(effects: &[Effect]) -> Vec<(TeamId, u64, dispatch::Want)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Dispatch(dispatch::EventKind::Enqueue { team, ticket, want, .. }) => {
                Some((*team, *ticket, want.clone()))
            }
            _ => None,
        })
        .collect()
}

fn notes(effects: &[Effect]) -> Vec<String> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Append(message) => match &message.content {
                Content::Notice(notice) => Some(notice.text.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

fn transfer(to: Transfer, note: &str) -> AgentCommand {
    AgentCommand::Transfer { to, note: Some(note.into()) }
}

#[test]
fn a_transfer_to_a_team_waits_there_with_its_note() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    scene.agent_says("ann", "hi");
    let sales = TeamId::derive("sales");
    let effects = scene.agent_does("ann", transfer(Transfer::Team(sales), "wants a quote"));
    let [(team, ticket, want)] = &waits(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((*team, *ticket), (sales, scene.ticket()));
    assert_eq!(want.last_agent, Some(agent("ann")));
    assert_eq!(notes(&effects), ["Transferred to another team. wants a quote"]);
    let effects = scene.happens(EventKind::AgentGone { agent: agent("ann") });
    assert_eq!(effects, [], "she has it no more");

    let billing = TeamId::derive("billing");
    let effects = scene.agent_does("bob", transfer(Transfer::Team(billing), ""));
    assert_eq!(waits(&effects)[0].0, billing, "also while it waits");
    scene.agent_does("bob", AgentCommand::Resolve);
    scene.customer_says("/live_agent");
    let Status::Waiting { team, .. } = scene.conversation.status else { panic!("not waiting") };
    assert_eq!(team, scene.policy.team, "the next time it is the account's again");
}

#[test]
fn a_transfer_to_an_agent_or_the_bot_is_at_once() {
    let mut scene = Scene::new(true);
    scene.customer_says("hello");
    scene.agent_says("ann", "hi");
    scene.agent_does("ann", transfer(Transfer::Agent(agent("bob")), "yours"));
    assert_eq!(scene.conversation.status, Status::Agent { agent: agent("bob") });
    scene.agent_does("bob", transfer(Transfer::Bot, ""));
    assert_eq!(scene.conversation.status, Status::Bot);
    assert_eq!(turns(&scene.customer_says("and?")).len(), 1, "the bot answers");

    let mut scene = Scene::new(false);
    scene.customer_says("hello");
    let before = scene.conversation.status.clone();
    assert_eq!(scene.agent_does("ann", transfer(Transfer::Bot, "")), [], "there is no bot");
    assert_eq!(scene.conversation.status, before);
}

#[test]
fn what_is_urgent_is_so_at_once_and_until_it_is_resolved() {
    let mut scene = Scene::new(false);
    let first = waits(&scene.customer_says("help"));
    let urgent = AgentCommand::SetPriority(Priority::Urgent);
    let again = waits(&scene.agent_does("ann", urgent));
    assert_eq!(first[0].1, again[0].1, "it is the same wait");
    assert_eq!(again[0].2.priority, Priority::Urgent);
    scene.agent_does("ann", AgentCommand::Resolve);
    let next = waits(&scene.customer_says("something else"));
    assert_eq!(next[0].2.priority, Priority::Normal);
}

#[test]
fn a_word_about_the_wait_is_for_that_wait_and_inside_the_window() {
    let mut scene = Scene::new(false);
    scene.customer_says("help");
    let ticket = scene.ticket();
    let word = |ticket| EventKind::Tell { ticket, text: "You are number 3.".into() };
    assert_eq!(said(&scene.happens(word(ticket))), ["You are number 3."]);
    assert_eq!(scene.happens(word(ticket + 1)), [], "another wait");
    scene.now = scene.now.plus(Duration::from_secs(25 * 3_600));
    assert_eq!(scene.happens(word(ticket)), [], "the window is closed");
    scene.agent_does("ann", AgentCommand::Assign { to: agent("ann") });
    assert_eq!(scene.happens(word(ticket)), [], "somebody answers");
}

#[test]
fn agents_read_what_the_bot_left_unanswered() {
    let mut scene = Scene::new(true);
    scene.customer_says("where is my parcel?");
    let effects =
        scene.bot_says(scene.turn(), "One moment.", AfterTurn::HandOff(HandOff::BotUnsure));
    assert_eq!(
        notes(&effects),
        ["The bot did not know what to answer. The customer wrote: where is my parcel?"]
    );
}

#[test]
fn whoever_answers_next_is_told_why_and_what_was_found_out() {
    let mut scene = Scene::new(true);
    scene.customer_says("where is my parcel?");
    scene.bot_says(scene.turn(), "One moment.", AfterTurn::HandOff(HandOff::BotUnsure));
    let brief = |scene: &Scene| scene.conversation.brief.clone().unwrap();
    let found = "The customer wrote: where is my parcel?";
    assert_eq!(brief(&scene).reason, HandOff::BotUnsure);
    assert_eq!(brief(&scene).summary.as_deref(), Some(found));

    scene.agent_does("ann", AgentCommand::Assign { to: agent("ann") });
    scene.agent_does("ann", AgentCommand::Unassign);
    assert_eq!(brief(&scene).reason, HandOff::Returned);
    assert_eq!(brief(&scene).summary.as_deref(), Some(found), "it is still worth knowing");
    scene.agent_does("ann", transfer(Transfer::Agent(agent("bob")), "Lost by the carrier."));
    let sent = Brief {
        reason: HandOff::Transferred,
        summary: Some("Lost by the carrier.".into()),
        by: Some(agent("ann")),
    };
    assert_eq!(brief(&scene), sent);

    scene.agent_does("bob", transfer(Transfer::Bot, "Done."));
    assert_eq!(scene.conversation.brief, None);
    scene.customer_says("/live_agent");
    assert_eq!(brief(&scene), Brief { reason: HandOff::Asked, summary: None, by: None });
    scene.agent_does("ann", AgentCommand::Resolve);
    assert_eq!(scene.conversation.brief, None);
}

proptest! {
    /// Dispatch always knows of exactly the conversations that wait or are with an agent.
    #[test]
    fn dispatch_is_told_of_every_change(kinds in prop::collection::vec(any_event(), 1..60)) {
        let mut scene = Scene::new(true);
        let mut known = false;
        for kind in kinds {
            for effect in play(&mut scene, kind) {
                if let Effect::Dispatch(event) = effect {
                    known = !matches!(event, dispatch::EventKind::Leave { .. });
                }
            }
            let with_people = matches!(
                scene.conversation.status,
                Status::Waiting { .. } | Status::Agent { .. }
            );
            prop_assert_eq!(known, with_people);
        }
    }
}
