//! Reads a journal back into a freshly seeded world.

use std::collections::BTreeMap;
use std::path::Path;

use super::entry::{self, Entry};
use super::{Journal, JournalError};
use crate::state::World;
use crate::webhooks::log::{Delivery, State};

/// Opens the journal and replays it. Answers with the journal and with how far
/// the clock had been moved, in milliseconds.
///
/// # Errors
/// The file cannot be read or written, or holds what no simulator wrote.
pub(crate) fn replay(path: &Path, world: &mut World) -> Result<(Journal, i64), JournalError> {
    let (journal, entries) = Journal::open(path)?;
    let mut advanced_ms = 0_i64;
    let mut owed = BTreeMap::new();
    for entry in entries {
        match entry {
            Entry::Clock { advanced_ms: by } => advanced_ms = advanced_ms.saturating_add(by),
            other => apply(world, &mut owed, other),
        }
    }
    world.owed = owed.into_values().collect();
    entry::forget(world);
    Ok((journal, advanced_ms))
}

fn apply(world: &mut World, owed: &mut BTreeMap<u64, Delivery>, entry: Entry) {
    match entry {
        Entry::Clock { .. } => {}
        Entry::Customer(customer) => world.directory.put_customer(customer),
        Entry::Window { thread, at } => world.threads.touch(&thread, at),
        Entry::Message { thread, message } => match world.threads.message_mut(&message.id) {
            Some(old) => *old = message,
            None => world.threads.push(&thread, message),
        },
        Entry::Comment(comment) => world.comments.put(comment),
        Entry::Control { thread, owner: Some(app), until_ms } => {
            world.controls.give(&thread, &app, until_ms);
        }
        Entry::Control { thread, owner: None, .. } => world.controls.release(&thread),
        Entry::Moved { from, to } => {
            world.threads.rename(&from, &to);
            // Under its new id the customer has an entry of its own.
            world.directory.customers.remove(&from);
        }
        Entry::Facts { id, facts } => *world.facts.change(&id) = facts,
        Entry::Templates { owner, templates } => {
            world.directory.templates.restore(owner, templates);
        }
        Entry::Medium(medium) => world.media.insert(medium),
        Entry::MediumGone { id } => {
            world.media.remove(&id);
        }
        Entry::Received(received) => world.ledger.record(received),
        Entry::Violation(violation) => world.ledger.violate(violation),
        Entry::Webhook(delivery) => {
            let delivery = Delivery { state: State::Pending, ..delivery };
            world.deliveries.restore(delivery.clone());
            owed.insert(delivery.id, delivery);
        }
        Entry::Settled { id, state } => {
            owed.remove(&id);
            world.deliveries.close(id, state);
        }
    }
    // Nothing of this is news, and the lists would grow with the journal.
    entry::forget(world);
}
