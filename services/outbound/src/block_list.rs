//! WhatsApp's own block list (ADR 29): whoever is blocked here is put on it and taken off again, if the
//! account wants that. What is to be said stands in the store from the lane's transaction on; it is
//! said beside the sends, one thing after the other for each account, and the conversation is told
//! what came of it. The block here holds whatever Meta says.

use std::{collections::HashSet, sync::Arc, time::Duration};

use secrecy::ExposeSecret;
use switchboard_chassis::{clock, telemetry};
use switchboard_contract::{
    Body, Envelope,
    convert::{conversation_shard, parse},
    encode,
    wire::{BlockReport, BlockRequest},
};
use switchboard_domain::{Channel, ids::AccountId};
use switchboard_graph::GraphFault;
use switchboard_lane::{Fault, Moment};
use switchboard_meta::{
    error::{GraphError, Retry},
    send::Recipient,
};
use switchboard_queue::{Message, Topic};
use switchboard_store::{
    Db, StoreError,
    block_list::{self, Job, Who, Whose},
};
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, debug, info, info_span, warn};

use crate::context::Context;

/// Accounts that Meta is told about at the same time.
const ROOM: usize = 4;

/// Others leave what is claimed alone for so long: longer than a call and a report take.
const CLAIM: Duration = Duration::from_secs(120);

/// Looks at least this often.
const PAUSE: Duration = Duration::from_secs(5);

/// After the first failure; three times as long after each further one.
const FIRST_WAIT: Duration = Duration::from_secs(5);

/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

/// Then it is given up: whoever did not write for a day Meta does not block.
const PATIENCE: Duration = Duration::from_secs(24 * 3_600);

/// Notes in the lane's transaction what Meta is to be told; the worker does it.
///
/// # Errors
/// [`Fault`] when the request cannot be read, or as any write.
pub(crate) fn take_up(db: &mut Db, request: &BlockRequest, moment: Moment) -> Result<(), Fault> {
    let whose = Whose {
        workspace: parse("block_request.workspace_id", &request.workspace_id)?,
        account: parse("block_request.account_id", &request.account_id)?,
        conversation: parse("block_request.conversation_id", &request.conversation_id)?,
        shard: conversation_shard(request.conversation_shard)?,
    };
    if request.blocked {
        let of = request.recipient.clone().unwrap_or_default();
        let who = Who { phone: of.phone, user_id: of.user_id };
        block_list::put(db, whose, &who, moment.now)?;
    } else {
        block_list::lift(db, whose, moment.now)?;
    }
    Ok(())
}

/// Works until stopped.
pub(crate) async fn run(context: Arc<Context>, stop: CancellationToken) {
    let (mut tasks, mut busy) = (JoinSet::new(), HashSet::new());
    while !stop.is_cancelled() {
        take(&context, &mut tasks, &mut busy).await;
        tokio::select! {
            Some(done) = tasks.join_next() => match done {
                Ok(account) => {
                    busy.remove(&account);
                }
                // It does not say whose it was; its claim lapses.
                Err(_) => busy.clear(),
            },
            () = context.blocks_wanted.notified() => {}
            () = sleep(PAUSE) => {}
            () = stop.cancelled() => {}
        }
    }
    // A call on its way is waited for, as long as sends are.
    while tasks.join_next().await.is_some() {}
}

/// Begins as much as there is room for.
async fn take(
    context: &Arc<Context>,
    tasks: &mut JoinSet<AccountId>,
    busy: &mut HashSet<AccountId>,
) {
    let room = i64::try_from(ROOM.saturating_sub(tasks.len())).unwrap_or_default();
    if room == 0 {
        return;
    }
    let (taken, now): (Vec<AccountId>, _) = (busy.iter().copied().collect(), clock::now());
    let claim = move |db: &mut Db| block_list::claim(db, &taken, (now, now.plus(CLAIM)), room);
    let jobs = match context.store.write(claim).await {
        Ok(jobs) => jobs,
        Err(error) => return warn!(%error, "cannot look for whom to block; will try again"),
    };
    for job in jobs {
        busy.insert(job.account);
        let context = Arc::clone(context);
        let span =
            info_span!("block list", conversation = %job.conversation, account = %job.account);
        let task = async move {
            at_it(&context, &job).await;
            job.account
        };
        tasks.spawn(task.instrument(span));
    }
}

