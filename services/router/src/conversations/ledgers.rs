//! What is measured of each conversation, and what reports count: written in the transaction that
//! applies the event, so that it never contradicts the transcript.
//!
//! A broken promise is noticed by whatever comes first after it: its timer, or another event. Either
//! has the conversation told by an event whose id names the promise and its time, once.

use std::sync::{Arc, OnceLock};

use switchboard_chassis::metrics::{self, Counter, KeyValue};
use switchboard_contract::{
    Body, Envelope, Invalid,
    convert::parse,
    wire::{self, TimerDue},
};
use switchboard_domain::{
    Timestamp,
    conversation::{Effect, Event, EventKind},
    ids::{ConversationId, FactId, WorkspaceId},
    ledger::{Change, Due, Fact, Kind, Ledger, Situation, Terms, counts_as_message},
};
use switchboard_lane::{Fault, Moment, Out, reply_to};
use switchboard_queue::Topic;
use switchboard_store::{
    Db, StoreError, ledgers,
    reports::{self, Place},
    sla,
    timers::{self, Timer},
};

use super::{Conversations, cache::Loaded};

/// What the timers of promises are called on the wire.
pub(super) const TIMER: &str = "sla";

/// What is measured of a conversation in use.
#[derive(Default)]
pub(super) struct Book {
    ledger: Ledger,
    /// Of the team that it is with.
    pub(super) terms: Arc<Terms>,
    /// As the store has it.
    kept: (Ledger, Option<Due>),
    /// What its timer is set to, as far as known.
    alarm: Option<Timestamp>,
}

impl Book {
    pub(super) fn load(db: &mut Db, conversation: ConversationId) -> Result<Self, StoreError> {
        let ledger = ledgers::load(db, conversation)?;
        Ok(Self { kept: (ledger.clone(), None), ledger, ..Self::default() })
    }
}

/// A conversation as its ledger sees it.
pub(super) fn situation(loaded: &Loaded) -> Situation {
    Situation::of(&loaded.record.state, &loaded.policy)
}

/// The promises that are broken by then and of which nobody was told, each as an event.
pub(super) fn late(loaded: &Loaded, now: Timestamp) -> Vec<Event> {
    let due = loaded.book.ledger.due(&situation(loaded), &loaded.book.terms);
    let late = due.into_iter().filter(|due| !due.breached && due.at <= now);
    late.map(|Due { target, at, .. }| Event {
        id: format!("sla:{}:{}", target.as_str(), at.as_micros()),
        now,
        kind: EventKind::Overdue { target },
    })
    .collect()
}

/// Takes note of an event that was applied.
pub(super) fn note(
    db: &mut Db,
    loaded: &mut Loaded,
    (event, before): (&Event, &Situation),
    effects: &[Effect],
    cause: &Envelope,
) -> Result<(), StoreError> {
    let after = situation(loaded);
    let terms_before = Arc::clone(&loaded.book.terms);
    if before.team != after.team {
        loaded.book.terms = Arc::new(sla::terms(db, loaded.record.workspace, after.team)?);
    }
    let terms = Arc::clone(&loaded.book.terms);
    let (terms_before, terms) = (terms_before.as_ref(), terms.as_ref());
    let change = Change { before, after: &after, event, effects, terms_before, terms };
    let facts = loaded.book.ledger.note(&change);
    count(db, loaded, (event, &after), (&facts, effects))?;
    set_timer(db, loaded, (event, &after), cause)
}

fn count(
    db: &mut Db,
    loaded: &Loaded,
    (event, after): (&Event, &Situation),
    (facts, effects): (&[Fact], &[Effect]),
) -> Result<(), StoreError> {
    let record = &loaded.record;
    let (workspace, account) = (record.workspace, record.account);
    let place = Place { workspace, account, conversation: record.state.id };
    for (index, fact) in facts.iter().enumerate() {
        let id = FactId::derive(&format!("{}/{}/{index}", record.state.id, event.id));
        reports::add(db, place, id, fact)?;
        if fact.kind == Kind::Breached {
            breaches().add(1, &[KeyValue::new("target", fact.word)]);
        }
    }
    for effect in effects {
        if let Effect::Append(message) = effect
            && counts_as_message(message)
        {
            reports::count(db, place, after.team, message.author, event.now)?;
        }
    }
    Ok(())
}

