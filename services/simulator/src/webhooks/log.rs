//! The log of webhook deliveries.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many deliveries are kept.
const KEPT: usize = 10_000;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// Not yet answered with 200.
    Pending,
    /// Answered with 200.
    Delivered,
    /// Given up, or removed by a fault switch.
    Dropped,
}

/// One POST to a webhook.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Attempt {
    /// Milliseconds since 1970, simulated.
    pub(crate) at: i64,
    /// How long it took, in milliseconds.
    pub(crate) ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// One webhook to one app.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Delivery {
    pub(crate) id: u64,
    pub(crate) app: String,
    pub(crate) account: String,
    pub(crate) customer: String,
    pub(crate) kind: super::EventKind,
    /// Subscription field that it belongs to.
    pub(crate) field: String,
    pub(crate) url: String,
    pub(crate) state: State,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) body: Value,
}

/// The latest deliveries.
#[derive(Debug, Default)]
pub(crate) struct DeliveryLog {
    pub(crate) list: VecDeque<Delivery>,
    pub(crate) delivered: u64,
    pub(crate) dropped: u64,
    pub(crate) attempts: u64,
    last_id: u64,
    /// Not yet in the journal.
    pub(crate) unsaved: Vec<Step>,
}

/// What changed in the log, for the journal.
#[derive(Debug)]
pub(crate) enum Step {
    /// An entry was opened.
    Opened(u64),
    /// An entry was closed.
    Closed(u64, State),
}

impl DeliveryLog {
    /// Opens an entry and returns its id.
    pub(crate) fn open(&mut self, mut delivery: Delivery) -> u64 {
        delivery.id = self.last_id + 1;
        self.unsaved.push(Step::Opened(delivery.id));
        self.restore(delivery)
    }

    /// Appends an entry with the id that it has, and returns the id.
    pub(crate) fn restore(&mut self, delivery: Delivery) -> u64 {
        self.last_id = delivery.id;
        if self.list.len() == KEPT {
            self.list.pop_front();
        }
        self.list.push_back(delivery);
        self.last_id
    }

    /// Records an attempt.
    pub(crate) fn attempt(&mut self, id: u64, attempt: Attempt) {
        self.attempts += 1;
        if let Some(delivery) = self.find(id) {
            delivery.attempts.push(attempt);
        }
    }

    /// Closes an entry.
    pub(crate) fn close(&mut self, id: u64, state: State) {
        self.unsaved.push(Step::Closed(id, state));
        match state {
            State::Delivered => self.delivered += 1,
            State::Dropped => self.dropped += 1,
            State::Pending => {}
        }
        if let Some(delivery) = self.find(id) {
            delivery.state = state;
        }
    }

    /// An entry that is still kept.
    pub(crate) fn get(&self, id: u64) -> Option<&Delivery> {
        self.list.get(self.place(id)?)
    }

    /// Entries are in the order of their ids, so the place is a subtraction.
    fn place(&self, id: u64) -> Option<usize> {
        let first = self.list.front()?.id;
        usize::try_from(id.checked_sub(first)?).ok()
    }

    fn find(&mut self, id: u64) -> Option<&mut Delivery> {
        let place = self.place(id)?;
        self.list.get_mut(place)
    }
}
