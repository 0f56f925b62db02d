//! What bots reach outside, and what they prove themselves with.

use std::sync::Arc;

use secrecy::SecretString;
use switchboard_outside::{Client, Fault};
use switchboard_store::{bots::Bot, seal::Keyring};

use crate::Failure;

/// What bots of all workspaces share.
#[derive(Debug, Clone)]
pub(crate) struct Reach {
    /// Reaches only the internet, and what the operator trusts.
    pub(crate) client: Client,
    /// Opens the bots' secrets; `None`: none of them can be used.
    pub(crate) keys: Option<Arc<Keyring>>,
}

impl Reach {
    /// A bot's secret, if it has one.
    ///
    /// # Errors
    /// A sentence for agents.
    pub(crate) fn secret(&self, bot: &Bot) -> Result<Option<SecretString>, String> {
        if bot.secret.is_none() {
            return Ok(None);
        }
        let keys = self.keys.as_ref();
        let keys = keys.ok_or("The bot's secret cannot be opened: keys.bots is missing.")?;
        bot.open(keys).map_err(|error| format!("The bot's secret cannot be opened: {error}."))
    }
}

/// What agents read when an address does not answer.
pub(crate) fn away(fault: &Fault) -> Failure {
    Failure(format!("The bot could not be reached: {fault}."))
}
