//! A customer whom people do not want to hear from: what they write is kept, and wakes nobody.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    content::Notice,
    conversation::{AgentCommand, Author, Effect, HandOff, Status, TimerKind, step::Step},
    ids::UserId,
};

/// That a customer is blocked, and what is as it was before when they no longer are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Who blocked them.
    pub by: UserId,
    /// Since when.
    pub at: Timestamp,
    /// Why, for colleagues.
    pub reason: String,
    /// Who answered.
    pub before: Status,
    /// Customer messages that no agent had seen.
    pub unread: u32,
}

/// That a customer was blocked, as others are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// Why, for colleagues.
    pub reason: String,
}

/// What became of having WhatsApp block a customer, or not any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockListed {
    /// Whether they were to be on its list.
    pub blocked: bool,
    /// The sentence for the agent, if Meta refused.
    pub refused: Option<String>,
}

impl Step<'_> {
    pub(super) fn is_blocked(&self) -> bool {
        self.conversation.blocked.is_some()
    }

    /// Nobody answers any more: it leaves the line, and a bot's turn is over. What the bot has not
    /// answered stays for when it may again.
    pub(super) fn block(&mut self, by: UserId, at: Timestamp, reason: &str) {
        if self.is_blocked() {
            return;
        }
        self.leave_dispatch();
        match self.conversation.turn.take() {
            // It has spoken: what it was asked is answered.
            Some(turn) if turn.spoken => self.end_turn(&turn),
            Some(_) => self.emit(Effect::ClearTimer { kind: TimerKind::TurnDeadline }),
            None => {}
        }
        self.stop_snooze();
        let before = std::mem::replace(&mut self.conversation.status, Status::Resolved);
        let unread = std::mem::take(&mut self.conversation.unread);
        let reason = reason.trim().to_owned();
        let notice = Notice::new("blocked", format!("The customer was blocked: {reason}"));
        self.note(notice.with("by", Some(by.to_string())));
        self.conversation.blocked = Some(Block { by, at, reason, before, unread });
    }

    /// It goes on where it was. Whoever had it may be gone, so unless it is they who unblock, it
    /// waits for somebody.
    pub(super) fn unblock(&mut self, by: UserId) {
        let Some(block) = self.conversation.blocked.take() else { return };
        let notice = Notice::new("unblocked", "The customer is not blocked any more.");
        self.note(notice.with("by", Some(by.to_string())));
        self.conversation.unread = block.unread;
        match block.before {
            Status::Resolved => {}
            Status::Bot => {
                self.reopen_for_customer();
                if self.conversation.status == Status::Bot {
                    self.start_turn();
                }
            }
            Status::Waiting { since, reason, .. } => self.wait_since(since, reason),
            Status::Snoozed { since, .. } => self.wait_since(since, HandOff::Woken),
            Status::Agent { agent } if agent == by => self.assign(agent),
            Status::Agent { .. } => self.wait_for_agent(HandOff::Returned),
        }
    }

    /// What Meta said of its own list (ADR 29). Nothing follows from it here: the block is ours.
    pub(super) fn block_listed(&mut self, listed: &BlockListed) {
        let refused = listed.refused.as_deref();
        let text = match (listed.blocked, refused) {
            (true, None) => "WhatsApp blocks the customer too: what they write does not arrive \
                             here any more until they are unblocked."
                .to_owned(),
            (false, None) => "WhatsApp does not block the customer any more.".to_owned(),
            (true, Some(why)) => format!(
                "WhatsApp did not block the customer. {why} Here they are blocked: what they write \
                 is kept and wakes nobody."
            ),
            (false, Some(why)) => format!(
                "WhatsApp did not unblock the customer. {why} What they write may not arrive here."
            ),
        };
        let word = if refused.is_some() { "block_list_refused" } else { "block_list" };
        self.note(Notice::new(word, text));
    }

    /// The wait that there was goes on, under a new ticket: the offers for the old one are void.
    fn wait_since(&mut self, since: Timestamp, reason: HandOff) {
        self.conversation.tickets += 1;
        let (team, ticket) = (self.team(), self.conversation.tickets);
        self.conversation.status = Status::Waiting { team, since, ticket, reason };
        self.enqueue((team, since, ticket));
    }

    /// Of what agents do, only what wakes nobody and says nothing to the customer is done; what is
    /// written to them stands in the transcript as not sent.
    pub(super) fn agent_did_to_blocked(&mut self, agent: UserId, command: &AgentCommand) {
        match command {
            AgentCommand::Unblock => self.unblock(agent),
            AgentCommand::Reply { message, content, reply_to } => {
                let author = Author::Agent { id: agent };
                self.answer((*message, author, content.clone()), reply_to.clone());
            }
            AgentCommand::Resend(resend) => self.resend(resend),
            AgentCommand::Note { message, text, mentions } => {
                self.note_for_colleagues(agent, *message, (text.clone(), mentions.clone()));
            }
            AgentCommand::Thread(action) => self.emit(Effect::ControlThread(action.clone())),
            AgentCommand::SetPriority(priority) => self.set_priority(*priority),
            AgentCommand::Resolve => self.close(),
            AgentCommand::Block { .. }
            | AgentCommand::Typing
            | AgentCommand::Assign { .. }
            | AgentCommand::Unassign
            | AgentCommand::ReturnToBot
            | AgentCommand::Transfer { .. }
            | AgentCommand::Snooze { .. }
            | AgentCommand::Unsnooze
            | AgentCommand::Reopen
            | AgentCommand::MarkRead => {}
        }
    }
}
