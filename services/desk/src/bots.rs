//! What the desk has to know of bots, and does not know itself: which kinds there are, and what can be
//! wrong with their settings. Services do not import each other, so whoever starts the desk brings it.

use std::sync::Arc;

use secrecy::SecretString;
use switchboard_store::seal::Keyring;

/// Checks the settings of a bot of that kind; with `Some`, its secret too, or that it has none.
pub type CheckSettings = fn(
    kind: &str,
    settings: &str,
    secret: Option<Option<&SecretString>>,
) -> Result<(), BadSettings>;

/// A kind of bot.
#[derive(Debug, Clone, Copy)]
pub struct BotKind {
    /// The word for it.
    pub name: &'static str,
    /// Settings to begin with, which explain themselves.
    pub example: &'static str,
}

/// The kinds of bots that there are.
#[derive(Debug, Clone)]
pub struct BotKinds {
    /// All of them.
    pub all: Vec<BotKind>,
    /// Says whether settings can be used.
    pub check: CheckSettings,
}

/// Why settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct BadSettings {
    /// The place, if there is one, and what is wrong there, for people.
    pub sentence: String,
    /// Where, counted from 1.
    pub line: Option<usize>,
    /// Where in the line, counted from 1.
    pub column: Option<usize>,
}

/// What bots are kept with.
pub(crate) struct Bots {
    pub(crate) kinds: BotKinds,
    /// Seals what they prove themselves with. `None`: this desk keeps none.
    pub(crate) keys: Option<Arc<Keyring>>,
}
