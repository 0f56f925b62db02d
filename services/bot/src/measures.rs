//! What is counted.

use std::time::Duration;

use switchboard_chassis::metrics::{self, Counter, Histogram, KeyValue};

/// The instruments of the bots.
pub(crate) struct Measures {
    turns: Counter<u64>,
    news: Counter<u64>,
    took: Histogram<f64>,
}

impl Measures {
    pub(crate) fn new() -> Self {
        Self {
            turns: metrics::counter("switchboard.bot.turns", "Turns by kind of bot and outcome"),
            news: metrics::counter(
                "switchboard.bot.news",
                "What bots of Meta's platform are told beside turns, by outcome",
            ),
            took: metrics::seconds("switchboard.bot.turn", "From a turn's arrival to its answer"),
        }
    }

    pub(crate) fn turn(&self, kind: &'static str, outcome: &'static str, took: Duration) {
        self.turns.add(1, &[KeyValue::new("kind", kind), KeyValue::new("outcome", outcome)]);
        self.took.record(took.as_secs_f64(), &[]);
    }

    /// `told`, `dropped`, or `nothing` where there was nothing to tell.
    pub(crate) fn news(&self, outcome: &'static str) {
        self.news.add(1, &[KeyValue::new("outcome", outcome)]);
    }
}
