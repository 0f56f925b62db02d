//! The lanes of conversations: each shard's machine.
//!
//! [`platform`] reads what came from Meta, [`internal`] what came from our own services;
//! [`resolve`] finds or begins the conversation, [`proof`] the message that a receipt is about,
//! [`threads`] who has control, [`surveys`] how customers found it, [`media`] has files kept, [`profiles`] learns who the customer is and [`linking`] whom they
//! turned out to be, [`leavers`] forgets people, [`account_notices`] keeps what concerns accounts and
//! [`unrouted`] what belongs nowhere; [`cache`] holds those in use, [`effects`] writes and
//! publishes what the domain decided, [`integrators`] keeps what other software is told of it, and
//! [`notices`] what people are; [`news`] tells bots of Meta's platform, [`block_list`] has WhatsApp
//! block whom we do, and [`ledgers`] measures and counts.

mod account_notices;
mod block_list;
mod cache;
mod effects;
mod integrators;
mod internal;
mod leavers;
mod ledgers;
mod linking;
mod media;
mod news;
mod notices;
mod platform;
mod profiles;
mod proof;
mod resolve;
mod surveys;
mod threads;
mod unrouted;

use std::{collections::HashMap, ops::RangeInclusive, sync::Arc, time::Duration};

use cache::{Cache, Loaded};
use integrators::Before;
use switchboard_contract::{Body, Envelope, Invalid, wire::agent_action::Action};
use switchboard_domain::{
    Timestamp,
    conversation::{Event, EventKind},
    ids::WorkspaceId,
    shard::ConversationShard,
};
use switchboard_lane::{Fault, Machine, Moment, Out};
use switchboard_queue::Topic;
use switchboard_store::{Db, StoreError, changes, seal::Keyring};

/// What all shards share.
#[derive(Clone)]
pub(crate) struct Rules {
    /// How long a bot may take when its account does not say.
    pub(crate) turn_timeout: Duration,
    /// Authenticates our markers.
    pub(crate) marker_key: Vec<u8>,
    /// Opens the codes of log-ins; `None`: account linking is off.
    pub(crate) linking: Option<Arc<Keyring>>,
}

/// One shard of conversations.
pub(crate) struct Conversations {
    shard: ConversationShard,
    rules: Rules,
    cache: Cache,
}

impl Conversations {
    pub(crate) fn new(shard: ConversationShard, rules: Rules) -> Self {
        Self { shard, rules, cache: Cache::default() }
    }

    /// Applies one event to a loaded conversation, after those that it comes too late for, and writes
    /// what follows.
    fn apply_event(
        db: &mut Db,
        loaded: &mut Loaded,
        event: &Event,
        raw: Option<&str>,
        out: &mut Out,
        cause: &Envelope,
    ) -> Result<(), StoreError> {
        Self::apply_late(db, loaded, event.now, out, cause)?;
        Self::apply_one(db, loaded, (event, raw), out, cause)
    }

    /// Tells the conversation of the promises that are broken by then.
    fn apply_late(
        db: &mut Db,
        loaded: &mut Loaded,
        now: Timestamp,
        out: &mut Out,
        cause: &Envelope,
    ) -> Result<(), StoreError> {
        for event in ledgers::late(loaded, now) {
            Self::apply_one(db, loaded, (&event, None), out, cause)?;
        }
        Ok(())
    }

    fn apply_one(
        db: &mut Db,
        loaded: &mut Loaded,
        (event, raw): (&Event, Option<&str>),
        out: &mut Out,
        cause: &Envelope,
    ) -> Result<(), StoreError> {
        let (before, situation) = (Before::of(&loaded.record.state), ledgers::situation(loaded));
        let effects = loaded.record.state.apply(event, &loaded.policy);
        loaded.changed = true;
        integrators::tell(db, loaded, (event, raw), (&before, &effects))?;
        ledgers::note(db, loaded, (event, &situation), &effects, cause)?;
        notices::keep(db, loaded, event, (&before, &effects))?;
        block_list::tell(loaded, event, &before, out);
        news::tell(loaded, (event, raw), (&before, &effects), (out, cause));
        effects::write(db, loaded, (event, raw), effects, (out, cause))
    }

    /// A place among the changes of this shard for each conversation that changed, by workspace.
    fn places(
        &mut self,
        db: &mut Db,
    ) -> Result<HashMap<WorkspaceId, RangeInclusive<i64>>, StoreError> {
        let mut many: HashMap<WorkspaceId, usize> = HashMap::new();
        for loaded in self.cache.changed() {
            *many.entry(loaded.record.workspace).or_default() += 1;
        }
        let place = |(workspace, many)| {
            let first = changes::advance(db, workspace, self.shard, many)?;
            Ok((workspace, first..=i64::MAX))
        };
        many.into_iter().map(place).collect()
    }

    /// Hands an event to the shard where its conversation lives.
    fn forward(to: ConversationShard, envelope: &Envelope, out: &mut Out) {
        if let Some(body) = envelope.body.clone() {
            out.put(Topic::Inbound(to), envelope.id.clone(), body);
        }
    }
}

impl Machine for Conversations {
    fn begin(&mut self, _: &mut Db, _: Moment) -> Result<(), StoreError> {
        self.cache = Cache::default();
        Ok(())
    }

    fn apply(
        &mut self,
        db: &mut Db,
        envelope: &Envelope,
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), Fault> {
        match &envelope.body {
            Some(Body::Platform(event)) => {
                self.platform_event(db, (envelope, event), moment, out)?;
                Ok(())
            }
            Some(Body::ProfileFound(found)) => self.profile_found(db, found, moment),
            Some(Body::MediaReport(report)) => self.media_report(db, report),
            Some(Body::EraseConversation(request)) => {
                self.erase(db, (envelope, request), moment, out)
            }
            Some(Body::AgentAction(action)) if matches!(action.action, Some(Action::Unlink(_))) => {
                self.unlink(db, (envelope, action), moment, out)
            }
            Some(Body::BotSaid(said)) if said.stranger.is_some() => {
                let stranger = said.stranger.clone().unwrap_or_default();
                self.begun_by_bot(db, (envelope, said, &stranger), moment, out)
            }
            Some(Body::TimerDue(timer)) if timer.kind == ledgers::TIMER => {
                self.promise_due(db, (envelope, timer), moment, out)
            }
            Some(body) => {
                let (conversation, kind) = internal::read(db, body)?;
                self.internal_event(db, (envelope, conversation, kind), moment, out)
            }
            None => Err(Invalid::new("envelope.body", "nothing").into()),
        }
    }

    /// Writes each changed conversation once, and tells the agents' pages.
    fn flush(&mut self, db: &mut Db, moment: Moment, out: &mut Out) -> Result<(), StoreError> {
        let mut places = self.places(db)?;
        for loaded in self.cache.changed() {
            let workspace = loaded.record.workspace;
            let position = places.get_mut(&workspace).and_then(Iterator::next);
            let position = position.ok_or(StoreError::NotFound("place for a change"))?;
            effects::save(db, loaded, (moment, position), out)?;
            ledgers::save(db, loaded)?;
        }
        self.cache.shrink();
        Ok(())
    }

    fn forget(&mut self) {
        self.cache = Cache::default();
    }
}

fn event(envelope: &Envelope, index: usize, moment: Moment, kind: EventKind) -> Event {
    let id = if index == 0 { envelope.id.clone() } else { format!("{}#{index}", envelope.id) };
    Event { id, now: moment.now, kind }
}
