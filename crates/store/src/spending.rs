//! What bots spend, in each conversation and on each day. Written by bot.

use diesel::prelude::*;
use switchboard_domain::{
    Timestamp,
    ids::{BotId, ConversationId},
};

use crate::{
    Db, StoreError,
    db::on,
    schema::bot_spending::{self, dsl},
};

/// Whose money it is, and how much there is. Amounts are millionths of a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// The bot.
    pub bot: BotId,
    /// The conversation it is spent in.
    pub conversation: ConversationId,
    /// The day it is spent on.
    pub day: String,
    /// At most so much in the conversation, ever.
    pub in_conversation: i64,
    /// At most so much on the day.
    pub in_day: i64,
}

impl Bounds {
    fn scopes(&self) -> [(String, i64); 2] {
        let conversation = format!("conversation:{}", self.conversation);
        [(conversation, self.in_conversation), (format!("day:{}", self.day), self.in_day)]
    }
}

/// Spends an amount, if that is within the bounds; else spends nothing and says so.
///
/// # Errors
/// As any write.
pub fn reserve(db: &mut Db, bounds: &Bounds, amount: i64) -> Result<bool, StoreError> {
    let mut spent: Vec<String> = Vec::new();
    for (scope, most) in bounds.scopes() {
        if !spend(db, bounds.bot, &scope, amount, most.saturating_sub(amount))? {
            for scope in spent {
                spend(db, bounds.bot, &scope, -amount, i64::MAX)?;
            }
            return Ok(false);
        }
        spent.push(scope);
    }
    Ok(true)
}

/// Spends more, or less, than was reserved.
///
/// # Errors
/// As any write.
pub fn add(db: &mut Db, bounds: &Bounds, amount: i64) -> Result<(), StoreError> {
    for (scope, _) in bounds.scopes() {
        spend(db, bounds.bot, &scope, amount, i64::MAX)?;
    }
    Ok(())
}

/// The day of a time, in UTC, as amounts are kept by it.
#[must_use]
pub fn day(now: Timestamp) -> String {
    let time = jiff::Timestamp::from_microsecond(now.as_micros()).unwrap_or_default();
    time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// What a bot spent on a day.
///
/// # Errors
/// As any read.
pub fn on_day(db: &mut Db, bot: BotId, day: &str) -> Result<i64, StoreError> {
    of_scope(db, bot, &format!("day:{day}"))
}

/// What was spent so far in the conversation, and on the day.
///
/// # Errors
/// As any read.
pub fn so_far(db: &mut Db, bounds: &Bounds) -> Result<[i64; 2], StoreError> {
    let mut amounts = [0; 2];
    for (amount, (scope, _)) in amounts.iter_mut().zip(bounds.scopes()) {
        *amount = of_scope(db, bounds.bot, &scope)?;
    }
    Ok(amounts)
}

fn of_scope(db: &mut Db, bot: BotId, scope: &str) -> Result<i64, StoreError> {
    let query = bot_spending::table
        .filter(dsl::bot_id.eq(bot.to_string()))
        .filter(dsl::scope.eq(scope))
        .select(dsl::micros);
    let found: Option<i64> = on!(db, conn => query.first(conn).optional())?;
    Ok(found.unwrap_or_default())
}

/// Adds to what was spent, if no more than `unless_over` was before. One statement, so that two
/// replicas never spend the same money.
fn spend(
    db: &mut Db,
    bot: BotId,
    scope: &str,
    amount: i64,
    unless_over: i64,
) -> Result<bool, StoreError> {
    let row = (dsl::bot_id.eq(bot.to_string()), dsl::scope.eq(scope), dsl::micros.eq(0));
    on!(db, conn => diesel::insert_into(bot_spending::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    let there = bot_spending::table
        .filter(dsl::bot_id.eq(bot.to_string()))
        .filter(dsl::scope.eq(scope))
        .filter(dsl::micros.le(unless_over));
    let set = dsl::micros.eq(dsl::micros + amount);
    Ok(on!(db, conn => diesel::update(there).set(set).execute(conn))? == 1)
}
