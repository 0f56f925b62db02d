//! Somebody tries a bot: it is asked as in a turn, of a conversation that there is not, and what it would
//! say is written where whoever asked reads it. Nothing is sent.

use std::sync::Arc;

use serde_json::{Value, json};
use switchboard_chassis::clock;
use switchboard_contract::{Envelope, Invalid, convert::parse, wire::BotTrial};
use switchboard_domain::{
    Content, Timestamp,
    conversation::AfterTurn,
    ids::{ConversationId, ErrandId, MessageId, TurnId},
};
use switchboard_queue::PublishError;
use switchboard_store::{
    StoreError,
    errands::{self, Errand, Progress},
};
use tokio::time::{self, Instant};
use tracing::warn;

use crate::{
    history::Line,
    module::{Answer, Failure, Module, Question},
    turn::{Failed, Worker, isolated},
};

/// What the row is called.
const KIND: &str = "bot_trial";

/// A trial, as the domain's terms say it.
struct Trial {
    errand: Errand,
    question: Question,
    deadline: Timestamp,
}

impl TryFrom<&BotTrial> for Trial {
    type Error = Invalid;

    fn try_from(wire: &BotTrial) -> Result<Self, Invalid> {
        let id: ErrandId = parse("bot_trial.errand_id", &wire.errand_id)?;
        let workspace = parse("bot_trial.workspace_id", &wire.workspace_id)?;
        let said = wire.messages.iter().cloned().map(Content::try_from);
        let said: Vec<Content> = said.collect::<Result<_, _>>()?;
        let line = |line: &switchboard_contract::wire::bot_trial::Line| {
            let content = line.content.clone();
            let content =
                content.ok_or_else(|| Invalid::new("bot_trial.history", "says nothing"))?;
            Ok(Line { by_customer: line.by_customer, content: content.try_into()? })
        };
        let question = Question {
            workspace,
            bot: parse("bot_trial.bot_id", &wire.bot_id)?,
            conversation: ConversationId::new(id.uuid()),
            turn: TurnId::new(id.uuid()),
            attempt: 1,
            channel: parse("bot_trial.channel", &wire.channel)?,
            messages: (0..said.len()).map(|at| MessageId::derive(&format!("{id}/{at}"))).collect(),
            said,
            memory: wire.memory.clone(),
            history: wire.history.iter().map(line).collect::<Result<_, Invalid>>()?,
        };
        let errand = Errand { id, workspace, account: None, kind: KIND.to_owned() };
        Ok(Self { errand, question, deadline: Timestamp::from_micros(wire.deadline_us) })
    }
}

impl Worker {
    /// Asks the bot, once, and writes what it would say.
    pub(crate) async fn try_out(
        &self,
        envelope: Envelope,
        wire: &BotTrial,
    ) -> Result<(), PublishError> {
        let Trial { errand, question, deadline } = match Trial::try_from(wire) {
            Ok(trial) => trial,
            Err(error) => return self.bury(envelope, &error).await,
        };
        let left = deadline.since(clock::now());
        let id = errand.id;
        match self.begins(errand).await {
            Ok(true) if !left.is_zero() => {}
            Ok(_) => return Ok(()),
            Err(error) => {
                warn!(%error, "a trial cannot be noted; whoever asked will ask again");
                return Ok(());
            }
        }
        let until = Instant::now() + left;
        let outcome = match time::timeout_at(until, self.asked(question, until)).await {
            Ok(outcome) => outcome,
            Err(_) => failed("It was not done in the time that there is for trying it."),
        };
        let outcome = Progress::Done(outcome);
        let store = &self.catalogue.store;
        let end = store.write(move |db| errands::end(db, id, &outcome, clock::now())).await;
        if let Err(error) = end {
            warn!(%error, "what a bot said is lost; whoever asked will ask again");
        }
        Ok(())
    }

    async fn begins(&self, errand: Errand) -> Result<bool, StoreError> {
        self.catalogue.store.write(move |db| errands::begin(db, &errand, clock::now())).await
    }

    async fn asked(&self, question: Question, until: Instant) -> Value {
        let module = self.module(&question).await;
        match isolated(async move { ask(&module, &question).await }, until).await {
            Ok(Ok(answer)) => told(answer),
            Ok(Err(Failure(why))) => failed(&why),
            Err(Failed::Panicked) => failed("It stopped because of a fault in Switchboard."),
            Err(Failed::Late) => failed("It was not done in the time that there is for trying it."),
        }
    }
}

/// A bot of Meta's platform answers by itself and to customers: whether it can be told is all that can
/// be tried.
async fn ask(module: &Arc<Module>, question: &Question) -> Result<Answer, Failure> {
    let Module::Meta(bot) = module.as_ref() else { return module.answer(question).await };
    bot.confirms().await?;
    let note = "Its webhook has confirmed the verify token. What it answers shows when a customer \
                writes.";
    Ok(Answer { then: AfterTurn::Await, note: Some(note.into()), ..Answer::say(Vec::new()) })
}

fn told(answer: Answer) -> Value {
    let outcome = match answer.then {
        AfterTurn::Stay => "answered",
        AfterTurn::Resolve => "resolved",
        AfterTurn::Await => "awaited",
        AfterTurn::Retry => "failed",
        AfterTurn::HandOff(_) => "handed_off",
    };
    json!({
        "outcome": outcome,
        "replies": answer.replies,
        "note": answer.note,
        "memory": answer.memory,
        "sources": answer.sources,
    })
}

fn failed(why: &str) -> Value {
    json!({ "outcome": "failed", "replies": [], "note": why, "memory": null, "sources": [] })
}
