//! Errands: administrative calls to Meta for services that hold no tokens. An errand is taken up in
//! the lane's transaction and done after it, beside the sends; what came of it is a row that
//! whoever asked reads. One that a crash cut short stays as it is: the asker has a deadline, and
//! asks again.

mod connect;
mod disconnect;
mod doctor;
mod erase_sends;
mod failure;
mod linking_recipient;
mod relay;
mod sync_templates;
mod test_message;
mod unlink;

use std::{sync::Arc, time::Duration};

pub(crate) use failure::Failure;

use serde_json::Value;
use switchboard_chassis::{clock, telemetry};
use switchboard_contract::{Envelope, Invalid, convert::parse, wire};
use switchboard_lane::Moment;
use switchboard_store::{
    Db, StoreError,
    errands::{self, Errand, Progress},
};
use tracing::{Instrument, info, info_span, warn};

use crate::{account::Loaded, context::Context};

/// An errand takes at most so long.
const DEADLINE: Duration = Duration::from_secs(120);

/// An errand that was taken up.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    errand: Errand,
    /// What the kind needs, JSON.
    input: String,
    trace: (String, String),
}

/// What an errand is to do, read from its envelope.
///
/// # Errors
/// [`Invalid`] when it does not say.
pub(crate) fn read(envelope: &Envelope, errand: &wire::Errand) -> Result<Job, Invalid> {
    let account = Some(errand.account_id.as_str()).filter(|id| !id.is_empty());
    let account = account.map(|id| parse("errand.account_id", id)).transpose()?;
    Ok(Job {
        errand: Errand {
            id: parse("errand.errand_id", &errand.errand_id)?,
            workspace: parse("errand.workspace_id", &errand.workspace_id)?,
            account,
            kind: errand.kind.clone(),
        },
        input: errand.input.clone(),
        trace: (envelope.traceparent.clone(), envelope.tracestate.clone()),
    })
}

/// Notes that an errand begins; false when there is nothing left to do, for it is known or done.
///
/// # Errors
/// As any write.
pub(crate) fn take_up(db: &mut Db, job: &Job, moment: Moment) -> Result<bool, StoreError> {
    if !errands::begin(db, &job.errand, moment.now)? {
        return Ok(false);
    }
    if job.errand.kind == erase_sends::KIND {
        // Calls nobody, and must not be lost: it is done at once.
        let outcome = erase_sends::run(db, &job.errand, &job.input, moment.now)?;
        errands::end(db, job.errand.id, &outcome, moment.now)?;
        return Ok(false);
    }
    if job.errand.kind == sync_templates::KIND {
        sync_templates::take_up(db, &job.errand, &job.input)?;
    }
    Ok(true)
}

/// Does an errand in the background, and writes what came of it.
pub(crate) fn start(context: &Arc<Context>, job: Job) {
    let context = Arc::clone(context);
    let span = info_span!("errand", kind = job.errand.kind, id = %job.errand.id);
    telemetry::set_parent(&span, &job.trace.0, &job.trace.1);
    tokio::spawn(
        async move {
            let outcome = match tokio::time::timeout(DEADLINE, perform(&context, &job)).await {
                Ok(Ok(result)) => Progress::Done(result),
                Ok(Err(failure)) => Progress::Failed(failure.sentence),
                Err(_) => Progress::Failed("Meta took too long; please try again.".into()),
            };
            conclude(&context, &job, outcome).await;
        }
        .instrument(span),
    );
}

async fn conclude(context: &Context, job: &Job, outcome: Progress) {
    match &outcome {
        Progress::Failed(reason) => info!(reason, "an errand could not be done"),
        _ => info!("an errand is done"),
    }
    let id = job.errand.id;
    let written = context.store.write(move |db| errands::end(db, id, &outcome, clock::now())).await;
    if let Err(error) = written {
        warn!(%error, "what came of an errand is lost; whoever asked will ask again");
    }
}

/// Does it.
async fn perform(context: &Context, job: &Job) -> Result<Value, Failure> {
    match job.errand.kind.as_str() {
        "connect" => connect::run(context, &job.errand, input(job)?).await,
        "disconnect" => disconnect::run(context, &job.errand).await,
        "doctor" => doctor::run(context, &job.errand).await,
        "linking_recipient" => linking_recipient::run(context, &job.errand, &input(job)?).await,
        sync_templates::KIND => sync_templates::run(context, &job.errand).await,
        "test_message" => test_message::run(context, &job.errand, &input(job)?).await,
        "unlink" => unlink::run(context, &job.errand, &input(job)?).await,
        kind if kind.starts_with("relay.") => relay::run(context, &job.errand, input(job)?).await,
        kind => Err(Failure::new(format!(
            "This version of outbound does not know the errand {kind:?}; upgrade it."
        ))),
    }
}

/// What the kind needs.
fn input<T: serde::de::DeserializeOwned>(job: &Job) -> Result<T, Failure> {
    serde_json::from_str(&job.input)
        .map_err(|_| Failure::new("The errand does not say what it needs; ask again."))
}

/// The account that the errand is about.
async fn account(context: &Context, errand: &Errand) -> Result<Loaded, Failure> {
    let id = errand.account.ok_or_else(|| Failure::new("The errand names no account."))?;
    let loaded = context.vault.load(&context.store, errand.workspace, id).await?;
    loaded.ok_or_else(|| Failure::new("The account is not connected any more."))
}
