//! Fault switches: what goes wrong, for whom, and how often.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The call is refused with `code`, `subcode`, `status`, `message`.
    Refuse,
    /// The call is refused with the channel's throttle code.
    Throttle,
    /// The call hangs and is not accepted.
    TimeoutBefore,
    /// The message is accepted, then the call hangs.
    AcceptThenTimeout,
    /// The message is accepted, then the connection is cut without an answer.
    AcceptThenDrop,
    /// The connection is cut without an answer and nothing is accepted.
    DropBefore,
    /// The message is accepted, then the call answers 500 (error 1).
    #[serde(rename = "accept_then_500")]
    AcceptThen500,
    /// The message is accepted, then the call answers 200 with half a JSON.
    AcceptThenMalformed,
    /// The answer comes `delay_ms` late.
    Delay,
    /// The echo, or the first status, is delivered before the call is answered.
    EchoBeforeResponse,
    /// A webhook is delivered twice.
    WebhookDuplicate,
    /// A webhook is overtaken by those after it.
    WebhookReorder,
    /// A webhook waits `delay_ms`, and all behind it.
    WebhookDelay,
    /// An echo is never delivered.
    WebhookDropEcho,
    /// A status, delivery or read is never delivered.
    WebhookDropStatus,
    /// Any webhook is never delivered.
    WebhookDrop,
}

/// When a fault of a kind is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Before the call is looked at.
    Before,
    /// After it was accepted.
    After,
    /// When a webhook is about to be queued.
    Webhook,
}

impl FaultKind {
    pub(crate) fn stage(self) -> Stage {
        match self {
            Self::Refuse
            | Self::Throttle
            | Self::TimeoutBefore
            | Self::DropBefore
            | Self::Delay => Stage::Before,
            Self::AcceptThenTimeout
            | Self::AcceptThenDrop
            | Self::AcceptThen500
            | Self::AcceptThenMalformed
            | Self::EchoBeforeResponse => Stage::After,
            Self::WebhookDuplicate
            | Self::WebhookReorder
            | Self::WebhookDelay
            | Self::WebhookDropEcho
            | Self::WebhookDropStatus
            | Self::WebhookDrop => Stage::Webhook,
        }
    }
}

/// A fault switch, as the control interface takes it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Only for this account.
    #[serde(default)]
    pub account: Option<String>,
    /// Only for this customer.
    #[serde(default)]
    pub customer: Option<String>,
    /// Ends after this many hits. `None`: stays until deleted.
    #[serde(default)]
    pub next: Option<u64>,
    /// Chance of a hit, 0 to 1. Default 1.
    #[serde(default = "always")]
    pub probability: f64,
    /// Error code of `refuse`.
    #[serde(default)]
    pub code: Option<i64>,
    /// Error subcode of `refuse`.
    #[serde(default)]
    pub subcode: Option<i64>,
    /// HTTP status of `refuse`. Default: the code's documented one.
    #[serde(default)]
    pub status: Option<u16>,
    /// Error message of `refuse`.
    #[serde(default)]
    pub message: Option<String>,
    /// Wait of `delay`, `webhook_delay` and `webhook_reorder`. Default 500.
    #[serde(default = "half_second")]
    pub delay_ms: u64,
}

fn always() -> f64 {
    1.0
}

fn half_second() -> u64 {
    500
}

/// A switch that is on, with its count of hits.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Active {
    pub(crate) id: u64,
    pub(crate) hits: u64,
    #[serde(flatten)]
    pub(crate) fault: Fault,
}

/// All switches that are on, and those that ran out.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    list: Vec<Active>,
    last_id: u64,
}

impl Faults {
    /// Turns a fault on; returns its id.
    pub(crate) fn add(&mut self, fault: Fault) -> u64 {
        self.last_id += 1;
        self.list.push(Active { id: self.last_id, hits: 0, fault });
        self.last_id
    }

    /// All switches, spent ones included.
    pub(crate) fn list(&self) -> &[Active] {
        &self.list
    }

    /// Turns one fault off, or all of them.
    pub(crate) fn clear(&mut self, id: Option<u64>) {
        self.list.retain(|active| id.is_some_and(|id| active.id != id));
    }

    /// The faults of a stage that hit now. Each is counted as hit.
    /// `fits` may leave out kinds that do not apply to this event.
    pub(crate) fn take(
        &mut self,
        stage: Stage,
        account: &str,
        customer: &str,
        fits: impl Fn(FaultKind) -> bool,
    ) -> Vec<Fault> {
        let mut hit = Vec::new();
        for active in &mut self.list {
            let fault = &active.fault;
            let applies = fault.kind.stage() == stage
                && fits(fault.kind)
                && fault.account.as_deref().is_none_or(|own| own == account)
                && fault.customer.as_deref().is_none_or(|own| own == customer)
                && fault.next.is_none_or(|next| active.hits < next);
            if applies && chance(fault.probability) {
                active.hits += 1;
                hit.push(active.fault.clone());
            }
        }
        hit
    }
}

fn chance(probability: f64) -> bool {
    probability >= 1.0 || rand::random::<f64>() < probability
}
