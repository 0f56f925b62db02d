//! What people at the desk do, and what dispatch decides for them.

use crate::{
    Content,
    content::Context,
    conversation::{
        AgentCommand, Author, Effect, HandOff, MessageStatus, NewMessage, Outgoing, Resend, Signal,
        Status, step::Step,
    },
    dispatch,
    ids::{MessageId, SendId, UserId},
};

impl Step<'_> {
    pub(super) fn agent_did(&mut self, agent: UserId, command: &AgentCommand) {
        if self.is_blocked() {
            return self.agent_did_to_blocked(agent, command);
        }
        match command {
            AgentCommand::Reply { message, content, reply_to } => {
                self.take_over_unless_assigned(agent);
                self.conversation.answered_by = Some(agent);
                self.see();
                let author = Author::Agent { id: agent };
                self.answer((*message, author, content.clone()), reply_to.clone());
            }
            AgentCommand::Note { message, text, mentions } => {
                self.note_for_colleagues(agent, *message, (text.clone(), mentions.clone()));
            }
            AgentCommand::Thread(action) => self.emit(Effect::ControlThread(action.clone())),
            AgentCommand::Typing => self.show_typing(),
            AgentCommand::Resend(resend) => self.resend(resend),
            AgentCommand::Assign { to } => self.assign(*to),
            AgentCommand::Unassign => self.back_to_the_line(),
            AgentCommand::ReturnToBot => self.return_to_bot(),
            AgentCommand::Transfer { to, note } => self.transfer(agent, *to, note.as_deref()),
            AgentCommand::Snooze { until } => self.snooze(agent, *until),
            AgentCommand::Unsnooze => self.wake("It was taken up again before its time."),
            AgentCommand::SetPriority(priority) => self.set_priority(*priority),
            AgentCommand::Resolve => self.resolve(),
            AgentCommand::Reopen => self.reopen(agent),
            AgentCommand::MarkRead => self.see(),
            AgentCommand::Block { reason } => self.block(agent, self.event.now, reason),
            AgentCommand::Unblock => {}
        }
    }

    /// Into the transcript, and nowhere else: no send follows, and who answers stays as it is.
    pub(super) fn note_for_colleagues(
        &mut self,
        agent: UserId,
        message: MessageId,
        (text, mentions): (String, Vec<UserId>),
    ) {
        let seq = self.take_seq();
        self.emit(Effect::Append(Box::new(NewMessage {
            id: message,
            seq,
            author: Author::Agent { id: agent },
            content: Content::Note { text, mentions },
            external_id: None,
            reply_to: None,
            context: Context::default(),
            status: MessageStatus::Received,
            reason: None,
            at: self.event.now,
            send: None,
        })));
    }

    /// A person has seen everything; the customer may know.
    fn see(&mut self) {
        if self.conversation.unread > 0 && self.conversation.thread.is_ours() {
            let up_to = self.conversation.last_inbound.clone();
            self.emit(Effect::Signal(Signal::Seen { up_to }));
        }
        self.conversation.unread = 0;
    }

    /// Dispatch's choice counts only for the wait that it was made for.
    pub(super) fn offered(&mut self, agent: UserId, offer: u64) {
        match self.conversation.status {
            Status::Waiting { ticket, .. } if ticket == offer => {
                self.conversation.status = Status::Agent { agent };
                self.conversation.last_agent = Some(agent);
            }
            _ => {}
        }
    }

    pub(super) fn agent_gone(&mut self, gone: UserId) {
        if self.conversation.status == (Status::Agent { agent: gone }) {
            self.back_to_the_line();
        }
    }

    fn take_over_unless_assigned(&mut self, agent: UserId) {
        if !matches!(self.conversation.status, Status::Agent { .. }) {
            self.assign(agent);
        }
    }

    pub(super) fn assign(&mut self, agent: UserId) {
        if self.conversation.status == (Status::Agent { agent }) {
            return;
        }
        self.stop_turn();
        self.stop_snooze();
        self.conversation.status = Status::Agent { agent };
        self.conversation.last_agent = Some(agent);
        let (conversation, team, want) = (self.conversation.id, self.team(), self.want());
        self.emit(Effect::Dispatch(dispatch::EventKind::Taken { conversation, agent, team, want }));
    }

    fn back_to_the_line(&mut self) {
        self.wait_for_agent(HandOff::Returned);
    }

    pub(super) fn return_to_bot(&mut self) {
        if self.policy.bot.is_some() && self.conversation.status != Status::Bot {
            self.leave_dispatch();
            self.stop_snooze();
            self.conversation.team = None;
            self.conversation.brief = None;
            self.conversation.status = Status::Bot;
        }
    }

    /// Done: the customer is asked how it went.
    fn resolve(&mut self) {
        let (agent, team) = (self.conversation.answered_by, self.team());
        self.close();
        self.ask_how_it_went(agent, team);
    }

    /// Nobody answers until the customer writes again.
    pub(super) fn close(&mut self) {
        self.leave_dispatch();
        self.stop_turn();
        self.stop_snooze();
        self.conversation.answered_by = None;
        self.conversation.status = Status::Resolved;
        self.conversation.unread = 0;
        self.conversation.team = None;
        self.conversation.priority = None;
        self.conversation.brief = None;
        if let Some(block) = &mut self.conversation.blocked {
            (block.before, block.unread) = (Status::Resolved, 0);
        }
    }

    fn reopen(&mut self, agent: UserId) {
        if self.conversation.status == Status::Resolved {
            self.assign(agent);
        }
    }

    /// Another send for a message: its id follows from this event, so that one click is one send.
    pub(super) fn resend(&mut self, resend: &Resend) {
        let send = SendId::derive(&format!("{}/{}", resend.message, self.event.id));
        let said = (resend.message, resend.content.clone(), resend.reply_to.clone());
        let allowed = self.allow(send, said, resend.sender);
        let (status, reason) = match &allowed {
            Ok(_) => (MessageStatus::Pending, None),
            Err(closed) => (MessageStatus::Failed, Some(closed.to_string())),
        };
        self.emit(Effect::Restart { message: resend.message, send, status, reason });
        if let Ok(outgoing) = allowed {
            let persona = resend.persona.clone();
            self.emit(Effect::Send(Outgoing { persona, ..outgoing }));
        }
    }
}
