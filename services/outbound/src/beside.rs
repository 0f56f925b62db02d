//! What is done at Meta beside sends, in the background and without a promise: signs of life, and
//! moving control of a conversation between the apps of an account.

use std::sync::Arc;

use secrecy::ExposeSecret;
use switchboard_chassis::telemetry;
use switchboard_contract::{
    Body, Envelope, Invalid,
    convert::{conversation_shard, parse},
    encode, wire,
};
use switchboard_domain::{
    conversation::{Signal, ThreadAction},
    ids::{AccountId, WorkspaceId},
};
use switchboard_graph::{GraphFault, Outcome};
use switchboard_meta::send::{self, Recipient};
use switchboard_queue::{Message, Topic};
use tracing::{Instrument, debug, info_span, warn};

use crate::{
    account::{Access, Seal},
    context::Context,
    limits::{Class, SLOW_FROM, STOP_FOR},
    outcome,
};

const GONE: &str = "The account is not connected any more.";

/// Something to do beside sends.
#[derive(Debug, Clone)]
pub(crate) enum Aside {
    /// Show a sign of life.
    Signal(Envelope, wire::Signal),
    /// Move control.
    Thread(Envelope, wire::ThreadRequest),
}

/// Does it in the background, unless too much is being done already.
pub(crate) fn start(context: &Arc<Context>, aside: Aside) {
    let Ok(permit) = Arc::clone(&context.questions).try_acquire_owned() else {
        debug!("too much is asked of Meta beside sends; this is left out");
        return;
    };
    let context = Arc::clone(context);
    let (Aside::Signal(envelope, _) | Aside::Thread(envelope, _)) = &aside;
    let span = info_span!("aside", envelope = envelope.id);
    telemetry::set_parent(&span, &envelope.traceparent, &envelope.tracestate);
    tokio::spawn(
        async move {
            match aside {
                Aside::Signal(_, signal) => show(&context, signal).await,
                Aside::Thread(envelope, request) => {
                    move_control(&context, &envelope, request).await
                }
            }
            drop(permit);
        }
        .instrument(span),
    );
}

fn recipient(of: Option<wire::Recipient>) -> Recipient {
    let of = of.unwrap_or_default();
    Recipient { psid: of.scoped_id, phone: of.phone, user_id: of.user_id }
}

/// Never in the way of sends: a sign is left out when the account is stopped or has little left of
/// Meta's limits.
async fn show(context: &Context, signal: wire::Signal) {
    let (account, access) = match at_ease(context, &signal).await {
        Ok(access) => access,
        Err(why) => return debug!(why, "a sign of life is left out"),
    };
    let Some(kind) = signal.kind.map(Signal::from) else { return };
    let recipient = recipient(signal.recipient);
    let Some(body) = send::signal(access.channel, &recipient, &kind) else { return };
    let proof = access.proof.as_ref().map(ExposeSecret::expose_secret);
    let call = context.graph.post_message(access.host, &access.node, &access.token, proof, &body);
    let outcome = call.await;
    if let Some(usage) = outcome::usage(&outcome)
        && usage.account_percent.max(usage.app_percent) >= SLOW_FROM
    {
        let calm = context.clock.mono() + usage.regain.unwrap_or(STOP_FOR);
        context.accesses.hush(account, calm);
    }
    match outcome {
        Outcome::Answered { status: 200, .. } => {}
        Outcome::Answered { status: 429, .. } => {
            context.accesses.hush(account, context.clock.mono() + STOP_FOR);
        }
        Outcome::Answered { status, .. } => debug!(status, "Meta did not show a sign of life"),
        Outcome::NotSent(why) | Outcome::Unknown(why) => debug!(why, "a sign of life is lost"),
    }
}

/// The access of an account that can spare a call.
async fn at_ease(
    context: &Context,
    signal: &wire::Signal,
) -> Result<(AccountId, Arc<Access>), String> {
    let (workspace, account) = whose(&signal.workspace_id, &signal.account_id)?;
    if context.accesses.get(account).is_none() {
        let loaded = context.vault.load(&context.store, workspace, account).await;
        let loaded = loaded.map_err(|error| error.to_string())?.ok_or(GONE)?;
        let paused = loaded.health.is_some_and(|health| health.paused);
        let seal = Seal { workspace, token: loaded.account.token };
        context.accesses.put(account, loaded.access, (paused, Some(seal)));
    }
    let access = context.accesses.get(account).ok_or(GONE)?.map_err(|why| why.0)?;
    if !context.accesses.is_at_ease(account, context.clock.mono()) {
        return Err("the account is stopped or near Meta's limits".into());
    }
    if !access.pacer.has_room(Class::Text, context.clock).await {
        return Err("sends take all that Meta allows".into());
    }
    Ok((account, access))
}

async fn move_control(context: &Context, cause: &Envelope, request: wire::ThreadRequest) {
    let refused = ask_for_control(context, &request).await.err();
    let Ok(shard) = conversation_shard(request.conversation_shard) else { return };
    let report = wire::ThreadReport {
        workspace_id: request.workspace_id,
        conversation_id: request.conversation_id,
        action: request.action,
        refused,
    };
    let (traceparent, tracestate) = telemetry::inject_current();
    let id = format!("report:{}", cause.id);
    let envelope = Envelope {
        id: id.clone(),
        traceparent,
        tracestate,
        created_at_us: switchboard_chassis::clock::now().as_micros(),
        body: Some(Body::ThreadReport(report)),
    };
    let message = Message { id, topic: Topic::Inbound(shard), payload: encode(vec![envelope]) };
    if let Err(error) = context.queue.publish(vec![message]).await {
        warn!(%error, "what became of control of a conversation is lost; Meta's next event tells");
    }
}

/// The error is a sentence for the agent.
async fn ask_for_control(context: &Context, request: &wire::ThreadRequest) -> Result<(), String> {
    let action = request.action.clone().ok_or_else(|| Invalid::new("action", "nothing"));
    let action = action.and_then(ThreadAction::try_from).map_err(|error| error.to_string())?;
    let access = access(context, &request.workspace_id, &request.account_id).await?;
    let proof = access.proof.as_ref().map(ExposeSecret::expose_secret);
    let whose = (access.host, access.channel, access.node.as_str());
    let recipient = recipient(request.recipient.clone());
    let call = context.graph.control_thread(whose, &recipient, &action, (&access.token, proof));
    call.await.map_err(|fault| match fault {
        GraphFault::Refused(error) => error.advice(access.channel),
        other => format!("{other}."),
    })
}

/// The error is a sentence for people.
async fn access(context: &Context, workspace: &str, account: &str) -> Result<Arc<Access>, String> {
    let (workspace, account) = whose(workspace, account)?;
    if let Some(known) = context.accesses.get(account) {
        return known.map_err(|why| why.0);
    }
    let loaded = context.vault.load(&context.store, workspace, account).await;
    let loaded = loaded.map_err(|error| error.to_string())?;
    loaded.ok_or(GONE)?.access.map_err(|why| why.0)
}

fn whose(workspace: &str, account: &str) -> Result<(WorkspaceId, AccountId), String> {
    let workspace = parse("workspace_id", workspace).map_err(|error| error.to_string())?;
    let account = parse("account_id", account).map_err(|error| error.to_string())?;
    Ok((workspace, account))
}
