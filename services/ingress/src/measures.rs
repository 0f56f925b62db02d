//! What is counted. Labels have few values: a kind that Meta may vary is cut to its first word.

use std::time::Duration;

use switchboard_chassis::metrics::{self, Counter, Histogram, KeyValue};
use switchboard_domain::Channel;

/// The instruments of an ingress.
pub(crate) struct Measures {
    webhooks: Counter<u64>,
    events: Counter<u64>,
    answered: Histogram<f64>,
    linkings: Counter<u64>,
    callbacks: Counter<u64>,
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
            linkings: metrics::counter(
                "switchboard.ingress.linkings",
                "What happened on log-in pages of account linking, by outcome",
            ),
            callbacks: metrics::counter(
                "switchboard.ingress.callbacks",
                "Deauthorize and data-deletion callbacks, by kind and outcome",
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

    pub(crate) fn linking(&self, outcome: &'static str) {
        self.linkings.add(1, &[KeyValue::new("outcome", outcome)]);
    }

    pub(crate) fn callback(&self, kind: &'static str, outcome: &'static str) {
        let labels = [KeyValue::new("kind", kind), KeyValue::new("outcome", outcome)];
        self.callbacks.add(1, &labels);
    }

    pub(crate) fn durable_after(&self, took: Duration) {
        self.answered.record(took.as_secs_f64(), &[]);
    }
}
