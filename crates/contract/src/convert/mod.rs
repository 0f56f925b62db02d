//! Wire to domain and back. Reading is strict: what is missing or wrong is named.

mod bot_said;
mod content;
mod conversation;
mod dispatch;
mod thread;

use std::str::FromStr;

pub use conversation::{label_word, sender_word};
use switchboard_domain::shard::{AccountShard, ConversationShard};

/// A wire message that does not say what it must.
#[derive(Debug, thiserror::Error)]
#[error("field {field} is not valid: {found}")]
pub struct Invalid {
    field: &'static str,
    found: String,
}

impl Invalid {
    /// Names the field and what was found there; never with message text in it.
    #[must_use]
    pub fn new(field: &'static str, found: impl Into<String>) -> Self {
        Self { field, found: found.into() }
    }

    pub(crate) fn missing(field: &'static str) -> Self {
        Self::new(field, "nothing")
    }
}

/// Parses an id or another word of a wire message.
///
/// # Errors
/// [`Invalid`] with the field's name.
pub fn parse<T: FromStr>(field: &'static str, text: &str) -> Result<T, Invalid>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| Invalid::new(field, error.to_string()))
}

/// The conversation shard of a wire message.
///
/// # Errors
/// [`Invalid`] when there is no such shard.
pub fn conversation_shard(number: u32) -> Result<ConversationShard, Invalid> {
    let shard = u16::try_from(number).ok().and_then(ConversationShard::new);
    shard.ok_or_else(|| Invalid::new("conversation_shard", number.to_string()))
}

/// The account shard that an account's sends go to.
#[must_use]
pub fn account_shard(account: switchboard_domain::ids::AccountId) -> AccountShard {
    AccountShard::of(&account.to_string())
}

/// Each of them in the other form.
fn all<A: Into<B>, B>(items: Vec<A>) -> Vec<B> {
    items.into_iter().map(Into::into).collect()
}
