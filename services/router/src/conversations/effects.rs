//! Writes what the domain decided, and puts on its way what others must do.

use switchboard_contract::{
    Body, Envelope,
    convert::{account_shard, label_word, sender_word},
    wire,
};
use switchboard_domain::{
    Content, Timestamp,
    conversation::{
        Author, Blocked, Effect, Event, NewMessage, Outgoing, Revision, Signal, ThreadAction,
        TimerKind, Turn, TurnRequest,
    },
    dispatch,
    ids::{ConversationId, SendId},
};
use switchboard_lane::{Moment, Out, reply_to};
use switchboard_queue::Topic;
use switchboard_store::{
    Db, StoreError, conversations, mentions,
    messages::{self, Place},
    revisions,
    timers::{self, Timer},
};

use super::{cache::Loaded, media, surveys};

/// A line in the list of conversations has at most so many characters.
const PREVIEW: usize = 120;

/// Writes the effects of one event, in order.
pub(super) fn write(
    db: &mut Db,
    loaded: &mut Loaded,
    (event, raw): (&Event, Option<&str>),
    effects: Vec<Effect>,
    (out, cause): (&mut Out, &Envelope),
) -> Result<(), StoreError> {
    let conversation = loaded.record.state.id;
    for (index, effect) in effects.into_iter().enumerate() {
        let id = format!("{}/{index}", event.id);
        match effect {
            Effect::Append(message) => {
                append(db, loaded, &message, raw, event)?;
                media::fetch(loaded, &message, out);
            }
            Effect::Mark { message, status, external_id, reason } => {
                let (external_id, reason) = (external_id.as_deref(), reason.as_deref());
                messages::mark(db, message, status, external_id, reason)?;
            }
            Effect::MarkUpTo { watermark, status } => {
                messages::mark_up_to(db, conversation, watermark, status)?;
            }
            Effect::Restart { message, send, status, reason } => {
                messages::restart(db, message, send, status, reason.as_deref())?;
            }
            Effect::Revise { message, revision } => {
                let cause = (event.id.as_str(), raw);
                revisions::revise(db, message, &revision, cause, event.now)?;
                surveys::revise(db, message, &revision)?;
                if revision == Revision::Unsent {
                    media::forget(loaded, message, out);
                }
            }
            Effect::Send(outgoing) => put_send(loaded, outgoing, out),
            Effect::Signal(signal) => put_signal(loaded, id, signal, out),
            Effect::ControlThread(action) => put_thread(loaded, id, action, out),
            Effect::Settle { send, external_id } => {
                put_settled(loaded, (id, send, external_id), out);
            }
            Effect::Join { into, unread, block } => {
                put_joined(db, loaded, (into, unread, block), out)?;
            }
            Effect::StartTurn(request) => put_turn(loaded, request, out),
            Effect::Dispatch(kind) => put_dispatch(loaded, id, kind, out),
            Effect::SetTimer { kind, due, turn } => {
                let (id, topic) = (timer_id(loaded, kind), Topic::Inbound(loaded.record.shard));
                let payload = timer_payload(loaded, (kind, due, turn), (cause, event));
                timers::set(db, &Timer { id, topic: topic.to_string(), payload, due })?;
            }
            Effect::Survey { survey, change } => {
                surveys::write(db, loaded, (survey, change), event.now)?;
            }
            Effect::ClearTimer { kind } => timers::clear(db, &timer_id(loaded, kind))?,
        }
    }
    Ok(())
}

/// Writes the conversation itself, at its place among the changes of its shard, and tells the agents'
/// pages that it changed.
pub(super) fn save(
    db: &mut Db,
    loaded: &mut Loaded,
    (moment, position): (Moment, i64),
    out: &mut Out,
) -> Result<(), StoreError> {
    conversations::save_at(db, &loaded.record, position, moment.now)?;
    loaded.changed = false;
    let state = &loaded.record.state;
    let hint = wire::DeskEvent {
        workspace_id: loaded.record.workspace.to_string(),
        topic: "conversation".into(),
        conversation_id: state.id.to_string(),
        revision: state.revision,
        agent_id: String::new(),
    };
    let id = format!("desk:{}:{}", state.id, state.revision);
    out.put(Topic::DeskEvents, id, Body::DeskEvent(hint));
    Ok(())
}

fn append(
    db: &mut Db,
    loaded: &mut Loaded,
    message: &NewMessage,
    raw: Option<&str>,
    event: &Event,
) -> Result<(), StoreError> {
    let record = &mut loaded.record;
    let is_line = message.author == Author::System && matches!(message.content, Content::Notice(_));
    if let Content::Note { mentions, .. } = &message.content {
        mentions::add(db, record.workspace, (record.state.id, message.id), mentions, event.now)?;
    } else if !is_line && !message.context.blocked {
        record.preview = message.content.preview(PREVIEW);
        record.last_message_at = event.now;
    }
    let place = Place {
        workspace: record.workspace,
        account: record.account,
        conversation: record.state.id,
    };
    // The event is kept with what came in it, not with what we answered to it.
    let came = matches!(message.author, Author::Customer | Author::Elsewhere);
    messages::append(db, place, message, raw.filter(|_| came), event.now)
}

