//! What became of messages: Meta's receipts and outbound's reports.

use crate::{
    Channel,
    conversation::{Effect, MessageStatus, Receipt, SendOutcome, step::Step},
    ids::MessageId,
};

impl Step<'_> {
    pub(super) fn receipt(&mut self, receipt: &Receipt) {
        match receipt.clone() {
            Receipt::Message { message, send, external_id, status, reason, written_at } => {
                if let Some(send) = send {
                    self.emit(Effect::Settle { send, external_id: external_id.clone() });
                }
                let external_id = Some(external_id);
                self.question_failed(message, status);
                self.emit(Effect::Mark { message, status, external_id, reason });
                // Instagram's `messaging_seen` names only the last of the messages that were seen.
                if self.policy.channel == Channel::Instagram && status == MessageStatus::Read {
                    self.emit(Effect::MarkUpTo { watermark: written_at, status });
                }
            }
            Receipt::UpTo { watermark, status } => {
                self.emit(Effect::MarkUpTo { watermark, status });
            }
        }
    }

    pub(super) fn report(&mut self, message: MessageId, outcome: &SendOutcome) {
        let (status, external_id, reason) = match outcome.clone() {
            SendOutcome::Sent { external_id } => (MessageStatus::Sent, Some(external_id), None),
            SendOutcome::Failed { reason } => (MessageStatus::Failed, None, Some(reason)),
            SendOutcome::Elsewhere { reason } => {
                self.lose_thread(None);
                (MessageStatus::Failed, None, Some(reason))
            }
            SendOutcome::Uncertain => (MessageStatus::Uncertain, None, None),
        };
        self.question_failed(message, status);
        self.emit(Effect::Mark { message, status, external_id, reason });
    }
}
