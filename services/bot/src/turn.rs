//! One turn: from the question to the durable answer, whatever the module does.

use std::{future::Future, sync::Arc};

use switchboard_chassis::{clock, telemetry};
use switchboard_contract::{
    Body, Envelope, Invalid,
    convert::{conversation_shard, parse},
    wire::{BotReply, BotTurn},
};
use switchboard_domain::{
    Timestamp,
    conversation::{AfterTurn, Conversation, HandOff, Unanswered},
    shard::ConversationShard,
};
use switchboard_queue::{PublishError, SharedQueue, Topic};
use tokio::time::{self, Instant};
use tokio_util::task::AbortOnDropHandle;
use tracing::{Instrument, info_span, warn};

use crate::{
    catalogue::Catalogue,
    consume::Take,
    history,
    measures::Measures,
    module::{Answer, Failure, Module, Question},
    publish,
};

/// What takes turns.
pub(crate) struct Worker {
    pub(crate) queue: SharedQueue,
    pub(crate) catalogue: Catalogue,
    pub(crate) measures: Measures,
}

/// Why a module gave no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// The router has given the turn up by now; nobody waits for the answer.
    #[error("the deadline passed")]
    Late,
    /// A bug in the module.
    #[error("the module panicked")]
    Panicked,
}

/// A turn, as the domain's terms say it.
#[derive(Debug)]
struct Turn {
    question: Question,
    shard: ConversationShard,
    deadline: Timestamp,
}

impl TryFrom<&BotTurn> for Turn {
    type Error = Invalid;

    fn try_from(wire: &BotTurn) -> Result<Self, Invalid> {
        let said = wire.messages.iter().cloned().map(Unanswered::try_from);
        let said: Vec<Unanswered> = said.collect::<Result<_, _>>()?;
        let question = Question {
            workspace: parse("bot_turn.workspace_id", &wire.workspace_id)?,
            bot: parse("bot_turn.bot_id", &wire.bot_id)?,
            conversation: parse("bot_turn.conversation_id", &wire.conversation_id)?,
            turn: parse("bot_turn.turn_id", &wire.turn_id)?,
            attempt: wire.attempt,
            channel: parse("bot_turn.channel", &wire.channel)?,
            said: said.iter().map(|message| message.content.clone()).collect(),
            messages: said.iter().map(|message| message.id).collect(),
            memory: wire.memory.clone(),
            history: Vec::new(),
        };
        Ok(Self {
            question,
            shard: conversation_shard(wire.conversation_shard)?,
            deadline: Timestamp::from_micros(wire.deadline_us),
        })
    }
}

impl Take for Worker {
    const TOPIC: Topic = Topic::BotTurns;

    fn queue(&self) -> &SharedQueue {
        &self.queue
    }

    /// A turn needs nobody any more when its answer is durable, or it is too late, or it is buried.
    async fn take(&self, envelope: Envelope) -> Result<(), PublishError> {
        let span = info_span!("bot_turn", envelope = envelope.id);
        telemetry::set_parent(&span, &envelope.traceparent, &envelope.tracestate);
        if let Some(Body::BotTrial(trial)) = &envelope.body {
            let trial = trial.clone();
            return self.try_out(envelope, &trial).instrument(span).await;
        }
        self.answer(envelope).instrument(span).await
    }
}

impl Worker {
    async fn answer(&self, envelope: Envelope) -> Result<(), PublishError> {
        let begun = Instant::now();
        let turn = match &envelope.body {
            Some(Body::BotTurn(wire)) => Turn::try_from(wire).map(|turn| (wire.clone(), turn)),
            _ => Err(Invalid::new("envelope.body", "no bot turn")),
        };
        let (wire, turn) = match turn {
            Ok(turn) => turn,
            Err(error) => return self.bury(envelope, &error).await,
        };
        let to = Topic::Inbound(turn.shard);
        let left = turn.deadline.since(clock::now());
        let until = begun + left;
        let module = time::timeout_at(until, self.module(&turn.question)).await;
        let kind = module.as_ref().map_or("unknown", |module| module.kind());
        let work = async {
            if left.is_zero() {
                return Err(Failed::Late);
            }
            let answer = self.run(module.map_err(|_| Failed::Late)?, turn, until).await?;
            Ok((outcome(&answer), self.say(&wire, answer, to).await))
        };
        let (word, result) = match time::timeout_at(until, work).await.unwrap_or(Err(Failed::Late))
        {
            Ok((word, Ok(()))) => (word, Ok(())),
            Ok((_, Err(error))) => ("unpublished", Err(error)),
            Err(error) => {
                warn!(turn = wire.turn_id, bot = wire.bot_id, %error, "a turn has no answer");
                ("late", Ok(()))
            }
        };
        self.measures.turn(kind, word, begun.elapsed());
        result
    }

