//! What is counted.

use std::time::Duration;

use switchboard_chassis::metrics::{Counter, Gauge, Histogram, KeyValue, counter, gauge, seconds};
use switchboard_domain::Channel;

/// The instruments of this service.
pub(crate) struct Metrics {
    ends: Counter<u64>,
    wait: Histogram<f64>,
    call: Histogram<f64>,
    paused: Gauge<f64>,
    uncertain: Gauge<f64>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        Self {
            ends: counter("switchboard.outbound.sends", "Tries to send, by channel and outcome"),
            wait: seconds("switchboard.outbound.wait", "From taking a send up to its first try"),
            call: seconds("switchboard.outbound.call", "How long Meta takes to answer"),
            paused: gauge("switchboard.outbound.paused_accounts", "Accounts that are stopped"),
            uncertain: gauge("switchboard.outbound.uncertain", "Sends that wait for proof"),
        }
    }

    /// A try came to this end.
    pub(crate) fn ended(&self, channel: Channel, outcome: &'static str) {
        let labels =
            [KeyValue::new("channel", channel.as_str()), KeyValue::new("outcome", outcome)];
        self.ends.add(1, &labels);
    }

    pub(crate) fn waited(&self, channel: Channel, time: Duration) {
        self.wait.record(time.as_secs_f64(), &[KeyValue::new("channel", channel.as_str())]);
    }

    pub(crate) fn called(&self, channel: Channel, time: Duration) {
        self.call.record(time.as_secs_f64(), &[KeyValue::new("channel", channel.as_str())]);
    }

    /// How things stand in a shard.
    pub(crate) fn standing(&self, shard: u16, paused: u32, uncertain: u32) {
        let labels = [KeyValue::new("shard", i64::from(shard))];
        self.paused.record(f64::from(paused), &labels);
        self.uncertain.record(f64::from(uncertain), &labels);
    }
}