fn breaches() -> &'static Counter<u64> {
    static BREACHES: OnceLock<Counter<u64>> = OnceLock::new();
    BREACHES.get_or_init(|| {
        metrics::counter("switchboard.router.sla_breaches", "Promises that were broken, by target.")
    })
}

/// Wakes the conversation when the next promise is broken.
fn set_timer(
    db: &mut Db,
    loaded: &mut Loaded,
    (event, after): (&Event, &Situation),
    cause: &Envelope,
) -> Result<(), StoreError> {
    let due = loaded.book.ledger.due(after, &loaded.book.terms);
    let alarm = due.iter().find(|due| !due.breached).map(|due| due.at);
    if alarm == loaded.book.alarm {
        return Ok(());
    }
    loaded.book.alarm = alarm;
    let timer = timer_id(loaded);
    let Some(due) = alarm else { return timers::clear(db, &timer) };
    let body = Body::TimerDue(TimerDue {
        workspace_id: loaded.record.workspace.to_string(),
        conversation_id: loaded.record.state.id.to_string(),
        timer_id: timer.clone(),
        kind: TIMER.into(),
        due_us: due.as_micros(),
        ..wire::TimerDue::default()
    });
    let id = format!("sla:{}:{}", loaded.record.state.id, due.as_micros());
    let payload = reply_to(cause, id, body, event.now);
    let topic = Topic::Inbound(loaded.record.shard).to_string();
    timers::set(db, &Timer { id: timer, topic, payload, due })
}

fn timer_id(loaded: &Loaded) -> String {
    format!("{}/sla", loaded.record.state.id)
}

/// Writes what was measured, if that is something else than before.
pub(super) fn save(db: &mut Db, loaded: &mut Loaded) -> Result<(), StoreError> {
    let book = &loaded.book;
    let due = book.ledger.due(&situation(loaded), &book.terms).first().copied();
    let now = (book.ledger.clone(), due);
    if now != book.kept {
        let (workspace, id) = (loaded.record.workspace, loaded.record.state.id);
        ledgers::save(db, workspace, id, &now.0, now.1)?;
        loaded.book.kept = now;
    }
    Ok(())
}

/// The customer is forgotten: the counts stay, and whose they were does not.
pub(super) fn forget(db: &mut Db, loaded: &mut Loaded) -> Result<(), StoreError> {
    let id = loaded.record.state.id;
    reports::forget(db, id)?;
    ledgers::forget(db, id)?;
    timers::clear(db, &timer_id(loaded))?;
    let terms = Arc::clone(&loaded.book.terms);
    loaded.book = Book { terms, ..Book::default() };
    Ok(())
}

impl Conversations {
    /// A promise's time is up, unless it was kept or put off since.
    pub(super) fn promise_due(
        &mut self,
        db: &mut Db,
        (envelope, timer): (&Envelope, &TimerDue),
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), Fault> {
        let workspace: WorkspaceId = parse("timer_due.workspace_id", &timer.workspace_id)?;
        let id = parse("timer_due.conversation_id", &timer.conversation_id)?;
        let here = self.shard;
        let loaded = self.cache.conversation(db, &self.rules, id)?;
        let loaded = loaded
            .filter(|loaded| loaded.record.workspace == workspace)
            .ok_or_else(|| Invalid::new("conversation_id", "no such conversation"))?;
        if loaded.record.shard != here {
            Self::forward(loaded.record.shard, envelope, out);
            return Ok(());
        }
        // Clocks of replicas differ: what its timer says is over is over.
        let now = moment.now.max(Timestamp::from_micros(timer.due_us));
        Ok(Self::apply_late(db, loaded, now, out, envelope)?)
    }
}
