//! What is counted. Labels have few values: a kind that Meta may vary is cut to its first word.

use std::time::Duration;

use switchboard_chassis::metrics::{self, Counter, Histogram, KeyValue};
use switchboard_domain::Channel;

/// The instruments of an ingress.
pub(crate) struct Measures {
    webhooks: Counter<u64>,
    events: Counter<u64>,
    answered: Histogram<f64>,
}

impl Measures {
    pub(crate) fn new() -> Self {
        Self {
            webhooks: metrics::counter("switchboard.ingress.webhooks", "Webhooks by outcome"),
            events: metrics::counter(
                "switchboard.ingress.events",
                "Events made durable, by channel and kind",
            ),
            answered: metrics::seconds(
                "switchboard.ingress.publish",
                "From a body being read until all its events were durable",
            ),
        }
    }

    pub(crate) fn webhook(&self, outcome: &'static str) {
        self.webhooks.add(1, &[KeyValue::new("outcome", outcome)]);
    }

    pub(crate) fn event(&self, channel: Option<Channel>, kind: &str) {
        let channel = channel.map_or("none", Channel::as_str);
        let kind = kind.split(':').next().unwrap_or_default().to_owned();
        self.events.add(1, &[KeyValue::new("channel", channel), KeyValue::new("kind", kind)]);
    }

    pub(crate) fn durable_after(&self, took: Duration) {
        self.answered.record(took.as_secs_f64(), &[]);
    }
}
