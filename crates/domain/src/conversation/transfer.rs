//! A conversation is sent on, is more or less urgent than it was, its customer reads about the wait,
//! and agents that it was too long.

use crate::{
    Content,
    content::Notice,
    conversation::{HandOff, Status, step::Step},
    dispatch::Priority,
    ids::{SendId, TeamId, UserId},
    ledger::Target,
    window::Sender,
};

/// How much of a note is kept, in characters.
const NOTE: usize = 1_000;

/// Whom a conversation can be sent on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transfer {
    /// An agent, who has it at once.
    Agent(UserId),
    /// A team: it waits in its line, with the place that its whole wait gives it.
    Team(TeamId),
    /// The account's bot.
    Bot,
}

impl Step<'_> {
    /// Sends it on, with a note that whoever answers next reads in the transcript.
    pub(super) fn transfer(&mut self, by: UserId, to: Transfer, note: Option<&str>) {
        if to == Transfer::Bot && self.policy.bot.is_none() {
            return;
        }
        let (whom, id) = match to {
            Transfer::Agent(agent) => ("another agent", Some(agent.to_string())),
            Transfer::Team(team) => ("another team", Some(team.to_string())),
            Transfer::Bot => ("the bot", None),
        };
        let note: String = note.unwrap_or_default().trim().chars().take(NOTE).collect();
        let text = format!("Transferred to {whom}. {note}");
        let notice = Notice::new("transferred", text.trim_end());
        self.note(notice.with("by", Some(by.to_string())).with("to", id));
        match to {
            Transfer::Agent(agent) => self.assign(agent),
            Transfer::Team(team) => {
                self.conversation.team = Some(team);
                self.begin_wait(HandOff::Transferred);
            }
            Transfer::Bot => return self.return_to_bot(),
        }
        self.brief((HandOff::Transferred, Some(by)), Some(note).filter(|note| !note.is_empty()));
    }

    pub(super) fn set_priority(&mut self, priority: Priority) {
        self.conversation.priority = Some(priority);
        if let Status::Waiting { team, since, ticket, .. } = self.conversation.status {
            self.enqueue((team, since, ticket));
        }
    }

    /// Agents read that they are late; the customer does not.
    pub(super) fn overdue(&mut self, target: Target) {
        let text = format!("{} is overdue.", target.sentence());
        let target = Some(target.as_str().to_owned());
        self.note(Notice::new("sla_breached", text).with("target", target));
    }

    /// Says it if the customer still waits so and Meta lets it out; it is worth nothing later.
    pub(super) fn tell_while_waiting(&mut self, about: u64, text: &str) {
        let waits =
            matches!(self.conversation.status, Status::Waiting { ticket, .. } if ticket == about);
        let message = self.derive_message_id();
        let said = (message, Content::text(text), None);
        let send = SendId::derive(&message.to_string());
        if waits && self.allow(send, said, Sender::Bot).is_ok() {
            self.say_as_system(text);
        }
    }
}
