//! What a bot may spend, in a conversation and in a day. It is in the store, where a restart does not
//! forget it and replicas share it.

use switchboard_domain::ids::{BotId, ConversationId};
use switchboard_store::{
    Store, StoreError,
    spending::{self, Bounds},
};

use super::{Settings, api::Usage, settings::Limits, settings::Price};
use crate::Failure;

/// What a bot may spend.
pub(super) struct Purse {
    store: Store,
    bot: BotId,
    price: Price,
    limits: Limits,
}

impl std::fmt::Debug for Purse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Purse").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Money that was set aside.
pub(super) struct Reserved {
    bounds: Bounds,
    amount: i64,
}

impl Purse {
    pub(super) fn new(store: Store, bot: BotId, settings: &Settings) -> Self {
        Self { store, bot, price: settings.price, limits: settings.limits }
    }

    /// Sets aside what a request may cost; `None` when that would be more than may be spent.
    pub(super) async fn reserve(
        &self,
        conversation: ConversationId,
        day: &str,
        most: Usage,
    ) -> Result<Option<Reserved>, Failure> {
        let bounds = Bounds {
            bot: self.bot,
            conversation,
            day: day.to_owned(),
            in_conversation: self.limits.conversation.0,
            in_day: self.limits.day.0,
        };
        let (amount, kept) = (self.cost(most), bounds.clone());
        let reserved = self.store.write(move |db| spending::reserve(db, &kept, amount)).await;
        let reserved = reserved.map_err(|error| failed(&error))?;
        Ok(reserved.then_some(Reserved { bounds, amount }))
    }

    /// Gives back what was not spent.
    pub(super) async fn settle(&self, reserved: Reserved, spent: Usage) -> Result<(), Failure> {
        let change = self.cost(spent).saturating_sub(reserved.amount);
        let settle = self.store.write(move |db| spending::add(db, &reserved.bounds, change)).await;
        settle.map_err(|error| failed(&error))
    }

    /// Millionths: a price for a million tokens is a price for one in millionths.
    fn cost(&self, usage: Usage) -> i64 {
        let of = |tokens: u64, price: i64| {
            let cost = i128::from(tokens) * i128::from(price);
            i64::try_from((cost + 999_999) / 1_000_000).unwrap_or(i64::MAX)
        };
        let input = of(usage.input, self.price.input.0);
        input.saturating_add(of(usage.output, self.price.output.0))
    }
}

fn failed(error: &StoreError) -> Failure {
    tracing::warn!(%error, "what a bot spends cannot be written");
    Failure("What the bot spends could not be written down.".into())
}
