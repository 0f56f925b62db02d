//! Whether Meta lets a person write to a customer now, and by which rule.

use serde::Serialize;
use switchboard_domain::{
    Channel, Timestamp,
    window::{self, Label, Matter, Sender},
};
use utoipa::ToSchema;

/// Whether Meta lets a person write to the customer now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Window {
    open: bool,
    /// When it closes or closed for people; null if the customer has never written.
    closes_at: Option<i64>,
    /// When it closes or closed for programs, and the standard rule with it; null likewise. Between
    /// the two only people may write.
    standard_closes_at: Option<i64>,
    /// The rule that applies: response (24 hours), human_agent (seven days, people only); null when
    /// it is closed.
    #[schema(value_type = Option<String>)]
    label: Option<Label>,
    /// Whether an approved template can still go out (WhatsApp, Messenger).
    only_template: bool,
    /// Why it is closed.
    reason: Option<String>,
    /// What can be done about that.
    next_step: Option<&'static str>,
}

impl Window {
    pub(crate) fn new(channel: Channel, wrote_at: Option<Timestamp>, now: Timestamp) -> Self {
        let decide = |matter| window::decide(channel, (Sender::Human, matter), wrote_at, now);
        let closes = |sender| {
            wrote_at.map(|at| window::closes_at(channel, sender, at)).map(Timestamp::as_millis)
        };
        let decision = decide(Matter::Free);
        let closed = decision.err();
        Self {
            open: decision.is_ok(),
            closes_at: closes(Sender::Human),
            standard_closes_at: closes(Sender::Bot),
            label: decision.ok(),
            only_template: decision.is_err() && decide(Matter::Template).is_ok(),
            reason: closed.map(|closed| closed.to_string()),
            next_step: closed.map(|closed| closed.next_step(channel)),
        }
    }
}
