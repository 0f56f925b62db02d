//! What came in over the Graph API: sends, markers, and calls over a limit.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many entries of each list are kept; counts are exact beyond it.
const KEPT: usize = 50_000;

/// One send, accepted or refused.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Received {
    /// Milliseconds since 1970, simulated.
    pub(crate) at: i64,
    pub(crate) account: String,
    pub(crate) customer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) marker: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_id: Option<String>,
    /// The platform took the message, whatever the caller was told.
    pub(crate) accepted: bool,
    /// Taken, but failed by a later status.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) failed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subcode: Option<i64>,
    pub(crate) body: Value,
}

/// One call over a limit.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Violation {
    /// Milliseconds since 1970, simulated.
    pub(crate) at: i64,
    /// Which limit: `number`, `pair`, `text`, `media`, `private_reply`, `app`, `account`.
    pub(crate) limit: String,
    pub(crate) account: String,
    pub(crate) customer: String,
    pub(crate) code: i64,
}

/// The record of all sends.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) received: VecDeque<Received>,
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    /// Marker to how often a message with it reached the customer.
    pub(crate) markers: BTreeMap<String, u64>,
    pub(crate) violations: VecDeque<Violation>,
    pub(crate) violation_count: u64,
    /// How many of the latest sends are not yet in the journal.
    pub(crate) unsaved_received: usize,
    /// How many of the latest calls over a limit are not yet in the journal.
    pub(crate) unsaved_violations: usize,
}

impl Ledger {
    /// Records a send.
    pub(crate) fn record(&mut self, entry: Received) {
        if entry.accepted {
            self.accepted += 1;
            if let Some(marker) = entry.marker.as_ref().filter(|_| !entry.failed) {
                *self.markers.entry(marker.clone()).or_default() += 1;
            }
        } else {
            self.refused += 1;
        }
        self.unsaved_received += 1;
        keep(&mut self.received, entry);
    }

    /// Records a call over a limit.
    pub(crate) fn violate(&mut self, violation: Violation) {
        self.violation_count += 1;
        self.unsaved_violations += 1;
        keep(&mut self.violations, violation);
    }
}

fn keep<T>(list: &mut VecDeque<T>, entry: T) {
    if list.len() == KEPT {
        list.pop_front();
    }
    list.push_back(entry);
}
