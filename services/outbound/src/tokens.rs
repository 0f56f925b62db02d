//! Notices that an account that is stopped got another token, whoever wrote it: the command line
//! beside an embedded installation cannot reach its queue. What is noticed takes the way of what is
//! told: through the account's lane.

use std::{sync::Arc, time::Duration};

use switchboard_contract::{Body, Envelope, convert::account_shard, encode, wire::AccountChanged};
use switchboard_domain::{Timestamp, ids::AccountId};
use switchboard_queue::{Message, Topic};
use switchboard_store::{Db, StoreError, accounts};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{account::Seal, context::Context};

/// How often to look.
const EVERY: Duration = Duration::from_secs(1);

/// Looks until stopped.
pub(crate) async fn run(context: Arc<Context>, stop: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => look(&context).await,
            () = stop.cancelled() => return,
        }
    }
}

async fn look(context: &Context) {
    let stopped = context.accesses.stopped();
    if stopped.is_empty() {
        return;
    }
    let replaced = match context.store.read(move |db| replaced(db, stopped.clone())).await {
        Ok(replaced) => replaced,
        Err(error) => return warn!(%error, "cannot look for new tokens; will try again"),
    };
    for (account, seal) in replaced {
        let told =
            context.queue.publish(vec![change(account, &seal, context.clock.now().wall)]).await;
        match told {
            Ok(()) => {
                info!(%account, "a stopped account has another token; it is tried again");
                context.accesses.reseal(account, seal);
            }
            Err(error) => warn!(%account, %error, "cannot tell of a new token; will try again"),
        }
    }
}

/// Those whose token is another now.
fn replaced(
    db: &mut Db,
    stopped: Vec<(AccountId, Seal)>,
) -> Result<Vec<(AccountId, Seal)>, StoreError> {
    let mut replaced = Vec::new();
    for (account, seal) in stopped {
        let now = accounts::sealed_token(db, seal.workspace, account)?;
        if let Some(token) = now.filter(|token| *token != seal.token) {
            replaced.push((account, Seal { token, ..seal }));
        }
    }
    Ok(replaced)
}

fn change(account: AccountId, seal: &Seal, now: Timestamp) -> Message {
    let id = format!("token:{account}:{}", now.as_micros());
    let changed = AccountChanged {
        workspace_id: seal.workspace.to_string(),
        account_id: account.to_string(),
    };
    let envelope = Envelope {
        id: id.clone(),
        created_at_us: now.as_micros(),
        body: Some(Body::AccountChanged(changed)),
        ..Envelope::default()
    };
    let topic = Topic::Outbound(account_shard(account));
    Message { id, topic, payload: encode(vec![envelope]) }
}
