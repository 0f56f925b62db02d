//! What operators see of the desk.

use switchboard_chassis::metrics::{self, Counter, KeyValue, UpDownCounter};

/// The desk's counters.
pub(crate) struct Measures {
    /// Tries to log in, by outcome.
    logins: Counter<u64>,
    /// Actions and changes of presence given to the queue, by outcome.
    actions: Counter<u64>,
    /// Tries to tell integrators of something, by outcome.
    webhooks: Counter<u64>,
    /// Mails to agents, by outcome.
    mails: Counter<u64>,
    /// Open pages.
    pub(crate) sockets: UpDownCounter<i64>,
}

impl Measures {
    pub(crate) fn new() -> Self {
        Self {
            logins: metrics::counter("switchboard.desk.logins", "Tries to log in by outcome"),
            actions: metrics::counter(
                "switchboard.desk.actions",
                "Agents' actions given to the queue by outcome",
            ),
            webhooks: metrics::counter(
                "switchboard.desk.webhooks",
                "Tries to tell integrators of something by outcome",
            ),
            mails: metrics::counter("switchboard.desk.mails", "Mails to agents by outcome"),
            sockets: metrics::up_down("switchboard.desk.sockets", "Pages connected"),
        }
    }

    /// A try to log in ended: `passed`, `refused` or `slowed`.
    pub(crate) fn login(&self, outcome: &'static str) {
        self.logins.add(1, &[KeyValue::new("outcome", outcome)]);
    }

    /// An action was given to the queue, or the queue did not take it.
    pub(crate) fn action(&self, taken: bool) {
        let outcome = if taken { "taken" } else { "not_taken" };
        self.actions.add(1, &[KeyValue::new("outcome", outcome)]);
    }

    /// A mail to an agent ended: `sent`, `again` (not taken, to be tried again), `refused` or
    /// `uncertain`.
    pub(crate) fn mail(&self, outcome: &'static str) {
        self.mails.add(1, &[KeyValue::new("outcome", outcome)]);
    }

    /// An integrator was told of something, or did not take it.
    pub(crate) fn webhook(&self, taken: bool) {
        let outcome = if taken { "taken" } else { "not_taken" };
        self.webhooks.add(1, &[KeyValue::new("outcome", outcome)]);
    }
}
