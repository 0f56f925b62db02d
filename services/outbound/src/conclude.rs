//! From what is known about a send to what is written, told and waited for. Pure.

use std::time::Duration;

use switchboard_chassis::settings::UncertainPolicy;
use switchboard_contract::{
    convert::label_word,
    wire::{Empty, send_report::Outcome as Report},
};
use switchboard_domain::{Channel, window::Label};
use switchboard_meta::{
    error::{GraphError, Scope},
    subscriptions,
};
use switchboard_store::sends::State;

use crate::{
    outcome::{Known, Persistence, Refusal, try_again, wait_for_pair},
    scheduler::{Ending, Item},
};

/// WhatsApp's code for a message outside of the customer's window.
const REENGAGEMENT: i64 = 131_047;

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
    /// Meta's code of what failed.
    pub(crate) code: Option<i64>,
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
        let (report, code, external_id, error) = (None, None, None, None);
        Self { state, ending, report, code, external_id, error, effect: Effect::None, word }
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
        Refusal::Elsewhere => {
            let report = Some(Report::Elsewhere(advice()));
            Conclusion { report, ..Conclusion::failed(advice()) }.with(Effect::Works)
        }
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
        // Not of the account: all else can still be sent.
        Refusal::Account if is_utility(&item, rules) && error.lacks_permission() => {
            Conclusion::failed(subscriptions::NO_UTILITY.to_owned())
        }
        Refusal::Account => {
            let item = Item { ready: rules.now, ..item };
            Conclusion::later(item, "account").with(Effect::Pause(advice()))
        }
    };
    let code = Some(error.code).filter(|code| *code != 0);
    Conclusion { code, ..conclusion.because(told(error)) }
}

/// Whether it is a utility message of Messenger, which needs a permission of its own.
fn is_utility(item: &Item, rules: Rules) -> bool {
    rules.channel == Channel::Messenger && item.request.label == label_word(Label::Template)
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
    let conclusion = Conclusion::failed(
        "The message waited until Meta's time for answering this customer was over; it was not \
         sent."
            .into(),
    );
    Conclusion { code: Some(REENGAGEMENT), ..conclusion }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use switchboard_contract::wire::SendRequest;
    use switchboard_domain::ids::SendId;

    use super::*;
    use crate::limits::Class;

    const NOW: Duration = Duration::from_secs(1_000);

    fn item() -> Item {
        Item {
            position: 1,
            send: SendId::derive("one"),
            attempt: 1,
            doubtful: false,
            ready: NOW,
            expires: Duration::MAX,
            since: NOW,
            class: Class::Text,
            failures: 0,
            throttles: 0,
            request: Arc::new(SendRequest::default()),
        }
    }

    fn rules() -> Rules {
        Rules {
            channel: Channel::Messenger,
            persistence: Persistence { attempts: 3, within: Duration::from_secs(900) },
            doubt: Duration::from_secs(60),
            now: NOW,
            chance: 1.0,
        }
    }

    fn refused(refusal: Refusal) -> Known {
        let error =
            GraphError { code: 100, message: Some("hello".into()), ..GraphError::default() };
        Known::Refused(refusal, error)
    }

    fn later(conclusion: Conclusion) -> Item {
        match conclusion.ending {
            Ending::Later(item) => item,
            Ending::Done => panic!("it is done: {conclusion:?}"),
        }
    }

    #[test]
    fn sent_tells_metas_id_or_else_the_marker() {
        let sent = after_try(&item(), Known::Sent(Some("m_1".into())), "mark", rules());
        assert_eq!((sent.state, sent.external_id.as_deref()), (State::Sent, Some("m_1")));
        assert_eq!(sent.report, Some(Report::Sent("m_1".into())));
        let sent = after_try(&item(), Known::Sent(None), "mark", rules());
        assert_eq!(sent.report, Some(Report::Sent("mark".into())));
    }

    #[test]
    fn the_error_kept_for_operators_holds_no_text() {
        let failed = after_try(&item(), refused(Refusal::Final), "mark", rules());
        assert_eq!(failed.state, State::Failed);
        assert_eq!(failed.error.as_deref(), Some("Meta error 100, trace none"));
        assert!(
            matches!(failed.report, Some(Report::Failed(sentence)) if sentence.contains("100"))
        );
    }

    #[test]
    fn passing_failures_wait_longer_and_end() {
        let (mut item, mut waits) = (item(), Vec::new());
        for _ in 0..3 {
            let next = after_try(&item, refused(Refusal::Passing(5)), "mark", rules());
            assert_eq!((next.state, next.report.clone()), (State::Queued, None));
            item = later(next);
            waits.push((item.ready - NOW).as_millis());
        }
        assert_eq!(waits, [2_200, 4_200, 8_200]);
        let last = after_try(&item, refused(Refusal::Passing(5)), "mark", rules());
        assert_eq!(last.state, State::Failed);
        // Or sooner, when it takes too long.
        let rules = Rules { now: NOW + Duration::from_secs(901), ..rules() };
        let late = after_try(&self::item(), refused(Refusal::Passing(5)), "mark", rules);
        assert_eq!(late.state, State::Failed);
    }

    #[test]
    fn the_pair_limit_waits_four_to_the_power_of_the_tries() {
        let (mut item, mut waits) = (item(), Vec::new());
        let refusal = Refusal::TooFast(Scope::Pair, Duration::from_secs(1));
        for _ in 0..4 {
            item = later(after_try(&item, refused(refusal), "mark", rules()));
            waits.push((item.ready - NOW).as_secs());
        }
        assert_eq!(waits, [1, 4, 16, 64]);
        assert_eq!(item.failures, 0, "no failure");
    }

    #[test]
    fn a_broken_account_stops_and_keeps_its_sends() {
        let paused = after_try(&item(), refused(Refusal::Account), "mark", rules());
        assert_eq!((paused.state, paused.report), (State::Queued, None));
        assert!(matches!(paused.effect, Effect::Pause(_)));
    }

    #[test]
    fn doubt_waits_for_proof_and_is_not_reported_yet() {
        let known = Known::Unknown("cut".into(), None);
        let doubt = after_try(&item(), known, "mark", rules());
        assert_eq!((doubt.state, doubt.report.clone()), (State::Uncertain, None));
        assert_eq!(doubt.effect, Effect::Trouble(false));
        let item = later(doubt);
        assert!(item.doubtful);
        assert_eq!(item.ready, NOW + Duration::from_secs(60));

        // A token error under a 500: this send is in doubt, and the account stops all the same.
        let error = GraphError { code: 190, ..GraphError::default() };
        let known = Known::Unknown("Meta answered 500".into(), Some(error));
        let doubt = after_try(&item, known, "mark", rules());
        assert_eq!(doubt.state, State::Uncertain);
        assert!(matches!(doubt.effect, Effect::Pause(_)));
    }

    #[test]
    fn policies_decide_when_no_proof_came() {
        let flag = after_doubt(&item(), UncertainPolicy::Flag, NOW);
        assert_eq!((flag.state, flag.report), (State::Flagged, Some(Report::Uncertain(Empty {}))));
        let drop = after_doubt(&item(), UncertainPolicy::Drop, NOW);
        assert_eq!(drop.state, State::Failed);
        let doubtful = Item { doubtful: true, ..item() };
        let again = later(after_doubt(&doubtful, UncertainPolicy::Resend, NOW));
        assert!(!again.doubtful);
        // What may have arrived is never called unsent.
        assert_eq!(after_expiry(&again, UncertainPolicy::Resend).state, State::Flagged);
        assert_eq!(after_expiry(&item(), UncertainPolicy::Flag).state, State::Failed);
    }
}
