//! When Meta lets a business write to a customer, and under which label.
//!
//! Sources: Messenger Platform "Messaging window", "Message tags" (April 2026: HUMAN_AGENT is the
//! only general tag left) and "Utility messages", Instagram messaging, WhatsApp "Customer service windows". A free
//! entry point (72 hours after an ad) changes what WhatsApp charges, not what it takes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Channel, Content, Timestamp};

/// Who wrote the message. Meta allows more to people than to programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sender {
    /// A program.
    Bot,
    /// A person at the desk.
    Human,
}

/// What is to be sent, as far as windows care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Matter {
    /// Anything that is written for this customer now.
    Free,
    /// A template that Meta approved.
    Template,
}

/// Under which label a send may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Inside the standard window: `messaging_type: RESPONSE`, or a WhatsApp session message.
    Response,
    /// A person's answer within seven days: `MESSAGE_TAG` with `HUMAN_AGENT`.
    HumanAgent,
    /// An approved template, at any time: on Messenger `messaging_type: UTILITY`.
    Template,
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

impl Closed {
    /// What people can do about it.
    #[must_use]
    pub fn next_step(self, channel: Channel) -> &'static str {
        match (self, channel) {
            (Closed::TemplateOnly, _) | (_, Channel::WhatsApp) => {
                "Send an approved template, or wait until the customer writes again."
            }
            (_, Channel::Messenger) => {
                "Send an approved utility template, or wait until the customer writes again."
            }
            (_, Channel::Instagram) => "Wait until the customer writes again.",
        }
    }
}

/// One line of the table; `None` is any.
struct Rule {
    channel: Channel,
    sender: Option<Sender>,
    matter: Option<Matter>,
    /// How long after the customer's last act; `None`: always.
    within: Option<Duration>,
    label: Label,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

const fn day(channel: Channel) -> Rule {
    let (sender, matter, within) = (None, Some(Matter::Free), Some(DAY));
    Rule { channel, sender, matter, within, label: Label::Response }
}

const fn week_for_people(channel: Channel) -> Rule {
    let (sender, matter) = (Some(Sender::Human), Some(Matter::Free));
    Rule { channel, sender, matter, within: Some(WEEK), label: Label::HumanAgent }
}

const fn templates(channel: Channel) -> Rule {
    let (sender, matter) = (None, Some(Matter::Template));
    Rule { channel, sender, matter, within: None, label: Label::Template }
}

/// The rules, first match first; what none matches is closed.
const RULES: &[Rule] = &[
    day(Channel::Messenger),
    day(Channel::Instagram),
    day(Channel::WhatsApp),
    week_for_people(Channel::Messenger),
    week_for_people(Channel::Instagram),
    templates(Channel::Messenger),
    templates(Channel::WhatsApp),
];

impl Matter {
    /// What windows care about in a message.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        match content {
            Content::Template(_) => Matter::Template,
            _ => Matter::Free,
        }
    }
}

/// Decides whether `sender` may send this now, given when the customer last did something that
/// opens the window.
///
/// # Errors
/// [`Closed`] with the reason to show.
pub fn decide(
    channel: Channel,
    (sender, matter): (Sender, Matter),
    customer_wrote_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Label, Closed> {
    let open = |rule: &&Rule| match (rule.within, customer_wrote_at) {
        (None, _) => true,
        (Some(within), Some(opened)) => now.since(opened) < within,
        (Some(_), None) => false,
    };
    let rule = rules_for(channel, sender, matter).find(open);
    rule.map(|rule| rule.label).ok_or(match (channel, customer_wrote_at) {
        (Channel::WhatsApp, Some(_)) => Closed::TemplateOnly,
        (other, Some(_)) => Closed::Expired(other),
        (_, None) => Closed::NeverOpened,
    })
}

/// When the last window of `sender` closes for what is written now, for the countdown at the desk.
#[must_use]
pub fn closes_at(channel: Channel, sender: Sender, customer_wrote_at: Timestamp) -> Timestamp {
    let rules = rules_for(channel, sender, Matter::Free);
    customer_wrote_at.plus(rules.filter_map(|rule| rule.within).max().unwrap_or_default())
}

/// When a send that is allowed now is not to go out any more: when its last window closes, or, for
/// what has no window, after a day, for it would surprise the customer then.
#[must_use]
pub fn not_after(
    channel: Channel,
    (sender, matter): (Sender, Matter),
    customer_wrote_at: Option<Timestamp>,
    now: Timestamp,
) -> Timestamp {
    match (matter, customer_wrote_at) {
        (Matter::Free, Some(opened)) => closes_at(channel, sender, opened),
        _ => now.plus(DAY),
    }
}

fn rules_for(
    channel: Channel,
    sender: Sender,
    matter: Matter,
) -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(move |rule| {
        rule.channel == channel
            && rule.sender.is_none_or(|required| required == sender)
            && rule.matter.is_none_or(|required| required == matter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(age: Duration, channel: Channel, sender: Sender) -> Result<Label, Closed> {
        let opened = Timestamp::from_secs(1_790_000_000);
        decide(channel, (sender, Matter::Free), Some(opened), opened.plus(age))
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
        let free = (Sender::Human, Matter::Free);
        assert_eq!(decide(Channel::WhatsApp, free, None, now), Err(Closed::NeverOpened));
    }

    #[test]
    fn a_template_goes_out_at_any_time_where_meta_has_them() {
        let now = Timestamp::from_secs(1_790_000_000);
        let long_ago = Timestamp::from_secs(1_700_000_000);
        let template = (Sender::Bot, Matter::Template);
        for wrote_at in [None, Some(long_ago), Some(now)] {
            assert_eq!(decide(Channel::WhatsApp, template, wrote_at, now), Ok(Label::Template));
            assert_eq!(decide(Channel::Messenger, template, wrote_at, now), Ok(Label::Template));
            assert!(decide(Channel::Instagram, template, wrote_at, now).is_err());
        }
        let until = not_after(Channel::WhatsApp, template, Some(long_ago), now);
        assert_eq!(until, now.plus(DAY));
    }

    proptest::proptest! {
        /// "Human-written only": whatever the time, a program never gets the tag.
        #[test]
        fn bots_never_get_the_tag_for_people(age in 0_u64..2_000_000, channel in 0_usize..3) {
            let channel = Channel::ALL[channel];
            let label = at(Duration::from_secs(age), channel, Sender::Bot);
            proptest::prop_assert_ne!(label, Ok(Label::HumanAgent));
        }

        /// What is allowed is allowed until it is not, and never again without a message.
        #[test]
        fn windows_only_close(age in 0_u64..2_000_000, more in 1_u64..2_000_000) {
            for channel in Channel::ALL {
                for sender in [Sender::Bot, Sender::Human] {
                    let later = at(Duration::from_secs(age + more), channel, sender);
                    if at(Duration::from_secs(age), channel, sender).is_err() {
                        proptest::prop_assert!(later.is_err());
                    }
                }
            }
        }
    }
}
