//! Asks Meta who a customer is. A courtesy to agents: it waits for nothing, holds up nothing, and
//! what fails is asked again another day.

use std::sync::Arc;

use secrecy::ExposeSecret;
use switchboard_chassis::telemetry;
use switchboard_contract::{
    Body, Envelope,
    convert::{conversation_shard, parse},
    encode,
    wire::{ProfileFound, ProfileRequest},
};
use switchboard_domain::ids::{AccountId, WorkspaceId};
use switchboard_graph::Profile;
use switchboard_queue::{Message, Topic};
use tracing::{Instrument, debug, info_span, warn};

use crate::context::Context;

/// A question with the trace that it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) envelope: Envelope,
    pub(crate) request: ProfileRequest,
}

/// Asks in the background, unless too many questions are open already.
pub(crate) fn ask(context: &Arc<Context>, question: Question) {
    let Ok(permit) = Arc::clone(&context.questions).try_acquire_owned() else {
        debug!("too many profiles are being asked for; this one is asked for another day");
        return;
    };
    let context = Arc::clone(context);
    let span = info_span!("profile", envelope = question.envelope.id);
    telemetry::set_parent(&span, &question.envelope.traceparent, &question.envelope.tracestate);
    tokio::spawn(
        async move {
            answer(&context, &question).await;
            drop(permit);
        }
        .instrument(span),
    );
}

async fn answer(context: &Context, question: &Question) {
    let found = match look_up(context, &question.request).await {
        Ok(profile) if profile == Profile::default() => return,
        Ok(profile) => profile,
        Err(why) => {
            debug!(why, "Meta does not say who a customer is");
            return;
        }
    };
    if let Some(message) = told(question, found)
        && let Err(error) = context.queue.publish(vec![message]).await
    {
        warn!(%error, "a customer's name is lost; it is asked for another day");
    }
}

async fn look_up(context: &Context, request: &ProfileRequest) -> Result<Profile, String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let workspace: WorkspaceId =
        parse("workspace_id", &request.workspace_id).map_err(|error| said(&error))?;
    let account: AccountId =
        parse("account_id", &request.account_id).map_err(|error| said(&error))?;
    let loaded = context.vault.load(&context.store, workspace, account).await;
    let loaded = loaded.map_err(|error| said(&error))?.ok_or("the account is gone")?;
    let access = loaded.access.map_err(|why| why.0)?;
    let proof = access.proof.as_ref().map(ExposeSecret::expose_secret);
    let whose = (access.host, access.channel);
    let profile = context.graph.profile(whose, &request.scoped_id, &access.token, proof).await;
    profile.map_err(|error| said(&error))
}

fn told(question: &Question, profile: Profile) -> Option<Message> {
    let request = &question.request;
    let shard = conversation_shard(request.conversation_shard).ok()?;
    let found = ProfileFound {
        workspace_id: request.workspace_id.clone(),
        conversation_id: request.conversation_id.clone(),
        name: profile.name,
        username: profile.username,
    };
    let (traceparent, tracestate) = telemetry::inject_current();
    let id = format!("found:{}", question.envelope.id);
    let envelope = Envelope {
        id: id.clone(),
        traceparent,
        tracestate,
        created_at_us: switchboard_chassis::clock::now().as_micros(),
        body: Some(Body::ProfileFound(found)),
    };
    Some(Message { id, topic: Topic::Inbound(shard), payload: encode(vec![envelope]) })
}
