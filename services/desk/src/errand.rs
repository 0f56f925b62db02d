//! Calls to Meta on an agent's behalf, and trials of bots: other services do them, the desk waits for
//! what came of it.

use std::time::Duration;

use serde_json::Value;
use switchboard_contract::wire;
use switchboard_domain::ids::{AccountId, ErrandId, WorkspaceId};
use switchboard_store::errands::{self, Progress};
use tokio::time::{self, Instant};

use crate::{
    auth::caller::Caller,
    desk::Desk,
    enqueue,
    fault::{self, Fault},
};

/// How long an agent waits.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often to look.
const GLANCE: Duration = Duration::from_millis(100);

/// The id of a caller's errand: the same Idempotency-Key again is the same errand, done once. Secrets in
/// its input are sealed for it.
pub(crate) fn of(caller: &Caller) -> ErrandId {
    ErrandId::new(caller.fresh_id())
}

/// Asks for it; [`errands::progress`] tells how far it is.
///
/// # Errors
/// 503 if the queue is away.
pub(crate) async fn begin(
    desk: &Desk,
    (workspace, account): (WorkspaceId, Option<AccountId>),
    (id, kind): (ErrandId, &str),
    input: &Value,
) -> Result<(), Fault> {
    let errand = wire::Errand {
        workspace_id: workspace.to_string(),
        account_id: account.map(|account| account.to_string()).unwrap_or_default(),
        errand_id: id.to_string(),
        kind: kind.to_owned(),
        input: input.to_string(),
    };
    // What concerns no account is done by whoever has this shard.
    let shard = account.unwrap_or_else(|| AccountId::new(workspace.uuid()));
    Ok(enqueue::errand(desk, shard, errand).await?)
}

/// Has it done, and says what came of it.
///
/// # Errors
/// As [`begin`] and [`outcome`].
pub(crate) async fn run(
    desk: &Desk,
    (caller, account): (&Caller, AccountId),
    kind: &str,
    input: &Value,
) -> Result<Value, Fault> {
    let (workspace, id) = (caller.workspace(), of(caller));
    begin(desk, (workspace, Some(account)), (id, kind), input).await?;
    outcome(desk, (workspace, id), PATIENCE).await
}

/// Waits for what comes of an errand.
///
/// # Errors
/// [`fault::meta_refused`] with Meta's reason, [`fault::no_answer`] when nobody said in time.
pub(crate) async fn outcome(
    desk: &Desk,
    (workspace, id): (WorkspaceId, ErrandId),
    patience: Duration,
) -> Result<Value, Fault> {
    match ended(desk, (workspace, id), patience).await? {
        Some(Progress::Done(result)) => Ok(result),
        Some(Progress::Failed(reason)) => Err(fault::meta_refused(reason).into()),
        Some(Progress::Running) | None => Err(fault::no_answer().into()),
    }
}

/// Waits for the end of what another service does; `None` when nobody said in time. Its row is looked at:
/// hints of changes may be lost, rows are not.
///
/// # Errors
/// As any read.
pub(crate) async fn ended(
    desk: &Desk,
    (workspace, id): (WorkspaceId, ErrandId),
    patience: Duration,
) -> Result<Option<Progress>, Fault> {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        let progress = desk.store.read(move |db| errands::progress(db, workspace, id)).await?;
        match progress {
            Some((_, Progress::Running)) | None => time::sleep(GLANCE).await,
            Some((_, ended)) => return Ok(Some(ended)),
        }
    }
    Ok(None)
}
