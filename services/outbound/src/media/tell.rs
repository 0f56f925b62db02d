//! Tells the conversation that its file is there, or cannot be had.

use switchboard_chassis::{clock, telemetry};
use switchboard_contract::{Body, Envelope, encode, wire::MediaReport};
use switchboard_queue::{Message, Topic};
use switchboard_store::{
    conversations,
    media::work::{self, Job},
};
use tracing::warn;

use super::worker::note;
use crate::context::Context;

/// What cannot be told now is told when the claim has ended.
pub(super) async fn tell(context: &Context, job: &Job) {
    if let Some(report) = report(context, job).await
        && let Err(error) = context.queue.publish(vec![report]).await
    {
        return warn!(%error, "a conversation hears of its file later");
    }
    let job = job.clone();
    note(context, move |db| work::told(db, &job)).await;
}

/// Nothing for a file that belongs to no message, or whose conversation is gone.
async fn report(context: &Context, job: &Job) -> Option<Message> {
    let (workspace, conversation) = (job.media.workspace, job.media.conversation);
    let message = job.media.message?;
    let shard = context
        .store
        .read(move |db| conversations::shard_of(db, workspace, conversation))
        .await
        .ok()??;
    let id = format!("media:{}:{}", job.media.id, job.attempts);
    let (traceparent, tracestate) = telemetry::inject_current();
    let envelope = Envelope {
        id: id.clone(),
        traceparent,
        tracestate,
        created_at_us: clock::now().as_micros(),
        body: Some(Body::MediaReport(MediaReport {
            workspace_id: workspace.to_string(),
            conversation_id: conversation.to_string(),
            message_id: message.to_string(),
        })),
    };
    Some(Message { id, topic: Topic::Inbound(shard), payload: encode(vec![envelope]) })
}
