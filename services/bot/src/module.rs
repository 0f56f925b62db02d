//! What the kinds of bots have in common: what they are asked, and what they say.

use switchboard_domain::{
    Channel, Content,
    content::Source,
    conversation::{AfterTurn, HandOff},
    ids::{BotId, ConversationId, MessageId, TurnId, WorkspaceId},
};

use crate::{
    history::Line, http::HttpBot, knowledge::KnowledgeBot, llm::LlmBot, meta_bot::MetaBot,
    rules::Rules,
};

/// What a bot is asked in a turn: all that it may know.
#[derive(Debug, Clone)]
pub struct Question {
    /// Whose customer it is.
    pub workspace: WorkspaceId,
    /// Which bot is asked.
    pub bot: BotId,
    /// Which conversation it is.
    pub conversation: ConversationId,
    /// Names the turn, in all its attempts.
    pub turn: TurnId,
    /// From 1.
    pub attempt: u32,
    /// Where the answer is read.
    pub channel: Channel,
    /// What the customer said since the last turn, oldest first.
    pub said: Vec<Content>,
    /// Which messages these are, in the same order.
    pub messages: Vec<MessageId>,
    /// What the bot kept of its last turn.
    pub memory: Option<String>,
    /// What was said before, oldest first, for bots that read it ([`Module::reads`]).
    pub history: Vec<Line>,
}

/// What a bot says in a turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its messages, in order.
    pub replies: Vec<Content>,
    /// What becomes of the conversation.
    pub then: AfterTurn,
    /// For the agents, when it hands off: why, or what it found out so far.
    pub note: Option<String>,
    /// What it wants to know again in its next turn.
    pub memory: Option<String>,
    /// What it rests on, for the agents, the surest first.
    pub sources: Vec<Source>,
}

impl Answer {
    /// Says these and stays.
    #[must_use]
    pub fn say(replies: Vec<Content>) -> Self {
        Self { replies, then: AfterTurn::Stay, note: None, memory: None, sources: Vec::new() }
    }

    /// Says nothing and leaves the customer to people.
    #[must_use]
    pub fn hand_off(reason: HandOff, note: impl Into<String>) -> Self {
        Self { then: AfterTurn::HandOff(reason), note: Some(note.into()), ..Self::say(Vec::new()) }
    }
}

/// A bot that has no answer, and may have one if it is asked again. What it says is for agents: a
/// whole sentence, without secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// A bot, ready to answer.
#[derive(Debug)]
pub(crate) enum Module {
    /// Answers by a list of rules.
    Rules(Rules),
    /// Answers from documents.
    Knowledge(Box<KnowledgeBot>),
    /// Is a program of the business.
    Http(Box<HttpBot>),
    /// Is a language model.
    Llm(Box<LlmBot>),
    /// Was written for Meta's platform.
    Meta(Box<MetaBot>),
    /// A bot that cannot work until somebody corrects its settings; people answer meanwhile and
    /// read why.
    Unfit(String),
}

impl Module {
    /// Answers what the customer said since the last turn.
    pub(crate) async fn answer(&self, question: &Question) -> Result<Answer, Failure> {
        match self {
            Module::Rules(rules) => rules.answer(&question.said, question.memory.as_deref()),
            Module::Knowledge(bot) => bot.answer(question).await,
            Module::Http(bot) => bot.answer(question).await,
            Module::Llm(bot) => bot.answer(question).await,
            Module::Meta(bot) => bot.answer(question).await,
            Module::Unfit(why) => Ok(Answer::hand_off(HandOff::BotFailed, why)),
        }
    }

    /// How many messages of the transcript it reads at most.
    pub(crate) fn reads(&self) -> u16 {
        match self {
            Module::Http(bot) => bot.reads(),
            Module::Llm(bot) => bot.reads(),
            Module::Rules(_) | Module::Knowledge(_) | Module::Meta(_) | Module::Unfit(_) => 0,
        }
    }

    /// What it is called in metrics.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Module::Rules(_) => crate::rules::KIND,
            Module::Knowledge(_) => crate::knowledge::KIND,
            Module::Http(_) => crate::http::KIND,
            Module::Llm(_) => crate::llm::KIND,
            Module::Meta(_) => crate::meta_bot::KIND,
            Module::Unfit(_) => "unfit",
        }
    }
}
