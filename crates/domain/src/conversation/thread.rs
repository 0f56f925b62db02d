//! Which app of the account has control of the conversation.
//!
//! Messenger and Instagram let several apps share an account; one of them owns each thread, the
//! others hear of it on standby and may not send. WhatsApp does the same with the Meta Business
//! Agent. Source: Messenger Platform "Conversation Routing"; WhatsApp "standby" webhooks.

use serde::{Deserialize, Serialize};

use crate::{
    Content, Timestamp,
    content::{Context, Notice},
    conversation::{Author, Effect, MessageStatus, NewMessage, Status, step::Step},
};

/// Who has control.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Thread {
    /// We may send, for all we know. Also when nobody shares the account.
    #[default]
    Ours,
    /// Another app: what the customer writes is shown and not answered.
    Elsewhere {
        /// Meta's id of the app, where known.
        app: Option<String>,
        /// Since when.
        since: Timestamp,
    },
}

/// How control moved, as the platform tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThreadChange {
    /// To us.
    ToUs {
        /// From which app, where known.
        from: Option<String>,
        /// What it said about it.
        metadata: Option<String>,
    },
    /// To another app, or to none.
    Away {
        /// To which app, where known.
        to: Option<String>,
        /// What was said about it.
        metadata: Option<String>,
    },
    /// Another app asks us for it.
    Requested {
        /// Which app.
        by: Option<String>,
        /// What it said about it.
        metadata: Option<String>,
    },
}

/// What can be asked of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum ThreadAction {
    /// Take control from whichever app has it.
    Take,
    /// Ask the app that has it for control.
    Request,
    /// Give control to another app.
    Pass {
        /// Meta's id of the app.
        to: String,
    },
    /// Give control up: the default app answers next.
    Release,
}

impl Thread {
    /// Whether we may send, for all we know.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        *self == Thread::Ours
    }
}

impl Step<'_> {
    pub(super) fn thread_changed(&mut self, change: &ThreadChange) {
        let notice = match change {
            ThreadChange::ToUs { from, metadata } => {
                self.conversation.thread = Thread::Ours;
                if self.conversation.status == Status::Resolved {
                    self.reopen_for_customer();
                }
                Notice::new("thread_ours", "This conversation is ours to answer again.")
                    .with("from_app", from.clone())
                    .with("metadata", metadata.clone())
            }
            ThreadChange::Away { to, metadata } => {
                self.lose_thread(to.clone());
                Notice::new("thread_elsewhere", "Another app has control of this conversation.")
                    .with("app", to.clone())
                    .with("metadata", metadata.clone())
            }
            ThreadChange::Requested { by, metadata } => {
                Notice::new("thread_requested", "Another app asks for this conversation.")
                    .with("app", by.clone())
                    .with("metadata", metadata.clone())
            }
        };
        self.note(notice);
    }

    /// What Meta said to a request of ours.
    pub(super) fn thread_report(&mut self, action: &ThreadAction, refused: Option<&str>) {
        if let Some(reason) = refused {
            self.note(Notice::new("thread_refused", reason));
            return;
        }
        let notice = match action {
            ThreadAction::Take => {
                self.conversation.thread = Thread::Ours;
                Notice::new("thread_ours", "We took control of this conversation.")
            }
            ThreadAction::Request => {
                Notice::new("thread_asked", "We asked the other app for this conversation.")
            }
            ThreadAction::Pass { to } => {
                self.lose_thread(Some(to.clone()));
                Notice::new("thread_elsewhere", "We gave this conversation to another app.")
                    .with("app", Some(to.clone()))
            }
            ThreadAction::Release => {
                self.lose_thread(None);
                Notice::new("thread_elsewhere", "We gave up control of this conversation.")
            }
        };
        self.note(notice);
    }

    /// Another app has control: no bot of ours talks over it.
    pub(super) fn lose_thread(&mut self, app: Option<String>) {
        let since = match &self.conversation.thread {
            Thread::Elsewhere { since, .. } => *since,
            Thread::Ours => self.event.now,
        };
        self.conversation.thread = Thread::Elsewhere { app, since };
        self.stop_turn();
    }

    /// A line in the transcript, for people only.
    pub(super) fn note(&mut self, notice: Notice) {
        let at = self.event.now;
        self.append_line(Author::System, Content::Notice(notice), at);
    }

    /// A line in the transcript that is no message to or from anyone.
    pub(super) fn append_line(&mut self, author: Author, content: Content, at: Timestamp) {
        let (id, seq) = (self.derive_message_id(), self.take_seq());
        let status = match author {
            Author::Customer => MessageStatus::Received,
            _ => MessageStatus::Sent,
        };
        self.emit(Effect::Append(Box::new(NewMessage {
            id,
            seq,
            author,
            content,
            external_id: None,
            reply_to: None,
            context: Context::default(),
            status,
            reason: None,
            at,
            send: None,
        })));
    }
}