fn put_send(loaded: &Loaded, outgoing: Outgoing, out: &mut Out) {
    let record = &loaded.record;
    let request = wire::SendRequest {
        workspace_id: record.workspace.to_string(),
        account_id: record.account.to_string(),
        conversation_id: record.state.id.to_string(),
        conversation_shard: record.shard.number().into(),
        send_id: outgoing.send.to_string(),
        message_id: outgoing.message.to_string(),
        recipient: Some(recipient(loaded)),
        content: Some(outgoing.content.into()),
        sender: sender_word(outgoing.sender).into(),
        label: label_word(outgoing.label).into(),
        not_after_us: outgoing.not_after.as_micros(),
        reply_to: outgoing.reply_to,
        persona: outgoing.persona,
        ..wire::SendRequest::default()
    };
    let topic = Topic::Outbound(account_shard(record.account));
    out.put(topic, format!("send:{}", outgoing.send), Body::SendRequest(request));
}

pub(super) fn recipient(loaded: &Loaded) -> wire::Recipient {
    wire::Recipient {
        scoped_id: loaded.contact.scoped_id.clone(),
        user_id: loaded.contact.user_id.clone(),
        phone: loaded.contact.phone.clone(),
    }
}

fn put_signal(loaded: &Loaded, id: String, signal: Signal, out: &mut Out) {
    let record = &loaded.record;
    let signal = wire::Signal {
        workspace_id: record.workspace.to_string(),
        account_id: record.account.to_string(),
        conversation_id: record.state.id.to_string(),
        recipient: Some(recipient(loaded)),
        kind: Some(signal.into()),
    };
    let topic = Topic::Outbound(account_shard(record.account));
    out.put(topic, format!("signal:{id}"), Body::Signal(signal));
}

fn put_thread(loaded: &Loaded, id: String, action: ThreadAction, out: &mut Out) {
    let record = &loaded.record;
    let request = wire::ThreadRequest {
        workspace_id: record.workspace.to_string(),
        account_id: record.account.to_string(),
        conversation_id: record.state.id.to_string(),
        conversation_shard: record.shard.number().into(),
        recipient: Some(recipient(loaded)),
        action: Some(action.into()),
    };
    let topic = Topic::Outbound(account_shard(record.account));
    out.put(topic, format!("thread:{id}"), Body::ThreadRequest(request));
}

fn put_settled(loaded: &Loaded, (id, send, external_id): (String, SendId, String), out: &mut Out) {
    let settled = wire::SendSettled {
        workspace_id: loaded.record.workspace.to_string(),
        send_id: send.to_string(),
        external_id,
    };
    let topic = Topic::Outbound(account_shard(loaded.record.account));
    out.put(topic, format!("settle:{id}"), Body::SendSettled(settled));
}

/// Tells the conversation that goes on.
fn put_joined(
    db: &mut Db,
    loaded: &Loaded,
    (into, unread, block): (ConversationId, u32, Option<Blocked>),
    out: &mut Out,
) -> Result<(), StoreError> {
    let record = &loaded.record;
    let Some(shard) = conversations::shard_of(db, record.workspace, into)? else { return Ok(()) };
    let joined = wire::ConversationJoined {
        workspace_id: record.workspace.to_string(),
        conversation_id: into.to_string(),
        from_conversation_id: record.state.id.to_string(),
        unread,
        block: block.map(Into::into),
    };
    let id = format!("joined:{into}:{}:{}", record.state.id, record.state.revision);
    out.put(Topic::Inbound(shard), id, Body::ConversationJoined(joined));
    Ok(())
}

fn put_turn(loaded: &Loaded, request: TurnRequest, out: &mut Out) {
    let Some(bot) = request.turn.bot.or(loaded.policy.bot) else { return };
    let record = &loaded.record;
    let id = format!("turn:{}:{}", request.turn.id, request.turn.attempt);
    let turn = wire::BotTurn {
        workspace_id: record.workspace.to_string(),
        conversation_id: record.state.id.to_string(),
        conversation_shard: record.shard.number().into(),
        bot_id: bot.to_string(),
        turn_id: request.turn.id.to_string(),
        attempt: request.turn.attempt,
        channel: loaded.account.channel.to_string(),
        messages: request.messages.into_iter().map(Into::into).collect(),
        deadline_us: request.deadline.as_micros(),
        memory: request.memory,
    };
    out.put(Topic::BotTurns, id, Body::BotTurn(turn));
}

fn put_dispatch(loaded: &Loaded, id: String, kind: dispatch::EventKind, out: &mut Out) {
    let workspace_id = loaded.record.workspace.to_string();
    let event = wire::DispatchEvent { workspace_id, kind: Some(kind.into()) };
    out.put(Topic::Dispatch, id, Body::Dispatch(event));
}

fn timer_word(kind: TimerKind) -> &'static str {
    match kind {
        TimerKind::TurnDeadline => "turn_deadline",
        TimerKind::Snooze => "snooze",
    }
}

fn timer_id(loaded: &Loaded, kind: TimerKind) -> String {
    format!("{}/{}", loaded.record.state.id, timer_word(kind))
}

fn timer_payload(
    loaded: &Loaded,
    (kind, due, turn): (TimerKind, Timestamp, Option<Turn>),
    (cause, event): (&Envelope, &Event),
) -> bytes::Bytes {
    let conversation = loaded.record.state.id;
    let id = match &turn {
        Some(turn) => format!("deadline:{}:{}", turn.id, turn.attempt),
        None => format!("{}:{conversation}:{}", timer_word(kind), event.id),
    };
    let due = wire::TimerDue {
        workspace_id: loaded.record.workspace.to_string(),
        conversation_id: conversation.to_string(),
        timer_id: timer_id(loaded, kind),
        kind: timer_word(kind).into(),
        turn_id: turn.map(|turn| turn.id.to_string()).unwrap_or_default(),
        due_us: due.as_micros(),
    };
    reply_to(cause, id, Body::TimerDue(due), event.now)
}
