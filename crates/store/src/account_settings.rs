//! What can be set for a channel account beside its bot and its team: a JSON column.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_domain::{conversation::Commands, dispatch::Priority};

/// What else can be set for an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountSettings {
    /// What customers can command.
    pub commands: Commands,
    /// How long a bot may take, in seconds; `None`: the service's default.
    pub turn_timeout_seconds: Option<u64>,
    /// Whether the customer is shown that the bot has read and is writing.
    pub bot_signals: bool,
    /// What connecting set of the messenger profile at Meta, as Meta shows it: disconnecting takes it
    /// away.
    pub messenger_profile: Map<String, Value>,
    /// How urgent its conversations are, unless people say otherwise.
    pub priority: Priority,
    /// What its customers speak, such as `de`; `None`: anything.
    pub language: Option<String>,
    /// What whoever answers its customers must know.
    pub skills: BTreeSet<String>,
}
