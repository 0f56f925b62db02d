//! WhatsApp's free entry point: a customer who comes from an ad and is answered
//! within a day costs nothing for three days from that answer.
//!
//! Meta: WhatsApp pricing, "Free entry point conversations". It does not extend
//! the 24 hours in which one may answer freely.

use sha2::{Digest as _, Sha256};

use super::thread::{Progress, Side, Thread};

const ANSWER_MS: i64 = 24 * 3_600_000;
const FREE_MS: i64 = 72 * 3_600_000;

/// A conversation that costs nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FreeEntry {
    /// Meta's id of the conversation.
    pub(crate) id: String,
    /// When it ends, in milliseconds since 1970, simulated.
    pub(crate) until_ms: i64,
}

impl Thread {
    /// The free entry point conversation that is open now.
    pub(crate) fn free_entry(&self, now_ms: i64) -> Option<FreeEntry> {
        let from_ad = self.messages.iter().rposition(|message| {
            message.from == Side::Customer && message.content.get("referral").is_some()
        })?;
        let mut after = self.messages.iter().skip(from_ad);
        let came = after.next()?;
        let answer = after
            .find(|message| message.from == Side::Business && message.status != Progress::Failed)?;
        let until_ms = answer.at + FREE_MS;
        let is_open = answer.at - came.at < ANSWER_MS && now_ms < until_ms;
        is_open.then(|| {
            let mut id = hex::encode(Sha256::digest(&came.id));
            id.truncate(32);
            FreeEntry { id, until_ms }
        })
    }
}
