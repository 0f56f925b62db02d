//! When Meta lets a business write to a customer, and under which label.
//!
//! Sources: Messenger Platform "Messaging window" and "Message tags" (April 2026: HUMAN_AGENT is
//! the only general tag left), Instagram messaging, WhatsApp "Customer service windows".

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Channel, Timestamp};

/// Who wrote the message. Meta allows more to people than to programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sender {
    /// A program.
    Bot,
    /// A person at the desk.
    Human,
}

/// Under which label a send may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Inside the standard window: `messaging_type: RESPONSE`, or a WhatsApp session message.
    Response,
    /// A person's answer within seven days: `MESSAGE_TAG` with `HUMAN_AGENT`.
    HumanAgent,
}

/// The window is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// The customer has never written; Meta lets a business answer, not begin.
    #[error("the customer has not written yet, and Meta lets a business only answer")]
    NeverOpened,
    /// More than a day (for people on Messenger and Instagram: seven days) ago.
    #[error("the customer's last message is too old for {0}; wait for the customer to write again")]
    Expired(Channel),
    /// WhatsApp takes only approved templates now.
    #[error("the customer's last message is over 24 hours old; WhatsApp now takes only a template")]
    TemplateOnly,
}

struct Rule {
    channel: Channel,
    sender: Option<Sender>,
    within: Duration,
    label: Label,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The rules, first match first; what none matches is closed.
const RULES: &[Rule] = &[
    Rule { channel: Channel::Messenger, sender: None, within: DAY, label: Label::Response },
    Rule { channel: Channel::Instagram, sender: None, within: DAY, label: Label::Response },
    Rule { channel: Channel::WhatsApp, sender: None, within: DAY, label: Label::Response },
    Rule {
        channel: Channel::Messenger,
        sender: Some(Sender::Human),
        within: WEEK,
        label: Label::HumanAgent,
    },
    Rule {
        channel: Channel::Instagram,
        sender: Some(Sender::Human),
        within: WEEK,
        label: Label::HumanAgent,
    },
];

/// Decides whether `sender` may write now, given when the customer last did.
///
/// # Errors
/// [`Closed`] with the reason to show.
pub fn decide(
    channel: Channel,
    sender: Sender,
    customer_wrote_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Label, Closed> {
    let opened = customer_wrote_at.ok_or(Closed::NeverOpened)?;
    let age = now.since(opened);
    rules_for(channel, sender).find(|rule| age < rule.within).map(|rule| rule.label).ok_or(
        match channel {
            Channel::WhatsApp => Closed::TemplateOnly,
            other => Closed::Expired(other),
        },
    )
}

/// When the last window of `sender` closes, for the countdown at the desk.
#[must_use]
pub fn closes_at(channel: Channel, sender: Sender, customer_wrote_at: Timestamp) -> Timestamp {
    let longest = rules_for(channel, sender).map(|rule| rule.within).max().unwrap_or_default();
    customer_wrote_at.plus(longest)
}

fn rules_for(channel: Channel, sender: Sender) -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(move |rule| {
        rule.channel == channel && rule.sender.is_none_or(|required| required == sender)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(age: Duration, channel: Channel, sender: Sender) -> Result<Label, Closed> {
        let opened = Timestamp::from_secs(1_790_000_000);
        decide(channel, sender, Some(opened), opened.plus(age))
    }

    #[test]
    fn a_day_for_everyone() {
        for channel in Channel::ALL {
            for sender in [Sender::Bot, Sender::Human] {
                let almost = DAY - Duration::from_micros(1);
                assert_eq!(at(almost, channel, sender), Ok(Label::Response));
                assert_ne!(at(DAY, channel, sender), Ok(Label::Response));
            }
        }
    }

    #[test]
    fn a_week_for_people_where_meta_has_the_tag() {
        assert_eq!(at(DAY, Channel::Messenger, Sender::Human), Ok(Label::HumanAgent));
        assert_eq!(at(DAY, Channel::Instagram, Sender::Human), Ok(Label::HumanAgent));
        assert_eq!(at(DAY, Channel::WhatsApp, Sender::Human), Err(Closed::TemplateOnly));
        assert_eq!(
            at(DAY, Channel::Messenger, Sender::Bot),
            Err(Closed::Expired(Channel::Messenger))
        );
        assert_eq!(
            at(WEEK, Channel::Instagram, Sender::Human),
            Err(Closed::Expired(Channel::Instagram))
        );
    }

    #[test]
    fn a_business_never_begins() {
        let now = Timestamp::from_secs(1_790_000_000);
        assert_eq!(decide(Channel::WhatsApp, Sender::Human, None, now), Err(Closed::NeverOpened));
    }
}