/// What came of telling Meta.
enum Trouble {
    /// Worth another try.
    Later(String),
    /// A sentence for agents.
    Never(String),
}

async fn at_it(context: &Context, job: &Job) {
    let now = clock::now();
    let refused = match tell_meta(context, job).await {
        Ok(()) => None,
        Err(Trouble::Later(why)) if now.since(job.since) < PATIENCE => {
            debug!(why, attempts = job.attempts, "Meta cannot be told of a block yet");
            let (job, at) = (job.clone(), now.plus(wait(job.attempts)));
            return note(context, move |db| block_list::later(db, &job, at)).await;
        }
        Err(Trouble::Later(why) | Trouble::Never(why)) => Some(why),
    };
    info!(blocked = job.blocked, refused = refused.is_some(), "Meta was told of a block");
    let listed = job.blocked && refused.is_none();
    if let Err(error) = context.queue.publish(vec![report(job, refused)]).await {
        // It is done again when the claim has lapsed: again is the same as once.
        return warn!(%error, "a conversation hears of its block later");
    }
    let job = job.clone();
    note(context, move |db| block_list::told(db, &job, listed)).await;
}

async fn tell_meta(context: &Context, job: &Job) -> Result<(), Trouble> {
    let loaded = context.vault.load(&context.store, job.workspace, job.account).await;
    let loaded = loaded.map_err(|error| Trouble::Later(format!("{error}.")))?;
    let gone = || Trouble::Never("The account is not connected any more.".into());
    let access = loaded.ok_or_else(gone)?.access.map_err(|why| Trouble::Later(why.0))?;
    let proof = access.proof.as_ref().map(ExposeSecret::expose_secret);
    let Who { phone, user_id } = job.who.clone();
    let who = Recipient { psid: None, phone, user_id };
    let call = context.graph.block_user(&access.node, (&who, job.blocked), (&access.token, proof));
    call.await.map_err(|fault| match fault {
        GraphFault::Refused(error) => trouble(&error),
        other => Trouble::Later(format!("{other}.")),
    })
}

/// What Meta's refusal means. ("Block users", error codes)
fn trouble(error: &GraphError) -> Trouble {
    let (code, advice) = (error.code, format!("{}.", error.advice(Channel::WhatsApp)));
    match code {
        131_047 => Trouble::Never(format!(
            "It blocks only those who wrote to the business within the last 24 hours (Meta error \
             {code}). It is told again when they write."
        )),
        139_101 => Trouble::Never(format!(
            "The block list of this number is full, with 64 000 people (Meta error {code})."
        )),
        131_021 => Trouble::Never(format!("It is the business's own number (Meta error {code}).")),
        // The list was being changed, or something broke at Meta.
        139_102 | 139_103 => Trouble::Later(advice),
        _ => {
            let verdict = error.verdict(Channel::WhatsApp);
            let passing = verdict.stops_account() || verdict.retry() != Retry::Never;
            if passing { Trouble::Later(advice) } else { Trouble::Never(advice) }
        }
    }
}

/// What the conversation is told.
fn report(job: &Job, refused: Option<String>) -> Message {
    let id = format!("block-list:{}:{}:{}", job.conversation, job.since.as_micros(), job.change);
    let (traceparent, tracestate) = telemetry::inject_current();
    let body = Body::BlockReport(BlockReport {
        workspace_id: job.workspace.to_string(),
        conversation_id: job.conversation.to_string(),
        blocked: job.blocked,
        refused,
    });
    let created_at_us = clock::now().as_micros();
    let envelope =
        Envelope { id: id.clone(), traceparent, tracestate, created_at_us, body: Some(body) };
    Message { id, topic: Topic::Inbound(job.shard), payload: encode(vec![envelope]) }
}

/// Writes; what cannot be written is done again when the claim has lapsed.
async fn note(
    context: &Context,
    write: impl FnOnce(&mut Db) -> Result<(), StoreError> + Send + 'static,
) {
    if let Err(error) = context.store.write(write).await {
        warn!(%error, "what became of a block at Meta cannot be written; it is done again");
    }
}

fn wait(attempts: u32) -> Duration {
    let factor = 3_u32.saturating_pow(attempts.saturating_sub(1).min(8));
    FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT)
}
