//! One try of one send: write ahead, check, call, conclude, write.

use std::{sync::Arc, time::Duration};

use secrecy::ExposeSecret;
use serde_json::Value;
use switchboard_chassis::telemetry;
use switchboard_domain::{
    Channel, Timestamp,
    ids::{AccountId, WorkspaceId},
};
use switchboard_graph::Usage;
use switchboard_lane::{Tenure, TenureSlot};
use switchboard_meta::marker;
use switchboard_store::{
    accounts::Health,
    sends::{Change, State},
};
use tracing::{Instrument, info, info_span, warn};

use crate::{
    account::Access,
    clock::Now,
    committer::{Committer, Note, Unwritten},
    compose::compose,
    conclude::{Conclusion, Effect, Rules, after_doubt, after_expiry, after_try},
    context::Context,
    load,
    media::Held,
    outcome::{self, Known},
    report::Report,
    scheduler::{Ending, Item, Job},
    templates,
};

/// A request that does not leave within this time of its write-ahead does not leave: the process
/// may have been stopped in between and another may own the shard.
const FRESH: Duration = Duration::from_secs(2);

/// How long a send waits for a store that is away, or for its account to be read.
const PAUSE: Duration = Duration::from_millis(500);

/// What a job came to.
pub(crate) struct Landed {
    pub(crate) job: Job,
    /// It was a try, not an expiry or a giving up.
    pub(crate) started: bool,
    pub(crate) ending: Ending,
    pub(crate) effect: Effect,
    pub(crate) usage: Option<Usage>,
}

/// What an owner has to write with.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) context: Arc<Context>,
    pub(crate) tenure: Arc<Tenure>,
    pub(crate) slot: TenureSlot,
    pub(crate) committer: Committer,
}

impl Desk {
    /// Tries a send.
    pub(crate) async fn send(self, job: Job) -> Landed {
        if job.probe {
            // Since the account was stopped it may have got another token.
            load::account(Arc::clone(&self.context), job.workspace, job.account).await;
        }
        let (ending, effect, usage) = match self.context.accesses.get(job.account) {
            None => (self.wait(&job.item), Effect::None, None),
            Some(Err(why)) => {
                let (ending, effect) = self.no_access(&job, why.0).await;
                (ending, effect, None)
            }
            Some(Ok(access)) => self.call(&job, &access).await,
        };
        Landed { job, started: true, ending, effect, usage }
    }

    /// Ends a send whose window closed.
    pub(crate) async fn expire(self, job: Job) -> Landed {
        let policy = self.context.settings.uncertain_policy;
        let conclusion = after_expiry(&job.item, policy);
        self.end(job, conclusion).await
    }

    /// Ends the wait for proof.
    pub(crate) async fn give_up(self, job: Job) -> Landed {
        let now = self.context.clock.mono();
        let policy = self.context.settings.uncertain_policy;
        let conclusion = after_doubt(&job.item, policy, now);
        warn!(send = %job.item.send, account = %job.account, ?policy,
            "no proof came that a message arrived");
        self.end(job, conclusion).await
    }

    async fn end(self, job: Job, conclusion: Conclusion) -> Landed {
        let ending = self.write(&job, conclusion, job.item.attempt).await;
        Landed { job, started: false, ending, effect: Effect::None, usage: None }
    }

    async fn no_access(&self, job: &Job, why: String) -> (Ending, Effect) {
        let health = self.health(job, true, why.clone());
        let item = job.item.clone();
        let now = self.context.clock.now();
        let note = Note {
            change: self.change(&item, State::Queued, now.wall),
            report: None,
            health: Some(health),
            is_result: false,
        };
        let _ = self.committer.write(note).await;
        (Ending::Later(item), Effect::Pause(why))
    }

    async fn call(&self, job: &Job, access: &Arc<Access>) -> (Ending, Effect, Option<Usage>) {
        let mut item = job.item.clone();
        item.attempt += 1;
        let marker = marker::make(self.context.marker.expose(), item.send, item.attempt);
        let composed = match compose(&self.context, job, access, &marker).await {
            Ok(composed) => composed,
            Err(held) => return self.held(job, (item, &marker), access, held).await,
        };
        let now = self.context.clock.now();
        if job.item.attempt == 0 {
            self.context.metrics.waited(access.channel, now.mono.saturating_sub(item.since));
        }
        let change = self.change(&item, State::Sending, now.wall);
        let mark = Note { change, report: None, health: None, is_result: false };
        match self.committer.write(mark).await {
            Ok(true) => {}
            Ok(false) | Err(Unwritten::Lost) => return (Ending::Done, Effect::None, None),
            Err(Unwritten::Away | Unwritten::Refused) => {
                return (self.wait(&job.item), Effect::None, None);
            }
        }
        access.pacer.pass(item.class, self.context.clock).await;
        let (known, usage) = match self.may_leave(job, now) {
            Ok(()) => self.post(job, access, &composed.body).await,
            Err(why) => (Known::NotSent(why.into()), None),
        };
        if let (Some(template), Some(status)) = (&composed.template, out_of_use(&known)) {
            let message = (&**template, status);
            templates::take_out_of_use(&self.context, job.workspace, access, message).await;
        }
        let mut conclusion = after_try(&item, known, &marker, self.rules(access.channel));
        let is_pause = matches!(conclusion.effect, Effect::Pause(_));
        if is_pause && !self.context.accesses.is_current(job.account, access) {
            // It was tried with what has been replaced meanwhile.
            conclusion.effect = Effect::None;
        }
        self.context.metrics.ended(access.channel, conclusion.word);
        log(job, &conclusion);
        let effect = conclusion.effect.clone();
        (self.write(job, conclusion, item.attempt).await, effect, usage)
    }

