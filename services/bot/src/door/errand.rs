//! What only outbound can do, which alone has the accounts' tokens: an errand, whose outcome the bot waits
//! for.

use std::time::Duration;

use serde_json::Value;
use switchboard_contract::{Body, convert::account_shard, wire};
use switchboard_domain::ids::ErrandId;
use switchboard_queue::Topic;
use switchboard_store::errands::{self, Progress};

use super::{Door, fault::Fault, guest::Guest, looks};

/// How long a bot waits for what comes of it.
const WITHIN: Duration = Duration::from_secs(25);

/// Has it done for the account, and says what came of it.
pub(super) async fn run(
    door: &Door,
    guest: &Guest,
    (id, kind, input): (ErrandId, &str, &Value),
) -> Result<Value, Fault> {
    let errand = wire::Errand {
        workspace_id: guest.account.workspace.to_string(),
        account_id: guest.account.id.to_string(),
        errand_id: id.to_string(),
        kind: kind.to_owned(),
        input: input.to_string(),
    };
    let topic = Topic::Outbound(account_shard(guest.account.id));
    door.hand_over(topic, (format!("errand:{id}"), Body::Errand(errand))).await?;
    outcome(door, guest, id).await
}

async fn outcome(door: &Door, guest: &Guest, id: ErrandId) -> Result<Value, Fault> {
    let workspace = guest.account.workspace;
    looks::until(async |waited| {
        let progress = door.store.read(move |db| errands::progress(db, workspace, id)).await?;
        match progress {
            Some((_, Progress::Done(answer))) => Ok(Some(answer)),
            Some((_, Progress::Failed(reason))) => Err(Fault::not_done(&reason)),
            Some((_, Progress::Running)) | None if waited > WITHIN => Err(Fault::late()),
            Some((_, Progress::Running)) | None => Ok(None),
        }
    })
    .await
}
