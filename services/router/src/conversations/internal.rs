//! What our own services say: agents, bots, outbound, dispatch, timers.

use switchboard_contract::{
    Body, Envelope, Invalid,
    convert::parse,
    wire::{
        AgentAction, BotReply, BotSaid, ConversationJoined, ConversationMerged, Offer, SendReport,
        ThreadReport, TimerDue,
        agent_action::{Action, transfer::To},
        bot_said::Stranger,
    },
};
use switchboard_domain::{
    Content, Timestamp,
    content::Source,
    conversation::{
        self, AgentCommand, Author, BlockListed, Blocked, EventKind, Resend, SendOutcome,
        ThreadAction, Transfer,
    },
    ids::{ConversationId, WorkspaceId},
    window::Sender,
};
use switchboard_lane::{Fault, Moment, Out};
use switchboard_meta::inbound::Identity;
use switchboard_store::{
    Db, accounts,
    messages::{self, Message},
};

use super::{Conversations, event};

/// A conversation as our services name it.
pub(super) struct Named {
    workspace: WorkspaceId,
    id: ConversationId,
}

impl Conversations {
    /// A bot writes to somebody who may never have written: their conversation begins, if there is
    /// none.
    pub(super) fn begun_by_bot(
        &mut self,
        db: &mut Db,
        (envelope, said, stranger): (&Envelope, &BotSaid, &Stranger),
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), Fault> {
        let workspace = parse("workspace_id", &said.workspace_id)?;
        let account = parse("bot_said.stranger.account_id", &stranger.account_id)?;
        let account = accounts::by_id(db, workspace, account)?
            .ok_or_else(|| Invalid::new("bot_said.stranger.account_id", "no such account"))?;
        let (phone, user_id) = (stranger.phone.clone(), stranger.user_id.clone());
        let identity = Identity { phone, user_id, ..Identity::default() };
        let id = self.resolve(db, &account, &identity, (moment, out))?;
        let id = id.ok_or_else(|| Invalid::new("bot_said.stranger", "nobody"))?;
        let kind = EventKind::BotSaid(said.clone().try_into()?);
        self.internal_event(db, (envelope, Named { workspace, id }, kind), moment, out)
    }

    pub(super) fn internal_event(
        &mut self,
        db: &mut Db,
        (envelope, named, kind): (&Envelope, Named, EventKind),
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), Fault> {
        let loaded = self.cache.conversation(db, &self.rules, named.id)?;
        let loaded = loaded
            .filter(|loaded| loaded.record.workspace == named.workspace)
            .ok_or_else(|| Invalid::new("conversation_id", "no such conversation"))?;
        if loaded.record.shard != self.shard {
            Self::forward(loaded.record.shard, envelope, out);
            return Ok(());
        }
        let event = event(envelope, 0, moment, kind);
        Ok(Self::apply_event(db, loaded, &event, None, out, envelope)?)
    }
}

/// What a message says, and which conversation it is for.
pub(super) fn read(db: &mut Db, body: &Body) -> Result<(Named, EventKind), Fault> {
    match body {
        Body::AgentAction(action) => {
            let named = named(&action.workspace_id, &action.conversation_id)?;
            let kind = agent_action(db, &named, action)?;
            Ok((named, kind))
        }
        Body::BotReply(reply) => {
            Ok((named(&reply.workspace_id, &reply.conversation_id)?, bot_reply(reply)?))
        }
        Body::BotSaid(said) => {
            let named = named(&said.workspace_id, &said.conversation_id)?;
            Ok((named, EventKind::BotSaid(said.clone().try_into()?)))
        }
        Body::SendReport(report) => {
            Ok((named(&report.workspace_id, &report.conversation_id)?, send_report(report)?))
        }
        Body::ThreadReport(report) => {
            Ok((named(&report.workspace_id, &report.conversation_id)?, thread_report(report)?))
        }
        Body::BlockReport(report) => {
            let named = named(&report.workspace_id, &report.conversation_id)?;
            let (blocked, refused) = (report.blocked, report.refused.clone());
            Ok((named, EventKind::BlockListed(BlockListed { blocked, refused })))
        }
        Body::ConversationMerged(merged) => {
            Ok((named(&merged.workspace_id, &merged.conversation_id)?, merged_into(merged)?))
        }
        Body::ConversationJoined(joined) => {
            Ok((named(&joined.workspace_id, &joined.conversation_id)?, joined_by(joined)?))
        }
        Body::TimerDue(timer) => {
            Ok((named(&timer.workspace_id, &timer.conversation_id)?, timer_due(timer)?))
        }
        Body::Offer(offer) => {
            Ok((named(&offer.workspace_id, &offer.conversation_id)?, offered(offer)?))
        }
        Body::TellCustomer(told) => {
            let named = named(&told.workspace_id, &told.conversation_id)?;
            Ok((named, EventKind::Tell { ticket: told.ticket, text: told.text.clone() }))
        }
        Body::AgentGone(gone) => {
            let agent = parse("agent_gone.agent_id", &gone.agent_id)?;
            let named = named(&gone.workspace_id, &gone.conversation_id)?;
            Ok((named, EventKind::AgentGone { agent }))
        }
        _ => Err(Invalid::new("envelope.body", "a message of another queue").into()),
    }
}

fn named(workspace: &str, conversation: &str) -> Result<Named, Invalid> {
    Ok(Named {
        workspace: parse("workspace_id", workspace)?,
        id: parse("conversation_id", conversation)?,
    })
}

