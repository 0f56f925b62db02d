//! For whom a log-in was begun: Meta says it for the token that it put into the page's address.
//! Only outbound may ask Meta, so it is an errand; without its answer there is no code.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use serde_json::json;
use switchboard_chassis::{clock, telemetry};
use switchboard_contract::{Body, Envelope, convert::account_shard, encode, wire};
use switchboard_domain::ids::{ErrandId, WorkspaceId};
use switchboard_queue::{Message, SharedQueue, Topic};
use switchboard_store::{
    Store,
    accounts::Account,
    errands::{self, Errand, Progress},
    seal::{Keyring, SealError},
};
use tokio::time::{self, Instant};
use tracing::warn;
use uuid::Uuid;

/// How long Meta's answer is waited for; the browser waits as long.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often to look whether it is there.
const GLANCE: Duration = Duration::from_millis(50);

/// What Meta said.
pub(super) enum Recipient {
    /// For this customer, by their PSID.
    Psid(String),
    /// The token is over, or none of Meta's.
    Expired,
    /// Nobody knows, at the moment.
    Unknown,
}

/// Why the question was not put.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotAsked {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Publish(#[from] switchboard_queue::PublishError),
    #[error("the queue did not answer in time")]
    Slow,
}

/// Puts the question.
pub(super) async fn ask(
    queue: &SharedQueue,
    keys: &Arc<Keyring>,
    account: &Account,
    token: &str,
) -> Result<ErrandId, NotAsked> {
    let id = ErrandId::new(Uuid::now_v7());
    let row = id.to_string();
    let place = Errand::input_place(account.workspace, &row);
    let sealed = keys.seal(place, &SecretString::from(token))?;
    let errand = wire::Errand {
        workspace_id: account.workspace.to_string(),
        account_id: account.id.to_string(),
        errand_id: row.clone(),
        kind: "linking_recipient".into(),
        input: json!({ "account_linking_token": sealed }).to_string(),
    };
    let (traceparent, tracestate) = telemetry::inject_current();
    let envelope = Envelope {
        id: format!("errand:{row}"),
        traceparent,
        tracestate,
        created_at_us: clock::now().as_micros(),
        body: Some(Body::Errand(errand)),
    };
    let topic = Topic::Outbound(account_shard(account.id));
    let message = Message { id: row, topic, payload: encode(vec![envelope]) };
    time::timeout(PATIENCE, queue.publish(vec![message])).await.map_err(|_| NotAsked::Slow)??;
    Ok(id)
}

/// Waits for the answer.
pub(super) async fn answer(store: &Store, workspace: WorkspaceId, errand: ErrandId) -> Recipient {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match store.read(move |db| errands::progress(db, workspace, errand)).await {
            Ok(Some((_, Progress::Done(told)))) => return read(&told),
            Ok(Some((_, Progress::Failed(reason)))) => {
                warn!(reason, "Meta does not say for whom a log-in is");
                return Recipient::Unknown;
            }
            Ok(Some((_, Progress::Running)) | None) => {}
            Err(error) => warn!(%error, "cannot read for whom a log-in is"),
        }
        if Instant::now() >= deadline {
            warn!(seconds = PATIENCE.as_secs(), "outbound did not say for whom a log-in is");
            return Recipient::Unknown;
        }
        time::sleep(GLANCE).await;
    }
}

fn read(told: &serde_json::Value) -> Recipient {
    match told.get("recipient").and_then(serde_json::Value::as_str) {
        Some(psid) => Recipient::Psid(psid.to_owned()),
        None => Recipient::Expired,
    }
}
