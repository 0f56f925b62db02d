//! WhatsApp repeats a failed webhook to every app of the WABA, so apps that
//! answered 200 get it twice.

use std::sync::Arc;

use tokio::time::Instant;

use super::audience::STANDBY;
use super::deliver::{Job, LaneKey, enqueue};
use super::envelope;
use super::log::{Delivery, State};
use crate::simulator::Simulator;
use crate::state::{Channel, World};

/// Queues copies of a failed batch for the other apps that take its field.
pub(super) fn to_all(sim: &Arc<Simulator>, key: &LaneKey, batch: &[Job]) {
    let mut world = sim.lock();
    let world = &mut *world;
    for job in batch.iter().filter(|job| job.channel == Channel::WhatsApp && !job.copy) {
        let Some(failed) = world.deliveries.get(job.id).cloned() else {
            continue;
        };
        for copy in copies(world, key, &failed) {
            let lane = LaneKey { app: copy.route.app_id.clone(), apart: copy.id, ..key.clone() };
            enqueue(sim, lane, copy);
        }
    }
}

fn copies(world: &mut World, key: &LaneKey, failed: &Delivery) -> Vec<Job> {
    // Standby goes to some, the messages to others: neither is the other's copy.
    if failed.field == STANDBY {
        return Vec::new();
    }
    let Some(account) = world.directory.accounts.get(&failed.account).cloned() else {
        return Vec::new();
    };
    let object = envelope::object(account.channel);
    let routes = world.directory.routes(&account, object, &failed.field);
    routes
        .into_iter()
        .filter(|route| route.app_id != key.app)
        .map(|route| {
            let id = world.deliveries.open(Delivery {
                id: 0,
                app: route.app_id.clone(),
                url: route.url.clone(),
                state: State::Pending,
                attempts: Vec::new(),
                ..failed.clone()
            });
            Job {
                id,
                channel: account.channel,
                route,
                envelope: failed.body.clone(),
                not_before: Instant::now(),
                attempts: 0,
                first: None,
                attempted: None,
                copy: true,
            }
        })
        .collect()
}
