//! What a lane tells of itself, at `/metrics`.

use std::time::Duration;

use switchboard_chassis::metrics::{self, Counter, Histogram, KeyValue};
use switchboard_queue::Topic;

/// The instruments of one lane.
pub(crate) struct Measures {
    lane: [KeyValue; 1],
    batches: Histogram<f64>,
    sizes: Histogram<u64>,
    taken: Counter<u64>,
    failed: Counter<u64>,
}

impl Measures {
    pub(crate) fn of(topic: Topic) -> Self {
        Self {
            lane: [KeyValue::new("lane", topic.to_string())],
            batches: metrics::seconds(
                "switchboard.lane.batch",
                "From taking deliveries up to having published what follows.",
            ),
            sizes: metrics::sizes("switchboard.lane.deliveries", "Deliveries in a batch."),
            taken: metrics::counter("switchboard.lane.taken", "Times this process took the lane."),
            failed: metrics::counter("switchboard.lane.failed", "Batches that were given back."),
        }
    }

    pub(crate) fn took(&self) {
        self.taken.add(1, &self.lane);
    }

    pub(crate) fn gave_back(&self) {
        self.failed.add(1, &self.lane);
    }

    pub(crate) fn applied(&self, deliveries: usize, took: Duration) {
        self.batches.record(took.as_secs_f64(), &self.lane);
        self.sizes.record(u64::try_from(deliveries).unwrap_or(u64::MAX), &self.lane);
    }
}
