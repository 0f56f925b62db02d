//! Bots that are programs of the business, asked over HTTP: Rasa's REST channel as it is ([`rasa`]),
//! and a signed question in JSON ([`signed`]). `examples/http.yaml` explains the settings.

mod rasa;
mod signed;

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use switchboard_outside::Client;
use switchboard_store::bots::Bot;

use crate::{Answer, Failure, Question, SettingsError, reach::Reach};

/// The `kind` of these bots in the store.
pub const KIND: &str = "http";

/// Documented settings.
pub const EXAMPLE: &str = include_str!("../../examples/http.yaml");

/// No answer that we can use is larger, in bytes.
const MAX_ANSWER: usize = 256 * 1024;

/// Where the bot is, and how it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How it is asked.
    pub protocol: Protocol,
    /// Where it is.
    pub url: String,
    /// How long one call may take, in seconds, from 1 to 120.
    #[serde(default = "usual_timeout")]
    pub timeout_seconds: u64,
}

/// How a bot is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Rasa's REST channel: `url` is the server's, without `/webhooks`.
    Rasa,
    /// A question in JSON, signed as Standard Webhooks says, to `url` itself.
    Signed,
}

fn usual_timeout() -> u64 {
    10
}

/// Reads settings and checks them.
///
/// # Errors
/// [`SettingsError`] with the line and the remedy.
pub fn check(yaml: &str) -> Result<Settings, SettingsError> {
    let settings: Option<Settings> = serde_yaml_ng::from_str(yaml)?;
    let settings = settings.ok_or_else(|| SettingsError::whole("write `protocol:` and `url:`"))?;
    if !(1..=120).contains(&settings.timeout_seconds) {
        return Err(SettingsError::whole("`timeout_seconds` is from 1 to 120"));
    }
    Ok(settings)
}

/// Says whether a text can be the secret for such settings.
///
/// # Errors
/// [`SettingsError`] with what it should look like.
pub fn check_secret(
    settings: &Settings,
    secret: Option<&SecretString>,
) -> Result<(), SettingsError> {
    match (settings.protocol, secret) {
        (Protocol::Rasa, _) => Ok(()),
        (Protocol::Signed, None) => {
            Err(SettingsError::whole("a signed question needs a secret, `whsec_` and base64"))
        }
        (Protocol::Signed, Some(secret)) => {
            signed::check_secret(secret).map_err(SettingsError::whole)
        }
    }
}

/// A bot outside, ready to be asked.
#[derive(Debug)]
pub(crate) struct HttpBot {
    client: Client,
    settings: Settings,
    secret: Option<SecretString>,
}

impl HttpBot {
    /// The bot with those settings.
    ///
    /// # Errors
    /// A sentence for agents.
    pub(crate) fn new(reach: &Reach, bot: &Bot) -> Result<Self, String> {
        let wrong = |error: SettingsError| format!("The bot's settings are not valid: {error}.");
        let settings = check(&bot.settings).map_err(wrong)?;
        let secret = reach.secret(bot)?;
        check_secret(&settings, secret.as_ref()).map_err(wrong)?;
        let allowed = reach.client.check(&settings.url);
        allowed.map_err(|fault| format!("The bot cannot be asked: {fault}."))?;
        Ok(Self { client: reach.client.clone(), settings, secret })
    }

    /// Asks the bot. One that says nothing at all failed: it would leave the customer without an
    /// answer, and nobody would know.
    pub(crate) async fn answer(&self, question: &Question) -> Result<Answer, Failure> {
        match self.settings.protocol {
            Protocol::Rasa => rasa::ask(self, question).await,
            Protocol::Signed => signed::ask(self, question).await,
        }
    }

    /// How many messages of the transcript it is told.
    pub(crate) fn reads(&self) -> u16 {
        match self.settings.protocol {
            Protocol::Rasa => 0,
            Protocol::Signed => 20,
        }
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(self.settings.timeout_seconds)
    }
}

/// What agents read when the status is another than was agreed on.
fn refused(status: u16) -> Failure {
    Failure(format!("The bot answered with the status {status} where 200 was agreed on."))
}

/// What agents read when the answer is none. What it says is not repeated: it may hold secrets.
fn garbled() -> Failure {
    Failure("The bot's answer is not the JSON agreed on.".into())
}

fn silent() -> Failure {
    Failure("The bot said nothing.".into())
}
