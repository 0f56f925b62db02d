//! Tells bots of Meta's platform what happens beside their turns (ADR 0025): some at once for each
//! bot, a few tries each, then dropped and counted. A bot that fails rests for a while, in which what
//! there is for it is dropped at once, so that it holds nobody up.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use switchboard_chassis::{clock, telemetry};
use switchboard_contract::{Body, Envelope, Invalid, convert::parse, encode, wire::BotNews};
use switchboard_domain::ids::{BotId, WorkspaceId};
use switchboard_queue::{PublishError, SharedQueue, Topic};
use tokio::{
    sync::Semaphore,
    time::{self, Instant},
};
use tracing::{Instrument, info_span, warn};

use crate::{
    consume::Take,
    meta_bot::MetaBot,
    module::{Failure, Module},
    publish,
    turn::Worker,
};

/// News in hand at once, of all bots.
pub(crate) const IN_HAND: u16 = 256;

/// News that one bot is told at once.
const AT_ONCE: usize = 8;

/// How long one waits for the settings of its bot, and for its place.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long lies before each try.
const TRIES: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(5)];

/// How long a bot rests that failed every try.
const REST: Duration = Duration::from_secs(15);

/// So many bots are kept in mind; beyond, all are forgotten.
const MOST: usize = 10_000;

/// What tells news.
pub(crate) struct Teller {
    worker: Arc<Worker>,
    bots: Mutex<HashMap<BotId, Arc<Line>>>,
}

/// What is known of one bot.
struct Line {
    places: Semaphore,
    rests_until: Mutex<Option<Instant>>,
}

impl Line {
    fn is_at_rest(&self) -> bool {
        let until = self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn rests(&self) {
        let until = Instant::now() + REST;
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }
}

impl Take for Teller {
    const TOPIC: Topic = Topic::BotNews;

    fn queue(&self) -> &SharedQueue {
        &self.worker.queue
    }

    async fn take(&self, envelope: Envelope) -> Result<(), PublishError> {
        let span = info_span!("bot_news", envelope = envelope.id);
        telemetry::set_parent(&span, &envelope.traceparent, &envelope.tracestate);
        self.read(envelope).instrument(span).await
    }
}

impl Teller {
    pub(crate) fn new(worker: Arc<Worker>) -> Self {
        Self { worker, bots: Mutex::default() }
    }

    async fn read(&self, envelope: Envelope) -> Result<(), PublishError> {
        let whose = match &envelope.body {
            Some(Body::BotNews(news)) => whose(news).map(|whose| (whose, news)),
            _ => Err(Invalid::new("envelope.body", "no news for a bot")),
        };
        let outcome = match whose {
            Ok((whose, news)) => self.tell(whose, news).await,
            Err(error) => {
                let (id, payload) = (envelope.id.clone(), encode(vec![envelope]));
                let letter = (Self::TOPIC, id.as_str());
                let (queue, reason) = (self.queue(), error.to_string());
                return publish::bury(queue, letter, payload, reason, clock::now()).await;
            }
        };
        self.worker.measures.news(outcome);
        Ok(())
    }

    /// Tells one; what became of it.
    async fn tell(&self, (workspace, bot): (WorkspaceId, BotId), news: &BotNews) -> &'static str {
        let module = self.worker.catalogue.module(workspace, bot);
        let Ok(module) = time::timeout(PATIENCE, module).await else { return "dropped" };
        let Ok(Module::Meta(meta)) = module.as_deref() else { return "nothing" };
        let line = self.line(bot);
        let waited = time::timeout(PATIENCE, line.places.acquire()).await;
        let Ok(Ok(_place)) = waited else { return "dropped" };
        let mut why = None;
        for pause in TRIES {
            time::sleep(pause).await;
            if line.is_at_rest() {
                return "dropped";
            }
            match told(meta, news).await {
                Ok(outcome) => return outcome,
                Err(Failure(failure)) => why = Some(failure),
            }
        }
        warn!(%bot, why, "a bot is not told what happened, and rests");
        line.rests();
        "dropped"
    }

    fn line(&self, bot: BotId) -> Arc<Line> {
        let mut bots = self.lock();
        if bots.len() >= MOST {
            bots.clear();
        }
        let fresh = || {
            let (places, rests_until) = (Semaphore::new(AT_ONCE), Mutex::default());
            Arc::new(Line { places, rests_until })
        };
        Arc::clone(bots.entry(bot).or_insert_with(fresh))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<BotId, Arc<Line>>> {
        self.bots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn told(meta: &MetaBot, news: &BotNews) -> Result<&'static str, Failure> {
    Ok(if meta.tell(news).await? { "told" } else { "nothing" })
}

fn whose(news: &BotNews) -> Result<(WorkspaceId, BotId), Invalid> {
    let workspace = parse("bot_news.workspace_id", &news.workspace_id)?;
    Ok((workspace, parse("bot_news.bot_id", &news.bot_id)?))
}
