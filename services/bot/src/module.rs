//! What the kinds of bots have in common.

use switchboard_domain::{
    Content,
    conversation::{AfterTurn, HandOff},
};

use crate::rules::Rules;

/// What a bot says in a turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its messages, in order.
    pub replies: Vec<Content>,
    /// What becomes of the conversation.
    pub then: AfterTurn,
}

impl Answer {
    /// Says nothing and leaves the customer to people.
    #[must_use]
    pub fn hand_off(reason: HandOff) -> Self {
        Self { replies: Vec::new(), then: AfterTurn::HandOff(reason) }
    }
}

/// A bot, ready to answer.
#[derive(Debug)]
pub(crate) enum Module {
    /// Answers by a list of rules.
    Rules(Rules),
    /// A bot that cannot work until somebody corrects its settings; people answer meanwhile.
    Unfit,
}

impl Module {
    /// Answers what the customer said since the last turn.
    pub(crate) fn answer(&self, said: &[Content]) -> Answer {
        match self {
            Module::Rules(rules) => rules.answer(said),
            Module::Unfit => Answer::hand_off(HandOff::BotFailed),
        }
    }
}
