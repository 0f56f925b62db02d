//! What a line of the journal is made of, and how it is gathered from the world.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use crate::state::comments::Comment;
use crate::state::directory::Customer;
use crate::state::facts::Facts;
use crate::state::ledger::{Received, Violation};
use crate::state::media::Medium;
use crate::state::templates::Templates;
use crate::state::thread::{Change, Message};
use crate::state::{ThreadKey, World};
use crate::webhooks::log::{Delivery, State, Step};

/// One change. The latest entry about a thing holds.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Entry {
    /// The clock was moved forward by this.
    Clock { advanced_ms: i64 },
    /// A customer was created, adopted or changed.
    Customer(Customer),
    /// A customer did something that opens the answer window.
    Window { thread: ThreadKey, at: i64 },
    /// A message in either direction, new or changed.
    Message { thread: ThreadKey, message: Message },
    /// A comment or a visitor's post, new or changed.
    Comment(Comment),
    /// An app got control of a conversation, or nobody has it.
    Control { thread: ThreadKey, owner: Option<String>, until_ms: i64 },
    /// A customer has another id; the conversation goes along.
    Moved { from: ThreadKey, to: ThreadKey },
    /// What is set about a node.
    Facts { id: String, facts: Facts },
    /// All templates of a business account or a Page, and what was deleted.
    Templates { owner: String, templates: Templates },
    /// A medium or an attachment.
    Medium(Medium),
    /// A medium was deleted.
    MediumGone { id: String },
    /// A call to a send endpoint.
    Received(Received),
    /// A call over a limit.
    Violation(Violation),
    /// A webhook is owed.
    Webhook(Delivery),
    /// A webhook was answered with 200, or given up.
    Settled { id: u64, state: State },
}

/// Takes what changed since the last time.
pub(super) fn gather(world: &mut World) -> Vec<Entry> {
    let mut entries = Vec::new();
    let advanced_ms = std::mem::take(&mut world.unsaved_clock_ms);
    if advanced_ms != 0 {
        entries.push(Entry::Clock { advanced_ms });
    }
    for key in std::mem::take(&mut world.directory.unsaved) {
        entries.extend(world.directory.customers.get(&key).cloned().map(Entry::Customer));
    }
    for id in std::mem::take(&mut world.facts.unsaved) {
        let facts = world.facts.get(&id).cloned();
        entries.extend(facts.map(|facts| Entry::Facts { id, facts }));
    }
    let changed: BTreeSet<String> =
        std::mem::take(&mut world.directory.templates.unsaved).into_iter().collect();
    for owner in changed {
        let templates = world.directory.templates.get(&owner).cloned();
        entries.extend(templates.map(|templates| Entry::Templates { owner, templates }));
    }
    for id in std::mem::take(&mut world.media.unsaved) {
        let medium = world.media.any(&id).cloned();
        entries.push(medium.map_or(Entry::MediumGone { id }, Entry::Medium));
    }
    threads(world, &mut entries);
    for id in std::mem::take(&mut world.comments.unsaved) {
        entries.extend(world.comments.get(&id).cloned().map(Entry::Comment));
    }
    for thread in std::mem::take(&mut world.controls.unsaved) {
        let held = world.controls.latest(&thread);
        let (owner, until_ms) = held.map(|own| (own.owner.clone(), own.until_ms)).unzip();
        entries.push(Entry::Control { thread, owner, until_ms: until_ms.unwrap_or(0) });
    }
    ledger(world, &mut entries);
    webhooks(world, &mut entries);
    entries
}

/// Forgets what changed: it is in the configuration or in the journal, or there
/// is no journal.
pub(super) fn forget(world: &mut World) {
    world.unsaved_clock_ms = 0;
    world.directory.unsaved.clear();
    world.facts.unsaved.clear();
    world.directory.templates.unsaved.clear();
    world.media.unsaved.clear();
    world.threads.unsaved.clear();
    world.comments.unsaved.clear();
    world.controls.unsaved.clear();
    world.ledger.unsaved_received = 0;
    world.ledger.unsaved_violations = 0;
    world.deliveries.unsaved.clear();
}

fn threads(world: &mut World, entries: &mut Vec<Entry>) {
    let mut seen = HashSet::new();
    for change in std::mem::take(&mut world.threads.unsaved) {
        match change {
            Change::Window(thread) => {
                let at = world.threads.get(&thread).and_then(|thread| thread.last_customer_ms);
                entries.extend(at.map(|at| Entry::Window { thread, at }));
            }
            Change::Moved(from, to) => entries.push(Entry::Moved { from, to }),
            Change::Message(id) => {
                let owner = world.threads.owner(&id).cloned();
                let message = world.threads.message(&id).cloned();
                if let (Some(thread), Some(message), true) = (owner, message, seen.insert(id)) {
                    entries.push(Entry::Message { thread, message });
                }
            }
        }
    }
}

fn ledger(world: &mut World, entries: &mut Vec<Entry>) {
    let ledger = &mut world.ledger;
    let received = std::mem::take(&mut ledger.unsaved_received);
    let first = ledger.received.len().saturating_sub(received);
    entries.extend(ledger.received.range(first..).cloned().map(Entry::Received));
    let violations = std::mem::take(&mut ledger.unsaved_violations);
    let first = ledger.violations.len().saturating_sub(violations);
    entries.extend(ledger.violations.range(first..).cloned().map(Entry::Violation));
}

fn webhooks(world: &mut World, entries: &mut Vec<Entry>) {
    for step in std::mem::take(&mut world.deliveries.unsaved) {
        match step {
            Step::Opened(id) => {
                let delivery = world.deliveries.get(id).cloned();
                entries.extend(delivery.map(Entry::Webhook));
            }
            Step::Closed(id, state) => entries.push(Entry::Settled { id, state }),
        }
    }
}
