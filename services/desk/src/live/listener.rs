//! What one socket hears, as text: its owner's eyes decide which conversations are named.

use serde::Serialize;
use switchboard_domain::ids::{ConversationId, WorkspaceId};
use switchboard_store::changes::{Change, Eyes, Heads};

use super::cursor;

/// What a page or a program hears.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Hint<'a> {
    /// A conversation changed.
    Conversation { id: ConversationId, revision: u64, cursor: &'a str },
    /// Conversations changed that the listener does not see; it may have seen them before.
    Unseen { cursor: &'a str },
    /// More changed than is told one by one, or nobody knows what: read everything.
    Resync { cursor: &'a str },
    /// Everything until now is told.
    Ready { cursor: &'a str },
    /// A colleague is writing in a conversation.
    Typing { id: &'a str, agent_id: &'a str },
    /// Someone's presence or load changed.
    Agents,
    /// An account stopped sending or sends again, or Meta said something about it.
    Accounts,
}

impl Hint<'_> {
    /// As it goes over the socket.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Whoever hears a socket.
pub(crate) struct Listener {
    workspace: WorkspaceId,
    eyes: Eyes,
    tag: String,
    /// Up to where they were told.
    told: Heads,
}

impl Listener {
    /// Somebody with these eyes who was told up to there.
    pub(crate) fn new(workspace: WorkspaceId, eyes: Eyes, told: Heads) -> Self {
        let tag = cursor::tag(workspace, &eyes);
        Self { workspace, eyes, tag, told }
    }

    /// What they see.
    pub(crate) fn eyes(&self) -> &Eyes {
        &self.eyes
    }

    /// The place that they name as theirs, if it is one.
    pub(crate) fn place(&self, after: &str) -> Option<Heads> {
        cursor::read(&self.tag, after)
    }

    /// That everything until now is told.
    pub(crate) fn ready(&self) -> String {
        Hint::Ready { cursor: &self.cursor(&self.told) }.text()
    }

    /// That everything is to be read.
    pub(crate) fn resync(&self) -> String {
        Hint::Resync { cursor: &self.cursor(&self.told) }.text()
    }

    /// What changed after a place: up to there they were told, up to `heads` they are now.
    pub(crate) fn changed(
        &mut self,
        from: &Heads,
        changes: Option<&[Change]>,
        heads: &Heads,
    ) -> Vec<String> {
        self.told.clone_from(heads);
        let Some(changes) = changes else { return vec![self.resync()] };
        let (mut texts, mut unseen, mut at) = (Vec::new(), false, from.clone());
        for change in changes {
            at.raise(change.stream, change.position);
            if !self.eyes.see(&change.seen_by) {
                unseen = true;
                continue;
            }
            let (id, revision) = (change.conversation, change.revision);
            texts.push(Hint::Conversation { id, revision, cursor: &self.cursor(&at) }.text());
        }
        if unseen {
            texts.push(Hint::Unseen { cursor: &self.cursor(heads) }.text());
        }
        texts
    }

    /// They see this from now on. If that is something else than before, they have to read all.
    pub(crate) fn look(&mut self, eyes: Eyes) -> Option<String> {
        if eyes == self.eyes {
            return None;
        }
        self.tag = cursor::tag(self.workspace, &eyes);
        self.eyes = eyes;
        Some(self.resync())
    }

    fn cursor(&self, at: &Heads) -> String {
        cursor::write(&self.tag, at)
    }
}
