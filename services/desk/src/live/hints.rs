//! From the queue's desk events to the pages. One subscription serves all sockets of the process.

use std::{sync::Arc, time::Duration};

use serde::Serialize;
use switchboard_contract::{Body, decode, wire::DeskEvent};
use switchboard_domain::ids::WorkspaceId;
use switchboard_queue::{Delivery, Interrupted, SubscribeOptions, Subscription, Topic};

use crate::desk::Desk;

/// Hints in hand at once.
const PREFETCH: u16 = 256;

/// How long to wait before the subscription is asked for again.
const AGAIN: Duration = Duration::from_secs(5);

/// What a page hears.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Hint<'a> {
    /// A conversation changed.
    Conversation { id: &'a str, revision: u64 },
    /// A colleague is writing in a conversation.
    Typing { id: &'a str, agent_id: &'a str },
    /// Someone's presence or load changed.
    Agents,
    /// An account stopped sending or sends again, or Meta said something about it.
    Accounts,
    /// Hints may have been lost: read everything anew.
    Resync,
}

/// Begins to listen, so that no hint is missed once the desk has started.
pub(crate) async fn listen(desk: &Desk) -> Option<Box<dyn Subscription>> {
    let options = SubscribeOptions { prefetch: PREFETCH, priority: 0, consumer: desk.name.clone() };
    let subscription = desk.queue.subscribe(Topic::DeskEvents, options).await;
    subscription.inspect_err(|error| tracing::warn!(%error, "pages hear no hints")).ok()
}

/// Passes hints on until the desk ends.
pub(crate) async fn run(desk: Arc<Desk>, mut subscription: Option<Box<dyn Subscription>>) {
    loop {
        if let Some(subscription) = subscription {
            follow(&desk, subscription).await;
        }
        tokio::select! {
            () = desk.shutdown.wait() => return,
            () = tokio::time::sleep(AGAIN) => {}
        }
        subscription = listen(&desk).await;
        tell(&desk, None, &Hint::Resync);
    }
}

async fn follow(desk: &Arc<Desk>, mut subscription: Box<dyn Subscription>) {
    loop {
        let next = tokio::select! {
            () = desk.shutdown.wait() => return,
            next = subscription.next(usize::from(PREFETCH)) => next,
        };
        match next {
            Ok(deliveries) => {
                let tags: Vec<_> = deliveries.iter().map(|delivery| delivery.tag).collect();
                deliveries.into_iter().for_each(|delivery| pass_on(desk, delivery));
                // A hint that comes again does no harm.
                let _ = subscription.ack(&tags).await;
            }
            Err(Interrupted::Session(_)) => tell(desk, None, &Hint::Resync),
            Err(Interrupted::Closed) => return,
        }
    }
}

fn pass_on(desk: &Arc<Desk>, delivery: Delivery) {
    match decode(delivery.payload) {
        Ok(envelopes) => {
            for envelope in envelopes {
                if let Some(Body::DeskEvent(event)) = envelope.body {
                    pass_event(desk, &event);
                }
            }
        }
        Err(error) => tracing::warn!(%error, id = delivery.id, "a hint cannot be read"),
    }
}

fn pass_event(desk: &Arc<Desk>, event: &DeskEvent) {
    let Ok(workspace) = event.workspace_id.parse::<WorkspaceId>() else { return };
    match event.topic.as_str() {
        "conversation" => {
            let (id, revision) = (event.conversation_id.as_str(), event.revision);
            tell(desk, Some(workspace), &Hint::Conversation { id, revision });
            desk.integrators.news.notify_one();
            desk.notices.news.notify_one();
        }
        "typing" => {
            let (id, agent_id) = (event.conversation_id.as_str(), event.agent_id.as_str());
            tell(desk, Some(workspace), &Hint::Typing { id, agent_id });
        }
        "accounts" => tell(desk, Some(workspace), &Hint::Accounts),
        "agents" => {
            tell(desk, Some(workspace), &Hint::Agents);
            if !desk.hub.users(workspace).is_empty() {
                desk.doubt.notify_one();
            }
        }
        _ => {}
    }
}

fn tell(desk: &Desk, workspace: Option<WorkspaceId>, hint: &Hint<'_>) {
    if let Ok(text) = serde_json::to_string(hint) {
        desk.hub.tell(workspace, &text.into());
    }
}
