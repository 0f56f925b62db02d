//! Bots that are a language model behind any OpenAI-compatible endpoint. `examples/llm.yaml` explains
//! the settings.
//!
//! [`settings`] reads them, [`prompt`] makes a request of a conversation and of what [`passages`] finds in
//! the bot's documents, [`api`] sends it, [`tools`] does what the model asks for, [`purse`] keeps it
//! within its costs. A model obeys whoever writes to
//! it, customers too: so it is given nothing but this conversation, and can do nothing but answer,
//! hand off, and ask the addresses that its settings name.

mod api;
mod passages;
mod prompt;
mod purse;
mod settings;
mod tools;

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use serde_json::Value;
use switchboard_chassis::clock;
use switchboard_domain::{Content, content::Source, conversation::HandOff};
use switchboard_outside::Client;
use switchboard_store::{Store, bots::Bot, spending};

use crate::{
    Answer, Failure, Question, SettingsError,
    knowledge::Library,
    parts::{parts, whole_sentences},
    reach::Reach,
};
use api::{Call, Said, Usage};
use purse::Purse;
pub use settings::{Settings, check};

/// The `kind` of these bots in the store.
pub const KIND: &str = "llm";

/// Documented settings.
pub const EXAMPLE: &str = include_str!("../../examples/llm.yaml");

/// How often the model is asked in one turn at most: tools make it go round.
const ROUNDS: usize = 5;

/// How many messages of the transcript are read; the token budget decides how many are told.
const READS: u16 = 60;

/// A model, ready to be asked.
#[derive(Debug)]
pub(crate) struct LlmBot {
    client: Client,
    settings: Settings,
    key: Option<SecretString>,
    purse: Purse,
    library: Arc<Library>,
}

impl LlmBot {
    /// The bot with those settings.
    ///
    /// # Errors
    /// A sentence for agents.
    pub(crate) fn new(
        reach: &Reach,
        store: &Store,
        library: &Arc<Library>,
        bot: &Bot,
    ) -> Result<Self, String> {
        let wrong = |error: SettingsError| format!("The bot's settings are not valid: {error}.");
        let settings = check(&bot.settings).map_err(wrong)?;
        let key = reach.secret(bot)?;
        let addresses = settings.tools.iter().map(|tool| &tool.url).chain([&settings.endpoint]);
        for address in addresses {
            let allowed = reach.client.check(address);
            allowed.map_err(|fault| format!("The bot cannot be asked: {fault}."))?;
        }
        let purse = Purse::new(store.clone(), bot.id, &settings);
        let (client, library) = (reach.client.clone(), Arc::clone(library));
        Ok(Self { client, settings, key, purse, library })
    }

    pub(crate) fn reads(&self) -> u16 {
        READS
    }

    /// Asks the model until it answers, hands off, or has gone round too often.
    pub(crate) async fn answer(&self, question: &Question) -> Result<Answer, Failure> {
        if prompt::says_nothing(question) {
            return Ok(Answer::say(Vec::new()));
        }
        let known = passages::find(&self.library, &self.settings, question).await?;
        let mut messages = prompt::messages(&self.settings, question, known.told.as_deref());
        for _ in 0..ROUNDS {
            let Some((said, usage)) = self.ask(question, &messages).await? else {
                let note = "The bot has spent what it may spend; see the limits in its settings.";
                return Ok(Answer::hand_off(HandOff::BotUnsure, note));
            };
            tracing::debug!(input = usage.input, output = usage.output, "a model answered");
            if let Some(answer) = tools::hand_off(&said) {
                return Ok(answer);
            }
            if said.calls.is_empty() {
                return answer(said, known.sources);
            }
            messages.push(said.as_message());
            for call in &said.calls {
                let result = self.call(question, call).await;
                messages.push(tools::result(call, &result));
            }
        }
        Err(Failure("The model asked for one tool after the other and gave no answer.".into()))
    }

    /// One request, if there is money for it. What it may cost is set aside before it is sent, so that
    /// a crash in between is paid for rather than forgotten.
    async fn ask(
        &self,
        question: &Question,
        messages: &[Value],
    ) -> Result<Option<(Said, Usage)>, Failure> {
        let most = Usage {
            input: prompt::tokens_of(messages) + self.settings.tool_tokens(),
            output: self.settings.answer_tokens,
        };
        let day = spending::day(clock::now());
        let Some(reserved) = self.purse.reserve(question.conversation, &day, most).await? else {
            return Ok(None);
        };
        let asked = api::ask(&self.client, &self.settings, self.key.as_ref(), messages).await;
        let spent = match &asked {
            Ok((_, usage)) => usage.unwrap_or(most),
            // Whether it was charged for is not known.
            Err(_) => most,
        };
        self.purse.settle(reserved, spent).await?;
        asked.map(|(said, _)| Some((said, spent)))
    }

    async fn call(&self, question: &Question, call: &Call) -> Result<String, String> {
        let tool = self.settings.tools.iter().find(|tool| tool.name == call.name);
        let tool = tool.ok_or_else(|| format!("there is no tool {:?}", call.name))?;
        tools::run(&self.client, tool, call, (question, self.timeout())).await
    }

    fn timeout(&self) -> Duration {
        Duration::from_secs(self.settings.timeout_seconds)
    }
}

/// The model's words as messages to the customer: whole sentences only.
fn answer(said: Said, sources: Vec<Source>) -> Result<Answer, Failure> {
    let words = said.text.as_deref().map(str::trim).unwrap_or_default();
    if words.is_empty() {
        return Err(Failure("The model said nothing.".into()));
    }
    let words = if said.is_cut { whole_sentences(words) } else { words };
    if words.is_empty() {
        let note = "The model had more to say than answer_tokens lets it, and no whole sentence.";
        return Ok(Answer::hand_off(HandOff::BotUnsure, note));
    }
    let replies = parts(words).map(Content::text).collect();
    Ok(Answer { sources, ..Answer::say(replies) })
}
