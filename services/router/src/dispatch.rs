//! The lane of dispatch: the one writer of the waiting line and the agents' load.

use std::{collections::HashMap, time::Duration};

use switchboard_contract::{Body, Envelope, Invalid, convert::parse, wire};
use switchboard_domain::{
    Timestamp,
    dispatch::{Effect, EventKind, Floor},
    ids::{ConversationId, WorkspaceId},
    shard::ConversationShard,
};
use switchboard_lane::{Fault, Machine, Moment, Out, reply_to};
use switchboard_queue::Topic;
use switchboard_store::{
    Db, StoreError, conversations, dispatch, teamwork,
    timers::{self, Timer},
};

/// The floors of all workspaces, each loaded when first needed.
pub(crate) struct Dispatch {
    /// How long an agent who went away keeps their conversations.
    grace: Duration,
    floors: HashMap<WorkspaceId, Floor>,
}

/// What an effect needs to be written.
struct Cause<'a> {
    envelope: &'a Envelope,
    workspace: WorkspaceId,
    moment: Moment,
}

impl Dispatch {
    pub(crate) fn new(grace: Duration) -> Self {
        Self { grace, floors: HashMap::new() }
    }

    fn floor(&mut self, db: &mut Db, workspace: WorkspaceId) -> Result<&mut Floor, StoreError> {
        let floor = match self.floors.remove(&workspace) {
            Some(known) => known,
            None => dispatch::load(db, workspace)?,
        };
        Ok(self.floors.entry(workspace).insert_entry(floor).into_mut())
    }

    fn write(
        &self,
        db: &mut Db,
        cause: &Cause<'_>,
        effect: Effect,
        out: &mut Out,
    ) -> Result<(), StoreError> {
        let workspace = cause.workspace;
        match effect {
            Effect::Write(entry) => dispatch::save_entry(db, workspace, &entry),
            Effect::Delete { conversation } => dispatch::delete_entry(db, conversation),
            Effect::WriteAgent(agent) => dispatch::save_agent(db, workspace, &agent),
            Effect::Offer { conversation, agent, ticket } => {
                let shard = shard_of(db, workspace, conversation)?;
                let offer = wire::Offer {
                    workspace_id: workspace.to_string(),
                    conversation_id: conversation.to_string(),
                    agent_id: agent.to_string(),
                    ticket,
                };
                let id = format!("offer:{conversation}:{ticket}");
                out.put(Topic::Inbound(shard), id, Body::Offer(offer));
                Ok(())
            }
            Effect::Free { conversation, agent } => {
                let shard = shard_of(db, workspace, conversation)?;
                let gone = wire::AgentGone {
                    workspace_id: workspace.to_string(),
                    conversation_id: conversation.to_string(),
                    agent_id: agent.to_string(),
                };
                let id = format!("gone:{}:{conversation}", cause.envelope.id);
                out.put(Topic::Inbound(shard), id, Body::AgentGone(gone));
                Ok(())
            }
            Effect::Tell { conversation, ticket, number, text } => {
                let shard = shard_of(db, workspace, conversation)?;
                let tell = wire::TellCustomer {
                    workspace_id: workspace.to_string(),
                    conversation_id: conversation.to_string(),
                    ticket,
                    text,
                };
                let id = format!("tell:{conversation}:{ticket}:{number}");
                out.put(Topic::Inbound(shard), id, Body::TellCustomer(tell));
                Ok(())
            }
            Effect::StartGrace { agent, absence } => {
                let due = cause.moment.now.plus(self.grace);
                let (timer, id) = (format!("{agent}/grace"), format!("grace:{agent}:{absence}"));
                set_timer(db, cause, (timer, id, due), EventKind::GraceOver { agent, absence })
            }
            Effect::WakeAt(at) => {
                let (timer, id) = (format!("{workspace}/wake"), wake_id(workspace, at));
                set_timer(db, cause, (timer, id, at), EventKind::Wake { at })
            }
        }
    }
}

impl Machine for Dispatch {
    fn begin(&mut self, _: &mut Db, _: Moment) -> Result<(), StoreError> {
        self.floors.clear();
        Ok(())
    }

    fn apply(
        &mut self,
        db: &mut Db,
        envelope: &Envelope,
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), Fault> {
        let (workspace, kind) = read(envelope)?;
        let floor = self.floor(db, workspace)?;
        if kind == EventKind::TeamsChanged {
            floor.set_teams(teamwork::settings(db, workspace)?);
        }
        let effects = floor.apply(&kind, moment.now);
        let cause = Cause { envelope, workspace, moment };
        for effect in effects {
            self.write(db, &cause, effect, out)?;
        }
        let hint = wire::DeskEvent {
            workspace_id: workspace.to_string(),
            topic: "agents".into(),
            ..wire::DeskEvent::default()
        };
        out.put(Topic::DeskEvents, format!("desk:{}", envelope.id), Body::DeskEvent(hint));
        Ok(())
    }

    fn flush(&mut self, _: &mut Db, _: Moment, _: &mut Out) -> Result<(), StoreError> {
        Ok(())
    }

    fn forget(&mut self) {
        self.floors.clear();
    }
}

/// Has dispatch told of an event when it is due, in place of any that the timer was set to before.
fn set_timer(
    db: &mut Db,
    cause: &Cause<'_>,
    (timer, id, due): (String, String, Timestamp),
    event: EventKind,
) -> Result<(), StoreError> {
    let workspace_id = cause.workspace.to_string();
    let event = wire::DispatchEvent { workspace_id, kind: Some(event.into()) };
    let payload = reply_to(cause.envelope, id, Body::Dispatch(event), cause.moment.now);
    timers::set(db, &Timer { id: timer, topic: Topic::Dispatch.to_string(), payload, due })
}

fn wake_id(workspace: WorkspaceId, at: Timestamp) -> String {
    format!("wake:{workspace}:{}", at.as_micros())
}

fn read(envelope: &Envelope) -> Result<(WorkspaceId, EventKind), Invalid> {
    let Some(Body::Dispatch(event)) = &envelope.body else {
        return Err(Invalid::new("envelope.body", "a message of another queue"));
    };
    let workspace = parse("dispatch.workspace_id", &event.workspace_id)?;
    let kind = event.kind.clone().ok_or_else(|| Invalid::new("dispatch.kind", "nothing"))?;
    Ok((workspace, EventKind::try_from(kind)?))
}

fn shard_of(
    db: &mut Db,
    workspace: WorkspaceId,
    conversation: ConversationId,
) -> Result<ConversationShard, StoreError> {
    let found = conversations::shard_of(db, workspace, conversation)?;
    found.ok_or(StoreError::NotFound("conversation"))
}
