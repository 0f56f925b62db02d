//! What a ledger looks at of a conversation.

use crate::{
    Content,
    conversation::{Author, Conversation, HandOff, NewMessage, Policy, Status},
    dispatch::Priority,
    ids::{TeamId, UserId},
};

/// A conversation as a ledger sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// Nothing has happened in it.
    pub(super) fresh: bool,
    pub(super) with: With,
    /// Another app of the account has control, so that it is not ours to answer.
    pub(super) elsewhere: bool,
    pub(super) priority: Priority,
    /// The team that it is with, or would be.
    pub team: TeamId,
}

/// Who is to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum With {
    Nobody,
    Bot,
    Line(HandOff),
    Person(UserId),
    /// A person, who has put it aside: nobody's time runs.
    Aside(UserId),
}

impl Situation {
    /// Of a conversation.
    #[must_use]
    pub fn of(conversation: &Conversation, policy: &Policy) -> Self {
        let with = match conversation.status {
            Status::Resolved => With::Nobody,
            Status::Bot => With::Bot,
            Status::Waiting { reason, .. } => With::Line(reason),
            Status::Agent { agent } => With::Person(agent),
            Status::Snoozed { agent, .. } => With::Aside(agent),
        };
        Self {
            fresh: conversation.revision == 0,
            with,
            elsewhere: !conversation.thread.is_ours(),
            priority: conversation.priority.unwrap_or(policy.want.priority),
            team: conversation.team.unwrap_or(policy.team),
        }
    }

    /// Whether somebody is to answer.
    pub(super) fn is_open(&self) -> bool {
        self.with != With::Nobody
    }

    /// Whether people are to answer.
    pub(super) fn is_peoples(&self) -> bool {
        matches!(self.with, With::Line(_) | With::Person(_) | With::Aside(_))
    }

    /// Whether people can answer now, so that their time runs.
    pub(super) fn runs(&self) -> bool {
        matches!(self.with, With::Line(_) | With::Person(_)) && !self.elsewhere
    }

    /// The person in charge.
    #[must_use]
    pub fn agent(&self) -> Option<UserId> {
        match self.with {
            With::Person(agent) | With::Aside(agent) => Some(agent),
            _ => None,
        }
    }
}

/// Whether it is a message between the customer and the business: no line of the transcript, no note
/// of colleagues, and nothing that Meta did not let out when it was written.
#[must_use]
pub fn counts_as_message(message: &NewMessage) -> bool {
    let inside = matches!(message.content, Content::Notice(_) | Content::Note { .. });
    let came = matches!(message.author, Author::Customer | Author::Elsewhere);
    !inside && (came || message.send.is_some())
}
