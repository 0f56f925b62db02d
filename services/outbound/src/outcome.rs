//! What a call's end means, and what follows from it. Pure.

use std::time::Duration;

use switchboard_domain::Channel;
use switchboard_graph::{Outcome, Usage};
use switchboard_meta::{
    error::{Class, GraphError, Scope},
    send::{Answer, answer},
};

use crate::scheduler::Item;

/// What is known about a send now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known {
    /// Meta took it, under this id; Meta names none for a reaction.
    Sent(Option<String>),
    /// Meta did not take it.
    Refused(Refusal, GraphError),
    /// The request never left.
    NotSent(String),
    /// Nobody knows. Meta's error, if it told one all the same.
    Unknown(String, Option<GraphError>),
}

/// What a refusal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Tell the agent.
    Final,
    /// Tell the agent that another app has the conversation.
    Elsewhere,
    /// Try again, this often at most.
    Passing(u32),
    /// Wait.
    TooFast(Scope, Duration),
    /// Stop the account.
    Account,
}

/// Reads the end of a call. Doubt counts as unknown: a 5xx does, whatever its body says, because
/// Meta has been seen to deliver what it answered so.
pub(crate) fn read(channel: Channel, outcome: &Outcome) -> Known {
    let (status, body) = match outcome {
        Outcome::NotSent(reason) => return Known::NotSent(reason.clone()),
        Outcome::Unknown(reason) => return Known::Unknown(reason.clone(), None),
        Outcome::Answered { status, body, .. } => (*status, body),
    };
    let answer = answer(channel, body);
    if status >= 500 {
        let error = if let Answer::Refused(error) = answer { Some(error) } else { None };
        return Known::Unknown(format!("Meta answered {status}"), error);
    }
    match answer {
        Answer::Accepted { message_id } if (200..300).contains(&status) => Known::Sent(message_id),
        Answer::Refused(error) => refused(channel, error),
        // Without a body that says more, this status says that the call was not looked at.
        _ if status == 429 => {
            let wait = Refusal::TooFast(Scope::Account, Duration::from_secs(60));
            Known::Refused(wait, GraphError::default())
        }
        _ => Known::Unknown(format!("Meta answered {status} with what cannot be read"), None),
    }
}

fn refused(channel: Channel, error: GraphError) -> Known {
    let refusal = match error.verdict(channel).class {
        Class::Transient { retries } => Refusal::Passing(retries),
        Class::Throttle { scope, wait_seconds } => {
            Refusal::TooFast(scope, Duration::from_secs(wait_seconds.into()))
        }
        Class::Account => Refusal::Account,
        Class::Permanent | Class::Recipient | Class::Window => Refusal::Final,
        Class::Control => Refusal::Elsewhere,
        Class::UnknownOutcome => {
            let reason = format!("Meta answered error {}", error.code);
            return Known::Unknown(reason, Some(error));
        }
    };
    Known::Refused(refusal, error)
}

/// The usage headers, where there was an answer.
pub(crate) fn usage(outcome: &Outcome) -> Option<Usage> {
    match outcome {
        Outcome::Answered { usage, .. } => Some(*usage),
        Outcome::NotSent(_) | Outcome::Unknown(_) => None,
    }
}

/// How persistent to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Persistence {
    /// Retries after passing failures, at most.
    pub(crate) attempts: u32,
    /// And at most for this long.
    pub(crate) within: Duration,
}

/// Passing failures: full jitter over an exponential wait (AWS, "Exponential backoff and jitter").
/// `None` when it was tried often enough. `chance` is from 0 to 1.
pub(crate) fn try_again(
    item: &Item,
    retries: u32,
    persistence: Persistence,
    (now, chance): (Duration, f64),
) -> Option<Item> {
    let late = now.saturating_sub(item.since) > persistence.within;
    if item.failures >= retries.min(persistence.attempts) || late {
        return None;
    }
    let ceiling = Duration::from_secs(2) * 2_u32.saturating_pow(item.failures.min(5));
    let wait = Duration::from_millis(200) + ceiling.mul_f64(chance.clamp(0.0, 1.0));
    Some(Item { failures: item.failures + 1, ready: now + wait, ..item.clone() })
}

/// A customer's own limit: Meta asks for 4 to the power of the tries, in seconds (131056).
pub(crate) fn wait_for_pair(item: &Item, wait: Duration, now: Duration) -> Item {
    let factor = 4_u32.saturating_pow(item.throttles.min(6));
    let wait = wait.saturating_mul(factor).min(Duration::from_secs(3_600));
    Item { throttles: item.throttles + 1, ready: now + wait, ..item.clone() }
}

#[cfg(test)]
mod tests {
    use switchboard_domain::Channel::{Messenger, WhatsApp};

    use super::*;

    fn answered(status: u16, body: &str) -> Outcome {
        Outcome::Answered { status, body: body.to_owned().into(), usage: Usage::default() }
    }

    fn error(code: i64, subcode: &str) -> String {
        format!(r#"{{"error":{{"code":{code}{subcode},"message":"no","fbtrace_id":"T"}}}}"#)
    }

    fn refusal(channel: Channel, status: u16, body: &str) -> Refusal {
        match read(channel, &answered(status, body)) {
            Known::Refused(refusal, _) => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn only_a_readable_answer_is_an_answer() {
        let taken = r#"{"recipient_id":"1","message_id":"m_1"}"#;
        assert_eq!(read(Messenger, &answered(200, taken)), Known::Sent(Some("m_1".into())));
        let unknown = [
            answered(200, "{\"recipient_id\":\"1\",\"mess"),
            answered(200, "{}"),
            answered(302, ""),
            answered(403, "<html>not from Meta</html>"),
            answered(500, taken),
            answered(503, &error(2, "")),
            answered(500, &error(131_000, "")),
            // Meta says itself that it may have been sent.
            answered(400, &error(1, ",\"error_subcode\":1357046")),
            Outcome::Unknown("cut".into()),
        ];
        for outcome in unknown {
            let known = read(Messenger, &outcome);
            assert!(matches!(known, Known::Unknown(..)), "{outcome:?}: {known:?}");
        }
    }

    #[test]
    fn each_class_of_refusal_asks_for_its_own() {
        assert_eq!(
            refusal(Messenger, 401, &error(190, ",\"error_subcode\":460")),
            Refusal::Account
        );
        assert_eq!(refusal(Messenger, 400, &error(551, "")), Refusal::Final);
        assert_eq!(refusal(WhatsApp, 400, &error(131_047, "")), Refusal::Final);
        assert!(matches!(refusal(Messenger, 400, &error(1_200, "")), Refusal::Passing(_)));
        let pair = refusal(WhatsApp, 400, &error(131_056, ""));
        assert_eq!(pair, Refusal::TooFast(Scope::Pair, Duration::from_secs(1)));
        let bare = refusal(WhatsApp, 429, "slow down");
        assert_eq!(bare, Refusal::TooFast(Scope::Account, Duration::from_secs(60)));
        // Meta has been seen to answer 200 with an error.
        assert_eq!(refusal(Messenger, 200, &error(190, "")), Refusal::Account);
    }
}
