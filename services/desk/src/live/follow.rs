//! Reads what changed in the workspaces that have sockets here, and has these told: when a hint of
//! the queue says that something did, and from time to time, for hints may be lost.

use std::sync::Arc;

use switchboard_store::changes;
use tokio::time::{MissedTickBehavior, interval};

use crate::desk::Desk;

/// Changed conversations that are told one by one; whoever missed more reads everything.
pub(crate) const MOST: usize = 1000;

/// Follows until the desk ends.
pub(crate) async fn run(desk: Arc<Desk>) {
    let mut ticks = interval(desk.tuning.look);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = desk.shutdown.wait() => return,
            () = desk.hub.news.notified() => {}
            _ = ticks.tick() => desk.hub.stir(None),
        }
        look(&desk).await;
    }
}

async fn look(desk: &Desk) {
    for (workspace, from) in desk.hub.stirred() {
        let told = from.clone();
        let read = desk.store.read(move |db| changes::after(db, workspace, &told, MOST)).await;
        match read {
            Ok(news) => desk.hub.told(workspace, &from, news),
            Err(error) => {
                tracing::warn!(%error, "what changed cannot be read, will try again");
                return;
            }
        }
    }
}
