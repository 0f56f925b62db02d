//! From what is known about a send to what is written, told and waited for. Pure.

use std::time::Duration;

use switchboard_chassis::settings::UncertainPolicy;
use switchboard_contract::wire::{Empty, send_report::Outcome as Report};
use switchboard_domain::Channel;
use switchboard_meta::error::{GraphError, Scope};
use switchboard_store::sends::State;

use crate::{
    outcome::{Known, Persistence, Refusal, try_again, wait_for_pair},
    scheduler::{Ending, Item},
};

/// What follows for the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing.
    None,
    /// It works; if it was stopped, it goes on.
    Works,
    /// A call came to nothing; whether it is certain that nothing was sent.
    Trouble(bool),
    /// Stop it, and tell people why.
    Pause(String),
    /// Slow it down.
    Throttle(Scope, Duration),
}

/// What follows from a try, or from giving up.
#[derive(Debug, Clone)]
pub(crate) struct Conclusion {
    pub(crate) state: State,
    pub(crate) ending: Ending,
    pub(crate) report: Option<Report>,
    pub(crate) external_id: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) effect: Effect,
    /// For the metrics, and a part of the report's id.
    pub(crate) word: &'static str,
}

/// What the rules depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) channel: Channel,
    pub(crate) persistence: Persistence,
    /// How long proof is waited for.
    pub(crate) doubt: Duration,
    /// The present.
    pub(crate) now: Duration,
    /// From 0 to 1, for jitter.
    pub(crate) chance: f64,
}

impl Conclusion {
    fn new(state: State, word: &'static str, ending: Ending) -> Self {
        let (report, external_id, error) = (None, None, None);
        Self { state, ending, report, external_id, error, effect: Effect::None, word }
    }

    fn later(item: Item, word: &'static str) -> Self {
        Self::new(State::Queued, word, Ending::Later(item))
    }

    /// It will not arrive; the agent reads why.
    pub(crate) fn failed(sentence: String) -> Self {
        let report = Some(Report::Failed(sentence));
        Self { report, ..Self::new(State::Failed, "failed", Ending::Done) }
    }

    fn because(self, error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..self }
    }

    fn with(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }
}

/// After a try. `marker` stands in for Meta's id where Meta names none.
pub(crate) fn after_try(item: &Item, known: Known, marker: &str, rules: Rules) -> Conclusion {
    match known {
        Known::Sent(id) => {
            let id = id.unwrap_or_else(|| marker.to_owned());
            Conclusion {
                report: Some(Report::Sent(id.clone())),
                external_id: Some(id),
                effect: Effect::Works,
                ..Conclusion::new(State::Sent, "sent", Ending::Done)
            }
        }
        Known::NotSent(reason) => {
            // There is no end to trying: nothing was sent, and the window ends it.
            let item = Item { ready: rules.now, ..item.clone() };
            Conclusion::later(item, "not_sent").because(reason).with(Effect::Trouble(true))
        }
        Known::Unknown(reason, error) => doubtful(item.clone(), rules, reason, error.as_ref()),
        Known::Refused(refusal, error) => after_refusal(item.clone(), refusal, &error, rules),
    }
}

fn after_refusal(item: Item, refusal: Refusal, error: &GraphError, rules: Rules) -> Conclusion {
    let advice = || error.advice(rules.channel);
    let conclusion = match refusal {
        Refusal::Final => Conclusion::failed(advice()).with(Effect::Works),
        Refusal::Passing(retries) => {
            let dice = (rules.now, rules.chance);
            match try_again(&item, retries, rules.persistence, dice) {
                Some(item) => Conclusion::later(item, "transient"),
                None => Conclusion::failed(advice()),
            }
        }
        Refusal::TooFast(Scope::Pair, wait) => {
            Conclusion::later(wait_for_pair(&item, wait, rules.now), "throttled")
        }
        Refusal::TooFast(scope, wait) => {
            let item = Item { ready: rules.now, ..item };
            Conclusion::later(item, "throttled").with(Effect::Throttle(scope, wait))
        }
        Refusal::Account => {
            let item = Item { ready: rules.now, ..item };
            Conclusion::later(item, "account").with(Effect::Pause(advice()))
        }
    };
    conclusion.because(told(error))
}

fn doubtful(item: Item, rules: Rules, reason: String, error: Option<&GraphError>) -> Conclusion {
    let item = Item { doubtful: true, ready: rules.now + rules.doubt, ..item };
    let broken = error.filter(|error| error.verdict(rules.channel).stops_account());
    let effect = match broken {
        Some(error) => Effect::Pause(error.advice(rules.channel)),
        None => Effect::Trouble(false),
    };
    let reason = error.map_or(reason.clone(), |error| format!("{reason}: {}", told(error)));
    Conclusion::new(State::Uncertain, "uncertain", Ending::Later(item)).because(reason).with(effect)
}

/// After the time for proof is over.
pub(crate) fn after_doubt(item: &Item, policy: UncertainPolicy, now: Duration) -> Conclusion {
    match policy {
        UncertainPolicy::Flag => flagged(),
        UncertainPolicy::Resend => {
            let item = Item { doubtful: false, ready: now, ..item.clone() };
            Conclusion::later(item, "resend")
        }
        UncertainPolicy::Drop => Conclusion::failed(
            "Meta never said whether the message arrived, and it is not sent again.".into(),
        ),
    }
}

/// After the customer's window closed while the send waited. One that waited to be resent may have
/// arrived the first time.
pub(crate) fn after_expiry(item: &Item, policy: UncertainPolicy) -> Conclusion {
    if policy == UncertainPolicy::Resend && item.attempt > 0 {
        return flagged();
    }
    Conclusion::failed(
        "The message waited until Meta's time for answering this customer was over; it was not \
         sent."
            .into(),
    )
}

/// The agent sees that nobody knows, and decides.
fn flagged() -> Conclusion {
    let report = Some(Report::Uncertain(Empty {}));
    Conclusion { report, ..Conclusion::new(State::Flagged, "uncertain", Ending::Done) }
}

/// Meta's error for operators: codes, never its message, which may quote what was sent.
fn told(error: &GraphError) -> String {
    let subcode = error.subcode.map(|subcode| format!("/{subcode}")).unwrap_or_default();
    let trace = error.trace_id.as_deref().unwrap_or("none");
    format!("Meta error {}{subcode}, trace {trace}", error.code)
}
