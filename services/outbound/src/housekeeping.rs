//! What is done now and then: templates are read anew each day, old errands and unused uploads are
//! forgotten.

use std::{sync::Arc, time::Duration};

use switchboard_chassis::clock;
use switchboard_contract::{Body, Envelope, convert::account_shard, encode, wire};
use switchboard_domain::{Channel, Timestamp, ids::ErrandId};
use switchboard_queue::{Message, Topic};
use switchboard_store::{
    accounts::{self, Account},
    errands,
    media::uploads,
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::context::Context;

const EVERY: Duration = Duration::from_secs(60 * 60);
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// Until `stop`, from now on.
pub(crate) async fn run(context: Arc<Context>, stop: CancellationToken) {
    let forever = async {
        loop {
            let now = clock::now();
            forget(&context, now).await;
            forget_uploads(&context, now).await;
            ask_for_templates(&context, now).await;
            tokio::time::sleep(EVERY).await;
        }
    };
    stop.run_until_cancelled(forever).await;
}

async fn forget(context: &Context, now: Timestamp) {
    let before = Timestamp::from_micros(now.as_micros().saturating_sub(DAY_MICROS));
    match context.store.write(move |db| errands::forget(db, before)).await {
        Ok(0) => {}
        Ok(count) => info!(count, "forgot old errands"),
        Err(error) => warn!(%error, "cannot forget old errands, will try again"),
    }
}

/// What an agent uploaded and never sent. The longest window is of seven days: until then a message
/// may still wait for its account.
async fn forget_uploads(context: &Context, now: Timestamp) {
    let before = Timestamp::from_micros(now.as_micros().saturating_sub(8 * DAY_MICROS));
    match context.store.write(move |db| uploads::forget_unused(db, before, now)).await {
        Ok(0) => {}
        Ok(count) => info!(count, "forgetting uploads that were never sent"),
        Err(error) => warn!(%error, "cannot look for unused uploads, will try again"),
    }
}

/// Every replica asks; the errand's id is the same all day, so it is done once.
async fn ask_for_templates(context: &Context, now: Timestamp) {
    let read = |db: &mut _| {
        let mut all = accounts::of_channel(db, Channel::WhatsApp)?;
        all.extend(accounts::of_channel(db, Channel::Messenger)?);
        Ok(all)
    };
    let accounts = match context.store.read(read).await {
        Ok(accounts) => accounts,
        Err(error) => return warn!(%error, "cannot look for templates, will try again"),
    };
    let known = accounts.iter().filter(|account| account.template_owner().is_some());
    let messages: Vec<Message> = known.map(|account| errand(account, now)).collect();
    if messages.is_empty() {
        return;
    }
    if let Err(error) = context.queue.publish(messages).await {
        warn!(%error, "cannot ask for templates, will try again");
    }
}

fn errand(account: &Account, now: Timestamp) -> Message {
    let day = now.as_micros().div_euclid(DAY_MICROS);
    let errand = ErrandId::derive(&format!("templates/{}/{day}", account.id));
    let id = format!("errand:{errand}");
    let envelope = Envelope {
        id: id.clone(),
        created_at_us: now.as_micros(),
        body: Some(Body::Errand(wire::Errand {
            workspace_id: account.workspace.to_string(),
            account_id: account.id.to_string(),
            errand_id: errand.to_string(),
            kind: "sync_templates".into(),
            input: String::new(),
        })),
        ..Envelope::default()
    };
    let topic = Topic::Outbound(account_shard(account.id));
    Message { id, topic, payload: encode(vec![envelope]) }
}
