//! Bots that answer from documents that a business taught them. `examples/knowledge.yaml` explains the
//! settings.
//!
//! [`library`] keeps an index of each bot's documents, for language models too; `crates/knowledge`
//! finds passages and says how sure it is. What is found is said as it is written: nothing is made up.

mod library;
mod settings;

use std::sync::Arc;

use switchboard_domain::{
    Content,
    content::Source,
    conversation::{AfterTurn, HandOff},
    ids::{BotId, WorkspaceId},
};
use switchboard_knowledge::Found;
use switchboard_store::bots::Bot;

use crate::{Answer, Failure, Question, parts::parts};
pub(crate) use library::Library;
pub use settings::{Settings, check};

/// The `kind` of these bots in the store.
pub const KIND: &str = "knowledge";

/// Documented settings.
pub const EXAMPLE: &str = include_str!("../../examples/knowledge.yaml");

/// How many passages agents read of when the bot is not sure.
const NEAREST: usize = 3;

/// How much of a question agents read, in characters.
const QUOTE: usize = 300;

/// What the bot remembers of having greeted.
const GREETED: &str = "greeted";

/// A bot with documents.
#[derive(Debug)]
pub(crate) struct KnowledgeBot {
    settings: Settings,
    library: Arc<Library>,
    whose: (WorkspaceId, BotId),
}

impl KnowledgeBot {
    /// The bot with those settings.
    ///
    /// # Errors
    /// A sentence for agents.
    pub(crate) fn new(library: &Arc<Library>, bot: &Bot) -> Result<Self, String> {
        let wrong = |error| format!("The bot's settings are not valid: {error}.");
        let settings = check(&bot.settings).map_err(wrong)?;
        Ok(Self { settings, library: Arc::clone(library), whose: (bot.workspace, bot.id) })
    }

    /// Answers with the best passage, or hands off.
    pub(crate) async fn answer(&self, question: &Question) -> Result<Answer, Failure> {
        let asked = match asked(&question.said) {
            Asked::Nothing => {
                let memory = question.memory.clone();
                return Ok(Answer { memory, ..Answer::say(Vec::new()) });
            }
            Asked::Unreadable(what) => {
                let note = format!("It cannot read what the customer sent: {what}.");
                return Ok(Answer::hand_off(HandOff::BotUnsure, note));
            }
            Asked::Words(words) => words,
        };
        let shelf = self.library.shelf(self.whose).await?;
        if shelf.is_empty() {
            let note = "It was taught nothing yet; add documents to it.";
            return Ok(Answer::hand_off(HandOff::BotUnsure, note));
        }
        let found = shelf.search(asked.clone(), NEAREST).await?;
        if let Some(best) = found.first().filter(|it| it.confidence >= self.settings.answer_from) {
            tracing::debug!(confidence = best.confidence, "answered from documents");
            let memory = question.memory.clone();
            let sources = vec![source(best)];
            return Ok(Answer { memory, sources, ..Answer::say(self.says(best)) });
        }
        let greeted = question.memory.as_deref() == Some(GREETED);
        match &self.settings.greeting {
            Some(greeting) if !greeted && !shelf.has_content(&asked) => {
                let memory = Some(GREETED.to_owned());
                Ok(Answer { memory, ..Answer::say(vec![Content::text(greeting)]) })
            }
            _ => Ok(self.unsure(&asked, &found)),
        }
    }

    fn says(&self, found: &Found) -> Vec<Content> {
        let mut replies: Vec<Content> = parts(&found.passage.text).map(Content::text).collect();
        if self.settings.cite {
            replies.push(Content::text(format!("({})", found.source())));
        }
        replies
    }

    fn unsure(&self, asked: &str, nearest: &[Found]) -> Answer {
        let quote: String = asked.chars().take(QUOTE).collect();
        let near = |it: &Found| format!("{} ({:.2})", it.source(), it.confidence);
        let near: Vec<String> = nearest.iter().map(near).collect();
        let near = match near.is_empty() {
            true => "Nothing in its documents is near.".to_owned(),
            false => format!("Nearest in its documents: {}.", near.join("; ")),
        };
        let note = format!("The customer asked: \u{201c}{quote}\u{201d} {near}");
        let replies = self.settings.unsure.iter().map(Content::text).collect();
        let then = AfterTurn::HandOff(HandOff::BotUnsure);
        Answer { then, note: Some(note), ..Answer::say(replies) }
    }
}

/// Where it was found, for agents.
pub(crate) fn source(found: &Found) -> Source {
    Source { name: found.source(), percent: found.percent() }
}

/// What the customer said, as far as documents can answer it.
enum Asked {
    /// Reactions, and coming through an ad, ask nothing.
    Nothing,
    /// A picture, a place.
    Unreadable(&'static str),
    Words(String),
}

fn asked(said: &[Content]) -> Asked {
    let mut words = Vec::new();
    for content in said {
        match content {
            Content::Reaction { .. } | Content::Referral(_) | Content::Unsent => {}
            other => match other.as_words().map(str::trim).filter(|words| !words.is_empty()) {
                Some(text) => words.push(text),
                None => return Asked::Unreadable(other.noun()),
            },
        }
    }
    if words.is_empty() { Asked::Nothing } else { Asked::Words(words.join("\n")) }
}
