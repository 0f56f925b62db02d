//! What the business has configured for a channel account, as far as decisions depend on it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    Channel,
    dispatch::Want,
    ids::{BotId, TeamId},
    survey,
};

/// The settings of the conversation's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The account's channel.
    pub channel: Channel,
    /// The assistant that answers first; `None`: people only.
    pub bot: Option<BotId>,
    /// The team that answers otherwise.
    pub team: TeamId,
    /// How urgent its conversations are and what they need of agents, unless people say otherwise.
    pub want: Want,
    /// How long a bot may take for one attempt at a turn.
    pub turn_timeout: Duration,
    /// Whether the customer is shown that the bot has read and is writing.
    pub bot_signals: bool,
    /// What the customer can command.
    pub commands: Commands,
    /// How the customer is asked how it went; `None`: not at all.
    pub survey: Option<survey::Settings>,
}

/// Words that a customer can write to command us, and what we say back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Commands {
    /// Ask for the list of commands.
    pub help: Vec<String>,
    /// Ask for a person.
    pub live_agent: Vec<String>,
    /// The answer to the first.
    pub help_text: String,
    /// The answer to the second.
    pub live_agent_text: String,
}

impl Default for Commands {
    fn default() -> Self {
        Self {
            help: vec!["/help".into()],
            live_agent: vec!["/live_agent".into()],
            help_text: "You can write:\n/help - this list\n/live_agent - talk to a person".into(),
            live_agent_text: "One moment, a person will be with you.".into(),
        }
    }
}

/// What the customer commanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    LiveAgent,
}

impl Commands {
    /// The command that the text is: all of it, whatever the case and the space around it.
    pub(super) fn find(&self, text: &str) -> Option<Command> {
        let said = text.trim().to_lowercase();
        let is_in = |words: &[String]| words.iter().any(|word| word.trim().to_lowercase() == said);
        if is_in(&self.live_agent) {
            Some(Command::LiveAgent)
        } else if is_in(&self.help) {
            Some(Command::Help)
        } else {
            None
        }
    }
}
