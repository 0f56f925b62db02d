//! What the customer does, and what the business does elsewhere.

use crate::{
    Content,
    content::{Context, Notice},
    conversation::{
        Author, Blocked, Conversation, CustomerMessage, Effect, ForeignMessage, HandOff, Happening,
        MessageStatus, NewMessage, Revision, Status, Thread, Unanswered, policy::Command,
        step::Step,
    },
    ids::{ConversationId, MessageId},
};

impl Step<'_> {
    pub(super) fn customer_wrote(&mut self, message: &CustomerMessage) {
        let id = self.take_in(message);
        if self.is_comment(id, message) {
            return;
        }
        if self.is_blocked() {
            return;
        }
        self.conversation.unread = self.conversation.unread.saturating_add(1);
        if message.context.standby {
            return;
        }
        match self.conversation.status {
            Status::Resolved => self.reopen_for_customer(),
            Status::Snoozed { .. } => self.wake("The customer wrote."),
            _ => {}
        }
        let words = message.content.as_words().unwrap_or_default();
        match self.policy.commands.find(words) {
            Some(Command::Help) => {
                let text = self.policy.commands.help_text.clone();
                self.say_as_system(&text);
            }
            Some(Command::LiveAgent) => self.customer_asked_for_a_person(),
            None => self.pass_to_bot(id, message),
        }
    }

    /// It joins the transcript, and what it says by being there is known.
    pub(super) fn take_in(&mut self, message: &CustomerMessage) -> MessageId {
        let id = self.append_customer_message(message);
        if message.opens_window {
            self.conversation.customer_wrote_at = Some(self.event.now);
        }
        if message.external_id.is_some() {
            self.conversation.last_inbound.clone_from(&message.external_id);
        }
        if message.context.standby {
            self.lose_thread_if_ours();
        } else {
            self.conversation.thread = Thread::Ours;
        }
        id
    }

    pub(super) fn answered_elsewhere(&mut self, message: &ForeignMessage) {
        if message.context.standby && self.conversation.thread.is_ours() {
            self.lose_thread(message.context.app.clone());
        }
        let (id, seq) = (self.derive_message_id(), self.take_seq());
        self.emit(Effect::Append(Box::new(NewMessage {
            id,
            seq,
            author: Author::Elsewhere,
            content: message.content.clone(),
            external_id: message.external_id.clone(),
            reply_to: None,
            context: message.context.clone(),
            status: MessageStatus::Sent,
            reason: None,
            at: message.sent_at,
            send: None,
        })));
    }

    /// What a bot has yet to answer says what it says now.
    pub(super) fn revised(&mut self, message: MessageId, revision: &Revision) {
        let unanswered = &mut self.conversation.unanswered;
        match revision {
            Revision::Edited(content) => unanswered
                .iter_mut()
                .filter(|waiting| waiting.id == message)
                .for_each(|waiting| waiting.content = (**content).clone()),
            Revision::Unsent => unanswered
                .iter_mut()
                .filter(|waiting| waiting.id == message)
                .for_each(|waiting| waiting.content = Content::Unsent),
        }
        self.emit(Effect::Revise { message, revision: revision.clone() });
    }

    /// The other conversation goes on; this one says where, and what nobody has seen here is seen
    /// there: a customer who wrote is not forgotten because two ids came in the wrong order.
    pub(super) fn merged(&mut self, into: ConversationId) {
        let (unread, block) = (self.conversation.unread, self.conversation.blocked.as_ref());
        let block =
            block.map(|block| Blocked { by: block.by, at: block.at, reason: block.reason.clone() });
        if unread > 0 || block.is_some() {
            self.emit(Effect::Join { into, unread, block });
        }
        self.close();
        let text = "This customer's conversation goes on in another one.";
        self.note(Notice::new("merged", text).with("conversation", Some(into.to_string())));
    }

    /// No bot has what was said there, so a person looks. Who was blocked there is blocked here.
    pub(super) fn joined(&mut self, from: ConversationId, unread: u32, block: Option<&Blocked>) {
        if let Some(Blocked { by, at, reason }) = block {
            self.block(*by, *at, reason);
        }
        let text = "The customer also wrote in another conversation, which is closed now.";
        self.note(Notice::new("joined", text).with("conversation", Some(from.to_string())));
        if self.is_blocked() {
            return;
        }
        self.conversation.unread = self.conversation.unread.saturating_add(unread);
        match self.conversation.status {
            Status::Bot | Status::Resolved => self.wait_for_agent(HandOff::BotUnsure),
            Status::Snoozed { .. } => self.wake("The customer wrote."),
            _ => {}
        }
    }

    pub(super) fn happened(&mut self, happening: &Happening) {
        if happening.opens_window {
            self.conversation.customer_wrote_at = Some(self.event.now);
        }
        self.append_line(Author::Customer, happening.content.clone(), happening.at);
    }

    fn lose_thread_if_ours(&mut self) {
        if self.conversation.thread.is_ours() {
            self.lose_thread(None);
        }
    }

    fn append_customer_message(&mut self, message: &CustomerMessage) -> MessageId {
        let (id, seq) = (self.derive_message_id(), self.take_seq());
        self.emit(Effect::Append(Box::new(NewMessage {
            id,
            seq,
            author: Author::Customer,
            content: message.content.clone(),
            external_id: message.external_id.clone(),
            reply_to: message.reply_to.clone(),
            context: Context { blocked: self.is_blocked(), ..message.context.clone() },
            status: MessageStatus::Received,
            reason: None,
            at: message.sent_at,
            send: None,
        })));
        id
    }

    /// Somebody is to answer again: the bot, else people. Nobody, if the customer is blocked.
    pub(super) fn reopen_for_customer(&mut self) {
        if self.is_blocked() {
            return;
        }
        if self.policy.bot.is_some() {
            self.conversation.status = Status::Bot;
        } else {
            self.wait_for_agent(HandOff::NoBot);
        }
    }

    fn customer_asked_for_a_person(&mut self) {
        if self.conversation.status == Status::Bot {
            let text = self.policy.commands.live_agent_text.clone();
            self.say_as_system(&text);
            self.wait_for_agent(HandOff::Asked);
        }
    }

    fn pass_to_bot(&mut self, id: MessageId, message: &CustomerMessage) {
        if self.conversation.status != Status::Bot {
            return;
        }
        let unanswered = &mut self.conversation.unanswered;
        unanswered.push(Unanswered { id, content: message.content.clone() });
        let over = unanswered.len().saturating_sub(Conversation::MAX_UNANSWERED);
        unanswered.drain(..over);
        if !message.continues {
            self.start_turn();
        }
    }
}
