//! One application of an event: the conversation being changed and the effects gathered so far,
//! with the moves that several kinds of events share.

use crate::{
    Content, Timestamp,
    content::Context,
    conversation::{
        Author, Brief, Conversation, Effect, Event, HandOff, MessageStatus, NewMessage, Outgoing,
        Policy, Signal, Status, Thread, TimerKind, Turn, TurnRequest,
    },
    dispatch::{self, Want},
    ids::{MessageId, SendId, TeamId, TurnId, UserId},
    window::{self, Matter, Sender},
};

/// Why a message does not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    /// Another app of the account would be talked over.
    #[error("another app has control of this conversation; take control first")]
    Elsewhere,
    /// People do not want to hear from the customer.
    #[error("the customer is blocked; unblock them first")]
    Blocked,
    /// Meta's window is closed.
    #[error(transparent)]
    Closed(#[from] window::Closed),
}

pub(super) struct Step<'a> {
    pub(super) conversation: &'a mut Conversation,
    pub(super) event: &'a Event,
    pub(super) policy: &'a Policy,
    effects: Vec<Effect>,
    ids: u32,
}

impl<'a> Step<'a> {
    pub(super) fn new(
        conversation: &'a mut Conversation,
        event: &'a Event,
        policy: &'a Policy,
    ) -> Self {
        Self { conversation, event, policy, effects: Vec::new(), ids: 0 }
    }

    pub(super) fn finish(self) -> Vec<Effect> {
        self.conversation.revision += 1;
        self.effects
    }

