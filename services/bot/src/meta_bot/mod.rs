//! Bots that were written for Meta's platform and run unchanged: a turn is Meta's own webhook, posted
//! again and signed with a secret of ours ([`webhook`]); what happens beside is told the same way
//! ([`news`]); what they say comes in by the door ([`crate::door`]), whenever they like.
//! `examples/meta.yaml` explains the settings.

mod news;
mod webhook;

use std::{fmt, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use switchboard_contract::wire::BotNews;
use switchboard_domain::conversation::{AfterTurn, HandOff};
use switchboard_meta::{signature, webhook::fields};
use switchboard_outside::{Client, Posting, finish};
use switchboard_store::{Store, bots::Bot};
use tokio::sync::OnceCell;
use tracing::warn;
use uuid::Uuid;

use crate::{Answer, Failure, Question, SettingsError, reach::Reach, reach::away};

/// The `kind` of these bots in the store.
pub const KIND: &str = "meta";

/// Documented settings.
pub const EXAMPLE: &str = include_str!("../../examples/meta.yaml");

/// What a bot answers to a webhook is not read beyond this, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// Where the bot's webhook is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where webhooks are posted.
    pub webhook: String,
    /// What the bot knows us by when it is asked to confirm its webhook.
    pub verify_token: String,
    /// How long a webhook may take, in seconds, from 1 to 120.
    #[serde(default = "usual_timeout")]
    pub timeout_seconds: u64,
    /// Whether it may leave a customer without an answer.
    #[serde(default)]
    pub may_be_silent: bool,
    /// What it is told beside messages and postbacks, in the words of Meta's subscriptions; `None`:
    /// what is usual ([`fields::told`]). The router reads it too.
    #[serde(default)]
    pub fields: Option<Vec<String>>,
    /// The app that it takes itself for; `None`: ours.
    #[serde(default)]
    pub app_id: Option<String>,
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
    let settings =
        settings.ok_or_else(|| SettingsError::whole("write `webhook:` and `verify_token:`"))?;
    if settings.verify_token.trim().is_empty() {
        return Err(SettingsError::whole("`verify_token` is what the bot knows Meta by; write it"));
    }
    if !(1..=120).contains(&settings.timeout_seconds) {
        return Err(SettingsError::whole("`timeout_seconds` is from 1 to 120"));
    }
    let mut chosen = settings.fields.iter().flatten();
    if let Some(field) = chosen.find(|field| !fields::all().any(|known| known == *field)) {
        let all = fields::all().collect::<Vec<_>>().join(", ");
        return Err(SettingsError::whole(format!("there is no field {field:?}; use {all}")));
    }
    Ok(settings)
}

/// Says whether there is a secret to sign with.
///
/// # Errors
/// [`SettingsError`] with what it is for.
pub fn check_secret(secret: Option<&SecretString>) -> Result<(), SettingsError> {
    match secret.is_some_and(|secret| !secret.expose_secret().trim().is_empty()) {
        true => Ok(()),
        false => Err(SettingsError::whole(
            "the bot needs a secret, which stands for the app secret that Meta signs webhooks with",
        )),
    }
}

/// A bot with a webhook, ready to be told.
pub(crate) struct MetaBot {
    client: Client,
    store: Store,
    settings: Settings,
    secret: SecretString,
    confirmed: OnceCell<()>,
}

impl fmt::Debug for MetaBot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetaBot").finish_non_exhaustive()
    }
}

impl MetaBot {
    /// The bot with those settings.
    ///
    /// # Errors
    /// A sentence for agents.
    pub(crate) fn new(reach: &Reach, store: &Store, bot: &Bot) -> Result<Self, String> {
        let wrong = |error: SettingsError| format!("The bot's settings are not valid: {error}.");
        let settings = check(&bot.settings).map_err(wrong)?;
        let secret = reach.secret(bot)?;
        check_secret(secret.as_ref()).map_err(wrong)?;
        let allowed = reach.client.check(&settings.webhook);
        allowed.map_err(|fault| format!("The bot cannot be told anything: {fault}."))?;
        let (client, store, confirmed) = (reach.client.clone(), store.clone(), OnceCell::new());
        Ok(Self { client, store, settings, secret: secret.unwrap_or_default(), confirmed })
    }

