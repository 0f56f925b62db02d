//! One turn: from the question to the durable answer, whatever the module does.

use std::{future::Future, time::Duration};

use switchboard_chassis::{clock, telemetry};
use switchboard_contract::{
    Body, Envelope, Invalid,
    convert::{conversation_shard, parse},
    wire::{BotReply, BotTurn},
};
use switchboard_domain::{
    Content, Timestamp,
    conversation::{AfterTurn, HandOff, Unanswered},
    ids::{BotId, WorkspaceId},
    shard::ConversationShard,
};
use switchboard_queue::{PublishError, SharedQueue, Topic};
use tokio::time::{self, Instant};
use tokio_util::task::AbortOnDropHandle;
use tracing::{Instrument, info_span, warn};

use crate::{catalogue::Catalogue, measures::Measures, module::Answer, publish};

/// How long lies between two tries to read the settings.
const PAUSE: Duration = Duration::from_millis(250);

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
    workspace: WorkspaceId,
    bot: BotId,
    shard: ConversationShard,
    said: Vec<Content>,
    deadline: Timestamp,
}

impl TryFrom<&BotTurn> for Turn {
    type Error = Invalid;

    fn try_from(wire: &BotTurn) -> Result<Self, Invalid> {
        let said = wire.messages.iter().cloned().map(Unanswered::try_from);
        Ok(Self {
            workspace: parse("bot_turn.workspace_id", &wire.workspace_id)?,
            bot: parse("bot_turn.bot_id", &wire.bot_id)?,
            shard: conversation_shard(wire.conversation_shard)?,
            said: said.map(|it| it.map(|it| it.content)).collect::<Result<_, _>>()?,
            deadline: Timestamp::from_micros(wire.deadline_us),
        })
    }
}

impl Worker {
    /// Takes a turn. `Ok` means that it needs nobody any more: its answer is durable, or it is too
    /// late, or it is buried.
    ///
    /// # Errors
    /// [`PublishError`] when the queue will never take the answer.
    pub(crate) async fn take(&self, envelope: Envelope) -> Result<(), PublishError> {
        let span = info_span!("bot_turn", envelope = envelope.id);
        telemetry::set_parent(&span, &envelope.traceparent, &envelope.tracestate);
        self.answer(envelope).instrument(span).await
    }

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
        let left = turn.deadline.since(clock::now());
        let shard = turn.shard;
        let work = async {
            let answer = self.run(turn, left).await?;
            Ok(self.say(&wire, answer, Topic::Inbound(shard)).await)
        };
        let outcome = match left {
            Duration::ZERO => Err(Failed::Late),
            left => time::timeout(left, work).await.unwrap_or(Err(Failed::Late)),
        };
        let (word, result) = match outcome {
            Ok(Ok(())) => ("answered", Ok(())),
            Ok(Err(error)) => ("unpublished", Err(error)),
            Err(error) => {
                warn!(turn = wire.turn_id, bot = wire.bot_id, %error, "a turn has no answer");
                ("late", Ok(()))
            }
        };
        self.measures.turn(word, begun.elapsed());
        result
    }

    /// What the bot says; a bot that failed asks to be tried again.
    async fn run(&self, turn: Turn, left: Duration) -> Result<Answer, Failed> {
        let (workspace, bot) = (turn.workspace, turn.bot);
        let module = loop {
            match self.catalogue.module(workspace, bot).await {
                Ok(module) => break module,
                Err(error) if error.is_transient() => time::sleep(PAUSE).await,
                Err(error) => {
                    warn!(%bot, %error, "the bot's settings cannot be read");
                    return Ok(try_again());
                }
            }
        };
        match isolated(async move { module.answer(&turn.said) }, left).await {
            Err(Failed::Panicked) => {
                warn!(%bot, "the bot's module panicked");
                Ok(try_again())
            }
            outcome => outcome,
        }
    }

    async fn say(&self, turn: &BotTurn, answer: Answer, to: Topic) -> Result<(), PublishError> {
        let said = publish::until_durable(&self.queue, to, reply(turn, answer)).await;
        match said {
            Err(PublishError::TooLarge { bytes, .. }) => {
                warn!(bot = turn.bot_id, bytes, "the bot says too much; people answer instead");
                let instead = reply(turn, Answer::hand_off(HandOff::BotFailed));
                publish::until_durable(&self.queue, to, instead).await
            }
            said => said,
        }
    }

    async fn bury(&self, envelope: Envelope, error: &Invalid) -> Result<(), PublishError> {
        let id = envelope.id.clone();
        let payload = switchboard_contract::encode(vec![envelope]);
        publish::bury(&self.queue, &id, payload, error.to_string(), clock::now()).await
    }
}

fn try_again() -> Answer {
    Answer { replies: Vec::new(), then: AfterTurn::Retry }
}

/// Runs work that may panic or hang, in a task of its own, at most for `limit`.
async fn isolated<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
    limit: Duration,
) -> Result<T, Failed> {
    let task = AbortOnDropHandle::new(tokio::spawn(work.in_current_span()));
    match time::timeout(limit, task).await {
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
    use super::*;

    #[tokio::test]
    async fn a_panic_and_a_hang_stay_in_their_turn() {
        let limit = Duration::from_secs(60);
        let panicked = isolated(async { panic!("on purpose") }, limit).await;
        assert!(matches!(panicked.map(|(): ()| ()), Err(Failed::Panicked)));
        let hanging = isolated(std::future::pending::<()>(), Duration::from_millis(1)).await;
        assert!(matches!(hanging, Err(Failed::Late)));
        assert_eq!(isolated(async { 7 }, limit).await.unwrap(), 7);
    }
}
