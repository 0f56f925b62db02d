//! What people who work at the desk are told of by e-mail while they are not there, and when.
//!
//! Each person has a [`Choice`], or goes by their workspace's. Something happens ([`NoticeKind`]);
//! whoever wants to know of it is told, unless it is settled by then ([`NoticeKind::holds`]).
//! [`Quiet`] are the times at which nobody is told anything.

mod choice;
mod quiet;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::{conversation::Status, dispatch::Presence, ids::UserId};

pub use choice::{BadChoice, Choice, Only, Scope};
pub use quiet::{BadQuiet, Quiet};

/// What somebody may be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A customer began a conversation, or came back to one that was done.
    Started,
    /// A conversation waits for a person.
    Waiting,
    /// It has waited longer than the reader wants anybody to.
    WaitsLong,
    /// A conversation became the reader's.
    Assigned,
    /// A note is for the reader.
    Mentioned,
}

impl NoticeKind {
    /// Whether it is still worth telling: nobody has done by now what it asks for. `ticket` is the
    /// wait that it is about.
    #[must_use]
    pub fn holds(self, status: &Status, user: UserId, ticket: u64) -> bool {
        match self {
            NoticeKind::Started => matches!(status, Status::Bot | Status::Waiting { .. }),
            NoticeKind::Waiting | NoticeKind::WaitsLong => {
                matches!(status, Status::Waiting { ticket: now, .. } if *now == ticket)
            }
            NoticeKind::Assigned => matches!(status, Status::Agent { agent } if *agent == user),
            NoticeKind::Mentioned => true,
        }
    }

    /// All of them.
    pub const ALL: [NoticeKind; 5] = [
        NoticeKind::Started,
        NoticeKind::Waiting,
        NoticeKind::WaitsLong,
        NoticeKind::Assigned,
        NoticeKind::Mentioned,
    ];
}

/// How present somebody may be and still be told by e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Only when offline.
    #[default]
    Offline,
    /// When offline or away.
    Away,
    /// Always.
    Always,
}

impl When {
    /// Whether a mail is for somebody who is so present.
    #[must_use]
    pub fn reaches(self, presence: Presence) -> bool {
        match self {
            When::Offline => presence == Presence::Offline,
            When::Away => !presence.is_present(),
            When::Always => true,
        }
    }
}