    /// Tells the bot what the customer said. Its answers come in by the door.
    pub(crate) async fn answer(&self, question: &Question) -> Result<Answer, Failure> {
        self.confirms().await?;
        let told = webhook::of(&self.store, question).await?;
        for body in &told.bodies {
            self.post(body).await?;
        }
        match (told.bodies.is_empty(), told.wants_answer) {
            (true, true) => {
                let why = "The customer sent something that Meta's webhooks have no word for.";
                Ok(Answer::hand_off(HandOff::BotUnsure, why))
            }
            (false, true) if !self.settings.may_be_silent => {
                Ok(Answer { then: AfterTurn::Await, ..Answer::say(Vec::new()) })
            }
            _ => Ok(Answer::say(Vec::new())),
        }
    }

    /// Asks its webhook for the verify token, until it has confirmed it once.
    pub(crate) async fn confirms(&self) -> Result<(), Failure> {
        let confirmed = || confirm(&self.client, &self.settings);
        self.confirmed.get_or_try_init(confirmed).await.map(drop)
    }

    /// Tells the bot something that happened beside its turns; false if there is nothing to tell.
    ///
    /// # Errors
    /// When it did not take it, or when what happened cannot be read.
    pub(crate) async fn tell(&self, news: &BotNews) -> Result<bool, Failure> {
        let told = news::of(&self.store, news, self.settings.app_id.as_deref()).await;
        let told = told.map_err(|error| {
            warn!(%error, "what a bot is to be told cannot be read");
            Failure("What happened could not be read.".into())
        })?;
        let Some(body) = told else { return Ok(false) };
        self.confirms().await?;
        self.post(&body).await?;
        Ok(true)
    }

    /// Both of Meta's signatures: some bots look at the older one alone.
    async fn post(&self, body: &str) -> Result<(), Failure> {
        let secret = self.secret.expose_secret().trim().as_bytes();
        let posting = Posting {
            address: self.settings.webhook.clone(),
            headers: vec![
                ("x-hub-signature-256", signature::sign(secret, body.as_bytes())),
                ("x-hub-signature", signature::sign_legacy(secret, body.as_bytes())),
            ],
            body: body.to_owned(),
        };
        let posted = self.client.post(posting, MAX_ANSWER);
        let timeout = Duration::from_secs(self.settings.timeout_seconds);
        let late = |_| Failure("The bot did not take its webhook in time.".into());
        match tokio::time::timeout(timeout, posted).await.map_err(late)? {
            Ok(200..=299) => Ok(()),
            Ok(status) => Err(Failure(format!("The bot answered its webhook with {status}."))),
            Err(fault) => Err(away(&fault)),
        }
    }
}

/// Asks the bot to confirm its webhook, as Meta does when it is set up: it gives back what it is
/// sent, if the verify token is the one it knows. (Graph Webhooks, "Verification requests")
///
/// # Errors
/// A sentence for people.
pub async fn confirm(client: &Client, settings: &Settings) -> Result<(), Failure> {
    let challenge = (Uuid::now_v7().as_u128() % 10_000_000_000).to_string();
    let (http, mut url) = client.to(&settings.webhook).map_err(|fault| away(&fault))?;
    url.query_pairs_mut()
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.challenge", &challenge)
        .append_pair("hub.verify_token", &settings.verify_token);
    let request = http.get(url).timeout(Duration::from_secs(settings.timeout_seconds));
    match finish(request, MAX_ANSWER).await {
        Ok((200, body)) if body.trim_ascii() == challenge.as_bytes() => Ok(()),
        Ok((status, _)) => Err(Failure(format!(
            "The bot's webhook did not confirm the verify token: it answered {status}, and not \
             with the challenge."
        ))),
        Err(fault) => Err(away(&fault)),
    }
}