    pub(super) fn emit(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// The next id that follows from the event.
    pub(super) fn derive_message_id(&mut self) -> MessageId {
        self.ids += 1;
        let name = format!("{}/{}/{}", self.conversation.id, self.event.id, self.ids);
        MessageId::derive(&name)
    }

    pub(super) fn take_seq(&mut self) -> u64 {
        let seq = self.conversation.next_seq;
        self.conversation.next_seq += 1;
        seq
    }

    /// Writes to the customer; see [`Step::write`].
    pub(super) fn say(&mut self, message: MessageId, author: Author, content: Content) {
        self.write((message, author, content), None, Context::default());
    }

    /// Writes to the customer, as an answer to a certain message; see [`Step::write`].
    pub(super) fn answer(
        &mut self,
        written: (MessageId, Author, Content),
        reply_to: Option<String>,
    ) {
        self.write(written, reply_to, Context::default());
    }

    /// Writes to the customer: into the transcript and out, or into the transcript as failed when
    /// Meta does not let it out.
    pub(super) fn write(
        &mut self,
        (message, author, content): (MessageId, Author, Content),
        reply_to: Option<String>,
        context: Context,
    ) {
        let sender = match author {
            Author::Agent { .. } => Sender::Human,
            _ => Sender::Bot,
        };
        let send = SendId::derive(&message.to_string());
        let allowed = self.allow(send, (message, content.clone(), reply_to.clone()), sender);
        let reason = allowed.as_ref().err().map(ToString::to_string);
        let (seq, persona) = (self.take_seq(), context.persona.clone());
        self.emit(Effect::Append(Box::new(NewMessage {
            id: message,
            seq,
            author,
            content,
            external_id: None,
            reply_to,
            context,
            status: if reason.is_some() { MessageStatus::Failed } else { MessageStatus::Pending },
            reason,
            at: self.event.now,
            send: allowed.is_ok().then_some(send),
        })));
        if let Ok(outgoing) = allowed {
            self.emit(Effect::Send(Outgoing { persona, ..outgoing }));
        }
    }

    /// The send for a message, if it may go out now: the customer is not blocked, we have control,
    /// and Meta's window is open.
    pub(super) fn allow(
        &self,
        send: SendId,
        (message, content, reply_to): (MessageId, Content, Option<String>),
        sender: Sender,
    ) -> Result<Outgoing, Refused> {
        if self.is_blocked() {
            return Err(Refused::Blocked);
        }
        if let Thread::Elsewhere { .. } = self.conversation.thread {
            return Err(Refused::Elsewhere);
        }
        let (channel, wrote_at) = (self.policy.channel, self.conversation.customer_wrote_at);
        let (now, what) = (self.event.now, (sender, Matter::of(&content)));
        let label = window::decide(channel, what, wrote_at, now)?;
        let not_after = window::not_after(channel, what, wrote_at, now);
        let persona = None;
        Ok(Outgoing { send, message, content, reply_to, persona, sender, label, not_after })
    }

    /// Says something in Switchboard's own name; nothing to who is blocked.
    pub(super) fn say_as_system(&mut self, text: &str) {
        if !text.is_empty() && !self.is_blocked() {
            let id = self.derive_message_id();
            self.say(id, Author::System, Content::text(text));
        }
    }

    /// Puts the conversation into its team's waiting line, unless it waits already.
    pub(super) fn wait_for_agent(&mut self, reason: HandOff) {
        if !matches!(self.conversation.status, Status::Waiting { .. }) {
            self.begin_wait(reason);
        }
    }

    /// Puts the conversation into its team's waiting line; a wait that there was is over.
    pub(super) fn begin_wait(&mut self, reason: HandOff) {
        let (team, since, ticket) = self.wait_anew(reason);
        self.enqueue((team, since, ticket));
    }

    /// Says what whoever answers next is to know. What was found out before stays worth knowing.
    pub(super) fn brief(&mut self, (reason, by): (HandOff, Option<UserId>), news: Option<String>) {
        let known = self.conversation.brief.take().and_then(|brief| brief.summary);
        self.conversation.brief = Some(Brief { reason, summary: news.or(known), by });
    }

    /// Makes it wait, of which dispatch is yet to be told. What was put aside has waited since then.
    pub(super) fn wait_anew(&mut self, reason: HandOff) -> (TeamId, Timestamp, u64) {
        let since = match self.conversation.status {
            Status::Snoozed { since, .. } => since,
            _ => self.event.now,
        };
        self.stop_turn();
        self.stop_snooze();
        self.brief((reason, None), None);
        self.conversation.tickets += 1;
        let (team, ticket) = (self.team(), self.conversation.tickets);
        self.conversation.status = Status::Waiting { team, since, ticket, reason };
        (team, since, ticket)
    }

    /// Tells dispatch of a wait, or that it wants something else now.
    pub(super) fn enqueue(&mut self, (team, since, ticket): (TeamId, Timestamp, u64)) {
        let (conversation, want) = (self.conversation.id, self.want());
        self.emit(Effect::Dispatch(dispatch::EventKind::Enqueue {
            conversation,
            team,
            since,
            ticket,
            want,
        }));
    }

    /// The team that is to answer.
    pub(super) fn team(&self) -> TeamId {
        self.conversation.team.unwrap_or(self.policy.team)
    }

    /// What the conversation wants of whoever answers it.
    pub(super) fn want(&self) -> Want {
        let account = &self.policy.want;
        Want {
            priority: self.conversation.priority.unwrap_or(account.priority),
            channel: Some(self.policy.channel),
            last_agent: self.conversation.last_agent,
            ..account.clone()
        }
    }

    /// Takes the conversation out of dispatch's hands, if it was in them.
    pub(super) fn leave_dispatch(&mut self) {
        if matches!(self.conversation.status, Status::Waiting { .. } | Status::Agent { .. }) {
            let conversation = self.conversation.id;
            self.emit(Effect::Dispatch(dispatch::EventKind::Leave { conversation }));
        }
    }

    /// Begins a turn for what the customer said, unless one runs or nothing was said. People take
    /// over where the account has no bot, or not any more.
    pub(super) fn start_turn(&mut self) {
        if self.conversation.turn.is_some() || self.conversation.unanswered.is_empty() {
            return;
        }
        let Some(bot) = self.policy.bot else {
            self.wait_for_agent(HandOff::NoBot);
            return;
        };
        let name = format!("{}/{}", self.conversation.id, self.event.id);
        let messages = self.conversation.unanswered.clone();
        let request = messages.iter().map(|message| message.id).collect();
        let id = TurnId::derive(&name);
        self.run_turn(Turn {
            id,
            attempt: 1,
            request,
            bot: Some(bot),
            awaited: false,
            spoken: false,
        });
    }

    /// Asks the bot to take this turn; a second attempt replaces the first.
    pub(super) fn run_turn(&mut self, turn: Turn) {
        let deadline = self.event.now.plus(self.policy.turn_timeout);
        let messages = self
            .conversation
            .unanswered
            .iter()
            .filter(|message| turn.request.contains(&message.id))
            .cloned()
            .collect();
        self.conversation.turn = Some(turn.clone());
        if self.policy.bot_signals && turn.attempt == 1 {
            self.show_typing();
        }
        self.emit(Effect::SetTimer {
            kind: TimerKind::TurnDeadline,
            due: deadline,
            turn: Some(turn.clone()),
        });
        let memory = self.recall(&turn);
        self.emit(Effect::StartTurn(TurnRequest { turn, messages, memory, deadline }));
    }

    /// Shows the customer that an answer is being written.
    pub(super) fn show_typing(&mut self) {
        if self.conversation.thread.is_ours() {
            let answering = self.conversation.last_inbound.clone();
            self.emit(Effect::Signal(Signal::Typing { answering }));
        }
    }

    /// Ends the running turn; its answer will be dropped.
    pub(super) fn stop_turn(&mut self) {
        self.conversation.unanswered.clear();
        if self.conversation.turn.take().is_some() {
            self.emit(Effect::ClearTimer { kind: TimerKind::TurnDeadline });
        }
    }
}