fn agent_action(db: &mut Db, named: &Named, action: &AgentAction) -> Result<EventKind, Fault> {
    let agent = parse("agent_action.agent_id", &action.agent_id)?;
    let missing = || Invalid::new("agent_action.action", "nothing");
    let command = match action.action.clone().ok_or_else(missing)? {
        Action::Reply(reply) => {
            let content = reply.content.ok_or_else(missing)?;
            AgentCommand::Reply {
                message: parse("reply.message_id", &reply.message_id)?,
                content: Content::try_from(content)?,
                reply_to: reply.reply_to,
            }
        }
        Action::Note(note) => {
            let mentions = note.mention_ids.iter().map(|id| parse("note.mention_ids", id));
            AgentCommand::Note {
                message: parse("note.message_id", &note.message_id)?,
                text: note.text,
                mentions: mentions.collect::<Result<_, _>>()?,
            }
        }
        Action::Resend(resend) => AgentCommand::Resend(find(db, named, &resend.message_id)?),
        Action::Assign(assign) => {
            AgentCommand::Assign { to: parse("assign.agent_id", &assign.agent_id)? }
        }
        Action::Unassign(_) => AgentCommand::Unassign,
        Action::ReturnToBot(_) => AgentCommand::ReturnToBot,
        Action::Resolve(_) => AgentCommand::Resolve,
        Action::Reopen(_) => AgentCommand::Reopen,
        Action::MarkRead(_) => AgentCommand::MarkRead,
        Action::Thread(action) => AgentCommand::Thread(ThreadAction::try_from(action)?),
        Action::Typing(_) => AgentCommand::Typing,
        Action::Transfer(transfer) => {
            let to = match transfer.to.ok_or_else(missing)? {
                To::AgentId(agent) => Transfer::Agent(parse("transfer.agent_id", &agent)?),
                To::TeamId(team) => Transfer::Team(parse("transfer.team_id", &team)?),
                To::Bot(_) => Transfer::Bot,
            };
            AgentCommand::Transfer { to, note: transfer.note }
        }
        Action::SetPriority(word) => {
            AgentCommand::SetPriority(parse("agent_action.set_priority", &word)?)
        }
        Action::Block(block) => AgentCommand::Block { reason: block.reason },
        Action::Unblock(_) => AgentCommand::Unblock,
        Action::Snooze(snooze) => {
            AgentCommand::Snooze { until: Timestamp::from_micros(snooze.until_us) }
        }
        Action::Unsnooze(_) => AgentCommand::Unsnooze,
        Action::Unlink(_) => return Err(Invalid::new("agent_action.action", "unlink").into()),
    };
    Ok(EventKind::Agent { agent, command })
}

/// The message to send once more, if it belongs to the conversation.
fn find(db: &mut Db, named: &Named, id: &str) -> Result<Resend, Fault> {
    let id = parse("resend.message_id", id)?;
    let message = messages::by_id(db, named.workspace, id)?
        .filter(|message| message.conversation == named.id)
        .ok_or_else(|| Invalid::new("resend.message_id", "no such message"))?;
    let sender = match message.author {
        Author::Agent { .. } => Sender::Human,
        _ => Sender::Bot,
    };
    let Message { content, reply_to, context, .. } = message;
    Ok(Resend { message: message.id, content, reply_to, persona: context.persona, sender })
}

fn bot_reply(reply: &BotReply) -> Result<EventKind, Invalid> {
    Ok(EventKind::BotReply(conversation::BotReply {
        turn: parse("bot_reply.turn_id", &reply.turn_id)?,
        replies: reply.replies.iter().cloned().map(Content::try_from).collect::<Result<_, _>>()?,
        then: reply.after_turn()?,
        note: reply.note.clone(),
        memory: reply.memory.clone(),
        sources: reply.sources.iter().cloned().map(Source::from).collect(),
    }))
}

fn send_report(report: &SendReport) -> Result<EventKind, Invalid> {
    let outcome = report.outcome.clone();
    let outcome = outcome.ok_or_else(|| Invalid::new("send_report.outcome", "nothing"))?;
    Ok(EventKind::Report {
        message: parse("send_report.message_id", &report.message_id)?,
        outcome: SendOutcome::from(outcome),
    })
}

fn merged_into(merged: &ConversationMerged) -> Result<EventKind, Invalid> {
    let into = parse("merged.into_conversation_id", &merged.into_conversation_id)?;
    Ok(EventKind::Merged { into })
}

fn joined_by(joined: &ConversationJoined) -> Result<EventKind, Invalid> {
    let from = parse("joined.from_conversation_id", &joined.from_conversation_id)?;
    let block = joined.block.clone().map(Blocked::try_from).transpose()?;
    Ok(EventKind::Joined { from, unread: joined.unread, block })
}

fn thread_report(report: &ThreadReport) -> Result<EventKind, Invalid> {
    let action = report.action.clone();
    let action = action.ok_or_else(|| Invalid::new("thread_report.action", "nothing"))?;
    let (action, refused) = (ThreadAction::try_from(action)?, report.refused.clone());
    Ok(EventKind::ThreadReport { action, refused })
}

fn timer_due(timer: &TimerDue) -> Result<EventKind, Invalid> {
    match timer.kind.as_str() {
        "turn_deadline" => {
            Ok(EventKind::TurnDeadline { turn: parse("timer_due.turn_id", &timer.turn_id)? })
        }
        "snooze" => Ok(EventKind::SnoozeOver { until: Timestamp::from_micros(timer.due_us) }),
        other => Err(Invalid::new("timer_due.kind", other)),
    }
}

fn offered(offer: &Offer) -> Result<EventKind, Invalid> {
    let agent = parse("offer.agent_id", &offer.agent_id)?;
    Ok(EventKind::Offer { agent, ticket: offer.ticket })
}
