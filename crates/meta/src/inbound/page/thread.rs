//! Control of a conversation moving between apps, and account linking.
//!
//! Sources: Messenger Platform "messaging_handovers" and "Conversation Routing";
//! "messaging_account_linking".

use super::Item;
use crate::inbound::{LinkingStatus, Moved, Normalised};

impl Item<'_> {
    pub(super) fn moved(self, kind: &str) -> Vec<Normalised> {
        let Some(event) = self.object.object(kind) else { return Vec::new() };
        let metadata = event.word("metadata");
        let moved = match kind {
            "request_thread_control" => {
                Moved::Requested { by: event.word("requested_owner_app_id"), metadata }
            }
            _ => Moved::To {
                app: event.word("new_owner_app_id"),
                from: event.word("previous_owner_app_id"),
                metadata,
            },
        };
        vec![Normalised::Thread { identity: self.identity, moved }]
    }

    pub(super) fn linking(self) -> Vec<Normalised> {
        let Some(event) = self.object.object("account_linking") else { return Vec::new() };
        let status = match event.text("status").as_deref() {
            Some("linked") => {
                LinkingStatus::Linked { authorization_code: event.word("authorization_code") }
            }
            Some("unlinked") => LinkingStatus::Unlinked,
            _ => return Vec::new(),
        };
        vec![Normalised::Linking { identity: self.identity, status, at: self.at }]
    }
}
