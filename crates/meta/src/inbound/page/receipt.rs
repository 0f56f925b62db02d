//! What became of messages of the business.

use switchboard_domain::conversation::MessageStatus;

use super::Item;
use crate::{
    inbound::{Normalised, Target},
    json,
    webhook::facts,
};

impl Item<'_> {
    /// `mids` may be missing; the watermark then says it all.
    pub(super) fn delivery(self) -> Vec<Normalised> {
        let Some(delivery) = self.object.object("delivery") else { return Vec::new() };
        let mids = delivery.list("mids").unwrap_or_default();
        let named = mids.into_iter().filter_map(json::scalar).map(Target::Message);
        let watermark = delivery.raw("watermark").and_then(facts::instant).map(Target::UpTo);
        let receipt = |target| self.receipt(target, MessageStatus::Delivered);
        named.chain(watermark).map(receipt).collect()
    }

    /// A watermark on Messenger, one message on Instagram.
    pub(super) fn read(self) -> Vec<Normalised> {
        let Some(read) = self.object.object("read") else { return Vec::new() };
        let watermark = read.raw("watermark").and_then(facts::instant).map(Target::UpTo);
        let named = read.word("mid").map(Target::Message);
        let receipt = |target| self.receipt(target, MessageStatus::Read);
        named.into_iter().chain(watermark).map(receipt).collect()
    }

    fn receipt(&self, target: Target, status: MessageStatus) -> Normalised {
        Normalised::Receipt {
            identity: self.identity.clone(),
            target,
            status,
            error: None,
            marker: None,
            at: self.at,
        }
    }
}