    /// Nothing was sent: the message has no body, or Meta did not take its file.
    async fn held(
        &self,
        job: &Job,
        (item, marker): (Item, &str),
        access: &Arc<Access>,
        held: Held,
    ) -> (Ending, Effect, Option<Usage>) {
        let conclusion = match held {
            Held::Never(why) => Conclusion::failed(why),
            Held::Call(known) => after_try(&item, known, marker, self.rules(access.channel)),
        };
        log(job, &conclusion);
        let effect = conclusion.effect.clone();
        (self.write(job, conclusion, item.attempt).await, effect, None)
    }

    async fn post(&self, job: &Job, access: &Access, body: &Value) -> (Known, Option<Usage>) {
        let request = &job.item.request;
        let span = info_span!("graph_call", send = %job.item.send, account = %job.account);
        telemetry::set_parent(&span, &request.traceparent, &request.tracestate);
        self.call_graph(access, body).instrument(span).await
    }

    async fn call_graph(&self, access: &Access, body: &Value) -> (Known, Option<Usage>) {
        let before = self.context.clock.mono();
        let proof = access.proof.as_ref().map(ExposeSecret::expose_secret);
        let graph = &self.context.graph;
        let outcome = graph.post_message(access.host, &access.node, &access.token, proof, body);
        let outcome = outcome.await;
        let time = self.context.clock.mono().saturating_sub(before);
        self.context.metrics.called(access.channel, time);
        (outcome::read(access.channel, &outcome), outcome::usage(&outcome))
    }

    /// The last look before the first byte: all that was true at the write-ahead still is.
    fn may_leave(&self, job: &Job, marked: Now) -> Result<(), &'static str> {
        let mono = self.context.clock.mono();
        let epoch = self.slot.borrow().as_ref().map(|tenure| tenure.epoch());
        if epoch != Some(self.tenure.epoch()) {
            return Err("the shard was lost before the request left");
        }
        if mono.saturating_sub(marked.mono) > FRESH {
            return Err("the process was held up before the request left");
        }
        if mono >= job.item.expires {
            return Err("the customer's window closed before the request left");
        }
        if !job.probe && self.context.accesses.is_paused(job.account) {
            return Err("the account was stopped before the request left");
        }
        Ok(())
    }

    /// Writes the conclusion; what was settled or lost meanwhile is done here.
    async fn write(&self, job: &Job, conclusion: Conclusion, attempt: u32) -> Ending {
        let now = self.context.clock.now();
        let mut change = self.change(&job.item, conclusion.state, now.wall);
        change.attempt = attempt;
        if let Ending::Later(item) = &conclusion.ending {
            change.not_before = now.wall.plus(item.ready.saturating_sub(now.mono));
        }
        change.external_id = conclusion.external_id;
        change.error = conclusion.error;
        let (word, code) = (conclusion.word, conclusion.code);
        let report = conclusion
            .report
            .and_then(|outcome| Report::new(&job.item.request, attempt, word, (outcome, code)));
        let health = match conclusion.effect {
            Effect::Pause(why) => {
                self.context.accesses.pause(job.account);
                Some(self.health(job, true, why))
            }
            Effect::Works if job.probe => {
                self.context.accesses.resume(job.account);
                Some(self.health(job, false, String::new()))
            }
            _ => None,
        };
        match self.committer.write(Note { change, report, health, is_result: true }).await {
            Ok(true) => conclusion.ending,
            Ok(false) | Err(_) => Ending::Done,
        }
    }

    fn change(&self, item: &Item, state: State, now: Timestamp) -> Change {
        Change {
            id: item.send,
            state,
            attempt: item.attempt,
            epoch: self.tenure.epoch(),
            not_before: now,
            external_id: None,
            error: None,
        }
    }

    fn health(&self, job: &Job, paused: bool, reason: String) -> (WorkspaceId, AccountId, Health) {
        let since = self.context.clock.now().wall;
        (job.workspace, job.account, Health { paused, reason, since })
    }

    fn wait(&self, item: &Item) -> Ending {
        let ready = self.context.clock.mono() + PAUSE;
        Ending::Later(Item { ready, ..item.clone() })
    }

    fn rules(&self, channel: Channel) -> Rules {
        Rules {
            channel,
            persistence: self.context.persistence(),
            doubt: self.context.doubt(channel),
            now: self.context.clock.mono(),
            chance: rand::random(),
        }
    }
}

/// The state of a template that Meta refuses for it.
fn out_of_use(known: &Known) -> Option<&'static str> {
    match known {
        Known::Refused(_, error) => error.template_status(),
        _ => None,
    }
}

fn log(job: &Job, conclusion: &Conclusion) {
    let (send, account) = (job.item.send, job.account);
    let error = conclusion.error.as_deref();
    match conclusion.word {
        "sent" => tracing::debug!(%send, %account, "sent"),
        "failed" | "account" | "uncertain" => {
            warn!(%send, %account, outcome = conclusion.word, error, "a message did not go out");
        }
        outcome => info!(%send, %account, outcome, error, "a message goes out later"),
    }
}
