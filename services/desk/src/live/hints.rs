//! From the queue's desk events to the pages. One subscription serves all sockets of the process.
//! Which conversations changed is read from the store (see [`follow`](super::follow)): the queue only
//! tells when to look.

use std::{sync::Arc, time::Duration};

use switchboard_contract::{Body, decode, wire::DeskEvent};
use switchboard_domain::ids::{ConversationId, WorkspaceId};
use switchboard_queue::{Delivery, Interrupted, SubscribeOptions, Subscription, Topic};
use switchboard_store::{StoreError, changes};

use super::listener::Hint;
use crate::desk::Desk;

/// Hints in hand at once.
const PREFETCH: u16 = 256;

/// How long to wait before the subscription is asked for again.
const AGAIN: Duration = Duration::from_secs(5);

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
        missed(&desk);
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
            Err(Interrupted::Session(_)) => missed(desk),
            Err(Interrupted::Closed) => return,
        }
    }
}

/// Hints may have been lost: what conversations changed is read, and all else may have.
fn missed(desk: &Desk) {
    desk.hub.stir(None);
    tell(desk, None, &Hint::Agents);
    tell(desk, None, &Hint::Accounts);
}

fn pass_on(desk: &Arc<Desk>, delivery: Delivery) {
    match decode(delivery.payload) {
        Ok(envelopes) => {
            for envelope in envelopes {
                if let Some(Body::DeskEvent(event)) = envelope.body {
                    pass_event(desk, event);
                }
            }
        }
        Err(error) => tracing::warn!(%error, id = delivery.id, "a hint cannot be read"),
    }
}

fn pass_event(desk: &Arc<Desk>, event: DeskEvent) {
    let Ok(workspace) = event.workspace_id.parse::<WorkspaceId>() else { return };
    match event.topic.as_str() {
        "conversation" => {
            desk.hub.stir(Some(workspace));
            desk.integrators.news.notify_one();
            desk.notices.news.notify_one();
        }
        "typing" => {
            desk.tasks.spawn(typing(Arc::clone(desk), workspace, event));
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

/// Tells those who see the conversation that somebody writes in it.
async fn typing(desk: Arc<Desk>, workspace: WorkspaceId, event: DeskEvent) {
    let Ok(id) = event.conversation_id.parse::<ConversationId>() else { return };
    let read = desk.store.read(move |db| changes::seen_by(db, workspace, id)).await;
    let found = read.and_then(|seen_by| seen_by.ok_or(StoreError::NotFound("conversation")));
    match found {
        Ok(seen_by) => {
            let hint = Hint::Typing { id: &event.conversation_id, agent_id: &event.agent_id };
            desk.hub.tell(Some(workspace), &hint.text().into(), Some(seen_by));
        }
        Err(error) => tracing::debug!(%error, "that somebody writes is not told"),
    }
}

fn tell(desk: &Desk, workspace: Option<WorkspaceId>, hint: &Hint<'_>) {
    desk.hub.tell(workspace, &hint.text().into(), None);
}