    /// The bot's module, once its settings can be read.
    pub(crate) async fn module(&self, question: &Question) -> Arc<Module> {
        let found = self.catalogue.module(question.workspace, question.bot).await;
        found.unwrap_or_else(|_| {
            let why = "The bot's settings cannot be read; ask your administrator.";
            Arc::new(Module::Unfit(why.into()))
        })
    }

    /// What the bot says; a bot that failed asks to be tried again.
    async fn run(&self, module: Arc<Module>, turn: Turn, until: Instant) -> Result<Answer, Failed> {
        let Turn { mut question, .. } = turn;
        let whose = (question.workspace, question.conversation);
        let said = question.messages.clone();
        match history::read(&self.catalogue.store, whose, said, module.reads()).await {
            Ok(history) => question.history = history,
            Err(error) => {
                warn!(%error, "the transcript cannot be read");
                return Ok(try_again("The conversation could not be read.".into()));
            }
        }
        let bot = question.bot;
        match isolated(async move { module.answer(&question).await }, until).await {
            Ok(Ok(answer)) => Ok(bounded(answer)),
            Ok(Err(Failure(why))) => {
                warn!(%bot, why, "a bot failed");
                Ok(try_again(why))
            }
            Err(Failed::Panicked) => {
                warn!(%bot, "the bot's module panicked");
                Ok(try_again("It stopped because of a fault in Switchboard.".into()))
            }
            Err(Failed::Late) => Err(Failed::Late),
        }
    }

    async fn say(&self, turn: &BotTurn, answer: Answer, to: Topic) -> Result<(), PublishError> {
        let said = publish::until_durable(&self.queue, to, reply(turn, answer)).await;
        match said {
            Err(PublishError::TooLarge { bytes, .. }) => {
                warn!(bot = turn.bot_id, bytes, "the bot says too much; people answer instead");
                let instead = Answer::hand_off(HandOff::BotFailed, "Its answer was too long.");
                publish::until_durable(&self.queue, to, reply(turn, instead)).await
            }
            said => said,
        }
    }

    pub(crate) async fn bury(
        &self,
        envelope: Envelope,
        error: &Invalid,
    ) -> Result<(), PublishError> {
        let id = envelope.id.clone();
        let payload = switchboard_contract::encode(vec![envelope]);
        let letter = (Self::TOPIC, id.as_str());
        publish::bury(&self.queue, letter, payload, error.to_string(), clock::now()).await
    }
}

fn try_again(why: String) -> Answer {
    Answer { then: AfterTurn::Retry, note: Some(why), ..Answer::say(Vec::new()) }
}

/// What is counted as the turn's outcome.
fn outcome(answer: &Answer) -> &'static str {
    match answer.then {
        AfterTurn::Stay | AfterTurn::Resolve => "answered",
        AfterTurn::Await => "awaited",
        AfterTurn::Retry => "failed",
        AfterTurn::HandOff(_) => "handed_off",
    }
}

/// An answer that keeps no more than may be kept.
fn bounded(answer: Answer) -> Answer {
    let kept = answer.memory.as_ref().map_or(0, String::len);
    if kept <= Conversation::MAX_MEMORY {
        return answer;
    }
    warn!(bytes = kept, "the bot keeps too much of a conversation; people answer instead");
    Answer::hand_off(HandOff::BotFailed, "It wanted to remember more than a bot may.")
}

/// Runs work that may panic or hang, in a task of its own, at most until then.
pub(crate) async fn isolated<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
    until: Instant,
) -> Result<T, Failed> {
    let task = AbortOnDropHandle::new(tokio::spawn(work.in_current_span()));
    match time::timeout_at(until, task).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) => Err(Failed::Panicked),
        Err(_) => Err(Failed::Late),
    }
}

/// The answer on its way. Its id follows from the turn's, so that the router knows a repeat.
fn reply(turn: &BotTurn, answer: Answer) -> Envelope {
    let (traceparent, tracestate) = telemetry::inject_current();
    let reply = BotReply {
        workspace_id: turn.workspace_id.clone(),
        conversation_id: turn.conversation_id.clone(),
        turn_id: turn.turn_id.clone(),
        replies: answer.replies.into_iter().map(Into::into).collect(),
        note: answer.note,
        memory: answer.memory,
        sources: answer.sources.into_iter().map(Into::into).collect(),
        ..BotReply::default()
    };
    Envelope {
        id: format!("turn:{}:{}", turn.turn_id, turn.attempt),
        traceparent,
        tracestate,
        created_at_us: clock::now().as_micros(),
        body: Some(Body::BotReply(reply.then_do(answer.then))),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_panic_and_a_hang_stay_in_their_turn() {
        let limit = Instant::now() + Duration::from_secs(60);
        let panicked = isolated(async { panic!("on purpose") }, limit).await;
        assert!(matches!(panicked.map(|(): ()| ()), Err(Failed::Panicked)));
        let hanging = isolated(std::future::pending::<()>(), Instant::now()).await;
        assert!(matches!(hanging, Err(Failed::Late)));
        assert_eq!(isolated(async { 7 }, limit).await.unwrap(), 7);
    }
}
